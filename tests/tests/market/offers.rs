//! What buyers and sellers talk over, until they agree or give up.

use e2e::raw::Member;
use e2e::shop::{Answer, Caller, Shop, new_key};
use serde_json::{Value, json};

#[test]
fn two_sides_talk_until_they_agree_and_then_there_is_an_order_and_the_listing_is_sold() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let listing = publish(&caller, &seller);
    let offer = caller.post("/v1/offers", &offer(&listing, &buyer, "60.00"));
    let offer = offer.data(201);
    let path = path_of(offer);
    assert_eq!(
        (&offer["status"], &offer["round"], &offer["proposed_by"]),
        (&json!("MADE"), &json!(1), &json!("BUYER"))
    );
    assert_eq!((&offer["seller_id"], &offer["title"]), (&json!(seller), &json!("Red bicycle")));
    let parts = json!([
        { "milestone_ref": "frame", "title": "The frame", "amount": "50.00" },
        { "milestone_ref": "rest", "title": "The rest", "amount": "25.00" },
    ]);
    let counter = json!({
        "round": 1, "by": "SELLER", "amount": "75.00", "currency": "USD", "milestones": parts,
    });
    let countered = caller.post(&format!("{path}/counter"), &counter);
    assert_eq!(
        (&countered.data(200)["status"], &countered.data(200)["round"]),
        (&json!("COUNTERED"), &json!(2))
    );
    let yes = json!({ "round": 2, "by": "BUYER" });
    let accepted = caller.post(&format!("{path}/accept"), &yes);
    assert_eq!(accepted.data(200)["status"], "ACCEPTED");
    let order = format!("/v1/orders/{}", accepted.data(200)["order_id"].as_str().unwrap());
    let made = caller.get(&order);
    let made = made.data(200);
    assert_eq!(
        (&made["amount"], &made["buyer_id"], &made["seller_id"]),
        (&json!("75.00"), &json!(buyer), &json!(seller))
    );
    assert_eq!((&made["title"], made["milestones"].as_array().unwrap().len()), (&json!("Red bicycle"), 2));
    assert_eq!(caller.get(&listing_path(&listing)).data(200)["status"], "SOLD");
    assert_eq!(caller.get("/v1/listings?q=bicycle").data(200), &json!([]));
    let again = caller.post(&format!("{path}/accept"), &yes);
    assert_eq!(again.data(200), accepted.data(200));
    assert_eq!(caller.get("/v1/orders").data(200).as_array().unwrap().len(), 1);
    let told: Vec<String> = caller
        .stream("/v1/events?since=0&types=offer.*,listing.sold,order.*", None)
        .events(5)
        .into_iter()
        .map(|frame| frame.event)
        .collect();
    assert_eq!(told, ["offer.made", "offer.countered", "listing.sold", "order.created", "offer.accepted"]);
    caller.fund(&order, "75.00");
    assert_eq!(caller.purse(&buyer), ["25.00", "0.00"]);
}

#[test]
fn of_many_offers_that_are_accepted_at_once_one_gets_the_listing() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let seller = caller.user("seller");
    let listing = publish(&caller, &seller);
    let offers: Vec<String> = (0..10)
        .map(|number| {
            let buyer = caller.user(&format!("buyer {number}"));
            path_of(caller.post("/v1/offers", &offer(&listing, &buyer, "60.00")).data(201))
        })
        .collect();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let accept =
            |path: &String| caller.post(&format!("{path}/accept"), &json!({ "round": 1, "by": "SELLER" }));
        let asked: Vec<_> = offers.iter().map(|path| scope.spawn(move || accept(path))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        refused.assert_refused(409, "INVALID_STATE");
    }
    assert_eq!(caller.get("/v1/orders").data(200).as_array().unwrap().len(), 1);
    assert_eq!(caller.get("/v1/offers?status=ACCEPTED").data(200).as_array().unwrap().len(), 1);
    assert_eq!(caller.get("/v1/offers?status=MADE").data(200).as_array().unwrap().len(), 9);
    shop.operate(&["audit", "verify"]).unwrap();
}

#[tokio::test]
async fn each_side_answers_in_its_turn_what_it_has_seen_and_nobody_else_is_told() {
    let shop = Shop::open();
    let mut members = Vec::new();
    for _ in 0..3 {
        members.push(Member::join_at(shop.relay.address()).await);
    }
    let accounts: Vec<Caller> =
        members.iter().map(|member| shop.account(member.person.device(), &member.session_token)).collect();
    let [ana, ben, cleo] = [&accounts[0], &accounts[1], &accounts[2]];
    let [of_ana, of_ben] = [ana, ben].map(id_of);
    let listing = publish(ben, &of_ben);
    cleo.post("/v1/offers", &offer(&listing, &of_ana, "60.00")).assert_refused(404, "USER_NOT_FOUND");
    let made = ana.post("/v1/offers", &offer(&listing, &of_ana, "60.00"));
    let path = path_of(made.data(201));
    let says = |caller: &Caller, verb: &str, round: u32| {
        caller.post(&format!("{path}/{verb}"), &json!({ "round": round }))
    };
    for verb in ["accept", "decline", "withdraw"] {
        says(cleo, verb, 1).assert_refused(404, "OFFER_NOT_FOUND");
    }
    cleo.get(&path).assert_refused(404, "OFFER_NOT_FOUND");
    says(ana, "accept", 1).assert_refused(409, "NOT_YOUR_TURN");
    says(ben, "withdraw", 1).assert_refused(409, "NOT_YOUR_TURN");
    let as_ana = json!({ "round": 1, "by": "BUYER" });
    ben.post(&format!("{path}/accept"), &as_ana).assert_refused(400, "VALIDATION_ERROR");
    let counter = json!({ "round": 1, "amount": "70.00", "currency": "USD" });
    ben.post(&format!("{path}/counter"), &counter).data(200);
    says(ben, "accept", 2).assert_refused(409, "NOT_YOUR_TURN");
    let superseded = says(ana, "accept", 1);
    superseded.assert_refused(409, "OFFER_SUPERSEDED");
    assert_eq!(superseded.body["error"]["details"]["standing_round"], "2");
    assert_eq!(cleo.get("/v1/offers").data(200), &json!([]));
    for party in [ana, ben] {
        assert_eq!(party.get("/v1/offers").data(200)[0]["id"], made.data(201)["id"]);
        let mut stream = party.stream("/v1/events?since=0&types=offer.*", None);
        let told: Vec<String> = stream.events(2).into_iter().map(|frame| frame.event).collect();
        assert_eq!(told, ["offer.made", "offer.countered"]);
    }
    shop.key_in("other", "read").get(&path).assert_refused(404, "OFFER_NOT_FOUND");
    assert_eq!(says(ana, "decline", 2).data(200)["status"], "DECLINED");
    says(ben, "withdraw", 2).assert_refused(409, "INVALID_STATE");
    assert_eq!(ben.get(&listing_path(&listing)).data(200)["status"], "ACTIVE");
    let other = ana.post("/v1/offers", &offer(&listing, &of_ana, "61.00"));
    let withdrawn = ana.post(&format!("{}/withdraw", path_of(other.data(201))), &json!({ "round": 1 }));
    assert_eq!(withdrawn.data(200)["status"], "WITHDRAWN");
}

#[test]
fn what_is_wrong_with_an_offer_is_said() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let (buyer, seller) = (caller.user("buyer"), caller.user("seller"));
    let listing = publish(&caller, &seller);
    let with = |field: &str, value: Value| {
        let mut body = offer(&listing, &buyer, "60.00");
        body[field] = value;
        caller.post("/v1/offers", &body)
    };
    with("buyer_id", json!(seller)).assert_refused(400, "VALIDATION_ERROR");
    with("currency", json!("EUR")).assert_refused(400, "VALIDATION_ERROR");
    with("amount", json!("60")).assert_refused(400, "INVALID_AMOUNT_FORMAT");
    with("amount", json!("50000.01")).assert_refused(400, "INVALID_AMOUNT");
    with("expires_at", json!("2020-01-01T00:00:00.000Z")).assert_refused(400, "VALIDATION_ERROR");
    with("expires_at", json!("2999-01-01T00:00:00.000Z")).assert_refused(400, "VALIDATION_ERROR");
    let part = json!([{ "milestone_ref": "all", "title": "All", "amount": "59.00" }]);
    with("milestones", part).assert_refused(400, "VALIDATION_ERROR");
    with("listing_id", json!("lst_1")).assert_refused(404, "LISTING_NOT_FOUND");
    let path = path_of(with("metadata", json!({ "from": "test" })).data(201));
    let accept = |body: Value| caller.post(&format!("{path}/accept"), &body);
    accept(json!({ "by": "SELLER" })).assert_refused(400, "MISSING_REQUIRED_FIELD");
    accept(json!({ "round": 1 })).assert_refused(400, "MISSING_REQUIRED_FIELD");
    accept(json!({ "round": 1, "by": "SUPPORT" })).assert_refused(400, "VALIDATION_ERROR");
    let counter = json!({ "round": 1, "by": "SELLER", "amount": "70.00", "currency": "EUR" });
    caller.post(&format!("{path}/counter"), &counter).assert_refused(400, "VALIDATION_ERROR");
    caller.post(&format!("{}/pause", listing_path(&listing)), &json!({})).data(200);
    let paused = with("amount", json!("61.00"));
    paused.assert_refused(409, "INVALID_STATE");
    assert_eq!(paused.body["error"]["details"]["current_state"], "PAUSED");
    let refused = accept(json!({ "round": 1, "by": "SELLER" }));
    refused.assert_refused(409, "INVALID_STATE");
    assert_eq!(refused.body["error"]["details"]["listing_id"], listing, "it is what stands in the way");
    assert_eq!(caller.get(&path).data(200)["status"], "MADE");
    assert_eq!(caller.get("/v1/orders").data(200), &json!([]));
}

#[test]
fn an_order_that_is_called_off_gives_its_listing_back() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let (buyer, seller) = (caller.rich_user("buyer", "100.00"), caller.user("seller"));
    let listing = publish(&caller, &seller);
    for round in 0..2 {
        let path = path_of(caller.post("/v1/offers", &offer(&listing, &buyer, "60.00")).data(201));
        let accepted = caller.post(&format!("{path}/accept"), &json!({ "round": 1, "by": "SELLER" }));
        let order = format!("/v1/orders/{}", accepted.data(200)["order_id"].as_str().unwrap());
        if round == 1 {
            caller.post(&format!("{order}/reserve"), &json!({ "amount": "60.00" })).data(200);
        }
        assert_eq!(caller.get("/v1/listings?q=bicycle").data(200), &json!([]));
        caller.post(&format!("{order}/cancel"), &json!({})).data(200);
        assert_eq!(caller.get("/v1/listings?q=bicycle").data(200)[0]["id"], json!(listing));
        assert_eq!(caller.purse(&buyer), ["100.00", "0.00"]);
    }
}

#[test]
fn a_relay_that_is_killed_has_agreed_to_what_it_answered_for_once() {
    let mut shop = Shop::open();
    let caller = shop.key("read,write");
    let (buyer, seller) = (caller.user("buyer"), caller.user("seller"));
    let listing = publish(&caller, &seller);
    let path = path_of(caller.post("/v1/offers", &offer(&listing, &buyer, "60.00")).data(201));
    let (key, yes) = (new_key(), r#"{"round":1,"by":"SELLER"}"#);
    let first = caller.post_by(&key, &format!("{path}/accept"), yes);
    first.data(200);
    shop.relay.restart();
    assert_eq!(caller.post_by(&key, &format!("{path}/accept"), yes).text, first.text);
    assert_eq!(
        caller.post(&format!("{path}/accept"), &json!({ "round": 1, "by": "SELLER" })).data(200),
        first.data(200)
    );
    assert_eq!(caller.get("/v1/orders").data(200).as_array().unwrap().len(), 1);
    shop.operate(&["audit", "verify"]).unwrap();
}

fn offer(listing: &str, buyer: &str, amount: &str) -> Value {
    json!({ "listing_id": listing, "buyer_id": buyer, "amount": amount, "currency": "USD" })
}

/// An active listing's id.
#[track_caller]
fn publish(caller: &Caller, seller: &str) -> String {
    let body = json!({
        "seller_id": seller, "title": "Red bicycle", "description": "As good as new.", "category": "Bicycles",
        "price": "80.00", "currency": "USD",
    });
    let listing = caller.post("/v1/listings", &body).data(201)["id"].as_str().unwrap().to_owned();
    caller.post(&format!("{}/publish", listing_path(&listing)), &json!({})).data(200);
    listing
}

fn listing_path(listing: &str) -> String {
    format!("/v1/listings/{listing}")
}

fn path_of(offer: &Value) -> String {
    format!("/v1/offers/{}", offer["id"].as_str().unwrap())
}

fn id_of(caller: &Caller) -> String {
    caller.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned()
}
