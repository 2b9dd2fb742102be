//! Others' servers, told what happens.

use std::collections::BTreeSet;
use std::path::Path;

use data_encoding::BASE64;
use e2e::TestRelay;
use e2e::receiver::{Manner, Message, Receiver};
use e2e::shop::{Caller, Shop};
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use serde_json::{Value, json};

/// Deliveries to an endpoint that are under way at a time.
const LANE_MAX: usize = 4;

#[test]
fn an_endpoint_is_told_what_it_asked_for_signed_by_its_secret() {
    let shop = open();
    let caller = shop.key("read,write,support");
    let receiver = Receiver::willing();
    user(&caller, "before");
    let made = endpoint(&caller, &receiver.url(), &["user.*"]);
    let one = user(&caller, "one");
    let message = receiver.next();
    assert_eq!((message.path.as_str(), &message.body["eventType"]), ("/hooks", &json!("user.created")));
    assert_eq!(message.body["payload"]["userId"], one);
    assert_eq!(message.body["eventId"], message.id());
    assert_eq!(message.headers["content-type"], "application/json");
    assert!(is_signed(&message, made["secret"].as_str().unwrap()));
    assert!(!is_signed(&message, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    top_up(&caller, &one);
    let two = user(&caller, "two");
    assert_eq!(receiver.next().body["payload"]["userId"], two, "what it did not ask for is not told");
    let delivered = settled(&caller, &made, 2);
    assert!(delivered.iter().all(|delivery| delivery["status"] == "DELIVERED"), "{delivered:?}");
    assert_eq!(delivered[1]["event_id"], message.id());
    let facts = ["attempts", "response_status", "error_code", "next_attempt_at"];
    assert_eq!(facts.map(|fact| &delivered[1][fact]), [&json!(1), &json!(200), &Value::Null, &Value::Null]);
}

#[test]
fn a_receiver_that_dies_and_a_relay_that_is_killed_leave_nothing_out() {
    let mut shop = open();
    let caller = shop.key("read,write,support");
    let receiver = Receiver::open(|count, _| match count % 5 {
        0 => Manner::Die,
        1 => Manner::Answer(500),
        2 => Manner::Silence,
        _ => Manner::Answer(204),
    });
    let made = endpoint(&caller, &receiver.url(), &["*"]);
    let mut seen = Vec::new();
    for round in 0..6 {
        let user = user(&caller, &round.to_string());
        top_up(&caller, &user);
        if round % 2 == 0 {
            seen.push(receiver.next());
        }
        shop.relay.restart();
    }
    let told = outbox(shop.relay.folder(), 0);
    assert_eq!(told.len(), 18, "{told:?}");
    e2e::once_there(|| {
        let deliveries = deliveries(&caller, &made);
        let is_taken = |delivery: &&Value| delivery["status"] == "DELIVERED";
        let left: Vec<&Value> = deliveries.iter().filter(|delivery| !is_taken(delivery)).collect();
        if left.is_empty() && deliveries.len() == told.len() {
            return Some(());
        }
        let (under_way, waiting): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|delivery| delivery["next_attempt_at"].is_null());
        for delivery in &waiting {
            caller.post(&retry_of(delivery), &json!({}));
        }
        seen.extend(receiver.so_far());
        // Those that nothing is answered to fill the endpoint's lane until their time is up; another relay takes them up at once.
        if waiting.is_empty() || under_way.len() >= LANE_MAX {
            shop.relay.restart();
        }
        None
    });
    seen.extend(receiver.so_far());
    let arrived: BTreeSet<(String, String)> =
        seen.iter().map(|message| (message.id().to_owned(), message.text.clone())).collect();
    assert_eq!(arrived, told.into_iter().collect(), "each event, and the same wherever it came twice");
    assert!(seen.len() > arrived.len());
    assert!(seen.iter().all(|message| is_signed(message, made["secret"].as_str().unwrap())));
}

#[test]
fn an_endpoint_that_is_disabled_is_told_nothing_until_it_is_enabled_and_one_that_is_gone_nothing_more() {
    let shop = open();
    let caller = shop.key("read,write,support");
    let [first, second] = [Receiver::willing(), Receiver::willing()];
    let [one, two] = [&first, &second].map(|receiver| endpoint(&caller, &receiver.url(), &["user.created"]));
    let disabled = caller.patch(&path_of(&one), &json!({ "enabled": false }));
    assert_eq!(disabled.data(200)["enabled"], false);
    let ana = user(&caller, "ana");
    assert_eq!(second.next().body["payload"]["userId"], ana);
    assert_eq!(deliveries(&caller, &one), Vec::<Value>::new());
    caller.patch(&path_of(&one), &json!({ "enabled": true })).data(200);
    assert_eq!(first.next().body["payload"]["userId"], ana, "it is told what happened meanwhile");
    assert_eq!(caller.delete(&path_of(&two)).data(200)["deleted"], true);
    let ben = user(&caller, "ben");
    assert_eq!(first.next().body["payload"]["userId"], ben);
    assert_eq!(second.so_far().len(), 0);
    caller.get(&path_of(&two)).assert_refused(404, "NOT_FOUND");
    assert_eq!(caller.get("/v1/webhook-endpoints").data(200).as_array().unwrap().len(), 1);
}

#[test]
fn a_delivery_is_sent_again_when_that_is_asked_for_under_the_same_id() {
    let shop = open();
    let caller = shop.key("read,write,support");
    let receiver = Receiver::open(|count, _| Manner::Answer(if count == 0 { 404 } else { 200 }));
    let made = endpoint(&caller, &receiver.url(), &["*"]);
    user(&caller, "one");
    let first = receiver.next();
    let failed = settled(&caller, &made, 1).remove(0);
    assert_eq!((&failed["error_code"], &failed["response_status"]), (&json!("status_refused"), &json!(404)));
    for _ in 0..2 {
        assert_eq!(caller.post(&retry_of(&failed), &json!({})).data(200)["status"], "PENDING");
        let again = receiver.next();
        assert_eq!((again.id(), &again.text), (first.id(), &first.text));
        assert_eq!(settled(&caller, &made, 1)[0]["status"], "DELIVERED");
    }
    assert_eq!(deliveries(&caller, &made)[0]["attempts"], 3);
}

#[test]
fn a_redirect_is_not_followed_nor_is_what_it_answers_taken() {
    let shop = open();
    let caller = shop.key("read,write,support");
    let receiver = Receiver::open(|_, _| Manner::Redirect);
    let made = endpoint(&caller, &receiver.url(), &["*"]);
    user(&caller, "one");
    assert_eq!(receiver.next().path, "/hooks");
    let delivery = &settled(&caller, &made, 1)[0];
    assert_eq!(
        [&delivery["response_status"], &delivery["error_code"]],
        [&json!(307), &json!("status_refused")]
    );
    assert_eq!(receiver.so_far().len(), 0);
}

#[test]
fn nothing_is_sent_elsewhere_than_to_the_public_network() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let receiver = Receiver::willing();
    let port = receiver.address.port();
    for url in [
        receiver.url(),
        "http://shop.example.org/hooks".to_owned(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://0.0.0.0:{port}/"),
        "https://10.0.0.1/".to_owned(),
        "https://172.16.0.1/".to_owned(),
        "https://192.168.0.1/".to_owned(),
        "https://100.64.0.1/".to_owned(),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://[fd00::1]/".to_owned(),
        "https://[fe80::1]/".to_owned(),
        "https://[64:ff9b::7f00:1]/".to_owned(),
        "https://[2002:7f00:1::]/".to_owned(),
        "https://198.51.100.1/".to_owned(),
        "https://224.0.0.1/".to_owned(),
        "https://user:password@shop.example.org/".to_owned(),
        "https://shop.example.org:25/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "https://".to_owned(),
    ] {
        let refused = caller.post("/v1/webhook-endpoints", &json!({ "url": url, "types": ["*"] }));
        refused.assert_refused(400, "VALIDATION_ERROR");
        assert_eq!(refused.body["error"]["details"]["fields"][0]["field"], "url", "{url}");
    }
    // Names, and what the resolver takes for addresses: where they lead is seen when something is sent.
    for host in ["localhost", "127.1", "2130706433", "0x7f000001"] {
        let made = endpoint(&caller, &format!("https://{host}:{port}/"), &["user.created"]);
        user(&caller, host);
        let refused = settled(&caller, &made, 1).remove(0);
        let code = refused["error_code"].as_str().unwrap();
        assert!(["address_refused", "name_not_found"].contains(&code), "{host}: {code}");
        assert!(host != "localhost" || code == "address_refused", "{code}");
        caller.delete(&path_of(&made)).data(200);
    }
    assert_eq!(receiver.so_far().len(), 0);
}

#[test]
fn whoever_is_told_by_https_has_to_prove_who_it_is() {
    let somebody = TestRelay::start_with_tls();
    let url = format!("https://{}/hooks", somebody.address());
    let cert = somebody.folder().join("cert.pem").to_str().unwrap().to_owned();
    for (trusted, expected) in
        [(Some(cert), (json!(null), json!(404))), (None, (json!("tls_failed"), json!(null)))]
    {
        let trusted = trusted.as_deref().map(|cert| ("SSL_CERT_FILE", cert));
        let shop = Shop::open_with(&PRIVATE.into_iter().chain(trusted).collect::<Vec<_>>());
        let caller = shop.key("read,write,support");
        let made = endpoint(&caller, &url, &["*"]);
        user(&caller, "one");
        let answered = settled(&caller, &made, 1).remove(0);
        let (code, status) = expected;
        assert_eq!(answered["response_status"], status, "{answered}");
        assert!(code.is_null() || answered["error_code"] == code, "{answered}");
    }
}

#[test]
fn endpoints_are_their_spaces_own_and_so_is_what_they_are_told() {
    let shop = open();
    let [here, there] = ["default", "other"].map(|space| shop.key_in(space, "read,write,support"));
    let receiver = Receiver::willing();
    let made = endpoint(&here, &receiver.url(), &["*"]);
    user(&there, "theirs");
    user(&here, "ours");
    receiver.next();
    let delivered = settled(&here, &made, 1);
    assert_eq!(there.get("/v1/webhook-endpoints").data(200), &json!([]));
    let (path, none) = (path_of(&made), &json!({}));
    for answer in [
        there.get(&path),
        there.get(&format!("{path}/deliveries")),
        there.patch(&path, &json!({ "enabled": false })),
        there.post(&format!("{path}/rotate-secret"), none),
        there.delete(&path),
        there.post(&retry_of(&delivered[0]), none),
    ] {
        answer.assert_refused(404, "NOT_FOUND");
    }
    assert_eq!(here.get(&path).data(200)["enabled"], true);
    assert_eq!(receiver.so_far().len(), 0);
}

#[test]
fn whoever_may_not_hear_a_space_has_nobody_hear_it_and_a_token_nobody_that_outlives_it() {
    let shop = open();
    let caller = shop.key("read,write,support");
    let made = endpoint(&caller, "https://shop.example.org/hooks", &["*"]);
    let path = format!("/v1/webhook-endpoints/{}", made["id"].as_str().unwrap());
    let own = caller.get("/v1/me").data(200)["api_key"]["id"].as_str().unwrap().to_owned();
    let token = caller.post(&format!("/v1/auth/api-keys/{own}/token"), &json!({}));
    let token = token.data(201)["token"].as_str().unwrap().to_owned();
    let new = json!({ "url": "https://elsewhere.example.org", "types": ["*"], "description": "mine" });
    for other in [shop.caller(Some(&token)), shop.key("write,support")] {
        for answer in [
            other.post("/v1/webhook-endpoints", &new),
            other.post(&format!("{path}/rotate-secret"), &json!({})),
            other.patch(&path, &json!({ "url": "https://elsewhere.example.org" })),
        ] {
            answer.assert_refused(403, "INSUFFICIENT_SCOPE");
        }
        other.patch(&path, &json!({ "enabled": false })).data(200);
    }
    assert_eq!(caller.get(&path).data(200)["url"], "https://shop.example.org/hooks");
}

#[test]
fn a_secret_is_shown_once_and_neither_it_nor_the_path_is_in_the_audit_log() {
    let shop = open();
    let caller = shop.key("read,write,support");
    let receiver = Receiver::willing();
    let made = endpoint(&caller, &format!("{}/very-private", receiver.url()), &["*"]);
    let rotated = caller.post(&format!("{}/rotate-secret", path_of(&made)), &json!({}));
    let secrets = [&made["secret"], &rotated.data(200)["secret"]].map(|secret| secret.as_str().unwrap());
    assert_ne!(secrets[0], secrets[1]);
    user(&caller, "one");
    receiver.next();
    settled(&caller, &made, 1);
    let shown = [
        caller.get(&path_of(&made)).text,
        caller.get("/v1/webhook-endpoints").text,
        caller.get(&format!("{}/deliveries", path_of(&made))).text,
        shop.operate(&["jobs", "list", "--json"]).unwrap(),
    ];
    let audit = shop.operate(&["audit", "export"]).unwrap();
    assert!(audit.contains("WEBHOOK_ENDPOINT_CREATE") && audit.contains("WEBHOOK_SECRET_ROTATE"));
    for secret in secrets {
        assert!(!audit.contains(secret) && shown.iter().all(|shown| !shown.contains(secret)));
    }
    assert!(!audit.contains("very-private"), "{audit}");
    assert!(!shop.operate(&["jobs", "list", "--json"]).unwrap().contains("very-private"));
}

#[test]
fn what_is_no_endpoint_is_refused_and_there_are_so_many() {
    let shop = open();
    let caller = shop.key("read,support");
    let url = "https://shop.example.org/hooks";
    for (field, body) in [
        ("types", json!({ "url": url, "types": [] })),
        ("types", json!({ "url": url, "types": ["Order"] })),
        ("types", json!({ "url": url, "types": ["or*"] })),
        ("types", json!({ "url": url, "types": vec!["order.*"; 65] })),
        ("description", json!({ "url": url, "types": ["*"], "description": "a\nb" })),
    ] {
        let refused = caller.post("/v1/webhook-endpoints", &body);
        refused.assert_refused(400, "VALIDATION_ERROR");
        assert_eq!(refused.body["error"]["details"]["fields"][0]["field"], field);
    }
    (0..20).for_each(|_| drop(endpoint(&caller, url, &["*"])));
    let body = json!({ "url": url, "types": ["*"] });
    caller.post("/v1/webhook-endpoints", &body).assert_refused(409, "INVALID_STATE");
}

/// A shop that tells servers on this machine.
fn open() -> Shop {
    Shop::open_with(&PRIVATE)
}

const PRIVATE: [(&str, &str); 1] = [("PALAVER_RELAY_WEBHOOKS_ALLOW_PRIVATE", "true")];

#[track_caller]
pub(crate) fn endpoint(caller: &Caller, url: &str, types: &[&str]) -> Value {
    caller.post("/v1/webhook-endpoints", &json!({ "url": url, "types": types })).data(201).clone()
}

#[track_caller]
pub(crate) fn user(caller: &Caller, name: &str) -> Value {
    let made = caller.post("/v1/users", &json!({ "external_user_id": name, "type": "both" }));
    made.data(201)["id"].clone()
}

#[track_caller]
fn top_up(caller: &Caller, user: &Value) {
    let body = json!({
        "user_id": user, "amount": "1.00", "currency": "USD", "return_url": "https://shop.example.org/paid",
    });
    caller.post("/v1/topups", &body).data(201);
}

pub(crate) fn path_of(endpoint: &Value) -> String {
    format!("/v1/webhook-endpoints/{}", endpoint["id"].as_str().unwrap())
}

pub(crate) fn retry_of(delivery: &Value) -> String {
    format!("/v1/webhook-deliveries/{}/retry", delivery["id"].as_str().unwrap())
}

/// What was sent or will be, the newest first.
pub(crate) fn deliveries(caller: &Caller, endpoint: &Value) -> Vec<Value> {
    let page = caller.get(&format!("{}/deliveries?limit=100", path_of(endpoint)));
    page.data(200).as_array().unwrap().clone()
}

/// The same, once there are so many, each of which was sent and waits for nothing under way.
pub(crate) fn settled(caller: &Caller, endpoint: &Value, count: usize) -> Vec<Value> {
    let is_settled = |delivery: &Value| {
        delivery["status"] != "PENDING"
            || !delivery["error_code"].is_null() && !delivery["next_attempt_at"].is_null()
    };
    e2e::once_there(|| {
        let deliveries = deliveries(caller, endpoint);
        assert!(deliveries.len() <= count, "{deliveries:?}");
        (deliveries.len() == count && deliveries.iter().all(is_settled)).then_some(deliveries)
    })
}

/// Whether any of a message's signatures is a secret's, as a receiver finds out.
pub(crate) fn is_signed(message: &Message, secret: &str) -> bool {
    let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
    let mut mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.{}", message.id(), message.seconds(), message.text).as_bytes());
    let own = format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
    message.headers["webhook-signature"].split(' ').any(|signature| signature == own)
}

/// Every event's id and text behind the one of a number, as the store has them.
pub(crate) fn outbox(folder: &Path, behind: u32) -> Vec<(String, String)> {
    let store = Connection::open(folder.join("relay.sqlite")).unwrap();
    let bodies = "SELECT body FROM events WHERE space_id = 1 AND number > ?1 ORDER BY number";
    let mut bodies = store.prepare(bodies).unwrap();
    let bodies = bodies.query_map([behind], |row| row.get::<_, String>(0)).unwrap();
    bodies
        .map(|body| {
            let body = body.unwrap();
            let event: Value = serde_json::from_str(&body).unwrap();
            (event["eventId"].as_str().unwrap().to_owned(), body)
        })
        .collect()
}
