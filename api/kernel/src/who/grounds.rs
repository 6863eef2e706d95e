//! On which grounds something was allowed or refused: for the audit, and in words for people.

use std::borrow::Cow;

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
    decision: Decision,
    /// The policies allow it, and yet it may not be.
    barred: bool,
    pub grounds: Grounds,
    pub reason: Message,
}

impl Judged {
    /// Decides by every post of the actor, or by those of the organisation that it acts for.
    pub fn new(policy: &Table, action: Action, actor: &Actor, place: &Place) -> Self {
        let actor = match &place.acting_for {
            Some(organisation) => Cow::Owned(actor.acting_for(organisation)),
            None => Cow::Borrowed(actor),
        };
        let held = actor.held(place);
        let decision = policy.decide(action, &held);
        let rule = decision.rule().map(ToString::to_string);
        let post = match &decision {
            Decision::Allowed { index, .. } | Decision::Denied { index, .. } => actor.posts.get(*index),
            Decision::Missing { .. } => None,
        };
        // What everybody may, or nobody, is decided for the stranger in each: whoever holds a post acts through it.
        let role = post.map(|p| p.role).filter(|role| *role != Role::ANONYMOUS);
        let grounds = Grounds { post_id: post.and_then(|p| p.id.clone()), role, rule };
        // Whoever holds a post wants to hear of that, not of what everybody may.
        let named = held.iter().copied().filter(|(role, _)| *role != Role::ANONYMOUS).collect::<Vec<_>>();
        let told = if decision.rule().is_none() && !named.is_empty() { &named } else { &held };
        let words = policy.reason(action, told, &decision);
        let (zh, en) = (words.zh, words.en);
        let bar = if decision.is_allowed() { bar(action, &actor, place) } else { None };
        let barred = bar.is_some();
        let reason = match bar {
            Some(bar) => bar,
            None if actor.is_unlinked() && !decision.is_allowed() => {
                say!(
                    "此登录尚未与任何人关联，请以邀请码兑换邀请（redeemInvitation）。{zh}",
                    "This login is linked to nobody yet: redeem an invitation (redeemInvitation). {en}"
                )
            }
            None if actor.who == Who::Anonymous && !decision.is_allowed() => {
                say!("未登录，请携带令牌。{zh}", "No token was sent: sign in. {en}")
            }
            None => Message { zh, en },
        };
        // No line of the policies speaks against it.
        let grounds = if barred { Grounds { rule: None, ..grounds } } else { grounds };
        Self { decision, barred, grounds, reason }
    }

    pub fn is_allowed(&self) -> bool {
        self.decision.is_allowed() && !self.barred
    }

    /// Whether the reach is there, and only this object is not for the actor.
    pub fn is_barred(&self) -> bool {
        self.barred
    }

    /// The refusal, where the decision is one.
    pub fn refusal(&self) -> Option<Refusal> {
        let refusal = || Refusal::forbidden(self.reason.clone());
        match &self.decision {
            Decision::Allowed { .. } => self.barred.then(refusal),
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

/// What forbids an act to an actor whom the policies allow it.
fn bar(action: Action, actor: &Actor, place: &Place) -> Option<Message> {
    if action.changes() && actor.person_id().is_none() && !actor.is_unlinked() {
        // Every change is somebody's; a login that is nobody's yet has only what the policies give to such.
        return Some(say!("请先以个人身份登录", "sign in as a person first"));
    }
    place.bar.clone()
}
