-- Schema 19: whom events concern lies in a list for each of them and all that is entered together: an entry for each event spread over
-- three times as many pages, which were half of all that a busy market wrote.
CREATE TABLE event_lists (
    party BLOB NOT NULL,
    last INTEGER NOT NULL,
    numbers TEXT NOT NULL,
    PRIMARY KEY (party, last)
) WITHOUT ROWID;
INSERT INTO event_lists (party, last, numbers)
SELECT party, max(place), json_group_array(place & 1099511627775 ORDER BY place)
FROM event_parties GROUP BY party, place >> 12;
DROP TABLE event_parties;

-- Whose thing an entry of the audit log is about is entered for many entries at once, too.
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
