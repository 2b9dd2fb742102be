//! The example that the market was planned by, in one piece: from a listing to a withdrawal, and what is where after each step.

use e2e::shop::{Caller, Shop, id_of};
use serde_json::{Value, json};

#[test]
fn from_a_listing_to_a_withdrawal_all_accounts_come_to_nothing_after_each_step() {
    let example = Example::open();
    let caller = &example.caller;
    let order = example.agree();
    example.fund(&order);
    let released = caller.post(&format!("{order}/release"), &json!({}));
    assert_eq!(released.data(200)["settlement"], "RELEASED");
    example.check("released", ["20.00", "0.00"], ["80.00", "0.00"], ["0.00", "-100.00"]);
    let withdrawal = json!({
        "user_id": example.seller, "amount": "80.00", "currency": "USD",
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    let made = caller.post("/v1/withdrawals", &withdrawal);
    assert_eq!(made.data(201)["status"], "WITHDRAWAL_CREATED");
    example.check("asked for", ["20.00", "0.00"], ["0.00", "80.00"], ["0.00", "-100.00"]);
    let withdrawal = format!("/v1/withdrawals/{}", id_of(made.data(201)));
    let committed = caller.post(&format!("{withdrawal}/commit"), &json!({ "confirm": true }));
    assert_eq!(committed.data(200)["status"], "WITHDRAWAL_COMMITTED");
    example.check("committed", ["20.00", "0.00"], ["0.00", "80.00"], ["0.00", "-100.00"]);
    let completed = caller.post(&format!("{withdrawal}/complete"), &json!({}));
    assert_eq!(completed.data(200)["status"], "WITHDRAWAL_COMPLETED");
    example.check("paid out", ["20.00", "0.00"], ["0.00", "0.00"], ["0.00", "-20.00"]);
}

#[test]
fn a_dispute_that_is_split_leaves_each_side_its_part_and_all_accounts_come_to_nothing_after_each_step() {
    let example = Example::open();
    let caller = &example.caller;
    let order = example.agree();
    example.fund(&order);
    let complaint = json!({ "opened_by": "BUYER", "reason": "QUALITY_ISSUE", "message": "It wobbles." });
    let opened = caller.post(&format!("{order}/disputes"), &complaint);
    let dispute = format!("/v1/disputes/{}", id_of(opened.data(201)));
    example.check("opened", ["20.00", "0.00"], ["0.00", "0.00"], ["80.00", "-100.00"]);
    caller.post(&format!("{dispute}/assign"), &json!({ "assigned_to": "Ada" })).data(200);
    caller.post(&format!("{dispute}/comment"), &json!({ "message": "It does." })).data(201);
    example.check("heard", ["20.00", "0.00"], ["0.00", "0.00"], ["80.00", "-100.00"]);
    // 60 and 40 in the hundred.
    let split = json!({ "decision": "SPLIT", "amount_to_seller": "48.00", "amount_to_buyer": "32.00" });
    assert_eq!(caller.post(&format!("{dispute}/resolve"), &split).data(200)["status"], "RESOLVED");
    assert_eq!(caller.get(&order).data(200)["settlement"], "SPLIT");
    example.check("split", ["52.00", "0.00"], ["48.00", "0.00"], ["0.00", "-100.00"]);
}

#[test]
fn a_refund_leaves_the_buyer_all_of_it_and_all_accounts_come_to_nothing_after_each_step() {
    let example = Example::open();
    let order = example.agree();
    example.fund(&order);
    let refunded = example.caller.post(&format!("{order}/refund"), &json!({}));
    assert_eq!(refunded.data(200)["settlement"], "REFUNDED");
    example.check("refunded", ["100.00", "0.00"], ["0.00", "0.00"], ["0.00", "-100.00"]);
}

/// A space with one who buys and one who sells.
struct Example {
    shop: Shop,
    caller: Caller,
    buyer: String,
    seller: String,
}

impl Example {
    fn open() -> Self {
        let shop = Shop::open();
        let caller = shop.key("read,write,support");
        let [buyer, seller] = ["buyer", "seller"].map(|name| caller.user(name));
        Self { shop, caller, buyer, seller }
    }

    /// They agree on 80.00 for what was listed at 90.00; the order's path.
    fn agree(&self) -> String {
        let Self { caller, buyer, seller, .. } = self;
        let listing = json!({
            "seller_id": seller, "title": "Oak desk", "description": "It has four legs.", "category": "Desks",
            "price": "90.00", "currency": "USD",
        });
        let listing = id_of(caller.post("/v1/listings", &listing).data(201));
        let published = caller.post(&format!("/v1/listings/{listing}/publish"), &json!({}));
        assert_eq!(published.data(200)["status"], "ACTIVE");
        let offer = json!({ "listing_id": listing, "buyer_id": buyer, "amount": "60.00", "currency": "USD" });
        let offer = format!("/v1/offers/{}", id_of(caller.post("/v1/offers", &offer).data(201)));
        let counter = json!({ "round": 1, "by": "SELLER", "amount": "80.00", "currency": "USD" });
        caller.post(&format!("{offer}/counter"), &counter).data(200);
        let agreed = caller.post(&format!("{offer}/accept"), &json!({ "round": 2, "by": "BUYER" }));
        let order = format!("/v1/orders/{}", agreed.data(200)["order_id"].as_str().unwrap());
        assert_eq!(caller.get(&order).data(200)["amount"], "80.00");
        assert_eq!(caller.get(&format!("/v1/listings/{listing}")).data(200)["status"], "SOLD");
        assert_eq!([buyer, seller].map(|user| caller.purse(user)), [["0.00", "0.00"], ["0.00", "0.00"]]);
        order
    }

    /// The buyer's money comes, and goes into escrow.
    fn fund(&self, order: &str) {
        let Self { caller, buyer, .. } = self;
        caller.top_up(buyer, "100.00");
        self.check("topped up", ["100.00", "0.00"], ["0.00", "0.00"], ["0.00", "-100.00"]);
        caller.post(&format!("{order}/reserve"), &json!({ "amount": "80.00" })).data(200);
        self.check("reserved", ["20.00", "80.00"], ["0.00", "0.00"], ["0.00", "-100.00"]);
        caller.post(&format!("{order}/escrow"), &json!({})).data(201);
        self.check("escrow made", ["20.00", "80.00"], ["0.00", "0.00"], ["0.00", "-100.00"]);
        let funded = caller.post(&format!("{order}/escrow/fund"), &json!({ "amount": "80.00" }));
        assert_eq!(funded.data(200)["status"], "IN_PROGRESS");
        self.check("funded", ["20.00", "0.00"], ["0.00", "0.00"], ["80.00", "-100.00"]);
    }

    /// What both have, what is in escrow, and what the world lacks for it. Nothing comes from nowhere: all accounts come to nothing.
    #[track_caller]
    fn check(&self, step: &str, buyer: [&str; 2], seller: [&str; 2], [escrow, clearing]: [&str; 2]) {
        let purses = [&self.buyer, &self.seller].map(|user| self.caller.purse(user));
        assert_eq!(purses, [buyer, seller], "{step}");
        let proof = self.shop.operate(&["ledger", "verify", "--json"]).unwrap();
        let proof: Value = serde_json::from_str(&proof).unwrap();
        let sums = &proof["sums"][0];
        assert_eq!([&sums["escrow"], &sums["fees"], &sums["clearing"]], [escrow, "0.00", clearing], "{step}");
        let held = [0, 1].map(|part| cents(buyer[part]) + cents(seller[part]));
        let said = ["available", "reserved"].map(|part| cents(sums[part].as_str().unwrap()));
        assert_eq!(said, held, "{step}");
        let all = ["available", "reserved", "escrow", "fees", "clearing"];
        let total: i64 = all.iter().map(|part| cents(sums[part].as_str().unwrap())).sum();
        assert_eq!(total, 0, "{step}: {sums}");
    }
}

fn cents(amount: &str) -> i64 {
    amount.replace('.', "").parse().expect("an amount")
}
