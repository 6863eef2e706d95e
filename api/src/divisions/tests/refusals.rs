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
    let each = refused.iter().flat_map(|fault| fault.messages.iter().map(move |message| (fault.line, message)));
    each.map(|(line, message)| format!("{line} {message}")).collect()
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
#[case::line_break("120106,district,\"某\n区\",1201", "line breaks")]
#[case::wrongly_converted("120106,district,某\u{fffd},1201", "the name is garbled")]
#[case::converted_twice("120106,district,某锟斤拷,1201", "the name is garbled")]
#[case::other_direction(
    "120106,district,某\u{202e}区,1201",
    "the name must not hold characters that turn the direction"
)]
#[case::zero_width("120106,district,\u{200b}\u{2060},1201", "the name shows nothing")]
#[case::filler("120106,district,\u{3164},1201", "the name shows nothing")]
#[case::nothing_is_left("120106,district,?? ??,1201", "nothing is left of the name")]
#[case::byte_order_mark("120106,district,\u{feff}某区,1201", "a byte order mark")]
#[case::three_columns("120106,district,某区", "has 3 columns, not 4")]
#[case::five_columns("120106,district,某区,1201,x", "has 5 columns, not 4")]
#[case::one_column("120106", "has 1 columns, not 4")]
#[case::open_quote("120106,district,\"某区,1201", "a quotation mark that is not closed")]
fn each_bad_row_is_named(#[case] rows: &str, #[case] expected: &str) {
    // A field with a line break is told by the line on which its row begins.
    let last = rows.lines().count() + 1 - usize::from(rows.contains("\"某\n区\""));
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
fn a_row_counts_once_whatever_is_wrong_with_it() {
    let file = "code,level,name,parent\n1202,city,某市,\n12020,town,,\n,,,,\n1202,city,\"某\n\n市?\",12,x\n 120106,district,某区,1201\n\
                120106001,street,某街道,120106\n";
    let known = HashSet::from(["1201".to_owned()]);
    let refused = check(parse(file.as_bytes()), &known).unwrap_err();
    let counts: Vec<_> = refused.iter().map(|fault| (fault.line, fault.messages.len())).collect();
    assert_eq!(counts, [(3, 3), (5, 1), (8, 1)], "{refused:?}");
    assert_eq!(refused[0].what().matches("; ").count(), 2);
}

#[test]
fn doubtful_names_are_taken_with_a_warning() {
    let file = "code,level,name,parent\n360824104,street,麦?镇,360824\n360824105,street,某镇,360824\n\
                360824106,street,高\u{e170}?镇,360824\n360824107,street,某\u{200b}镇,360824\n";
    let checked = check(parse(file.as_bytes()), &HashSet::from(["360824".to_owned()])).unwrap();
    assert_eq!(checked.divisions.len(), 4);
    let told: Vec<_> = checked.warnings.iter().map(|warning| (warning.line, warning.what())).collect();
    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4, 5]);
    assert_eq!(told[0].1, r#"the name "麦?镇" holds a question mark: a character may have been lost"#);
    assert!(told[1].1.contains("question mark") && told[1].1.contains("private use"), "{told:?}");
    assert!(told[2].1.contains("not seen"), "{told:?}");
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
