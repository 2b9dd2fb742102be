//! A relay that is killed at any write, sync or answer of any flow: whoever asks again gets on, and nothing is done twice.

use std::collections::BTreeMap;

use e2e::receiver::Receiver;
use e2e::shop::{Answer, Caller, Shop, id_of, new_key};
use serde_json::{Value, json};
use ureq::http::Method;

use crate::deaths::{at_each, check_heard, counts, is_thorough, since};
use crate::wallet::{Trader, trader};
use crate::webhooks::endpoint;

#[tokio::test]
async fn a_relay_that_is_killed_at_any_write_to_a_file_does_everything_once() {
    check("pwrite64").await;
}

#[tokio::test]
async fn a_relay_that_is_killed_as_it_makes_anything_last_does_everything_once() {
    check("fsync").await;
}

#[tokio::test]
async fn a_relay_that_is_killed_at_any_other_write_does_everything_once() {
    check("write").await;
}

#[tokio::test]
async fn a_relay_that_is_killed_as_it_answers_in_parts_does_everything_once() {
    check("writev").await;
}

/// One of the calls that change a file, make it last, or tell somebody.
async fn check(call: &str) {
    let mut flow = Flow::new().await;
    let mut known = BTreeMap::new();
    // Where every call is tried, no more is done after a kill than shows what came of it.
    let parts: Vec<&[Part]> = if is_thorough() { PARTS.chunks(1).collect() } else { vec![&PARTS] };
    for (place, parts) in (1..).zip(parts) {
        let undisturbed = flow.run(&format!("{place} undisturbed"), parts);
        at_each(call, |nth| {
            flow.shop.relay.restart_to_die(call, nth);
            let told = flow.run(&format!("{place} {call} {nth}"), parts);
            assert_eq!(told, undisturbed, "part {place} killed at {call} {nth}");
            flow.deaths
        });
        // Nothing kills it any more.
        flow.shop.relay.restart();
        check_heard(&flow.receiver, flow.shop.relay.folder(), flow.untold, &mut known);
        [flow.untold, _] = counts(flow.shop.relay.folder());
        flow.shop.operate(&["audit", "verify"]).unwrap();
        flow.shop.operate(&["ledger", "verify"]).unwrap();
    }
}

/// What is done between a buyer who has money and a seller.
type Part = fn(&mut Flow, &str, &str);

/// Everything; each part by itself, too.
const PARTS: [Part; 8] = [
    Flow::pay_in,
    Flow::buy,
    Flow::quarrel,
    Flow::agree,
    Flow::pay_out,
    Flow::offer_for_a_while,
    Flow::administer,
    Flow::deal_as_accounts,
];

/// Everything that is done, by somebody who asks until there is an answer, where it takes two to say that money moved.
struct Flow {
    shop: Shop,
    caller: Caller,
    /// Whoever says it too.
    second: Caller,
    /// Accounts that trade with each other: one buys, one sells.
    traders: [Trader; 2],
    /// Who is told everything, from before the first kill on.
    receiver: Receiver,
    /// How much had happened before.
    untold: u32,
    /// How often the relay was found dead in this run.
    deaths: u32,
}

/// What it came to.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// What buyer and seller have, the space's users and its accounts.
    purses: Vec<[String; 2]>,
    /// What was told, by its names and in its order.
    told: Vec<String>,
    /// What was moved, by its reasons and in its order.
    moved: Vec<String>,
}

impl Flow {
    async fn new() -> Self {
        let shop = Shop::open_with(&[
            ("PALAVER_RELAY_TWO_PERSON_RULE", "true"),
            ("PALAVER_RELAY_WEBHOOKS_ALLOW_PRIVATE", "true"),
            // Where every call is tried, the accounts go on for hours.
            ("PALAVER_RELAY_SESSION_SECONDS", "864000"),
        ]);
        let traders = [trader(&shop, Some("ana"), None).await, trader(&shop, Some("ben"), None).await];
        let [caller, second] = [(); 2].map(|()| shop.key("read,write,support"));
        let receiver = Receiver::willing();
        endpoint(&caller, &receiver.url(), &["*"]);
        let [untold, _] = counts(shop.relay.folder());
        let mut flow = Self { shop, caller, second, traders, receiver, untold, deaths: 0 };
        // Both are known from now on: that is told once.
        for (account, user) in flow.accounts() {
            flow.give_up_as(&account, &user);
        }
        flow
    }

    fn run(&mut self, name: &str, parts: &[Part]) -> Outcome {
        self.deaths = 0;
        let before = counts(self.shop.relay.folder());
        let [buyer, seller] = ["buyer", "seller"].map(|side| {
            let body = json!({ "external_user_id": format!("{side} {name}"), "type": "both" });
            id_of(self.post("/v1/users", &body).data(201))
        });
        let came = self.top_up(&buyer, "100.00");
        self.both_say(&format!("{came}/confirm"));
        for part in parts {
            part(self, &buyer, &seller);
        }
        let accounts = self.accounts().map(|(_, user)| user);
        let purses = [buyer, seller].into_iter().chain(accounts).map(|user| {
            let balance = self.until_answered(Method::GET, &format!("/v1/users/{user}/balance"), None, "");
            ["available", "reserved"].map(|part| balance.data(200)[part].as_str().unwrap().to_owned())
        });
        let purses = purses.collect();
        let [told, moved] = since(self.shop.relay.folder(), before);
        Outcome { purses, told, moved }
    }

    /// Money that does not come.
    fn pay_in(&mut self, buyer: &str, _: &str) {
        let failed = self.top_up(buyer, "50.00");
        self.post(&format!("{failed}/fail"), &json!({ "reason": "no money came" })).data(200);
        let given_up = self.top_up(buyer, "20.00");
        self.post(&format!("{given_up}/cancel"), &json!({})).data(200);
    }

    /// One order that is released, one that is refunded, one that is called off.
    fn buy(&mut self, buyer: &str, seller: &str) {
        let released = self.funded_order(buyer, seller, "30.00");
        self.post(&format!("{released}/milestones/all/complete"), &json!({ "note": "done" }));
        self.post(&format!("{released}/release"), &json!({})).data(200);
        let refunded = self.funded_order(buyer, seller, "20.00");
        self.post(&format!("{refunded}/refund"), &json!({})).data(200);
        let called_off = self.order(buyer, seller, "5.00");
        self.post(&format!("{called_off}/reserve"), &json!({ "amount": "5.00" })).data(200);
        self.post(&format!("{called_off}/cancel"), &json!({})).data(200);
    }

    /// A dispute for each way that one ends.
    fn quarrel(&mut self, buyer: &str, seller: &str) {
        for ruling in [
            json!({ "decision": "SPLIT", "amount_to_seller": "6.00", "amount_to_buyer": "4.00" }),
            json!({ "decision": "FULL_RELEASE" }),
            json!({ "decision": "FULL_REFUND" }),
        ] {
            let order = self.funded_order(buyer, seller, "10.00");
            let complaint = json!({ "opened_by": "BUYER", "reason": "OTHER" });
            let dispute = id_of(self.post(&format!("{order}/disputes"), &complaint).data(201));
            let dispute = format!("/v1/disputes/{dispute}");
            self.post(&format!("{dispute}/comment"), &json!({ "message": "see" })).data(201);
            self.rule(&dispute, &ruling);
        }
    }

    /// A listing that is talked over, sold, paid and delivered, and offers that come to nothing.
    fn agree(&mut self, buyer: &str, seller: &str) {
        let listing = json!({
            "seller_id": seller, "title": "Red bicycle", "description": "As good as new.", "category": "Bicycles",
            "price": "15.00", "currency": "USD",
        });
        let listing = id_of(self.post("/v1/listings", &listing).data(201));
        self.post(&format!("/v1/listings/{listing}/publish"), &json!({})).data(200);
        let offer = json!({ "listing_id": listing, "buyer_id": buyer, "amount": "10.00", "currency": "USD" });
        let declined = format!("/v1/offers/{}", id_of(self.post("/v1/offers", &offer).data(201)));
        self.post(&format!("{declined}/decline"), &json!({ "round": 1, "by": "SELLER" })).data(200);
        let taken_back = format!("/v1/offers/{}", id_of(self.post("/v1/offers", &offer).data(201)));
        self.post(&format!("{taken_back}/withdraw"), &json!({ "round": 1, "by": "BUYER" })).data(200);
        let agreed = format!("/v1/offers/{}", id_of(self.post("/v1/offers", &offer).data(201)));
        let counter = json!({ "round": 1, "by": "SELLER", "amount": "12.00", "currency": "USD" });
        self.post(&format!("{agreed}/counter"), &counter).data(200);
        let accepted = self.post(&format!("{agreed}/accept"), &json!({ "round": 2, "by": "BUYER" }));
        let order = format!("/v1/orders/{}", accepted.data(200)["order_id"].as_str().unwrap());
        self.fund(&order, "12.00");
        self.post(&format!("{order}/release"), &json!({})).data(200);
    }

    /// Money for somebody else, money that goes out, money that the bank sends back, and money that its owner takes back.
    fn pay_out(&mut self, user: &str, other: &str) {
        let thanks =
            json!({ "from_user_id": user, "to_user_id": other, "amount": "1.00", "currency": "USD" });
        self.post("/v1/transfers", &thanks).data(201);
        let sent = self.withdrawal(user, "20.00");
        self.post(&format!("{sent}/commit"), &json!({ "confirm": true })).data(200);
        self.both_say(&format!("{sent}/complete"));
        let sent_back = self.withdrawal(user, "10.00");
        self.post(&format!("{sent_back}/commit"), &json!({ "confirm": true })).data(200);
        self.post(&format!("{sent_back}/fail"), &json!({ "reason": "no such account" })).data(200);
        let taken_back = self.withdrawal(user, "10.00");
        self.until_answered(Method::DELETE, &taken_back, None, "").data(200);
    }

    /// A listing that is shown, set aside, shown again and taken away.
    fn offer_for_a_while(&mut self, _: &str, seller: &str) {
        let listing = json!({
            "seller_id": seller, "title": "Blue bicycle", "description": "It was red.", "category": "Bicycles",
            "price": "15.00", "currency": "USD",
        });
        let listing = format!("/v1/listings/{}", id_of(self.post("/v1/listings", &listing).data(201)));
        for step in ["publish", "pause", "resume"] {
            self.post(&format!("{listing}/{step}"), &json!({})).data(200);
        }
        self.until_answered(Method::DELETE, &listing, Some(&new_key()), "").data(200);
    }

    /// A user that may not trade for a while, a key and a token that work until they are revoked, and an endpoint that comes and goes.
    fn administer(&mut self, user: &str, _: &str) {
        for step in ["suspend", "activate"] {
            self.post(&format!("/v1/users/{user}/{step}"), &json!({})).data(200);
        }
        let made = self.post("/v1/auth/api-keys", &json!({ "name": "till", "scopes": ["read"] }));
        let path = format!("/v1/auth/api-keys/{}", id_of(made.data(201)));
        let token = self.post(&format!("{path}/token"), &json!({ "scopes": ["read"] }));
        let shown = [&made.data(201)["api_key"], &token.data(201)["token"]];
        let holders = shown.map(|shown| self.shop.caller(shown.as_str()));
        let ask = |flow: &mut Self, holder| flow.until(holder, Method::GET, "/v1/users?limit=1", None, "");
        holders.iter().for_each(|holder| drop(ask(self, holder).data(200).clone()));
        self.until_answered(Method::DELETE, &path, Some(&new_key()), "").data(200);
        holders.iter().for_each(|holder| ask(self, holder).assert_refused(401, "INVALID_API_KEY"));
        let new = json!({ "url": self.receiver.url(), "types": ["user.*"] });
        let made = id_of(self.post("/v1/webhook-endpoints", &new).data(201));
        let path = format!("/v1/webhook-endpoints/{made}");
        let disabled = json!({ "enabled": false }).to_string();
        self.until_answered(Method::PATCH, &path, Some(&new_key()), &disabled).data(200);
        self.post(&format!("{path}/rotate-secret"), &json!({})).data(200);
        self.until_answered(Method::DELETE, &path, Some(&new_key()), "").data(200);
    }

    /// What two accounts do for themselves, until neither has anything.
    fn deal_as_accounts(&mut self, _: &str, _: &str) {
        let [(ana, of_ana), (ben, of_ben)] = self.accounts();
        let users = [of_ana, of_ben];
        let came = self.top_up_as(&ana, &users[0], "50.00");
        self.both_say(&format!("{came}/confirm"));
        self.give_up_as(&ben, &users[1]);
        self.agree_as([&ana, &ben], &users);
        let order = json!({
            "buyer_id": users[0], "seller_id": users[1], "amount": "10.00", "currency": "USD", "title": "A chair",
        });
        let order = format!("/v1/orders/{}", id_of(self.post_as(&ana, "/v1/orders", &order).data(201)));
        self.fund_as(&ana, &order, "10.00");
        let complaint = json!({ "reason": "NOT_DELIVERED" });
        let dispute = id_of(self.post_as(&ana, &format!("{order}/disputes"), &complaint).data(201));
        let dispute = format!("/v1/disputes/{dispute}");
        for side in [&ana, &ben] {
            self.post_as(side, &format!("{dispute}/comment"), &json!({ "message": "see" })).data(201);
        }
        self.rule(&dispute, &json!({ "decision": "FULL_REFUND" }));
        let thanks =
            json!({ "from_user_id": users[0], "to_user_id": users[1], "amount": "4.00", "currency": "USD" });
        self.post_as(&ana, "/v1/transfers", &thanks).data(201);
        let sent =
            self.post_as(&ana, "/api/wallet/send", &json!({ "username": "ben", "amount_cents": 1600 }));
        assert_eq!(sent.status, 200, "{}", sent.text);
        let taken_back = self.withdrawal_as(&ben, &users[1], "10.00");
        self.until(&ben, Method::DELETE, &taken_back, None, "").data(200);
        let sent = self.withdrawal_as(&ben, &users[1], "50.00");
        self.post_as(&ben, &format!("{sent}/commit"), &json!({ "confirm": true })).data(200);
        self.both_say(&format!("{sent}/complete"));
    }

    /// Who has a device's session, and as whom it trades.
    fn accounts(&self) -> [(Caller, String); 2] {
        self.traders.each_ref().map(|trader| (trader.caller.clone(), trader.user.clone()))
    }

    /// A top-up that an account gives up.
    fn give_up_as(&mut self, account: &Caller, user: &str) {
        let given_up = self.top_up_as(account, user, "20.00");
        self.post_as(account, &format!("{given_up}/cancel"), &json!({})).data(200);
    }

    /// A listing that two accounts talk over, agree on, pay and deliver.
    fn agree_as(&mut self, [buyer, seller]: [&Caller; 2], users: &[String; 2]) {
        let listing = json!({
            "seller_id": users[1], "title": "Green bicycle", "description": "As it is.", "category": "Bicycles",
            "price": "40.00", "currency": "USD",
        });
        let listing = id_of(self.post_as(seller, "/v1/listings", &listing).data(201));
        let path = format!("/v1/listings/{listing}");
        let cheaper = json!({ "price": "35.00", "currency": "USD" }).to_string();
        self.until(seller, Method::PATCH, &path, Some(&new_key()), &cheaper).data(200);
        self.post_as(seller, &format!("{path}/publish"), &json!({})).data(200);
        let offer =
            json!({ "listing_id": listing, "buyer_id": users[0], "amount": "25.00", "currency": "USD" });
        let [taken_back, agreed] = [(); 2]
            .map(|()| format!("/v1/offers/{}", id_of(self.post_as(buyer, "/v1/offers", &offer).data(201))));
        self.post_as(buyer, &format!("{taken_back}/withdraw"), &json!({ "round": 1 })).data(200);
        let counter = json!({
            "round": 1, "amount": "30.00", "currency": "USD",
            "milestones": [{ "milestone_ref": "all", "title": "All of it", "amount": "30.00" }],
        });
        self.post_as(seller, &format!("{agreed}/counter"), &counter).data(200);
        let accepted = self.post_as(buyer, &format!("{agreed}/accept"), &json!({ "round": 2 }));
        let order = format!("/v1/orders/{}", accepted.data(200)["order_id"].as_str().unwrap());
        self.fund_as(buyer, &order, "30.00");
        self.post_as(seller, &format!("{order}/milestones/all/complete"), &json!({ "note": "done" }))
            .data(200);
        self.post_as(buyer, &format!("{order}/release"), &json!({})).data(200);
    }

    fn rule(&mut self, dispute: &str, ruling: &Value) {
        self.post(&format!("{dispute}/assign"), &json!({ "assigned_to": "Ada" })).data(200);
        self.post(&format!("{dispute}/resolve"), ruling).data(200);
    }

    fn top_up(&mut self, user: &str, amount: &str) -> String {
        let caller = self.caller.clone();
        self.top_up_as(&caller, user, amount)
    }

    fn top_up_as(&mut self, caller: &Caller, user: &str, amount: &str) -> String {
        let new = json!({
            "user_id": user, "amount": amount, "currency": "USD", "return_url": "https://shop.example.org",
        });
        format!("/v1/topups/{}", id_of(self.post_as(caller, "/v1/topups", &new).data(201)))
    }

    fn order(&mut self, buyer: &str, seller: &str, amount: &str) -> String {
        let new = json!({
            "buyer_id": buyer, "seller_id": seller, "amount": amount, "currency": "USD", "title": "A desk",
            "milestones": [{ "milestone_ref": "all", "title": "All of it", "amount": amount }],
        });
        format!("/v1/orders/{}", id_of(self.post("/v1/orders", &new).data(201)))
    }

    fn funded_order(&mut self, buyer: &str, seller: &str, amount: &str) -> String {
        let order = self.order(buyer, seller, amount);
        self.fund(&order, amount);
        order
    }

    fn fund(&mut self, order: &str, amount: &str) {
        let caller = self.caller.clone();
        self.fund_as(&caller, order, amount);
    }

    fn fund_as(&mut self, caller: &Caller, order: &str, amount: &str) {
        self.post_as(caller, &format!("{order}/reserve"), &json!({ "amount": amount })).data(200);
        self.post_as(caller, &format!("{order}/escrow"), &json!({})).data(201);
        self.post_as(caller, &format!("{order}/escrow/fund"), &json!({})).data(200);
    }

    fn withdrawal(&mut self, user: &str, amount: &str) -> String {
        let caller = self.caller.clone();
        self.withdrawal_as(&caller, user, amount)
    }

    fn withdrawal_as(&mut self, caller: &Caller, user: &str, amount: &str) -> String {
        let destination = json!({ "type": "bank", "ref": "DE89370400440532013000" });
        let new = json!({ "user_id": user, "amount": amount, "currency": "USD", "destination": destination });
        format!("/v1/withdrawals/{}", id_of(self.post_as(caller, "/v1/withdrawals", &new).data(201)))
    }

    fn post(&mut self, path: &str, body: &Value) -> Answer {
        let caller = self.caller.clone();
        self.post_as(&caller, path, body)
    }

    fn post_as(&mut self, caller: &Caller, path: &str, body: &Value) -> Answer {
        self.until(caller, Method::POST, path, Some(&new_key()), &body.to_string())
    }

    /// That money moved, by two people's word.
    fn both_say(&mut self, path: &str) {
        self.post(path, &json!({})).data(202);
        let second = self.second.clone();
        self.until(&second, Method::POST, path, Some(&new_key()), "").data(200);
    }

    fn until_answered(&mut self, method: Method, path: &str, key: Option<&str>, body: &str) -> Answer {
        let caller = self.caller.clone();
        self.until(&caller, method, path, key, body)
    }

    /// Asks by the same key until there is an answer. Whoever keeps the relay running starts it again.
    fn until(
        &mut self,
        caller: &Caller,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> Answer {
        loop {
            if let Ok(answer) = caller.try_to_ask(method.clone(), path, key, body) {
                return answer;
            }
            self.deaths += 1;
            self.shop.relay.restart();
        }
    }
}
