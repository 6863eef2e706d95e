//! What the GraphQL library says of a document or a value, which is a text in English: sorted by the rule that was broken, and said in
//! Chinese too. What the table does not know is said to be so, with the library's own words beside it.

mod table;
#[cfg(test)]
mod tests;

use async_graphql::{Pos, ServerError, Value, parser};

use self::table::{ABOUT_VALUES, Line, SENTENCES};
use crate::{error::Message, scalars::ZH};

/// What was said, by its rule.
pub(crate) struct Said {
    /// A stable word for the rule that was broken, such as `UNKNOWN_FIELD`.
    pub rule: &'static str,
    pub message: Message,
    /// The library's own words, where the Chinese sentence leaves something out.
    pub detail: Option<String>,
    /// The argument that has a wrong value, as far as it is named.
    pub argument: Option<String>,
    pub locations: Vec<Pos>,
}

/// By a rule that is not of the table.
const OTHER: &str = "OTHER";

impl Said {
    /// Of an error of the library. One of our own scalars brings its Chinese sentence along.
    pub fn of(error: &ServerError) -> Self {
        Self::known(error).unwrap_or_else(|| Self {
            rule: OTHER,
            message: Message { zh: "请求不符合 GraphQL 规范，详见 detail".into(), en: error.message.clone() },
            detail: Some(error.message.clone()),
            argument: None,
            locations: error.locations.clone(),
        })
    }

    /// The same, if it is of the table.
    pub fn known(error: &ServerError) -> Option<Self> {
        let own = match error.extensions.as_ref().and_then(|all| all.get(ZH)) {
            Some(Value::String(zh)) => {
                Some(Sentence { rule: "WRONG_VALUE", zh: zh.clone(), whole: true, argument: None })
            }
            _ => sentence(&error.message),
        };
        let Sentence { rule, zh, whole, argument } = own?;
        Some(Self {
            rule,
            message: Message { zh, en: error.message.clone() },
            detail: (!whole).then(|| error.message.clone()),
            argument,
            locations: error.locations.clone(),
        })
    }

    /// Of a text that cannot be parsed, without the lines of it that the parser would repeat.
    pub fn syntax(error: &parser::Error) -> Self {
        let locations = error.positions().take(2).collect::<Vec<_>>();
        let parser::Error::Syntax { message, start, .. } = error else {
            return Self { locations, ..Self::of(&ServerError::new(error.to_string(), None)) };
        };
        let reason = message.lines().last().unwrap_or_default().trim_start_matches([' ', '=']);
        let Pos { line, column } = start;
        let en = format!("Syntax error: {reason}");
        let message =
            Message { zh: format!("查询文本第 {line} 行第 {column} 列有语法错误"), en: en.clone() };
        Self { rule: "SYNTAX", message, detail: Some(en), argument: None, locations }
    }
}

/// A Chinese sentence, and whether it says all that the English one does.
struct Sentence {
    rule: &'static str,
    zh: String,
    whole: bool,
    argument: Option<String>,
}

fn sentence(text: &str) -> Option<Sentence> {
    if let Some((what, of)) = text.strip_suffix("\")").and_then(|text| text.rsplit_once(" (occurred while parsing \""))
    {
        return sentence(what).map(|inner| Sentence { zh: format!("{}（见 {of}）", inner.zh), ..inner });
    }
    // Where the schema is open the library asks whether another name was meant.
    if let Some((what, names)) = text.strip_suffix('?').and_then(|text| text.split_once(" Did you mean ")) {
        return sentence(what).map(|inner| Sentence { zh: format!("{}；是否指 {names}？", inner.zh), ..inner });
    }
    if let [argument, fault] = *holes("Invalid value for argument \"{}\", {}", text).unwrap_or_default() {
        let inner = find(ABOUT_VALUES, fault)?;
        return Some(Sentence {
            zh: format!("参数 {argument}：{}", inner.zh),
            argument: Some(argument.into()),
            ..inner
        });
    }
    if let [variable, fault] = *holes("Invalid default value for argument: \"{}\", {}", text).unwrap_or_default() {
        let inner = find(ABOUT_VALUES, fault)?;
        return Some(Sentence { zh: format!("变量 ${variable} 的默认值：{}", inner.zh), ..inner });
    }
    find(SENTENCES, text)
}

fn find(lines: &'static [Line], text: &str) -> Option<Sentence> {
    lines.iter().find_map(|(rule, english, chinese)| {
        let found = holes(english, text)?;
        let (mut zh, mut whole) = ((*chinese).to_owned(), true);
        for (at, word) in found.into_iter().enumerate() {
            let hole = format!("{{{at}}}");
            whole &= zh.contains(&hole);
            zh = zh.replace(&hole, word);
        }
        Some(Sentence { rule, zh, whole, argument: None })
    })
}

/// What stands in a text where a pattern has `{}`.
fn holes<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut literals = pattern.split("{}");
    let mut rest = text.strip_prefix(literals.next()?)?;
    let mut found = Vec::new();
    let mut literals = literals.peekable();
    while let Some(literal) = literals.next() {
        let (word, after) = match literals.peek() {
            Some(_) => rest.split_once(literal)?,
            None => (rest.strip_suffix(literal)?, ""),
        };
        found.push(word);
        rest = after;
    }
    rest.is_empty().then_some(found)
}
