//! Does the jobs of every space: one task a store, woken by what is queued and by what comes due.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use protocol::{DeliveryId, EndpointId, Timestamp};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{Id, JoinError, JoinSet};

use crate::server::Relay;
use crate::store::sqlite::{SqliteSpace, SqliteStore};
use crate::store::{Jobs, SpaceId, Spaces, StoreError, Trade};
use crate::trade::{Delivered, Doing, JobError, JobRow, Lease, Outcome, Schedule, Seed, Settling, Work};
use crate::webhooks::Sender;
use crate::world::{self, Clock};

/// Jobs under way at a time: each may hold a connection.
const UNDER_WAY_MAX: usize = 64;
/// Jobs of a space under way at a time, so that others come to their turn.
const SPACE_UNDER_WAY_MAX: usize = 16;
/// How long a job may take before it is thought to be lost: several times what the slowest takes that says nothing else.
const LEASE_MS: u64 = 60_000;
/// Proofs under way at a time, of all spaces: each reads all that was ever traded in one.
const PROOFS_MAX: usize = 1;
/// How soon is found what another process has queued: an operator's command tells nobody.
const LOOK_MS: u64 = 30_000;
/// How soon a store that failed is asked again.
const FAILED_MS: u64 = 1_000;

/// Whoever does a store's jobs.
pub(crate) struct Runner {
    store: SqliteStore,
    clock: Clock,
    queued: Arc<Notify>,
    means: Arc<Means>,
    owner: [u8; 16],
    /// Spaces whose jobs were begun with.
    begun: BTreeSet<SpaceId>,
    under_way: UnderWay,
    /// Proofs, which wait for each other and take nobody's room.
    proofs: JoinSet<()>,
    /// The space that is asked first in the next turn.
    first: SpaceId,
}

/// Jobs that are under way, and of which space each is.
#[derive(Default)]
struct UnderWay {
    jobs: JoinSet<()>,
    spaces: HashMap<Id, SpaceId>,
}

/// What jobs are done with.
struct Means {
    sender: Sender,
    proving: Semaphore,
}

impl Runner {
    pub(crate) fn new(relay: &Relay<SqliteSpace>, sender: Sender) -> Self {
        Self {
            store: relay.store.spaces(),
            clock: relay.clock.clone(),
            queued: Arc::clone(&relay.queued),
            means: Arc::new(Means { sender, proving: Semaphore::new(PROOFS_MAX) }),
            owner: world::random(),
            begun: BTreeSet::new(),
            under_way: UnderWay::default(),
            proofs: JoinSet::new(),
            first: SpaceId(0),
        }
    }

    /// Does what is due, for as long as it is polled. Dropped, it leaves its leases to whoever begins next.
    pub(crate) async fn run(mut self) {
        loop {
            let next = match self.turn().await {
                Ok(next) => next,
                Err(error) => {
                    tracing::warn!(%error, "jobs_not_taken");
                    self.clock.now().plus_millis(FAILED_MS)
                }
            };
            tokio::select! {
                () = self.queued.notified() => {}
                Some(()) = self.under_way.end_next() => {}
                Some(ended) = self.proofs.join_next() => note_panic(ended),
                () = self.clock.reach(next) => {}
            }
        }
    }

    /// Takes and begins what is due; when to look again.
    async fn turn(&mut self) -> Result<Timestamp, StoreError> {
        self.under_way.end_all();
        let now = self.clock.now();
        let mut next = now.plus_millis(LOOK_MS);
        for id in self.in_turn().await? {
            let space = self.store.space(id);
            if !self.begun.contains(&id) {
                space.begin_jobs(now).await?;
                self.begun.insert(id);
            }
            if space.next_job(now).await?.is_some_and(|due| due <= now) {
                self.take(id, &space, now).await?;
            }
            let has_room = self.under_way.room_of(id) > 0;
            next = space
                .next_job(now)
                .await?
                .into_iter()
                .filter(|_| has_room)
                .chain([next])
                .min()
                .unwrap_or(next);
        }
        Ok(next)
    }

    /// Every space, beginning with another one each time: whoever is asked first gets what room there is.
    async fn in_turn(&mut self) -> Result<Vec<SpaceId>, StoreError> {
        let mut spaces = self.store.spaces().await?;
        let first = spaces.iter().position(|space| *space >= self.first).unwrap_or(0);
        spaces.rotate_left(first);
        self.first = spaces.get(1).copied().unwrap_or(self.first);
        Ok(spaces)
    }

    async fn take(&mut self, id: SpaceId, space: &SqliteSpace, now: Timestamp) -> Result<(), StoreError> {
        let limit = u32::try_from(self.under_way.room_of(id)).unwrap_or(u32::MAX);
        let until = now.plus_millis(LEASE_MS);
        for job in space.lease_jobs(Lease { owner: self.owner, until, limit, now }).await? {
            let is_proof = job.work == Work::Scheduled(Schedule::Proof);
            let job = run(space.clone(), self.clock.clone(), Arc::clone(&self.means), job);
            if is_proof {
                self.proofs.spawn(job);
            } else {
                self.under_way.begin(id, job);
            }
        }
        Ok(())
    }
}

impl UnderWay {
    /// How many more jobs of a space may be begun.
    fn room_of(&self, space: SpaceId) -> usize {
        let held = self.spaces.values().filter(|of| **of == space).count();
        let room = UNDER_WAY_MAX.saturating_sub(self.spaces.len());
        room.min(SPACE_UNDER_WAY_MAX.saturating_sub(held))
    }

    fn begin(&mut self, space: SpaceId, job: impl Future<Output = ()> + Send + 'static) {
        let task = self.jobs.spawn(job).id();
        self.spaces.insert(task, space);
    }

    /// Waits for the next one to end; none, if there is none.
    async fn end_next(&mut self) -> Option<()> {
        let ended = self.jobs.join_next_with_id().await?;
        self.note_end(ended);
        Some(())
    }

    /// Notes which have ended.
    fn end_all(&mut self) {
        while let Some(ended) = self.jobs.try_join_next_with_id() {
            self.note_end(ended);
        }
    }

    /// One that panicked gives its place back like any other.
    fn note_end(&mut self, ended: Result<(Id, ()), JoinError>) {
        let task = ended.as_ref().map_or_else(JoinError::id, |(task, ())| *task);
        self.spaces.remove(&task);
        note_panic(ended.map(drop));
    }
}

/// Tells the log of a job that panicked: its lease runs out.
fn note_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "job_panicked");
    }
}

/// Does one job. Where even its failure cannot be written, its lease runs out.
async fn run(space: SqliteSpace, clock: Clock, means: Arc<Means>, job: JobRow) {
    let seed = || Seed(world::random());
    let done = match job.work {
        Work::Scheduled(Schedule::Proof) => prove(&space, &clock, &means.proving, &job).await,
        Work::Scheduled(_) | Work::Dispatch | Work::Tend { .. } => {
            space.do_job(Doing { job: job.clone(), now: clock.now(), seed: seed() }).await
        }
        Work::Deliver { endpoint, delivery } => {
            deliver(&space, &clock, &means.sender, &job, (endpoint, delivery)).await
        }
    };
    let Err(error) = done else { return };
    tracing::warn!(kind = job.work.kind(), %error, "job_failed");
    let outcome = Outcome::Failed(JobError::new("store", "the store failed"));
    let settled = space.settle_job(Settling { job, outcome, now: clock.now(), seed: seed() }).await;
    if let Err(error) = settled {
        tracing::warn!(%error, "job_not_settled");
    }
}

/// Proves the books beside the writer. What is wrong is said, and nothing is corrected.
async fn prove(
    space: &SqliteSpace,
    clock: &Clock,
    proving: &Semaphore,
    job: &JobRow,
) -> Result<(), StoreError> {
    let _turn = proving.acquire().await.expect("nobody closes it");
    let outcome = match space.prove_books().await? {
        Ok(_) => Outcome::Done,
        Err(fault) => {
            let error = JobError::from(&fault);
            tracing::error!(code = error.code, problem = fault.kind(), "books_not_in_order");
            Outcome::Hopeless(error)
        }
    };
    let (job, now, seed) = (job.clone(), clock.now(), Seed(world::random()));
    space.settle_job(Settling { job, outcome, now, seed }).await
}

async fn deliver(
    space: &SqliteSpace,
    clock: &Clock,
    sender: &Sender,
    job: &JobRow,
    of: (EndpointId, DeliveryId),
) -> Result<(), StoreError> {
    let (url, (status, outcome)) = match space.outgoing(of, clock.now()).await? {
        Ok(message) => (Some(message.url.clone()), sender.send(message).await),
        Err(outcome) => (None, (None, outcome)),
    };
    let seed = Seed(world::random());
    let delivered = Delivered { job: job.clone(), url, status, outcome, now: clock.now(), seed };
    space.settle_delivery(of, delivered).await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const ONE: SpaceId = SpaceId(1);
    const OTHER: SpaceId = SpaceId(2);

    #[tokio::test]
    async fn a_job_that_panics_gives_its_place_back_while_others_are_under_way() {
        let mut under_way = UnderWay::default();
        under_way.begin(OTHER, pending());
        for _ in 0..SPACE_UNDER_WAY_MAX {
            under_way.begin(ONE, async { panic!("a job is at fault") });
        }
        assert_eq!(under_way.room_of(ONE), 0);
        for left in 1..=SPACE_UNDER_WAY_MAX {
            under_way.end_next().await;
            assert_eq!(under_way.room_of(ONE), left);
        }
        assert_eq!(under_way.room_of(OTHER), SPACE_UNDER_WAY_MAX - 1);
    }

    #[tokio::test]
    async fn a_space_has_so_many_places_and_all_of_them_together_no_more_than_there_are() {
        let mut under_way = UnderWay::default();
        for space in 0..UNDER_WAY_MAX / SPACE_UNDER_WAY_MAX {
            let space = SpaceId(u32::try_from(space).unwrap());
            for left in (0..SPACE_UNDER_WAY_MAX).rev() {
                under_way.begin(space, ready(()));
                assert_eq!(under_way.room_of(space), left);
            }
        }
        assert_eq!(under_way.room_of(SpaceId(u32::MAX)), 0);
        under_way.end_next().await;
        assert_eq!(under_way.room_of(SpaceId(u32::MAX)), 1);
    }
}
