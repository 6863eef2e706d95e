//! Claims 认领: a partner takes a place of a service item, works and hands in; the community accepts or returns.
//!
//! Claim: claimed → in progress → submitted → accepted or returned, returned → submitted; withdrawn by the claimant,
//! released when it lapses. The item's counters move in the same statement that takes or frees the place.

mod board;
mod deadlines;
mod rules;
mod service;
mod shape;
mod sweep;

use tongxin_entity::{Word, claim::ClaimStatus as Status};
use tongxin_kernel::{act::DeclaredRate, catalogue::Capability, see::Newest};

use self::{
    service::{
        AcceptClaimInput, ClaimServiceItemInput, ReturnClaimInput, StartClaimInput, SubmitClaimInput,
        WithdrawClaimInput,
    },
    sweep::ReleaseLapsed,
};

pub use board::{ClaimFilter, push_mine};
pub use rules::RUNNING;
pub use shape::Claim;

pub fn capability() -> Capability {
    Capability::new()
        .life::<Claim>()
        .deadline(deadlines::start())
        .deadline(deadlines::finish())
        .deadline(deadlines::judge())
        .rate(accepted())
        .list::<Claim, ClaimFilter, Newest>(
            "claims",
            "readClaim",
            "认领列表 · 各项认领，可按认领方或所在地筛选 · claims, such as those of one claimant, or of a place",
        )
        .find::<Claim>("claim", "readClaim", "认领 · 按编号读取一项认领 · one claim")
        .act::<ClaimServiceItemInput>()
        .act::<StartClaimInput>()
        .act::<SubmitClaimInput>()
        .act::<AcceptClaimInput>()
        .act::<ReturnClaimInput>()
        .act::<WithdrawClaimInput>()
        .chore::<ReleaseLapsed>()
}

fn accepted() -> DeclaredRate {
    let word =
        Word {
            code: "CLAIMS_ACCEPTED", zh: "认领验收率", en: "of the claims that were handed in, those accepted"
        };
    DeclaredRate::of::<Claim>(word, &[Status::Accepted], &[Status::Submitted, Status::Returned, Status::Accepted])
}
