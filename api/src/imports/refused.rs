//! What the database refuses of a row, in words.

use sea_orm::{DbErr, SqlErr};
use tongxin_kernel::{
    error::{Message, is_refused_by},
    say,
};

use super::ImportError;
use crate::divisions::Fault;

/// What the database refuses of one row, in words.
pub fn refused(line: usize, error: DbErr) -> ImportError {
    const RULES: &[(&str, &str, &str)] = &[
        (
            "post_one_seat",
            "该岗位同时只设一人，与他人的任期重叠",
            "of this role there is one at a time, and the term overlaps that of somebody else",
        ),
        (
            "post_terms_apart",
            "与此人在该组织同一岗位的任期重叠",
            "the person holds this role there in a term that overlaps",
        ),
        (
            "property_contract_terms_apart",
            "与该小区另一物业合同的期限重叠",
            "another property contract of the compound overlaps",
        ),
        ("check_in_terms_apart", "与同一报到的期限重叠", "it is checked in there in a term that overlaps"),
    ];
    let told = |message| ImportError::Refused(vec![Fault { line, messages: vec![message] }]);
    if let Some((_, zh, en)) = RULES.iter().find(|(rule, ..)| is_refused_by(&error, rule)) {
        return told(Message { zh: (*zh).into(), en: (*en).into() });
    }
    let dissolved = ["post", "check_in", "property_contract", "organisation"];
    if dissolved.iter().any(|table| is_refused_by(&error, &format!("{table}_not_on_dissolved"))) {
        return told(say!("所属组织已撤销", "the organisation that it is of was dissolved"));
    }
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => told(say!("已有同样的记录", "the same is recorded already")),
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
            told(say!("所引用的对象不存在", "it refers to what is not there"))
        }
        _ => error.into(),
    }
}
