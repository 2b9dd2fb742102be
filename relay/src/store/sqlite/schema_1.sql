-- Schema 1. Every table's key starts with space_id.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE accounts (
    space_id INTEGER NOT NULL,
    account BLOB NOT NULL,
    length INTEGER NOT NULL,
    hash BLOB NOT NULL,
    handle TEXT,
    is_closed INTEGER NOT NULL,
    PRIMARY KEY (space_id, account)
) WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_by_handle ON accounts (space_id, handle) WHERE handle IS NOT NULL;

CREATE TABLE identity_entries (
    space_id INTEGER NOT NULL,
    account BLOB NOT NULL,
    position INTEGER NOT NULL,
    body BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (space_id, account, position)
) WITHOUT ROWID;

CREATE TABLE devices (
    space_id INTEGER NOT NULL,
    device BLOB NOT NULL,
    account BLOB NOT NULL,
    is_listed INTEGER NOT NULL,
    state_counter INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (space_id, device)
) WITHOUT ROWID;
CREATE INDEX devices_by_account ON devices (space_id, account);

CREATE TABLE sessions (
    space_id INTEGER NOT NULL,
    device BLOB NOT NULL,
    account BLOB NOT NULL,
    session BLOB NOT NULL,
    resume BLOB NOT NULL,
    used_resume BLOB,
    used_until INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, device)
) WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_by_session ON sessions (space_id, session);
CREATE UNIQUE INDEX sessions_by_resume ON sessions (space_id, resume);
CREATE INDEX sessions_by_used_resume ON sessions (space_id, used_resume);

CREATE TABLE key_packages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    space_id INTEGER NOT NULL,
    device BLOB NOT NULL,
    suite INTEGER NOT NULL,
    reference BLOB NOT NULL,
    -- Empty once issued: the reference stays, so that it is never taken in again.
    package BLOB NOT NULL,
    is_last_resort INTEGER NOT NULL,
    issued_at INTEGER,
    published_at INTEGER NOT NULL,
    UNIQUE (space_id, device, reference)
);
CREATE INDEX key_packages_unissued ON key_packages (space_id, device, suite, is_last_resort, number)
    WHERE issued_at IS NULL;

CREATE TABLE conversations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    space_id INTEGER NOT NULL,
    conversation BLOB NOT NULL,
    -- Both account ids of a conversation of two, the lower first.
    pair BLOB,
    suite INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    -- The entry that opened the epoch, and the last handshake of any kind.
    epoch_seq INTEGER NOT NULL,
    handshake_seq INTEGER NOT NULL,
    latest_seq INTEGER NOT NULL,
    heads BLOB NOT NULL,
    group_info BLOB NOT NULL,
    -- The public state after the entry snapshot_seq; handshakes behind it are replayed.
    snapshot BLOB NOT NULL,
    snapshot_seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (space_id, conversation)
);
CREATE UNIQUE INDEX conversations_by_pair ON conversations (space_id, pair) WHERE pair IS NOT NULL;

CREATE TABLE entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    space_id INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    -- 1 application, 2 handshake, 3 control.
    kind INTEGER NOT NULL,
    sender BLOB,
    received_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    UNIQUE (space_id, conversation, seq),
    UNIQUE (space_id, conversation, envelope)
);

CREATE TABLE members (
    space_id INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    device BLOB NOT NULL,
    account BLOB NOT NULL,
    -- Reads from the entry that added it to the one that removed it.
    joined_seq INTEGER NOT NULL,
    left_seq INTEGER,
    cursor INTEGER NOT NULL,
    PRIMARY KEY (space_id, conversation, device)
) WITHOUT ROWID;
CREATE INDEX members_by_account ON members (space_id, account);

-- Trees of the epochs that someone was added in, until they have been fetched or are too old.
CREATE TABLE joinable_epochs (
    space_id INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    heads BLOB NOT NULL,
    group_info BLOB NOT NULL,
    tree BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, conversation, epoch)
) WITHOUT ROWID;

CREATE TABLE inbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    space_id INTEGER NOT NULL,
    device BLOB NOT NULL,
    conversation BLOB NOT NULL,
    seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    welcome BLOB NOT NULL,
    received_at INTEGER NOT NULL
);
CREATE INDEX inbox_by_device ON inbox (space_id, device, number);
