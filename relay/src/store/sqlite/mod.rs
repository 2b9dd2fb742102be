//! The embedded store: SQLite with one writer, group commit, and readers beside it.

mod checkpoint;
mod conversations;
mod identities;
mod inboxes;
mod key_packages;
mod log;
mod relay_key;
mod schema;
mod sessions;
#[cfg(test)]
mod statements;
mod trade;
mod voids;
mod writer;

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use protocol::keys::PublicKey;
use protocol::{RelayId, Timestamp};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::{Answer, Committed, SpaceId, Store, StoreError};
pub use relay_key::KeyFileError;
use relay_key::Seal;
use writer::{Events, Writer, step};

/// Who talks with whom is nobody else's business on this machine.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// How long one writer waits for another: for its operator a relay, for a relay its operator. Each holds it for one commit.
const BUSY_MS_MAX: u64 = 10_000;
/// The space that every store has.
const FIRST_SPACE: SpaceId = SpaceId(1);
/// What the writer keeps at hand of the store: the ends of what grows, and whoever is busy.
const WRITER_CACHE_KIB: i64 = 64 << 10;
/// Statements that a connection keeps: more than there are.
const STATEMENTS_KEPT_MAX: usize = 256;
/// Readers kept open beside the writer.
const READERS_KEPT_MAX: usize = 4;

/// Stands at the boundaries of every change, on the writer's thread.
pub trait Observer: Send {
    /// Whether what was asked for may be committed. If not, it is never answered: the relay has ended.
    fn may_commit(&self) -> bool {
        true
    }

    /// Told what was committed, in commit order. Whether it may be answered: if not, the relay has ended.
    fn committed(&self, events: Vec<Committed>) -> bool;
}

impl<F: Fn(Vec<Committed>) + Send> Observer for F {
    fn committed(&self, events: Vec<Committed>) -> bool {
        self(events);
        true
    }
}

/// Why a data folder cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another relay has it open.
    #[error("another relay is running on this data folder: stop it, or give another folder with --data")]
    InUse,
    /// Written by a newer relay.
    #[error("the data folder has schema {found}, this relay knows up to {known}: install the newer relay")]
    NewerSchema {
        /// Its schema.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The relay that runs on it is of another version.
    #[error(
        "the relay that is running on this data folder is of another version: use the program it was started from"
    )]
    OtherSchema,
    /// The file is something else's.
    #[error("relay.sqlite in the data folder is not a relay's store")]
    NotAStore,
    /// The folder cannot be used.
    #[error("the data folder {path} cannot be used")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The relay's key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The system gives no more threads.
    #[error("the store's threads cannot be started")]
    Threads(#[from] std::io::Error),
    /// What it is to begin with cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// SQLite failed.
    #[error("the store cannot be opened")]
    Sqlite(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Self::NotAStore,
            _ => Self::Sqlite(error),
        }
    }
}

/// An open data folder. Dropping the last handle stops the writer after what is queued.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    relay: RelayId,
    public_key: PublicKey,
    heads: Arc<trade::Heads>,
    writer: Writer,
    readers: Mutex<Vec<Connection>>,
    path: PathBuf,
    _checkpoints: checkpoint::Checkpoints,
    /// A relay's.
    _lock: Option<File>,
}

/// Who opens a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Relay,
    Operator,
}

/// A store's handle for one space: no query can leave the space out.
#[derive(Clone)]
pub struct SqliteSpace {
    inner: Arc<Inner>,
    space: SpaceId,
}

impl SqliteStore {
    /// What its file in the data folder is called.
    pub const FILE: &str = "relay.sqlite";

    /// Opens a data folder, making it if need be. `relay` names a new one.
    pub fn open(folder: &Path, relay: RelayId, observer: Box<dyn Observer>) -> Result<Self, OpenError> {
        Self::open_as(folder, relay, observer, Whose::Relay)
    }

    /// Opens a data folder for its operator, also while a relay runs on it: SQLite lets both write, one after the other.
    pub fn open_beside(folder: &Path, relay: RelayId) -> Result<Self, OpenError> {
        Self::open_as(folder, relay, Box::new(|_: Vec<Committed>| {}), Whose::Operator)
    }

    fn open_as(
        folder: &Path,
        relay: RelayId,
        observer: Box<dyn Observer>,
        whose: Whose,
    ) -> Result<Self, OpenError> {
        let unusable = |cause| OpenError::Folder { path: folder.to_owned(), cause };
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder).map_err(unusable)?;
        let lock = lock(folder).map_err(unusable)?;
        if lock.is_none() && whose == Whose::Relay {
            return Err(OpenError::InUse);
        }
        let path = folder.join(Self::FILE);
        // Made here, so that nobody else may read it; SQLite gives its other files the same mode.
        OpenOptions::new().append(true).create(true).mode(FILE_MODE).open(&path).map_err(unusable)?;
        let mut connection = Connection::open(&path)?;
        prepare(&connection)?;
        let has_logs = schema::has_audit_logs(&connection)?;
        if lock.is_some() {
            schema::migrate(&mut connection)?;
        } else {
            schema::check_current(&connection)?;
        }
        let relay = relay_id(&connection, relay)?;
        let seal = Seal { relay, key: relay_key::open(folder, has_logs)?, heads: Arc::default() };
        if !has_logs {
            trade::begin_log(&connection, FIRST_SPACE, &seal)?;
        }
        let (public_key, heads) = (seal.key.public(), Arc::clone(&seal.heads));
        let checkpoints = checkpoint::Checkpoints::start(&path)?;
        let checkpoint_handle = checkpoints.handle(&mut connection)?;
        let writer = Writer::start(connection, observer, checkpoint_handle, seal)?;
        // An operator's command keeps no relay from starting.
        let _lock = lock.filter(|_| whose == Whose::Relay);
        let (readers, _checkpoints) = (Mutex::default(), checkpoints);
        let inner = Inner { relay, public_key, heads, writer, readers, path, _checkpoints, _lock };
        Ok(Self { inner: Arc::new(inner) })
    }
}

impl SqliteSpace {
    /// The store that it is a space of.
    pub fn spaces(&self) -> SqliteStore {
        SqliteStore { inner: Arc::clone(&self.inner) }
    }

    /// Queues a change: run with others, once more where one of them failed, answered after the batch's commit.
    async fn write<T: Send + 'static>(
        &self,
        mut change: impl FnMut(&Connection, i64, &mut Events) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let space = i64::from(self.space.0);
        self.inner.writer.submit(move |connection, events| change(connection, space, events)).await
    }

    /// Reads beside the writer, from what is committed.
    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection, i64) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(&self.inner);
        let space = i64::from(self.space.0);
        let run = move || {
            let kept = inner.readers.lock().map_err(|_| StoreError::Unavailable)?.pop();
            let reader = kept.map_or_else(|| inner.open_reader(), Ok)?;
            // All that a query reads is of one moment.
            step(&reader, "BEGIN")?;
            let answer = query(&reader, space);
            step(&reader, "COMMIT")?;
            let mut readers = inner.readers.lock().map_err(|_| StoreError::Unavailable)?;
            if readers.len() < READERS_KEPT_MAX {
                readers.push(reader);
            }
            answer
        };
        tokio::task::spawn_blocking(run).await.map_err(|_| StoreError::Unavailable)?
    }
}

impl Inner {
    fn open_reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(&self.path, flags)?;
        keep_statements(&reader)?;
        Ok(reader)
    }
}

impl Store for SqliteSpace {
    fn ping(&self) -> impl Answer<()> {
        self.write(|connection, _, _| {
            connection.execute("UPDATE meta SET value = value WHERE name = 'relay'", [])?;
            Ok(())
        })
    }

    fn sweep(&self, now: Timestamp) -> impl Answer<()> {
        const JOINABLE_MS: u64 = 30 * 24 * 60 * 60 * 1000;
        self.write(move |connection, space, _| {
            let now = millis(now);
            connection
                .prepare_cached("DELETE FROM sessions WHERE space_id = ?1 AND expires_at < ?2")?
                .execute(params![space, now])?;
            connection
                .prepare_cached("DELETE FROM joinable_epochs WHERE space_id = ?1 AND created_at < ?2")?
                .execute(params![space, now.saturating_sub_unsigned(JOINABLE_MS)])?;
            Ok(())
        })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "store_failed");
        match error {
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Inconsistent,
            _ => Self::Unavailable,
        }
    }
}

/// None if another relay has it.
fn lock(folder: &Path) -> std::io::Result<Option<File>> {
    let lock = File::create(folder.join("relay.lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Durable: an acknowledgement means it is on disk. The log is copied beside the writer, and by it only where that does not come to its end.
fn prepare(connection: &Connection) -> Result<(), OpenError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.busy_timeout(Duration::from_millis(BUSY_MS_MAX))?;
    keep_statements(connection)?;
    Ok(())
}

/// Statements are read once: how they run does not hang on the values they are given.
fn keep_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT_MAX);
    Ok(())
}

fn relay_id(connection: &Connection, new: RelayId) -> Result<RelayId, OpenError> {
    let stored: Option<Vec<u8>> = connection
        .query_row("SELECT value FROM meta WHERE name = 'relay'", [], |row| row.get(0))
        .optional()?;
    match stored {
        Some(stored) => RelayId::try_from(stored.as_slice()).map_err(|_| OpenError::NotAStore),
        None => {
            connection.execute(
                "INSERT INTO meta (name, value) VALUES ('relay', ?1)",
                [new.as_bytes().as_slice()],
            )?;
            Ok(new)
        }
    }
}

fn millis(time: Timestamp) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A stored time.
fn timestamp(stored: i64) -> Timestamp {
    Timestamp::from_millis(unsigned(stored))
}

/// A stored number that was never negative.
fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Spaces;

    /// What SQLite calls `FULL`: what is committed is on disk.
    const FULL: i64 = 2;

    #[tokio::test]
    async fn what_is_acknowledged_is_on_disk_by_the_settings_of_whoever_writes() {
        let folder = tempfile::tempdir().unwrap();
        let nobody: Box<dyn Observer> = Box::new(|_: Vec<Committed>| {});
        let relay = SqliteStore::open(folder.path(), RelayId::from_bytes([1; 16]), nobody).unwrap();
        let operator = SqliteStore::open_beside(folder.path(), RelayId::from_bytes([2; 16])).unwrap();
        for store in [relay, operator] {
            let space = store.space(FIRST_SPACE);
            let in_force = space.write(|connection, _, _| {
                let synchronous: i64 =
                    connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
                let journal: String =
                    connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
                Ok((synchronous, journal))
            });
            assert_eq!(in_force.await.unwrap(), (FULL, "wal".to_owned()));
        }
        // Whoever copies the log into the store may not let it begin anew before the store is on disk.
        let copying = Connection::open(folder.path().join(SqliteStore::FILE)).unwrap();
        let synchronous: i64 = copying.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        assert!(synchronous > 0, "what is not said is not off");
    }
}
