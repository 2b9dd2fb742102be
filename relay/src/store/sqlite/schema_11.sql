-- Schema 11: work that is done by and by. A lane is what must not hold the others up.

CREATE TABLE jobs (
    space_id INTEGER NOT NULL,
    job BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL,
    -- When it is to be run, or its lease runs out, or since when it is dead.
    due_at INTEGER NOT NULL,
    owner BLOB,
    attempts INTEGER NOT NULL,
    attempts_max INTEGER NOT NULL,
    error_code TEXT,
    error_text TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, job)
) WITHOUT ROWID;
CREATE INDEX jobs_by_lane ON jobs (space_id, lane, state, due_at);
CREATE INDEX jobs_by_state ON jobs (space_id, state, job);
