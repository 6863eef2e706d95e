//! Decisions 权限判断: whether the caller may do something to an object, by the engine that enforces it and at the places
//! the acts themselves ask about. It speaks of authority alone; what the object's state lets follow is told by the act.

mod graphql;
mod place;

pub use graphql::DecisionQuery;
