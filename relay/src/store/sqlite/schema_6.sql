-- Schema 6: orders with their milestones, escrow and dispute, and money on its way out.

CREATE TABLE orders (
    space_id INTEGER NOT NULL,
    order_id BLOB NOT NULL,
    maker BLOB NOT NULL,
    buyer BLOB NOT NULL,
    seller BLOB NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT,
    client_ref TEXT,
    status TEXT NOT NULL,
    reserved_until INTEGER,
    escrow BLOB,
    escrow_status TEXT,
    is_milestones_required INTEGER,
    escrow_reference TEXT,
    funded_at INTEGER,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, order_id)
) WITHOUT ROWID;
CREATE INDEX orders_by_buyer ON orders (space_id, buyer, order_id);
CREATE INDEX orders_by_seller ON orders (space_id, seller, order_id);
CREATE INDEX orders_by_status ON orders (space_id, status, order_id);
-- What its maker calls an order is the maker's own.
CREATE UNIQUE INDEX orders_by_client_ref ON orders (space_id, maker, client_ref) WHERE client_ref IS NOT NULL;
-- What is set aside, by when it is given up.
CREATE INDEX orders_by_reserve ON orders (space_id, reserved_until) WHERE status IN ('FUNDS_RESERVED', 'ESCROW_FUNDING');

CREATE TABLE milestones (
    space_id INTEGER NOT NULL,
    order_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    milestone_ref TEXT NOT NULL,
    title TEXT NOT NULL,
    minor INTEGER NOT NULL,
    status TEXT NOT NULL,
    note TEXT,
    completed_at INTEGER,
    PRIMARY KEY (space_id, order_id, place)
) WITHOUT ROWID;
CREATE UNIQUE INDEX milestones_by_ref ON milestones (space_id, order_id, milestone_ref);

CREATE TABLE disputes (
    space_id INTEGER NOT NULL,
    dispute BLOB NOT NULL,
    order_id BLOB NOT NULL,
    buyer BLOB NOT NULL,
    seller BLOB NOT NULL,
    status TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT,
    evidence TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    assignee TEXT,
    decision TEXT,
    minor_to_seller INTEGER,
    minor_to_buyer INTEGER,
    decision_note TEXT,
    resolved_at INTEGER,
    PRIMARY KEY (space_id, dispute)
) WITHOUT ROWID;
CREATE UNIQUE INDEX disputes_by_order ON disputes (space_id, order_id);
CREATE INDEX disputes_by_buyer ON disputes (space_id, buyer, dispute);
CREATE INDEX disputes_by_seller ON disputes (space_id, seller, dispute);
CREATE INDEX disputes_by_status ON disputes (space_id, status, dispute);

CREATE TABLE dispute_comments (
    space_id INTEGER NOT NULL,
    dispute BLOB NOT NULL,
    comment BLOB NOT NULL,
    author TEXT NOT NULL,
    message TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, dispute, comment)
) WITHOUT ROWID;

CREATE TABLE withdrawals (
    space_id INTEGER NOT NULL,
    withdrawal BLOB NOT NULL,
    owner BLOB NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    destination_kind TEXT NOT NULL,
    destination_ref TEXT NOT NULL,
    status TEXT NOT NULL,
    reference TEXT,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, withdrawal)
) WITHOUT ROWID;
CREATE INDEX withdrawals_by_owner ON withdrawals (space_id, owner, withdrawal);
CREATE INDEX withdrawals_by_status ON withdrawals (space_id, status, withdrawal);
