//! `checkins.csv`: units and party members that are checked in to communities, as it was found.

use tongxin_entity::check_in;
use tongxin_kernel::say;

use super::{ImportError, Kind, read_all, run::Run, sheet::Sheet};

pub const KIND: Kind = Kind {
    name: "checkins",
    columns: &["externalId", "unit", "person", "communityCode", "startsOn", "endsOn"],
    needed: &["externalId", "communityCode", "startsOn"],
    places: &["communityCode"],
};

pub async fn write(run: &mut Run<'_>, sheet: &Sheet) -> Result<(), ImportError> {
    let items = read_all(run, sheet, |run, cells| {
        let (name, known) = run.named(cells);
        let unit_id = run.refers(cells, "unit", "organisations");
        let person_id = run.refers(cells, "person", "people");
        let community_code = run.place(cells, "communityCode");
        let (starts_on, ends_on) = (cells.date("startsOn"), cells.date("endsOn"));
        if cells.faults.is_empty() && unit_id.is_some() == person_id.is_some() {
            cells.fault(say!("unit 与 person 须填且只填一项", "of unit and person exactly one must be given"));
        }
        if unit_id.as_ref().is_some_and(|id| !id.starts_with("unit_")) {
            cells.wrong("unit", say!("不是单位或社会组织", "is neither a unit nor a social organisation"));
        }
        if cells.faults.is_empty() && community_code.len() != 12 {
            cells.wrong("communityCode", say!("应为社区的 12 位代码", "must be the 12 digits of a community"));
        }
        let starts_on = cells.needed("startsOn", starts_on)?;
        if ends_on.is_some_and(|ends| ends < starts_on) {
            cells.wrong("endsOn", say!("早于起始日期", "lies before the first day"));
        }
        Some((
            name,
            known,
            check_in::Model {
                id: String::new(),
                person_id,
                unit_id,
                community_code,
                starts_on,
                ends_on,
                ended_at: None,
                created_at: run.now,
            },
        ))
    })?;
    for (line, (name, known, item)) in items {
        let is = |id, was: Option<&check_in::Model>| check_in::Model {
            id,
            ended_at: was.and_then(|was| was.ended_at),
            created_at: was.map_or(item.created_at, |was| was.created_at),
            ..item
        };
        run.keep::<check_in::Entity>(line, (name, known), "checkin", is).await?;
    }
    Ok(())
}
