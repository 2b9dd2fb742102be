//! Webhooks over hours and days, by a clock that is told.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use e2e::raw::LocalRelay;
use e2e::receiver::{Manner, Receiver};
use e2e::shop::{Caller, operate};
use protocol::Timestamp;
use relay::Clock;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::webhooks::{deliveries, endpoint, is_signed, outbox, path_of, retry_of, settled, user};

const SECOND_MS: u64 = 1_000;
const HOUR_MS: u64 = 3_600 * SECOND_MS;
const DAY_MS: u64 = 24 * HOUR_MS;
/// What the scheme waits for behind each attempt but the last.
const PLAN: [u64; 7] = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

/// A relay in this process, whose time stands still until it is told.
pub(crate) struct Timed {
    pub(crate) relay: LocalRelay,
    time: watch::Sender<Timestamp>,
    pub(crate) caller: Caller,
}

impl Timed {
    pub(crate) async fn open() -> Self {
        let time = watch::Sender::new(Timestamp::from_millis(1_700_000_000_000));
        let clock = Clock::Told(time.subscribe());
        let relay = LocalRelay::told(clock, |config| config.webhooks_allow_private = true).await;
        let made = ["keys", "create", "--name", "test", "--scope", "read,write,support"];
        let key = operate(relay.folder(), &made).unwrap();
        let caller = Caller::at(format!("http://{}", relay.address), Some(key.trim()));
        Self { relay, time, caller }
    }

    pub(crate) fn now(&self) -> u64 {
        self.time.borrow().as_millis()
    }

    /// So much time passes.
    pub(crate) fn pass(&self, ms: u64) {
        self.time.send_modify(|now| *now = now.plus_millis(ms));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_sent_again_on_the_schemes_plan_under_the_same_id_and_dies_in_the_end() {
    let shop = Timed::open().await;
    let is_well = Arc::new(AtomicBool::new(false));
    let health = Arc::clone(&is_well);
    let receiver =
        Receiver::open(move |_, _| Manner::Answer(if health.load(Ordering::SeqCst) { 200 } else { 503 }));
    let made = endpoint(&shop.caller, &receiver.url(), &["user.created"]);
    user(&shop.caller, "one");
    let first = receiver.next();
    for (attempts, planned) in (1..).zip(PLAN.map(|seconds| seconds * SECOND_MS)) {
        let wait = wait_of(&shop, &sent(&shop.caller, &made, attempts));
        assert!((planned..planned + planned / 10).contains(&wait), "{attempts}: {wait}");
        shop.pass(wait - 1);
        assert_eq!(receiver.so_far().len(), 0);
        shop.pass(1);
        let again = receiver.next();
        assert_eq!((again.id(), &again.text), (first.id(), &first.text));
        assert_eq!(again.seconds(), shop.now() / 1000, "it is signed anew");
        assert!(is_signed(&again, made["secret"].as_str().unwrap()));
    }
    let dead = sent(&shop.caller, &made, 8);
    assert_eq!((&dead["status"], &dead["response_status"]), (&json!("FAILED"), &json!(503)));
    let jobs = operate(shop.relay.folder(), &["jobs", "dead", "--json"]).unwrap();
    let jobs: Value = serde_json::from_str(&jobs).unwrap();
    assert_eq!(
        (&jobs["data"][0]["kind"], &jobs["data"][0]["error_code"]),
        (&json!("webhook.deliver"), &json!("status_refused"))
    );
    is_well.store(true, Ordering::SeqCst);
    shop.caller.post(&retry_of(&dead), &json!({})).data(200);
    assert_eq!(receiver.next().id(), first.id());
    assert_eq!(settled(&shop.caller, &made, 1)[0]["status"], "DELIVERED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_says_nothing_has_failed_after_fifteen_seconds_and_holds_up_nobody_else() {
    let shop = Timed::open().await;
    let [silent, willing] = [Receiver::open(|_, _| Manner::Silence), Receiver::willing()];
    let slow = endpoint(&shop.caller, &silent.url(), &["*"]);
    let quick = endpoint(&shop.caller, &willing.url(), &["*"]);
    for name in 0..6 {
        user(&shop.caller, &name.to_string());
        willing.next();
    }
    (0..4).for_each(|_| drop(silent.next()));
    settled(&shop.caller, &quick, 6);
    shop.pass(15 * SECOND_MS - 1);
    assert_eq!(silent.so_far().len(), 0, "four at a time");
    assert!(deliveries(&shop.caller, &slow).iter().all(|delivery| delivery["attempts"] == 0));
    let metrics = shop.caller.get("/metrics").text;
    for line in [
        r#"palaver_jobs{kind="webhook.deliver",state="waiting"} 2"#,
        r#"palaver_jobs{kind="webhook.deliver",state="leased"} 4"#,
        r#"palaver_jobs_late_seconds{kind="webhook.deliver"} 14"#,
        r#"palaver_jobs_late_seconds{kind="proof"} 0"#,
    ] {
        assert!(metrics.lines().any(|told| told == line), "{line}: {metrics}");
    }
    shop.pass(1);
    (0..2).for_each(|_| drop(silent.next()));
    // Of the same millisecond, any four were first.
    let failed = loop {
        let failed = deliveries(&shop.caller, &slow).into_iter().filter(|delivery| delivery["attempts"] == 1);
        let failed: Vec<Value> = failed.collect();
        if failed.len() == 4 {
            break failed;
        }
    };
    for delivery in failed {
        assert_eq!(
            (&delivery["error_code"], &delivery["response_status"]),
            (&json!("timeout"), &Value::Null)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_secrets_sign_for_a_day_and_then_the_new_one_alone() {
    let shop = Timed::open().await;
    let receiver = Receiver::willing();
    let made = endpoint(&shop.caller, &receiver.url(), &["*"]);
    let rotated = shop.caller.post(&format!("{}/rotate-secret", path_of(&made)), &json!({}));
    let [old, new] = [&made["secret"], &rotated.data(200)["secret"]].map(|secret| secret.as_str().unwrap());
    for (count, (passing, is_old_good)) in (1..).zip([(0, true), (DAY_MS - 1, true), (1, false)]) {
        shop.pass(passing);
        user(&shop.caller, &format!("{passing}"));
        let message = receiver.next();
        // Time that passes before it is noted would have it sent again.
        settled(&shop.caller, &made, count);
        assert!(is_signed(&message, new));
        assert_eq!(is_signed(&message, old), is_old_good);
        let signatures = message.headers["webhook-signature"].split(' ').count();
        assert_eq!(signatures, if is_old_good { 2 } else { 1 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_for_five_days_is_disabled_and_told_what_it_missed_when_it_is_enabled() {
    let shop = Timed::open().await;
    let is_well = Arc::new(AtomicBool::new(false));
    let health = Arc::clone(&is_well);
    let receiver = Receiver::open(move |_, _| match health.load(Ordering::SeqCst) {
        true => Manner::Answer(200),
        false => Manner::Die,
    });
    let made = endpoint(&shop.caller, &receiver.url(), &["*"]);
    user(&shop.caller, "one");
    receiver.next();
    let first = sent(&shop.caller, &made, 1);
    shop.pass(5 * DAY_MS - 1);
    receiver.next();
    sent(&shop.caller, &made, 2);
    assert_eq!(shop.caller.get(&path_of(&made)).data(200)["enabled"], true);
    shop.caller.post(&retry_of(&first), &json!({})).data(200);
    receiver.next();
    sent(&shop.caller, &made, 3);
    shop.pass(1);
    shop.caller.post(&retry_of(&first), &json!({})).data(200);
    receiver.next();
    sent(&shop.caller, &made, 4);
    let stopped = shop.caller.get(&path_of(&made));
    assert_eq!(stopped.data(200)["enabled"], false);
    assert!(operate(shop.relay.folder(), &["audit", "export"]).unwrap().contains("WEBHOOK_ENDPOINT_DISABLE"));
    shop.caller.post(&retry_of(&first), &json!({})).assert_refused(409, "INVALID_STATE");
    user(&shop.caller, "two");
    assert_eq!(receiver.so_far().len(), 0);
    is_well.store(true, Ordering::SeqCst);
    shop.caller.patch(&path_of(&made), &json!({ "enabled": true })).data(200);
    let told: Vec<String> = outbox(shop.relay.folder(), 0).into_iter().map(|(id, _)| id).collect();
    let mut arrived = [receiver.next(), receiver.next()].map(|message| message.id().to_owned());
    arrived.sort_unstable();
    let mut missed = told[1..].to_vec();
    missed.sort_unstable();
    assert_eq!(arrived[..], missed, "that it was disabled, and what came since");
    // What is under way while an hour passes is thought to be lost, and sent again.
    let is_taken = |delivery: &&Value| delivery["status"] == "DELIVERED";
    while deliveries(&shop.caller, &made).iter().filter(is_taken).count() < 2 {}
    shop.pass(HOUR_MS);
    assert_eq!(receiver.next().id(), told[0], "what waited goes on");
    assert_eq!(shop.caller.get(&path_of(&made)).data(200)["failing_since"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_says_it_is_gone_is_told_nothing_more_until_its_endpoint_is_enabled_again() {
    let shop = Timed::open().await;
    let caller = &shop.caller;
    let is_back = Arc::new(AtomicBool::new(false));
    let presence = Arc::clone(&is_back);
    let receiver =
        Receiver::open(move |_, _| Manner::Answer(if presence.load(Ordering::SeqCst) { 200 } else { 410 }));
    let made = endpoint(caller, &receiver.url(), &["user.created", "webhook.*"]);
    user(caller, "one");
    let refused = receiver.next();
    let failed = settled(caller, &made, 1).remove(0);
    assert_eq!((&failed["response_status"], &failed["error_code"]), (&json!(410), &json!("gone")));
    let stopped = caller.get(&path_of(&made));
    assert_eq!(stopped.data(200)["enabled"], false);
    assert!(operate(shop.relay.folder(), &["audit", "export"]).unwrap().contains("WEBHOOK_ENDPOINT_DISABLE"));
    user(caller, "two");
    caller.post(&retry_of(&failed), &json!({})).assert_refused(409, "INVALID_STATE");
    assert_eq!(receiver.so_far().len(), 0);
    is_back.store(true, Ordering::SeqCst);
    caller.patch(&path_of(&made), &json!({ "enabled": true })).data(200);
    caller.post(&retry_of(&failed), &json!({})).data(200);
    let told: BTreeSet<String> = (0..3).map(|_| receiver.next().id().to_owned()).collect();
    let outbox = outbox(shop.relay.folder(), 0);
    assert_eq!(told, outbox.iter().map(|(id, _)| id.clone()).collect::<BTreeSet<_>>());
    assert!(told.contains(refused.id()) && outbox[1].1.contains("webhook.endpoint_disabled"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_says_it_is_gone_ends_no_endpoint_that_has_moved_meanwhile() {
    let shop = Timed::open().await;
    let caller = &shop.caller;
    let new = Receiver::willing();
    let (path, told) = (Arc::new(Mutex::new(String::new())), caller.clone());
    let (place, url) = (Arc::clone(&path), new.url());
    let old = Receiver::open(move |_, _| {
        told.patch(&place.lock().unwrap(), &json!({ "url": url })).data(200);
        Manner::Answer(410)
    });
    let made = endpoint(caller, &old.url(), &["*"]);
    *path.lock().unwrap() = path_of(&made);
    user(caller, "one");
    let message = old.next();
    let wait = wait_of(&shop, &settled(caller, &made, 1)[0]);
    let moved = caller.get(&path_of(&made));
    assert_eq!(
        (&moved.data(200)["enabled"], &moved.data(200)["failing_since"]),
        (&json!(true), &Value::Null)
    );
    shop.pass(wait);
    assert_eq!(new.next().id(), message.id());
}

/// The oldest delivery, once it was sent so often and nothing is under way.
fn sent(caller: &Caller, endpoint: &Value, attempts: u32) -> Value {
    let is_there = |delivery: &Value| {
        let is_under_way = delivery["status"] == "PENDING" && delivery["next_attempt_at"].is_null();
        delivery["attempts"] == attempts && !is_under_way
    };
    e2e::once_there(|| deliveries(caller, endpoint).pop().filter(is_there))
}

/// How long a delivery waits.
fn wait_of(shop: &Timed, delivery: &Value) -> u64 {
    let next = delivery["next_attempt_at"].as_str().unwrap();
    let until = humantime::parse_rfc3339(next).unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(until.as_millis()).unwrap() - shop.now()
}
