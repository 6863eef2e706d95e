//! Whether an act may be done to an object: by the places and the standing that the act itself goes by.

use tongxin_policies::Action;

use super::{
    find::{place, push_found, push_place},
    way::{Guise, Through, Way},
};
use crate::{
    error::{Message, Refusal, Result},
    see::{Reader, Shape, push_rest},
    who::{actor::Place, grounds::Judged},
};

/// A decision about an act on an object.
pub struct Verdict {
    pub judged: Judged,
    /// What keeps it from being done just now, by whomever.
    pub hindrance: Option<Message>,
}

impl Verdict {
    pub fn is_allowed(&self) -> bool {
        self.judged.is_allowed() && self.hindrance.is_none()
    }

    /// The further one, the closer it came to being allowed.
    fn closeness(&self) -> u8 {
        match (&self.hindrance, self.judged.is_allowed(), self.judged.is_barred()) {
            (None, true, _) => 3,
            (Some(_), true, _) => 2,
            (_, false, barred) => u8::from(barred),
        }
    }
}

/// Judges an action on the object with this id: by the way that is open, else by the one that comes closest to it.
///
/// # Errors
/// `NOT_FOUND` when the reader may not see the object.
pub async fn judge(
    reader: &impl Reader,
    action: Action,
    shape: &'static Shape,
    id: &str,
    ways: &[&Way],
) -> Result<Verdict> {
    let mut closest: Option<Verdict> = None;
    for place in places(reader, shape, id, ways).await? {
        let hindrance = place.hindrance.clone();
        let verdict = Verdict { judged: Judged::new(reader.policy(), action, reader.actor(), &place), hindrance };
        if closest.as_ref().is_none_or(|closest| verdict.closeness() > closest.closeness()) {
            closest = Some(verdict);
        }
    }
    if let Some(verdict) = closest {
        return Ok(verdict);
    }
    // The caller has nobody to act for.
    let judged = Judged::new(reader.policy(), action, reader.actor(), &Place::default());
    Ok(Verdict { judged, hindrance: None })
}

/// Where the ways on an object take place for the reader: one place for each way and each organisation that is chosen.
async fn places(reader: &impl Reader, shape: &'static Shape, id: &str, ways: &[&Way]) -> Result<Vec<Place>> {
    let mut each = Vec::new();
    let statement = {
        let mut sql = reader.sql();
        sql.push("SELECT 1 AS found");
        for way in ways {
            for Guise { chosen, .. } in way.guises(reader.actor()) {
                let name = format!("at{}", each.len());
                let target = way.through.as_ref().map_or(*way, |through| &*through.way);
                let row = if way.through.is_some() { "child" } else { "t0" };
                push_place(&mut sql, target, row, &chosen, &name);
                each.push((target, chosen));
            }
        }
        sql.push(" FROM ").push(shape.table).push(" t0");
        for Through { shape: of, on, .. } in ways.iter().filter_map(|way| way.through.as_ref()) {
            sql.push(" LEFT JOIN ").push(of().table).push(" child ON ");
            sql.push_template(on, "t0", "child").push(" AND ");
            push_rest(&mut sql, of(), "child");
        }
        push_found(&mut sql, shape, id);
        sql.into_statement()
    };
    let rows = reader.rows(statement).await?;
    if rows.is_empty() {
        return Err(Refusal::not_found(shape.called()));
    }
    let mut all = Vec::new();
    for row in &rows {
        for (at, (way, chosen)) in each.iter().enumerate() {
            let place = place(row, way, &format!("at{at}"), |_| true)?;
            all.push(if chosen.is_empty() { place } else { place.acting_for(chosen) });
        }
    }
    Ok(all)
}
