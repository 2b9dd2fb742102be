//! Taking jobs, doing and settling them, over the rows of one space.

use protocol::{JobId, Timestamp};
use serde_json::json;

use super::follow::{Outcome, after, taken};
use super::view::JobView;
use super::{JobRow, JobState, Schedule, Work, retention};
use crate::store::StoreError;
use crate::trade::books::Books;
use crate::trade::carry_out::{Change, Changed, Done, Stop, value};
use crate::trade::drawn::{Drawn, Seed};
use crate::trade::expiring::expire_due;
use crate::trade::refusal::{Code, Refusal};
use crate::trade::webhooks;

/// Takes jobs that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Who does them.
    pub owner: [u8; 16],
    /// Until when nobody else may, but for work that may take longer.
    pub until: Timestamp,
    /// How many at most.
    pub limit: u32,
    /// What time it is.
    pub now: Timestamp,
}

/// Ends a run of a job that was taken.
#[derive(Debug, Clone)]
pub struct Settling {
    /// The job, as it was taken.
    pub job: JobRow,
    /// How it went.
    pub outcome: Outcome,
    /// What time it is.
    pub now: Timestamp,
    /// What the pause is drawn from.
    pub seed: Seed,
}

/// Does a job that was taken, where it needs nothing but the store.
#[derive(Debug, Clone)]
pub struct Doing {
    /// The job, as it was taken.
    pub job: JobRow,
    /// What time it is.
    pub now: Timestamp,
    /// What ids and pauses are drawn from.
    pub seed: Seed,
}

/// Takes jobs that are due, whoever had them before; some of them are dead by that.
pub fn lease(books: &mut impl Books, lease: &Lease) -> Result<Vec<JobRow>, StoreError> {
    let mut own = Vec::new();
    for job in books.due_jobs(lease.now, lease.limit)? {
        let until = lease.until.max(lease.now.plus_millis(job.work.lease_ms_min()));
        let next = taken(&job, lease.owner, lease.now, until);
        books.put_job(&next)?;
        if matches!(next.state, JobState::Leased { .. }) {
            own.push(next);
        }
    }
    Ok(own)
}

/// Does a job and settles it, all in this transaction; work that belongs into none is left as it is.
pub fn do_job(books: &mut impl Books, doing: &Doing) -> Result<(), StoreError> {
    let Doing { ref job, now, ref seed } = *doing;
    if !is_still_held(books, job)? {
        return Ok(());
    }
    let outcome = match job.work {
        Work::Scheduled(Schedule::Retention) => retention::run(books, now)?,
        Work::Scheduled(Schedule::Expiry) => expire_due(books, job.job, now, seed.clone())?,
        Work::Dispatch => webhooks::dispatch(books, now, &mut Drawn::new(seed.clone()))?,
        Work::Tend { endpoint } => webhooks::tend(books, endpoint, now)?,
        // To send it takes more than the store, and to prove the books would hold up whoever writes.
        Work::Deliver { .. } | Work::Scheduled(Schedule::Proof) => return Ok(()),
    };
    settle(books, &Settling { job: job.clone(), outcome, now, seed: seed.clone() })
}

/// Writes what follows of a run. Whoever has lost the job meanwhile changes nothing.
pub fn settle(books: &mut impl Books, settling: &Settling) -> Result<(), StoreError> {
    let Settling { job, outcome, now, seed } = settling;
    if !is_still_held(books, job)? {
        return Ok(());
    }
    match after(job, outcome, *now, Drawn::new(seed.clone()).number()) {
        Some(next) => books.put_job(&next),
        None => books.drop_job(job.job),
    }
}

/// Whether nobody else has taken a job since, and nobody has taken it away.
pub(in crate::trade) fn is_still_held(books: &impl Books, job: &JobRow) -> Result<bool, StoreError> {
    let stored = books.job(job.job)?;
    Ok(stored.is_some_and(|stored| (stored.state, stored.attempts) == (job.state, job.attempts)))
}

/// Sees to it that whatever recurs is there.
pub fn begin_schedules(books: &mut impl Books, now: Timestamp) -> Result<(), StoreError> {
    for schedule in Schedule::ALL {
        let job = schedule.job(now);
        if books.job(job.job)?.is_none() {
            books.put_job(&job)?;
        }
    }
    Ok(())
}

/// Lets the books be proved now, or says that they are.
pub(in crate::trade) fn prove_now<B: Books>(change: &mut Change<'_, B>) -> Result<Done, Stop> {
    let now = change.attempt.now;
    let new = Schedule::Proof.job(now);
    let stored = change.books.job(new.job)?;
    if let Some(job) = &stored {
        let is_at_it = match job.state {
            JobState::Waiting { until } => until <= now,
            JobState::Leased { .. } => true,
            JobState::Dead { .. } => false,
        };
        if is_at_it {
            return Ok(Done { status: 202, ..Done::as_it_is(&JobView::from(job))? });
        }
    }
    let next = JobRow { created_at: stored.as_ref().map_or(now, |job| job.created_at), ..new };
    change.books.put_job(&next)?;
    let shown = JobView::from(&next);
    let before = stored.as_ref().map(|job| value(&JobView::from(job))).transpose()?;
    Done::new(202, &shown, Changed { id: next.job.to_string(), before, after: value(&shown)? })
}

/// Lets a job run now: one that is dead, with all its attempts, or one that waits.
pub(in crate::trade) fn requeue<B: Books>(change: &mut Change<'_, B>, id: JobId) -> Result<Done, Stop> {
    let job = change.books.job(id)?.ok_or_else(unknown)?;
    if let JobState::Leased { .. } = job.state {
        let message = "it is being done: what comes of it is seen in a moment";
        let details = json!({ "current_state": job.state.standing().name() });
        return Err(Refusal::new(Code::InvalidState, message).with(details).into());
    }
    let state = JobState::Waiting { until: change.attempt.now };
    let next = JobRow { state, attempts: 0, ..job.clone() };
    change.books.put_job(&next)?;
    let shown = JobView::from(&next);
    let before = Some(value(&JobView::from(&job))?);
    let changed = Changed { id: id.to_string(), before, after: value(&shown)? };
    Done::new(200, &shown, changed)
}

pub(in crate::trade) fn unknown() -> Refusal {
    Refusal::new(Code::NotFound, "there is no such job in this space")
}
