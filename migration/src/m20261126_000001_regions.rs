//! Regions, keyed by their statistical code, which is their path.

use crate::words::Words;

const UP: &str = r"
CREATE TABLE region (
    id          {id} PRIMARY KEY,
    code        {code} NOT NULL CONSTRAINT region_code_key UNIQUE,
    level       text NOT NULL,
    kind        text NOT NULL,
    name        text NOT NULL,
    -- As it is looked for: see organisation.
    name_folded text NOT NULL,
    parent_code {code} CONSTRAINT region_parent_fkey REFERENCES region (code),
    CONSTRAINT region_code_is_digits CHECK (trim(code, '0123456789') = ''),
    CONSTRAINT region_code_fits_level CHECK (
        length(code) = CASE level WHEN 'CITY' THEN 4 WHEN 'DISTRICT' THEN 6 WHEN 'STREET' THEN 9 ELSE 12 END
    ),
    CONSTRAINT region_kind_fits_level CHECK (
        CASE level
            WHEN 'STREET' THEN kind IN ('STREET', 'TOWN', 'TOWNSHIP', 'ZONE')
            WHEN 'COMMUNITY' THEN kind IN ('RESIDENTS_COMMITTEE', 'VILLAGERS_COMMITTEE', 'OTHER')
            ELSE kind = level
        END
    ),
    CONSTRAINT region_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT region_only_city_without_parent CHECK ((parent_code IS NULL) = (level = 'CITY')),
    CONSTRAINT region_parent_is_prefix CHECK (
        parent_code = substr(code, 1, CASE level WHEN 'COMMUNITY' THEN 9 WHEN 'STREET' THEN 6 ELSE 4 END)
    )
){strict};
CREATE INDEX region_parent_idx ON region (parent_code, code);
";

const DOWN: &str = "DROP TABLE region;";

/// The words that columns hold.
const WORDS: &[Words] =
    &[Words { table: "region", column: "level", words: &["CITY", "DISTRICT", "STREET", "COMMUNITY"] }];

crate::dialect::ddl_migration!(UP, DOWN, [], WORDS);
