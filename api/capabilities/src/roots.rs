//! Query and Mutation, made of what the capabilities declare.

use std::{collections::HashMap, sync::LazyLock};

use tongxin_kernel::catalogue::{Capability, Contents, Root, RootField};

use super::all;

/// What can be read.
pub struct Queries;

/// What can be done.
pub struct Mutations;

impl Contents for Queries {
    const NAME: &'static str = "Query";
    const ABOUT: &'static str = "查询 · 可以读取的内容 · what can be read";

    fn in_order() -> impl Iterator<Item = &'static RootField> {
        all().iter().flat_map(Capability::queries)
    }

    fn find(name: &str) -> Option<&'static RootField> {
        static BY_NAME: LazyLock<ByName> = LazyLock::new(|| by_name(Queries::in_order()));
        BY_NAME.get(name).copied()
    }
}

impl Contents for Mutations {
    const NAME: &'static str = "Mutation";
    const ABOUT: &'static str = "变更 · 可以办理的事项 · what can be done";

    fn in_order() -> impl Iterator<Item = &'static RootField> {
        all().iter().flat_map(Capability::mutations)
    }

    fn find(name: &str) -> Option<&'static RootField> {
        static BY_NAME: LazyLock<ByName> = LazyLock::new(|| by_name(Mutations::in_order()));
        BY_NAME.get(name).copied()
    }
}

type ByName = HashMap<&'static str, &'static RootField>;

fn by_name(fields: impl Iterator<Item = &'static RootField>) -> ByName {
    fields.map(|field| (field.name, field)).collect()
}

pub type Query = Root<Queries>;
pub type Mutation = Root<Mutations>;
