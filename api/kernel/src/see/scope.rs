//! Scope: from the posts of an actor to a condition in the SQL of every read.

use tongxin_policies::{Reach, ReachSet, Table};

use super::{shape::Shape, sql::Sql};
use crate::who::actor::{Actor, Home, PostInForce, parent_code};

/// Lets through the rows of one state of a shape to those who may do `action` on them.
#[derive(Debug, Clone, Copy)]
pub struct Gate {
    /// Which rows this gate speaks of; empty: all.
    pub when: &'static str,
    /// The action of the policies, such as `readServiceItem`.
    pub action: &'static str,
    /// Writes what must hold besides, for the actor who looks.
    also: Option<Condition>,
}

/// Writes a condition on a row.
type Condition = fn(&mut Sql<'_>, &str);

impl Gate {
    pub const fn all(action: &'static str) -> Self {
        Self::when("", action)
    }

    pub const fn when(when: &'static str, action: &'static str) -> Self {
        Self { when, action, also: None }
    }

    #[must_use]
    pub const fn and(self, also: Condition) -> Self {
        Self { also: Some(also), ..self }
    }

    /// Whether nothing must hold besides.
    pub(super) fn is_plain(&self) -> bool {
        self.also.is_none()
    }
}

/// Who sees which rows of a shape: those that one of its gates lets through.
#[derive(Debug)]
pub struct Gates(Vec<Gate>);

impl Gates {
    /// A row is seen when one of these lets it through.
    pub fn through<const GATES: usize>(gates: [Gate; GATES]) -> Self {
        const { assert!(GATES > 0, "what has no gate is seen by everybody") };
        Self(gates.into())
    }

    /// No gate, for its rows are reached only by way of the actor itself, or of what it changed. Such a shape is not found by ids.
    pub fn by_way_of_the_actor() -> Self {
        Self(Vec::new())
    }

    pub fn all(&self) -> &[Gate] {
        &self.0
    }
}

/// Where a row's owner stands: SQL of the row `{c}`; empty where the shape has no such owner.
#[derive(Debug, Clone, Copy, Default)]
pub struct Owner {
    /// The code of the region it belongs to.
    pub region: &'static str,
    /// A column of a place in that region, where the region itself is reckoned: by this the database looks up.
    pub lies: &'static str,
    /// The compound it is limited to, if any.
    pub compound: &'static str,
    pub organisation: &'static str,
    pub person: &'static str,
    /// A query of one column, `id`: the organisations that it is directed at.
    pub addressed: &'static str,
    /// A query of one column, `id`: the persons and organisations that made or claimed what is to be judged.
    pub involved: &'static str,
}

/// One way in which a row may be within an actor's reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    Everything,
    RegionIs(String),
    /// Strictly below the region.
    RegionUnder(String),
    /// Beside the region, under the same parent.
    RegionBeside(String),
    Organisation(String),
    Person(String),
    /// In a compound.
    Compound(String),
    /// One of the organisations that it is directed at.
    Addressed(String),
    /// The person, and the organisations in which it holds a post.
    Involved(Vec<String>),
    /// A community, and one compound of it when the row names a compound.
    Local(String, Option<String>),
}

/// What an actor may reach by an action: the clauses that allow, and those that deny whatever allows.
pub fn sight(actor: &Actor, policy: &Table, action: &str) -> (Vec<Clause>, Vec<Clause>) {
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    let Some(action) = policy.action(action) else {
        return (allowed, denied);
    };
    for post in &actor.posts {
        clauses(actor, post, policy.allowed(post.role, action), &mut allowed);
        clauses(actor, post, policy.denied(post.role, action), &mut denied);
    }
    if allowed.contains(&Clause::Everything) {
        allowed = vec![Clause::Everything];
    }
    (allowed, denied)
}

fn clauses(actor: &Actor, post: &PostInForce, reaches: ReachSet, into: &mut Vec<Clause>) {
    let mut add = |clause: Clause| {
        if !into.contains(&clause) {
            into.push(clause);
        }
    };
    for reach in reaches.reaches() {
        match reach {
            Reach::Anyone => add(Clause::Everything),
            Reach::Own => {
                post.governs.iter().for_each(|code| add(Clause::RegionIs(code.clone())));
                post.organisation_id.iter().for_each(|id| add(Clause::Organisation(id.clone())));
                post.unit.iter().for_each(|id| add(Clause::Organisation(id.clone())));
                post.compounds.iter().for_each(|id| add(Clause::Compound(id.clone())));
            }
            Reach::Below => post.governs.iter().for_each(|code| add(Clause::RegionUnder(code.clone()))),
            Reach::Peer => post.governs.iter().for_each(|code| add(Clause::RegionBeside(code.clone()))),
            Reach::Above => {
                let parent = post.governs.as_deref().and_then(parent_code);
                parent.into_iter().for_each(|code| add(Clause::RegionIs(code.to_owned())));
            }
            Reach::Serving => {
                post.serves.iter().for_each(|s| add(Clause::Local(s.community_code.clone(), s.compound_id.clone())));
            }
            Reach::Home => {
                let home = actor.home.iter();
                home.for_each(|Home { community_code, compound_id }| {
                    add(Clause::Local(community_code.clone(), compound_id.clone()));
                });
            }
            Reach::Mine => actor.person_id().into_iter().for_each(|id| add(Clause::Person(id.to_owned()))),
            Reach::Involved if actor.person_id().is_some() => add(Clause::Involved(actor.person_and_organisations())),
            // Rows are nobody's for having no login.
            Reach::Involved | Reach::Unlinked => {}
            Reach::Addressed => post.organisation_id.iter().for_each(|id| add(Clause::Addressed(id.clone()))),
        }
    }
}

impl Owner {
    /// Whether a line of this reach can take effect when such rows are read: whether they say what it goes by.
    pub fn answers_to(&self, reach: Reach) -> bool {
        let any = |columns: &[&str]| columns.iter().any(|column| !column.is_empty());
        match reach {
            Reach::Anyone => true,
            Reach::Own => any(&[self.region, self.organisation]),
            Reach::Below | Reach::Above | Reach::Peer | Reach::Serving | Reach::Home => any(&[self.region]),
            Reach::Mine => any(&[self.person]),
            Reach::Involved => any(&[self.involved]),
            Reach::Addressed => any(&[self.addressed]),
            Reach::Unlinked => false,
        }
    }
}

/// Writes the condition under which the actor sees the row `row` of `shape`.
pub(super) fn push_scope(sql: &mut Sql<'_>, shape: &Shape, row: &str) {
    let gates = shape.gates.all();
    if gates.is_empty() {
        sql.push("1=1");
        return;
    }
    sql.push("(");
    for (at, gate) in gates.iter().enumerate() {
        sql.push(if at > 0 { " OR (" } else { "(" });
        if !gate.when.is_empty() {
            sql.push_template(gate.when, row, row).push(" AND ");
        }
        push_may(sql, gate.action, &shape.owner, row);
        if let Some(also) = gate.also.filter(|_| !sight(sql.actor, sql.policy, gate.action).0.is_empty()) {
            sql.push(" AND ");
            also(sql, row);
        }
        sql.push(")");
    }
    sql.push(")");
}

/// Writes the condition under which the actor may do `action` to the row, whose owner stands so.
pub fn push_may(sql: &mut Sql<'_>, action: &str, owner: &Owner, row: &str) {
    let sight = sight(sql.actor, sql.policy, action);
    push_sight(sql, &sight, owner, row);
}

/// Writes the condition that the row is within a sight.
pub(crate) fn push_sight(sql: &mut Sql<'_>, (allowed, denied): &(Vec<Clause>, Vec<Clause>), owner: &Owner, row: &str) {
    push_any(sql, allowed, owner, row);
    if !denied.is_empty() {
        sql.push(" AND NOT ");
        push_any(sql, denied, owner, row);
    }
}

pub(crate) fn push_any(sql: &mut Sql<'_>, clauses: &[Clause], owner: &Owner, row: &str) {
    sql.push("(");
    let mut first = true;
    for clause in clauses {
        let Some(column) = column(clause, owner) else {
            continue;
        };
        sql.push(if first { "" } else { " OR " });
        first = false;
        push_clause(sql, clause, column, owner, row);
    }
    sql.push(if first { "1=0)" } else { ")" });
}

/// The column that a clause speaks of; none where the shape has no such owner.
pub(super) fn column(clause: &Clause, owner: &Owner) -> Option<&'static str> {
    let column = match clause {
        Clause::Everything => "1=1",
        Clause::Organisation(_) => owner.organisation,
        Clause::Person(_) => owner.person,
        Clause::Compound(_) => owner.compound,
        Clause::Addressed(_) => owner.addressed,
        Clause::Involved(_) => owner.involved,
        Clause::RegionIs(_) | Clause::RegionUnder(_) | Clause::RegionBeside(_) | Clause::Local(..) => owner.region,
    };
    (!column.is_empty()).then_some(column)
}

fn push_clause(sql: &mut Sql<'_>, clause: &Clause, column: &'static str, owner: &Owner, row: &str) {
    if let Clause::RegionIs(code) | Clause::RegionUnder(code) | Clause::Local(code, _) = clause
        && !owner.lies.is_empty()
    {
        sql.push("(");
        push_within(sql, owner.lies, row, code);
        sql.push(" AND ");
        push_clause(sql, clause, column, &Owner { lies: "", ..*owner }, row);
        sql.push(")");
        return;
    }
    match clause {
        Clause::Everything => {
            sql.push(column);
        }
        Clause::RegionIs(value) | Clause::Organisation(value) | Clause::Person(value) | Clause::Compound(value) => {
            sql.push_template(column, row, row).push(" = ").bind(value.clone());
        }
        Clause::Addressed(id) => push_among(sql, column, row, std::slice::from_ref(id)),
        Clause::Involved(ids) => push_among(sql, column, row, ids),
        Clause::RegionUnder(code) => {
            push_under(sql, column, row, code);
        }
        Clause::RegionBeside(code) => {
            let parent = parent_code(code).unwrap_or_default().to_owned();
            sql.push("(");
            push_under(sql, column, row, &parent);
            sql.push(" AND length(").push_template(column, row, row).push(") = ").bind(code.len() as i64);
            sql.push(" AND ").push_template(column, row, row).push(" <> ").bind(code.clone()).push(")");
        }
        Clause::Local(community, compound) => {
            sql.push("(").push_template(column, row, row).push(" = ").bind(community.clone());
            if !owner.compound.is_empty() {
                sql.push(" AND (").push_template(owner.compound, row, row).push(" IS NULL");
                if let Some(compound) = compound {
                    sql.push(" OR ").push_template(owner.compound, row, row).push(" = ").bind(compound.clone());
                }
                sql.push(")");
            }
            sql.push(")");
        }
    }
}

/// Writes that a query of ids holds one of these.
fn push_among(sql: &mut Sql<'_>, query: &'static str, row: &str, ids: &[String]) {
    sql.push("EXISTS (SELECT 1 FROM (").push_template(query, row, row).push(") hand WHERE hand.id IN ");
    sql.bind_list(ids).push(")");
}

/// Digits of the code of a community, the narrowest place.
const COMMUNITY: usize = 12;

/// Everything strictly under a code is an index range: the code is the path, and `:` follows `9`.
pub fn push_under(sql: &mut Sql<'_>, column: &'static str, row: &str, code: &str) {
    sql.push("(").push_template(column, row, row).push(" >= ").bind(format!("{code}0"));
    sql.push(" AND ").push_template(column, row, row).push(" < ").bind(format!("{code}:")).push(")");
}

/// A place and everything under it: the code is the path. Nothing lies under a community, and only an equality lets an
/// index give its rows in their order.
pub fn push_within(sql: &mut Sql<'_>, column: &'static str, row: &str, code: &str) {
    if code.len() == COMMUNITY {
        sql.push_template(column, row, row).push(" = ").bind(code);
        return;
    }
    sql.push("(").push_template(column, row, row).push(" >= ").bind(code.to_owned());
    sql.push(" AND ").push_template(column, row, row).push(" < ").bind(format!("{code}:")).push(")");
}

/// Today lies within a row's `starts_on` and `ends_on`.
pub fn push_term(sql: &mut Sql<'_>, row: &str) {
    let today = sql.today;
    sql.push(row).push(".starts_on <= ").bind(today).push(" AND (").push(row).push(".ends_on IS NULL OR ");
    sql.push(row).push(".ends_on >= ").bind(today).push(")");
}
