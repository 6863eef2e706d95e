//! Party alliances with their members' pacts, and big party committees.

use crate::terms::{End, Terms};
use crate::words::Words;

const UP: &str = r"
CREATE TABLE party_alliance (
    id       {id} PRIMARY KEY REFERENCES organisation (id),
    category text NOT NULL,
    lead_id  {id} NOT NULL REFERENCES organisation (id),
    CONSTRAINT party_alliance_id_prefix CHECK (substr(id, 1, 9) = 'alliance_'),
    CONSTRAINT party_alliance_lead_prefix CHECK (substr(lead_id, 1, 6) = 'party_')
){strict};

CREATE TABLE alliance_member (
    id          {id} PRIMARY KEY,
    alliance_id {id} NOT NULL REFERENCES party_alliance (id),
    member_id   {id} NOT NULL REFERENCES organisation (id),
    pact_year   integer NOT NULL,
    duties      text NOT NULL,
    signed_on   {date} NOT NULL,
    left_on     {date},
    CONSTRAINT alliance_member_left_after_signing CHECK (left_on >= signed_on),
    CONSTRAINT alliance_member_prefix CHECK (substr(member_id, 1, 6) = 'party_'),
    CONSTRAINT alliance_member_duties_length CHECK (length(duties) <= 4000)
){strict};
CREATE INDEX alliance_member_alliance_idx ON alliance_member (alliance_id, id);
CREATE INDEX alliance_member_member_idx ON alliance_member (member_id, id);

CREATE TABLE big_party_committee (
    id      {id} PRIMARY KEY REFERENCES organisation (id),
    host_id {id} NOT NULL CONSTRAINT big_party_committee_host_key UNIQUE REFERENCES organisation (id),
    CONSTRAINT big_party_committee_id_prefix CHECK (substr(id, 1, 8) = 'council_'),
    CONSTRAINT big_party_committee_host_prefix CHECK (substr(host_id, 1, 6) = 'party_')
){strict};
";

const DOWN: &str = "
DROP TABLE big_party_committee;
DROP TABLE alliance_member;
DROP TABLE party_alliance;
";

const TERMS: [Terms; 1] = [Terms {
    table: "alliance_member",
    name: "alliance_member_terms_apart",
    same: &["alliance_id", "member_id"],
    first: "signed_on",
    ends: &[End::Day("left_on")],
}];

/// The words that columns hold.
const WORDS: &[Words] = &[Words {
    table: "party_alliance",
    column: "category",
    words: &["REGIONAL", "INDUSTRY", "COMMERCIAL_CIRCLE", "BUILDING"],
}];

crate::dialect::ddl_migration!(UP, DOWN, TERMS, WORDS);
