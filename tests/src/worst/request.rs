//! Requests as trees: made by chance, changed by chance.

use std::fmt::Write as _;

use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};

use super::schema::{Field, Schema};

/// A request: its root, and fragments that its parts spread.
#[derive(Debug, Clone, Default)]
pub struct Candidate {
    root: Vec<Part>,
    /// Each spreads later ones only.
    fragments: Vec<(String, Vec<Part>)>,
}

#[derive(Debug, Clone)]
enum Part {
    Field { alias: Option<u32>, name: String, arguments: String, inside: Vec<Part>, on: String },
    On(String, Vec<Part>),
    Spread(usize),
}

impl Candidate {
    /// The document.
    pub fn text(&self) -> String {
        let mut text = String::from("{ ");
        write(&mut text, &self.root);
        text.push('}');
        for (number, (on, parts)) in self.fragments.iter().enumerate() {
            let _ = write!(text, " fragment F{number} on {on} {{ ");
            write(&mut text, parts);
            text.push('}');
        }
        text
    }
}

fn write(text: &mut String, parts: &[Part]) {
    for part in parts {
        match part {
            Part::Field { alias, name, arguments, inside, .. } => {
                if let Some(alias) = alias {
                    let _ = write!(text, "a{alias}: ");
                }
                text.push_str(name);
                text.push_str(arguments);
                text.push(' ');
                if !inside.is_empty() {
                    text.push_str("{ ");
                    write(text, inside);
                    text.push_str("} ");
                }
            }
            Part::On(on, inside) => {
                let _ = write!(text, "... on {on} {{ ");
                write(text, inside);
                text.push_str("} ");
            }
            Part::Spread(number) => {
                let _ = write!(text, "...F{number} ");
            }
        }
    }
}

/// Makes and changes requests.
pub(super) struct Maker<'a> {
    pub schema: &'a Schema,
    pub chance: &'a mut StdRng,
}

/// Levels of fields; one less than is allowed.
const DEEPEST: usize = 11;

impl Maker<'_> {
    pub fn fresh(&mut self) -> Candidate {
        let count = self.chance.random_range(1..3);
        Candidate { root: (0..count).map(|_| self.field("Query", 1)).collect(), fragments: Vec::new() }
    }

    fn field(&mut self, on: &str, depth: usize) -> Part {
        let schema = self.schema;
        let all = schema.objects.get(on).map(Vec::as_slice).unwrap_or_default();
        // Where there is room, rather what leads on.
        let leads = |field: &&Field| schema.objects.contains_key(&field.of) && depth + 3 < DEEPEST;
        let leading = all.iter().filter(leads).collect::<Vec<_>>();
        let leaves = all.iter().filter(|field| !schema.objects.contains_key(&field.of)).collect::<Vec<_>>();
        let from =
            if leading.is_empty() || (!leaves.is_empty() && self.chance.random_bool(0.4)) { &leaves } else { &leading };
        let Some(field) = from.choose(self.chance).copied() else { return typename(on) };
        let arguments = schema.arguments(field, self.chance);
        let inside = if schema.objects.contains_key(&field.of) { self.parts(&field.of, depth + 1) } else { Vec::new() };
        let alias = Some(self.chance.random_range(0..100_000));
        let alias = alias.filter(|_| !arguments.is_empty() || self.chance.random_bool(0.1));
        Part::Field { alias, name: field.name.clone(), arguments, inside, on: on.to_owned() }
    }

    fn parts(&mut self, on: &str, depth: usize) -> Vec<Part> {
        let mut parts = vec![typename(on)];
        if let Some(members) = self.schema.members.get(on)
            && self.chance.random_bool(0.7)
        {
            let member = members.choose(self.chance).cloned().unwrap_or_default();
            let inside = self.parts(&member, depth);
            parts.push(Part::On(member, inside));
        }
        let count = self.chance.random_range(1..4);
        parts.extend((0..count).map(|_| self.field(on, depth)));
        parts
    }

    /// The same with one change, or a few.
    pub fn changed(&mut self, from: &Candidate) -> Candidate {
        let mut candidate = from.clone();
        for _ in 0..self.chance.random_range(1..4) {
            if !candidate.fragments.is_empty() && self.chance.random_bool(0.5) {
                let number = self.chance.random_range(0..candidate.fragments.len());
                let (on, mut parts) = candidate.fragments[number].clone();
                self.change(&mut parts, &on, 4, &mut candidate);
                candidate.fragments[number].1 = parts;
            } else {
                let mut root = std::mem::take(&mut candidate.root);
                self.change(&mut root, "Query", 1, &mut candidate);
                candidate.root = root;
            }
        }
        candidate
    }

    /// Changes something somewhere in these parts.
    fn change(&mut self, parts: &mut Vec<Part>, on: &str, depth: usize, whole: &mut Candidate) {
        let deeper = parts.len().checked_sub(1).map(|last| self.chance.random_range(0..=last));
        if self.chance.random_bool(0.75)
            && let Some(at) = deeper
        {
            match &mut parts[at] {
                Part::Field { inside, name, on, .. } if !inside.is_empty() => {
                    let fields = self.schema.objects.get(on).map(Vec::as_slice).unwrap_or_default();
                    if let Some(of) = fields.iter().find(|field| field.name == *name).map(|field| &field.of) {
                        return self.change(inside, of, depth + 1, whole);
                    }
                }
                Part::On(member, inside) => {
                    let member = member.clone();
                    return self.change(inside, &member, depth, whole);
                }
                _ => {}
            }
        }
        match self.chance.random_range(0..6) {
            0 | 1 => parts.push(self.field(on, depth)),
            // The same again under another name, so that it is not merged.
            2 | 3 => {
                let again = parts.choose(self.chance).cloned();
                if let Some(Part::Field { name, arguments, inside, on, .. }) = again {
                    let alias = Some(self.chance.random_range(0..100_000));
                    parts.push(Part::Field { alias, name, arguments, inside, on });
                }
            }
            // What stands inside a field becomes a fragment, which costs few bytes wherever it is spread again.
            4 if depth > 1 => {
                let inside = std::mem::take(parts);
                if inside.iter().any(|part| matches!(part, Part::Spread(_))) || whole.fragments.len() > 12 {
                    *parts = inside;
                } else {
                    whole.fragments.push((on.to_owned(), inside));
                    parts.push(Part::Spread(whole.fragments.len() - 1));
                }
            }
            _ if parts.len() > 1 => {
                let at = self.chance.random_range(0..parts.len());
                parts.remove(at);
            }
            _ => parts.push(self.field(on, depth)),
        }
    }
}

fn typename(on: &str) -> Part {
    Part::Field {
        alias: None,
        name: "__typename".into(),
        arguments: String::new(),
        inside: Vec::new(),
        on: on.to_owned(),
    }
}
