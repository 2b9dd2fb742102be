//! Every route, asked by everyone.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use e2e::raw::Member;
use e2e::shop::{Answer, Caller, Shop, new_key};
use serde_json::{Value, json};
use ureq::http::Method;

/// Who may do what, written down by itself: guests, keys with one scope each, accounts.
pub(crate) const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/v1/health", "guest read write support account"),
    ("GET", "/v1/openapi.json", "guest read write support account"),
    ("GET", "/v1/docs", "guest read write support account"),
    ("GET", "/v1/me", "read write support account"),
    ("GET", "/v1/config", "read write support account"),
    ("POST", "/v1/auth/api-keys", "support"),
    ("GET", "/v1/auth/api-keys", "support"),
    ("DELETE", "/v1/auth/api-keys/{id}", "support"),
    ("POST", "/v1/auth/api-keys/{id}/token", "write"),
    ("POST", "/v1/users", "write"),
    ("GET", "/v1/users", "read"),
    ("GET", "/v1/users/{id}", "read account"),
    ("GET", "/v1/users/{id}/balance", "read account"),
    ("POST", "/v1/users/{id}/suspend", "support"),
    ("POST", "/v1/users/{id}/activate", "support"),
    ("POST", "/v1/topups", "write account"),
    ("GET", "/v1/topups", "read account"),
    ("GET", "/v1/topups/{id}", "read account"),
    ("POST", "/v1/topups/{id}/cancel", "write account"),
    ("POST", "/v1/topups/{id}/confirm", "support"),
    ("POST", "/v1/topups/{id}/fail", "support"),
    ("POST", "/v1/orders", "write account"),
    ("GET", "/v1/orders", "read account"),
    ("GET", "/v1/orders/{id}", "read account"),
    ("POST", "/v1/orders/{id}/reserve", "write account"),
    ("POST", "/v1/orders/{id}/cancel", "write account"),
    ("POST", "/v1/orders/{id}/escrow", "write account"),
    ("GET", "/v1/orders/{id}/escrow", "read account"),
    ("POST", "/v1/orders/{id}/escrow/fund", "write account"),
    ("GET", "/v1/orders/{id}/milestones", "read account"),
    ("POST", "/v1/orders/{id}/milestones/{ref}/complete", "write account"),
    ("POST", "/v1/orders/{id}/release", "write account"),
    ("POST", "/v1/orders/{id}/refund", "write account"),
    ("POST", "/v1/orders/{id}/disputes", "write account"),
    ("GET", "/v1/disputes", "read account"),
    ("GET", "/v1/disputes/{id}", "read account"),
    ("GET", "/v1/disputes/{id}/comments", "read account"),
    ("POST", "/v1/disputes/{id}/comment", "support account"),
    ("POST", "/v1/disputes/{id}/assign", "support"),
    ("POST", "/v1/disputes/{id}/resolve", "support"),
    ("POST", "/v1/withdrawals", "write account"),
    ("GET", "/v1/withdrawals", "read account"),
    ("GET", "/v1/withdrawals/{id}", "read account"),
    ("DELETE", "/v1/withdrawals/{id}", "write account"),
    ("POST", "/v1/withdrawals/{id}/commit", "write account"),
    ("POST", "/v1/withdrawals/{id}/complete", "support"),
    ("POST", "/v1/withdrawals/{id}/fail", "support"),
    ("POST", "/v1/listings", "write account"),
    ("GET", "/v1/listings", "read account"),
    ("GET", "/v1/listings/suggestions", "read account"),
    ("GET", "/v1/listings/{id}", "read account"),
    ("PATCH", "/v1/listings/{id}", "write account"),
    ("DELETE", "/v1/listings/{id}", "write account"),
    ("POST", "/v1/listings/{id}/publish", "write account"),
    ("POST", "/v1/listings/{id}/pause", "write account"),
    ("POST", "/v1/listings/{id}/resume", "write account"),
    ("GET", "/v1/categories", "read account"),
    ("POST", "/v1/offers", "write account"),
    ("GET", "/v1/offers", "read account"),
    ("GET", "/v1/offers/{id}", "read account"),
    ("POST", "/v1/offers/{id}/counter", "write account"),
    ("POST", "/v1/offers/{id}/accept", "write account"),
    ("POST", "/v1/offers/{id}/decline", "write account"),
    ("POST", "/v1/offers/{id}/withdraw", "write account"),
    ("GET", "/v1/events", "read account"),
    ("POST", "/v1/transfers", "write account"),
    ("GET", "/v1/transfers", "read account"),
    ("GET", "/v1/transfers/{id}", "read account"),
    ("GET", "/api/wallet", "account"),
    ("GET", "/api/wallet/transfers", "account"),
    ("POST", "/api/wallet/send", "account"),
    ("POST", "/v1/webhook-endpoints", "support"),
    ("GET", "/v1/webhook-endpoints", "support"),
    ("GET", "/v1/webhook-endpoints/{id}", "support"),
    ("PATCH", "/v1/webhook-endpoints/{id}", "support"),
    ("DELETE", "/v1/webhook-endpoints/{id}", "support"),
    ("POST", "/v1/webhook-endpoints/{id}/rotate-secret", "support"),
    ("GET", "/v1/webhook-endpoints/{id}/deliveries", "support"),
    ("POST", "/v1/webhook-deliveries/{id}/retry", "support"),
    ("GET", "/v1/health/detailed", "support"),
    ("GET", "/v1/audit/logs", "support"),
    ("POST", "/v1/admin/reconcile", "support"),
    ("GET", "/v1/admin/jobs/{id}", "support"),
    ("POST", "/v1/admin/maintenance/enable", "support"),
    ("POST", "/v1/admin/maintenance/disable", "support"),
    ("GET", "/v1/admin/maintenance/status", "support"),
];

#[tokio::test]
async fn every_route_is_open_to_whom_it_is_meant_for_and_to_nobody_else() {
    let shop = Shop::open();
    let member = Member::join_at(shop.relay.address()).await;
    let callers = [
        ("guest", shop.caller(None)),
        ("read", shop.key("read")),
        ("write", shop.key("write")),
        ("support", shop.key("support")),
        ("account", shop.account(member.person.device(), &member.session_token)),
    ];
    for (method, path, open_to) in ROUTES {
        for (role, caller) in &callers {
            let answer = ask(caller, method, path);
            let is_refused = matches!(answer.status, 401 | 403);
            let is_meant = open_to.split(' ').any(|open| open == *role);
            assert_eq!(!is_refused, is_meant, "{role}: {method} {path}: {} {}", answer.status, answer.text);
            if is_refused && is_wallet(path) {
                let status = if *role == "guest" { 401 } else { 403 };
                assert_eq!(answer.status, status, "{role}: {method} {path}");
            } else if is_refused {
                let code = if *role == "guest" { "UNAUTHORIZED" } else { "INSUFFICIENT_SCOPE" };
                assert_eq!(answer.code(), code, "{role}: {method} {path}");
            }
        }
    }
}

#[test]
fn every_route_that_is_described_is_in_the_table_and_no_credential_that_does_not_work_opens_any() {
    let shop = Shop::open();
    let document = shop.caller(None).get("/v1/openapi.json").body;
    assert_eq!(document["openapi"], "3.1.0");
    let described: BTreeSet<(String, String)> = fields(&document["paths"])
        .flat_map(|(path, item)| fields(item).map(move |(method, _)| (method.to_uppercase(), path.clone())))
        .collect();
    let listed: BTreeSet<_> = ROUTES
        .iter()
        .filter(|(_, path, _)| !["/v1/openapi.json", "/v1/docs"].contains(path) && !is_wallet(path))
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(described, listed);
    let key = shop.key("read,write,support");
    let last = key.credential().chars().next_back().unwrap();
    let changed =
        format!("{}{}", &key.credential()[..key.credential().len() - 1], if last == '0' { '1' } else { '0' });
    for wrong in ["nonsense", "plv_key_", &changed, &key.credential().replace("plv_", "plv_tok_")] {
        let wrong = shop.caller(Some(wrong));
        for (method, path, open_to) in ROUTES {
            let answer = ask(&wrong, method, path);
            if is_wallet(path) {
                assert_eq!((answer.status, answer.text.as_str()), (401, r#"{"error":"unauthorized"}"#));
            } else if !open_to.starts_with("guest") {
                answer.assert_refused(401, "INVALID_API_KEY");
            }
        }
    }
}

#[tokio::test]
async fn an_account_is_known_by_its_session_and_by_nothing_else_of_its_device() {
    let shop = Shop::open();
    let mut member = Member::join_at(shop.relay.address()).await;
    let account = shop.account(member.person.device(), &member.session_token);
    let me = account.get("/v1/me");
    assert_eq!(me.data(200)["account"]["id"], json!(member.person.account));
    let stranger = Member::join_at(shop.relay.address()).await;
    let mixed = shop.account(member.person.device(), &stranger.session_token);
    mixed.get("/v1/me").assert_refused(401, "INVALID_API_KEY");
    shop.account(member.person.device(), &member.resume_token)
        .get("/v1/me")
        .assert_refused(401, "INVALID_API_KEY");
    let revocation = member.person.revocation();
    member.socket.ask(revocation).await;
    account.get("/v1/me").assert_refused(401, "INVALID_API_KEY");
}

/// What is there for older clients, in their words, and described to nobody else.
fn is_wallet(path: &str) -> bool {
    path.starts_with("/api/wallet")
}

#[tokio::test]
async fn a_body_that_takes_its_time_outlives_no_revocation_of_its_device() {
    let shop = Shop::open();
    let mut member = Member::join_at(shop.relay.address()).await;
    let account = shop.account(member.person.device(), &member.session_token);
    let user = account.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
    let body = json!({
        "user_id": user, "amount": "10.00", "currency": "USD", "return_url": "https://shop.example.org",
    });
    let body = body.to_string();
    let (begin, end) = body.split_at(body.len() - 1);
    let mut stream = TcpStream::connect(shop.relay.address()).unwrap();
    write!(
        stream,
        "POST /v1/topups HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        account.credential(),
        new_key(),
        body.len(),
    )
    .unwrap();
    // Whoever is asked for the body is past the door.
    let mut answer = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    answer.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    write!(stream, "{begin}").unwrap();
    let revocation = member.person.revocation();
    member.socket.ask(revocation).await;
    write!(stream, "{end}").unwrap();
    let mut text = String::new();
    answer.read_to_string(&mut text).unwrap();
    assert!(text.contains("HTTP/1.1 401") && text.contains("INVALID_API_KEY"), "{text}");
}

fn ask(caller: &Caller, method: &str, path: &str) -> Answer {
    let path = path.replace("{id}", "key_aaaaaaaaaaaaaaaaaaaaaaaaaa").replace("{ref}", "one");
    caller.ask(Method::from_bytes(method.as_bytes()).unwrap(), &path, None, "")
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
