//! Accounts, as those who trade name them.

use protocol::{AccountId, Handle};
use rusqlite::{Connection, OptionalExtension, params};

use super::super::sessions::id;
use crate::store::StoreError;

pub(super) fn of_handle(
    connection: &Connection,
    space: i64,
    handle: &Handle,
) -> Result<Option<AccountId>, StoreError> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT account FROM accounts WHERE space_id = ?1 AND handle = ?2")?
        .query_row(params![space, handle.as_str()], |row| row.get(0))
        .optional()?;
    found.map(|found| id(&found)).transpose()
}

pub(super) fn handle(
    connection: &Connection,
    space: i64,
    account: AccountId,
) -> Result<Option<String>, StoreError> {
    let found: Option<Option<String>> = connection
        .prepare_cached("SELECT handle FROM accounts WHERE space_id = ?1 AND account = ?2")?
        .query_row(params![space, account.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

pub(super) fn is_open(connection: &Connection, space: i64, account: AccountId) -> Result<bool, StoreError> {
    let is_open = connection
        .prepare_cached("SELECT 1 FROM accounts WHERE space_id = ?1 AND account = ?2 AND is_closed = 0")?
        .exists(params![space, account.as_bytes()])?;
    Ok(is_open)
}
