//! From where organisations are founded, as the policies say it: in SQL, for whatever goes by that.

use tongxin_kernel::{
    act::Way,
    error::Message,
    say,
    see::{Field, On, Owner, Sql},
};
use tongxin_policies::Given;

use super::Organisation;
use crate::regions::Region;

/// Founding at a place what is founded from there.
pub(super) fn founding_from(given: Given) -> Way {
    let none = || say!("该地没有由此设立的组织", "nothing is founded at this place from there");
    match given {
        Given::District => Way::on::<Region>()
            .at(Owner { region: "substr({c}.code, 1, 6)", ..Owner::default() })
            .barred(On::With(|sql, _, row| push_not_founded(sql, row, Given::District)), none),
        Given::Street => Way::on::<Region>()
            .at(Owner { region: "substr({c}.code, 1, 9)", ..Owner::default() })
            .barred(On::With(|sql, _, row| push_not_founded(sql, row, Given::Street)), none),
        Given::Own | Given::Nobody => {
            Way::on::<Region>().unless_told(On::With(|sql, _, row| push_not_founded(sql, row, Given::Own)), none)
        }
    }
}

/// Writes that no kind of organisation is founded so at the place.
fn push_not_founded(sql: &mut Sql<'_>, row: &str, given: Given) {
    let foundings = sql.policy.foundings().iter().filter(|founding| founding.given == given);
    let levels = foundings.flat_map(|founding| &founding.levels).map(|level| level.digits().to_string());
    let levels = levels.collect::<Vec<_>>();
    sql.push("CAST(length(").push(row).push(".code) AS text) NOT IN ").bind_list(&levels);
}

/// What acts on organisations answer.
pub(super) fn shown() -> Vec<Field> {
    vec![Field::given_of::<Organisation>("organisation", "组织 · 组织的现况 · the organisation as it is now")]
}

/// Where an organisation is founded, renamed, moved and dissolved, of its row.
pub(super) fn founded_at() -> [Way; 3] {
    let elsewhere: fn() -> Message = || say!("此组织不由此设立", "the organisation is not founded from there");
    let place = |region| Owner { region, ..Owner::default() };
    [
        Way::on_any::<Organisation>(place("{c}.region_code"))
            .barred(On::With(|sql, _, row| push_elsewhere(sql, row, Given::Own)), elsewhere),
        Way::on_any::<Organisation>(place("substr({c}.region_code, 1, 9)"))
            .barred(On::With(|sql, _, row| push_elsewhere(sql, row, Given::Street)), elsewhere),
        Way::on_any::<Organisation>(place("substr({c}.region_code, 1, 6)"))
            .barred(On::With(|sql, _, row| push_elsewhere(sql, row, Given::District)), elsewhere),
    ]
}

/// Writes that such an organisation is not founded from there. What nobody founds stands nearest to whoever decides at its place.
fn push_elsewhere(sql: &mut Sql<'_>, row: &str, given: Given) {
    let policy = sql.policy;
    let is_given = |of: Given| of == given || (of == Given::Nobody && given == Given::Own);
    sql.push("NOT (1=0");
    for founding in policy.foundings().iter().filter(|founding| is_given(founding.given)) {
        let levels = founding.levels.iter().map(|level| level.digits().to_string()).collect::<Vec<_>>();
        sql.push(" OR (").push(row).push(".kind = ").bind(founding.kind.clone());
        sql.push(" AND CAST(length(").push(row).push(".region_code) AS text) IN ").bind_list(&levels).push(")");
    }
    sql.push(")");
}
