//! Every route, asked for things that are there and are others'.

pub(crate) mod things;

use std::collections::BTreeSet;

use e2e::shop::{Answer, id_of, new_key};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use things::{MARK, Street};
use ureq::http::Method;

use crate::roles::ROUTES;

/// How a route is asked for something.
pub(crate) struct Row {
    pub(crate) route: &'static str,
    /// Which thing: what it is called in the street.
    thing: &'static str,
    /// What with: what stands in it for a thing is replaced by its id.
    body: &'static str,
    /// By which code it is unknown to whoever is no party to it.
    unknown: &'static str,
    /// Whose it is to ask so.
    pub(crate) may: &'static str,
    /// Which of its parties is refused, and by which code.
    wrong: Option<(&'static str, &'static str)>,
}

pub(crate) const fn row(
    route: &'static str,
    thing: &'static str,
    body: &'static str,
    unknown: &'static str,
    may: &'static str,
) -> Row {
    Row { route, thing, body, unknown, may, wrong: None }
}

impl Row {
    /// The same, and the other side may not.
    const fn not(self, party: &'static str, code: &'static str) -> Self {
        Self { wrong: Some((party, code)), ..self }
    }

    /// The same, and it is unknown to the other side too.
    const fn hidden_from(self, party: &'static str) -> Self {
        let code = self.unknown;
        self.not(party, code)
    }

    pub(crate) fn method(&self) -> &'static str {
        self.route.split_once(' ').expect("a method and a path").0
    }

    fn path(&self) -> &'static str {
        self.route.split_once(' ').expect("a method and a path").1
    }
}

const NEW_ORDER: &str =
    r#"{"buyer_id":"{buyer}","seller_id":"{seller}","amount":"1.00","currency":"USD","title":"A desk"}"#;
const NEW_TOP_UP: &str =
    r#"{"user_id":"{buyer}","amount":"1.00","currency":"USD","return_url":"https://shop.example.org"}"#;
const NEW_WITHDRAWAL: &str = r#"{"user_id":"{seller}","amount":"10.00","currency":"USD","destination":{"type":"bank","ref":"DE89370400440532013000"}}"#;
const NEW_LISTING: &str = r#"{"seller_id":"{seller}","title":"A lamp","description":"It shines.","category":"Lamps","price":"1.00","currency":"USD"}"#;
const NEW_OFFER: &str = r#"{"listing_id":"{listing}","buyer_id":"{buyer}","amount":"1.00","currency":"USD"}"#;
const NEW_TRANSFER: &str =
    r#"{"from_user_id":"{buyer}","to_user_id":"{seller}","amount":"1.00","currency":"USD"}"#;
const COUNTER: &str = r#"{"round":1,"amount":"12.00","currency":"USD"}"#;
const ROUND: &str = r#"{"round":1}"#;
const SPLIT: &str = r#"{"decision":"SPLIT","amount_to_seller":"6.00","amount_to_buyer":"4.00"}"#;

/// Every route that names something that is somebody's.
pub(crate) const ROWS: &[Row] = &[
    row("DELETE /v1/auth/api-keys/{id}", "key to revoke", "", "NOT_FOUND", "key"),
    row("POST /v1/auth/api-keys/{id}/token", "key", r#"{"scopes":["read"]}"#, "NOT_FOUND", "key"),
    row("GET /v1/users/{id}", "buyer", "", "USER_NOT_FOUND", "buyer").hidden_from("seller"),
    row("GET /v1/users/{id}/balance", "buyer", "", "USER_NOT_FOUND", "buyer").hidden_from("seller"),
    row("POST /v1/users/{id}/suspend", "user", "", "USER_NOT_FOUND", "key"),
    row("POST /v1/users/{id}/activate", "suspended user", "", "USER_NOT_FOUND", "key"),
    row("POST /v1/topups", "", NEW_TOP_UP, "USER_NOT_FOUND", "buyer").hidden_from("seller"),
    row("GET /v1/topups/{id}", "top-up", "", "TOPUP_NOT_FOUND", "buyer").hidden_from("seller"),
    row("POST /v1/topups/{id}/cancel", "top-up to cancel", "", "TOPUP_NOT_FOUND", "buyer")
        .hidden_from("seller"),
    row("POST /v1/topups/{id}/confirm", "top-up to confirm", "", "TOPUP_NOT_FOUND", "key"),
    row(
        "POST /v1/topups/{id}/fail",
        "top-up to fail",
        r#"{"reason":"Nothing came."}"#,
        "TOPUP_NOT_FOUND",
        "key",
    ),
    row("POST /v1/orders", "", NEW_ORDER, "USER_NOT_FOUND", "buyer").hidden_from("seller"),
    row("GET /v1/orders/{id}", "order", "", "ORDER_NOT_FOUND", "seller"),
    row("GET /v1/orders/{id}/milestones", "order", "", "ORDER_NOT_FOUND", "seller"),
    row("GET /v1/orders/{id}/escrow", "funded order", "", "ORDER_NOT_FOUND", "seller"),
    row(
        "POST /v1/orders/{id}/reserve",
        "order to reserve",
        r#"{"amount":"10.00"}"#,
        "ORDER_NOT_FOUND",
        "buyer",
    )
    .not("seller", "FORBIDDEN"),
    row("POST /v1/orders/{id}/cancel", "order to cancel", "", "ORDER_NOT_FOUND", "buyer"),
    row("POST /v1/orders/{id}/escrow", "reserved order", "", "ORDER_NOT_FOUND", "buyer")
        .not("seller", "FORBIDDEN"),
    row("POST /v1/orders/{id}/escrow/fund", "order to fund", "", "ORDER_NOT_FOUND", "buyer")
        .not("seller", "FORBIDDEN"),
    row(
        "POST /v1/orders/{id}/milestones/{ref}/complete",
        "order to deliver",
        "",
        "ORDER_NOT_FOUND",
        "seller",
    )
    .not("buyer", "FORBIDDEN"),
    row("POST /v1/orders/{id}/release", "delivered order", "", "ORDER_NOT_FOUND", "buyer")
        .not("seller", "FORBIDDEN"),
    row("POST /v1/orders/{id}/refund", "order to refund", "", "ORDER_NOT_FOUND", "seller")
        .not("buyer", "FORBIDDEN"),
    row(
        "POST /v1/orders/{id}/disputes",
        "order to dispute",
        r#"{"reason":"OTHER"}"#,
        "ORDER_NOT_FOUND",
        "seller",
    ),
    row("GET /v1/disputes/{id}", "dispute", "", "DISPUTE_NOT_FOUND", "seller"),
    row("GET /v1/disputes/{id}/comments", "dispute", "", "DISPUTE_NOT_FOUND", "buyer"),
    row("POST /v1/disputes/{id}/comment", "dispute", r#"{"message":"See."}"#, "DISPUTE_NOT_FOUND", "buyer"),
    row("POST /v1/disputes/{id}/assign", "dispute", r#"{"assigned_to":"Ada"}"#, "DISPUTE_NOT_FOUND", "key"),
    row("POST /v1/disputes/{id}/resolve", "dispute in review", SPLIT, "DISPUTE_NOT_FOUND", "key"),
    row("POST /v1/withdrawals", "", NEW_WITHDRAWAL, "USER_NOT_FOUND", "seller").hidden_from("buyer"),
    row("GET /v1/withdrawals/{id}", "withdrawal", "", "WITHDRAWAL_NOT_FOUND", "seller").hidden_from("buyer"),
    row("DELETE /v1/withdrawals/{id}", "withdrawal to cancel", "", "WITHDRAWAL_NOT_FOUND", "seller")
        .hidden_from("buyer"),
    row(
        "POST /v1/withdrawals/{id}/commit",
        "withdrawal",
        r#"{"confirm":true}"#,
        "WITHDRAWAL_NOT_FOUND",
        "seller",
    )
    .hidden_from("buyer"),
    row("POST /v1/withdrawals/{id}/complete", "withdrawal to complete", "", "WITHDRAWAL_NOT_FOUND", "key"),
    row(
        "POST /v1/withdrawals/{id}/fail",
        "withdrawal to fail",
        r#"{"reason":"No such account."}"#,
        "WITHDRAWAL_NOT_FOUND",
        "key",
    ),
    row("POST /v1/listings", "", NEW_LISTING, "USER_NOT_FOUND", "seller").hidden_from("buyer"),
    row("GET /v1/listings/{id}", "draft", "", "LISTING_NOT_FOUND", "seller").hidden_from("buyer"),
    row("PATCH /v1/listings/{id}", "draft", r#"{"title":"Another"}"#, "LISTING_NOT_FOUND", "seller")
        .hidden_from("buyer"),
    row("POST /v1/listings/{id}/publish", "draft", "", "LISTING_NOT_FOUND", "seller").hidden_from("buyer"),
    row("POST /v1/listings/{id}/pause", "listing to pause", "", "LISTING_NOT_FOUND", "seller")
        .hidden_from("buyer"),
    row("POST /v1/listings/{id}/resume", "paused listing", "", "LISTING_NOT_FOUND", "seller")
        .hidden_from("buyer"),
    row("DELETE /v1/listings/{id}", "listing to remove", "", "LISTING_NOT_FOUND", "seller")
        .hidden_from("buyer"),
    row("POST /v1/offers", "", NEW_OFFER, "USER_NOT_FOUND", "buyer").hidden_from("seller"),
    row("GET /v1/offers/{id}", "offer", "", "OFFER_NOT_FOUND", "seller"),
    row("POST /v1/offers/{id}/counter", "offer", COUNTER, "OFFER_NOT_FOUND", "seller")
        .not("buyer", "NOT_YOUR_TURN"),
    row("POST /v1/offers/{id}/decline", "offer to decline", ROUND, "OFFER_NOT_FOUND", "seller")
        .not("buyer", "NOT_YOUR_TURN"),
    row("POST /v1/offers/{id}/withdraw", "offer to withdraw", ROUND, "OFFER_NOT_FOUND", "buyer")
        .not("seller", "NOT_YOUR_TURN"),
    row("POST /v1/offers/{id}/accept", "offer to accept", ROUND, "OFFER_NOT_FOUND", "seller")
        .not("buyer", "NOT_YOUR_TURN"),
    row("POST /v1/transfers", "", NEW_TRANSFER, "USER_NOT_FOUND", "buyer").hidden_from("seller"),
    row("GET /v1/transfers/{id}", "transfer", "", "TRANSFER_NOT_FOUND", "seller"),
    row("GET /v1/webhook-endpoints/{id}", "endpoint", "", "NOT_FOUND", "key"),
    row(
        "PATCH /v1/webhook-endpoints/{id}",
        "endpoint",
        r#"{"enabled":true,"description":"ours"}"#,
        "NOT_FOUND",
        "key",
    ),
    row("POST /v1/webhook-endpoints/{id}/rotate-secret", "endpoint", "", "NOT_FOUND", "key"),
    row("GET /v1/webhook-endpoints/{id}/deliveries", "endpoint", "", "NOT_FOUND", "key"),
    row("DELETE /v1/webhook-endpoints/{id}", "endpoint to delete", "", "NOT_FOUND", "key"),
    row("GET /v1/admin/jobs/{id}", "job", "", "NOT_FOUND", "key"),
    row("POST /v1/webhook-deliveries/{id}/retry", "delivery", "", "NOT_FOUND", "key"),
];

#[tokio::test]
async fn what_is_others_is_not_there_for_another_space_nor_for_whoever_is_no_party_to_it() {
    let street = Street::build().await;
    check_lists(&street);
    let before = standing(&street);
    for (method, path, open_to) in ROUTES {
        let is_for_accounts = open_to.split(' ').any(|open| open == "account");
        let route = format!("{method} {path}");
        let rows: Vec<_> = ROWS.iter().filter(|row| row.route == route).collect();
        assert_eq!(rows.is_empty(), !names_somebodys(method, path, open_to), "how is {route} to be asked?");
        for row in rows {
            let closed = "INSUFFICIENT_SCOPE";
            check(&street, row, "elsewhere", row.unknown);
            check(&street, row, "stranger", if is_for_accounts { row.unknown } else { closed });
            for party in ["buyer", "seller"] {
                match row.wrong {
                    Some((wrong, code)) if wrong == party => check(&street, row, party, code),
                    _ if !is_for_accounts => check(&street, row, party, closed),
                    _ => {}
                }
            }
        }
    }
    check_mixed(&street);
    assert_eq!(standing(&street), before);
    check_streams(&street);
    // All of them asked for what can be done: by whose it is, it is.
    for row in ROWS {
        let answer = ask(&street, row, row.may);
        assert!((200..300).contains(&answer.status), "{} by {}: {}", row.route, row.may, answer.text);
    }
    assert_ne!(standing(&street), before);
    street.shop.operate(&["ledger", "verify"]).unwrap();
}

/// Whether a route names something that is somebody's: in its path, or, where an account and a key may ask for the same, in its body.
fn names_somebodys(method: &str, path: &str, open_to: &str) -> bool {
    path.contains("{id}") || method == "POST" && open_to == "write account"
}

#[track_caller]
fn check(street: &Street, row: &Row, who: &str, code: &str) {
    let answer = ask(street, row, who);
    assert_eq!(answer.code(), code, "{} by {who}: {} {}", row.route, answer.status, answer.text);
    assert!(!answer.text.contains(MARK), "{} by {who}: {}", row.route, answer.text);
}

pub(crate) fn ask(street: &Street, row: &Row, who: &str) -> Answer {
    let id = street.things.get(row.thing).map_or("", String::as_str);
    let path = row.path().replace("{id}", id).replace("{ref}", "all");
    let body = street
        .things
        .iter()
        .fold(row.body.to_owned(), |body, (name, id)| body.replace(&format!("{{{name}}}"), id));
    let key = (row.method() != "GET").then(new_key);
    let method = Method::from_bytes(row.method().as_bytes()).unwrap();
    street.caller(who).ask(method, &path, key.as_deref(), &body)
}

/// Those elsewhere for one of their own, with something from here.
fn check_mixed(street: &Street) {
    let Street { elsewhere, stranger, things, .. } = street;
    let [own, other] = ["rich", "poor"].map(|name| elsewhere.rich_user(name, "10.00"));
    let sum = |mut body: Value| {
        body["amount"] = json!("1.00");
        body["currency"] = json!("USD");
        body
    };
    let offer = |buyer: &str, listing: &str| sum(json!({ "buyer_id": buyer, "listing_id": listing }));
    let order =
        |buyer: &str, seller: &str| sum(json!({ "buyer_id": buyer, "seller_id": seller, "title": "A desk" }));
    let transfer = |from: &str, to: &str| sum(json!({ "from_user_id": from, "to_user_id": to }));
    for (path, body, code) in [
        ("/v1/offers", offer(&own, &things["listing"]), "LISTING_NOT_FOUND"),
        ("/v1/orders", order(&own, &things["seller"]), "USER_NOT_FOUND"),
        ("/v1/orders", order(&things["buyer"], &own), "USER_NOT_FOUND"),
        ("/v1/transfers", transfer(&own, &things["seller"]), "USER_NOT_FOUND"),
        ("/v1/transfers", transfer(&things["buyer"], &own), "USER_NOT_FOUND"),
    ] {
        elsewhere.post(path, &body).assert_refused(404, code);
    }
    let hidden = offer(&things["stranger"], &things["draft"]);
    stranger.post("/v1/offers", &hidden).assert_refused(404, "LISTING_NOT_FOUND");
    assert_eq!([&own, &other].map(|user| elsewhere.purse(user)), [["10.00", "0.00"], ["10.00", "0.00"]]);
}

/// What is listed shows nothing of it, whatever is looked for.
fn check_lists(street: &Street) {
    let paths = ROUTES
        .iter()
        .filter(|(method, path, _)| *method == "GET" && !path.contains("{id}") && *path != "/v1/events");
    let mut seen = BTreeSet::new();
    for (_, path, _) in paths {
        let [buyer, seller, listing] = ["buyer", "seller", "listing"].map(|name| &street.things[name]);
        for query in [
            String::new(),
            format!("q={MARK}"),
            format!("user_id={buyer}"),
            format!("user_id={seller}"),
            format!("buyer_id={buyer}"),
            format!("seller_id={seller}"),
            format!("listing_id={listing}"),
            format!("resource_id={listing}"),
        ] {
            for who in ["elsewhere", "stranger"] {
                let answer = street.caller(who).get(&format!("{path}?{query}"));
                if answer.status != 200 {
                    continue;
                }
                seen.insert((who, *path));
                let shown = street.shown_in(&answer.text);
                // Everybody sees what is on offer here.
                let is_open =
                    who == "stranger" && (path.starts_with("/v1/listings") || *path == "/v1/categories");
                let mut allowed = if is_open { street.on_offer() } else { BTreeSet::new() };
                // She is told her own.
                allowed.extend((who == "stranger").then_some(who));
                let leaked: Vec<_> = shown.difference(&allowed).collect();
                assert!(leaked.is_empty(), "{who}: {path}?{query}: {leaked:?}");
            }
        }
    }
    assert!(seen.contains(&("elsewhere", "/v1/audit/logs")) && seen.contains(&("stranger", "/v1/orders")));
}

/// Nor does what is told, of which the last is its hearer's own.
fn check_streams(street: &Street) {
    check_stream(street, "elsewhere", "", &street.elsewhere.user("last"));
    let top_up = json!({
        "user_id": street.things["stranger"], "amount": "1.00", "currency": "USD",
        "return_url": "https://shop.example.org",
    });
    let last = id_of(street.stranger.post("/v1/topups", &top_up).data(201));
    for query in [String::new(), format!("&user_id={}", street.things["buyer"])] {
        check_stream(street, "stranger", &query, &last);
    }
}

fn check_stream(street: &Street, who: &str, query: &str, last: &str) {
    let mut stream = street.caller(who).stream(&format!("/v1/events?since=0{query}"), None);
    loop {
        let text = stream.next_event().data.to_string();
        let leaked: Vec<_> = street.shown_in(&text).into_iter().filter(|name| *name != who).collect();
        assert!(leaked.is_empty(), "{who}: {text}");
        if text.contains(last) {
            break;
        }
    }
}

/// How everything stands: what each thing looks like to its space, and how much there is.
fn standing(street: &Street) -> Vec<Value> {
    let views = ROWS.iter().filter_map(|row| {
        let (whole, _) = row.path().split_once("{id}")?;
        let of_thing = ["{id}", "{id}/balance", "{id}/escrow", "{id}/comments", "{id}/deliveries"];
        Some(of_thing.map(|part| (row.thing, format!("{whole}{part}"))))
    });
    let looked_at: BTreeSet<(&str, String)> = views.flatten().collect();
    let views = looked_at
        .into_iter()
        .filter(|(_, path)| ROUTES.iter().any(|(method, route, _)| *method == "GET" && route == path));
    let mut standing: Vec<Value> = views
        .map(|(thing, path)| {
            street.key.get(&path.replace("{id}", &street.things[thing])).body["data"].clone()
        })
        .collect();
    assert!(standing.len() > ROWS.len() / 2);
    let keys = street.key.get("/v1/auth/api-keys");
    let is_thing = |key: &&Value| street.things.values().any(|thing| key["id"] == thing.as_str());
    standing.extend(keys.data(200).as_array().unwrap().iter().filter(is_thing).cloned());
    standing.extend(["buyer", "seller"].map(|party| json!(street.key.purse(&street.things[party]))));
    standing.push(json!(counts(street)));
    standing
}

/// How many rows the space has of what is only ever added.
fn counts(street: &Street) -> Vec<u32> {
    let file = street.shop.relay.folder().join("relay.sqlite");
    let store = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let tables = [
        "events",
        "ledger_transfers",
        "dispute_comments",
        "api_tokens",
        "orders",
        "top_ups",
        "withdrawals",
        "listings",
        "offers",
        "user_transfers",
    ];
    tables
        .map(|table| {
            let count = format!("SELECT count(*) FROM {table} WHERE space_id = 1");
            store.query_row(&count, [], |row| row.get(0)).unwrap()
        })
        .into()
}
