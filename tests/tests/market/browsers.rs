//! Pages of other origins: what browsers are told that they may ask, and see.

use e2e::shop::{Caller, Shop, new_key};
use ureq::http::{HeaderMap, Method, Request};

const NAMED: &str = "https://shop.example.org";
const ALSO_NAMED: &str = "http://localhost:5173";
const ORIGINS: (&str, &str) =
    ("PALAVER_RELAY_MARKET_ORIGINS", "https://shop.example.org,http://localhost:5173");

#[test]
fn a_page_of_a_named_origin_may_ask_what_a_place_takes_and_see_what_it_needs() {
    let shop = Shop::open_with(&[ORIGINS]);
    let key = shop.key("read,write,support");
    for origin in [NAMED, ALSO_NAMED] {
        for (path, methods) in [("/v1/users", "GET, POST"), ("/v1/listings/lst_1", "GET, PATCH, DELETE")] {
            let (status, headers) = preflight(&shop, path, origin);
            assert_eq!(status, 204);
            assert_eq!(text(&headers, "access-control-allow-origin"), origin);
            assert_eq!(sorted(text(&headers, "access-control-allow-methods")), sorted(methods));
            let sent = text(&headers, "access-control-allow-headers");
            for header in ["authorization", "content-type", "idempotency-key", "last-event-id"] {
                assert!(sent.split(", ").any(|sent| sent == header), "{header}");
            }
            assert_eq!(text(&headers, "vary"), "origin");
        }
        let body = format!(r#"{{"external_user_id":"{origin}","type":"buyer"}}"#);
        let idempotency = new_key();
        for is_again in [false, true] {
            let (status, headers) = ask(
                &shop,
                Method::POST,
                "/v1/users",
                Some(&key),
                &[("origin", origin), ("idempotency-key", &idempotency)],
                &body,
            );
            assert_eq!(status, 201);
            assert_eq!(text(&headers, "access-control-allow-origin"), origin);
            let seen = text(&headers, "access-control-expose-headers");
            let told: Vec<&str> =
                headers.keys().map(|name| name.as_str()).filter(|name| is_ours(name)).collect();
            assert_eq!(told.contains(&"idempotency-replay"), is_again);
            for header in told.into_iter().chain(["retry-after"]) {
                assert!(seen.split(", ").any(|seen| seen == header), "{header} is not seen");
            }
        }
        let (status, headers) = ask(&shop, Method::GET, "/v1/users", None, &[("origin", origin)], "");
        assert_eq!((status, text(&headers, "access-control-allow-origin")), (401, origin), "a page sees why");
        assert!(headers.get("access-control-allow-credentials").is_none(), "nothing goes by cookies");
    }
}

#[test]
fn a_page_of_any_other_origin_is_told_nothing() {
    let named = Shop::open_with(&[ORIGINS]);
    let unnamed = Shop::open();
    let strangers = [
        "https://evil.example.org",
        "http://shop.example.org",
        "https://shop.example.org:8443",
        "null",
        "*",
        "",
    ];
    let alike = [
        "https://shop.example.org.evil.org",
        "https://evil.org?https://shop.example.org",
        "HTTPS://SHOP.EXAMPLE.ORG",
    ];
    for (shop, origins) in [(&named, &strangers[..]), (&named, &alike[..]), (&unnamed, &[NAMED, "null"][..])]
    {
        let key = shop.key("read");
        for origin in origins {
            let (status, headers) = preflight(shop, "/v1/users", origin);
            assert_eq!(status, 405, "{origin}");
            assert_closed(&headers, origin);
            let (status, headers) =
                ask(shop, Method::GET, "/v1/users", Some(&key), &[("origin", origin)], "");
            assert_eq!(status, 200, "a browser keeps it from the page: {origin}");
            assert_closed(&headers, origin);
        }
    }
    let vary = |shop| preflight(shop, "/v1/users", "https://evil.example.org").1.get("vary").cloned();
    assert_eq!(vary(&named).unwrap(), "origin", "caches keep answers apart");
    assert_eq!(vary(&unnamed), None);
}

#[test]
fn what_a_browser_asks_beforehand_counts_as_a_guests_request() {
    let shop = Shop::open_with(&[ORIGINS, ("PALAVER_RELAY_MARKET_REQUESTS_PER_MINUTE", "3")]);
    let key = shop.key("read");
    assert_eq!(key.get("/v1/users").status, 200);
    let statuses = [(); 4].map(|()| preflight(&shop, "/v1/users", NAMED).0);
    assert_eq!(statuses, [204, 204, 204, 429]);
    assert_eq!(shop.caller(None).get("/v1/me").status, 429, "of the same address");
    assert_eq!(key.get("/v1/users").status, 200, "a key that has worked is no guest");
}

#[test]
fn only_the_market_is_opened() {
    let shop = Shop::open_with(&[ORIGINS]);
    for path in ["/api/wallet", "/healthz", "/metrics", "/v1/info", "/v1", "/nothing"] {
        assert_closed(&preflight(&shop, path, NAMED).1, path);
        assert_closed(&ask(&shop, Method::GET, path, None, &[("origin", NAMED)], "").1, path);
    }
}

#[test]
fn a_page_that_asks_for_what_is_not_there_or_cannot_be_done_sees_what_is_said_of_it() {
    let shop = Shop::open_with(&[ORIGINS]);
    let key = shop.key("read,write,support");
    let unknown = "/v1/users/usr_aaaaaaaaaaaaaaaaaaaaaaaaaa";
    for (method, path, status, code) in [
        (Method::GET, "/v1/nothing", 404, "NOT_FOUND"),
        (Method::DELETE, "/v1/nothing/at/all", 404, "NOT_FOUND"),
        (Method::PATCH, "/v1/orders/ord_1/nothing", 404, "NOT_FOUND"),
        (Method::GET, "/v1/users/", 404, "NOT_FOUND"),
        (Method::GET, "/v1/", 404, "NOT_FOUND"),
        (Method::GET, unknown, 404, "USER_NOT_FOUND"),
        (Method::POST, "/v1/listings/suggestions", 405, "METHOD_NOT_ALLOWED"),
    ] {
        let (may, headers) = preflight(&shop, path, NAMED);
        assert_eq!((may, text(&headers, "access-control-allow-origin")), (204, NAMED), "{path}");
        // A browser lets any page send the first two.
        let is_sent = [Method::GET, Method::POST].contains(&method)
            || text(&headers, "access-control-allow-methods").split(", ").any(|may| may == method.as_str());
        assert!(is_sent, "{method} {path}");
        let (answered, headers, body) =
            ask_whole(&shop, method.clone(), path, Some(&key), &[("origin", NAMED)], "");
        assert_eq!(answered, status, "{method} {path}");
        assert_eq!(text(&headers, "access-control-allow-origin"), NAMED, "{method} {path}");
        assert!(body.contains(&format!("{code:?}")), "{method} {path}: {body}");
    }
}

fn preflight(shop: &Shop, path: &str, origin: &str) -> (u16, HeaderMap) {
    let asked = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ];
    ask(shop, Method::OPTIONS, path, None, &asked, "")
}

fn ask(
    shop: &Shop,
    method: Method,
    path: &str,
    caller: Option<&Caller>,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, HeaderMap) {
    let (status, headers, _) = ask_whole(shop, method, path, caller, headers, body);
    (status, headers)
}

/// The same, and what is said.
fn ask_whole(
    shop: &Shop,
    method: Method,
    path: &str,
    caller: Option<&Caller>,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(format!("{}{path}", shop.relay.url()));
    if let Some(caller) = caller {
        request = request.header("authorization", format!("Bearer {}", caller.credential()));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.run(request.body(body.to_owned()).unwrap()).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), answer.headers().clone(), text)
}

#[track_caller]
fn assert_closed(headers: &HeaderMap, what: &str) {
    let open = headers.keys().find(|name| name.as_str().starts_with("access-control-"));
    assert_eq!(open, None, "{what}");
}

/// Whether a header of an answer is the market's own.
fn is_ours(name: &str) -> bool {
    name.starts_with("x-") || name.starts_with("idempotency-") || name == "retry-after"
}

#[track_caller]
fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).unwrap_or_else(|| panic!("there is no {name}")).to_str().unwrap()
}

fn sorted(list: &str) -> Vec<&str> {
    let mut list: Vec<&str> = list.split(", ").collect();
    list.sort_unstable();
    list
}
