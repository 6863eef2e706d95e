//! Where an act on an object would take place, by the functions that the acts themselves ask.

use tongxin_kernel::{
    error::{Code, Result},
    say,
    see::{Reader, see, see_where},
    who::actor::{Actor, Place},
};

use crate::{
    claims::{Claim, place_of_claimant, place_of_claiming, place_of_judgement},
    implementations::{Implementation, place_of_answer, place_of_inspection},
    organisations::{Compound, PropertyContract, see_claimant, see_organisation},
    people::{Person, Post, place_of_post, places_of_appointment},
    priorities::Priority,
    ratings::place_of_rating,
    regions::Region,
    service_items::{ServiceItem, place_of},
};

/// One way to do it: every one of its places must allow it.
pub type Way = Vec<Place>;

/// The ways in which an action could be done to the object with this id, of which one suffices: an act names more than the
/// object, such as the organisation that claims.
///
/// # Errors
/// `NOT_FOUND` when the caller may not see the object.
pub async fn ways_to(reader: &impl Reader, action: &str, id: &str) -> Result<Vec<Way>> {
    let place = match id.split_once('_').map(|(prefix, _)| prefix) {
        Some("region") => Place::region(see::<Region>(reader, id).await?.code),
        Some("item") => {
            let item = see::<ServiceItem>(reader, id).await?;
            match action {
                "claimServiceItem" => return ways_to_claim(reader, &item).await,
                "rateServiceItem" => place_of_rating(reader, &item).await?,
                // What it is edited to say may name other places; as it stands it names its own community.
                "updateServiceItem" | "publishServiceItem" => {
                    return Ok(vec![vec![place_of(&item), Place::region(item.community_code)]]);
                }
                _ => place_of(&item),
            }
        }
        Some("claim") => {
            let claim = see::<Claim>(reader, id).await?;
            let item = see::<ServiceItem>(reader, &claim.service_item_id).await?;
            match action {
                "acceptClaim" | "returnClaim" => place_of_judgement(reader, &claim, &item).await?,
                _ => place_of_claimant(&claim, &item),
            }
        }
        Some("priority") => {
            let priority = see::<Priority>(reader, id).await?;
            match action {
                "adoptPriority" | "objectToPriority" => return ways_to_answer(reader, &priority).await,
                _ => Place::region(priority.street_code).person(priority.created_by),
            }
        }
        Some("impl") => {
            let implementation = see::<Implementation>(reader, id).await?;
            match action {
                "decideObjection" | "acceptImplementation" | "returnImplementation" => {
                    place_of_inspection(reader, &implementation).await?
                }
                _ => Place::region(implementation.community_code),
            }
        }
        Some("contract") => {
            let contract = see::<PropertyContract>(reader, id).await?;
            Place::region(see::<Compound>(reader, &contract.compound_id).await?.community_code)
        }
        Some("compound") => Place::region(see::<Compound>(reader, id).await?.community_code),
        Some("person") => {
            let person = see::<Person>(reader, id).await?;
            let place = Place { region_code: person.home_community_code, ..Place::default() };
            place.person(person.id)
        }
        Some("post") => {
            let post = see::<Post>(reader, id).await?;
            let organisation = see_organisation(reader, &post.organisation_id).await?;
            place_of_post(&post, &organisation)
        }
        _ => {
            let organisation = see_organisation(reader, id).await?;
            if action == "appointPost" {
                return Ok(places_of_appointment(&organisation).into_iter().map(|place| vec![place]).collect());
            }
            Place::region(organisation.region_code).organisation(organisation.id)
        }
    };
    Ok(vec![vec![place]])
}

/// For each organisation of the caller that may claim at all.
async fn ways_to_claim(reader: &impl Reader, item: &tongxin_entity::service_item::Model) -> Result<Vec<Way>> {
    let mut ways = Vec::new();
    for id in distinct(reader.actor(), |post| post.organisation_id.as_deref()) {
        match see_claimant(reader, id).await {
            Ok(claimant) => ways.push(vec![place_of_claiming(item, &claimant)]),
            Err(refusal) if refusal.code == Code::NotFound => {}
            Err(refusal) => return Err(refusal),
        }
    }
    if ways.is_empty() {
        let none = say!("您未在可认领的组织任职", "you hold no post in an organisation that may claim");
        ways.push(vec![place_of(item).barred(Some(none))]);
    }
    Ok(ways)
}

/// For each place for which the caller could answer, then for each community that is asked.
async fn ways_to_answer(reader: &impl Reader, priority: &tongxin_entity::priority::Model) -> Result<Vec<Way>> {
    let asked = see_where::<Implementation>(reader, |sql, row| {
        sql.push(row).push(".priority_id = ").bind(priority.id.clone());
    });
    let asked = asked.await?.into_iter().map(|implementation| implementation.community_code).collect::<Vec<_>>();
    let governed = distinct(reader.actor(), |post| post.governs.as_deref());
    let codes = governed.into_iter().chain(asked.iter().map(String::as_str)).chain([&*priority.street_code]);
    Ok(codes.map(|code| vec![place_of_answer(priority, code)]).collect())
}

fn distinct<'a>(
    actor: &'a Actor,
    of: impl Fn(&'a tongxin_kernel::who::actor::PostInForce) -> Option<&'a str>,
) -> Vec<&'a str> {
    let mut all = Vec::new();
    for one in actor.posts.iter().filter_map(of) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}
