//! What people put in is told to nobody but those whose it is.

use e2e::TestRelay;
use e2e::shop::{Answer, Caller, Shop, id_of, new_key};
use serde_json::{Value, json};
use ureq::http::Method;

/// Begins everything that is personal here.
const MARK: &str = "zq7personal";

#[test]
fn nothing_that_was_put_in_is_in_logs_in_the_audit_log_or_in_refusals() {
    let shop = Shop { relay: TestRelay::start_with(&[("PALAVER_RELAY_LOG", "debug")]) };
    let caller = shop.key("read,write,support");
    let refusals = put_in(&caller);
    let export = shop.operate(&["audit", "export"]).unwrap();
    let shown = caller.get("/v1/audit/logs?limit=100").text;
    let log = shop.relay.log();
    assert!(log.contains("serving"));
    for action in ["DISPUTE_RESOLVE", "LISTING_EDIT", "OFFER_ACCEPT", "TRANSFER_SEND"] {
        assert!(export.contains(action) && shown.contains(action), "{action}");
    }
    let texts = [("the log", log), ("the export", export), ("the audit log", shown), ("a refusal", refusals)];
    let secret = caller.credential().rsplit('_').next().unwrap();
    for (place, text) in texts {
        for personal in [MARK, secret, "DE89370400440532013000"] {
            let found =
                text.find(personal).map(|at| &text[at.saturating_sub(120)..(at + 40).min(text.len())]);
            assert_eq!(found, None, "{place}");
        }
    }
}

/// Puts something personal into every field that takes it; what was refused, in one text.
fn put_in(caller: &Caller) -> String {
    let mark = |what: &str| format!("{MARK} {what}");
    let word = |what: &str| format!("{MARK}{what}");
    let user = |name: &str| {
        let body = json!({
            "external_user_id": word(name), "type": "both", "email": format!("ana.{MARK}@example.org"),
            "metadata": { "note": mark("note") },
        });
        id_of(caller.post("/v1/users", &body).data(201))
    };
    let [buyer, seller] = ["a", "b"].map(user);
    let top_up = json!({
        "user_id": buyer, "amount": "100.00", "currency": "USD", "metadata": { "phone": mark("phone") },
        "return_url": format!("https://shop.example.org/{MARK}"),
        "cancel_url": format!("https://shop.example.org/{MARK}/basket"),
    });
    let made = id_of(caller.post("/v1/topups", &top_up).data(201));
    caller.post(&format!("/v1/topups/{made}/confirm"), &json!({})).data(200);
    let order = json!({
        "buyer_id": buyer, "seller_id": seller, "amount": "80.00", "currency": "USD", "title": mark("title"),
        "description": mark("description"), "client_order_ref": word("ref"), "metadata": { "x": mark("x") },
        "milestones": [{ "milestone_ref": word("m"), "title": mark("part"), "amount": "80.00" }],
    });
    let made = format!("/v1/orders/{}", id_of(caller.post("/v1/orders", &order).data(201)));
    let again = caller.post("/v1/orders", &order);
    caller.fund(&made, "80.00");
    caller.post(&format!("{made}/milestones/{MARK}m/complete"), &json!({ "note": mark("done") })).data(200);
    let complaint = json!({
        "opened_by": "BUYER", "reason": "OTHER", "message": mark("why"), "evidence": [mark("proof")],
    });
    let opened = caller.post(&format!("{made}/disputes"), &complaint);
    let dispute = format!("/v1/disputes/{}", id_of(opened.data(201)));
    caller.post(&format!("{dispute}/comment"), &json!({ "message": mark("says") })).data(201);
    caller.post(&format!("{dispute}/assign"), &json!({ "assigned_to": mark("arbiter") })).data(200);
    let ruling = json!({
        "decision": "SPLIT", "amount_to_seller": "48.00", "amount_to_buyer": "32.00", "note": mark("ruling"),
    });
    caller.post(&format!("{dispute}/resolve"), &ruling).data(200);
    let called_off = caller.order(&buyer, &seller, "5.00");
    caller.post(&format!("{called_off}/cancel"), &json!({ "reason": mark("off") })).data(200);
    let given_back = caller.funded_order(&buyer, &seller, "5.00");
    caller.post(&format!("{given_back}/refund"), &json!({ "reason": mark("refund") })).data(200);
    let withdrawal = json!({
        "user_id": seller, "amount": "48.00", "currency": "USD", "metadata": { "iban": mark("iban") },
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    let made = id_of(caller.post("/v1/withdrawals", &withdrawal).data(201));
    caller.post(&format!("/v1/withdrawals/{made}/fail"), &json!({ "reason": mark("failed") })).data(200);
    let mut called_off = withdrawal.clone();
    called_off["amount"] = json!("20.00");
    let made = id_of(caller.post("/v1/withdrawals", &called_off).data(201));
    let why = json!({ "reason": mark("called off") });
    caller.delete_with(&format!("/v1/withdrawals/{made}"), &why).data(200);
    let made = id_of(caller.post("/v1/topups", &top_up).data(201));
    caller.post(&format!("/v1/topups/{made}/cancel"), &why).data(200);
    put_up(caller, &buyer, &seller);
    let refused = refused(caller, &buyer, &withdrawal);
    [vec![again], refused].concat().iter().map(|answer| answer.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// Offers something, talks over it and sends money for it; a key and an endpoint, which have names too.
fn put_up(caller: &Caller, buyer: &str, seller: &str) {
    let mark = |what: &str| format!("{MARK} {what}");
    let listing = json!({
        "seller_id": seller, "title": mark("listing"), "description": mark("story"), "category": mark("category"),
        "price": "9.00", "currency": "USD", "metadata": { "x": mark("shelf") },
    });
    let listing = id_of(caller.post("/v1/listings", &listing).data(201));
    let path = format!("/v1/listings/{listing}");
    caller.patch(&path, &json!({ "category": mark("other category") })).data(200);
    caller.post(&format!("{path}/publish"), &json!({})).data(200);
    caller.get(&format!("/v1/listings?q={MARK}")).data(200);
    let parts = json!([{ "milestone_ref": format!("{MARK}p"), "title": mark("piece"), "amount": "8.00" }]);
    let offer = json!({
        "listing_id": listing, "buyer_id": buyer, "amount": "8.00", "currency": "USD", "milestones": parts,
        "metadata": { "x": mark("why so little") },
    });
    let offer = id_of(caller.post("/v1/offers", &offer).data(201));
    caller.post(&format!("/v1/offers/{offer}/accept"), &json!({ "round": 1, "by": "SELLER" })).data(200);
    caller.top_up(buyer, "10.00");
    let transfer = json!({
        "from_user_id": buyer, "to_user_id": seller, "amount": "1.00", "currency": "USD", "note": mark("thanks"),
        "metadata": { "x": mark("tip") },
    });
    caller.post("/v1/transfers", &transfer).data(201);
    let key = json!({ "name": mark("till"), "scopes": ["read"] });
    let key = id_of(caller.post("/v1/auth/api-keys", &key).data(201));
    caller.delete(&format!("/v1/auth/api-keys/{key}")).data(200);
    let endpoint = json!({
        "url": format!("https://shop.example.org/{MARK}"), "types": ["topup.*"], "description": mark("hook"),
    });
    let endpoint = id_of(caller.post("/v1/webhook-endpoints", &endpoint).data(201));
    let patch =
        json!({ "url": format!("https://shop.example.org/{MARK}/two"), "description": mark("other hook") });
    caller.patch(&format!("/v1/webhook-endpoints/{endpoint}"), &patch).data(200);
}

/// Requests that are wrong in one way each, with something personal beside it.
fn refused(caller: &Caller, user: &str, withdrawal: &Value) -> Vec<Answer> {
    let mut too_much = withdrawal.clone();
    too_much["amount"] = json!("4000.00");
    let mut elsewhere = withdrawal.clone();
    elsewhere["destination"]["type"] = json!("cash");
    let twice = json!({ "external_user_id": format!("{MARK}a"), "type": "both" });
    let by_key = |key: &str, body: &Value| caller.post_by(key, "/v1/users", &body.to_string());
    let key = new_key();
    by_key(&key, &json!({ "external_user_id": format!("{MARK}c"), "type": "both" })).data(201);
    let refused = vec![
        caller.post("/v1/withdrawals", &too_much),
        caller.post("/v1/withdrawals", &elsewhere),
        caller.post("/v1/users", &twice),
        by_key(&key, &json!({ "external_user_id": format!("{MARK}d"), "type": "both" })),
        caller.post("/v1/users", &json!({ "external_user_id": format!("{MARK}\n"), "type": "both" })),
        caller.post(
            "/v1/topups",
            &json!({ "user_id": user, "amount": MARK, "currency": "USD", "return_url": "https://a.example" }),
        ),
        caller.ask(Method::POST, "/v1/users", Some(&new_key()), &format!("{{\"{MARK}")),
        caller.get(&format!("/v1/orders/{MARK}")),
        caller.get(&format!("/v1/orders?status={MARK}")),
    ];
    let refused = [refused, unreadable(caller, withdrawal)].concat();
    for answer in &refused {
        assert!((400..500).contains(&answer.status), "{}", answer.text);
        for of_the_relay in ["struct", "variant", "invalid type", "u32"] {
            assert!(!answer.text.contains(of_the_relay), "{}", answer.text);
        }
    }
    refused
}

/// Requests in which something personal stands where something else is expected.
fn unreadable(caller: &Caller, withdrawal: &Value) -> Vec<Answer> {
    let beside = format!("{MARK} beside");
    let mut in_its_place = withdrawal.clone();
    in_its_place["destination"] = withdrawal["destination"]["ref"].clone();
    let mut within = withdrawal.clone();
    within["destination"]["ref"] = json!([MARK]);
    let mut beside_it = withdrawal.clone();
    beside_it["destination"][&beside] = json!(MARK);
    let user = |field: &str, value: Value| {
        let mut user = json!({ "external_user_id": "one", "type": "both" });
        user[field] = value;
        caller.post("/v1/users", &user)
    };
    let withdrawals = [in_its_place, within, beside_it].map(|body| caller.post("/v1/withdrawals", &body));
    let users = [
        user("type", json!(MARK)),
        user("type", json!({ MARK: MARK })),
        user("metadata", json!(MARK)),
        user("external_user_id", json!({ MARK: MARK })),
        user(&beside, json!(MARK)),
        user(&"a".repeat(20_000), json!(MARK)),
    ];
    let key = json!({ "name": MARK, "scopes": [MARK] });
    let queries =
        ["users?type", "users?limit", "users?a%20", "listings?limit", "events?since", "audit/logs?cursor"];
    let others = [caller.post("/v1/auth/api-keys", &key)];
    let asked = queries.map(|query| caller.get(&format!("/v1/{query}={MARK}")));
    withdrawals.into_iter().chain(users).chain(others).chain(asked).collect()
}
