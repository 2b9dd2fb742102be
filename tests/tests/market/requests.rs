//! What is no request that can be answered, and what every answer says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use e2e::TestRelay;
use e2e::raw::Member;
use e2e::shop::{Answer, Caller, Shop, new_key};
use serde_json::{Value, json};
use ureq::http::Method;

#[test]
fn a_user_is_topped_up_and_paid_out_so_often_in_a_minute_and_others_use_up_nothing_of_it() {
    let limits = [("PALAVER_RELAY_TOP_UPS_PER_MINUTE", "2"), ("PALAVER_RELAY_WITHDRAWALS_PER_MINUTE", "1")];
    let shop = Shop { relay: TestRelay::start_with(&limits) };
    let caller = shop.key("read,write,support");
    let [user, other] = [caller.rich_user("one", "100.00"), caller.user("two")];
    let top_up = |user: &str| {
        let body = json!({
            "user_id": user, "amount": "10.00", "currency": "USD", "return_url": "https://shop.example.org",
        });
        caller.post("/v1/topups", &body)
    };
    top_up(&user).data(201);
    let refused = top_up(&user);
    refused.assert_refused(429, "RATE_LIMITED");
    let details = &refused.body["error"]["details"];
    assert_eq!((&details["limit"], &details["window"]), (&json!(2), &json!(60)));
    assert_eq!(refused.header("retry-after"), Some(details["retry_after"].to_string().as_str()));
    assert_eq!(limit_of(&refused), ["2", "0"]);
    let taken = top_up(&other);
    taken.data(201);
    assert_ne!(limit_of(&taken)[0], "2", "it is of all requests again");
    let withdraw = json!({
        "user_id": user, "amount": "10.00", "currency": "USD",
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    caller.post("/v1/withdrawals", &withdraw).data(201);
    let refused = caller.post("/v1/withdrawals", &withdraw);
    refused.assert_refused(429, "RATE_LIMITED");
    assert_eq!(limit_of(&refused), ["1", "0"]);
    let reset: u64 = refused.header("x-ratelimit-reset").unwrap().parse().unwrap();
    let other_reset: u64 = caller.get("/v1/users").header("x-ratelimit-reset").unwrap().parse().unwrap();
    assert!(reset.abs_diff(other_reset) <= 60, "{reset} {other_reset}");
}

/// The limit that an answer names, and what it says is left of it.
fn limit_of(answer: &Answer) -> [&str; 2] {
    ["x-ratelimit-limit", "x-ratelimit-remaining"].map(|name| answer.header(name).unwrap())
}

#[test]
fn whoever_asks_again_for_the_same_withdrawal_or_top_up_uses_up_nothing_and_is_answered() {
    let limits = [("PALAVER_RELAY_TOP_UPS_PER_MINUTE", "3"), ("PALAVER_RELAY_WITHDRAWALS_PER_MINUTE", "2")];
    let shop = Shop { relay: TestRelay::start_with(&limits) };
    let caller = shop.key("read,write,support");
    let user = caller.rich_user("one", "100.00");
    let top_up = |amount: &str| json!({ "user_id": user, "amount": amount, "currency": "USD", "return_url": "https://a.example" });
    let withdrawal = |amount: &str| {
        let destination = json!({ "type": "bank", "ref": "DE89370400440532013000" });
        json!({ "user_id": user, "amount": amount, "currency": "USD", "destination": destination })
    };
    let bodies: [&dyn Fn(&str) -> Value; 2] = [&top_up, &withdrawal];
    // One top-up was made already.
    for (path, body) in ["/v1/topups", "/v1/withdrawals"].into_iter().zip(bodies) {
        let key = new_key();
        let ask = |key: &str, amount: &str| caller.post_by(key, path, &body(amount).to_string());
        let first = ask(&key, "10.00");
        first.data(201);
        for _ in 0..5 {
            assert_eq!(ask(&key, "10.00").text, first.text);
        }
        ask(&key, "11.00").assert_refused(409, "IDEMPOTENCY_KEY_REUSED");
        ask(&new_key(), "10.00").data(201);
        ask(&new_key(), "10.00").assert_refused(429, "RATE_LIMITED");
        let again = ask(&key, "10.00");
        assert_eq!((again.text, again.headers.contains_key("idempotency-replay")), (first.text, true));
    }
    assert_eq!(caller.purse(&user), ["80.00", "20.00"]);
}

#[test]
fn what_is_wrong_with_a_request_is_said_by_a_code() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let post = |body: &str| caller.post_by(&new_key(), "/v1/users", body);
    post("").assert_refused(400, "MISSING_REQUIRED_FIELD");
    post("{").assert_refused(400, "INVALID_REQUEST");
    post("[]").assert_refused(400, "INVALID_REQUEST");
    post(r#"{"type":"both"}"#).assert_refused(400, "MISSING_REQUIRED_FIELD");
    post(r#"{"type":"both","external_user_id":""}"#).assert_refused(400, "VALIDATION_ERROR");
    post(r#"{"type":"both","external_user_id":"one","more":1}"#).assert_refused(400, "VALIDATION_ERROR");
    post(r#"{"type":"both","external_user_id":"one\n"}"#).assert_refused(400, "VALIDATION_ERROR");
    let long = format!(r#"{{"type":"both","external_user_id":"{}"}}"#, "a".repeat(70_000));
    post(&long).assert_refused(413, "PAYLOAD_TOO_LARGE");
    caller.get("/v1/nothing").assert_refused(404, "NOT_FOUND");
    caller.get("/v1/users/usr_1").assert_refused(404, "USER_NOT_FOUND");
    let wrong = caller.ask(Method::PUT, "/v1/users", None, "");
    wrong.assert_refused(405, "METHOD_NOT_ALLOWED");
    assert_eq!(wrong.header("allow"), Some("POST, GET"));
}

#[test]
fn a_wrong_parameter_is_said_by_its_name() {
    let shop = Shop::open();
    let caller = shop.key("read");
    for (query, field) in [("limit=many", "limit"), ("limit=0", "limit"), ("color=red", "color")] {
        let refused = caller.get(&format!("/v1/users?{query}"));
        refused.assert_refused(400, "VALIDATION_ERROR");
        assert_eq!(refused.body["error"]["details"]["fields"][0]["field"], field, "{}", refused.text);
    }
}

#[test]
fn what_leads_nowhere_is_counted_like_what_leads_somewhere() {
    let shop = Shop::open_with(&[("PALAVER_RELAY_MARKET_REQUESTS_PER_MINUTE", "3")]);
    let caller = shop.key("read");
    let wrong_method = caller.ask(Method::PUT, "/v1/users", None, "");
    wrong_method.assert_refused(405, "METHOD_NOT_ALLOWED");
    let nowhere = caller.get("/v1/nothing/at/all");
    nowhere.assert_refused(404, "NOT_FOUND");
    let left = |answer: &Answer| answer.header("x-ratelimit-remaining").map(str::to_owned);
    assert_eq!([left(&wrong_method), left(&nowhere)], [Some("2".to_owned()), Some("1".to_owned())]);
    caller.get("/v1/users").data(200);
    caller.get("/v1/nothing").assert_refused(429, "RATE_LIMITED");
    caller.ask(Method::PUT, "/v1/users", None, "").assert_refused(429, "RATE_LIMITED");
}

#[test]
fn every_answer_says_its_request_and_what_is_left_of_the_minute() {
    let shop = Shop::open();
    let caller = shop.key("read");
    let [first, second] = [0, 1].map(|_| caller.get("/v1/users"));
    let left = |answer: &Answer| answer.header("x-ratelimit-remaining").unwrap().parse::<u32>().unwrap();
    assert_eq!(left(&first), left(&second) + 1);
    assert!(first.header("x-ratelimit-limit").is_some() && first.header("x-ratelimit-reset").is_some());
    assert_eq!(first.body["meta"]["request_id"].as_str(), first.header("x-request-id"));
    assert_eq!(first.header("cache-control"), Some("no-store"));
}

#[test]
fn what_whoever_asks_calls_a_request_is_told_back_unless_it_is_no_name() {
    let relay = TestRelay::start();
    let told = |name: &str| {
        let asked = ureq::get(format!("http://{}/v1/health", relay.address())).header("X-Request-ID", name);
        let answer = asked.call().unwrap();
        answer.headers().get("x-request-id").unwrap().to_str().unwrap().to_owned()
    };
    let longest = "x".repeat(64);
    for name in ["checkout-7_b.1", &longest] {
        assert_eq!(told(name), name);
    }
    for name in ["", "two words", "<b>", &format!("{longest}x")] {
        let given = told(name);
        assert!(given != name && given.len() == 36, "{name}: {given}");
    }
}

#[test]
fn whatever_moves_money_or_decides_about_it_is_refused_without_an_idempotency_key() {
    const KEYED: [&str; 12] = [
        "/v1/topups",
        "/v1/orders",
        "/v1/orders/{id}/reserve",
        "/v1/orders/{id}/escrow",
        "/v1/orders/{id}/escrow/fund",
        "/v1/orders/{id}/release",
        "/v1/orders/{id}/refund",
        "/v1/orders/{id}/disputes",
        "/v1/disputes/{id}/resolve",
        "/v1/withdrawals",
        "/v1/withdrawals/{id}/commit",
        "/v1/transfers",
    ];
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let document = caller.get("/v1/openapi.json").body;
    for path in KEYED {
        let answer =
            caller.ask(Method::POST, &path.replace("{id}", "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa"), None, "{}");
        answer.assert_refused(400, "MISSING_REQUIRED_FIELD");
        assert!(answer.text.contains("Idempotency-Key"), "{path}: {}", answer.text);
        let parameters = document["paths"][path]["post"]["parameters"].as_array().unwrap();
        let key = parameters.iter().find(|parameter| parameter["name"] == "Idempotency-Key").unwrap();
        assert_eq!(key["required"], true, "{path}");
    }
}

#[test]
fn the_description_says_which_headers_answers_have() {
    let shop = Shop::open();
    let document = shop.caller(None).get("/v1/openapi.json").body;
    let names = |response: &Value| -> Vec<String> {
        response["headers"].as_object().unwrap().keys().cloned().collect()
    };
    let every = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-ID"];
    assert_eq!(names(&document["paths"]["/v1/users"]["get"]["responses"]["200"]), every);
    let keyed = [&["Idempotency-Replay"], &every[..]].concat();
    assert_eq!(names(&document["paths"]["/v1/users"]["post"]["responses"]["201"]), keyed);
    let refused = &document["components"]["responses"]["Refused429"];
    assert_eq!(names(refused), [&["Idempotency-Replay", "Retry-After"], &every[..]].concat());
    let answer = shop.key("read").get("/v1/users");
    assert!(every.iter().all(|name| answer.header(name).is_some()), "{:?}", answer.headers);
}

#[test]
fn the_page_for_people_shows_every_route_and_asks_for_nothing_from_elsewhere() {
    let shop = Shop::open();
    let guest = shop.caller(None);
    let page = guest.get("/v1/docs").text;
    let document = guest.get("/v1/openapi.json").body;
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(page.contains(path.as_str()), "{path}");
    }
    assert!(page.contains("IDEMPOTENCY_KEY_REUSED"), "it says what may be refused");
    for elsewhere in ["src=", "href=http", "href='http", "url(", "@import", "<script"] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
}

#[test]
fn a_network_has_so_much_looked_up_that_does_not_work_and_whoever_was_known_to_work_is_let_in() {
    let shop = Shop::open_with(&[("PALAVER_RELAY_MARKET_REQUESTS_PER_MINUTE", "4")]);
    let [known, other] = [shop.key("read"), shop.key("read")];
    known.get("/v1/users").data(200);
    let wrong = shop.caller(Some(&other.credential().replace("plv_", "plv_tok_")));
    for _ in 0..4 {
        wrong.get("/v1/users").assert_refused(401, "INVALID_API_KEY");
    }
    wrong.get("/v1/users").assert_refused(429, "RATE_LIMITED");
    other.get("/v1/users").assert_refused(429, "RATE_LIMITED");
    let still = known.get("/v1/users");
    still.data(200);
    assert_eq!(still.header("x-ratelimit-remaining"), Some("2"), "it is its own that is used up");
}

#[test]
fn credentials_that_work_use_up_nothing_of_what_guests_may_ask() {
    let shop = Shop::open_with(&[("PALAVER_RELAY_MARKET_REQUESTS_PER_MINUTE", "2")]);
    for key in (0..4).map(|_| shop.key("read")) {
        key.get("/v1/users").data(200);
    }
    shop.caller(None).get("/v1/users").assert_refused(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn an_account_that_lets_its_requests_wait_has_so_many_under_way() {
    const UNDER_WAY_MAX: usize = 32;
    let shop = Shop::open();
    let [one, other] =
        [Member::join_at(shop.relay.address()).await, Member::join_at(shop.relay.address()).await];
    let [one, other] = [one, other].map(|member| shop.account(member.person.device(), &member.session_token));
    let mut waiting: Vec<_> = (0..UNDER_WAY_MAX).map(|_| begin(&shop, &one)).collect();
    assert!(waiting.iter().all(|(line, _)| line.starts_with("HTTP/1.1 100")), "{waiting:?}");
    let refused = one.get("/v1/me");
    refused.assert_refused(429, "RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let expected = json!({ "retry_after": 1, "limit": UNDER_WAY_MAX, "window": 0 });
    assert_eq!(refused.body["error"]["details"], expected);
    assert_eq!(limit_of(&refused), [UNDER_WAY_MAX.to_string().as_str(), "0"]);
    other.get("/v1/me").data(200);
    let (_, mut answered) = waiting.pop().unwrap();
    write!(answered.get_mut(), "}}").unwrap();
    let mut line = String::new();
    while !line.starts_with("HTTP/1.1 400") {
        line.clear();
        assert!(answered.read_line(&mut line).unwrap() > 0);
    }
    one.get("/v1/me").data(200);
}

#[test]
fn a_refused_request_whose_body_comes_late_leaves_its_connection_to_the_next() {
    let shop = Shop::open();
    let stranger = shop.caller(None);
    let mut connection = BufReader::new(refuse(&shop, "content-length: 2"));
    // By the answer to another request, the head of this one has long been read.
    stranger.get("/v1/users").assert_refused(401, "UNAUTHORIZED");
    write!(connection.get_mut(), "{{}}GET /v1/me HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answers = String::new();
    connection.read_to_string(&mut answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 401").count(), 2, "{answers}");
}

#[test]
fn a_refused_request_whose_body_is_long_or_never_comes_is_the_last_of_its_connection_and_is_told() {
    let shop = Shop::open();
    for body in ["content-length: 2", "content-length: 1000000", "transfer-encoding: chunked"] {
        let mut answer = String::new();
        refuse(&shop, body).read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 401") && answer.contains("connection: close"),
            "{body}: {answer}"
        );
    }
}

/// Begins a request that is refused whatever its body is.
fn refuse(shop: &Shop, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(shop.relay.address()).unwrap();
    write!(stream, "POST /v1/topups HTTP/1.1\r\nhost: relay\r\n{body}\r\n\r\n").unwrap();
    stream
}

/// Begins a request that is let in, and does not end its body; what came of that.
fn begin(shop: &Shop, caller: &Caller) -> (String, BufReader<TcpStream>) {
    let mut stream = TcpStream::connect(shop.relay.address()).unwrap();
    write!(
        stream,
        "POST /v1/topups HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\n\
         content-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n",
        caller.credential(),
        new_key(),
    )
    .unwrap();
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    answer.read_line(&mut line).unwrap();
    write!(answer.get_mut(), "{{").unwrap();
    (line, answer)
}
