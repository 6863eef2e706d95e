//! People, the posts and check-ins their rights come from, and the applications that act beside them.

use crate::terms::{End, Terms};
use crate::words::Words;

const UP: &str = r"
CREATE TABLE person (
    id                  {id} PRIMARY KEY,
    name                text NOT NULL,
    account             {code} CONSTRAINT person_account_key UNIQUE,
    home_community_code {code} REFERENCES region (code) ON UPDATE CASCADE,
    home_compound_id    {id},
    phone_sealed        text,
    phone_masked        text,
    created_at          {timestamp} NOT NULL,
    version             integer NOT NULL DEFAULT 1,
    CONSTRAINT person_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT person_account_length CHECK (length(account) BETWEEN 1 AND 100),
    CONSTRAINT person_home_is_community CHECK (length(home_community_code) = 12),
    CONSTRAINT person_home_compound_in_some_community CHECK (home_compound_id IS NULL OR home_community_code IS NOT NULL),
    CONSTRAINT person_home_compound_in_community FOREIGN KEY (home_compound_id, home_community_code)
        REFERENCES compound (id, community_code) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT person_phone_whole CHECK ((phone_sealed IS NULL) = (phone_masked IS NULL))
){strict};
CREATE INDEX person_home_community_idx ON person (home_community_code, id);

CREATE TABLE post (
    id              {id} PRIMARY KEY,
    person_id       {id} NOT NULL REFERENCES person (id),
    role            text NOT NULL,
    organisation_id {id} NOT NULL REFERENCES organisation (id),
    representing_id {id} REFERENCES organisation (id),
    starts_on       {date} NOT NULL,
    ends_on         {date},
    ended_at        {timestamp},
    end_reason      text,
    appointed_by    {id} REFERENCES person (id),
    created_at      {timestamp} NOT NULL,
    CONSTRAINT post_term CHECK (ends_on >= starts_on),
    CONSTRAINT post_ended_within_term CHECK ({day_of_ended_at} <= ends_on),
    CONSTRAINT post_end_reason_length CHECK (length(end_reason) BETWEEN 1 AND 1000)
){strict};
CREATE INDEX post_person_idx ON post (person_id, id);
CREATE INDEX post_organisation_idx ON post (organisation_id, id);

CREATE TABLE check_in (
    id             {id} PRIMARY KEY,
    person_id      {id} REFERENCES person (id),
    unit_id        {id} REFERENCES organisation (id),
    community_code {code} NOT NULL REFERENCES region (code) ON UPDATE CASCADE,
    starts_on      {date} NOT NULL,
    ends_on        {date},
    ended_at       {timestamp},
    created_at     {timestamp} NOT NULL,
    CONSTRAINT check_in_person_or_unit CHECK ((person_id IS NULL) <> (unit_id IS NULL)),
    CONSTRAINT check_in_unit_prefix CHECK (substr(unit_id, 1, 5) = 'unit_'),
    CONSTRAINT check_in_at_community CHECK (length(community_code) = 12),
    CONSTRAINT check_in_term CHECK (ends_on >= starts_on),
    CONSTRAINT check_in_ended_within_term CHECK ({day_of_ended_at} <= ends_on)
){strict};
CREATE INDEX check_in_person_idx ON check_in (person_id);
CREATE INDEX check_in_unit_idx ON check_in (unit_id);
CREATE INDEX check_in_community_idx ON check_in (community_code, id);

CREATE TABLE client_application (
    id         {id} PRIMARY KEY,
    name       text NOT NULL,
    account    {code} CONSTRAINT client_application_account_key UNIQUE,
    scopes     {json} NOT NULL,
    active     {bool} NOT NULL DEFAULT true,
    created_at {timestamp} NOT NULL,
    CONSTRAINT client_application_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT client_application_account_length CHECK (length(account) BETWEEN 1 AND 100)
){strict};
";

const DOWN: &str = "
DROP TABLE client_application;
DROP TABLE check_in;
DROP TABLE post;
DROP TABLE person;
";

const TERMS: [Terms; 2] = [
    Terms {
        table: "post",
        name: "post_terms_apart",
        same: &["person_id", "role", "organisation_id"],
        first: "starts_on",
        ends: &[End::LastDay("ends_on"), End::Moment("ended_at")],
    },
    Terms {
        table: "check_in",
        name: "check_in_terms_apart",
        same: &["coalesce(person_id, unit_id)", "community_code"],
        first: "starts_on",
        ends: &[End::LastDay("ends_on"), End::Moment("ended_at")],
    },
];

/// The words that columns hold.
const WORDS: &[Words] = &[Words {
    table: "post",
    column: "role",
    words: &[
        "party_member",
        "property_manager",
        "owners_chair",
        "owners_member",
        "unit_liaison",
        "part_time_member",
        "full_time_member",
        "station_officer",
        "community_worker",
        "community_secretary",
        "street_officer",
        "street_secretary",
        "department_officer",
        "district_officer",
    ],
}];

crate::dialect::ddl_migration!(UP, DOWN, TERMS, WORDS);
