//! How invitations are read, and the codes of them.

use std::sync::LazyLock;

use tongxin_kernel::{
    scalars::DateTime,
    see::{Field, Gate, Gates, On, Owner, Shape, Shaped, Sql, Stored},
};

use super::Person;
use crate::possible::possible;

/// For how many hours a code is good.
pub const HOURS: i64 = 72;

/// 邀请.
pub struct Invitation;

impl Shaped for Invitation {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Invitation",
            description: "邀请 · 为一人发出的邀请码，凭码登录者即为此人；邀请码本身只在发出时显示一次 · a code that was given out for one person: whoever redeems it is that person; the code itself is shown once, when it is given out",
            prefix: Some("invitation"),
            table: "invitation",
            only: "",
            gates: Gates::through([Gate::all("readInvitation")]),
            owner: Owner {
                region: "(SELECT coalesce(h.home_community_code, h.registered_code) FROM person h WHERE h.id = {c}.person_id)",
                person: "{c}.made_by",
                ..Owner::default()
            },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<Invitation>(),
                Field::one::<Person>(
                    "person",
                    "{c}.id = {p}.person_id",
                    "人员 · 为何人发出，对可查看其本人的人显示 · for whom, for those who may see the person",
                )
                .nullable(),
                Field::scalar::<DateTime>("createdAt", "{c}.created_at", "发出时间 · 何时发出 · when it was given out"),
                Field::scalar::<DateTime>(
                    "expiresAt",
                    "{c}.expires_at",
                    "失效时间 · 自此不能再使用 · from when on it is good for nothing",
                ),
                Field::scalar::<DateTime>(
                    "redeemedAt",
                    "{c}.redeemed_at",
                    "使用时间 · 何时使用 · when it was redeemed",
                )
                .nullable(),
                Field::scalar::<DateTime>(
                    "endedAt",
                    "{c}.ended_at",
                    "收回时间 · 何时收回或由新的邀请取代 · when it was taken back or another one took its place",
                )
                .nullable(),
                Field::boolean(
                    "open",
                    On::With(|sql, _, row| push_open(sql, row)),
                    "可用 · 现在是否仍可使用 · whether it can still be redeemed",
                ),
            ],
        });
        &SHAPE
    }
}

impl Stored for Invitation {
    type Entity = tongxin_entity::invitation::Entity;
}

pub(super) fn push_open(sql: &mut Sql<'_>, row: &str) {
    let now = sql.now;
    sql.push_template("{c}.redeemed_at IS NULL AND {c}.ended_at IS NULL AND {c}.expires_at > ", row, row).bind(now);
}
