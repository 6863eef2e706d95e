//! What has been made so far: the rows, and the ids by the names that the tables of data use.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use tongxin_kernel::id::new_id;

use super::{rows::Rows, trail::Citations, when::When};

/// A person as the audit trail names one: with the post that acts, if it takes one.
#[derive(Clone)]
pub(super) struct Acting {
    pub person: String,
    pub post: Option<String>,
    pub role: &'static str,
}

pub(super) struct Cast {
    pub rows: Rows,
    pub when: When,
    pub citations: Citations,
    ids: HashMap<String, String>,
    acting: HashMap<String, Acting>,
}

impl Cast {
    pub fn new(when: When) -> Self {
        Self { rows: Rows::default(), when, citations: Citations::read(), ids: HashMap::new(), acting: HashMap::new() }
    }

    /// Makes the id of what the tables call `name`.
    pub fn make(&mut self, name: &str, prefix: &str, at: DateTime<Utc>) -> Result<String, DbErr> {
        let id = make_id(prefix, at)?;
        match self.ids.insert(name.to_owned(), id.clone()) {
            None => Ok(id),
            Some(_) => Err(DbErr::Custom(format!("the demo makes {name} twice"))),
        }
    }

    /// Takes in what is there already, or was made elsewhere.
    pub fn know(&mut self, name: &str, id: String) {
        self.ids.insert(name.to_owned(), id);
    }

    /// The id of what the tables call `name`.
    pub fn id(&self, name: &str) -> Result<String, DbErr> {
        self.ids.get(name).cloned().ok_or_else(|| missing(name))
    }

    /// The ids of what may have been named.
    pub fn some_id(&self, name: Option<&str>) -> Result<Option<String>, DbErr> {
        name.map(|name| self.id(name)).transpose()
    }

    /// Remembers the first post of a person as the one that acts.
    pub fn may_act(&mut self, name: &str, acting: Acting) {
        self.acting.entry(name.to_owned()).or_insert(acting);
    }

    /// The post in which a person acts.
    pub fn acting(&self, name: &str) -> Result<Acting, DbErr> {
        self.acting.get(name).cloned().ok_or_else(|| missing(name))
    }
}

/// A new id with its time of creation.
pub(super) fn make_id(prefix: &str, at: DateTime<Utc>) -> Result<String, DbErr> {
    new_id(prefix, at).map_err(|refusal| DbErr::Custom(refusal.to_string()))
}

fn missing(name: &str) -> DbErr {
    DbErr::Custom(format!("the demo speaks of {name}, which nothing makes"))
}
