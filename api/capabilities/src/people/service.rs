//! The act of reading personal data in full.

use async_graphql::{ID, InputObject};
use tongxin_entity::person;
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way},
    error::{Message, Refusal, Result},
    input::Check,
    on, say,
    see::Field,
};

use super::Person;

/// 查看完整电话 · 查看谁的电话、用途为何 · whose, and what for
#[derive(InputObject, Debug)]
pub struct RevealPhoneInput {
    /// 人员 · 人员的编号 · the person's id
    pub person_id: ID,
    /// 用途 · 为何需要此号码，5 至 500 字，记入审计 · what the number is needed for; 5 to 500 characters, kept in the audit
    pub purpose: String,
}

impl Act for RevealPhoneInput {
    const ACTION: &'static str = "revealPhone";
    const ABOUT: &'static str = "查看完整电话 · 向须办理此事的岗位显示完整电话号码，每次查看连同用途都会记入审计 · shows a phone number in full to the post that must act on it; each such reading is audited with its purpose";
    const ANSWER: &'static str =
        "查看完整电话的结果 · 完整号码，只可用于所说明的用途 · the number, for the stated purpose only";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Person, person_id, Way::on::<Person>().unless_told("{c}.phone_sealed IS NULL", no_phone));

    async fn run(&self, permit: &Permit<'_, Self>, person: person::Model) -> Result<Done> {
        let mut check = Check::default();
        let purpose = check.text("purpose", &self.purpose, 5..=500);
        check.done()?;
        let sealed = person.phone_sealed.ok_or_else(|| Refusal::conflict(no_phone(), "NO_PHONE"))?;
        let phone = permit.unseal(&person.id, &sealed)?;
        let record = Record {
            subject: person.id.clone(),
            region_code: person.home_community_code,
            purpose: Some(purpose),
            ..Record::default()
        };
        Ok(Done::new(record).show("person", person.id).secret("phone", phone))
    }
}

fn no_phone() -> Message {
    say!("未登记电话", "no phone number is registered")
}

fn shown() -> Vec<Field> {
    vec![
        Field::given::<Person>("person", "人员 · 号码所属的人员 · whose number it is"),
        Field::given_text("phone", "电话 · 完整的电话号码 · the full number"),
    ]
}
