//! Checkpoints beside the writer: it never waits for one.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;

use rusqlite::Connection;

/// Commits between two checkpoints: some 64 MB of log at full batches.
const COMMITS_PER_CHECKPOINT: u32 = 256;

pub(super) struct Checkpoints {
    hints: Option<Arc<SyncSender<()>>>,
    thread: Option<JoinHandle<()>>,
}

/// Tells the checkpoint thread of a commit, for as long as there is one: the writer may be who ends it.
pub(super) struct CheckpointHandle(Weak<SyncSender<()>>);

impl CheckpointHandle {
    pub(super) fn hint(&self) {
        if let Some(hints) = self.0.upgrade() {
            // A full channel means that a checkpoint is due anyway.
            let _ = hints.try_send(());
        }
    }
}

impl Checkpoints {
    pub(super) fn start(path: &Path) -> Result<Self, super::OpenError> {
        let connection = Connection::open(path)?;
        let (hints, commits) = sync_channel(COMMITS_PER_CHECKPOINT as usize);
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || run(&connection, &commits))?;
        Ok(Self { hints: Some(Arc::new(hints)), thread: Some(thread) })
    }

    pub(super) fn handle(&self) -> CheckpointHandle {
        CheckpointHandle(self.hints.as_ref().map(Arc::downgrade).unwrap_or_default())
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

fn run(connection: &Connection, commits: &Receiver<()>) {
    let mut since_last = 0;
    while commits.recv().is_ok() {
        since_last += 1;
        if since_last >= COMMITS_PER_CHECKPOINT {
            since_last = 0;
            checkpoint(connection);
        }
    }
    checkpoint(connection);
}

fn checkpoint(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::warn!(%error, "checkpoint_failed");
    }
}
