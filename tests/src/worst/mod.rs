//! A search for the request that takes the most for what it costs: random selections of the schema, changed step by step
//! where that makes them dearer. It finds what a count of cost forgets.

mod measure;
mod request;
mod schema;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;
use tongxin_kernel::execute::{Executor, GraphqlRequest, Options};

pub use self::{
    measure::{Meter, Taken},
    request::Candidate,
    schema::Known,
};
use self::{request::Maker, schema::Schema};

/// What a unit of cost is promised to take at most.
pub const UNIT_MS: f64 = 0.1;
pub const UNIT_KB: f64 = 5.0;

/// A request with what it costs and what it took.
#[derive(Debug, Clone)]
pub struct Found {
    pub candidate: Candidate,
    pub cost: u64,
    pub taken: Taken,
}

impl Found {
    /// How many times its cost it took; above 1 the promise is broken.
    pub fn share(&self) -> f64 {
        self.taken.units() / self.cost as f64
    }
}

/// The search: deterministic in what it tries first, then led by what it measures.
pub struct Search {
    schema: Schema,
    executor: Executor,
    chance: StdRng,
    best: Vec<Found>,
    /// Requests that cost less are not tried: what every request takes would hide the rest.
    pub from: u64,
}

/// How many of the dearest are kept to be changed further.
const KEPT: usize = 12;

impl Search {
    /// A search over the schema of the service.
    ///
    /// # Panics
    /// When the schema is none.
    pub fn new(seed: u64, known: Known) -> Self {
        let scalars = tongxin::schema::scalars();
        let executor = Executor::new(tongxin::schema::build, Options { scalars, ..Options::default() });
        Self {
            schema: Schema::read(&tongxin::schema::sdl(), known),
            executor: executor.expect("the schema of the service"),
            chance: StdRng::seed_from_u64(seed),
            best: Vec::new(),
            from: 300,
        }
    }

    /// A request that is within all limits, and what it costs.
    pub fn propose(&mut self) -> (Candidate, u64) {
        loop {
            let fresh = self.best.len() < KEPT / 2 || self.chance.random_range(0..5) == 0;
            let from = self.chance.random_range(0..self.best.len().max(1));
            let mut maker = Maker { schema: &self.schema, chance: &mut self.chance };
            let mut candidate = if fresh { maker.fresh() } else { maker.changed(&self.best[from].candidate) };
            // Grown until it costs enough, or is refused.
            for _ in 0..40 {
                match self.cost(&candidate) {
                    Some(cost) if cost >= self.from => return (candidate, cost),
                    Some(_) => {
                        let mut maker = Maker { schema: &self.schema, chance: &mut self.chance };
                        candidate = maker.changed(&candidate);
                    }
                    None => break,
                }
            }
        }
    }

    /// What a request costs; none where it would be refused.
    pub fn cost(&self, candidate: &Candidate) -> Option<u64> {
        let query = candidate.text();
        if query.len() > 120_000 {
            return None;
        }
        let request: GraphqlRequest = serde_json::from_value(json!({"query": query})).ok()?;
        self.executor.cost(&request).ok()
    }

    /// Learns what a request took.
    pub fn learn(&mut self, candidate: Candidate, cost: u64, taken: Taken) {
        self.best.push(Found { candidate, cost, taken });
        self.best.sort_by(|a, b| b.share().total_cmp(&a.share()));
        self.best.truncate(KEPT);
    }

    /// Those that took the most for their cost, the worst first.
    pub fn worst(&self) -> &[Found] {
        &self.best
    }
}
