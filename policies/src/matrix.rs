//! The whole table for people to read: `docs/authority.md`.

use std::fmt::Write as _;

use crate::{Action, Level, Reach, ReachSet, Role, Table, vocabulary::resources};

const HEAD: &str = "\
# 权限一览 · Who may do what

<!-- Generated from the policy files; do not edit. `tongxin policy matrix > docs/authority.md` -->

One table per resource: a row per role (roles with the same rights share one), a column per action, and in the cell the reaches
in which the role may do it, inherited ones included. **not** marks a reach in which it is denied, whatever else the person is;
**never** is denied in all of them.
";

impl Table {
    /// Role × action × reach as Markdown, one table per resource.
    pub fn matrix(&self) -> String {
        let mut out = String::from(HEAD);
        self.write_matrix(&mut out).expect("writing to a String cannot fail");
        out
    }

    fn write_matrix(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "\n| reach | 关系 | meaning |\n| --- | --- | --- |")?;
        for reach in Reach::ALL {
            writeln!(out, "| {reach} | {} | {} |", reach.name().zh, reach.meaning())?;
        }
        for (resource, name) in resources() {
            let actions: Vec<_> = Action::all().filter(|action| action.resource() == resource).collect();
            writeln!(out, "\n## {} · {}\n", name.zh, name.en)?;
            write!(out, "| `{resource}` |")?;
            for action in &actions {
                write!(out, " {action}<br>{} |", action.name().zh)?;
            }
            writeln!(out, "\n|{}", " --- |".repeat(actions.len() + 1))?;
            for (roles, cells) in self.rows(&actions) {
                let roles: Vec<_> = roles.iter().map(|role| format!("{role} {}", role.name().zh)).collect();
                writeln!(out, "| {} | {} |", roles.join("<br>"), cells.join(" | "))?;
            }
        }
        writeln!(out, "\n## 任职归属 · Which role is held where, and given from where\n")?;
        writeln!(
            out,
            "| role | kind of organisation | levels | given at | then within, by |\n| --- | --- | --- | --- | --- |"
        )?;
        for seat in self.seats() {
            let levels = named(&seat.levels);
            let within = seat.within.map(|by| format!("{by} {}", by.name().zh)).unwrap_or_default();
            let (role, zh) = (seat.role, seat.role.name().zh);
            writeln!(out, "| {role} {zh} | {} | {levels} | {} | {within} |", seat.kind, seat.given.as_str())?;
        }
        writeln!(out, "\n## 组织设立 · Which organisation is founded where, and from where\n")?;
        writeln!(out, "| kind of organisation | levels | founded at | governs its place |\n| --- | --- | --- | --- |")?;
        for founding in self.foundings() {
            let governs = if founding.governs { "yes" } else { "–" };
            let levels = named(&founding.levels);
            writeln!(out, "| {} | {levels} | {} | {governs} |", founding.kind, founding.given.as_str())?;
        }
        Ok(())
    }

    /// The rows of one table, each with the roles that share it.
    fn rows(&self, actions: &[Action]) -> Vec<(Vec<Role>, Vec<String>)> {
        let mut rows = Vec::<(Vec<Role>, Vec<String>)>::new();
        for role in Role::all() {
            let cells: Vec<_> = actions.iter().map(|&action| self.cell_text(role, action)).collect();
            match rows.iter_mut().find(|(_, same)| *same == cells) {
                Some((roles, _)) => roles.push(role),
                None => rows.push((vec![role], cells)),
            }
        }
        rows
    }

    fn cell_text(&self, role: Role, action: Action) -> String {
        let (allowed, denied) = (self.allowed(role, action), self.denied(role, action));
        let allowed = allowed - denied;
        match (allowed.is_empty(), denied.is_empty()) {
            _ if denied.contains(ReachSet::ANYONE) => "**never**".to_owned(),
            (true, true) => "–".to_owned(),
            (false, true) => allowed.to_string(),
            (true, false) => format!("**not** {denied}"),
            (false, false) => format!("{allowed}, **not** {denied}"),
        }
    }
}

fn named(levels: &[Level]) -> String {
    levels.iter().map(|level| level.as_str()).collect::<Vec<_>>().join(" ")
}
