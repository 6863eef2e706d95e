//! Which places go together. Pure.

use tongxin_kernel::{input::Check, say};

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
    use super::check_same_place;
    use tongxin_kernel::input::Check;

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
