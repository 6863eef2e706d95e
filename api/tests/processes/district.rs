//! A district of one's own, by documented commands and acts alone: from an empty database to a claim by a company's manager
//! whom the district never saw.

use std::{fs, path::Path, process::Command};

use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tongxin::imports::{self, By, ImportError, KINDS};
use tongxin_entity::{audit_entry, external_id, import_run, organisation, person, post, property_contract};
use tongxin_kernel::{
    clock::Clock,
    privacy::SealingKeys,
    who::{Operator, load_policy},
};
use tongxin_policies::Table;

use crate::{
    client::Client,
    commands::{done, on, refused},
    program::{text, tongxin},
    town::{open_file, serve, serving},
};

const DISTRICT: &str = "610702";
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/district");
const OWN: &str = "https://login.example";

/// A migrated database with the divisions, and the code by which its secretary comes in.
async fn set_up(folder: &Path) -> String {
    done(on(folder, &["migrate", "up"])).await;
    let divisions = format!("{}/data/divisions/hantai.csv", env!("CARGO_MANIFEST_DIR"));
    done(on(folder, &["import", "divisions", &divisions])).await;
    done(on(folder, &["setup", DISTRICT, "--secretary", "张示范", "--by", "王运维"])).await
}

fn import(folder: &Path, path: &str, more: &[&str]) -> Command {
    on(folder, &[&["import", "district", path, "--by", "王运维"], more].concat())
}

#[tokio::test]
async fn a_whole_district_comes_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    set_up(folder).await;
    let would = done(import(folder, EXAMPLE, &["--dry-run"])).await;
    assert!(would.contains("people: new 1000, changed 0, unchanged 0 (nothing was kept)"), "{would}");
    let db = open_file(folder).await;
    assert_eq!(person::Entity::find().count(&db).await.unwrap(), 1, "the secretary alone");
    let did = done(import(folder, EXAMPLE, &[])).await;
    assert_eq!(would.replace(" (nothing was kept)", ""), did, "a dry run tells what the real one does");
    let again = done(import(folder, EXAMPLE, &[])).await;
    assert!(again.lines().all(|line| line.contains("new 0, changed 0")), "{again}");

    // Every organisation, post and contract names the import that made it; of persons the file does.
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("importFacts"));
    let entries = entries.all(&db).await.unwrap();
    assert!(entries.iter().all(|entry| entry.actor_id.starts_with("operator:王运维 (")));
    let about = |id: &str| entries.iter().any(|entry| entry.subject_id.as_deref() == Some(id));
    for one in organisation::Entity::find().all(&db).await.unwrap() {
        assert!(about(&one.id) || one.kind == organisation::OrganisationKind::DistrictCommittee, "{one:?}");
        let is_under = one.superior_id.is_some();
        assert_eq!(is_under, tongxin_capabilities::organisations::superior(one.kind).is_some(), "{one:?}");
    }
    for id in property_contract::Entity::find().all(&db).await.unwrap().into_iter().map(|one| one.id) {
        assert!(about(&id));
    }
    let posts = post::Entity::find().filter(post::Column::Role.ne(post::PostRole::DistrictSecretary));
    assert!(posts.all(&db).await.unwrap().iter().all(|one| about(&one.id)));
    let runs = import_run::Entity::find().all(&db).await.unwrap();
    assert!(runs.iter().all(|run| about(&run.id) && run.digest.len() == 64));
    let named = external_id::Entity::find().filter(external_id::Column::Sheet.eq("people"));
    let named = named.all(&db).await.unwrap();
    assert_eq!(named.len(), 1000);
    assert!(named.iter().all(|one| runs.iter().any(|run| run.id == one.import_id)));
    assert!(!format!("{entries:?}").contains("样例"), "of a person the audit holds ids, never names");
}

/// What an import goes by, without a process for each.
struct Within {
    db: DatabaseConnection,
    policy: Table,
    sealing: SealingKeys,
}

impl Within {
    async fn of(folder: &Path) -> Self {
        let db = open_file(folder).await;
        let sealing = SealingKeys::open_or_create(&folder.join("sealing-keys.json")).unwrap();
        Self { policy: load_policy(&db).await.unwrap().0, sealing, db }
    }

    /// Imports one file; what is refused of it, as the command tells it.
    async fn wrong(&self, name: &str, bytes: &[u8]) -> String {
        let kind = KINDS.iter().find(|kind| kind.name == name).unwrap();
        let clock = Clock::system();
        let (policy, sealing) = (&self.policy, &self.sealing);
        let by = By { policy, sealing, clock: &clock, source: "district", operator: &Operator::new("王运维") };
        match imports::import(&self.db, kind, bytes, &by).await {
            Err(ImportError::Refused(faults)) => {
                faults.iter().map(|fault| format!("{name}:{}: {}\n", fault.line, fault.what())).collect()
            }
            outcome => panic!("{outcome:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_told_by_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    set_up(folder).await;
    done(import(folder, EXAMPLE, &[])).await;
    let within = Within::of(folder).await;
    let people = person::Entity::find().count(&within.db).await.unwrap();
    let head = "externalId,name,regionCode,compound,phone\n";
    let community = "610702001001";
    for (rows, told) in [
        (format!("a,,{community},,"), ":2: name: must be given"),
        (format!("a,甲样例,{community},,1.38E+10"), ":2: phone: \"1.38E+10\" was made a number"),
        (format!("a,甲样例,{community},,12345"), ":2: phone: "),
        ("a,甲样例,61070200100,,".to_owned(), ":2: regionCode: there is no place"),
        ("a,甲样例,,,".to_owned(), ":2: regionCode: must be given"),
        (format!("a,甲样例,{community},x2,"), ":2: compound: the compound is not in the community"),
        (format!("a,甲样例,{community},nowhere,"), ":2: compound: there is no \"nowhere\""),
        (format!("a,甲样例,{community},,\na,乙样例,{community},,"), ":3: externalId: the same as in line 2"),
        (format!("a,甲样例,{community}"), ":2: has 3 columns, not 5"),
        (format!("a,甲样例,{community},,,,x"), ":2: has 7 columns, not 5"),
        (format!("a,\"甲样例,{community},,"), "a quotation mark is not closed"),
    ] {
        let err = within.wrong("people", format!("{head}{rows}\n").as_bytes()).await;
        assert!(err.contains(told), "{rows}: {err}");
    }
    for (bytes, told) in [
        (b"externalId;name;regionCode\n".to_vec(), "separated by ';'"),
        (b"externalId,name\n".to_vec(), "the column \"regionCode\" is missing"),
        (b"externalId,name,regionCode,age\n".to_vec(), "there is no column \"age\""),
        ([b"\xff\xfe".to_vec(), head.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(), "is UTF-16"),
        ([head.as_bytes(), b"a,\xd5\xc5\xc8\xfd,610702001001,,\n"].concat(), "perhaps GBK"),
    ] {
        let err = within.wrong("people", &bytes).await;
        assert!(err.contains(told), "{told}: {err}");
    }
    let many = (0..200_001).map(|number| format!("m{number},甲样例,{community},,\n")).collect::<String>();
    assert!(within.wrong("people", format!("{head}{many}").as_bytes()).await.contains("at most 200000 rows"));
    // Every bad row, up to a thousand of them.
    let many = (0..1500).map(|number| format!("m{number},,{community},,\n")).collect::<String>();
    let file = folder.join("people.csv");
    fs::write(&file, format!("{head}{many}")).unwrap();
    let err = refused(import(folder, text(&file), &[])).await;
    assert!(
        err.contains("nothing was kept")
            && err.contains(":1001: ")
            && !err.contains(":1002: ")
            && err.contains("and 500 more"),
        "{err}"
    );
    assert_eq!(person::Entity::find().count(&within.db).await.unwrap(), people, "nothing was kept of any");

    let head = "externalId,kind,name,regionCode,creditCode,category,unit,compounds\n";
    for (row, told) in [
        ("a,STREET_COMMITTEE,样例,610702001,,,,", ":2: the same is recorded already"),
        ("a,COMMUNITY_COMMITTEE,样例,610702002999,,,,", "regionCode: there is no place"),
        ("a,COMMUNITY_COMMITTEE,样例,610702003001,,,,", "the party organisation above it is not there"),
        ("a,PROPERTY_COMPANY,样例,610702001,,,,", "creditCode: must be given"),
        ("a,PROPERTY_COMPANY,样例,610702001,91610702MA00000001,,,", "creditCode: the last character"),
        ("a,UNIT,样例,610702001001,,,,", "category: must be given"),
        ("a,UNIT_PARTY,样例,610702001001,,,u99,", "there is no unit \"u99\""),
        ("a,COMPOUND_BRANCH,样例,610702001001,,,,x2", "is not in this community"),
        ("a,MAYOR,样例,610702,,,,", "kind: \"MAYOR\" is not a value"),
        ("a,DISTRICT_COMMITTEE,样例,610702,,,,", "do not come by this file"),
        ("a,STREET_OFFICE,样例,610702001001,,,,", "no such organisations on this level"),
    ] {
        let err = within.wrong("organisations", format!("{head}{row}\n").as_bytes()).await;
        assert!(err.contains(told), "{row}: {err}");
    }
    let head = "externalId,person,role,organisation,startsOn,endsOn\n";
    for (row, told) in [
        ("a,nobody,community_worker,c1,2026-01-01,", "person: there is no \"nobody\" among the people"),
        ("a,jm1,community_worker,nowhere,2026-01-01,", "organisation: there is no"),
        ("a,jm1,mayor,c1,2026-01-01,", "role: \"mayor\" is not a value"),
        ("a,jm1,street_officer,c1,2026-01-01,", "role: the role is not held"),
        ("a,jm1,community_worker,c1,2026/1/1,", "startsOn: a day is written as"),
        ("a,jm1,community_worker,c1,2026-01-01,2025-01-01", "endsOn: lies before"),
        ("a,jm1,community_secretary,c1,2026-01-01,", "of this role there is one at a time"),
        ("a,person_x,community_worker,c1,2026-01-01,", "refers to what is not there"),
    ] {
        let err = within.wrong("posts", format!("{head}{row}\n").as_bytes()).await;
        assert!(err.contains(told), "{row}: {err}");
    }
    let err = refused(import(folder, text(&folder.join("nowhere")), &[])).await;
    assert!(err.contains("compounds.csv, organisations.csv, people.csv"), "{err}");
}

#[tokio::test]
async fn a_file_that_is_sent_again_changes_what_it_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    set_up(folder).await;
    done(import(folder, EXAMPLE, &[])).await;
    let people = fs::read_to_string(format!("{EXAMPLE}/people.csv")).unwrap();
    let changed = people.replace("社区书记1样例", "社区书记一样例").replace("13800001002", "13800009999");
    fs::write(folder.join("people.csv"), format!("\u{feff}{changed}\n,,,,\n")).unwrap();
    let path = folder.join("people.csv");
    assert_eq!(done(import(folder, text(&path), &[])).await.trim(), "people: new 0, changed 2, unchanged 998");
    // Logins, in bulk, by the operator alone.
    let (logins, head) = (folder.join("logins.csv"), "externalId,person,issuer,subject\n");
    for (rows, told) in
        [("l1,jm1,https://id.example,wang\n", "new 1"), ("l1,jm1,https://id.example,wang\n", "unchanged 1")]
    {
        fs::write(&logins, format!("{head}{rows}")).unwrap();
        assert!(done(import(folder, text(&logins), &[])).await.contains(told), "{told}");
    }
    fs::write(&logins, format!("{head}l2,jm2,https://id.example,wang\n")).unwrap();
    let err = refused(import(folder, text(&logins), &[])).await;
    assert!(err.contains(":2: the login is linked to somebody else"), "{err}");
    // Another source calls others so.
    fs::write(&path, "externalId,name,regionCode\nsj1,别处样例,610702001001\n").unwrap();
    let other = done(import(folder, text(&path), &["--source", "another"])).await;
    assert_eq!(other.trim(), "people: new 1, changed 0, unchanged 0");
}

/// What a person is told, or does, by a login that the district's own issuer vouches for.
struct Login<'a> {
    client: Client,
    who: &'a str,
}

impl Login<'_> {
    async fn act(&self, act: &str, input: Value, shown: &str) -> Value {
        let mut letters = act.chars();
        let ty = letters.next().unwrap().to_uppercase().chain(letters).collect::<String>();
        let query = format!("mutation($input: {ty}Input!) {{ {act}(input: $input) {{ {shown} }} }}");
        let answer = self.client.ask(&query, input).await;
        assert!(answer.body.get("errors").is_none(), "{act} as {}: {answer:?}", self.who);
        answer.body["data"][act].clone()
    }

    async fn read(&self, query: &str) -> Value {
        self.client.ask(query, json!({})).await.data().clone()
    }
}

#[tokio::test]
async fn from_nothing_to_a_claim_by_whom_the_district_never_saw() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let code = set_up(folder).await;
    done(import(folder, EXAMPLE, &[])).await;
    let [private, public] = ["signer.jwk", "jwks.json"].map(|name| text(&folder.join(name)).to_owned());
    done(tongxin(&["token", "key", "--private", &private, "--public", &public])).await;
    let mut command = serve(folder);
    command.env("TONGXIN_ISSUERS", format!(r#"[{{iss="{OWN}",keys="{public}",subject="linked"}}]"#));
    let (service, address) = serving(command).await;
    let login = async |who: &'static str| {
        let token = done(tongxin(&["token", "sign", "--key", &private, "--iss", OWN, "--sub", who])).await;
        Login { client: Client::new(&address, Some(token.trim())), who }
    };
    // The secretary comes in by the code, and the others by codes of whoever appointed them.
    let secretary = login("zhang").await;
    secretary.act("redeemInvitation", json!({"code": code}), "personId").await;
    let db = open_file(folder).await;
    let of = async |name: &str| {
        let found = person::Entity::find().filter(person::Column::Name.eq(name)).one(&db).await.unwrap().unwrap();
        let held = post::Entity::find().filter(post::Column::PersonId.eq(&found.id)).one(&db).await.unwrap();
        (found.id, held.map(|post| post.id))
    };
    let come_in = async |by: &Login<'_>, on: String, who: &'static str| {
        let given = by.act("giveInvitation", json!({"on": on}), "code").await;
        let newcomer = login(who).await;
        newcomer.act("redeemInvitation", json!({"code": given["code"]}), "personId").await;
        newcomer
    };
    let (_, post) = of("街道书记1样例").await;
    let street = come_in(&secretary, post.unwrap(), "street").await;
    let (_, post) = of("社区书记1样例").await;
    let community = come_in(&street, post.unwrap(), "community").await;
    let (_, post) = of("物业负责人2样例").await;
    let representative = come_in(&street, post.unwrap(), "representative").await;
    // The company's own staff: registered and appointed by its representative alone.
    let company = representative.read("{ me { posts { organisation { id } } } }").await;
    let company = company["me"]["posts"][0]["organisation"]["id"].clone();
    let staff = json!({"name": "物业经理样例", "organisationId": company});
    let staff = representative.act("registerPerson", staff, "person { id }").await["person"]["id"].clone();
    let today = Clock::system().today();
    let appoint = json!({"personId": staff, "role": "property_manager", "organisationId": company, "startsOn": today});
    representative.act("appointPost", appoint, "post { id }").await;
    let manager = come_in(&representative, staff.as_str().unwrap().to_owned(), "manager").await;
    // Work, and the first claim of the district.
    let day = |days: i64| (today + chrono::TimeDelta::days(days)).to_string();
    let item = json!({
        "communityCode": "610702001001", "title": "楼道照明维修", "description": "更换三号楼楼道灯具",
        "dueOn": day(20), "quota": 1, "claimableBy": ["PROPERTY_COMPANY"],
    });
    let item = community.act("publishServiceItem", item, "serviceItem { id }").await["serviceItem"]["id"].clone();
    let claim = json!({"serviceItemId": item, "claimantId": company});
    let claim = manager.act("claimServiceItem", claim, "claim { status }").await;
    assert_eq!(claim["claim"]["status"], "CLAIMED");
    service.kill().await;
}
