//! Rows on their way to the database.

use std::collections::HashMap;

use sea_orm::{DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, Iterable as _, prelude::DateTimeUtc};
use tongxin_entity::{
    alliance_member, audit_entry, big_party_committee, check_in, claim, client_application, compound, implementation,
    implementation_report, organisation, owners_committee, party_alliance, party_organisation, person, post, priority,
    priority_change, priority_target, property_company, property_contract, rating, service_item, unit,
};
use tongxin_kernel::{calendar::Calendar, rules::Rules};

/// Values in one statement; SQLite takes 32,766, PostgreSQL 65,535.
const VALUES: usize = 30_000;

macro_rules! rows {
    ($($field:ident: $table:ident,)+) => {
        /// Rows of every table that the demo fills, in an order in which each row comes after those it refers to.
        #[derive(Default)]
        pub(super) struct Rows { $(pub $field: Vec<$table::Model>,)+ }

        impl Rows {
            /// Writes all rows, and is empty then. Whatever changes did so last by the latest moment that it tells of.
            pub async fn insert(&mut self, tx: &DatabaseTransaction, now: DateTimeUtc) -> Result<(), DbErr> {
                self.tell_changes(now);
                $(insert::<$table::Entity>(tx, std::mem::take(&mut self.$field)).await?;)+
                Ok(())
            }
        }
    };
}

rows! {
    organisations: organisation,
    party_organisations: party_organisation,
    units: unit,
    property_companies: property_company,
    compounds: compound,
    property_contracts: property_contract,
    owners_committees: owners_committee,
    people: person,
    posts: post,
    check_ins: check_in,
    client_applications: client_application,
    party_alliances: party_alliance,
    alliance_members: alliance_member,
    big_party_committees: big_party_committee,
    priorities: priority,
    priority_targets: priority_target,
    priority_changes: priority_change,
    implementations: implementation,
    implementation_reports: implementation_report,
    service_items: service_item,
    claims: claim,
    ratings: rating,
    audit_entries: audit_entry,
}

impl Rows {
    fn tell_changes(&mut self, now: DateTimeUtc) {
        let latest = |moments: &[Option<DateTimeUtc>]| moments.iter().flatten().copied().max().unwrap_or(now).min(now);
        for row in &mut self.priorities {
            row.updated_at = latest(&[Some(row.created_at), row.published_at, row.ended_at]);
        }
        // As the acts count it that hand in.
        let judge_by = |at: DateTimeUtc| {
            let judge = Calendar::embedded().due(at, Rules::default().judging());
            (Some(judge.day()), judge.provisional)
        };
        for row in &mut self.implementations {
            if let Some(at) = row.submitted_at {
                (row.judge_by, row.judge_by_provisional) = judge_by(at);
            }
            row.updated_at = latest(&[Some(row.created_at), row.adopted_at, row.submitted_at, row.decided_at]);
        }
        let mut by_claims = HashMap::new();
        for row in &mut self.claims {
            let moments = [Some(row.claimed_at), row.started_at, row.submitted_at, row.ended_at];
            row.updated_at = latest(&moments);
            if let Some(at) = row.submitted_at {
                (row.judge_by, row.judge_by_provisional) = judge_by(at);
            }
            // What a claim does to its item: takes a place, gives it back, or is accepted.
            let touched = latest(&[moments[0], moments[3]]);
            let at = by_claims.entry(row.service_item_id.as_str()).or_insert(touched);
            *at = touched.max(*at);
        }
        for row in &mut self.service_items {
            let claims = by_claims.get(row.id.as_str()).copied();
            row.updated_at = latest(&[Some(row.created_at), row.opened_at, row.done_at, row.closed_at, claims]);
        }
    }
}

async fn insert<E>(tx: &DatabaseTransaction, rows: Vec<E::Model>) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let size = VALUES / E::Column::iter().count();
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let chunk = rows.by_ref().take(size);
        E::insert_many(chunk).exec_without_returning(tx).await?;
    }
    Ok(())
}
