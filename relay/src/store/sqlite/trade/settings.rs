//! Spaces, and what is set for one.

use protocol::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::super::millis;
use super::super::writer::Events;
use crate::store::{Committed, SpaceId, StoreError};
use crate::trade::Chain;

/// Why nothing may be changed, if so.
pub(super) const MAINTENANCE: &str = "maintenance";
/// How far a walk through what is over has come, if one is under way.
pub(super) const EXPIRY_WALK: &str = "expiry_walk";

/// The space of a name.
pub(super) fn space(connection: &Connection, name: &str) -> Result<Option<SpaceId>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT space_id FROM spaces WHERE name = ?1")?
        .query_row([name], |row| row.get(0).map(SpaceId))
        .optional()?)
}

/// The name of a space.
pub(super) fn name(connection: &Connection, space: i64) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT name FROM spaces WHERE space_id = ?1")?
        .query_row([space], |row| row.get(0))
        .optional()?)
}

/// The same, made if need be; its audit log begins with it.
pub(super) fn make_space(
    connection: &Connection,
    name: &str,
    now: Timestamp,
    events: &mut Events,
) -> Result<SpaceId, StoreError> {
    if let Some(space) = space(connection, name)? {
        return Ok(space);
    }
    let last: u32 =
        connection.prepare_cached("SELECT max(space_id) FROM spaces")?.query_row([], |row| row.get(0))?;
    let space = SpaceId(last + 1);
    connection
        .prepare_cached("INSERT INTO spaces (space_id, name, created_at) VALUES (?1, ?2, ?3)")?
        .execute(params![space.0, name, millis(now)])?;
    events.push(Committed::Audited { space, chain: Chain::new(space.0) });
    Ok(space)
}

/// Every space.
pub(super) fn spaces(connection: &Connection) -> Result<Vec<SpaceId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT space_id FROM spaces ORDER BY space_id")?;
    let spaces = statement.query_map([], |row| row.get(0).map(SpaceId))?;
    Ok(spaces.collect::<Result<_, _>>()?)
}

/// What is set for a space under a name.
pub(super) fn find(connection: &Connection, space: i64, name: &str) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM settings WHERE space_id = ?1 AND name = ?2")?
        .query_row(params![space, name], |row| row.get(0))
        .optional()?)
}

/// Sets it, or nothing.
pub(super) fn set(
    connection: &Connection,
    space: i64,
    name: &str,
    value: Option<String>,
) -> Result<(), StoreError> {
    match value {
        Some(value) => connection
            .prepare_cached("INSERT OR REPLACE INTO settings (space_id, name, value) VALUES (?1, ?2, ?3)")?
            .execute(params![space, name, value])?,
        None => connection
            .prepare_cached("DELETE FROM settings WHERE space_id = ?1 AND name = ?2")?
            .execute(params![space, name])?,
    };
    Ok(())
}
