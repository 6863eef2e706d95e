//! Organisations and what the kinds of them have besides; compounds and who serves them.
//!
//! A compound is served by one company at a time, and has one owners' committee at a time: terms follow one another.
//! The prefix of an id is tied to the kind, and each detail table to its prefix: so a unit's row can only detail a unit.

use crate::terms::{End, Terms};
use crate::words::Words;

const UP: &str = r"
CREATE TABLE organisation (
    id           {id} PRIMARY KEY,
    kind         text NOT NULL,
    name         text NOT NULL,
    -- The name as it is looked for. Neither database folds letters as the other does, so its writer does.
    name_folded  text NOT NULL,
    region_code  {code} NOT NULL REFERENCES region (code) ON UPDATE CASCADE,
    superior_id  {id} REFERENCES organisation (id),
    dissolved_on {date},
    created_at   {timestamp} NOT NULL,
    version      integer NOT NULL DEFAULT 1,
    CONSTRAINT organisation_id_fits_kind CHECK (
        CASE
            WHEN kind IN ('DISTRICT_CENTRE', 'DEPARTMENT', 'STATION') THEN substr(id, 1, 5) = 'body_'
            WHEN kind IN ('UNIT', 'SOCIAL_ORGANISATION') THEN substr(id, 1, 5) = 'unit_'
            WHEN kind = 'PROPERTY_COMPANY' THEN substr(id, 1, 8) = 'company_'
            WHEN kind = 'OWNERS_COMMITTEE' THEN substr(id, 1, 7) = 'owners_'
            WHEN kind = 'PARTY_ALLIANCE' THEN substr(id, 1, 9) = 'alliance_'
            WHEN kind = 'BIG_PARTY_COMMITTEE' THEN substr(id, 1, 8) = 'council_'
            WHEN kind IN ('STREET_COMMITTEE', 'COMMUNITY_COMMITTEE', 'GRID_BRANCH', 'COMPOUND_BRANCH', 'UNIT_PARTY')
                THEN substr(id, 1, 6) = 'party_'
            -- What a later migration adds brings a rule of its own.
            ELSE true
        END
    ),
    CONSTRAINT organisation_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT organisation_not_its_own_superior CHECK (superior_id <> id)
){strict};
CREATE UNIQUE INDEX organisation_one_street_committee ON organisation (region_code)
    WHERE kind = 'STREET_COMMITTEE' AND dissolved_on IS NULL;
CREATE UNIQUE INDEX organisation_one_community_committee ON organisation (region_code)
    WHERE kind = 'COMMUNITY_COMMITTEE' AND dissolved_on IS NULL;
CREATE INDEX organisation_region_idx ON organisation (region_code, id);
CREATE INDEX organisation_kind_idx ON organisation (kind, region_code, id);
CREATE INDEX organisation_superior_idx ON organisation (superior_id);

CREATE TABLE party_organisation (
    id         {id} PRIMARY KEY REFERENCES organisation (id),
    unit_id    {id} REFERENCES organisation (id),
    founded_on {date},
    CONSTRAINT party_organisation_id_prefix CHECK (substr(id, 1, 6) = 'party_'),
    CONSTRAINT party_organisation_unit_prefix CHECK (substr(unit_id, 1, 5) = 'unit_')
){strict};
CREATE INDEX party_organisation_unit_idx ON party_organisation (unit_id);

CREATE TABLE unit (
    id       {id} PRIMARY KEY REFERENCES organisation (id),
    category text NOT NULL,
    CONSTRAINT unit_id_prefix CHECK (substr(id, 1, 5) = 'unit_')
){strict};

CREATE TABLE property_company (
    id          {id} PRIMARY KEY REFERENCES organisation (id),
    credit_code {code} CONSTRAINT property_company_credit_code_key UNIQUE,
    CONSTRAINT property_company_id_prefix CHECK (substr(id, 1, 8) = 'company_'),
    CONSTRAINT property_company_credit_code_length CHECK (length(credit_code) BETWEEN 1 AND 18)
){strict};

CREATE TABLE compound (
    id             {id} PRIMARY KEY,
    name           text NOT NULL,
    community_code {code} NOT NULL REFERENCES region (code) ON UPDATE CASCADE,
    households     integer NOT NULL,
    built_area     {bigint},
    -- What names a compound and its community names both together.
    CONSTRAINT compound_of_its_community UNIQUE (id, community_code),
    CONSTRAINT compound_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT compound_in_community CHECK (length(community_code) = 12),
    CONSTRAINT compound_households_range CHECK (households >= 0),
    CONSTRAINT compound_built_area_range CHECK (built_area BETWEEN 1 AND 9007199254740991)
){strict};
CREATE INDEX compound_community_idx ON compound (community_code, id);

-- Given to a station or a branch: what lies in it is its own.
CREATE TABLE entrusted_compound (
    organisation_id {id} NOT NULL REFERENCES organisation (id),
    compound_id     {id} NOT NULL REFERENCES compound (id),
    PRIMARY KEY (organisation_id, compound_id),
    CONSTRAINT entrusted_compound_to CHECK (substr(organisation_id, 1, 5) IN ('body_', 'party'))
){strict};
CREATE INDEX entrusted_compound_compound_idx ON entrusted_compound (compound_id);

CREATE TABLE property_contract (
    id          {id} PRIMARY KEY,
    company_id  {id} NOT NULL REFERENCES property_company (id),
    compound_id {id} NOT NULL REFERENCES compound (id),
    kind        text NOT NULL,
    starts_on   {date} NOT NULL,
    ends_on     {date} NOT NULL,
    ended_on    {date},
    end_reason  text,
    monthly_fee {bigint},
    created_at  {timestamp} NOT NULL,
    CONSTRAINT property_contract_term CHECK (ends_on >= starts_on),
    CONSTRAINT property_contract_ended_within_term CHECK (ended_on <= ends_on),
    CONSTRAINT property_contract_end_reason_length CHECK (length(end_reason) BETWEEN 1 AND 1000),
    CONSTRAINT property_contract_monthly_fee_range CHECK (monthly_fee BETWEEN 0 AND 9007199254740991)
){strict};
CREATE INDEX property_contract_compound_idx ON property_contract (compound_id, id);
CREATE INDEX property_contract_company_idx ON property_contract (company_id, id);

CREATE TABLE owners_committee (
    id           {id} PRIMARY KEY REFERENCES organisation (id),
    compound_id  {id} NOT NULL REFERENCES compound (id),
    seats        integer NOT NULL,
    elected_on   {date} NOT NULL,
    term_ends_on {date} NOT NULL,
    filed_on     {date},
    CONSTRAINT owners_committee_id_prefix CHECK (substr(id, 1, 7) = 'owners_'),
    CONSTRAINT owners_committee_seats_range CHECK (seats BETWEEN 5 AND 11),
    CONSTRAINT owners_committee_seats_odd CHECK (seats % 2 = 1),
    CONSTRAINT owners_committee_term_forward CHECK (term_ends_on > elected_on),
    CONSTRAINT owners_committee_term_five_years CHECK (term_ends_on <= {five_years_after_elected_on})
){strict};
";

const DOWN: &str = "
DROP TABLE owners_committee;
DROP TABLE property_contract;
DROP TABLE entrusted_compound;
DROP TABLE compound;
DROP TABLE property_company;
DROP TABLE unit;
DROP TABLE party_organisation;
DROP TABLE organisation;
";

const TERMS: [Terms; 2] = [
    Terms {
        table: "property_contract",
        name: "property_contract_terms_apart",
        same: &["compound_id"],
        first: "starts_on",
        ends: &[End::LastDay("ends_on"), End::Day("ended_on")],
    },
    Terms {
        table: "owners_committee",
        name: "owners_committee_terms_apart",
        same: &["compound_id"],
        first: "elected_on",
        ends: &[End::LastDay("term_ends_on")],
    },
];

/// The words that columns hold.
const WORDS: &[Words] = &[
    Words {
        table: "organisation",
        column: "kind",
        words: &[
            "DISTRICT_CENTRE",
            "DEPARTMENT",
            "STREET_COMMITTEE",
            "COMMUNITY_COMMITTEE",
            "GRID_BRANCH",
            "COMPOUND_BRANCH",
            "UNIT_PARTY",
            "STATION",
            "UNIT",
            "SOCIAL_ORGANISATION",
            "PROPERTY_COMPANY",
            "OWNERS_COMMITTEE",
            "PARTY_ALLIANCE",
            "BIG_PARTY_COMMITTEE",
        ],
    },
    Words {
        table: "unit",
        column: "category",
        words: &["GOVERNMENT_BODY", "ENTERPRISE", "TWO_NEW", "SOCIAL_ORGANISATION", "HOSPITAL", "SCHOOL", "OTHER"],
    },
    Words { table: "property_contract", column: "kind", words: &["COMMERCIAL", "STATE_TAKEOVER", "PARTY_FALLBACK"] },
];

crate::dialect::ddl_migration!(UP, DOWN, TERMS, WORDS);
