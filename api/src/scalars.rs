//! The scalars of the API that GraphQL does not bring itself.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::NaiveDate;

/// 日期 · a day in China, as `2026-03-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// 日期 · a day in China, as `2026-03-31`
#[Scalar(name = "Date", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        // The parser of chrono also takes `2026-3-1`; the API does not.
        match text.parse() {
            Ok(date) if text.len() == 10 => Ok(Self(date)),
            _ => Err(InputValueError::custom(format!("{text:?} is not a day such as 2026-03-31"))),
        }
    }

    fn to_value(&self) -> Value {
        self.0.to_string().into()
    }
}

/// 时间 · an instant with its offset, as `2026-03-31T08:00:00+08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<chrono::Utc>);

/// 时间 · an instant with its offset, RFC 3339
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let instant = chrono::DateTime::parse_from_rfc3339(text);
        let instant = instant.map_err(|_| InputValueError::custom(format!("{text:?} is not an RFC 3339 instant")))?;
        Ok(Self(instant.to_utc()))
    }

    fn to_value(&self) -> Value {
        self.0.to_rfc3339().into()
    }
}

/// 数据 · any JSON value.
pub struct Json;

/// 数据 · any JSON value
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(_: Value) -> InputValueResult<Self> {
        Err(InputValueError::custom("it is only read, never written"))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}
