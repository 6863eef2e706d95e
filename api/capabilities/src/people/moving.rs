//! Moving home: the record of a person goes over to the community where the person lives now.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use tongxin_entity::person;
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way},
    error::{Message, Refusal, Result},
    input::Check,
    on, say,
    see::Field,
};

use super::{
    Person,
    register::{compound, record, shown},
};
use crate::regions::named_place;

/// 迁居 · 何人迁往何处 · who moves, and where to
#[derive(InputObject, Debug)]
pub struct MoveHomeInput {
    /// 人员 · 人员的编号 · the person's id
    pub person_id: ID,
    /// 版本 · 所读到的版本，版本较旧即被拒绝 · the version that was read; an older one is refused
    pub version: i32,
    /// 迁往社区 · 迁入社区的 12 位统计代码 · the community moved to, by its 12-digit code
    pub community_code: String,
    /// 居住小区 · 迁入社区内所居住的小区的编号 · id of the compound in that community in which the person lives
    pub compound_id: Option<ID>,
}

impl Act for MoveHomeInput {
    const ACTION: &'static str = "moveHome";
    const ABOUT: &'static str = "迁居 · 统管两地的街道记录居民迁往另一社区，记录随之移交；任职、报到、认领和评价不变 · the street above both places records that a resident lives in another community now, which keeps the record from then on; posts, check-ins, claims and ratings stay";
    const ANSWER: &'static str = "迁居的结果 · 迁居后的人员 · the person at the new home";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Person, person_id, Way::on::<Person>().versioned().unless_told("{c}.home_community_code IS NULL", no_home));

    async fn run(&self, permit: &Permit<'_, Self>, seen: person::Model) -> Result<Done> {
        let Some(from) = &seen.home_community_code else { return Err(Refusal::conflict(no_home(), "NO_HOME")) };
        let mut check = Check::default();
        if self.community_code.len() == 12 {
            permit.also(&named_place(&self.community_code))?;
        } else {
            let message = say!("请填社区的 12 位统计代码", "name a community by its 12-digit code");
            check.fault("communityCode", "WRONG_LEVEL", message);
        }
        if self.community_code == *from {
            let message =
                say!("已居住在该社区，小区请用更正", "that is the home already; a compound is corrected instead");
            check.fault("communityCode", "NO_CHANGE", message);
        }
        let compound = match &self.compound_id {
            Some(_) if self.community_code.len() != 12 => None,
            id => compound(permit, &mut check, &self.community_code, id.as_ref()).await?,
        };
        check.done()?;
        let moved = person::ActiveModel {
            home_community_code: Set(Some(self.community_code.clone())),
            home_compound_id: Set(compound),
            version: Set(self.version.saturating_add(1)),
            ..Default::default()
        };
        let kept = person::Entity::update_many()
            .set(moved)
            .filter(person::Column::Id.eq(&seen.id))
            .filter(person::Column::Version.eq(self.version))
            .exec(permit.db())
            .await?;
        if kept.rows_affected == 0 {
            return Err(Refusal::stale(seen.version));
        }
        let after = json!({"home": self.community_code});
        let record = Record {
            before: Some(json!({"home": from})),
            ..record(&seen.id, Some(self.community_code.clone()), after)
        };
        Ok(Done::new(record).show("person", seen.id).rights_changed())
    }
}

fn no_home() -> Message {
    say!("此人没有登记在社区的住处", "no home in a community is on record")
}
