//! What buyers and sellers talk over.

use market::words::Word;
use market::{NewMilestone, Offer, OrderTerms, Text};
use protocol::{OfferId, OrderId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::columns::{Listed, amount, minor, money, word};
use crate::store::StoreError;
use crate::trade::{DuePage, OfferFilter, OfferRow, ProposedPart, from_json, json};

const COLUMNS: &str = "offer, listing, buyer, seller, minor, currency, title, description, milestones, round,
     proposed_by, expires_at, status, order_id, metadata, created_at, updated_at";

pub(super) fn find(
    connection: &Connection,
    space: i64,
    offer: OfferId,
) -> Result<Option<OfferRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM offers WHERE space_id = ?1 AND offer = ?2"))?
        .query_row(params![space, offer.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The offer that came to an order.
pub(super) fn of_order(
    connection: &Connection,
    space: i64,
    order: OrderId,
) -> Result<Option<OfferRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM offers WHERE space_id = ?1 AND order_id = ?2"))?
        .query_row(params![space, order.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: OfferFilter,
    limit: u32,
) -> Result<Vec<OfferRow>, StoreError> {
    let listed =
        Listed::new(COLUMNS, "offers", "offer", space, filter.behind.as_ref().map(OfferId::as_bytes))
            .only("listing =", filter.listing.map(|listing| listing.as_bytes().to_vec()))
            .only("status =", filter.status.map(|status| status.as_str().to_owned()));
    listed.read_of_sides(filter.sides, connection, limit, read)
}

/// Offers that stand, and whose time is over, the longest first, but for those that are passed by.
pub(super) fn due(
    connection: &Connection,
    space: i64,
    now: Timestamp,
    page: DuePage,
) -> Result<Vec<OfferId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT offer FROM offers WHERE space_id = ?1 AND status IN ('MADE', 'COUNTERED') AND expires_at <= ?2
         ORDER BY expires_at, offer LIMIT ?3 OFFSET ?4",
    )?;
    let rows = statement
        .query_map(params![space, millis(now), page.limit, page.passed], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|offer| id(&offer?)).collect()
}

pub(super) fn put(connection: &Connection, space: i64, row: &OfferRow) -> Result<(), StoreError> {
    let Offer { id, listing, ref terms, round, proposed_by, expires_at, status, created_at } = row.offer;
    let parts = terms.milestones.iter().map(|part| ProposedPart {
        milestone_ref: part.milestone_ref.as_str().to_owned(),
        title: part.title.as_str().to_owned(),
        minor: minor(part.amount),
    });
    connection
        .prepare_cached(
            "INSERT INTO offers (space_id, offer, listing, buyer, seller, minor, currency, title, description,
               milestones, round, proposed_by, expires_at, status, order_id, metadata, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
             ON CONFLICT (space_id, offer) DO UPDATE
               SET minor = ?6, milestones = ?10, round = ?11, proposed_by = ?12, expires_at = ?13, status = ?14,
                 order_id = ?15, updated_at = ?18",
        )?
        .execute(params![
            space,
            id.as_bytes(),
            listing.as_bytes(),
            terms.buyer.as_bytes(),
            terms.seller.as_bytes(),
            minor(terms.money.amount),
            terms.money.currency.code(),
            terms.title.as_str(),
            terms.description.as_ref().map(Text::as_str),
            json(&parts.collect::<Vec<_>>())?,
            round,
            proposed_by.as_str(),
            millis(expires_at),
            status.as_str(),
            row.order.map(|order| *order.as_bytes()),
            json(&row.metadata)?,
            millis(created_at),
            millis(row.updated_at)
        ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<OfferRow, StoreError> {
    let [currency, title, milestones]: [String; 3] = [row.get(5)?, row.get(6)?, row.get(8)?];
    let [proposed_by, status, metadata]: [String; 3] = [row.get(10)?, row.get(12)?, row.get(14)?];
    let parts = from_json::<Vec<ProposedPart>>(&milestones)?.into_iter().map(|part| {
        let ProposedPart { milestone_ref, title, minor } = part;
        let (milestone_ref, title) = (Text::from(milestone_ref), Text::from(title));
        Ok(NewMilestone { milestone_ref, title, amount: amount(minor)? })
    });
    let terms = OrderTerms {
        buyer: id(&row.get::<_, Vec<u8>>(2)?)?,
        seller: id(&row.get::<_, Vec<u8>>(3)?)?,
        money: money(row.get(4)?, &currency)?,
        title: Text::from(title),
        description: row.get::<_, Option<String>>(7)?.map(Text::from),
        milestones: parts.collect::<Result<_, StoreError>>()?,
    };
    let order: Option<Vec<u8>> = row.get(13)?;
    Ok(OfferRow {
        offer: Offer {
            id: id(&row.get::<_, Vec<u8>>(0)?)?,
            listing: id(&row.get::<_, Vec<u8>>(1)?)?,
            terms,
            round: row.get(9)?,
            proposed_by: word(&proposed_by)?,
            expires_at: timestamp(row.get(11)?),
            status: word(&status)?,
            created_at: timestamp(row.get(15)?),
        },
        order: order.map(|order| id(&order)).transpose()?,
        metadata: from_json(&metadata)?,
        updated_at: timestamp(row.get(16)?),
    })
}
