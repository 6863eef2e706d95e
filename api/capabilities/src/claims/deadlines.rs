//! By when claims are to be begun, handed in and judged, by the days of the rules.

use tongxin_entity::{Word, claim::ClaimStatus as Status};
use tongxin_kernel::{
    act::DeclaredDeadline,
    see::{On, Sql},
};

use super::Claim;
use crate::deadlines::HANDED_IN;

/// Where a claim is judged: in the community; in its street when the claimant is the community's own body 领办.
pub const JUDGES: &str = "CASE WHEN EXISTS (SELECT 1 FROM organisation b JOIN organisation d ON d.id = b.superior_id \
     WHERE b.id = {c}.claimant_id AND d.kind = 'COMMUNITY_COMMITTEE' AND d.region_code = {c}.community_code) \
     THEN substr({c}.community_code, 1, 9) ELSE {c}.community_code END";

pub fn judge() -> DeclaredDeadline {
    let kind =
        Word {
            code: "JUDGE_CLAIM", zh: "验收或退回认领", en: "accept or return what was handed in for a claim"
        };
    DeclaredDeadline::counted::<Claim>(kind, HANDED_IN, "{c}.judged_at")
        .within::<Claim>(&[Status::Submitted])
        .at(JUDGES)
}

pub fn start() -> DeclaredDeadline {
    let kind = Word { code: "START_CLAIM", zh: "开始办理", en: "begin to work on a claim" };
    let due = |sql: &mut Sql<'_>, _: &str, row: &str| {
        let days = sql.rules.claim_start_days;
        sql.day_of("{c}.claimed_at", row, days);
    };
    DeclaredDeadline::of::<Claim>(kind, On::With(due), "{c}.started_at")
        .within::<Claim>(&[Status::Claimed])
        .at("{c}.community_code")
}

pub fn finish() -> DeclaredDeadline {
    let kind = Word { code: "FINISH_CLAIM", zh: "提交结果", en: "hand in what was done for a claim" };
    let due = |sql: &mut Sql<'_>, _: &str, row: &str| {
        let days = sql.rules.claim_overdue_days;
        sql.day_after("{c}.due_on", row, days);
    };
    let worked_on = [Status::InProgress, Status::Returned];
    DeclaredDeadline::of::<Claim>(kind, On::With(due), "{c}.submitted_at")
        .within::<Claim>(&worked_on)
        .at("{c}.community_code")
}
