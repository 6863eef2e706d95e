//! What a capability looks like to its readers: one declaration gives the GraphQL type, the SQL that reads it and the
//! scope under which its rows are seen.

use async_graphql::{OutputType, registry::Registry};
use sea_orm::EntityTrait;

use crate::error::{Message, Refusal};

use super::{
    field::Field,
    registry::Spliced,
    scope::{Gates, Owner},
    tally::Tally,
};

/// A readable kind of object. In every template `{c}` stands for the row itself.
pub struct Shape {
    /// The GraphQL type.
    pub name: &'static str,
    pub description: &'static str,
    /// The prefix of its ids, where `node(id)` finds it.
    pub prefix: Option<&'static str>,
    /// What stands after `FROM`: a table, or a subquery in brackets.
    pub table: &'static str,
    /// What holds for every row of this shape, where the table holds others too.
    pub only: &'static str,
    /// Who sees which rows.
    pub gates: Gates,
    pub owner: Owner,
    pub interfaces: &'static [&'static str],
    pub fields: Vec<Field>,
}

impl Shape {
    /// Where the database counts its rows by their state.
    pub fn tally(&self) -> Option<&Tally> {
        self.fields.iter().find_map(|field| field.tally.as_ref())
    }

    /// What people call an object of it.
    pub fn called(&self) -> Message {
        called(self.name, self.description)
    }

    /// What a mutation answers: the changed objects, each under its own scope.
    pub fn payload(name: &'static str, description: &'static str, fields: Vec<Field>) -> Self {
        let owner = Owner::default();
        Self {
            name,
            description,
            prefix: None,
            table: "",
            only: "",
            gates: Gates::by_way_of_the_actor(),
            owner,
            interfaces: &[],
            fields,
        }
    }
}

/// The object does not exist, or the caller may not know that it does.
pub fn not_found<T: Shaped>() -> Refusal {
    Refusal::not_found(T::shape().called())
}

/// Implemented by the marker type of a shape.
pub trait Shaped: Send + Sync + 'static {
    fn shape() -> &'static Shape;
}

/// A shape whose rows are those of an entity.
pub trait Stored: Shaped {
    type Entity: EntityTrait;
}

/// A row of a shape.
pub type Row<T> = <<T as Stored>::Entity as EntityTrait>::Model;

/// An interface: fields that several shapes share.
pub struct InterfaceShape {
    pub name: &'static str,
    pub description: &'static str,
    pub fields: Vec<Field>,
    pub members: Vec<Member>,
    /// The table that relations to this interface join; the members' rows must come from it.
    pub table: &'static str,
}

impl InterfaceShape {
    /// What people call an object of it.
    pub fn called(&self) -> Message {
        called(self.name, self.description)
    }

    /// The member whose ids have the prefix of this one.
    pub fn member_of(&self, id: &str) -> Option<&'static Shape> {
        let (prefix, _) = id.split_once('_')?;
        self.members.iter().map(|member| (member.shape)()).find(|shape| shape.prefix == Some(prefix))
    }
}

/// A type by the Chinese term that its description begins with, and in English by its name.
fn called(name: &str, description: &str) -> Message {
    let term = description.split(" · ").next().unwrap_or(name);
    Message { zh: term.to_owned(), en: name.to_owned() }
}

/// One implementation of an interface.
#[derive(Clone, Copy)]
pub struct Member {
    pub shape: fn() -> &'static Shape,
    pub(super) register: fn(&mut Registry) -> String,
}

impl Member {
    pub const fn of<T: Shaped>() -> Self {
        Self { shape: T::shape, register: <Spliced<T> as OutputType>::create_type_info }
    }
}

/// Implemented by the marker type of an interface.
pub trait ShapedInterface: Send + Sync + 'static {
    fn interface() -> &'static InterfaceShape;
}
