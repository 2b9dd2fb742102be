//! What mls-rs keeps, in SQLite that is synced at each write like ours: a state whole, as the bytes that it offers for this.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use mls_rs::mls_rs_codec::MlsEncode;
use mls_rs::storage_provider::KeyPackageData;
use mls_rs::{GroupStateStorage, KeyPackageStorage};
use mls_rs_core::group::{EpochRecord, GroupState};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use zeroize::Zeroizing;

use crate::now;

/// Epochs that are kept behind the current one, as many as mls-rs keeps in memory.
const PAST_EPOCHS: u64 = 3;

/// A client's part of a store.
#[derive(Clone)]
pub(super) struct Kept {
    owner: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    connection: Connection,
    /// Made by no turn that has ended.
    fresh: Vec<(Vec<u8>, KeyPackageData)>,
    packages: BTreeMap<Vec<u8>, KeyPackageData>,
    read_for: Duration,
}

impl Kept {
    pub(super) fn open(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.pragma_update(None, "synchronous", "FULL").unwrap();
        connection
            .execute_batch(
                "CREATE TABLE states (id BLOB PRIMARY KEY, data BLOB NOT NULL);
                 CREATE TABLE epochs (id BLOB, epoch INTEGER, data BLOB NOT NULL, PRIMARY KEY (id, epoch));
                 CREATE TABLE packages (id BLOB PRIMARY KEY, data BLOB NOT NULL);",
            )
            .unwrap();
        let (fresh, packages) = (Vec::new(), BTreeMap::new());
        let inner = Inner { connection, fresh, packages, read_for: Duration::ZERO };
        Self { owner: String::new(), inner: Arc::new(Mutex::new(inner)) }
    }

    /// Another client's part of the same store.
    pub(super) fn of(&self, owner: &str) -> Self {
        Self { owner: owner.to_owned(), inner: Arc::clone(&self.inner) }
    }

    /// Writes the KeyPackages that were made since it was last asked to.
    pub(super) fn write_packages(&self) {
        let mut inner = self.inner();
        let fresh = std::mem::take(&mut inner.fresh);
        inner.connection.execute_batch("BEGIN").unwrap();
        for (id, package) in fresh {
            let data = package.mls_encode_to_vec().unwrap();
            inner.run("INSERT INTO packages VALUES (?1, ?2)", params![id, data]);
            inner.packages.insert(id, package);
        }
        inner.connection.execute_batch("COMMIT").unwrap();
    }

    /// How long it has read since it was last asked, in ms.
    pub(super) fn read_ms(&self) -> f64 {
        std::mem::take(&mut self.inner().read_for).as_secs_f64() * 1000.0
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// What a group of this client's is found by.
    fn id(&self, group: &[u8]) -> Vec<u8> {
        [self.owner.as_bytes(), b"/", group].concat()
    }

    fn read(&self, sql: &str, of: &[&dyn ToSql]) -> Result<Option<Zeroizing<Vec<u8>>>, Infallible> {
        let mut inner = self.inner();
        let started = now();
        let found = inner.connection.prepare_cached(sql).unwrap().query_row(of, |row| row.get(0)).optional();
        inner.read_for += started.elapsed();
        Ok(found.unwrap().map(Zeroizing::new))
    }
}

impl Inner {
    fn run(&self, sql: &str, values: &[&dyn ToSql]) {
        self.connection.prepare_cached(sql).unwrap().execute(values).unwrap();
    }
}

impl GroupStateStorage for Kept {
    type Error = Infallible;

    fn state(&self, group: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, Infallible> {
        self.read("SELECT data FROM states WHERE id = ?1", &[&self.id(group)])
    }

    fn epoch(&self, group: &[u8], epoch: u64) -> Result<Option<Zeroizing<Vec<u8>>>, Infallible> {
        self.read("SELECT data FROM epochs WHERE id = ?1 AND epoch = ?2", &[&self.id(group), &(epoch as i64)])
    }

    fn write(
        &mut self,
        state: GroupState,
        inserts: Vec<EpochRecord>,
        updates: Vec<EpochRecord>,
    ) -> Result<(), Infallible> {
        let (id, inner) = (self.id(&state.id), self.inner());
        inner.connection.execute_batch("BEGIN").unwrap();
        for epoch in inserts.iter().chain(&updates) {
            let number = epoch.id as i64;
            inner.run("REPLACE INTO epochs VALUES (?1, ?2, ?3)", params![id, number, *epoch.data]);
            let before = epoch.id.saturating_sub(PAST_EPOCHS) as i64;
            inner.run("DELETE FROM epochs WHERE id = ?1 AND epoch <= ?2", params![id, before]);
        }
        inner.run("REPLACE INTO states VALUES (?1, ?2)", params![id, *state.data]);
        inner.connection.execute_batch("COMMIT").unwrap();
        Ok(())
    }

    fn max_epoch_id(&self, group: &[u8]) -> Result<Option<u64>, Infallible> {
        let inner = self.inner();
        let last: Option<i64> = inner
            .connection
            .prepare_cached("SELECT max(epoch) FROM epochs WHERE id = ?1")
            .unwrap()
            .query_row([self.id(group)], |row| row.get(0))
            .unwrap();
        Ok(last.map(|epoch| epoch as u64))
    }
}

impl KeyPackageStorage for Kept {
    type Error = Infallible;

    fn insert(&mut self, id: Vec<u8>, package: KeyPackageData) -> Result<(), Infallible> {
        self.inner().fresh.push((id, package));
        Ok(())
    }

    fn get(&self, id: &[u8]) -> Result<Option<KeyPackageData>, Infallible> {
        Ok(self.inner().packages.get(id).cloned())
    }

    fn delete(&mut self, id: &[u8]) -> Result<(), Infallible> {
        let mut inner = self.inner();
        inner.packages.remove(id);
        inner.run("DELETE FROM packages WHERE id = ?1", params![id]);
        Ok(())
    }
}
