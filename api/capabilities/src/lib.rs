//! One folder per capability, each with the same files: `mod.rs` (what it is, and its one declaration), `shape.rs` (how it is
//! read, under which scope), `board.rs` (its list), `rules.rs` (what may follow what, pure), `service.rs` (its acts).

pub mod audit;
mod boards;
mod calendar;
pub mod chores;
pub mod claims;
mod deadlines;
pub mod decisions;
mod gates;
pub mod implementations;
mod node;
pub mod organisations;
pub mod people;
mod possible;
pub mod priorities;
pub mod ratings;
pub mod regions;
mod roots;
pub mod service_items;
pub mod todos;
mod vocabulary;

use std::sync::LazyLock;

use tongxin_kernel::catalogue::Capability;

pub use gates::lines_without_effect;
pub use node::Node;
pub use roots::{Mutation, Query};

/// The table of contents of the service. The clock's work is done in this order: places of lapsed claims are free before
/// items expire, for an item whose last claim lapsed may be due itself.
pub fn all() -> &'static [Capability] {
    static ALL: LazyLock<Vec<Capability>> = LazyLock::new(|| {
        vec![
            node::capability(),
            people::capability(),
            regions::capability(),
            organisations::capability(),
            priorities::capability(),
            implementations::capability(),
            claims::capability(),
            service_items::capability(),
            ratings::capability(),
            audit::capability(),
            decisions::capability(),
            todos::capability(),
            deadlines::capability(),
            calendar::capability(),
            vocabulary::capability(),
        ]
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use tongxin_kernel::see::{Gate, Kind};
    use tongxin_policies::{PolicySource, Reach, ReachSet, Role, Table};

    use super::*;

    /// What is always seen with the object, though its own gates might hide it: such objects are made only of priorities that
    /// were published, and of items that were opened.
    const SEEN_WITH: [&str; 4] =
        ["PriorityChange.priority", "Implementation.priority", "Claim.serviceItem", "Rating.serviceItem"];

    #[tokio::test]
    async fn what_may_be_hidden_may_be_null() {
        let policy = Table::compile(&PolicySource::embedded()).await.unwrap();
        let public = |gate: &Gate| {
            let action = policy.action(gate.action).unwrap();
            gate.when.is_empty() && policy.allowed(Role::ANONYMOUS, action).contains(ReachSet::from(Reach::Anyone))
        };
        let mut hidden = Vec::new();
        for shape in all().iter().flat_map(Capability::members).map(|member| (member.shape)()) {
            for field in shape.fields.iter().filter(|field| !field.is_nullable()) {
                if let Kind::One { target, .. } = field.kind
                    && !target().gates.all().iter().any(public)
                {
                    hidden.push(format!("{}.{}", shape.name, field.name));
                }
            }
        }
        assert_eq!(hidden, SEEN_WITH);
    }

    #[test]
    fn whatever_is_found_by_its_id_has_a_gate() {
        let members = all().iter().flat_map(Capability::members).map(|member| (member.shape)());
        let open = members.filter(|shape| shape.gates.all().is_empty()).map(|shape| shape.name);
        assert_eq!(open.collect::<Vec<_>>(), [""; 0]);
    }
}
