//! What is on offer.

use market::machines::ListingStatus;
use market::words::Word;
use market::{Listing, ListingContent, Text};
use protocol::{Amount, Currency, ListingId, Money};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::super::sessions::id;
use super::super::{millis, number, timestamp, unsigned};
use super::{LAST, search};
use crate::store::StoreError;
use crate::trade::{CategoryRow, ListingFilter, ListingRow, category_key};

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
) -> Result<Vec<ListingRow>, StoreError> {
    let behind = filter.behind.map_or(LAST, |listing| *listing.as_bytes());
    let mut values = vec![Value::from(space), behind.to_vec().into()];
    let conditions = conditions(filter, &mut values);
    values.push(limit.into());
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM listings WHERE space_id = ? AND listing < ?{conditions} ORDER BY listing DESC LIMIT ?"
    ))?;
    let rows = statement.query_map(params_from_iter(values), |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// What a filter asks of a listing, beside where a page begins.
pub(super) fn conditions(filter: &ListingFilter, values: &mut Vec<Value>) -> String {
    let mut conditions = String::new();
    let mut only = |condition: &str, value: Value| {
        conditions += condition;
        values.push(value);
    };
    if let Some(seller) = filter.seller {
        only(" AND seller = ?", seller.as_bytes().to_vec().into());
    }
    if let Some(category) = &filter.category {
        only(" AND category_key = ?", category.clone().into());
    }
    if let Some(status) = filter.status {
        only(" AND status = ?", status.as_str().to_owned().into());
    }
    if let Some((currency, range)) = &filter.price {
        only(" AND currency = ?", currency.code().to_owned().into());
        only(" AND minor >= ?", number(*range.start()).into());
        only(" AND minor <= ?", number(*range.end()).into());
    }
    conditions
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
                number(content.price.amount.minor()),
                content.price.currency.code(),
                status.as_str(),
                serde_json::to_string(&row.metadata).map_err(|_| StoreError::Unavailable)?,
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
    let amount = Amount::from_minor(unsigned(row.get(5)?)).ok_or(StoreError::Unavailable)?;
    let currency: Currency = currency.parse().map_err(|_| StoreError::Unavailable)?;
    Ok(ListingRow {
        listing: Listing {
            id: id(&row.get::<_, Vec<u8>>(0)?)?,
            seller: id(&row.get::<_, Vec<u8>>(1)?)?,
            content: ListingContent {
                title: Text::from(title),
                description: Text::from(description),
                category: Text::from(category),
                price: Money { amount, currency },
            },
            status: status.parse().map_err(|_| StoreError::Unavailable)?,
            created_at: timestamp(row.get(9)?),
        },
        metadata: serde_json::from_str(&metadata).map_err(|_| StoreError::Unavailable)?,
        updated_at: timestamp(row.get(10)?),
    })
}
