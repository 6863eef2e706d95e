//! The GraphQL side of shapes: output types that take their schema from a declaration and hand over JSON as it came
//! from the database.

use std::{any::type_name, borrow::Cow, marker::PhantomData};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, TypeDirective as _, Value,
    parser::types::Field as AstField,
    registry::{Deprecation, MetaField, MetaInputValue, MetaType, MetaTypeId, Registry},
};
use bytes::Bytes;
use indexmap::{IndexMap, IndexSet};

use super::{
    field::{Cost, Field},
    shape::{Shaped, ShapedInterface},
    tally::{StateCount, Tally},
};
use crate::directive::{cost, list_size};

/// An object of a shape, read: ready JSON that the executor writes into the answer unparsed.
pub struct Spliced<T>(Bytes, PhantomData<fn() -> T>);

/// An object of one of an interface's shapes, read.
pub struct Any<T>(Bytes, PhantomData<fn() -> T>);

/// A page of objects of a shape, read.
pub struct Connection<T>(Bytes, PhantomData<fn() -> T>);

/// The edge of a connection; read only as part of one.
struct Edge<T>(Bytes, PhantomData<fn() -> T>);

/// The page info of every connection; read only as part of one.
struct PageInfo<T = ()>(Bytes, PhantomData<fn() -> T>);

/// A list of objects of a shape, read.
pub struct Many<T>(Bytes, PhantomData<fn() -> T>);

impl<T> From<Bytes> for Many<T> {
    fn from(json: Bytes) -> Self {
        Self(json, PhantomData)
    }
}

impl<T: Shaped> OutputType for Many<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<Spliced<T>>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<Spliced<T>>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<Spliced<T>>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<AstField>) -> ServerResult<Value> {
        Ok(Value::Binary(self.0.clone()))
    }
}

macro_rules! ready_json {
    ($($name:ident: $bound:path, $meta_id:ident, |$r:ident| $type_name:expr, $meta:expr;)*) => {$(
        impl<T> From<Bytes> for $name<T> {
            fn from(json: Bytes) -> Self {
                Self(json, PhantomData)
            }
        }

        impl<T: $bound> OutputType for $name<T> {
            fn type_name() -> Cow<'static, str> {
                $type_name
            }

            fn create_type_info(registry: &mut Registry) -> String {
                registry.create_output_type::<Self, _>(MetaTypeId::$meta_id, |$r| $meta)
            }

            async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<AstField>) -> ServerResult<Value> {
                Ok(Value::Binary(self.0.clone()))
            }
        }
    )*};
}

ready_json! {
    Spliced: Shaped, Object, |registry| T::shape().name.into(), object_of::<T>(registry);
    Any: ShapedInterface, Interface, |registry| T::interface().name.into(), interface_of::<T>(registry);
    Connection: Shaped, Object, |registry| format!("{}Connection", T::shape().name).into(), connection_of::<T>(registry);
    Edge: Shaped, Object, |registry| format!("{}Edge", T::shape().name).into(), edge_of::<T>(registry);
    PageInfo: Send, Object, |registry| "PageInfo".into(), page_info(registry);
}

fn object_of<T: Shaped>(registry: &mut Registry) -> MetaType {
    let shape = T::shape();
    for interface in shape.interfaces {
        registry.add_implements(shape.name, interface);
    }
    object::<Spliced<T>>(shape.name.to_owned(), shape.description, meta_fields(registry, &shape.fields))
}

fn connection_of<T: Shaped>(registry: &mut Registry) -> MetaType {
    let node = Spliced::<T>::create_type_info(registry);
    let edge = Edge::<T>::create_type_info(registry);
    let page_info = PageInfo::<()>::create_type_info(registry);
    let total = i32::create_type_info(registry);
    let states = T::shape().tally().map(|tally| state_counts(registry, tally));
    object::<Connection<T>>(
        format!("{}Connection", T::shape().name),
        "分页列表 · 列表的一页，以及取下一页所需的信息 · one page of a list, with what is needed to ask for the next",
        IndexMap::from_iter(states.into_iter().chain([
            meta_field(
                "edges",
                "边 · 本页各对象及其游标 · the objects of this page with their cursors",
                format!("[{edge}]!"),
            ),
            meta_field("nodes", "节点 · 本页的各对象 · the objects of this page", format!("[{node}]!")),
            meta_field(
                "pageInfo",
                "页信息 · 前后是否还有、从何处续取 · whether there is more, and from where",
                page_info,
            ),
            meta_field(
                "totalCount",
                "总数 · 列表共有多少，选取此字段时才统计 · how many there are in all; counted only when asked",
                total,
            ),
        ])),
    )
}

fn state_counts(registry: &mut Registry, tally: &Tally) -> (String, MetaField) {
    let ty = Vec::<Spliced<StateCount>>::create_type_info(registry);
    let about = "各状态数 · 列表中各状态各有多少，没有的状态不列出 · how many of all that the list holds stand in each state; states in which there is none are left out";
    let (name, mut meta) = meta_field("stateCounts", about, ty);
    list_size.register(registry);
    meta.directive_invocations.push(list_size::apply(i32::try_from(tally.words.len()).unwrap_or(i32::MAX)));
    (name, meta)
}

fn edge_of<T: Shaped>(registry: &mut Registry) -> MetaType {
    let node = Spliced::<T>::create_type_info(registry);
    let cursor = String::create_type_info(registry);
    object::<Edge<T>>(
        format!("{}Edge", T::shape().name),
        "边 · 一页中的一个对象及其游标 · an object of a page with its cursor",
        IndexMap::from_iter([
            meta_field("node", "节点 · 此处的对象 · the object", node),
            meta_field(
                "cursor",
                "游标 · 对象在列表中的位置，不必解读 · where the object stands in the list; opaque",
                cursor,
            ),
        ]),
    )
}

fn page_info(registry: &mut Registry) -> MetaType {
    let boolean = bool::create_type_info(registry);
    let cursor = <Option<String>>::create_type_info(registry);
    object::<PageInfo<()>>(
        "PageInfo".to_owned(),
        "页信息 · 本页在列表中的位置 · where a page stands in its list",
        IndexMap::from_iter([
            meta_field("hasNextPage", "有下一页 · 后面是否还有 · more follows", boolean.clone()),
            meta_field("hasPreviousPage", "有上一页 · 前面是否还有 · more goes before", boolean),
            meta_field("startCursor", "起始游标 · 本页第一个对象的游标 · the first object's cursor", cursor.clone()),
            meta_field(
                "endCursor",
                "结束游标 · 本页最后一个对象的游标，填入 `after` 可取下一页 · the last object's cursor: ask `after` it for the next page",
                cursor,
            ),
        ]),
    )
}

fn interface_of<T: ShapedInterface>(registry: &mut Registry) -> MetaType {
    let interface = T::interface();
    let mut possible_types = IndexSet::new();
    for member in &interface.members {
        (member.register)(registry);
        possible_types.insert((member.shape)().name.to_owned());
    }
    MetaType::Interface {
        name: interface.name.to_owned(),
        description: Some(interface.description.to_owned()),
        fields: meta_fields(registry, &interface.fields),
        possible_types,
        extends: false,
        keys: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(type_name::<Any<T>>()),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn object<T>(name: String, description: &str, fields: IndexMap<String, MetaField>) -> MetaType {
    meta_object(name, description, fields, type_name::<T>())
}

/// The declaration of an object.
pub(crate) fn meta_object(
    name: String,
    description: &str,
    fields: IndexMap<String, MetaField>,
    rust_type: &'static str,
) -> MetaType {
    MetaType::Object {
        name,
        description: Some(description.to_owned()),
        fields,
        cache_control: Default::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        keys: None,
        visible: None,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        is_subscription: false,
        rust_typename: Some(rust_type),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// The declarations of a shape's fields.
pub(crate) fn meta_fields(registry: &mut Registry, fields: &[Field]) -> IndexMap<String, MetaField> {
    let mut all = IndexMap::new();
    for field in fields {
        let named = (field.type_of)(registry);
        let ty = if field.nullable { named.trim_end_matches('!').to_owned() } else { named };
        let (name, mut meta) = meta_field(field.name, field.description, ty);
        meta.args = (field.arguments)(registry).into_iter().map(|argument| (argument.name.clone(), argument)).collect();
        if field.cost != Cost::default() {
            let Cost { text, each, whole } = field.cost;
            cost.register(registry);
            meta.directive_invocations.push(cost::apply(text, each, whole));
        }
        if let Some(most) = field.at_most {
            list_size.register(registry);
            meta.directive_invocations.push(list_size::apply(most));
        }
        if let Some(reason) = field.deprecated {
            meta.deprecation = Deprecation::Deprecated { reason: Some(reason.to_owned()) };
        }
        all.insert(name, meta);
    }
    all
}

/// The declaration of a field without arguments.
pub(crate) fn meta_field(name: &str, description: &str, ty: String) -> (String, MetaField) {
    let field = MetaField {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        args: IndexMap::new(),
        ty,
        deprecation: Deprecation::NoDeprecated,
        cache_control: Default::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    };
    (name.to_owned(), field)
}

/// An argument of a field that a shape declares.
pub fn argument(name: &str, ty: String, default: Option<&str>, description: &str) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        ty,
        deprecation: Deprecation::NoDeprecated,
        default_value: default.map(str::to_owned),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}
