//! The ledger's rows: transfers, and the balances that they come to.

use std::collections::BTreeSet;

use ::ledger::{Account, Balance, Balances, Posting, Reason, Stage, Subject, Transfer};
use protocol::{Amount, Money, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::{millis, number, timestamp, unsigned};
use crate::store::StoreError;
use crate::trade::StoredBalance;

/// All transfers of a subject, in the order of their keys.
pub(super) fn transfers(
    connection: &Connection,
    space: i64,
    subject: Subject,
) -> Result<Vec<Transfer>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject, reason, leg, debit, credit, minor, stage FROM ledger_transfers
         WHERE space_id = ?1 AND subject = ?2 ORDER BY stage, leg",
    )?;
    let rows = statement.query_map(params![space, subject.to_string()], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// Transfers in the order they were written in, behind a number.
pub(super) fn transfers_behind(
    connection: &Connection,
    space: i64,
    behind: u64,
    limit: u32,
) -> Result<Vec<(u64, Option<Transfer>)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject, reason, leg, debit, credit, minor, stage, number FROM ledger_transfers
         WHERE space_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
    )?;
    let rows = statement.query_map(params![space, number(behind), limit], |row| {
        Ok((unsigned(row.get(7)?), read(row).ok()))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every balance that is stored, by its account's name.
pub(super) fn stored_balances(connection: &Connection, space: i64) -> Result<Vec<StoredBalance>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT account, minor FROM ledger_balances WHERE space_id = ?1 ORDER BY account")?;
    let rows = statement.query_map([space], |row| {
        let account: String = row.get(0)?;
        let held = account.parse().ok().zip(row.get(1).ok().map(Balance::from_minor));
        Ok((account, held))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What accounts hold: nothing where nothing was ever written.
pub(super) fn balances(
    connection: &Connection,
    space: i64,
    accounts: &BTreeSet<Account>,
) -> Result<Balances, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT minor FROM ledger_balances WHERE space_id = ?1 AND account = ?2")?;
    accounts
        .iter()
        .map(|account| {
            let minor =
                statement.query_row(params![space, account.to_string()], |row| row.get(0)).optional()?;
            Ok((*account, minor.map_or(Balance::ZERO, Balance::from_minor)))
        })
        .collect()
}

/// When what accounts hold was last written, if it ever was.
pub(super) fn written(
    connection: &Connection,
    space: i64,
    accounts: &BTreeSet<Account>,
) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT updated_at FROM ledger_balances WHERE space_id = ?1 AND account = ?2")?;
    let mut last: Option<Timestamp> = None;
    for account in accounts {
        let at = statement.query_row(params![space, account.to_string()], |row| row.get(0)).optional()?;
        last = last.max(at.map(timestamp));
    }
    Ok(last)
}

/// Writes an operation's transfers, and what accounts hold after it. A stage that has come already fails.
pub(super) fn post(
    connection: &Connection,
    space: i64,
    posting: &Posting,
    after: &Balances,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO ledger_transfers
           (space_id, number, subject, stage, leg, reason, debit, credit, minor, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let last: i64 = connection
        .prepare_cached("SELECT coalesce(max(number), 0) FROM ledger_transfers WHERE space_id = ?1")?
        .query_row([space], |row| row.get(0))?;
    for (transfer, number_of) in posting.transfers().iter().zip(last + 1..) {
        statement.execute(params![
            space,
            number_of,
            transfer.subject.to_string(),
            place(transfer.reason.stage()),
            transfer.leg,
            transfer.reason.code(),
            transfer.debited().to_string(),
            transfer.credited().to_string(),
            number(transfer.money.amount.minor()),
            millis(now)
        ])?;
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO ledger_balances (space_id, account, minor, updated_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (space_id, account) DO UPDATE SET minor = ?3, updated_at = ?4",
    )?;
    for (account, balance) in after {
        statement.execute(params![space, account.to_string(), balance.minor(), millis(now)])?;
    }
    Ok(())
}

/// Stages in their order.
const fn place(stage: Stage) -> u8 {
    match stage {
        Stage::Opened => 0,
        Stage::Settled => 1,
        Stage::Closed => 2,
    }
}

pub(super) fn read(row: &Row<'_>) -> Result<Transfer, StoreError> {
    let damaged = |_| StoreError::Inconsistent;
    let [subject, reason, debit, credit]: [String; 4] = [row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?];
    let subject: Subject = subject.parse().map_err(|_| StoreError::Inconsistent)?;
    let reason: Reason = reason.parse().map_err(|_| StoreError::Inconsistent)?;
    let [debit, credit]: [Account; 2] = [debit.parse().map_err(damaged)?, credit.parse().map_err(damaged)?];
    let is_whole = debit.currency == credit.currency && row.get::<_, u8>(6)? == place(reason.stage());
    let amount = u64::try_from(row.get::<_, i64>(5)?).ok().and_then(Amount::from_minor);
    let amount = amount.filter(|_| is_whole).ok_or(StoreError::Inconsistent)?;
    let money = Money { amount, currency: debit.currency };
    Ok(Transfer { subject, reason, leg: row.get(2)?, debit: debit.pot, credit: credit.pot, money })
}
