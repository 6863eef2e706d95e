//! Codes that work once: given out in words, kept as a hash.

use sha2::{Digest as _, Sha256};

/// A code as it is given to a person: 128 random bits, in groups of four hexadecimal digits.
pub struct Code(String);

impl Code {
    /// A new one.
    pub fn random() -> Self {
        let digits = hex::encode(rand::random::<[u8; 16]>());
        let groups = digits.as_bytes().chunks(4).map(String::from_utf8_lossy);
        Self(groups.collect::<Vec<_>>().join("-"))
    }

    /// To be shown once.
    pub fn into_text(self) -> String {
        self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> String {
        hash_of_code(&self.0).unwrap_or_default()
    }
}

/// What is kept of a code as a person types it: in letters of either case, with or without its marks. None for what is no code.
pub fn hash_of_code(text: &str) -> Option<String> {
    let digits = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_lowercase();
    let is_code = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_code.then(|| hex::encode(Sha256::digest(digits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let code = Code::random();
        let (kept, text) = (code.hash(), code.into_text());
        assert_eq!((text.len(), text.matches('-').count()), (39, 7), "{text}");
        for typed in [text.clone(), text.to_uppercase(), text.replace('-', ""), text.replace('-', " ")] {
            assert_eq!(hash_of_code(&typed), Some(kept.clone()), "{typed}");
        }
        for wrong in ["", "-", "0", &text[..38], &format!("{text}0"), &text.replace('-', "g")] {
            assert_eq!(hash_of_code(wrong), None, "{wrong}");
        }
        assert_ne!(Code::random().hash(), kept);
    }
}
