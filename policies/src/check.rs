//! What can be told of a policy before Casbin is asked, among it the faults that Casbin passes over in silence.

use casbin::{DefaultModel, Model};

use crate::{Action, PolicyError, PolicySource, Problem, Role, error::text, rules::Rules, source::MODEL};

/// Casbin follows `g` lines this far and ignores the rest without a word.
const DEEPEST: usize = 10;

/// The one effect that says "deny wins", as Casbin keeps it.
const DENY_WINS: &str = "some(where (p_eft == allow)) && !some(where (p_eft == deny))";

/// Every fault of a policy, in the order of the files; empty when it compiles.
pub async fn check(source: &PolicySource) -> Vec<Problem> {
    match verify(source).await {
        Err(PolicyError::Invalid(problems)) => problems,
        Err(other) => {
            let what = other.to_string();
            vec![Problem::new(MODEL, 0, text!("{what}", "{what}"))]
        }
        Ok(_) => Vec::new(),
    }
}

/// The model and the lines of a source without fault.
pub(crate) async fn verify(source: &PolicySource) -> Result<(DefaultModel, Rules), PolicyError> {
    let mut problems = Vec::new();
    let model = DefaultModel::from_str(&source.model).await;
    match &model {
        Ok(model) => check_model(model, &mut problems),
        Err(error) => problems.push(Problem::new(MODEL, 0, text!("无法解析：{error}", "cannot be read: {error}"))),
    }
    let rules = Rules::read(source, &mut problems);
    check_links(&rules, &mut problems);
    check_cover(&rules, &mut problems);
    if problems.is_empty() { Ok((model?, rules)) } else { Err(PolicyError::Invalid(problems)) }
}

fn check_model(model: &DefaultModel, problems: &mut Vec<Problem>) {
    let sections = [
        ("r", "role, resource, action, reach"),
        ("p", "role, resource, action, reach, eft"),
        ("g", "_, _"),
        ("e", DENY_WINS),
        ("m", ""),
    ];
    let mut fault = |zh: String, en: String| problems.push(Problem::new(MODEL, 0, crate::Text { zh, en }));
    for (section, expected) in sections {
        let definitions = model.get_model().get(section);
        // A second definition (g2, m2 …) would go unasked; g and g2 even share one graph of roles.
        let Some(only) = definitions.filter(|all| all.len() == 1).and_then(|all| all.get(section)) else {
            fault(format!("应恰有一个 {section}"), format!("there must be exactly one {section}"));
            continue;
        };
        if section == "m" {
            if !compares_resource_and_action(&only.value) {
                let needed = "r.resource == p.resource && r.action == p.action";
                fault(format!("m 必须含 {needed}，且不含 ||"), format!("m must hold {needed}, and no ||"));
            }
        } else if squeezed(&only.value) != squeezed(expected) {
            // An effect Casbin does not know makes it panic at the first request.
            let expected = expected.replace("p_eft", "p.eft");
            fault(format!("{section} 应为 {expected}"), format!("{section} must be {expected}"));
        }
    }
}

/// Each action is asked with its own lines alone, which is right only while no line can answer for another action.
fn compares_resource_and_action(matcher: &str) -> bool {
    let terms: Vec<_> = matcher.split("&&").map(squeezed).collect();
    let has = |term: &str| terms.iter().any(|t| t == term);
    has("r_resource==p_resource") && has("r_action==p_action") && !matcher.contains("||")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn check_links(rules: &Rules, problems: &mut Vec<Problem>) {
    let ancestors = rules.ancestors();
    let circular = rules.links.iter().filter(|link| ancestors[link.parent.index()] & link.child.bit() != 0);
    let before = problems.len();
    for link in circular {
        let (child, parent) = (link.child, link.parent);
        let what = text!("{child} 与 {parent} 互相继承", "{child} and {parent} inherit from each other");
        problems.push(Problem::new(&link.file, link.line, what));
    }
    if problems.len() > before {
        return;
    }
    let mut depth = [0; Role::COUNT];
    for _ in 0..Role::COUNT {
        for link in &rules.links {
            depth[link.child.index()] = depth[link.child.index()].max(1 + depth[link.parent.index()]);
        }
    }
    for link in rules.links.iter().filter(|link| depth[link.parent.index()] >= DEEPEST) {
        let what = text!("继承超过 {DEEPEST} 层", "inheritance deeper than {DEEPEST}");
        problems.push(Problem::new(&link.file, link.line, what));
    }
}

/// An action without a line is more likely forgotten than meant: to close one, deny it to `anonymous` with reach `anyone`.
fn check_cover(rules: &Rules, problems: &mut Vec<Problem>) {
    for action in Action::all() {
        if !rules.rules.iter().any(|rule| rule.action == action) {
            let resource = action.resource();
            let what = text!("{action} 没有任何规则", "no line speaks of {action} ({resource})");
            problems.push(Problem::new("policy", 0, what));
        }
    }
}
