//! What follows when a job was run: pure decisions.

use protocol::Timestamp;

use super::{JobError, JobRow, JobState, Work};

/// The first pause: what fails by chance does not fail again.
const PAUSE_MS_MIN: u64 = 2_000;
/// The longest: whatever was broken is looked at within the hour in which it is mended.
const PAUSE_MS_MAX: u64 = 60 * 60 * 1000;

/// What a delivery waits behind each attempt but the last, as the Standard Webhooks scheme says: about 28 hours in all.
pub(super) const DELIVERY_PAUSES_MS: [u64; 7] = {
    const SECOND: u64 = 1_000;
    const HOUR: u64 = 3_600 * SECOND;
    [5 * SECOND, 300 * SECOND, 1_800 * SECOND, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR]
};
/// How soon what happened is gone through again where that failed.
const DISPATCH_PAUSE_MS_MAX: u64 = 60_000;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All is done.
    Done,
    /// A part is done, and there is more.
    More,
    /// Nothing came of a part, and there is more behind it.
    Further,
    /// It failed, and may not the next time.
    Failed(JobError),
    /// It will always fail.
    Hopeless(JobError),
}

/// What is left of a job that was run; none if it is gone. `draw` is any number, by which pauses differ.
pub(super) fn after(job: &JobRow, outcome: &Outcome, now: Timestamp, draw: u64) -> Option<JobRow> {
    let (error, again_in_ms) = match outcome {
        Outcome::Done => (None, interval(job.work)),
        Outcome::More => (None, Some(0)),
        Outcome::Further => (job.error.clone(), Some(0)),
        Outcome::Failed(error) => (Some(error.clone()), pause(job, draw)),
        Outcome::Hopeless(error) => (Some(error.clone()), None),
    };
    let is_success = matches!(outcome, Outcome::Done | Outcome::More);
    let state = match again_in_ms {
        Some(pause_ms) => JobState::Waiting { until: now.plus_millis(pause_ms) },
        None if is_success => return None,
        None => JobState::Dead { since: now },
    };
    // What has come to something begins to count anew.
    let attempts = if is_success { 0 } else { job.attempts };
    Some(JobRow { state, attempts, error, ..job.clone() })
}

/// The next of what recurs.
const fn interval(work: Work) -> Option<u64> {
    match work {
        Work::Scheduled(schedule) => Some(schedule.interval_ms()),
        Work::Dispatch | Work::Tend { .. } | Work::Deliver { .. } => None,
    }
}

/// How long a job that failed waits; none if it was tried often enough. What recurs does not die, and waits no longer than ever.
fn pause(job: &JobRow, draw: u64) -> Option<u64> {
    let doubled = PAUSE_MS_MIN.saturating_mul(1 << job.attempts.saturating_sub(1).min(32));
    let pause_ms = jittered(doubled.min(PAUSE_MS_MAX), draw);
    match job.work {
        Work::Scheduled(schedule) => Some(pause_ms.min(schedule.interval_ms())),
        Work::Dispatch | Work::Tend { .. } => Some(pause_ms.min(DISPATCH_PAUSE_MS_MAX)),
        Work::Deliver { .. } => {
            let done = usize::try_from(job.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
            DELIVERY_PAUSES_MS.get(done).map(|pause_ms| pause_ms + draw % (pause_ms / 10))
        }
    }
}

/// Between half of a pause and all of it, so that what failed together does not come back together.
const fn jittered(pause_ms: u64, draw: u64) -> u64 {
    let half = pause_ms / 2;
    half + draw % (pause_ms - half + 1)
}

/// A job that is due, as whoever takes it has it; or dead, where whoever had it died with it too often.
pub(super) fn taken(job: &JobRow, owner: [u8; 16], now: Timestamp, until: Timestamp) -> JobRow {
    let is_left_behind = matches!(job.state, JobState::Leased { .. });
    let may_die = match job.work {
        Work::Scheduled(schedule) => schedule.may_die(),
        Work::Dispatch | Work::Tend { .. } => false,
        Work::Deliver { .. } => true,
    };
    if is_left_behind && job.attempts >= job.attempts_max && may_die {
        let error = JobError::new("cut_off", "the relay ended while it was being done, each time");
        return JobRow { state: JobState::Dead { since: now }, error: Some(error), ..job.clone() };
    }
    let state = JobState::Leased { owner, until };
    JobRow { state, attempts: job.attempts.saturating_add(1), ..job.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::jobs::Schedule;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
    const OWNER: [u8; 16] = [1; 16];

    #[test]
    fn what_recurs_waits_for_its_next_time_and_counts_anew() {
        let next = after(&job(3), &Outcome::Done, NOW, 7).unwrap();
        let until = NOW.plus_millis(Schedule::Retention.interval_ms());
        assert_eq!((next.state, next.attempts, next.error), (JobState::Waiting { until }, 0, None));
        let more = after(&job(3), &Outcome::More, NOW, 7).unwrap();
        assert_eq!((more.state, more.attempts), (JobState::Waiting { until: NOW }, 0));
    }

    #[test]
    fn what_has_come_to_nothing_so_far_goes_on_and_counts_and_says_what_it_did() {
        let error = Some(JobError::new("expiry_stuck", "the books disagree"));
        let failing = JobRow { error: error.clone(), ..job(3) };
        let further = after(&failing, &Outcome::Further, NOW, 7).unwrap();
        let state = JobState::Waiting { until: NOW };
        assert_eq!((further.state, further.attempts, further.error), (state, 3, error));
    }

    #[test]
    fn pauses_double_up_to_an_end_and_differ_by_what_is_drawn() {
        let pauses = |draw| (1..=4).map(move |attempts| pause(&job(attempts), draw).unwrap());
        assert!(pauses(0).eq([1_000, 2_000, 4_000, 8_000]));
        assert_eq!(pause(&job(1), 1_000), Some(2_000));
        assert_ne!(pause(&job(4), 3), pause(&job(4), 4));
        for attempts in [10, 64, u32::MAX] {
            assert!(pause(&job(attempts), u64::MAX).unwrap() <= Schedule::Retention.interval_ms());
        }
    }

    #[test]
    fn what_recurs_dies_of_nothing_but_what_will_always_be_so() {
        let error = JobError::new("store", "it failed");
        let next = after(&job(1_000), &Outcome::Failed(error.clone()), NOW, 0).unwrap();
        assert!(matches!(next.state, JobState::Waiting { .. }), "{next:?}");
        assert_eq!((next.attempts, next.error.as_ref()), (1_000, Some(&error)));
        let next = after(&job(1), &Outcome::Hopeless(error.clone()), NOW, 0).unwrap();
        assert_eq!((next.state, next.error), (JobState::Dead { since: NOW }, Some(error)));
        let left_behind = JobRow { state: JobState::Leased { owner: OWNER, until: NOW }, ..job(1_000) };
        assert!(matches!(taken(&left_behind, OWNER, NOW, NOW).state, JobState::Leased { .. }));
    }

    #[test]
    fn whoever_takes_a_job_has_begun_it_once_more() {
        let until = NOW.plus_millis(5);
        let own = taken(&job(2), OWNER, NOW, until);
        assert_eq!((own.state, own.attempts), (JobState::Leased { owner: OWNER, until }, 3));
    }

    #[test]
    fn a_delivery_follows_the_schemes_plan_and_is_dead_in_the_end() {
        const SECOND: u64 = 1_000;
        let plan = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map(|seconds| seconds * SECOND);
        let failed = Outcome::Failed(JobError::new("status_refused", "it answered 500"));
        for draw in [0, 12_345, u64::MAX] {
            for (attempts, planned) in (1..).zip(plan) {
                let next = after(&delivery(attempts), &failed, NOW, draw).unwrap();
                let JobState::Waiting { until } = next.state else { panic!("{next:?}") };
                let paused = until.millis_since(NOW);
                assert!((planned..planned + planned / 10).contains(&paused), "{attempts}: {paused}");
            }
            let last = after(&delivery(8), &failed, NOW, draw).unwrap();
            assert_eq!(last.state, JobState::Dead { since: NOW });
        }
        assert_eq!(after(&delivery(3), &Outcome::Done, NOW, 0), None);
        let hopeless = Outcome::Hopeless(JobError::new("event_gone", "it is gone"));
        assert_eq!(after(&delivery(1), &hopeless, NOW, 0).unwrap().state, JobState::Dead { since: NOW });
    }

    #[test]
    fn work_that_ends_its_relay_each_time_is_dead_in_the_end() {
        let proof = Schedule::Proof.job(NOW);
        for job in [delivery(8), JobRow { attempts: proof.attempts_max, ..proof }] {
            let left_behind = JobRow { state: JobState::Leased { owner: OWNER, until: NOW }, ..job };
            let dead = taken(&left_behind, OWNER, NOW, NOW.plus_millis(1));
            assert_eq!(
                (dead.state, dead.error.unwrap().code.as_str()),
                (JobState::Dead { since: NOW }, "cut_off")
            );
            let earlier = JobRow { attempts: left_behind.attempts - 1, ..left_behind };
            assert_eq!(taken(&earlier, OWNER, NOW, NOW.plus_millis(1)).attempts, earlier.attempts + 1);
        }
    }

    #[test]
    fn an_error_is_short() {
        assert_eq!(JobError::new("long", &"ä".repeat(1_000)).text.chars().count(), 200);
    }

    fn delivery(attempts: u32) -> JobRow {
        let [endpoint, delivery] = [[1; 16], [2; 16]];
        let work = Work::Deliver {
            endpoint: protocol::EndpointId::from_bytes(endpoint),
            delivery: protocol::DeliveryId::from_bytes(delivery),
        };
        let job = JobRow::new(protocol::JobId::from_bytes(delivery), work, 8, NOW);
        JobRow { attempts, ..job }
    }

    fn job(attempts: u32) -> JobRow {
        JobRow { attempts, ..Schedule::Retention.job(NOW) }
    }
}
