//! A relay that is killed at any of its calls while it does by itself what has come due: what is over ends once, everybody is told,
//! and the books stay in order.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use e2e::TestRelay;
use e2e::receiver::Receiver;
use e2e::shop::{Caller, id_of, operate};
use rusqlite::Row;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::deaths::{at_each, check_heard, counts, since, store};
use crate::webhooks::endpoint;
use crate::webhooks_in_time::Timed;

/// More than are ended in one transaction.
const TOP_UPS: usize = 101;

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_killed_while_it_does_what_is_due_does_it_once() {
    let past = Past::end().await;
    let mut undisturbed = past.relay();
    undisturbed.restart();
    let (undisturbed, _) = past.see_done(undisturbed);
    let expected = ["offer.expired", "offer.expired", "order.canceled", "order.closed", "balance.released"]
        .into_iter()
        .chain(["topup.canceled"; TOP_UPS])
        .chain(["withdrawal.canceled", "balance.released"]);
    assert!(expected.eq(undisturbed.told.iter()), "{:?}", undisturbed.told);
    for call in ["pwrite64", "fsync", "write", "writev"] {
        at_each(call, |nth| {
            let mut relay = past.relay();
            relay.restart_to_die(call, nth);
            let (done, deaths) = past.see_done(relay);
            assert_eq!(done, undisturbed, "killed at {call} {nth}");
            deaths
        });
    }
}

/// What a relay leaves that ended years ago.
struct Past {
    folder: TempDir,
    /// How much had been told and moved.
    counts: [u32; 2],
    /// Who is told what goes on from there.
    receiver: Receiver,
    /// By its ids, what was told by that relay and by any that went on.
    known: RefCell<BTreeMap<String, String>>,
}

/// What it comes to once everything is done that was due since.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// What was told, by its names and in its order.
    told: Vec<String>,
    /// What was moved, by its reasons and in its order.
    moved: Vec<String>,
    /// What is on each account.
    balances: Vec<(String, i64)>,
}

impl Past {
    /// A relay whose time stood still, that everything was left to which ends by itself.
    async fn end() -> Self {
        let mut shop = Timed::open().await;
        let receiver = Receiver::willing();
        endpoint(&shop.caller, &receiver.url(), &["*"]);
        leave_undone(&shop.caller);
        while has_work(shop.relay.folder(), Some(shop.now())) {}
        let counts = counts(shop.relay.folder());
        let known = RefCell::default();
        check_heard(&receiver, shop.relay.folder(), 0, &mut known.borrow_mut());
        shop.relay.stop();
        Self { folder: shop.relay.stopped().await, counts, receiver, known }
    }

    /// The relay that is shipped, where that one ended.
    fn relay(&self) -> TestRelay {
        TestRelay::after(self.folder.path(), &[("PALAVER_RELAY_WEBHOOKS_ALLOW_PRIVATE", "true")])
    }

    /// What a relay has done when nothing is left to do, and how often it had to be started again.
    fn see_done(&self, mut relay: TestRelay) -> (Outcome, u32) {
        let mut deaths = 0;
        while has_work(relay.folder(), None) {
            if relay.has_ended() {
                deaths += 1;
                relay.restart();
            }
        }
        let folder = relay.folder();
        check_heard(&self.receiver, folder, self.counts[0], &mut self.known.borrow_mut());
        operate(folder, &["audit", "verify"]).unwrap();
        operate(folder, &["ledger", "verify"]).unwrap();
        let [told, moved] = since(folder, self.counts);
        (Outcome { told, moved, balances: balances(folder) }, deaths)
    }
}

/// One of each that ends by itself, and as many top-ups as it takes to end them in more than one turn.
fn leave_undone(caller: &Caller) {
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let listing = json!({
        "seller_id": seller, "title": "Red bicycle", "description": "As good as new.", "category": "Bicycles",
        "price": "15.00", "currency": "USD",
    });
    let listing = id_of(caller.post("/v1/listings", &listing).data(201));
    caller.post(&format!("/v1/listings/{listing}/publish"), &json!({})).data(200);
    let offer = json!({ "listing_id": listing, "buyer_id": buyer, "amount": "10.00", "currency": "USD" });
    let [_, countered] = [(); 2].map(|()| id_of(caller.post("/v1/offers", &offer).data(201)));
    let counter = json!({ "round": 1, "by": "SELLER", "amount": "12.00", "currency": "USD" });
    caller.post(&format!("/v1/offers/{countered}/counter"), &counter).data(200);
    let order = caller.order(&buyer, &seller, "30.00");
    caller.post(&format!("{order}/reserve"), &json!({ "amount": "30.00" })).data(200);
    let withdrawal = json!({
        "user_id": buyer, "amount": "20.00", "currency": "USD",
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    caller.post("/v1/withdrawals", &withdrawal).data(201);
    let top_up: Value = json!({
        "user_id": buyer, "amount": "1.00", "currency": "USD", "return_url": "https://shop.example.org",
    });
    for _ in 0..TOP_UPS {
        caller.post("/v1/topups", &top_up).data(201);
    }
}

/// Whether there is something to be done, by a time that was told or by the system's.
fn has_work(folder: &Path, told: Option<u64>) -> bool {
    let store = store(folder);
    let jobs = "SELECT kind, state FROM jobs
         WHERE state <> 'waiting' OR due_at <= coalesce(?1, unixepoch('subsec') * 1000)";
    let mut jobs = store.prepare(jobs).unwrap();
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let jobs = jobs.query_map([told.map(|told| i64::try_from(told).unwrap())], read).unwrap();
    let jobs: Vec<(String, String)> = jobs.map(Result::unwrap).collect();
    assert!(jobs.iter().all(|(_, state)| state != "dead"), "{jobs:?}");
    !jobs.is_empty()
}

fn balances(folder: &Path) -> Vec<(String, i64)> {
    let store = store(folder);
    let mut balances = store.prepare("SELECT account, minor FROM ledger_balances ORDER BY account").unwrap();
    let balances = balances.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    balances.map(Result::unwrap).collect()
}
