//! What happened, in the order in which it is told.

use rusqlite::{Connection, params};

use super::super::millis;
use crate::store::StoreError;
use crate::trade::EventRow;

pub(super) fn append(connection: &Connection, space: i64, event: &EventRow) -> Result<(), StoreError> {
    let [first, second] = event.parties.map(|party| party.map(|user| *user.as_bytes()));
    connection
        .prepare_cached(
            "INSERT INTO events (space_id, number, event, name, first_party, second_party, body, created_at)
             SELECT ?1, 1 + coalesce(max(number), 0), ?2, ?3, ?4, ?5, ?6, ?7 FROM events WHERE space_id = ?1",
        )?
        .execute(params![
            space,
            event.event.as_bytes(),
            event.name,
            first,
            second,
            event.body,
            millis(event.at)
        ])?;
    Ok(())
}
