//! An account's own money in the words of clients that know the wallet of others: byte for byte.

use e2e::raw::Member;
use e2e::shop::{Answer, Caller, Shop, id_of, new_key};
use serde_json::json;
use ureq::http::Method;

const SEND: &str = "/api/wallet/send";

/// An account that has money, or has never traded.
pub(crate) struct Trader {
    member: Member,
    pub(crate) caller: Caller,
    pub(crate) user: String,
}

#[tokio::test]
async fn a_wallet_is_shown_in_dollars_and_in_cents() {
    let shop = Shop::open();
    let ana = trader(&shop, Some("ana"), None).await;
    check_wallet(&ana, "0", "0");
    for (amount, balance, cents) in
        [("12.34", "12.34", "1234"), ("1.16", "13.5", "1350"), ("6.50", "20", "2000")]
    {
        top_up(&shop, &ana, amount);
        check_wallet(&ana, balance, cents);
    }
}

#[tokio::test]
async fn what_is_sent_is_answered_with_nothing_and_listed_by_both() {
    let shop = Shop::open();
    let ana = trader(&shop, Some("ana"), Some("100.00")).await;
    let ben = trader(&shop, Some("ben"), None).await;
    let sent = ana.send(r#"{"username":"ben","amount_cents":1250}"#);
    assert_eq!((sent.status, sent.text.as_str()), (200, ""));
    assert_eq!(sent.header("content-type"), None);
    assert_eq!(ana.send(r#"{"username": "ben", "amount": 12.50}"#).status, 200);
    check_wallet(&ana, "75", "7500");
    check_wallet(&ben, "25", "2500");
    assert_eq!(ben.send(r#"{"username":"ana","amount":0.07,"memo":"what else stands there"}"#).status, 200);
    let listed = ana.caller.get("/v1/transfers");
    let told: Vec<_> = listed.data(200).as_array().unwrap().clone();
    let expected = |own: &Trader, other: &Trader, name: &str| {
        let lines = told.iter().map(|transfer| {
            let is_sent = transfer["from_user_id"] == own.user.as_str();
            let (from, to) = if is_sent { (own, other) } else { (other, own) };
            let cents = transfer["amount"].as_str().unwrap().replace('.', "").parse::<u64>().unwrap();
            format!(
                r#"{{"id":{},"direction":"{}","from_user_id":"{}","to_user_id":"{}","counterparty_username":"{name}","amount_cents":{cents},"currency_code":"USD","created_at":{}}}"#,
                transfer["id"], if is_sent { "sent" } else { "received" }, from.user, to.user, transfer["created_at"],
            )
        });
        format!(
            r#"{{"transfers":[{}],"has_more":false,"next_cursor":null}}"#,
            lines.collect::<Vec<_>>().join(",")
        )
    };
    assert_eq!(told.len(), 3);
    assert_eq!(ana.caller.get("/api/wallet/transfers").text, expected(&ana, &ben, "ben"));
    assert_eq!(ben.caller.get("/api/wallet/transfers").text, expected(&ben, &ana, "ana"));
    let page = ana.caller.get("/api/wallet/transfers?limit=2");
    assert_eq!((page.status, &page.body["has_more"]), (200, &json!(true)));
    let next = page.body["next_cursor"].as_str().unwrap();
    assert_eq!(page.body["transfers"][1]["id"], next);
    let rest = ana.caller.get(&format!("/api/wallet/transfers?cursor={next}"));
    assert_eq!(rest.body["transfers"].as_array().unwrap().len(), 1);
    check(&ana.caller.get("/api/wallet/transfers?limit=0"), 400, "`limit` is wrong: expected 1 to 100");
    let log = shop.key("support").get("/v1/audit/logs?action=TRANSFER_SEND");
    assert_eq!(log.data(200).as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_in_a_sentence_and_changes_nothing() {
    let shop = Shop::open();
    let ana = trader(&shop, Some("ana"), Some("100.00")).await;
    let ben = trader(&shop, Some("ben"), None).await;
    for (body, status, error) in [
        ("", 400, "username is required"),
        (r#"{"amount_cents":1}"#, 400, "username is required"),
        (r#"{"username":"","amount_cents":1}"#, 400, "username is required"),
        (r#"{"username":"ben"}"#, 400, "amount_cents is required"),
        (r#"{"username":"ben","amount_cents":null}"#, 400, "amount_cents is required"),
        (r#"{"username":"ben","amount_cents":0}"#, 400, "amount must be greater than zero"),
        (r#"{"username":"ben","amount_cents":-5}"#, 400, "amount must be greater than zero"),
        (r#"{"username":"ben","amount":-0.00}"#, 400, "amount must be greater than zero"),
        (r#"{"username":"ben","amount":1.005}"#, 400, "amount must be dollars to the cent"),
        (r#"{"username":"ben","amount":9223372036854775808}"#, 400, "amount must be dollars to the cent"),
        (r#"{"username":"ben","amount":1e2}"#, 400, "amount must be written without an exponent"),
        (r#"{"username":"ben","amount":1250E-2}"#, 400, "amount must be written without an exponent"),
        (
            r#"{"username":"ben","amount":1e0,"amount_cents":100}"#,
            400,
            "amount must be written without an exponent",
        ),
        (r#"{"username":"ben","amount_cents":9223372036854775807}"#, 400, "nobody has as much"),
        (r#"{"username":"ben","amount_cents":1000001}"#, 400, "a transfer is of 0.01 to 10000.00 USD"),
        (
            r#"{"username":"ben","amount_cents":1,"amount":1}"#,
            400,
            "amount and amount_cents are not the same",
        ),
        (r#"{"username":"ben","amount_cents":10001}"#, 400, "insufficient funds"),
        (r#"{"username":"nobody","amount_cents":1}"#, 404, "user not found"),
        (r#"{"username":"Not a name","amount_cents":1}"#, 404, "user not found"),
        (r#"{"username":"usr_aaaaaaaaaaaaaaaaaaaaaaaaaa","amount_cents":1}"#, 404, "user not found"),
        (r#"{"username":"ana","amount_cents":1}"#, 400, "sender and recipient must be different"),
        ("[]", 400, "the body has to be a JSON object"),
    ] {
        check(&ana.send(body), status, error);
    }
    for wrong in [r#""1e2""#, "1.5", "9223372036854775808", "1e2"] {
        let answer = ana.send(&format!(r#"{{"username":"ben","amount_cents":{wrong}}}"#));
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text);
        assert!(
            answer.body["error"].as_str().unwrap().starts_with("`amount_cents` is wrong"),
            "{}",
            answer.text
        );
    }
    check(&ana.caller.delete("/api/wallet"), 405, "method not allowed");
    assert_eq!(ana.caller.delete("/api/wallet").header("allow"), Some("GET"));
    check(&ana.caller.get(SEND), 405, "method not allowed");
    for stranger in [None, Some("nonsense")] {
        check(&shop.caller(stranger).get("/api/wallet"), 401, "unauthorized");
    }
    shop.key("support").post("/v1/admin/maintenance/enable", &json!({ "message": "We count." })).data(200);
    check(&ana.send(r#"{"username":"ben","amount_cents":1}"#), 503, "We count.");
    check_wallet(&ana, "100", "10000");
    check_wallet(&ben, "0", "0");
}

#[tokio::test]
async fn somebody_is_named_by_handle_or_by_id_and_is_found_before_ever_trading_but_not_once_closed() {
    let shop = Shop::open();
    let ana = trader(&shop, None, Some("10.00")).await;
    let mut ben = trader(&shop, Some("ben"), None).await;
    let account = ben.member.person.account;
    check(&ana.send(&format!(r#"{{"username":"{}","amount_cents":100}}"#, ben.user)), 404, "user not found");
    for (name, cents) in [("@ben", "100"), (&account.to_string(), "200"), (&ben.user, "300")] {
        assert_eq!(ana.send(&format!(r#"{{"username":"{name}","amount_cents":100}}"#)).status, 200, "{name}");
        check_wallet(&ben, &cents[..1], cents);
    }
    let other = ben.caller.get("/api/wallet/transfers").body["transfers"][0]["counterparty_username"].clone();
    assert_eq!(other, json!(null), "nobody is called what they are not");
    let closing = ben.member.person.closing();
    ben.member.socket.ask(closing).await;
    for name in ["ben", &account.to_string(), &ben.user] {
        let answer = ana.send(&format!(r#"{{"username":"{name}","amount_cents":100}}"#));
        check(&answer, 404, "user not found");
    }
    check_wallet(&ana, "7", "700");
}

#[tokio::test]
async fn what_is_asked_for_again_by_its_key_is_sent_once_also_by_a_relay_that_was_killed() {
    let mut shop = Shop::open();
    let ana = trader(&shop, Some("ana"), Some("100.00")).await;
    let ben = trader(&shop, Some("ben"), None).await;
    let body = r#"{"username":"ben","amount_cents":1000}"#;
    let key = new_key();
    assert_eq!(ana.caller.post_by(&key, SEND, body).header("idempotency-replay"), None);
    for _ in 0..2 {
        shop.relay.restart();
        let again = ana.caller.post_by(&key, SEND, body);
        assert_eq!((again.status, again.text.as_str()), (200, ""));
        assert_eq!(again.header("idempotency-replay"), Some("true"));
    }
    check_wallet(&ben, "10", "1000");
    let other = ana.caller.post_by(&key, SEND, r#"{"username":"ben","amount_cents":2000}"#);
    assert_eq!(other.status, 409, "{}", other.text);
    for _ in 0..2 {
        assert_eq!(ana.send(body).status, 200, "without a key, each is its own");
    }
    check_wallet(&ben, "30", "3000");
}

#[tokio::test]
async fn of_a_hundred_sends_at_once_no_more_go_than_there_is() {
    /// As many as one account may have under way, or fewer.
    const AT_ONCE: usize = 25;
    let shop = Shop::open();
    let ana = trader(&shop, Some("ana"), Some("30.00")).await;
    let ben = trader(&shop, Some("ben"), None).await;
    let caller = &ana.caller;
    let send_one = || send(caller, r#"{"username":"ben","amount":1}"#).status;
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> =
            (0..AT_ONCE).map(|_| scope.spawn(|| [(); 100 / AT_ONCE].map(|()| send_one()))).collect();
        asked.into_iter().flat_map(|asked| asked.join().unwrap()).collect()
    });
    let count = |status: u16| statuses.iter().filter(|found| **found == status).count();
    assert_eq!([count(200), count(400)], [30, 70]);
    check_wallet(&ana, "0", "0");
    check_wallet(&ben, "30", "3000");
}

pub(crate) async fn trader(shop: &Shop, handle: Option<&str>, amount: Option<&str>) -> Trader {
    let mut member = Member::join_at(shop.relay.address()).await;
    if let Some(handle) = handle {
        let naming = member.person.naming(handle);
        member.socket.ask(naming).await;
    }
    let caller = shop.account(member.person.device(), &member.session_token);
    let user = caller.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
    let trader = Trader { member, caller, user };
    if let Some(amount) = amount {
        top_up(shop, &trader, amount);
    }
    trader
}

fn top_up(shop: &Shop, trader: &Trader, amount: &str) {
    let body = json!({
        "user_id": trader.user, "amount": amount, "currency": "USD", "return_url": "https://shop.example.org",
    });
    let made = id_of(trader.caller.post("/v1/topups", &body).data(201));
    shop.key("support").post(&format!("/v1/topups/{made}/confirm"), &json!({})).data(200);
}

impl Trader {
    fn send(&self, body: &str) -> Answer {
        send(&self.caller, body)
    }
}

/// Without an idempotency key, as these clients do.
fn send(caller: &Caller, body: &str) -> Answer {
    caller.ask(Method::POST, SEND, None, body)
}

#[track_caller]
fn check_wallet(trader: &Trader, balance: &str, cents: &str) {
    let user = &trader.user;
    let expected =
        format!(r#"{{"id":"{user}","user_id":"{user}","balance":{balance},"balance_cents":{cents}}}"#);
    let found = trader.caller.get("/api/wallet");
    assert_eq!((found.status, found.text), (200, expected));
}

#[track_caller]
fn check(answer: &Answer, status: u16, error: &str) {
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (status, json!({ "error": error }).to_string().as_str())
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
}
