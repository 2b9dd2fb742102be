//! Work that is done by and by, as its operator sees it.

use e2e::shop::Shop;
use serde_json::Value;

#[test]
fn an_operator_sees_what_recurs_and_lets_it_run_now_while_the_relay_runs() {
    let mut shop = Shop::open();
    let done = settled(&shop, None);
    assert_eq!(done["attempts"], 0);
    let job = done["id"].as_str().unwrap();
    // The relay would look for it by itself, later.
    shop.relay.stop();
    let queued: Value = parse(&shop.operate(&["jobs", "requeue", job, "--json"]).unwrap());
    assert_eq!(queued["state"], "waiting");
    assert!(queued["at"].as_str() < done["at"].as_str());
    shop.relay.restart();
    let again = settled(&shop, done["at"].as_str());
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
    let done = settled(&shop, None);
    shop.relay.kill();
    let store = rusqlite::Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    let leased = "UPDATE jobs SET state = 'leased', owner = zeroblob(16), attempts = 1, due_at = due_at * 2";
    store.execute_batch(leased).unwrap();
    drop(store);
    shop.relay.restart();
    let again = settled(&shop, done["at"].as_str());
    assert_eq!((&again["id"], &again["attempts"]), (&done["id"], &0.into()));
}

/// The one job there is, once it waits for a time behind this one.
fn settled(shop: &Shop, behind: Option<&str>) -> Value {
    loop {
        let jobs = parse(&shop.operate(&["jobs", "list", "--json"]).unwrap());
        let is_done = |job: &&Value| {
            let behind = behind.or(job["created_at"].as_str());
            job["kind"] == "retention" && job["state"] == "waiting" && job["at"].as_str() > behind
        };
        if let Some(job) = jobs.as_array().unwrap().iter().find(is_done) {
            return job.clone();
        }
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
