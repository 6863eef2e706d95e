//! By whom posts are given, as the seats of the policies say it: in SQL, for whatever goes by that.

use tongxin_kernel::see::{On, Owner, Sql, push_may};
use tongxin_policies::{Given, Role, Seat};

use super::shape::push_post_in_force;

/// From where a post is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// From the place that the seat names.
    Place(Given),
    /// From within the organisation, by whoever holds the role of the seat there.
    Within,
}

/// The nearest first, as an appointment is judged where nothing else is said.
pub(super) const EVERYWHERE: [From; 4] =
    [From::Place(Given::Own), From::Within, From::Place(Given::Street), From::Place(Given::District)];

/// Where posts are given, of the row of a post.
pub(super) struct Giving {
    pub owner: Owner,
    /// That the post is given elsewhere.
    pub elsewhere: On,
    /// That the holder of the post is kept by others.
    pub outside: On,
}

pub(super) fn given_at() -> [Giving; 4] {
    let place = |region| Owner { region, ..Owner::default() };
    [
        Giving {
            owner: place(DISTRICT),
            elsewhere: On::With(|sql, _, row| push_given_elsewhere(sql, row, From::Place(Given::District))),
            outside: On::With(|sql, _, row| push_outside(sql, row, DISTRICT)),
        },
        Giving {
            owner: place(STREET),
            elsewhere: On::With(|sql, _, row| push_given_elsewhere(sql, row, From::Place(Given::Street))),
            outside: On::With(|sql, _, row| push_outside(sql, row, STREET)),
        },
        Giving {
            owner: place(OWN),
            elsewhere: On::With(|sql, _, row| push_given_elsewhere(sql, row, From::Place(Given::Own))),
            outside: On::With(|sql, _, row| push_outside(sql, row, OWN)),
        },
        Giving {
            owner: WITHIN,
            elsewhere: On::With(|sql, _, row| push_given_elsewhere(sql, row, From::Within)),
            outside: On::Sql(
                "NOT EXISTS (SELECT 1 FROM person h WHERE h.id = {c}.person_id AND h.registered_by = {c}.organisation_id)",
            ),
        },
    ]
}

const DISTRICT: &str = "(SELECT substr(o.region_code, 1, 6) FROM organisation o WHERE o.id = {c}.organisation_id)";
const STREET: &str = "(SELECT substr(o.region_code, 1, 9) FROM organisation o WHERE o.id = {c}.organisation_id)";
const OWN: &str = "(SELECT o.region_code FROM organisation o WHERE o.id = {c}.organisation_id)";
const WITHIN: Owner = Owner { organisation: "{c}.organisation_id", ..OF_NOBODY };
const OF_NOBODY: Owner =
    Owner { region: "", lies: "", compound: "", organisation: "", person: "", addressed: "", involved: "" };

/// A code is the path: what lies in a place begins with its code.
fn push_outside(sql: &mut Sql<'_>, row: &str, place: &str) {
    let home = "(SELECT coalesce(h.home_community_code, h.registered_code) FROM person h WHERE h.id = {c}.person_id)";
    sql.push("substr(").push_template(home, row, row).push(", 1, length(").push_template(place, row, row);
    sql.push(")) <> ").push_template(place, row, row);
}

/// Writes that the post is not one that is given so.
fn push_given_elsewhere(sql: &mut Sql<'_>, row: &str, from: From) {
    sql.push("NOT ");
    push_given(sql, from, "{c}.organisation_id", row, |sql, seat| {
        sql.push(row).push(".role = ").bind(seat.role.as_str().to_owned());
    });
}

/// Writes that a row is of a seat that is given from there just now: where holders of a role give it within, they do once
/// there is one. `organisation` is the template of its organisation's id.
pub(super) fn push_given(
    sql: &mut Sql<'_>,
    from: From,
    organisation: &str,
    row: &str,
    is_of: impl Fn(&mut Sql<'_>, &Seat),
) {
    let policy = sql.policy;
    let mut first = true;
    sql.push("(");
    for seat in policy.seats() {
        let (is_given, held) = match (from, seat.within) {
            (From::Place(given), by) => (seat.given == given, by.map(|by| (by, false))),
            (From::Within, Some(by)) => (true, Some((by, true))),
            (From::Within, None) => (false, None),
        };
        if !is_given {
            continue;
        }
        sql.push(if first { "(" } else { " OR (" });
        first = false;
        is_of(sql, seat);
        if let Some((by, held)) = held {
            sql.push(if held { " AND " } else { " AND NOT " });
            push_held(sql, by, organisation, row);
        }
        sql.push(")");
    }
    sql.push(if first { "1=0)" } else { ")" });
}

/// Writes that somebody holds the role in the organisation now, or in the party organisation of that unit.
pub(super) fn push_held(sql: &mut Sql<'_>, role: Role, organisation: &str, row: &str) {
    let held = sql.alias();
    sql.push("EXISTS (SELECT 1 FROM post ").push(&held).push(" WHERE ").push(&held).push(".role = ");
    sql.bind(role.as_str().to_owned()).push(" AND ");
    push_post_in_force(sql, &held);
    sql.push(" AND (").push(&held).push(".organisation_id = ").push_template(organisation, row, row);
    sql.push(" OR ").push(&held).push(".organisation_id IN (SELECT d.id FROM party_organisation d WHERE d.unit_id = ");
    sql.push_template(organisation, row, row).push(")))");
}

/// Writes that the person whose id the template gives holds a post, now or to come, to which the caller does not appoint. To what
/// nobody appoints, whoever appoints at the organisation's own place stands nearest.
pub(super) fn push_not_appointing(sql: &mut Sql<'_>, person: &str, row: &str) {
    let (post, today) = (sql.alias(), sql.today);
    sql.push("EXISTS (SELECT 1 FROM post ").push(&post).push(" WHERE ").push(&post).push(".person_id = ");
    sql.push_template(person, row, row).push(" AND ");
    sql.push_template("{c}.ended_at IS NULL AND ({c}.ends_on IS NULL OR {c}.ends_on >= ", &post, &post).bind(today);
    sql.push(") AND NOT (");
    let place = |region| Owner { region, ..Owner::default() };
    for (at, (from, owner)) in [
        (From::Place(Given::District), place(DISTRICT)),
        (From::Place(Given::Street), place(STREET)),
        (From::Place(Given::Own), place(OWN)),
        (From::Place(Given::Nobody), place(OWN)),
        (From::Within, WITHIN),
    ]
    .into_iter()
    .enumerate()
    {
        sql.push(if at > 0 { " OR (" } else { "(" });
        push_given(sql, from, "{c}.organisation_id", &post, |sql, seat| {
            sql.push(&post).push(".role = ").bind(seat.role.as_str().to_owned());
        });
        sql.push(" AND ");
        push_may(sql, "appointPost", &owner, &post);
        sql.push(")");
    }
    sql.push("))");
}
