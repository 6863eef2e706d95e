use std::collections::HashSet;

use rstest::rstest;
use tongxin_entity::region::{RegionKind as K, RegionLevel as L};

use super::super::{
    check::{Division, check, kind_of},
    parse::parse,
};

fn sound(file: &str) -> Vec<Division> {
    let checked = check(parse(file.as_bytes()), &HashSet::new()).unwrap();
    assert_eq!(checked.warnings, []);
    checked.divisions
}

#[rstest]
#[case(L::City, "1201", K::City)]
#[case(L::District, "120106", K::District)]
#[case(L::Street, "120106000", K::Zone)]
#[case(L::Street, "120106001", K::Street)]
#[case(L::Street, "120106099", K::Street)]
#[case(L::Street, "120106100", K::Town)]
#[case(L::Street, "120106199", K::Town)]
#[case(L::Street, "120106200", K::Township)]
#[case(L::Street, "120106399", K::Township)]
#[case(L::Street, "120106400", K::Zone)]
#[case(L::Street, "120106999", K::Zone)]
#[case(L::Community, "120106001000", K::Other)]
#[case(L::Community, "120106001001", K::ResidentsCommittee)]
#[case(L::Community, "120106001199", K::ResidentsCommittee)]
#[case(L::Community, "120106001200", K::VillagersCommittee)]
#[case(L::Community, "120106001399", K::VillagersCommittee)]
#[case(L::Community, "120106001400", K::Other)]
#[case(L::Community, "120106001599", K::Other)]
fn the_kind_follows_from_the_digits(#[case] level: L, #[case] code: &str, #[case] kind: K) {
    assert_eq!(kind_of(level, code), kind);
}

#[test]
fn one_city_in_many_writings() {
    let plain = "code,level,name,parent\n1201,city,天津市,\n";
    let marked = format!("\u{feff}{plain}");
    let windows = plain.replace('\n', "\r\n");
    let unended = plain.trim_end();
    let quoted = "\"code\",\"level\",\"name\",\"parent\"\n\"1201\",\"city\",\"天津市\",\"\"\n";
    let spaced = plain.replace("天津市", "\u{3000}天津市 ");
    let padded = plain.lines().map(|line| format!("{line},,\r\n")).collect::<String>();
    let marked_and_quoted = format!("\u{feff}{quoted}");
    let broken = quoted.replace("天津市", "天津市\n");
    let empty = format!("{plain},,,\r\n,,,,\n\n \n\"\",\"\",\"\",\n\u{3000},\t,,\n,,,");
    let between = plain.replace("\n1201", "\n,,,\n\n1201");
    let further = [&padded, &marked_and_quoted, &broken, &empty, &between].map(String::as_str);
    for file in [plain, &marked, &windows, unended, quoted, &spaced, &format!("{plain}\n\n")].into_iter().chain(further)
    {
        let [city]: [Division; 1] = sound(file).try_into().unwrap();
        assert_eq!((city.code.as_str(), city.name.as_str(), city.parent), ("1201", "天津市", None), "{file:?}");
    }
    assert!(sound("code,level,name,parent\n").is_empty());
}

#[test]
fn names_are_composed_and_may_hold_commas() {
    let [city]: [Division; 1] = sound("code,level,name,parent\n1201,city,\"Cafe\u{301}, 1\",\n").try_into().unwrap();
    assert_eq!(city.name, "Caf\u{e9}, 1");
}

#[test]
fn parents_come_before_their_children() {
    let codes = sound(
        "code,level,name,parent\n120106001,street,街,120106\n120106,district,区,1201\n1301,city,他市,\n1201,city,市,\n",
    );
    let codes: Vec<_> = codes.into_iter().map(|division| division.code).collect();
    assert_eq!(codes, ["1201", "1301", "120106", "120106001"]);
}
