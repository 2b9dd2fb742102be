//! Spaces, and what is set for one.

use protocol::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::super::millis;
use crate::store::{SpaceId, StoreError};

const MAINTENANCE: &str = "maintenance";

/// The space of a name, made if need be.
pub(super) fn space(connection: &Connection, name: &str, now: Timestamp) -> Result<SpaceId, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO spaces (space_id, name, created_at)
             SELECT 1 + max(space_id), ?1, ?2 FROM spaces WHERE true ON CONFLICT (name) DO NOTHING",
        )?
        .execute(params![name, millis(now)])?;
    let space = connection
        .prepare_cached("SELECT space_id FROM spaces WHERE name = ?1")?
        .query_row([name], |row| row.get(0))?;
    Ok(SpaceId(space))
}

/// Every space.
pub(super) fn spaces(connection: &Connection) -> Result<Vec<SpaceId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT space_id FROM spaces ORDER BY space_id")?;
    let spaces = statement.query_map([], |row| row.get(0).map(SpaceId))?;
    Ok(spaces.collect::<Result<_, _>>()?)
}

/// Why nothing may be changed, if so.
pub(super) fn maintenance(connection: &Connection, space: i64) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM settings WHERE space_id = ?1 AND name = ?2")?
        .query_row(params![space, MAINTENANCE], |row| row.get(0))
        .optional()?)
}

pub(super) fn set_maintenance(
    connection: &Connection,
    space: i64,
    message: Option<&str>,
) -> Result<(), StoreError> {
    match message {
        Some(message) => connection
            .prepare_cached("INSERT OR REPLACE INTO settings (space_id, name, value) VALUES (?1, ?2, ?3)")?
            .execute(params![space, MAINTENANCE, message])?,
        None => connection
            .prepare_cached("DELETE FROM settings WHERE space_id = ?1 AND name = ?2")?
            .execute(params![space, MAINTENANCE])?,
    };
    Ok(())
}
