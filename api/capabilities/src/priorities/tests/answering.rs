//! What communities answer, and what the street makes of it.

use futures_util::{future::join_all, join};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tongxin_entity::audit_entry;

use super::town::{FAR, FIRST, SECOND, THIRD, Town, states};

fn adopt(priority_id: &str, community: &str) -> Value {
    json!({"priorityId": priority_id, "communityCode": community, "plan": "逐栋排查"})
}

fn object(priority_id: &str, community: &str) -> Value {
    json!({"priorityId": priority_id, "communityCode": community, "reason": "已全部更换"})
}

async fn implementation(town: &Town, priority_id: &str, community: &str) -> String {
    let rows = town.implementations(priority_id).await;
    let row = rows.iter().find(|row| row["community"]["code"] == community).unwrap();
    row["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn from_adoption_to_acceptance() {
    Town::on_each(async |town| {
        let priority = town.published(&[FIRST, SECOND]).await;
        let show = "implementation { id status plan adoptedAt street { code } }";
        let adopted = town.must("first", "adoptPriority", adopt(&priority, FIRST), show).await;
        assert_eq!(
            (&adopted["implementation"]["status"], &adopted["implementation"]["plan"]),
            (&json!("ADOPTED"), &json!("逐栋排查"))
        );
        let id = adopted["implementation"]["id"].clone();

        let entry = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("adoptPriority"));
        let entry = entry.one(&town.db).await.unwrap().unwrap();
        assert_eq!(entry.subject_id.as_deref(), id.as_str());
        assert_eq!(entry.region_code.as_deref(), Some(FIRST));
        assert_eq!(entry.priority_id.as_ref(), Some(&priority));
        assert_eq!(entry.before, Some(json!({"status": "PENDING"})));
        assert_eq!(entry.after, Some(json!({"status": "ADOPTED", "plan": "逐栋排查"})));

        let report = json!({"implementationId": id, "body": "已修复 3 栋"});
        let show = "report { body reportedBy { id } implementation { id } } implementation { reports { totalCount } }";
        let reported = town.must("first", "reportImplementation", report.clone(), show).await;
        assert_eq!(reported["report"]["implementation"]["id"], id);
        assert_eq!(reported["implementation"]["reports"]["totalCount"], 1);

        let submit = json!({"implementationId": id, "result": "修复率 96%"});
        town.must("first", "submitImplementation", submit.clone(), "implementation { id }").await;
        let refusal = town.refused("first", "reportImplementation", report).await;
        assert_eq!((&refusal["code"], &refusal["current"]), (&json!("CONFLICT"), &json!("SUBMITTED")));
        assert_eq!(refusal["allowed"], json!(["acceptImplementation", "returnImplementation"]));

        // The officer inspects and returns; accepting is the secretary's.
        let accept = json!({"implementationId": id});
        assert_eq!(town.refused("officer", "acceptImplementation", accept.clone()).await["code"], "FORBIDDEN");
        assert_eq!(town.refused("first", "acceptImplementation", accept.clone()).await["code"], "FORBIDDEN");
        let back = json!({"implementationId": id, "reason": "缺照片"});
        town.must("officer", "returnImplementation", back, "implementation { id }").await;
        assert_eq!(town.refused("secretary", "acceptImplementation", accept.clone()).await["current"], "RETURNED");
        town.must("first", "submitImplementation", submit, "implementation { id }").await;
        let accepted =
            town.must("secretary", "acceptImplementation", accept, "implementation { status progress decision }").await;
        assert_eq!(accepted["implementation"]["status"], "ACCEPTED");
        assert_eq!(town.priority(&priority, "progress").await["progress"].as_f64(), Some(50.0));
    })
    .await;
}

#[tokio::test]
async fn an_objection_is_upheld_or_rejected_once() {
    Town::on_each(async |town| {
        let priority = town.published(&[FIRST, SECOND]).await;
        for (account, community) in [("first", FIRST), ("second", SECOND)] {
            town.must(account, "objectToPriority", object(&priority, community), "implementation { id }").await;
        }
        let decide = async |community, uphold| {
            let id = implementation(town, &priority, community).await;
            json!({"implementationId": id, "uphold": uphold, "reason": "核实"})
        };
        let upheld = decide(FIRST, true).await;
        assert_eq!(town.refused("first", "decideObjection", upheld.clone()).await["code"], "FORBIDDEN");
        town.must("secretary", "decideObjection", upheld.clone(), "implementation { id }").await;
        town.must("secretary", "decideObjection", decide(SECOND, false).await, "implementation { id }").await;
        let rows = town.implementations(&priority).await;
        assert_eq!(states(&rows), ["RELEASED", "PENDING"]);
        assert_eq!((&rows[0]["mustAdopt"], &rows[1]["mustAdopt"]), (&json!(false), &json!(true)));
        assert_eq!(town.refused("secretary", "decideObjection", upheld).await["allowed"], json!([]));

        let refusal = town.refused("second", "objectToPriority", object(&priority, SECOND)).await;
        assert_eq!((&refusal["code"], &refusal["current"]), (&json!("CONFLICT"), &json!("PENDING")));
        assert_eq!(refusal["allowed"], json!(["adoptPriority"]));
        town.must("second", "adoptPriority", adopt(&priority, SECOND), "implementation { id }").await;
    })
    .await;
}

#[tokio::test]
async fn a_community_answers_for_itself_to_its_own_street() {
    Town::on_each(async |town| {
        let priority = town.published(&[FIRST]).await;
        let draft = town.draft(&[FIRST]).await;
        for (account, id, community, code) in [
            ("first", &draft, FIRST, "NOT_FOUND"),
            ("first", &priority, SECOND, "FORBIDDEN"),
            ("first", &priority, "nowhere", "FORBIDDEN"),
            ("far", &priority, FIRST, "FORBIDDEN"),
            ("far", &priority, FAR, "FORBIDDEN"),
            ("secretary", &priority, FIRST, "FORBIDDEN"),
            ("", &priority, FIRST, "FORBIDDEN"),
            ("second", &priority, SECOND, "CONFLICT"),
            ("secretary", &draft, THIRD, "CONFLICT"),
        ] {
            for (mutation, input) in
                [("adoptPriority", adopt(id, community)), ("objectToPriority", object(id, community))]
            {
                let refusal = town.refused(account, mutation, input).await;
                assert_eq!(refusal["code"], code, "{account} {mutation} for {community}: {refusal}");
            }
        }
        let mut blank = adopt(&priority, FIRST);
        blank["plan"] = json!(" ");
        assert_eq!(town.refused("first", "adoptPriority", blank).await["fields"][0]["path"], "input.plan");
        assert_eq!(states(&town.implementations(&priority).await), ["PENDING"]);
    })
    .await;
}

#[tokio::test]
async fn nobody_judges_what_the_own_organisation_made() {
    Town::on_each(async |town| {
        let priority = town.published(&[FIRST, THIRD]).await;
        for (account, community) in [("first", FIRST), ("secretary", THIRD)] {
            town.must(account, "objectToPriority", object(&priority, community), "implementation { id }").await;
        }
        let decide = async |community| {
            json!({"implementationId": implementation(town, &priority, community).await, "uphold": true, "reason": "核实"})
        };
        let refusal = town.refused("secretary", "decideObjection", decide(THIRD).await).await;
        assert_eq!(refusal["code"], "FORBIDDEN");
        assert!(refusal["rule"].as_str().is_some_and(|rule| rule.starts_with("recusal.csv:")), "{refusal}");
        town.must("secretary", "decideObjection", decide(FIRST).await, "implementation { id }").await;
        // Who objected stays involved after leaving the committee.
        town.db.execute_unprepared("DELETE FROM post WHERE organisation_id = 'party_third'").await.unwrap();
        town.forget_rights();
        assert_eq!(town.refused("secretary", "decideObjection", decide(THIRD).await).await["code"], "FORBIDDEN");
        let other = "UPDATE post SET person_id = 'person_officer' WHERE role = 'street_secretary' AND organisation_id = 'party_street'";
        town.db.execute_unprepared(other).await.unwrap();
        town.forget_rights();
        town.must("officer", "decideObjection", decide(THIRD).await, "implementation { id }").await;
    })
    .await;
}

#[tokio::test]
async fn progress_is_derived_from_accepted_places() {
    Town::on_each(async |town| {
        let priority = town.published(&[FIRST, SECOND, THIRD]).await;
        for (account, community) in [("first", FIRST), ("second", SECOND)] {
            town.must(account, "adoptPriority", adopt(&priority, community), "implementation { id }").await;
        }
        // (community, status, quota, accepted)
        for (at, (community, status, quota, accepted)) in [
            (FIRST, "OPEN", 3, 1),
            (FIRST, "DONE", 2, 1),
            (FIRST, "EXPIRED", 1, 0),
            (FIRST, "DRAFT", 100, 0),
            (FIRST, "CANCELLED", 100, 1),
            (SECOND, "CLOSED", 4, 2),
        ]
        .into_iter()
        .enumerate()
        {
            let of = implementation(town, &priority, community).await;
            let opened = if status == "DRAFT" { "NULL" } else { "'2026-06-02T00:00:00+00:00'" };
            let item = format!(
                "INSERT INTO service_item (id, community_code, implementation_id, priority_id, kind, title, description, \
                 due_on, claimable_by, quota, live_claims, accepted_claims, status, created_by, created_at, updated_at, \
                 opened_at) \
                 VALUES ('item_{at}', '{community}', '{of}', '{priority}', 'SERVICE', 't', 'd', '2027-01-01', 1, {quota}, \
                 {accepted}, {accepted}, '{status}', 'person_first', '2026-06-01T00:00:00+00:00', \
                 '2026-06-01T00:00:00+00:00', {opened})"
            );
            town.db.execute_unprepared(&item).await.unwrap();
        }
        let rows = town.implementations(&priority).await;
        let progress = rows.iter().map(|row| row["progress"].as_f64().unwrap()).collect::<Vec<_>>();
        assert_eq!(progress, [50.0, 100.0, 0.0], "(1 + 2 + 0) of 6; all of 4; none");
        assert_eq!(town.priority(&priority, "progress").await["progress"].as_f64(), Some(50.0));
        town.db.execute_unprepared("UPDATE service_item SET accepted_claims = 0 WHERE id = 'item_0'").await.unwrap();
        // 100 × 2/6 = 33.33…; the mean of 33.33…, 100 and 0 is 44.44….
        assert_eq!(town.implementations(&priority).await[0]["progress"].as_f64(), Some(33.33));
        assert_eq!(town.priority(&priority, "progress").await["progress"].as_f64(), Some(44.44));
    })
    .await;
}

#[tokio::test]
async fn silence_is_overdue_and_no_consent() {
    Town::on_each(async |town| {
        let priority = town.published(&[FIRST]).await;
        town.clock.advance(chrono::TimeDelta::days(10));
        assert_eq!(town.implementations(&priority).await[0]["overdue"], false, "the last day counts");
        town.clock.advance(chrono::TimeDelta::days(1));
        let late = &town.implementations(&priority).await[0];
        assert_eq!((&late["overdue"], &late["status"]), (&json!(true), &json!("PENDING")));
        town.must("first", "adoptPriority", adopt(&priority, FIRST), "implementation { id }").await;
        assert_eq!(town.implementations(&priority).await[0]["overdue"], false);
    })
    .await;
}

#[tokio::test]
async fn of_many_answers_at_once_one_counts() {
    Town::on_each(async |town| {
        let priority = town.published(&[FIRST]).await;
        let answers = join_all((0..8).map(async |at| {
            let (mutation, input) = if at % 2 == 0 {
                ("adoptPriority", adopt(&priority, FIRST))
            } else {
                ("objectToPriority", object(&priority, FIRST))
            };
            town.refused("first", mutation, input).await["code"].clone()
        }));
        let answers = answers.await;
        assert_eq!(answers.iter().filter(|code| code.is_null()).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|code| **code == "CONFLICT").count(), 7, "{answers:?}");
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_leaves_nothing_adopted_behind() {
    Town::on_each(async |town| {
        for _ in 0..8 {
            let priority = town.published(&[FIRST, SECOND]).await;
            let withdraw = json!({"priorityId": priority, "reason": "任务合并"});
            let (withdrawn, first, second) = join!(
                town.refused("secretary", "withdrawPriority", withdraw),
                town.refused("first", "adoptPriority", adopt(&priority, FIRST)),
                town.refused("second", "objectToPriority", object(&priority, SECOND)),
            );
            assert_eq!(withdrawn, Value::Null);
            for answer in [first, second] {
                assert!(answer.is_null() || answer["code"] == "CONFLICT", "{answer}");
            }
            assert_eq!(states(&town.implementations(&priority).await), ["WITHDRAWN"; 2]);
        }
    })
    .await;
}
