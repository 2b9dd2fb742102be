//! That what a space has lies in an order that begins with the space: of one space, nothing of another's is ever gone through.

use relay::store::Spaces;
use relay::store::sqlite::SqliteStore;
use rusqlite::Connection;

use super::Folder;
use crate::kept::{FIRST, Kept};
use crate::shop::{NOW, Shop};

/// Tables whose key begins with no space, and why they may.
const TABLES: &[(&str, &str)] = &[
    ("meta", "it is the relay's own"),
    ("answers", "rows lie as they came, and are found by `answers_by_key`, which begins with the space"),
    ("event_lists", "a user is one space's alone, and `last` begins with the space"),
    ("conversations", "rows lie as they came, and are found by an index that begins with the space"),
    ("entries", "rows lie as they came, and are found by an index that begins with the space"),
    ("inbox", "rows lie as they came, and are found by an index that begins with the space"),
    ("key_packages", "rows lie as they came, and are found by an index that begins with the space"),
];
/// Indices that begin with no space, and why they may.
const INDICES: &[(&str, &str)] = &[
    ("api_keys_by_key", "a key is what says which space is asked for"),
    ("events_by_id", "an event's id is drawn for it alone, and what is found is asked for its place"),
    ("spaces (name)", "a space is found by its name"),
];
/// Words of listings are in tables of a space's own, which are called so and by its number.
const WORDS: &str = "listing_words_";
const SPACE: &str = "space_id";
/// What is only appended to has its space in the upper bits of its place.
const PLACE: &str = "place";
const SPACE_OF_PLACE: &str = "space_id INTEGER AS (place >> 40)";

#[tokio::test]
async fn every_table_and_every_index_of_what_a_space_has_begins_with_the_space() {
    let folder = Folder::anew();
    let store = folder.open();
    let other = store.make_space("other", NOW).await.unwrap();
    for space in [FIRST, other] {
        let shop = Shop::drawn_from(store.space(space), space.0.into());
        let seller = shop.user("one").await;
        shop.listing(seller, "A desk", "Desks", "9.00").await;
    }
    let schema = Connection::open(folder.0.path().join(SqliteStore::FILE)).unwrap();
    let [tables, indices] = [tables(&schema), indices(&schema)];
    assert!(tables.len() > 30 && indices.len() > 40, "{} and {}", tables.len(), indices.len());
    let is_words = |table: &Keyed| {
        let number = table.name.strip_prefix(WORDS).and_then(|name| name.split('_').next());
        number.is_some_and(|number| [FIRST, other].iter().any(|space| number == space.0.to_string()))
    };
    let of_words = tables.iter().filter(|table| is_words(table));
    assert!(of_words.count() > 2, "each has its own");
    check(tables.iter().filter(|table| !is_words(table)), TABLES);
    check(indices.iter(), INDICES);
}

#[test]
fn a_table_or_an_index_that_begins_with_something_else_is_found() {
    let schema = Connection::open_in_memory().unwrap();
    schema
        .execute_batch(
            "CREATE TABLE good (space_id INTEGER, user BLOB, name TEXT, PRIMARY KEY (space_id, user), UNIQUE (name)) WITHOUT ROWID;
             CREATE TABLE swapped (space_id INTEGER, user BLOB, PRIMARY KEY (user, space_id)) WITHOUT ROWID;
             CREATE TABLE keyless (space_id INTEGER, user BLOB);
             CREATE TABLE appended (place INTEGER PRIMARY KEY, space_id INTEGER AS (place >> 40) VIRTUAL);
             CREATE TABLE misplaced (place INTEGER PRIMARY KEY, space_id INTEGER);
             CREATE INDEX good_by_user ON good (user, space_id);
             CREATE INDEX good_by_space ON good (space_id, name);
             CREATE INDEX good_by_sum ON good (space_id + 1);",
        )
        .unwrap();
    let found = |all: &[Keyed]| -> Vec<String> {
        all.iter().filter(|one| !one.begins_with_space()).map(|one| one.name.clone()).collect()
    };
    assert_eq!(found(&tables(&schema)), ["keyless", "misplaced", "swapped"]);
    assert_eq!(found(&indices(&schema)), ["good (name)", "good_by_sum", "good_by_user"]);
}

/// A table or an index, by what its rows are in the order of.
struct Keyed {
    name: String,
    first: Option<String>,
    /// How its table was made.
    made: String,
}

impl Keyed {
    fn begins_with_space(&self) -> bool {
        match self.first.as_deref() {
            Some(SPACE) => true,
            Some(PLACE) => self.made.contains(SPACE_OF_PLACE),
            _ => false,
        }
    }
}

#[track_caller]
fn check<'a>(all: impl Iterator<Item = &'a Keyed>, except: &[(&str, &str)]) {
    let mut found: Vec<&str> =
        all.filter(|one| !one.begins_with_space()).map(|one| one.name.as_str()).collect();
    let mut named: Vec<&str> = except.iter().map(|(name, _)| *name).collect();
    found.sort_unstable();
    named.sort_unstable();
    assert_eq!(found, named);
}

/// Every table that is not SQLite's own. One whose key is not declared is in no order that is a space's.
fn tables(schema: &Connection) -> Vec<Keyed> {
    read(
        schema,
        "SELECT tables.name, (SELECT name FROM pragma_table_xinfo(tables.name) WHERE pk = 1), tables.sql
         FROM sqlite_schema AS tables WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name",
    )
}

/// Every index that is not the key of its table. One that a table was made with has no name of its own.
fn indices(schema: &Connection) -> Vec<Keyed> {
    read(
        schema,
        "SELECT iif(indices.origin = 'c', indices.name, tables.name || ' (' || coalesce(columns.name, '') || ')') AS called,
           columns.name, tables.sql
         FROM sqlite_schema AS tables, pragma_index_list(tables.name) AS indices,
           pragma_index_xinfo(indices.name) AS columns
         WHERE tables.type = 'table' AND indices.origin <> 'pk' AND columns.seqno = 0 ORDER BY called",
    )
}

fn read(schema: &Connection, query: &str) -> Vec<Keyed> {
    let mut statement = schema.prepare(query).unwrap();
    let keyed = |row: &rusqlite::Row| Ok(Keyed { name: row.get(0)?, first: row.get(1)?, made: row.get(2)? });
    statement.query_map([], keyed).unwrap().collect::<Result<_, _>>().unwrap()
}
