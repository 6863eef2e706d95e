//! The types that random selections are made of: what they hold, as the schema has it.

use std::{collections::HashMap, sync::LazyLock};

/// What a field is: `Page` names its connection.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Leaf,
    Object(&'static str),
    Page(&'static str),
}

impl Kind {
    pub fn inner(self) -> Option<&'static str> {
        match self {
            Self::Leaf => None,
            Self::Object(of) | Self::Page(of) => Some(of),
        }
    }
}

/// Name, interfaces, fields: `name` a leaf, `name:Type` an object or a list, `name:[Type]` a page.
const TYPES: &[(&str, &[&str], &str)] = &[
    (
        "Query",
        &[],
        "serviceItems:[ServiceItem] claims:[Claim] priorities:[Priority] regions:[Region] region:Region node:Node \
         nodes:Node",
    ),
    ("Node", &[], "id"),
    ("Claimant", &[], "id name"),
    ("Organisation", &[], "id name region:Region"),
    ("Region", &["Node"], "id code name level kind parent:Region children:[Region] serviceItems:[ServiceItem]"),
    (
        "ServiceItem",
        &["Node"],
        "id title description audience kind status community:Region street:Region compound:Compound \
         publisher:PartyOrganisation priority:Priority dueOn claimableBy quota claimCount acceptedCount claims:[Claim] \
         latestRating:Rating ratings:[Rating] averageStars cancelReason createdAt updatedAt openedAt doneAt closedAt version",
    ),
    (
        "Claim",
        &["Node"],
        "id status claimant:Claimant serviceItem:ServiceItem dueOn claimedAt startedAt submittedAt endedAt updatedAt summary reason \
         lapsed version",
    ),
    ("Rating", &["Node"], "id stars comment createdAt serviceItem:ServiceItem ratedBy:Person"),
    (
        "Priority",
        &["Node"],
        "id title status dueOn adoptBy weight street:Region communities:Region serviceItems:[ServiceItem] createdAt \
         updatedAt publishedAt withdrawReason createdBy:Person version",
    ),
    (
        "Person",
        &["Node"],
        "id name phoneMasked homeCommunity:Region homeCompound:Compound posts:[Post] checkIns:[CheckIn]",
    ),
    (
        "Post",
        &["Node"],
        "id role personName person:Person organisation:Organisation representing:Organisation startsOn endsOn endedAt \
         inForce",
    ),
    ("CheckIn", &["Node"], "id community:Region unit:Unit person:Person startsOn endsOn endedAt inForce"),
    (
        "Compound",
        &["Node"],
        "id name community:Region households builtArea contract:PropertyContract ownersCommittee:OwnersCommittee \
         contracts:[PropertyContract]",
    ),
    (
        "PropertyContract",
        &["Node"],
        "id company:PropertyCompany compound:Compound kind startsOn endsOn endedOn endReason monthlyFee inForce",
    ),
    (
        "PartyOrganisation",
        &["Node", "Organisation"],
        "id name region:Region kind superior:Organisation foundedOn unit:Unit subordinates:[PartyOrganisation] posts:[Post]",
    ),
    ("PublicBody", &["Node", "Organisation"], "id name region:Region kind superior:Organisation posts:[Post]"),
    ("Unit", &["Node", "Claimant", "Organisation"], "id name region:Region category checkIns:[CheckIn] claims:[Claim]"),
    (
        "PropertyCompany",
        &["Node", "Claimant", "Organisation"],
        "id name region:Region creditCode contracts:[PropertyContract] claims:[Claim]",
    ),
    (
        "OwnersCommittee",
        &["Node", "Claimant", "Organisation"],
        "id name region:Region compound:Compound seats electedOn termEndsOn filedOn members:[Post] claims:[Claim]",
    ),
    ("PartyAlliance", &["Node", "Organisation"], "id name region:Region category lead:PartyOrganisation"),
    (
        "BigPartyCommittee",
        &["Node", "Organisation"],
        "id name region:Region host:PartyOrganisation members:[Post] allMembers:[Post]",
    ),
    ("PageInfo", &[], "hasNextPage hasPreviousPage startCursor endCursor"),
];

type Fields = Vec<(&'static str, Kind)>;

static FIELDS: LazyLock<HashMap<&'static str, Fields>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for &(name, _, fields) in TYPES {
        let typename = (name != "Query").then_some(("__typename", Kind::Leaf));
        all.insert(name, fields.split_whitespace().map(field).chain(typename).collect());
        let node = ("node", Kind::Object(name));
        all.insert(part_of(name, "Edge"), vec![node, ("cursor", Kind::Leaf), ("__typename", Kind::Leaf)]);
        let connection = vec![
            ("nodes", Kind::Object(name)),
            ("edges", Kind::Object(part_of(name, "Edge"))),
            ("pageInfo", Kind::Object("PageInfo")),
            ("totalCount", Kind::Leaf),
            ("__typename", Kind::Leaf),
        ];
        all.insert(part_of(name, "Connection"), connection);
    }
    all
});

fn field(text: &'static str) -> (&'static str, Kind) {
    match text.split_once(':') {
        None => (text, Kind::Leaf),
        Some((name, of)) => match of.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
            Some(of) => (name, Kind::Page(part_of(of, "Connection"))),
            None => (name, Kind::Object(of)),
        },
    }
}

/// `ServiceItemConnection` and the like, each made once.
fn part_of(name: &'static str, part: &'static str) -> &'static str {
    static NAMES: LazyLock<HashMap<(&'static str, &'static str), &'static str>> = LazyLock::new(|| {
        let parts = ["Edge", "Connection"].into_iter();
        let names = parts.flat_map(|part| TYPES.iter().map(move |(name, ..)| (*name, part)));
        names.map(|(name, part)| ((name, part), &*format!("{name}{part}").leak())).collect()
    });
    NAMES[&(name, part)]
}

pub fn fields_of(on: &str) -> &'static [(&'static str, Kind)] {
    &FIELDS[on]
}

pub fn interfaces_of(on: &str) -> &'static [&'static str] {
    TYPES.iter().find(|(name, ..)| *name == on).map_or(&[], |(_, interfaces, _)| interfaces)
}

pub fn is_interface(on: &str) -> bool {
    matches!(on, "Node" | "Claimant" | "Organisation")
}

/// What a fragment inside an interface may be on: its members, and the other interfaces that they have.
pub fn members_of(on: &str) -> Vec<&'static str> {
    if !is_interface(on) {
        return Vec::new();
    }
    let members = TYPES.iter().filter(|(_, interfaces, _)| interfaces.contains(&on)).map(|(name, ..)| *name);
    members.chain(["Node", "Claimant", "Organisation"]).collect()
}
