//! What the schema's text says of fields beyond their types. `@needs(action:)`: every root field names the action of the policies that it stands for, or says `public`.

use async_graphql::TypeDirective;

/// 所需权限 · the action that the policies decide upon before this field answers; `public` for none
#[TypeDirective(location = "FieldDefinition")]
pub fn needs(#[graphql(desc = "权限名 · the action, as the policies name it")] action: String) {}

/// 代价 · what the field, or a condition that is given, costs beyond what all of its kind do, in units of at most 0.1 ms and 5 kB
#[TypeDirective(location = "FieldDefinition", location = "InputFieldDefinition")]
pub fn cost(
    #[graphql(desc = "每次写出 · for standing in a query, once")] text: i32,
    #[graphql(desc = "每个对象 · for each object that it is read of")] each: i32,
    #[graphql(desc = "全部 · for what lies behind it in all, as often as the same object may be met")] whole: i32,
) {
}

/// 列表长度 · how many a list that is not paged is counted as
#[TypeDirective(location = "FieldDefinition", name = "listSize")]
pub fn list_size(#[graphql(desc = "假定长度 · at most so many")] assumed_size: i32) {}
