//! The ledger's rows: transfers, and the balances that they come to.

use std::collections::BTreeSet;

use ::ledger::{Account, Balance, Balances, Posting, Reason, Stage, Subject, Transfer};
use protocol::{Amount, Money, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::{millis, number, unsigned};
use crate::store::StoreError;

/// All transfers of a subject, in the order of their keys.
pub(super) fn transfers(
    connection: &Connection,
    space: i64,
    subject: Subject,
) -> Result<Vec<Transfer>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject, reason, leg, debit, credit, minor FROM ledger_transfers
         WHERE space_id = ?1 AND subject = ?2 ORDER BY stage, leg",
    )?;
    let rows = statement.query_map(params![space, subject.to_string()], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
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
         SELECT ?1, 1 + coalesce(max(number), 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
         FROM ledger_transfers WHERE space_id = ?1",
    )?;
    for transfer in posting.transfers() {
        statement.execute(params![
            space,
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

fn read(row: &Row<'_>) -> Result<Transfer, StoreError> {
    let damaged = |_| StoreError::Unavailable;
    let [subject, reason, debit, credit]: [String; 4] = [row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?];
    let subject: Subject = subject.parse().map_err(|_| StoreError::Unavailable)?;
    let reason: Reason = reason.parse().map_err(|_| StoreError::Unavailable)?;
    let [debit, credit]: [Account; 2] = [debit.parse().map_err(damaged)?, credit.parse().map_err(damaged)?];
    let amount = Amount::from_minor(unsigned(row.get(5)?)).ok_or(StoreError::Unavailable)?;
    let money = Money { amount, currency: debit.currency };
    Ok(Transfer { subject, reason, leg: row.get(2)?, debit: debit.pot, credit: credit.pot, money })
}
