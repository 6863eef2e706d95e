//! The test files beside the policies: `role, action, reaches, expected`, readable and reviewable without Rust.

use std::path::Path;

use crate::{
    Action, Decision, PolicyError, Problem, Reach, ReachSet, Role, Table, Text, error::text, rules::rows, source,
};

/// One `*.test.csv`: its name and text.
///
/// A line is `role, action, reaches, expected`. The reaches are separated by spaces, `-` is none. Expected is `allow`,
/// `deny: missing role` (the role may never do it), `deny: missing reach` (it may, but not here), or `deny: involved`,
/// `deny: anyone` … (a line denies it in that reach).
#[derive(Debug, Clone)]
pub struct CaseFile {
    pub name: String,
    pub text: String,
}

impl CaseFile {
    /// The test files of a folder.
    pub fn from_dir(path: impl AsRef<Path>) -> Result<Vec<Self>, PolicyError> {
        let files = source::csv_files(path.as_ref())?.into_iter().filter(|(name, _)| name.ends_with(".test.csv"));
        Ok(files.map(|(name, text)| Self { name, text }).collect())
    }
}

/// Runs every case and returns those that fail, and the actions of the policy files that have no case.
pub fn run_cases(table: &Table, files: &[CaseFile]) -> Vec<Problem> {
    let (mut problems, mut tried) = (Vec::new(), Vec::new());
    for file in files {
        for (line, fields) in rows(&file.text) {
            match run(table, &fields) {
                Ok(action) => tried.push((file.name.clone(), action)),
                Err(what) => problems.push(Problem::new(&file.name, line, what)),
            }
        }
    }
    for action in Action::all() {
        // Its case is beside its rules: claims.csv is tried by claims.test.csv.
        for policy in table.files_of(action) {
            let beside = policy.replace(".csv", ".test.csv");
            if !tried.contains(&(beside.clone(), action)) {
                problems.push(Problem::new(
                    &beside,
                    0,
                    text!("没有通过的 {action} 用例", "no passing case of {action}"),
                ));
            }
        }
    }
    problems
}

fn run(table: &Table, fields: &[&str]) -> Result<Action, Text> {
    let &[role, action, reaches, expected] = fields else {
        return Err(text!("应为 role, action, reaches, expected", "should be role, action, reaches, expected"));
    };
    let role = Role::parse(role).ok_or_else(|| text!("没有角色 {role}", "there is no role {role}"))?;
    let action = Action::parse(action).ok_or_else(|| text!("没有动作 {action}", "there is no action {action}"))?;
    let mut held = ReachSet::empty();
    for word in reaches.split_whitespace().filter(|&word| word != "-") {
        let reach: Reach = word.parse().map_err(|()| text!("没有关系 {word}", "there is no reach {word}"))?;
        held |= reach.into();
    }
    let found = match table.decide(action, &[(role, held)]) {
        Decision::Allowed { .. } => "allow".to_owned(),
        Decision::Denied { reach, .. } => format!("deny: {reach}"),
        Decision::Missing { .. } if table.allowed(role, action).is_empty() => "deny: missing role".to_owned(),
        Decision::Missing { .. } => "deny: missing reach".to_owned(),
    };
    if found == expected {
        return Ok(action);
    }
    Err(text!("应为 {expected}，实为 {found}", "expected {expected}, found {found}"))
}
