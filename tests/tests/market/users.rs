//! Those who trade.

use e2e::raw::Member;
use e2e::shop::{Caller, Shop, id_of, new_key};
use serde_json::json;

/// Twice as many as are looked at for one page.
const CROWD: u32 = 20_000;

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

#[test]
fn a_kind_of_users_that_is_rare_is_looked_for_in_pages_that_end_and_go_on_until_it_is_found() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    for (name, kind) in [("rare", "buyer"), ("common", "seller")] {
        caller.post("/v1/users", &json!({ "external_user_id": name, "type": kind })).data(201);
    }
    crowd(&shop);
    let (mut cursor, mut sizes) = (String::new(), Vec::new());
    loop {
        let page = caller.get(&format!("/v1/users?type=buyer{cursor}"));
        sizes.push(page.data(200).as_array().unwrap().len());
        let Some(next) = page.body["meta"]["pagination"]["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(sizes, [0, 0, 1]);
    let all = caller.get("/v1/users?limit=100");
    assert_eq!(all.data(200).as_array().unwrap().len(), 100);
}

#[test]
fn an_operator_is_shown_the_one_that_is_suspended_also_behind_all_that_are_not() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let [rare, _] = ["rare", "common"].map(|name| caller.user(name));
    shop.operate(&["users", "suspend", &rare]).unwrap();
    crowd(&shop);
    let list = |status: &str| shop.operate(&["users", "list", "--status", status]).unwrap();
    let suspended = list("SUSPENDED");
    assert!(suspended.starts_with(&rare) && suspended.trim().lines().count() == 1, "{suspended}");
    assert_eq!(list("ACTIVE").trim().lines().count(), 1 + CROWD as usize);
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

#[test]
fn a_key_suspends_a_user_who_then_trades_no_more_until_activated() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let [user, other] = [caller.rich_user("one", "100.00"), caller.user("two")];
    let path = format!("/v1/users/{user}");
    let suspend = format!("{path}/suspend");
    let key = new_key();
    let first = caller.post_by(&key, &suspend, "");
    assert_eq!(first.data(200)["status"], "SUSPENDED");
    let again = caller.post_by(&key, &suspend, "");
    assert_eq!((&again.text, again.header("idempotency-replay")), (&first.text, Some("true")));
    assert_eq!(caller.post(&suspend, &json!({})).data(200), first.data(200), "without the key");
    let order = json!({
        "buyer_id": user, "seller_id": other, "amount": "1.00", "currency": "USD", "title": "A desk",
    });
    caller.post("/v1/orders", &order).assert_refused(422, "USER_SUSPENDED");
    assert_eq!(caller.purse(&user), ["100.00", "0.00"], "what it has stays its own");
    shop.key_in("other", "support").post(&suspend, &json!({})).assert_refused(404, "USER_NOT_FOUND");
    assert_eq!(caller.post(&format!("{path}/activate"), &json!({})).data(200), caller.get(&path).data(200));
    caller.post("/v1/orders", &order).data(201);
    let log = caller.get(&format!("/v1/audit/logs?resource_id={user}"));
    let noted: Vec<_> =
        log.data(200).as_array().unwrap().iter().map(|entry| entry["entry"]["action"].clone()).collect();
    assert_eq!(noted, ["USER_ACTIVATE", "USER_SUSPEND", "USER_CREATE"]);
    let mut stream = caller.stream(&format!("/v1/events?since=0&types=user.*&user_id={user}"), None);
    let told: Vec<_> = stream.events(3).into_iter().map(|frame| frame.event).collect();
    assert_eq!(told, ["user.created", "user.suspended", "user.activated"]);
}

#[tokio::test]
async fn no_account_learns_that_another_is_suspended() {
    let shop = Shop::open();
    let support = shop.key("read,write,support");
    let members = [Member::join_at(shop.relay.address()).await, Member::join_at(shop.relay.address()).await];
    let [ana, ben] =
        members.each_ref().map(|member| shop.account(member.person.device(), &member.session_token));
    let [buyer, seller] = [&ana, &ben].map(user_of);
    let listing = json!({
        "seller_id": seller, "title": "A desk", "description": "Of oak.", "category": "Desks",
        "price": "8.00", "currency": "USD",
    });
    let listing = id_of(ben.post("/v1/listings", &listing).data(201));
    ben.post(&format!("/v1/listings/{listing}/publish"), &json!({})).data(200);
    ana.get(&format!("/v1/users/{seller}")).assert_refused(404, "USER_NOT_FOUND");
    let agreed = ana.order(&buyer, &seller, "8.00");
    support.post(&format!("/v1/users/{seller}/suspend"), &json!({})).data(200);
    let order = |seller: &str| {
        json!({
            "buyer_id": buyer, "seller_id": seller, "amount": "8.00", "currency": "USD", "title": "A desk",
        })
    };
    let nobody = ana.post("/v1/orders", &order("usr_aaaaaaaaaaaaaaaaaaaaaaaaaa"));
    nobody.assert_refused(404, "USER_NOT_FOUND");
    let offer = json!({ "listing_id": listing, "buyer_id": buyer, "amount": "8.00", "currency": "USD" });
    let gift = json!({ "from_user_id": buyer, "to_user_id": seller, "amount": "8.00", "currency": "USD" });
    for (path, body) in [
        ("/v1/orders", &order(&seller)),
        ("/v1/offers", &offer),
        ("/v1/transfers", &gift),
        (&format!("{agreed}/reserve"), &json!({ "amount": "8.00" })),
    ] {
        assert_eq!(ana.post(path, body).text, nobody.text, "{path}");
    }
    let own = json!({
        "buyer_id": seller, "seller_id": buyer, "amount": "8.00", "currency": "USD", "title": "A lamp",
    });
    ben.post("/v1/orders", &own).assert_refused(422, "USER_SUSPENDED");
    support.post("/v1/orders", &order(&seller)).assert_refused(422, "USER_SUSPENDED");
}

/// Puts so many that came later beside the user that is called common, as it is: as many as it would take an hour to make.
fn crowd(shop: &Shop) {
    let store = rusqlite::Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    store
        .execute(
            "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?1)
             INSERT INTO users (space_id, user, kind, status, metadata, created_at)
             SELECT space_id, CAST(x'ffffffff' || printf('%012d', number) AS BLOB), kind, status, metadata, created_at + number / 3
             FROM users, numbers WHERE external_id = 'common'",
            [CROWD],
        )
        .unwrap();
}

fn user_of(account: &Caller) -> String {
    account.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned()
}
