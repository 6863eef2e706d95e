//! The compiled policy: which reaches each role is allowed and denied for each action.

use std::collections::BTreeSet;

use crate::{Action, Effect, Founding, Reach, ReachSet, Role, RuleRef, Seat};

/// What one role may do in one action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub allowed: ReachSet,
    pub denied: ReachSet,
}

impl Cell {
    pub fn index(role: Role, action: Action) -> usize {
        role.index() * Action::COUNT + action.index()
    }
}

/// A policy line and every role it holds for, by inheritance too.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub heirs: u32,
    pub rule: RuleRef,
}

impl Line {
    pub fn holds_for(&self, role: Role) -> bool {
        self.heirs & role.bit() != 0
    }
}

/// The compiled policy; every look-up is a few nanoseconds. It never changes: a new policy is a new table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Role by action.
    pub(crate) cells: Box<[Cell]>,
    /// By action, in the order of the files.
    pub(crate) lines: Box<[Box<[Line]>]>,
    pub(crate) seats: Box<[Seat]>,
    pub(crate) foundings: Box<[Founding]>,
}

impl Table {
    /// The role of that name, as posts keep it.
    pub fn role(&self, name: &str) -> Option<Role> {
        Role::parse(name)
    }

    /// The action of that name: a mutation's, or a kind of reading.
    pub fn action(&self, name: &str) -> Option<Action> {
        Action::parse(name)
    }

    /// What the action acts upon.
    pub fn resource(&self, action: Action) -> &'static str {
        action.resource()
    }

    /// Every role with its name.
    pub fn roles(&self) -> impl Iterator<Item = (Role, &'static str)> {
        Role::all().map(|role| (role, role.as_str()))
    }

    /// Every action with its name.
    pub fn actions(&self) -> impl Iterator<Item = (Action, &'static str)> {
        Action::all().map(|action| (action, action.as_str()))
    }

    fn cell(&self, role: Role, action: Action) -> Cell {
        self.cells[Cell::index(role, action)]
    }

    /// The reaches in which the role, by itself or by inheritance, is allowed the action. What is
    /// [`denied`](Self::denied) outweighs it.
    pub fn allowed(&self, role: Role, action: Action) -> ReachSet {
        self.cell(role, action).allowed
    }

    /// The reaches in which the role, by itself or by inheritance, is denied the action.
    pub fn denied(&self, role: Role, action: Action) -> ReachSet {
        self.cell(role, action).denied
    }

    /// Who is allowed the action and in which reach, as the lines say it: heirs are not repeated, and whoever is denied it
    /// anywhere for sure (reach `anyone`) is left out.
    pub fn who_may(&self, action: Action) -> Vec<(Role, ReachSet)> {
        let mut found = Vec::<(Role, ReachSet)>::new();
        for Line { rule, .. } in &self.lines[action.index()] {
            if rule.effect == Effect::Deny || self.denied(rule.role, action).contains(ReachSet::ANYONE) {
                continue;
            }
            match found.iter_mut().find(|(role, _)| *role == rule.role) {
                Some((_, reaches)) => *reaches |= rule.reach.into(),
                None => found.push((rule.role, rule.reach.into())),
            }
        }
        found
    }

    /// Which role is held in which kind of organisation, in the order of the files.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// The seat of a role in a kind of organisation; where it is not held there, another one of it.
    pub fn seat(&self, role: Role, kind: &str) -> Option<&Seat> {
        let mut of_role = self.seats.iter().filter(|seat| seat.role == role);
        of_role.clone().find(|seat| seat.kind == kind).or_else(|| of_role.next())
    }

    /// Where which kind of organisation is founded, in the order of the files.
    pub fn foundings(&self) -> &[Founding] {
        &self.foundings
    }

    /// Where an organisation of the kind is founded that is to be at a place of this code; none where there are no such.
    pub fn founding(&self, kind: &str, code: &str) -> Option<&Founding> {
        let at = |founding: &&Founding| founding.levels.iter().any(|level| level.digits() == code.len());
        self.foundings.iter().filter(|founding| founding.kind == kind).find(at)
    }

    /// Whether organisations of the kind govern the place that they are of.
    pub fn governs(&self, kind: &str) -> bool {
        self.foundings.iter().any(|founding| founding.kind == kind && founding.governs)
    }

    /// The lines that speak of the action, in the order of the files.
    pub fn lines_of(&self, action: Action) -> impl Iterator<Item = &RuleRef> {
        self.lines[action.index()].iter().map(|line| &line.rule)
    }

    /// The files that speak of the action.
    pub(crate) fn files_of(&self, action: Action) -> BTreeSet<&str> {
        self.lines[action.index()].iter().map(|line| line.rule.file.as_str()).collect()
    }

    /// The line that gives the role this answer: its own before an inherited one.
    pub(crate) fn line(&self, role: Role, action: Action, reach: Reach, effect: Effect) -> Option<&RuleRef> {
        let says = |line: &&Line| line.holds_for(role) && line.rule.reach == reach && line.rule.effect == effect;
        let mut lines = self.lines[action.index()].iter().filter(says).peekable();
        let first = *lines.peek()?;
        Some(&lines.find(|line| line.rule.role == role).unwrap_or(first).rule)
    }
}
