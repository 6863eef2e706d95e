//! How organisations come to be and end, and how companies and units staff themselves.

use futures_util::future::join_all;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tongxin_entity::post;
use tongxin_tests::{
    Answer, TestApp, on_each_database,
    places::{DISTRICT, FAR, FAR_STREET, HERE, SIBLING, STREET},
    text, with,
};

on_each_database![
    each_level_founds_its_own,
    what_is_wrong_with_a_founding_is_told_by_field,
    a_company_staffs_itself_through_its_representative,
    a_unit_staffs_itself_once_it_has_a_party_secretary,
    of_a_seat_there_is_one_at_a_time,
    a_term_is_given_its_last_day,
    a_name_and_a_seat_change,
    nothing_is_dissolved_on_which_something_hangs,
    who_dissolves_and_who_appoints_at_once_do_not_both,
];

/// Made up, with the last character that follows from the others.
const CODE: &str = "91120106MA00000178";

async fn found(app: &TestApp, account: &str, kind: &str, at: &str, other: Value) -> Answer {
    let input = with(json!({"kind": kind, "name": format!("样例{kind}"), "regionCode": at}), other);
    app.actor(account).act("foundOrganisation", input, "organisation { __typename id name region { code } }").await
}

async fn founded(app: &TestApp, account: &str, kind: &str, at: &str, other: Value) -> String {
    text(&found(app, account, kind, at, other).await.done()["organisation"]["id"])
}

async fn appoint(app: &TestApp, account: &str, person: &str, role: &str, at: &str) -> Answer {
    let input = json!({"personId": person, "role": role, "organisationId": at, "startsOn": app.day(0)});
    app.actor(account).act("appointPost", input, "post { id inForce }").await
}

async fn registered(app: &TestApp, account: &str, other: Value) -> String {
    let input = with(json!({"name": "苏样例"}), other);
    text(&app.actor(account).act("registerPerson", input, "person { id }").await.done()["person"]["id"])
}

async fn each_level_founds_its_own(app: &TestApp) {
    for (account, kind, at, other) in [
        ("district-secretary", "DEPARTMENT", DISTRICT, json!({})),
        ("district-secretary", "STREET_OFFICE", STREET, json!({})),
        ("street-secretary", "RESIDENTS_COMMITTEE", HERE, json!({})),
        ("street-secretary", "PROPERTY_COMPANY", STREET, json!({"creditCode": code("91120106MA0000018")})),
        ("street-secretary", "PROPERTY_COMPANY", HERE, json!({"creditCode": code("91120106MA0000019")})),
        ("community-secretary", "STATION", HERE, json!({})),
        ("community-secretary", "GRID_BRANCH", HERE, json!({"foundedOn": "2020-07-01"})),
        ("community-secretary", "UNIT", HERE, json!({"category": "SCHOOL"})),
        ("community-secretary", "SOCIAL_ORGANISATION", HERE, json!({})),
    ] {
        let answer = found(app, account, kind, at, other).await;
        let organisation = &answer.done()["organisation"];
        assert_eq!(organisation["region"]["code"], at, "{kind}");
    }
    for (account, kind, at) in [
        ("street-secretary", "STREET_OFFICE", STREET),
        ("street-secretary", "DEPARTMENT", DISTRICT),
        ("community-secretary", "RESIDENTS_COMMITTEE", HERE),
        ("community-secretary", "PROPERTY_COMPANY", HERE),
        ("community-secretary", "STATION", SIBLING),
        ("street-secretary", "STATION", HERE),
        ("district-secretary", "RESIDENTS_COMMITTEE", HERE),
        ("community-worker", "STATION", HERE),
        ("district-officer", "DEPARTMENT", DISTRICT),
        ("property-manager", "PROPERTY_COMPANY", STREET),
        ("resident", "UNIT", HERE),
        ("civic-app", "UNIT", HERE),
    ] {
        found(app, account, kind, at, json!({})).await.refused("FORBIDDEN");
    }
    // The street's office and its committee are one place: whoever works in the office is of the street.
    let office = app.called("publicBodies", "样例STREET_OFFICE").await;
    appoint(app, "street-secretary", &app.id_of("many-hats"), "street_officer", &office).await.done();
    let drafts = app.actor("many-hats").act("createPriority", app.plan(), "priority { id }").await;
    drafts.done();
}

/// The code with the last character that follows from its others.
fn code(of: &str) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |c: char| ALPHABET.find(c).unwrap();
    let sum = of.chars().zip(0..).map(|(c, at)| value(c) * (0..at).fold(1, |weight, _| weight * 3 % 31)).sum::<usize>();
    format!("{of}{}", ALPHABET.chars().nth((31 - sum % 31) % 31).unwrap())
}

async fn what_is_wrong_with_a_founding_is_told_by_field(app: &TestApp) {
    assert_eq!(code("91120106MA0000017"), CODE);
    let unit = text(&json!(app.called("units", "演示图书馆").await));
    let cases = [
        ("PROPERTY_COMPANY", STREET, json!({}), vec![("input.creditCode", "REQUIRED")]),
        (
            "PROPERTY_COMPANY",
            STREET,
            json!({"creditCode": "91120106MA00000179"}),
            vec![("input.creditCode", "BAD_CREDIT_CODE")],
        ),
        ("PROPERTY_COMPANY", STREET, json!({"creditCode": "9112"}), vec![("input.creditCode", "BAD_CREDIT_CODE")]),
        (
            "STATION",
            STREET,
            json!({"creditCode": CODE, "name": ""}),
            vec![("input.name", "TOO_SHORT"), ("input.creditCode", "NOT_OF_KIND")],
        ),
        ("UNIT", STREET, json!({"category": "SCHOOL"}), vec![("input.regionCode", "WRONG_LEVEL")]),
        ("DISTRICT_COMMITTEE", STREET, json!({}), vec![("input.regionCode", "WRONG_LEVEL")]),
        ("PARTY_ALLIANCE", STREET, json!({}), vec![("input.kind", "NOT_FOUNDED")]),
    ];
    for (kind, at, other, faults) in cases {
        assert_eq!(found(app, "street-secretary", kind, at, other).await.bad_fields(), faults, "{kind}");
    }
    for (kind, other, faults) in [
        ("UNIT", json!({}), vec![("input.category", "REQUIRED")]),
        ("UNIT_PARTY", json!({}), vec![("input.unitId", "REQUIRED")]),
        ("UNIT_PARTY", json!({"unitId": unit}), vec![("input.unitId", "PLACES_DIFFER")]),
        ("COMPOUND_BRANCH", json!({}), vec![("input.compoundIds", "REQUIRED")]),
        ("OWNERS_COMMITTEE", json!({}), vec![("input.kind", "NOT_FOUNDED")]),
    ] {
        assert_eq!(found(app, "community-secretary", kind, HERE, other).await.bad_fields(), faults, "{kind}");
    }
    found(app, "community-secretary", "UNIT_PARTY", HERE, json!({"unitId": "unit_x"})).await.refused("NOT_FOUND");
    found(app, "community-secretary", "MAYOR", HERE, json!({})).await.refused("INVALID_INPUT");
    // One of a kind at a place, one company of a code.
    let again = found(app, "street-secretary", "COMMUNITY_COMMITTEE", HERE, json!({})).await;
    assert_eq!(again.refused("CONFLICT")["current"], "FOUNDED");
    found(app, "street-secretary", "PROPERTY_COMPANY", STREET, json!({"creditCode": CODE})).await.done();
    let again = found(app, "street-secretary", "PROPERTY_COMPANY", HERE, json!({"creditCode": CODE})).await;
    assert_eq!(again.refused("CONFLICT")["current"], "FOUNDED");
    let offices = join_all((0..4).map(|_| found(app, "district-secretary", "STREET_OFFICE", STREET, json!({})))).await;
    assert_eq!(offices.iter().filter(|one| one.code().is_none()).count(), 1, "the database lets one");
}

async fn a_company_staffs_itself_through_its_representative(app: &TestApp) {
    let company = founded(app, "street-secretary", "PROPERTY_COMPANY", STREET, json!({"creditCode": CODE})).await;
    let other = app.called("propertyCompanies", "演示物业二号有限公司").await;
    let manager = app.id_of("far-resident");
    // Without a representative there is nobody to name managers.
    let nobody = appoint(app, "street-secretary", &manager, "property_manager", &company).await;
    assert_eq!(nobody.bad_fields(), [("input.role", "NOT_APPOINTED")]);
    let who = app.id_of("party-member");
    appoint(app, "community-secretary", &who, "property_representative", &company).await.refused("FORBIDDEN");
    appoint(app, "street-officer", &who, "property_representative", &company).await.refused("FORBIDDEN");
    appoint(app, "street-secretary", &who, "property_representative", &company).await.done();
    // Whoever represents it registers its staff, and names managers; nobody else does.
    let representative = "party-member";
    let staff = registered(app, representative, json!({"organisationId": company})).await;
    let elsewhere = json!({"name": "苏样例", "organisationId": other});
    app.actor(representative).act("registerPerson", elsewhere, "person { id }").await.refused("FORBIDDEN");
    let both = json!({"name": "苏样例", "organisationId": company, "regionCode": HERE});
    let both = app.actor(representative).act("registerPerson", both, "person { id }").await;
    assert_eq!(both.bad_fields(), [("input.organisationId", "EXCLUSIVE")]);
    appoint(app, "street-secretary", &staff, "property_manager", &company).await.refused("FORBIDDEN");
    appoint(app, representative, &staff, "property_manager", &other).await.refused("FORBIDDEN");
    appoint(app, representative, &staff, "property_representative", &company).await.refused("FORBIDDEN");
    let post = text(&appoint(app, representative, &staff, "property_manager", &company).await.done()["post"]["id"]);
    let invite = json!({"on": staff});
    app.actor(representative).act("giveInvitation", invite.clone(), "code").await.done();
    app.actor("street-secretary").act("giveInvitation", invite, "code").await.refused("FORBIDDEN");
    app.actor("property-manager").act("giveInvitation", json!({"on": post}), "code").await.refused("FORBIDDEN");
    let correct = json!({"personId": staff, "version": 1, "name": "苏改名"});
    app.actor(representative).act("correctPerson", correct, "person { name }").await.done();
    let acts = "query($id: ID!) { node(id: $id) { ... on PropertyCompany { possibleActs { act allowed } } } }";
    let acts = app.actor(representative).read(acts, json!({"id": company})).await;
    let acts = acts["node"]["possibleActs"].as_array().unwrap();
    for (act, allowed) in [("appointPost", true), ("registerPerson", true), ("dissolveOrganisation", false)] {
        assert!(acts.contains(&json!({"act": act, "allowed": allowed})), "{act}: {acts:?}");
    }
    app.actor(representative).act("endPost", json!({"postId": post, "reason": "离职"}), "post { id }").await.done();
}

async fn a_unit_staffs_itself_once_it_has_a_party_secretary(app: &TestApp) {
    let unit = founded(app, "community-secretary", "UNIT", HERE, json!({"category": "SCHOOL"})).await;
    let party = founded(app, "community-secretary", "UNIT_PARTY", HERE, json!({"unitId": unit})).await;
    // The first of both by the community, on the unit's letter.
    let first = registered(app, "community-worker", json!({"regionCode": HERE})).await;
    appoint(app, "other-community-secretary", &first, "unit_liaison", &unit).await.refused("FORBIDDEN");
    let liaison = appoint(app, "community-secretary", &first, "unit_liaison", &unit).await.done()["post"]["id"].clone();
    appoint(app, "community-secretary", &app.id_of("neighbour"), "unit_party_secretary", &party).await.done();
    // From then on by the secretary in office.
    let end = json!({"postId": liaison, "reason": "换人"});
    app.actor("community-secretary").act("endPost", end.clone(), "post { id }").await.refused("FORBIDDEN");
    app.actor("neighbour").act("endPost", end, "post { id }").await.done();
    let next = registered(app, "neighbour", json!({"organisationId": unit})).await;
    appoint(app, "community-secretary", &next, "unit_liaison", &unit).await.refused("FORBIDDEN");
    appoint(app, "neighbour", &next, "unit_liaison", &unit).await.done();
    let hospital = app.called("units", "演示医院").await;
    appoint(app, "neighbour", &next, "unit_liaison", &hospital).await.refused("FORBIDDEN");
    appoint(app, "neighbour", &next, "community_worker", &unit).await.refused("FORBIDDEN");
}

async fn of_a_seat_there_is_one_at_a_time(app: &TestApp) {
    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let taken = appoint(app, "street-secretary", &app.id_of("resident"), "community_secretary", &committee).await;
    assert_eq!(taken.refused("CONFLICT")["current"], "TAKEN");
    let me = app.actor("community-secretary").read("{ me { posts { id } } }", json!({})).await;
    let end = json!({"postId": me["me"]["posts"][0]["id"], "reason": "换届"});
    app.actor("street-secretary").act("endPost", end, "post { id }").await.done();
    let people = ["resident", "neighbour", "far-resident", "party-member"].map(|account| app.id_of(account));
    let both =
        join_all(people.iter().map(|who| appoint(app, "street-secretary", who, "community_secretary", &committee)));
    let outcomes = both.await;
    assert_eq!(outcomes.iter().filter(|one| one.code().is_none()).count(), 1);
    assert!(outcomes.iter().filter_map(Answer::code).all(|code| code == "CONFLICT"));
    let held = post::Entity::find()
        .filter(post::Column::OrganisationId.eq(&committee))
        .filter(post::Column::Role.eq(post::PostRole::CommunitySecretary))
        .filter(post::Column::EndedAt.is_null());
    assert_eq!(held.all(&app.db).await.unwrap().len(), 1);
}

async fn a_term_is_given_its_last_day(app: &TestApp) {
    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let me = app.actor("community-secretary").read("{ me { posts { id endsOn } } }", json!({})).await;
    let post = me["me"]["posts"][0]["id"].clone();
    let end = async |day: &str| {
        let input = json!({"postId": post, "reason": "换届", "lastDay": day});
        app.actor("street-secretary").act("endPost", input, "post { inForce endsOn endedAt }").await
    };
    for day in [app.day(-1), app.day(696)] {
        assert_eq!(end(&day).await.bad_fields(), [("input.lastDay", "OUT_OF_RANGE")], "{day}");
    }
    let ended = end(&app.day(9)).await.done()["post"].clone();
    assert_eq!(ended, json!({"inForce": true, "endsOn": app.day(9), "endedAt": null}));
    let follows = async |day: &str| {
        let input = json!({"personId": app.id_of("resident"), "role": "community_secretary", "organisationId": committee, "startsOn": day});
        app.actor("street-secretary").act("appointPost", input, "post { inForce }").await
    };
    follows(&app.day(9)).await.refused("CONFLICT");
    follows(&app.day(10)).await.done();
    app.days_pass(10).await;
    app.actor("community-secretary")
        .act("publishServiceItem", app.content(), "serviceItem { id }")
        .await
        .refused("FORBIDDEN");
    app.actor("resident").act("publishServiceItem", app.content(), "serviceItem { id }").await.done();
}

async fn a_name_and_a_seat_change(app: &TestApp) {
    let unit = founded(app, "community-secretary", "UNIT", HERE, json!({"category": "SCHOOL"})).await;
    let party = founded(app, "community-secretary", "UNIT_PARTY", HERE, json!({"unitId": unit})).await;
    let act = async |account: &str, act: &str, other: Value| {
        let input = with(json!({"organisationId": unit, "version": 1}), other);
        app.actor(account).act(act, input, "organisation { name version region { code } }").await
    };
    act("community-worker", "renameOrganisation", json!({"name": "样例小学"})).await.refused("FORBIDDEN");
    let named = act("community-secretary", "renameOrganisation", json!({"name": "样例小学"})).await;
    assert_eq!(
        (&named.done()["organisation"]["name"], &named.done()["organisation"]["version"]),
        (&json!("样例小学"), &json!(2))
    );
    act("community-secretary", "renameOrganisation", json!({"name": "再改"})).await.refused("CONFLICT");
    let to = |code: &str| json!({"version": 2, "regionCode": code});
    act("community-secretary", "moveOrganisation", to(SIBLING)).await.refused("FORBIDDEN");
    act("street-secretary", "moveOrganisation", to(FAR)).await.refused("FORBIDDEN");
    assert_eq!(
        act("street-secretary", "moveOrganisation", to(HERE)).await.bad_fields(),
        [("input.regionCode", "NO_CHANGE")]
    );
    assert_eq!(
        act("district-secretary", "moveOrganisation", to(STREET)).await.bad_fields(),
        [("input.regionCode", "WRONG_LEVEL")]
    );
    act("street-secretary", "moveOrganisation", to(SIBLING)).await.done();
    let of = "query($id: ID!) { node(id: $id) { ... on PartyOrganisation { region { code } superior { region { code } } } } }";
    let of = app.stranger().read(of, json!({"id": party})).await["node"].clone();
    assert_eq!(of, json!({"region": {"code": SIBLING}, "superior": {"region": {"code": SIBLING}}}));
    act("district-secretary", "moveOrganisation", with(to(FAR), json!({"version": 3}))).await.done();
    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let moved = json!({"organisationId": committee, "version": 1, "regionCode": SIBLING});
    let moved = app.actor("street-secretary").act("moveOrganisation", moved, "organisation { name }").await;
    assert_eq!(moved.refused("CONFLICT")["current"], "NOT_MOVABLE");
    let _ = FAR_STREET;
}

async fn nothing_is_dissolved_on_which_something_hangs(app: &TestApp) {
    let dissolve = async |account: &str, id: &str, version: i32| {
        let input = json!({"organisationId": id, "version": version, "reason": "撤并"});
        app.actor(account).act("dissolveOrganisation", input, "organisation { dissolvedOn }").await
    };
    let hospital = app.called("units", "演示医院").await;
    let refused = dissolve("community-secretary", &hospital, 1).await;
    let facts = refused.refused("CONFLICT");
    assert_eq!(facts["current"], "HANGING");
    let hanging = facts["hanging"].as_array().unwrap();
    for what in ["POSTS", "PARTY_ORGANISATIONS", "CHECK_INS", "CLAIMS"] {
        assert!(hanging.iter().any(|one| one["what"] == what), "{what}: {facts}");
    }
    let listed = "query($id: ID!) { node(id: $id) { ... on Unit { hanging { what count labels { zh } } } } }";
    let listed = app.stranger().read(listed, json!({"id": hospital})).await;
    assert_eq!(listed["node"]["hanging"].as_array().unwrap().len(), hanging.len());
    let station = founded(app, "community-secretary", "STATION", HERE, json!({})).await;
    let post = appoint(app, "community-secretary", &app.id_of("resident"), "station_officer", &station).await;
    let post = text(&post.done()["post"]["id"]);
    assert_eq!(
        dissolve("community-secretary", &station, 1).await.refused("CONFLICT")["hanging"],
        json!([{"what": "POSTS", "count": 1}])
    );
    app.actor("community-secretary")
        .act("endPost", json!({"postId": post, "reason": "撤并"}), "post { id }")
        .await
        .done();
    dissolve("street-secretary", &station, 1).await.refused("FORBIDDEN");
    dissolve("community-secretary", &station, 2).await.refused("CONFLICT");
    let done = dissolve("community-secretary", &station, 1).await;
    assert_eq!(done.done()["organisation"]["dissolvedOn"], app.day(0));
    assert_eq!(dissolve("community-secretary", &station, 2).await.refused("CONFLICT")["current"], "DISSOLVED");
    let late = appoint(app, "community-secretary", &app.id_of("resident"), "station_officer", &station).await;
    assert_eq!(late.refused("CONFLICT")["current"], "DISSOLVED");
}

async fn who_dissolves_and_who_appoints_at_once_do_not_both(app: &TestApp) {
    for _ in 0..6 {
        let station = founded(app, "community-secretary", "STATION", HERE, json!({})).await;
        let resident = app.id_of("resident");
        let input = json!({"organisationId": station, "version": 1, "reason": "撤并"});
        let secretary = app.actor("community-secretary");
        let (dissolved, appointed) = futures_util::join!(
            secretary.act("dissolveOrganisation", input, "organisation { id }"),
            appoint(app, "community-secretary", &resident, "station_officer", &station),
        );
        assert_ne!(dissolved.code().is_none(), appointed.code().is_none(), "{dissolved} {appointed}");
    }
}
