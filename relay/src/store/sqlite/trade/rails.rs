//! What was said of money that moved in the world, and whose voice a key has.

use std::ops::Range;

use ::ledger::{Pot, Rail, Subject};
use protocol::{KeyId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::columns::{self, minor, word};
use super::ledger;
use crate::store::StoreError;
use crate::trade::{Flow, Settled, SettlementRow, from_json, json};

const TWO_PERSON_RULE: &str = "two_person_rule";

/// Whether it takes two people to say that money moved: the relay's own rule, for every space.
pub(super) fn is_two_person(connection: &Connection) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM meta WHERE name = ?1")?;
    Ok(statement.exists([TWO_PERSON_RULE])?)
}

pub(super) fn set_two_person(connection: &Connection, is_so: bool) -> Result<(), StoreError> {
    let change = if is_so {
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, x'01')"
    } else {
        "DELETE FROM meta WHERE name = ?1"
    };
    connection.prepare_cached(change)?.execute([TWO_PERSON_RULE])?;
    Ok(())
}

/// Whose voice a key has: its own, unless another key made it.
pub(super) fn origin(connection: &Connection, space: i64, key: KeyId) -> Result<KeyId, StoreError> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT origin FROM key_origins WHERE space_id = ?1 AND key = ?2")?
        .query_row(params![space, key.as_bytes()], |row| row.get(0))
        .optional()?;
    found.map_or(Ok(key), |origin| id(&origin))
}

pub(super) fn put_origin(
    connection: &Connection,
    space: i64,
    key: KeyId,
    origin: KeyId,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO key_origins (space_id, key, origin) VALUES (?1, ?2, ?3)")?
        .execute(params![space, key.as_bytes(), origin.as_bytes()])?;
    Ok(())
}

/// What was said of something's money.
pub(super) fn settlement(
    connection: &Connection,
    space: i64,
    subject: Subject,
) -> Result<Option<SettlementRow>, StoreError> {
    connection
        .prepare_cached(
            "SELECT rail, minor, currency, reference, settled_by, settled_at FROM settlements
             WHERE space_id = ?1 AND subject = ?2",
        )?
        .query_row(params![space, subject.to_string()], |row| {
            let [rail, currency, by]: [String; 3] = [row.get(0)?, row.get(2)?, row.get(4)?];
            let (units, reference, at) = (row.get(1)?, row.get(3)?, timestamp(row.get(5)?));
            Ok((|| {
                let rail: Rail = word(&rail)?;
                let money = columns::money(units, &currency)?;
                Ok(SettlementRow { rail, subject, money, reference, by: from_json(&by)?, at })
            })())
        })
        .optional()?
        .transpose()
}

/// Writes what was said. Nothing of the same subject was said before, or it fails.
pub(super) fn put_settlement(
    connection: &Connection,
    space: i64,
    row: &SettlementRow,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO settlements (space_id, subject, rail, minor, currency, reference, settled_by, settled_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            space,
            row.subject.to_string(),
            row.rail.name(),
            minor(row.money.amount),
            row.money.currency.code(),
            row.reference,
            json(&row.by)?,
            millis(row.at)
        ])?;
    Ok(())
}

/// What the ledger moved by a rail within a time, with what the bank calls it, in its order.
pub(super) fn settled(
    connection: &Connection,
    space: i64,
    rail: Rail,
    within: &Range<Timestamp>,
) -> Result<Vec<Settled>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.subject, t.reason, t.leg, t.debit, t.credit, t.minor, t.stage, t.created_at, s.reference
         FROM ledger_transfers t LEFT JOIN settlements s ON s.space_id = t.space_id AND s.subject = t.subject
         WHERE t.space_id = ?1 AND t.created_at >= ?2 AND t.created_at < ?3
           AND (t.debit LIKE 'clearing:%' OR t.credit LIKE 'clearing:%')
         ORDER BY t.number",
    )?;
    let rows = statement.query_map(params![space, millis(within.start), millis(within.end)], |row| {
        Ok((ledger::read(row), timestamp(row.get(7)?), row.get(8)?))
    })?;
    let mut settled = Vec::new();
    for row in rows {
        let (transfer, at, reference) = row?;
        let transfer = transfer?;
        let flow = if transfer.debit == Pot::Clearing(rail) {
            Flow::incoming(transfer.money)
        } else if transfer.credit == Pot::Clearing(rail) {
            Flow::outgoing(transfer.money)
        } else {
            continue;
        };
        settled.push(Settled { flow, at, subject: transfer.subject.to_string(), reference });
    }
    Ok(settled)
}
