//! Disputes.

use e2e::raw::Member;
use e2e::shop::{Caller, Shop, id_of};
use rusqlite::Connection;
use serde_json::{Value, json};
use ureq::http::Method;

#[test]
fn a_dispute_is_heard_and_split() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let order = caller.funded_order(&buyer, &seller, "80.00");
    let complaint = json!({
        "opened_by": "BUYER", "reason": "QUALITY_ISSUE", "message": "It wobbles.",
        "evidence": ["https://shop.example.org/wobble.jpg"],
    });
    let opened = caller.post(&format!("{order}/disputes"), &complaint);
    assert_eq!(opened.data(201)["status"], "OPEN");
    assert_eq!(caller.get(&order).data(200)["status"], "DISPUTED");
    let dispute = format!("/v1/disputes/{}", id_of(opened.data(201)));
    let again = caller.post(&format!("{order}/disputes"), &complaint);
    assert_eq!(again.data(200), opened.data(201), "opened again");
    let other = json!({ "opened_by": "SELLER", "reason": "OTHER" });
    caller.post(&format!("{order}/disputes"), &other).assert_refused(409, "DISPUTE_ALREADY_OPEN");
    caller.post(&format!("{order}/release"), &json!({})).assert_refused(409, "INVALID_STATE");
    let split = json!({
        "decision": "SPLIT", "amount_to_seller": "48.00", "amount_to_buyer": "32.00", "note": "It stands.",
    });
    caller.post(&format!("{dispute}/resolve"), &split).assert_refused(409, "INVALID_STATE");
    let assigned = caller.post(&format!("{dispute}/assign"), &json!({ "assigned_to": "Ada" }));
    assert_eq!(assigned.data(200)["status"], "UNDER_REVIEW");
    for (decision, to_seller, to_buyer, code) in [
        ("SPLIT", Some("48.00"), Some("31.99"), "VALIDATION_ERROR"),
        ("SPLIT", Some("80.00"), Some("0.00"), "INVALID_AMOUNT"),
        ("SPLIT", Some("48.00"), None, "MISSING_REQUIRED_FIELD"),
        ("SPLIT", Some("4.8e1"), Some("32.00"), "INVALID_AMOUNT_FORMAT"),
        ("FULL_RELEASE", Some("80.00"), None, "VALIDATION_ERROR"),
        ("HALF", None, None, "VALIDATION_ERROR"),
    ] {
        let body =
            json!({ "decision": decision, "amount_to_seller": to_seller, "amount_to_buyer": to_buyer });
        caller.post(&format!("{dispute}/resolve"), &body).assert_refused(400, code);
    }
    let resolved = caller.post(&format!("{dispute}/resolve"), &split);
    assert_eq!(resolved.data(200)["decision"], "SPLIT");
    assert_eq!(caller.post(&format!("{dispute}/resolve"), &split).data(200), resolved.data(200));
    let settled = caller.get(&order);
    assert_eq!(settled.data(200)["status"], "CLOSED");
    assert_eq!(settled.data(200)["settlement"], "SPLIT");
    assert_eq!(caller.purse(&buyer), ["52.00", "0.00"]);
    assert_eq!(caller.purse(&seller), ["48.00", "0.00"]);
    let late = caller.post(&format!("{dispute}/resolve"), &json!({ "decision": "FULL_REFUND" }));
    late.assert_refused(409, "INVALID_STATE");
}

#[test]
fn an_arbiter_gives_all_of_it_to_either_side() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    for (decision, settlement) in [("FULL_RELEASE", "RELEASED"), ("FULL_REFUND", "REFUNDED")] {
        let order = caller.funded_order(&buyer, &seller, "10.00");
        let dispute = open(&caller, &order, &json!({ "opened_by": "SELLER", "reason": "OTHER" }));
        caller.post(&format!("{dispute}/assign"), &json!({ "assigned_to": "Ada" })).data(200);
        caller.post(&format!("{dispute}/resolve"), &json!({ "decision": decision })).data(200);
        assert_eq!(caller.get(&order).data(200)["settlement"], settlement);
    }
    assert_eq!(caller.purse(&buyer), ["90.00", "0.00"]);
    assert_eq!(caller.purse(&seller), ["10.00", "0.00"]);
}

#[tokio::test]
async fn both_sides_and_the_arbiter_speak_and_nobody_else_hears_it() {
    let shop = Shop::open();
    let support = shop.key("read,write,support");
    let mut accounts = Vec::new();
    let mut users = Vec::new();
    for _ in 0..3 {
        let member = Member::join_at(shop.relay.address()).await;
        let account = shop.account(member.person.device(), &member.session_token);
        let user = account.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
        let body = json!({
            "user_id": user, "amount": "50.00", "currency": "USD", "return_url": "https://shop.example.org",
        });
        let made = id_of(account.post("/v1/topups", &body).data(201));
        support.post(&format!("/v1/topups/{made}/confirm"), &json!({})).data(200);
        accounts.push(account);
        users.push(user);
    }
    let [ana, ben, cleo] = &accounts[..] else { panic!("three accounts") };
    let order = ana.funded_order(&users[0], &users[1], "50.00");
    let as_ben = json!({ "opened_by": "SELLER", "reason": "NOT_DELIVERED" });
    ana.post(&format!("{order}/disputes"), &as_ben).assert_refused(400, "VALIDATION_ERROR");
    cleo.post(&format!("{order}/disputes"), &as_ben).assert_refused(404, "ORDER_NOT_FOUND");
    let dispute = open(ana, &order, &json!({ "reason": "NOT_DELIVERED" }));
    let comment = format!("{dispute}/comment");
    for (caller, message) in [(ana, "It never came."), (ben, "It did."), (&support, "Let me see.")] {
        caller.post(&comment, &json!({ "message": message })).data(201);
    }
    cleo.post(&comment, &json!({ "message": "Me too." })).assert_refused(404, "DISPUTE_NOT_FOUND");
    cleo.get(&dispute).assert_refused(404, "DISPUTE_NOT_FOUND");
    cleo.get(&format!("{dispute}/comments")).assert_refused(404, "DISPUTE_NOT_FOUND");
    assert_eq!(cleo.get("/v1/disputes").data(200), &json!([]));
    ana.post(&format!("{dispute}/assign"), &json!({ "assigned_to": "me" }))
        .assert_refused(403, "INSUFFICIENT_SCOPE");
    let heard = ben.get(&format!("{dispute}/comments"));
    let mut authors: Vec<_> = heard
        .data(200)
        .as_array()
        .unwrap()
        .iter()
        .map(|comment| comment["author"].as_str().unwrap().to_owned())
        .collect();
    authors.sort_unstable();
    assert_eq!(authors, ["buyer", "seller", "support"]);
    assert_eq!(ben.get("/v1/disputes?status=OPEN").data(200).as_array().unwrap().len(), 1);
    assert_eq!(ben.get("/v1/disputes?status=RESOLVED").data(200), &json!([]));
    support.post(&format!("{dispute}/assign"), &json!({ "assigned_to": "Ada" })).data(200);
    support.post(&format!("{dispute}/resolve"), &json!({ "decision": "FULL_REFUND" })).data(200);
    let late = ana.post(&comment, &json!({ "message": "Thanks." }));
    late.assert_refused(409, "INVALID_STATE");
    let id = dispute.rsplit('/').next().unwrap();
    let expected = json!({ "dispute_id": id, "current_state": "RESOLVED", "allowed_states": [] });
    assert_eq!(late.body["error"]["details"], expected);
    for (step, body) in
        [("assign", json!({ "assigned_to": "Eve" })), ("resolve", json!({ "decision": "FULL_RELEASE" }))]
    {
        let late = support.post(&format!("{dispute}/{step}"), &body);
        late.assert_refused(409, "INVALID_STATE");
        assert_eq!(late.body["error"]["details"], expected, "{step}: how the dispute stands, not its order");
    }
}

#[test]
fn what_was_answered_in_a_dispute_is_kept_without_end_where_a_key_was_given() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let order = caller.funded_order(&caller.rich_user("buyer", "10.00"), &caller.user("seller"), "10.00");
    let dispute = open(&caller, &order, &json!({ "opened_by": "SELLER", "reason": "OTHER" }));
    caller.post(&format!("{dispute}/comment"), &json!({ "message": "Let me see." })).data(201);
    caller.post(&format!("{dispute}/assign"), &json!({ "assigned_to": "Ada" })).data(200);
    let (path, body) = (format!("{dispute}/comment"), r#"{"message":"I see."}"#);
    caller.ask(Method::POST, &path, None, body).data(201);
    caller.post(&format!("{dispute}/resolve"), &json!({ "decision": "FULL_REFUND" })).data(200);
    let store = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    let kept = "SELECT count(*) FROM answers WHERE expires_at IS NULL";
    assert_eq!(store.query_row(kept, [], |row| row.get::<_, u32>(0)).unwrap(), 4);
}

#[track_caller]
fn open(caller: &Caller, order: &str, complaint: &Value) -> String {
    format!("/v1/disputes/{}", id_of(caller.post(&format!("{order}/disputes"), complaint).data(201)))
}
