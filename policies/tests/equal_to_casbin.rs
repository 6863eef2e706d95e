//! The table answers as one Casbin enforcer over the whole policy does.

use std::collections::HashSet;

use casbin::{CoreApi, DefaultModel, Enforcer, StringAdapter};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use tokio::runtime::Runtime;
use tongxin_policies::{Action, Decision, Effect, PolicySource, Reach, ReachSet, Role, Table};

/// Casbin with the model as it stands and all lines together, as anyone would set it up.
async fn enforcer(source: &PolicySource) -> Enforcer {
    let model = DefaultModel::from_str(include_str!("../model.conf")).await.unwrap();
    let policy = source.to_casbin().unwrap();
    Enforcer::new(model, StringAdapter::new(policy)).await.unwrap()
}

fn casbin_allows(casbin: &Enforcer, role: Role, action: Action, reach: Reach) -> bool {
    casbin.enforce((role.as_str(), action.resource(), action.as_str(), reach.as_str())).unwrap()
}

fn table_allows(table: &Table, role: Role, action: Action, reach: Reach) -> bool {
    (table.allowed(role, action) - table.denied(role, action)).contains(reach.into())
}

#[tokio::test]
async fn the_shipped_policy_answers_every_question_as_casbin_does() {
    let source = PolicySource::embedded();
    let (table, casbin) = (Table::compile(&source).await.unwrap(), enforcer(&source).await);
    let mut allowed = 0;
    for (role, name) in table.roles() {
        for (action, _) in table.actions() {
            for reach in Reach::ALL {
                let answer = table_allows(&table, role, action, reach);
                assert_eq!(answer, casbin_allows(&casbin, role, action, reach), "{name} {action} {reach}");
                allowed += usize::from(answer);
            }
        }
    }
    assert!(allowed > 200, "only {allowed} answers are yes: is the policy there at all?");
}

prop_compose! {
    fn role()(i in 0..Role::all().len()) -> Role { Role::all().nth(i).unwrap() }
}
prop_compose! {
    fn action()(i in 0..Action::all().len()) -> Action { Action::all().nth(i).unwrap() }
}
prop_compose! {
    fn reach()(i in 0..Reach::ALL.len()) -> Reach { Reach::ALL[i] }
}
prop_compose! {
    /// Inheritance from a role that comes earlier, so never in a circle.
    fn link()(a in role(), b in role()) -> Option<(Role, Role)> { (a != b).then(|| (a.max(b), a.min(b))) }
}

/// Few actions, so that the random lines meet each other and the shipped ones.
fn busy_action() -> impl Strategy<Value = Action> {
    prop::sample::select(vec!["acceptClaim", "rateServiceItem", "readPerson", "endPost"])
        .prop_map(|name| Action::parse(name).unwrap())
}

type Line = (Role, Action, Reach, bool);

/// The shipped policy with lines of its own, leaving out what would repeat or contradict one that is there.
fn extended(links: &[Option<(Role, Role)>], lines: &[Line]) -> PolicySource {
    let shipped = PolicySource::embedded();
    let mut files: Vec<_> = shipped.files().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let mut taken: HashSet<String> = HashSet::new();
    for line in shipped.to_casbin().unwrap().lines() {
        taken.insert(
            line.rsplit_once(", ").filter(|_| line.starts_with('p')).map_or(line, |(start, _)| start).to_owned(),
        );
    }
    let mut extra = String::new();
    for (child, parent) in links.iter().flatten() {
        let line = format!("g, {child}, {parent}");
        if taken.insert(line.clone()) {
            extra += &format!("{line}\n");
        }
    }
    for (role, action, reach, allow) in lines {
        let line = format!("p, {role}, {}, {action}, {reach}", action.resource());
        if taken.insert(line.clone()) {
            extra += &format!("{line}, {}\n", if *allow { "allow" } else { "deny" });
        }
    }
    files.push(("extra.csv".to_owned(), extra));
    let bundle = shipped.to_bundle();
    let model = bundle.split_once('\n').unwrap().1.split("==> ").next().unwrap();
    PolicySource::new(model, files)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_policy_answers_as_casbin_does(
        links in prop::collection::vec(link(), 0..8),
        lines in prop::collection::vec((role(), busy_action(), reach(), any::<bool>()), 0..24),
        questions in prop::collection::vec((role(), prop_oneof![3 => busy_action(), 1 => action()], reach()), 60),
    ) {
        let source = extended(&links, &lines);
        Runtime::new().unwrap().block_on(async {
            let (table, casbin) = (Table::compile(&source).await.unwrap(), enforcer(&source).await);
            for (role, action, reach) in questions {
                let (ours, theirs) = (table_allows(&table, role, action, reach), casbin_allows(&casbin, role, action, reach));
                prop_assert_eq!(ours, theirs, "{} {} {}", role, action, reach);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_decision_is_what_its_posts_and_lines_say(
        lines in prop::collection::vec((role(), busy_action(), reach(), any::<bool>()), 0..24),
        asked in prop::collection::vec((busy_action(), prop::collection::vec((role(), 0..1024_u16), 0..4)), 40),
    ) {
        let source = extended(&[], &lines);
        let table = Runtime::new().unwrap().block_on(Table::compile(&source)).unwrap();
        for (action, held) in asked {
            let held: Vec<_> = held.into_iter().map(|(role, bits)| (role, ReachSet::from_bits_truncate(bits))).collect();
            let with = |reaches: ReachSet| reaches | ReachSet::ANYONE;
            let denied = held.iter().any(|&(role, reaches)| table.denied(role, action).intersects(with(reaches)));
            let allowed = held.iter().any(|&(role, reaches)| table.allowed(role, action).intersects(with(reaches)));
            let decision = table.decide(action, &held);
            prop_assert_eq!(decision.is_allowed(), allowed && !denied);
            prop_assert_eq!(matches!(decision, Decision::Denied { .. }), denied);
            if let Decision::Allowed { index, reach, rule } | Decision::Denied { index, reach, rule } = &decision {
                prop_assert!(with(held[*index].1).contains((*reach).into()));
                prop_assert_eq!((rule.action, rule.reach), (action, *reach));
                prop_assert_eq!(rule.effect, if denied { Effect::Deny } else { Effect::Allow });
                let text = source.files().find(|(name, _)| *name == rule.file).unwrap().1;
                let line = text.lines().nth(rule.line as usize - 1).unwrap();
                let of_class = rule.action.class().map(|class| rule.to_line().replace(
                    &format!("{}, {}", rule.action.resource(), rule.action),
                    &format!("*, {}", class.as_str()),
                ));
                prop_assert!(line == rule.to_line() || Some(line) == of_class.as_deref(), "{}", line);
            }
        }
    }
}
