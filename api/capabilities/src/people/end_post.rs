//! Ending a term before its last day.

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;
use tongxin_entity::post;
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way},
    error::{Message, Refusal, Result},
    input::Check,
    on, say,
    scalars::Date,
    see::{Field, On, Owner, Sql},
};

use super::{
    Post,
    giving::{Giving, given_at},
    shape::shown,
};
use crate::organisations::see_organisation;

/// 终止任职 · 终止哪一项任职、为何终止 · which post, and why
#[derive(InputObject, Debug)]
pub struct EndPostInput {
    /// 任职 · 任职的编号 · the post's id
    pub post_id: ID,
    /// 最后一天 · 任期改在这一天届满，不早于今天，不晚于原定；不填即立即终止 · the term now ends with this day, from today on and not after the day that was set; at once unless given
    pub last_day: Option<Date>,
    /// 终止原因 · 为何终止任职，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
}

/// A post is ended where it is given, or by its holder; what nobody gives, by its holder alone.
fn ending() -> Vec<Way> {
    let nowhere = || say!("该岗位不由此任免", "the post is not given from there");
    let way = |owner: Owner| {
        let owner = Owner { person: "{c}.person_id", ..owner };
        Way::on::<Post>().at(owner).unless_told(On::With(is_over), over)
    };
    let given = given_at().map(|Giving { owner, elsewhere, .. }| way(owner).barred(elsewhere, nowhere));
    given.into_iter().chain([way(Owner::default())]).collect()
}

fn is_over(sql: &mut Sql<'_>, _: &str, row: &str) {
    let today = sql.today;
    sql.push_template("{c}.ended_at IS NOT NULL OR {c}.ends_on < ", row, row).bind(today);
}

fn over() -> Message {
    say!("该任职此前已终止或届满", "the post was ended before, or its term is over")
}

impl Act for EndPostInput {
    const ACTION: &'static str = "endPost";
    const ABOUT: &'static str = "终止任职 · 书记终止某项任职，或任职者本人辞任，由此而来的权限立即失效 · a secretary ends a post, or its holder resigns; every right it gave ends at once";
    const ANSWER: &'static str = "终止任职的结果 · 已终止的任职 · the ended post";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Post, post_id, ending());

    async fn run(&self, permit: &Permit<'_, Self>, held: post::Model) -> Result<Done> {
        let organisation = see_organisation(permit.work(), &held.organisation_id).await?;
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        let (first, set) = (Ord::max(held.starts_on, permit.today()), held.ends_on);
        if let Some(Date(day)) = self.last_day
            && (day < first || set.is_some_and(|set| day > set))
        {
            let message = say!(
                "应不早于今天和任期开始，不晚于原定届满之日",
                "must lie from today and the first day on, up to the day that was set"
            );
            check.fault("lastDay", "OUT_OF_RANGE", message);
        }
        check.done()?;
        let ending = post::Entity::update_many().col_expr(post::Column::EndReason, Expr::value(reason.clone()));
        let (ending, after) = match self.last_day {
            Some(Date(day)) => (ending.col_expr(post::Column::EndsOn, Expr::value(day)), json!({"endsOn": day})),
            None => {
                let now = permit.now();
                (ending.col_expr(post::Column::EndedAt, Expr::value(now)), json!({"endedAt": now}))
            }
        };
        let ended = ending
            .filter(post::Column::Id.eq(&held.id))
            .filter(post::Column::EndedAt.is_null())
            .filter(post::Column::EndsOn.is_null().or(post::Column::EndsOn.gte(permit.today())))
            .exec(permit.db())
            .await?;
        if ended.rows_affected == 0 {
            return Err(Refusal::conflict(over(), "ENDED"));
        }
        let record = Record {
            subject: held.id.clone(),
            region_code: Some(organisation.region_code),
            before: Some(json!({"role": held.role, "organisationId": held.organisation_id, "endsOn": held.ends_on})),
            after: Some(after),
            reason: Some(reason),
            ..Record::default()
        };
        Ok(Done::new(record).show("post", held.id).rights_changed())
    }
}
