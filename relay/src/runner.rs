//! Does the jobs of every space: one task a store, woken by what is queued and by what comes due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use protocol::{DeliveryId, EndpointId, Timestamp};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{JoinError, JoinSet};

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
    under_way: JoinSet<SpaceId>,
    /// How many of them are of which space.
    of_spaces: BTreeMap<SpaceId, usize>,
    /// Proofs, which wait for each other and take nobody's room.
    proofs: JoinSet<()>,
    /// The space that is asked first in the next turn.
    first: SpaceId,
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
            under_way: JoinSet::new(),
            of_spaces: BTreeMap::new(),
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
                Some(ended) = self.under_way.join_next() => self.note_end(ended),
                Some(ended) = self.proofs.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "job_panicked");
                    }
                }
                () = self.clock.reach(next) => {}
            }
        }
    }

    /// Takes and begins what is due; when to look again.
    async fn turn(&mut self) -> Result<Timestamp, StoreError> {
        while let Some(ended) = self.under_way.try_join_next() {
            self.note_end(ended);
        }
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
            let has_room = self.room_of(id) > 0;
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

    /// How many more jobs of a space may be begun.
    fn room_of(&self, space: SpaceId) -> usize {
        let held = self.of_spaces.get(&space).copied().unwrap_or(0);
        let room = UNDER_WAY_MAX.saturating_sub(self.under_way.len());
        room.min(SPACE_UNDER_WAY_MAX.saturating_sub(held))
    }

    fn note_end(&mut self, ended: Result<SpaceId, JoinError>) {
        match ended {
            Ok(space) => {
                if let Some(held) = self.of_spaces.get_mut(&space) {
                    *held -= 1;
                }
            }
            Err(error) => {
                // Whose it was is not told: what all hold is counted anew once nothing is under way.
                tracing::error!(%error, "job_panicked");
                if self.under_way.is_empty() {
                    self.of_spaces.clear();
                }
            }
        }
    }

    async fn take(&mut self, id: SpaceId, space: &SqliteSpace, now: Timestamp) -> Result<(), StoreError> {
        let limit = u32::try_from(self.room_of(id)).unwrap_or(u32::MAX);
        let until = now.plus_millis(LEASE_MS);
        for job in space.lease_jobs(Lease { owner: self.owner, until, limit, now }).await? {
            let is_proof = job.work == Work::Scheduled(Schedule::Proof);
            let job = run(space.clone(), self.clock.clone(), Arc::clone(&self.means), job);
            if is_proof {
                self.proofs.spawn(job);
                continue;
            }
            self.under_way.spawn(async move {
                job.await;
                id
            });
            *self.of_spaces.entry(id).or_default() += 1;
        }
        Ok(())
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
