//! A faulty policy leaves nothing, and every fault is named by file and line.

use tongxin_policies::{PolicyError, PolicySource, Table, check};

/// The embedded policy with lines added to one file; the first added line is number `.1`.
fn with(file: &str, added: &str) -> (PolicySource, usize) {
    edited(file, |text| format!("{text}{added}\n"))
}

fn edited(file: &str, edit: impl Fn(&str) -> String) -> (PolicySource, usize) {
    let bundle = PolicySource::embedded().to_bundle();
    let (head, rest) = bundle.split_once(&format!("==> {file} <==\n")).expect("the file is there");
    let (text, tail) = rest.split_at(rest.find("==> ").unwrap_or(rest.len()));
    let edited = format!("{head}==> {file} <==\n{}{tail}", edit(text));
    (PolicySource::from_bundle(&edited).unwrap(), text.lines().count() + 1)
}

async fn problems(source: &PolicySource) -> Vec<String> {
    let Err(PolicyError::Invalid(problems)) = Table::compile(source).await else {
        panic!("a faulty policy compiled");
    };
    assert_eq!(problems, check(source).await);
    problems.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn faulty_lines_are_refused_where_they_stand() {
    for (added, fault) in [
        ("p, king, claim, readClaim, anyone, allow", "there is no role king"),
        ("p, resident, claim, raedClaim, anyone, allow", "there is no action raedClaim"),
        ("p, resident, priority, readClaim, home, allow", "readClaim is of claim, not of priority"),
        ("p, resident, claim, readClaim, nearby, allow", "there is no reach nearby"),
        ("p, resident, claim, readClaim, home, maybe", "neither allow nor deny: maybe"),
        ("p, resident, claim, readClaim, home, allow # why", "neither allow nor deny: allow # why"),
        (
            "p, resident, claim, readClaim, home",
            "should be p, role, resource, action, reach, allow|deny / p, role, *, class, reach, allow|deny / g, child, parent / h, role, kind, levels, district|street|own|nobody[, role] / k, kind, levels, district|street|own|nobody, governs|-",
        ),
        ("g, resident, king", "there is no role king"),
        (
            "resident may read all",
            "should be p, role, resource, action, reach, allow|deny / p, role, *, class, reach, allow|deny / g, child, parent / h, role, kind, levels, district|street|own|nobody[, role] / k, kind, levels, district|street|own|nobody, governs|-",
        ),
        ("p, anonymous, claim, readClaim, anyone, allow", "says the same as claims.csv:2"),
        ("p, anonymous, claim, readClaim, anyone, deny", "contradicts claims.csv:2"),
        ("g, resident, resident", "resident and resident inherit from each other"),
    ] {
        let (source, line) = with("claims.csv", added);
        assert_eq!(problems(&source).await, [format!("claims.csv:{line}: {fault}")]);
    }
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let (source, line) = with("ratings.csv", "p, king, rating, readRating, home, allow\n\n# why\ng, king, resident");
    let lines = [line, line + 3];
    assert_eq!(problems(&source).await, lines.map(|line| format!("ratings.csv:{line}: there is no role king")));
}

#[tokio::test]
async fn circular_inheritance_is_refused() {
    let (source, line) = with("roles.csv", "g, community_worker, community_secretary");
    let found = problems(&source).await;
    assert_eq!(
        found,
        [
            "roles.csv:4: community_secretary and community_worker inherit from each other".to_owned(),
            format!("roles.csv:{line}: community_worker and community_secretary inherit from each other"),
        ]
    );
}

/// A chain of eleven roles above `anonymous`, from the last to the first. `parents` of them are linked.
fn chain(parents: usize) -> String {
    let names = [
        "anonymous",
        "civic_app",
        "resident",
        "party_member",
        "property_manager",
        "owners_chair",
        "owners_member",
        "unit_liaison",
        "part_time_member",
        "full_time_member",
        "station_officer",
        "department_officer",
    ];
    names
        .windows(2)
        .skip(1)
        .take(parents)
        .map(|pair| format!("g, {}, {}", pair[1], pair[0]))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn inheritance_is_refused_where_casbin_would_cut_it() {
    // With the shipped line `civic_app, anonymous`, nine more make ten: as deep as Casbin looks.
    let (deep, _) = with("roles.csv", &chain(9));
    let table = Table::compile(&deep).await.expect("ten deep is not too deep");
    let (bottom, read) = (table.role("station_officer").unwrap(), table.action("readClaim").unwrap());
    assert!(!table.allowed(bottom, read).is_empty());

    let (deeper, line) = with("roles.csv", &chain(10));
    assert_eq!(problems(&deeper).await, [format!("roles.csv:{}: inheritance deeper than 10", line + 9)]);
}

#[tokio::test]
async fn a_model_that_casbin_would_misread_is_refused() {
    let shipped = PolicySource::embedded();
    let files = || shipped.files().map(|(name, text)| (name.to_owned(), text.to_owned()));
    let bundle = shipped.to_bundle();
    let model = &bundle[bundle.find('\n').unwrap() + 1..bundle.find("==> audit.csv").unwrap()];
    let wins = "some(where (p.eft == allow)) && !some(where (p.eft == deny))";
    for (from, to, fault) in [
        (
            wins,
            "some(where (p.eft == allow))",
            "e must be some(where (p.eft == allow)) && !some(where (p.eft == deny))",
        ),
        (wins, "max(p.eft)", "e must be some(where (p.eft == allow)) && !some(where (p.eft == deny))"),
        ("g = _, _", "g = _, _\ng2 = _, _", "there must be exactly one g"),
        ("g = _, _", "g = _, _, _", "g must be _, _"),
        ("r = role, resource, action, reach", "r = role, action, reach", "r must be role, resource, action, reach"),
        (
            "g(r.role, p.role)",
            "g(r.role, p.role) || r.role == \"root\"",
            "m must hold r.resource == p.resource && r.action == p.action, and no ||",
        ),
        ("r.action == p.action && ", "", "m must hold r.resource == p.resource && r.action == p.action, and no ||"),
    ] {
        assert!(model.contains(from));
        let source = PolicySource::new(model.replace(from, to), files());
        assert_eq!(problems(&source).await, [format!("model.conf: {fault}")]);
    }
    let (unreadable, empty) = (PolicySource::new("[matchers\nm", files()), PolicySource::new("", files()));
    assert_eq!(problems(&unreadable).await.len(), 1);
    assert_eq!(problems(&empty).await.len(), 5);
    // A matcher of the right shape that means something else: the lines could not give the reason of its answers.
    let generous = model.replace("r.reach == p.reach && ", "");
    let error = Table::compile(&PolicySource::new(generous, files())).await.unwrap_err();
    assert!(matches!(error, PolicyError::Disagreement(_)), "{error}");
}

#[tokio::test]
async fn a_forgotten_action_and_an_empty_policy_are_refused() {
    let (source, _) = edited("ratings.csv", |text| text.replace("readRating", "rateServiceItem"));
    assert_eq!(problems(&source).await, ["policy: no line speaks of readRating (rating)"]);
    let embedded = PolicySource::embedded().to_bundle();
    let only_model = &embedded[..embedded.find("==> audit.csv").unwrap()];
    let table = Table::compile(&PolicySource::from_bundle(only_model).unwrap()).await;
    let Err(PolicyError::Invalid(problems)) = table else { panic!("an empty policy compiled") };
    assert!(problems.len() > 40, "every action is missed");
}
