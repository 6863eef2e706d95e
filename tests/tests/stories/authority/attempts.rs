//! Every mutation aimed at one community, each so that it changes nothing: the input is bad, or the state does not let
//! it follow. Permission is told before either, so what comes back tells it.

use serde_json::{Value, json};
use tongxin_tests::{
    Actor, Answer, TestApp,
    places::{FAR, HERE, SIBLING},
    text, with,
};

/// A mutation aimed at a place, and where that place is.
pub struct Attempt {
    pub act: &'static str,
    pub input: Value,
    /// What the decision is about, for `can`.
    pub on: String,
    pub place: Spot,
}

/// Where the object of an attempt stands, and whose it is.
#[derive(Debug, Clone, Default)]
pub struct Spot {
    pub region: String,
    pub compound: Option<&'static str>,
    pub organisation: Option<String>,
    pub person: Option<String>,
    /// The organisation that claimed or made what is to be judged.
    pub involved: Option<String>,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Permitted: it was refused for its input or for the state.
    May,
    Refused,
    NotThere,
}

impl Attempt {
    /// Whether both are the same act on the same object, by another input: what may be done to it is said of them together.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.act, &self.on) == (other.act, &other.on)
    }

    pub async fn as_actor(&self, app: &TestApp, actor: &Actor) -> Outcome {
        let mut input = self.input.clone();
        if self.act == "claimServiceItem" && input["claimantId"].is_null() {
            input["claimantId"] = json!(own_claimant(app, actor).await);
        }
        outcome(&actor.act(self.act, input, "__typename").await)
    }
}

impl Attempt {
    /// What the actor is told when it asks beforehand.
    pub async fn asked_by(&self, actor: &Actor) -> Outcome {
        let document = "query($action: String!, $on: ID!) { can(action: $action, on: $on) { permitted } }";
        let answer = actor.query(document, json!({"action": self.act, "on": self.on})).await;
        match answer.code() {
            Some("NOT_FOUND") => Outcome::NotThere,
            _ if answer.data()["can"]["permitted"] == true => Outcome::May,
            _ => Outcome::Refused,
        }
    }
}

/// The organisation that an actor may claim for; for whoever has none, that of the property manager.
async fn own_claimant(app: &TestApp, actor: &Actor) -> String {
    let me = actor.read("{ me { claimants { id } } }", json!({})).await;
    match me["me"]["claimants"][0]["id"].as_str() {
        Some(id) => id.to_owned(),
        None => app.claimant("property-manager").await,
    }
}

#[track_caller]
pub fn outcome(answer: &Answer) -> Outcome {
    match answer.code() {
        Some("INVALID_INPUT" | "CONFLICT") => Outcome::May,
        Some("FORBIDDEN") => Outcome::Refused,
        Some("NOT_FOUND") => Outcome::NotThere,
        _ => panic!("an attempt that should have come to nothing: {answer}"),
    }
}

/// The items of the demo that attempts at a community are aimed at: one all of whose places are taken, and one whose
/// claim is not waiting to be judged.
fn items_of(code: &str) -> (&'static str, &'static str) {
    match code {
        HERE => ("楼道堆物清理", "楼道堆物清理"),
        SIBLING => ("食品安全巡查", "食品安全巡查"),
        FAR => ("图书漂流角", "新村楼门清洗"),
        _ => panic!("nothing is prepared for {code}"),
    }
}

/// An invitation that was given out and taken back, and who did so.
async fn invitation_of(app: &TestApp, giver: &str, person: &str) -> (String, String) {
    let given = app.actor(giver).act("giveInvitation", json!({"on": person}), "invitation { id }").await;
    let id = text(&given.done()["invitation"]["id"]);
    app.actor(giver).act("withdrawInvitation", json!({"invitationId": id}), "invitation { open }").await.done();
    (id, app.id_of(giver))
}

/// Every mutation, aimed at a community of the demo and at its street.
pub async fn aimed_at(app: &TestApp, code: &str) -> Vec<Attempt> {
    let street = &code[..9];
    let (full, judged) = items_of(code);
    let (full, judged) = (app.item_called(full).await, app.item_called(judged).await);
    let claim = app.field(&judged, "ServiceItem", "claims { nodes { id claimant { id } } }").await;
    let claim = claim["nodes"][0].clone();
    let (claim, claimant) = (text(&claim["id"]), text(&claim["claimant"]["id"]));
    let document = "query($code: String!, $street: String!) {
        region(code: $code) { id } street: region(code: $street) { id }
        asked: implementations(filter: {communityCode: $code}) { nodes { id priority { id } } }
        closed: priorities(filter: {streetCode: $street, status: CLOSED}) { nodes { id } }
        published: priorities(filter: {streetCode: $street, status: PUBLISHED}) { nodes { id version } }
        committee: partyOrganisations(filter: {regionCode: $code, kind: COMMUNITY_COMMITTEE}) {
            nodes { id posts { nodes { id role } } } }
        compounds(filter: {regionCode: $code}) { nodes { contract { id } } }
    }";
    let found = app.actor("community-secretary").read(document, json!({"code": code, "street": street})).await;
    let at = |pointer: &str| text(found.pointer(pointer).unwrap_or_else(|| panic!("{pointer}: {found}")));
    let published = at("/published/nodes/0/id");
    let implementation = at("/asked/nodes/0/id");
    let committee = at("/committee/nodes/0/id");
    let secretary = found["committee"]["nodes"][0]["posts"]["nodes"].as_array().unwrap();
    let secretary = text(&secretary.iter().find(|post| post["role"] == "community_secretary").unwrap()["id"]);
    let (here, of_street) = (at("/region/id"), at("/street/id"));

    let community = || Spot { region: code.to_owned(), ..Spot::default() };
    let whole_street = || Spot { region: street.to_owned(), ..Spot::default() };
    let of_claimant = || Spot { organisation: Some(claimant.clone()), ..community() };
    let of_judge = || Spot { involved: Some(claimant.clone()), ..community() };
    let mut all = Vec::new();
    let mut add = |act, input: Value, on: &str, place| all.push(Attempt { act, input, on: on.to_owned(), place });

    // A draft without a title; a published priority with nothing to change; a closed one that is to be closed.
    let plan = with(app.plan(), json!({"streetCode": street, "communityCodes": [code], "title": ""}));
    let named = json!({"priorityId": published});
    let version = found["published"]["nodes"][0]["version"].clone();
    add("createPriority", plan, &of_street, whole_street());
    add("updatePriority", with(named.clone(), json!({"version": version, "title": ""})), &published, whole_street());
    add("publishPriority", named.clone(), &published, whole_street());
    add("discardPriority", named.clone(), &published, whole_street());
    add("amendPriority", with(named.clone(), json!({"version": version, "reason": ""})), &published, whole_street());
    if let Some(closed) = found["closed"]["nodes"][0]["id"].as_str() {
        add("closePriority", json!({"priorityId": closed}), closed, whole_street());
    }
    add("withdrawPriority", with(named, json!({"reason": ""})), &published, whole_street());

    let asked = at("/asked/nodes/0/priority/id");
    let answered = json!({"priorityId": asked, "communityCode": code});
    add("adoptPriority", with(answered.clone(), json!({"plan": ""})), &implementation, community());
    add("objectToPriority", with(answered, json!({"reason": ""})), &implementation, community());
    let of_it = json!({"implementationId": implementation});
    let decide = with(of_it.clone(), json!({"uphold": true, "reason": ""}));
    add("decideObjection", decide, &implementation, community());
    add("reportImplementation", with(of_it.clone(), json!({"body": ""})), &implementation, community());
    add("submitImplementation", with(of_it.clone(), json!({"result": ""})), &implementation, community());
    add("acceptImplementation", of_it.clone(), &implementation, community());
    add("returnImplementation", with(of_it, json!({"reason": ""})), &implementation, community());

    let content = with(app.content(), json!({"communityCode": code, "title": ""}));
    add("draftServiceItem", content.clone(), &here, community());
    let edit = with(content.clone(), json!({"serviceItemId": full, "version": 1}));
    add("updateServiceItem", edit, &full, community());
    add("publishServiceItem", content, &here, community());
    add("finishServiceItem", json!({"serviceItemId": full}), &full, community());
    add("closeServiceItem", json!({"serviceItemId": full}), &full, community());
    add("cancelServiceItem", json!({"serviceItemId": full, "reason": ""}), &full, community());

    add("claimServiceItem", json!({"serviceItemId": full, "claimantId": null}), &full, community());
    add("startClaim", json!({"claimId": claim}), &claim, of_claimant());
    add("submitClaim", json!({"claimId": claim, "summary": ""}), &claim, of_claimant());
    add("withdrawClaim", json!({"claimId": claim, "reason": ""}), &claim, of_claimant());
    add("acceptClaim", json!({"claimId": claim}), &claim, of_judge());
    add("returnClaim", json!({"claimId": claim, "reason": ""}), &claim, of_judge());
    add("rateServiceItem", json!({"serviceItemId": judged, "stars": 0}), &judged, of_judge());

    // The street appoints the secretary of a community, and ends that term.
    let holder = app.id_of(match code {
        HERE => "community-secretary",
        SIBLING => "other-community-secretary",
        _ => "far-community-secretary",
    });
    let of_holder = Spot { person: Some(holder), ..whole_street() };
    add("endPost", json!({"postId": secretary, "reason": ""}), &secretary, of_holder);
    let compounds = found["compounds"]["nodes"].as_array().unwrap();
    let contract = text(compounds.iter().map(|one| &one["contract"]["id"]).find(|id| id.is_string()).unwrap());
    add("endPropertyContract", json!({"contractId": contract, "reason": ""}), &contract, community());
    let resident = app.id_of(if code == FAR { "far-resident" } else { "resident" });
    // A term that ends before it begins.
    let appoint = json!({
        "personId": resident, "role": "community_worker", "organisationId": committee, "startsOn": app.day(1),
        "endsOn": app.day(0),
    });
    add("appointPost", appoint, &committee, community());
    let nameless = json!({"kind": "STATION", "name": "", "regionCode": code});
    add("foundOrganisation", nameless.clone(), &here, community());
    let committee_of = json!({"organisationId": committee, "version": 0});
    let street_of = || Spot { region: street.to_owned(), ..Spot::default() };
    add("foundOrganisation", with(nameless, json!({"kind": "RESIDENTS_COMMITTEE"})), &here, street_of());
    add("renameOrganisation", with(committee_of.clone(), json!({"name": ""})), &committee, street_of());
    add("moveOrganisation", with(committee_of.clone(), json!({"regionCode": code})), &committee, street_of());
    add("dissolveOrganisation", with(committee_of, json!({"reason": ""})), &committee, street_of());
    let nameless = json!({"name": "", "regionCode": code});
    add("registerPerson", nameless, &here, community());
    // Nobody of the demo lives in the sibling, so that its secretary sees no person to act on.
    if code != SIBLING {
        let person = Spot { person: Some(resident.clone()), ..community() };
        add("revealPhone", json!({"personId": resident, "purpose": ""}), &resident, person.clone());
        let nameless = json!({"personId": resident, "version": 1, "name": ""});
        add("correctPerson", nameless, &resident, person.clone());
        let nowhere = json!({"personId": resident, "version": 1, "communityCode": "0"});
        add("moveHome", nowhere, &resident, person.clone());
        add("giveInvitation", json!({"on": resident, "hours": 0}), &resident, person.clone());
        add("erasePerson", json!({"personId": resident, "version": 0}), &resident, person.clone());
        add("unlinkLogins", json!({"on": resident}), &resident, person);
        let giver = if code == FAR { "far-community-secretary" } else { "community-worker" };
        let (id, place) = invitation_of(app, giver, &resident).await;
        add("withdrawInvitation", json!({"invitationId": id}), &id, Spot { person: Some(place), ..community() });
    }
    all
}
