//! Priorities of the streets and their implementation by the communities.

use crate::words::Words;

const UP: &str = r"
CREATE TABLE priority (
    id              {id} PRIMARY KEY,
    street_code     {code} NOT NULL REFERENCES region (code) ON UPDATE CASCADE,
    title           text NOT NULL,
    description     text NOT NULL,
    target          text NOT NULL,
    due_on          {date} NOT NULL,
    adopt_by        {date},
    weight          integer NOT NULL DEFAULT 1,
    status          text NOT NULL,
    district_task   text,
    withdraw_reason text,
    created_by      {id} NOT NULL REFERENCES person (id),
    created_at      {timestamp} NOT NULL,
    updated_at      {timestamp} NOT NULL,
    published_at    {timestamp},
    ended_at        {timestamp},
    version         integer NOT NULL DEFAULT 1,
    CONSTRAINT priority_of_street CHECK (length(street_code) = 9),
    CONSTRAINT priority_title_length CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT priority_description_length CHECK (length(description) <= 4000),
    CONSTRAINT priority_target_length CHECK (length(target) <= 4000),
    CONSTRAINT priority_weight_range CHECK (weight BETWEEN 1 AND 100),
    CONSTRAINT priority_public_once_published CHECK ((published_at IS NULL) = (status IN ('DRAFT', 'DISCARDED'))),
    -- What names a priority and its street names both together.
    CONSTRAINT priority_of_its_street UNIQUE (id, street_code),
    CONSTRAINT priority_district_task_length CHECK (length(district_task) <= 1000),
    CONSTRAINT priority_withdraw_reason_length CHECK (length(withdraw_reason) BETWEEN 1 AND 1000)
){strict};
CREATE INDEX priority_street_idx ON priority (street_code, id);
CREATE INDEX priority_status_idx ON priority (status, id);

CREATE TABLE priority_target (
    priority_id    {id} NOT NULL REFERENCES priority (id) ON DELETE CASCADE,
    community_code {code} NOT NULL REFERENCES region (code) ON UPDATE CASCADE,
    street_code    {code} GENERATED ALWAYS AS (substr(community_code, 1, 9)) STORED,
    PRIMARY KEY (priority_id, community_code),
    CONSTRAINT priority_target_of_its_street FOREIGN KEY (priority_id, street_code)
        REFERENCES priority (id, street_code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT priority_target_is_community CHECK (length(community_code) = 12)
){strict};
CREATE INDEX priority_target_community_idx ON priority_target (community_code, priority_id);

CREATE TABLE priority_change (
    id          {id} PRIMARY KEY,
    priority_id {id} NOT NULL REFERENCES priority (id),
    what        text NOT NULL,
    before      text NOT NULL,
    after       text NOT NULL,
    reason      text NOT NULL,
    changed_by  {id} NOT NULL REFERENCES person (id),
    changed_at  {timestamp} NOT NULL,
    CONSTRAINT priority_change_reason_length CHECK (length(reason) BETWEEN 1 AND 1000)
){strict};
CREATE INDEX priority_change_priority_idx ON priority_change (priority_id, id);

CREATE TABLE implementation (
    id             {id} PRIMARY KEY,
    priority_id    {id} NOT NULL,
    community_code {code} NOT NULL REFERENCES region (code) ON UPDATE CASCADE,
    street_code    {code} GENERATED ALWAYS AS (substr(community_code, 1, 9)) STORED,
    -- Where it was asked later than the others: its own last day to adopt.
    adopt_by       {date},
    status         text NOT NULL,
    must_adopt     {bool} NOT NULL DEFAULT false,
    plan           text,
    objection      text,
    decision       text,
    result         text,
    adopted_at     {timestamp},
    submitted_at   {timestamp},
    judge_by       {date},
    judge_by_provisional {bool} NOT NULL DEFAULT false,
    decided_at     {timestamp},
    created_at     {timestamp} NOT NULL,
    updated_at     {timestamp} NOT NULL,
    version        integer NOT NULL DEFAULT 1,
    CONSTRAINT implementation_of_its_street FOREIGN KEY (priority_id, street_code)
        REFERENCES priority (id, street_code) DEFERRABLE INITIALLY DEFERRED,
    -- What names an implementation, its community and its priority names them together.
    CONSTRAINT implementation_of_its_community UNIQUE (id, community_code, priority_id),
    CONSTRAINT implementation_of_community CHECK (length(community_code) = 12),
    CONSTRAINT implementation_judged_by_a_day CHECK (status <> 'SUBMITTED' OR judge_by IS NOT NULL),
    CONSTRAINT implementation_plan_length CHECK (length(plan) <= 4000),
    CONSTRAINT implementation_objection_length CHECK (length(objection) BETWEEN 1 AND 1000),
    CONSTRAINT implementation_decision_length CHECK (length(decision) <= 1000),
    CONSTRAINT implementation_result_length CHECK (length(result) <= 4000)
){strict};
CREATE UNIQUE INDEX implementation_once ON implementation (priority_id, community_code);
CREATE INDEX implementation_judge_idx ON implementation (judge_by) WHERE status = 'SUBMITTED';
CREATE INDEX implementation_judge_provisional_idx ON implementation (id) WHERE judge_by_provisional;
CREATE INDEX implementation_community_idx ON implementation (community_code, id);

CREATE TABLE implementation_report (
    id                {id} PRIMARY KEY,
    implementation_id {id} NOT NULL REFERENCES implementation (id),
    body              text NOT NULL,
    reported_by       {id} NOT NULL REFERENCES person (id),
    created_at        {timestamp} NOT NULL,
    CONSTRAINT implementation_report_body_length CHECK (length(body) BETWEEN 1 AND 4000)
){strict};
CREATE INDEX implementation_report_implementation_idx ON implementation_report (implementation_id, id);
";

const DOWN: &str = "
DROP TABLE implementation_report;
DROP TABLE implementation;
DROP TABLE priority_change;
DROP TABLE priority_target;
DROP TABLE priority;
";

/// The words that columns hold.
const WORDS: &[Words] = &[
    Words { table: "priority", column: "status", words: &["DRAFT", "PUBLISHED", "CLOSED", "WITHDRAWN", "DISCARDED"] },
    Words { table: "priority_change", column: "what", words: &["DUE_ON", "COMMUNITIES"] },
    Words {
        table: "implementation",
        column: "status",
        words: &["PENDING", "OBJECTED", "RELEASED", "ADOPTED", "SUBMITTED", "RETURNED", "ACCEPTED", "WITHDRAWN"],
    },
];

crate::dialect::ddl_migration!(UP, DOWN, [], WORDS);
