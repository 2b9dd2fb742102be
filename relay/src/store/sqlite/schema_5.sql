-- Schema 5: money. Transfers are never changed; balances are what they come to, and are checked against them.

CREATE TABLE ledger_transfers (
    space_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    stage INTEGER NOT NULL,
    leg INTEGER NOT NULL,
    reason TEXT NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    minor INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, number)
) WITHOUT ROWID;
-- Each stage of a subject's life comes once.
CREATE UNIQUE INDEX ledger_transfers_by_key ON ledger_transfers (space_id, subject, stage, leg);

CREATE TABLE ledger_balances (
    space_id INTEGER NOT NULL,
    account TEXT NOT NULL,
    minor INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, account)
) WITHOUT ROWID;

CREATE TABLE top_ups (
    space_id INTEGER NOT NULL,
    top_up BLOB NOT NULL,
    owner BLOB NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    reference TEXT,
    confirmation_uri TEXT,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, top_up)
) WITHOUT ROWID;
CREATE INDEX top_ups_by_owner ON top_ups (space_id, owner, top_up);
CREATE INDEX top_ups_by_status ON top_ups (space_id, status, top_up);
