//! Reasons in words: which line, which reach was missing, who could do it.

use crate::{Action, Decision, Name, Reach, ReachSet, Role, RuleRef, Table, Text};

/// Why one role gets its answer in one reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The answer; its `rule` is the line that decides.
    pub decision: Decision,
    /// The same in words.
    pub text: Text,
}

impl Table {
    /// Explains one cell of the table: what the role may do when it stands so to the object.
    pub fn explain(&self, role: Role, action: Action, reach: Reach) -> Explanation {
        let held = [(role, ReachSet::from(reach))];
        let decision = self.decide(action, &held);
        let text = self.reason(action, &held, &decision);
        Explanation { decision, text }
    }

    /// The reason of a decision, for the people concerned: which post and rule, or which reach was missing, and who may.
    /// `held` is what was decided upon.
    pub fn reason(&self, action: Action, held: &[(Role, ReachSet)], decision: &Decision) -> Text {
        let Name { zh, en } = action.name();
        match decision {
            Decision::Allowed { index, reach, rule } => {
                let (role, reach, line) = (held[*index].0.name(), reach.name(), quoted(rule));
                Text {
                    zh: format!("{}（{}）可{zh}：{line}", role.zh, reach.zh),
                    en: format!("{} ({}) may {en}: {line}", role.en, reach.en),
                }
            }
            Decision::Denied { index, reach, rule } => {
                let (role, reach, line) = (held[*index].0.name(), reach.name(), quoted(rule));
                Text {
                    zh: format!("{}（{}）不得{zh}：{line}", role.zh, reach.zh),
                    en: format!("{} ({}) must not {en}: {line}", role.en, reach.en),
                }
            }
            Decision::Missing { needed } => {
                let (lacking, who) = (self.lacking(action, held), who(needed));
                Text { zh: format!("{}。{}", lacking.zh, who.zh), en: format!("{}. {}", lacking.en, who.en) }
            }
        }
    }

    /// What the posts held lack: the right reach, or the role altogether.
    fn lacking(&self, action: Action, held: &[(Role, ReachSet)]) -> Text {
        let may = held.iter().map(|&(role, reaches)| (role, reaches, self.allowed(role, action)));
        let near = may.filter(|(.., allowed)| !allowed.is_empty()).max_by_key(|&(role, ..)| role);
        let act = action.name();
        if let Some((role, reaches, allowed)) = near {
            let (role, needed, here) = (role.name(), set(allowed), set(reaches));
            return Text {
                zh: format!("{}只可在“{}”的关系下{}，此处为“{}”", role.zh, needed.zh, act.zh, here.zh),
                en: format!("{} may {} only where the reach is {}; here it is {}", role.en, act.en, needed.en, here.en),
            };
        }
        let (zh, en) = join(held.iter().map(|(role, _)| role.name()), "、", ", ");
        let none = Text { zh: "没有任职".to_owned(), en: "no post".to_owned() };
        let Text { zh, en } = if zh.is_empty() { none } else { Text { zh, en } };
        Text { zh: format!("{zh}：均无权{}", act.zh), en: format!("{en}: may not {}", act.en) }
    }
}

fn quoted(rule: &RuleRef) -> String {
    format!("{rule} [{}]", rule.to_line())
}

/// Who may, as a sentence.
fn who(needed: &[(Role, ReachSet)]) -> Text {
    if needed.is_empty() {
        return Text { zh: "无人可以。".to_owned(), en: "Nobody may.".to_owned() };
    }
    let one = |&(role, reaches): &(Role, ReachSet)| {
        let (role, reaches): (Name, Text) = (role.name(), set(reaches));
        (format!("{}（{}）", role.zh, reaches.zh), format!("{} ({})", role.en, reaches.en))
    };
    let (zh, en): (Vec<_>, Vec<_>) = needed.iter().map(one).unzip();
    Text { zh: format!("可以者：{}。", zh.join("、")), en: format!("Who may: {}.", en.join(", ")) }
}

fn set(reaches: ReachSet) -> Text {
    if reaches.is_empty() {
        return Text { zh: "无".to_owned(), en: "none".to_owned() };
    }
    let (zh, en) = join(reaches.reaches().map(Reach::name), "、", " or ");
    Text { zh, en }
}

fn join(names: impl Iterator<Item = Name>, comma: &str, or: &str) -> (String, String) {
    let (zh, en): (Vec<_>, Vec<_>) = names.map(|name| (name.zh, name.en)).unzip();
    (zh.join(comma), en.join(or))
}
