//! Enums of the API, each declared once beside its table with what people call its values.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType, Positioned, ServerResult,
    Value,
    parser::types::Field as AstField,
    registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry},
};
use indexmap::IndexMap;
use tongxin_entity::{Word, Words};

/// A value of an enum, as clients read and write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelt<E>(pub E);

/// The declaration of an enum with these values.
pub fn meta_enum(about: Word, words: impl IntoIterator<Item = Word>, rust_type: &'static str) -> MetaType {
    let value = |word: Word| {
        let value = MetaEnumValue {
            name: word.code.to_owned(),
            description: Some(format!("{} · {}", word.zh, word.en)),
            deprecation: Deprecation::NoDeprecated,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            directive_invocations: Vec::new(),
        };
        (word.code.to_owned(), value)
    };
    MetaType::Enum {
        name: about.code.to_owned(),
        description: Some(format!("{} · {}", about.zh, about.en)),
        enum_values: words.into_iter().map(value).collect::<IndexMap<_, _>>(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(rust_type),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// The word that a client wrote, in the document or as a variable.
pub fn spelt(value: &Value) -> Option<&str> {
    match value {
        Value::Enum(name) => Some(name.as_str()),
        Value::String(text) => Some(text),
        _ => None,
    }
}

impl<E: Words> InputType for Spelt<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        E::ABOUT.code.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| {
            meta_enum(E::ABOUT, E::WORDS.iter().copied(), std::any::type_name::<Self>())
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let at = spelt(&value).and_then(|text| E::WORDS.iter().position(|word| word.code == text));
        match at.and_then(E::get) {
            Some(known) => Ok(Self(known)),
            None => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(self.0.word().code))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<E: Words> OutputType for Spelt<E> {
    fn type_name() -> Cow<'static, str> {
        E::ABOUT.code.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Self as InputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<AstField>) -> ServerResult<Value> {
        Ok(InputType::to_value(self))
    }
}
