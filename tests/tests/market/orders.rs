//! Orders, from their terms to the money's end.

use e2e::raw::Member;
use e2e::shop::{Answer, Shop, id_of, new_key};
use serde_json::{Value, json};

#[test]
fn a_purchase_goes_from_a_top_up_to_a_withdrawal_and_every_cent_is_somewhere() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    assert_eq!(caller.purse(&buyer), ["100.00", "0.00"]);
    let order = caller.order(&buyer, &seller, "80.00");
    let reserved = caller.post(&format!("{order}/reserve"), &json!({ "amount": "80.00" }));
    assert_eq!(reserved.data(200)["status"], "FUNDS_RESERVED");
    let left = json!({ "available": "20.00", "reserved": "80.00" });
    assert_eq!(reserved.body["data"]["balance_snapshot"], left);
    assert_eq!(caller.purse(&buyer), ["20.00", "80.00"]);
    let escrow = caller.post(&format!("{order}/escrow"), &json!({}));
    assert_eq!(escrow.data(201)["status"], "ESCROW_FUNDING");
    assert_eq!(escrow.body["data"]["escrow"]["status"], "CREATED");
    let funded = caller.post(&format!("{order}/escrow/fund"), &json!({ "amount": "80.00" }));
    assert_eq!(funded.data(200)["status"], "IN_PROGRESS");
    assert_eq!(caller.purse(&buyer), ["20.00", "0.00"]);
    assert_eq!(caller.get(&format!("{order}/escrow")).data(200)["status"], "FUNDED");
    let released = caller.post(&format!("{order}/release"), &json!({}));
    assert_eq!(released.data(200)["status"], "CLOSED");
    assert_eq!(released.body["data"]["settlement"], "RELEASED");
    assert_eq!(
        (caller.purse(&buyer), caller.purse(&seller)),
        (purse("20.00", "0.00"), purse("80.00", "0.00"))
    );
    let body = json!({
        "user_id": seller, "amount": "80.00", "currency": "USD",
        "destination": { "type": "bank", "ref": "DE89370400440532013000" }, "commit": true,
    });
    let withdrawal = id_of(caller.post("/v1/withdrawals", &body).data(201));
    assert_eq!(caller.purse(&seller), ["0.00", "80.00"]);
    caller.post(&format!("/v1/withdrawals/{withdrawal}/complete"), &json!({})).data(200);
    assert_eq!(caller.purse(&seller), ["0.00", "0.00"]);
}

#[test]
fn a_refund_gives_the_buyer_all_of_it_back() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let order = caller.funded_order(&buyer, &seller, "80.00");
    let refunded = caller.post(&format!("{order}/refund"), &json!({}));
    assert_eq!(refunded.data(200)["settlement"], "REFUNDED");
    assert_eq!(
        (caller.purse(&buyer), caller.purse(&seller)),
        (purse("100.00", "0.00"), purse("0.00", "0.00"))
    );
}

#[test]
fn why_money_moved_is_kept_and_told_to_both_sides() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    for (way, event) in [("release", "order.release_requested"), ("refund", "order.refund_requested")] {
        let order = caller.funded_order(&buyer, &seller, "10.00");
        let mut told = caller.stream(&format!("/v1/events?since=0&types={event}"), None);
        let body = json!({ "mode": "FULL", "amount": "10.00", "reason": "We agreed so." });
        let done = caller.post(&format!("{order}/{way}"), &body);
        assert_eq!(done.data(200)["settlement_reason"], "We agreed so.");
        assert_eq!(caller.get(&order).data(200), done.data(200));
        assert_eq!(told.next_event().data["payload"]["reason"], "We agreed so.");
        let again = caller.post(&format!("{order}/{way}"), &json!({ "reason": "Something else." }));
        assert_eq!(again.data(200), done.data(200), "what was said stays");
    }
    assert!(!caller.get("/v1/audit/logs").text.contains("We agreed so."));
    let silent = caller.funded_order(&buyer, &seller, "10.00");
    assert_eq!(
        caller.post(&format!("{silent}/refund"), &json!({})).data(200)["settlement_reason"],
        json!(null)
    );
}

#[test]
fn a_part_of_an_escrow_is_an_arbiters_to_move() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let order = caller.funded_order(&buyer, &seller, "10.00");
    for way in ["release", "refund"] {
        let path = format!("{order}/{way}");
        let part = caller.post(&path, &json!({ "mode": "PARTIAL", "amount": "4.00", "reason": "Half." }));
        part.assert_refused(400, "VALIDATION_ERROR");
        assert!(part.text.contains("an arbiter may split it"), "{}", part.text);
        for body in [
            json!({ "mode": "full" }),
            json!({ "reason": " " }),
            json!({ "reason": "n".repeat(2001) }),
            json!({ "parts": 2 }),
        ] {
            caller.post(&path, &body).assert_refused(400, "VALIDATION_ERROR");
        }
        caller.post(&path, &json!({ "amount": "4.00" })).assert_refused(422, "RESERVE_MISMATCH_AMOUNT");
    }
    assert_eq!(caller.get(&order).data(200)["status"], "IN_PROGRESS");
}

#[test]
fn an_order_is_called_off_until_its_money_is_in_escrow_and_not_after() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let order = caller.order(&buyer, &seller, "80.00");
    caller.post(&format!("{order}/reserve"), &json!({ "amount": "80.00" })).data(200);
    let called_off = caller.post(&format!("{order}/cancel"), &json!({ "reason": "It is sold." }));
    assert_eq!(called_off.data(200)["status"], "CLOSED");
    assert_eq!(called_off.data(200)["cancel_reason"], "It is sold.");
    assert_eq!(caller.get(&order).data(200)["cancel_reason"], "It is sold.");
    assert_eq!(caller.purse(&buyer), ["100.00", "0.00"]);
    let late = caller.post(&format!("{order}/reserve"), &json!({ "amount": "80.00" }));
    late.assert_refused(409, "INVALID_STATE");
    let id = order.rsplit('/').next().unwrap();
    assert_eq!(
        late.body["error"]["details"],
        json!({ "order_id": id, "current_state": "CLOSED", "allowed_states": [] })
    );
    let waiting = caller.order(&buyer, &seller, "80.00");
    caller.post(&format!("{waiting}/reserve"), &json!({ "amount": "80.00" })).data(200);
    caller.post(&format!("{waiting}/escrow"), &json!({})).data(201);
    assert_eq!(caller.post(&format!("{waiting}/cancel"), &json!({})).data(200)["status"], "CLOSED");
    assert_eq!(caller.purse(&buyer), ["100.00", "0.00"]);
    let funded = caller.funded_order(&buyer, &seller, "80.00");
    caller.post(&format!("{funded}/cancel"), &json!({})).assert_refused(409, "INVALID_STATE");
}

#[test]
fn whoever_asks_for_what_was_done_is_answered_as_it_is_and_nothing_is_done_twice() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let order = caller.order(&buyer, &seller, "80.00");
    let reserve = json!({ "amount": "80.00" });
    for (path, body, first) in [
        ("reserve", &reserve, 200),
        ("escrow", &json!({}), 201),
        ("escrow/fund", &json!({}), 200),
        ("release", &json!({}), 200),
    ] {
        let done = caller.post(&format!("{order}/{path}"), body);
        let again = caller.post(&format!("{order}/{path}"), body);
        assert_eq!(done.data(first), again.data(200), "{path}");
    }
    assert_eq!(
        (caller.purse(&buyer), caller.purse(&seller)),
        (purse("20.00", "0.00"), purse("80.00", "0.00"))
    );
}

#[test]
fn of_a_hundred_who_reserve_from_one_balance_as_many_succeed_as_it_pays_for() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let orders: Vec<String> = (0..100).map(|_| caller.order(&buyer, &seller, "10.00")).collect();
    let answers: Vec<Answer> =
        at_once(&orders, |order| caller.post(&format!("{order}/reserve"), &json!({ "amount": "10.00" })));
    let (reserved, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(reserved.len(), 10);
    for answer in refused {
        answer.assert_refused(422, "INSUFFICIENT_FUNDS");
    }
    assert_eq!(caller.purse(&buyer), ["0.00", "100.00"]);
}

#[test]
fn of_a_release_and_a_refund_at_once_one_is_done() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    for round in 0u32..8 {
        let order = caller.funded_order(&buyer, &seller, "1.00");
        let paths: Vec<String> = (0..12)
            .map(|at| format!("{order}/{}", if (at + round) % 2 == 0 { "release" } else { "refund" }))
            .collect();
        let answers = at_once(&paths, |path| caller.post(path, &json!({})));
        let settled = caller.get(&order).data(200)["settlement"].clone();
        for (path, answer) in paths.iter().zip(&answers) {
            let is_winner = path.ends_with("release") == (settled == "RELEASED");
            assert_eq!(answer.status, if is_winner { 200 } else { 409 }, "{path}: {}", answer.text);
        }
    }
    let cents = |[available, _]: [String; 2]| available.replace('.', "").parse::<u32>().unwrap();
    assert_eq!(cents(caller.purse(&buyer)) + cents(caller.purse(&seller)), 10_000);
}

#[test]
fn a_release_waits_for_every_milestone() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let milestones = |amounts: [&str; 2]| {
        json!({
            "buyer_id": buyer, "seller_id": seller, "amount": "80.00", "currency": "USD", "title": "A desk",
            "milestones": [
                { "milestone_ref": "top", "title": "The top", "amount": amounts[0] },
                { "milestone_ref": "legs", "title": "Its legs", "amount": amounts[1] },
            ],
        })
    };
    let uneven = caller.post("/v1/orders", &milestones(["40.00", "39.99"]));
    uneven.assert_refused(400, "VALIDATION_ERROR");
    let order = caller.post("/v1/orders", &milestones(["50.00", "30.00"]));
    let order = format!("/v1/orders/{}", id_of(order.data(201)));
    let complete = |part: &str| caller.post(&format!("{order}/milestones/{part}/complete"), &json!({}));
    complete("top").assert_refused(409, "INVALID_STATE");
    caller.fund(&order, "80.00");
    complete("top").data(200);
    complete("top").assert_refused(409, "INVALID_STATE");
    complete("lamp").assert_refused(404, "MILESTONE_NOT_FOUND");
    let early = caller.post(&format!("{order}/release"), &json!({}));
    early.assert_refused(409, "ESCROW_NOT_READY");
    assert_eq!(early.body["error"]["details"]["open_milestones"], json!(["legs"]));
    complete("legs").data(200);
    let escrow = caller.get(&format!("{order}/escrow")).data(200).clone();
    assert_eq!(&escrow["milestones"], caller.get(&format!("{order}/milestones")).data(200));
    let statuses: Vec<_> = caller
        .get(&format!("{order}/milestones"))
        .data(200)
        .as_array()
        .unwrap()
        .iter()
        .map(|milestone| milestone["status"].clone())
        .collect();
    assert_eq!(statuses, ["COMPLETED", "COMPLETED"]);
    caller.post(&format!("{order}/release"), &json!({})).data(200);
    assert_eq!(caller.purse(&seller), ["80.00", "0.00"]);
}

#[test]
fn what_cannot_be_taken_is_refused_and_changes_nothing() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let body = |field: &str, value: Value| {
        let mut body = json!({
            "buyer_id": buyer, "seller_id": seller, "amount": "80.00", "currency": "USD", "title": "A desk",
        });
        body[field] = value;
        body
    };
    for (field, value, status, code) in [
        ("amount", json!("1e2"), 400, "INVALID_AMOUNT_FORMAT"),
        ("amount", json!("1.005"), 400, "INVALID_AMOUNT_FORMAT"),
        ("amount", json!("0.00"), 400, "INVALID_AMOUNT"),
        ("amount", json!("50000.01"), 400, "INVALID_AMOUNT"),
        ("amount", json!(80), 400, "VALIDATION_ERROR"),
        ("currency", json!("XXX"), 400, "INVALID_CURRENCY"),
        ("seller_id", json!(buyer), 400, "VALIDATION_ERROR"),
        ("seller_id", json!("usr_aaaaaaaaaaaaaaaaaaaaaaaaaa"), 404, "USER_NOT_FOUND"),
        ("title", json!("two\nlines"), 400, "VALIDATION_ERROR"),
        ("surprise", json!(1), 400, "VALIDATION_ERROR"),
    ] {
        caller.post("/v1/orders", &body(field, value)).assert_refused(status, code);
    }
    assert_eq!(caller.get("/v1/orders").data(200), &json!([]));
    let order = caller.order(&buyer, &seller, "80.00");
    for (amount, status, code) in [
        ("79.99", 422, "RESERVE_MISMATCH_AMOUNT"),
        ("80", 400, "INVALID_AMOUNT_FORMAT"),
        ("-80.00", 400, "INVALID_AMOUNT_FORMAT"),
    ] {
        caller.post(&format!("{order}/reserve"), &json!({ "amount": amount })).assert_refused(status, code);
    }
    let dear = caller.order(&buyer, &seller, "100.01");
    let dear = caller.post(&format!("{dear}/reserve"), &json!({ "amount": "100.01" }));
    dear.assert_refused(422, "INSUFFICIENT_FUNDS");
    let details = json!({ "available": "100.00", "requested": "100.01", "currency": "USD" });
    assert_eq!(dear.body["error"]["details"], details);
    let keyless = caller.ask(ureq::http::Method::POST, &format!("{order}/release"), None, "");
    keyless.assert_refused(400, "MISSING_REQUIRED_FIELD");
    assert_eq!(caller.purse(&buyer), ["100.00", "0.00"]);
}

#[test]
fn what_an_order_is_called_is_its_makers_own_and_once() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let (buyer, seller) = (caller.user("buyer"), caller.user("seller"));
    let body = json!({
        "buyer_id": buyer, "seller_id": seller, "amount": "80.00", "currency": "USD", "title": "A desk",
        "client_order_ref": "A-1",
    });
    let first = id_of(caller.post("/v1/orders", &body).data(201));
    let again = caller.post("/v1/orders", &body);
    again.assert_refused(409, "ORDER_ALREADY_EXISTS");
    assert_eq!(again.body["error"]["details"], json!({ "order_id": first }));
    let other = shop.key_in("other", "read,write");
    let body = json!({
        "buyer_id": other.user("buyer"), "seller_id": other.user("seller"), "amount": "80.00",
        "currency": "USD", "title": "A desk", "client_order_ref": "A-1",
    });
    other.post("/v1/orders", &body).data(201);
}

#[test]
fn orders_are_listed_by_whose_they_are_and_how_they_stand_page_by_page() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let [ana, ben, cleo] = ["ana", "ben", "cleo"].map(|name| caller.rich_user(name, "100.00"));
    let orders = [
        caller.order(&ana, &ben, "1.00"),
        caller.order(&ben, &ana, "2.00"),
        caller.funded_order(&ana, &cleo, "3.00"),
    ];
    let listed = |query: &str| {
        let page = caller.get(&format!("/v1/orders?{query}"));
        let items = page.data(200).as_array().unwrap().iter();
        items.map(|item| format!("/v1/orders/{}", id_of(item))).collect::<Vec<_>>()
    };
    let newest_first: Vec<_> = orders.iter().rev().cloned().collect();
    assert_eq!(listed(""), newest_first);
    assert_eq!(listed(&format!("buyer_id={ana}")), [orders[2].clone(), orders[0].clone()]);
    assert_eq!(listed(&format!("buyer_id={ana}&seller_id={cleo}")), [orders[2].clone()]);
    assert_eq!(listed("status=IN_PROGRESS"), [orders[2].clone()]);
    let made = caller.get(&orders[1]).data(200)["created_at"].as_str().unwrap().to_owned();
    assert!(listed(&format!("created_before={made}")).iter().all(|order| *order == orders[0]));
    assert!(listed(&format!("created_after={made}")).contains(&orders[2]));
    let mut pages = Vec::new();
    let mut query = "limit=1".to_owned();
    loop {
        let page = caller.get(&format!("/v1/orders?{query}"));
        pages.extend(
            page.data(200).as_array().unwrap().iter().map(|item| format!("/v1/orders/{}", id_of(item))),
        );
        let Some(next) = page.body["meta"]["pagination"]["next_cursor"].as_str() else { break };
        query = format!("limit=1&cursor={next}");
    }
    assert_eq!(pages, newest_first);
    caller.get("/v1/orders?status=NEW").assert_refused(400, "VALIDATION_ERROR");
    caller.get("/v1/orders?created_after=yesterday").assert_refused(400, "VALIDATION_ERROR");
    assert_eq!(shop.key_in("other", "read").get("/v1/orders").data(200), &json!([]));
    shop.key_in("other", "read").get(&orders[0]).assert_refused(404, "ORDER_NOT_FOUND");
}

#[tokio::test]
async fn an_account_acts_for_its_own_side_and_nobody_settles_in_their_own_favour() {
    let shop = Shop::open();
    let support = shop.key("read,write,support");
    let mut accounts = Vec::new();
    for _ in 0..3 {
        let member = Member::join_at(shop.relay.address()).await;
        accounts.push(shop.account(member.person.device(), &member.session_token));
    }
    let users: Vec<String> = accounts
        .iter()
        .map(|account| account.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned())
        .collect();
    let [ana, ben, cleo] = &accounts[..] else { panic!("three accounts") };
    let early = json!({
        "buyer_id": users[0], "seller_id": users[1], "amount": "80.00", "currency": "USD", "title": "A desk",
    });
    ana.post("/v1/orders", &early).assert_refused(404, "USER_NOT_FOUND");
    for (account, user) in accounts.iter().zip(&users) {
        let body = json!({
            "user_id": user, "amount": "100.00", "currency": "USD", "return_url": "https://shop.example.org",
        });
        let made = id_of(account.post("/v1/topups", &body).data(201));
        support.post(&format!("/v1/topups/{made}/confirm"), &json!({})).data(200);
    }
    cleo.post("/v1/orders", &early).assert_refused(404, "USER_NOT_FOUND");
    ben.post("/v1/orders", &early).assert_refused(404, "USER_NOT_FOUND");
    let order = ana.order(&users[0], &users[1], "80.00");
    cleo.get(&order).assert_refused(404, "ORDER_NOT_FOUND");
    let reserve = json!({ "amount": "80.00" });
    ben.post(&format!("{order}/reserve"), &reserve).assert_refused(403, "FORBIDDEN");
    cleo.post(&format!("{order}/reserve"), &reserve).assert_refused(404, "ORDER_NOT_FOUND");
    ana.fund(&order, "80.00");
    ben.post(&format!("{order}/release"), &json!({})).assert_refused(403, "FORBIDDEN");
    ana.post(&format!("{order}/refund"), &json!({})).assert_refused(403, "FORBIDDEN");
    cleo.post(&format!("{order}/release"), &json!({})).assert_refused(404, "ORDER_NOT_FOUND");
    assert_eq!(cleo.get("/v1/orders").data(200), &json!([]));
    for party in [ana, ben] {
        assert_eq!(party.get("/v1/orders").data(200).as_array().unwrap().len(), 1);
    }
    ana.post(&format!("{order}/release"), &json!({})).data(200);
    assert_eq!(ben.purse(&users[1]), ["180.00", "0.00"]);
}

#[test]
fn a_relay_that_is_killed_after_any_step_goes_on_where_it_was() {
    let mut shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let order = caller.order(&buyer, &seller, "80.00");
    for (path, body) in
        [("reserve", r#"{"amount":"80.00"}"#), ("escrow", ""), ("escrow/fund", ""), ("release", "")]
    {
        let key = new_key();
        let first = caller.post_by(&key, &format!("{order}/{path}"), body);
        let before = (caller.purse(&buyer), caller.purse(&seller));
        shop.relay.restart();
        assert_eq!(caller.post_by(&key, &format!("{order}/{path}"), body).text, first.text);
        assert_eq!((caller.purse(&buyer), caller.purse(&seller)), before);
    }
    assert_eq!(caller.purse(&seller), ["80.00", "0.00"]);
    shop.operate(&["audit", "verify"]).unwrap();
}

fn purse(available: &str, reserved: &str) -> [String; 2] {
    [available, reserved].map(str::to_owned)
}

/// Asks for everything at the same time.
fn at_once(paths: &[String], ask: impl Fn(&str) -> Answer + Sync) -> Vec<Answer> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = paths.iter().map(|path| scope.spawn(|| ask(path))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    })
}
