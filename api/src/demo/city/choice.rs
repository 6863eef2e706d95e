//! Which of the real streets and communities the city takes.

use std::collections::HashMap;

use tongxin_entity::region;

use super::Size;
use crate::demo::places::{DISTRICT, Divisions};

/// The streets, Hongqiao first. Of these all communities of Hongqiao, then of each other street in turn one more, until there
/// are enough.
pub(in crate::demo) fn choose(all: Divisions, size: Size) -> (Vec<region::Model>, Vec<region::Model>) {
    let is_near = |region: &region::Model| region.code.starts_with(DISTRICT);
    let mut streets = all.streets;
    streets.sort_by_key(|street| (!is_near(street), street.code.clone()));
    streets.truncate(size.streets);

    let places: HashMap<_, _> = (0..).zip(&streets).map(|(place, street)| (street.code.as_str(), place)).collect();
    let mut turns = vec![0; streets.len()];
    let in_turn = all.communities.into_iter().filter_map(|community| {
        let place: usize = *places.get(&community.code[..9])?;
        turns[place] += usize::from(!is_near(&community));
        Some((turns[place], place, community))
    });
    let mut communities: Vec<_> = in_turn.collect();
    communities.sort_by_key(|(turn, place, _)| (*turn, *place));
    communities.truncate(size.communities);
    (streets, communities.into_iter().map(|(.., community)| community).collect())
}
