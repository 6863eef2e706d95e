//! The policy lines, read and checked one by one.

use std::{collections::HashMap, fmt, sync::Arc};

use crate::{
    Action, Class, Founding, Given, Level, PolicySource, Problem, Reach, Role, Seat, error::text, prove::INVARIANTS,
};

/// What a line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    Allow,
    Deny,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Allow { "allow" } else { "deny" })
    }
}

/// One `p` line. `Display` gives its place, `claims.csv:12`, which is what an audit entry keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub file: String,
    pub line: u32,
    pub role: Role,
    pub action: Action,
    pub reach: Reach,
    pub effect: Effect,
}

/// A rule that outlives the table it came from.
pub type RuleRef = Arc<Rule>;

impl Rule {
    /// The line as Casbin reads it.
    pub fn to_line(&self) -> String {
        let Self { role, action, reach, effect, .. } = self;
        format!("p, {role}, {}, {action}, {reach}, {effect}", action.resource())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// One `g` line.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub file: String,
    pub line: u32,
    pub child: Role,
    pub parent: Role,
}

/// All lines of a source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    pub rules: Vec<Rule>,
    pub links: Vec<Link>,
    pub seats: Vec<Seat>,
    pub foundings: Vec<Founding>,
}

impl Rules {
    /// Reads every line; what is wrong goes to `problems`.
    pub fn read(source: &PolicySource, problems: &mut Vec<Problem>) -> Self {
        let mut all = Self::default();
        for (file, text) in source.files().filter(|(file, _)| *file != INVARIANTS) {
            for (line, fields) in rows(text) {
                if let Err(what) = all.add(file, line, &fields) {
                    problems.push(Problem::new(file, line, what));
                }
            }
        }
        all.find_repeated(problems);
        all
    }

    fn add(&mut self, file: &str, line: u32, fields: &[&str]) -> Result<(), crate::Text> {
        match *fields {
            ["g", child, parent] => {
                let (child, parent) = (role(child)?, role(parent)?);
                self.links.push(Link { file: file.to_owned(), line, child, parent });
            }
            ["h", held, kind, on, how, ref within @ ..] if within.len() < 2 => {
                let within = within.first().map(|word| role(word)).transpose()?;
                let (role, kind, levels, given) = (role(held)?, kind.to_owned(), levels(on)?, given(how)?);
                self.seats.push(Seat { file: file.to_owned(), line, role, kind, levels, given, within });
            }
            ["k", kind, on, how, relates] => {
                let governs = match relates {
                    "governs" => true,
                    "-" => false,
                    _ => return Err(text!("应为 governs 或 -，而非 {relates}", "neither governs nor -: {relates}")),
                };
                let (kind, levels, given) = (kind.to_owned(), levels(on)?, given(how)?);
                self.foundings.push(Founding { file: file.to_owned(), line, kind, levels, given, governs });
            }
            ["p", who, resource, act, how, effect] => {
                let actions = if resource == EVERY { of_class(act)? } else { vec![of(resource, act)?] };
                let reach = how.parse().map_err(|()| text!("没有关系 {how}", "there is no reach {how}"))?;
                let effect = match effect {
                    "allow" => Effect::Allow,
                    "deny" => Effect::Deny,
                    _ => return Err(text!("应为 allow 或 deny，而非 {effect}", "neither allow nor deny: {effect}")),
                };
                let role = role(who)?;
                let rule = |action| Rule { file: file.to_owned(), line, role, action, reach, effect };
                self.rules.extend(actions.into_iter().map(rule));
            }
            _ => {
                let shapes = "p, role, resource, action, reach, allow|deny / p, role, *, class, reach, allow|deny / g, child, parent / h, role, kind, levels, district|street|own|nobody[, role] / k, kind, levels, district|street|own|nobody, governs|-";
                return Err(text!("应为 {shapes}", "should be {shapes}"));
            }
        }
        Ok(())
    }

    /// For each role the bits of itself and of all roles whose rules it inherits.
    pub fn ancestors(&self) -> [u32; Role::COUNT] {
        let mut all = std::array::from_fn(|i| 1 << i);
        for _ in 0..Role::COUNT {
            for link in &self.links {
                all[link.child.index()] |= all[link.parent.index()];
            }
        }
        all
    }

    fn find_repeated(&self, problems: &mut Vec<Problem>) {
        let mut seen = HashMap::new();
        for rule in &self.rules {
            let Some(first) = seen.insert((rule.role, rule.action, rule.reach), rule) else { continue };
            let what = if first.effect == rule.effect {
                text!("与 {first} 重复", "says the same as {first}")
            } else {
                text!("与 {first} 矛盾", "contradicts {first}")
            };
            problems.push(Problem::new(&rule.file, rule.line, what));
        }
        let mut seen = HashMap::new();
        for seat in &self.seats {
            if let Some(first) = seen.insert((seat.role, &seat.kind), seat) {
                problems.push(Problem::new(
                    &seat.file,
                    seat.line,
                    text!("与 {first} 重复", "speaks of the same as {first}"),
                ));
            }
        }
        let mut seen = HashMap::new();
        for founding in &self.foundings {
            for level in &founding.levels {
                if let Some(first) = seen.insert((&founding.kind, *level), founding) {
                    let place = format!("{}:{}", first.file, first.line);
                    let what = text!("与 {place} 重复", "speaks of the same as {place}");
                    problems.push(Problem::new(&founding.file, founding.line, what));
                }
            }
        }
        let mut seen = HashMap::new();
        for link in &self.links {
            if let Some(first) = seen.insert((link.child, link.parent), link) {
                let place = format!("{}:{}", first.file, first.line);
                problems.push(Problem::new(
                    &link.file,
                    link.line,
                    text!("与 {place} 重复", "says the same as {place}"),
                ));
            }
        }
    }
}

/// The word for every resource, with which a line speaks of a class of actions.
const EVERY: &str = "*";

fn of(resource: &str, act: &str) -> Result<Action, crate::Text> {
    let action = Action::parse(act).ok_or_else(|| text!("没有动作 {act}", "there is no action {act}"))?;
    let its = action.resource();
    if its == resource {
        return Ok(action);
    }
    Err(text!("{act} 属于 {its}，不属于 {resource}", "{act} is of {its}, not of {resource}"))
}

/// The actions of a class; a line that speaks of none would be one that says nothing.
fn of_class(name: &str) -> Result<Vec<Action>, crate::Text> {
    let class = Class::ALL.into_iter().find(|class| class.as_str() == name);
    let class = class.ok_or_else(|| text!("没有动作类别 {name}", "there is no class of actions {name}"))?;
    let actions = Action::all().filter(|action| action.class() == Some(class)).collect::<Vec<_>>();
    if actions.is_empty() {
        return Err(text!("没有 {name} 类的动作", "no action is of the class {name}"));
    }
    Ok(actions)
}

fn given(word: &str) -> Result<Given, crate::Text> {
    let known = Given::ALL.into_iter().find(|given| given.as_str() == word);
    known.ok_or_else(|| {
        text!("应为 district、street、own 或 nobody，而非 {word}", "neither district, street, own nor nobody: {word}")
    })
}

/// The levels that a text names, separated by spaces.
fn levels(text: &str) -> Result<Vec<Level>, crate::Text> {
    let level = |word: &str| {
        let level = Level::ALL.into_iter().find(|level| level.as_str() == word);
        level.ok_or_else(|| text!("没有层级 {word}", "there is no level {word}"))
    };
    text.split_whitespace().map(level).collect()
}

fn role(name: &str) -> Result<Role, crate::Text> {
    Role::parse(name).ok_or_else(|| text!("没有角色 {name}", "there is no role {name}"))
}

/// The lines of a CSV that are neither empty nor comments, with their numbers. Words only, so no quoting; Casbin takes a
/// comment at the start of a line alone, and so do we.
pub(crate) fn rows(text: &str) -> impl Iterator<Item = (u32, Vec<&str>)> {
    let lines = (1..).zip(text.lines().map(str::trim));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(i, line)| (i, line.split(',').map(str::trim).collect()))
}
