//! The bodies of self-government beside the party's, the roles by which companies and units staff themselves, and posts of which
//! there is one at a time.

use sea_orm_migration::prelude::*;

use crate::{
    dialect::{run, run_either},
    terms::{End, Terms, keep_apart_of},
    words::{self, Words},
};

const UP: &str = r"
CREATE UNIQUE INDEX organisation_one_street_office ON organisation (region_code)
    WHERE kind = 'STREET_OFFICE' AND dissolved_on IS NULL;
CREATE UNIQUE INDEX organisation_one_residents_committee ON organisation (region_code)
    WHERE kind = 'RESIDENTS_COMMITTEE' AND dissolved_on IS NULL;
-- The company or unit that keeps the record of its own staff.
ALTER TABLE person ADD COLUMN registered_by {id} REFERENCES organisation (id);
CREATE INDEX person_registered_idx ON person (registered_code, id);
CREATE INDEX person_registered_by_idx ON person (registered_by, id) WHERE registered_by IS NOT NULL;
";

const DOWN: &str = "
DROP INDEX person_registered_by_idx;
DROP INDEX person_registered_idx;
ALTER TABLE person DROP COLUMN registered_by;
DROP INDEX organisation_one_residents_committee;
DROP INDEX organisation_one_street_office;
";

const DOWN_POSTGRES: &str = "ALTER TABLE post DROP CONSTRAINT post_one_seat;";
const DOWN_SQLITE: &str =
    "DROP TRIGGER post_one_seat_insert; DROP TRIGGER post_one_seat_update; DROP INDEX post_one_seat_idx;";

/// Of these an organisation has one at a time.
const ONE_SEAT: &[&str] =
    &["community_secretary", "street_secretary", "unit_party_secretary", "property_representative", "owners_chair"];

const ONE_AT_A_TIME: Terms = Terms {
    table: "post",
    name: "post_one_seat",
    same: &["organisation_id", "role"],
    first: "starts_on",
    ends: &[End::LastDay("ends_on"), End::Moment("ended_at")],
};

const WORDS: &[Words] = &[
    Words {
        table: "organisation",
        column: "kind",
        words: &[
            "DISTRICT_COMMITTEE",
            "DISTRICT_CENTRE",
            "DEPARTMENT",
            "STREET_COMMITTEE",
            "STREET_OFFICE",
            "COMMUNITY_COMMITTEE",
            "RESIDENTS_COMMITTEE",
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
            "property_representative",
            "owners_chair",
            "owners_member",
            "unit_liaison",
            "unit_party_secretary",
            "part_time_member",
            "full_time_member",
            "committee_member",
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

/// What hangs on an organisation, by which column, and when a row of it is over once the organisation is no more.
const HANGING: &[(&str, &str, &str)] = &[
    ("post", "organisation_id", "NEW.ended_at IS NOT NULL OR NEW.ends_on < o.dissolved_on"),
    ("check_in", "unit_id", "NEW.ended_at IS NOT NULL OR NEW.ends_on < o.dissolved_on"),
    ("property_contract", "company_id", "NEW.ended_on IS NOT NULL OR NEW.ends_on < o.dissolved_on"),
    ("organisation", "superior_id", "NEW.dissolved_on IS NOT NULL"),
];

/// Nothing new hangs on what is dissolved. On PostgreSQL it waits for whoever is about to dissolve it.
fn refusing_postgres((table, column, over): &(&str, &str, &str)) -> String {
    format!(
        "CREATE FUNCTION {table}_not_on_dissolved() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE o organisation%ROWTYPE;
        BEGIN
            SELECT * INTO o FROM organisation WHERE id = NEW.{column} FOR SHARE;
            IF o.dissolved_on IS NOT NULL AND NOT coalesce({over}, false) THEN
                RAISE EXCEPTION '{table}_not_on_dissolved'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_not_on_dissolved';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {table}_not_on_dissolved BEFORE INSERT ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_not_on_dissolved();"
    )
}

fn refusing_sqlite((table, column, over): &(&str, &str, &str)) -> String {
    format!(
        "CREATE TRIGGER {table}_not_on_dissolved BEFORE INSERT ON {table}
        WHEN EXISTS (
            SELECT 1 FROM organisation o
            WHERE o.id = NEW.{column} AND o.dissolved_on IS NOT NULL AND NOT coalesce({over}, false)
        )
        BEGIN
            SELECT RAISE(ABORT, '{table}_not_on_dissolved');
        END;"
    )
}

fn accepting((table, ..): &(&str, &str, &str), postgres: bool) -> String {
    let (on, function) = if postgres {
        (format!(" ON {table}"), format!("DROP FUNCTION {table}_not_on_dissolved();"))
    } else {
        (String::new(), String::new())
    };
    format!("DROP TRIGGER {table}_not_on_dissolved{on};{function}")
}

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        for words in WORDS {
            words::keep(manager, words).await?;
        }
        for hanging in HANGING {
            run_either(manager, &refusing_postgres(hanging), &refusing_sqlite(hanging)).await?;
        }
        keep_apart_of(manager, &ONE_AT_A_TIME, Some(("role", ONE_SEAT))).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_either(manager, DOWN_POSTGRES, DOWN_SQLITE).await?;
        for hanging in HANGING {
            run_either(manager, &accepting(hanging, true), &accepting(hanging, false)).await?;
        }
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
