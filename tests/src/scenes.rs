//! Short ways to where a story begins, through the public API like everything else.

use serde_json::{Value, json};
use tongxin_capabilities::chores;

use crate::{
    TestApp, ids,
    places::{HERE, STREET},
};

/// `base` with every field that `other` names as `other` has it.
pub fn with(mut base: Value, other: Value) -> Value {
    if let (Value::Object(base), Value::Object(other)) = (&mut base, other) {
        base.extend(other);
    }
    base
}

impl TestApp {
    /// What an ordinary item of the community says, as an input.
    pub fn content(&self) -> Value {
        json!({
            "communityCode": HERE, "title": "楼道清理", "description": "清理三栋楼道", "dueOn": self.day(30),
            "claimableBy": ["PROPERTY_COMPANY", "OWNERS_COMMITTEE", "UNIT", "SOCIAL_ORGANISATION"], "quota": 1,
        })
    }

    /// An item that the community published, ordinary but for `other`.
    pub async fn item(&self, other: Value) -> String {
        let input = with(self.content(), other);
        let published = self.actor("community-secretary").act("publishServiceItem", input, "serviceItem { id }").await;
        text(&published.done()["serviceItem"]["id"])
    }

    /// A draft of the community's worker, ordinary but for `other`.
    pub async fn draft(&self, other: Value) -> String {
        let input = with(self.content(), other);
        let drafted = self.actor("community-worker").act("draftServiceItem", input, "serviceItem { id }").await;
        text(&drafted.done()["serviceItem"]["id"])
    }

    /// The first organisation that an account may claim for.
    pub async fn claimant(&self, account: &str) -> String {
        let me = self.actor(account).read("{ me { claimants { id } } }", json!({})).await;
        text(&me["me"]["claimants"][0]["id"])
    }

    /// A claim of an account's organisation.
    pub async fn claim(&self, account: &str, item: &str) -> String {
        let input = json!({"serviceItemId": item, "claimantId": self.claimant(account).await});
        let claimed = self.actor(account).act("claimServiceItem", input, "claim { id }").await;
        text(&claimed.done()["claim"]["id"])
    }

    /// A claim that is being worked on.
    pub async fn started(&self, account: &str, item: &str) -> String {
        let claim = self.claim(account, item).await;
        self.actor(account).act("startClaim", json!({"claimId": claim}), "claim { id }").await.done();
        claim
    }

    /// A claim that was handed in.
    pub async fn submitted(&self, account: &str, item: &str) -> String {
        let claim = self.started(account, item).await;
        let input = json!({"claimId": claim, "summary": "已完成"});
        self.actor(account).act("submitClaim", input, "claim { id }").await.done();
        claim
    }

    /// A claim that the community's secretary accepted.
    pub async fn accepted(&self, account: &str, item: &str) -> String {
        let claim = self.submitted(account, item).await;
        let secretary = self.actor("community-secretary");
        secretary.act("acceptClaim", json!({"claimId": claim}), "claim { id }").await.done();
        claim
    }

    /// What an ordinary priority of the street says, for one of its communities.
    pub fn plan(&self) -> Value {
        json!({
            "title": "楼道照明改造", "description": "夜间楼道无灯", "target": "更换灯具 120 盏", "dueOn": self.day(120),
            "streetCode": STREET, "communityCodes": [HERE],
        })
    }

    /// A draft of the street's officer, ordinary but for `other`.
    pub async fn priority_draft(&self, other: Value) -> String {
        let input = with(self.plan(), other);
        let drafted = self.actor("street-officer").act("createPriority", input, "priority { id }").await;
        text(&drafted.done()["priority"]["id"])
    }

    /// A published priority, ordinary but for `other`.
    pub async fn priority(&self, other: Value) -> String {
        let id = self.priority_draft(other).await;
        let secretary = self.actor("street-secretary");
        secretary.act("publishPriority", json!({"priorityId": id}), "priority { id }").await.done();
        id
    }

    /// What the community asked to do about a priority, adopted.
    pub async fn adopted(&self, priority: &str) -> String {
        let input = json!({"priorityId": priority, "communityCode": HERE, "plan": "分三栋实施"});
        let adopted = self.actor("community-secretary").act("adoptPriority", input, "implementation { id }").await;
        text(&adopted.done()["implementation"]["id"])
    }

    /// A field of whatever has this id, as the community's secretary reads it: `app.field(&item, "ServiceItem", "status")`.
    pub async fn field(&self, id: &str, ty: &str, field: &str) -> Value {
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {ty} {{ value: {field} }} }} }}");
        let read = self.actor("community-secretary").read(&document, json!({"id": id})).await;
        read["node"]["value"].clone()
    }

    /// The demo's item with this title.
    ///
    /// # Panics
    /// When there is none.
    pub async fn item_called(&self, title: &str) -> String {
        let board = "query { serviceItems(filter: {streetCode: \"120106\"}, first: 100) { nodes { id title } } }";
        let board = self.actor("community-worker").read(board, json!({})).await;
        let nodes = board["serviceItems"]["nodes"].as_array().expect("items");
        let found = nodes.iter().find(|item| item["title"].as_str().is_some_and(|t| t.starts_with(title)));
        text(&found.unwrap_or_else(|| panic!("no item {title}"))["id"])
    }

    /// The demo's object whose name begins so, in one of the lists of organisations, such as `propertyCompanies`.
    ///
    /// # Panics
    /// When there is none.
    pub async fn called(&self, list: &str, name: &str) -> String {
        let filter = match list {
            "propertyCompanies" => "PropertyCompanyFilter",
            "ownersCommittees" => "OwnersCommitteeFilter",
            "partyOrganisations" => "PartyOrganisationFilter",
            "publicBodies" => "PublicBodyFilter",
            "bigPartyCommittees" => "BigPartyCommitteeFilter",
            "partyAlliances" => "PartyAllianceFilter",
            "units" => "UnitFilter",
            _ => panic!("no list {list} of organisations"),
        };
        let document =
            format!("query($filter: {filter}) {{ found: {list}(filter: $filter, first: 1) {{ nodes {{ id }} }} }}");
        let found = self.stranger().read(&document, json!({"filter": {"nameContains": name}})).await;
        ids(&found["found"]).first().unwrap_or_else(|| panic!("none of {list} is called {name}")).to_string()
    }

    /// Lets time do what is due.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn chores(&self) {
        chores::run_all(&self.authority).await.expect("chores");
    }

    /// Moves the clock by whole days, and lets time do what is due then.
    pub async fn days_pass(&self, days: i64) {
        self.clock.advance(chrono::TimeDelta::days(days));
        self.chores().await;
    }
}

/// A text of an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
