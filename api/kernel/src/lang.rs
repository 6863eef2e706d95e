//! The language of messages: Chinese unless the reader prefers English.

use std::cmp::Reverse;

/// A language the service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// A range of `Accept-Language`, which `*` makes empty, and its weight in thousandths.
struct Range {
    subtags: Vec<String>,
    weight: u16,
}

impl Lang {
    /// In the order in which they serve whoever prefers neither.
    const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The subtags of what is written in it, the language first. (RFC 5646)
    const fn subtags(self) -> &'static [&'static str] {
        match self {
            Self::Zh => &["zh", "hans", "cn"],
            Self::En => &["en"],
        }
    }

    /// Reads an `Accept-Language` header (RFC 9110, section 12.5.4): the language of ours with the highest weight, of
    /// equals the one named first. A range narrower than what we have leads to it, as the lookup of RFC 4647 (section
    /// 3.4) has it: `en-GB`, `zh-TW`. `*` stands for what no other range names. A language of weight 0 is used only
    /// where the other one is of weight 0 too. Ranges that are not well-formed are passed over.
    pub fn from_header(header: &str) -> Self {
        let ranges = header.split(',').filter_map(Range::parse).collect::<Vec<_>>();
        let mut wished = Self::ALL.map(|lang| (lang.wished(&ranges), lang));
        // Stable, so that languages wished for alike stay in our order.
        wished.sort_by_key(|(wish, _)| Reverse(*wish));
        let wanted = wished.iter().find(|(wish, _)| wish.is_some_and(|(weight, _)| weight > 0));
        let (_, lang) = wanted.or_else(|| wished.iter().find(|(wish, _)| wish.is_none())).copied().unwrap_or_default();
        lang
    }

    /// The weight that the ranges give it, and the place of the one that does; none where no range is about it.
    fn wished(self, ranges: &[Range]) -> Option<(u16, Reverse<usize>)> {
        let ranges = || ranges.iter().enumerate();
        let narrower = || ranges().filter(|(_, range)| range.subtags.first().is_some_and(|s| *s == self.subtags()[0]));
        // The narrowest range that it lies in says whether it is wanted at all.
        let around = narrower().filter(|(_, range)| range.subtags.iter().all(|s| self.subtags().contains(&s.as_str())));
        if let Some((at, Range { weight: 0, .. })) = around.max_by_key(|(_, range)| (range.subtags.len(), range.weight))
        {
            return Some((0, Reverse(at)));
        }
        let wish = |(at, range): (usize, &Range)| (range.weight, Reverse(at));
        let named = narrower().map(wish).filter(|(weight, _)| *weight > 0).max();
        named.or_else(|| ranges().find(|(_, range)| range.subtags.is_empty()).map(wish))
    }
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (tag, weight) = match text.split_once(';') {
            Some((tag, parameter)) => {
                let (name, value) = parameter.trim().split_once('=')?;
                (tag, name.eq_ignore_ascii_case("q").then(|| thousandths(value)).flatten()?)
            }
            None => (text, 1000),
        };
        let subtags = match tag.trim() {
            "*" => Vec::new(),
            tag => tag.split('-').map(str::to_ascii_lowercase).collect(),
        };
        let is_subtag = |s: &String| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric());
        subtags.iter().all(is_subtag).then_some(Self { subtags, weight })
    }
}

/// A weight from `0` to `1`, with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let weight = format!("{whole}{decimals:0<3}").parse::<u16>().ok()?;
    (["0", "1"].contains(&whole) && weight <= 1000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn reads_the_preferred_language() {
        for (header, lang) in [
            ("", Lang::Zh),
            ("en", Lang::En),
            ("zh", Lang::Zh),
            ("EN-us", Lang::En),
            ("zh-CN,en;q=0.8", Lang::Zh),
            ("zh-Hans-CN, en;q=0.9", Lang::Zh),
            ("zh-TW, en;q=0.9", Lang::Zh),
            ("en-GB, zh-CN;q=0.9", Lang::En),
            ("zh;q=0.2, en-GB;q=0.9", Lang::En),
            ("zh;q=0.899 , en ; q=0.9", Lang::En),
            ("zh; Q=0.5,en; Q=0.6", Lang::En),
            // Equals: the first.
            ("en, zh", Lang::En),
            ("zh, en", Lang::Zh),
            ("fr, en;q=0.5, zh;q=0.5", Lang::En),
            // Neither.
            ("fr, de;q=0.5", Lang::Zh),
            ("fr, en;q=0.001", Lang::En),
            // Any.
            ("*", Lang::Zh),
            ("en, *;q=0.5", Lang::En),
            ("fr, *;q=0.5, en;q=0.4", Lang::Zh),
            ("zh;q=0.3, *;q=0.5", Lang::En),
            ("zh-TW;q=0.3, *;q=0.5", Lang::En),
            ("*;q=0.5, zh;q=0.5", Lang::En),
            // Not wanted.
            ("zh;q=0", Lang::En),
            ("zh;q=0.000, *", Lang::En),
            ("zh-CN;q=0, zh", Lang::En),
            ("zh;q=0, zh-CN;q=0.1", Lang::Zh),
            ("zh-TW;q=0, zh", Lang::Zh),
            ("zh-TW;q=0", Lang::Zh),
            ("en;q=0", Lang::Zh),
            ("en-GB;q=0, en", Lang::En),
            ("*;q=0, en;q=0.1", Lang::En),
            ("*;q=0", Lang::Zh),
            ("zh;q=0, en;q=0", Lang::Zh),
            // Not well-formed.
            ("en;q=x, zh;q=0.1", Lang::Zh),
            ("en;q=1.001, zh;q=0.1", Lang::Zh),
            ("en;q=0.1234, zh;q=0.1", Lang::Zh),
            ("en;q=-1, zh;q=0.1", Lang::Zh),
            ("en;level=1, zh;q=0.1", Lang::Zh),
            ("en_GB, zh;q=0.1", Lang::Zh),
            ("english-language, zh;q=0.1", Lang::Zh),
            (",, ;q=1, en", Lang::En),
        ] {
            assert_eq!(Lang::from_header(header), lang, "{header}");
        }
    }
}
