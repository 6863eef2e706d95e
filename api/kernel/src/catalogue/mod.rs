//! What a capability declares of itself, once. The roots of the schema, `node`, the clock's work and the tests' tables
//! are made of these declarations.

mod field;
mod root;

use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use self::{
    field::{Answer, RootField},
    root::{Contents, Root},
};
use crate::{
    act::{Act, Chore, DeclaredAct, DeclaredDeadline, DeclaredLife, DeclaredRate, Living},
    error::Result,
    see::{Filter, Member, Order, Shaped},
    who::Authority,
};

/// One capability: what it shows, what is done by it, and what the clock does.
#[derive(Default)]
pub struct Capability {
    queries: Vec<RootField>,
    mutations: Vec<RootField>,
    acts: Vec<DeclaredAct>,
    lives: Vec<DeclaredLife>,
    deadlines: Vec<DeclaredDeadline>,
    rates: Vec<DeclaredRate>,
    members: Vec<Member>,
    chores: Vec<DeclaredChore>,
}

/// Work of the clock, and the name it has in the audit.
pub struct DeclaredChore {
    pub name: &'static str,
    pub carry_out: fn(&Arc<Authority>) -> BoxFuture<'_, Result<usize>>,
}

impl Capability {
    pub fn new() -> Self {
        Self::default()
    }

    /// Its objects are found by their ids.
    #[must_use]
    pub fn shape<T: Shaped>(mut self) -> Self {
        self.members.push(Member::of::<T>());
        self
    }

    /// The same of objects that lead a life.
    #[must_use]
    pub fn life<T: Living>(mut self) -> Self {
        self.lives.push(DeclaredLife::of::<T>());
        self.shape::<T>()
    }

    /// By when something is to be done about objects.
    #[must_use]
    pub fn deadline(mut self, deadline: DeclaredDeadline) -> Self {
        self.deadlines.push(deadline);
        self
    }

    /// In which proportion objects have come so far.
    #[must_use]
    pub fn rate(mut self, rate: DeclaredRate) -> Self {
        self.rates.push(rate);
        self
    }

    /// A root field that lists the objects of a shape which the caller may see.
    #[must_use]
    pub fn list<T: Shaped, F: Filter, O: Order>(
        self,
        name: &'static str,
        action: &'static str,
        description: &'static str,
    ) -> Self {
        self.query(RootField::list::<T, F, O>(name, action, description))
    }

    /// A root field that finds one object of a shape by its id.
    #[must_use]
    pub fn find<T: Shaped>(self, name: &'static str, action: &'static str, description: &'static str) -> Self {
        self.query(RootField::find::<T>(name, action, description))
    }

    /// A root field that is read in a way of its own.
    #[must_use]
    pub fn query(mut self, field: RootField) -> Self {
        self.queries.push(field);
        self
    }

    /// A mutation.
    #[must_use]
    pub fn act<A: Act>(mut self) -> Self {
        self.mutations.push(RootField::act::<A>());
        self.acts.push(DeclaredAct::of::<A>());
        self
    }

    /// Work of the clock; that of one capability is done in the order in which it is declared.
    #[must_use]
    pub fn chore<C: Chore + Default>(mut self) -> Self {
        let carry_out = |authority: &Arc<Authority>| -> BoxFuture<'_, Result<usize>> {
            let authority = authority.clone();
            Box::pin(async move { authority.carry_out(&C::default()).await })
        };
        self.chores.push(DeclaredChore { name: C::NAME, carry_out });
        self
    }

    pub fn queries(&self) -> &[RootField] {
        &self.queries
    }

    pub fn mutations(&self) -> &[RootField] {
        &self.mutations
    }

    pub fn acts(&self) -> &[DeclaredAct] {
        &self.acts
    }

    pub fn lives(&self) -> &[DeclaredLife] {
        &self.lives
    }

    pub fn deadlines(&self) -> &[DeclaredDeadline] {
        &self.deadlines
    }

    pub fn rates(&self) -> &[DeclaredRate] {
        &self.rates
    }

    pub fn members(&self) -> &[Member] {
        &self.members
    }

    pub fn chores(&self) -> &[DeclaredChore] {
        &self.chores
    }
}
