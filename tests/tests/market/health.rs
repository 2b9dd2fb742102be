//! How a relay does, as it says itself.

use e2e::shop::Shop;
use rusqlite::Connection;
use serde_json::{Value, json};

#[test]
fn a_relay_that_does_well_says_so_part_by_part() {
    let shop = Shop::open();
    let health = shop.caller(None).get("/v1/health");
    assert_eq!((health.status, &health.body["status"]), (200, &json!("healthy")));
    for part in ["database", "jobs", "rail"] {
        let part = &health.body["dependencies"][part];
        assert_eq!((&part["status"], &part["error"]), (&json!("healthy"), &Value::Null), "{}", health.text);
        assert!(part["latency_ms"].is_u64(), "{}", health.text);
    }
    let detailed = shop.key("support").get("/v1/health/detailed");
    assert_eq!((detailed.status, &detailed.body["status"]), (200, &json!("healthy")));
    let kinds: Vec<_> = detailed.body["jobs"].as_array().unwrap().iter().map(|job| &job["kind"]).collect();
    assert!(kinds.contains(&&json!("proof")) && kinds.contains(&&json!("webhook.deliver")), "{kinds:?}");
}

#[test]
fn a_store_that_nobody_can_write_to_is_said_to_be_unhealthy_and_holds_nobody_up() {
    let shop = Shop::open();
    let holder = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    holder.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let caller = &shop.caller(None);
    let [health, ready] = std::thread::scope(|scope| {
        ["/v1/health", "/readyz"]
            .map(|path| scope.spawn(move || caller.get(path)))
            .map(|asked| asked.join().unwrap())
    });
    assert_eq!((health.status, &health.body["status"]), (503, &json!("unhealthy")));
    assert_eq!(health.body["dependencies"]["database"]["error"], "timeout");
    assert_eq!(health.body["dependencies"]["jobs"]["status"], "healthy", "it is only looked at");
    assert_eq!(ready.status, 503);
    holder.execute_batch("COMMIT").unwrap();
    while shop.caller(None).get("/v1/health").status != 200 {}
}
