//! The acts on logins: becoming the person for whom a code was given out, and letting go of a login.

use async_graphql::{ID, InputObject};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;
use tongxin_entity::{invitation, person, person_link};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way, Work},
    error::{Message, Refusal, Result},
    id::new_id,
    privacy::hash_of_code,
    say,
    see::{Field, On, Owner, Shaped as _, Sql},
    who::actor::Place,
};

use super::{
    Person, Post,
    answering::{Answered, answered_for, answering},
    login::LINKED,
    register::record,
};

/// 兑换邀请 · 凭何邀请码 · by which code
#[derive(InputObject, Debug)]
pub struct RedeemInvitationInput {
    /// 邀请码 · 所收到的邀请码，大小写和连字符不限 · the code as it was received, in letters of either case, with or without its marks
    pub code: String,
}

impl Act for RedeemInvitationInput {
    const ACTION: &'static str = "redeemInvitation";
    const ABOUT: &'static str = "兑换邀请 · 尚未与任何人关联的登录凭邀请码与受邀者关联，此后凭此登录者即为该人；邀请码只能使用一次，此人的其他登录会得到通知 · links a login that is nobody's yet to the person for whom the code was given out: whoever comes with that login is that person from then on. A code works once; the person's other logins are told";
    const ANSWER: &'static str =
        "兑换邀请的结果 · 此登录现在所属的人员，可由 me 读取 · whose login it is now; `me` reads the rest";
    const SHOWS: fn() -> Vec<Field> = became;
    type Seen = ();

    /// It is done to nothing that the caller sees.
    fn ways() -> Vec<Way> {
        Vec::new()
    }

    async fn find(&self, _: &Work<Self>) -> Result<((), Place)> {
        Ok(((), Place::default()))
    }

    async fn run(&self, permit: &Permit<'_, Self>, (): ()) -> Result<Done> {
        use invitation::Column as C;
        let login = permit.work().actor().login.clone().ok_or_else(|| Refusal::internal("a permit without a login"))?;
        let known = match hash_of_code(&self.code) {
            Some(hash) => invitation::Entity::find().filter(C::CodeHash.eq(hash)).one(permit.db()).await?,
            None => None,
        };
        let unknown = || say!("没有此邀请码，请核对后重新填写", "there is no such code; look at it again");
        let known = known.ok_or_else(|| Refusal::invalid("input.code", "UNKNOWN_CODE", unknown()))?;
        let redeemed = invitation::Entity::update_many()
            .col_expr(C::RedeemedAt, Expr::value(permit.now()))
            .filter(C::Id.eq(&known.id))
            .filter(C::RedeemedAt.is_null())
            .filter(C::EndedAt.is_null())
            .filter(C::ExpiresAt.gt(permit.now()))
            .exec(permit.db())
            .await?;
        if redeemed.rows_affected == 0 {
            return Err(spent(&known));
        }
        let id = new_id("link", permit.now())?;
        let row = person_link::ActiveModel {
            id: Set(id.clone()),
            issuer: Set(login.issuer.clone()),
            subject: Set(login.subject.clone()),
            person_id: Set(known.person_id.clone()),
            created_at: Set(permit.now()),
        };
        let once = OnConflict::new().do_nothing().to_owned();
        let linked = person_link::Entity::insert(row).on_conflict(once).exec_without_returning(permit.db()).await?;
        if linked == 0 {
            let message = say!("此登录刚刚已与一人关联", "this login was linked to somebody just now");
            return Err(Refusal::conflict(message, "LINKED"));
        }
        let person = person::Entity::find_by_id(&known.person_id).one(permit.db()).await?;
        let at = person.and_then(|person| person.home_community_code.or(person.registered_code)).unwrap_or_default();
        let before = Some(json!({"invitationId": known.id}));
        let after = json!({"personId": known.person_id, "invitationId": known.id});
        let region_code = Some(at.clone()).filter(|code| !code.is_empty());
        let record = Record { before, actor: Some(known.person_id.clone()), ..record(&id, region_code, after) };
        Ok(Done::new(record).secret("personId", known.person_id).event(LINKED, id, at).rights_changed())
    }
}

/// Why a code that was given out is good for nothing: whoever holds it may know.
fn spent(invitation: &invitation::Model) -> Refusal {
    let (message, current) = if invitation.redeemed_at.is_some() {
        (say!("该邀请码已使用过", "the code was redeemed before"), "REDEEMED")
    } else if invitation.ended_at.is_some() {
        (say!("该邀请已收回，或已有新的邀请", "the invitation was taken back, or another one took its place"), "ENDED")
    } else {
        (
            say!("该邀请码已过期，请联系发出者", "the code is past its time; ask whoever gave it out for another"),
            "EXPIRED",
        )
    };
    Refusal::conflict(message, current)
}

fn became() -> Vec<Field> {
    vec![Field::given_text("personId", "人员编号 · 此登录现在所属人员的编号 · id of the person whose login it is now")]
}

/// 解除登录关联 · 解除何人的哪一登录 · of whom, and which login
#[derive(InputObject, Debug)]
pub struct UnlinkLoginsInput {
    /// 人员或任职 · 本人的编号；可为其发出邀请者填此人或其某一任职的编号 · one's own id; whoever may invite the person anew names the person, or a post of the person
    pub on: ID,
    /// 登录 · 只解除此登录，不填即全部 · this one only; all of them unless given
    pub login_id: Option<ID>,
}

impl Act for UnlinkLoginsInput {
    const ACTION: &'static str = "unlinkLogins";
    const ABOUT: &'static str = "解除登录关联 · 本人解除自己的登录，或可为此人发出邀请者代为解除，如手机丢失；以其进行的会话立即结束 · a person lets go of a login, or whoever may invite the person anew does, as when a phone is lost; what goes on under it ends at once";
    const ANSWER: &'static str = "解除登录关联的结果 · 登录被解除的人员 · the person whose logins were unlinked";
    const SHOWS: fn() -> Vec<Field> = let_go;
    type Seen = Answered;

    fn ways() -> Vec<Way> {
        let own = Way::on::<Person>()
            .at(Owner { person: "{c}.id", ..Owner::default() })
            .barred(On::With(|sql, _, row| push_another(sql, row)), another);
        let linked = |way: Way| {
            let unlinked = if way.is_on(Post::shape()) {
                "NOT EXISTS (SELECT 1 FROM person_link l WHERE l.person_id = {c}.person_id)"
            } else {
                "NOT EXISTS (SELECT 1 FROM person_link l WHERE l.person_id = {c}.id)"
            };
            way.unless_told(unlinked, none)
        };
        answering().into_iter().chain([own]).map(linked).collect()
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Answered, Place)> {
        answered_for(work, &self.on).await
    }

    async fn run(&self, permit: &Permit<'_, Self>, Answered { person, code }: Answered) -> Result<Done> {
        use person_link::Column as C;
        let mut which = person_link::Entity::delete_many().filter(C::PersonId.eq(&person));
        if let Some(id) = &self.login_id {
            which = which.filter(C::Id.eq(&**id));
        }
        let unlinked = which.exec(permit.db()).await?.rows_affected;
        if unlinked == 0 {
            return Err(Refusal::conflict(none(), "NO_LOGIN"));
        }
        let at = Some(code).filter(|code| !code.is_empty());
        let record = record(&person, at, json!({"unlinked": unlinked}));
        Ok(Done::new(Record { before: Some(json!({"unlinked": 0})), ..record }).show("person", person).rights_changed())
    }
}

fn push_another(sql: &mut Sql<'_>, row: &str) {
    let caller = sql.actor.person_id().unwrap_or_default().to_owned();
    sql.push(row).push(".id <> ").bind(caller);
}

fn none() -> Message {
    say!("没有可以解除的登录关联", "there is no such login to unlink")
}

fn another() -> Message {
    say!("只有本人，或可为其发出邀请者才能解除", "only the person, or whoever may invite the person anew, unlinks")
}

fn let_go() -> Vec<Field> {
    vec![Field::given::<Person>("person", "人员 · 对可查看此人者显示 · the person, for those who may see the person")]
}
