//! The communities of a priority.

use std::collections::BTreeSet;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tongxin_entity::{priority_target, region};
use tongxin_kernel::{
    act::{Act, Permit},
    error::Result,
    input::Check,
    say,
    who::actor::{Place, parent_code},
};

use crate::regions::{check_same_place, is_code};

/// How many communities one input may name; no street has as many.
const MAX_CODES: usize = 500;

/// The communities of the street that the codes name: all of them for no code.
///
/// # Errors
/// `FORBIDDEN` for a place outside the actor's reach; other faults go to `check`.
pub(super) async fn named<A: Act>(
    permit: &Permit<'_, A>,
    street_code: &str,
    codes: &[String],
    check: &mut Check,
) -> Result<BTreeSet<String>> {
    let of_street = region::Entity::find()
        .select_only()
        .column(region::Column::Code)
        .filter(region::Column::ParentCode.eq(street_code))
        .filter(region::Column::Level.eq(region::RegionLevel::Community));
    let of_street = of_street.into_tuple::<String>().all(permit.db()).await?;
    let of_street = of_street.into_iter().collect::<BTreeSet<_>>();
    if of_street.is_empty() {
        let message = say!("不是有社区的街道", "is no street with communities");
        check.fault("streetCode", "NO_COMMUNITIES", message);
    }
    if codes.is_empty() {
        return Ok(of_street);
    }
    if codes.len() > MAX_CODES {
        let count = codes.len();
        let message = say!("最多 {MAX_CODES} 个，收到 {count} 个", "takes at most {MAX_CODES} codes, not {count}");
        check.fault("communityCodes", "TOO_MANY", message);
        return Ok(BTreeSet::new());
    }
    let elsewhere = codes.iter().filter(|code| !of_street.contains(*code) && is_code(code));
    let elsewhere = region::Entity::find().filter(region::Column::Code.is_in(elsewhere)).all(permit.db()).await?;
    for place in &elsewhere {
        // A community's priorities are its street's to set, so the street is where the right must be held.
        let owner = match place.level {
            region::RegionLevel::Community => parent_code(&place.code).unwrap_or(&place.code),
            _ => &place.code,
        };
        permit.also(&Place::region(owner))?;
    }
    for (at, code) in codes.iter().enumerate().filter(|(_, code)| !of_street.contains(*code)) {
        let path = format!("communityCodes.{at}");
        match elsewhere.iter().find(|place| place.code == *code).map(|place| place.level) {
            Some(region::RegionLevel::Community) => check_same_place(check, street_code, &path, code),
            Some(_) => {
                let message = say!("不是街道 {street_code} 的社区", "is no community of street {street_code}");
                check.fault(&path, "NOT_OF_THE_STREET", message);
            }
            None => {
                check.fault(&path, "UNKNOWN", say!("没有此统计代码的社区", "no community has this statistical code"));
            }
        }
    }
    Ok(codes.iter().cloned().collect())
}

/// The communities that a priority is set for now.
pub(super) async fn of<A>(permit: &Permit<'_, A>, priority_id: &str) -> Result<BTreeSet<String>> {
    let codes = priority_target::Entity::find()
        .select_only()
        .column(priority_target::Column::CommunityCode)
        .filter(priority_target::Column::PriorityId.eq(priority_id));
    Ok(codes.into_tuple::<String>().all(permit.db()).await?.into_iter().collect())
}

/// Sets the priority for these communities too.
pub(super) async fn add<'c, A>(
    permit: &Permit<'_, A>,
    priority_id: &str,
    codes: impl IntoIterator<Item = &'c String>,
) -> Result<()> {
    let row = |code: &String| priority_target::ActiveModel {
        priority_id: Set(priority_id.to_owned()),
        community_code: Set(code.clone()),
    };
    let rows = codes.into_iter().map(row).collect::<Vec<_>>();
    if !rows.is_empty() {
        priority_target::Entity::insert_many(rows).exec_without_returning(permit.db()).await?;
    }
    Ok(())
}

/// Sets the priority for these communities no longer.
pub(super) async fn remove<'c, A>(
    permit: &Permit<'_, A>,
    priority_id: &str,
    codes: impl IntoIterator<Item = &'c String>,
) -> Result<()> {
    priority_target::Entity::delete_many()
        .filter(priority_target::Column::PriorityId.eq(priority_id))
        .filter(priority_target::Column::CommunityCode.is_in(codes))
        .exec(permit.db())
        .await?;
    Ok(())
}
