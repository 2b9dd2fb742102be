//! Every route that changes something, and the one entry that it leaves in the audit log.

use std::collections::BTreeSet;

use e2e::receiver::Receiver;
use e2e::shop::{Answer, Caller, id_of};
use serde_json::{Value, json};

use crate::roles::ROUTES;
use crate::strangers::things::Street;
use crate::strangers::{ROWS, Row, ask, row};
use crate::webhooks::{endpoint, settled, user};

/// What each route that changes something is called in the audit log: one entry each, and no more. All of them can be asked with
/// success, so that none is left out.
const ACTIONS: &[(&str, &str)] = &[
    ("POST /v1/auth/api-keys", "API_KEY_CREATE"),
    ("DELETE /v1/auth/api-keys/{id}", "API_KEY_REVOKE"),
    ("POST /v1/auth/api-keys/{id}/token", "API_TOKEN_CREATE"),
    ("POST /v1/users", "USER_CREATE"),
    ("POST /v1/users/{id}/suspend", "USER_SUSPEND"),
    ("POST /v1/users/{id}/activate", "USER_ACTIVATE"),
    ("POST /v1/topups", "TOPUP_CREATE"),
    ("POST /v1/topups/{id}/cancel", "TOPUP_CANCEL"),
    ("POST /v1/topups/{id}/confirm", "TOPUP_CONFIRM"),
    ("POST /v1/topups/{id}/fail", "TOPUP_FAIL"),
    ("POST /v1/orders", "ORDER_CREATE"),
    ("POST /v1/orders/{id}/reserve", "ORDER_RESERVE"),
    ("POST /v1/orders/{id}/cancel", "ORDER_CANCEL"),
    ("POST /v1/orders/{id}/escrow", "ESCROW_CREATE"),
    ("POST /v1/orders/{id}/escrow/fund", "ESCROW_FUND"),
    ("POST /v1/orders/{id}/milestones/{ref}/complete", "MILESTONE_COMPLETE"),
    ("POST /v1/orders/{id}/release", "RELEASE"),
    ("POST /v1/orders/{id}/refund", "REFUND"),
    ("POST /v1/orders/{id}/disputes", "DISPUTE_OPEN"),
    ("POST /v1/disputes/{id}/comment", "DISPUTE_COMMENT"),
    ("POST /v1/disputes/{id}/assign", "DISPUTE_ASSIGN"),
    ("POST /v1/disputes/{id}/resolve", "DISPUTE_RESOLVE"),
    ("POST /v1/withdrawals", "WITHDRAWAL_CREATE"),
    ("DELETE /v1/withdrawals/{id}", "WITHDRAWAL_CANCEL"),
    ("POST /v1/withdrawals/{id}/commit", "WITHDRAWAL_COMMIT"),
    ("POST /v1/withdrawals/{id}/complete", "WITHDRAWAL_COMPLETE"),
    ("POST /v1/withdrawals/{id}/fail", "WITHDRAWAL_FAIL"),
    ("POST /v1/listings", "LISTING_CREATE"),
    ("PATCH /v1/listings/{id}", "LISTING_EDIT"),
    ("DELETE /v1/listings/{id}", "LISTING_REMOVE"),
    ("POST /v1/listings/{id}/publish", "LISTING_PUBLISH"),
    ("POST /v1/listings/{id}/pause", "LISTING_PAUSE"),
    ("POST /v1/listings/{id}/resume", "LISTING_RESUME"),
    ("POST /v1/offers", "OFFER_MAKE"),
    ("POST /v1/offers/{id}/counter", "OFFER_COUNTER"),
    // An agreement makes an order and sells a listing: all of it is what was accepted.
    ("POST /v1/offers/{id}/accept", "OFFER_ACCEPT"),
    ("POST /v1/offers/{id}/decline", "OFFER_DECLINE"),
    ("POST /v1/offers/{id}/withdraw", "OFFER_WITHDRAW"),
    ("POST /v1/transfers", "TRANSFER_SEND"),
    ("POST /api/wallet/send", "TRANSFER_SEND"),
    ("POST /v1/webhook-endpoints", "WEBHOOK_ENDPOINT_CREATE"),
    ("PATCH /v1/webhook-endpoints/{id}", "WEBHOOK_ENDPOINT_UPDATE"),
    ("DELETE /v1/webhook-endpoints/{id}", "WEBHOOK_ENDPOINT_DELETE"),
    ("POST /v1/webhook-endpoints/{id}/rotate-secret", "WEBHOOK_SECRET_ROTATE"),
    ("POST /v1/webhook-deliveries/{id}/retry", "WEBHOOK_DELIVERY_RETRY"),
    ("POST /v1/admin/reconcile", "LEDGER_PROVE"),
    ("POST /v1/admin/maintenance/enable", "MAINTENANCE_ENABLE"),
    ("POST /v1/admin/maintenance/disable", "MAINTENANCE_DISABLE"),
];

/// How those are asked that name nothing of anybody's. They come last: while maintenance is on, nothing else is changed.
const OTHERS: &[Row] = &[
    row("POST /v1/auth/api-keys", "", r#"{"name":"till","scopes":["read"]}"#, "", "key"),
    row("POST /v1/users", "", r#"{"external_user_id":"new","type":"both"}"#, "", "key"),
    row("POST /api/wallet/send", "", r#"{"username":"{seller}","amount_cents":100}"#, "", "buyer"),
    row(
        "POST /v1/webhook-endpoints",
        "",
        r#"{"url":"https://shop.example.org/hooks","types":["listing.sold"]}"#,
        "",
        "key",
    ),
    row("POST /v1/admin/reconcile", "", "", "", "key"),
    row("POST /v1/admin/maintenance/enable", "", r#"{"message":"We count."}"#, "", "key"),
    row("POST /v1/admin/maintenance/disable", "", "", "", "key"),
];

#[tokio::test]
async fn every_route_that_changes_something_leaves_one_entry_in_its_spaces_audit_log_and_none_in_anothers() {
    let mut street = Street::build().await;
    have_a_delivery_taken(&mut street);
    have_the_books_proved(&street.key);
    let changing = ROUTES.iter().filter(|(method, ..)| *method != "GET");
    let changing: BTreeSet<String> = changing.map(|(method, path, _)| format!("{method} {path}")).collect();
    let mut noted = BTreeSet::new();
    for row in ROWS.iter().chain(OTHERS) {
        let before = [&street.key, &street.elsewhere].map(newest);
        let answer = ask(&street, row, row.may);
        assert!((200..300).contains(&answer.status), "{}: {}", row.route, answer.text);
        let [ours, theirs] = [&street.key, &street.elsewhere].map(newest);
        assert_eq!(theirs, before[1], "{}", row.route);
        match ACTIONS.iter().find(|(route, _)| *route == row.route) {
            Some((route, action)) => {
                assert_eq!(number(&ours), number(&before[0]) + 1, "{route}: {ours}");
                check(&ours, action, &answer);
                noted.insert((*route).to_owned());
            }
            None => assert_eq!(ours, before[0], "{} only looks", row.route),
        }
    }
    assert_eq!(noted, changing);
    let [ours, theirs] = [&street.key, &street.elsewhere].map(newest);
    street.elsewhere.user("another");
    assert_eq!((newest(&street.key), number(&newest(&street.elsewhere))), (ours, number(&theirs) + 1));
    for space in ["default", "other"] {
        let whole = street.shop.operate(&["audit", "verify", "--space", space]).unwrap();
        assert!(whole.starts_with("whole"), "{whole}");
    }
}

/// What an entry says of a change that was answered so.
#[track_caller]
fn check(entry: &Value, action: &str, answer: &Answer) {
    let said = &entry["entry"];
    assert_eq!((&said["action"], &said["result"]), (&json!(action), &json!("SUCCESS")), "{entry}");
    assert_eq!(said["correlation_id"].as_str(), answer.header("x-request-id"), "{entry}");
}

/// The last entry of the audit log of a caller's space.
fn newest(caller: &Caller) -> Value {
    caller.get("/v1/audit/logs?limit=1").data(200)[0].clone()
}

fn number(entry: &Value) -> u64 {
    entry["number"].as_u64().unwrap()
}

/// One that was taken can be sent again whenever that is asked for: nothing sends it by itself meanwhile.
fn have_a_delivery_taken(street: &mut Street) {
    let receiver = Receiver::willing();
    let made = endpoint(&street.key, &receiver.url(), &["user.created"]);
    user(&street.key, "told");
    receiver.next();
    let delivery = settled(&street.key, &made, 1).remove(0);
    assert_eq!(delivery["status"], "DELIVERED");
    street.things.insert("delivery", id_of(&delivery));
}

/// What is being proved is not proved once more because somebody asks.
fn have_the_books_proved(caller: &Caller) {
    let asked = caller.post("/v1/admin/reconcile", &json!({})).data(202).clone();
    e2e::once_there(|| {
        let job = caller.get(&format!("/v1/admin/jobs/{}", id_of(&asked))).data(200).clone();
        (job["state"] == "waiting" && job["at"].as_str() > asked["at"].as_str()).then_some(())
    });
}
