-- Schema 4: who trades, by what keys, and what was asked for. Every table's key starts with space_id.

CREATE TABLE spaces (
    space_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);
-- The one that accounts talk in.
INSERT INTO spaces (space_id, name, created_at) VALUES (1, 'default', 0);

CREATE TABLE settings (
    space_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (space_id, name)
) WITHOUT ROWID;

-- Secrets are kept as salted hashes.
CREATE TABLE api_keys (
    space_id INTEGER NOT NULL,
    key BLOB NOT NULL,
    name TEXT NOT NULL,
    scopes INTEGER NOT NULL,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    last_used_at INTEGER,
    PRIMARY KEY (space_id, key)
) WITHOUT ROWID;
-- A key says which space it opens: this is how it is found.
CREATE UNIQUE INDEX api_keys_by_key ON api_keys (key);

CREATE TABLE api_tokens (
    space_id INTEGER NOT NULL,
    key BLOB NOT NULL,
    hash BLOB NOT NULL,
    scopes INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, key, hash)
) WITHOUT ROWID;
CREATE INDEX api_tokens_by_expiry ON api_tokens (space_id, expires_at);

CREATE TABLE users (
    space_id INTEGER NOT NULL,
    user BLOB NOT NULL,
    account BLOB,
    external_id TEXT,
    email TEXT,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, user)
) WITHOUT ROWID;
CREATE INDEX users_by_time ON users (space_id, created_at, user);
CREATE UNIQUE INDEX users_by_external_id ON users (space_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX users_by_account ON users (space_id, account) WHERE account IS NOT NULL;

-- What was answered to a change, for whoever asks again by the same key.
CREATE TABLE answers (
    space_id INTEGER NOT NULL,
    asker BLOB NOT NULL,
    key BLOB NOT NULL,
    hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (space_id, asker, key)
) WITHOUT ROWID;
CREATE INDEX answers_by_expiry ON answers (space_id, expires_at) WHERE expires_at IS NOT NULL;

-- Each entry's hash covers the one before.
CREATE TABLE audit (
    space_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (space_id, number)
) WITHOUT ROWID;

-- Where the log ends, signed within each commit.
CREATE TABLE audit_heads (
    space_id INTEGER NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL
);

-- What happened, for streams and webhooks: dense in each space.
CREATE TABLE events (
    space_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    event BLOB NOT NULL,
    name TEXT NOT NULL,
    first_party BLOB,
    second_party BLOB,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_id ON events (space_id, event);
