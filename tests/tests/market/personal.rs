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
    assert!(
        log.contains("serving") && export.contains("DISPUTE_RESOLVE") && shown.contains("DISPUTE_RESOLVE")
    );
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
    let refused = refused(caller, &buyer, &withdrawal);
    [vec![again], refused].concat().iter().map(|answer| answer.text.as_str()).collect::<Vec<_>>().join("\n")
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
    for answer in &refused {
        assert!((400..500).contains(&answer.status), "{}", answer.text);
    }
    refused
}
