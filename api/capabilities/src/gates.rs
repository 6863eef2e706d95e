//! Whether the policies can be kept when things are read: a line that speaks of a relation which the rows do not tell would be
//! passed over in silence.

use tongxin_kernel::catalogue::Capability;
use tongxin_policies::{Action, Effect, Problem, Rule, Table, Text};

use crate::all;

/// The lines on reading actions that cannot take effect: what denies must hold for every sort of thing that the action shows,
/// what allows for one at least.
pub fn lines_without_effect(policy: &Table) -> Vec<Problem> {
    let reading = Action::all().filter(|action| !action.changes());
    reading.flat_map(|action| policy.lines_of(action).filter_map(|line| without_effect(line))).collect()
}

fn without_effect(line: &Rule) -> Option<Problem> {
    let shapes = all().iter().flat_map(Capability::members).map(|member| (member.shape)());
    let shapes = shapes.filter(|shape| shape.gates.all().iter().any(|gate| gate.action == line.action.as_str()));
    let shapes = shapes.collect::<Vec<_>>();
    let deaf = shapes.iter().filter(|shape| !shape.owner.answers_to(line.reach)).map(|shape| shape.name);
    let deaf = deaf.collect::<Vec<_>>();
    let lost = match line.effect {
        Effect::Deny => !deaf.is_empty(),
        Effect::Allow => !deaf.is_empty() && deaf.len() == shapes.len(),
    };
    let (reach, names) = (line.reach, deaf.join(", "));
    lost.then(|| {
        let what = Text {
            zh: format!("此规则不起作用：{names} 没有可据以判断“{}”关系的字段", reach.name().zh),
            en: format!("cannot take effect: {names} has nothing to tell by whether the reach is {reach}"),
        };
        Problem::new(&line.file, line.line, what)
    })
}
