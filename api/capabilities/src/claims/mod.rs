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

use tongxin_kernel::{catalogue::Capability, see::Newest};

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
        .list::<Claim, ClaimFilter, Newest>(
            "claims",
            "readClaim",
            "认领列表 · claims, such as those of one claimant, or of a place",
        )
        .find::<Claim>("claim", "readClaim", "认领 · one claim")
        .act::<ClaimServiceItemInput>()
        .act::<StartClaimInput>()
        .act::<SubmitClaimInput>()
        .act::<AcceptClaimInput>()
        .act::<ReturnClaimInput>()
        .act::<WithdrawClaimInput>()
        .chore::<ReleaseLapsed>()
}
