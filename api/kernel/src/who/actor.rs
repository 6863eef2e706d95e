//! Who calls: a person, a client application or nobody, with the posts in force now and what each of them reaches.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tongxin_policies::{Reach, ReachSet, Role};

use super::subject::Login;
use crate::error::Message;

/// The caller of one request. Rights come from its posts in force, never from the token.
#[derive(Debug, Clone)]
pub struct Actor {
    pub who: Who,
    /// What the issuer of its token calls it, where that is linked to persons: verified, of a stranger too. The act that links
    /// a stranger reads it here.
    pub login: Option<Arc<Login>>,
    pub name: String,
    pub posts: Vec<PostInForce>,
    /// Where the person lives; residents act there.
    pub home: Option<Home>,
    /// The next instant at which a term, contract or check-in begins or ends: the actor must be read again then.
    pub until: Option<DateTime<Utc>>,
}

/// Whose rights these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Anonymous,
    Person(String),
    Client(String),
}

/// Where a person lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub community_code: String,
    pub compound_id: Option<String>,
}

/// One role, exercised in one organisation for a term that has begun and not ended.
#[derive(Debug, Clone)]
pub struct PostInForce {
    /// Nothing for the roles that need no post: the stranger, the resident at home, the client application.
    pub id: Option<String>,
    pub role: Role,
    pub organisation_id: Option<String>,
    pub organisation_name: String,
    /// The code of the place that the organisation governs; partners govern none.
    pub governs: Option<String>,
    /// The unit whose party organisation it is: what is the unit's is its own too.
    pub unit: Option<String>,
    /// The compounds that the organisation was given: what lies in them is its own.
    pub compounds: Vec<String>,
    /// Where the organisation serves now, by contract, compound or check-in.
    pub serves: Vec<Serving>,
}

/// One place where a partner serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    pub community_code: String,
    /// The compound, where it serves just that one.
    pub compound_id: Option<String>,
}

/// The owner's side of a decision: where the object is, whose it is, whom it concerns. What an act asks and what `can` asks
/// are made by the same functions, so that whatever decides who may belongs in here.
#[derive(Debug, Clone, Default)]
pub struct Place {
    pub region_code: Option<String>,
    pub compound_id: Option<String>,
    pub organisation_id: Option<String>,
    /// Who made it or was given it.
    pub person_id: Option<String>,
    /// Whom it is directed at.
    pub addressed: Vec<String>,
    /// Organisations and persons that claimed or made what is to be judged.
    pub involved: Vec<String>,
    /// The organisation that is acted for, where the act names one: no post outside it counts.
    pub acting_for: Option<String>,
    /// Why nobody may do it to this very object, whatever reach they have.
    pub bar: Option<Message>,
    /// What keeps it from being done just now, by whomever: not authority, but how the object stands.
    pub hindrance: Option<Message>,
}

impl Place {
    pub fn region(code: impl Into<String>) -> Self {
        Self { region_code: Some(code.into()), ..Self::default() }
    }

    #[must_use]
    pub fn compound(mut self, id: Option<String>) -> Self {
        self.compound_id = id;
        self
    }

    #[must_use]
    pub fn organisation(mut self, id: impl Into<String>) -> Self {
        self.organisation_id = Some(id.into());
        self
    }

    #[must_use]
    pub fn person(mut self, id: impl Into<String>) -> Self {
        self.person_id = Some(id.into());
        self
    }

    #[must_use]
    pub fn involving(mut self, ids: impl IntoIterator<Item = String>) -> Self {
        self.involved.extend(ids);
        self
    }

    #[must_use]
    pub fn acting_for(mut self, organisation_id: impl Into<String>) -> Self {
        self.acting_for = Some(organisation_id.into());
        self
    }

    #[must_use]
    pub fn barred(mut self, why: Option<Message>) -> Self {
        self.bar = why;
        self
    }
}

impl Actor {
    /// The id that audit and retry keys go by.
    pub fn id(&self) -> &str {
        match &self.who {
            Who::Anonymous => "anonymous",
            Who::Person(id) | Who::Client(id) => id,
        }
    }

    pub fn person_id(&self) -> Option<&str> {
        match &self.who {
            Who::Person(id) => Some(id),
            Who::Anonymous | Who::Client(_) => None,
        }
    }

    /// Whether its login is good and nobody's.
    pub fn is_unlinked(&self) -> bool {
        self.who == Who::Anonymous && self.login.is_some()
    }

    /// The role that says most of the actor, with its post where it is held by one: else resident, application or stranger.
    pub fn foremost(&self) -> (&'static str, Option<&str>) {
        let post = self.posts.iter().find(|post| post.id.is_some()).or(self.posts.last());
        let role = post.map_or(Role::ANONYMOUS, |post| post.role).as_str();
        (role, post.and_then(|post| post.id.as_deref()))
    }

    /// Every post with the reaches it has to an object.
    pub fn held(&self, place: &Place) -> Vec<(Role, ReachSet)> {
        self.posts.iter().map(|post| (post.role, self.reaches(post, place))).collect()
    }

    /// How one post stands to an object.
    pub fn reaches(&self, post: &PostInForce, place: &Place) -> ReachSet {
        let mut set = ReachSet::from(Reach::Anyone);
        if let (Some(mine), Some(theirs)) = (&post.governs, &place.region_code) {
            set |= region_reach(mine, theirs);
        }
        let own = place.organisation_id.is_some()
            && (post.organisation_id == place.organisation_id || post.unit == place.organisation_id);
        if own || place.compound_id.as_ref().is_some_and(|compound| post.compounds.contains(compound)) {
            set |= ReachSet::from(Reach::Own);
        }
        if let Some(community) = &place.region_code
            && post.serves.iter().any(|s| s.covers(community, place.compound_id.as_deref()))
        {
            set |= ReachSet::from(Reach::Serving);
        }
        if let (Some(home), Some(community)) = (&self.home, &place.region_code)
            && home.covers(community, place.compound_id.as_deref())
        {
            set |= ReachSet::from(Reach::Home);
        }
        if post.organisation_id.as_ref().is_some_and(|id| place.addressed.contains(id)) {
            set |= ReachSet::from(Reach::Addressed);
        }
        if self.is_unlinked() {
            set |= ReachSet::from(Reach::Unlinked);
        }
        if let Some(person) = self.person_id() {
            if place.person_id.as_deref() == Some(person) {
                set |= ReachSet::from(Reach::Mine);
            }
            if place.involved.iter().any(|id| id == person || self.belongs_to(id)) {
                set |= ReachSet::from(Reach::Involved);
            }
        }
        set
    }

    /// The person and the organisations in which it holds a post: whose things are its own.
    pub fn person_and_organisations(&self) -> Vec<String> {
        let posts = self.posts.iter().filter_map(|post| post.organisation_id.as_deref());
        self.person_id().into_iter().chain(posts).map(str::to_owned).collect()
    }

    /// Whether the person holds a post in force in the organisation.
    pub fn belongs_to(&self, organisation_id: &str) -> bool {
        self.posts.iter().any(|post| post.organisation_id.as_deref() == Some(organisation_id))
    }

    /// The same person acting through one of its posts only.
    #[must_use]
    pub fn through_post(&self, id: &str) -> Self {
        let posts = self.posts.iter().filter(|post| post.id.as_deref() == Some(id));
        Self { posts: posts.cloned().collect(), ..self.clone() }
    }

    /// The same person acting through the posts of one organisation only.
    #[must_use]
    pub fn acting_for(&self, organisation_id: &str) -> Self {
        let posts = self.posts.iter().filter(|post| post.organisation_id.as_deref() == Some(organisation_id));
        Self { posts: posts.cloned().collect(), ..self.clone() }
    }
}

impl Home {
    fn covers(&self, community: &str, compound: Option<&str>) -> bool {
        self.community_code == community && (compound.is_none() || compound == self.compound_id.as_deref())
    }
}

impl Serving {
    /// Whether a partner that serves here serves an object of the community, or of one compound of it.
    pub fn covers(&self, community: &str, compound: Option<&str>) -> bool {
        self.community_code == community && (compound.is_none() || compound == self.compound_id.as_deref())
    }
}

/// How a governing body of `mine` stands to an object of `theirs`, by statistical codes.
fn region_reach(mine: &str, theirs: &str) -> ReachSet {
    let reach = if mine == theirs {
        Reach::Own
    } else if theirs.starts_with(mine) {
        Reach::Below
    } else if parent_code(mine) == Some(theirs) {
        Reach::Above
    } else if mine.len() == theirs.len() && parent_code(mine) == parent_code(theirs) {
        Reach::Peer
    } else {
        return ReachSet::empty();
    };
    reach.into()
}

/// The code one level up: community 12 → street 9 → district 6 → city 4 digits.
pub fn parent_code(code: &str) -> Option<&str> {
    match code.len() {
        12 => code.get(..9),
        9 => code.get(..6),
        6 => code.get(..4),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tongxin_policies::{Reach, ReachSet};

    use super::region_reach;

    #[test]
    fn reach_follows_the_codes() {
        let table = [
            ("120106001", "120106001", ReachSet::from(Reach::Own)),
            ("120106001", "120106001002", ReachSet::from(Reach::Below)),
            ("120106", "120106001002", ReachSet::from(Reach::Below)),
            ("120106001002", "120106001", ReachSet::from(Reach::Above)),
            ("120106001002", "120106001004", ReachSet::from(Reach::Peer)),
            ("120106001002", "120106003004", ReachSet::empty()),
            ("120106001", "120106003004", ReachSet::empty()),
            ("120106001002", "120106", ReachSet::empty()),
        ];
        for (mine, theirs, reach) in table {
            assert_eq!(region_reach(mine, theirs), reach, "{mine} to {theirs}");
        }
    }
}
