//! Money that users sent each other.

use market::{Text, UserTransfer};
use protocol::TransferId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::columns::{self, Listed, minor};
use crate::store::StoreError;
use crate::trade::{UserTransferFilter, UserTransferRow, from_json, json};

const COLUMNS: &str = "transfer, sender, recipient, minor, currency, note, metadata, created_at";

pub(super) fn find(
    connection: &Connection,
    space: i64,
    transfer: TransferId,
) -> Result<Option<UserTransferRow>, StoreError> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM user_transfers WHERE space_id = ?1 AND transfer = ?2"
        ))?
        .query_row(params![space, transfer.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: UserTransferFilter,
    limit: u32,
) -> Result<Vec<UserTransferRow>, StoreError> {
    let behind = filter.behind.as_ref().map(TransferId::as_bytes);
    let listed = Listed::new(COLUMNS, "user_transfers", "transfer", space, behind);
    match filter.user {
        Some(user) => {
            listed.read_of_either(["sender", "recipient"], user.as_bytes(), connection, limit, read)
        }
        None => listed.read(connection, limit, read),
    }
}

pub(super) fn put(connection: &Connection, space: i64, row: &UserTransferRow) -> Result<(), StoreError> {
    let UserTransfer { id, from, to, money, ref note, created_at } = row.transfer;
    connection
        .prepare_cached(
            "INSERT INTO user_transfers (space_id, transfer, sender, recipient, minor, currency, note, metadata,
               created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            space,
            id.as_bytes(),
            from.as_bytes(),
            to.as_bytes(),
            minor(money.amount),
            money.currency.code(),
            note.as_ref().map(Text::as_str),
            json(&row.metadata)?,
            millis(created_at)
        ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<UserTransferRow, StoreError> {
    let [currency, metadata]: [String; 2] = [row.get(4)?, row.get(6)?];
    let note: Option<String> = row.get(5)?;
    Ok(UserTransferRow {
        transfer: UserTransfer {
            id: id(&row.get::<_, Vec<u8>>(0)?)?,
            from: id(&row.get::<_, Vec<u8>>(1)?)?,
            to: id(&row.get::<_, Vec<u8>>(2)?)?,
            money: columns::money(row.get(3)?, &currency)?,
            note: note.map(Text::from),
            created_at: timestamp(row.get(7)?),
        },
        metadata: from_json(&metadata)?,
    })
}
