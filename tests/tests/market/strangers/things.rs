//! One of everything, between two who trade.

use std::collections::{BTreeMap, BTreeSet};

use e2e::raw::Member;
use e2e::receiver::{Manner, Receiver};
use e2e::shop::{Answer, Caller, Shop, id_of};
use serde_json::{Value, json};

use crate::webhooks::{endpoint, settled};
use crate::withdrawals::rich_account;

/// Stands in everything that was written here.
pub(super) const MARK: &str = "zq7street";
const ALL: &str = "read,write,support";

/// A space in which two trade, somebody who is no party to it, and another space.
pub(crate) struct Street {
    pub(crate) shop: Shop,
    /// Whoever may do everything in the space.
    pub(crate) key: Caller,
    /// The same in another space.
    pub(crate) elsewhere: Caller,
    pub(super) stranger: Caller,
    buyer: Caller,
    seller: Caller,
    /// Ids, by what each is called here.
    pub(crate) things: BTreeMap<&'static str, String>,
    _members: [Member; 3],
}

impl Street {
    /// Builds it: of each thing as many as there are ways to change it.
    pub(crate) async fn build() -> Self {
        let shop = Shop::open_with(&[("PALAVER_RELAY_WEBHOOKS_ALLOW_PRIVATE", "true")]);
        let key = shop.key(ALL);
        let elsewhere = shop.key_in("other", ALL);
        elsewhere.user("first");
        let (buyer, of_buyer, first) = rich_account(&shop, &key).await;
        let (seller, of_seller, second) = rich_account(&shop, &key).await;
        let (stranger, of_stranger, third) = rich_account(&shop, &key).await;
        key.top_up(&of_buyer, "200.00");
        let things = [("buyer", of_buyer), ("seller", of_seller), ("stranger", of_stranger)].into();
        let _members = [first, second, third];
        let mut street = Self { shop, key, elsewhere, stranger, buyer, seller, things, _members };
        street.pay();
        street.list();
        street.order();
        street.quarrel();
        street.administer();
        street
    }

    pub(super) fn caller(&self, who: &str) -> &Caller {
        match who {
            "key" => &self.key,
            "elsewhere" => &self.elsewhere,
            "stranger" => &self.stranger,
            "buyer" => &self.buyer,
            "seller" => &self.seller,
            _ => panic!("nobody is called {who}"),
        }
    }

    /// What of the street a text shows.
    pub(super) fn shown_in(&self, text: &str) -> BTreeSet<&'static str> {
        let things = self.things.iter().filter(|(_, id)| text.contains(id.as_str()));
        things.map(|(name, _)| *name).chain(text.contains(MARK).then_some(MARK)).collect()
    }

    /// What is shown to everybody in the space: what can be bought, and whose it is.
    pub(super) fn on_offer(&self) -> BTreeSet<&'static str> {
        ["listing", "listing to sell", "listing to pause", "seller", MARK].into()
    }

    fn add(&mut self, name: &'static str, made: &Answer) {
        self.things.insert(name, id_of(made.data(201)));
    }

    fn pay(&mut self) {
        let top_up = json!({
            "user_id": self.things["buyer"], "amount": "10.00", "currency": "USD",
            "return_url": format!("https://shop.example.org/{MARK}"),
        });
        for name in ["top-up", "top-up to cancel", "top-up to confirm", "top-up to fail"] {
            self.add(name, &self.buyer.post("/v1/topups", &top_up));
        }
        let mut withdrawal = json!({
            "user_id": self.things["seller"], "amount": "10.00", "currency": "USD",
            "destination": { "type": "bank", "ref": MARK },
        });
        for (name, is_committed) in [
            ("withdrawal", false),
            ("withdrawal to cancel", false),
            ("withdrawal to complete", true),
            ("withdrawal to fail", true),
        ] {
            withdrawal["commit"] = json!(is_committed);
            self.add(name, &self.seller.post("/v1/withdrawals", &withdrawal));
        }
        let transfer = json!({
            "from_user_id": self.things["buyer"], "to_user_id": self.things["seller"], "amount": "1.00",
            "currency": "USD", "note": MARK,
        });
        self.add("transfer", &self.buyer.post("/v1/transfers", &transfer));
    }

    fn list(&mut self) {
        let listing = json!({
            "seller_id": self.things["seller"], "title": format!("{MARK} bicycle"), "description": MARK,
            "category": MARK, "price": "15.00", "currency": "USD",
        });
        for (name, steps) in [
            ("draft", &[][..]),
            ("listing to remove", &[]),
            ("listing", &["publish"]),
            ("listing to sell", &["publish"]),
            ("listing to pause", &["publish"]),
            ("paused listing", &["publish", "pause"]),
        ] {
            self.add(name, &self.seller.post("/v1/listings", &listing));
            for step in steps {
                self.seller.post(&format!("/v1/listings/{}/{step}", self.things[name]), &json!({})).data(200);
            }
        }
        for (name, listing) in [
            ("offer", "listing"),
            ("offer to decline", "listing"),
            ("offer to withdraw", "listing"),
            ("offer to accept", "listing to sell"),
        ] {
            let offer = json!({
                "listing_id": self.things[listing], "buyer_id": self.things["buyer"], "amount": "10.00",
                "currency": "USD",
            });
            self.add(name, &self.buyer.post("/v1/offers", &offer));
        }
    }

    fn order(&mut self) {
        for (name, steps) in [
            ("order", 0),
            ("order to reserve", 0),
            ("order to cancel", 0),
            ("reserved order", 1),
            ("order to fund", 2),
            ("funded order", 3),
            ("order to deliver", 3),
            ("order to refund", 3),
            ("order to dispute", 3),
            ("delivered order", 4),
        ] {
            self.order_after(name, steps);
        }
    }

    /// Makes an order and goes so many steps with it.
    fn order_after(&mut self, name: &'static str, steps: usize) {
        let order = json!({
            "buyer_id": self.things["buyer"], "seller_id": self.things["seller"], "amount": "10.00",
            "currency": "USD", "title": format!("{MARK} desk"),
            "milestones": [{ "milestone_ref": "all", "title": MARK, "amount": "10.00" }],
        });
        self.add(name, &self.buyer.post("/v1/orders", &order));
        let path = format!("/v1/orders/{}", self.things[name]);
        let all = [
            (&self.buyer, "reserve", json!({ "amount": "10.00" }), 200),
            (&self.buyer, "escrow", json!({}), 201),
            (&self.buyer, "escrow/fund", json!({}), 200),
            (&self.seller, "milestones/all/complete", json!({}), 200),
        ];
        for (party, step, body, status) in &all[..steps] {
            party.post(&format!("{path}/{step}"), body).data(*status);
        }
    }

    fn quarrel(&mut self) {
        for (order, dispute) in [("disputed order", "dispute"), ("order in review", "dispute in review")] {
            self.order_after(order, 3);
            let complaint = json!({ "reason": "OTHER", "message": MARK });
            let path = format!("/v1/orders/{}/disputes", self.things[order]);
            self.add(dispute, &self.buyer.post(&path, &complaint));
            let path = format!("/v1/disputes/{}", self.things[dispute]);
            let said = self.seller.post(&format!("{path}/comment"), &json!({ "message": MARK }));
            self.add(if dispute == "dispute" { "comment" } else { "comment in review" }, &said);
        }
        let path = format!("/v1/disputes/{}/assign", self.things["dispute in review"]);
        self.key.post(&path, &json!({ "assigned_to": MARK })).data(200);
    }

    /// What is the space's own. Whoever is told of it wants none of it, so that it stays as it is.
    fn administer(&mut self) {
        let new = json!({ "name": MARK, "scopes": ["read"] });
        for name in ["key", "key to revoke"] {
            self.add(name, &self.key.post("/v1/auth/api-keys", &new));
        }
        for name in ["user", "suspended user"] {
            self.things.insert(name, self.key.user(&format!("{MARK} {name}")));
        }
        self.key.post(&format!("/v1/users/{}/suspend", self.things["suspended user"]), &json!({})).data(200);
        let receiver = Receiver::open(|_, _| Manner::Answer(404));
        for (name, types) in [("endpoint", "user.created"), ("endpoint to delete", "listing.removed")] {
            let made: Value = endpoint(&self.key, &format!("{}/{MARK}", receiver.url()), &[types]);
            self.things.insert(name, id_of(&made));
        }
        self.key.user(&format!("{MARK} witness"));
        let delivery = settled(&self.key, &json!({ "id": self.things["endpoint"] }), 1).remove(0);
        let delivery = id_of(&delivery);
        // What sends it is called as it is.
        self.things.insert("job", delivery.replace("whd_", "job_"));
        self.things.insert("delivery", delivery);
    }
}
