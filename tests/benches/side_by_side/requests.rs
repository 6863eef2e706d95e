//! The four requests: what is asked of our server, what of the bare handler, and what we aim at.

use serde_json::{Value, json};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    Item,
    Board,
    Tree,
    Claim,
}

/// Where we want to be, as multiples of the bare handler's.
pub struct Goal {
    pub cpu: f64,
    pub per_second: f64,
}

/// A claim to be made: which item, for whom, by whom.
pub struct Claiming<'a> {
    pub item: &'a str,
    pub claimant: &'a str,
    pub person: &'a str,
}

const ITEM: &str = "query Item($id: ID!) { serviceItem(id: $id) { id title status dueOn quota claimCount \
    community { code name } street { code name } \
    claims(first: 1) { nodes { id status claimedAt claimant { id name } } } } }";

const BOARD: &str = "query Board($code: String!) { \
    serviceItems(filter: {communityCode: $code, status: OPEN}, first: 20) { nodes { id title dueOn quota claimCount \
    latestRating { stars comment createdAt } } } }";

const TREE: &str = "query Tree($code: String!) { region(code: $code) { code name children(first: 20) { nodes { code name \
    serviceItems(first: 10) { nodes { id title status claims(first: 1) { nodes { id status claimant { id name } } } } } \
    } } } }";

const CLAIM: &str = "mutation Claim($input: ClaimServiceItemInput!) { claimServiceItem(input: $input) { \
    claim { id status claimedAt claimant { id name } } serviceItem { id status claimCount quota } } }";

impl Request {
    pub const ALL: [Self; 4] = [Self::Item, Self::Board, Self::Tree, Self::Claim];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Board => "board",
            Self::Tree => "tree",
            Self::Claim => "claim",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Item => "one item with community, street, claim, claimant",
            Self::Board => "20 newest open items of a community, claim counts, latest rating",
            Self::Tree => "street → communities → 10 items each → claim → claimant",
            Self::Claim => "claim one item under contention",
        }
    }

    pub const fn goal(self) -> Goal {
        match self {
            Self::Item => Goal { cpu: 3.0, per_second: 0.6 },
            Self::Board => Goal { cpu: 3.0, per_second: 0.7 },
            Self::Tree => Goal { cpu: 4.0, per_second: 0.7 },
            Self::Claim => Goal { cpu: 3.5, per_second: 0.7 },
        }
    }

    /// A read of the object with this id or code, as our server takes it.
    pub fn graphql(self, key: &str, token: &str) -> Vec<u8> {
        let (query, name) = match self {
            Self::Item => (ITEM, "id"),
            Self::Board => (BOARD, "code"),
            Self::Tree => (TREE, "code"),
            Self::Claim => (CLAIM, "input"),
        };
        post(&json!({"query": query, "variables": {name: key}}), token, "")
    }

    /// The same of the bare handler.
    pub fn bare(self, key: &str) -> Vec<u8> {
        format!("GET /{}/{key} HTTP/1.1\r\nHost: localhost\r\n\r\n", self.name()).into_bytes()
    }
}

impl Claiming<'_> {
    pub fn graphql(&self, token: &str) -> Vec<u8> {
        let Self { item, claimant, .. } = self;
        let input = json!({"serviceItemId": item, "claimantId": claimant});
        let retry = format!("Idempotency-Key: {item}-{claimant}\r\n");
        post(&json!({"query": CLAIM, "variables": {"input": input}}), token, &retry)
    }

    pub fn bare(&self) -> Vec<u8> {
        let Self { item, claimant, person } = self;
        let path = format!("/claim/{item}/{claimant}/{person}");
        format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").into_bytes()
    }
}

fn post(body: &Value, token: &str, more: &str) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nAccept: application/json\r\n{more}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
