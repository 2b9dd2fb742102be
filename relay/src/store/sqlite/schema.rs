//! The schema and its numbered, forward-only migrations.

use rusqlite::Connection;

use super::OpenError;
use super::trade::search;
use crate::store::StoreError;

/// Marks the file as a relay's store.
const APPLICATION_ID: i32 = 0x5061_6c52;

/// What brings a store to the next schema.
enum Migration {
    Statements(&'static str),
    Function(fn(&Connection) -> Result<(), StoreError>),
}

use Migration::{Function, Statements};

impl Migration {
    fn run(&self, store: &Connection) -> Result<(), OpenError> {
        match self {
            Statements(statements) => store.execute_batch(statements)?,
            Function(function) => function(store)?,
        }
        Ok(())
    }
}

/// Every migration, in order. A migration that has shipped never changes.
const MIGRATIONS: &[Migration] = &[
    Statements(include_str!("schema_1.sql")),
    Statements(include_str!("schema_2.sql")),
    Statements(include_str!("schema_3.sql")),
    Statements(include_str!("schema_4.sql")),
    Statements(include_str!("schema_5.sql")),
    Statements(include_str!("schema_6.sql")),
    Statements(include_str!("schema_7.sql")),
    Statements(include_str!("schema_8.sql")),
    Statements(include_str!("schema_9.sql")),
    Statements(include_str!("schema_10.sql")),
    Statements(include_str!("schema_11.sql")),
    Statements(include_str!("schema_12.sql")),
    Statements(include_str!("schema_13.sql")),
    Statements(include_str!("schema_14.sql")),
    Statements(include_str!("schema_15.sql")),
    Statements(include_str!("schema_16.sql")),
    Statements(include_str!("schema_17.sql")),
    Statements(include_str!("schema_18.sql")),
    Statements(include_str!("schema_19.sql")),
    Statements(include_str!("schema_20.sql")),
    // Schema 21: one letter has listings found as fast as more letters do.
    Function(search::learn_anew),
];

/// The schema this build writes.
pub(crate) const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// The schema that brought audit logs.
const AUDIT_SINCE: u32 = 4;

/// Whether a store has had audit logs before it is opened now.
pub(super) fn has_audit_logs(connection: &Connection) -> Result<bool, OpenError> {
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(version >= AUDIT_SINCE)
}

/// Whether a store has this build's schema.
pub(super) fn check_current(connection: &Connection) -> Result<(), OpenError> {
    match connection.query_row("PRAGMA user_version", [], |row| row.get(0))? {
        SCHEMA_VERSION => Ok(()),
        _ => Err(OpenError::OtherSchema),
    }
}

/// Brings a store to this build's schema; a newer one is refused.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (application != 0 || version != 0) {
        return Err(OpenError::NotAStore);
    }
    if version > SCHEMA_VERSION {
        return Err(OpenError::NewerSchema { found: version, known: SCHEMA_VERSION });
    }
    for (number, migration) in (1u32..).zip(MIGRATIONS).skip(version as usize) {
        let transaction = connection.transaction()?;
        migration.run(&transaction)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema before events, audit logs and answers were appended to one page.
    const BEFORE_PLACES: u32 = 13;

    /// The schema before a shop's own pages had fields of their own.
    const BEFORE_PAGES: u32 = 15;

    /// The schema before groups lay beside their conversations.
    const BEFORE_GROUPS: u32 = 19;

    /// The schema before a single letter had an index of its own.
    const BEFORE_LETTERS: u32 = 20;

    /// A store as the build of a schema left it.
    fn of_schema(version: u32) -> Connection {
        let store = Connection::open_in_memory().unwrap();
        for migration in MIGRATIONS.iter().take(version as usize) {
            migration.run(&store).unwrap();
        }
        store.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        store.pragma_update(None, "user_version", version).unwrap();
        store
    }

    fn texts(store: &Connection, sql: &str) -> Vec<String> {
        let mut statement = store.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn groups_are_taken_along_and_who_has_spoken_in_an_epoch_is_known_to_have_come_to_it() {
        let mut store = of_schema(BEFORE_GROUPS);
        // A private message of a group, up to its epoch.
        let word = |epoch: u8| format!("x'0001000210{}{epoch:016x}01'", "03".repeat(16));
        for (number, last, sender) in
            [(1, None, "01"), (2, Some(word(6)), "02"), (3, Some(word(7)), "01"), (4, Some(word(7)), "02")]
        {
            store
                .execute_batch(&format!(
                    "INSERT INTO conversations (number, space_id, conversation, suite, epoch, epoch_seq, handshake_seq, latest_seq,
                       heads, group_info, snapshot, snapshot_seq, created_at)
                     VALUES ({number}, 1, x'0{number}', 1, 7, 5, 5, 6, x'a{number}', x'b{number}', x'c{number}', 2, 1);
                     INSERT INTO epochs_before VALUES (1, {number}, 6, 4, x'01', x'02');
                     INSERT INTO entries (space_id, conversation, seq, envelope, kind, sender, received_at, payload)
                     VALUES (1, {number}, 5, x'e{number}', 2, x'01', 1, x'09');"
                ))
                .unwrap();
            if let Some(word) = last {
                store
                    .execute_batch(&format!(
                        "INSERT INTO entries (space_id, conversation, seq, envelope, kind, sender, received_at, payload)
                         VALUES (1, {number}, 6, x'f{number}', 1, x'{sender}', 1, {word});"
                    ))
                    .unwrap();
            }
        }
        migrate(&mut store).unwrap();
        let groups = texts(
            &store,
            "SELECT hex(heads) || hex(group_info) || hex(snapshot) || snapshot_seq FROM conversation_groups
             ORDER BY conversation",
        );
        assert_eq!(groups, [1, 2, 3, 4].map(|number| format!("A{number}B{number}C{number}2")));
        let unheard = texts(&store, "SELECT hex(unheard_committer) FROM conversations ORDER BY number");
        assert_eq!(unheard, ["01", "01", "01", ""]);
    }

    #[test]
    fn what_is_on_offer_is_found_by_its_words_as_before_and_by_a_letter_as_fast() {
        let mut store = of_schema(BEFORE_LETTERS);
        store
            .execute_batch(
                "INSERT INTO spaces (space_id, name, created_at) VALUES (2, 'shop', 0), (3, 'empty', 0);
                 CREATE VIRTUAL TABLE listing_words_2 USING fts5 (title, category, description, content = '',
                   contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4');
                 INSERT INTO listing_words_2 (rowid, title, category, description) VALUES (1, 'A desk', 'Desks', 'Oak.');
                 INSERT INTO listings VALUES
                   (2, x'01', 1, x'07', 'A desk', 'Oak.', 'Desks', 'desks', 100, 'USD', 'ACTIVE', '{}', 1, 1),
                   (2, x'02', 2, x'07', 'A lamp', 'Oak.', 'Lamps', 'lamps', 100, 'USD', 'SOLD', '{}', 1, 1);",
            )
            .unwrap();
        migrate(&mut store).unwrap();
        for (words, found) in [("d", vec![1]), ("desks", vec![1]), ("o", vec![1]), ("lamp", vec![])] {
            let filter = crate::trade::ListingFilter::default();
            let crate::trade::Found(numbers) =
                search::find(&store, 2, &words.parse().unwrap(), &filter).unwrap();
            assert_eq!(numbers, found, "{words}");
        }
        let indexes = texts(
            &store,
            "SELECT name FROM sqlite_schema WHERE name LIKE 'listing_words__' AND sql LIKE '%prefix = ''1 2 3 4''%'",
        );
        assert_eq!(indexes, ["listing_words_2"]);
    }

    #[test]
    fn a_shops_page_and_what_people_are_told_is_taken_along() {
        let mut store = of_schema(BEFORE_PAGES);
        store
            .execute_batch(
                "INSERT INTO top_ups (space_id, top_up, owner, minor, currency, status, confirmation_uri, metadata,
                   created_at, updated_at)
                 VALUES (1, x'01', x'02', 100, 'USD', 'TOPUP_CREATED', 'https://shop.example.org', '{}', 1, 1);
                 INSERT INTO settings (space_id, name, value) VALUES (1, 'maintenance', 'Back \"soon\".');",
            )
            .unwrap();
        migrate(&mut store).unwrap();
        let pages: [Option<String>; 3] = store
            .query_row("SELECT return_url, cancel_url, confirmation_uri FROM top_ups", [], |row| {
                Ok([row.get(0)?, row.get(1)?, row.get(2)?])
            })
            .unwrap();
        assert_eq!(pages, [Some("https://shop.example.org".to_owned()), None, None]);
        let told: String = store.query_row("SELECT value FROM settings", [], |row| row.get(0)).unwrap();
        let told: crate::trade::MaintenanceRow = crate::trade::from_json(&told).unwrap();
        assert_eq!((told.message.as_str(), told.enabled_at, told.enabled_by), ("Back \"soon\".", None, None));
    }

    #[test]
    fn what_happened_what_was_noted_and_what_was_answered_is_taken_along() {
        let mut store = of_schema(BEFORE_PLACES);
        for space in [2, 1] {
            for number in [1, 2] {
                let row = format!("{space}, {number}");
                store
                    .execute_batch(&format!(
                        "INSERT INTO events VALUES ({row}, x'0{space}0{number}', 'order.created', x'07', NULL, 'told {row}', 5);
                         INSERT INTO audit (space_id, number, body, hash)
                           VALUES ({row}, '{{\"action\":\"DONE {row}\",\"occurred_at\":\"now\"}}', x'0{number}');
                         INSERT INTO answers VALUES ({space}, x'01', x'0{number}', x'02', 201, x'03', {number});"
                    ))
                    .unwrap();
            }
        }
        migrate(&mut store).unwrap();
        let texts = |sql: &str| texts(&store, sql);
        let in_order = ["1, 1", "1, 2", "2, 1", "2, 2"];
        let told = texts(
            "SELECT body FROM events WHERE body = 'told ' || space_id || ', ' || number ORDER BY place",
        );
        assert_eq!(told, in_order.map(|row| format!("told {row}")));
        let done = texts(
            "SELECT action FROM audit WHERE action = 'DONE ' || space_id || ', ' || number ORDER BY place",
        );
        assert_eq!(done, in_order.map(|row| format!("DONE {row}")));
        let concerned = texts(
            "SELECT (last >> 40) || ', ' || value FROM event_lists, json_each(numbers)
             WHERE party = x'07' AND last <= (SELECT place FROM parties_entered WHERE space_id = last >> 40)
             ORDER BY last, value",
        );
        assert_eq!(concerned, in_order);
        let answers = texts("SELECT space_id || ', ' || expires_at FROM answers ORDER BY space_id, key");
        assert_eq!(answers, in_order);
    }
}
