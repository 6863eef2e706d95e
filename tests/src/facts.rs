//! Facts that no mutation makes yet: other partners, other posts. Written as rows, as an import would.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait, IntoActiveModel, QueryFilter as _, sea_query::Expr,
};
use serde_json::json;
use tongxin_entity::{
    check_in,
    organisation::{self, OrganisationKind},
    person,
    post::{self, PostRole},
    unit::{self, UnitCategory},
};
use tongxin_kernel::id::new_id;

use crate::{Actor, Answer, TestApp, places::HERE};

/// An organisation that may claim, and somebody who does so for it.
pub struct Partner {
    pub person: String,
    pub id: String,
}

impl Partner {
    /// Claims an item for the organisation.
    pub async fn claim(&self, app: &TestApp, item: &str) -> Answer {
        let input = json!({"serviceItemId": item, "claimantId": self.id});
        app.actor_of(&self.person)
            .act("claimServiceItem", input, "claim { id status } serviceItem { status claimCount }")
            .await
    }
}

impl TestApp {
    /// So many more units, each checked in to the community and with a liaison.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn units(&self, count: usize) -> Vec<Partner> {
        let (mut organisations, mut units, mut check_ins) = (Vec::new(), Vec::new(), Vec::new());
        let (mut people, mut posts, mut partners) = (Vec::new(), Vec::new(), Vec::new());
        for at in 1..=count {
            let unit = self.organisation_row(OrganisationKind::Unit, &format!("演示单位{at}"));
            let person = self.person_row(&format!("联络员{at}"));
            units.push(unit::Model { id: unit.id.clone(), category: UnitCategory::Other }.into_active_model());
            check_ins.push(self.check_in_row(&unit.id).into_active_model());
            posts.push(self.post_row(&person.id, PostRole::UnitLiaison, &unit.id).into_active_model());
            partners.push(Partner { person: person.id.clone(), id: unit.id.clone() });
            organisations.push(unit.into_active_model());
            people.push(person.into_active_model());
        }
        organisation::Entity::insert_many(organisations).exec_without_returning(&self.db).await.expect("units");
        unit::Entity::insert_many(units).exec_without_returning(&self.db).await.expect("units");
        check_in::Entity::insert_many(check_ins).exec_without_returning(&self.db).await.expect("check-ins");
        person::Entity::insert_many(people).exec_without_returning(&self.db).await.expect("people");
        post::Entity::insert_many(posts).exec_without_returning(&self.db).await.expect("posts");
        self.authority.forget_rights();
        partners
    }

    /// A unit by this name, which nobody speaks for.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn unit_called(&self, name: &str) {
        let row = self.organisation_row(OrganisationKind::Unit, name);
        let unit = unit::Model { id: row.id.clone(), category: UnitCategory::Other }.into_active_model();
        row.into_active_model().insert(&self.db).await.expect("an organisation");
        unit.insert(&self.db).await.expect("a unit");
    }

    /// One more post of a person, in force.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn give_post(&self, person: &str, role: PostRole, organisation: &str) {
        let row = self.post_row(person, role, organisation).into_active_model();
        row.insert(&self.db).await.expect("a post");
        self.authority.forget_rights();
    }

    /// A seat of which there is one, in place of whoever holds it.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn give_seat(&self, person: &str, role: PostRole, organisation: &str) {
        let held = post::Entity::update_many()
            .col_expr(post::Column::EndedAt, Expr::value(self.clock.now()))
            .filter(post::Column::OrganisationId.eq(organisation))
            .filter(post::Column::Role.eq(role))
            .filter(post::Column::EndedAt.is_null());
        held.exec(&self.db).await.expect("an empty seat");
        let row = post::Model { starts_on: self.clock.today(), ..self.post_row(person, role, organisation) };
        row.into_active_model().insert(&self.db).await.expect("a post");
        self.authority.forget_rights();
    }

    /// Somebody by the name that the demo gives, with or without an account.
    ///
    /// # Panics
    /// When nobody is called so.
    pub async fn person_called(&self, name: &str) -> Actor {
        let found = person::Entity::find().filter(person::Column::Name.eq(name)).one(&self.db).await;
        self.actor_of(&found.expect("people").unwrap_or_else(|| panic!("nobody is called {name}")).id)
    }

    fn organisation_row(&self, kind: OrganisationKind, name: &str) -> organisation::Model {
        organisation::Model {
            id: self.new_id("unit"),
            kind,
            name: name.to_owned(),
            name_folded: tongxin_kernel::input::folded(name),
            region_code: HERE.to_owned(),
            superior_id: None,
            dissolved_on: None,
            created_at: self.clock.now(),
            version: 1,
        }
    }

    fn person_row(&self, name: &str) -> person::Model {
        person::Model {
            id: self.new_id("person"),
            name: name.to_owned(),
            account: None,
            home_community_code: None,
            home_compound_id: None,
            phone_sealed: None,
            phone_masked: None,
            registered_code: None,
            registered_by: None,
            erased_at: None,
            created_at: self.clock.now(),
            version: 1,
        }
    }

    fn check_in_row(&self, unit: &str) -> check_in::Model {
        check_in::Model {
            id: self.new_id("checkin"),
            person_id: None,
            unit_id: Some(unit.to_owned()),
            community_code: HERE.to_owned(),
            starts_on: self.clock.today() - TimeDelta::days(1),
            ends_on: None,
            ended_at: None,
            created_at: self.clock.now(),
        }
    }

    fn post_row(&self, person: &str, role: PostRole, organisation: &str) -> post::Model {
        post::Model {
            id: self.new_id("post"),
            person_id: person.to_owned(),
            role,
            organisation_id: organisation.to_owned(),
            representing_id: None,
            starts_on: self.clock.today() - TimeDelta::days(1),
            ends_on: None,
            ended_at: None,
            end_reason: None,
            appointed_by: None,
            created_at: self.clock.now(),
        }
    }

    fn new_id(&self, prefix: &str) -> String {
        new_id(prefix, self.clock.now()).expect("an id")
    }
}
