-- Schema 15: whom an event concerns is entered for many events at once, in the order of those concerned. One by one, each entry was a
-- page of its own.

CREATE TABLE event_parties (
    party BLOB NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (party, place)
) WITHOUT ROWID;
INSERT INTO event_parties (party, place)
SELECT party, place FROM (
    SELECT first_party AS party, place FROM events
    UNION
    SELECT second_party, place FROM events
) WHERE party IS NOT NULL ORDER BY party, place;

-- Up to where they are entered: what is behind is looked at one by one.
CREATE TABLE parties_entered (
    space_id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL
);
INSERT INTO parties_entered (space_id, place) SELECT space_id, max(place) FROM events GROUP BY space_id;

DROP INDEX events_by_first_party;
DROP INDEX events_by_second_party;
