//! Money that moves in the world, and whose word is enough that it did.

use e2e::TestRelay;
use e2e::raw::Member;
use e2e::shop::{Answer, Caller, Shop, id_of};
use serde_json::{Value, json};

const ALL: &str = "read,write,support";

#[test]
fn what_the_bank_calls_a_payment_is_kept_and_said_again() {
    let shop = Shop::open();
    let caller = shop.key(ALL);
    let user = caller.user("one");
    let top_up = top_up(&caller, &user, "100.00");
    let confirm =
        |reference: &str| caller.post(&format!("{top_up}/confirm"), &json!({ "reference": reference }));
    confirm("").assert_refused(400, "VALIDATION_ERROR");
    confirm(&"R".repeat(101)).assert_refused(400, "VALIDATION_ERROR");
    confirm("two\nlines").assert_refused(400, "VALIDATION_ERROR");
    assert_eq!(confirm("NTRF-1").data(200)["provider_ref"], "NTRF-1");
    assert_eq!(confirm("NTRF-2").data(200)["provider_ref"], "NTRF-1", "what was settled stays");
    assert_eq!(caller.purse(&user), ["100.00", "0.00"]);
    let withdrawal = withdrawal(&caller, &user, "40.00");
    let done = caller.post(&format!("{withdrawal}/complete"), &json!({ "reference": "NTRF-3" }));
    assert_eq!(done.data(200)["provider_ref"], "NTRF-3");
    assert_eq!(caller.get(&withdrawal).data(200)["approvals"], json!([]));
    assert!(!caller.get("/v1/audit/logs").text.contains("NTRF"), "a reference may name its payer");
}

#[test]
fn where_two_people_decide_one_moves_nothing_however_they_say_it() {
    let shop = strict();
    let [first, second] = [shop.key(ALL), shop.key(ALL)];
    let user = first.user("one");
    let top_up = top_up(&first, &user, "100.00");
    let confirm = |caller: &Caller, body: Value| caller.post(&format!("{top_up}/confirm"), &body);
    let own = json!({ "name": "another of mine", "scopes": ["read", "write", "support"] });
    let made = first.post("/v1/auth/api-keys", &own);
    let child = shop.caller(made.data(201)["api_key"].as_str());
    let grandchild = shop.caller(child.post("/v1/auth/api-keys", &own).data(201)["api_key"].as_str());
    for caller in [&first, &first, &child, &grandchild] {
        let noted = confirm(caller, json!({}));
        assert_eq!(noted.data(202)["status"], "TOPUP_AWAITING_USER_CONFIRMATION");
        assert_eq!(noted.data(202)["approvals"].as_array().unwrap().len(), 1);
    }
    let foreign = format!("/v1/auth/api-keys/{}/token", key_of(&second));
    let token = first.post(&foreign, &json!({ "ttl_seconds": 600 }));
    let token = shop.caller(token.data(201)["token"].as_str());
    confirm(&token, json!({})).assert_refused(403, "FORBIDDEN");
    assert_eq!(first.purse(&user), ["0.00", "0.00"]);
    let settled = confirm(&second, json!({ "reference": "NTRF-1" }));
    assert_eq!(settled.data(200)["status"], "TOPUP_SUCCEEDED");
    assert_eq!(settled.data(200)["provider_ref"], "NTRF-1");
    assert_eq!(confirm(&first, json!({})).data(200), settled.data(200));
    assert_eq!(first.purse(&user), ["100.00", "0.00"]);
    let log = first.get("/v1/audit/logs?limit=100");
    let said: Vec<&Value> = log.data(200).as_array().unwrap().iter().map(|entry| &entry["entry"]).collect();
    let by = |key: &str| {
        said.iter().any(|entry| {
            entry["action"] == "TOPUP_CONFIRM" && entry["result"] == "SUCCESS" && entry["actor_id"] == key
        })
    };
    assert!(by(&key_of(&first)) && by(&key_of(&second)), "{}", log.text);
    assert!(shop.operate(&["ledger", "verify"]).unwrap().starts_with("in order"));
}

#[test]
fn two_who_saw_different_payments_settle_nothing_and_a_revoked_key_has_no_say() {
    let shop = strict();
    let [first, second, third] = [(); 3].map(|()| shop.key(ALL));
    let user = first.user("one");
    let top_up = top_up(&first, &user, "100.00");
    let confirm = |caller: &Caller, reference: &str| -> Answer {
        caller.post(&format!("{top_up}/confirm"), &json!({ "reference": reference }))
    };
    confirm(&first, "NTRF-1").data(202);
    confirm(&second, "NTRF-2").assert_refused(409, "INVALID_STATE");
    assert_eq!(first.purse(&user), ["0.00", "0.00"]);
    let key_of_revoked = revoke(&second, &first);
    let noted = confirm(&second, "NTRF-2");
    let approvals = noted.data(202)["approvals"].as_array().unwrap();
    let both = [key_of_revoked, key_of(&second)];
    assert_eq!(approvals.iter().map(|by| by["by"].clone()).collect::<Vec<_>>(), both);
    assert_eq!(confirm(&third, "NTRF-2").data(200)["status"], "TOPUP_SUCCEEDED");
    assert_eq!(second.purse(&user), ["100.00", "0.00"]);
}

#[tokio::test]
async fn money_goes_out_by_two_peoples_word_and_never_by_its_owners() {
    let shop = strict();
    let [first, second] = [shop.key(ALL), shop.key(ALL)];
    let member = Member::join_at(shop.relay.address()).await;
    let ana = shop.account(member.person.device(), &member.session_token);
    let user = ana.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
    let top_up = top_up(&ana, &user, "100.00");
    for caller in [&first, &second] {
        caller.post(&format!("{top_up}/confirm"), &json!({}));
    }
    let withdrawal = withdrawal(&ana, &user, "60.00");
    let complete = |caller: &Caller| caller.post(&format!("{withdrawal}/complete"), &json!({}));
    complete(&ana).assert_refused(403, "INSUFFICIENT_SCOPE");
    assert_eq!(complete(&first).data(202)["status"], "WITHDRAWAL_COMMITTED");
    complete(&ana).assert_refused(403, "INSUFFICIENT_SCOPE");
    assert_eq!(ana.purse(&user), ["40.00", "60.00"]);
    assert_eq!(complete(&second).data(200)["status"], "WITHDRAWAL_COMPLETED");
    assert_eq!(ana.purse(&user), ["40.00", "0.00"]);
}

#[test]
fn two_who_say_it_at_once_settle_it_once() {
    let shop = strict();
    let people = [(); 6].map(|()| shop.key(ALL));
    let user = people[0].user("one");
    let confirm = format!("{}/confirm", top_up(&people[0], &user, "100.00"));
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked = people.each_ref().map(|caller| scope.spawn(|| caller.post(&confirm, &json!({})).status));
        asked.map(|asked| asked.join().unwrap()).into()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 202]);
    assert_eq!(people[0].purse(&user), ["100.00", "0.00"]);
}

#[test]
fn once_somebody_saw_the_money_come_nobody_else_ends_the_top_up() {
    let shop = strict();
    let [first, second] = [shop.key(ALL), shop.key(ALL)];
    let writer = shop.key("read,write");
    let user = first.user("one");
    let top_up = top_up(&first, &user, "100.00");
    let reason = json!({ "reason": "Nothing came." });
    let post = |caller: &Caller, verb: &str, body: &Value| caller.post(&format!("{top_up}/{verb}"), body);
    post(&first, "confirm", &json!({})).data(202);
    for caller in [&first, &second, &writer] {
        post(caller, "cancel", &json!({})).assert_refused(409, "INVALID_STATE");
    }
    post(&second, "fail", &reason).assert_refused(409, "INVALID_STATE");
    let own = format!("/v1/auth/api-keys/{}/token", key_of(&first));
    let token = second.post(&own, &json!({ "ttl_seconds": 600 }));
    let token = shop.caller(token.data(201)["token"].as_str());
    post(&token, "fail", &reason).assert_refused(403, "FORBIDDEN");
    assert_eq!(second.get(&top_up).data(200)["status"], "TOPUP_AWAITING_USER_CONFIRMATION");
    post(&second, "confirm", &json!({})).data(200);
    assert_eq!(first.purse(&user), ["100.00", "0.00"]);
}

#[test]
fn once_somebody_sent_the_money_nobody_else_gives_it_back() {
    let shop = strict();
    let [first, second] = [shop.key(ALL), shop.key(ALL)];
    let user = first.user("one");
    let top_up = top_up(&first, &user, "100.00");
    for caller in [&first, &second] {
        caller.post(&format!("{top_up}/confirm"), &json!({}));
    }
    let withdrawal = withdrawal(&first, &user, "60.00");
    first.post(&format!("{withdrawal}/complete"), &json!({})).data(202);
    let fail = || second.post(&format!("{withdrawal}/fail"), &json!({ "reason": "No." }));
    fail().assert_refused(409, "INVALID_STATE");
    assert_eq!(first.purse(&user), ["40.00", "60.00"]);
    revoke(&second, &first);
    // Whoever has revoked the other's key would be one person that pays twice.
    fail().assert_refused(409, "INVALID_STATE");
    let id = withdrawal.rsplit('/').next().unwrap();
    shop.operate(&["withdrawals", "fail", id, "--reason", "It came back."]).unwrap();
    assert_eq!(second.purse(&user), ["100.00", "0.00"]);
}

#[test]
fn whoever_revoked_the_key_that_sent_the_money_gives_it_back_no_more_by_saying_that_it_went() {
    let shop = strict();
    let [first, second, third] = [(); 3].map(|()| shop.key(ALL));
    let user = first.user("one");
    let top_up = top_up(&first, &user, "100.00");
    for caller in [&first, &second] {
        caller.post(&format!("{top_up}/confirm"), &json!({}));
    }
    let withdrawal = withdrawal(&first, &user, "60.00");
    let post = |caller: &Caller, verb: &str, body: &Value| caller.post(&format!("{withdrawal}/{verb}"), body);
    post(&first, "complete", &json!({})).data(202);
    revoke(&second, &first);
    post(&second, "complete", &json!({})).data(202);
    for caller in [&second, &third] {
        post(caller, "fail", &json!({ "reason": "No." })).assert_refused(409, "INVALID_STATE");
    }
    assert_eq!(second.purse(&user), ["40.00", "60.00"]);
    assert_eq!(post(&third, "complete", &json!({})).data(200)["status"], "WITHDRAWAL_COMPLETED");
    assert_eq!(second.purse(&user), ["40.00", "0.00"]);
}

#[test]
fn whoever_revoked_the_key_that_saw_the_money_come_ends_the_top_up_no_more_by_saying_that_it_came() {
    let shop = strict();
    let [first, second] = [shop.key(ALL), shop.key(ALL)];
    let user = first.user("one");
    let top_up = top_up(&first, &user, "100.00");
    let post = |caller: &Caller, verb: &str, body: &Value| caller.post(&format!("{top_up}/{verb}"), body);
    post(&first, "confirm", &json!({})).data(202);
    revoke(&second, &first);
    post(&second, "confirm", &json!({ "reference": "NTRF-1" })).data(202);
    post(&second, "confirm", &json!({ "reference": "NTRF-2" })).data(202);
    post(&second, "fail", &json!({ "reason": "No." })).assert_refused(409, "INVALID_STATE");
    post(&second, "cancel", &json!({})).assert_refused(409, "INVALID_STATE");
    assert_eq!(second.get(&top_up).data(200)["status"], "TOPUP_AWAITING_USER_CONFIRMATION");
    let id = top_up.rsplit('/').next().unwrap();
    shop.operate(&["topups", "fail", id, "--reason", "It was another one."]).unwrap();
    assert_eq!(second.get(&top_up).data(200)["status"], "TOPUP_FAILED");
}

#[test]
fn whoever_said_by_mistake_that_money_moved_takes_it_back_and_so_does_the_operator() {
    let shop = strict();
    let [first, second] = [shop.key(ALL), shop.key(ALL)];
    let user = first.user("one");
    let mistaken = [(); 3].map(|()| {
        let path = top_up(&first, &user, "100.00");
        first.post(&format!("{path}/confirm"), &json!({ "reference": "NTRF-1" })).data(202);
        path
    });
    let failed = first.post(&format!("{}/fail", mistaken[0]), &json!({ "reason": "It was another one." }));
    assert_eq!(failed.data(200)["status"], "TOPUP_FAILED");
    assert_eq!(failed.data(200)["failure_reason"], "It was another one.");
    let own = json!({ "name": "another of mine", "scopes": ["read", "write", "support"] });
    let made = first.post("/v1/auth/api-keys", &own);
    let child = shop.caller(made.data(201)["api_key"].as_str());
    let failed = child.post(&format!("{}/fail", mistaken[1]), &json!({ "reason": "Not this one." }));
    assert_eq!(failed.data(200)["status"], "TOPUP_FAILED", "it has the voice of whoever made it");
    let id = mistaken[2].rsplit('/').next().unwrap();
    shop.operate(&["topups", "fail", id, "--reason", "They are on holiday."]).unwrap();
    assert_eq!(second.get(&mistaken[2]).data(200)["status"], "TOPUP_FAILED");
    assert_eq!(second.purse(&user), ["0.00", "0.00"]);
}

/// A relay on which it takes two.
fn strict() -> Shop {
    Shop { relay: TestRelay::start_with(&[("PALAVER_RELAY_TWO_PERSON_RULE", "true")]) }
}

fn key_of(caller: &Caller) -> String {
    caller.get("/v1/me").data(200)["api_key"]["id"].as_str().unwrap().to_owned()
}

/// Has one revoke the key of another; which that was.
#[track_caller]
fn revoke(by: &Caller, of: &Caller) -> String {
    let key = key_of(of);
    by.delete(&format!("/v1/auth/api-keys/{key}")).data(200);
    key
}

#[track_caller]
fn top_up(caller: &Caller, user: &str, amount: &str) -> String {
    let body = json!({
        "user_id": user, "amount": amount, "currency": "USD", "return_url": "https://shop.example.org/paid",
    });
    format!("/v1/topups/{}", id_of(caller.post("/v1/topups", &body).data(201)))
}

#[track_caller]
fn withdrawal(caller: &Caller, user: &str, amount: &str) -> String {
    let body = json!({
        "user_id": user, "amount": amount, "currency": "USD", "commit": true,
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    format!("/v1/withdrawals/{}", id_of(caller.post("/v1/withdrawals", &body).data(201)))
}
