//! Service items, the claims on them and the ratings of them. Quota, one live claim per claimant and one rating per
//! person are decided here, so that no race between requests can break them.

use crate::words::Words;

const UP: &str = r"
CREATE TABLE service_item (
    id                {id} PRIMARY KEY,
    community_code    {code} NOT NULL REFERENCES region (code) ON UPDATE CASCADE,
    compound_id       {id},
    implementation_id {id},
    priority_id       {id},
    kind              text NOT NULL,
    title             text NOT NULL,
    description       text NOT NULL,
    audience          text,
    due_on            {date} NOT NULL,
    claimable_by      {smallint} NOT NULL,
    quota             integer NOT NULL,
    live_claims       integer NOT NULL DEFAULT 0,
    accepted_claims   integer NOT NULL DEFAULT 0,
    status            text NOT NULL,
    cancel_reason     text,
    created_by        {id} NOT NULL REFERENCES person (id),
    created_at        {timestamp} NOT NULL,
    updated_at        {timestamp} NOT NULL,
    opened_at         {timestamp},
    done_at           {timestamp},
    closed_at         {timestamp},
    version           integer NOT NULL DEFAULT 1,
    CONSTRAINT service_item_of_community CHECK (length(community_code) = 12),
    -- What names an item, its community and its day names them together.
    CONSTRAINT service_item_of_its_community UNIQUE (id, community_code, due_on),
    CONSTRAINT service_item_compound_in_community FOREIGN KEY (compound_id, community_code)
        REFERENCES compound (id, community_code) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT service_item_implementation_of_community FOREIGN KEY (implementation_id, community_code, priority_id)
        REFERENCES implementation (id, community_code, priority_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT service_item_under_priority CHECK ((implementation_id IS NULL) = (priority_id IS NULL)),
    CONSTRAINT service_item_title_length CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT service_item_description_length CHECK (length(description) <= 4000),
    CONSTRAINT service_item_audience_length CHECK (length(audience) <= 1000),
    CONSTRAINT service_item_claimable_by_bits CHECK (claimable_by BETWEEN 1 AND 15),
    CONSTRAINT service_item_quota_range CHECK (quota BETWEEN 1 AND 1000),
    CONSTRAINT service_item_live_within_quota CHECK (live_claims BETWEEN 0 AND quota),
    CONSTRAINT service_item_accepted_within_live CHECK (accepted_claims BETWEEN 0 AND live_claims),
    CONSTRAINT service_item_public_once_opened CHECK (
        CASE status WHEN 'DRAFT' THEN opened_at IS NULL WHEN 'CANCELLED' THEN true ELSE opened_at IS NOT NULL END
    ),
    CONSTRAINT service_item_cancel_reason_length CHECK (length(cancel_reason) BETWEEN 1 AND 1000)
){strict};
CREATE INDEX service_item_community_idx ON service_item (community_code, id);
CREATE INDEX service_item_community_status_idx ON service_item (community_code, status, id);
CREATE INDEX service_item_status_idx ON service_item (status, id);
CREATE INDEX service_item_community_due_idx ON service_item (community_code, due_on, id);
CREATE INDEX service_item_implementation_idx ON service_item (implementation_id, id);
CREATE INDEX service_item_priority_idx ON service_item (priority_id, id);
CREATE INDEX service_item_priority_due_idx ON service_item (priority_id, due_on, id);
CREATE INDEX service_item_due_idx ON service_item (due_on);
CREATE INDEX service_item_unfinished_idx ON service_item (due_on) WHERE status IN ('OPEN', 'IN_PROGRESS');
CREATE INDEX service_item_created_by_idx ON service_item (created_by, id);

CREATE TABLE claim (
    id              {id} PRIMARY KEY,
    service_item_id {id} NOT NULL,
    -- Those of the item, so that claims are listed by place and by day.
    community_code  {code} NOT NULL,
    due_on          {date} NOT NULL,
    claimant_id     {id} NOT NULL REFERENCES organisation (id),
    status          text NOT NULL,
    claimed_by      {id} NOT NULL REFERENCES person (id),
    claimed_at      {timestamp} NOT NULL,
    started_at      {timestamp},
    submitted_at    {timestamp},
    judge_by        {date},
    judge_by_provisional {bool} NOT NULL DEFAULT false,
    judged_at       {timestamp},
    ended_at        {timestamp},
    updated_at      {timestamp} NOT NULL,
    lapsed          {bool} NOT NULL DEFAULT false,
    summary         text,
    reason          text,
    version         integer NOT NULL DEFAULT 1,
    CONSTRAINT claim_as_its_item FOREIGN KEY (service_item_id, community_code, due_on)
        REFERENCES service_item (id, community_code, due_on) ON UPDATE CASCADE,
    CONSTRAINT claim_judged_by_a_day CHECK (status <> 'SUBMITTED' OR (judge_by IS NOT NULL AND judged_at IS NULL)),
    CONSTRAINT claim_summary_length CHECK (length(summary) <= 4000),
    CONSTRAINT claim_reason_length CHECK (length(reason) BETWEEN 1 AND 1000)
){strict};
CREATE UNIQUE INDEX claim_one_live ON claim (service_item_id, claimant_id) WHERE status NOT IN ('WITHDRAWN', 'RELEASED');
CREATE INDEX claim_service_item_idx ON claim (service_item_id, id);
CREATE INDEX claim_claimant_idx ON claim (claimant_id, id);
CREATE INDEX claim_claimed_by_idx ON claim (claimed_by, id);
CREATE INDEX claim_community_idx ON claim (community_code, id);
CREATE INDEX claim_unfinished_idx ON claim (due_on) WHERE status IN ('CLAIMED', 'IN_PROGRESS', 'RETURNED');
CREATE INDEX claim_updated_idx ON claim (updated_at);
CREATE INDEX claim_status_idx ON claim (status, claimed_at);
CREATE INDEX claim_judge_idx ON claim (judge_by) WHERE status = 'SUBMITTED';
CREATE INDEX claim_judge_place_idx ON claim (community_code, judge_by) WHERE status = 'SUBMITTED';
CREATE INDEX claim_judge_provisional_idx ON claim (id) WHERE judge_by_provisional;
CREATE INDEX claim_lapsed_idx ON claim (claimant_id, ended_at) WHERE lapsed;

CREATE TABLE rating (
    id              {id} PRIMARY KEY,
    service_item_id {id} NOT NULL REFERENCES service_item (id),
    person_id       {id} NOT NULL REFERENCES person (id),
    stars           integer NOT NULL,
    comment         text,
    created_at      {timestamp} NOT NULL,
    CONSTRAINT rating_stars_range CHECK (stars BETWEEN 1 AND 5),
    CONSTRAINT rating_comment_length CHECK (length(comment) <= 1000)
){strict};
CREATE UNIQUE INDEX rating_once ON rating (service_item_id, person_id);
CREATE INDEX rating_service_item_idx ON rating (service_item_id, id);
";

const DOWN: &str = "
DROP TABLE rating;
DROP TABLE claim;
DROP TABLE service_item;
";

/// The words that columns hold.
const WORDS: &[Words] = &[
    Words {
        table: "service_item",
        column: "kind",
        words: &["SERVICE", "POLICY_GUIDE", "INFORMATION", "ADVISER", "CIVILITY", "HELPER", "SAFETY"],
    },
    Words {
        table: "service_item",
        column: "status",
        words: &["DRAFT", "OPEN", "IN_PROGRESS", "DONE", "CLOSED", "EXPIRED", "CANCELLED"],
    },
    Words {
        table: "claim",
        column: "status",
        words: &["CLAIMED", "IN_PROGRESS", "SUBMITTED", "ACCEPTED", "RETURNED", "WITHDRAWN", "RELEASED"],
    },
];

crate::dialect::ddl_migration!(UP, DOWN, [], WORDS);
