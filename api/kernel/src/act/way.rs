//! Ways to do an act: on what, where that takes place, in which states, and what else keeps it from being done. Each is said
//! once, as SQL of the row `{c}`: for the act itself, for `can`, for what may be done with an object, for what waits for whom.

use std::{borrow::Cow, fmt};

use sea_orm::{ActiveEnum, IdenStatic as _};
use tongxin_entity::Words;

use super::life::{Living, Step};
use crate::{
    error::Message,
    say,
    see::{On, Owner, Shape, ShapedInterface, Sql, Stored},
    who::actor::Actor,
};

/// One way to do an act.
pub struct Way {
    pub(crate) on: Subject,
    /// Where the act takes place.
    pub(crate) owner: Owner,
    states: Option<States>,
    bars: Vec<Bar>,
    chosen: Option<Choose>,
    /// It is done to one of the rows that hang on the object, by the way of those.
    pub(crate) through: Option<Through>,
    /// Whether the act names the version that it decides by.
    pub(crate) versioned: bool,
}

/// The actor as whom a way is gone: itself, or itself for the organisation that was chosen.
pub(crate) struct Guise<'a> {
    pub chosen: String,
    pub actor: Cow<'a, Actor>,
}

/// The ways of an act: one, or several.
pub struct Ways(pub Vec<Way>);

impl From<Way> for Ways {
    fn from(way: Way) -> Self {
        Self(vec![way])
    }
}

impl From<Vec<Way>> for Ways {
    fn from(ways: Vec<Way>) -> Self {
        Self(ways)
    }
}

impl<const WAYS: usize> From<[Way; WAYS]> for Ways {
    fn from(ways: [Way; WAYS]) -> Self {
        Self(ways.into())
    }
}

pub(crate) struct Through {
    pub shape: fn() -> &'static Shape,
    pub on: &'static str,
    pub way: Box<Way>,
}

/// What an act is done to.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    Shape(fn() -> &'static Shape),
    This(&'static Shape),
    /// Any member of an interface.
    Interface(fn() -> &'static crate::see::InterfaceShape),
}

struct States {
    column: &'static str,
    words: Vec<String>,
    /// The same, as people call them.
    called: Vec<&'static str>,
}

/// What the caller chooses beside the object: the organisation that it acts for.
type Choose = fn(&Actor) -> Vec<String>;

/// What keeps an act from being done, whatever the reach and the state. In `when` the parent is what was chosen.
pub(crate) struct Bar {
    when: On,
    pub say: fn() -> Message,
    pub by: By,
}

/// Who refuses what a bar stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The permit: this object is not for the caller.
    Authority,
    /// The step that the act takes: the object does not let it be done now.
    Step,
    /// The act itself, with more to say.
    Act,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way").field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl Way {
    fn new(on: Subject, owner: Owner) -> Self {
        Self { on, owner, states: None, bars: Vec::new(), chosen: None, through: None, versioned: false }
    }

    /// On an object, where it stands.
    pub fn on<T: Stored>() -> Self {
        Self::new(Subject::Shape(T::shape), T::shape().owner)
    }

    /// Reading an object, where it stands.
    pub fn reading(shape: &'static Shape) -> Self {
        Self::new(Subject::This(shape), shape.owner)
    }

    /// On whatever has an interface, all of them rows of one table.
    pub fn on_any<T: ShapedInterface>(owner: Owner) -> Self {
        Self::new(Subject::Interface(T::interface), owner)
    }

    /// On what one of the rows that hang on the object lets be done: `{p}` is the object, `{c}` the row.
    #[must_use]
    pub fn through<T: Stored>(mut self, on: &'static str, way: Self) -> Self {
        self.through = Some(Through { shape: T::shape, on, way: Box::new(way) });
        self
    }

    /// Elsewhere than where the object stands.
    #[must_use]
    pub fn at(mut self, owner: Owner) -> Self {
        self.owner = owner;
        self
    }

    /// In the states from which a step leads.
    #[must_use]
    pub fn step<T: Living>(self, step: &Step<T::State>) -> Self {
        self.within(T::STATE.as_str(), step.from)
    }

    /// In these states of a column.
    #[must_use]
    pub fn within<S: ActiveEnum<Value = String> + Words>(mut self, column: &'static str, states: &[S]) -> Self {
        let words = states.iter().map(ActiveEnum::to_value).collect();
        let called = states.iter().map(|state| state.word().zh).collect();
        self.states = Some(States { column, words, called });
        self
    }

    /// By naming the version that was seen.
    #[must_use]
    pub fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }

    /// For one of these organisations of the caller, by its posts there alone.
    #[must_use]
    pub fn acting_for(mut self, organisations: Choose) -> Self {
        self.chosen = Some(organisations);
        self
    }

    /// Not for whom this holds: a matter of authority.
    #[must_use]
    pub fn barred(self, when: impl Into<On>, say: fn() -> Message) -> Self {
        self.bar(when, say, By::Authority)
    }

    /// Not while this holds, which every step that the act takes refuses.
    #[must_use]
    pub fn unless(self, when: impl Into<On>, say: fn() -> Message) -> Self {
        self.bar(when, say, By::Step)
    }

    /// Not while this holds, which the act refuses itself, with more to say.
    #[must_use]
    pub fn unless_told(self, when: impl Into<On>, say: fn() -> Message) -> Self {
        self.bar(when, say, By::Act)
    }

    fn bar(mut self, when: impl Into<On>, say: fn() -> Message, by: By) -> Self {
        let bar = Bar { when: when.into(), say, by };
        // What authority says comes before what the state does.
        let at = if by == By::Authority { 0 } else { self.bars.len() };
        self.bars.insert(at, bar);
        self
    }

    /// Whether objects of the shape may be its subject.
    pub fn is_on(&self, shape: &Shape) -> bool {
        match self.on {
            Subject::Shape(of) => of().name == shape.name,
            Subject::This(this) => this.name == shape.name,
            Subject::Interface(of) => of().members.iter().any(|member| (member.shape)().name == shape.name),
        }
    }

    /// As whom the actor could act: itself, or through the posts of one of its organisations, which comes along.
    pub(crate) fn guises<'a>(&self, actor: &'a Actor) -> Vec<Guise<'a>> {
        match self.chosen {
            None => vec![Guise { chosen: String::new(), actor: Cow::Borrowed(actor) }],
            Some(organisations) => {
                let guise = |id: String| Guise { actor: Cow::Owned(actor.acting_for(&id)), chosen: id };
                organisations(actor).into_iter().map(guise).collect()
            }
        }
    }

    /// That the state of the object does not let it be done.
    pub(crate) fn out_of_state(&self) -> Message {
        let (called, words) =
            self.states.iter().map(|states| (states.called.join("、"), states.words.join(" or "))).unzip();
        let (called, words): (String, String) = (called, words);
        say!("状态为“{called}”时方可办理", "it is done only in the state {words}")
    }

    pub(crate) fn bars(&self) -> &[Bar] {
        &self.bars
    }

    /// Writes that the state of the row lets it be done.
    pub(crate) fn push_state(&self, sql: &mut Sql<'_>, row: &str) {
        match &self.states {
            Some(States { column, words, .. }) => sql.push(row).push(".").push(column).push(" IN ").bind_list(words),
            None => sql.push("1=1"),
        };
    }

    /// Writes that a bar stands in its way.
    pub(crate) fn push_bar(&self, sql: &mut Sql<'_>, bar: &Bar, row: &str, chosen: &str) {
        sql.push("(");
        bar.when.push(sql, chosen, row);
        sql.push(")");
    }

    /// Writes how the state and the bars stand: 0 where it may be done, 1 for another state, from 2 the first bar.
    pub(crate) fn push_standing(&self, sql: &mut Sql<'_>, row: &str, chosen: &str) {
        sql.push("CASE");
        let (first, rest): (Vec<_>, Vec<_>) =
            self.bars.iter().enumerate().partition(|(_, bar)| bar.by == By::Authority);
        for (at, bar) in first {
            sql.push(" WHEN ");
            self.push_bar(sql, bar, row, chosen);
            sql.push(&format!(" THEN {}", at + 2));
        }
        sql.push(" WHEN NOT (");
        self.push_state(sql, row);
        sql.push(") THEN 1");
        for (at, bar) in rest {
            sql.push(" WHEN ");
            self.push_bar(sql, bar, row, chosen);
            sql.push(&format!(" THEN {}", at + 2));
        }
        sql.push(" ELSE 0 END");
    }
}
