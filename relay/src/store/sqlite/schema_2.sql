-- Schema 2: whose each root key is or was. An account's first one needs no row: the account's id is its hash.

CREATE TABLE roots (
    space_id INTEGER NOT NULL,
    root_key BLOB NOT NULL,
    account BLOB NOT NULL,
    PRIMARY KEY (space_id, root_key)
) WITHOUT ROWID;
