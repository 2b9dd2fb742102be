//! What every store must do for work that is done by and by.

use protocol::{JobId, Timestamp};
use relay::store::{Jobs, Store, Trade};
use relay::trade::{
    Attempt, Caller, Command, Doing, JobCount, JobError, JobFilter, JobRow, Lease, Look, Outcome, Query,
    Reply, Schedule, Seed, Settling, Work,
};
use serde_json::Value;

use crate::kept::{Kept, Space};
use crate::shop::{NOW, Shop};

const LEASE_MS: u64 = 1_000;

pub(crate) async fn a_job_that_was_taken_is_nobody_elses_until_its_lease_runs_out<K: Kept>() {
    let kept = K::anew();
    let store = begun(&kept).await;
    let first = take(&store, 1, 0).await;
    assert_eq!(first.len(), 1);
    assert_eq!(take(&store, 2, LEASE_MS - 1).await, []);
    assert_eq!(store.next_job(at(0)).await.unwrap(), Some(at(LEASE_MS)));
    let second = take(&store, 2, LEASE_MS).await;
    assert_eq!(second.iter().map(|job| job.attempts).collect::<Vec<_>>(), [2]);
    settle(&store, &first[0], Outcome::Done).await;
    assert_eq!(stored(&store).await[0]["state"], "leased", "whoever lost it changes nothing");
    settle(&store, &second[0], Outcome::Done).await;
    assert_eq!(stored(&store).await[0]["state"], "waiting");
}

pub(crate) async fn whoever_begins_anew_takes_up_what_was_left_behind_at_once<K: Kept>() {
    let kept = K::anew();
    let store = begun(&kept).await;
    assert_eq!(take(&store, 1, 0).await[0].attempts, 1);
    drop(store);
    let store = begun(&kept).await;
    assert_eq!(take(&store, 2, 0).await[0].attempts, 2);
}

pub(crate) async fn what_recurs_waits_for_its_time_also_over_a_restart_and_is_there_once<K: Kept>() {
    let kept = K::anew();
    let store = begun(&kept).await;
    for job in take_all(&store, 1, 0).await {
        store.do_job(Doing { job: job.clone(), now: at(0), seed: Seed([1; 32]) }).await.unwrap();
        // What belongs into no transaction is not done by that.
        settle(&store, &job, Outcome::Done).await;
    }
    let soonest = Schedule::ALL.map(Schedule::interval_ms).into_iter().min().unwrap();
    for _ in 0..2 {
        store.begin_jobs(at(5)).await.unwrap();
        assert_eq!(stored(&store).await.len(), 1);
        assert_eq!(store.next_job(at(0)).await.unwrap(), Some(at(soonest)));
    }
    let interval = Schedule::Retention.interval_ms();
    drop(store);
    let store = begun(&kept).await;
    assert_eq!(take(&store, 2, interval - 1).await, []);
    assert_eq!(take(&store, 2, interval).await.len(), 1);
}

pub(crate) async fn a_job_that_failed_says_why_and_runs_again_behind_a_pause<K: Kept>() {
    let kept = K::anew();
    let store = begun(&kept).await;
    let job = take(&store, 1, 0).await.remove(0);
    let error = JobError::new("store", "the store failed");
    settle(&store, &job, Outcome::Failed(error)).await;
    let shown = stored(&store).await.remove(0);
    assert_eq!((&shown["state"], &shown["error_code"]), (&"waiting".into(), &"store".into()));
    assert_eq!(take(&store, 1, 0).await, []);
    let again = take(&store, 1, 2_000).await;
    assert_eq!(again[0].attempts, 2);
    settle(&store, &again[0], Outcome::Done).await;
    assert_eq!(stored(&store).await[0]["error_code"], Value::Null);
}

pub(crate) async fn a_proof_is_its_takers_for_a_day_and_one_that_found_something_is_asked_for_anew_after_a_month<
    K: Kept,
>() {
    let kept = K::anew();
    let store = begun(&kept).await;
    let is_proof = |job: &JobRow| job.work == Work::Scheduled(Schedule::Proof);
    let proof_at = async |now| take_all(&store, 1, now).await.into_iter().find(is_proof);
    proof_at(0).await.unwrap();
    let interval = Schedule::Proof.interval_ms();
    assert_eq!(proof_at(interval - 1).await, None);
    let lost = proof_at(interval).await.unwrap();
    let wrong = Outcome::Hopeless(JobError::new("books_not_in_order", "they are not"));
    settle(&store, &lost, wrong).await;
    let month = 30 * interval;
    for (now, is_there) in [(month, false), (month + 1, true)] {
        store.begin_jobs(at(now)).await.unwrap();
        let retention = take(&store, 2, now).await.remove(0);
        store.do_job(Doing { job: retention.clone(), now: at(now), seed: Seed([1; 32]) }).await.unwrap();
        assert_eq!(proof_at(now).await.is_some(), is_there);
        store.carry_out(attempt(Command::RequeueJob(retention.job), now.to_be_bytes()[7])).await.unwrap();
    }
}

pub(crate) async fn whoever_does_not_hold_a_job_does_nothing<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(begun(&kept).await);
    let job = take_all(&shop.space, 1, 0).await;
    let expiry = job.into_iter().find(|job| job.work == Work::Scheduled(Schedule::Expiry)).unwrap();
    let stale = JobRow { attempts: expiry.attempts - 1, ..expiry.clone() };
    for (job, state) in [(stale, "leased"), (expiry, "waiting")] {
        shop.space.do_job(Doing { job, now: at(0), seed: Seed([1; 32]) }).await.unwrap();
        assert_eq!(shop.job("expiry").await["state"], state);
    }
}

pub(crate) async fn jobs_are_counted_by_their_kind<K: Kept>() {
    let kept = K::anew();
    let store = begun(&kept).await;
    take_all(&store, 1, 0).await;
    let counts = store.count_jobs().await.unwrap();
    let leased = JobCount { leased: 1, ..JobCount::default() };
    assert_eq!([counts["proof"], counts["retention"], counts["expiry"]], [leased; 3]);
    assert_eq!(counts["webhook.dispatch"], JobCount::default());
    store.begin_jobs(at(7)).await.unwrap();
    let job = take(&store, 1, 7).await.remove(0);
    settle(&store, &job, Outcome::Done).await;
    let retention = store.count_jobs().await.unwrap()["retention"];
    let first_due = Some(at(Schedule::Retention.interval_ms()));
    assert_eq!(retention, JobCount { waiting: 1, first_due, ..JobCount::default() });
    let job = take(&store, 1, Schedule::Retention.interval_ms()).await.remove(0);
    settle(&store, &job, Outcome::Failed(JobError::new("store", "the store failed"))).await;
    assert!(store.count_jobs().await.unwrap()["retention"].is_failing);
}

pub(crate) async fn an_operator_lets_a_job_run_now_and_the_audit_log_says_so<K: Kept>() {
    let kept = K::anew();
    let store = begun(&kept).await;
    let job = take(&store, 1, 0).await.remove(0);
    let requeue = |job| store.carry_out(attempt(Command::RequeueJob(job), 9));
    assert_eq!(requeue(job.job).await.unwrap().status, 409, "it is being done");
    settle(&store, &job, Outcome::Done).await;
    assert_eq!(requeue(job.job).await.unwrap().status, 200);
    assert_eq!(take(&store, 1, 0).await.len(), 1);
    assert_eq!(requeue(JobId::from_bytes([9; 16])).await.unwrap().status, 404);
    let log = store.audit(0, 10).await.unwrap().entries;
    assert!(log.iter().all(|entry| entry.body.contains("JOB_REQUEUE")) && log.len() == 3);
}

async fn begun<K: Kept>(kept: &K) -> Space<K> {
    let store = kept.space();
    store.begin_jobs(at(0)).await.unwrap();
    store
}

/// Takes what is due; of that, the job that these tests look at.
async fn take(store: &impl Store, owner: u8, now: u64) -> Vec<JobRow> {
    let mut taken = take_all(store, owner, now).await;
    taken.retain(|job| job.work == Work::Scheduled(Schedule::Retention));
    taken
}

async fn take_all(store: &impl Store, owner: u8, now: u64) -> Vec<JobRow> {
    let lease = Lease { owner: [owner; 16], until: at(now + LEASE_MS), limit: 10, now: at(now) };
    store.lease_jobs(lease).await.unwrap()
}

async fn settle(store: &impl Store, job: &JobRow, outcome: Outcome) {
    let settling = Settling { job: job.clone(), outcome, now: at(0), seed: Seed([3; 32]) };
    store.settle_job(settling).await.unwrap();
}

async fn stored(store: &impl Store) -> Vec<Value> {
    let query = Query::Jobs { filter: JobFilter::default(), limit: 10 };
    let look = Look { caller: Caller::Operator, query, request: "test".to_owned(), now: at(0) };
    let reply: Reply = store.look_up(look).await.unwrap();
    let mut body: Value = serde_json::from_slice(&reply.body).unwrap();
    let mut jobs: Vec<Value> = serde_json::from_value(body["data"].take()).unwrap();
    jobs.retain(|job| job["kind"] == Schedule::Retention.name());
    jobs
}

fn attempt(command: Command, seed: u8) -> Attempt {
    Attempt {
        caller: Caller::Operator,
        command,
        idempotency: None,
        request: "test".to_owned(),
        cause: None,
        now: at(0),
        seed: Seed([seed; 32]),
    }
}

fn at(ms: u64) -> Timestamp {
    NOW.plus_millis(ms)
}
