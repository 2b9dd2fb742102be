//! Sealed records in SQLite: one table, one transaction a turn, durable when it returns.

use std::path::Path;

use client_core::ports::{KeyRange, SealedRecord, SealedWrite, Store, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};

/// Marks the file as a client's store.
const APPLICATION_ID: i32 = 0x5061_6c43;
/// The schema this build writes.
const SCHEMA_VERSION: u32 = 1;
const SCHEMA: &str =
    "CREATE TABLE records (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID";

/// A client's records.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
}

impl SqliteStore {
    /// Opens a store, making it if need be.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path).map_err(failed)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
        connection.pragma_update(None, "secure_delete", "ON").map_err(failed)?;
        // Where the plan depends on a limit that is given with each query, the query is compiled anew each time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
        let version: u32 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
        let application: i32 =
            connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(failed)?;
        match (version, application) {
            (0, 0) => {
                let create = format!(
                    "BEGIN; {SCHEMA}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; COMMIT"
                );
                connection.execute_batch(&create).map_err(failed)?;
            }
            (SCHEMA_VERSION, APPLICATION_ID) => {}
            (newer, APPLICATION_ID) if newer > SCHEMA_VERSION => {
                return Err(StoreError::Failed(
                    "it was written by a newer version of this program: update it".into(),
                ));
            }
            _ => return Err(StoreError::Failed("the file is not a Palaver client's store".into())),
        }
        Ok(Self { connection })
    }

    /// Whether nothing was ever put into it, or nothing is left.
    pub(crate) fn is_blank(&self) -> Result<bool, StoreError> {
        let query = "SELECT NOT EXISTS (SELECT 1 FROM records)";
        self.connection.query_row(query, [], |row| row.get(0)).map_err(failed)
    }
}

impl Store for SqliteStore {
    async fn read(&self, range: &KeyRange) -> Result<Vec<SealedRecord>, StoreError> {
        let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
        let mut query = self.connection.prepare_cached(select(range.newest_first)).map_err(failed)?;
        let rows = query
            .query_map(params![range.from, range.to, limit], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    async fn commit(&mut self, writes: &[SealedWrite]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction().map_err(failed)?;
        {
            let mut put = transaction
                .prepare_cached("INSERT OR REPLACE INTO records (key, value) VALUES (?1, ?2)")
                .map_err(failed)?;
            let mut delete =
                transaction.prepare_cached("DELETE FROM records WHERE key = ?1").map_err(failed)?;
            for write in writes {
                match &write.value {
                    Some(value) => put.execute(params![write.key, value]).map_err(failed)?,
                    None => delete.execute(params![write.key]).map_err(failed)?,
                };
            }
        }
        transaction.commit().map_err(failed)
    }
}

/// The query for a range of records.
const fn select(newest_first: bool) -> &'static str {
    if newest_first {
        "SELECT key, value FROM records WHERE key >= ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3"
    } else {
        "SELECT key, value FROM records WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3"
    }
}

fn failed(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => StoreError::Full,
        _ => StoreError::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[tokio::test]
    async fn what_was_committed_is_there_after_reopening_in_key_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let mut store = SqliteStore::open(&path).unwrap();
        store.commit(&[put(&[2]), put(&[1, 0]), put(&[1])]).await.unwrap();
        store.commit(&[SealedWrite { key: vec![1], value: None }]).await.unwrap();
        drop(store);
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(keys(&store, 10, false).await, [vec![1, 0], vec![2]]);
        assert_eq!(keys(&store, 1, true).await, [vec![2]]);
    }

    #[test]
    fn a_turn_is_on_disk_once_it_is_committed() {
        const FULL: i64 = 2;
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("store")).unwrap();
        let journal: String =
            store.connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
        let synchronous: i64 =
            store.connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap();
        assert_eq!((journal.as_str(), synchronous), ("wal", FULL));
    }

    #[tokio::test]
    async fn a_query_is_compiled_once_whatever_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(&folder.path().join("store")).unwrap();
        store.commit(&[put(&[1]), put(&[2])]).await.unwrap();
        for newest_first in [false, true] {
            for limit in [1, 2, 3, 0, usize::MAX] {
                assert_eq!(keys(&store, limit, newest_first).await.len(), limit.min(2));
            }
            let query = store.connection.prepare_cached(select(newest_first)).unwrap();
            assert_eq!(query.get_status(StatementStatus::RePrepare), 0);
        }
    }

    #[test]
    fn a_newer_store_or_another_programs_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        drop(SqliteStore::open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 2).unwrap();
        assert!(SqliteStore::open(&path).unwrap_err().to_string().contains("newer version"));
        Connection::open(&path).unwrap().pragma_update(None, "application_id", 7).unwrap();
        assert!(SqliteStore::open(&path).unwrap_err().to_string().contains("not a Palaver"));
    }

    fn put(key: &[u8]) -> SealedWrite {
        SealedWrite { key: key.to_vec(), value: Some(vec![7]) }
    }

    async fn keys(store: &SqliteStore, limit: usize, newest_first: bool) -> Vec<Vec<u8>> {
        let range = KeyRange { from: vec![0], to: vec![9], limit, newest_first };
        store.read(&range).await.unwrap().into_iter().map(|(key, _)| key).collect()
    }
}
