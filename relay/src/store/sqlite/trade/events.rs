//! What happened, in the order in which it is told.

use std::sync::Arc;

use protocol::{EventId, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, unsigned};
use super::SqliteBooks;
use super::places::{first_place, last_place, number_of, place, places};
use crate::store::{Committed, SpaceId, StoreError};
use crate::trade::{EventPage, EventPoint, EventRow, EventStart, Told};

const COLUMNS: &str = "number, event, name, first_party, second_party, body";

/// Appends an event; once it is committed, those who wait for it are told.
pub(super) fn append(books: &mut SqliteBooks<'_>, event: &EventRow) -> Result<(), StoreError> {
    let [first, second] = event.parties.map(|party| party.map(|user| *user.as_bytes()));
    let space = u32::try_from(books.space).map(SpaceId).map_err(|_| StoreError::Unavailable)?;
    let in_this_batch = books.events.told().iter().rev().find_map(|event| match event {
        Committed::Told { space: of, told } if *of == space => Some(told.number),
        _ => None,
    });
    let number = 1 + in_this_batch.map_or_else(|| last(books.connection, books.space), Ok)?;
    books
        .connection
        .prepare_cached(
            "INSERT INTO events (place, event, name, first_party, second_party, body, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            place(books.space, number),
            event.event.as_bytes(),
            event.name,
            first,
            second,
            event.body,
            millis(event.at)
        ])?;
    let EventRow { event, name, parties, ref body, .. } = *event;
    let told = Told { number, event, name: name.to_owned(), parties, body: body.clone() };
    books.events.push(Committed::Told { space, told: Arc::new(told) });
    Ok(())
}

/// Where reading begins for whoever may know of `party`'s events alone, or of all.
pub(super) fn start(
    connection: &Connection,
    space: i64,
    from: Option<EventPoint>,
    party: Option<UserId>,
) -> Result<EventStart, StoreError> {
    let reset = EventStart { behind: 0, mark: None, is_reset: true };
    let (first, last) = ends(connection, space)?;
    let behind = match from {
        None => last,
        Some(EventPoint::Number(0)) => 0,
        // How much happens in a space is not for everyone to find out.
        Some(EventPoint::Number(_)) if party.is_some() => return Ok(reset),
        Some(EventPoint::Number(number)) if number <= last && number + 1 >= first => number,
        Some(EventPoint::Number(_)) => return Ok(reset),
        Some(EventPoint::Event(event)) => match find(connection, space, event)? {
            Some(told) if party.is_none_or(|party| told.concerns(party)) => told.number,
            _ => return Ok(reset),
        },
    };
    Ok(EventStart { behind, mark: last_of(connection, space, behind, party)?, is_reset: false })
}

/// Events behind a place, in order: all, or those that concern a user.
pub(super) fn page(
    connection: &Connection,
    space: i64,
    behind: u64,
    only: Option<UserId>,
    limit: u32,
) -> Result<EventPage, StoreError> {
    let (_, last) = ends(connection, space)?;
    let events: Vec<Told> = match only {
        None => connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM events WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3"
            ))?
            .query_map(params![place(space, behind), last_place(space), limit], |row| Ok(read(row)))?
            .map(|row| row?)
            .collect::<Result<_, StoreError>>()?,
        Some(user) => connection
            .prepare_cached(&format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM events
                   WHERE first_party = ?4 AND place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3)
                 UNION
                 SELECT * FROM (SELECT {COLUMNS} FROM events
                   WHERE second_party = ?4 AND place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3)
                 ORDER BY number LIMIT ?3"
            ))?
            .query_map(params![place(space, behind), last_place(space), limit, user.as_bytes()], |row| {
                Ok(read(row))
            })?
            .map(|row| row?)
            .collect::<Result<_, StoreError>>()?,
    };
    let has_more = events.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let up_to = events.last().filter(|_| has_more).map_or(last, |told| told.number).max(behind);
    Ok(EventPage { events, up_to, has_more })
}

/// The first and the last number that is kept.
fn ends(connection: &Connection, space: i64) -> Result<(u64, u64), StoreError> {
    let first: Option<i64> = connection
        .prepare_cached("SELECT min(place) FROM events WHERE place BETWEEN ?1 AND ?2")?
        .query_row(places(space), |row| row.get(0))?;
    // Each by itself is a look-up; both at once would go through all.
    Ok((first.map_or(0, number_of), last(connection, space)?))
}

/// The last number that is kept; 0 while there is none.
pub(super) fn last(connection: &Connection, space: i64) -> Result<u64, StoreError> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT max(place) FROM events WHERE place BETWEEN ?1 AND ?2")?
        .query_row(places(space), |row| row.get(0))?;
    Ok(last.map_or(0, number_of))
}

fn find(connection: &Connection, space: i64, event: EventId) -> Result<Option<Told>, StoreError> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM events WHERE event = ?3 AND place BETWEEN ?1 AND ?2"
        ))?
        .query_row(params![first_place(space), last_place(space), event.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The last event up to a place: of all, or of those that concern a user.
fn last_of(
    connection: &Connection,
    space: i64,
    up_to: u64,
    party: Option<UserId>,
) -> Result<Option<EventId>, StoreError> {
    let last = |condition: &str| -> Result<Option<Told>, StoreError> {
        let party = party.map(|user| *user.as_bytes());
        connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM events WHERE place BETWEEN ?1 AND ?2 {condition}
                 ORDER BY place DESC LIMIT 1"
            ))?
            .query_row(params![first_place(space), place(space, up_to), party], |row| Ok(read(row)))
            .optional()?
            .transpose()
    };
    let last = match party {
        None => last("AND ?3 IS NULL")?,
        Some(_) => {
            let [first, second] = [last("AND first_party = ?3")?, last("AND second_party = ?3")?];
            first.into_iter().chain(second).max_by_key(|told| told.number)
        }
    };
    Ok(last.map(|told| told.event))
}

fn read(row: &Row<'_>) -> Result<Told, StoreError> {
    let party = |bytes: Option<Vec<u8>>| bytes.map(|bytes| id(&bytes)).transpose();
    Ok(Told {
        number: unsigned(row.get(0)?),
        event: id(&row.get::<_, Vec<u8>>(1)?)?,
        name: row.get(2)?,
        parties: [party(row.get(3)?)?, party(row.get(4)?)?],
        body: row.get(5)?,
    })
}
