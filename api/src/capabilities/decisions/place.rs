//! Where an act on an object would take place.

use crate::{
    auth::{
        actor::{Place, parent_code},
        permit::{Reader, see},
    },
    capabilities::{
        claims::{Claim, place_of_claimant, place_of_judgement},
        implementations::Implementation,
        organisations::{Compound, PropertyContract, see_organisation},
        people::{Person, Post, place_of_post},
        priorities::Priority,
        ratings::place_of_rating,
        regions::Region,
        service_items::{ServiceItem, place_of},
    },
    error::Result,
};

/// The place of an action on the object with this id.
///
/// # Errors
/// `NOT_FOUND` when the caller may not see the object.
pub async fn place_of_object(reader: &impl Reader, action: &str, id: &str) -> Result<Place> {
    match id.split_once('_').map(|(prefix, _)| prefix) {
        Some("region") => Ok(Place::region(see::<Region>(reader, id).await?.code)),
        Some("item") => {
            let item = see::<ServiceItem>(reader, id).await?;
            if action == "rateServiceItem" { place_of_rating(reader, &item).await } else { Ok(place_of(&item)) }
        }
        Some("claim") => {
            let claim = see::<Claim>(reader, id).await?;
            let item = see::<ServiceItem>(reader, &claim.service_item_id).await?;
            match action {
                "acceptClaim" | "returnClaim" => place_of_judgement(reader, &claim, &item).await,
                _ => Ok(place_of_claimant(&claim, &item)),
            }
        }
        Some("priority") => {
            let priority = see::<Priority>(reader, id).await?;
            Ok(match (action, own_community(reader, &priority.street_code)) {
                ("adoptPriority" | "objectToPriority", Some(community)) => Place::region(community),
                _ => Place::region(priority.street_code).person(priority.created_by),
            })
        }
        Some("impl") => Ok(Place::region(see::<Implementation>(reader, id).await?.community_code)),
        Some("contract") => {
            let contract = see::<PropertyContract>(reader, id).await?;
            Ok(Place::region(see::<Compound>(reader, &contract.compound_id).await?.community_code))
        }
        Some("compound") => Ok(Place::region(see::<Compound>(reader, id).await?.community_code)),
        Some("person") => {
            let person = see::<Person>(reader, id).await?;
            let place = Place { region_code: person.home_community_code, ..Place::default() };
            Ok(place.person(person.id))
        }
        Some("post") => {
            let post = see::<Post>(reader, id).await?;
            let organisation = see_organisation(reader, &post.organisation_id).await?;
            Ok(place_of_post(&post, &organisation))
        }
        _ => {
            let organisation = see_organisation(reader, id).await?;
            Ok(Place::region(organisation.region_code).organisation(organisation.id))
        }
    }
}

/// The community of the street for which the caller would answer.
fn own_community(reader: &impl Reader, street: &str) -> Option<String> {
    let mut governed = reader.actor().posts.iter().filter_map(|post| post.governs.as_ref());
    governed.find(|code| parent_code(code) == Some(street)).cloned()
}
