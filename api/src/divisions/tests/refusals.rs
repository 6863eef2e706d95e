use std::collections::HashSet;

use rstest::rstest;

use super::super::{check::check, parse::parse};

/// `line message`, of a file with this after its header; 1201 is in the database.
fn faults(rows: impl AsRef<[u8]>) -> Vec<String> {
    all_faults(&[b"code,level,name,parent\n", rows.as_ref()].concat())
}

fn all_faults(file: &[u8]) -> Vec<String> {
    let known = HashSet::from(["1201".to_owned()]);
    let refused = check(parse(file), &known).err().unwrap_or_default();
    refused.iter().map(|fault| format!("{} {}", fault.line, fault.message)).collect()
}

#[rstest]
#[case::missing_parent(
    "120106001,street,某街道,120106",
    "the parent 120106 is neither in the file nor in the database"
)]
#[case::missing_city("1301,city,某市,\n140106,district,某区,1401", "the parent 1401 is neither")]
#[case::not_the_prefix("120106,district,某区,1202", r#"the parent "1202" must be "1201""#)]
#[case::no_parent("120106,district,某区,", r#"the parent "" must be "1201""#)]
#[case::city_with_parent("1202,city,某市,12", r#"the parent "12" must be """#)]
#[case::skips_a_level("120106001,street,某街道,1201", r#"the parent "1201" must be "120106""#)]
#[case::own_parent("1202,city,某市,1202", r#"the parent "1202" must be """#)]
#[case::wrong_length("12010,district,某区,1201", "the code has 5 digits, not 4, 6, 9 or 12")]
#[case::too_long("1201060010021,community,某社区,120106001", "the code has 13 digits")]
#[case::letters("12O106,district,某区,1201", r#"the code "12O106" is not of digits"#)]
#[case::other_digits("１２０１,city,某市,", "is not of digits")]
#[case::spaced_code(" 120106,district,某区,1201", "is not of digits")]
#[case::empty_code(",district,某区,1201", r#"the code "" is not of digits"#)]
#[case::unknown_level("120106,county,某区,1201", r#"the level "county" is none of"#)]
#[case::level_in_capitals("120106,DISTRICT,某区,1201", "is none of")]
#[case::other_level("120106,street,某区,1201", "the level street does not fit a code of 6 digits")]
#[case::empty_name("120106,district,,1201", "the name is empty")]
#[case::blank_name("120106,district, \u{3000} ,1201", "the name is empty")]
#[case::control_character("120106,district,某\u{7}区,1201", "control characters")]
#[case::carriage_return("120106,district,某\r区,1201", "control characters")]
#[case::tab("120106,district,某\t区,1201", "control characters")]
#[case::wrongly_converted("120106,district,某\u{fffd},1201", "marks of a wrong encoding")]
#[case::three_columns("120106,district,某区", "has 3 columns, not 4")]
#[case::five_columns("120106,district,某区,1201,x", "has 5 columns, not 4")]
#[case::one_column("120106", "has 1 columns, not 4")]
#[case::open_quote("120106,district,\"某区,1201", "a quotation mark that is not closed")]
fn each_bad_row_is_named(#[case] rows: &str, #[case] expected: &str) {
    let last = rows.lines().count() + 1;
    // Sound rows before and after do not move the line or hide it.
    for rows in [rows.to_owned(), format!("{rows}\n120177,district,他区,1201\n"), format!("{rows}\r\n\r\n")] {
        let found = faults(&rows);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("{last} ")) && found[0].contains(expected), "{found:?}");
    }
}

#[test]
fn a_name_has_at_most_a_hundred_characters() {
    assert!(faults(format!("120106,district,{},1201", "区".repeat(100))).is_empty());
    assert!(faults(format!("120106,district,{},1201", "区".repeat(101)))[0].contains("101 characters, at most 100"));
}

#[test]
fn another_encoding_is_named_by_line() {
    let in_gb18030 =
        b"120106,district,\xba\xec\xc7\xc5\xc7\xf8,1201\n120106001,street,A,120106\n120107,district,\xff,1201\n";
    assert_eq!(faults(in_gb18030), ["2 is not UTF-8", "4 is not UTF-8"], "the street is not called an orphan");
    let utf_16: Vec<u8> = "\u{feff}code,level,name,parent\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(all_faults(&utf_16), ["1 is not UTF-8"]);
    let utf_16: Vec<u8> = "code,level,name,parent\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(all_faults(&utf_16), ["1 is not UTF-8"]);
}

#[test]
fn a_wrong_header_is_the_one_fault() {
    for header in
        ["", "\n", "code,level,name\n", "name,code,level,parent\n", "Code,level,name,parent\n", "1201,city,某市,\n"]
    {
        let found = all_faults(format!("{header}x,y,z\n").as_bytes());
        assert_eq!(found, ["1 the header must be code,level,name,parent"], "{header}");
    }
}

#[test]
fn every_fault_is_listed_in_order() {
    let found = faults(
        "1202,city,某市,\n1202,city,他市,\n12020,town,,\n120201,district,\"某,区\",1202,\n120201001,street,某街道,120201\n1202,city,,\n",
    );
    assert_eq!(
        found,
        [
            "3 repeats the code of line 2",
            "4 the code has 5 digits, not 4, 6, 9 or 12",
            r#"4 the level "town" is none of city, district, street, community"#,
            "4 the name is empty",
            "5 has 5 columns, not 4",
            "7 the name is empty",
            "7 repeats the code of line 2",
        ]
    );
}
