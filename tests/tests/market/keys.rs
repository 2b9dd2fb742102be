//! Keys and tokens.

use e2e::shop::Shop;
use protocol::KeyId;
use serde_json::json;

#[test]
fn a_key_gives_no_scope_that_it_has_not_itself() {
    let shop = Shop::open();
    let caller = shop.key("support");
    caller
        .post("/v1/auth/api-keys", &json!({ "name": "more", "scopes": ["write"] }))
        .assert_refused(403, "INSUFFICIENT_SCOPE");
    let made = caller.post("/v1/auth/api-keys", &json!({ "name": "same", "scopes": ["support"] }));
    let made = shop.caller(made.data(201)["api_key"].as_str());
    assert_eq!(made.get("/v1/me").data(200)["api_key"]["scopes"], json!(["support"]));
}

#[test]
fn a_revoked_key_and_every_token_made_from_it_work_no_longer() {
    let shop = Shop::open();
    let (support, caller) = (shop.key("support,write,read"), shop.key("write,read"));
    let id = caller.get("/v1/me").data(200)["api_key"]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/auth/api-keys/{id}");
    let token = caller.post(&format!("{path}/token"), &json!({ "scopes": ["read"] }));
    let token = shop.caller(token.data(201)["token"].as_str());
    token.get("/v1/users").data(200);
    token
        .post("/v1/users", &json!({ "external_user_id": "one", "type": "both" }))
        .assert_refused(403, "INSUFFICIENT_SCOPE");
    for revoked in [support.delete(&path), support.delete(&path)] {
        assert_eq!(revoked.data(200)["status"], "revoked");
        assert!(revoked.data(200)["revoked_at"].is_string());
    }
    caller.get("/v1/users").assert_refused(401, "INVALID_API_KEY");
    token.get("/v1/users").assert_refused(401, "INVALID_API_KEY");
}

#[test]
fn whoever_asks_is_told_what_its_key_and_its_space_are_called() {
    let shop = Shop::open();
    let caller = shop.key_in("other", "support,read");
    let made = caller.post("/v1/auth/api-keys", &json!({ "name": "till 3", "scopes": ["read"] }));
    assert_eq!(made.data(201)["status"], "active");
    let me = shop.caller(made.data(201)["api_key"].as_str()).get("/v1/me");
    assert_eq!(me.data(200)["marketplace_name"], "other");
    assert_eq!(me.data(200)["api_key"]["name"], "till 3");
    assert_eq!(shop.key("read").get("/v1/me").data(200)["marketplace_name"], "default");
}

#[test]
fn a_token_does_no_more_than_its_key_and_no_more_than_who_asks_for_it() {
    let shop = Shop::open();
    let [writer, reader] = ["write", "read,support"].map(|scopes| shop.key(scopes));
    let id = |caller: &e2e::shop::Caller| {
        caller.get("/v1/me").data(200)["api_key"]["id"].as_str().unwrap().to_owned()
    };
    let path = |id: String| format!("/v1/auth/api-keys/{id}/token");
    writer.post(&path(id(&writer)), &json!({ "scopes": ["read"] })).assert_refused(403, "INSUFFICIENT_SCOPE");
    writer.post(&path(id(&reader)), &json!({})).assert_refused(403, "INSUFFICIENT_SCOPE");
    let other = shop.key("write");
    other.post(&path(id(&writer)), &json!({})).assert_refused(403, "INSUFFICIENT_SCOPE");
    let token = writer.post(&path(id(&writer)), &json!({ "ttl_seconds": 60.0 }));
    let token = shop.caller(token.data(201)["token"].as_str());
    token.post(&path(id(&writer)), &json!({})).assert_refused(403, "INSUFFICIENT_SCOPE");
    for seconds in [0, 86_401] {
        writer
            .post(&path(id(&writer)), &json!({ "ttl_seconds": seconds }))
            .assert_refused(400, "VALIDATION_ERROR");
    }
}

#[test]
fn keys_are_listed_without_their_secrets_page_by_page_and_for_their_space_alone() {
    let shop = Shop::open();
    let caller = shop.key("support,read");
    (0..4).for_each(|_| drop(shop.key("read")));
    shop.key_in("other", "read");
    let mut seen = Vec::new();
    let mut path = "/v1/auth/api-keys?limit=2".to_owned();
    loop {
        let page = caller.get(&path);
        assert!(!page.text.contains("plv_") && !page.text.contains("hash"), "{}", page.text);
        seen.extend(
            page.data(200).as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap().to_owned()),
        );
        match page.body["meta"]["pagination"]["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/auth/api-keys?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    let ids: Vec<KeyId> = seen.iter().map(|key| key.parse().unwrap()).collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older));
    let listed = shop.operate(&["keys", "list"]).unwrap();
    assert!(seen.iter().all(|key| listed.contains(key)));
    let revoked = shop.operate(&["keys", "revoke", &seen[0]]).unwrap();
    assert!(revoked.contains("revoked"), "{revoked}");
}
