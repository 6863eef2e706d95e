//! From the `Authorization` header of a request to its caller, for every operation anew: rights end at once.

use std::sync::Arc;

use async_graphql::Data;
use async_trait::async_trait;
use tokio::sync::watch;
use tongxin_kernel::{
    error::{Refusal, Result},
    events::{Bus, PolicyState},
    see,
    who::{
        Authority, Login, TokenInfo,
        actor::{Actor, Who},
        bearer,
        token::Verifier,
    },
};
use tongxin_server::{Authenticate, Caller, Readiness};

use crate::config::Config;

/// Lets callers in by their tokens.
pub struct Gatekeeper {
    pub authority: Arc<Authority>,
    pub verifier: Arc<Verifier>,
    pub bus: Bus,
    pub policy: watch::Receiver<PolicyState>,
    pub config: Config,
}

struct LetIn {
    actor: Arc<Actor>,
    authority: Arc<Authority>,
    bus: Bus,
    token: TokenInfo,
    open_schema: bool,
}

#[async_trait]
impl Authenticate for Gatekeeper {
    async fn authenticate(&self, authorization: Option<&str>) -> Result<Arc<dyn Caller>> {
        let verified = match bearer::token(authorization)? {
            Some(token) => Some(self.verifier.verify(token).await?),
            None => None,
        };
        let token = TokenInfo {
            subject: verified.as_ref().map(|verified| verified.subject.clone()),
            expires_at: verified.as_ref().map(|verified| verified.expires_at),
        };
        let actor = self.authority.actor(token.subject.as_ref()).await?;
        let (authority, bus) = (self.authority.clone(), self.bus.clone());
        Ok(Arc::new(LetIn { actor, authority, bus, token, open_schema: self.config.open_schema() }))
    }

    fn doubts(&self) -> watch::Receiver<()> {
        self.verifier.key_changes()
    }
}

impl Caller for LetIn {
    fn attach(&self, data: &mut Data) {
        data.insert(self.authority.clone());
        data.insert(see::Caller(self.actor.clone()));
        data.insert(self.bus.clone());
        data.insert(self.token.clone());
    }

    fn may_introspect(&self) -> bool {
        self.open_schema || self.actor.who != Who::Anonymous
    }

    fn rate_key(&self) -> Option<String> {
        match &self.actor.who {
            Who::Person(id) | Who::Client(id) => Some(id.clone()),
            // Somebody known to an issuer alone is one caller wherever it calls from.
            Who::Anonymous => {
                self.actor.login.as_deref().map(|Login { issuer, subject }| format!("{issuer} {subject}"))
            }
        }
    }
}

#[async_trait]
impl Readiness for Gatekeeper {
    async fn ready(&self) -> Result<()> {
        if self.policy.borrow().refused.is_some() {
            // The policies that it decides by are no longer those in force, and may allow what these forbid.
            return Err(Refusal::unavailable());
        }
        self.authority.ready().await
    }

    async fn enter_thread(&self) -> Result<()> {
        self.authority.enter_thread(self.config.store().open_for_thread().await?);
        Ok(())
    }
}
