//! Asks Casbin every question there is and keeps the answers.

use casbin::{CoreApi, DefaultModel, Enforcer, Model, StringAdapter};
use tokio::{runtime::Handle, task};

use crate::{
    Action, Effect, PolicyError, PolicySource, Reach, ReachSet, Role, Table,
    check::verify,
    rules::Rules,
    table::{Cell, Line},
};

impl Table {
    /// Compiles a policy, on a thread where it may take its time. On any fault there is no table, and all faults are named.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub async fn compile(source: &PolicySource) -> Result<Self, PolicyError> {
        let (source, runtime) = (source.clone(), Handle::current());
        let compiled = task::spawn_blocking(move || runtime.block_on(compile(&source))).await;
        match compiled {
            Ok(table) => table,
            Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
            Err(_) => Err(PolicyError::CutOff),
        }
    }
}

async fn compile(source: &PolicySource) -> Result<Table, PolicyError> {
    let (model, rules) = verify(source).await?;
    let lines = lines(&rules);
    let mut cells = vec![Cell::default(); Role::COUNT * Action::COUNT];
    for action in Action::all() {
        let allow = Casbin::new(&model, &rules, action, Effect::Allow).await?;
        let deny = Casbin::new(&model, &rules, action, Effect::Deny).await?;
        for role in Role::all() {
            let cell = Cell { allowed: allow.reaches(role)?, denied: deny.reaches(role)? };
            explained(role, action, cell, &lines[action.index()])?;
            cells[Cell::index(role, action)] = cell;
        }
    }
    Ok(Table { cells: cells.into(), lines: lines.into(), seats: rules.seats.into(), foundings: rules.foundings.into() })
}

/// One action's lines of one effect before Casbin. An interpreter walks all lines at each question, so it gets only these.
struct Casbin {
    enforcer: Enforcer,
    action: Action,
    effect: Effect,
}

impl Casbin {
    async fn new(model: &DefaultModel, rules: &Rules, action: Action, effect: Effect) -> Result<Self, PolicyError> {
        let mut model = model.clone();
        let asked = match effect {
            Effect::Allow => "some(where (p.eft == allow))",
            Effect::Deny => "!some(where (p.eft == deny))",
        };
        model.add_def("e", "e", asked);
        let own = rules.rules.iter().filter(|rule| rule.action == action).map(|rule| rule.to_line());
        let links = rules.links.iter().map(|link| format!("g, {}, {}", link.child, link.parent));
        let policy = own.chain(links).collect::<Vec<_>>().join("\n");
        let enforcer = Enforcer::new(model, StringAdapter::new(policy)).await?;
        Ok(Self { enforcer, action, effect })
    }

    /// The reaches in which a line of the effect holds for the role.
    fn reaches(&self, role: Role) -> Result<ReachSet, PolicyError> {
        let mut found = ReachSet::empty();
        for reach in Reach::ALL {
            let (resource, action) = (self.action.resource(), self.action.as_str());
            let passes = self.enforcer.enforce((role.as_str(), resource, action, reach.as_str()))?;
            found.set(reach.into(), passes == (self.effect == Effect::Allow));
        }
        Ok(found)
    }
}

/// The lines of each action, each with the roles it holds for.
fn lines(rules: &Rules) -> Vec<Box<[Line]>> {
    let ancestors = rules.ancestors();
    let line = |rule: &crate::Rule| {
        let heirs = Role::all().filter(|heir| ancestors[heir.index()] & rule.role.bit() != 0).map(Role::bit);
        Line { heirs: heirs.sum(), rule: rule.clone().into() }
    };
    let of = |action| rules.rules.iter().filter(move |rule| rule.action == action).map(line).collect();
    Action::all().map(of).collect()
}

/// Casbin decides, the lines give the reason: both must name the same reaches, or a reason would be a guess.
fn explained(role: Role, action: Action, cell: Cell, lines: &[Line]) -> Result<(), PolicyError> {
    let named = |effect| {
        let holding = lines.iter().filter(|line| line.holds_for(role) && line.rule.effect == effect);
        holding.map(|line| ReachSet::from(line.rule.reach)).collect::<ReachSet>()
    };
    if (named(Effect::Allow), named(Effect::Deny)) == (cell.allowed, cell.denied) {
        return Ok(());
    }
    Err(PolicyError::Disagreement(format!("{role} {action}")))
}
