-- Schema 13: what was said of money that moved in the world, and who says so.

-- Words that are noted until there are enough of them.
ALTER TABLE top_ups ADD COLUMN approvals TEXT NOT NULL DEFAULT '[]';
ALTER TABLE withdrawals ADD COLUMN approvals TEXT NOT NULL DEFAULT '[]';

-- Of what moved since: what is older has its transfers alone.
CREATE TABLE settlements (
    space_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    rail TEXT NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    reference TEXT,
    settled_by TEXT NOT NULL,
    settled_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, subject)
) WITHOUT ROWID;

-- The first of the keys that a key was made by, one by the other: whose voice it has.
CREATE TABLE key_origins (
    space_id INTEGER NOT NULL,
    key BLOB NOT NULL,
    origin BLOB NOT NULL,
    PRIMARY KEY (space_id, key)
) WITHOUT ROWID;
