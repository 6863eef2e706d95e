//! Organisations 组织: party organisations, public bodies, units, property companies, owners' committees, alliances and
//! big party committees, with the compounds and contracts that tell who serves where. Everybody reads them; an ended
//! contract is recorded by the street.

mod claimant;
mod contract;
mod graphql;
mod kinds;
mod partners;
mod party;
mod service;

pub use claimant::{Claimant, Organisation, governs, see_claimant, see_organisation};
pub use contract::{Compound, PropertyContract};
pub use graphql::{OrganisationMutation, OrganisationQuery};
pub use partners::{OwnersCommittee, PropertyCompany, Unit};
pub use party::{AllianceMember, BigPartyCommittee, PartyAlliance, PartyOrganisation, PublicBody};
pub use service::EndPropertyContractInput;
