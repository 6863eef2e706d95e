//! The acts that keep the record of a person: a name, a home, a number.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tongxin_entity::{
    organisation::{self, OrganisationKind},
    person,
};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way, Work},
    error::{Message, Refusal, Result},
    id::new_id,
    input::Check,
    on,
    privacy::Phone,
    say,
    see::{Field, On, Owner, Sql},
    who::actor::Place,
};

use super::Person;
use crate::{
    organisations::{Compound, Organisation, see_organisation},
    regions::{Region, check_same_place, named_place},
};

/// 登记人员 · 登记何人、由何地保管其记录 · who, and which place keeps the record
#[derive(InputObject, Debug)]
pub struct RegisterPersonInput {
    /// 姓名 · 此人的姓名，1 至 100 字 · the name; 1 to 100 characters
    pub name: String,
    /// 登记地 · 居住的社区，填 12 位统计代码；不住在本区的工作人员填任职的街道或区 · the community of residence, by its 12-digit code; for staff who live elsewhere the street or district they work for
    pub region_code: Option<String>,
    /// 登记单位 · 登记本方人员的物业企业、单位或单位党组织，代替登记地填写 · in place of that, the company, unit or unit's party organisation that registers its own staff
    pub organisation_id: Option<ID>,
    /// 居住小区 · 社区内所居住的小区的编号 · id of the compound in that community in which the person lives
    pub compound_id: Option<ID>,
    /// 手机号 · 11 位中国大陆手机号，加密保存 · a mobile number of mainland China; kept encrypted
    pub phone: Option<String>,
}

impl Act for RegisterPersonInput {
    const ACTION: &'static str = "registerPerson";
    const ABOUT: &'static str = "登记人员 · 社区登记居住于此的人，街道和区登记在此任职而不住在辖区的人；登记本身不给予任何权限 · a community registers who lives there, a street or district whoever works for it and lives elsewhere; the record itself gives no right";
    const ANSWER: &'static str = "登记人员的结果 · 新登记的人员 · the person as registered";
    const SHOWS: fn() -> Vec<Field> = shown;
    /// The organisation that keeps the record of its own staff.
    type Seen = Option<organisation::Model>;

    fn ways() -> Vec<Way> {
        let own = Owner { organisation: "{c}.id", ..Owner::default() };
        vec![
            Way::on::<Region>().unless_told("{c}.level = 'CITY'", no_keeper),
            Way::on_any::<Organisation>(own).barred(On::With(|sql, _, row| push_not_keeping(sql, row)), not_keeping),
        ]
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Self::Seen, Place)> {
        let Some(id) = &self.organisation_id else {
            let neither = || say!("请填写登记地或登记单位", "name the place, or the organisation that registers");
            let code = self.region_code.as_deref();
            let code = code.ok_or_else(|| Refusal::invalid("input.regionCode", "REQUIRED", neither()))?;
            return Ok((None, named_place(code)));
        };
        let organisation = see_organisation(work, id).await?;
        let bar = (!keeps_its_staff(organisation.kind)).then(not_keeping);
        let place = Place::default().organisation(&organisation.id).barred(bar);
        Ok((Some(organisation), place))
    }

    async fn run(&self, permit: &Permit<'_, Self>, organisation: Self::Seen) -> Result<Done> {
        let mut check = Check::default();
        let code = organisation.as_ref().map_or(self.region_code.as_deref(), |by| Some(&by.region_code));
        let code = code.unwrap_or_default().to_owned();
        let is_home = organisation.is_none() && code.len() == 12;
        if self.region_code.is_some() && organisation.is_some() {
            let message = say!("登记地与登记单位只填一项", "of place and organisation give one");
            check.fault("organisationId", "EXCLUSIVE", message);
        }
        if code.len() == 4 {
            check.fault("regionCode", "NO_KEEPER", no_keeper());
        }
        let name = check.text("name", &self.name, 1..=100);
        let home = if is_home { code.as_str() } else { "" };
        let compound = compound(permit, &mut check, home, self.compound_id.as_ref()).await?;
        let phone = number(&mut check, self.phone.as_deref());
        check.done()?;
        let id = new_id("person", permit.now())?;
        let phone = phone.map(|phone| permit.seal(&id, &phone));
        let (phone_sealed, phone_masked) = phone.unzip();
        let (home_community_code, registered_code) =
            if is_home { (Some(code.clone()), None) } else { (None, Some(code.clone())) };
        let row = person::ActiveModel {
            id: Set(id.clone()),
            name: Set(name),
            account: Set(None),
            home_community_code: Set(home_community_code),
            home_compound_id: Set(compound),
            phone_sealed: Set(phone_sealed),
            phone_masked: Set(phone_masked),
            registered_code: Set(registered_code),
            registered_by: Set(organisation.map(|organisation| organisation.id)),
            erased_at: Set(None),
            created_at: Set(permit.now()),
            version: Set(1),
        };
        person::Entity::insert(row).exec_without_returning(permit.db()).await?;
        let record = record(&id, Some(code), json!({"registered": true, "home": is_home}));
        Ok(Done::new(record).show("person", id))
    }
}

/// 更正人员 · 更正何人的记录、改成什么，未填的保持不变 · whose record, and what it shall say; what is left out stays as it is
#[derive(InputObject, Debug)]
pub struct CorrectPersonInput {
    /// 人员 · 人员的编号 · the person's id
    pub person_id: ID,
    /// 版本 · 所读到的版本，版本较旧即被拒绝 · the version that was read; an older one is refused
    pub version: i32,
    /// 姓名 · 此人的姓名，1 至 100 字 · the name; 1 to 100 characters
    pub name: Option<String>,
    /// 居住小区 · 社区内所居住的小区的编号，填 null 即没有 · id of the compound in the community in which the person lives; null for none
    pub compound_id: MaybeUndefined<ID>,
    /// 手机号 · 11 位中国大陆手机号，填 null 即删除 · a mobile number of mainland China; null to remove it
    pub phone: MaybeUndefined<String>,
}

impl Act for CorrectPersonInput {
    const ACTION: &'static str = "correctPerson";
    const ABOUT: &'static str = "更正人员 · 保管记录的社区、街道或区更正姓名、居住小区或手机号；审计只记更正了哪些项，不记内容 · the place that keeps the record corrects name, compound or number; the audit keeps which of them, never what they say";
    const ANSWER: &'static str = "更正人员的结果 · 更正后的人员 · the person as corrected";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Person, person_id, Way::on::<Person>().versioned());

    async fn run(&self, permit: &Permit<'_, Self>, seen: person::Model) -> Result<Done> {
        let mut check = Check::default();
        let mut edited = person::ActiveModel { version: Set(self.version + 1), ..Default::default() };
        let mut changed = Vec::new();
        if let Some(name) = &self.name {
            edited.name = Set(check.text("name", name, 1..=100));
            changed.push("name");
        }
        if !self.compound_id.is_undefined() {
            let home = seen.home_community_code.as_deref().unwrap_or_default();
            edited.home_compound_id = Set(compound(permit, &mut check, home, self.compound_id.value()).await?);
            changed.push("homeCompound");
        }
        if !self.phone.is_undefined() {
            let phone = number(&mut check, self.phone.value().map(String::as_str));
            let (sealed, masked) = phone.map(|phone| permit.seal(&seen.id, &phone)).unzip();
            (edited.phone_sealed, edited.phone_masked) = (Set(sealed), Set(masked));
            changed.push("phone");
        }
        if changed.is_empty() {
            check.fault(
                "personId",
                "NOTHING_TO_CHANGE",
                say!("请至少填写一项更正", "say at least one thing to correct"),
            );
        }
        check.done()?;
        let kept = person::Entity::update_many()
            .set(edited)
            .filter(person::Column::Id.eq(&seen.id))
            .filter(person::Column::Version.eq(self.version))
            .exec(permit.db())
            .await?;
        if kept.rows_affected == 0 {
            let message = say!("记录已被他人更正，请重新读取", "the record was corrected meanwhile; read it again");
            return Err(Refusal::conflict(message, "VERSION").with("version", seen.version));
        }
        let at = seen.home_community_code.or(seen.registered_code);
        let before = Some(json!({"version": self.version}));
        let after = json!({"version": self.version + 1, "corrected": changed});
        let record = Record { before, ..record(&seen.id, at, after) };
        Ok(Done::new(record).show("person", seen.id).rights_changed())
    }
}

/// The compound, where it lies in the community of residence.
pub(super) async fn compound<A: Act>(
    permit: &Permit<'_, A>,
    check: &mut Check,
    home: &str,
    id: Option<&ID>,
) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let compound = permit.see::<Compound>(id).await?;
    if home.len() == 12 {
        check_same_place(check, home, "compoundId", &compound.community_code);
    } else {
        let message =
            say!("只有登记在社区的人才有居住小区", "only who is registered in a community lives in a compound");
        check.fault("compoundId", "NO_HOME", message);
    }
    Ok(Some(compound.id.clone()))
}

fn number(check: &mut Check, text: Option<&str>) -> Option<Phone> {
    match Phone::parse(text?) {
        Ok(phone) => Some(phone),
        Err(message) => {
            check.fault("phone", "NOT_A_PHONE", message);
            None
        }
    }
}

/// Companies and units keep the records of their own staff; offices and communities keep those of a place.
const fn keeps_its_staff(kind: OrganisationKind) -> bool {
    use OrganisationKind as K;
    matches!(kind, K::PropertyCompany | K::Unit | K::SocialOrganisation | K::UnitParty)
}

fn push_not_keeping(sql: &mut Sql<'_>, row: &str) {
    let keeping = OrganisationKind::ALL.iter().filter(|kind| keeps_its_staff(**kind));
    let keeping = keeping.map(|kind| kind.as_str().to_owned()).collect::<Vec<_>>();
    sql.push(row).push(".kind NOT IN ").bind_list(&keeping);
}

fn not_keeping() -> Message {
    say!(
        "只有物业企业和单位自行登记本方人员，其余填登记地",
        "only companies and units register their own staff; else name the place"
    )
}

fn no_keeper() -> Message {
    say!(
        "市级不保管人员记录，请填区、街道或社区",
        "a city keeps no records of persons; name a district, street or community"
    )
}

/// Of a person the audit keeps ids and codes, never a name, a number or words.
pub(super) fn record(subject: &str, at: Option<String>, after: Value) -> Record {
    Record { subject: subject.to_owned(), region_code: at, after: Some(after), ..Record::default() }
}

pub(super) fn shown() -> Vec<Field> {
    vec![Field::given::<Person>("person", "人员 · 此人记录的现况 · the record as it is now")]
}
