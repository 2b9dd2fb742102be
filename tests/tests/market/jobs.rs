//! Work that is done by and by, as its operator sees it.

use std::path::Path;

use e2e::shop::{Caller, Shop, id_of, operate};
use protocol::TransferId;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::webhooks_in_time::Timed;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

#[test]
fn an_operator_sees_what_recurs_and_lets_it_run_now_while_the_relay_runs() {
    let mut shop = Shop::open();
    let done = settled(&shop, "retention", None);
    assert_eq!(done["attempts"], 0);
    let job = done["id"].as_str().unwrap();
    // The relay would look for it by itself, later.
    shop.relay.stop();
    let queued: Value = parse(&shop.operate(&["jobs", "requeue", job, "--json"]).unwrap());
    assert_eq!(queued["state"], "waiting");
    assert!(queued["at"].as_str() < done["at"].as_str());
    shop.relay.restart();
    let again = settled(&shop, "retention", done["at"].as_str());
    assert!(again["at"].as_str() > queued["at"].as_str());
    assert_eq!(shop.operate(&["jobs", "dead"]).unwrap().trim(), "no jobs");
    let unknown = shop.operate(&["jobs", "requeue", "job_aaaaaaaaaaaaaaaaaaaaaaaaaa"]).unwrap_err();
    assert!(unknown.contains("NOT_FOUND"), "{unknown}");
    let listed = shop.operate(&["jobs", "list"]).unwrap();
    assert!(listed.contains(job) && listed.contains("retention"), "{listed}");
    assert!(shop.operate(&["audit", "export"]).unwrap().contains("JOB_REQUEUE"));
}

#[test]
fn a_relay_that_is_killed_does_what_it_was_doing_again() {
    let mut shop = Shop::open();
    let done = settled(&shop, "retention", None);
    shop.relay.kill();
    let store = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    let leased = "UPDATE jobs SET state = 'leased', owner = zeroblob(16), attempts = 1, due_at = due_at * 2";
    store.execute_batch(leased).unwrap();
    drop(store);
    shop.relay.restart();
    let again = settled(&shop, "retention", done["at"].as_str());
    assert_eq!((&again["id"], &again["attempts"]), (&done["id"], &0.into()));
}

#[test]
fn books_are_proved_by_and_by_and_those_that_are_not_in_order_are_said_to_be_and_left_alone() {
    let mut shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.rich_user("one", "100.00");
    let done = settled(&shop, "proof", None);
    prove_again(&mut shop, &done, "");
    let again = settled(&shop, "proof", done["at"].as_str());
    assert_eq!((&again["attempts"], &again["error_code"]), (&0.into(), &Value::Null));
    let drift = "UPDATE ledger_balances SET minor = minor + 1 WHERE account LIKE 'available:%'";
    prove_again(&mut shop, &again, drift);
    let proof = dead(shop.relay.folder(), "proof");
    assert_eq!((&proof["error_code"], &proof["attempts"]), (&"books_not_in_order".into(), &1.into()));
    let said = proof["error"].as_str().unwrap();
    assert!(said.contains("another balance of an account is stored"), "{said}");
    let log = shop.relay.log();
    let line = log.lines().find(|line| line.contains("books_not_in_order")).unwrap();
    assert!(line.contains("ERROR") && line.contains("drifted"), "{line}");
    assert!(!log.contains(&user), "{log}");
    let metrics = caller.get("/metrics").text;
    assert!(metrics.contains("palaver_jobs{kind=\"proof\",state=\"dead\"} 1\n"), "{metrics}");
    assert!(metrics.contains("palaver_jobs{kind=\"retention\",state=\"dead\"} 0\n"), "{metrics}");
    assert_eq!(caller.purse(&user), ["100.01", "0.00"], "nothing is corrected");
    prove_again(&mut shop, &proof, &drift.replace('+', "-"));
    assert_eq!(settled(&shop, "proof", again["at"].as_str())["error_code"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn books_are_proved_daily_and_whatever_that_takes_nobody_else_begins_it_or_waits_for_it() {
    let shop = Timed::open().await;
    let [one, two] = ["one", "two"].map(|name| shop.caller.rich_user(name, "1.00"));
    let store = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    let due = |kind: &str| -> (String, i64, u32) {
        let job = "SELECT state, due_at, attempts FROM jobs WHERE kind = ?1";
        store.query_row(job, [kind], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
    };
    while due("proof").0 != "waiting" {}
    let now = || i64::try_from(shop.now()).unwrap();
    assert_eq!(due("proof").1, now() + 86_400_000);
    fill(&store, &[one, two]);
    shop.pass(DAY_MS);
    while due("proof").0 != "leased" {}
    shop.pass(HOUR_MS);
    shop.caller.user("three");
    // Whoever has done this has seen what else was due.
    while due("expiry").1 <= now() {}
    while due("proof").0 == "leased" {}
    let (state, since, attempts) = due("proof");
    assert_eq!((state.as_str(), since, attempts), ("dead", now(), 1));
    assert_eq!(dead(shop.relay.folder(), "proof")["error_code"], "books_not_in_order");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_ended_is_said_and_holds_up_nothing_else_that_is_over() {
    let shop = Timed::open().await;
    let caller = &shop.caller;
    let [buyer, seller] = [caller.rich_user("buyer", "100.00"), caller.user("seller")];
    let orders = ["10.00", "20.00"].map(|amount| {
        let order = caller.order(&buyer, &seller, amount);
        caller.post(&format!("{order}/reserve"), &json!({ "amount": amount })).data(200);
        order
    });
    let withdrawals = ["10.00", "11.00"].map(|amount| {
        let body = json!({
            "user_id": buyer, "amount": amount, "currency": "USD",
            "destination": { "type": "bank", "ref": "DE89370400440532013000" },
        });
        id_of(caller.post("/v1/withdrawals", &body).data(201))
    });
    let store = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    let order = orders[0].rsplit_once('/').unwrap().1;
    let touch = format!(
        "CREATE TEMP TABLE kept AS SELECT * FROM ledger_transfers WHERE subject = '{order}';
         DELETE FROM ledger_transfers WHERE subject = '{order}';
         UPDATE withdrawals SET currency = 'none' WHERE minor = 1000"
    );
    store.execute_batch(&touch).unwrap();
    // The proof would find the same, and be what is told of.
    let put_off = "UPDATE jobs SET due_at = due_at * 2 WHERE kind = 'proof' AND state = 'waiting'";
    while store.execute(put_off, []).unwrap() == 0 {}
    shop.pass(7 * DAY_MS);
    let status = |path: &str| caller.get(path).data(200)["status"].clone();
    while status(&orders[1]) != "CLOSED" {}
    assert_eq!(status(&format!("/v1/withdrawals/{}", withdrawals[1])), "WITHDRAWAL_CANCELED");
    assert_eq!(status(&orders[0]), "FUNDS_RESERVED", "it stays as it was");
    let expiry = || {
        let jobs = parse(&operate(shop.relay.folder(), &["jobs", "list", "--json"]).unwrap());
        jobs["data"].as_array().unwrap().iter().find(|job| job["kind"] == "expiry").unwrap().clone()
    };
    assert_eq!(expiry()["error_code"], "expiry_stuck");
    let said = expiry()["error"].as_str().unwrap().to_owned();
    assert!(said.contains(order) && said.contains("2 in all"), "{said}");
    let health = caller.get("/v1/health");
    assert_eq!((health.status, &health.body["status"]), (200, &json!("degraded")));
    assert_eq!(health.body["dependencies"]["jobs"]["error"], "expiry_stuck");
    let detailed = caller.get("/v1/health/detailed").body;
    let of =
        |kind: &str| detailed["jobs"].as_array().unwrap().iter().find(|job| job["kind"] == kind).unwrap();
    assert_eq!([&of("expiry")["failing"], &of("retention")["failing"]], [true, false]);
    let mend = "INSERT INTO ledger_transfers SELECT * FROM kept;
        UPDATE withdrawals SET currency = 'USD'";
    store.execute_batch(mend).unwrap();
    shop.pass(HOUR_MS);
    while !expiry()["error_code"].is_null() {}
    assert_eq!(status(&orders[0]), "CLOSED");
    assert_eq!(caller.purse(&buyer), ["100.00", "0.00"]);
    assert_eq!(caller.get("/v1/health").body["dependencies"]["jobs"]["status"], "healthy");
}

#[test]
fn whoever_administers_a_space_has_its_books_proved_now_and_sees_what_comes_of_it() {
    let shop = Shop::open();
    let [caller, elsewhere] = [shop.key("read,write,support"), shop.key_in("other", "read,write,support")];
    caller.rich_user("one", "100.00");
    let proved = |caller: &Caller| {
        let asked = caller.post("/v1/admin/reconcile", &json!({})).data(202).clone();
        assert_eq!(asked["kind"], "proof");
        let path = format!("/v1/admin/jobs/{}", asked["id"].as_str().unwrap());
        e2e::once_there(|| {
            let job = caller.get(&path).data(200).clone();
            let is_to_come = job["state"] == "waiting" && job["at"].as_str() > asked["at"].as_str();
            (job["state"] == "dead" || is_to_come).then_some(job)
        })
    };
    assert_eq!(proved(&caller)["state"], "waiting");
    Connection::open(shop.relay.folder().join("relay.sqlite"))
        .unwrap()
        .execute_batch("UPDATE ledger_balances SET minor = minor + 1 WHERE account LIKE 'available:%'")
        .unwrap();
    caller.post("/v1/admin/maintenance/enable", &json!({ "message": "We are counting." })).data(200);
    for _ in 0..2 {
        let job = proved(&caller);
        assert_eq!((&job["state"], &job["error_code"]), (&"dead".into(), &"books_not_in_order".into()));
    }
    let health = caller.get("/v1/health");
    assert_eq!((health.status, &health.body["status"]), (200, &json!("degraded")));
    assert_eq!(health.body["dependencies"]["jobs"]["error"], "proof_dead");
    let dead = |caller: &Caller| {
        let health = caller.get("/v1/health/detailed").body;
        let jobs = health["jobs"].as_array().unwrap();
        jobs.iter().find(|job| job["kind"] == "proof").unwrap()["dead"].clone()
    };
    assert_eq!([dead(&caller), dead(&elsewhere)], [json!(1), json!(0)], "each sees its own");
    assert_eq!(proved(&elsewhere)["state"], "waiting");
    caller.get("/v1/admin/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaba").assert_refused(404, "NOT_FOUND");
    assert!(shop.operate(&["audit", "export"]).unwrap().contains("LEDGER_PROVE"));
}

#[test]
fn a_list_of_jobs_says_whether_there_are_more_and_where_it_goes_on() {
    let shop = Shop::open();
    settled(&shop, "proof", None);
    let more = "WITH RECURSIVE numbers(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 150)
        INSERT INTO jobs (space_id, job, kind, payload, lane, state, due_at, attempts, attempts_max, error_code,
          error_text, created_at)
        SELECT 1, randomblob(16), 'proof', '', 'proof', 'dead', unixepoch() * 1000, 1, 1, 'store', 'the store failed', 0
        FROM numbers";
    Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap().execute_batch(more).unwrap();
    let page = |after: &[&str]| {
        let page = parse(&shop.operate(&[&["jobs", "dead", "--json"], after].concat()).unwrap());
        (page["data"].as_array().unwrap().clone(), page["meta"]["pagination"].clone())
    };
    let (first, pagination) = page(&[]);
    let last = first[99]["id"].as_str().unwrap();
    assert_eq!((first.len(), pagination), (100, json!({ "has_more": true, "next_cursor": last })));
    let (rest, pagination) = page(&["--after", last]);
    assert_eq!((rest.len(), pagination), (50, json!({ "has_more": false, "next_cursor": null })));
    let shown = shop.operate(&["jobs", "dead"]).unwrap();
    assert!(shown.trim_end().ends_with(&format!("there are more: --after {last}")), "{shown}");
}

/// Puts transfers between two users into the books that take their time to be proved, and of which there is nothing but these.
fn fill(store: &Connection, users: &[String; 2]) {
    const TRANSFERS: u128 = 20_000;
    store.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
    store.execute_batch("BEGIN IMMEDIATE").unwrap();
    let [one, two] = users.each_ref().map(|user| format!("available:{user}:USD"));
    let insert = "INSERT INTO ledger_transfers
        SELECT 1, max(number) + 1, ?1, 0, 0, 'send', ?2, ?3, 1, 0 FROM ledger_transfers WHERE space_id = 1";
    let mut insert = store.prepare(insert).unwrap();
    for number in 1..=TRANSFERS {
        let subject = TransferId::from_bytes(number.to_be_bytes()).to_string();
        let [debit, credit] = if number % 2 == 0 { [&one, &two] } else { [&two, &one] };
        insert.execute([&subject, debit, credit]).unwrap();
    }
    store.execute_batch("COMMIT").unwrap();
}

/// Stops the relay, changes its store, and lets its books be proved when it is there again.
fn prove_again(shop: &mut Shop, proof: &Value, tamper: &str) {
    // The relay would look for it by itself, later.
    shop.relay.stop();
    Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap().execute_batch(tamper).unwrap();
    shop.operate(&["jobs", "requeue", proof["id"].as_str().unwrap()]).unwrap();
    shop.relay.restart();
}

/// The job of a kind, once it waits for a time behind this one.
fn settled(shop: &Shop, kind: &str, behind: Option<&str>) -> Value {
    e2e::once_there(|| {
        let jobs = parse(&shop.operate(&["jobs", "list", "--json"]).unwrap());
        let is_done = |job: &&Value| {
            let behind = behind.or(job["created_at"].as_str());
            job["kind"] == kind && job["state"] == "waiting" && job["at"].as_str() > behind
        };
        jobs["data"].as_array().unwrap().iter().find(is_done).cloned()
    })
}

/// The same, once it is dead.
fn dead(folder: &Path, kind: &str) -> Value {
    e2e::once_there(|| {
        let jobs = parse(&operate(folder, &["jobs", "dead", "--json"]).unwrap());
        jobs["data"].as_array().unwrap().iter().find(|job| job["kind"] == kind).cloned()
    })
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
