//! The one writer: group commit.
//!
//! Requests queue; the writer runs one after the other until none waits any more, commits once, tells the observer what was
//! committed, and only then answers. A failed commit answers `unavailable` to the whole batch. Whoever comes while a batch runs is
//! part of it: taking only what is there when it begins would leave as many behind each time, for a commit of their own.
//!
//! A request that fails has rarely written before it knows, so that none is guarded against it: where one has, all of the batch are run
//! again, each in a savepoint of its own.

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

/// What a batch has to tell the observer if it is committed.
#[derive(Default)]
pub(super) struct Events {
    told: Vec<Committed>,
    guard: Guard,
    /// Whether something was written that would have to be taken back, and can't be but with all of the batch.
    is_spoiled: bool,
}

/// How what a failed request wrote is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Guard {
    /// With all of the batch.
    #[default]
    Batch,
    /// By itself.
    Savepoint,
}

impl Events {
    pub(super) fn push(&mut self, event: Committed) {
        self.told.push(event);
    }

    pub(super) fn told(&self) -> &[Committed] {
        &self.told
    }
}

/// Runs what may fail; then, what it wrote is as if it had never been.
pub(super) fn guarded<C, T, E: From<StoreError>>(
    connection: &Connection,
    change: &mut C,
    events: impl Fn(&mut C) -> &mut Events,
    run: impl FnOnce(&mut C) -> Result<T, E>,
) -> Result<T, E> {
    let (guard, told_before) = (events(change).guard, events(change).told.len());
    let written_before = connection.total_changes();
    if guard == Guard::Savepoint {
        step(connection, "SAVEPOINT request").map_err(StoreError::from)?;
    }
    let result = run(change);
    if result.is_err() {
        events(change).told.truncate(told_before);
    }
    match guard {
        Guard::Batch if result.is_err() => {
            events(change).is_spoiled |= connection.total_changes() != written_before;
        }
        Guard::Batch => {}
        Guard::Savepoint => {
            let taken_back = if result.is_err() { step(connection, "ROLLBACK TO request") } else { Ok(()) };
            let ended = taken_back.and_then(|()| step(connection, "RELEASE request"));
            events(change).is_spoiled |= ended.is_err();
            ended.map_err(StoreError::from)?;
        }
    }
    result
}

/// A request that waits for the commit it is part of.
trait Job: Send {
    /// Runs it, once more if need be.
    fn run(&mut self, connection: &Connection, events: &mut Events);

    /// What is left of it once it was run.
    fn finish(self: Box<Self>) -> Pending;
}

/// Answers; `false` if the commit failed.
type Pending = Box<dyn FnOnce(bool) + Send>;

struct Asked<T, F> {
    change: F,
    result: Option<Result<T, StoreError>>,
    asker: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Asked<T, F>
where
    T: Send + 'static,
    F: FnMut(&Connection, &mut Events) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection, events: &mut Events) {
        let change = &mut self.change;
        self.result = Some(guarded(connection, events, |events| events, |events| change(connection, events)));
    }

    fn finish(self: Box<Self>) -> Pending {
        // Whoever is answered may close the store: what was asked for holds it no longer.
        let Self { result, asker, .. } = *self;
        Box::new(move |is_committed| {
            let result = result.filter(|_| is_committed).unwrap_or(Err(StoreError::Unavailable));
            // The caller may be gone; what was committed stays.
            let _ = asker.send(result);
        })
    }
}

pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
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
        change: impl FnMut(&Connection, &mut Events) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (asker, answered) = oneshot::channel();
        let job = Box::new(Asked { change, result: None, asker });
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
    jobs: &Receiver<Box<dyn Job>>,
    observer: &dyn Observer,
    checkpoints: &CheckpointHandle,
    seal: &Seal,
) {
    // Of a relay that has ended: to be dropped would answer them.
    let mut unanswered: Vec<Pending> = Vec::new();
    while let Ok(first) = jobs.recv() {
        let mut batch = Batch { jobs: vec![first], queue: jobs };
        let events = run_batch(connection, &mut batch);
        let answers: Vec<Pending> = batch.jobs.into_iter().map(Job::finish).collect();
        let events = match events {
            Ok(events) => events,
            Err(error) => {
                tracing::error!(%error, requests = answers.len(), "batch_not_run");
                roll_back(connection);
                answer(answers, false);
                continue;
            }
        };
        if !observer.may_commit() {
            // Closing the connection would do the same.
            roll_back(connection);
            unanswered.extend(answers);
            continue;
        }
        let committed = commit(connection, &events, seal);
        match &committed {
            Ok(()) => {
                let may_answer = observer.committed(events);
                if !may_answer {
                    unanswered.extend(answers);
                    continue;
                }
            }
            Err(error) => {
                tracing::error!(%error, requests = answers.len(), "batch_failed");
                roll_back(connection);
            }
        }
        answer(answers, committed.is_ok());
        checkpoints.follow(connection);
    }
}

/// What is committed together.
struct Batch<'queue> {
    jobs: Vec<Box<dyn Job>>,
    queue: &'queue Receiver<Box<dyn Job>>,
}

impl Batch<'_> {
    /// The job at a place: behind the last one, whichever waits, if there is room for it.
    fn at(&mut self, place: usize) -> Option<&mut Box<dyn Job>> {
        if place == self.jobs.len() && place < BATCH_MAX {
            self.jobs.extend(self.queue.try_recv());
        }
        self.jobs.get_mut(place)
    }
}

fn answer(answers: Vec<Pending>, is_committed: bool) {
    for answer in answers {
        answer(is_committed);
    }
}

/// Runs a batch in a transaction, and leaves that open.
fn run_batch(connection: &Connection, batch: &mut Batch<'_>) -> Result<Vec<Committed>, StoreError> {
    for guard in [Guard::Batch, Guard::Savepoint] {
        let events = run_guarded(connection, batch, guard)?;
        if !events.is_spoiled {
            return Ok(events.told);
        }
        // A rollback that failed is made up for when the next batch begins.
        roll_back(connection);
    }
    // What a request wrote could not be taken back by itself either.
    Err(StoreError::Unavailable)
}

fn run_guarded(connection: &Connection, batch: &mut Batch<'_>, guard: Guard) -> rusqlite::Result<Events> {
    if !connection.is_autocommit() {
        roll_back(connection);
    }
    step(connection, "BEGIN IMMEDIATE")?;
    let mut events = Events { guard, ..Events::default() };
    for place in 0.. {
        let Some(job) = batch.at(place) else { break };
        job.run(connection, &mut events);
        // SQLite rolls all back by itself when the disk is full or fails: what came behind would be committed alone.
        if events.is_spoiled || connection.is_autocommit() {
            break;
        }
    }
    Ok(events)
}

/// Takes back whatever is open. The transaction may be gone already.
fn roll_back(connection: &Connection) {
    let _ = connection.execute_batch("ROLLBACK");
}

/// Commits a batch, with the relay's word of where the audit logs end that have grown by it.
fn commit(connection: &Connection, events: &[Committed], seal: &Seal) -> Result<(), StoreError> {
    if connection.is_autocommit() {
        // SQLite has rolled it back by itself: what is written now would stay.
        return Err(StoreError::Unavailable);
    }
    trade::enter_parties(connection, events)?;
    let heads = trade::seal(connection, events, seal)?;
    step(connection, "COMMIT")?;
    seal.heads.note(heads);
    Ok(())
}

/// Runs one statement without values, which is read but once.
pub(super) fn step(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn a_request_that_fails_behind_what_it_wrote_leaves_nothing_and_the_others_are_committed() {
        let runs = [(); 3].map(|()| Arc::default());
        let (written, told, results) =
            commit_of([(1, Ok(()), &runs[0]), (2, Err(StoreError::Busy), &runs[1]), (3, Ok(()), &runs[2])]);
        assert_eq!((written, told), (vec![1, 3], 2));
        assert_eq!(results, [Ok(()), Err(StoreError::Busy), Ok(())]);
        assert_eq!(runs.map(|runs| runs.load(Ordering::Relaxed)), [2, 2, 1]);
    }

    #[test]
    fn a_request_that_fails_before_it_writes_costs_the_others_nothing() {
        let runs = [(); 2].map(|()| Arc::default());
        let (written, told, results) =
            commit_of([(NOTHING, Err(StoreError::Busy), &runs[0]), (1, Ok(()), &runs[1])]);
        assert_eq!((written, told), (vec![1], 1));
        assert_eq!(results, [Err(StoreError::Busy), Ok(())]);
        assert_eq!(runs.map(|runs| runs.load(Ordering::Relaxed)), [1, 1]);
    }

    #[test]
    fn a_part_of_a_request_that_fails_is_taken_back_alone() {
        let connection = store();
        let change = |connection: &Connection, events: &mut Events| {
            write(connection, 1, events)?;
            let part = guarded(
                connection,
                events,
                |events| events,
                |events| {
                    write(connection, 2, events)?;
                    Err::<(), _>(StoreError::Busy)
                },
            );
            assert_eq!(part, Err(StoreError::Busy));
            write(connection, 3, events)
        };
        let (asker, _asked) = oneshot::channel();
        let mut batch: Vec<Box<dyn Job>> = vec![Box::new(Asked { change, result: None, asker })];
        assert_eq!(run_alone(&connection, &mut batch).unwrap().len(), 2);
        assert_eq!(written(&connection), [1, 3]);
    }

    #[test]
    fn a_request_whose_writes_cannot_be_taken_back_alone_is_not_committed_with_the_others() {
        let connection = store();
        let change = |connection: &Connection, events: &mut Events| {
            write(connection, 1, events)?;
            step(connection, "RELEASE request")?;
            Err::<(), _>(StoreError::Busy)
        };
        let (asker, _asked) = oneshot::channel();
        let mut batch: Vec<Box<dyn Job>> = vec![Box::new(Asked { change, result: None, asker })];
        assert_eq!(run_alone(&connection, &mut batch), Err(StoreError::Unavailable));
        assert!(connection.is_autocommit());
        assert_eq!(written(&connection), [0; 0]);
    }

    #[test]
    fn whoever_comes_while_a_batch_runs_is_part_of_it_as_long_as_there_is_room() {
        let (queue, jobs) = sync_channel(BATCH_MAX);
        let connection = store();
        let asked = |number| -> Box<dyn Job> {
            let change =
                move |connection: &Connection, events: &mut Events| write(connection, number, events);
            Box::new(Asked { change, result: None, asker: oneshot::channel().0 })
        };
        let comes_later = queue.clone();
        let change = move |connection: &Connection, events: &mut Events| {
            for number in 2..=BATCH_MAX as u32 + 1 {
                comes_later.try_send(asked(number)).map_err(|_| StoreError::Busy)?;
            }
            write(connection, 1, events)
        };
        let first: Box<dyn Job> = Box::new(Asked { change, result: None, asker: oneshot::channel().0 });
        let mut batch = Batch { jobs: vec![first], queue: &jobs };
        assert_eq!(run_batch(&connection, &mut batch).unwrap().len(), BATCH_MAX);
        assert_eq!(written(&connection).len(), BATCH_MAX);
        assert_eq!(jobs.try_iter().count(), 1);
    }

    /// Runs a batch that nobody else comes to.
    fn run_alone(
        connection: &Connection,
        batch: &mut Vec<Box<dyn Job>>,
    ) -> Result<Vec<Committed>, StoreError> {
        let (_, nobody) = sync_channel(1);
        let mut together = Batch { jobs: std::mem::take(batch), queue: &nobody };
        let told = run_batch(connection, &mut together);
        *batch = together.jobs;
        told
    }

    /// What a request that writes nothing would write.
    const NOTHING: u32 = 0;

    /// What is written and how much is told by a batch of requests that write a number and then come to this; and what is answered.
    fn commit_of<const N: usize>(
        requests: [(u32, Result<(), StoreError>, &Arc<AtomicU32>); N],
    ) -> (Vec<u32>, usize, [Result<(), StoreError>; N]) {
        let connection = store();
        let mut batch: Vec<Box<dyn Job>> = Vec::new();
        let answers = requests.map(|(number, comes_to, runs)| {
            let (asker, answered) = oneshot::channel();
            let runs = Arc::clone(runs);
            let change = move |connection: &Connection, events: &mut Events| {
                runs.fetch_add(1, Ordering::Relaxed);
                if number != NOTHING {
                    write(connection, number, events)?;
                }
                comes_to.clone()
            };
            batch.push(Box::new(Asked { change, result: None, asker }));
            answered
        });
        let told = run_alone(&connection, &mut batch).unwrap().len();
        step(&connection, "COMMIT").unwrap();
        answer(batch.into_iter().map(Job::finish).collect(), true);
        (written(&connection), told, answers.map(|mut answered| answered.try_recv().unwrap()))
    }

    fn store() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE numbers (number INTEGER PRIMARY KEY)").unwrap();
        connection
    }

    fn write(connection: &Connection, number: u32, events: &mut Events) -> Result<(), StoreError> {
        connection.execute("INSERT INTO numbers VALUES (?1)", [number])?;
        events.push(Committed::KeyRevoked);
        Ok(())
    }

    fn written(connection: &Connection) -> Vec<u32> {
        let mut numbers = connection.prepare("SELECT number FROM numbers ORDER BY number").unwrap();
        numbers.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }
}
