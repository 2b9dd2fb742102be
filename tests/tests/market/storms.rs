//! Storms of those who ask again and again, many at once, some of whom hang up before they are answered.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpStream;
use std::sync::Barrier;

use e2e::shop::{Answer, Caller, Shop, id_of, new_key};
use rusqlite::Connection;
use serde_json::{Value, json};
use ureq::http::Method;

/// How many ask at once, and how often each.
const ASKING: usize = 6;
const TIMES: usize = 3;
/// Who trade in their storms at the same time.
const TRADERS: [&str; 3] = ["one", "two", "three"];

/// How something is asked for; what was answered.
type Ask = fn(&Shop, &Caller, &str, &Value) -> Value;

#[test]
fn what_is_asked_for_again_by_its_key_is_done_once_and_answered_the_same_byte_for_byte() {
    let shop = stormy();
    let calm = outcome(&shop, &["calm"], once, once);
    assert_eq!(outcome(&shop, &TRADERS, by_one_key, by_one_key), calm.times(TRADERS.len()));
    verify(&shop);
}

#[test]
fn what_is_decided_again_by_new_keys_or_none_is_done_once() {
    let shop = stormy();
    let calm = outcome(&shop, &["calm"], once, once);
    assert_eq!(outcome(&shop, &TRADERS, once, by_other_keys), calm.times(TRADERS.len()));
    verify(&shop);
}

#[test]
fn what_is_made_anew_each_time_is_there_as_often_as_was_answered_and_paid_for_each_time() {
    let shop = stormy();
    let caller = shop.key("read,write,support");
    let [user, other] = [caller.rich_user("user", "250.00"), caller.user("other")];
    let withdrawal = json!({
        "user_id": user, "amount": "20.00", "currency": "USD",
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    let gift = json!({ "from_user_id": user, "to_user_id": other, "amount": "20.00", "currency": "USD" });
    let answers = storm(|number| match number % 2 {
        0 => caller.post("/v1/withdrawals", &withdrawal),
        _ => caller.post("/v1/transfers", &gift),
    });
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 12, "they pay for twelve times twenty");
    refused.iter().for_each(|answer| answer.assert_refused(422, "INSUFFICIENT_FUNDS"));
    let made = ids(made.iter().map(|answer| answer.data(201)));
    let listed = ["/v1/withdrawals?limit=100", "/v1/transfers?limit=100"].map(|path| caller.get(path));
    let [withdrawn, given] = listed.each_ref().map(|page| page.data(200).as_array().unwrap());
    assert_eq!(made, ids(withdrawn.iter().chain(given)));
    let dollars = |count: usize| format!("{}.00", 20 * count);
    assert_eq!(caller.purse(&user), ["10.00".to_owned(), dollars(withdrawn.len())]);
    assert_eq!(caller.purse(&other), [dollars(given.len()), "0.00".to_owned()]);
    let listing = json!({
        "seller_id": user, "title": "A desk", "description": "Of oak.", "category": "furniture",
        "price": "8.00", "currency": "USD",
    });
    let answers = storm(|_| caller.ask(Method::POST, "/v1/listings", None, &listing.to_string()));
    let made = ids(answers.iter().map(|answer| answer.data(201)));
    assert_eq!(made.len(), ASKING * TIMES);
    let listed = caller.get(&format!("/v1/listings?seller_id={user}&limit=100"));
    assert_eq!(made, ids(listed.data(200).as_array().unwrap()));
    verify(&shop);
}

/// What a run came to, whatever was done first.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// What buyers and sellers have.
    purses: Vec<[String; 2]>,
    /// What was told, what was moved and what was noted as done.
    rows: [Vec<String>; 3],
}

impl Outcome {
    fn times(mut self, count: usize) -> Self {
        self.purses = vec![self.purses; count].concat();
        self.rows = self.rows.map(|rows| sorted(vec![rows; count].concat()));
        self
    }
}

/// Lets each of these trade at the same time.
fn outcome(shop: &Shop, names: &[&str], make: Ask, decide: Ask) -> Outcome {
    let caller = shop.key("read,write,support");
    let before = rows(shop);
    let purses = std::thread::scope(|scope| {
        let trading = |name| {
            let caller = caller.clone();
            scope.spawn(move || trade(shop, &caller, name, make, decide))
        };
        let trading: Vec<_> = names.iter().copied().map(trading).collect();
        trading.into_iter().flat_map(|trader| trader.join().unwrap()).collect()
    });
    let mut behind = before.iter().map(Vec::len);
    let rows = rows(shop).map(|all| sorted(all[behind.next().unwrap()..].to_vec()));
    Outcome { purses, rows }
}

/// A top-up, an order that is paid for and released, and a withdrawal of what was earned.
fn trade(shop: &Shop, caller: &Caller, name: &str, make: Ask, decide: Ask) -> [[String; 2]; 2] {
    let make = |path: &str, body: &Value| format!("{path}/{}", id_of(&make(shop, caller, path, body)));
    let decide = |path: String, body: Value| decide(shop, caller, &path, &body);
    let [buyer, seller] = ["buyer", "seller"].map(|side| caller.user(&format!("{side} {name}")));
    let top_up = json!({
        "user_id": buyer, "amount": "100.00", "currency": "USD", "return_url": "https://shop.example.org",
    });
    let top_up = make("/v1/topups", &top_up);
    decide(format!("{top_up}/confirm"), json!({}));
    let order = json!({
        "buyer_id": buyer, "seller_id": seller, "amount": "80.00", "currency": "USD", "title": "A desk",
    });
    let order = make("/v1/orders", &order);
    decide(format!("{order}/reserve"), json!({ "amount": "80.00" }));
    decide(format!("{order}/escrow"), json!({}));
    decide(format!("{order}/escrow/fund"), json!({}));
    decide(format!("{order}/release"), json!({}));
    let withdrawal = |amount: &str| {
        json!({
            "user_id": seller, "amount": amount, "currency": "USD",
            "destination": { "type": "bank", "ref": "DE89370400440532013000" },
        })
    };
    let [sent, failed] = ["50.00", "20.00"].map(|amount| make("/v1/withdrawals", &withdrawal(amount)));
    for path in [&sent, &failed] {
        decide(format!("{path}/commit"), json!({ "confirm": true }));
    }
    decide(format!("{sent}/complete"), json!({}));
    decide(format!("{failed}/fail"), json!({ "reason": "The bank sent it back." }));
    [caller.purse(&buyer), caller.purse(&seller)]
}

fn once(_: &Shop, caller: &Caller, path: &str, body: &Value) -> Value {
    let answer = caller.post(path, body);
    assert!(matches!(answer.status, 200 | 201), "{path}: {}", answer.text);
    answer.body["data"].clone()
}

/// All are told the same, and one at most that it is the first.
fn by_one_key(shop: &Shop, caller: &Caller, path: &str, body: &Value) -> Value {
    let (key, body) = (new_key(), body.to_string());
    let answers = storm(|number| {
        if number.is_multiple_of(ASKING) {
            hang_up(shop, caller, path, &key, &body);
        }
        until_done(|| caller.post_by(&key, path, &body))
    });
    let first = &answers[0];
    assert!(matches!(first.status, 200 | 201), "{path}: {}", first.text);
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (first.status, &first.text), "{path}");
    }
    let firsts = answers.iter().filter(|answer| answer.header("idempotency-replay").is_none());
    assert!(firsts.count() <= 1, "{path}");
    first.body["data"].clone()
}

/// All are told how it stands, or all but one that it was done.
fn by_other_keys(_: &Shop, caller: &Caller, path: &str, body: &Value) -> Value {
    let takes_none = ["/confirm", "/complete", "/fail"].iter().any(|end| path.ends_with(end));
    let answers = storm(|number| {
        let key = (!takes_none || number.is_multiple_of(2)).then(new_key);
        caller.ask(Method::POST, path, key.as_deref(), &body.to_string())
    });
    let (done, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| matches!(answer.status, 200 | 201));
    let is_said_once = path.ends_with("/commit");
    assert_eq!(done.len(), if is_said_once { 1 } else { answers.len() }, "{path}");
    refused.iter().for_each(|answer| answer.assert_refused(409, "WITHDRAWAL_NOT_COMMITTABLE"));
    for answer in &done {
        assert_eq!(answer.body["data"], done[0].body["data"], "{path}");
    }
    done[0].body["data"].clone()
}

/// Asks from many sides at once, each again and again, by the number of the asking.
fn storm(ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    let together = Barrier::new(ASKING);
    std::thread::scope(|scope| {
        let (ask, together) = (&ask, &together);
        let ask_on = |first: usize| {
            move || {
                together.wait();
                (0..TIMES).map(|time| ask(first + time * ASKING)).collect::<Vec<_>>()
            }
        };
        let asking: Vec<_> = (0..ASKING).map(|first| scope.spawn(ask_on(first))).collect();
        asking.into_iter().flat_map(|asked| asked.join().unwrap()).collect()
    })
}

/// Asks until no other is under way.
fn until_done(ask: impl Fn() -> Answer) -> Answer {
    e2e::once_there(|| Some(ask()).filter(|answer| answer.code() != "IDEMPOTENCY_KEY_IN_PROGRESS"))
}

/// Asks, and does not stay for the answer.
fn hang_up(shop: &Shop, caller: &Caller, path: &str, key: &str, body: &str) {
    let mut stream = TcpStream::connect(shop.relay.address()).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer {}\r\nidempotency-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        caller.credential(),
        body.len(),
    )
    .unwrap();
}

/// A relay that lets itself be asked so often.
fn stormy() -> Shop {
    Shop::open_with(&[("PALAVER_RELAY_MARKET_REQUESTS_PER_MINUTE", "1000000")])
}

#[track_caller]
fn verify(shop: &Shop) {
    for log in ["ledger", "audit"] {
        shop.operate(&[log, "verify"]).unwrap();
    }
}

/// The outbox, the ledger and the audit log, by the names of what happened.
fn rows(shop: &Shop) -> [Vec<String>; 3] {
    let store = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    [
        "SELECT name FROM events WHERE space_id = 1 ORDER BY number",
        "SELECT reason FROM ledger_transfers WHERE space_id = 1 ORDER BY number",
        "SELECT json_extract(body, '$.action') FROM audit
         WHERE space_id = 1 AND json_extract(body, '$.result') = 'SUCCESS' ORDER BY number",
    ]
    .map(|query| {
        let mut all = store.prepare(query).unwrap();
        all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    })
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

fn ids<'a>(shown: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    shown.into_iter().map(id_of).collect()
}
