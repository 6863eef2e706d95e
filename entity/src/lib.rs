//! The tables as SeaORM entities: one module per table, its text enums beside it. No rules, no GraphQL.
//!
//! Conventions that hold everywhere: an `id` is a TypeID (`item_01j…`), so it sorts by the time it was made; `*_code` is a
//! region's statistical code (city 4, district 6, street 9, community 12 digits), each level a prefix of the next; moments
//! are UTC with microseconds; dates are days of Asia/Shanghai; `version` counts the edits of a row, from 1.

mod text_enum;

pub mod alliance_member;
pub mod audit_entry;
pub mod authority_epoch;
pub mod big_party_committee;
pub mod calendar_day;
pub mod check_in;
pub mod claim;
pub mod client_application;
pub mod compound;
pub mod entrusted_compound;
pub mod event;
pub mod external_id;
pub mod idempotency_key;
pub mod implementation;
pub mod implementation_report;
pub mod import_run;
pub mod invitation;
pub mod organisation;
pub mod owners_committee;
pub mod party_alliance;
pub mod party_organisation;
pub mod person;
pub mod person_link;
pub mod policy_bundle;
pub mod post;
pub mod priority;
pub mod priority_change;
pub mod priority_target;
pub mod property_company;
pub mod property_contract;
pub mod rating;
pub mod region;
pub mod service_item;
pub mod unit;

pub use text_enum::{UnknownValue, Word, Words};

/// Every enum that the API shows, with its values.
pub fn vocabularies() -> Vec<(Word, &'static [Word])> {
    fn of<E: Words>() -> (Word, &'static [Word]) {
        (E::ABOUT, E::WORDS)
    }
    vec![
        of::<audit_entry::AuditOutcome>(),
        of::<audit_entry::Secrecy>(),
        of::<calendar_day::CalendarDayKind>(),
        of::<claim::ClaimStatus>(),
        of::<implementation::ImplementationStatus>(),
        of::<organisation::OrganisationKind>(),
        of::<party_alliance::PartyAllianceCategory>(),
        of::<priority::PriorityStatus>(),
        of::<priority_change::PriorityChangeWhat>(),
        of::<property_contract::PropertyContractKind>(),
        of::<region::RegionLevel>(),
        of::<region::RegionKind>(),
        of::<service_item::ServiceItemKind>(),
        of::<service_item::ServiceItemStatus>(),
        of::<service_item::ClaimantKind>(),
        of::<unit::UnitCategory>(),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_declared_enum_is_among_the_vocabularies() {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        let declared = texts.map(|text| text.lines().filter(|line| is_declaration(line)).count()).sum::<usize>();
        assert_eq!(super::vocabularies().len(), declared, "add the new enum to `vocabularies` in entity/src/lib.rs");
    }

    fn is_declaration(line: &str) -> bool {
        // The macro's own lines have a `$`.
        line.trim_start().starts_with("pub enum ") && line.contains(": \"") && !line.contains('$')
    }
}
