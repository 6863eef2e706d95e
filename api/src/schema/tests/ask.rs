//! Random selections: made of picks that mean something wherever they stand, so that they shrink well.

use std::fmt::Write as _;

use proptest::{collection::vec, option, prelude::*};

use super::types::{Kind, fields_of, is_interface, members_of};

/// A field of a selection, or a fragment in it.
#[derive(Debug, Clone)]
pub enum Part {
    Field(Asked),
    /// `... on Type`, or without a condition; inline or by a name.
    Fragment {
        on: Option<&'static str>,
        named: bool,
        parts: Vec<Part>,
    },
}

#[derive(Debug, Clone)]
pub struct Asked {
    pub alias: Option<String>,
    pub name: &'static str,
    pub page: Option<Page>,
    pub parts: Vec<Part>,
}

impl Asked {
    pub fn key(&self) -> &str {
        self.alias.as_deref().unwrap_or(self.name)
    }
}

/// The arguments of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// How many; none is the default, given or not.
    pub size: Option<i32>,
    pub backwards: bool,
    /// Whether an argument that says nothing stands there as `null`.
    pub nulls: bool,
    pub by_variable: bool,
    /// Which row of the type stands at the cursor, by its number among them all.
    pub after: Option<usize>,
    pub before: Option<usize>,
    pub order: Option<usize>,
    pub filter: Option<usize>,
}

/// What is random: a tree of numbers, read by the types that it meets.
#[derive(Debug, Clone)]
pub struct Pick {
    which: usize,
    alias: bool,
    wrap: u8,
    page: Page,
    inner: Vec<Pick>,
}

pub fn picks() -> impl Strategy<Value = Vec<Pick>> {
    let page = (
        (option::of(0..6i32), any::<bool>(), any::<bool>(), any::<bool>()),
        (option::weighted(0.2, 0..500usize), option::weighted(0.1, 0..500usize)),
        (option::of(0..4usize), option::of(0..40usize)),
    );
    let page = page.prop_map(|((size, backwards, nulls, by_variable), (after, before), (order, filter))| Page {
        size,
        backwards,
        nulls,
        by_variable,
        after,
        before,
        order,
        filter,
    });
    let pick = move |inner: BoxedStrategy<Vec<Pick>>| {
        (any::<u8>(), any::<bool>(), 0..8u8, page.clone(), inner)
            .prop_map(|(which, alias, wrap, page, inner)| Pick { which: which.into(), alias, wrap, page, inner })
            .boxed()
    };
    let leaf = pick(Just(Vec::new()).boxed());
    let tree = leaf.prop_recursive(6, 60, 5, move |inner| pick(vec(inner, 1..5).boxed()));
    vec(tree, 1..6)
}

/// Turns picks into a selection on a type.
#[derive(Default)]
pub struct Maker {
    aliases: usize,
}

impl Maker {
    pub fn parts(&mut self, on: &'static str, picks: &[Pick], always_alias: bool) -> Vec<Part> {
        let mut parts: Vec<_> = picks.iter().map(|pick| self.part(on, pick, always_alias)).collect();
        if parts.is_empty() {
            parts.push(Part::Field(Asked { alias: None, name: "__typename", page: None, parts: Vec::new() }));
        }
        parts
    }

    fn part(&mut self, on: &'static str, pick: &Pick, always_alias: bool) -> Part {
        let members = members_of(on);
        if is_interface(on) && pick.wrap < 5 {
            // A fragment on a member: members differ in what a name means, so what stands in it gets names of its own.
            let member = members[pick.which % members.len()];
            let parts = self.parts(member, &pick.inner, true);
            return Part::Fragment { on: Some(member), named: pick.wrap.is_multiple_of(2), parts };
        }
        let field = Part::Field(self.field(on, pick, always_alias));
        match pick.wrap {
            0 => Part::Fragment { on: Some(on), named: false, parts: vec![field] },
            1 => Part::Fragment { on: Some(on), named: true, parts: vec![field] },
            2 => Part::Fragment { on: None, named: false, parts: vec![field] },
            3 if !on.ends_with("Connection") && !on.ends_with("Edge") && on != "PageInfo" => {
                let id = Asked { alias: None, name: "id", page: None, parts: Vec::new() };
                Part::Fragment { on: Some("Node"), named: pick.alias, parts: vec![Part::Field(id)] }
            }
            _ => field,
        }
    }

    fn field(&mut self, on: &'static str, pick: &Pick, always_alias: bool) -> Asked {
        let fields = fields_of(on);
        let (name, kind) = fields[pick.which % fields.len()];
        let (page, inner) = match kind {
            Kind::Leaf => (None, None),
            Kind::Object(of) => (None, Some(of)),
            Kind::Page(connection) => (Some(pick.page.clone()), Some(connection)),
        };
        // Fields with arguments get a name of their own: the same name must not mean two things.
        let alias = (always_alias || pick.alias || page.is_some()).then(|| {
            self.aliases += 1;
            format!("a{}", self.aliases)
        });
        let parts = inner.map_or_else(Vec::new, |of| self.parts(of, &pick.inner, false));
        Asked { alias, name, page, parts }
    }
}

/// A selection as GraphQL, with the fragments and variables that it names.
#[derive(Default)]
pub struct Text {
    pub body: String,
    pub fragments: String,
    pub declared: String,
    pub variables: serde_json::Map<String, serde_json::Value>,
    count: usize,
}

impl Text {
    pub fn document(&self) -> String {
        let declared = if self.declared.is_empty() { String::new() } else { format!("({})", self.declared) };
        format!("query{declared} {{ {} }} {}", self.body, self.fragments)
    }

    /// `arguments` writes the arguments of a list that is asked for.
    pub fn parts(&mut self, on: &str, parts: &[Part], arguments: &dyn Fn(&mut Self, &str, &Asked)) {
        for part in parts {
            match part {
                Part::Field(asked) => self.field(on, asked, arguments),
                Part::Fragment { on: None, parts, .. } => {
                    self.body.push_str("... { ");
                    self.parts(on, parts, arguments);
                    self.body.push_str("} ");
                }
                Part::Fragment { on: Some(on), named: false, parts } => {
                    write!(self.body, "... on {on} {{ ").unwrap();
                    self.parts(on, parts, arguments);
                    self.body.push_str("} ");
                }
                Part::Fragment { on: Some(on), named: true, parts } => {
                    self.count += 1;
                    let name = format!("F{}", self.count);
                    write!(self.body, "...{name} ").unwrap();
                    let outside = std::mem::take(&mut self.body);
                    self.parts(on, parts, arguments);
                    let inside = std::mem::replace(&mut self.body, outside);
                    write!(self.fragments, "fragment {name} on {on} {{ {inside}}} ").unwrap();
                }
            }
        }
    }

    fn field(&mut self, on: &str, asked: &Asked, arguments: &dyn Fn(&mut Self, &str, &Asked)) {
        if let Some(alias) = &asked.alias {
            write!(self.body, "{alias}: ").unwrap();
        }
        self.body.push_str(asked.name);
        arguments(self, on, asked);
        let inner = fields_of(on).iter().find(|(name, _)| *name == asked.name).and_then(|(_, kind)| kind.inner());
        if let Some(inner) = inner {
            self.body.push_str(" { ");
            self.parts(inner, &asked.parts, arguments);
            self.body.push('}');
        }
        self.body.push(' ');
    }

    /// A value as a literal, or as a variable of this type.
    pub fn value(&mut self, by_variable: bool, ty: &str, value: serde_json::Value, literal: &str) -> String {
        if !by_variable {
            return literal.to_owned();
        }
        self.count += 1;
        let name = format!("v{}", self.count);
        write!(self.declared, "${name}: {ty} ").unwrap();
        self.variables.insert(name.clone(), value);
        format!("${name}")
    }
}
