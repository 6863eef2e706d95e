//! What must never come about, proved over all posts that could be given: `invariants.csv`.

use std::collections::BTreeMap;

use crate::{
    Action, Class, Given, Level, PolicySource, Problem, Reach, ReachSet, Role, Seat, Table, Text, error::text,
    rules::rows,
};

/// The file of the invariants.
pub(crate) const INVARIANTS: &str = "invariants.csv";

/// One line: `never, roles, actions, reach` over whatever the roles may give to each other, or `not, …` over the roles as they
/// stand. Roles and actions are separated by spaces; `*` is every role; a class stands for its actions; the reach is `-` for
/// any, or one that must be denied even where another would do.
struct Invariant {
    closed: bool,
    roles: Vec<Role>,
    actions: Vec<Action>,
    reach: Option<Reach>,
}

/// A post as far as the proof goes: a role at a level, none for roles without a post.
type Place = (Role, Option<Level>);

impl Table {
    /// Proves every invariant of a source over this table; those that break, each with the chain of acts.
    pub fn prove(&self, source: &PolicySource) -> Vec<Problem> {
        let mut problems = Vec::new();
        let text = source.files.get(INVARIANTS).map_or("", String::as_str);
        for (line, fields) in rows(text) {
            let broken = parse(&fields).map(|invariant| self.broken(&invariant));
            match broken {
                Ok(None) => {}
                Ok(Some(what)) | Err(what) => problems.push(Problem::new(INVARIANTS, line, what)),
            }
        }
        problems
    }

    fn broken(&self, invariant: &Invariant) -> Option<Text> {
        let mut from: BTreeMap<Place, Option<Place>> = BTreeMap::new();
        let start = invariant.roles.iter().flat_map(|role| self.levels(*role).into_iter().map(|level| (*role, level)));
        let mut open = start.collect::<Vec<_>>();
        from.extend(open.iter().map(|post| (*post, None)));
        while let Some(post) = open.pop() {
            for action in &invariant.actions {
                if self.may(post.0, *action, invariant.reach) {
                    return Some(chain(&from, post, *action));
                }
            }
            if !invariant.closed {
                continue;
            }
            for given in self.gives(post) {
                if let std::collections::btree_map::Entry::Vacant(new) = from.entry(given) {
                    new.insert(Some(post));
                    open.push(given);
                }
            }
        }
        None
    }

    /// The levels at which a role is held; none for one that needs no post.
    fn levels(&self, role: Role) -> Vec<Option<Level>> {
        let levels = self.seats().iter().filter(|seat| seat.role == role).flat_map(|seat| &seat.levels);
        let levels = levels.copied().map(Some).collect::<Vec<_>>();
        if levels.is_empty() { vec![None] } else { levels }
    }

    /// Whether the role may do it at all; with a reach, whether it may even where it stands so.
    fn may(&self, role: Role, action: Action, reach: Option<Reach>) -> bool {
        let (allowed, denied) = (self.allowed(role, action), self.denied(role, action));
        match reach {
            None => !(allowed - denied).is_empty() && !denied.contains(ReachSet::ANYONE),
            Some(reach) => !allowed.is_empty() && !denied.intersects(ReachSet::from(reach) | ReachSet::ANYONE),
        }
    }

    /// The posts that somebody in this one could give: by the place that the organisation governs, or within it.
    fn gives(&self, (role, level): Place) -> Vec<Place> {
        let appointing = Action::all().filter(|action| action.class() == Some(Class::Appoints));
        let reaches = appointing
            .fold(ReachSet::empty(), |all, action| all | (self.allowed(role, action) - self.denied(role, action)));
        let mut kinds = self.seats().iter().filter(|seat| seat.role == role).map(|seat| seat.kind.as_str());
        let level = level.filter(|_| kinds.any(|kind| self.governs(kind)));
        let could = |seat: &Seat, at: Level| match seat.given {
            Given::Nobody => false,
            Given::District => stands(level, at.min(Level::District)).intersects(reaches),
            Given::Street => stands(level, at.min(Level::Street)).intersects(reaches),
            Given::Own => stands(level, at).intersects(reaches),
        };
        let within = |seat: &Seat| seat.within == Some(role) && reaches.contains(ReachSet::OWN);
        let each = self.seats().iter().flat_map(|seat| seat.levels.iter().map(move |at| (seat, *at)));
        let given = each.filter(|(seat, at)| could(seat, *at) || within(seat));
        given.map(|(seat, at)| (seat.role, Some(at))).collect()
    }
}

/// Every reach in which a post of one level could stand to a place of another: rather one too many than one too few.
fn stands(level: Option<Level>, place: Level) -> ReachSet {
    let by_relation = ReachSet::ANYONE | ReachSet::MINE | ReachSet::ADDRESSED | ReachSet::SERVING | ReachSet::HOME;
    let by_level = match level.map(|level| level.cmp(&place)) {
        None => ReachSet::empty(),
        Some(std::cmp::Ordering::Less) => ReachSet::BELOW,
        Some(std::cmp::Ordering::Equal) => ReachSet::OWN | ReachSet::PEER,
        Some(std::cmp::Ordering::Greater) => ReachSet::ABOVE,
    };
    by_relation | by_level
}

fn chain(from: &BTreeMap<Place, Option<Place>>, last: Place, action: Action) -> Text {
    let mut posts = vec![last];
    while let Some(Some(before)) = from.get(posts.last().unwrap_or(&last)) {
        posts.push(*before);
    }
    posts.reverse();
    let zh = posts.iter().map(|(role, _)| role.name().zh).collect::<Vec<_>>().join(" 任命 ");
    let en = posts.iter().map(|(role, _)| role.as_str()).collect::<Vec<_>>().join(" appoints ");
    let (name, word) = (action.name().zh, action);
    text!("不成立：{zh}，可{name}", "does not hold: {en}, who may {word}")
}

fn parse(fields: &[&str]) -> Result<Invariant, Text> {
    let &[kind, roles, actions, reach] = fields else {
        let shape = "never|not, roles, actions, reach|-";
        return Err(text!("应为 {shape}", "should be {shape}"));
    };
    let closed = match kind {
        "never" => true,
        "not" => false,
        _ => return Err(text!("应为 never 或 not，而非 {kind}", "neither never nor not: {kind}")),
    };
    let role = |name| Role::parse(name).ok_or_else(|| text!("没有角色 {name}", "there is no role {name}"));
    let roles = if roles == "*" {
        Role::all().collect()
    } else {
        roles.split_whitespace().map(role).collect::<Result<_, _>>()?
    };
    let mut named = Vec::new();
    for name in actions.split_whitespace() {
        match (Action::parse(name), Class::ALL.into_iter().find(|class| class.as_str() == name)) {
            (Some(action), _) => named.push(action),
            (None, Some(class)) => named.extend(Action::all().filter(|action| action.class() == Some(class))),
            (None, None) => return Err(text!("没有动作 {name}", "there is no action {name}")),
        }
    }
    let reach = match reach {
        "-" => None,
        word => Some(word.parse().map_err(|()| text!("没有关系 {word}", "there is no reach {word}"))?),
    };
    Ok(Invariant { closed, roles, actions: named, reach })
}
