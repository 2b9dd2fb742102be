//! `/v1/health` and `/v1/health/detailed`: how the relay does, part by part.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::Timestamp;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::asked::Asking;
use super::{Api, document::Refusals};
use crate::http::{CHECK_MS_MAX, count_jobs};
use crate::store::{Jobs, SpaceId, Store, StoreError};
use crate::trade::{JobCount, Schedule, Work, iso};
use crate::world::Clock;

/// How late work may be before something is wrong: what is queued by another program is looked for every half minute, and whatever is
/// repeated by itself within a minute.
const LATE_MS_MAX: u64 = 10 * 60 * 1000;

/// How long it is known how jobs do.
const JOBS_SEEN_MS: u64 = 2_000;

/// How jobs did when they were last counted, and when that was.
#[derive(Default)]
pub(super) struct JobsSeen(Mutex<Option<(Timestamp, Dependency)>>);

/// How the relay does.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthView {
    /// All of it: as well as the least well of its parts.
    status: Status,
    /// What runs here.
    version: &'static str,
    /// Its parts.
    dependencies: Dependencies,
    /// When this was found out.
    timestamp: String,
}

/// How the relay does, with what is done by and by in the caller's space.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DetailedHealthView {
    #[serde(flatten)]
    health: HealthView,
    /// How jobs of the space stand, by their kind; nothing where they could not be counted.
    jobs: Vec<JobsView>,
}

/// How well something does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// It works.
    Healthy,
    /// It works, and somebody has to look at it.
    Degraded,
    /// It does not work.
    Unhealthy,
}

/// What the relay stands on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Dependencies {
    /// Where everything is kept. Nothing goes without it.
    database: Dependency,
    /// What is done by and by, the daily proof of the books among it.
    jobs: Dependency,
    /// How money comes in and goes out. By hand there is nobody to ask, so that it is healthy.
    rail: Dependency,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Dependency {
    /// How it does.
    status: Status,
    /// How long it took to find out.
    #[schema(example = 2)]
    latency_ms: u64,
    /// What is wrong: `timeout`, `busy`, `unavailable`, `proof_dead` (books are not in order, or could not be proved), `expiry_stuck` (something
    /// that is over could not be ended) or `jobs_late`.
    #[schema(example = "timeout")]
    error: Option<&'static str>,
}

/// How jobs of a kind stand. No more than a thousand are counted of each state in a lane.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobsView {
    /// Of what kind.
    #[schema(example = "proof")]
    kind: &'static str,
    /// How many wait for their time.
    waiting: u64,
    /// How many are being done.
    leased: u64,
    /// How many were tried often enough.
    dead: u64,
    /// How long the first of those that wait is behind its time.
    late_ms: u64,
    /// Whether one that will be done again failed when it was last done. Of deliveries their own log tells.
    failing: bool,
}

/// How the relay does
#[utoipa::path(
    get, path = "/v1/health", tag = "Relay", security(()),
    responses(
        Refusals,
        (status = 200, body = HealthView, description = "It works, though somebody may have to look at it"),
        (status = 503, body = HealthView, description = "It does not"),
    )
)]
pub(super) async fn health(State(api): State<Arc<Api>>) -> Response {
    let health = api.health().await;
    (health.code(), Json(health)).into_response()
}

/// How the relay does, and the space's jobs
#[utoipa::path(
    get, path = "/v1/health/detailed", tag = "Relay",
    responses(
        Refusals,
        (status = 200, body = DetailedHealthView, description = "It works, though somebody may have to look at it"),
        (status = 503, body = DetailedHealthView, description = "It does not"),
    )
)]
pub(super) async fn detailed_health(State(api): State<Arc<Api>>, asking: Asking) -> Response {
    let space = api.space(asking.space);
    let (health, counted) =
        at_once(api.health(), space.count_jobs(), Duration::from_millis(CHECK_MS_MAX)).await;
    let now = api.clock.now();
    let jobs = counted.into_iter().map(|(kind, count)| JobsView::of(kind, count, now)).collect();
    (health.code(), Json(DetailedHealthView { health, jobs })).into_response()
}

/// How all does, and what is counted meanwhile, if that is in time: neither waits for the other, so that both together take no longer than one.
async fn at_once<T>(
    health: impl Future<Output = T>,
    counted: impl Future<Output = Result<BTreeMap<&'static str, JobCount>, StoreError>>,
    longest: Duration,
) -> (T, BTreeMap<&'static str, JobCount>) {
    let (health, counted) = tokio::join!(health, timeout(longest, counted));
    (health, counted.ok().and_then(Result::ok).unwrap_or_default())
}

impl Api {
    async fn health(&self) -> HealthView {
        let now = self.clock.now();
        let writable = async { self.space(SpaceId(1)).ping().await.map(|()| None) };
        let longest = Duration::from_millis(CHECK_MS_MAX);
        let (database, jobs) =
            tokio::join!(check(&self.clock, longest, Status::Unhealthy, writable), self.jobs(now, longest));
        let rail = Dependency { status: Status::Healthy, latency_ms: 0, error: None };
        HealthView {
            status: database.status.max(jobs.status).max(rail.status),
            version: env!("CARGO_PKG_VERSION"),
            dependencies: Dependencies { database, jobs, rail },
            timestamp: iso(now),
        }
    }

    /// How the jobs of all spaces do. Anybody may ask, so that they are counted once for all who ask within a while.
    async fn jobs(&self, now: Timestamp, longest: Duration) -> Dependency {
        let mut seen = self.jobs_seen.0.lock().await;
        if let Some((at, jobs)) = *seen
            && now.millis_since(at) < JOBS_SEEN_MS
        {
            return jobs;
        }
        let in_time = async { count_jobs(&self.store).await.map(|counts| problem(&counts, now)) };
        let jobs = check(&self.clock, longest, Status::Degraded, in_time).await;
        // From when it was found out: whoever has waited for it asks nothing anew.
        *seen = Some((self.clock.now(), jobs));
        jobs
    }
}

impl HealthView {
    fn code(&self) -> StatusCode {
        match self.status {
            Status::Healthy | Status::Degraded => StatusCode::OK,
            Status::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl JobsView {
    fn of(kind: &'static str, count: JobCount, now: Timestamp) -> Self {
        let JobCount { waiting, leased, dead, first_due, is_failing } = count;
        Self { kind, waiting, leased, dead, late_ms: late_ms(first_due, now), failing: is_failing }
    }
}

/// How something does that says what is wrong with it, if anything is. What does not say it in time, or cannot, stands as badly as `failed`.
async fn check(
    clock: &Clock,
    longest: Duration,
    failed: Status,
    asked: impl Future<Output = Result<Option<&'static str>, StoreError>>,
) -> Dependency {
    let begun = clock.now();
    let (status, error) = match timeout(longest, asked).await {
        Ok(Ok(None)) => (Status::Healthy, None),
        Ok(Ok(Some(problem))) => (Status::Degraded, Some(problem)),
        Ok(Err(StoreError::Busy)) => (failed, Some("busy")),
        Ok(Err(_)) => (failed, Some("unavailable")),
        Err(_) => (failed, Some("timeout")),
    };
    Dependency { status, latency_ms: clock.now().millis_since(begun), error }
}

/// What is wrong with jobs. Deliveries are late, and die, where somebody else's server is slow or gone.
fn problem(counts: &BTreeMap<&'static str, JobCount>, now: Timestamp) -> Option<&'static str> {
    let of = |schedule: Schedule| counts.get(schedule.name()).copied().unwrap_or_default();
    if of(Schedule::Proof).dead > 0 {
        return Some("proof_dead");
    }
    if of(Schedule::Expiry).is_failing {
        return Some("expiry_stuck");
    }
    let own = Work::kinds().filter(|kind| Work::is_own(kind));
    let latest = own.filter_map(|kind| counts.get(kind)).map(|count| late_ms(count.first_due, now)).max();
    latest.filter(|late_ms| *late_ms > LATE_MS_MAX).map(|_| "jobs_late")
}

fn late_ms(due: Option<Timestamp>, now: Timestamp) -> u64 {
    due.map_or(0, |due| now.millis_since(due))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
    const LONGEST: Duration = Duration::from_millis(1);

    #[tokio::test]
    async fn a_part_that_fails_stands_as_badly_as_all_that_needs_it() {
        for (answered, status, error) in [
            (Ok(None), Status::Healthy, None),
            (Ok(Some("jobs_late")), Status::Degraded, Some("jobs_late")),
            (Err(StoreError::Busy), Status::Unhealthy, Some("busy")),
            (Err(StoreError::Unavailable), Status::Unhealthy, Some("unavailable")),
        ] {
            let found = check(&Clock::System, LONGEST, Status::Unhealthy, ready(answered)).await;
            assert_eq!((found.status, found.error), (status, error));
        }
    }

    #[tokio::test]
    async fn a_part_that_never_answers_holds_nobody_up() {
        let found = check(&Clock::System, LONGEST, Status::Degraded, pending()).await;
        assert_eq!((found.status, found.error), (Status::Degraded, Some("timeout")));
    }

    #[tokio::test]
    async fn jobs_are_counted_while_it_is_found_out_how_all_does() {
        let is_asked = Cell::new(false);
        let counted = async {
            is_asked.set(true);
            Ok(BTreeMap::new())
        };
        let mut both = pin!(at_once(pending::<()>(), counted, LONGEST));
        assert!(both.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert!(is_asked.get());
    }

    #[test]
    fn jobs_are_late_when_nobody_does_them_and_what_waits_for_others_servers_does_not_count() {
        let late = |kind, late_ms: u64| {
            let due = Timestamp::from_millis(NOW.as_millis() - late_ms);
            let count = JobCount { waiting: 1, first_due: Some(due), ..JobCount::default() };
            problem(&BTreeMap::from([(kind, count)]), NOW)
        };
        assert_eq!(late("retention", LATE_MS_MAX), None);
        assert_eq!(late("retention", LATE_MS_MAX + 1), Some("jobs_late"));
        assert_eq!(late("webhook.dispatch", LATE_MS_MAX + 1), Some("jobs_late"));
        assert_eq!(late("webhook.deliver", LATE_MS_MAX + 1), None);
    }

    #[test]
    fn an_expiry_that_fails_is_seen_and_a_retention_that_will_be_done_again_is_not() {
        let failing = |kind| {
            let count = JobCount { waiting: 1, is_failing: true, ..JobCount::default() };
            problem(&BTreeMap::from([(kind, count)]), NOW)
        };
        assert_eq!(failing("expiry"), Some("expiry_stuck"));
        assert_eq!(failing("retention"), None);
    }

    #[test]
    fn a_proof_that_is_dead_is_seen_and_a_delivery_that_is_dead_is_not() {
        let dead = |kind| {
            let count = JobCount { dead: 1, ..JobCount::default() };
            problem(&BTreeMap::from([(kind, count)]), NOW)
        };
        assert_eq!(dead("proof"), Some("proof_dead"));
        assert_eq!(dead("webhook.deliver"), None);
    }
}
