//! The roles of posts as an enum of the API, spelt and called as the policies do.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType, Positioned, ServerResult,
    Value,
    parser::types::Field as AstField,
    registry::{MetaTypeId, Registry},
};
use tongxin_entity::{Word, post::PostRole};
use tongxin_kernel::see::{meta_enum, spelt};
use tongxin_policies::Role;

/// 岗位, as clients read and write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleName(pub PostRole);

/// What the enum is called, and what it tells.
pub const ABOUT: Word =
    Word { code: "Role", zh: "岗位", en: "what a person is in an organisation, as the policies name it" };

/// The roles that are held by a post, each with what people call it.
pub fn words() -> impl Iterator<Item = Word> {
    let held = Role::all().filter(|role| role.as_str().parse::<PostRole>().is_ok());
    held.map(|role| Word { code: role.as_str(), zh: role.name().zh, en: role.name().en })
}

impl InputType for RoleName {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        ABOUT.code.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| {
            meta_enum(ABOUT, words(), std::any::type_name::<Self>())
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        match spelt(&value).and_then(|text| text.parse().ok()) {
            Some(role) => Ok(Self(role)),
            None => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(self.0.as_str()))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl OutputType for RoleName {
    fn type_name() -> Cow<'static, str> {
        ABOUT.code.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Self as InputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<AstField>) -> ServerResult<Value> {
        Ok(InputType::to_value(self))
    }
}
