//! Implementations 落实: what one community does about one priority of its street.
//!
//! `pending → adopted → submitted → accepted`, the street returning what falls short; or `pending → objected`, upon which
//! the street releases the community or holds it to the task. Silence is overdue, not consent; whoever is asked later, or held
//! to the task, has as long to answer as the others had. Nobody judges what they or
//! their organisation made. With their priority they come to an end: withdrawn, or left as far as they came.

mod board;
mod deadlines;
mod lifecycle;
mod rules;
mod service;
mod shape;

use tongxin_entity::{Word, implementation::ImplementationStatus as Status};
use tongxin_kernel::{act::DeclaredRate, catalogue::Capability, see::Newest};

use self::service::{
    AcceptImplementationInput, AdoptPriorityInput, DecideObjectionInput, ObjectToPriorityInput,
    ReportImplementationInput, ReturnImplementationInput, SubmitImplementationInput,
};

pub use board::ImplementationFilter;
pub use lifecycle::{latest_answer, open, open_later, release, settle, withdraw};
pub use rules::{OPEN, WAITING_FOR_STREET, WORKED_ON};
pub use shape::{Implementation, ImplementationReport, push_progress};

pub fn capability() -> Capability {
    Capability::new()
        .life::<Implementation>()
        .deadline(deadlines::answer())
        .deadline(deadlines::judge())
        .rate(accepted())
        .shape::<ImplementationReport>()
        .list::<Implementation, ImplementationFilter, Newest>(
            "implementations",
            "readImplementation",
            "落实列表 · 各社区对重点任务的落实 · what communities do about priorities",
        )
        .find::<Implementation>(
            "implementation",
            "readImplementation",
            "落实 · 按编号读取一项落实 · one implementation",
        )
        .act::<AdoptPriorityInput>()
        .act::<ObjectToPriorityInput>()
        .act::<DecideObjectionInput>()
        .act::<ReportImplementationInput>()
        .act::<SubmitImplementationInput>()
        .act::<AcceptImplementationInput>()
        .act::<ReturnImplementationInput>()
}

fn accepted() -> DeclaredRate {
    let word = Word {
        code: "IMPLEMENTATIONS_ACCEPTED",
        zh: "落实验收率",
        en: "of what communities were asked to do and neither released from nor recalled, what the street accepted",
    };
    let waiting = [Status::Pending, Status::Objected, Status::Adopted, Status::Submitted, Status::Returned];
    DeclaredRate::of::<Implementation>(word, &[Status::Accepted], &[&waiting[..], &[Status::Accepted]].concat())
}
