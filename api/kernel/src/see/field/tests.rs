use std::sync::LazyLock;

use sea_orm::ConnectionTrait as _;

use super::*;
use crate::{
    events::tests::database::{NEVER, noon, on_each},
    see::{Gate, Gates, Owner},
    who::load::stranger,
};

/// One row that everybody sees, and one that a stranger does not.
fn notes() -> &'static Shape {
    static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
        name: "Note",
        description: "便条 · 便条 · a note",
        prefix: None,
        table: "(SELECT 'a' AS about, 'OPEN' AS status, '1' AS region UNION ALL SELECT 'a', 'DRAFT', '1')",
        only: "",
        gates: Gates::through([
            Gate::when("{c}.status = 'OPEN'", "readServiceItem"),
            Gate::when("{c}.status = 'DRAFT'", "readServiceItemDrafts"),
        ]),
        owner: Owner { region: "{c}.region", ..Owner::default() },
        interfaces: &[],
        fields: Vec::new(),
    });
    &SHAPE
}

#[tokio::test]
async fn a_value_over_rows_leaves_out_what_a_gate_hides() {
    on_each(async |world| {
        let process = world.process(None, NEVER).await;
        let (stranger, policy, rules) = (stranger(), process.authority.policy(), process.authority.rules());
        let mut sql = Sql::new(world.db.get_database_backend(), &stranger, &policy, noon(), rules);
        sql.push("SELECT CAST(");
        On::Over { value: "count(*)", of: notes, on: "{c}.about = {p}.about" }.push(&mut sql, "t0", "t0");
        sql.push(" AS integer) FROM (SELECT 'a' AS about) t0");
        let row = world.db.query_one_raw(sql.into_statement()).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i32>(0).unwrap(), 1);
    })
    .await;
}
