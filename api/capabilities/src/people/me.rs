//! Who the caller is.

use std::sync::LazyLock;

use tongxin_kernel::{
    catalogue::RootField,
    see::{self, Field, Gates, On, Owner, Request, Shape, Shaped, Spliced, Sql},
    who::actor::{PostInForce, Who},
};
use tongxin_policies::{Action, ReachSet};

use super::{Post, login::Login};
use crate::{organisations::Claimant, regions::Region};

/// 我.
pub struct Me;

impl Shaped for Me {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Me",
            description: "我 · 调用者即个人或客户端应用，包括现有任职和可为之事 · the caller: a person or a client application, with its posts in force and what it may do",
            prefix: None,
            table: "(SELECT id, name, home_community_code FROM person UNION ALL SELECT id, name, NULL FROM client_application)",
            only: "",
            gates: Gates::by_way_of_the_actor(),
            owner: Owner::default(),
            interfaces: &[],
            fields: vec![
                Field::id("编号 · 个人或应用的编号，不必解读 · opaque id of the person or application"),
                Field::text("name", "{c}.name", "姓名或名称 · 个人的姓名或应用的名称 · the name"),
                Field::one::<Region>(
                    "homeCommunity",
                    "{c}.code = {p}.home_community_code",
                    "居住社区 · 个人居住并可参与评价的社区 · where the person lives and rates",
                )
                .nullable(),
                Field::many::<Post>(
                    "posts",
                    On::With(posts),
                    "{c}.id",
                    "任职 · 现在有效的任职 · the posts in force now",
                ),
                Field::many::<Login>(
                    "logins",
                    "{c}.person_id = {p}.id",
                    "{c}.id",
                    "登录 · 与本人关联的登录 · the logins that are linked to the caller",
                ),
                Field::many_of::<Claimant>(
                    "claimants",
                    On::With(claimants),
                    "可代表的认领方 · 现有任职可以代表其认领的组织 · the organisations for which a post in force may claim",
                ),
                Field::json::<Vec<String>>(
                    "actions",
                    On::With(actions),
                    "可为之事 · 凭调用者的某一任职可在某处办理的行为，具体在何处由 `can` 告知 · the actions that some post of the caller allows somewhere; `can` tells where",
                ),
            ],
        });
        &SHAPE
    }
}

fn posts(sql: &mut Sql<'_>, _: &str, child: &str) {
    let ids = sql.actor.posts.iter().filter_map(|post| post.id.clone()).collect::<Vec<_>>();
    sql.push(child).push(".id IN ").bind_list(&ids);
}

/// The organisations for which a post of the caller may claim, wherever they serve.
pub fn claimants_of(sql: &Sql<'_>) -> Vec<String> {
    let policy = sql.policy;
    let claims = policy.action("claimServiceItem");
    let may_claim = |role| claims.is_some_and(|action| !policy.allowed(role, action).is_empty());
    let posts = sql.actor.posts.iter().filter(|post| may_claim(post.role));
    posts.filter_map(|post| post.organisation_id.clone()).collect()
}

fn claimants(sql: &mut Sql<'_>, _: &str, child: &str) {
    let ids = claimants_of(sql);
    sql.push(child).push(".id IN ").bind_list(&ids);
}

fn actions(sql: &mut Sql<'_>, _: &str, _: &str) {
    let policy = sql.policy;
    let posts = &sql.actor.posts;
    let is_person = sql.actor.person_id().is_some();
    let may = |action: Action| {
        let denied = posts.iter().fold(ReachSet::empty(), |all, post| all | policy.denied(post.role, action));
        // What is denied in the very reach that allows it, or in any, is allowed nowhere.
        let left = |post: &PostInForce| policy.allowed(post.role, action).difference(denied);
        (is_person || !action.changes())
            && !denied.contains(ReachSet::ANYONE)
            && posts.iter().any(|post| !left(post).is_empty())
    };
    let names = policy.actions().filter(|(action, _)| may(*action)).map(|(_, name)| name).collect::<Vec<_>>();
    let list = serde_json::to_string(&names).unwrap_or_default();
    sql.push("CAST(").bind(list).push(" AS TEXT)");
}

pub fn me() -> RootField {
    let about = "我 · 发出请求的调用者，没有令牌时为空 · the caller of this request; null without a token";
    RootField::new::<Option<Spliced<Me>>>("me", "public", about, |ctx| {
        Box::pin(async move {
            let request = Request::of(ctx)?;
            let (Who::Person(id) | Who::Client(id)) = &request.actor.who else { return Ok(None) };
            see::one(ctx, &request.reading(), see::by_id(id)).await
        })
    })
}
