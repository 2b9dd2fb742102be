//! What every store must do for work that is done by and by.

use std::path::Path;

use protocol::{JobId, Timestamp};
use relay::store::sqlite::{SqliteSpace, SqliteStore};
use relay::store::{Jobs, Trade};
use relay::trade::{
    Attempt, Caller, Command, Doing, Idempotency, JobCount, JobError, JobFilter, JobRow, JobState, Lease,
    Look, NewUser, Outcome, Query, Reply, Schedule, Seed, Settling, UserKind, Work,
};
use serde_json::Value;

use crate::sqlite::open;

const NOW: u64 = 1_700_000_000_000;
const LEASE_MS: u64 = 1_000;

#[tokio::test]
async fn a_job_that_was_taken_is_nobody_elses_until_its_lease_runs_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
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

#[tokio::test]
async fn whoever_begins_anew_takes_up_what_was_left_behind_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
    assert_eq!(take(&store, 1, 0).await[0].attempts, 1);
    drop(store);
    let store = begun(folder.path()).await;
    assert_eq!(take(&store, 2, 0).await[0].attempts, 2);
}

#[tokio::test]
async fn what_recurs_waits_for_its_time_also_over_a_restart_and_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
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
    let store = begun(folder.path()).await;
    assert_eq!(take(&store, 2, interval - 1).await, []);
    assert_eq!(take(&store, 2, interval).await.len(), 1);
}

#[tokio::test]
async fn a_job_that_failed_says_why_and_runs_again_behind_a_pause() {
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
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

#[tokio::test]
async fn a_proof_is_its_takers_for_a_day_and_one_that_found_something_is_asked_for_anew_after_a_month() {
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
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

#[tokio::test]
async fn an_operator_lets_a_job_run_now_and_the_audit_log_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
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

#[tokio::test]
async fn retention_drops_answers_when_their_time_has_passed() {
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
    let user = NewUser {
        external_id: "one".to_owned(),
        email: None,
        kind: UserKind::Both,
        metadata: serde_json::Map::new(),
    };
    let idempotency =
        Some(Idempotency { key: [1; 16], text: String::new(), hash: [2; 32], kept_ms: Some(10) });
    let create = Attempt { idempotency, ..attempt(Command::CreateUser(user), 1) };
    store.carry_out(create).await.unwrap();
    for (now, left) in [(9, 1), (10, 0)] {
        let job = JobRow { state: JobState::Dead { since: at(0) }, ..take(&store, 1, 0).await.remove(0) };
        store.do_job(Doing { job: job.clone(), now: at(now), seed: Seed([1; 32]) }).await.unwrap();
        assert_eq!(answers(folder.path()), 1, "whoever does not hold the job does nothing");
        store.begin_jobs(at(0)).await.unwrap();
        let job = take(&store, 1, 0).await.remove(0);
        store.do_job(Doing { job: job.clone(), now: at(now), seed: Seed([1; 32]) }).await.unwrap();
        assert_eq!(answers(folder.path()), left);
        store.carry_out(attempt(Command::RequeueJob(job.job), 7)).await.unwrap();
    }
}

#[tokio::test]
async fn jobs_are_counted_by_their_kind_and_no_further_than_somebody_would_look() {
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
    let dead = |count: u32| {
        let insert = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            INSERT INTO jobs SELECT 1, CAST(printf('%016d', i) AS BLOB), 'webhook.deliver', '', 'whe_a', 'dead',
              0, NULL, 8, 8, 'timeout', 'it did not answer', 0 FROM n";
        let store = rusqlite::Connection::open(folder.path().join(SqliteStore::FILE)).unwrap();
        store.execute("DELETE FROM jobs WHERE lane = 'whe_a'", []).unwrap();
        store.execute(insert, [count]).unwrap();
    };
    for (there, counted) in [(3, 3), (1_000, 1_000), (5_000, 1_000)] {
        dead(there);
        assert_eq!(store.count_jobs().await.unwrap()["webhook.deliver"].dead, counted);
    }
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
}

#[tokio::test]
async fn each_space_has_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let here = begun(folder.path()).await;
    let there = here.spaces().make_space("other", at(0)).await.unwrap();
    let there = here.spaces().space(there);
    assert_eq!(stored(&there).await, Vec::<Value>::new());
    there.begin_jobs(at(0)).await.unwrap();
    assert_eq!(take(&there, 1, 0).await.len(), 1);
    assert_eq!(take(&here, 1, 0).await.len(), 1);
}

async fn begun(folder: &Path) -> SqliteSpace {
    let store = open(folder);
    store.begin_jobs(at(0)).await.unwrap();
    store
}

/// Takes what is due; of that, the job that these tests look at.
async fn take(store: &SqliteSpace, owner: u8, now: u64) -> Vec<JobRow> {
    let mut taken = take_all(store, owner, now).await;
    taken.retain(|job| job.work == Work::Scheduled(Schedule::Retention));
    taken
}

async fn take_all(store: &SqliteSpace, owner: u8, now: u64) -> Vec<JobRow> {
    let lease = Lease { owner: [owner; 16], until: at(now + LEASE_MS), limit: 10, now: at(now) };
    store.lease_jobs(lease).await.unwrap()
}

async fn settle(store: &SqliteSpace, job: &JobRow, outcome: Outcome) {
    let settling = Settling { job: job.clone(), outcome, now: at(0), seed: Seed([3; 32]) };
    store.settle_job(settling).await.unwrap();
}

async fn stored(store: &SqliteSpace) -> Vec<Value> {
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

#[tokio::test]
async fn what_has_expired_is_dropped_portion_by_portion() {
    /// More than two portions of a thousand.
    const ANSWERS: u32 = 2_001;
    let folder = tempfile::tempdir().unwrap();
    let store = begun(folder.path()).await;
    let rows = rusqlite::Connection::open(folder.path().join(SqliteStore::FILE)).unwrap();
    rows.execute(
        "WITH RECURSIVE many(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM many WHERE number < ?1)
         INSERT INTO answers (space_id, asker, key, hash, status, body, expires_at)
         SELECT 1, x'01', number, x'02', 200, x'03', 1 FROM many",
        [ANSWERS],
    )
    .unwrap();
    for left in [1_001, 1, 0] {
        let job = take(&store, 1, 0).await.remove(0);
        store.do_job(Doing { job, now: at(0), seed: Seed([1; 32]) }).await.unwrap();
        assert_eq!(answers(folder.path()), left);
    }
    assert_eq!(take(&store, 1, 0).await.len(), 0, "it comes again when it is time");
}

fn answers(folder: &Path) -> u32 {
    let store = rusqlite::Connection::open(folder.join(SqliteStore::FILE)).unwrap();
    store.query_row("SELECT count(*) FROM answers", [], |row| row.get(0)).unwrap()
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_millis(NOW + ms)
}
