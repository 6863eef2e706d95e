//! On which grounds something was allowed or refused: for the audit, and in words for people.

use tongxin_policies::{Action, Decision, Role, Table};

use super::actor::{Actor, Place, Who};
use crate::{
    error::{Message, Refusal},
    say,
};

/// What the audit keeps of a decision.
#[derive(Debug, Clone, Default)]
pub struct Grounds {
    pub post_id: Option<String>,
    pub role: Option<Role>,
    /// The policy line, such as `claims.csv:12`.
    pub rule: Option<String>,
}

/// A decision about an actor at a place, with its grounds and its reason in words.
pub struct Judged {
    pub decision: Decision,
    pub grounds: Grounds,
    pub reason: Message,
}

impl Judged {
    /// Decides by every post of the actor.
    pub fn new(policy: &Table, action: Action, actor: &Actor, place: &Place) -> Self {
        let held = actor.held(place);
        let decision = policy.decide(action, &held);
        let rule = decision.rule().map(ToString::to_string);
        let post = match &decision {
            Decision::Allowed { index, .. } | Decision::Denied { index, .. } => actor.posts.get(*index),
            Decision::Missing { .. } => None,
        };
        let grounds = Grounds { post_id: post.and_then(|p| p.id.clone()), role: post.map(|p| p.role), rule };
        // Whoever holds a post wants to hear of that, not of what everybody may.
        let named = held.iter().copied().filter(|(role, _)| *role != Role::ANONYMOUS).collect::<Vec<_>>();
        let told = if decision.rule().is_none() && !named.is_empty() { &named } else { &held };
        let words = policy.reason(action, told, &decision);
        let (zh, en) = (words.zh, words.en);
        let reason = if actor.who == Who::Anonymous && !decision.is_allowed() {
            say!("未登录，请携带令牌。{zh}", "No token was sent: sign in. {en}")
        } else {
            Message { zh, en }
        };
        Self { decision, grounds, reason }
    }

    /// The refusal, where the decision is one.
    pub fn refusal(&self) -> Option<Refusal> {
        let refusal = || Refusal::forbidden(self.reason.clone());
        match &self.decision {
            Decision::Allowed { .. } => None,
            Decision::Denied { rule, .. } => Some(refusal().with("rule", rule.to_string())),
            Decision::Missing { .. } => Some(refusal()),
        }
    }

    /// The roles and reaches of which one is missing, as `role:reach`.
    pub fn missing(&self) -> Vec<String> {
        let Decision::Missing { needed } = &self.decision else { return Vec::new() };
        let words =
            needed.iter().flat_map(|(role, reaches)| reaches.reaches().map(move |reach| format!("{role}:{reach}")));
        words.collect()
    }
}
