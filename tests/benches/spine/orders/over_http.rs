//! Orders over HTTP, as programs ask for them.

use std::sync::Mutex;
use std::time::Duration;

use e2e::shop::{Caller, Shop, id_of};
use serde_json::json;

use super::{STEPS, Speed, Started, now, timed};

/// A relay with as many pairs of buyers and sellers as trade at once.
pub(super) struct Market {
    shop: Shop,
    caller: Caller,
    pairs: Vec<[String; 2]>,
}

impl Market {
    pub(super) fn open(producers: usize) -> Self {
        let shop = Shop::open();
        let caller = shop.key("read,write,support");
        let pairs = (0..producers)
            .map(|number| {
                let pair = ["a", "b"].map(|side| caller.user(&format!("{side} {number}")));
                caller.top_up(&pair[0], "10000.00");
                pair
            })
            .collect();
        Self { shop, caller, pairs }
    }

    pub(super) fn trade_for(&self, time: Duration) -> Speed {
        let started = now();
        self.until(|| started.elapsed() >= time)
    }

    /// Each pair buys and sells in turn, so that the money lasts.
    fn until(&self, is_over: impl Fn() -> bool + Sync) -> Speed {
        let steps = Mutex::new(Vec::new());
        let started = Started::now();
        std::thread::scope(|scope| {
            for pair in &self.pairs {
                scope.spawn(|| {
                    // A connection of its own each.
                    let caller = self.shop.caller(Some(self.caller.credential()));
                    let mut own = Vec::new();
                    let mut done = 0;
                    while !is_over() {
                        let [buyer, seller] = [&pair[done % 2], &pair[(done + 1) % 2]];
                        own.extend(trade(&caller, buyer, seller));
                        done += 1;
                    }
                    steps.lock().unwrap().extend(own);
                });
            }
        });
        let steps = steps.into_inner().unwrap();
        started.speed(steps.len() / STEPS, steps)
    }
}

/// One order, from its terms to the seller's money; how long each request took.
fn trade(caller: &Caller, buyer: &str, seller: &str) -> [Duration; STEPS] {
    let new = json!({
        "buyer_id": buyer, "seller_id": seller, "amount": "10.00", "currency": "USD", "title": "A desk",
    });
    let mut order = String::new();
    let create = timed(|| order = format!("/v1/orders/{}", id_of(caller.post("/v1/orders", &new).data(201))));
    let ask = |path: &str, status: u16, body: &serde_json::Value| {
        timed(|| drop(caller.post(&format!("{order}/{path}"), body).data(status).clone()))
    };
    [
        create,
        ask("reserve", 200, &json!({ "amount": "10.00" })),
        ask("escrow", 201, &json!({})),
        ask("escrow/fund", 200, &json!({})),
        ask("release", 200, &json!({})),
    ]
}
