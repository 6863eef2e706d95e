//! How the logins of a person are read: for that person alone, who hears of each new one.

use std::sync::LazyLock;

use async_graphql::{Context, Subscription};
use futures_util::Stream;
use tongxin_kernel::{
    directive::needs,
    error::Result,
    events,
    scalars::DateTime,
    see::{Field, Gate, Gates, Live, Owner, Reading, Shape, Shaped, Stored},
};

/// The kind of the event that a login was linked.
pub(super) const LINKED: &str = "login.linked";

/// 登录.
pub struct Login;

impl Shaped for Login {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Login",
            description: "登录 · 与本人关联的一种登录，凭其令牌者即为本人；只有本人可以查看 · a login that is linked to the caller: whoever comes with its token is that person; seen by nobody else",
            prefix: Some("link"),
            table: "person_link",
            only: "",
            gates: Gates::through([Gate::all("readLogin")]),
            owner: Owner { person: "{c}.person_id", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                Field::text("issuer", "{c}.issuer", "签发者 · 签发其令牌的登录系统 · whose tokens it comes with"),
                Field::scalar::<DateTime>("createdAt", "{c}.created_at", "关联时间 · 何时关联 · when it was linked"),
            ],
        });
        &SHAPE
    }
}

impl Stored for Login {
    type Entity = tongxin_entity::person_link::Entity;
}

#[derive(Default)]
pub struct LoginSubscription;

#[Subscription]
impl LoginSubscription {
    /// 新的登录 · 此后每个与本人关联的登录；并非本人所为的，应立即解除并告知所在社区 · each login that is linked to the caller from now on; unlink one that was not your doing, and tell your community
    #[graphql(directive = needs::apply("readLogin".into()))]
    async fn login_linked(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = Result<Live<Login, Reading>>> + use<>> {
        events::live(ctx, LINKED, None)
    }
}
