//! What the clock does: changes without a caller, audited like any other.

use std::{future::Future, sync::Arc};

use tongxin_entity::audit_entry::{AuditOutcome, Secrecy};

use crate::{
    act::{
        record::{Entry, write},
        work::{Done, Permit, Work, commit},
    },
    error::Result,
    who::{Authority, load},
};

/// A change that time brings about.
pub trait Chore: Send + Sync + Sized + 'static {
    /// The action in the audit.
    const NAME: &'static str;

    /// Does one batch; an empty answer means that nothing is left to do.
    fn run(&self, work: &Work<Self>) -> impl Future<Output = Result<Vec<Done>>> + Send;
}

impl<C: Chore> Work<C> {
    /// The system's own right, which only chores have.
    pub fn as_system(&self) -> Permit<'_, C> {
        Permit { work: self, hindrance: None }
    }
}

impl Authority {
    /// Carries out a chore, batch by batch, each in a transaction of its own; tells how many things changed.
    ///
    /// # Errors
    /// Those of the database; what was done before stands.
    pub async fn carry_out<C: Chore>(self: &Arc<Self>, chore: &C) -> Result<usize> {
        let batch = || async {
            let work = self.begin::<C>(Arc::new(load::stranger()), Arc::default()).await?;
            let done = chore.run(&work).await?;
            for one in &done {
                let entry = Entry {
                    actor_id: "system",
                    foremost: ("system", None),
                    secrecy: Secrecy::Open,
                    action: C::NAME,
                    outcome: AuditOutcome::Allowed,
                    request_id: "-",
                    trace: work.trace(),
                    record: one.record.clone(),
                };
                write(&work, entry, &one.told(&work.trace())).await?;
            }
            let Work { tx, .. } = work;
            commit(tx).await?;
            Ok(done.len())
        };
        let mut all = 0;
        loop {
            let done = self.write(&batch).await?;
            if done == 0 {
                return Ok(all);
            }
            all += done;
            self.committed().notify_waiters();
        }
    }
}
