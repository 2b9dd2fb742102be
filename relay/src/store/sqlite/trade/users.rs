//! Those who trade.

use market::words::Word;
use protocol::UserId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::columns::word;
use super::{LAST, LOOKED_AT_MAX};
use crate::store::StoreError;
use crate::trade::{Seen, UserFilter, UserKind, UserRow, UserStatus, from_json, json};

const COLUMNS: &str = "user, account, external_id, email, kind, status, metadata, created_at";

pub(super) fn find(connection: &Connection, space: i64, user: UserId) -> Result<Option<UserRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE space_id = ?1 AND user = ?2"))?
        .query_row(params![space, user.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(super) fn find_external(
    connection: &Connection,
    space: i64,
    external_id: &str,
) -> Result<Option<UserRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE space_id = ?1 AND external_id = ?2"))?
        .query_row(params![space, external_id], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The newest first. One that is not there has nothing behind it.
pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: UserFilter,
    limit: u32,
) -> Result<Seen<UserRow, UserId>, StoreError> {
    let behind = match filter.behind {
        Some(user) => match find(connection, space, user)? {
            Some(row) => Place { created_at: millis(row.created_at), user: *row.user.as_bytes() },
            None => return Ok(Seen { rows: Vec::new(), up_to: None }),
        },
        None => Place { created_at: i64::MAX, user: LAST },
    };
    let is_picked = filter.kind.is_some() || filter.status.is_some();
    let up_to = if is_picked { place_at(connection, space, &behind, LOOKED_AT_MAX - 1)? } else { None };
    let last = up_to.unwrap_or(Place { created_at: i64::MIN, user: [0; 16] });
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM users
         WHERE space_id = ?1 AND (created_at, user) < (?2, ?3) AND (created_at, user) >= (?4, ?5)
           AND (?6 IS NULL OR kind = ?6) AND (?7 IS NULL OR status = ?7)
         ORDER BY created_at DESC, user DESC LIMIT ?8"
    ))?;
    let rows = statement.query_map(
        params![
            space,
            behind.created_at,
            behind.user,
            last.created_at,
            last.user,
            filter.kind.map(UserKind::as_str),
            filter.status.map(UserStatus::as_str),
            limit
        ],
        |row| Ok(read(row)),
    )?;
    let rows = rows.map(|row| row?).collect::<Result<_, _>>()?;
    Ok(Seen { rows, up_to: up_to.map(|place| UserId::from_bytes(place.user)) })
}

/// Where a user stands in the list of all.
#[derive(Clone, Copy)]
struct Place {
    created_at: i64,
    user: [u8; 16],
}

/// The place that has so many between a place and itself, if there are as many.
fn place_at(
    connection: &Connection,
    space: i64,
    behind: &Place,
    before: u32,
) -> Result<Option<Place>, StoreError> {
    let place = connection
        .prepare_cached(
            "SELECT created_at, user FROM users WHERE space_id = ?1 AND (created_at, user) < (?2, ?3)
             ORDER BY created_at DESC, user DESC LIMIT 1 OFFSET ?4",
        )?
        .query_row(params![space, behind.created_at, behind.user, before], |row| {
            Ok(Place { created_at: row.get(0)?, user: row.get(1)? })
        })
        .optional()?;
    Ok(place)
}

pub(super) fn put(connection: &Connection, space: i64, row: &UserRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO users (space_id, user, account, external_id, email, kind, status, metadata, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            space,
            row.user.as_bytes(),
            row.account.as_ref().map(|account| account.as_bytes()),
            row.external_id,
            row.email,
            row.kind.as_str(),
            row.status.as_str(),
            json(&row.metadata)?,
            millis(row.created_at)
        ])?;
    Ok(())
}

pub(super) fn set_status(
    connection: &Connection,
    space: i64,
    user: UserId,
    status: UserStatus,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE users SET status = ?3 WHERE space_id = ?1 AND user = ?2")?
        .execute(params![space, user.as_bytes(), status.as_str()])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<UserRow, StoreError> {
    let account: Option<Vec<u8>> = row.get(1)?;
    let [kind, status, metadata]: [String; 3] = [row.get(4)?, row.get(5)?, row.get(6)?];
    Ok(UserRow {
        user: id(&row.get::<_, Vec<u8>>(0)?)?,
        account: account.as_deref().map(id).transpose()?,
        external_id: row.get(2)?,
        email: row.get(3)?,
        kind: word(&kind)?,
        status: word(&status)?,
        metadata: from_json(&metadata)?,
        created_at: timestamp(row.get(7)?),
    })
}
