//! The books, and whoever touches them.

use e2e::shop::{Caller, Shop, id_of};
use rusqlite::Connection;
use serde_json::{Value, json};

#[test]
fn books_of_a_busy_market_are_in_order_while_the_relay_runs_and_come_to_nothing_in_all() {
    let shop = busy();
    let said = shop.operate(&["ledger", "verify"]).unwrap();
    assert!(said.starts_with("in order: "), "{said}");
    let proof: Value = serde_json::from_str(&shop.operate(&["ledger", "verify", "--json"]).unwrap()).unwrap();
    assert_eq!([&proof["top_ups"], &proof["orders"], &proof["withdrawals"]], [3, 7, 3]);
    assert_eq!(proof["transfers_between_users"], 1);
    let sums = json!([{
        "currency": "USD",
        "available": "1168.00", "reserved": "52.00", "escrow": "140.00", "fees": "0.00", "clearing": "-1360.00",
    }]);
    assert_eq!(proof["sums"], sums);
    let elsewhere = shop.key_in("other", "read");
    elsewhere.get("/v1/topups").data(200);
    assert!(shop.operate(&["ledger", "verify", "--space", "other"]).unwrap().starts_with("in order: 0 "));
}

#[test]
fn whoever_changes_an_amount_removes_a_row_settles_twice_or_lets_a_balance_drift_is_found() {
    let mut shop = busy();
    shop.relay.stop();
    // A settled hold: the numbers and the key of its transfers.
    let paid = "(SELECT number FROM ledger_transfers WHERE reason = 'release' LIMIT 1)";
    for (tamper, found) in [
        ("UPDATE ledger_transfers SET minor = minor + 1 WHERE number = 1".to_owned(), "another balance"),
        (format!("UPDATE ledger_transfers SET minor = minor - 1 WHERE number = {paid}"), "escrow"),
        ("UPDATE ledger_transfers SET minor = -minor WHERE number = 1".to_owned(), "number 1 cannot be read"),
        (
            "UPDATE ledger_transfers SET credit = replace(credit, 'USD', 'EUR') WHERE number = 1".to_owned(),
            "number 1 cannot be read",
        ),
        ("DELETE FROM ledger_transfers WHERE number = 2".to_owned(), "number 2 is not where it belongs"),
        (
            "DELETE FROM ledger_transfers WHERE number = (SELECT max(number) FROM ledger_transfers)".to_owned(),
            "another balance",
        ),
        (
            format!(
                "INSERT INTO ledger_transfers
                 SELECT space_id, (SELECT max(number) + 1 FROM ledger_transfers), subject, stage, leg + 1, reason,
                   debit, credit, minor, created_at
                 FROM ledger_transfers WHERE number = {paid}"
            ),
            "does not follow",
        ),
        (
            "UPDATE ledger_balances SET minor = minor + 1 WHERE account LIKE 'available:%'".to_owned(),
            "another balance",
        ),
        ("UPDATE ledger_balances SET account = 'nobody' WHERE account LIKE 'clearing:%'".to_owned(), "`nobody`"),
    ] {
        check(&shop, &tamper, found);
    }
}

#[test]
fn what_says_that_its_money_is_where_it_is_not_is_found() {
    let mut shop = busy();
    shop.relay.stop();
    for (tamper, found) in [
        ("UPDATE orders SET status = 'FUNDS_RESERVED' WHERE status = 'IN_PROGRESS'", "is FUNDS_RESERVED"),
        ("UPDATE orders SET seller = buyer WHERE status = 'CLOSED'", "is CLOSED"),
        ("UPDATE orders SET minor = minor + 1 WHERE status = 'DISPUTED'", "is DISPUTED"),
        ("DELETE FROM orders WHERE status = 'IN_PROGRESS'", "which is not there"),
        ("UPDATE settlements SET minor = minor + 1 WHERE subject LIKE 'wd_%'", "is WITHDRAWAL_COMPLETED"),
        (
            "UPDATE top_ups SET status = 'TOPUP_SUCCEEDED' WHERE status = 'TOPUP_AWAITING_USER_CONFIRMATION'",
            "is TOPUP_SUCCEEDED",
        ),
        (
            "UPDATE withdrawals SET status = 'WITHDRAWAL_FAILED' WHERE status = 'WITHDRAWAL_COMPLETED'",
            "is WITHDRAWAL_FAILED",
        ),
        ("UPDATE user_transfers SET minor = minor + 1", "is sent"),
        ("DELETE FROM user_transfers", "which is not there"),
    ] {
        check(&shop, tamper, found);
    }
}

/// Tampers with a copy of the folder, and asks for the books.
#[track_caller]
fn check(shop: &Shop, tamper: &str, found: &str) {
    let copy = e2e::copy_of(shop.relay.folder());
    Connection::open(copy.path().join("relay.sqlite")).unwrap().execute_batch(tamper).unwrap();
    let mut program = std::process::Command::new(e2e::program("palaver-relay"));
    let output = program.args(["ledger", "verify", "--data"]).arg(copy.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{tamper}: {said}");
    assert!(said.contains(found), "{tamper}: {said}");
}

/// A market where everything has happened: an order in each of its resting states, and money that came, waits, went and came back.
fn busy() -> Shop {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let [buyer, seller] = [caller.rich_user("buyer", "1000.00"), caller.rich_user("seller", "400.00")];
    let waiting = json!({
        "user_id": buyer, "amount": "5.00", "currency": "USD", "return_url": "https://shop.example.org/paid",
    });
    caller.post("/v1/topups", &waiting).data(201);
    let post = |path: String, body: Value| caller.post(&path, &body).data(200).clone();
    let gift = json!({
        "from_user_id": buyer, "to_user_id": seller, "amount": "1.00", "currency": "USD",
    });
    caller.post("/v1/transfers", &gift).data(201);
    caller.order(&buyer, &seller, "10.00");
    let reserved = caller.order(&buyer, &seller, "12.00");
    post(format!("{reserved}/reserve"), json!({ "amount": "12.00" }));
    let called_off = caller.order(&buyer, &seller, "13.00");
    post(format!("{called_off}/reserve"), json!({ "amount": "13.00" }));
    post(format!("{called_off}/cancel"), json!({}));
    caller.funded_order(&buyer, &seller, "60.00");
    let released = caller.funded_order(&buyer, &seller, "70.00");
    post(format!("{released}/release"), json!({}));
    dispute(&caller, &caller.funded_order(&buyer, &seller, "80.00"));
    let split = dispute(&caller, &caller.funded_order(&buyer, &seller, "90.00"));
    post(format!("/v1/disputes/{split}/assign"), json!({ "assigned_to": "Ada" }));
    let parts = json!({ "decision": "SPLIT", "amount_to_seller": "60.00", "amount_to_buyer": "30.00" });
    post(format!("/v1/disputes/{split}/resolve"), parts);
    for (end, amount) in [("complete", "40.00"), ("fail", "30.00"), ("wait", "40.00")] {
        let body = json!({
            "user_id": seller, "amount": amount, "currency": "USD", "commit": true,
            "destination": { "type": "bank", "ref": "DE89370400440532013000" },
        });
        let withdrawal = id_of(caller.post("/v1/withdrawals", &body).data(201));
        match end {
            "complete" => drop(post(format!("/v1/withdrawals/{withdrawal}/complete"), json!({}))),
            "fail" => drop(post(format!("/v1/withdrawals/{withdrawal}/fail"), json!({ "reason": "No." }))),
            _ => {}
        }
    }
    shop
}

fn dispute(caller: &Caller, order: &str) -> String {
    let body = json!({ "opened_by": "BUYER", "reason": "OTHER" });
    id_of(caller.post(&format!("{order}/disputes"), &body).data(201))
}
