//! Mobile numbers of the mainland.

use secrecy::{ExposeSecret as _, SecretString};

use crate::{error::Message, say};

/// A checked number: eleven digits. Its `Debug` shows nothing of it.
#[derive(Debug, Clone)]
pub struct Phone(SecretString);

impl Phone {
    /// Reads a number as people write it: with `+86`, spaces or hyphens. The message repeats nothing of it.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let number = bare.strip_prefix("+86").unwrap_or(&bare);
        let is_mobile = matches!(number.as_bytes(), [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit));
        if is_mobile {
            Ok(Self(number.into()))
        } else {
            Err(say!("应为 11 位中国大陆手机号", "must be a mobile number of mainland China, 11 digits"))
        }
    }

    /// As anyone with a right to the person's record may see it.
    pub fn masked(&self) -> String {
        mask(self.0.expose_secret())
    }

    /// In full: only for the audited act of revealing it, and for sealing.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

/// `138****5678`. Whatever is not eleven digits long is hidden altogether.
pub fn mask(number: &str) -> String {
    if number.len() == 11 && number.bytes().all(|b| b.is_ascii_digit()) {
        format!("{}****{}", &number[..3], &number[7..])
    } else {
        "*".repeat(11)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_people_write_them() {
        for text in ["13812345678", "+8613812345678", "+86 138-1234-5678", " 138 1234 5678 ", "+86-138 1234 5678"] {
            assert_eq!(Phone::parse(text).unwrap().reveal(), "13812345678", "{text}");
        }
        for second in '3'..='9' {
            assert!(Phone::parse(&format!("1{second}000000000")).is_ok());
        }
    }

    #[test]
    fn refuses_what_is_no_mobile_number() {
        for text in [
            "",
            "+86",
            "1381234567",
            "138123456789",
            "12812345678",
            "10012345678",
            "23812345678",
            "8613812345678",
            "+85213812345678",
            "1381234567a",
            "１３８１２３４５６７８",
            "138123456\n78",
            "13812345678\0",
            "+86+8613812345678",
            "02287654321",
        ] {
            let fault = Phone::parse(text).unwrap_err();
            assert!(text.is_empty() || !fault.zh.contains(text) && !fault.en.contains(text), "{text}");
        }
    }

    #[test]
    fn masks_the_middle() {
        assert_eq!(mask("13812345678"), "138****5678");
        assert_eq!(Phone::parse("+86 139 0000 1111").unwrap().masked(), "139****1111");
        for odd in ["", "1381234567", "张三的手机号码", "138123456789"] {
            assert_eq!(mask(odd), "***********");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?}", Phone::parse("13812345678").unwrap());
        assert!(!shown.contains("138") && !shown.contains("5678"), "{shown}");
    }
}
