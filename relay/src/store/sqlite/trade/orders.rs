//! Orders, with their milestones and their dispute: read and written as one.

use market::words::Word;
use market::{Escrow, EscrowTerms, Milestone, Order, Text};
use protocol::OrderId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::columns::{self, Listed, amount, minor, word};
use super::disputes;
use crate::store::StoreError;
use crate::trade::{DuePage, OrderFilter, OrderRow, from_json, json};

const COLUMNS: &str =
    "order_id, maker, buyer, seller, minor, currency, title, description, client_ref, status,
     reserved_until, escrow, escrow_status, is_milestones_required, escrow_reference, funded_at, metadata,
     created_at, updated_at, settlement_reason, cancel_reason";

pub(super) fn find(
    connection: &Connection,
    space: i64,
    order: OrderId,
) -> Result<Option<OrderRow>, StoreError> {
    let row = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM orders WHERE space_id = ?1 AND order_id = ?2"))?
        .query_row(params![space, order.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()?;
    row.map(|row| whole(connection, space, row)).transpose()
}

/// The order that its maker calls so.
pub(super) fn of_client_ref(
    connection: &Connection,
    space: i64,
    maker: &[u8],
    client_ref: &str,
) -> Result<Option<OrderId>, StoreError> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT order_id FROM orders WHERE space_id = ?1 AND maker = ?2 AND client_ref = ?3")?
        .query_row(params![space, maker, client_ref], |row| row.get(0))
        .optional()?;
    found.map(|found| id(&found)).transpose()
}

pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: OrderFilter,
    limit: u32,
) -> Result<Vec<OrderRow>, StoreError> {
    let behind = filter.behind.as_ref().map(OrderId::as_bytes);
    let listed = Listed::new(COLUMNS, "orders", "order_id", space, behind)
        .only("status =", filter.status.map(|status| status.as_str().to_owned()))
        .only("order_id >=", filter.created_after.map(|after| first_of(after).to_vec()))
        .only("order_id <", filter.created_before.map(|before| first_of(before).to_vec()));
    let rows = listed.read_of_sides(filter.sides, connection, limit, read)?;
    rows.into_iter().map(|row| whole(connection, space, row)).collect()
}

/// Orders whose money was set aside until then, the longest first, but for those that are passed by.
pub(super) fn reserves_due(
    connection: &Connection,
    space: i64,
    now: protocol::Timestamp,
    page: DuePage,
) -> Result<Vec<OrderId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id FROM orders
         WHERE space_id = ?1 AND status IN ('FUNDS_RESERVED', 'ESCROW_FUNDING') AND reserved_until <= ?2
         ORDER BY reserved_until, order_id LIMIT ?3 OFFSET ?4",
    )?;
    let rows = statement
        .query_map(params![space, millis(now), page.limit, page.passed], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|order| id(&order?)).collect()
}

/// The first id that there can be at a time.
fn first_of(time: protocol::Timestamp) -> [u8; 16] {
    let mut first = [0; 16];
    first[..6].copy_from_slice(&time.as_millis().to_be_bytes()[2..]);
    first
}

pub(super) fn put(connection: &Connection, space: i64, row: &OrderRow) -> Result<(), StoreError> {
    let order = &row.order;
    let escrow = order.escrow.as_ref();
    connection
        .prepare_cached(
            "INSERT INTO orders (space_id, order_id, maker, buyer, seller, minor, currency, title, description,
               client_ref, status, reserved_until, escrow, escrow_status, is_milestones_required,
               escrow_reference, funded_at, metadata, created_at, updated_at, settlement_reason, cancel_reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
               ?21, ?22)
             ON CONFLICT (space_id, order_id) DO UPDATE
               SET status = ?11, reserved_until = ?12, escrow = ?13, escrow_status = ?14,
                   is_milestones_required = ?15, escrow_reference = ?16, funded_at = ?17, updated_at = ?20,
                   settlement_reason = ?21, cancel_reason = ?22",
        )?
        .execute(params![
            space,
            order.id.as_bytes(),
            &row.maker[..],
            order.buyer.as_bytes(),
            order.seller.as_bytes(),
            minor(order.money.amount),
            order.money.currency.code(),
            order.title.as_str(),
            order.description.as_ref().map(Text::as_str),
            order.client_ref.as_ref().map(Text::as_str),
            order.status.as_str(),
            order.reserved_until.map(millis),
            escrow.map(|escrow| *escrow.id.as_bytes()),
            escrow.map(|escrow| escrow.status.as_str()),
            escrow.map(|escrow| escrow.terms.is_milestones_required),
            escrow.and_then(|escrow| escrow.reference.as_ref()).map(Text::as_str),
            escrow.and_then(|escrow| escrow.funded_at).map(millis),
            json(&row.metadata)?,
            millis(order.created_at),
            millis(row.updated_at),
            order.settlement_reason.as_ref().map(Text::as_str),
            order.cancel_reason.as_ref().map(Text::as_str)
        ])?;
    put_milestones(connection, space, order)?;
    match &order.dispute {
        Some(dispute) => disputes::put(connection, space, order, dispute),
        None => Ok(()),
    }
}

fn put_milestones(connection: &Connection, space: i64, order: &Order) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO milestones (space_id, order_id, place, milestone_ref, title, minor, status, note, completed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (space_id, order_id, place) DO UPDATE SET status = ?7, note = ?8, completed_at = ?9",
    )?;
    for (milestone, place) in order.milestones.iter().zip(0i64..) {
        statement.execute(params![
            space,
            order.id.as_bytes(),
            place,
            milestone.milestone_ref.as_str(),
            milestone.title.as_str(),
            minor(milestone.amount),
            milestone.status.as_str(),
            milestone.note.as_ref().map(Text::as_str),
            milestone.completed_at.map(millis)
        ])?;
    }
    Ok(())
}

/// An order with what other tables have of it.
fn whole(connection: &Connection, space: i64, mut row: OrderRow) -> Result<OrderRow, StoreError> {
    row.order.milestones = milestones(connection, space, row.order.id)?;
    row.order.dispute = disputes::of_order(connection, space, row.order.id, row.order.money.currency)?;
    Ok(row)
}

fn milestones(connection: &Connection, space: i64, order: OrderId) -> Result<Vec<Milestone>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT milestone_ref, title, minor, status, note, completed_at FROM milestones
         WHERE space_id = ?1 AND order_id = ?2 ORDER BY place",
    )?;
    let rows = statement.query_map(params![space, order.as_bytes()], |row| Ok(read_milestone(row)))?;
    rows.map(|row| row?).collect()
}

fn read_milestone(row: &Row<'_>) -> Result<Milestone, StoreError> {
    let [milestone_ref, title, status]: [String; 3] = [row.get(0)?, row.get(1)?, row.get(3)?];
    let (note, completed_at): (Option<String>, Option<i64>) = (row.get(4)?, row.get(5)?);
    Ok(Milestone {
        milestone_ref: milestone_ref.into(),
        title: title.into(),
        amount: amount(row.get(2)?)?,
        status: word(&status)?,
        note: note.map(Text::from),
        completed_at: completed_at.map(timestamp),
    })
}

fn read(row: &Row<'_>) -> Result<OrderRow, StoreError> {
    let [currency, title, status, metadata]: [String; 4] =
        [row.get(5)?, row.get(6)?, row.get(9)?, row.get(16)?];
    let [description, client_ref, settlement_reason, cancel_reason]: [Option<String>; 4] =
        [row.get(7)?, row.get(8)?, row.get(19)?, row.get(20)?];
    let reserved_until: Option<i64> = row.get(10)?;
    let order = Order {
        id: id(&row.get::<_, Vec<u8>>(0)?)?,
        buyer: id(&row.get::<_, Vec<u8>>(2)?)?,
        seller: id(&row.get::<_, Vec<u8>>(3)?)?,
        money: columns::money(row.get(4)?, &currency)?,
        title: title.into(),
        description: description.map(Text::from),
        client_ref: client_ref.map(Text::from),
        milestones: Vec::new(),
        status: word(&status)?,
        reserved_until: reserved_until.map(timestamp),
        escrow: read_escrow(row)?,
        settlement_reason: settlement_reason.map(Text::from),
        dispute: None,
        cancel_reason: cancel_reason.map(Text::from),
        created_at: timestamp(row.get(17)?),
    };
    let maker: Vec<u8> = row.get(1)?;
    Ok(OrderRow {
        order,
        maker: maker.into(),
        metadata: from_json(&metadata)?,
        updated_at: timestamp(row.get(18)?),
    })
}

fn read_escrow(row: &Row<'_>) -> Result<Option<Escrow>, StoreError> {
    let (Some(escrow), Some(status)) =
        (row.get::<_, Option<Vec<u8>>>(11)?, row.get::<_, Option<String>>(12)?)
    else {
        return Ok(None);
    };
    let reference: Option<String> = row.get(14)?;
    let funded_at: Option<i64> = row.get(15)?;
    Ok(Some(Escrow {
        id: id(&escrow)?,
        status: word(&status)?,
        terms: EscrowTerms { is_milestones_required: row.get(13)? },
        reference: reference.map(Text::from),
        funded_at: funded_at.map(timestamp),
    }))
}
