//! Disputes, as parts of their orders, and what is said in them.

use market::words::Word;
use market::{Decision, Dispute, Order, Text};
use protocol::{CommentId, Currency, DisputeId, Money, OrderId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::columns::{Listed, amount, minor, word};
use crate::store::StoreError;
use crate::trade::{CommentRow, DisputeFilter, from_json, json};

const COLUMNS: &str = "dispute, status, opened_by, reason, message, evidence, opened_at, assignee, decision,
     minor_to_seller, minor_to_buyer, decision_note, resolved_at";

pub(super) fn of_order(
    connection: &Connection,
    space: i64,
    order: OrderId,
    currency: Currency,
) -> Result<Option<Dispute>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM disputes WHERE space_id = ?1 AND order_id = ?2"))?
        .query_row(params![space, order.as_bytes()], |row| Ok(read(row, currency)))
        .optional()?
        .transpose()
}

/// The order that a dispute is about.
pub(super) fn order_of(
    connection: &Connection,
    space: i64,
    dispute: DisputeId,
) -> Result<Option<OrderId>, StoreError> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT order_id FROM disputes WHERE space_id = ?1 AND dispute = ?2")?
        .query_row(params![space, dispute.as_bytes()], |row| row.get(0))
        .optional()?;
    found.map(|found| id(&found)).transpose()
}

/// The orders that disputes are about, those of the newest dispute first.
pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: DisputeFilter,
    limit: u32,
) -> Result<Vec<OrderId>, StoreError> {
    let behind = filter.behind.as_ref().map(DisputeId::as_bytes);
    let listed = Listed::new("order_id, dispute", "disputes", "dispute", space, behind)
        .only("status =", filter.status.map(|status| status.as_str().to_owned()));
    let order = |row: &Row<'_>| id(&row.get::<_, Vec<u8>>(0)?);
    listed.read_of_sides(filter.sides, connection, limit, order)
}

pub(super) fn put(
    connection: &Connection,
    space: i64,
    order: &Order,
    dispute: &Dispute,
) -> Result<(), StoreError> {
    let parts = match dispute.decision {
        Some(Decision::Split { to_seller, to_buyer }) => [Some(to_seller), Some(to_buyer)],
        _ => [None; 2],
    };
    let [to_seller, to_buyer] = parts.map(|part| part.map(|part| minor(part.amount)));
    let evidence: Vec<&str> = dispute.evidence.iter().map(Text::as_str).collect();
    connection
        .prepare_cached(
            "INSERT INTO disputes (space_id, dispute, order_id, buyer, seller, status, opened_by, reason, message,
               evidence, opened_at, assignee, decision, minor_to_seller, minor_to_buyer, decision_note, resolved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             ON CONFLICT (space_id, dispute) DO UPDATE
               SET status = ?6, assignee = ?12, decision = ?13, minor_to_seller = ?14, minor_to_buyer = ?15,
                   decision_note = ?16, resolved_at = ?17",
        )?
        .execute(params![
            space,
            dispute.id.as_bytes(),
            order.id.as_bytes(),
            order.buyer.as_bytes(),
            order.seller.as_bytes(),
            dispute.status.as_str(),
            dispute.opened_by.as_str(),
            dispute.reason.as_str(),
            dispute.message.as_ref().map(Text::as_str),
            json(&evidence)?,
            millis(dispute.opened_at),
            dispute.assignee.as_ref().map(Text::as_str),
            dispute.decision.map(Decision::name),
            to_seller,
            to_buyer,
            dispute.decision_note.as_ref().map(Text::as_str),
            dispute.resolved_at.map(millis)
        ])?;
    Ok(())
}

fn read(row: &Row<'_>, currency: Currency) -> Result<Dispute, StoreError> {
    let [status, opened_by, reason, evidence]: [String; 4] =
        [row.get(1)?, row.get(2)?, row.get(3)?, row.get(5)?];
    let [message, assignee, decision_note]: [Option<String>; 3] = [row.get(4)?, row.get(7)?, row.get(11)?];
    let evidence: Vec<String> = from_json(&evidence)?;
    let resolved_at: Option<i64> = row.get(12)?;
    Ok(Dispute {
        id: id(&row.get::<_, Vec<u8>>(0)?)?,
        status: word(&status)?,
        opened_by: word(&opened_by)?,
        reason: word(&reason)?,
        message: message.map(Text::from),
        evidence: evidence.into_iter().map(Text::from).collect(),
        opened_at: timestamp(row.get(6)?),
        assignee: assignee.map(Text::from),
        decision: read_decision(row, currency)?,
        decision_note: decision_note.map(Text::from),
        resolved_at: resolved_at.map(timestamp),
    })
}

fn read_decision(row: &Row<'_>, currency: Currency) -> Result<Option<Decision>, StoreError> {
    let Some(name) = row.get::<_, Option<String>>(8)? else { return Ok(None) };
    let whole = [Decision::FullRelease, Decision::FullRefund].into_iter().find(|whole| whole.name() == name);
    let parts: [Option<i64>; 2] = [row.get(9)?, row.get(10)?];
    match (whole, parts) {
        (Some(whole), _) => Ok(Some(whole)),
        (None, [Some(to_seller), Some(to_buyer)]) => {
            let money = |minor| Ok::<_, StoreError>(Money { amount: amount(minor)?, currency });
            Ok(Some(Decision::Split { to_seller: money(to_seller)?, to_buyer: money(to_buyer)? }))
        }
        (None, _) => Err(StoreError::Unavailable),
    }
}

/// What was said in a dispute, in its order.
pub(super) fn comments(
    connection: &Connection,
    space: i64,
    dispute: DisputeId,
    behind: Option<CommentId>,
    limit: u32,
) -> Result<Vec<CommentRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT comment, author, message, created_at FROM dispute_comments
         WHERE space_id = ?1 AND dispute = ?2 AND comment > ?3 ORDER BY comment LIMIT ?4",
    )?;
    let behind = behind.map_or([0; 16], |comment| *comment.as_bytes());
    let rows = statement
        .query_map(params![space, dispute.as_bytes(), behind, limit], |row| Ok(read_comment(row, dispute)))?;
    rows.map(|row| row?).collect()
}

pub(super) fn put_comment(connection: &Connection, space: i64, row: &CommentRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO dispute_comments (space_id, dispute, comment, author, message, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            space,
            row.dispute.as_bytes(),
            row.comment.as_bytes(),
            row.author.as_str(),
            row.message.as_str(),
            millis(row.created_at)
        ])?;
    Ok(())
}

fn read_comment(row: &Row<'_>, dispute: DisputeId) -> Result<CommentRow, StoreError> {
    let [author, message]: [String; 2] = [row.get(1)?, row.get(2)?];
    Ok(CommentRow {
        dispute,
        comment: id(&row.get::<_, Vec<u8>>(0)?)?,
        author: word(&author)?,
        message: message.into(),
        created_at: timestamp(row.get(3)?),
    })
}
