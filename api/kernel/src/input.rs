//! Checks what people wrote: every fault of an input is told at once, each with its path.

mod readable;

use std::{fmt::Display, ops::RangeInclusive};

use icu_casemap::CaseMapper;
use unicode_normalization::UnicodeNormalization as _;

pub use self::readable::{Unreadable, readable};
use crate::{
    error::{BadField, Message, Refusal, Result},
    say,
};

/// Collects the faults of one input.
#[derive(Default)]
pub struct Check {
    faults: Vec<BadField>,
}

impl Check {
    /// A text: trimmed, NFC, [`readable`], within `length` characters; one that shows nothing has none.
    pub fn text(&mut self, path: &str, text: &str, length: RangeInclusive<usize>) -> String {
        let text = clean(text);
        let (min, max) = (length.start(), length.end());
        let unreadable = readable(&text).err();
        let count = if unreadable == Some(Unreadable::Invisible) { 0 } else { text.chars().count() };
        if count < *min {
            self.fault(
                path,
                "TOO_SHORT",
                say!("至少 {min} 个字，收到 {count} 个", "needs at least {min} characters, not {count}"),
            );
        } else if count > *max {
            self.fault(
                path,
                "TOO_LONG",
                say!("最多 {max} 个字，收到 {count} 个", "takes at most {max} characters, not {count}"),
            );
        }
        match unreadable {
            // Where something is needed, that it is too short says so.
            Some(Unreadable::Invisible) if *min > 0 => {}
            Some(unreadable) => self.fault(path, unreadable.code(), unreadable.message()),
            None => {}
        }
        text
    }

    /// A text that may be left out; one of nothing but white space counts as left out.
    pub fn optional_text(&mut self, path: &str, text: Option<&str>, max: usize) -> Option<String> {
        let text = text.map(|text| self.text(path, text, 0..=max));
        text.filter(|text| !text.is_empty())
    }

    pub fn range<T: PartialOrd + Display>(&mut self, path: &str, value: T, range: RangeInclusive<T>) -> T {
        if !range.contains(&value) {
            let (min, max) = (range.start(), range.end());
            self.fault(
                path,
                "OUT_OF_RANGE",
                say!("应在 {min} 到 {max} 之间，收到 {value}", "must be between {min} and {max}, not {value}"),
            );
        }
        value
    }

    /// A fault of any other kind.
    pub fn fault(&mut self, path: &str, code: &'static str, message: Message) {
        self.faults.push(BadField { path: format!("input.{path}"), code, message });
    }

    /// # Errors
    /// `INVALID_INPUT` with every fault found.
    pub fn done(self) -> Result<()> {
        if self.faults.is_empty() { Ok(()) } else { Err(Refusal::invalid_fields(self.faults)) }
    }
}

/// A text as it is looked for: the same for letters of either case, by Unicode's full folding, and for whatever is the
/// same character to a reader. A column that is searched keeps it beside the text, for no function of the databases
/// gives the same on both.
pub fn folded(text: &str) -> String {
    // What folds may be composed: it is taken apart before, and put together after.
    let apart = text.trim().nfd().collect::<String>();
    CaseMapper::new().fold_string(&apart).nfc().collect()
}

/// A text as it is kept, compared and looked for: NFC, trimmed.
pub fn clean(text: &str) -> String {
    text.nfc().collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Check, folded};

    #[test]
    fn letters_of_either_case_are_looked_for_alike() {
        for (one, other) in [
            ("Hengtai", "HENGTAI"),
            ("  恒泰 ABC物业\n", "恒泰 abc物业"),
            ("增产\u{f9e9}", "增产里"),
            ("Straße", "STRASSE"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("e\u{301}TÉ", "ÉTé"),
            ("ＡＢＣ", "ａｂｃ"),
            ("ﬁliale", "FILIALE"),
        ] {
            assert_eq!(folded(one), folded(other), "{one:?} {other:?}");
        }
        for (one, other) in [("ＡＢＣ", "ABC"), ("é", "e"), ("里", "裡")] {
            assert_ne!(folded(one), folded(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn texts_are_cleaned_and_bounded() {
        for (text, length, kept) in [
            ("  楼道照明 ", 1..=4, Some("楼道照明")),
            ("e\u{301}", 1..=1, Some("é")),
            ("🌟🌟", 1..=2, Some("🌟🌟")),
            ("a\nb", 1..=3, Some("a\nb")),
            ("   ", 1..=4, None),
            ("五个汉字呢", 1..=4, None),
            ("a\u{7}b", 1..=3, None),
            ("a\0b", 1..=3, None),
            ("👨\u{200d}👩", 1..=3, Some("👨\u{200d}👩")),
            ("\u{200b}\u{feff}", 1..=3, None),
            ("\u{3164}", 1..=3, None),
            ("\u{3164}", 0..=3, None),
            ("a\u{202e}b", 1..=3, None),
            ("", 0..=3, Some("")),
        ] {
            let mut check = Check::default();
            let clean = check.text("title", text, length);
            assert_eq!(check.done().is_ok().then_some(clean.as_str()), kept, "{text:?}");
        }
    }
}
