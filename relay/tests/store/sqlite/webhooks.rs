//! Endpoints that have been told a lot: what they leave is done portion by portion.

use std::path::Path;

use protocol::{EndpointId, Timestamp};
use relay::store::sqlite::{SqliteSpace, SqliteStore};
use relay::store::{Jobs, Trade};
use relay::trade::{
    Attempt, Caller, Command, Doing, EndpointChange, JobRow, Lease, Look, NewEndpoint, NewUser, Query, Seed,
    UserKind, Work,
};
use rusqlite::Connection;
use serde_json::Value;

use super::open;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// What is changed in one transaction.
const PORTION: u32 = 1_000;
/// More than that.
const DELIVERIES: u32 = 1_501;

#[tokio::test]
async fn an_endpoint_that_is_deleted_is_gone_at_once_and_its_deliveries_portion_by_portion() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let [gone, other] = [told(&store, 1).await, told(&store, 2).await];
    multiply(folder.path(), gone);
    let others = left(folder.path(), other);
    assert_eq!(left(folder.path(), gone), [DELIVERIES; 2]);
    ask(&store, Command::DeleteEndpoint(gone), 3).await;
    let look =
        Look { caller: Caller::Operator, query: Query::Endpoint(gone), request: "test".to_owned(), now: NOW };
    assert_eq!(store.look_up(look).await.unwrap().status, 404);
    assert_eq!(left(folder.path(), gone), [DELIVERIES; 2], "others did not have to wait for that");
    for expected in [DELIVERIES - PORTION, 0] {
        assert!(tend(&store).await);
        assert_eq!(left(folder.path(), gone), [expected; 2]);
    }
    assert!(!tend(&store).await, "there is no more to be done");
    assert_eq!(left(folder.path(), other), others);
}

#[tokio::test]
async fn an_endpoint_that_is_enabled_is_told_what_waited_portion_by_portion_until_it_is_disabled() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let endpoint = told(&store, 1).await;
    multiply(folder.path(), endpoint);
    let enable = async |is_enabled, seed| {
        let change = EndpointChange { is_enabled: Some(is_enabled), ..EndpointChange::default() };
        ask(&store, Command::UpdateEndpoint { endpoint, change }, seed).await;
    };
    enable(false, 3).await;
    enable(true, 4).await;
    assert_eq!(dead(folder.path()), DELIVERIES);
    assert!(tend(&store).await);
    assert_eq!(dead(folder.path()), DELIVERIES - PORTION);
    enable(false, 5).await;
    assert!(tend(&store).await);
    assert_eq!(dead(folder.path()), DELIVERIES - PORTION, "it is told nothing more");
    assert!(!tend(&store).await);
    enable(true, 6).await;
    assert!(tend(&store).await);
    assert_eq!(dead(folder.path()), 0);
    assert!(!tend(&store).await);
}

/// An endpoint that was told of one thing.
async fn told(store: &SqliteSpace, seed: u8) -> EndpointId {
    let new = NewEndpoint {
        url: "https://shop.example.org/hooks".to_owned(),
        types: vec!["*".to_owned()],
        description: String::new(),
    };
    let made = ask(store, Command::CreateEndpoint(new), seed).await;
    let (external_id, metadata) = (seed.to_string(), serde_json::Map::new());
    let user = NewUser { external_id, email: None, kind: UserKind::Both, metadata };
    ask(store, Command::CreateUser(user), 100 + seed).await;
    run(store, |work| *work == Work::Dispatch).await;
    made["id"].as_str().unwrap().parse().unwrap()
}

/// As if it had been told of many things, while it was disabled.
fn multiply(folder: &Path, endpoint: EndpointId) {
    let [deliveries, jobs] = left(folder, endpoint).map(|there| DELIVERIES - there);
    let store = Connection::open(folder.join(SqliteStore::FILE)).unwrap();
    let endpoint = [data_encoding::HEXUPPER.encode(endpoint.as_bytes()), endpoint.to_string()];
    let [bytes, lane] = [format!("endpoint = x'{}'", endpoint[0]), format!("lane = '{}'", endpoint[1])];
    store
        .execute_batch(&format!(
            "CREATE TEMP TABLE times AS
               WITH RECURSIVE times(time) AS (SELECT 1 UNION ALL SELECT time + 1 FROM times WHERE time < {DELIVERIES})
               SELECT time FROM times;
             INSERT INTO webhook_deliveries (space_id, delivery, endpoint, number, event, name, attempts, created_at)
               SELECT space_id, randomblob(16), endpoint, 1000 + time, event, name, attempts, created_at
               FROM times, (SELECT * FROM webhook_deliveries WHERE {bytes} LIMIT 1) WHERE time <= {deliveries};
             INSERT INTO jobs (space_id, job, kind, payload, lane, state, due_at, attempts, attempts_max, created_at)
               SELECT space_id, randomblob(16), kind, payload, lane, state, due_at, attempts, attempts_max, created_at
               FROM times, (SELECT * FROM jobs WHERE {lane} LIMIT 1) WHERE time <= {jobs};
             UPDATE jobs SET state = 'dead', owner = NULL, error_code = 'endpoint_disabled', error_text = '' WHERE {lane}"
        ))
        .unwrap();
}

/// How many deliveries an endpoint has, and how many jobs.
fn left(folder: &Path, endpoint: EndpointId) -> [u32; 2] {
    let store = Connection::open(folder.join(SqliteStore::FILE)).unwrap();
    let count = |sql: &str, of: &dyn rusqlite::ToSql| store.query_row(sql, [of], |row| row.get(0)).unwrap();
    [
        count("SELECT count(*) FROM webhook_deliveries WHERE endpoint = ?1", &endpoint.as_bytes()),
        count("SELECT count(*) FROM jobs WHERE lane = ?1", &endpoint.to_string()),
    ]
}

fn dead(folder: &Path) -> u32 {
    let store = Connection::open(folder.join(SqliteStore::FILE)).unwrap();
    store.query_row("SELECT count(*) FROM jobs WHERE state = 'dead'", [], |row| row.get(0)).unwrap()
}

/// Does a portion of what an endpoint left to be done; whether there was any.
async fn tend(store: &SqliteSpace) -> bool {
    run(store, |work| matches!(work, Work::Tend { .. })).await
}

async fn run(store: &SqliteSpace, is_meant: impl Fn(&Work) -> bool) -> bool {
    let lease = Lease { owner: [1; 16], until: NOW.plus_millis(1), limit: 100, now: NOW };
    let taken: Vec<JobRow> = store.lease_jobs(lease).await.unwrap();
    let Some(job) = taken.into_iter().find(|job| is_meant(&job.work)) else { return false };
    store.do_job(Doing { job, now: NOW, seed: Seed([9; 32]) }).await.unwrap();
    true
}

/// What was made or changed.
async fn ask(store: &SqliteSpace, command: Command, seed: u8) -> Value {
    let attempt = Attempt {
        caller: Caller::Operator,
        command,
        idempotency: None,
        request: "test".to_owned(),
        cause: None,
        now: NOW,
        seed: Seed([seed; 32]),
    };
    let reply = store.carry_out(attempt).await.unwrap();
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    assert!(reply.status < 300, "{answer}");
    answer["data"].clone()
}
