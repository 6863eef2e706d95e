//! `organisations.csv`

use std::collections::HashMap;

use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde_json::json;
use tongxin_capabilities::organisations::{check_credit_code, superior};
use tongxin_entity::{
    entrusted_compound,
    organisation::{self, OrganisationKind},
    party_organisation, property_company,
    unit::{self, UnitCategory},
};
use tongxin_kernel::{clock::shanghai_day, input::folded, say};

use super::{
    ImportError, Kind, read_all,
    refused::refused,
    run::Run,
    sheet::{Cells, Sheet},
};

pub const KIND: Kind = Kind {
    name: "organisations",
    columns: &[
        "externalId",
        "kind",
        "name",
        "regionCode",
        "creditCode",
        "category",
        "unit",
        "compounds",
        "foundedOn",
        "dissolvedOn",
    ],
    needed: &["externalId", "kind", "name", "regionCode"],
    places: &["regionCode"],
};

/// A row, and what its kind has besides.
struct Item {
    name: String,
    known: Option<String>,
    row: organisation::Model,
    credit_code: Option<String>,
    category: Option<UnitCategory>,
    /// As the source calls it: it may come in the same file.
    unit: Option<String>,
    compounds: Vec<String>,
    founded_on: Option<chrono::NaiveDate>,
}

pub async fn write(run: &mut Run<'_>, sheet: &Sheet) -> Result<(), ImportError> {
    let mut items = read_all(run, sheet, read)?;
    // What stands above comes first, and a unit before its party organisation.
    items.sort_by_key(|(_, item)| (item.row.region_code.len(), item.row.kind == OrganisationKind::UnitParty));
    let mut above = HashMap::new();
    for one in run.organisations.values().filter(|one| one.dissolved_on.is_none()) {
        above.insert((one.kind, one.region_code.clone()), one.id.clone());
    }
    let mut names = HashMap::new();
    for (line, item) in items {
        let over = superior(item.row.kind).map(|(kind, digits)| {
            let code = item.row.region_code.get(..digits).unwrap_or_default().to_owned();
            above.get(&(kind, code)).cloned()
        });
        let wrong = |message| ImportError::Refused(vec![crate::divisions::Fault { line, messages: vec![message] }]);
        if over == Some(None) {
            return Err(wrong(say!(
                "上级党组织尚未设立，请先导入或设立上级",
                "the party organisation above it is not there: import or found that first"
            )));
        }
        let unit = match &item.unit {
            None => None,
            Some(called) => Some(names.get(called).cloned().ok_or_else(|| {
                wrong(say!("organisations 中没有单位“{called}”", "there is no unit {called:?} among the organisations"))
            })?),
        };
        let id = match &item.known {
            Some(id) => id.clone(),
            None => run.new_id(item.row.kind.prefix())?,
        };
        let was = item.known.as_ref().and_then(|id| run.organisations.get(id)).cloned();
        let is = organisation::Model {
            id: id.clone(),
            superior_id: over.flatten(),
            created_at: was.as_ref().map_or(run.now, |was| was.created_at),
            version: was.as_ref().map_or(1, |was| was.version),
            ..item.row.clone()
        };
        above.insert((is.kind, is.region_code.clone()), id.clone());
        names.insert(item.name.clone(), id.clone());
        if let Some(was) = &was
            && was.kind != is.kind
        {
            return Err(wrong(say!("组织的类别不能更改", "an organisation stays of its kind")));
        }
        let (is_new, at) = (was.is_none(), is.region_code.clone());
        if run.take::<organisation::Entity>(line, is.clone(), was.as_ref()).await? {
            let after = json!({"importId": run.id, "externalId": item.name, "kind": is.kind, "regionCode": at});
            run.audit(&id, &at, after).await?;
        }
        if is_new {
            keep_details(run, line, &id, &item, unit).await?;
            run.keep_name(item.name, &id);
            run.organisations.insert(id, is);
        }
    }
    Ok(())
}

fn read(run: &mut Run<'_>, cells: &mut Cells<'_>) -> Option<Item> {
    use OrganisationKind as K;
    let (name, known) = run.named(cells);
    let kind = cells.parsed::<OrganisationKind>("kind");
    let kind = cells.needed("kind", kind)?;
    let region_code = run.place(cells, "regionCode");
    if matches!(kind, K::DistrictCommittee | K::OwnersCommittee | K::PartyAlliance | K::BigPartyCommittee) {
        cells.wrong("kind", say!("此类组织不由此文件导入", "organisations of this kind do not come by this file"));
    } else if cells.faults.is_empty() && run.policy.founding(kind.as_str(), &region_code).is_none() {
        cells.wrong("regionCode", say!("该层级没有这类组织", "there are no such organisations on this level"));
    }
    let credit_code = cells.digits("creditCode").map(|code| code.to_uppercase());
    if kind == K::PropertyCompany {
        match credit_code.as_deref().map(check_credit_code) {
            None => cells.wrong("creditCode", say!("物业企业必须填写", "must be given for a property company")),
            Some(Err(message)) => cells.wrong("creditCode", message),
            Some(Ok(())) => {}
        }
    }
    let category = cells.parsed::<UnitCategory>("category");
    let category = if kind == K::Unit { cells.needed("category", category) } else { category };
    let unit = cells.optional("unit", 100);
    if kind == K::UnitParty && unit.is_none() {
        cells.wrong("unit", say!("单位党组织必须填写所属单位", "must be given for the party organisation of a unit"));
    }
    let mut compounds = Vec::new();
    for called in cells.optional("compounds", 1000).iter().flat_map(|all| all.split(';')).map(str::trim) {
        match run.compound_called(called) {
            Some(compound) if compound.community_code == region_code => compounds.push(compound.id.clone()),
            Some(_) => cells.wrong(
                "compounds",
                say!("小区“{called}”不在此社区", "the compound {called:?} is not in this community"),
            ),
            None => cells.wrong("compounds", say!("没有小区“{called}”", "there is no compound {called:?}")),
        }
    }
    let called = cells.text("name", 100);
    let row = organisation::Model {
        id: String::new(),
        kind,
        name_folded: folded(&called),
        name: called,
        region_code,
        superior_id: None,
        dissolved_on: cells.date("dissolvedOn"),
        created_at: run.now,
        version: 1,
    };
    let founded_on = cells.date("foundedOn");
    Some(Item { name, known, row, credit_code, category, unit, compounds, founded_on })
}

async fn keep_details(
    run: &Run<'_>,
    line: usize,
    id: &str,
    item: &Item,
    unit: Option<String>,
) -> Result<(), ImportError> {
    use OrganisationKind as K;
    let id = || Set(id.to_owned());
    let kept = match item.row.kind {
        K::StreetCommittee | K::CommunityCommittee | K::GridBranch | K::CompoundBranch | K::UnitParty => {
            let founded_on = Set(Some(item.founded_on.unwrap_or_else(|| shanghai_day(run.now))));
            let row = party_organisation::ActiveModel { id: id(), unit_id: Set(unit), founded_on };
            party_organisation::Entity::insert(row).exec_without_returning(run.tx).await
        }
        K::Unit | K::SocialOrganisation => {
            let category = Set(item.category.unwrap_or(UnitCategory::SocialOrganisation));
            unit::Entity::insert(unit::ActiveModel { id: id(), category }).exec_without_returning(run.tx).await
        }
        K::PropertyCompany => {
            let row = property_company::ActiveModel { id: id(), credit_code: Set(item.credit_code.clone()) };
            property_company::Entity::insert(row).exec_without_returning(run.tx).await
        }
        _ => Ok(0),
    };
    kept.map_err(|error| refused(line, error))?;
    for compound in &item.compounds {
        let row = entrusted_compound::ActiveModel { organisation_id: id(), compound_id: Set(compound.clone()) };
        entrusted_compound::Entity::insert(row).exec_without_returning(run.tx).await?;
    }
    Ok(())
}
