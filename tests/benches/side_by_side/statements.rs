//! The best single statement for each request, found by hand.

/// One item with community, street, newest claim and its claimant. `$1` the id.
pub const ITEM: &str = "
SELECT json_build_object('id', i.id, 'title', i.title, 'status', i.status, 'dueOn', i.due_on, 'quota', i.quota,
    'claimCount', i.live_claims,
    'community', json_build_object('code', c.code, 'name', c.name),
    'street', json_build_object('code', s.code, 'name', s.name),
    'claims', json_build_object('nodes', coalesce((
        SELECT json_agg(json_build_object('id', k.id, 'status', k.status, 'claimedAt', k.claimed_at,
            'claimant', json_build_object('id', o.id, 'name', o.name)))
        FROM (SELECT * FROM claim WHERE service_item_id = i.id ORDER BY id DESC LIMIT 1) k
        JOIN organisation o ON o.id = k.claimant_id), '[]'::json)))::text
FROM service_item i
JOIN region c ON c.code = i.community_code
JOIN region s ON s.code = substr(i.community_code, 1, 9)
WHERE i.id = $1 AND i.opened_at IS NOT NULL";

/// The 20 newest open items of a community with claim counts and latest rating. `$1` the community's code.
pub const BOARD: &str = "
SELECT json_build_object('nodes', coalesce(json_agg(json_build_object('id', i.id, 'title', i.title, 'dueOn', i.due_on,
    'quota', i.quota, 'claimCount', i.live_claims,
    'latestRating', (SELECT json_build_object('stars', r.stars, 'comment', r.comment, 'createdAt', r.created_at)
        FROM rating r WHERE r.service_item_id = i.id ORDER BY r.id DESC LIMIT 1)) ORDER BY i.id DESC), '[]'::json))::text
FROM (SELECT id, title, due_on, quota, live_claims FROM service_item
    WHERE community_code = $1 AND status = 'OPEN' ORDER BY id DESC LIMIT 20) i";

/// A street, its communities, the 10 newest items of each, the newest claim of each and its claimant. `$1` the street.
pub const TREE: &str = "
SELECT json_build_object('code', s.code, 'name', s.name, 'children', json_build_object('nodes', coalesce((
    SELECT json_agg(json_build_object('code', c.code, 'name', c.name,
        'serviceItems', json_build_object('nodes', coalesce(n.nodes, '[]'::json))) ORDER BY c.code)
    FROM (SELECT code, name FROM region WHERE parent_code = s.code ORDER BY code LIMIT 20) c
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('id', i.id, 'title', i.title, 'status', i.status,
            'claims', json_build_object('nodes', coalesce((
                SELECT json_agg(json_build_object('id', k.id, 'status', k.status,
                    'claimant', (SELECT json_build_object('id', o.id, 'name', o.name)
                        FROM organisation o WHERE o.id = k.claimant_id)))
                FROM (SELECT id, status, claimant_id FROM claim
                    WHERE service_item_id = i.id ORDER BY id DESC LIMIT 1) k), '[]'::json)))
            ORDER BY i.id DESC) AS nodes
        FROM (SELECT id, title, status FROM service_item
            WHERE community_code = c.code AND opened_at IS NOT NULL ORDER BY id DESC LIMIT 10) i) n
    ), '[]'::json)))::text
FROM region s WHERE s.code = $1";

/// Claims one item: decides and records. `$1` item, `$2` claimant, `$3` person, `$4` the new id, `$5` now, `$6` today.
pub const CLAIM: &str = "
WITH taken AS (
    UPDATE service_item SET live_claims = live_claims + 1, version = version + 1, updated_at = $5,
        status = CASE WHEN live_claims + 1 >= quota THEN 'IN_PROGRESS' ELSE status END
    WHERE id = $1 AND status = 'OPEN' AND live_claims < quota AND due_on >= $6
    RETURNING id, community_code, due_on, status, live_claims, quota
), made AS (
    INSERT INTO claim (id, service_item_id, community_code, due_on, claimant_id, status, claimed_by, claimed_at,
        updated_at)
    SELECT $4, taken.id, taken.community_code, taken.due_on, $2, 'CLAIMED', $3, $5, $5 FROM taken ON CONFLICT DO NOTHING
    RETURNING id, status, claimed_at, claimant_id
)
SELECT json_build_object('claim', json_build_object('id', m.id, 'status', m.status, 'claimedAt', m.claimed_at,
        'claimant', json_build_object('id', o.id, 'name', o.name)),
    'serviceItem', json_build_object('id', t.id, 'status', t.status, 'claimCount', t.live_claims,
        'quota', t.quota))::text
FROM taken t, made m JOIN organisation o ON o.id = m.claimant_id";
