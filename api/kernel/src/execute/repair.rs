//! Failed fields become `null`, or make the nearest nullable parent `null`, as the specification has it. The library
//! leaves their keys out, and turns an object whose every field failed into `null`.

use async_graphql::{
    PathSegment, ServerError, Value,
    indexmap::IndexMap,
    parser::types::{BaseType, Type},
};

use super::shape::Shape;

/// Puts the `null`s in their places: one for each error that has a path.
pub(super) fn nulls(data: &mut Value, errors: &[ServerError], shape: &Shape) {
    let paths = errors.iter().map(|e| e.path.as_slice()).filter(|path| !path.is_empty());
    for path in paths.clone() {
        restore(data, path);
    }
    for path in paths {
        settle(data, None, shape, path);
    }
}

/// Brings back what was left out on the way to an error.
fn restore(value: &mut Value, path: &[PathSegment]) {
    match path.split_first() {
        Some((PathSegment::Field(name), rest)) => {
            if *value == Value::Null {
                *value = Value::Object(IndexMap::new());
            }
            if let Value::Object(fields) = value {
                match fields.get_mut(name.as_str()) {
                    Some(inner) => restore(inner, rest),
                    None => {
                        fields.insert(async_graphql::Name::new(name), Value::Null);
                    }
                }
            }
        }
        Some((PathSegment::Index(index), rest)) => {
            if let Value::List(items) = value
                && let Some(item) = items.get_mut(*index)
            {
                restore(item, rest);
            }
        }
        None => {}
    }
}

/// Makes what failed `null`; tells whether the value's own place may not hold that, so that its parent goes too.
fn settle(value: &mut Value, ty: Option<&Type>, shape: &Shape, path: &[PathSegment]) -> bool {
    let lost = match (path.split_first(), &mut *value) {
        (_, Value::Null) => true,
        (Some((PathSegment::Field(name), rest)), Value::Object(fields)) => {
            match (shape.key(name), fields.get_mut(name.as_str())) {
                (Some(key), Some(inner)) => settle(inner, key.ty.as_ref().map(|ty| &ty.ty), &key.inside, rest),
                _ => false,
            }
        }
        (Some((PathSegment::Index(index), rest)), Value::List(items)) => {
            items.get_mut(*index).is_some_and(|item| settle(item, ty.and_then(element), shape, rest))
        }
        _ => false,
    };
    if lost {
        *value = Value::Null;
    }
    lost && ty.is_some_and(|ty| !ty.nullable)
}

fn element(ty: &Type) -> Option<&Type> {
    match &ty.base {
        BaseType::List(inner) => Some(inner),
        BaseType::Named(_) => None,
    }
}
