//! One request: who calls, in which language, under which keys.

use std::sync::Arc;

use async_graphql::Context;

use crate::{
    error::{Refusal, Result},
    execute::RequestInfo,
    lang::Lang,
    see::{Reader as _, Reading, sight},
    who::{
        Authority,
        actor::{Actor, Place},
        grounds::Judged,
    },
};

/// The caller of this request, as the token and the posts in force make it.
#[derive(Clone)]
pub struct Caller(pub Arc<Actor>);

/// What a resolver knows of its request.
pub struct Request<'a> {
    pub authority: &'a Arc<Authority>,
    pub actor: &'a Arc<Actor>,
    pub info: &'a RequestInfo,
}

impl<'a> Request<'a> {
    /// # Errors
    /// `INTERNAL` when the schema was run without its data.
    pub fn of(ctx: &'a Context<'_>) -> Result<Self> {
        let missing = |error: async_graphql::Error| Refusal::internal(error.message);
        Ok(Self {
            authority: ctx.data::<Arc<Authority>>().map_err(missing)?,
            actor: &ctx.data::<Caller>().map_err(missing)?.0,
            info: ctx.data::<RequestInfo>().map_err(missing)?,
        })
    }

    pub fn lang(&self) -> Lang {
        self.info.lang
    }

    /// The same for what only some may see at all.
    ///
    /// # Errors
    /// `FORBIDDEN` when no post of the caller gives any reach of the action.
    pub fn reading_for(&self, action: &str) -> Result<Reading> {
        let reading = self.reading();
        if !sight(self.actor, reading.policy(), action).0.is_empty() {
            return Ok(reading);
        }
        let action = reading.policy().action(action);
        let action = action.ok_or_else(|| Refusal::internal("an action that no policy names"))?;
        let judged = Judged::new(reading.policy(), action, self.actor, &Place::default());
        Err(Refusal::forbidden(judged.reason))
    }

    /// The right to read what the caller may see.
    pub fn reading(&self) -> Reading {
        self.authority.reading(self.actor.clone())
    }
}
