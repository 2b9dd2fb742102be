//! The one writer: group commit with a savepoint a request.
//!
//! Requests queue; the writer takes what is there, runs each in its own savepoint, commits once, tells the observer what
//! was committed, and only then answers. A failed commit answers `unavailable` to the whole batch.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::checkpoint::CheckpointHandle;
use super::{Observer, Seal, trade};
use crate::store::{Committed, StoreError};

/// Requests that may wait: above, callers are told to come back.
const QUEUE_MAX: usize = 4096;
/// Requests in one commit: bounds how long the first one waits for the last.
const BATCH_MAX: usize = 256;

/// What a request has to tell the observer if it is committed.
pub(super) type Events = Vec<Committed>;

/// Runs in the batch; the answer it returns is given after the commit, or replaced if that fails.
type Job = Box<dyn FnOnce(&Connection, &mut Events) -> Pending + Send>;
/// Answers; `false` if the commit failed.
type Pending = Box<dyn FnOnce(bool) + Send>;

pub(super) struct Writer {
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        observer: Box<dyn Observer>,
        checkpoints: CheckpointHandle,
        seal: Seal,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&connection, &jobs, &*observer, &checkpoints, &seal))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn submit<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection, &mut Events) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection, events| {
            let result = in_savepoint(connection, events, change);
            Box::new(move |is_committed| {
                // The caller may be gone; what was committed stays.
                let _ = answer.send(if is_committed { result } else { Err(StoreError::Unavailable) });
            })
        });
        let queue = self.queue.as_ref().ok_or(StoreError::Unavailable)?;
        queue.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Unavailable,
        })?;
        answered.await.map_err(|_| StoreError::Unavailable)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        let thread = self.thread.take();
        // The last that held it may be what it does just now: it ends behind that by itself.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            // A writer that panicked has nothing left to finish.
            let _ = thread.join();
        }
    }
}

fn run(
    connection: &Connection,
    jobs: &Receiver<Job>,
    observer: &dyn Observer,
    checkpoints: &CheckpointHandle,
    seal: &Seal,
) {
    // Of a relay that has ended: to be dropped would answer them.
    let mut unanswered: Vec<Pending> = Vec::new();
    while let Ok(first) = jobs.recv() {
        let batch: Vec<Job> = std::iter::once(first).chain(jobs.try_iter().take(BATCH_MAX - 1)).collect();
        if !connection.is_autocommit() {
            // A rollback that failed is made up for.
            let _ = connection.execute_batch("ROLLBACK");
        }
        if let Err(error) = step(connection, "BEGIN IMMEDIATE") {
            // Jobs that are dropped unrun answer `unavailable`.
            tracing::error!(%error, requests = batch.len(), "batch_not_begun");
            continue;
        }
        let mut events = Events::new();
        let mut answers: Vec<Pending> = Vec::with_capacity(batch.len());
        for job in batch {
            answers.push(job(connection, &mut events));
            // SQLite rolls all back by itself when the disk is full or fails: what came behind would be committed alone.
            if connection.is_autocommit() {
                break;
            }
        }
        if !observer.may_commit() {
            // Closing the connection would do the same.
            let _ = connection.execute_batch("ROLLBACK");
            unanswered.extend(answers);
            continue;
        }
        let committed = commit(connection, &events, seal);
        match &committed {
            Ok(()) => {
                let may_answer = observer.committed(events);
                checkpoints.hint();
                if !may_answer {
                    unanswered.extend(answers);
                    continue;
                }
            }
            Err(error) => {
                tracing::error!(%error, requests = answers.len(), "batch_failed");
                // The transaction may be gone already.
                let _ = connection.execute_batch("ROLLBACK");
            }
        }
        for answer in answers {
            answer(committed.is_ok());
        }
    }
}

/// Commits a batch, with the relay's word of where the audit logs end that have grown by it.
fn commit(connection: &Connection, events: &Events, seal: &Seal) -> Result<(), StoreError> {
    if connection.is_autocommit() {
        // SQLite has rolled it back by itself: what is written now would stay.
        return Err(StoreError::Unavailable);
    }
    let heads = trade::seal(connection, events, seal)?;
    step(connection, "COMMIT")?;
    seal.heads.note(heads);
    Ok(())
}

/// Runs one request so that its refusal changes nothing for the others.
fn in_savepoint<T>(
    connection: &Connection,
    events: &mut Events,
    change: impl FnOnce(&Connection, &mut Events) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let told_before = events.len();
    let savepoint = Savepoint::begin(connection)?;
    let result = change(connection, events);
    if result.is_err() {
        events.truncate(told_before);
    }
    savepoint.end(result.is_ok())?;
    result
}

/// What was written since it began can be taken back. They lie within one another.
pub(super) struct Savepoint<'a>(&'a Connection);

impl<'a> Savepoint<'a> {
    pub(super) fn begin(connection: &'a Connection) -> rusqlite::Result<Self> {
        step(connection, "SAVEPOINT change")?;
        Ok(Self(connection))
    }

    pub(super) fn end(self, is_kept: bool) -> rusqlite::Result<()> {
        if !is_kept {
            step(self.0, "ROLLBACK TO change")?;
        }
        step(self.0, "RELEASE change")
    }
}

/// Runs one statement without values, which is read but once.
pub(super) fn step(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}
