//! `contracts.csv`: property contracts as they were found.

use serde_json::json;
use tongxin_entity::property_contract::{self, PropertyContractKind};
use tongxin_kernel::say;

use super::{ImportError, Kind, read_all, run::Run, sheet::Sheet};

pub const KIND: Kind = Kind {
    name: "contracts",
    columns: &["externalId", "company", "compound", "kind", "startsOn", "endsOn", "monthlyFee"],
    needed: &["externalId", "company", "compound", "kind", "startsOn", "endsOn"],
    places: &[],
};

pub async fn write(run: &mut Run<'_>, sheet: &Sheet) -> Result<(), ImportError> {
    let items = read_all(run, sheet, |run, cells| {
        let (name, known) = run.named(cells);
        let company = run.refers(cells, "company", "organisations");
        let compound = run.refers(cells, "compound", "compounds");
        let kind = cells.parsed::<PropertyContractKind>("kind");
        let (starts_on, ends_on) = (cells.date("startsOn"), cells.date("endsOn"));
        let monthly_fee = cells.parsed::<i64>("monthlyFee");
        if monthly_fee.is_some_and(|fee| !(0..=9_007_199_254_740_991).contains(&fee)) {
            cells.wrong("monthlyFee", say!("应为不小于 0 的分数", "must be 0 fen or more"));
        }
        let company_id = cells.needed("company", company)?;
        let compound_id = cells.needed("compound", compound)?;
        let kind = cells.needed("kind", kind)?;
        let starts_on = cells.needed("startsOn", starts_on)?;
        let ends_on = cells.needed("endsOn", ends_on)?;
        if !company_id.starts_with("company_") {
            cells.wrong("company", say!("不是物业企业", "is not a property company"));
        }
        if !compound_id.starts_with("compound_") {
            cells.wrong("compound", say!("不是小区", "is not a compound"));
        }
        if ends_on < starts_on {
            cells.wrong("endsOn", say!("早于起始日期", "lies before the first day"));
        }
        Some((
            name,
            known,
            property_contract::Model {
                id: String::new(),
                company_id,
                compound_id,
                kind,
                starts_on,
                ends_on,
                ended_on: None,
                end_reason: None,
                monthly_fee,
                created_at: run.now,
            },
        ))
    })?;
    for (line, (name, known, item)) in items {
        let is = |id, was: Option<&property_contract::Model>| match was {
            None => property_contract::Model { id, ..item },
            Some(was) => property_contract::Model {
                id,
                ended_on: was.ended_on,
                end_reason: was.end_reason.clone(),
                created_at: was.created_at,
                ..item
            },
        };
        let kept = run.keep::<property_contract::Entity>(line, (name, known), "contract", is).await?;
        let Some((name, is)) = kept else { continue };
        let at = run.compounds.get(&is.compound_id).map(|one| one.community_code.clone()).unwrap_or_default();
        let after = json!({"importId": run.id, "externalId": name, "companyId": is.company_id, "compoundId": is.compound_id,
            "startsOn": is.starts_on, "endsOn": is.ends_on});
        run.audit(&is.id, &at, after).await?;
    }
    Ok(())
}
