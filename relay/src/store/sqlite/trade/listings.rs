//! What is on offer.

use market::machines::ListingStatus;
use market::words::Word;
use market::{Listing, ListingContent, Text};
use protocol::ListingId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, number, timestamp, unsigned};
use super::columns::{Conditions, Listed, minor, money, word};
use super::{LOOKED_AT_MAX, search};
use crate::store::StoreError;
use crate::trade::{CategoryRow, ListingFilter, ListingRow, Seen, category_key, from_json, json};

const COLUMNS: &str = "listing, seller, title, description, category, minor, currency, status, metadata, created_at, updated_at";

pub(super) fn find(
    connection: &Connection,
    space: i64,
    listing: ListingId,
) -> Result<Option<ListingRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM listings WHERE space_id = ?1 AND listing = ?2"))?
        .query_row(params![space, listing.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The newest first: ids are in the order of their time.
pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: &ListingFilter,
    limit: u32,
) -> Result<Seen<ListingRow, ListingId>, StoreError> {
    let behind = filter.behind.as_ref().map(ListingId::as_bytes);
    let listed = |columns| Listed::new(columns, "listings", "listing", space, behind);
    let (of_index, rest) = parts(filter);
    let up_to = if rest.is_empty() {
        None
    } else {
        listed("listing").all(conditions(&of_index)).at(connection, LOOKED_AT_MAX - 1)?
    };
    let rows = listed(COLUMNS)
        .all(conditions(&of_index))
        .only("listing >=", up_to.map(|up_to| up_to.to_vec()))
        .all(rest.unindexed())
        .read(connection, limit, read)?;
    Ok(Seen { rows, up_to: up_to.map(ListingId::from_bytes) })
}

/// What of a filter one index has in its order, and what is asked of the rows beside.
fn parts(filter: &ListingFilter) -> (ListingFilter, Conditions) {
    let ListingFilter { behind: _, seller, category, status, price } = filter.clone();
    let none = ListingFilter::default;
    match (seller, category, status) {
        (Some(_), category, status) => (
            ListingFilter { seller, ..none() },
            conditions(&ListingFilter { category, status, price, ..none() }),
        ),
        (None, category, Some(_)) => {
            (ListingFilter { category, status, ..none() }, conditions(&ListingFilter { price, ..none() }))
        }
        (None, category, None) => (none(), conditions(&ListingFilter { category, price, ..none() })),
    }
}

/// What a filter asks of a listing, beside where a page begins.
pub(super) fn conditions(filter: &ListingFilter) -> Conditions {
    let price = filter.price.as_ref();
    Conditions::default()
        .only("seller =", filter.seller.map(|seller| seller.as_bytes().to_vec()))
        .only("category_key =", filter.category.clone())
        .only("status =", filter.status.map(|status| status.as_str().to_owned()))
        .only("currency =", price.map(|(currency, _)| currency.code().to_owned()))
        .only("minor >=", price.map(|(_, range)| number(*range.start())))
        .only("minor <=", price.map(|(_, range)| number(*range.end())))
}

pub(super) fn numbered(
    connection: &Connection,
    space: i64,
    numbers: &[u32],
) -> Result<Vec<ListingRow>, StoreError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM listings WHERE space_id = ?1 AND number = ?2"))?;
    let mut rows = Vec::with_capacity(numbers.len());
    for number in numbers {
        let row = statement.query_row(params![space, number], |row| Ok(read(row))).optional()?;
        rows.extend(row.transpose()?);
    }
    Ok(rows)
}

/// Writes a listing; its words and its category follow.
pub(super) fn put(connection: &Connection, space: i64, row: &ListingRow) -> Result<(), StoreError> {
    let Listing { id, seller, ref content, status, created_at } = row.listing;
    let before: Option<(String, String)> = connection
        .prepare_cached("SELECT status, category_key FROM listings WHERE space_id = ?1 AND listing = ?2")?
        .query_row(params![space, id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let key = category_key(content.category.as_str());
    let number: i64 = connection
        .prepare_cached(
            "INSERT INTO listings (space_id, listing, number, seller, title, description, category, category_key,
               minor, currency, status, metadata, created_at, updated_at)
             SELECT ?1, ?2, 1 + coalesce(max(number), 0), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
               FROM listings WHERE space_id = ?1
             ON CONFLICT (space_id, listing) DO UPDATE
               SET title = ?4, description = ?5, category = ?6, category_key = ?7, minor = ?8, currency = ?9,
                 status = ?10, metadata = ?11, updated_at = ?13
             RETURNING number",
        )?
        .query_row(
            params![
                space,
                id.as_bytes(),
                seller.as_bytes(),
                content.title.as_str(),
                content.description.as_str(),
                content.category.as_str(),
                key,
                minor(content.price.amount),
                content.price.currency.code(),
                status.as_str(),
                json(&row.metadata)?,
                millis(created_at),
                millis(row.updated_at)
            ],
            |row| row.get(0),
        )?;
    let was_active = before.filter(|(status, _)| status == ListingStatus::Active.as_str());
    if let Some((_, key)) = &was_active {
        search::forget(connection, space, number)?;
        count(connection, space, (key, ""), -1)?;
    }
    if status == ListingStatus::Active {
        search::learn(connection, space, number, content)?;
        count(connection, space, (&key, content.category.as_str()), 1)?;
    }
    Ok(())
}

fn count(connection: &Connection, space: i64, (key, name): (&str, &str), by: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO listing_categories (space_id, category_key, name, active) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (space_id, category_key) DO UPDATE SET active = active + ?4",
        )?
        .execute(params![space, key, name, by])?;
    connection
        .prepare_cached(
            "DELETE FROM listing_categories WHERE space_id = ?1 AND category_key = ?2 AND active = 0",
        )?
        .execute(params![space, key])?;
    Ok(())
}

pub(super) fn categories(
    connection: &Connection,
    space: i64,
    behind: Option<&str>,
    limit: u32,
) -> Result<Vec<CategoryRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT category_key, name, active FROM listing_categories
         WHERE space_id = ?1 AND category_key > ?2 ORDER BY category_key LIMIT ?3",
    )?;
    let rows = statement.query_map(params![space, behind.unwrap_or_default(), limit], |row| {
        Ok(CategoryRow { key: row.get(0)?, name: row.get(1)?, active: unsigned(row.get(2)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> Result<ListingRow, StoreError> {
    let [title, description, category]: [String; 3] = [row.get(2)?, row.get(3)?, row.get(4)?];
    let [currency, status, metadata]: [String; 3] = [row.get(6)?, row.get(7)?, row.get(8)?];
    Ok(ListingRow {
        listing: Listing {
            id: id(&row.get::<_, Vec<u8>>(0)?)?,
            seller: id(&row.get::<_, Vec<u8>>(1)?)?,
            content: ListingContent {
                title: Text::from(title),
                description: Text::from(description),
                category: Text::from(category),
                price: money(row.get(5)?, &currency)?,
            },
            status: word(&status)?,
            created_at: timestamp(row.get(9)?),
        },
        metadata: from_json(&metadata)?,
        updated_at: timestamp(row.get(10)?),
    })
}
