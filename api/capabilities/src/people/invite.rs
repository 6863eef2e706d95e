//! The acts on invitations: giving out the code by which a person comes in, and taking it back.

use async_graphql::{ID, InputObject};
use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;
use tongxin_entity::{invitation, person};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way, Work},
    error::{Message, Refusal, Result},
    id::new_id,
    input::Check,
    on,
    privacy::Code,
    say,
    see::Field,
    who::actor::Place,
};

use super::{
    answering::{Answered, answered_for, answering},
    invitation::{HOURS, Invitation},
    register::record,
};

/// 发出邀请 · 为何人发出 · for whom
#[derive(InputObject, Debug)]
pub struct GiveInvitationInput {
    /// 人员或任职 · 人员的编号，或此人某一任职的编号（任命者不一定能查看所任命的人） · the person's id, or the id of a post of the person: whoever appoints may not see whom they appointed
    pub on: ID,
    /// 有效小时数 · 1 至 72，不填为 72 · for how many hours the code is good, 1 to 72; 72 unless given
    pub hours: Option<i32>,
}

impl Act for GiveInvitationInput {
    const ACTION: &'static str = "giveInvitation";
    const ABOUT: &'static str = "发出邀请 · 登记或任命此人者发出一次性邀请码，72 小时内有效，只显示这一次；凭码登录者即为此人，同一人先前的邀请随即失效。此人的每一项任职都须由发出者任免 · whoever registers or appoints a person gives out a code that works once within 72 hours and is shown this once: whoever redeems it is that person. An earlier one for the same person ends. Every post of the person must be one that the giver appoints to";
    const ANSWER: &'static str =
        "发出邀请的结果 · 邀请及只显示一次的邀请码 · the invitation, and its code, which is shown this once";
    const SHOWS: fn() -> Vec<Field> = given;
    type Seen = Answered;

    fn ways() -> Vec<Way> {
        answering()
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Answered, Place)> {
        answered_for(work, &self.on).await
    }

    async fn run(&self, permit: &Permit<'_, Self>, Answered { person, code: at }: Answered) -> Result<Done> {
        let mut check = Check::default();
        let hours = check.range("hours", i64::from(self.hours.unwrap_or(72)), 1..=HOURS);
        check.done()?;
        end_open(permit, &person).await?;
        let (id, code) = (new_id("invitation", permit.now())?, Code::random());
        let row = invitation::ActiveModel {
            id: Set(id.clone()),
            person_id: Set(person.clone()),
            code_hash: Set(code.hash()),
            made_by: Set(permit.person()?),
            created_at: Set(permit.now()),
            expires_at: Set(permit.now() + TimeDelta::hours(hours)),
            redeemed_at: Set(None),
            ended_at: Set(None),
        };
        invitation::Entity::insert(row).exec_without_returning(permit.db()).await?;
        let record = record(&id, Some(at), json!({ "personId": person }));
        Ok(Done::new(record).show("invitation", id).secret("code", code.into_text()))
    }
}

/// 收回邀请 · 收回哪一份 · which one
#[derive(InputObject, Debug)]
pub struct WithdrawInvitationInput {
    /// 邀请 · 邀请的编号 · the invitation's id
    pub invitation_id: ID,
}

impl Act for WithdrawInvitationInput {
    const ACTION: &'static str = "withdrawInvitation";
    const ABOUT: &'static str = "收回邀请 · 收回尚未使用的邀请，邀请码立即失效 · takes back an invitation that was not redeemed; its code is good for nothing from now on";
    const ANSWER: &'static str = "收回邀请的结果 · 已收回的邀请 · the invitation, taken back";
    const SHOWS: fn() -> Vec<Field> = withdrawn;

    on!(
        Invitation,
        invitation_id,
        Way::on::<Invitation>().unless_told("{c}.redeemed_at IS NOT NULL OR {c}.ended_at IS NOT NULL", not_open)
    );

    async fn run(&self, permit: &Permit<'_, Self>, seen: invitation::Model) -> Result<Done> {
        use invitation::Column as C;
        let ended = invitation::Entity::update_many()
            .col_expr(C::EndedAt, Expr::value(permit.now()))
            .filter(C::Id.eq(&seen.id))
            .filter(C::RedeemedAt.is_null())
            .filter(C::EndedAt.is_null())
            .exec(permit.db())
            .await?;
        if ended.rows_affected == 0 {
            return Err(Refusal::conflict(not_open(), "ENDED"));
        }
        let person = person::Entity::find_by_id(&seen.person_id).one(permit.db()).await?;
        let at = person.and_then(|person| person.home_community_code.or(person.registered_code));
        let record = Record { before: Some(json!({"open": true})), ..record(&seen.id, at, json!({"open": false})) };
        Ok(Done::new(record).show("invitation", seen.id))
    }
}

/// Ends what is open for the person: one code at a time.
async fn end_open<A>(permit: &Permit<'_, A>, person: &str) -> Result<()> {
    use invitation::Column as C;
    invitation::Entity::update_many()
        .col_expr(C::EndedAt, Expr::value(permit.now()))
        .filter(C::PersonId.eq(person))
        .filter(C::RedeemedAt.is_null())
        .filter(C::EndedAt.is_null())
        .exec(permit.db())
        .await?;
    Ok(())
}

fn not_open() -> Message {
    say!("该邀请已使用或已失效", "the invitation was redeemed or ended before")
}

fn given() -> Vec<Field> {
    let mut fields = withdrawn();
    fields.push(Field::given_text("code", "邀请码 · 只显示这一次，请当面或以可靠方式交给本人 · the code, shown this once; hand it to the person in a way that you trust"));
    fields
}

fn withdrawn() -> Vec<Field> {
    vec![Field::given::<Invitation>("invitation", "邀请 · 邀请的现况 · the invitation as it is now")]
}
