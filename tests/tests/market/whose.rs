//! Lists of somebody's things: what is asked for is shown, and an account sees nothing of others.

use std::collections::BTreeSet;

use e2e::raw::Member;
use e2e::shop::{Caller, Shop, id_of};
use serde_json::{Value, json};

/// An account with money, and who it is when it trades.
struct Trader {
    caller: Caller,
    user: String,
}

/// What is asked for, and which of the things that were made an account and a key are shown for it.
type Case<'a> = (&'a str, &'a [usize], &'a [usize]);

#[tokio::test]
async fn what_has_two_sides_is_listed_by_the_sides_that_are_asked_for() {
    let shop = Shop::open();
    let key = shop.key("read,write,support");
    let [ana, ben, cleo] = [trader(&shop).await, trader(&shop).await, trader(&shop).await];
    let order = |buyer: &Trader, seller: &Trader| {
        let body = json!({
            "buyer_id": buyer.user, "seller_id": seller.user, "amount": "5.00", "currency": "USD", "title": "A desk",
        });
        id_of(buyer.caller.post("/v1/orders", &body).data(201))
    };
    let offer = |buyer: &Trader, seller: &Trader| {
        let listing = json!({
            "seller_id": seller.user, "title": "A desk", "description": "Of oak.", "category": "Desks",
            "price": "5.00", "currency": "USD",
        });
        let listing = id_of(seller.caller.post("/v1/listings", &listing).data(201));
        seller.caller.post(&format!("/v1/listings/{listing}/publish"), &json!({})).data(200);
        let body = json!({
            "listing_id": listing, "buyer_id": buyer.user, "amount": "4.00", "currency": "USD",
        });
        id_of(buyer.caller.post("/v1/offers", &body).data(201))
    };
    let pairs = [(&ana, &ben), (&ben, &ana), (&cleo, &ben)];
    let made = [
        ("/v1/orders", pairs.map(|(buyer, seller)| order(buyer, seller))),
        ("/v1/offers", pairs.map(|(buyer, seller)| offer(buyer, seller))),
    ];
    let [a, b, c] = [&ana, &ben, &cleo].map(|trader| trader.user.as_str());
    // The account is the first's.
    let cases: [Case<'_>; 10] = [
        ("", &[0, 1], &[0, 1, 2]),
        (&format!("buyer_id={a}"), &[0], &[0]),
        (&format!("seller_id={a}"), &[1], &[1]),
        (&format!("buyer_id={b}"), &[1], &[1]),
        (&format!("seller_id={b}"), &[0], &[0, 2]),
        (&format!("buyer_id={a}&seller_id={b}"), &[0], &[0]),
        (&format!("buyer_id={a}&seller_id={a}"), &[], &[]),
        (&format!("buyer_id={c}&seller_id={b}"), &[], &[2]),
        (&format!("buyer_id={c}"), &[], &[2]),
        (&format!("seller_id={c}"), &[], &[]),
    ];
    for (path, made) in &made {
        check((path, made), (&ana.caller, &key), &cases);
    }
}

#[tokio::test]
async fn what_has_an_owner_is_listed_by_whom_is_asked_for() {
    let shop = Shop::open();
    let key = shop.key("read,write,support");
    let [ana, ben] = [trader(&shop).await, trader(&shop).await];
    let top_ups = [&ana, &ben].map(|trader| ids(&trader.caller, "/v1/topups").remove(0));
    let withdrawals = [&ana, &ben].map(|trader| {
        let body = json!({
            "user_id": trader.user, "amount": "10.00", "currency": "USD",
            "destination": { "type": "bank", "ref": "DE89370400440532013000" },
        });
        id_of(trader.caller.post("/v1/withdrawals", &body).data(201))
    });
    let cases: [Case<'_>; 3] = [
        ("", &[0], &[0, 1]),
        (&format!("user_id={}", ana.user), &[0], &[0]),
        (&format!("user_id={}", ben.user), &[], &[1]),
    ];
    check(("/v1/topups", &top_ups), (&ana.caller, &key), &cases);
    check(("/v1/withdrawals", &withdrawals), (&ana.caller, &key), &cases);
    let body =
        json!({ "from_user_id": ana.user, "to_user_id": ben.user, "amount": "1.00", "currency": "USD" });
    let sent = [id_of(ana.caller.post("/v1/transfers", &body).data(201))];
    let cases: [Case<'_>; 3] = [
        ("", &[0], &[0]),
        (&format!("user_id={}", ana.user), &[0], &[0]),
        (&format!("user_id={}", ben.user), &[], &[0]),
    ];
    check(("/v1/transfers", &sent), (&ana.caller, &key), &cases);
}

#[tokio::test]
async fn who_called_off_or_took_away_what_is_a_users_is_told_by_one_rule() {
    let shop = Shop::open();
    let [writer, support] = [shop.key("read,write"), shop.key("read,write,support")];
    let [ana, ben] = [trader(&shop).await, trader(&shop).await];
    let listing = json!({
        "seller_id": ben.user, "title": "A desk", "description": "Of oak.", "category": "Desks", "price": "10.00",
        "currency": "USD",
    });
    let top_up = json!({
        "user_id": ana.user, "amount": "10.00", "currency": "USD", "return_url": "https://shop.example.org",
    });
    let withdrawal = json!({
        "user_id": ana.user, "amount": "10.00", "currency": "USD",
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    for caller in [&ana.caller, &ben.caller, &writer, &support] {
        let order = writer.order(&ana.user, &ben.user, "10.00");
        caller.post(&format!("{order}/cancel"), &json!({})).data(200);
    }
    let order = writer.order(&ana.user, &ben.user, "10.00");
    shop.operate(&["orders", "cancel", order.rsplit('/').next().unwrap()]).unwrap();
    let made = |path: &str, body: &Value| format!("{path}/{}", id_of(writer.post(path, body).data(201)));
    for (seller, caller) in [(&ben.caller, &ana.caller), (&writer, &writer), (&support, &support)] {
        seller.delete(&made("/v1/listings", &listing)).data(200);
        caller.post(&format!("{}/cancel", made("/v1/topups", &top_up)), &json!({})).data(200);
        caller.delete(&made("/v1/withdrawals", &withdrawal)).data(200);
    }
    let told = |kind: &str, by: &str, expected: &[&str]| {
        let told = support.stream(&format!("/v1/events?since=0&types={kind}"), None).events(expected.len());
        let told: Vec<_> = told.iter().map(|told| told.data["payload"][by].as_str().unwrap()).collect();
        assert_eq!(told, expected, "{kind}");
    };
    told("order.canceled", "canceledBy", &["buyer", "seller", "buyer", "support", "support"]);
    told("listing.removed", "removedBy", &["seller", "seller", "support"]);
    told("topup.canceled", "canceledBy", &["owner", "owner", "support"]);
    told("withdrawal.canceled", "canceledBy", &["owner", "owner", "support"]);
}

#[track_caller]
fn check((path, made): (&str, &[String]), (account, key): (&Caller, &Caller), cases: &[Case<'_>]) {
    for (query, of_account, of_key) in cases {
        for (caller, expected) in [(account, of_account), (key, of_key)] {
            let expected: BTreeSet<String> = expected.iter().map(|at| made[*at].clone()).collect();
            let found: BTreeSet<String> = ids(caller, &format!("{path}?{query}")).into_iter().collect();
            assert_eq!(found, expected, "{path}?{query}");
        }
    }
}

fn ids(caller: &Caller, path: &str) -> Vec<String> {
    let page = caller.get(path);
    page.data(200).as_array().unwrap().iter().map(|shown: &Value| id_of(shown)).collect()
}

async fn trader(shop: &Shop) -> Trader {
    let member = Member::join_at(shop.relay.address()).await;
    let caller = shop.account(member.person.device(), &member.session_token);
    let user = caller.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
    let body = json!({
        "user_id": user, "amount": "100.00", "currency": "USD", "return_url": "https://shop.example.org",
    });
    let made = id_of(caller.post("/v1/topups", &body).data(201));
    shop.key("support").post(&format!("/v1/topups/{made}/confirm"), &json!({})).data(200);
    Trader { caller, user }
}
