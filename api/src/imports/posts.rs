//! `posts.csv`

use serde_json::json;
use tongxin_entity::post::{self, PostRole};
use tongxin_kernel::say;

use super::{ImportError, Kind, read_all, run::Run, sheet::Sheet};

pub const KIND: Kind = Kind {
    name: "posts",
    columns: &["externalId", "person", "role", "organisation", "startsOn", "endsOn"],
    needed: &["externalId", "person", "role", "organisation", "startsOn"],
    places: &[],
};

pub async fn write(run: &mut Run<'_>, sheet: &Sheet) -> Result<(), ImportError> {
    let items = read_all(run, sheet, |run, cells| {
        let (name, known) = run.named(cells);
        let person_id = run.refers(cells, "person", "people");
        let role = cells.parsed::<PostRole>("role");
        let organisation_id = run.refers(cells, "organisation", "organisations");
        let (starts_on, ends_on) = (cells.date("startsOn"), cells.date("endsOn"));
        let person_id = cells.needed("person", person_id)?;
        let role = cells.needed("role", role)?;
        let organisation_id = cells.needed("organisation", organisation_id)?;
        let starts_on = cells.needed("startsOn", starts_on)?;
        if ends_on.is_some_and(|ends| ends < starts_on) {
            cells.wrong("endsOn", say!("早于任期开始", "lies before the first day"));
        }
        let kind = run.organisations.get(&organisation_id).map(|one| one.kind);
        let held = run
            .policy
            .seats()
            .iter()
            .any(|seat| seat.role.as_str() == role.as_str() && kind.is_some_and(|kind| seat.kind == kind.as_str()));
        if !held {
            cells.wrong("role", say!("该类组织不设此岗位", "the role is not held in this sort of organisation"));
        }
        Some((
            name,
            known,
            post::Model {
                id: String::new(),
                person_id,
                role,
                organisation_id,
                representing_id: None,
                starts_on,
                ends_on,
                ended_at: None,
                end_reason: None,
                appointed_by: None,
                created_at: run.now,
            },
        ))
    })?;
    for (line, (name, known, item)) in items {
        let is = |id, was: Option<&post::Model>| match was {
            None => post::Model { id, ..item },
            Some(was) => post::Model {
                person_id: item.person_id,
                role: item.role,
                organisation_id: item.organisation_id,
                starts_on: item.starts_on,
                ends_on: item.ends_on,
                ..was.clone()
            },
        };
        let Some((name, is)) = run.keep::<post::Entity>(line, (name, known), "post", is).await? else { continue };
        let at = run.organisations.get(&is.organisation_id).map(|one| one.region_code.clone()).unwrap_or_default();
        let after = json!({"importId": run.id, "externalId": name, "role": is.role, "organisationId": is.organisation_id,
            "startsOn": is.starts_on, "endsOn": is.ends_on});
        run.audit(&is.id, &at, after).await?;
    }
    Ok(())
}
