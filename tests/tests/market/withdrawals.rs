//! Money on its way out.

use e2e::raw::Member;
use e2e::shop::{Caller, Shop, id_of};
use serde_json::json;

#[test]
fn what_is_no_amount_or_out_of_bounds_is_not_withdrawn() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.rich_user("one", "100.00");
    for (amount, code) in [
        ("1e2", "INVALID_AMOUNT_FORMAT"),
        ("-0.00", "INVALID_AMOUNT_FORMAT"),
        ("1.005", "INVALID_AMOUNT_FORMAT"),
        ("9223372036854775808.00", "INVALID_AMOUNT"),
        ("0.00", "INVALID_AMOUNT"),
    ] {
        let body = json!({
            "user_id": user, "amount": amount, "currency": "USD", "commit": true,
            "destination": { "type": "bank", "ref": "DE89370400440532013000" },
        });
        caller.post("/v1/withdrawals", &body).assert_refused(400, code);
    }
    assert_eq!(caller.get("/v1/withdrawals").data(200), &json!([]));
    assert_eq!(caller.purse(&user), ["100.00", "0.00"]);
}

#[test]
fn money_is_on_hold_until_it_went_or_comes_back() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.rich_user("one", "100.00");
    let [sent, failed, called_off] =
        ["40.00", "30.00", "20.00"].map(|amount| withdraw(&caller, &user, amount));
    assert_eq!(caller.purse(&user), ["10.00", "90.00"]);
    let commit = |path: &str| caller.post(&format!("{path}/commit"), &json!({ "confirm": true }));
    caller.post(&format!("{sent}/complete"), &json!({})).assert_refused(409, "INVALID_STATE");
    caller
        .post(&format!("{sent}/commit"), &json!({ "confirm": false }))
        .assert_refused(400, "VALIDATION_ERROR");
    assert_eq!(commit(&sent).data(200)["status"], "WITHDRAWAL_COMMITTED");
    commit(&sent).assert_refused(409, "WITHDRAWAL_NOT_COMMITTABLE");
    caller.delete(&sent).assert_refused(409, "INVALID_STATE");
    for _ in 0..2 {
        let done = caller.post(&format!("{sent}/complete"), &json!({}));
        assert_eq!(done.data(200)["status"], "WITHDRAWAL_COMPLETED");
    }
    assert_eq!(caller.purse(&user), ["10.00", "50.00"]);
    commit(&failed).data(200);
    caller.post(&format!("{failed}/fail"), &json!({ "reason": "The bank sent it back." })).data(200);
    assert_eq!(caller.purse(&user), ["40.00", "20.00"]);
    assert_eq!(caller.delete(&called_off).data(200)["status"], "WITHDRAWAL_CANCELED");
    assert_eq!(caller.purse(&user), ["60.00", "0.00"]);
    caller.post(&format!("{sent}/fail"), &json!({ "reason": "No." })).assert_refused(409, "INVALID_STATE");
    assert_eq!(caller.purse(&user), ["60.00", "0.00"]);
}

#[test]
fn nobody_withdraws_more_than_there_is_however_many_ask_at_once() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.rich_user("one", "100.00");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| caller.post("/v1/withdrawals", &body(&user, "30.00")).status))
            .collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3);
    assert!(statuses.iter().all(|status| [201, 422].contains(status)));
    assert_eq!(caller.purse(&user), ["10.00", "90.00"]);
}

#[test]
fn where_money_goes_is_in_no_audit_log() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.rich_user("one", "100.00");
    let path = withdraw(&caller, &user, "50.00");
    assert_eq!(caller.get(&path).data(200)["destination"]["ref"], "DE89370400440532013000");
    let log = caller.get("/v1/audit/logs");
    assert!(log.text.contains("****3000") && !log.text.contains("DE8937040044"), "{}", log.text);
}

#[tokio::test]
async fn an_account_withdraws_its_own_and_sees_no_others() {
    let shop = Shop::open();
    let support = shop.key("support,read,write");
    let (ana, user, _member) = rich_account(&shop, &support).await;
    let other = support.rich_user("other", "100.00");
    let others = withdraw(&support, &other, "50.00");
    ana.post("/v1/withdrawals", &body(&other, "50.00")).assert_refused(404, "USER_NOT_FOUND");
    ana.get(&others).assert_refused(404, "WITHDRAWAL_NOT_FOUND");
    ana.delete(&others).assert_refused(404, "WITHDRAWAL_NOT_FOUND");
    let own = withdraw(&ana, &user, "100.00");
    ana.post(&format!("{own}/complete"), &json!({})).assert_refused(403, "INSUFFICIENT_SCOPE");
    let listed = ana.get("/v1/withdrawals");
    assert_eq!(listed.data(200).as_array().unwrap().len(), 1);
    assert_eq!(format!("/v1/withdrawals/{}", id_of(&listed.data(200)[0])), own);
}

#[tokio::test]
async fn who_called_a_withdrawal_off_and_why_is_told_and_kept() {
    let shop = Shop::open();
    let support = shop.key("support,read,write");
    let (ana, user, _member) = rich_account(&shop, &support).await;
    let [own, others, silent, failed] = [(); 4].map(|()| withdraw(&ana, &user, "20.00"));
    let too_long = json!({ "reason": "r".repeat(2_001) });
    ana.delete_with(&own, &too_long).assert_refused(400, "VALIDATION_ERROR");
    ana.delete_with(&own, &json!({ "note": "why" })).assert_refused(400, "VALIDATION_ERROR");
    let called_off = ana.delete_with(&own, &json!({ "reason": "I need it here." }));
    assert_eq!(called_off.data(200)["cancel_reason"], "I need it here.");
    assert_eq!(called_off.data(200)["failure_reason"], json!(null));
    support.delete_with(&others, &json!({ "reason": "The account is closed." })).data(200);
    assert_eq!(ana.delete(&silent).data(200)["cancel_reason"], json!(null));
    support.post(&format!("{failed}/fail"), &json!({ "reason": "The bank is gone." })).data(200);
    assert_eq!(ana.get(&others).data(200)["cancel_reason"], "The account is closed.");
    assert_eq!(ana.get(&failed).data(200)["failure_reason"], "The bank is gone.");
    assert_eq!(ana.get(&failed).data(200)["cancel_reason"], json!(null));
    let mut told = ana.stream("/v1/events?since=0&types=withdrawal.canceled", None);
    let told = told.events(3).into_iter().map(|told| told.data["payload"].clone());
    let told: Vec<_> =
        told.map(|payload| [payload["canceledBy"].clone(), payload["reason"].clone()]).collect();
    let expected = [
        [json!("owner"), json!("I need it here.")],
        [json!("support"), json!("The account is closed.")],
        [json!("owner"), json!(null)],
    ];
    assert_eq!(told, expected);
    assert_eq!(ana.purse(&user), ["100.00", "0.00"]);
}

/// An account that has 100 dollars, as whom it trades, and its device, which stays for as long as it is asked by.
pub(crate) async fn rich_account(shop: &Shop, support: &Caller) -> (Caller, String, Member) {
    let member = Member::join_at(shop.relay.address()).await;
    let account = shop.account(member.person.device(), &member.session_token);
    let user = account.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
    let top_up = json!({
        "user_id": user, "amount": "100.00", "currency": "USD", "return_url": "https://shop.example.org",
    });
    let made = id_of(account.post("/v1/topups", &top_up).data(201));
    support.post(&format!("/v1/topups/{made}/confirm"), &json!({})).data(200);
    (account, user, member)
}

fn body(user: &str, amount: &str) -> serde_json::Value {
    json!({
        "user_id": user, "amount": amount, "currency": "USD",
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    })
}

#[track_caller]
fn withdraw(caller: &Caller, user: &str, amount: &str) -> String {
    format!("/v1/withdrawals/{}", id_of(caller.post("/v1/withdrawals", &body(user, amount)).data(201)))
}
