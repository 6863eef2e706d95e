//! Organisations and regions: who there is, and where.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tongxin_tests::{
    TestApp, ids, on_each_database,
    places::{DISTRICT, FAR, FAR_STREET, HERE, STREET},
    text,
};

on_each_database![
    the_regions_are_a_tree_of_real_divisions,
    whatever_has_an_id_is_found_by_it,
    nodes_come_in_order_and_missing_ones_are_null,
    organisations_are_listed_by_place_and_name,
    a_name_is_looked_for_as_it_is_written,
    councils_and_alliances_show_their_members,
    the_whole_street_in_one_question,
];

async fn the_regions_are_a_tree_of_real_divisions(app: &TestApp) {
    let stranger = app.stranger();
    let read = "query($code: String!) { region(code: $code) { code name level kind parent { code }
        children(first: 100) { totalCount nodes { code level } } } }";
    let region = async |code: &str| stranger.read(read, json!({"code": code})).await["region"].clone();
    for (code, name, level, kind, parent, children) in [
        ("1201", "市辖区", "CITY", "CITY", Value::Null, None),
        (DISTRICT, "红桥区", "DISTRICT", "DISTRICT", json!("1201"), Some(9)),
        (STREET, "西于庄街道", "STREET", "STREET", json!(DISTRICT), None),
        (HERE, "增产里社区居委会", "COMMUNITY", "RESIDENTS_COMMITTEE", json!(STREET), Some(0)),
    ] {
        let region = region(code).await;
        for (field, value) in [("code", code), ("level", level), ("kind", kind)] {
            assert_eq!(region[field], value, "{region}");
        }
        assert!(text(&region["name"]).starts_with(&name[..6]) || level == "CITY", "{region}");
        assert_eq!(region["parent"]["code"], parent);
        let nodes = region["children"]["nodes"].as_array().unwrap();
        assert!(nodes.iter().all(|child| text(&child["code"]).starts_with(code)));
        assert!(nodes.is_sorted_by_key(|child| text(&child["code"])), "by code");
        if let Some(count) = children {
            assert_eq!(region["children"]["totalCount"], count);
        }
    }
    let mut communities = 0;
    for street in region(DISTRICT).await["children"]["nodes"].as_array().unwrap() {
        communities += region(&text(&street["code"])).await["children"]["totalCount"].as_u64().unwrap();
    }
    assert_eq!(communities, 114);
    for code in ["", "12", "1", "120106999", "x", "120106001002 "] {
        let unknown = stranger.query(read, json!({"code": code})).await;
        unknown.refused("NOT_FOUND");
        assert_eq!(unknown.body["data"], json!({"region": null}));
    }
}

/// One object of every type that has an id, as the community's secretary finds it.
async fn one_of_each(app: &TestApp) -> BTreeMap<&'static str, String> {
    let document = "query($here: String!, $resident: ID!) {
        region(code: $here) { id }
        party: partyOrganisations(first: 1) { nodes { id } }
        body: publicBodies(first: 1) { nodes { id } }
        unit: units(filter: {regionCode: $here}, first: 1) { nodes { id checkIns { nodes { id } } } }
        company: propertyCompanies(first: 1) { nodes { id } }
        owners: ownersCommittees(first: 1) { nodes { id members { nodes { id } } } }
        alliance: partyAlliances(first: 1) { nodes { id members { nodes { id } } } }
        council: bigPartyCommittees(first: 1) { nodes { id } }
        compound: compounds(filter: {regionCode: $here}, first: 100) { nodes { id contracts { nodes { id } } } }
        impl: implementations(filter: {communityCode: $here, status: ADOPTED}) {
            nodes { id priority { id changes { nodes { id } } } reports { nodes { id } } } }
        item: serviceItems(filter: {communityCode: $here, status: DONE}, first: 100) {
            nodes { id claims { nodes { id } } ratings { nodes { id } } } }
        trail: auditTrail(on: $resident) { nodes { id } }
    }";
    let secretary = app.actor("community-secretary");
    let resident = app.id_of("resident");
    let reveal = json!({"personId": resident, "purpose": "上门维修前联系"});
    secretary.act("revealPhone", reveal, "person { id }").await.done();
    let found = secretary.read(document, json!({"here": HERE, "resident": resident})).await;
    let at = |pointer: &str| text(found.pointer(pointer).unwrap_or_else(|| panic!("{pointer}: {found}")));
    let rated = found["item"]["nodes"].as_array().unwrap();
    let rated = rated.iter().find(|item| item["ratings"]["nodes"][0].is_object()).unwrap();
    // One of them has no company, and which comes first is chance: they were made in one moment.
    let managed = found["compound"]["nodes"].as_array().unwrap();
    let managed = managed.iter().find(|compound| compound["contracts"]["nodes"][0].is_object()).unwrap();
    let invite =
        app.actor("community-secretary").act("giveInvitation", json!({"on": resident}), "invitation { id }").await;
    BTreeMap::from([
        ("Login", app.link(&app.id_of("community-secretary"), "wu").await),
        ("Invitation", text(&invite.done()["invitation"]["id"])),
        ("Region", at("/region/id")),
        ("PartyOrganisation", at("/party/nodes/0/id")),
        ("PublicBody", at("/body/nodes/0/id")),
        ("Unit", at("/unit/nodes/0/id")),
        ("CheckIn", at("/unit/nodes/0/checkIns/nodes/0/id")),
        ("PropertyCompany", at("/company/nodes/0/id")),
        ("OwnersCommittee", at("/owners/nodes/0/id")),
        ("Post", at("/owners/nodes/0/members/nodes/0/id")),
        ("PartyAlliance", at("/alliance/nodes/0/id")),
        ("AllianceMember", at("/alliance/nodes/0/members/nodes/0/id")),
        ("BigPartyCommittee", at("/council/nodes/0/id")),
        ("Compound", text(&managed["id"])),
        ("PropertyContract", text(&managed["contracts"]["nodes"][0]["id"])),
        ("Person", resident),
        ("Implementation", at("/impl/nodes/0/id")),
        ("Priority", at("/impl/nodes/0/priority/id")),
        ("PriorityChange", at("/impl/nodes/0/priority/changes/nodes/0/id")),
        ("ImplementationReport", at("/impl/nodes/0/reports/nodes/0/id")),
        ("ServiceItem", text(&rated["id"])),
        ("Claim", text(&rated["claims"]["nodes"][0]["id"])),
        ("Rating", text(&rated["ratings"]["nodes"][0]["id"])),
        ("AuditEntry", at("/trail/nodes/0/id")),
    ])
}

async fn whatever_has_an_id_is_found_by_it(app: &TestApp) {
    let all = one_of_each(app).await;
    let secretary = app.actor("community-secretary");
    let schema = secretary.read("{ __type(name: \"Node\") { possibleTypes { name } } }", json!({})).await;
    let mut types =
        schema["__type"]["possibleTypes"].as_array().unwrap().iter().map(|t| text(&t["name"])).collect::<Vec<_>>();
    types.sort();
    assert_eq!(types, all.keys().copied().collect::<Vec<_>>(), "every type of Node is tried");
    let read = "query($id: ID!) { node(id: $id) { __typename id } }";
    for (ty, id) in &all {
        let found = secretary.read(read, json!({"id": id})).await;
        assert_eq!(found["node"], json!({"__typename": ty, "id": id}));
        let seen = app.stranger().query(read, json!({"id": id})).await;
        let hidden = ["Person", "Invitation", "Login", "AuditEntry"].contains(ty);
        assert_eq!(seen.code(), hidden.then_some("NOT_FOUND"), "{ty} as a stranger");
        // The same number under another prefix is nothing.
        let (_, number) = id.split_once('_').unwrap();
        for other in [format!("rating_{number}"), format!("nothing_{number}"), number.to_owned()] {
            if other != *id {
                secretary.query(read, json!({"id": other})).await.refused("NOT_FOUND");
            }
        }
    }
}

async fn nodes_come_in_order_and_missing_ones_are_null(app: &TestApp) {
    let all = one_of_each(app).await;
    let (item, person, region) = (&all["ServiceItem"], &all["Person"], &all["Region"]);
    let read = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Region { name } } }";
    let stranger = app.stranger();
    let asked = json!({"ids": [region, "x", person, item, region, ""]});
    let found = stranger.read(read, asked).await["nodes"].clone();
    let region = json!({"__typename": "Region", "id": region, "name": "增产里社区居委会"});
    let item = json!({"__typename": "ServiceItem", "id": item});
    assert_eq!(found, json!([region, null, null, item, region, null]));
    assert_eq!(stranger.read(read, json!({"ids": []})).await["nodes"], json!([]));
    let many = stranger.query(read, json!({"ids": vec!["x"; 101]})).await;
    assert_eq!(many.bad_fields(), [("ids", "TOO_MANY")]);
}

async fn organisations_are_listed_by_place_and_name(app: &TestApp) {
    let stranger = app.stranger();
    let lists = [
        ("partyOrganisations", "PartyOrganisationFilter"),
        ("publicBodies", "PublicBodyFilter"),
        ("units", "UnitFilter"),
        ("propertyCompanies", "PropertyCompanyFilter"),
        ("ownersCommittees", "OwnersCommitteeFilter"),
        ("partyAlliances", "PartyAllianceFilter"),
        ("bigPartyCommittees", "BigPartyCommitteeFilter"),
    ];
    for (list, filter) in lists {
        let document = format!(
            "query($filter: {filter}) {{ {list}(filter: $filter, first: 100) {{ totalCount nodes {{ id name region {{ code }} }} }} }}"
        );
        let found = async |filter: Value| {
            let read = stranger.read(&document, json!({"filter": filter})).await[list].clone();
            (read["totalCount"].as_u64().unwrap(), read["nodes"].as_array().unwrap().clone())
        };
        let (all, some) = found(json!({})).await;
        assert!(all > 0 && (some.len() as u64 == all || all > 100), "{list}: {all}");
        for code in [DISTRICT, STREET, FAR_STREET, HERE, FAR] {
            let (count, nodes) = found(json!({"regionCode": code})).await;
            assert!(nodes.iter().all(|one| text(&one["region"]["code"]).starts_with(code)), "{list} of {code}");
            assert!(code != DISTRICT || count == all, "{list}: all of the district");
        }
        let name = text(&some[0]["name"]);
        let (_, named) = found(json!({"nameContains": name})).await;
        assert!(named.iter().any(|one| one["id"] == some[0]["id"]), "{list} called {name}");
        assert_eq!(found(json!({"nameContains": "没有这个名称"})).await.0, 0);
        assert_eq!(found(json!({"nameContains": name, "regionCode": "120106012007"})).await.0, 0, "both must hold");
    }
    let committees = "query($code: String) { partyOrganisations(filter: {regionCode: $code, kind: COMMUNITY_COMMITTEE},
        first: 100) { totalCount } }";
    let read = stranger.read(committees, json!({"code": DISTRICT})).await;
    assert_eq!(read["partyOrganisations"]["totalCount"], 114, "every community has its party committee");
}

async fn a_name_is_looked_for_as_it_is_written(app: &TestApp) {
    let read = "query($name: String) { units(filter: {nameContains: $name}) { totalCount } }";
    let count =
        async |name: &str| app.stranger().read(read, json!({"name": name})).await["units"]["totalCount"].clone();
    assert_eq!(count("演示医院").await, 1);
    app.unit_called("Straße 增产里 E\u{301}cole ΣΊΣΥΦΟΣ").await;
    for same in
        ["straße", "STRASSE", " sTRASSE 增产里\n", "增产\u{f9e9} é", "É", "e\u{301}COLE", "σίσυφος", "ΣΊΣΥΦΟς", "ecole"]
    {
        assert_eq!(count(same).await, i32::from(same != "ecole"), "{same:?}");
    }
    let all = count("").await;
    assert_eq!(count(" \u{3000}\n").await, all, "nothing is no condition");
    for other in ["演示醫院", "演\u{200d}示医院", "straße增产里"] {
        assert_eq!(count(other).await, 0, "{other:?}");
    }
    for odd in ["演示%", "%", "_", "演示__", "\\", "'", "演示医院'--", "%' OR '1'='1"] {
        assert_eq!(count(odd).await, 0, "{odd:?}");
    }
}

async fn councils_and_alliances_show_their_members(app: &TestApp) {
    let council = app.called("bigPartyCommittees", "增产里社区大党委").await;
    let read = "query($id: ID!) { node(id: $id) { ... on BigPartyCommittee { host { name }
        members { nodes { role personName representing { name } } }
        allMembers { nodes { personName inForce } } } } }";
    let found = app.stranger().read(read, json!({"id": council})).await["node"].clone();
    assert_eq!(found["host"]["name"], "增产里社区党委（演示）");
    let members = found["members"]["nodes"].as_array().unwrap();
    let of = |name: &str| members.iter().find(|member| member["personName"] == name);
    let part_time =
        json!({"role": "part_time_member", "personName": "褚示范", "representing": {"name": "演示小学党支部"}});
    assert_eq!(of("褚示范"), Some(&part_time));
    assert!(members.iter().any(|member| member["role"] == "full_time_member"));
    // A lapsed term is on record and gives nothing.
    assert_eq!(of("卫示范"), None);
    let history = found["allMembers"]["nodes"].as_array().unwrap();
    assert!(history.contains(&json!({"personName": "卫示范", "inForce": false})), "{history:?}");

    let read = "{ partyAlliances { nodes { name category lead { name }
        members { nodes { pactYear duties leftOn member { name unit { name } } } } } } }";
    let found = app.stranger().read(read, json!({})).await["partyAlliances"]["nodes"].clone();
    let regional = found.as_array().unwrap().iter().find(|one| one["category"] == "REGIONAL").unwrap();
    assert_eq!(regional["lead"]["name"], "西于庄街道党工委（演示）");
    let members = regional["members"]["nodes"].as_array().unwrap();
    assert_eq!(members.len(), 3, "who has left is no member: {regional}");
    assert!(members.iter().all(|pact| pact["leftOn"].is_null() && pact["pactYear"] == 2026));
    assert!(members.iter().any(|pact| pact["member"]["unit"]["name"] == "演示医院"));
}

async fn the_whole_street_in_one_question(app: &TestApp) {
    let read = "query($street: String!) { region(code: $street) { name children(first: 3) { nodes { code
        serviceItems(first: 2, filter: {status: OPEN}) { totalCount nodes { id status community { code }
        claims(first: 2) { nodes { status claimant { __typename id name } } } } } } } } }";
    let found = app.stranger().read(read, json!({"street": STREET})).await["region"].clone();
    let communities = found["children"]["nodes"].as_array().unwrap();
    assert_eq!(communities.len(), 3);
    for community in communities {
        assert!(community["serviceItems"]["totalCount"].as_u64() >= Some(1));
        let items = community["serviceItems"]["nodes"].as_array().unwrap();
        assert_eq!(items.len(), ids(&community["serviceItems"]).len());
        assert!(items.iter().all(|item| item["community"]["code"] == community["code"] && item["status"] == "OPEN"));
    }
}
