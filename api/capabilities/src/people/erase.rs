//! Erasing oneself: what is kept of a person goes, what the person did in office stays under an id that names nobody.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;
use tongxin_entity::{idempotency_key, invitation, person, person_link};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way},
    error::{Message, Refusal, Result},
    on, say,
    see::{Field, On, Owner, Sql},
};

use super::{Person, register::record};

/// What stands in place of a name.
const ERASED: &str = "已注销";

/// 注销本人 · 注销何人的记录 · whose record
#[derive(InputObject, Debug)]
pub struct ErasePersonInput {
    /// 人员 · 本人的编号 · one's own id
    pub person_id: ID,
    /// 版本 · 所读到的版本，版本较旧即被拒绝 · the version that was read; an older one is refused
    pub version: i32,
}

impl Act for ErasePersonInput {
    const ACTION: &'static str = "erasePerson";
    const ABOUT: &'static str = "注销本人 · 本人注销自己的记录：姓名、电话、住处、登录关联和为重试保留的答复一并删除，登录立即失效；任职须先终止。担任过的任职、认领、评价和审计只以编号保留 · a person has the own record erased: name, number, home, logins and answers kept for retries go, and every login ends at once; posts are ended first. Posts held, claims, ratings and the audit stay, by an id alone";
    const ANSWER: &'static str = "注销本人的结果 · 已注销的人员编号 · the id that stays";
    const SHOWS: fn() -> Vec<Field> = left;

    on!(
        Person,
        person_id,
        Way::on::<Person>()
            .at(Owner { person: "{c}.id", ..Owner::default() })
            .versioned()
            .unless_told(On::With(push_in_office), in_office)
    );

    async fn run(&self, permit: &Permit<'_, Self>, seen: person::Model) -> Result<Done> {
        let erased = person::ActiveModel {
            name: Set(ERASED.to_owned()),
            account: Set(None),
            home_community_code: Set(None),
            home_compound_id: Set(None),
            phone_sealed: Set(None),
            phone_masked: Set(None),
            registered_code: Set(None),
            registered_by: Set(None),
            erased_at: Set(Some(permit.now())),
            version: Set(self.version.saturating_add(1)),
            ..Default::default()
        };
        let statement = {
            let mut sql = permit.sql();
            sql.push("SELECT h.id FROM person h WHERE h.id = ").bind(seen.id.clone()).push(" AND ");
            push_in_office(&mut sql, "", "h");
            sql.into_statement()
        };
        if permit.row(statement).await?.is_some() {
            return Err(Refusal::conflict(in_office(), "IN_OFFICE"));
        }
        let done = person::Entity::update_many()
            .set(erased)
            .filter(person::Column::Id.eq(&seen.id))
            .filter(person::Column::Version.eq(self.version))
            .filter(person::Column::ErasedAt.is_null())
            .exec(permit.db())
            .await?;
        if done.rows_affected == 0 {
            return Err(Refusal::stale(seen.version));
        }
        person_link::Entity::delete_many().filter(person_link::Column::PersonId.eq(&seen.id)).exec(permit.db()).await?;
        let kept = idempotency_key::Entity::delete_many().filter(idempotency_key::Column::Actor.eq(&seen.id));
        kept.exec(permit.db()).await?;
        invitation::Entity::update_many()
            .col_expr(invitation::Column::EndedAt, Expr::value(permit.now()))
            .filter(invitation::Column::PersonId.eq(&seen.id))
            .filter(invitation::Column::RedeemedAt.is_null())
            .filter(invitation::Column::EndedAt.is_null())
            .exec(permit.db())
            .await?;
        let at = seen.home_community_code.or(seen.registered_code);
        let record = Record { before: Some(json!({"erased": false})), ..record(&seen.id, at, json!({"erased": true})) };
        // Not even this answer is kept for the person.
        Ok(Done::new(record).secret("personId", seen.id).rights_changed())
    }
}

/// Writes that the person holds a post, now or to come.
fn push_in_office(sql: &mut Sql<'_>, _: &str, row: &str) {
    let today = sql.today;
    sql.push("EXISTS (SELECT 1 FROM post x WHERE x.person_id = ").push(row).push(".id AND x.ended_at IS NULL AND ");
    sql.push("(x.ends_on IS NULL OR x.ends_on >= ").bind(today).push("))");
}

fn in_office() -> Message {
    say!("尚有任职，请先辞任或由任免者终止", "posts are still held: resign from them first, or have them ended")
}

fn left() -> Vec<Field> {
    vec![Field::given_text(
        "personId",
        "人员编号 · 保留的编号，不再指明任何人 · the id that stays, which names nobody any more",
    )]
}
