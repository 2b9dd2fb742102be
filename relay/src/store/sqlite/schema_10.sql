-- Schema 10: money that users send each other. It is never changed.

CREATE TABLE user_transfers (
    space_id INTEGER NOT NULL,
    transfer BLOB NOT NULL,
    sender BLOB NOT NULL,
    recipient BLOB NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    note TEXT,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, transfer)
) WITHOUT ROWID;
CREATE INDEX user_transfers_by_sender ON user_transfers (space_id, sender, transfer);
CREATE INDEX user_transfers_by_recipient ON user_transfers (space_id, recipient, transfer);
