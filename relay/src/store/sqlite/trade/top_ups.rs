//! Money on its way in.

use market::words::Word;
use market::{Text, TopUp};
use protocol::{Amount, Currency, Money, TopUpId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::super::sessions::id;
use super::super::{millis, number, timestamp, unsigned};
use super::LAST;
use crate::store::StoreError;
use crate::trade::{TopUpFilter, TopUpRow};

const COLUMNS: &str =
    "top_up, owner, minor, currency, status, reference, confirmation_uri, metadata, created_at, updated_at";

pub(super) fn find(
    connection: &Connection,
    space: i64,
    top_up: TopUpId,
) -> Result<Option<TopUpRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM top_ups WHERE space_id = ?1 AND top_up = ?2"))?
        .query_row(params![space, top_up.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The newest first: ids are in the order of their time. Each filter has an index of its own.
pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: TopUpFilter,
    limit: u32,
) -> Result<Vec<TopUpRow>, StoreError> {
    let behind = filter.behind.map_or(LAST, |top_up| *top_up.as_bytes());
    let mut conditions = String::new();
    let mut values = vec![Value::from(space), behind.to_vec().into()];
    if let Some(owner) = filter.owner {
        conditions += " AND owner = ?";
        values.push(owner.as_bytes().to_vec().into());
    }
    if let Some(status) = filter.status {
        conditions += " AND status = ?";
        values.push(status.as_str().to_owned().into());
    }
    values.push(limit.into());
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM top_ups WHERE space_id = ? AND top_up < ?{conditions} ORDER BY top_up DESC LIMIT ?"
    ))?;
    let rows = statement.query_map(params_from_iter(values), |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

pub(super) fn put(connection: &Connection, space: i64, row: &TopUpRow) -> Result<(), StoreError> {
    let TopUp { id, owner, money, status, ref reference, ref confirmation_uri, created_at } = row.top_up;
    connection
        .prepare_cached(
            "INSERT INTO top_ups (space_id, top_up, owner, minor, currency, status, reference, confirmation_uri,
               metadata, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (space_id, top_up) DO UPDATE
               SET status = ?6, reference = ?7, confirmation_uri = ?8, updated_at = ?11",
        )?
        .execute(params![
            space,
            id.as_bytes(),
            owner.as_bytes(),
            number(money.amount.minor()),
            money.currency.code(),
            status.as_str(),
            reference.as_ref().map(Text::as_str),
            confirmation_uri.as_ref().map(Text::as_str),
            serde_json::to_string(&row.metadata).map_err(|_| StoreError::Unavailable)?,
            millis(created_at),
            millis(row.updated_at)
        ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<TopUpRow, StoreError> {
    let [currency, status, metadata]: [String; 3] = [row.get(3)?, row.get(4)?, row.get(7)?];
    let [reference, confirmation_uri]: [Option<String>; 2] = [row.get(5)?, row.get(6)?];
    let amount = Amount::from_minor(unsigned(row.get(2)?)).ok_or(StoreError::Unavailable)?;
    let currency: Currency = currency.parse().map_err(|_| StoreError::Unavailable)?;
    Ok(TopUpRow {
        top_up: TopUp {
            id: id(&row.get::<_, Vec<u8>>(0)?)?,
            owner: id(&row.get::<_, Vec<u8>>(1)?)?,
            money: Money { amount, currency },
            status: status.parse().map_err(|_| StoreError::Unavailable)?,
            reference: reference.map(Text::from),
            confirmation_uri: confirmation_uri.map(Text::from),
            created_at: timestamp(row.get(8)?),
        },
        metadata: serde_json::from_str(&metadata).map_err(|_| StoreError::Unavailable)?,
        updated_at: timestamp(row.get(9)?),
    })
}
