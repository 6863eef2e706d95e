//! The library's sentences by rule, with the Chinese for each.

/// A rule, the library's English with `{}` for what it fills in, and the Chinese with `{0}`, `{1}` … for the same.
pub(super) type Line = (&'static str, &'static str, &'static str);

/// Of documents, and of values that are read while an operation runs. The first that fits is taken.
pub(super) const SENTENCES: &[Line] = &[
    ("UNKNOWN_FIELD", "Unknown field \"{}\" on type \"{}\".", "类型 {1} 没有字段 {0}"),
    ("UNKNOWN_ARGUMENT", "Unknown argument \"{}\" on field \"{}\" of type \"{}\".", "类型 {2} 的字段 {1} 没有参数 {0}"),
    ("UNKNOWN_ARGUMENT", "Unknown argument \"{}\" on directive \"{}\".", "指令 @{1} 没有参数 {0}"),
    ("UNKNOWN_TYPE", "Unknown type \"{}\"", "没有类型 {0}"),
    ("DIRECTIVE", "Unknown directive \"{}\"", "没有指令 @{0}"),
    ("DIRECTIVE", "Directive \"{}\" may not be used on \"{}\"", "指令 @{0} 不能用在 {1} 上"),
    ("FRAGMENT", "Unknown fragment: \"{}\"", "没有片段 {0}"),
    (
        "FRAGMENT",
        "Fragment \"{}\" cannot condition non composite type \"{}\"",
        "片段 {0} 不能以没有字段的类型 {1} 为条件",
    ),
    ("FRAGMENT", "Fragment cannot condition non composite type \"{}\"", "片段不能以没有字段的类型 {0} 为条件"),
    (
        "FRAGMENT",
        "Fragment \"{}\" cannot be spread here as objects of type \"{}\" can never be of type \"{}\"",
        "片段 {0} 不能用在此处：{1} 不会是 {2}",
    ),
    (
        "FRAGMENT",
        "Fragment cannot be spread here as objects of type \"{}\" can never be of type \"{}\"",
        "片段不能用在此处：{0} 不会是 {1}",
    ),
    ("REPEATED", "Duplicate directive \"{}\"", "指令 @{0} 在同一处给出了两次"),
    ("REPEATED", "There can only be one argument named \"{}\"", "参数 {0} 在同一处给出了两次"),
    ("REPEATED", "There can only be one variable named \"{}\"", "变量 {0} 声明了两次"),
    ("REPEATED", "operation {} is defined twice", "操作 {0} 定义了两次"),
    ("REPEATED", "fragment {} is defined twice", "片段 {0} 定义了两次"),
    ("OPERATION", "document contains multiple operations", "查询含有多个操作时，每个操作都须有名称"),
    ("OPERATION", "document does not contain an operation", "查询中没有操作"),
    ("OPERATION", "Schema is not configured for {}.", "本服务不接受 {0}"),
    ("UNDEFINED_VARIABLE", "Variable \"{}\" is not defined by operation \"{}\"", "操作 {1} 没有声明变量 {0}"),
    ("UNDEFINED_VARIABLE", "Variable \"{}\" is not defined", "没有声明变量 {0}"),
    ("UNDEFINED_VARIABLE", "Variable {} is not defined.", "没有声明变量 ${0}"),
    ("UNUSED", "Variable \"{}\" is not used by operation \"{}\"", "操作 {1} 声明了变量 {0} 而没有使用"),
    ("UNUSED", "Variable \"{}\" is not used", "声明了变量 {0} 而没有使用"),
    ("UNUSED", "Fragment \"{}\" is never used", "片段 {0} 没有使用"),
    ("VARIABLE_TYPE", "Variable \"{}\" cannot be of non-input type \"{}\"", "变量 ${0} 的类型 {1} 不能用于输入"),
    ("SELECTION", "The recursion depth of the query cannot be greater than `{}`", "字段嵌套超过 {0} 层"),
    (
        "SELECTION",
        "Field \"{}\" must not have a selection since type \"{}\" has no subfields",
        "字段 {0} 的类型 {1} 没有子字段，不能再选取",
    ),
    (
        "SELECTION",
        "Field \"{}\" of type \"{}\" must have a selection of subfields",
        "字段 {0} 的类型为 {1}，须选取其子字段",
    ),
    (
        "DIFFERENT_FIELDS",
        "Fields \"{}\" conflict because they have differing arguments. Use different aliases on the fields to fetch both \
         if this was intentional.",
        "同一结果键的参数不同（{0}），请改用别名",
    ),
    (
        "DIFFERENT_FIELDS",
        "Fields \"{}\" conflict because \"{}\" and \"{}\" are different fields. Use different aliases on the fields to \
         fetch both if this was intentional.",
        "“{0}”既指 {1} 又指 {2}，请改用别名",
    ),
    (
        "REQUIRED",
        "Field \"{}\" argument \"{}\" of type \"{}\" is required but not provided",
        "类型 {2} 的字段 {0} 缺少参数 {1}",
    ),
    (
        "REQUIRED",
        "Directive \"@{}\" argument \"{}\" of type \"{}\" is required but not provided",
        "指令 @{0} 缺少参数 {1}（{2}）",
    ),
    ("WRONG_VALUE", "Expected input type \"{}\", found {}.", "应为 {0} 类型的取值，收到 {1}"),
    ("WRONG_VALUE", "Failed to parse \"{}\": Only integers from {} to {} are accepted.", "{0} 应为 {1} 至 {2} 的整数"),
    ("WRONG_VALUE", "Failed to parse \"{}\": Invalid number", "应为 {0} 类型的数"),
    ("WRONG_VALUE", "Failed to parse \"{}\": {}", "不是 {0} 类型的取值"),
];

/// Of the value of an argument or a default, after the library has said of which.
pub(super) const ABOUT_VALUES: &[Line] = &[
    ("WRONG_VALUE", "expected type \"{}\"", "应为 {0} 类型的取值"),
    ("WRONG_VALUE", "enumeration type \"{}\" does not contain the value \"{}\"", "{0} 没有取值 {1}"),
    ("WRONG_VALUE", "Oneof input objects requires have exactly one field", "必须恰好给出其中一项"),
    (
        "WRONG_VALUE",
        "Oneof Input Objects require that exactly one field must be supplied and that field must not be null",
        "必须恰好给出其中一项，且不能为 null",
    ),
    ("REQUIRED", "field \"{}\" of type \"{}\" is required but not provided", "缺少 {0}（{1}）"),
    ("UNKNOWN_FIELD", "unknown field \"{}\" of type \"{}\"", "类型 {1} 没有字段 {0}"),
];
