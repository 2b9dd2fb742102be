//! Words that active listings are found by: an index of each space's own.
//!
//! What is searched by is put into quotes, so that nothing in it is more than a word.

use std::collections::HashSet;

use market::ListingContent;
use market::machines::ListingStatus;
use market::words::Word;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::columns::Conditions;
use super::listings::conditions;
use crate::store::StoreError;
use crate::trade::{Found, ListingFilter, SearchWords};

/// Listings that are looked at: of words that more have, the newest, whatever else is asked of them. Else a price that none has would have
/// the row of each read.
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

fn make(connection: &Connection, space: i64) -> Result<(), StoreError> {
    Ok(connection.execute_batch(&format!(
        "CREATE VIRTUAL TABLE {} USING fts5 (title, category, description, content = '', contentless_delete = 1,
           tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3 4')",
        table(space)
    ))?)
}

/// Makes every index anew, as this build has it, out of the listings.
pub(in crate::store::sqlite) fn learn_anew(connection: &Connection) -> Result<(), StoreError> {
    let mut spaces = connection.prepare("SELECT space_id FROM spaces")?;
    let spaces: Vec<i64> = spaces.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for space in spaces {
        if !is_there(connection, space)? {
            continue;
        }
        let table = table(space);
        connection.execute_batch(&format!("DROP TABLE {table}"))?;
        make(connection, space)?;
        connection.execute(
            &format!(
                "INSERT INTO {table} (rowid, title, category, description)
                 SELECT number, title, category, description FROM listings WHERE space_id = ?1 AND status = ?2"
            ),
            params![space, ListingStatus::Active.as_str()],
        )?;
    }
    Ok(())
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
        make(connection, space)?;
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
pub(in crate::store::sqlite) fn find(
    connection: &Connection,
    space: i64,
    words: &SearchWords,
    filter: &ListingFilter,
) -> Result<Found, StoreError> {
    find_among(connection, space, words, filter, RANKED_MAX)
}

/// The same, among so many of the newest that have the words.
fn find_among(
    connection: &Connection,
    space: i64,
    words: &SearchWords,
    filter: &ListingFilter,
    ranked_max: u32,
) -> Result<Found, StoreError> {
    let Some(expression) = expression(words) else { return Ok(Found(Vec::new())) };
    if !is_there(connection, space)? {
        return Ok(Found(Vec::new()));
    }
    let table = table(space);
    let Conditions { text: conditions, values: asked } = conditions(filter);
    let values = [Value::from(expression), ranked_max.into(), space.into()].into_iter().chain(asked);
    // The index gives them in the order of their numbers, so that the first of them are all that is read of it.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT listings.number FROM (
           SELECT rowid AS number, bm25({table}, {WEIGHTS}) AS score FROM {table}
           WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?) AS ranked
         CROSS JOIN listings ON listings.space_id = ? AND listings.number = ranked.number
         WHERE true{conditions} ORDER BY score, listings.number DESC LIMIT {}",
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

#[cfg(test)]
mod tests {
    use market::Text;
    use protocol::{Amount, Currency, Money};

    use super::*;

    const SPACE: i64 = 1;

    #[test]
    fn of_words_that_many_have_the_newest_are_looked_at_before_anything_else_is_asked_of_them() {
        let store = store([10, 90, 20, 30, 40]);
        check(&store, 0..=100, 5, &[5, 4, 3, 2, 1]);
        check(&store, 50..=100, 5, &[2]);
        check(&store, 0..=100, 3, &[5, 4, 3]);
        check(&store, 50..=100, 3, &[]);
        check(&store, 50..=100, 4, &[2]);
    }

    /// A store with a listing of each price, the oldest first, all of which say the same.
    fn store<const N: usize>(prices: [i64; N]) -> Connection {
        let store = Connection::open_in_memory().unwrap();
        store
            .execute_batch("CREATE TABLE listings (space_id, number INTEGER, minor INTEGER, currency TEXT)")
            .unwrap();
        for (number, minor) in (1..).zip(prices) {
            let [title, description, category] = ["A chair", "Red.", "Chairs"].map(Text::from);
            let price = Money { amount: Amount::ZERO, currency: Currency::Usd };
            learn(&store, SPACE, number, &ListingContent { title, description, category, price }).unwrap();
            store
                .execute("INSERT INTO listings VALUES (?1, ?2, ?3, 'USD')", params![SPACE, number, minor])
                .unwrap();
        }
        store
    }

    #[track_caller]
    fn check(store: &Connection, price: std::ops::RangeInclusive<u64>, ranked_max: u32, expected: &[u32]) {
        let words = "chair".parse().unwrap();
        let filter = ListingFilter { price: Some((Currency::Usd, price)), ..ListingFilter::default() };
        let Found(found) = find_among(store, SPACE, &words, &filter, ranked_max).unwrap();
        assert_eq!(found, expected);
    }
}
