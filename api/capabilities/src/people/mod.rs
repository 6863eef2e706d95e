//! People 人员: persons with their posts and check-ins, and who the caller is. Personal data is the minimum: a phone number
//! is sealed at rest, masked in every answer, and shown in full only by an audited act that states its purpose.

mod answering;
mod board;
mod end_post;
mod erase;
mod giving;
pub mod invitation;
mod invite;
mod login;
mod me;
mod moving;
mod post_service;
mod redeem;
mod register;
pub(crate) mod role;
mod service;
mod shape;

use tongxin_kernel::{catalogue::Capability, see::Newest};

use self::{
    board::{InvitationFilter, PersonFilter},
    end_post::EndPostInput,
    erase::ErasePersonInput,
    invite::{GiveInvitationInput, WithdrawInvitationInput},
    login::Login,
    moving::MoveHomeInput,
    post_service::AppointPostInput,
    redeem::{RedeemInvitationInput, UnlinkLoginsInput},
    register::{CorrectPersonInput, RegisterPersonInput},
    service::RevealPhoneInput,
};

pub use login::LoginSubscription;
pub use me::claimants_of;
pub use shape::{CheckIn, Person, Post, push_post_in_force};

pub fn capability() -> Capability {
    Capability::new()
        .shape::<Person>()
        .shape::<Post>()
        .deadline(shape::end_of_term())
        .shape::<CheckIn>()
        .shape::<invitation::Invitation>()
        .shape::<Login>()
        .query(me::me())
        .list::<Person, PersonFilter, Newest>(
            "people",
            "readPerson",
            "人员列表 · 调用者可以看到的人员 · the persons whom the caller may see",
        )
        .list::<invitation::Invitation, InvitationFilter, Newest>(
            "invitations",
            "readInvitation",
            "邀请列表 · 调用者可以看到的邀请 · the invitations that the caller may see",
        )
        .act::<AppointPostInput>()
        .act::<EndPostInput>()
        .act::<RevealPhoneInput>()
        .act::<RegisterPersonInput>()
        .act::<CorrectPersonInput>()
        .act::<MoveHomeInput>()
        .act::<ErasePersonInput>()
        .act::<GiveInvitationInput>()
        .act::<WithdrawInvitationInput>()
        .act::<RedeemInvitationInput>()
        .act::<UnlinkLoginsInput>()
}
