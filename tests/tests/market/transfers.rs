//! Money that users send each other.

use e2e::raw::Member;
use e2e::shop::{Answer, Caller, Shop, id_of, new_key};
use serde_json::{Value, json};
use ureq::http::Method;

const PATH: &str = "/v1/transfers";

#[test]
fn what_is_sent_is_the_others_and_both_are_told() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (ana, ben) = (caller.rich_user("ana", "20.00"), caller.user("ben"));
    let mut body = transfer(&ana, &ben, "12.50");
    body["note"] = json!("For the desk.\nThank you.");
    body["metadata"] = json!({ "invoice": "A-17" });
    let sent = caller.post(PATH, &body).data(201).clone();
    let expected = json!({
        "id": sent["id"], "from_user_id": ana, "to_user_id": ben, "amount": "12.50", "currency": "USD",
        "note": "For the desk.\nThank you.", "metadata": { "invoice": "A-17" }, "created_at": sent["created_at"],
    });
    assert_eq!(sent, expected);
    assert!(id_of(&sent).starts_with("trf_"));
    assert_eq!(caller.get(&format!("{PATH}/{}", id_of(&sent))).data(200), &expected);
    assert_eq!([caller.purse(&ana), caller.purse(&ben)], [["7.50", "0.00"], ["12.50", "0.00"]]);
    let about_it = json!({
        "transferId": sent["id"], "fromUserId": ana, "toUserId": ben, "amount": "12.50", "currency": "USD",
        "note": "For the desk.\nThank you.",
    });
    let debited = json!({
        "userId": ana, "amount": "12.50", "currency": "USD", "destination": "other", "destinationId": sent["id"],
        "previousAvailableBalance": "20.00", "newAvailableBalance": "7.50",
    });
    let credited = json!({
        "userId": ben, "amount": "12.50", "currency": "USD", "source": "other", "sourceId": sent["id"],
        "previousAvailableBalance": "0.00", "newAvailableBalance": "12.50",
    });
    check_told(&caller, &ana, &about_it, ("balance.debited", &debited));
    check_told(&caller, &ben, &about_it, ("balance.credited", &credited));
    let log = caller.get("/v1/audit/logs");
    assert_eq!(log.data(200)[0]["entry"]["action"], "TRANSFER_SEND");
    assert!(!log.text.contains("desk") && !log.text.contains("A-17"), "{}", log.text);
}

#[test]
fn nobody_sends_more_than_there_is_however_many_ask_at_once() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (ana, ben) = (caller.rich_user("ana", "30.00"), caller.user("ben"));
    let body = transfer(&ana, &ben, "1.00");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..100).map(|_| scope.spawn(|| caller.post(PATH, &body).status)).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    let count = |status: u16| statuses.iter().filter(|found| **found == status).count();
    assert_eq!([count(201), count(422)], [30, 70]);
    assert_eq!([caller.purse(&ana), caller.purse(&ben)], [["0.00", "0.00"], ["30.00", "0.00"]]);
    let poor = caller.post(PATH, &body);
    poor.assert_refused(422, "INSUFFICIENT_FUNDS");
    let details = json!({ "available": "0.00", "requested": "1.00", "currency": "USD" });
    assert_eq!(poor.body["error"]["details"], details);
    shop.operate(&["audit", "verify"]).unwrap();
}

#[test]
fn money_that_is_set_aside_is_not_sent() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (ana, ben) = (caller.rich_user("ana", "100.00"), caller.user("ben"));
    let order = caller.order(&ana, &ben, "80.00");
    caller.post(&format!("{order}/reserve"), &json!({ "amount": "80.00" })).data(200);
    caller.post(PATH, &transfer(&ana, &ben, "20.01")).assert_refused(422, "INSUFFICIENT_FUNDS");
    caller.post(PATH, &transfer(&ana, &ben, "20.00")).data(201);
    assert_eq!(caller.purse(&ana), ["0.00", "80.00"]);
}

#[test]
fn what_is_no_amount_or_goes_to_nobody_else_is_refused_and_changes_nothing() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (ana, ben) = (caller.rich_user("ana", "100.00"), caller.user("ben"));
    for (amount, code) in [
        ("1e2", "INVALID_AMOUNT_FORMAT"),
        ("-0.00", "INVALID_AMOUNT_FORMAT"),
        ("1.005", "INVALID_AMOUNT_FORMAT"),
        ("1", "INVALID_AMOUNT_FORMAT"),
        ("9223372036854775808.00", "INVALID_AMOUNT"),
        ("10000.01", "INVALID_AMOUNT"),
        ("0.00", "INVALID_AMOUNT"),
    ] {
        caller.post(PATH, &transfer(&ana, &ben, amount)).assert_refused(400, code);
    }
    let to_itself = caller.post(PATH, &transfer(&ana, &ana, "1.00"));
    to_itself.assert_refused(400, "VALIDATION_ERROR");
    assert_eq!(to_itself.body["error"]["details"]["fields"][0]["field"], "to_user_id");
    let stranger = "usr_aaaaaaaaaaaaaaaaaaaaaaaaaa";
    caller.post(PATH, &transfer(&ana, stranger, "1.00")).assert_refused(404, "USER_NOT_FOUND");
    caller.post(PATH, &transfer(stranger, &ana, "1.00")).assert_refused(404, "USER_NOT_FOUND");
    let with = |field: &str, value: Value| {
        let mut body = transfer(&ana, &ben, "1.00");
        body[field] = value;
        caller.post(PATH, &body)
    };
    with("currency", json!("usd")).assert_refused(400, "INVALID_CURRENCY");
    with("amount", json!(1.00)).assert_refused(400, "VALIDATION_ERROR");
    with("note", json!(" ")).assert_refused(400, "VALIDATION_ERROR");
    with("note", json!("a".repeat(2001))).assert_refused(400, "VALIDATION_ERROR");
    with("metadata", json!({ "a": "a".repeat(4096) })).assert_refused(400, "VALIDATION_ERROR");
    let keyless = caller.ask(Method::POST, PATH, None, &transfer(&ana, &ben, "1.00").to_string());
    keyless.assert_refused(400, "MISSING_REQUIRED_FIELD");
    assert_eq!(caller.purse(&ana), ["100.00", "0.00"]);
    assert_eq!(caller.get(PATH).data(200), &json!([]));
}

#[test]
fn transfers_are_listed_by_who_sent_or_received_them_page_by_page() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let [ana, ben, cleo] = ["ana", "ben", "cleo"].map(|name| caller.rich_user(name, "100.00"));
    let sent = [(&ana, &ben), (&cleo, &ana), (&ben, &cleo), (&ana, &cleo)]
        .map(|(from, to)| id_of(caller.post(PATH, &transfer(from, to, "1.00")).data(201)));
    let of_ana = [3, 1, 0].map(|at| sent[at].clone());
    assert_eq!(ids(&caller.get(PATH)), [3, 2, 1, 0].map(|at| sent[at].clone()));
    assert_eq!(ids(&caller.get(&format!("{PATH}?user_id={ana}"))), of_ana);
    let mut pages = Vec::new();
    let mut query = format!("user_id={ana}&limit=1");
    loop {
        let page = caller.get(&format!("{PATH}?{query}"));
        pages.extend(ids(&page));
        let Some(next) = page.body["meta"]["pagination"]["next_cursor"].as_str() else { break };
        query = format!("user_id={ana}&limit=1&cursor={next}");
    }
    assert_eq!(pages, of_ana);
    let other = shop.key_in("other", "read,write");
    assert_eq!(ids(&other.get(PATH)), [""; 0]);
    other.get(&format!("{PATH}/{}", sent[0])).assert_refused(404, "TRANSFER_NOT_FOUND");
    other.post(PATH, &transfer(&ana, &ben, "1.00")).assert_refused(404, "USER_NOT_FOUND");
    let elsewhere = other.user("elsewhere");
    caller.post(PATH, &transfer(&ana, &elsewhere, "1.00")).assert_refused(404, "USER_NOT_FOUND");
}

#[tokio::test]
async fn an_account_sends_its_own_and_nobody_elses_and_strangers_see_nothing() {
    let shop = Shop::open();
    let support = shop.key("read,write,support");
    let mut accounts = Vec::new();
    for _ in 0..3 {
        let member = Member::join_at(shop.relay.address()).await;
        let account = shop.account(member.person.device(), &member.session_token);
        let user = account.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
        let body = json!({
            "user_id": user, "amount": "10.00", "currency": "USD", "return_url": "https://shop.example.org",
        });
        let made = id_of(account.post("/v1/topups", &body).data(201));
        support.post(&format!("/v1/topups/{made}/confirm"), &json!({})).data(200);
        accounts.push((account, user));
    }
    let [(ana, ana_id), (ben, ben_id), (cleo, cleo_id)] = &accounts[..] else { panic!("three accounts") };
    let sent = id_of(ana.post(PATH, &transfer(ana_id, ben_id, "4.00")).data(201));
    ana.post(PATH, &transfer(ben_id, ana_id, "4.00")).assert_refused(404, "USER_NOT_FOUND");
    cleo.post(PATH, &transfer(ana_id, cleo_id, "4.00")).assert_refused(404, "USER_NOT_FOUND");
    for party in [ana, ben] {
        assert_eq!(ids(&party.get(PATH)), std::slice::from_ref(&sent));
        assert_eq!(id_of(party.get(&format!("{PATH}/{sent}")).data(200)), sent);
    }
    cleo.get(&format!("{PATH}/{sent}")).assert_refused(404, "TRANSFER_NOT_FOUND");
    assert_eq!(ids(&cleo.get(&format!("{PATH}?user_id={ana_id}"))), [""; 0]);
    assert_eq!([ana.purse(ana_id), ben.purse(ben_id)], [["6.00", "0.00"], ["14.00", "0.00"]]);
}

#[test]
fn a_relay_that_is_killed_sends_once_what_is_asked_for_again() {
    let mut shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (ana, ben) = (caller.rich_user("ana", "100.00"), caller.user("ben"));
    let body = transfer(&ana, &ben, "10.00").to_string();
    for round in 1..=5 {
        let key = new_key();
        let first = caller.post_by(&key, PATH, &body);
        shop.relay.restart();
        let again = caller.post_by(&key, PATH, &body);
        assert_eq!((again.status, &again.text), (201, &first.text));
        assert_eq!(again.header("idempotency-replay"), Some("true"));
        assert_eq!(caller.purse(&ben), [format!("{}.00", round * 10), "0.00".to_owned()]);
    }
}

/// The last that a user hears is the transfer, and what it did to the user's own balance.
#[track_caller]
fn check_told(caller: &Caller, user: &str, about_it: &Value, (name, balance): (&str, &Value)) {
    let mut stream = caller.stream(&format!("/v1/events?since=0&user_id={user}"), None);
    let sent = std::iter::repeat_with(|| stream.next_event()).find(|heard| heard.event == "transfer.sent");
    assert_eq!(&sent.unwrap().data["payload"], about_it);
    let after = stream.next_event();
    assert_eq!((after.event.as_str(), &after.data["payload"]), (name, balance));
}

fn transfer(from: &str, to: &str, amount: &str) -> Value {
    json!({ "from_user_id": from, "to_user_id": to, "amount": amount, "currency": "USD" })
}

#[track_caller]
fn ids(page: &Answer) -> Vec<String> {
    page.data(200).as_array().unwrap().iter().map(id_of).collect()
}
