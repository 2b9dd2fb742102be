//! Asking again.

use e2e::shop::{Shop, id_of, new_key};
use serde_json::json;
use ureq::http::Method;

#[test]
fn whoever_asks_again_is_answered_the_same_byte_for_byte_also_after_a_crash() {
    let mut shop = Shop::open();
    let caller = shop.key("write,read");
    let key = new_key();
    let first = caller.post_by(&key, "/v1/users", r#"{"external_user_id":"one","type":"both"}"#);
    first.data(201);
    assert_eq!(first.header("idempotency-replay"), None);
    shop.relay.restart();
    let again = caller.post_by(&key, "/v1/users", r#" { "type" : "both", "external_user_id" : "one" }"#);
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(again.header("idempotency-replay"), Some("true"));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(caller.get("/v1/users").data(200).as_array().unwrap().len(), 1);
}

#[test]
fn a_refusal_of_what_was_asked_for_is_kept_too() {
    let shop = Shop::open();
    let caller = shop.key("write");
    let one = r#"{"external_user_id":"one","type":"both"}"#;
    caller.post_by(&new_key(), "/v1/users", one).data(201);
    let key = new_key();
    let refused = caller.post_by(&key, "/v1/users", one);
    refused.assert_refused(409, "USER_ALREADY_EXISTS");
    let again = caller.post_by(&key, "/v1/users", one);
    assert_eq!((again.text, again.headers.contains_key("idempotency-replay")), (refused.text, true));
}

#[test]
fn a_key_that_was_used_for_something_else_is_refused_and_changes_nothing() {
    let shop = Shop::open();
    let caller = shop.key("write,read");
    let key = new_key();
    caller.post_by(&key, "/v1/users", r#"{"external_user_id":"one","type":"both"}"#).data(201);
    let other = caller.post_by(&key, "/v1/users", r#"{"external_user_id":"two","type":"both"}"#);
    other.assert_refused(409, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(other.body["error"]["details"], json!({ "idempotency_key": key }));
    let loud =
        caller.post_by(&key.to_uppercase(), "/v1/users", r#"{"external_user_id":"two","type":"both"}"#);
    assert_eq!(loud.body["error"]["details"]["idempotency_key"], key.to_uppercase(), "as it was sent");
    assert_eq!(caller.get("/v1/users").data(200).as_array().unwrap().len(), 1);
}

#[test]
fn a_key_that_was_used_for_another_route_thing_or_method_is_refused_and_changes_nothing() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let [one, two] = ["one", "two"].map(|name| caller.rich_user(name, "10.00"));
    let order = caller.order(&one, &two, "10.00");
    let hook = json!({ "url": "https://shop.example.org/hooks", "types": ["*"] });
    let hook =
        format!("/v1/webhook-endpoints/{}", id_of(caller.post("/v1/webhook-endpoints", &hook).data(201)));
    let suspend = format!("/v1/users/{one}/suspend");
    for (method, path, others) in [
        (
            Method::POST,
            &suspend,
            [
                (Method::POST, format!("/v1/users/{one}/activate"), "another route"),
                (Method::POST, format!("/v1/users/{two}/suspend"), "another user"),
                (Method::POST, format!("{order}/cancel"), "a route of another noun"),
            ]
            .as_slice(),
        ),
        (Method::PATCH, &hook, &[(Method::DELETE, hook.clone(), "another method")]),
    ] {
        let key = new_key();
        let first = caller.ask(method.clone(), path, Some(&key), "{}");
        first.data(200);
        for (method, path, what) in others {
            let other = caller.ask(method.clone(), path, Some(&key), "{}");
            assert_eq!((other.status, other.code()), (409, "IDEMPOTENCY_KEY_REUSED"), "{what}");
            assert_eq!(other.body["error"]["details"], json!({ "idempotency_key": key }), "{what}");
            assert_eq!(other.header("idempotency-replay"), None, "{what}");
        }
        let again = caller.ask(method, path, Some(&key), "{}");
        assert_eq!((&again.text, again.header("idempotency-replay")), (&first.text, Some("true")));
    }
    let status = |path: &str| caller.get(path).data(200)["status"].clone();
    let users = [one, two].map(|user| status(&format!("/v1/users/{user}")));
    assert_eq!(users, [json!("SUSPENDED"), json!("ACTIVE")]);
    assert_eq!(status(&order), "ORDER_CREATED");
    caller.get(&hook).data(200);
}

#[test]
fn a_key_that_was_refused_once_is_used_everywhere_and_one_that_opened_nothing_is_not_used() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let one = r#"{"external_user_id":"one","type":"both"}"#;
    let key = new_key();
    let nowhere = "/v1/topups/topup_aaaaaaaaaaaaaaaaaaaaaaaaaa/cancel";
    caller.post_by(&key, nowhere, "{}").assert_refused(404, "TOPUP_NOT_FOUND");
    caller.post_by(&key, "/v1/users", one).assert_refused(409, "IDEMPOTENCY_KEY_REUSED");
    let key = new_key();
    caller.post_by(&key, "/v1/admin/jobs", "{}").assert_refused(404, "NOT_FOUND");
    let suspend = "/v1/users/usr_aaaaaaaaaaaaaaaaaaaaaaaaaa/suspend";
    caller.post_by(&key, suspend, "{}").assert_refused(403, "INSUFFICIENT_SCOPE");
    caller.post_by(&key, "/v1/users", one).data(201);
}

#[test]
fn a_key_is_its_spaces_own() {
    let shop = Shop::open();
    let [here, there] = ["default", "other"].map(|space| shop.key_in(space, "write"));
    let (key, body) = (new_key(), r#"{"external_user_id":"one","type":"both"}"#);
    let first = here.post_by(&key, "/v1/users", body);
    let other = there.post_by(&key, "/v1/users", body);
    assert_ne!(first.data(201)["id"], other.data(201)["id"]);
}

#[test]
fn of_many_that_ask_for_the_same_at_once_one_is_carried_out() {
    let shop = Shop::open();
    let caller = shop.key("write,read");
    let key = new_key();
    let ask = || caller.post_by(&key, "/v1/users", r#"{"external_user_id":"one","type":"both"}"#);
    let answers = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|asked| asked.join().unwrap()).collect::<Vec<_>>()
    });
    for answer in &answers {
        match answer.status {
            201 => {}
            _ => {
                answer.assert_refused(409, "IDEMPOTENCY_KEY_IN_PROGRESS");
                assert_eq!(answer.body["error"]["details"], json!({ "idempotency_key": key }));
            }
        }
    }
    let made =
        answers.iter().filter(|answer| answer.status == 201 && answer.header("idempotency-replay").is_none());
    assert_eq!(made.count(), 1);
    assert_eq!(caller.get("/v1/users").data(200).as_array().unwrap().len(), 1);
}

#[test]
fn what_is_no_uuid_of_version_4_is_no_key() {
    let shop = Shop::open();
    let caller = shop.key("write");
    for wrong in ["", "1", "6fa459ea-ee8a-3ca4-894e-db77e160355e"] {
        let answer = caller.post_by(wrong, "/v1/users", r#"{"external_user_id":"one","type":"both"}"#);
        answer.assert_refused(400, "VALIDATION_ERROR");
        assert_eq!(answer.body["error"]["details"]["fields"][0]["field"], json!("Idempotency-Key"));
    }
}

#[test]
fn a_secret_that_is_shown_once_is_kept_for_no_repetition() {
    let shop = Shop::open();
    let caller = shop.key("write,support");
    let key = new_key();
    let body = r#"{"name":"two","scopes":["write"]}"#;
    let [first, again] = [0, 1].map(|_| caller.post_by(&key, "/v1/auth/api-keys", body));
    assert_ne!(first.data(201)["api_key"], again.data(201)["api_key"]);
}
