//! That every statement says of which space the rows are that it touches, whatever table they are in.

use std::collections::BTreeMap;
use std::fs::read_to_string;
use std::path::Path;

use rusqlite::Connection;

use super::schema::migrate;

/// How those begin that name no space for a table, and why they may.
const EXCEPT: [(&str, &str); 4] = [
    ("SELECT space_id FROM api_keys WHERE key = ?1", "a key is what says which space is asked for"),
    ("DELETE FROM answers WHERE answer IN (", "these are numbers of rows that were found in a space"),
    (
        "SELECT NOT EXISTS (SELECT 1 FROM members JOIN conversations ON conversations.number",
        "a conversation's number is of the row that a space's member names",
    ),
    (
        "SELECT number, body, hash, {time} AS at, {place} AS behind FROM {source}",
        "a source names its space itself",
    ),
];
/// What a space is named by: itself, or a place that begins with it (`trade/places.rs`).
const NAMED_BY: [&str; 3] = ["space_id", "place", "last"];
/// What a table stands behind.
const BEFORE_TABLES: [&str; 4] = ["FROM", "INTO", "UPDATE", "JOIN"];
/// What rows of a table that is a space's alone are found by.
const OF_OWN_TABLE: &str = "rowid";

#[test]
fn every_statement_names_the_space_of_each_table_it_touches() {
    let tables = tables();
    let sources = sources();
    let statements: Vec<&String> = sources.iter().filter(|text| !mentions(text).is_empty()).collect();
    assert!(statements.len() > 100, "these are all: {}", statements.len());
    for (beginning, why) in EXCEPT {
        let is_needed = |text: &&&String| text.starts_with(beginning) && is_nameless(text, &tables);
        assert!(statements.iter().any(|text| is_needed(&text)), "nothing is excepted because {why}");
    }
    let is_excepted = |text: &str| EXCEPT.iter().any(|(beginning, _)| text.starts_with(beginning));
    let wrong: Vec<_> =
        statements.iter().filter(|text| is_nameless(text, &tables) && !is_excepted(text)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_statement_that_leaves_a_space_out_is_found() {
    let tables = tables();
    for (statement, is_wrong) in [
        ("SELECT name FROM users WHERE space_id = ?1 AND user = ?2", false),
        ("SELECT name FROM users WHERE user = ?2", true),
        ("SELECT space_id FROM users WHERE user = ?2", true),
        ("SELECT body FROM events WHERE place BETWEEN ?1 AND ?2", false),
        ("SELECT body FROM events WHERE event = ?1", true),
        ("DELETE FROM event_lists WHERE party = ?1 AND last <= ?2", false),
        ("DELETE FROM event_lists WHERE party = ?1", true),
        (
            "UPDATE orders SET status = ?2 WHERE order_id IN (SELECT order_id FROM disputes WHERE space_id = ?1)",
            true,
        ),
        ("SELECT {COLUMNS} FROM {table} WHERE {id} < ?", true),
        ("audit WHERE space_id = ?1 AND place > ?2", false),
        ("audit WHERE user_id = ?1", true),
        ("SELECT number FROM ({both}) ORDER BY number", false),
        ("SELECT {table}.rowid FROM {table} WHERE {table} MATCH ?1", false),
        ("SELECT value FROM meta WHERE name = 'relay'", false),
    ] {
        assert_eq!(is_nameless(statement, &tables), is_wrong, "{statement}");
    }
}

/// Whether a statement touches more tables of spaces than it names a space for.
fn is_nameless(statement: &str, tables: &BTreeMap<String, Vec<String>>) -> bool {
    let is_of_own_table = words(statement).any(|word| word == OF_OWN_TABLE);
    let columns: Vec<&[String]> = mentions(statement)
        .into_iter()
        .filter_map(|table| match tables.get(table) {
            Some(columns) => Some(columns.as_slice()),
            // Whatever is put there may have rows of every space.
            None => (table.starts_with('{') && !is_of_own_table).then_some([].as_slice()),
        })
        .collect();
    // What is only read says of nothing whose it is.
    let words: Vec<&str> = words(statement).collect();
    let named =
        |column: &str| words.windows(2).filter(|pair| pair[0] != "SELECT" && pair[1] == column).count();
    let is_named = |columns: &&[String]| match columns {
        [] => named(NAMED_BY[0]) > 0,
        columns => columns.iter().any(|column| named(column) > 0),
    };
    let all: usize = NAMED_BY.iter().map(|column| named(column)).sum();
    !columns.iter().all(is_named) || all < columns.len()
}

/// What stands in a statement where tables do, or at the beginning of what is put there.
fn mentions(statement: &str) -> Vec<&str> {
    let words: Vec<&str> = words(statement).collect();
    let behind = words.windows(2).filter(|pair| BEFORE_TABLES.contains(&pair[0])).map(|pair| pair[1]);
    let beginning = words.windows(2).take(1).filter(|pair| pair[1] == "WHERE").map(|pair| pair[0]);
    behind.chain(beginning).collect()
}

/// Its words, and the brackets before what is no table's name.
fn words(statement: &str) -> impl Iterator<Item = &str> {
    let is_part = |character: char| character.is_alphanumeric() || "_{}".contains(character);
    statement.split_inclusive('(').flat_map(move |part| {
        let words = part.split(move |character| !is_part(character)).filter(|word| !word.is_empty());
        words.chain(part.ends_with('(').then_some("("))
    })
}

/// Every table that has rows of spaces, and by which of its columns a space is named.
fn tables() -> BTreeMap<String, Vec<String>> {
    let mut store = Connection::open_in_memory().unwrap();
    migrate(&mut store).unwrap();
    let columns = "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_xinfo(tables.name) AS columns
         WHERE tables.type = 'table'";
    let mut statement = store.prepare(columns).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in rows.map(Result::<(String, String), _>::unwrap) {
        if NAMED_BY.contains(&column.as_str()) {
            tables.entry(table).or_default().push(column);
        }
    }
    // These name spaces, and are not theirs.
    tables.remove("spaces");
    tables
}

/// Every text in the store's sources that are shipped.
fn sources() -> Vec<String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sqlite");
    let files = [own.clone(), own.join("trade")].into_iter().flat_map(|folder| folder.read_dir().unwrap());
    let files =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let shipped =
        files.filter(|path| !path.ends_with("statements.rs") && !path.ends_with("schema.rs")).map(|path| {
            let text = read_to_string(path).unwrap();
            text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
        });
    shipped.flat_map(|text| texts(&text)).collect()
}

/// What stands between quotation marks, outside comments.
fn texts(source: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let found = &rest[at..];
        rest = if let Some(comment) = found.strip_prefix("//") {
            comment.split_once('\n').map_or("", |(_, behind)| behind)
        } else if let Some(text) = found.strip_prefix('"') {
            let end = end_of(text);
            texts.push(text[..end].to_owned());
            &text[end + 1..]
        } else if let Some(behind) = found.strip_prefix("'\"'") {
            behind
        } else {
            &found[1..]
        };
    }
    texts
}

/// Where a text ends: at the first quotation mark that no backslash stands before.
fn end_of(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(text.len() - 1)
}
