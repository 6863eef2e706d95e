//! The lives of everything that has one, as Markdown with diagrams: `docs/lifecycles.md`.

use std::fmt::Write as _;

use tongxin_capabilities::all;
use tongxin_kernel::{
    act::{DeclaredLife, DeclaredStep},
    catalogue::Capability,
};
use tongxin_policies::Action;

const HEAD: &str = "\
# 生命周期 · What may follow what

<!-- Generated from the lives that the capabilities declare; do not edit. `tongxin lifecycles > docs/lifecycles.md` -->

One section per sort of object. An arrow is an act of people, an act on something else, or the work of the clock (the name that the audit has for it). **待办** says for
which act whatever is in a state waits; what else may be done in it stands behind.
";

/// All lives, as a Markdown document.
pub fn document() -> String {
    let lives = all().iter().flat_map(Capability::lives);
    lives.fold(HEAD.to_owned(), |text, life| text + section(life).as_str())
}

fn section(life: &DeclaredLife) -> String {
    let shape = (life.shape)();
    let (zh, en) = shape.description.split_once(" · ").unwrap_or((shape.name, ""));
    let mut text = format!("\n## {zh} · {}\n\n{en}\n\n```mermaid\nstateDiagram-v2\n", shape.name);
    for state in life.states {
        let _ = writeln!(text, "    state \"{} {}\" as {}", state.zh, state.code, state.code);
    }
    for step in &life.steps {
        let Some(to) = &step.to else { continue };
        for from in &step.from {
            let _ = writeln!(text, "    {from} --> {to}: {}", told(step));
        }
    }
    text += "```\n\n| 状态 | state | 待办 waits for | 可办 may be done |\n| --- | --- | --- | --- |\n";
    for state in life.states {
        let waits = life.awaited_in(state.code).collect::<Vec<_>>();
        let steps = life.steps.iter().filter(|step| step.from.iter().any(|from| from == state.code));
        let mut may = steps.filter_map(|step| step.act).filter(|act| !waits.contains(act)).collect::<Vec<_>>();
        may.dedup();
        let list = |acts: &[&str]| acts.iter().map(|act| name(act)).collect::<Vec<_>>().join("<br>");
        let _ = writeln!(text, "| {} `{}` | {} | {} | {} |", state.zh, state.code, state.en, list(&waits), list(&may));
    }
    text
}

fn told(step: &DeclaredStep) -> String {
    step.by.split(", ").map(name).collect::<Vec<_>>().join("、")
}

fn name(act: &str) -> String {
    Action::parse(act).map_or_else(|| act.to_owned(), |action| format!("{} {act}", action.name().zh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_document_is_what_the_lives_say() {
        let committed = include_str!("../../docs/lifecycles.md");
        assert!(committed == document(), "run `cargo run -- lifecycles > docs/lifecycles.md`");
    }

    #[test]
    fn whatever_people_do_in_a_life_is_declared_as_an_act_in_those_states() {
        for life in all().iter().flat_map(Capability::lives) {
            for act in life.steps.iter().filter_map(|step| step.act) {
                let acts = all().iter().flat_map(Capability::acts);
                let mut declared = acts.filter(|declared| declared.name == act).flat_map(|declared| &declared.ways);
                assert!(
                    declared.any(|way| way.is_on((life.shape)())),
                    "{act} is a step of {}'s life, and no act has a way on it: see `ways` in its service.rs",
                    life.name()
                );
            }
        }
    }
}
