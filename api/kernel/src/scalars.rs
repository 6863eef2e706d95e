//! The scalars of the API that GraphQL does not bring itself.

use std::ops::RangeInclusive;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike as _, NaiveDate, SubsecRound as _};

use crate::{error::Message, say};

/// The extension of a refusal that holds its Chinese sentence.
pub(crate) const ZH: &str = "zh";

/// The years that people write: what is kept sorts by its text, and as much on one database as on the other.
const YEARS: RangeInclusive<i32> = 1900..=2999;

/// A day as `2026-03-31`: four digits, two and two, with nothing around them. (The parser of chrono takes more than that.)
pub fn day(text: &str) -> Option<NaiveDate> {
    is_like(text, "0000-00-00").then(|| text.parse().ok()).flatten()
}

/// Whether a text has a digit wherever the pattern has one, and is the pattern everywhere else.
fn is_like(text: &str, pattern: &str) -> bool {
    let alike = |(c, p): (u8, u8)| if p == b'0' { c.is_ascii_digit() } else { c == p };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(alike)
}

/// An instant as RFC 3339 writes it, upper case, to the microsecond: finer parts are cut off.
fn instant(text: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    let (seconds, rest) = text.split_at_checked(19)?;
    let offset = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let plain = is_like(seconds, "0000-00-00T00:00:00") && !seconds.ends_with("60");
    let offset_known = offset == "Z" || is_like(offset, "+00:00") || is_like(offset, "-00:00");
    let instant = (plain && offset_known).then(|| chrono::DateTime::parse_from_rfc3339(text).ok()).flatten()?;
    Some(instant.to_utc().trunc_subsecs(6))
}

/// 日期 · a day in China, as `2026-03-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// 日期 · 中国的一天，写作 `2026-03-31`，年份为 1900 至 2999 · a day in China, as `2026-03-31`; of the years 1900 to 2999
#[Scalar(name = "Date", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let known = day(text).filter(|day| YEARS.contains(&day.year()));
        known.map(Self).ok_or_else(|| {
            let text = short(text);
            refused(say!(
                "“{text}”不是 2026-03-31 这样的日期，年份为 1900 至 2999",
                "{text:?} is not a day such as 2026-03-31, of the years 1900 to 2999"
            ))
        })
    }

    fn to_value(&self) -> Value {
        self.0.to_string().into()
    }
}

/// 时间 · an instant with its offset, as `2026-03-31T08:00:00+08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<chrono::Utc>);

/// 时间 · 带时差的时刻，按 RFC 3339 书写，年份为 1900 至 2999 · an instant with its offset, RFC 3339; of the years 1900 to 2999
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let known = instant(text).filter(|instant| YEARS.contains(&instant.year()));
        known.map(Self).ok_or_else(|| {
            let text = short(text);
            refused(say!(
                "“{text}”不是 RFC 3339 时间，如 2026-03-31T08:00:00+08:00",
                "{text:?} is not an RFC 3339 instant"
            ))
        })
    }

    fn to_value(&self) -> Value {
        self.0.to_rfc3339().into()
    }
}

/// The largest number that no reader of JSON rounds. (RFC 8259, section 6)
const LARGEST: i64 = (1 << 53) - 1;

/// A whole number that every reader of JSON keeps.
fn exact(value: &Value) -> Option<i64> {
    let Value::Number(number) = value else { return None };
    number.as_i64().filter(|number| (-LARGEST..=LARGEST).contains(number))
}

/// The refusal of what is no [`exact`] number.
fn inexact<T: async_graphql::InputType>(value: &Value) -> InputValueError<T> {
    let text = short(&value.to_string());
    refused(say!(
        "{text} 不是 −{LARGEST} 至 {LARGEST} 的整数",
        "{text} is not a whole number from -{LARGEST} to {LARGEST}"
    ))
}

/// 金额 · an amount of money in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fen(pub i64);

/// 金额 · 以分为单位的整数，绝对值不超过 9007199254740991 · an amount of money, a whole number of fen (0.01 yuan); at most 9007199254740991 either way
#[Scalar(name = "Fen", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Fen {
    fn parse(value: Value) -> InputValueResult<Self> {
        exact(&value).map(Self).ok_or_else(|| inexact(&value))
    }

    fn to_value(&self) -> Value {
        self.0.into()
    }
}

/// 面积 · an area in square centimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area(pub i64);

/// 面积 · 以平方厘米为单位的整数，绝对值不超过 9007199254740991 · an area, a whole number of square centimetres (0.0001 m²); at most 9007199254740991 either way
#[Scalar(name = "Area", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Area {
    fn parse(value: Value) -> InputValueResult<Self> {
        exact(&value).map(Self).ok_or_else(|| inexact(&value))
    }

    fn to_value(&self) -> Value {
        self.0.into()
    }
}

/// The refusal of a value, in both languages.
fn refused<T: async_graphql::InputType>(message: Message) -> InputValueError<T> {
    InputValueError::custom(message.en).with_extension(ZH, message.zh)
}

/// As much of a wrong text as its refusal repeats.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// 数据 · any JSON value.
pub struct Json;

/// 数据 · 任意 JSON 取值 · any JSON value
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(_: Value) -> InputValueResult<Self> {
        Err(refused(say!("只能读取，不能写入", "it is only read, never written")))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_four_digits_two_and_two() {
        for (text, good) in [
            ("2026-03-31", true),
            ("1900-01-01", true),
            ("2999-12-31", true),
            ("2028-02-29", true),
            ("1899-12-31", false),
            ("3000-01-01", false),
            ("0000-01-01", false),
            ("2026-02-29", false),
            ("2026-13-01", false),
            ("2026-3-1", false),
            ("2030-03- 1", false),
            ("2030- 3-01", false),
            (" 2030-3-01", false),
            ("2030-03-1 ", false),
            ("2030-+3-01", false),
            ("+2030-3-01", false),
            ("+10000-1-1", false),
            ("-203-03-01", false),
            ("10000-1-01", false),
            ("２０３０-03-01", false),
            ("2030−03−01", false),
            ("20300301", false),
            ("2030-03-01T00:00:00Z", false),
            ("", false),
        ] {
            assert_eq!(Date::parse(text.into()).is_ok(), good, "{text:?}");
        }
    }

    #[test]
    fn money_and_areas_are_whole_numbers_that_no_reader_rounds() {
        for (json, kept) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("2147483648", Some(2_147_483_648)),
            ("9007199254740991", Some(9_007_199_254_740_991)),
            ("-9007199254740991", Some(-9_007_199_254_740_991)),
            ("9007199254740992", None),
            ("-9007199254740992", None),
            ("9223372036854775807", None),
            ("18446744073709551615", None),
            ("1.0", None),
            ("1.5", None),
            ("1e3", None),
            ("\"1\"", None),
            ("true", None),
            ("[1]", None),
            ("null", None),
        ] {
            let value = Value::from_json(serde_json::from_str(json).unwrap()).unwrap();
            assert_eq!(Fen::parse(value.clone()).ok().map(|fen| fen.0), kept, "{json}");
            assert_eq!(Area::parse(value).ok().map(|area| area.0), kept, "{json}");
        }
        assert_eq!(Fen(9_007_199_254_740_991).to_value().to_string(), "9007199254740991");
        assert_eq!(Area(-1).to_value().to_string(), "-1");
    }

    #[test]
    fn instants_are_as_rfc_3339_writes_them() {
        for (text, kept) in [
            ("2026-03-31T08:00:00+08:00", Some("2026-03-31T00:00:00+00:00")),
            ("2026-03-31T08:00:00Z", Some("2026-03-31T08:00:00+00:00")),
            ("2026-03-31T08:00:00.123456789Z", Some("2026-03-31T08:00:00.123456+00:00")),
            ("2026-03-31T08:00:00-03:30", Some("2026-03-31T11:30:00+00:00")),
            ("2026-03-31 08:00:00Z", None),
            ("2026-03-31t08:00:00z", None),
            ("2026-03-31T08:00:00", None),
            ("2026-03-31T08:00:00.Z", None),
            ("2026-03-31T08:00:60Z", None),
            ("2026-03-31T24:00:00Z", None),
            ("2026-03-31T08:00:00\u{2212}03:30", None),
            ("2026-03-31T08:00:00+8:00", None),
            ("+2026-03-31T08:00:00Z", None),
            ("+10000-01-01T00:00:00Z", None),
            ("1899-12-31T23:59:59Z", None),
            ("3000-01-01T00:00:00Z", None),
            ("2999-12-31T23:59:59-01:00", None),
        ] {
            let read = DateTime::parse(text.into()).ok().map(|instant| instant.0.to_rfc3339());
            assert_eq!(read.as_deref(), kept, "{text:?}");
        }
    }
}
