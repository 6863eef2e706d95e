//! What an organisation of a kind needs, and what stands above it.

use tongxin_entity::organisation::OrganisationKind;
use tongxin_kernel::{error::Message, say};

/// The characters of a unified social credit code, each worth its place: no I, O, S, V, Z (GB 32100-2015, 4.2).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether it is a unified social credit code: 18 characters, of which the last follows from the others (GB 32100-2015, 5).
///
/// # Errors
/// What is wrong with it.
pub fn check_credit_code(code: &str) -> Result<(), Message> {
    let values = code.bytes().map(|byte| ALPHABET.iter().position(|known| *known == byte));
    let Some(values) = values.collect::<Option<Vec<_>>>().filter(|values| values.len() == 18) else {
        return Err(say!(
            "统一社会信用代码为 18 位数字和大写字母（不含 I、O、S、V、Z）",
            "a unified social credit code has 18 digits and capital letters, none of them I, O, S, V, Z"
        ));
    };
    let (sum, _) = values[..17].iter().fold((0, 1), |(sum, weight), value| (sum + value * weight, weight * 3 % 31));
    if (31 - sum % 31) % 31 == values[17] {
        return Ok(());
    }
    Err(say!(
        "统一社会信用代码的校验位不符，请核对各位字符",
        "the last character of the code does not follow from the others: look at each of them again"
    ))
}

/// The kind of party organisation directly above one of this kind, and how many digits the code of its place has.
pub const fn superior(kind: OrganisationKind) -> Option<(OrganisationKind, usize)> {
    use OrganisationKind as K;
    match kind {
        K::DistrictCentre | K::Department | K::StreetCommittee => Some((K::DistrictCommittee, 6)),
        K::CommunityCommittee => Some((K::StreetCommittee, 9)),
        K::GridBranch | K::CompoundBranch | K::UnitParty | K::Station => Some((K::CommunityCommittee, 12)),
        // Self-government and partners stand under nobody; councils and alliances are joined.
        _ => None,
    }
}

/// Whether such an organisation may be seated elsewhere: what governs a place, or covers compounds of it, stays there.
pub const fn is_movable(kind: OrganisationKind) -> bool {
    use OrganisationKind as K;
    matches!(kind, K::Unit | K::SocialOrganisation | K::PropertyCompany)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_character_of_a_credit_code_follows_from_the_others() {
        // Made up for this test, by the rule of the standard.
        for good in ["91120106MA00000019", "911201060000000028", "12120106MB1234567W", "52120106000000000R"] {
            let (all, last) = good.split_at(17);
            let right =
                ALPHABET.iter().map(|c| format!("{all}{}", *c as char)).filter(|c| check_credit_code(c).is_ok());
            assert_eq!(right.count(), 1, "one of 31 endings of {all} fits, not only {last}");
        }
        for bad in [
            "",
            "9112010600000000",
            "91120106MA0000001",
            "91120106MAO0000019",
            "91120106ma00000019",
            "９１１２０１０６００００００００２８",
        ] {
            assert!(check_credit_code(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn of_two_characters_changed_about_none_goes_unnoticed() {
        let all = "91120106MA0000001";
        let good =
            ALPHABET.iter().map(|c| format!("{all}{}", *c as char)).find(|c| check_credit_code(c).is_ok()).unwrap();
        for at in 0..17 {
            let mut bytes = good.clone().into_bytes();
            bytes.swap(at, at + 1);
            let swapped = String::from_utf8(bytes).unwrap();
            assert_eq!(check_credit_code(&swapped).is_ok(), swapped == good, "{swapped}");
        }
    }

    #[test]
    fn nothing_stands_above_itself_by_any_chain() {
        for kind in OrganisationKind::ALL {
            let mut chain = vec![*kind];
            while let Some((above, _)) = superior(*chain.last().unwrap()) {
                assert!(!chain.contains(&above), "{chain:?}");
                chain.push(above);
            }
        }
    }
}
