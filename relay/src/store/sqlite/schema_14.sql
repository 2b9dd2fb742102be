-- Schema 14: what only grows is appended, to the last page alone. A place is its space in the upper bits and its number in the
-- lower 40, so that every key still starts with the space.

CREATE TABLE events_14 (
    place INTEGER PRIMARY KEY,
    event BLOB NOT NULL,
    name TEXT NOT NULL,
    first_party BLOB,
    second_party BLOB,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    space_id INTEGER AS (place >> 40) VIRTUAL,
    number INTEGER AS (place & 1099511627775) VIRTUAL
);
INSERT INTO events_14 (place, event, name, first_party, second_party, body, created_at)
SELECT space_id << 40 | number, event, name, first_party, second_party, body, created_at
FROM events ORDER BY space_id, number;
DROP TABLE events;
ALTER TABLE events_14 RENAME TO events;
CREATE UNIQUE INDEX events_by_id ON events (event);
CREATE INDEX events_by_first_party ON events (first_party) WHERE first_party IS NOT NULL;
CREATE INDEX events_by_second_party ON events (second_party) WHERE second_party IS NOT NULL;

-- What follows from the text that is hashed is not kept beside it.
CREATE TABLE audit_14 (
    place INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    space_id INTEGER AS (place >> 40) VIRTUAL,
    number INTEGER AS (place & 1099511627775) VIRTUAL,
    occurred_at TEXT AS (json_extract(body, '$.occurred_at')) VIRTUAL,
    action TEXT AS (json_extract(body, '$.action')) VIRTUAL,
    resource_type TEXT AS (json_extract(body, '$.resource_type')) VIRTUAL,
    resource_id TEXT AS (json_extract(body, '$.resource_id')) VIRTUAL
);
INSERT INTO audit_14 (place, body, hash) SELECT space_id << 40 | number, body, hash FROM audit ORDER BY space_id, number;
DROP TABLE audit;
ALTER TABLE audit_14 RENAME TO audit;
CREATE INDEX audit_by_time ON audit (space_id, occurred_at);
CREATE INDEX audit_by_action ON audit (space_id, action, occurred_at);
CREATE INDEX audit_by_resource_type ON audit (space_id, resource_type, occurred_at);
CREATE INDEX audit_by_resource ON audit (space_id, resource_id, occurred_at) WHERE resource_id IS NOT NULL;

-- Keys are anything: only what they are found by is in their order.
CREATE TABLE answers_14 (
    answer INTEGER PRIMARY KEY,
    space_id INTEGER NOT NULL,
    asker BLOB NOT NULL,
    key BLOB NOT NULL,
    hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    expires_at INTEGER
);
INSERT INTO answers_14 (space_id, asker, key, hash, status, body, expires_at)
SELECT space_id, asker, key, hash, status, body, expires_at FROM answers;
DROP TABLE answers;
ALTER TABLE answers_14 RENAME TO answers;
CREATE UNIQUE INDEX answers_by_key ON answers (space_id, asker, key);
CREATE INDEX answers_by_expiry ON answers (space_id, expires_at) WHERE expires_at IS NOT NULL;
