//! What happened, in the order in which it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use protocol::{EventId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, Row, Rows, params};

use super::super::sessions::id;
use super::super::{millis, unsigned};
use super::late::LateIndex;
use super::places::{first_place, last_place, number_of, place, places};
use super::{PORTION_MAX, SqliteBooks, is_whole_portion};
use crate::store::{Committed, SpaceId, StoreError};
use crate::trade::{Books, EventPage, EventPoint, EventRow, EventStart, Told};

const COLUMNS: &str = "number, event, name, first_party, second_party, body";
/// Whom events concern: the numbers of those that are entered together, in a list for each of them.
const PARTIES: LateIndex = LateIndex {
    marks: "parties_entered",
    entering: "INSERT INTO event_lists (party, last, numbers)
         SELECT party, max(place), json_group_array(place & 1099511627775 ORDER BY place) FROM (
           SELECT first_party AS party, place FROM events WHERE place > ?1 AND place <= ?2
           UNION
           SELECT second_party, place FROM events WHERE place > ?1 AND place <= ?2)
         WHERE party IS NOT NULL GROUP BY party",
};

/// Appends an event; once it is committed, those who wait for it are told.
pub(super) fn append(books: &mut SqliteBooks<'_>, event: &EventRow) -> Result<(), StoreError> {
    let [first, second] = event.parties.map(|party| party.map(|user| *user.as_bytes()));
    let space = books.space()?;
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
    let (first, last) = ends(connection, space)?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let events = match only {
        None => read_all(
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM events WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3"
                ))?
                .query(params![place(space, behind), last_place(space), limit])?,
        )?,
        Some(user) => concerning(connection, space, behind.max(first.saturating_sub(1)), user, wanted)?,
    };
    let has_more = events.len() >= wanted;
    let up_to = events.last().filter(|_| has_more).map_or(last, |told| told.number).max(behind);
    Ok(EventPage { events, up_to, has_more })
}

/// A user's events behind a number, in order: those that are entered in lists, and then the others.
fn concerning(
    connection: &Connection,
    space: i64,
    behind: u64,
    user: UserId,
    limit: usize,
) -> Result<Vec<Told>, StoreError> {
    let [from, last] = [place(space, behind), last_place(space)];
    let mut lists = connection.prepare_cached(
        "SELECT numbers FROM event_lists WHERE party = ?1 AND last > ?2 AND last <= ?3 ORDER BY last",
    )?;
    let mut lists = lists.query(params![user.as_bytes(), from, last])?;
    let mut listed = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM events WHERE place = ?1"))?;
    let mut events = Vec::new();
    while events.len() < limit
        && let Some(list) = lists.next()?
    {
        for number in numbers(list)?.into_iter().filter(|number| *number > behind) {
            events.extend(read_all(listed.query([place(space, number)])?)?);
            if events.len() >= limit {
                break;
            }
        }
    }
    let mut unlisted = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM events
         WHERE place > ?1 AND place <= ?2 AND ?3 IN (first_party, second_party) ORDER BY place LIMIT ?4"
    ))?;
    let from = PARTIES.entered(connection, space)?.max(from);
    let left = i64::try_from(limit.saturating_sub(events.len())).unwrap_or(i64::MAX);
    events.extend(read_all(unlisted.query(params![from, last, user.as_bytes(), left])?)?);
    Ok(events)
}

/// The numbers of a list, in order.
fn numbers(list: &Row<'_>) -> Result<Vec<u64>, StoreError> {
    let numbers: String = list.get(0)?;
    serde_json::from_str(&numbers).map_err(|_| StoreError::Inconsistent)
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

/// An event's id is one event's in all spaces. Nobody gives it: the relay draws it, of 74 random bits beside the time, so that no space
/// comes upon another's, and what is found is looked for in this space alone.
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
    let last = match party {
        None => Some(place(space, up_to)),
        Some(party) => last_place_of(connection, space, up_to, party)?,
    };
    connection
        .prepare_cached("SELECT event FROM events WHERE place BETWEEN ?1 AND ?2 ORDER BY place DESC LIMIT 1")?
        .query_row(params![first_place(space), last], |row| row.get::<_, Vec<u8>>(0))
        .optional()?
        .map(|event| id(&event))
        .transpose()
}

/// Where the last event up to a number is that concerns a user.
fn last_place_of(
    connection: &Connection,
    space: i64,
    up_to: u64,
    party: UserId,
) -> Result<Option<i64>, StoreError> {
    let (first, _) = ends(connection, space)?;
    let entered = PARTIES.entered(connection, space)?;
    let up_to_place = place(space, up_to);
    let unlisted: Option<i64> = connection
        .prepare_cached(
            "SELECT place FROM events
             WHERE place > ?1 AND place <= ?2 AND ?3 IN (first_party, second_party) ORDER BY place DESC LIMIT 1",
        )?
        .query_row(params![entered, up_to_place, party.as_bytes()], |row| row.get(0))
        .optional()?;
    if unlisted.is_some() {
        return Ok(unlisted);
    }
    // It is in the list that ends there or behind it, or else in the one before.
    let mut lists = connection.prepare_cached(
        "SELECT numbers FROM (SELECT numbers FROM event_lists
           WHERE party = ?1 AND last >= ?2 AND last <= ?3 ORDER BY last LIMIT 1)
         UNION ALL
         SELECT numbers FROM (SELECT numbers FROM event_lists
           WHERE party = ?1 AND last < ?2 AND last > ?4 ORDER BY last DESC LIMIT 1)",
    )?;
    let [none, most] = places(space);
    let mut lists = lists.query(params![party.as_bytes(), up_to_place, most, none])?;
    let mut found = None;
    while let Some(list) = lists.next()? {
        let kept = numbers(list)?.into_iter().filter(|number| (first..=up_to).contains(number));
        found = found.max(kept.max());
    }
    Ok(found.map(|number| place(space, number)))
}

/// Enters those concerned by what a commit tells of, once there is enough of it behind what is entered.
pub(in super::super) fn enter_parties(connection: &Connection, told: &[Committed]) -> Result<(), StoreError> {
    let grown: BTreeMap<SpaceId, u64> = told
        .iter()
        .filter_map(|event| match event {
            Committed::Told { space, told } => Some((*space, told.number)),
            _ => None,
        })
        .collect();
    for (SpaceId(space), last) in grown {
        PARTIES.grow(connection, i64::from(space), last)?;
    }
    Ok(())
}

/// Drops the events up to the first that was not told before a time, but the last one: numbers go on from it. Whether there may
/// be more of them.
pub(super) fn drop_before(
    connection: &Connection,
    space: i64,
    before: Timestamp,
) -> Result<bool, StoreError> {
    let mut dropping = connection.prepare_cached(
        "WITH portion AS (
           SELECT place, created_at FROM events WHERE place BETWEEN ?1 AND ?2 ORDER BY place LIMIT ?4)
         DELETE FROM events WHERE place IN (SELECT place FROM portion)
           AND place < coalesce((SELECT min(place) FROM portion WHERE created_at >= ?3), ?2 + 1)
           AND place < (SELECT max(place) FROM events WHERE place BETWEEN ?1 AND ?2)
         RETURNING place, first_party, second_party",
    )?;
    let of = params![first_place(space), last_place(space), millis(before), PORTION_MAX];
    let dropped = dropping
        .query_map(of, |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?])))?
        .collect::<rusqlite::Result<Vec<(i64, [Option<Vec<u8>>; 2])>>>()?;
    let Some(last) = dropped.iter().map(|(place, _)| *place).max() else { return Ok(false) };
    let parties: BTreeSet<&Vec<u8>> =
        dropped.iter().flat_map(|(_, parties)| parties.iter().flatten()).collect();
    // Of a list that ends later, whoever reads leaves out what is gone.
    let mut strike =
        connection.prepare_cached("DELETE FROM event_lists WHERE party = ?1 AND last > ?2 AND last <= ?3")?;
    for party in parties {
        strike.execute(params![party, first_place(space), last])?;
    }
    Ok(is_whole_portion(dropped.len()))
}

fn read_all(mut rows: Rows<'_>) -> Result<Vec<Told>, StoreError> {
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(read(row)?);
    }
    Ok(events)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::schema::migrate;
    use super::super::late::ENTERED_TOGETHER;
    use super::*;

    const SPACE: i64 = 3;
    const LIMIT: u32 = 7;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_concerns_a_user_is_found_wherever_parties_were_entered_and_whatever_was_dropped(
            told in proptest::collection::vec((0u8..4, 0u8..4, 0u64..9), 1..60),
            entered in proptest::collection::vec(any::<prop::sample::Index>(), 0..3),
            dropped in any::<prop::sample::Index>(),
            behind in 0u64..60,
        ) {
            let mut store = Connection::open_in_memory().unwrap();
            migrate(&mut store).unwrap();
            let mut kept = Vec::new();
            for (number, (first, second, late)) in (1_u64..).zip(&told) {
                let parties = [*first, *second].map(party);
                // Clocks are set back.
                let at = number.saturating_sub(*late);
                tell(&store, number, parties, at);
                if entered.iter().any(|at| at.index(told.len()) as u64 + 1 == number) {
                    PARTIES.enter(&store, SPACE, number).unwrap();
                }
                kept.push((number, parties, at));
            }
            let before = dropped.index(told.len()) as u64 + 1;
            while drop_before(&store, SPACE, Timestamp::from_millis(before)).unwrap() {}
            let first = kept.iter().position(|(_, _, at)| *at >= before).unwrap_or(kept.len() - 1);
            let kept = kept.split_off(first);
            for user in 1..4 {
                let user = party(user).unwrap();
                let own = || kept.iter().filter(|(_, parties, _)| parties.contains(&Some(user))).map(|(number, ..)| *number);
                let found = page(&store, SPACE, behind, Some(user), LIMIT).unwrap().events;
                let expected: Vec<u64> = own().filter(|number| *number > behind).take(LIMIT as usize).collect();
                prop_assert_eq!(found.iter().map(|told| told.number).collect::<Vec<_>>(), expected);
                let last = last_of(&store, SPACE, behind, Some(user)).unwrap();
                prop_assert_eq!(last, own().filter(|number| *number <= behind).max().map(event));
            }
            let stale: u32 = store.query_row(
                "SELECT count(*) FROM event_lists WHERE last < (SELECT min(place) FROM events)", [], |row| row.get(0),
            ).unwrap();
            prop_assert_eq!(stale, 0);
        }
    }

    #[test]
    fn parties_are_entered_once_there_are_many_of_them_and_each_space_by_itself() {
        let mut store = Connection::open_in_memory().unwrap();
        migrate(&mut store).unwrap();
        let told = |number: u64| {
            let told = Told {
                number,
                event: event(number),
                name: String::new(),
                parties: [None, None],
                body: String::new(),
            };
            [Committed::Told { space: SpaceId(SPACE as u32), told: Arc::new(told) }]
        };
        for number in 1..=ENTERED_TOGETHER + 1 {
            tell(&store, number, [party(1), party(2)], number);
            enter_parties(&store, &told(number)).unwrap();
            let up_to = number_of(PARTIES.entered(&store, SPACE).unwrap());
            assert_eq!(up_to, if number < ENTERED_TOGETHER { 0 } else { ENTERED_TOGETHER });
        }
        assert_eq!(PARTIES.entered(&store, SPACE + 1).unwrap(), first_place(SPACE + 1));
        let page = page(&store, SPACE, ENTERED_TOGETHER - 1, party(2), LIMIT).unwrap();
        assert!(page.events.iter().map(|told| told.number).eq([ENTERED_TOGETHER, ENTERED_TOGETHER + 1]));
    }

    fn tell(store: &Connection, number: u64, parties: [Option<UserId>; 2], at: u64) {
        let [first, second] = parties.map(|party| party.map(|user| *user.as_bytes()));
        store
            .execute(
                "INSERT INTO events (place, event, name, first_party, second_party, body, created_at)
                 VALUES (?1, ?2, '', ?3, ?4, '', ?5)",
                params![place(SPACE, number), event(number).as_bytes(), first, second, at as i64],
            )
            .unwrap();
    }

    /// Nobody, or somebody.
    fn party(user: u8) -> Option<UserId> {
        (user > 0).then(|| UserId::from_bytes([user; 16]))
    }

    fn event(number: u64) -> EventId {
        EventId::from_bytes(u128::from(number).to_be_bytes())
    }
}
