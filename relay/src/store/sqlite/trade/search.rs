//! Words that active listings are found by: an index of each space's own.
//!
//! What is searched by is put into quotes, so that nothing in it is more than a word.

use std::collections::HashSet;

use market::ListingContent;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::listings::conditions;
use crate::store::StoreError;
use crate::trade::{Found, ListingFilter, SearchWords};

/// Listings that are ranked: of words that more have, the newest.
const RANKED_MAX: u32 = 10_000;
/// What a word is worth in the title, the category and the description.
const WEIGHTS: &str = "10.0, 4.0, 1.0";
/// Listings whose titles are looked at for one suggestion: many may be called the same.
const TITLES_EACH: u32 = 5;

fn table(space: i64) -> String {
    format!("listing_words_{space}")
}

/// Whether there is one: it comes with the space's first active listing.
fn is_there(connection: &Connection, space: i64) -> Result<bool, StoreError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?
        .query_row([table(space)], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Has a listing found by what it says.
pub(super) fn learn(
    connection: &Connection,
    space: i64,
    number: i64,
    content: &ListingContent,
) -> Result<(), StoreError> {
    let table = table(space);
    if !is_there(connection, space)? {
        connection.execute_batch(&format!(
            "CREATE VIRTUAL TABLE {table} USING fts5 (title, category, description, content = '', contentless_delete = 1,
               tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4')"
        ))?;
    }
    connection
        .prepare_cached(&format!(
            "INSERT INTO {table} (rowid, title, category, description) VALUES (?1, ?2, ?3, ?4)"
        ))?
        .execute(params![
            number,
            content.title.as_str(),
            content.category.as_str(),
            content.description.as_str()
        ])?;
    Ok(())
}

/// Has a listing found no longer.
pub(super) fn forget(connection: &Connection, space: i64, number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(&format!("DELETE FROM {} WHERE rowid = ?1", table(space)))?
        .execute([number])?;
    Ok(())
}

/// Active listings that have all of the words, the best first, the newer of two that are as good.
pub(super) fn find(
    connection: &Connection,
    space: i64,
    words: &SearchWords,
    filter: &ListingFilter,
) -> Result<Found, StoreError> {
    let Some(expression) = expression(words) else { return Ok(Found(Vec::new())) };
    if !is_there(connection, space)? {
        return Ok(Found(Vec::new()));
    }
    let table = table(space);
    let mut values = vec![Value::from(space), expression.into()];
    let conditions = conditions(filter, &mut values);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT number FROM (
           SELECT listings.number AS number, bm25({table}, {WEIGHTS}) AS score
           FROM {table} CROSS JOIN listings ON listings.space_id = ? AND listings.number = {table}.rowid
           WHERE {table} MATCH ?{conditions} ORDER BY {table}.rowid DESC LIMIT {RANKED_MAX})
         ORDER BY score, number DESC LIMIT {}",
        SearchWords::FOUND_MAX
    ))?;
    let numbers = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    Ok(Found(numbers.collect::<Result<_, _>>()?))
}

/// Titles, each once.
pub(super) fn titles(
    connection: &Connection,
    space: i64,
    words: &SearchWords,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let Some(expression) = expression(words) else { return Ok(Vec::new()) };
    if !is_there(connection, space)? {
        return Ok(Vec::new());
    }
    let table = table(space);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT listings.title FROM {table} CROSS JOIN listings
           ON listings.space_id = ?1 AND listings.number = {table}.rowid
         WHERE {table} MATCH ?2 ORDER BY {table}.rowid DESC LIMIT ?3"
    ))?;
    let found = statement
        .query_map(params![space, format!("title : ({expression})"), limit * TITLES_EACH], |row| {
            row.get::<_, String>(0)
        })?;
    let (mut titles, mut seen) = (Vec::new(), HashSet::new());
    for title in found {
        let title = title?;
        if seen.insert(title.to_lowercase()) {
            titles.push(title);
        }
    }
    titles.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(titles)
}

/// All of the words, the last of which may go on.
fn expression(words: &SearchWords) -> Option<String> {
    let quoted: Vec<String> =
        words.list().iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
    (!quoted.is_empty()).then(|| format!("{} *", quoted.join(" ")))
}
