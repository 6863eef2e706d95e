//! The conditions of filters, read plainly.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use tongxin_entity::{claim, priority, service_item};

use super::{
    answer::Reader,
    plain::{City, Row},
};

/// Whether lists of this type take a filter.
pub fn is_filtered(of: &str) -> bool {
    matches!(of, "ServiceItem" | "Claim" | "Priority" | "Region")
}

/// The conditions that a list of this type may get, as its `filter`.
pub fn filters(city: &City, of: &str) -> Vec<Json> {
    let statuses = |all: &[&str]| all.iter().map(|status| json!({"status": status})).collect::<Vec<_>>();
    let day = |days| (city.today + chrono::TimeDelta::days(days)).to_string();
    let mut all = match of {
        "ServiceItem" => statuses(&["DRAFT", "OPEN", "IN_PROGRESS", "DONE", "CLOSED", "EXPIRED", "CANCELLED"]),
        "Claim" => statuses(&["CLAIMED", "SUBMITTED", "ACCEPTED", "WITHDRAWN"]),
        "Priority" => statuses(&["DRAFT", "PUBLISHED", "CLOSED"]),
        _ => Vec::new(),
    };
    match of {
        "ServiceItem" => {
            let item = city.items.iter().find(|item| item.compound_id.is_some() && item.priority_id.is_some());
            all.extend([
                json!({"statusIn": ["OPEN", "DONE", "DRAFT"]}),
                json!({"statusIn": []}),
                json!({"claimableBy": "UNIT"}),
                json!({"claimableBy": "OWNERS_COMMITTEE", "dueBy": day(30)}),
                json!({"communityCode": "120106001002"}),
                json!({"communityCode": "120106001002", "status": "OPEN"}),
                json!({"streetCode": "120106001"}),
                json!({"streetCode": "120106", "status": "DRAFT"}),
                json!({"compoundId": item.map(|item| &item.compound_id)}),
                json!({"priorityId": item.map(|item| &item.priority_id)}),
                json!({"implementationId": item.map(|item| &item.implementation_id)}),
                json!({"compoundId": "compound_' OR 1=1 --"}),
                json!({"updatedSince": city.items[city.items.len() / 2].updated_at.to_rfc3339()}),
            ]);
        }
        "Claim" => all.extend([
            json!({"claimantId": city.claims[0].claimant_id}),
            json!({"serviceItemId": city.claims[0].service_item_id, "status": null}),
            json!({"statusIn": ["CLAIMED", "IN_PROGRESS"], "overdue": false}),
            json!({"updatedSince": city.claims[city.claims.len() / 2].updated_at.to_rfc3339()}),
        ]),
        "Priority" => all.extend([
            json!({"statusIn": ["PUBLISHED", "DRAFT"]}),
            json!({"streetCode": "120106001"}),
            json!({"communityCode": "120106001002"}),
            json!({"updatedSince": city.priorities[0].updated_at.to_rfc3339()}),
        ]),
        "Region" => {
            let levels = ["CITY", "DISTRICT", "STREET", "COMMUNITY"].map(|level| json!({"level": level}));
            all.extend(levels);
            all.extend([
                json!({"parentCode": "120106"}),
                json!({"parentCode": "120106001", "nameContains": "里"}),
                json!({"nameContains": " 街道 ", "level": "STREET"}),
                json!({"nameContains": "100%"}),
            ]);
        }
        _ => return all,
    }
    let places = ["1201", "120106", "120106001", "120106001002", "120106003"];
    all.extend(places.map(|code| json!({"regionCode": code})));
    all.push(json!({}));
    if of != "Region" {
        for yes in [true, false] {
            all.extend([
                json!({"mine": yes}),
                json!({"overdue": yes}),
                json!({"mine": yes, "overdue": yes, "regionCode": "120106"}),
            ]);
        }
        all.extend([
            json!({"status": null, "regionCode": null}),
            json!({"dueBy": day(0)}),
            json!({"dueBy": day(30), "regionCode": "120106001"}),
            json!({"updatedSince": "2026-11-20T08:00:00+08:00"}),
            json!({"updatedSince": "2026-11-21T00:00:00.5Z", "mine": true}),
            json!({"updatedSince": "2999-01-01T00:00:00Z"}),
        ]);
    }
    all
}

impl Reader<'_> {
    pub fn passes(&self, filter: &Json, row: Row<'_>) -> bool {
        let conditions = filter.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
        conditions.into_iter().all(|(name, value)| match row {
            Row::Item(item) => self.item_passes(item, name, value),
            Row::Claim(claim) => self.claim_passes(claim, name, value),
            Row::Priority(priority) => self.priority_passes(priority, name, value),
            Row::Region(region) => match &**name {
                "level" => value == region.level.as_str(),
                "parentCode" => region.parent_code.as_deref() == value.as_str(),
                "regionCode" => is_within(&region.code, value),
                "nameContains" => region.name.contains(value.as_str().unwrap().trim()),
                _ => panic!("a filter of regions by {name}"),
            },
            _ => panic!("a filter of {}", row.type_name()),
        })
    }

    fn item_passes(&self, item: &service_item::Model, name: &str, value: &Json) -> bool {
        match name {
            "claimableBy" => item.claimable_by & if value == "UNIT" { 4 } else { 2 } != 0,
            "communityCode" => *value == item.community_code,
            "streetCode" | "regionCode" => is_within(&item.community_code, value),
            "compoundId" => item.compound_id.as_deref() == value.as_str(),
            "priorityId" => item.priority_id.as_deref() == value.as_str(),
            "implementationId" => item.implementation_id.as_deref() == value.as_str(),
            "overdue" => {
                let open = ["OPEN", "IN_PROGRESS"].contains(&item.status.as_str());
                *value == (open && item.due_on < self.city.today)
            }
            "mine" => {
                let claims = self.city.claims.iter().filter(|claim| claim.service_item_id == item.id);
                let mut claims = claims.filter(|claim| self.sees(Row::Claim(claim)));
                *value == (self.is_me(&item.created_by) || claims.any(|claim| self.claims(claim)))
            }
            _ => common(name, value, item.status.as_str(), item.due_on, item.updated_at),
        }
    }

    fn claim_passes(&self, claim: &claim::Model, name: &str, value: &Json) -> bool {
        let item = self.city.items.iter().find(|item| item.id == claim.service_item_id).unwrap();
        match name {
            "claimantId" => *value == claim.claimant_id,
            "serviceItemId" => *value == claim.service_item_id,
            "regionCode" => is_within(&item.community_code, value),
            "overdue" => {
                let open = ["CLAIMED", "IN_PROGRESS", "RETURNED"].contains(&claim.status.as_str());
                *value == (open && item.due_on < self.city.today)
            }
            "mine" => *value == self.claims(claim),
            _ => common(name, value, claim.status.as_str(), item.due_on, claim.updated_at),
        }
    }

    fn priority_passes(&self, priority: &priority::Model, name: &str, value: &Json) -> bool {
        let mut targets = self.city.targets.iter().filter(|target| target.priority_id == priority.id);
        match name {
            "streetCode" => *value == priority.street_code,
            "regionCode" if value.as_str().unwrap().len() < 12 => is_within(&priority.street_code, value),
            "communityCode" | "regionCode" => targets.any(|target| *value == target.community_code),
            "overdue" => *value == (priority.status.as_str() == "PUBLISHED" && priority.due_on < self.city.today),
            "mine" => *value == self.is_me(&priority.created_by),
            _ => common(name, value, priority.status.as_str(), priority.due_on, priority.updated_at),
        }
    }

    fn is_me(&self, person: &str) -> bool {
        self.actor.person_id() == Some(person)
    }

    /// Whether the caller claimed, or an organisation of its that may.
    fn claims(&self, claim: &claim::Model) -> bool {
        let action = self.policy.action("claimServiceItem").unwrap();
        let mut posts = self.actor.posts.iter().filter(|post| !self.policy.allowed(post.role, action).is_empty());
        self.is_me(&claim.claimed_by)
            || posts.any(|post| post.organisation_id.as_deref() == Some(claim.claimant_id.as_str()))
    }
}

fn is_within(code: &str, value: &Json) -> bool {
    code.starts_with(value.as_str().unwrap())
}

fn common(name: &str, value: &Json, status: &str, due: chrono::NaiveDate, updated: DateTime<Utc>) -> bool {
    match name {
        "status" => value == status,
        "statusIn" => value.as_array().unwrap().iter().any(|one| one == status),
        "dueBy" => due.to_string().as_str() <= value.as_str().unwrap(),
        "updatedSince" => updated >= DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap(),
        _ => panic!("a filter by {name}"),
    }
}
