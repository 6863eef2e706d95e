//! Whether a reader sees a text as it is written: one word on it for inputs and imports.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, WhiteSpace},
};

use crate::{error::Message, say};

/// What the bytes of U+FFFD become when they are read as GBK and as Latin-1: a text that was lost before it came here.
const LOST: [&str; 2] = ["锟斤拷", "ï¿½"];

/// Seen only on something else, or not at all.
const NOT_BY_ITSELF: GeneralCategoryGroup = GeneralCategoryGroup::Mark
    .union(GeneralCategoryGroup::Control)
    .union(GeneralCategoryGroup::Format)
    .union(GeneralCategoryGroup::Unassigned);

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// A control character other than a line break or a tab.
    Control,
    /// It turns the direction of writing: what is seen is not what is written.
    Direction,
    /// What a wrong conversion leaves behind: U+FFFD, 锟斤拷, a code that is no character.
    Garbled,
    /// Nothing of it is seen.
    Invisible,
}

impl Unreadable {
    /// The code of the field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "CONTROL_CHARACTER",
            Self::Direction => "DIRECTION",
            Self::Garbled => "GARBLED",
            Self::Invisible => "INVISIBLE",
        }
    }

    pub fn message(self) -> Message {
        match self {
            Self::Control => say!("不能含控制字符", "must not hold control characters"),
            Self::Direction => {
                say!("不能含改变书写方向的字符", "must not hold characters that turn the direction of writing")
            }
            Self::Garbled => say!(
                "含有乱码（如 U+FFFD、锟斤拷），请按原文重新填写",
                "is garbled (U+FFFD, 锟斤拷 and the like); write it again from the original"
            ),
            Self::Invisible => say!("没有可见的字", "shows nothing that can be seen"),
        }
    }
}

/// Whether a text can be read: something of it is seen, in the order in which it is written, and nothing of it was lost.
/// The empty text is readable; how short one may be is for its caller.
///
/// # Errors
/// The first of the reasons in the order of [`Unreadable`].
pub fn readable(text: &str) -> Result<(), Unreadable> {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Unreadable::Control);
    }
    if text.chars().any(turns_direction) {
        return Err(Unreadable::Direction);
    }
    if text.chars().any(is_broken) || LOST.iter().any(|lost| text.contains(lost)) {
        return Err(Unreadable::Garbled);
    }
    if !text.is_empty() && text.chars().all(shows_nothing) {
        return Err(Unreadable::Invisible);
    }
    Ok(())
}

/// Embeddings, overrides and isolates. The marks U+200E, U+200F and U+061C are like letters that are not seen: Uyghur
/// and Arabic texts need them beside digits and Latin words, and they turn nothing that has a direction.
fn turns_direction(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c) && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

fn is_broken(c: char) -> bool {
    let code = u32::from(c);
    c == char::REPLACEMENT_CHARACTER || code & 0xfffe == 0xfffe || matches!(code, 0xfdd0..=0xfdef)
}

/// White space, what no font draws, and marks that are seen only on something else.
fn shows_nothing(c: char) -> bool {
    // Braille without a dot, a note without a head, the object that was not copied along: symbols by their category.
    matches!(c, '\u{2800}' | '\u{1d159}' | '\u{fffc}')
        || CodePointSetData::new::<WhiteSpace>().contains(c)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || NOT_BY_ITSELF.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

#[cfg(test)]
mod tests {
    use super::{Unreadable::*, readable};

    #[test]
    fn what_cannot_be_read_is_told_why() {
        for (text, said) in [
            ("楼道照明", Ok(())),
            ("", Ok(())),
            ("a\r\n\tb", Ok(())),
            ("麦?镇", Ok(())),
            ("👨\u{200d}👩", Ok(())),
            ("❤\u{fe0f}", Ok(())),
            ("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", Ok(())),
            ("葛\u{e0100}城", Ok(())),
            ("ئۇيغۇرچە\u{200f} 3", Ok(())),
            ("می\u{200c}خواهم", Ok(())),
            ("\u{e5e5}", Ok(())),
            ("𠮷", Ok(())),
            ("e\u{301}", Ok(())),
            ("。", Ok(())),
            ("   ", Err(Invisible)),
            ("\u{3164}", Err(Invisible)),
            ("\u{ffa0}\u{115f}", Err(Invisible)),
            ("\u{2800}\u{2800}", Err(Invisible)),
            ("\u{200b}\u{feff}", Err(Invisible)),
            ("\u{200e}\u{200f}", Err(Invisible)),
            ("\u{fe0f}", Err(Invisible)),
            ("\u{e0100}", Err(Invisible)),
            ("\u{e0041}\u{e0042}", Err(Invisible)),
            ("\u{ad}", Err(Invisible)),
            ("\u{180e}\u{34f}", Err(Invisible)),
            ("\u{301}", Err(Invisible)),
            ("\u{fffc}", Err(Invisible)),
            ("\u{1d159}", Err(Invisible)),
            ("\u{3000}\u{2028}", Err(Invisible)),
            ("\u{378}", Err(Invisible)),
            ("a\u{202e}b", Err(Direction)),
            ("\u{202a}a\u{202c}", Err(Direction)),
            ("\u{2066}a\u{2069}", Err(Direction)),
            ("麦\u{fffd}镇", Err(Garbled)),
            ("锟斤拷", Err(Garbled)),
            ("麦锟斤拷镇", Err(Garbled)),
            ("麦ï¿½镇", Err(Garbled)),
            ("a\u{ffff}", Err(Garbled)),
            ("a\u{fdd0}", Err(Garbled)),
            ("a\u{7}", Err(Control)),
            ("a\0b", Err(Control)),
            ("a\u{85}b", Err(Control)),
        ] {
            assert_eq!(readable(text), said, "{text:?}");
        }
    }
}
