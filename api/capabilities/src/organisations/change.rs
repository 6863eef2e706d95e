//! The acts on organisations that are there: another name, another seat, an end.

use async_graphql::{ID, InputObject};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryResult, QuerySelect as _,
    QueryTrait as _, sea_query::Expr,
};
use serde_json::{Value, json};
use tongxin_entity::{organisation, party_organisation};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way, Work},
    error::{Message, Refusal, Result},
    input::{Check, folded},
    say,
    see::{Field, On, Reader as _, Sql},
    who::actor::Place,
};
use tongxin_policies::Given;

use super::{
    Organisation,
    founded::{founded_at, shown},
    hanging::{push_hanging_on, push_hangs},
    rules::is_movable,
};
use crate::regions::named_place;

/// 组织更名 · 哪个组织、改为何名 · which organisation, and its name from now on
#[derive(InputObject, Debug)]
pub struct RenameOrganisationInput {
    /// 组织 · 组织的编号 · the organisation's id
    pub organisation_id: ID,
    /// 版本 · 所读到的版本，版本较旧即被拒绝 · the version that was read; an older one is refused
    pub version: i32,
    /// 名称 · 组织的全称，1 至 100 字 · its full name; 1 to 100 characters
    pub name: String,
}

impl Act for RenameOrganisationInput {
    const ACTION: &'static str = "renameOrganisation";
    const ABOUT: &'static str = "组织更名 · 有权设立者为组织更名，编号和一切所系不变 · whoever founds such organisations gives one another name; its id and all that hangs on it stay";
    const ANSWER: &'static str = "组织更名的结果 · 更名后的组织 · the organisation by its new name";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = organisation::Model;

    fn ways() -> Vec<Way> {
        founded_at().map(standing).into()
    }

    async fn find(&self, work: &Work<Self>) -> Result<(organisation::Model, Place)> {
        work.find_any::<Organisation, organisation::Entity>(&self.organisation_id).await
    }

    async fn run(&self, permit: &Permit<'_, Self>, seen: organisation::Model) -> Result<Done> {
        let mut check = Check::default();
        let name = check.text("name", &self.name, 1..=100);
        check.done()?;
        let values = organisation::ActiveModel {
            name_folded: Set(folded(&name)),
            name: Set(name.clone()),
            ..organisation::ActiveModel::default()
        };
        change(permit, &seen, self.version, values).await?;
        Ok(done(&seen, &seen.region_code, json!({"name": seen.name}), json!({"name": name}), None))
    }
}

/// 迁移组织 · 哪个组织、迁到何地 · which organisation, and to where
#[derive(InputObject, Debug)]
pub struct MoveOrganisationInput {
    /// 组织 · 单位、社会组织或物业企业的编号 · id of a unit, a social organisation or a property company
    pub organisation_id: ID,
    /// 版本 · 所读到的版本，版本较旧即被拒绝 · the version that was read; an older one is refused
    pub version: i32,
    /// 所在地 · 迁往地点的统计代码 · statistical code of the place that it moves to
    pub region_code: String,
}

impl Act for MoveOrganisationInput {
    const ACTION: &'static str = "moveOrganisation";
    const ABOUT: &'static str = "迁移组织 · 对两地都有权者将单位或企业改属另一地，其党组织随之迁移；报到、合同和认领不变 · whoever decides at both places records that a unit or company is seated elsewhere now, its party organisation with it; check-ins, contracts and claims stay";
    const ANSWER: &'static str = "迁移组织的结果 · 迁移后的组织 · the organisation at its new place";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = organisation::Model;

    fn ways() -> Vec<Way> {
        let movable =
            |way: Way| standing(way).unless_told(On::With(|sql, _, row| push_not_movable(sql, row)), not_movable);
        founded_at().map(movable).into()
    }

    async fn find(&self, work: &Work<Self>) -> Result<(organisation::Model, Place)> {
        work.find_any::<Organisation, organisation::Entity>(&self.organisation_id).await
    }

    async fn run(&self, permit: &Permit<'_, Self>, seen: organisation::Model) -> Result<Done> {
        use organisation::Column as C;
        if !is_movable(seen.kind) {
            return Err(Refusal::conflict(not_movable(), "NOT_MOVABLE"));
        }
        let founding = permit.work().policy().founding(seen.kind.as_str(), &self.region_code);
        let given = founding.map_or(Given::Own, |founding| founding.given);
        permit.also(&named_place(given.place(&self.region_code)))?;
        let mut check = Check::default();
        if founding.is_none() {
            let message = say!("该层级没有这类组织", "there are no such organisations on this level");
            check.fault("regionCode", "WRONG_LEVEL", message);
        }
        if self.region_code == seen.region_code {
            check.fault("regionCode", "NO_CHANGE", say!("组织已在该地", "it is there already"));
        }
        check.done()?;
        let at = organisation::ActiveModel {
            region_code: Set(self.region_code.clone()),
            ..organisation::ActiveModel::default()
        };
        change(permit, &seen, self.version, at).await?;
        // The party organisation of a unit is where the unit is, under the committee of that community.
        let above = organisation::Entity::find()
            .filter(C::Kind.eq(organisation::OrganisationKind::CommunityCommittee))
            .filter(C::RegionCode.eq(&self.region_code))
            .filter(C::DissolvedOn.is_null())
            .one(permit.db())
            .await?;
        let of_unit = party_organisation::Entity::find()
            .select_only()
            .column(party_organisation::Column::Id)
            .filter(party_organisation::Column::UnitId.eq(&seen.id))
            .into_query();
        organisation::Entity::update_many()
            .col_expr(C::RegionCode, Expr::value(&self.region_code))
            .col_expr(C::SuperiorId, Expr::value(above.map(|above| above.id)))
            .filter(C::Id.in_subquery(of_unit))
            .exec(permit.db())
            .await?;
        let (before, after) = (json!({"regionCode": seen.region_code}), json!({"regionCode": self.region_code}));
        Ok(done(&seen, &self.region_code, before, after, None))
    }
}

/// 撤销组织 · 哪个组织、为何 · which organisation, and why
#[derive(InputObject, Debug)]
pub struct DissolveOrganisationInput {
    /// 组织 · 组织的编号 · the organisation's id
    pub organisation_id: ID,
    /// 版本 · 所读到的版本，版本较旧即被拒绝 · the version that was read; an older one is refused
    pub version: i32,
    /// 原因 · 为何撤销，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for DissolveOrganisationInput {
    const ACTION: &'static str = "dissolveOrganisation";
    const ABOUT: &'static str = "撤销组织 · 有权设立者撤销组织，自今日起不再存在；其任职、合同、认领等须先了结，见 `hanging` · whoever founds such organisations dissolves one, from today on; its posts, contracts, claims and the like are settled before, see `hanging`";
    const ANSWER: &'static str = "撤销组织的结果 · 已撤销的组织 · the organisation, dissolved";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = organisation::Model;

    fn ways() -> Vec<Way> {
        let settled = |way: Way| standing(way).unless_told(On::With(|sql, _, row| push_hangs(sql, row)), hangs);
        founded_at().map(settled).into()
    }

    async fn find(&self, work: &Work<Self>) -> Result<(organisation::Model, Place)> {
        work.find_any::<Organisation, organisation::Entity>(&self.organisation_id).await
    }

    async fn run(&self, permit: &Permit<'_, Self>, seen: organisation::Model) -> Result<Done> {
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;
        let end = organisation::ActiveModel {
            dissolved_on: Set(Some(permit.today())),
            ..organisation::ActiveModel::default()
        };
        // Whoever would hang something on it now waits for its row, and then is told.
        change(permit, &seen, self.version, end).await?;
        let hanging = hanging_on(permit.work(), &seen.id).await?;
        if !hanging.is_empty() {
            return Err(Refusal::conflict(hangs(), "HANGING").with("hanging", hanging));
        }
        let (before, after) = (json!({"dissolvedOn": null}), json!({"dissolvedOn": permit.today()}));
        Ok(done(&seen, &seen.region_code, before, after, Some(reason)))
    }
}

/// Sets columns of the organisation as it was read.
async fn change<A: Act>(
    permit: &Permit<'_, A>,
    seen: &organisation::Model,
    version: i32,
    values: organisation::ActiveModel,
) -> Result<()> {
    use organisation::Column as C;
    let changed = organisation::Entity::update_many()
        .set(organisation::ActiveModel { version: Set(version.saturating_add(1)), ..values })
        .filter(C::Id.eq(&seen.id))
        .filter(C::Version.eq(version))
        .filter(C::DissolvedOn.is_null())
        .exec(permit.db())
        .await?;
    if changed.rows_affected > 0 {
        return Ok(());
    }
    if seen.dissolved_on.is_some() {
        Err(Refusal::conflict(dissolved(), "DISSOLVED"))
    } else {
        Err(Refusal::stale(seen.version))
    }
}

async fn hanging_on<A: Act>(work: &Work<A>, id: &str) -> Result<Vec<Value>> {
    let statement = {
        let mut sql = work.sql();
        push_hanging_on(&mut sql, id);
        sql.into_statement()
    };
    let rows = work.rows(statement).await?;
    let row = |row: &QueryResult| {
        let (what, count): (String, i32) = (row.try_get("", "what")?, row.try_get("", "count")?);
        Ok(json!({"what": what, "count": count}))
    };
    rows.iter().map(row).collect()
}

fn done(seen: &organisation::Model, at: &str, before: Value, after: Value, reason: Option<String>) -> Done {
    let record = Record {
        subject: seen.id.clone(),
        region_code: Some(at.to_owned()),
        before: Some(before),
        after: Some(after),
        reason,
        ..Record::default()
    };
    Done::new(record).show("organisation", seen.id.clone()).rights_changed()
}

/// As long as it is not dissolved.
fn standing(way: Way) -> Way {
    way.versioned().unless_told("{c}.dissolved_on IS NOT NULL", dissolved)
}

fn push_not_movable(sql: &mut Sql<'_>, row: &str) {
    let movable = organisation::OrganisationKind::ALL.iter().filter(|kind| is_movable(**kind));
    let movable = movable.map(|kind| kind.as_str().to_owned()).collect::<Vec<_>>();
    sql.push(row).push(".kind NOT IN ").bind_list(&movable);
}

fn not_movable() -> Message {
    say!("只有单位、社会组织和物业企业可以迁移", "only units, social organisations and property companies move")
}

fn dissolved() -> Message {
    say!("该组织已撤销", "the organisation was dissolved before")
}

fn hangs() -> Message {
    say!(
        "尚有任职、合同、认领等系于此组织，须先了结",
        "posts, contracts, claims or the like still hang on the organisation; settle them first"
    )
}
