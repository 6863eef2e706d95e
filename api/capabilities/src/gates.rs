//! Whether the policies can be kept when things are read: a line that speaks of a relation which the rows do not tell would be
//! passed over in silence.

use tongxin_entity::{organisation::OrganisationKind, post::PostRole};
use tongxin_kernel::catalogue::Capability;
use tongxin_policies::{Action, Effect, Founding, Problem, Rule, Seat, Table, Text};

use crate::all;

/// The lines on reading actions that cannot take effect: what denies must hold for every sort of thing that the action shows,
/// what allows for one at least.
pub fn lines_without_effect(policy: &Table) -> Vec<Problem> {
    let reading = Action::all().filter(|action| !action.changes());
    let lines = reading.flat_map(|action| policy.lines_of(action).filter_map(|line| without_effect(line)));
    lines.chain(seats_of_nothing(policy)).collect()
}

/// The lines that seat a role where there is no such kind of organisation, or where no post is of that role.
fn seats_of_nothing(policy: &Table) -> Vec<Problem> {
    let unknown = |seat: &&Seat| {
        seat.kind.parse::<OrganisationKind>().is_err() || seat.role.as_str().parse::<PostRole>().is_err()
    };
    let problem = |seat: &Seat| {
        let (role, kind) = (seat.role, &seat.kind);
        let what = Text {
            zh: format!("{role} 不是任职的岗位，或没有 {kind} 这类组织"),
            en: format!("{role} is not held by a post, or there is no kind of organisation {kind}"),
        };
        Problem::new(&seat.file, seat.line, what)
    };
    let nowhere = policy.foundings().iter().filter(|founding| founding.kind.parse::<OrganisationKind>().is_err());
    let nothing = nowhere.map(|Founding { file, line, kind, .. }| {
        let what =
            Text { zh: format!("没有 {kind} 这类组织"), en: format!("there is no kind of organisation {kind}") };
        Problem::new(file, *line, what)
    });
    // Of a kind that no line speaks of, nobody would govern anything.
    let known = |kind: &OrganisationKind| policy.foundings().iter().any(|founding| founding.kind == kind.as_str());
    let unfounded = OrganisationKind::ALL.iter().filter(|kind| !known(kind)).map(|kind| {
        let what = Text {
            zh: format!("没有一行说明 {kind} 在何处设立"),
            en: format!("no line says where a {kind} is founded"),
        };
        Problem::new("foundings.csv", 1, what)
    });
    policy.seats().iter().filter(unknown).map(problem).chain(nothing).chain(unfounded).collect()
}

fn without_effect(line: &Rule) -> Option<Problem> {
    let shapes = all().iter().flat_map(Capability::members).map(|member| (member.shape)());
    let shapes = shapes.filter(|shape| shape.gates.all().iter().any(|gate| gate.action == line.action.as_str()));
    let shapes = shapes.collect::<Vec<_>>();
    let deaf = shapes.iter().filter(|shape| !shape.owner.answers_to(line.reach)).map(|shape| shape.name);
    let deaf = deaf.collect::<Vec<_>>();
    let lost = match line.effect {
        Effect::Deny => !deaf.is_empty(),
        Effect::Allow => !deaf.is_empty() && deaf.len() == shapes.len(),
    };
    let (reach, names) = (line.reach, deaf.join(", "));
    lost.then(|| {
        let what = Text {
            zh: format!("此规则不起作用：{names} 没有可据以判断“{}”关系的字段", reach.name().zh),
            en: format!("cannot take effect: {names} has nothing to tell by whether the reach is {reach}"),
        };
        Problem::new(&line.file, line.line, what)
    })
}

#[cfg(test)]
mod tests {
    use tongxin_policies::{Given, PolicySource};

    use super::*;

    #[tokio::test]
    async fn every_role_of_a_post_is_held_somewhere_and_elected_ones_are_nobodys_to_give() {
        let policy = Table::compile(&PolicySource::embedded()).await.unwrap();
        assert_eq!(lines_without_effect(&policy), []);
        for role in PostRole::ALL {
            assert!(policy.seats().iter().any(|seat| seat.role.as_str() == role.as_str()), "seats.csv knows no {role}");
        }
        let bundle = PolicySource::embedded().to_bundle().replace("k, STATION,", "# k, STATION,");
        let source = PolicySource::from_bundle(&bundle).unwrap();
        let problems = lines_without_effect(&Table::compile(&source).await.unwrap());
        assert!(problems.len() == 1 && problems[0].to_string().contains("STATION"), "{problems:?}");
        for role in [PostRole::OwnersChair, PostRole::PropertyManager, PostRole::DistrictSecretary] {
            let mut seats = policy.seats().iter().filter(|seat| seat.role.as_str() == role.as_str());
            assert!(seats.all(|seat| seat.given == Given::Nobody), "{role}");
        }
    }
}
