//! By whom posts are given, as the seats of the policies say it: in SQL, for whatever goes by that.

use tongxin_kernel::see::{On, Owner, Sql, push_may};
use tongxin_policies::Given;

/// Where posts are given.
pub(super) struct Giving {
    /// The code of the place, of the row of a post.
    pub region: &'static str,
    /// That the post is given elsewhere.
    pub elsewhere: On,
    /// That the holder of the post is registered outside of the place.
    pub outside: On,
}

pub(super) fn given_at() -> [Giving; 3] {
    [
        Giving {
            region: DISTRICT,
            elsewhere: On::With(|sql, _, row| push_given_elsewhere(sql, row, Given::District)),
            outside: On::With(|sql, _, row| push_outside(sql, row, DISTRICT)),
        },
        Giving {
            region: STREET,
            elsewhere: On::With(|sql, _, row| push_given_elsewhere(sql, row, Given::Street)),
            outside: On::With(|sql, _, row| push_outside(sql, row, STREET)),
        },
        Giving {
            region: OWN,
            elsewhere: On::With(|sql, _, row| push_given_elsewhere(sql, row, Given::Own)),
            outside: On::With(|sql, _, row| push_outside(sql, row, OWN)),
        },
    ]
}

const DISTRICT: &str = "(SELECT substr(o.region_code, 1, 6) FROM organisation o WHERE o.id = {c}.organisation_id)";
const STREET: &str = "(SELECT substr(o.region_code, 1, 9) FROM organisation o WHERE o.id = {c}.organisation_id)";
const OWN: &str = "(SELECT o.region_code FROM organisation o WHERE o.id = {c}.organisation_id)";

/// A code is the path: what lies in a place begins with its code.
fn push_outside(sql: &mut Sql<'_>, row: &str, place: &str) {
    let home = "(SELECT coalesce(h.home_community_code, h.registered_code) FROM person h WHERE h.id = {c}.person_id)";
    sql.push("substr(").push_template(home, row, row).push(", 1, length(").push_template(place, row, row);
    sql.push(")) <> ").push_template(place, row, row);
}

/// Writes that the post is not one that is given so.
fn push_given_elsewhere(sql: &mut Sql<'_>, row: &str, given: Given) {
    let roles = roles(sql, given);
    sql.push(row).push(".role NOT IN ").bind_list(&roles);
}

fn roles(sql: &Sql<'_>, given: Given) -> Vec<String> {
    let seats = sql.policy.seats().iter().filter(|seat| seat.given == given);
    seats.map(|seat| seat.role.as_str().to_owned()).collect()
}

/// Writes that the person whose id the template gives holds a post, now or to come, to which the caller does not appoint. To what
/// nobody appoints, whoever appoints at the organisation's own place stands nearest.
pub(super) fn push_not_appointing(sql: &mut Sql<'_>, person: &str, row: &str) {
    let (post, today) = (sql.alias(), sql.today);
    sql.push("EXISTS (SELECT 1 FROM post ").push(&post).push(" WHERE ").push(&post).push(".person_id = ");
    sql.push_template(person, row, row).push(" AND ");
    sql.push_template("{c}.ended_at IS NULL AND ({c}.ends_on IS NULL OR {c}.ends_on >= ", &post, &post).bind(today);
    sql.push(") AND NOT (");
    for (at, (given, region)) in
        [(Given::District, DISTRICT), (Given::Street, STREET), (Given::Own, OWN), (Given::Nobody, OWN)]
            .into_iter()
            .enumerate()
    {
        let roles = roles(sql, given);
        sql.push(if at > 0 { " OR (" } else { "(" }).push(&post).push(".role IN ").bind_list(&roles);
        sql.push(" AND ");
        push_may(sql, "appointPost", &Owner { region, ..Owner::default() }, &post);
        sql.push(")");
    }
    sql.push("))");
}
