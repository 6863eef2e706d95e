//! Founding an organisation.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, SqlErr};
use serde_json::json;
use tongxin_entity::{
    compound, entrusted_compound,
    organisation::{self, OrganisationKind},
    party_organisation, property_company, region,
    unit::{self, UnitCategory},
};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way, Work},
    error::{Refusal, Result, is_refused_by},
    id::new_id,
    input::{Check, folded},
    say,
    scalars::Date,
    see::{Field, Reader as _, Spelt},
    who::actor::Place,
};
use tongxin_policies::{Founding, Given};

use super::{
    Compound, Unit,
    founded::{founding_from, shown},
    rules::{check_credit_code, superior},
};
use crate::regions::{check_same_place, named_place};

/// 设立组织 · 设立何类组织、在何地 · which, and where
#[derive(InputObject, Debug)]
pub struct FoundOrganisationInput {
    /// 类别 · 设立何类组织 · which kind of organisation
    pub kind: Spelt<OrganisationKind>,
    /// 名称 · 组织的全称，1 至 100 字 · its full name; 1 to 100 characters
    pub name: String,
    /// 所在地 · 组织所属地点的统计代码 · statistical code of the place that it is of
    pub region_code: String,
    /// 统一社会信用代码 · 物业企业必填，18 位 · of a property company: its unified social credit code, 18 characters
    pub credit_code: Option<String>,
    /// 单位类别 · 驻区单位必填 · of a unit: what sort it is
    pub category: Option<Spelt<UnitCategory>>,
    /// 所属单位 · 单位党组织必填，同一社区的单位的编号 · of a unit's party organisation: id of the unit, in the same community
    pub unit_id: Option<ID>,
    /// 小区 · 小区党支部必填、服务站可填，其负责的小区的编号，须在所在社区 · of a compound branch, and of a station that is for some alone: ids of the compounds, in the same community
    pub compound_ids: Option<Vec<ID>>,
    /// 成立日期 · 党组织成立的日期，不填为今天 · of a party organisation: the day of its foundation; today unless given
    pub founded_on: Option<Date>,
}

/// What the input says beyond name and place, checked.
#[derive(Default)]
struct Details {
    credit_code: Option<String>,
    category: Option<UnitCategory>,
    unit_id: Option<String>,
    compounds: Vec<compound::Model>,
}

impl Act for FoundOrganisationInput {
    const ACTION: &'static str = "foundOrganisation";
    const ABOUT: &'static str = "设立组织 · 有权设立者登记一个组织成立：区设立街道和部门，街道设立社区并确认物业企业，社区设立支部、服务站，登记驻区单位 · whoever may records that an organisation was founded: the district its streets and departments, the street its communities and the companies that it confirms, the community its branches, stations and units";
    const ANSWER: &'static str = "设立组织的结果 · 新设立的组织 · the organisation as founded";
    const SHOWS: fn() -> Vec<Field> = shown;
    /// From where such an organisation is founded.
    type Seen = Option<Founding>;

    fn ways() -> Vec<Way> {
        [Given::Own, Given::Street, Given::District].map(founding_from).into()
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Self::Seen, Place)> {
        let founding = work.policy().founding(self.kind.0.as_str(), &self.region_code).cloned();
        let given = founding.as_ref().map_or(Given::Own, |founding| founding.given);
        Ok((founding, named_place(given.place(&self.region_code))))
    }

    async fn run(&self, permit: &Permit<'_, Self>, founding: Self::Seen) -> Result<Done> {
        let mut check = Check::default();
        if founding.is_none() {
            let message = say!("该层级没有这类组织", "there are no such organisations on this level");
            check.fault("regionCode", "WRONG_LEVEL", message);
        } else if founding.is_some_and(|founding| founding.given == Given::Nobody) {
            let message = say!(
                "此类组织由选举或协议产生，不由此设立",
                "such an organisation is elected or joined by pact, not founded so"
            );
            check.fault("kind", "NOT_FOUNDED", message);
        }
        let name = check.text("name", &self.name, 1..=100);
        let details = self.details(permit, &mut check).await?;
        let above = self.above(permit, &mut check).await?;
        check.done()?;
        let kind = self.kind.0;
        let id = new_id(kind.prefix(), permit.now())?;
        let row = organisation::ActiveModel {
            id: Set(id.clone()),
            kind: Set(kind),
            name_folded: Set(folded(&name)),
            name: Set(name),
            region_code: Set(self.region_code.clone()),
            superior_id: Set(above),
            dissolved_on: Set(None),
            created_at: Set(permit.now()),
            version: Set(1),
        };
        match organisation::Entity::insert(row).exec_without_returning(permit.db()).await {
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                let message = say!(
                    "该地已有此类组织，每地一个",
                    "there is one of this kind at the place already, and one is all there can be"
                );
                return Err(Refusal::conflict(message, "FOUNDED"));
            }
            Err(error) if is_refused_by(&error, "organisation_not_on_dissolved") => return Err(Refusal::gave_way()),
            founded => founded?,
        };
        self.keep(permit, &id, details).await?;
        let after = json!({"kind": kind, "regionCode": self.region_code});
        let record = Record {
            subject: id.clone(),
            region_code: Some(self.region_code.clone()),
            after: Some(after),
            ..Record::default()
        };
        Ok(Done::new(record).show("organisation", id).rights_changed())
    }
}

impl FoundOrganisationInput {
    async fn details(&self, permit: &Permit<'_, Self>, check: &mut Check) -> Result<Details> {
        use OrganisationKind as K;
        let kind = self.kind.0;
        let (mut details, at) = (Details::default(), &self.region_code);
        self.only_for(check, "creditCode", self.credit_code.is_some(), &[K::PropertyCompany], &[K::PropertyCompany]);
        self.only_for(check, "category", self.category.is_some(), &[K::Unit], &[K::Unit, K::SocialOrganisation]);
        self.only_for(check, "unitId", self.unit_id.is_some(), &[K::UnitParty], &[K::UnitParty]);
        let some = self.compound_ids.as_ref().is_some_and(|ids| !ids.is_empty());
        self.only_for(check, "compoundIds", some, &[K::CompoundBranch], &[K::CompoundBranch, K::Station]);
        if let Some(code) = &self.credit_code {
            let code = code.trim().to_uppercase();
            if let Err(message) = check_credit_code(&code) {
                check.fault("creditCode", "BAD_CREDIT_CODE", message);
            }
            details.credit_code = Some(code);
        }
        details.category = self.category.map(|category| category.0);
        if kind == K::SocialOrganisation {
            details.category = details.category.or(Some(UnitCategory::SocialOrganisation));
        }
        if let Some(id) = &self.unit_id {
            let unit = permit.see::<Unit>(id).await?;
            check_same_place(check, at, "unitId", &unit.region_code);
            details.unit_id = Some(unit.id);
        }
        for (place, id) in self.compound_ids.iter().flatten().enumerate() {
            let compound = permit.see::<Compound>(id).await?;
            check_same_place(check, at, &format!("compoundIds.{place}"), &compound.community_code);
            details.compounds.push(compound);
        }
        Ok(details)
    }

    /// A detail that some kinds need, and some may have.
    fn only_for(
        &self,
        check: &mut Check,
        path: &str,
        is_given: bool,
        needed: &[OrganisationKind],
        taken: &[OrganisationKind],
    ) {
        let kind = self.kind.0;
        if needed.contains(&kind) && !is_given {
            check.fault(path, "REQUIRED", say!("此类组织必须填写", "must be given for this kind"));
        } else if is_given && !taken.contains(&kind) {
            check.fault(path, "NOT_OF_KIND", say!("此类组织没有此项", "organisations of this kind have none"));
        }
    }

    /// The party organisation directly above, which must have been founded.
    async fn above(&self, permit: &Permit<'_, Self>, check: &mut Check) -> Result<Option<String>> {
        use organisation::Column as C;
        let place = region::Entity::find().filter(region::Column::Code.eq(&self.region_code)).one(permit.db()).await?;
        if place.is_none() {
            let message = say!("没有此统计代码的地点", "there is no place with this statistical code");
            check.fault("regionCode", "UNKNOWN_PLACE", message);
            return Ok(None);
        }
        let Some((kind, digits)) = superior(self.kind.0) else { return Ok(None) };
        let code = self.region_code.get(..digits).unwrap_or(&self.region_code);
        let above = organisation::Entity::find()
            .filter(C::Kind.eq(kind))
            .filter(C::RegionCode.eq(code))
            .filter(C::DissolvedOn.is_null())
            .one(permit.db())
            .await?;
        if above.is_none() && code.len() == digits {
            let message = say!(
                "上级党组织尚未设立，请先设立上级",
                "the party organisation above it is not founded yet; found that first"
            );
            check.fault("regionCode", "NO_SUPERIOR", message);
        }
        Ok(above.map(|above| above.id))
    }

    async fn keep(&self, permit: &Permit<'_, Self>, id: &str, details: Details) -> Result<()> {
        use OrganisationKind as K;
        let id = || Set(id.to_owned());
        match self.kind.0 {
            K::DistrictCommittee
            | K::StreetCommittee
            | K::CommunityCommittee
            | K::GridBranch
            | K::CompoundBranch
            | K::UnitParty => {
                let founded_on = Set(Some(self.founded_on.map_or(permit.today(), |day| day.0)));
                let row = party_organisation::ActiveModel { id: id(), unit_id: Set(details.unit_id), founded_on };
                party_organisation::Entity::insert(row).exec_without_returning(permit.db()).await?;
            }
            K::Unit | K::SocialOrganisation => {
                let category = details.category.ok_or_else(|| Refusal::internal("a unit without a category"))?;
                let row = unit::ActiveModel { id: id(), category: Set(category) };
                unit::Entity::insert(row).exec_without_returning(permit.db()).await?;
            }
            K::PropertyCompany => {
                let row = property_company::ActiveModel { id: id(), credit_code: Set(details.credit_code) };
                match property_company::Entity::insert(row).exec_without_returning(permit.db()).await {
                    Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                        let message = say!(
                            "已有企业登记此统一社会信用代码",
                            "a company with this unified social credit code is recorded already"
                        );
                        return Err(Refusal::conflict(message, "FOUNDED"));
                    }
                    kept => kept?,
                };
            }
            _ => {}
        }
        let entrusted = details
            .compounds
            .into_iter()
            .map(|compound| entrusted_compound::ActiveModel { organisation_id: id(), compound_id: Set(compound.id) });
        let entrusted = entrusted.collect::<Vec<_>>();
        if !entrusted.is_empty() {
            entrusted_compound::Entity::insert_many(entrusted).exec_without_returning(permit.db()).await?;
        }
        Ok(())
    }
}
