//! `@needs(action:)`: every root field names the action of the policies that it stands for, or says `public`.

use async_graphql::TypeDirective;

/// 所需权限 · the action that the policies decide upon before this field answers; `public` for none
#[TypeDirective(location = "FieldDefinition")]
pub fn needs(#[graphql(desc = "权限名 · the action, as the policies name it")] action: String) {}
