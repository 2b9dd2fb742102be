//! Keys and tokens.

use protocol::{KeyId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::PORTION_MAX;
use super::columns::Listed;
use crate::store::{SpaceId, StoreError};
use crate::trade::{KeyRow, Scopes, TokenRow};

const COLUMNS: &str = "key, name, scopes, salt, hash, created_at, revoked_at, last_used_at";

/// A key says which space is asked for, so that its id is one key's in all of them. It is drawn by the relay, of 74 random bits beside
/// the time: no space comes upon another's.
pub(super) fn space_of(connection: &Connection, key: KeyId) -> Result<Option<SpaceId>, StoreError> {
    let space = connection
        .prepare_cached("SELECT space_id FROM api_keys WHERE key = ?1")?
        .query_row(params![key.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(space.map(SpaceId))
}

pub(super) fn find(connection: &Connection, space: i64, key: KeyId) -> Result<Option<KeyRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM api_keys WHERE space_id = ?1 AND key = ?2"))?
        .query_row(params![space, key.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The newest first: ids are in the order of their time.
pub(super) fn list(
    connection: &Connection,
    space: i64,
    behind: Option<KeyId>,
    limit: u32,
) -> Result<Vec<KeyRow>, StoreError> {
    Listed::new(COLUMNS, "api_keys", "key", space, behind.as_ref().map(KeyId::as_bytes))
        .read(connection, limit, read)
}

pub(super) fn put(connection: &Connection, space: i64, row: &KeyRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO api_keys
               (space_id, key, name, scopes, salt, hash, created_at, revoked_at, last_used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            space,
            row.key.as_bytes(),
            row.name,
            row.scopes.bits(),
            row.salt,
            row.hash,
            millis(row.created_at),
            row.revoked_at.map(millis),
            row.last_used_at.map(millis)
        ])?;
    Ok(())
}

pub(super) fn revoke(
    connection: &Connection,
    space: i64,
    key: KeyId,
    at: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE api_keys SET revoked_at = ?3 WHERE space_id = ?1 AND key = ?2")?
        .execute(params![space, key.as_bytes(), millis(at)])?;
    Ok(())
}

pub(super) fn note_used(
    connection: &Connection,
    space: i64,
    key: KeyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE api_keys SET last_used_at = ?3 WHERE space_id = ?1 AND key = ?2")?
        .execute(params![space, key.as_bytes(), millis(now)])?;
    Ok(())
}

pub(super) fn find_token(
    connection: &Connection,
    space: i64,
    key: KeyId,
    hash: &[u8; 32],
) -> Result<Option<TokenRow>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT scopes, expires_at FROM api_tokens WHERE space_id = ?1 AND key = ?2 AND hash = ?3",
        )?
        .query_row(params![space, key.as_bytes(), hash], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(scopes, expires_at)| TokenRow {
        key,
        hash: *hash,
        scopes: Scopes::from_bits(scopes),
        expires_at: timestamp(expires_at),
    }))
}

pub(super) fn put_token(connection: &Connection, space: i64, row: &TokenRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO api_tokens (space_id, key, hash, scopes, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![space, row.key.as_bytes(), row.hash, row.scopes.bits(), millis(row.expires_at)])?;
    Ok(())
}

/// Drops tokens that work no longer.
pub(super) fn sweep(connection: &Connection, space: i64, now: i64) -> Result<usize, StoreError> {
    Ok(connection
        .prepare_cached(
            "DELETE FROM api_tokens WHERE space_id = ?1 AND (key, hash) IN (
               SELECT key, hash FROM api_tokens WHERE space_id = ?1 AND expires_at <= ?2 LIMIT ?3)",
        )?
        .execute(params![space, now, PORTION_MAX])?)
}

fn read(row: &Row<'_>) -> Result<KeyRow, StoreError> {
    let [revoked_at, last_used_at]: [Option<i64>; 2] = [row.get(6)?, row.get(7)?];
    Ok(KeyRow {
        key: id(&row.get::<_, Vec<u8>>(0)?)?,
        name: row.get(1)?,
        scopes: Scopes::from_bits(row.get(2)?),
        salt: row.get(3)?,
        hash: row.get(4)?,
        created_at: timestamp(row.get(5)?),
        revoked_at: revoked_at.map(timestamp),
        last_used_at: last_used_at.map(timestamp),
    })
}
