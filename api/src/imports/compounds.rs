//! `compounds.csv`

use tongxin_entity::compound;
use tongxin_kernel::say;

use super::{ImportError, Kind, read_all, run::Run, sheet::Sheet};

pub const KIND: Kind = Kind {
    name: "compounds",
    columns: &["externalId", "name", "communityCode", "households", "builtArea"],
    needed: &["externalId", "name", "communityCode", "households"],
    places: &["communityCode"],
};

/// Square centimetres of a square metre.
const CM2: f64 = 10_000.0;

pub async fn write(run: &mut Run<'_>, sheet: &Sheet) -> Result<(), ImportError> {
    let items = read_all(run, sheet, |run, cells| {
        let (name, known) = run.named(cells);
        let community_code = run.place(cells, "communityCode");
        if cells.faults.is_empty() && community_code.len() != 12 {
            cells.wrong("communityCode", say!("应为社区的 12 位代码", "must be the 12 digits of a community"));
        }
        let households = cells.parsed::<i32>("households");
        let households = cells.needed("households", households.filter(|count| *count >= 0));
        let area = cells.parsed::<f64>("builtArea");
        if area.is_some_and(|area| !(0.0001..=9e11).contains(&area)) {
            cells.wrong("builtArea", say!("应为大于 0 的平方米数", "must be square metres above 0"));
        }
        let called = cells.text("name", 100);
        Some((
            name,
            known,
            compound::Model {
                id: String::new(),
                name: called,
                community_code,
                households: households.unwrap_or_default(),
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "within what a double holds exactly, as checked above"
                )]
                built_area: area.map(|area| (area * CM2).round() as i64),
            },
        ))
    })?;
    for (line, (name, known, item)) in items {
        let is = |id, _: Option<&_>| compound::Model { id, ..item };
        run.keep::<compound::Entity>(line, (name, known), "compound", is).await?;
    }
    Ok(())
}
