//! To-dos 待办: what waits for the caller. Objects in a state that waits for an act, by the lives that the capabilities declare,
//! which the caller may do now, by the facts that the objects themselves tell in `possibleActs`.

mod changes;
mod shape;

use std::sync::LazyLock;

use tongxin_entity::Word;
use tongxin_kernel::{
    act::{Awaited, DeclaredLife},
    catalogue::{Capability, RootField},
    see::{self, Request, Spliced},
};

pub use self::changes::TodoSubscription;
use self::shape::Todos;
use crate::{all, possible::acts_on};

pub fn capability() -> Capability {
    Capability::new().query(todos())
}

fn todos() -> RootField {
    let about = "待办 · 等待调用者办理的对象：其状态等待某一事项，而调用者现在就可以办理 · what waits for the caller: objects in a state that waits for an act which the caller may do now";
    RootField::new::<Option<Spliced<Todos>>>("todos", "public", about, |ctx| {
        Box::pin(async move {
            let reading = Request::of(ctx)?.reading();
            see::one(ctx, &reading, |sql, _| {
                sql.push("1=1");
            })
            .await
        })
    })
}

/// Every state that waits for something, with the acts for which it does.
fn awaited() -> &'static [Awaited] {
    static ALL: LazyLock<Vec<Awaited>> = LazyLock::new(|| {
        let lives = all().iter().flat_map(Capability::lives);
        let states = lives.flat_map(|life| life.states.iter().map(move |state| (life, *state)));
        let one = |(life, state): (&'static DeclaredLife, Word)| {
            let on = acts_on((life.shape)());
            let acts = life.awaited_in(state.code).filter_map(|name| on.iter().find(|(act, _)| act.name == name));
            let deadlines = all().iter().flat_map(Capability::deadlines);
            let deadlines = deadlines.filter(|one| (one.shape)().name == life.name() && one.runs_in(state.code));
            Awaited {
                life,
                state,
                acts: acts.map(|(act, ways)| (*act, ways.clone())).collect(),
                deadlines: deadlines.collect(),
            }
        };
        states.map(one).filter(|awaited| !awaited.acts.is_empty()).collect()
    });
    &ALL
}
