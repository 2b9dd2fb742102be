//! Checkpoints: what the log has is copied into the store beside the writer, which only sees to it that the log ends.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

/// Pages of the log from which on they are copied beside the writer: 8 MiB.
const LOG_PAGES_COPIED: u32 = 2 << 10;
/// Pages from which on the writer copies what is left, so that the log begins anew: 32 MiB. While there is always something to commit,
/// nobody else ever comes to the log's end.
const LOG_PAGES_MAX: u32 = 8 << 10;

pub(super) struct Checkpoints {
    copying: Arc<Copying>,
    hints: Option<Arc<SyncSender<()>>>,
    thread: Option<JoinHandle<()>>,
}

/// Held by whoever copies: SQLite turns away whoever comes second, and the log would grow meanwhile.
type Copying = Mutex<()>;

/// Where the writer says that it has committed.
pub(super) struct CheckpointHandle {
    /// For as long as there is such a thread: the writer may be who ends it.
    hints: Weak<SyncSender<()>>,
    log_pages: Arc<AtomicU32>,
    copying: Arc<Copying>,
}

impl CheckpointHandle {
    /// Behind a commit, once it is answered.
    pub(super) fn follow(&self, connection: &Connection) {
        let pages = self.log_pages.load(Ordering::Relaxed);
        if pages < LOG_PAGES_COPIED {
            return;
        }
        if let Some(hints) = self.hints.upgrade() {
            // A full channel means that a checkpoint is due anyway.
            let _ = hints.try_send(());
        }
        if pages >= LOG_PAGES_MAX {
            checkpoint(connection, &self.copying);
        }
    }
}

impl Checkpoints {
    pub(super) fn start(path: &Path) -> Result<Self, super::OpenError> {
        let connection = Connection::open(path)?;
        let copying = Arc::new(Copying::default());
        let (hints, hinted) = sync_channel(1);
        let thread = std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn({
            let copying = Arc::clone(&copying);
            move || run(&connection, &hinted, &copying)
        })?;
        Ok(Self { copying, hints: Some(Arc::new(hints)), thread: Some(thread) })
    }

    /// A handle for the writer, who finds out from its connection how long the log is.
    pub(super) fn handle(&self, writer: &mut Connection) -> Result<CheckpointHandle, super::OpenError> {
        let hints = self.hints.as_ref().map(Arc::downgrade).unwrap_or_default();
        let log_pages = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&log_pages);
        writer.wal_hook(Some(move |_: &mut Wal, pages| {
            counted.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(CheckpointHandle { hints, log_pages, copying: Arc::clone(&self.copying) })
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.hints = None;
        if let Some(thread) = self.thread.take() {
            // A checkpoint that failed is made up for by the next start.
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, hints: &Receiver<()>, copying: &Copying) {
    while hints.recv().is_ok() {
        checkpoint(connection, copying);
    }
    checkpoint(connection, copying);
}

fn checkpoint(connection: &Connection, copying: &Copying) {
    let _alone = copying.lock().unwrap_or_else(PoisonError::into_inner);
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::warn!(%error, "checkpoint_failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_begins_anew_however_much_there_is_to_commit() {
        const COMMIT_BYTES: u32 = 8 << 20;
        const LOG_BYTES_MAX: u64 = LOG_PAGES_MAX as u64 * 4_200 + 4 * COMMIT_BYTES as u64;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let mut writer = Connection::open(&path).unwrap();
        writer.pragma_update(None, "journal_mode", "WAL").unwrap();
        writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        writer.execute_batch("CREATE TABLE texts (text BLOB)").unwrap();
        let checkpoints = Checkpoints::start(&path).unwrap();
        let handle = checkpoints.handle(&mut writer).unwrap();
        for _ in 0..16 {
            writer.execute("INSERT INTO texts VALUES (zeroblob(?1))", [COMMIT_BYTES]).unwrap();
            handle.follow(&writer);
        }
        let log = std::fs::metadata(folder.path().join("store-wal")).unwrap().len();
        assert!(log <= LOG_BYTES_MAX, "{log} bytes");
    }
}
