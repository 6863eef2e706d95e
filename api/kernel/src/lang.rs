//! The language of messages: Chinese unless the reader prefers English.

/// A language the service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// Reads an `Accept-Language` header: the language of ours with the highest weight, the first of equals.
    pub fn from_header(header: &str) -> Self {
        let mut best = (Self::default(), 0.0);
        for part in header.split(',') {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight = rest.trim().strip_prefix("q=").map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
            let lang = match primary.as_str() {
                "zh" => Self::Zh,
                "en" => Self::En,
                _ => continue,
            };
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn reads_the_preferred_language() {
        for (header, lang) in [
            ("", Lang::Zh),
            ("en", Lang::En),
            ("zh-CN,en;q=0.8", Lang::Zh),
            ("zh;q=0.2, en-GB;q=0.9", Lang::En),
            ("fr, de;q=0.5", Lang::Zh),
            ("en;q=x, zh;q=0.1", Lang::Zh),
        ] {
            assert_eq!(Lang::from_header(header), lang, "{header}");
        }
    }
}
