-- Schema 12: whom else is told what happened. Secrets are kept as they are, since each delivery is signed by them.

CREATE TABLE webhook_endpoints (
    space_id INTEGER NOT NULL,
    endpoint BLOB NOT NULL,
    url TEXT NOT NULL,
    types TEXT NOT NULL,
    description TEXT NOT NULL,
    secret BLOB NOT NULL,
    previous_secret BLOB,
    previous_until INTEGER,
    is_enabled INTEGER NOT NULL,
    -- The last event that deliveries were made of.
    cursor INTEGER NOT NULL,
    failing_since INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, endpoint)
) WITHOUT ROWID;

-- One event for one endpoint; its job has the same id.
CREATE TABLE webhook_deliveries (
    space_id INTEGER NOT NULL,
    delivery BLOB NOT NULL,
    endpoint BLOB NOT NULL,
    number INTEGER NOT NULL,
    event BLOB NOT NULL,
    name TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    response_status INTEGER,
    error_code TEXT,
    attempted_at INTEGER,
    delivered_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, delivery)
) WITHOUT ROWID;
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (space_id, endpoint, delivery);
CREATE UNIQUE INDEX webhook_deliveries_by_event ON webhook_deliveries (space_id, endpoint, number);
