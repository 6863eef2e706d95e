//! By when communities answer, and by when their streets judge what they handed in.

use tongxin_entity::{Word, implementation::ImplementationStatus as Status};
use tongxin_kernel::act::DeclaredDeadline;

use super::{Implementation, shape::ADOPT_BY};
use crate::deadlines::HANDED_IN;

const WHILE_PUBLISHED: &str =
    "EXISTS (SELECT 1 FROM priority d WHERE d.id = {c}.priority_id AND d.status = 'PUBLISHED')";

/// A community answers by its last day to adopt, while the priority runs. It waits for the street where it objected: if that
/// holds it to the task, it has time anew.
pub fn answer() -> DeclaredDeadline {
    let kind = Word { code: "ANSWER_PRIORITY", zh: "承接或提出异议", en: "adopt a priority, or object to it" };
    DeclaredDeadline::of::<Implementation>(kind, ADOPT_BY, "{c}.adopted_at")
        .within::<Implementation>(&[Status::Pending])
        .paused_in::<Implementation>(&[Status::Objected])
        .while_so(WHILE_PUBLISHED)
        .climbs("{c}.created_at")
}

/// The street judges it.
pub fn judge() -> DeclaredDeadline {
    let kind = Word {
        code: "JUDGE_IMPLEMENTATION",
        zh: "验收或退回落实",
        en: "accept or return what a community handed in for a priority",
    };
    let met = "CASE WHEN {c}.decided_at >= {c}.submitted_at THEN {c}.decided_at END";
    DeclaredDeadline::counted::<Implementation>(kind, HANDED_IN, met)
        .within::<Implementation>(&[Status::Submitted])
        .while_so(WHILE_PUBLISHED)
        .at("substr({c}.community_code, 1, 9)")
}
