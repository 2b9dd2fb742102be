//! The audit log's rows.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::super::{Seal, number, unsigned};
use crate::store::{AuditPage, Committed, SpaceId, StoreError};
use crate::trade::{AuditEntry, AuditHead, Chain};

/// Appends an entry; where the log ends is signed before the commit.
pub(super) fn append(
    connection: &Connection,
    space: i64,
    body: &str,
    events: &mut Vec<Committed>,
) -> Result<(), StoreError> {
    let last = connection
        .prepare_cached("SELECT number, hash FROM audit WHERE space_id = ?1 ORDER BY number DESC LIMIT 1")?
        .query_row([space], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let SpaceId(own) = own(space)?;
    let mut chain = last.map_or_else(|| Chain::new(own), |(last, hash)| Chain::at(own, unsigned(last), hash));
    let entry = chain.append(body);
    connection
        .prepare_cached("INSERT INTO audit (space_id, number, body, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![space, number(entry.number), entry.body, entry.hash])?;
    events.push(Committed::Audited { space: SpaceId(own), chain });
    Ok(())
}

/// Signs where the logs end that have grown.
pub(in super::super) fn seal(
    connection: &Connection,
    events: &[Committed],
    seal: &Seal,
) -> Result<(), StoreError> {
    let grown: BTreeMap<SpaceId, &Chain> = events
        .iter()
        .filter_map(|event| match event {
            Committed::Audited { space, chain } => Some((*space, chain)),
            _ => None,
        })
        .collect();
    for (SpaceId(space), chain) in grown {
        let head = chain.sign(&seal.relay, &seal.key);
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO audit_heads (space_id, number, hash, signature) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![space, number(head.number), head.hash, head.signature])?;
    }
    Ok(())
}

/// A part of the log, in order, and where it ends.
pub(super) fn page(
    connection: &Connection,
    space: i64,
    behind: u64,
    limit: u32,
) -> Result<AuditPage, StoreError> {
    let head = connection
        .prepare_cached("SELECT number, hash, signature FROM audit_heads WHERE space_id = ?1")?
        .query_row([space], |row| {
            Ok(AuditHead { number: unsigned(row.get(0)?), hash: row.get(1)?, signature: row.get(2)? })
        })
        .optional()?;
    let mut statement = connection.prepare_cached(
        "SELECT number, body, hash FROM audit WHERE space_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
    )?;
    let entries = statement.query_map(params![space, number(behind), limit], |row| {
        Ok(AuditEntry { number: unsigned(row.get(0)?), body: row.get(1)?, hash: row.get(2)? })
    })?;
    Ok(AuditPage { entries: entries.collect::<Result<_, _>>()?, head })
}

fn own(space: i64) -> Result<SpaceId, StoreError> {
    u32::try_from(space).map(SpaceId).map_err(|_| StoreError::Unavailable)
}
