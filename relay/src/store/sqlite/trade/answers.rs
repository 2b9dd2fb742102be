//! What was answered to changes, for whoever asks again.

use protocol::{Bytes, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::super::millis;
use super::PORTION_MAX;
use crate::store::StoreError;
use crate::trade::{Idempotency, KeptAnswer};

pub(super) fn find(
    connection: &Connection,
    space: i64,
    asker: &[u8],
    key: &[u8; 16],
    now: Timestamp,
) -> Result<Option<KeptAnswer>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT hash, status, body FROM answers
             WHERE space_id = ?1 AND key = ?3 AND asker = ?2 AND (expires_at IS NULL OR expires_at > ?4)",
        )?
        .query_row(params![space, asker, key, millis(now)], |row| {
            let body: Vec<u8> = row.get(2)?;
            Ok(KeptAnswer { hash: row.get(0)?, status: row.get(1)?, body: Bytes::from(body) })
        })
        .optional()?)
}

pub(super) fn sweep(connection: &Connection, space: i64, now: i64) -> Result<usize, StoreError> {
    Ok(connection
        .prepare_cached(
            "DELETE FROM answers WHERE answer IN (
               SELECT answer FROM answers WHERE space_id = ?1 AND expires_at <= ?2 LIMIT ?3)",
        )?
        .execute(params![space, now, PORTION_MAX])?)
}

pub(super) fn keep(
    connection: &Connection,
    space: i64,
    asker: &[u8],
    by: &Idempotency,
    answer: &KeptAnswer,
    now: Timestamp,
) -> Result<(), StoreError> {
    let expires_at = by.kept_ms.map(|kept| millis(now.plus_millis(kept)));
    connection
        .prepare_cached(
            "INSERT INTO answers (space_id, asker, key, hash, status, body, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (space_id, key, asker) DO UPDATE
               SET hash = ?4, status = ?5, body = ?6, expires_at = ?7",
        )?
        .execute(params![
            space,
            asker,
            by.key,
            answer.hash,
            answer.status,
            answer.body.as_ref(),
            expires_at
        ])?;
    Ok(())
}
