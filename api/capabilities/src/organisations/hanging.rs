//! What hangs on an organisation: as long as anything does, it is not dissolved.

use std::sync::LazyLock;

use sea_orm::ActiveEnum;
use tongxin_entity::Word;
use tongxin_kernel::see::{Field, Gates, Owner, Shape, Shaped, Sql, labels};

use crate::{claims::RUNNING, implementations::OPEN, people::push_post_in_force};

/// 所系事项.
pub struct Hanging;

impl Shaped for Hanging {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Hanging",
            description: "所系事项 · 系于此组织、撤销之前须先了结的一类事项 · something of one sort that hangs on the organisation, and is to be settled before it is dissolved",
            prefix: None,
            table: "",
            only: "",
            gates: Gates::by_way_of_the_actor(),
            owner: Owner::default(),
            interfaces: &[],
            fields: vec![
                Field::text("what", "{c}.what", "类别 · 何种事项 · of which sort"),
                labels(),
                Field::scalar::<i32>("count", "{c}.count", "数量 · 此类事项有多少 · how many there are of the sort"),
            ],
        });
        &SHAPE
    }
}

/// One sort: its word, and the rows of it that hang on the organisation.
struct Bond {
    word: Word,
    /// Writes the table and the condition, of the organisation's row.
    rows: fn(&mut Sql<'_>, &str),
}

const BONDS: &[Bond] = &[
    Bond {
        word: Word { code: "POSTS", zh: "任职", en: "posts held or to come" },
        rows: |sql, row| {
            let today = sql.today;
            sql.push_template("post x WHERE x.organisation_id = {c}.id AND x.ended_at IS NULL AND (x.ends_on IS NULL OR x.ends_on >= ", row, row);
            sql.bind(today).push(")");
        },
    },
    Bond {
        word: Word { code: "SUBORDINATES", zh: "下级组织", en: "organisations under it" },
        rows: |sql, row| {
            sql.push_template("organisation x WHERE x.superior_id = {c}.id AND x.dissolved_on IS NULL", row, row);
        },
    },
    Bond {
        word: Word { code: "PARTY_ORGANISATIONS", zh: "单位党组织", en: "party organisations of the unit" },
        rows: |sql, row| {
            sql.push_template(
                "party_organisation d JOIN organisation x ON x.id = d.id WHERE d.unit_id = {c}.id AND x.dissolved_on IS NULL",
                row,
                row,
            );
        },
    },
    Bond {
        word: Word { code: "CONTRACTS", zh: "物业合同", en: "property contracts" },
        rows: |sql, row| {
            let today = sql.today;
            sql.push_template(
                "property_contract x WHERE x.company_id = {c}.id AND x.ended_on IS NULL AND x.ends_on >= ",
                row,
                row,
            );
            sql.bind(today);
        },
    },
    Bond {
        word: Word { code: "CHECK_INS", zh: "报到", en: "check-ins" },
        rows: |sql, row| {
            sql.push_template("check_in x WHERE x.unit_id = {c}.id AND ", row, row);
            push_post_in_force(sql, "x");
        },
    },
    Bond {
        word: Word { code: "PACTS", zh: "共建协议", en: "pacts" },
        rows: |sql, row| {
            sql.push_template(
                "alliance_member x WHERE (x.member_id = {c}.id OR x.alliance_id = {c}.id) AND x.left_on IS NULL",
                row,
                row,
            );
        },
    },
    Bond {
        word: Word { code: "CLAIMS", zh: "未了结的认领", en: "claims under way" },
        rows: |sql, row| {
            sql.push_template("claim x WHERE x.claimant_id = {c}.id AND x.status IN ", row, row);
            sql.bind_list(&RUNNING.map(|state| state.to_value()));
        },
    },
    Bond {
        word: Word { code: "IMPLEMENTATIONS", zh: "未办结的落实", en: "implementations under way" },
        rows: |sql, row| {
            sql.push_template("implementation x WHERE {c}.kind = 'COMMUNITY_COMMITTEE' AND x.community_code = {c}.region_code AND x.status IN ", row, row);
            sql.bind_list(&OPEN.map(|state| state.to_value()));
        },
    },
];

/// Writes what hangs on the organisation `row` as rows of a table.
pub(super) fn push_hanging(sql: &mut Sql<'_>, row: &str) {
    sql.push("(SELECT * FROM (");
    for (at, Bond { word, rows }) in BONDS.iter().enumerate() {
        sql.push(if at > 0 { " UNION ALL SELECT " } else { "SELECT " });
        sql.push(&format!("{at} AS place, '{}' AS what, ", word.code));
        sql.text(word.zh).push(" AS zh, ");
        sql.text(word.en).push(" AS en, CAST(count(*) AS integer) AS count FROM ");
        rows(sql, row);
    }
    sql.push(") bonds WHERE count > 0)");
}

/// The same of the organisation with this id alone, by itself.
pub(super) fn push_hanging_on(sql: &mut Sql<'_>, id: &str) {
    sql.push("SELECT what, count FROM (");
    for (at, Bond { word, rows }) in BONDS.iter().enumerate() {
        sql.push(if at > 0 { " UNION ALL SELECT " } else { "SELECT " });
        sql.push(&format!("{at} AS place, '{}' AS what, (SELECT CAST(count(*) AS integer) FROM ", word.code));
        rows(sql, "o");
        sql.push(") AS count FROM organisation o WHERE o.id = ").bind(id.to_owned());
    }
    sql.push(") bonds WHERE count > 0 ORDER BY place");
}

/// Writes that anything hangs on it.
pub(super) fn push_hangs(sql: &mut Sql<'_>, row: &str) {
    for (at, Bond { rows, .. }) in BONDS.iter().enumerate() {
        sql.push(if at > 0 { " OR EXISTS (SELECT 1 FROM " } else { "(EXISTS (SELECT 1 FROM " });
        rows(sql, row);
        sql.push(")");
    }
    sql.push(")");
}

pub(super) fn hanging() -> Field {
    let about = "所系事项 · 撤销之前须先了结的各类事项，没有的不列出 · what is to be settled before it is dissolved; where there is none of a sort, nothing is said";
    Field::made::<Hanging>(
        "hanging",
        |sql, row, _| {
            push_hanging(sql, row);
            Ok(())
        },
        "{c}.place",
        about,
    )
    .costs(120, 20, 0)
}
