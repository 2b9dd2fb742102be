//! Those who trade.

use e2e::raw::Member;
use e2e::shop::Shop;
use serde_json::json;

#[test]
fn a_user_is_made_once_found_by_its_id_and_unknown_elsewhere() {
    let shop = Shop::open();
    let [here, there] = ["default", "other"].map(|space| shop.key_in(space, "read,write"));
    let body = json!({ "external_user_id": "one", "type": "buyer", "email": "ana@example.org", "metadata": { "a": [1] } });
    let made = here.post("/v1/users", &body);
    let user = made.data(201).clone();
    let refused = here.post("/v1/users", &body);
    refused.assert_refused(409, "USER_ALREADY_EXISTS");
    assert_eq!(refused.body["error"]["details"]["user_id"], user["id"]);
    let path = format!("/v1/users/{}", user["id"].as_str().unwrap());
    assert_eq!(here.get(&path).data(200), &user);
    there.get(&path).assert_refused(404, "USER_NOT_FOUND");
    assert_eq!(there.get("/v1/users").data(200), &json!([]));
    let behind = there.get(&format!("/v1/users?cursor={}", user["id"].as_str().unwrap()));
    assert_eq!(behind.data(200), &json!([]));
}

#[test]
fn users_are_listed_page_by_page_the_newest_first() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    for (number, kind) in ["buyer", "seller", "both", "buyer", "buyer"].iter().enumerate() {
        caller.post("/v1/users", &json!({ "external_user_id": number.to_string(), "type": kind })).data(201);
    }
    let first = caller.get("/v1/users?type=buyer&limit=2");
    let names = |answer: &e2e::shop::Answer| {
        let users = answer.data(200).as_array().unwrap().iter();
        users.map(|user| user["external_user_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&first), ["4", "3"]);
    let cursor = first.body["meta"]["pagination"]["next_cursor"].as_str().unwrap();
    let rest = caller.get(&format!("/v1/users?type=buyer&limit=2&cursor={cursor}"));
    assert_eq!(names(&rest), ["0"]);
    assert_eq!(rest.body["meta"]["pagination"]["has_more"], json!(false));
    for wrong in ["more=1", "limit=0", "limit=101", "limit=x", "cursor=usr_1", "type=thief"] {
        caller.get(&format!("/v1/users?{wrong}")).assert_refused(400, "VALIDATION_ERROR");
    }
}

#[tokio::test]
async fn an_account_sees_no_user_but_itself() {
    let shop = Shop::open();
    let member = Member::join_at(shop.relay.address()).await;
    let account = shop.account(member.person.device(), &member.session_token);
    let made = shop.key("write").post("/v1/users", &json!({ "external_user_id": "one", "type": "both" }));
    let path = format!("/v1/users/{}", made.data(201)["id"].as_str().unwrap());
    account.get(&path).assert_refused(404, "USER_NOT_FOUND");
    let me = account.get("/v1/me").data(200)["account"]["user_id"].clone();
    let own = account.get(&format!("/v1/users/{}", me.as_str().unwrap()));
    assert_eq!(own.data(200)["account"], json!(member.person.account));
}
