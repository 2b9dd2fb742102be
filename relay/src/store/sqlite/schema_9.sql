-- Schema 9: what buyers and sellers talk over.

CREATE TABLE offers (
    space_id INTEGER NOT NULL,
    offer BLOB NOT NULL,
    listing BLOB NOT NULL,
    buyer BLOB NOT NULL,
    seller BLOB NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT,
    milestones TEXT NOT NULL,
    round INTEGER NOT NULL,
    proposed_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    order_id BLOB,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, offer)
) WITHOUT ROWID;
CREATE INDEX offers_by_buyer ON offers (space_id, buyer, offer);
CREATE INDEX offers_by_seller ON offers (space_id, seller, offer);
CREATE INDEX offers_by_listing ON offers (space_id, listing, offer);
CREATE INDEX offers_by_status ON offers (space_id, status, offer);
-- What stands, by when it ends.
CREATE INDEX offers_by_expiry ON offers (space_id, expires_at) WHERE status IN ('MADE', 'COUNTERED');
-- What an order came of.
CREATE UNIQUE INDEX offers_by_order ON offers (space_id, order_id) WHERE order_id IS NOT NULL;
