//! People 人员: persons with their posts and check-ins, and who the caller is. Personal data is the minimum: a phone number
//! is sealed at rest, masked in every answer, and shown in full only by an audited act that states its purpose.

mod graphql;
mod me;
mod post_service;
mod rules;
mod service;
mod shape;

pub use graphql::{PeopleMutation, PeopleQuery};
pub use post_service::{place_of_post, places_of_appointment};
pub use shape::{CheckIn, Person, Post, push_post_in_force};
