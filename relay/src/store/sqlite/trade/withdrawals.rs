//! Money on its way out.

use market::words::Word;
use market::{Destination, Text, Withdrawal};
use protocol::{Timestamp, WithdrawalId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::columns::{self, Listed, minor, word};
use crate::store::StoreError;
use crate::trade::{DuePage, OwnedFilter, WithdrawalRow, from_json, json};

const COLUMNS: &str =
    "withdrawal, owner, minor, currency, destination_kind, destination_ref, status, reference,
     metadata, created_at, updated_at, approvals, end_reason";

pub(super) fn find(
    connection: &Connection,
    space: i64,
    withdrawal: WithdrawalId,
) -> Result<Option<WithdrawalRow>, StoreError> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM withdrawals WHERE space_id = ?1 AND withdrawal = ?2"
        ))?
        .query_row(params![space, withdrawal.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: OwnedFilter<WithdrawalId, market::machines::WithdrawalStatus>,
    limit: u32,
) -> Result<Vec<WithdrawalRow>, StoreError> {
    let behind = filter.behind.as_ref().map(WithdrawalId::as_bytes);
    Listed::new(COLUMNS, "withdrawals", "withdrawal", space, behind)
        .only("owner =", filter.owner.map(|owner| owner.as_bytes().to_vec()))
        .only("status =", filter.status.map(|status| status.as_str().to_owned()))
        .read(connection, limit, read)
}

/// Withdrawals that nobody has committed since before, the longest first, but for those that are passed by.
pub(super) fn due(
    connection: &Connection,
    space: i64,
    made_before: Timestamp,
    page: DuePage,
) -> Result<Vec<WithdrawalId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT withdrawal FROM withdrawals
         WHERE space_id = ?1 AND status = 'WITHDRAWAL_CREATED' AND created_at <= ?2
         ORDER BY created_at, withdrawal LIMIT ?3 OFFSET ?4",
    )?;
    let rows = statement.query_map(params![space, millis(made_before), page.limit, page.passed], |row| {
        row.get::<_, Vec<u8>>(0)
    })?;
    rows.map(|withdrawal| id(&withdrawal?)).collect()
}

pub(super) fn put(connection: &Connection, space: i64, row: &WithdrawalRow) -> Result<(), StoreError> {
    let Withdrawal { id, owner, money, ref destination, status, ref reference, ref end_reason, created_at } =
        row.withdrawal;
    connection
        .prepare_cached(
            "INSERT INTO withdrawals (space_id, withdrawal, owner, minor, currency, destination_kind,
               destination_ref, status, reference, metadata, created_at, updated_at, approvals, end_reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT (space_id, withdrawal) DO UPDATE
               SET status = ?8, reference = ?9, updated_at = ?12, approvals = ?13, end_reason = ?14",
        )?
        .execute(params![
            space,
            id.as_bytes(),
            owner.as_bytes(),
            minor(money.amount),
            money.currency.code(),
            destination.kind.as_str(),
            destination.reference.as_str(),
            status.as_str(),
            reference.as_ref().map(Text::as_str),
            json(&row.metadata)?,
            millis(created_at),
            millis(row.updated_at),
            json(&row.approvals)?,
            end_reason.as_ref().map(Text::as_str)
        ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<WithdrawalRow, StoreError> {
    let [currency, kind, destination, status, metadata]: [String; 5] =
        [row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(8)?];
    let [reference, end_reason]: [Option<String>; 2] = [row.get(7)?, row.get(12)?];
    Ok(WithdrawalRow {
        withdrawal: Withdrawal {
            id: id(&row.get::<_, Vec<u8>>(0)?)?,
            owner: id(&row.get::<_, Vec<u8>>(1)?)?,
            money: columns::money(row.get(2)?, &currency)?,
            destination: Destination { kind: word(&kind)?, reference: destination.into() },
            status: word(&status)?,
            reference: reference.map(Text::from),
            end_reason: end_reason.map(Text::from),
            created_at: timestamp(row.get(9)?),
        },
        approvals: from_json(&row.get::<_, String>(11)?)?,
        metadata: from_json(&metadata)?,
        updated_at: timestamp(row.get(10)?),
    })
}
