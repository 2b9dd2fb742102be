//! What was settled by hand, beside a bank's statement.

use std::process::Command;

use e2e::shop::{Caller, Shop, id_of};
use serde_json::{Value, json};

#[test]
fn a_statement_that_says_the_same_matches_and_one_that_does_not_is_told_apart_line_by_line() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.user("one");
    top_up(&caller, &user, "100.00", Some("NTRF-1"));
    top_up(&caller, &user, "50.00", Some("NTRF-2"));
    let unnamed = top_up(&caller, &user, "30.00", None);
    pay_out(&caller, &user, "40.00", "NTRF-3");
    let good = format!(
        "date,amount,currency,reference\n2026-01-31,100.00,USD,NTRF-1\n2026-01-31,50.00,USD,NTRF-2\n\
         2026-01-31,30.00,USD,{unnamed}\n2026-01-31,-40.00,USD,NTRF-3\n"
    );
    let (code, told) = reconcile(&shop, &good, &["--json"]);
    assert_eq!((code, &told["matched"]), (0, &json!(4)), "{told}");
    let totals =
        json!([{ "currency": "USD", "ledger": "140.00", "statement": "140.00", "difference": "0.00" }]);
    assert_eq!(told["totals"], totals);

    let wrong = "date,amount,currency,reference\n2026-01-31,100.01,USD,NTRF-1\n2026-01-31,50.00,USD,NTRF-2\n\
         2026-01-31,50.00,USD,NTRF-2\n2026-01-31,-40.00,USD,NTRF-3\n2026-01-31,9.00,USD,NTRF-9\n\
         2026-01-31,\"1,000.00\",USD,NTRF-8\n";
    let (code, told) = reconcile(&shop, wrong, &["--json"]);
    assert_eq!((code, &told["matched"]), (1, &json!(2)), "{told}");
    assert_eq!(told["differing"][0]["ledger"]["amount"], "100.00");
    assert_eq!(told["differing"][0]["statement"]["amount"], "100.01");
    assert_eq!(told["missing"][0]["id"], json!(unnamed));
    assert_eq!([&told["stated_twice"][0]["line"], &told["extra"][0]["line"]], [4, 6]);
    assert_eq!(told["unreadable"][0]["line"], 7);
    assert_eq!(caller.purse(&user), ["140.00", "0.00"], "nothing is corrected");
}

#[test]
fn columns_and_days_are_as_the_operator_says_and_spaces_are_apart() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.user("one");
    top_up(&caller, &user, "100.00", Some("NTRF-1"));
    let foreign = "Day;Sum;Currency;EndToEndId\n2026-01-31;100.00;USD;NTRF-1\n2001-01-31;5.00;USD;NTRF-0\n";
    let named = [
        "--json",
        "--delimiter",
        ";",
        "--date-column",
        "Day",
        "--amount-column",
        "Sum",
        "--currency-column",
        "Currency",
        "--reference-column",
        "EndToEndId",
        "--from",
        "2020-01-01",
    ];
    let (code, told) = reconcile(&shop, foreign, &named);
    assert_eq!((code, &told["matched"], &told["outside"]), (0, &json!(1), &json!(1)), "{told}");
    let (code, told) = reconcile(&shop, foreign, &[named.as_slice(), &["--to", "2020-01-02"]].concat());
    assert_eq!((code, &told["matched"], &told["outside"]), (0, &json!(0), &json!(2)), "{told}");
    let settled = caller.get("/v1/topups").data(200)[0]["updated_at"].as_str().unwrap()[..10].to_owned();
    let until_then = [named.as_slice(), &["--to", &settled]].concat();
    let (code, told) = reconcile(&shop, foreign, &until_then);
    assert_eq!((code, &told["matched"]), (0, &json!(1)), "the last day is compared whole: {told}");
    let swapped = [named.as_slice(), &["--to", "2019-12-31"]].concat();
    let (code, told) = reconcile(&shop, foreign, &swapped);
    assert!(code == 1 && told["matched"].is_null(), "there is no such day: {told}");
    let (code, _) = reconcile(&shop, foreign, &["--json"]);
    assert_eq!(code, 1, "no such column");
    shop.key_in("other", "read");
    let empty = "date,amount,currency,reference\n";
    assert_eq!(reconcile(&shop, empty, &["--json", "--space", "other"]).0, 0);
    assert_eq!(reconcile(&shop, empty, &["--json"]).0, 1);
}

/// The exit code, and what was answered.
fn reconcile(shop: &Shop, statement: &str, arguments: &[&str]) -> (i32, Value) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("statement.csv");
    std::fs::write(&file, statement).unwrap();
    let mut program = Command::new(e2e::program("palaver-relay"));
    program.arg("reconcile").arg("--statement").arg(&file).args(arguments);
    let output = program.arg("--data").arg(shop.relay.folder()).output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

#[track_caller]
fn top_up(caller: &Caller, user: &str, amount: &str, reference: Option<&str>) -> String {
    let body = json!({
        "user_id": user, "amount": amount, "currency": "USD", "return_url": "https://shop.example.org/paid",
    });
    let made = id_of(caller.post("/v1/topups", &body).data(201));
    caller.post(&format!("/v1/topups/{made}/confirm"), &json!({ "reference": reference })).data(200);
    made
}

#[track_caller]
fn pay_out(caller: &Caller, user: &str, amount: &str, reference: &str) {
    let body = json!({
        "user_id": user, "amount": amount, "currency": "USD", "commit": true,
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    let made = id_of(caller.post("/v1/withdrawals", &body).data(201));
    caller.post(&format!("/v1/withdrawals/{made}/complete"), &json!({ "reference": reference })).data(200);
}
