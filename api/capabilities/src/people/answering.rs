//! Who answers for how a person comes in: whoever keeps the record, or appoints to every post of the person.

use tongxin_kernel::{
    act::{Act, Way, Work},
    error::{Message, Result},
    say,
    see::On,
    who::actor::Place,
};

use super::{
    Person, Post,
    giving::{Giving, given_at, push_not_appointing},
};

/// A person who was named by the own id, or by that of a post.
pub struct Answered {
    pub person: String,
    /// The code of the place by which the actor answers for the person.
    pub code: String,
}

/// By the record, and by a post.
pub(super) fn answering() -> Vec<Way> {
    let registers =
        Way::on::<Person>().barred(On::With(|sql, _, row| push_not_appointing(sql, "{c}.id", row)), others_appoint);
    let appoints = given_at().map(|Giving { owner, elsewhere, outside }| {
        Way::on::<Post>()
            .at(owner)
            .barred(elsewhere, others_appoint)
            .barred(On::With(|sql, _, row| push_not_appointing(sql, "{c}.person_id", row)), others_appoint)
            .barred(outside, lives_outside)
            .unless_told("{c}.ended_at IS NOT NULL", over)
    });
    std::iter::once(registers).chain(appoints).collect()
}

/// The person, and where that is answered for.
///
/// # Errors
/// `NOT_FOUND` for what the actor does not see.
pub(super) async fn answered_for<A: Act>(work: &Work<A>, on: &str) -> Result<(Answered, Place)> {
    let (person, place) = if on.starts_with("post_") {
        let (post, place) = work.find::<Post>(on).await?;
        (post.person_id, place)
    } else {
        let (person, place) = work.find::<Person>(on).await?;
        (person.id, place)
    };
    let code = place.region_code.clone().unwrap_or_default();
    Ok((Answered { person, code }, place))
}

fn others_appoint() -> Message {
    say!(
        "此人有并非由您任免的任职，邀请由任免者发出",
        "the person holds a post that you do not appoint to: whoever appoints gives out the invitation"
    )
}

fn lives_outside() -> Message {
    say!("此人登记在您的辖区之外", "the person is registered outside of the place at which the post is given")
}

fn over() -> Message {
    say!("该任职此前已终止或届满", "the post was ended before, or its term is over")
}
