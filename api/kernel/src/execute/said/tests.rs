//! The table is held to the library that it was written for: each of its rules is broken once.

use async_graphql::{EmptyMutation, EmptySubscription, Schema, ServerError, ValidationMode, parser::parse_query};
use futures_util::FutureExt as _;

use super::{
    super::tests::schema::{Query, build},
    Said, find, holes,
    table::{ABOUT_VALUES, SENTENCES},
};

/// Who says it.
#[derive(Clone, Copy)]
enum By {
    Parser,
    /// Validation.
    Rules,
    /// What reads arguments while an operation runs.
    Run,
}
use By::{Parser, Rules, Run};

const BROKEN: &[(By, &str, &str, &str)] = &[
    (Parser, "query A { quick } query A { slow }", "REPEATED", "操作 A 定义了两次"),
    (Parser, "{ quick } fragment F on Query { quick } fragment F on Query { quick }", "REPEATED", "片段 F 定义了两次"),
    (Parser, "{ quick } query A { slow }", "OPERATION", "查询含有多个操作时，每个操作都须有名称"),
    (Parser, "fragment F on Query { quick }", "OPERATION", "查询中没有操作"),
    // FieldsOnCorrectType
    (Rules, "{ nope }", "UNKNOWN_FIELD", "类型 Query 没有字段 nope"),
    (Rules, "{ quic }", "UNKNOWN_FIELD", "类型 Query 没有字段 quic；是否指 \"quick\"？"),
    (Rules, "subscription { __typename }", "UNKNOWN_FIELD", "类型 Subscription 没有字段 __typename"),
    // KnownArgumentNames
    (Rules, "{ quick(x: 1) }", "UNKNOWN_ARGUMENT", "类型 Query 的字段 quick 没有参数 x"),
    (Rules, "{ quick @skip(if: true, x: 1) }", "UNKNOWN_ARGUMENT", "指令 @skip 没有参数 x"),
    // KnownTypeNames, DefaultValuesOfCorrectType
    (Rules, "{ ... on Nope { quick } }", "UNKNOWN_TYPE", "没有类型 Nope"),
    // KnownDirectives
    (Rules, "{ quick @nope }", "DIRECTIVE", "没有指令 @nope"),
    (Rules, "query @skip(if: true) { quick }", "DIRECTIVE", "指令 @skip 不能用在 QUERY 上"),
    // KnownFragmentNames
    (Rules, "{ ...Nope }", "FRAGMENT", "没有片段 Nope"),
    // FragmentsOnCompositeTypes
    (Rules, "{ ...F } fragment F on Colour { x }", "FRAGMENT", "片段 F 不能以没有字段的类型 Colour 为条件"),
    (Rules, "{ ... on Colour { x } }", "FRAGMENT", "片段不能以没有字段的类型 Colour 为条件"),
    // PossibleFragmentSpreads
    (Rules, "{ thing { ...F } } fragment F on Query { quick }", "FRAGMENT", "片段 F 不能用在此处：Thing 不会是 Query"),
    (Rules, "{ thing { ... on Query { quick } } }", "FRAGMENT", "片段不能用在此处：Thing 不会是 Query"),
    // DirectivesUnique
    (Rules, "{ quick @skip(if: false) @skip(if: false) }", "REPEATED", "指令 @skip 在同一处给出了两次"),
    // UniqueArgumentNames
    (Rules, "{ nodes(ids: 1, ids: 1) { id } }", "REPEATED", "参数 ids 在同一处给出了两次"),
    // UniqueVariableNames
    (Rules, "query($a: Int, $a: Int) { things(first: $a) { nodes { id } } }", "REPEATED", "变量 $a 声明了两次"),
    // NoUndefinedVariables
    (Rules, "{ things(first: $a) { nodes { id } } }", "UNDEFINED_VARIABLE", "没有声明变量 $a"),
    (Rules, "query A { things(first: $a) { nodes { id } } }", "UNDEFINED_VARIABLE", "操作 A 没有声明变量 $a"),
    (Run, "{ things(first: $a) { nodes { id } } }", "UNDEFINED_VARIABLE", "没有声明变量 $a"),
    // NoUnusedVariables, NoUnusedFragments
    (Rules, "query($a: Int) { quick }", "UNUSED", "声明了变量 $a 而没有使用"),
    (Rules, "query A($a: Int) { quick }", "UNUSED", "操作 A 声明了变量 $a 而没有使用"),
    (Rules, "{ quick } fragment F on Query { quick }", "UNUSED", "片段 F 没有使用"),
    // VariablesAreInputTypes
    (Rules, "query($a: Thing) { quick }", "VARIABLE_TYPE", "变量 $a 的类型 Thing 不能用于输入"),
    // ScalarLeafs
    (Rules, "{ quick { id } }", "SELECTION", "字段 quick 的类型 Int 没有子字段，不能再选取"),
    (Rules, "{ thing }", "SELECTION", "字段 thing 的类型为 Thing，须选取其子字段"),
    (Rules, "{ ...F } fragment F on Query { ...F }", "SELECTION", "字段嵌套超过 32 层"),
    // OverlappingFieldsCanBeMerged
    (Rules, "{ a: quick a: slow }", "DIFFERENT_FIELDS", "“a”既指 quick 又指 slow，请改用别名"),
    (
        Rules,
        "{ nodes(ids: 1) { id } nodes(ids: 2) { id } }",
        "DIFFERENT_FIELDS",
        "同一结果键的参数不同（ids），请改用别名",
    ),
    // ProvidedNonNullArguments
    (Rules, "{ nodes { id } }", "REQUIRED", "类型 Query 的字段 nodes 缺少参数 ids"),
    (Rules, "{ quick @skip }", "REQUIRED", "指令 @skip 缺少参数 if（Boolean!）"),
    // ArgumentsOfCorrectType
    (Rules, "{ things(first: \"x\") { nodes { id } } }", "WRONG_VALUE", "参数 first：应为 Int 类型的取值"),
    (Rules, "{ colour(colour: BLUE) }", "WRONG_VALUE", "参数 colour：Colour 没有取值 BLUE"),
    (Rules, "{ pick(which: {name: \"x\", number: 1}) }", "WRONG_VALUE", "参数 which：必须恰好给出其中一项"),
    (Rules, "{ pick(which: {name: null}) }", "WRONG_VALUE", "参数 which：必须恰好给出其中一项，且不能为 null"),
    (Rules, "{ search(filter: {}) }", "REQUIRED", "参数 filter：缺少 name（String!）"),
    (
        Rules,
        "{ search(filter: {name: \"x\", both: {name: 1}}) }",
        "WRONG_VALUE",
        "参数 filter.both.name：应为 String 类型的取值",
    ),
    (Rules, "{ search(filter: {name: \"x\", x: 1}) }", "UNKNOWN_FIELD", "参数 filter：类型 Filter 没有字段 x"),
    // DefaultValuesOfCorrectType
    (
        Rules,
        "query($a: Int = \"x\") { things(first: $a) { nodes { id } } }",
        "WRONG_VALUE",
        "变量 $a 的默认值：应为 Int 类型的取值",
    ),
    // What reads arguments.
    (Run, "{ search(day: 5) }", "WRONG_VALUE", "应为 Day 类型的取值，收到 5"),
    (Run, "{ things(first: 3000000000) { nodes { id } } }", "WRONG_VALUE", "Int 应为 -2147483648 至 2147483647 的整数"),
    (Run, "{ nodes(ids: [1.5]) { id } }", "WRONG_VALUE", "应为 Int 类型的数（见 [Int!]）"),
    (Run, "{ colour(colour: BLUE) }", "WRONG_VALUE", "不是 Colour 类型的取值"),
];

fn errors(by: By, query: &str) -> Vec<ServerError> {
    let ask = |mode| build().validation_mode(mode).finish().execute(query).now_or_never().unwrap().errors;
    match by {
        Parser => vec![parse_query(query).unwrap_err().into()],
        Rules => ask(ValidationMode::Strict),
        Run => ask(ValidationMode::Fast),
    }
}

#[test]
fn every_rule_of_the_library_is_known() {
    for (by, query, rule, zh) in BROKEN {
        let errors = errors(*by, query);
        let said = errors.iter().map(Said::of).map(|said| (said.rule, said.message.zh)).collect::<Vec<_>>();
        assert!(said.contains(&(*rule, (*zh).to_owned())), "{query}: {said:?} {errors:?}");
        assert!(said.iter().all(|(rule, _)| *rule != super::OTHER), "{query}: {said:?} {errors:?}");
    }
}

#[test]
fn one_rule_of_the_library_never_speaks() {
    // VariableInAllowedPosition is not told of values (7.2); what it would refuse is refused by `placed`. Where this fails, its
    // sentence belongs in the table.
    assert!(errors(Rules, "query($s: Int!) { quick @skip(if: $s) }").is_empty());
}

#[test]
fn a_schema_without_mutations_says_so() {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).finish();
    let said = Said::of(&schema.execute("mutation { x }").now_or_never().unwrap().errors[0]);
    assert_eq!((said.rule, said.message.zh.as_str()), ("OPERATION", "本服务不接受 mutations"));
}

#[test]
fn no_line_of_the_table_is_without_use() {
    let mut texts = BROKEN.iter().flat_map(|(by, query, ..)| errors(*by, query)).map(|e| e.message).collect::<Vec<_>>();
    texts.push("Schema is not configured for mutations.".into());
    let about = |text: &String| Some(holes("Invalid value for argument \"{}\", {}", text)?[1].to_owned());
    let values = texts.iter().filter_map(about).collect::<Vec<_>>();
    let outside = |text: &String| text.split(" (occurred").next().unwrap_or_default().to_owned();
    let texts = texts.iter().map(outside).collect::<Vec<_>>();
    for (lines, texts) in [(SENTENCES, &texts), (ABOUT_VALUES, &values)] {
        for (at, (_, english, _)) in lines.iter().enumerate() {
            // Where it is the first that fits.
            let used = texts.iter().any(|text| find(&lines[..at], text).is_none() && holes(english, text).is_some());
            assert!(used, "{english}");
        }
    }
}

#[test]
fn what_is_not_known_is_said_to_be_so() {
    let said = Said::of(&ServerError::new("Something new.", None));
    assert_eq!((said.rule, said.detail.as_deref()), ("OTHER", Some("Something new.")));
    assert!(Said::known(&ServerError::new("Something new.", None)).is_none());
}

#[test]
fn a_text_that_cannot_be_parsed_is_located() {
    let said = Said::syntax(&parse_query("{ quick }\n }").unwrap_err());
    assert_eq!((said.rule, said.message.zh.as_str()), ("SYNTAX", "查询文本第 2 行第 2 列有语法错误"));
    assert!(said.detail.unwrap().starts_with("Syntax error: expected"));
}
