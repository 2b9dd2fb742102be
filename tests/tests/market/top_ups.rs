//! Money on its way in.

use e2e::raw::Member;
use e2e::shop::{Caller, Shop, new_key};
use serde_json::{Value, json};

#[test]
fn what_came_is_credited_once_and_what_did_not_is_not() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.user("one");
    let paths = ["100.00", "25.50", "7.00"].map(|amount| path_of(&top_up(&caller, &user, amount)));
    check_balance(&caller, &user, "0.00");
    let confirm = format!("{}/confirm", paths[0]);
    assert_eq!(caller.post(&confirm, &json!({})).data(200)["status"], "TOPUP_SUCCEEDED");
    check_balance(&caller, &user, "100.00");
    assert_eq!(caller.post(&confirm, &json!({})).data(200)["status"], "TOPUP_SUCCEEDED", "said again");
    check_balance(&caller, &user, "100.00");
    caller.post(&format!("{}/fail", paths[1]), &json!({ "reason": "no money came" })).data(200);
    caller.post(&format!("{}/cancel", paths[2]), &json!({})).data(200);
    let late = caller.post(&format!("{}/confirm", paths[2]), &json!({}));
    late.assert_refused(409, "INVALID_STATE");
    assert_eq!(late.body["error"]["details"]["current_state"], "TOPUP_CANCELED");
    check_balance(&caller, &user, "100.00");
}

#[test]
fn of_many_who_confirm_at_once_one_credits() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.user("one");
    let confirm = format!("{}/confirm", path_of(&top_up(&caller, &user, "100.00")));
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| caller.post(&confirm, &json!({})).data(200).clone());
        }
    });
    check_balance(&caller, &user, "100.00");
}

#[test]
fn what_is_no_amount_or_out_of_bounds_is_refused_and_changes_nothing() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let user = caller.user("one");
    for (amount, currency, code) in [
        ("1e2", "USD", "INVALID_AMOUNT_FORMAT"),
        ("-0.00", "USD", "INVALID_AMOUNT_FORMAT"),
        ("1.005", "USD", "INVALID_AMOUNT_FORMAT"),
        ("100", "USD", "INVALID_AMOUNT_FORMAT"),
        ("9223372036854775808.00", "USD", "INVALID_AMOUNT"),
        ("0.00", "USD", "INVALID_AMOUNT"),
        ("0.99", "USD", "INVALID_AMOUNT"),
        ("10000.01", "USD", "INVALID_AMOUNT"),
        ("10.00", "usd", "INVALID_CURRENCY"),
        ("10.00", "XXX", "INVALID_CURRENCY"),
    ] {
        let body = json!({
            "user_id": user, "amount": amount, "currency": currency, "return_url": "https://shop.example.org",
        });
        caller.post("/v1/topups", &body).assert_refused(400, code);
    }
    let number = json!({ "user_id": user, "amount": 10.0, "currency": "USD", "return_url": "https://shop.example.org" });
    caller.post("/v1/topups", &number).assert_refused(400, "VALIDATION_ERROR");
    let keyless =
        json!({ "user_id": user, "amount": "10.00", "currency": "USD", "return_url": "https://a.example" });
    let keyless = caller.ask(ureq::http::Method::POST, "/v1/topups", None, &keyless.to_string());
    keyless.assert_refused(400, "MISSING_REQUIRED_FIELD");
    assert_eq!(caller.get("/v1/topups").data(200), &json!([]));
}

#[test]
fn a_shops_own_pages_are_shown_as_its_own_and_no_page_to_confirm_at_is_made_up() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let user = caller.user("one");
    let mut body = json!({
        "user_id": user, "amount": "10.00", "currency": "USD", "return_url": "https://shop.example.org/paid",
        "cancel_url": "https://shop.example.org/basket",
    });
    let mut told = caller.stream("/v1/events?since=0&types=topup.confirmation_required", None);
    let made = caller.post("/v1/topups", &body).data(201).clone();
    for field in ["return_url", "cancel_url"] {
        assert_eq!(made[field], body[field]);
    }
    assert_eq!(made["confirmation_uri"], json!(null));
    assert_eq!(caller.get(&path_of(&made)).data(200), &made);
    assert_eq!(told.next_event().data["payload"]["confirmationUri"], json!(null));
    assert_eq!(top_up(&caller, &user, "10.00")["cancel_url"], json!(null));
    for wrong in ["http://shop.example.org", "https://shop.example.org/a b", ""] {
        body["cancel_url"] = json!(wrong);
        let refused = caller.post("/v1/topups", &body);
        refused.assert_refused(400, "VALIDATION_ERROR");
        assert_eq!(refused.body["error"]["details"]["fields"][0]["field"], "cancel_url");
    }
}

#[test]
fn top_ups_are_listed_by_who_and_how_they_stand() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let [one, two] = ["one", "two"].map(|name| caller.user(name));
    let first = top_up(&caller, &one, "1.00");
    let second = top_up(&caller, &one, "2.00");
    let third = top_up(&caller, &two, "3.00");
    caller.post(&format!("{}/confirm", path_of(&second)), &json!({})).data(200);
    let listed = |query: &str| {
        let answer = caller.get(&format!("/v1/topups{query}"));
        let items = answer.data(200).as_array().unwrap().iter();
        items.map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    let ids = [&first, &second, &third].map(|top_up| top_up["id"].clone());
    assert_eq!(listed(""), [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
    assert_eq!(listed(&format!("?user_id={one}")), [ids[1].clone(), ids[0].clone()]);
    assert_eq!(listed("?status=TOPUP_SUCCEEDED"), [ids[1].clone()]);
    assert_eq!(listed(&format!("?user_id={one}&status=TOPUP_AWAITING_USER_CONFIRMATION")), [ids[0].clone()]);
    assert_eq!(shop.key_in("other", "read").get("/v1/topups").data(200), &json!([]));
    caller.get("/v1/topups?status=RICH").assert_refused(400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn an_account_tops_up_itself_and_nobody_else() {
    let shop = Shop::open();
    let [ana, ben] =
        [Member::join_at(shop.relay.address()).await, Member::join_at(shop.relay.address()).await];
    let [ana, ben] = [ana, ben].map(|member| shop.account(member.person.device(), &member.session_token));
    let id_of =
        |caller: &Caller| caller.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
    let made = top_up(&ana, &id_of(&ana), "10.00");
    ben.get(&path_of(&made)).assert_refused(404, "TOPUP_NOT_FOUND");
    ben.post(&format!("{}/cancel", path_of(&made)), &json!({})).assert_refused(404, "TOPUP_NOT_FOUND");
    assert_eq!(ben.get("/v1/topups").data(200), &json!([]));
    ben.get(&format!("/v1/users/{}/balance", id_of(&ana))).assert_refused(404, "USER_NOT_FOUND");
    let for_ana = json!({
        "user_id": id_of(&ana), "amount": "10.00", "currency": "USD", "return_url": "https://shop.example.org",
    });
    ben.post("/v1/topups", &for_ana).assert_refused(404, "USER_NOT_FOUND");
    ana.post(&format!("{}/confirm", path_of(&made)), &json!({})).assert_refused(403, "INSUFFICIENT_SCOPE");
    shop.key("support").post(&format!("{}/confirm", path_of(&made)), &json!({})).data(200);
    check_balance(&ana, &id_of(&ana), "10.00");
    assert_eq!(ana.get("/v1/topups").data(200)[0]["id"], made["id"]);
}

#[tokio::test]
async fn who_called_a_top_up_off_and_why_it_came_to_nothing_is_told_and_kept() {
    let shop = Shop::open();
    let support = shop.key("support,read,write");
    let member = Member::join_at(shop.relay.address()).await;
    let ana = shop.account(member.person.device(), &member.session_token);
    let user = ana.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
    let [own, others, failed] = [(); 3].map(|()| path_of(&top_up(&ana, &user, "20.00")));
    let reason = |reason: &str| json!({ "reason": reason });
    for wrong in ["", " ", &"a".repeat(2001)] {
        ana.post(&format!("{own}/cancel"), &reason(wrong)).assert_refused(400, "VALIDATION_ERROR");
        support.post(&format!("{failed}/fail"), &reason(wrong)).assert_refused(400, "VALIDATION_ERROR");
    }
    let long = path_of(&top_up(&ana, &user, "20.00"));
    let lines = format!("Too dear.\n{}", "a".repeat(1990));
    assert_eq!(ana.post(&format!("{long}/cancel"), &reason(&lines)).data(200)["cancel_reason"], lines);
    ana.post(&format!("{own}/cancel"), &reason("Too dear.")).data(200);
    support.post(&format!("{others}/cancel"), &reason("Twice the same.")).data(200);
    support.post(&format!("{failed}/fail"), &reason("The bank sent it back.")).data(200);
    let kept = [&own, &others, &failed].map(|path| {
        let shown = ana.get(path);
        ["cancel_reason", "failure_reason"].map(|name| shown.data(200)[name].clone())
    });
    let none = Value::Null;
    assert_eq!(kept[0], [json!("Too dear."), none.clone()]);
    assert_eq!(kept[1], [json!("Twice the same."), none.clone()]);
    assert_eq!(kept[2], [none.clone(), json!("The bank sent it back.")]);
    let mut told = ana.stream("/v1/events?since=0&types=topup.canceled,topup.failed", None);
    let told: Vec<Value> = told.events(4).iter().map(|told| told.data["payload"].clone()).collect();
    let told = &told[1..];
    assert_eq!([&told[0]["canceledBy"], &told[0]["reason"]], ["owner", "Too dear."]);
    assert_eq!([&told[1]["canceledBy"], &told[1]["reason"]], ["support", "Twice the same."]);
    assert_eq!(told[2]["reason"], "The bank sent it back.");
    let provider = told[2].as_object().unwrap();
    assert!(provider.contains_key("errorCode") && provider.contains_key("providerRef"), "{provider:?}");
}

#[test]
fn a_relay_that_is_killed_has_what_it_answered_for() {
    let mut shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.user("one");
    for round in 1..=5 {
        let confirm = format!("{}/confirm", path_of(&top_up(&caller, &user, "10.00")));
        let key = new_key();
        let first = caller.post_by(&key, &confirm, "");
        shop.relay.restart();
        assert_eq!(caller.post_by(&key, &confirm, "").text, first.text);
        check_balance(&caller, &user, &format!("{}.00", round * 10));
    }
}

#[track_caller]
fn top_up(caller: &Caller, user: &str, amount: &str) -> Value {
    let body = json!({
        "user_id": user, "amount": amount, "currency": "USD", "return_url": "https://shop.example.org/paid",
    });
    caller.post("/v1/topups", &body).data(201).clone()
}

fn path_of(top_up: &Value) -> String {
    format!("/v1/topups/{}", top_up["id"].as_str().unwrap())
}

#[track_caller]
fn check_balance(caller: &Caller, user: &str, available: &str) {
    let balance = caller.get(&format!("/v1/users/{user}/balance"));
    let updated_at = balance.data(200)["updated_at"].clone();
    assert_eq!(updated_at.is_null(), available == "0.00", "{updated_at}");
    let expected = json!({
        "user_id": user, "available": available, "reserved": "0.00", "total": available, "currency": "USD",
        "updated_at": updated_at,
    });
    assert_eq!(balance.data(200), &expected);
}
