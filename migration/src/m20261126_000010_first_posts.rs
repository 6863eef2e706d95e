//! The district's own secretary, persons who live nowhere here, and the invitations by which people come to their posts.

use crate::words::Words;

const UP: &str = r"
ALTER TABLE person ADD COLUMN registered_code {code} REFERENCES region (code) ON UPDATE CASCADE;

CREATE TABLE invitation (
    id          {id} PRIMARY KEY,
    person_id   {id} NOT NULL REFERENCES person (id),
    -- Of the code only this is kept: whoever reads the table cannot use it.
    code_hash   text NOT NULL CONSTRAINT invitation_code_key UNIQUE,
    made_by     text NOT NULL,
    created_at  {timestamp} NOT NULL,
    expires_at  {timestamp} NOT NULL,
    redeemed_at {timestamp},
    ended_at    {timestamp},
    CONSTRAINT invitation_ends_once CHECK (redeemed_at IS NULL OR ended_at IS NULL)
){strict};
CREATE UNIQUE INDEX invitation_one_open ON invitation (person_id) WHERE redeemed_at IS NULL AND ended_at IS NULL;
CREATE INDEX invitation_person_idx ON invitation (person_id, id);
CREATE UNIQUE INDEX organisation_one_district_committee ON organisation (region_code)
    WHERE kind = 'DISTRICT_COMMITTEE' AND dissolved_on IS NULL;
";

const DOWN: &str = "
DROP INDEX organisation_one_district_committee;
DROP TABLE invitation;
ALTER TABLE person DROP COLUMN registered_code;
";

const WORDS: &[Words] = &[
    Words {
        table: "organisation",
        column: "kind",
        words: &[
            "DISTRICT_COMMITTEE",
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
            "district_secretary",
        ],
    },
];

crate::dialect::ddl_migration!(UP, DOWN, [], WORDS);
