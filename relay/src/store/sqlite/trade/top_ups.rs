//! Money on its way in.

use market::words::Word;
use market::{Text, TopUp};
use protocol::{Timestamp, TopUpId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::columns::{self, Listed, minor, word};
use crate::store::StoreError;
use crate::trade::{DuePage, OwnedFilter, TopUpRow, from_json, json};

const COLUMNS: &str =
    "top_up, owner, minor, currency, status, reference, confirmation_uri, metadata, created_at, updated_at,
     approvals, end_reason, return_url, cancel_url";

pub(super) fn find(
    connection: &Connection,
    space: i64,
    top_up: TopUpId,
) -> Result<Option<TopUpRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM top_ups WHERE space_id = ?1 AND top_up = ?2"))?
        .query_row(params![space, top_up.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: OwnedFilter<TopUpId, market::machines::TopUpStatus>,
    limit: u32,
) -> Result<Vec<TopUpRow>, StoreError> {
    let behind = filter.behind.as_ref().map(TopUpId::as_bytes);
    Listed::new(COLUMNS, "top_ups", "top_up", space, behind)
        .only("owner =", filter.owner.map(|owner| owner.as_bytes().to_vec()))
        .only("status =", filter.status.map(|status| status.as_str().to_owned()))
        .read(connection, limit, read)
}

/// Top-ups that have awaited their money since before, and of which nobody has said that it came; the longest first, but for those that are passed by.
pub(super) fn due(
    connection: &Connection,
    space: i64,
    made_before: Timestamp,
    page: DuePage,
) -> Result<Vec<TopUpId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT top_up FROM top_ups
         WHERE space_id = ?1 AND status = 'TOPUP_AWAITING_USER_CONFIRMATION' AND approvals = '[]' AND created_at <= ?2
         ORDER BY created_at, top_up LIMIT ?3 OFFSET ?4",
    )?;
    let rows = statement.query_map(params![space, millis(made_before), page.limit, page.passed], |row| {
        row.get::<_, Vec<u8>>(0)
    })?;
    rows.map(|top_up| id(&top_up?)).collect()
}

pub(super) fn put(connection: &Connection, space: i64, row: &TopUpRow) -> Result<(), StoreError> {
    let TopUp { id, owner, money, status, ref reference, ref confirmation_uri, ref end_reason, created_at } =
        row.top_up;
    connection
        .prepare_cached(
            "INSERT INTO top_ups (space_id, top_up, owner, minor, currency, status, reference, confirmation_uri,
               metadata, created_at, updated_at, approvals, end_reason, return_url, cancel_url)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT (space_id, top_up) DO UPDATE
               SET status = ?6, reference = ?7, confirmation_uri = ?8, updated_at = ?11, approvals = ?12,
                 end_reason = ?13",
        )?
        .execute(params![
            space,
            id.as_bytes(),
            owner.as_bytes(),
            minor(money.amount),
            money.currency.code(),
            status.as_str(),
            reference.as_ref().map(Text::as_str),
            confirmation_uri.as_ref().map(Text::as_str),
            json(&row.metadata)?,
            millis(created_at),
            millis(row.updated_at),
            json(&row.approvals)?,
            end_reason.as_ref().map(Text::as_str),
            row.return_url,
            row.cancel_url
        ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<TopUpRow, StoreError> {
    let [currency, status, metadata]: [String; 3] = [row.get(3)?, row.get(4)?, row.get(7)?];
    let [reference, confirmation_uri, end_reason]: [Option<String>; 3] =
        [row.get(5)?, row.get(6)?, row.get(11)?];
    Ok(TopUpRow {
        top_up: TopUp {
            id: id(&row.get::<_, Vec<u8>>(0)?)?,
            owner: id(&row.get::<_, Vec<u8>>(1)?)?,
            money: columns::money(row.get(2)?, &currency)?,
            status: word(&status)?,
            reference: reference.map(Text::from),
            confirmation_uri: confirmation_uri.map(Text::from),
            end_reason: end_reason.map(Text::from),
            created_at: timestamp(row.get(8)?),
        },
        approvals: from_json(&row.get::<_, String>(10)?)?,
        return_url: row.get(12)?,
        cancel_url: row.get(13)?,
        metadata: from_json(&metadata)?,
        updated_at: timestamp(row.get(9)?),
    })
}
