//! What was imported: each file that was taken, and under which name of its source each object came.

const UP: &str = r"
CREATE TABLE import_run (
    id          {id} PRIMARY KEY,
    sheet       text NOT NULL,
    source      text NOT NULL,
    digest      text NOT NULL,
    rows_new    integer NOT NULL,
    rows_changed integer NOT NULL,
    rows_unchanged integer NOT NULL,
    made_by     text NOT NULL,
    created_at  {timestamp} NOT NULL
){strict};

CREATE TABLE external_id (
    source      {code} NOT NULL,
    sheet       {code} NOT NULL,
    external_id {code} NOT NULL,
    object_id   {id} NOT NULL,
    import_id   {id} NOT NULL REFERENCES import_run (id),
    PRIMARY KEY (source, sheet, external_id),
    CONSTRAINT external_id_length CHECK (length(external_id) BETWEEN 1 AND 100),
    CONSTRAINT external_id_source_length CHECK (length(source) BETWEEN 1 AND 100)
){strict};
CREATE INDEX external_id_object_idx ON external_id (object_id);
";

const DOWN: &str = "
DROP TABLE external_id;
DROP TABLE import_run;
";

crate::dialect::ddl_migration!(UP, DOWN);
