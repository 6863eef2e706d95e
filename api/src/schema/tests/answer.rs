//! The answer to a selection, put together from the rows without SQL: whoever asks sees a row when the policies let
//! them, decided for that one row.

use async_graphql::{Name, Value};
use indexmap::IndexMap;
use tongxin_kernel::who::actor::Actor;
use tongxin_policies::Table;

use super::{
    ask::{Asked, Page, Part},
    lists::Cut,
    plain::{City, Held, Row, text},
    types::{Kind, fields_of, interfaces_of},
};

/// Somebody who reads the city.
pub struct Reader<'a> {
    pub city: &'a City,
    pub actor: &'a Actor,
    pub policy: &'a Table,
}

type Fields<'s> = IndexMap<&'s str, Vec<&'s Asked>>;

impl<'a> Reader<'a> {
    pub fn sees(&self, row: Row<'_>) -> bool {
        let (action, place) = row.read_by(self.city);
        let action = self.policy.action(action).unwrap();
        self.policy.decide(action, &self.actor.held(&place)).is_allowed()
    }

    pub fn object(&self, row: Row<'a>, sets: &[&[Part]]) -> Value {
        let on = row.type_name();
        written(collect(on, sets), |fields| self.field(row, on, fields))
    }

    fn field(&self, row: Row<'a>, on: &str, fields: &[&Asked]) -> Value {
        let asked = fields[0];
        let sets: Vec<_> = fields.iter().map(|asked| &*asked.parts).collect();
        match row.field(self.city, asked.name) {
            Held::Leaf(value) => value,
            Held::One(row) => self.one(row, &sets),
            Held::Oneself(row) => self.one(row.filter(|row| self.actor.person_id() == Some(row.id())), &sets),
            Held::Many(rows) => match kind_of(on, asked.name) {
                Kind::Page(connection) => self.page(connection, asked.page.as_ref(), rows, &sets),
                _ => Value::List(
                    rows.into_iter().filter(|row| self.sees(*row)).map(|row| self.object(row, &sets)).collect(),
                ),
            },
        }
    }

    pub fn one(&self, row: Option<Row<'a>>, sets: &[&[Part]]) -> Value {
        row.filter(|row| self.sees(*row)).map_or(Value::Null, |row| self.object(row, sets))
    }

    pub fn page(&self, connection: &'static str, page: Option<&Page>, rows: Vec<Row<'a>>, sets: &[&[Part]]) -> Value {
        let of = connection.strip_suffix("Connection").unwrap();
        let seen = rows.into_iter().filter(|row| self.sees(*row)).collect();
        let cut = Cut::new(self, of, page.unwrap_or(&Page::default()), seen);
        written(collect(connection, sets), |fields| {
            let inner: Vec<_> = fields.iter().map(|asked| &*asked.parts).collect();
            match fields[0].name {
                "nodes" => Value::List(cut.rows.iter().map(|row| self.object(*row, &inner)).collect()),
                "edges" => Value::List(cut.rows.iter().map(|row| self.edge(&cut, of, *row, &inner)).collect()),
                "pageInfo" => page_info(&cut, &inner),
                "totalCount" => cut.total.into(),
                _ => text(connection),
            }
        })
    }

    fn edge(&self, cut: &Cut<'a>, of: &str, row: Row<'a>, sets: &[&[Part]]) -> Value {
        let edge = format!("{of}Edge");
        written(collect(&edge, sets), |fields| {
            let inner: Vec<_> = fields.iter().map(|asked| &*asked.parts).collect();
            match fields[0].name {
                "node" => self.object(row, &inner),
                "cursor" => text(cut.cursor(row)),
                _ => text(&edge),
            }
        })
    }
}

fn page_info(cut: &Cut<'_>, sets: &[&[Part]]) -> Value {
    let cursor = |row: Option<&Row<'_>>| row.map_or(Value::Null, |row| text(cut.cursor(*row)));
    written(collect("PageInfo", sets), |fields| match fields[0].name {
        "hasNextPage" => cut.has_next.into(),
        "hasPreviousPage" => cut.has_previous.into(),
        "startCursor" => cursor(cut.rows.first()),
        "endCursor" => cursor(cut.rows.last()),
        _ => text("PageInfo"),
    })
}

pub fn kind_of(on: &str, name: &str) -> Kind {
    fields_of(on).iter().find(|(field, _)| *field == name).unwrap().1
}

pub fn written(fields: Fields<'_>, value: impl Fn(&[&Asked]) -> Value) -> Value {
    Value::Object(fields.into_iter().map(|(key, asked)| (Name::new(key), value(&asked))).collect())
}

/// The fields of a type that apply, in the order they are asked, those of one name together.
pub fn collect<'s>(on: &str, sets: &[&'s [Part]]) -> Fields<'s> {
    fn add<'s>(on: &str, parts: &'s [Part], into: &mut Fields<'s>) {
        for part in parts {
            match part {
                Part::Field(asked) => into.entry(asked.key()).or_default().push(asked),
                Part::Fragment { on: None, parts, .. } => add(on, parts, into),
                Part::Fragment { on: Some(condition), parts, .. } => {
                    if *condition == on || interfaces_of(on).contains(condition) {
                        add(on, parts, into);
                    }
                }
            }
        }
    }
    let mut fields = IndexMap::new();
    sets.iter().for_each(|parts| add(on, parts, &mut fields));
    fields
}
