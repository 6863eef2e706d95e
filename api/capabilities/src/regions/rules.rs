//! Which places go together. Pure.

use tongxin_kernel::{input::Check, say, who::actor::Place};

/// The place that a client names by its code. What is no code at all is a place that nobody reaches.
pub fn named_place(code: &str) -> Place {
    if is_code(code) { Place::region(code) } else { Place::default() }
}

/// Whether it is written like a code of some level.
pub fn is_code(code: &str) -> bool {
    matches!(code.len(), 4 | 6 | 9 | 12) && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// The places that an input names agree: what `path` names stands at `code`, which must be the place named first or lie in it.
/// Both were found to be within reach before.
pub fn check_same_place(check: &mut Check, first: &str, path: &str, code: &str) {
    if !code.starts_with(first) {
        let message = say!(
            "位于 {code}，与所填地点 {first} 不一致",
            "it is at {code}, which is not in {first}, the place that the input names"
        );
        check.fault(path, "PLACES_DIFFER", message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_names_a_place() {
        for code in ["1201", "120106", "120106001", "120106001002"] {
            assert_eq!(named_place(code).region_code.as_deref(), Some(code));
        }
        for text in ["", "12", "12010600100", "1201060010020", "12010600100x", "１２０１", "120106001\0"] {
            assert_eq!(named_place(text).region_code, None, "{text:?}");
        }
    }

    #[test]
    fn a_place_agrees_with_itself_and_with_what_lies_in_it() {
        for (first, code, agree) in [
            ("120106001002", "120106001002", true),
            ("120106001002", "120106001004", false),
            ("120106001", "120106001002", true),
            ("120106001", "120106003001", false),
            ("120106001002", "120106001", false),
        ] {
            let mut check = Check::default();
            check_same_place(&mut check, first, "compoundId", code);
            assert_eq!(check.done().is_ok(), agree, "{code} in {first}");
        }
    }
}
