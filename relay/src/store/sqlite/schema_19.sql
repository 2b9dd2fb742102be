-- Schema 19: whose thing an entry of the audit log is about is entered for many entries at once, as whom events concern is.

DROP INDEX audit_by_user;
CREATE TABLE audit_users (
    space_id INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (space_id, user_id, occurred_at, place)
) WITHOUT ROWID;
INSERT INTO audit_users (space_id, user_id, occurred_at, place)
SELECT space_id, user_id, occurred_at, place FROM audit WHERE user_id IS NOT NULL
ORDER BY space_id, user_id, occurred_at, place;

-- Up to where they are entered: what is behind is looked at one by one.
CREATE TABLE audit_users_entered (
    space_id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL
);
INSERT INTO audit_users_entered (space_id, place) SELECT space_id, max(place) FROM audit GROUP BY space_id;

-- Answers lie in the order of their keys first: keys that are in the order of their time are entered in the same few pages.
DROP INDEX answers_by_key;
CREATE UNIQUE INDEX answers_by_key ON answers (space_id, key, asker);
