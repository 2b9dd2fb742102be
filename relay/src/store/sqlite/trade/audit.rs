//! The audit log's rows.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use protocol::RelayId;
use protocol::keys::PublicKey;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::{Seal, number, unsigned};
use super::SqliteBooks;
use super::late::LateIndex;
use super::places::{first_place, last_place, number_of, place, places};
use crate::store::{AuditPage, Committed, SpaceId, StoreError};
use crate::trade::{AuditEntry, AuditFilter, AuditHead, Books, Chain, iso};

/// Whose thing an entry is about.
const USERS: LateIndex = LateIndex {
    marks: "audit_users_entered",
    entering: "INSERT INTO audit_users (space_id, user_id, occurred_at, place)
         SELECT space_id, user_id, occurred_at, place FROM audit
         WHERE place > ?1 AND place <= ?2 AND user_id IS NOT NULL
         ORDER BY space_id, user_id, occurred_at, place",
};

/// Where entries of the space `?1` are read from, and what their time and place are called there.
type Source = [&'static str; 3];

/// All of them.
const ALL: Source = ["audit WHERE space_id = ?1", "occurred_at", "place"];
/// Those about the things of the user `?2` that are entered, in the order of their time.
const ENTERED: Source = [
    "audit_users AS users CROSS JOIN audit USING (place) WHERE users.space_id = ?1 AND users.user_id = ?2",
    "users.occurred_at",
    "users.place",
];
/// Those about them that are not entered yet.
const NOT_ENTERED: Source = [
    "audit WHERE user_id = ?2 AND place < (?1 + 1) << 40
       AND place > max(?1 << 40, coalesce((SELECT place FROM audit_users_entered WHERE space_id = ?1), 0))",
    "occurred_at",
    "place",
];

/// Where this process has seen logs end.
#[derive(Default)]
pub(in super::super) struct Heads {
    /// Held for a look-up only.
    seen: Mutex<BTreeMap<SpaceId, AuditHead>>,
}

impl Heads {
    /// Notes what was committed.
    pub(in super::super) fn note(&self, heads: Vec<(SpaceId, AuditHead)>) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).extend(heads);
    }

    /// Whether a stored end may be gone on from: by the relay's word, and not before one that was seen.
    fn trusts(&self, chain: &Chain, head: &AuditHead, relay: &RelayId, key: &PublicKey) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let space = SpaceId(chain.space());
        let is_seen = match seen.get(&space) {
            Some(seen) if seen == head => true,
            Some(seen) if seen.number >= head.number => return false,
            _ => false,
        };
        let is_whole = if is_seen { chain.is_at(head) } else { chain.ends_at(head, relay, key).is_ok() };
        if is_whole {
            seen.insert(space, head.clone());
        }
        is_whole
    }
}

/// The end of a space's log, if it is where the relay signed it: nothing is built on what somebody has touched.
fn last(
    connection: &Connection,
    space: SpaceId,
    (relay, key, heads): (&RelayId, &PublicKey, &Heads),
) -> Result<Chain, StoreError> {
    let last = connection
        .prepare_cached(
            "SELECT number, hash FROM audit WHERE place BETWEEN ?1 AND ?2 ORDER BY place DESC LIMIT 1",
        )?
        .query_row(places(i64::from(space.0)), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let chain =
        last.map_or_else(|| Chain::new(space.0), |(last, hash)| Chain::at(space.0, unsigned(last), hash));
    let head = head(connection, i64::from(space.0))?;
    if head.is_some_and(|head| heads.trusts(&chain, &head, relay, key)) {
        return Ok(chain);
    }
    tracing::error!("audit_log_touched");
    Err(StoreError::Unavailable)
}

/// Appends an entry; where the log ends is signed before the commit.
pub(super) fn append(books: &mut SqliteBooks<'_>, body: &str) -> Result<(), StoreError> {
    let space = books.space()?;
    let in_this_batch = books.events.told().iter().rev().find_map(|event| match event {
        Committed::Audited { space: of, chain } if *of == space => Some(chain.clone()),
        _ => None,
    });
    let mut chain = match in_this_batch {
        Some(chain) => chain,
        None => {
            last(books.connection, space, (&books.inner.relay, &books.inner.public_key, &books.inner.heads))?
        }
    };
    let entry = chain.append(body);
    books
        .connection
        .prepare_cached("INSERT INTO audit (place, body, hash) VALUES (?1, ?2, ?3)")?
        .execute(params![place(books.space, entry.number), entry.body, entry.hash])?;
    books.events.push(Committed::Audited { space, chain });
    Ok(())
}

/// Signs that a space's log is about to begin.
pub(in super::super) fn begin_log(
    connection: &Connection,
    space: SpaceId,
    seal: &Seal,
) -> Result<(), StoreError> {
    put_head(connection, space, &Chain::new(space.0).sign(&seal.relay, &seal.key))
}

/// Signs where the logs end that have grown, and enters whom they are about once there is enough of it.
pub(in super::super) fn seal(
    connection: &Connection,
    events: &[Committed],
    seal: &Seal,
) -> Result<Vec<(SpaceId, AuditHead)>, StoreError> {
    let grown: BTreeMap<SpaceId, &Chain> = events
        .iter()
        .filter_map(|event| match event {
            Committed::Audited { space, chain } => Some((*space, chain)),
            _ => None,
        })
        .collect();
    let mut heads = Vec::with_capacity(grown.len());
    for (space, chain) in grown {
        let head = chain.sign(&seal.relay, &seal.key);
        put_head(connection, space, &head)?;
        USERS.grow(connection, i64::from(space.0), head.number)?;
        heads.push((space, head));
    }
    Ok(heads)
}

fn put_head(connection: &Connection, space: SpaceId, head: &AuditHead) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO audit_heads (space_id, number, hash, signature) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![space.0, number(head.number), head.hash, head.signature])?;
    Ok(())
}

fn head(connection: &Connection, space: i64) -> Result<Option<AuditHead>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT number, hash, signature FROM audit_heads WHERE space_id = ?1")?
        .query_row([space], |row| {
            Ok(AuditHead { number: unsigned(row.get(0)?), hash: row.get(1)?, signature: row.get(2)? })
        })
        .optional()?)
}

/// A part of the log, in order, and where it ends.
pub(super) fn page(
    connection: &Connection,
    space: i64,
    behind: u64,
    limit: u32,
) -> Result<AuditPage, StoreError> {
    let head = head(connection, space)?;
    let mut statement = connection.prepare_cached(
        "SELECT number, body, hash FROM audit WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
    )?;
    let entries = statement.query_map(params![place(space, behind), last_place(space), limit], read)?;
    Ok(AuditPage { entries: entries.collect::<Result<_, _>>()?, head })
}

/// The first entry that users' lists are wrong about, up to where they are entered: it is not in its user's, or in one that it does not belong to.
pub(super) fn misfiled(connection: &Connection, space: i64) -> Result<Option<u64>, StoreError> {
    let first: Option<i64> = connection
        .prepare_cached(
            "WITH entered (last) AS (SELECT coalesce((SELECT place FROM audit_users_entered WHERE space_id = ?1), 0))
             SELECT min(place) FROM (
                 SELECT place FROM audit, entered
                 WHERE place BETWEEN ?2 AND min(?3, last) AND user_id IS NOT NULL
                     AND NOT EXISTS (
                         SELECT 1 FROM audit_users AS users
                         WHERE users.space_id = ?1 AND users.user_id = audit.user_id
                             AND users.occurred_at = audit.occurred_at AND users.place = audit.place
                     )
                 UNION ALL
                 SELECT users.place FROM audit_users AS users, entered
                 WHERE users.space_id = ?1
                     AND (users.place NOT BETWEEN ?2 AND min(?3, last) OR NOT EXISTS (
                         SELECT 1 FROM audit
                         WHERE audit.place = users.place AND +audit.user_id = users.user_id
                             AND +audit.occurred_at = users.occurred_at
                     ))
             )",
        )?
        .query_row(params![space, first_place(space), last_place(space)], |row| row.get(0))?;
    Ok(first.map(number_of))
}

/// The newest first, by their time.
pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: &AuditFilter,
    limit: u32,
) -> Result<Vec<AuditEntry>, StoreError> {
    let AuditFilter { behind, action, resource_type, resource_id, user, from, to } = filter;
    let time = behind.map(|behind| time_of(connection, space, behind)).transpose()?;
    if time == Some(None) {
        return Ok(Vec::new());
    }
    let has_own_list = user.is_some() && resource_id.is_none();
    let of_time = [
        (behind.is_some(), "(TIME, PLACE) < (?3, ?4)"),
        (from.is_some(), "TIME >= ?5"),
        (to.is_some(), "TIME < ?6"),
    ];
    // Each has an index of its own; the one that leaves the fewest is used, and the others look at what it finds.
    let equal = [
        (resource_id.is_some(), "resource_id = ?7"),
        (user.is_some() && !has_own_list, "user_id = ?2"),
        (action.is_some(), "action = ?8"),
        (resource_type.is_some(), "resource_type = ?9"),
    ];
    let signs = std::iter::once(if has_own_list { "+" } else { "" }).chain(std::iter::repeat("+"));
    let equal = signs.zip(asked(equal)).map(|(sign, condition)| format!("{sign}{condition}"));
    let conditions: Vec<String> = asked(of_time).map(str::to_owned).chain(equal).collect();
    let of = |source| select(source, &conditions);
    let list = if has_own_list {
        let (entered, rest) = (of(ENTERED), of(NOT_ENTERED));
        let both = format!("SELECT * FROM ({entered}) UNION ALL SELECT * FROM ({rest})");
        format!("SELECT number, body, hash FROM ({both}) ORDER BY at DESC, behind DESC LIMIT ?10")
    } else {
        of(ALL)
    };
    let values = params![
        space,
        user.map(|user| user.to_string()),
        time.flatten(),
        behind.map(|behind| place(space, behind)),
        from.map(iso),
        to.map(iso),
        resource_id,
        action,
        resource_type,
        limit
    ];
    let entries = connection.prepare_cached(&list)?.query_map(values, read)?.collect::<Result<_, _>>()?;
    Ok(entries)
}

fn asked<const N: usize>(conditions: [(bool, &'static str); N]) -> impl Iterator<Item = &'static str> {
    conditions.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, condition)| condition)
}

/// The newest of a source that fulfil conditions.
fn select([source, time, place]: Source, conditions: &[String]) -> String {
    let mut of = format!("SELECT number, body, hash, {time} AS at, {place} AS behind FROM {source}");
    for condition in conditions {
        of += &format!(" AND {}", condition.replace("TIME", time).replace("PLACE", place));
    }
    of + &format!(" ORDER BY {time} DESC, {place} DESC LIMIT ?10")
}

/// When an entry was made, as it says.
fn time_of(connection: &Connection, space: i64, entry: u64) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT occurred_at FROM audit WHERE place = ?1")?
        .query_row([place(space, entry)], |row| row.get(0))
        .optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry { number: unsigned(row.get(0)?), body: row.get(1)?, hash: row.get(2)? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::{Timestamp, UserId};

    use super::super::super::schema::migrate;
    use super::*;

    const SPACE: i64 = 3;
    const LIMIT: u32 = 7;
    const USER: u8 = 1;
    const ACTIONS: [&str; 2] = ["ORDER_CREATED", "ORDER_CANCELED"];

    /// Whose thing an entry is about, when it was made, and what was done: as it is drawn.
    type Made = (u8, u64, usize);

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_about_a_user_is_found_newest_first_wherever_users_were_entered(
            made in proptest::collection::vec((0u8..3, 0u64..5, 0usize..2), 1..40),
            entered in proptest::collection::vec(any::<prop::sample::Index>(), 0..3),
            behind in proptest::option::of(any::<prop::sample::Index>()),
            is_action_given in any::<bool>(),
            from in 0u64..4,
        ) {
            let mut store = Connection::open_in_memory().unwrap();
            migrate(&mut store).unwrap();
            let entered: Vec<usize> = entered.iter().map(|at| at.index(made.len()) + 1).collect();
            for (at, made) in (1..).zip(&made) {
                for space in [SPACE, SPACE + 1] {
                    append(&store, space, at as u64, *made);
                }
                if entered.contains(&at) {
                    USERS.enter(&store, SPACE, at as u64).unwrap();
                }
            }
            prop_assert_eq!(misfiled(&store, SPACE).unwrap(), None);
            let mut sorted: Vec<(u64, u64)> = (1..).zip(&made)
                .filter(|(_, (user, time, action))| {
                    *user == USER && *time >= from && (!is_action_given || *action == 0)
                })
                .map(|(number, (_, time, _))| (*time, number))
                .collect();
            sorted.sort_unstable_by(|one, other| other.cmp(one));
            let behind = behind.map(|at| at.index(made.len()) as u64 + 1);
            let expected: Vec<u64> = sorted
                .into_iter()
                .filter(|place| behind.is_none_or(|behind| *place < (made[behind as usize - 1].1, behind)))
                .map(|(_, number)| number)
                .take(LIMIT as usize)
                .collect();
            let filter = AuditFilter {
                behind,
                action: is_action_given.then(|| ACTIONS[0].to_owned()),
                user: Some(user(USER)),
                from: Some(Timestamp::from_millis(from)),
                ..AuditFilter::default()
            };
            let found = list(&store, SPACE, &filter, LIMIT).unwrap();
            prop_assert_eq!(found.iter().map(|entry| entry.number).collect::<Vec<_>>(), expected);
        }
    }

    fn append(store: &Connection, space: i64, number: u64, (of, time, action): Made) {
        let body = serde_json::json!({
            "user_id": (of > 0).then(|| user(of).to_string()),
            "occurred_at": iso(Timestamp::from_millis(time)),
            "action": ACTIONS[action],
        });
        store
            .execute(
                "INSERT INTO audit (place, body, hash) VALUES (?1, ?2, zeroblob(32))",
                params![place(space, number), body.to_string()],
            )
            .unwrap();
    }

    fn user(number: u8) -> UserId {
        UserId::from_bytes([number; 16])
    }
}
