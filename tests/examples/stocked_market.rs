//! A market with things in every state, for whoever asks it at random: a line of JSON says where it is, who may ask there, and what there is.
//!
//! It is open until its input ends; then its books and its audit log have to be in order.

#![expect(clippy::print_stdout, reason = "what a program says")]

use std::collections::BTreeMap;
use std::io::Read;

use e2e::raw::Member;
use e2e::receiver::{Manner, Receiver};
use e2e::shop::{Answer, Caller, Shop, id_of};
use serde_json::{Value, json};

/// How often each thing is there: whoever asks at random uses things up.
const TIMES: usize = 4;
/// What everything costs here.
const PRICE: &str = "10.00";
/// What an order's one part is called.
const PART: &str = "all";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    let shop = Shop::open_with(&[("PALAVER_RELAY_WEBHOOKS_ALLOW_PRIVATE", "true")]);
    let key = shop.key("read,write,support");
    let (ana, of_ana, _first) = account(&shop).await;
    let (_, of_ben, _second) = account(&shop).await;
    let receiver = Receiver::open(|_, _| Manner::Answer(404));
    let [ana_id, ben_id] = [&of_ana[..], &of_ben[..]];
    let mut stock = Stock { key: key.clone(), of_kind: BTreeMap::new(), of_route: BTreeMap::new() };
    stock.admit([ana_id, ben_id]);
    for _ in 0..TIMES {
        for sides in [[ana_id, ben_id], [ben_id, ana_id]] {
            stock.pay(sides);
            stock.list(sides);
            stock.trade(sides);
            stock.quarrel(sides);
        }
        stock.administer();
    }
    stock.tell(&receiver.url());
    let told = json!({
        "address": shop.relay.url(),
        "callers": {
            "support": key.credential(), "account": ana.credential(), "writer": shop.key("write").credential(),
        },
        "of_kind": stock.of_kind,
        "of_route": stock.of_route,
        // Without these nobody could ask any more.
        "kept": [ana_id, ben_id],
        "receiver": receiver.url(),
        "price": PRICE,
        "part": PART,
    });
    println!("{told}");
    std::io::stdin().read_to_end(&mut Vec::new()).map_err(|error| error.to_string())?;
    shop.operate(&["ledger", "verify"])?;
    shop.operate(&["audit", "verify"]).map(drop)
}

/// An account, as whom it trades, and its device, which stays for as long as it is asked by.
async fn account(shop: &Shop) -> (Caller, String, Member) {
    let member = Member::join_at(shop.relay.address()).await;
    let account = shop.account(member.person.device(), &member.session_token);
    let user = account.get("/v1/me").data(200)["account"]["user_id"].as_str().expect("an id").to_owned();
    // It is there for others once it has changed something.
    let top_up = account.post("/v1/topups", &top_up(&user, "1.00"));
    account.post(&format!("/v1/topups/{}/cancel", id_of(top_up.data(201))), &json!({})).data(200);
    (account, user, member)
}

fn top_up(user: &str, amount: &str) -> Value {
    json!({ "user_id": user, "amount": amount, "currency": "USD", "return_url": "https://shop.example.org" })
}

/// What there is.
struct Stock {
    key: Caller,
    /// Ids, by what they begin with.
    of_kind: BTreeMap<String, Vec<String>>,
    /// Those which a route does something to.
    of_route: BTreeMap<&'static str, Vec<String>>,
}

impl Stock {
    /// Takes in what was made, for these routes.
    fn add(&mut self, made: &Answer, routes: &[&'static str]) -> String {
        let id = id_of(made.data(201));
        self.know(&id, routes);
        id
    }

    fn know(&mut self, id: &str, routes: &[&'static str]) {
        let kind = id.split_once('_').expect("an id says what it is of").0;
        self.of_kind.entry(kind.to_owned()).or_default().push(id.to_owned());
        for route in routes {
            self.of_route.entry(*route).or_default().push(id.to_owned());
        }
    }

    fn step(&self, path: &str, body: &Value) {
        let status = self.key.post(path, body).status;
        assert!((200..300).contains(&status), "{path}: {status}");
    }

    /// Those who trade, with more than they need.
    fn admit(&mut self, traders: [&str; 2]) {
        for user in traders {
            self.key.top_up(user, "10000.00");
            self.know(user, &["GET /v1/users/{id}", "GET /v1/users/{id}/balance"]);
        }
    }

    fn pay(&mut self, [one, other]: [&str; 2]) {
        for route in
            ["POST /v1/topups/{id}/cancel", "POST /v1/topups/{id}/confirm", "POST /v1/topups/{id}/fail"]
        {
            self.add(&self.key.post("/v1/topups", &top_up(one, PRICE)), &[route]);
        }
        for (route, is_committed) in [
            ("DELETE /v1/withdrawals/{id}", false),
            ("POST /v1/withdrawals/{id}/commit", false),
            ("POST /v1/withdrawals/{id}/complete", true),
            ("POST /v1/withdrawals/{id}/fail", true),
        ] {
            let withdrawal = json!({
                "user_id": one, "amount": PRICE, "currency": "USD", "commit": is_committed,
                "destination": { "type": "bank", "ref": "DE89370400440532013000" },
            });
            self.add(&self.key.post("/v1/withdrawals", &withdrawal), &[route]);
        }
        let transfer =
            json!({ "from_user_id": one, "to_user_id": other, "amount": PRICE, "currency": "USD" });
        self.add(&self.key.post("/v1/transfers", &transfer), &[]);
    }

    /// Listings of the second, and offers of the first.
    fn list(&mut self, [buyer, seller]: [&str; 2]) {
        for (route, steps) in [
            ("PATCH /v1/listings/{id}", &[][..]),
            ("POST /v1/listings/{id}/publish", &[]),
            ("DELETE /v1/listings/{id}", &["publish"]),
            ("POST /v1/listings/{id}/pause", &["publish"]),
            ("POST /v1/listings/{id}/resume", &["publish", "pause"]),
        ] {
            self.listing(seller, route, steps);
        }
        for (routes, is_countered) in [
            (&["POST /v1/offers/{id}/accept"][..], false),
            (&["POST /v1/offers/{id}/counter", "POST /v1/offers/{id}/decline"], false),
            (&["POST /v1/offers/{id}/withdraw"], false),
            (&["POST /v1/offers/{id}/accept", "POST /v1/offers/{id}/counter"], true),
        ] {
            let listing = self.listing(seller, "POST /v1/offers", &["publish"]);
            let offer =
                json!({ "listing_id": listing, "buyer_id": buyer, "amount": PRICE, "currency": "USD" });
            let offer = self.add(&self.key.post("/v1/offers", &offer), routes);
            let counter = json!({ "round": 1, "by": "SELLER", "amount": PRICE, "currency": "USD" });
            if is_countered {
                self.step(&format!("/v1/offers/{offer}/counter"), &counter);
            }
        }
    }

    fn listing(&mut self, seller: &str, route: &'static str, steps: &[&str]) -> String {
        let listing = json!({
            "seller_id": seller, "title": "Red bicycle", "description": "It rides.", "category": "Bicycles",
            "price": PRICE, "currency": "USD",
        });
        let listing = self.add(&self.key.post("/v1/listings", &listing), &[route]);
        for step in steps {
            self.step(&format!("/v1/listings/{listing}/{step}"), &json!({}));
        }
        listing
    }

    fn trade(&mut self, sides: [&str; 2]) {
        for (route, steps) in [
            ("POST /v1/orders/{id}/reserve", 0),
            ("POST /v1/orders/{id}/cancel", 0),
            ("POST /v1/orders/{id}/cancel", 1),
            ("POST /v1/orders/{id}/escrow", 1),
            ("POST /v1/orders/{id}/escrow/fund", 2),
            ("POST /v1/orders/{id}/milestones/{ref}/complete", 3),
            ("POST /v1/orders/{id}/refund", 3),
            ("POST /v1/orders/{id}/disputes", 3),
            ("POST /v1/orders/{id}/release", 4),
            ("GET /v1/orders/{id}/escrow", 5),
        ] {
            self.order(sides, &[route], steps);
        }
    }

    /// An order that has gone so many steps.
    fn order(&mut self, [buyer, seller]: [&str; 2], routes: &[&'static str], steps: usize) -> String {
        let order = json!({
            "buyer_id": buyer, "seller_id": seller, "amount": PRICE, "currency": "USD", "title": "A desk",
            "milestones": [{ "milestone_ref": PART, "title": "All of it", "amount": PRICE }],
        });
        let order = self.add(&self.key.post("/v1/orders", &order), routes);
        let complete = format!("milestones/{PART}/complete");
        let all = [
            ("reserve", json!({ "amount": PRICE })),
            ("escrow", json!({})),
            ("escrow/fund", json!({})),
            (&complete, json!({})),
            ("release", json!({})),
        ];
        for (step, body) in &all[..steps] {
            self.step(&format!("/v1/orders/{order}/{step}"), body);
        }
        order
    }

    fn quarrel(&mut self, sides: [&str; 2]) {
        for (routes, is_assigned) in [
            (&["POST /v1/disputes/{id}/assign", "POST /v1/disputes/{id}/comment"][..], false),
            (&["POST /v1/disputes/{id}/resolve", "GET /v1/disputes/{id}/comments"], true),
        ] {
            let order = self.order(sides, &[], 3);
            let complaint = json!({ "reason": "OTHER", "message": "Look.", "opened_by": "BUYER" });
            let made = self.key.post(&format!("/v1/orders/{order}/disputes"), &complaint);
            let path = format!("/v1/disputes/{}", self.add(&made, routes));
            let comment = json!({ "message": "Seen." });
            self.add(&self.key.post(&format!("{path}/comment"), &comment), &[]);
            if is_assigned {
                self.step(&format!("{path}/assign"), &json!({ "assigned_to": "Ada" }));
            }
        }
    }

    /// What is the space's own.
    fn administer(&mut self) {
        for route in ["DELETE /v1/auth/api-keys/{id}", "POST /v1/auth/api-keys/{id}/token"] {
            let key = json!({ "name": "spare", "scopes": ["read"] });
            self.add(&self.key.post("/v1/auth/api-keys", &key), &[route]);
        }
        for route in ["POST /v1/users/{id}/suspend", "POST /v1/users/{id}/activate"] {
            let count = self.of_kind["usr"].len();
            let user = self.key.user(&format!("customer {count}"));
            self.know(&user, &[route]);
            if route.ends_with("activate") {
                self.step(&format!("/v1/users/{user}/suspend"), &json!({}));
            }
        }
    }

    /// Endpoints, and what could not be told to one of them.
    fn tell(&mut self, receiver: &str) {
        let endpoint = |kind: &str| json!({ "url": receiver, "types": [kind] });
        let told = self.key.post("/v1/webhook-endpoints", &endpoint("user.created"));
        let told = self.add(
            &told,
            &[
                "GET /v1/webhook-endpoints/{id}",
                "GET /v1/webhook-endpoints/{id}/deliveries",
                "PATCH /v1/webhook-endpoints/{id}",
                "POST /v1/webhook-endpoints/{id}/rotate-secret",
            ],
        );
        for _ in 0..TIMES {
            let made = self.key.post("/v1/webhook-endpoints", &endpoint("listing.removed"));
            self.add(&made, &["DELETE /v1/webhook-endpoints/{id}"]);
            self.key.user(&format!("witness {}", self.of_kind["whe"].len()));
        }
        let deliveries = loop {
            let page = self.key.get(&format!("/v1/webhook-endpoints/{told}/deliveries"));
            let listed = page.data(200).as_array().cloned().unwrap_or_default();
            if listed.len() == TIMES && listed.iter().all(|delivery| !delivery["error_code"].is_null()) {
                break listed;
            }
        };
        for delivery in deliveries.iter().map(id_of) {
            self.know(&delivery, &["POST /v1/webhook-deliveries/{id}/retry"]);
            // What sends it is called as it is.
            self.know(&delivery.replace("whd_", "job_"), &["GET /v1/admin/jobs/{id}"]);
        }
        let job = self.key.post("/v1/admin/reconcile", &json!({}));
        self.know(&id_of(job.data(202)), &["GET /v1/admin/jobs/{id}"]);
    }
}
