-- Schema 8: what is on offer. Words are in a table of each space (`listing_words_1` …), made with the space's first listing, so that
-- neither what is found nor how it is ranked tells of another's.

CREATE TABLE listings (
    space_id INTEGER NOT NULL,
    listing BLOB NOT NULL,
    -- Dense in its space: what its words are found by.
    number INTEGER NOT NULL,
    seller BLOB NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    category_key TEXT NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (space_id, listing)
) WITHOUT ROWID;
CREATE UNIQUE INDEX listings_by_number ON listings (space_id, number);
CREATE INDEX listings_by_status ON listings (space_id, status, listing);
CREATE INDEX listings_by_seller ON listings (space_id, seller, listing);
CREATE INDEX listings_by_category ON listings (space_id, category_key, status, listing);

-- How many active listings each category has.
CREATE TABLE listing_categories (
    space_id INTEGER NOT NULL,
    category_key TEXT NOT NULL,
    name TEXT NOT NULL,
    active INTEGER NOT NULL,
    PRIMARY KEY (space_id, category_key)
) WITHOUT ROWID;
