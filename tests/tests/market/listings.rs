//! What is on offer: shown, found, and taken away.

use std::collections::BTreeSet;

use e2e::raw::Member;
use e2e::shop::{Answer, Caller, Shop};
use serde_json::{Value, json};

#[test]
fn a_listing_is_shown_set_aside_offered_again_and_taken_away_by_its_seller() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let seller = user(&caller, "seller");
    let made = caller.post("/v1/listings", &listing(&seller, "Red bicycle", "Bicycles"));
    let made = made.data(201);
    assert_eq!((&made["status"], &made["price"]), (&json!("DRAFT"), &json!("80.00")));
    let path = path_of(made);
    let goes = |verb: &str, status: &str| {
        let answer = caller.post(&format!("{path}/{verb}"), &json!({}));
        assert_eq!(answer.data(200)["status"], status, "{verb}");
        assert_eq!(caller.get(&path).data(200), answer.data(200));
    };
    let refused = caller.post(&format!("{path}/pause"), &json!({}));
    refused.assert_refused(409, "INVALID_STATE");
    assert_eq!(refused.body["error"]["details"]["current_state"], "DRAFT");
    goes("publish", "ACTIVE");
    goes("pause", "PAUSED");
    goes("resume", "ACTIVE");
    let patch = json!({ "title": "Blue bicycle", "price": "75.00", "currency": "USD" });
    let edited = caller.patch(&path, &patch);
    assert_eq!(edited.data(200)["title"], "Blue bicycle");
    assert_eq!(
        (&edited.data(200)["price"], &edited.data(200)["category"]),
        (&json!("75.00"), &json!("Bicycles"))
    );
    assert_eq!(caller.delete(&path).data(200)["status"], "REMOVED");
    caller.patch(&path, &json!({ "title": "Again" })).assert_refused(409, "INVALID_STATE");
    let told: Vec<String> = caller
        .stream("/v1/events?since=0&types=listing.*", None)
        .events(6)
        .into_iter()
        .map(|frame| frame.event.strip_prefix("listing.").unwrap().to_owned())
        .collect();
    assert_eq!(told, ["created", "published", "paused", "resumed", "edited", "removed"]);
}

#[test]
fn what_a_seller_wants_again_is_answered_as_it_is_and_nothing_is_done_twice() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let made = caller.post("/v1/listings", &listing(&user(&caller, "seller"), "Red bicycle", "Bicycles"));
    let path = path_of(made.data(201));
    let twice = |ask: &dyn Fn() -> Answer, status: &str| {
        let [first, again] = [ask(), ask()];
        assert_eq!((&first.data(200)["status"], again.data(200)), (&json!(status), first.data(200)));
    };
    let verb = |verb: &str| caller.post(&format!("{path}/{verb}"), &json!({}));
    twice(&|| verb("publish"), "ACTIVE");
    twice(&|| verb("pause"), "PAUSED");
    verb("publish").assert_refused(409, "INVALID_STATE");
    twice(&|| verb("resume"), "ACTIVE");
    twice(&|| caller.delete(&path), "REMOVED");
    for gone in ["publish", "pause", "resume"] {
        verb(gone).assert_refused(409, "INVALID_STATE");
    }
    let told = caller.stream("/v1/events?since=0&types=listing.*", None).events(5);
    let told: Vec<&str> = told.iter().map(|frame| frame.event.as_str()).collect();
    let expected =
        ["listing.created", "listing.published", "listing.paused", "listing.resumed", "listing.removed"];
    assert_eq!(told, expected);
    let log = caller.get("/v1/audit/logs?resource_type=listing&limit=100");
    let done = log.data(200).as_array().unwrap().iter().rev();
    let done = done.map(|logged| &logged["entry"]).filter(|entry| entry["result"] == "SUCCESS");
    let actions: Vec<&str> = done.map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = ["LISTING_CREATE", "LISTING_PUBLISH", "LISTING_PAUSE", "LISTING_RESUME", "LISTING_REMOVE"];
    assert_eq!(actions, expected);
}

#[test]
fn what_is_wrong_with_a_listing_is_said() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let seller = user(&caller, "seller");
    let with = |field: &str, value: Value| {
        let mut body = listing(&seller, "Red bicycle", "Bicycles");
        body[field] = value;
        caller.post("/v1/listings", &body)
    };
    with("title", json!(" ")).assert_refused(400, "VALIDATION_ERROR");
    with("title", json!("a\nb")).assert_refused(400, "VALIDATION_ERROR");
    with("title", json!("a".repeat(201))).assert_refused(400, "VALIDATION_ERROR");
    with("description", json!("a".repeat(5001))).assert_refused(400, "VALIDATION_ERROR");
    with("category", json!("")).assert_refused(400, "VALIDATION_ERROR");
    with("price", json!("1e2")).assert_refused(400, "INVALID_AMOUNT_FORMAT");
    with("price", json!("0.00")).assert_refused(400, "INVALID_AMOUNT");
    with("currency", json!("XXX")).assert_refused(400, "INVALID_CURRENCY");
    with("seller_id", json!("usr_1")).assert_refused(404, "USER_NOT_FOUND");
    with("status", json!("ACTIVE")).assert_refused(400, "VALIDATION_ERROR");
    let made = with("description", json!("In\nmany lines."));
    let path = path_of(made.data(201));
    caller.patch(&path, &json!({ "price": "1.00" })).assert_refused(400, "MISSING_REQUIRED_FIELD");
    for wrong in [
        "q=",
        "q=a%00b",
        "q=a&status=DRAFT",
        "q=a&cursor=x",
        "status=GONE",
        "price_min=1.00&currency=XXX",
        "currency=USD&price_min=-0.00",
        "currency=USD&price_min=-1.00",
        "currency=USD&price_max=1e2",
        "currency=USD&price_max=0",
        "limit=0",
    ] {
        let answer = caller.get(&format!("/v1/listings?{wrong}"));
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text);
    }
    caller.get("/v1/listings?price_min=1.00").assert_refused(400, "MISSING_REQUIRED_FIELD");
    assert_eq!(caller.get("/v1/listings?q=%22%2A").data(200), &json!([]));
}

#[test]
fn a_price_that_few_have_is_looked_for_in_pages_that_end_and_go_on_until_it_is_found() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let [seller, other] = ["seller", "other"].map(|name| user(&caller, name));
    let mut rare = listing(&other, "Rare", "Bicycles");
    rare["price"] = json!("90.00");
    publish(&caller, &rare);
    publish(&caller, &listing(&seller, "Common", "Bicycles"));
    // As many as it would take an hour to make.
    let store = rusqlite::Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    let columns = "title, description, category, category_key, minor, currency, status, metadata, created_at, updated_at";
    store
        .execute(
            &format!(
                "WITH RECURSIVE numbers (number) AS (SELECT 3 UNION ALL SELECT number + 1 FROM numbers WHERE number < 20010)
                 INSERT INTO listings (space_id, listing, number, seller, {columns})
                 SELECT space_id, CAST(x'ffffffff' || printf('%012d', numbers.number) AS BLOB), numbers.number, seller, {columns}
                 FROM listings, numbers WHERE title = 'Common'"
            ),
            [],
        )
        .unwrap();
    for query in [
        "currency=USD&price_min=90.00".to_owned(),
        format!("seller_id={other}&category=bicycles"),
        format!("seller_id={seller}&status=REMOVED"),
        "category=bicycles&currency=USD&price_min=85.00".to_owned(),
    ] {
        let (mut cursor, mut sizes) = (String::new(), Vec::new());
        loop {
            let page = caller.get(&format!("/v1/listings?{query}{cursor}"));
            sizes.push(page.data(200).as_array().unwrap().len());
            let Some(next) = page.body["meta"]["pagination"]["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let expected = match query.as_str() {
            of_other if of_other.contains(&other) => &[1][..],
            of_seller if of_seller.contains(&seller) => &[0, 0, 0],
            _ => &[0, 0, 1],
        };
        assert_eq!(sizes, expected, "{query}");
    }
    let whole = caller.get("/v1/listings?limit=100");
    assert_eq!(whole.data(200).as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn what_is_not_active_is_its_sellers_alone_and_another_space_has_none_of_it() {
    let shop = Shop::open();
    let [ana, ben] =
        [Member::join_at(shop.relay.address()).await, Member::join_at(shop.relay.address()).await];
    let [ana, ben] = [ana, ben].map(|member| shop.account(member.person.device(), &member.session_token));
    let [here, there] = ["default", "other"].map(|space| shop.key_in(space, "read,write"));
    let made = ana.post("/v1/listings", &listing(&id_of(&ana), "Red bicycle", "Bicycles"));
    let path = path_of(made.data(201));
    ben.post("/v1/listings", &listing(&id_of(&ana), "Stolen", "Bicycles"))
        .assert_refused(404, "USER_NOT_FOUND");
    let sees = |caller: &Caller, query: &str| titles(caller, query) == ["Red bicycle"];
    let checks = |is_active: bool| {
        let of_ana = format!("seller_id={}", id_of(&ana));
        for (caller, may) in [(&ana, true), (&ben, is_active), (&here, true), (&there, false)] {
            assert_eq!(caller.get(&path).status == 200, may);
            assert_eq!(sees(caller, ""), is_active && may);
            assert_eq!(sees(caller, "q=red"), is_active && may);
            assert_eq!(sees(caller, &of_ana), may);
            let is_other = if is_active { "ACTIVE" } else { "DRAFT" };
            assert_eq!(sees(caller, &format!("status={is_other}&{of_ana}")), may);
            let is_suggested = caller.get("/v1/listings/suggestions?q=re").data(200) != &json!([]);
            assert_eq!(is_suggested, is_active && may);
            let has_category = caller.get("/v1/categories").data(200) != &json!([]);
            assert_eq!(has_category, is_active && may);
        }
    };
    checks(false);
    assert!(!sees(&ben, "status=DRAFT"));
    assert!(sees(&ana, "status=DRAFT"));
    for stranger in [&ben, &there] {
        stranger.post(&format!("{path}/publish"), &json!({})).assert_refused(404, "LISTING_NOT_FOUND");
        stranger.patch(&path, &json!({ "title": "Mine" })).assert_refused(404, "LISTING_NOT_FOUND");
        stranger.delete(&path).assert_refused(404, "LISTING_NOT_FOUND");
    }
    ana.post(&format!("{path}/publish"), &json!({})).data(200);
    checks(true);
    ben.delete(&path).assert_refused(404, "LISTING_NOT_FOUND");
}

#[test]
fn what_is_searched_is_found_by_words_with_the_title_first_and_as_nothing_but_words() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let seller = user(&caller, "seller");
    for (title, description) in [
        ("Old lamp", "It stood beside a café chair."),
        ("Café chair", "Four legs."),
        ("Garden table", "With a chair or two, and a cafetière. NEAR the door: title OR not."),
    ] {
        let mut body = listing(&seller, title, "Furniture");
        body["description"] = json!(description);
        publish(&caller, &body);
    }
    let found = |q: &str| titles(&caller, &format!("q={}", encoded(q)));
    assert_eq!(found("cafe chair"), ["Café chair", "Old lamp"]);
    assert_eq!(found("CHAIR")[0], "Café chair");
    assert_eq!(found("CHAIR").len(), 3);
    assert_eq!(found("caf").len(), 3, "the last word goes on");
    assert_eq!(found("caf chair"), Vec::<String>::new(), "the others do not");
    assert_eq!(found("furniture lamp"), ["Old lamp"]);
    assert_eq!(found("near"), ["Garden table"]);
    assert_eq!(found("\"café\" chair*"), ["Café chair", "Old lamp"]);
    for harmless in [
        "lamp OR table",
        "lamp NOT chair",
        "NOT lamp",
        "title : lamp",
        "{title} : lamp",
        "-lamp chair",
        "NEAR(lamp chair)",
        "lamp AND nothing",
        "la*p nothing",
        "^lamp nothing",
        "lamp\" OR \"table",
        "\"",
        "'",
        "*",
        "(",
        ")",
        "\"\"\"",
        "a\"b",
        "lamp;DROP",
        "--",
        "+",
        "\u{301}",
        "🚲",
        "%",
        "_",
        "rowid",
        "lamp)",
        "' OR 1=1",
    ] {
        let found = found(harmless);
        assert!(found.len() <= 1 && !found.contains(&"Café chair".to_owned()), "{harmless}: {found:?}");
    }
}

#[test]
fn pages_of_a_search_show_everything_once_whatever_comes_and_goes_meanwhile() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let seller = user(&caller, "seller");
    let made: Vec<Value> = (0..9)
        .map(|number| publish(&caller, &listing(&seller, &format!("Chair {number}"), "Furniture")))
        .collect();
    let mut cursor = String::new();
    let mut seen: Vec<String> = Vec::new();
    loop {
        let answer = caller.get(&format!("/v1/listings?q=chair&limit=2{cursor}"));
        let page = answer.data(200).as_array().unwrap();
        seen.extend(page.iter().map(|listing| listing["id"].as_str().unwrap().to_owned()));
        // It would be found first, and moves nothing.
        publish(&caller, &listing(&seller, "Chair chair chair", "Chair"));
        if seen.len() == 2 {
            let unseen = made.iter().find(|listing| !seen.iter().any(|seen| listing["id"] == *seen)).unwrap();
            caller.post(&format!("{}/pause", path_of(unseen)), &json!({})).data(200);
        }
        match answer.body["meta"]["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 8);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 8);
}

#[test]
fn listings_are_listed_by_who_offers_them_where_at_what_price_and_how_they_stand() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let [one, other] = ["one", "other"].map(|name| user(&caller, name));
    let with = |seller: &str, title: &str, category: &str, price: &str, currency: &str| {
        let mut body = listing(seller, title, category);
        (body["price"], body["currency"]) = (json!(price), json!(currency));
        publish(&caller, &body)
    };
    with(&one, "a", "Home & Garden", "10.00", "USD");
    with(&one, "b", " home  &\u{a0}GARDEN".trim(), "20.00", "USD");
    with(&other, "c", "Books", "20.00", "EUR");
    let paused = with(&other, "d", "Books", "30.00", "USD");
    caller.post(&format!("{}/pause", path_of(&paused)), &json!({})).data(200);
    let check = |query: &str, expected: &[&str]| assert_eq!(titles(&caller, query), expected, "{query}");
    check("", &["c", "b", "a"]);
    check("status=PAUSED", &["d"]);
    check(&format!("seller_id={other}"), &["d", "c"]);
    check(&format!("seller_id={other}&status=ACTIVE"), &["c"]);
    check("category=home%20%26%20garden", &["b", "a"]);
    check("category=Home%20%26%20Garden&q=b", &["b"]);
    check("currency=USD", &["b", "a"]);
    check("currency=USD&price_min=15.00", &["b"]);
    check("currency=USD&price_max=10.00", &["a"]);
    check("currency=USD&price_min=10.01&price_max=19.99", &[]);
    check("currency=USD&price_min=0.00&price_max=10.00", &["a"]);
    check("currency=USD&price_max=0.00", &[]);
    let first = caller.get("/v1/listings?limit=2");
    let next = first.body["meta"]["pagination"]["next_cursor"].as_str().unwrap();
    check(&format!("cursor={next}"), &["a"]);
    let categories = || caller.get("/v1/categories").data(200).clone();
    let garden = json!({ "id": "home & garden", "name": "Home & Garden", "listings": 2 });
    assert_eq!(categories(), json!([{ "id": "books", "name": "Books", "listings": 1 }, garden]));
    caller.post(&format!("{}/resume", path_of(&paused)), &json!({})).data(200);
    caller.patch(&path_of(&paused), &json!({ "category": "Home & garden" })).data(200);
    assert_eq!(categories()[1]["listings"], 3);
    check("q=garden", &["d", "b", "a"]);
}

#[test]
fn suggestions_are_titles_that_begin_so_each_once() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let seller = user(&caller, "seller");
    for title in ["Red bicycle", "Red Bicycle", "Redwood table", "Blue bicycle", "Écran"] {
        publish(&caller, &listing(&seller, title, "Reduced"));
    }
    let suggested = |query: &str| {
        let answer = caller.get(&format!("/v1/listings/suggestions?q={}", encoded(query)));
        let texts = answer.data(200).as_array().unwrap().iter();
        texts.map(|suggestion| suggestion["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(suggested("red"), ["Redwood table", "Red Bicycle"]);
    assert_eq!(suggested("red b"), ["Red Bicycle"]);
    assert_eq!(suggested("bic"), ["Blue bicycle", "Red Bicycle"]);
    assert_eq!(suggested("ecr"), ["Écran"]);
    assert_eq!(suggested("lamp"), Vec::<String>::new());
    caller.get("/v1/listings/suggestions").assert_refused(400, "MISSING_REQUIRED_FIELD");
    caller.get("/v1/listings/suggestions?q=a&limit=11").assert_refused(400, "VALIDATION_ERROR");
}

#[test]
fn a_relay_that_is_killed_finds_what_it_answered_for_and_nothing_else() {
    let mut shop = Shop::open();
    let caller = shop.key("read,write");
    let seller = user(&caller, "seller");
    let kept = publish(&caller, &listing(&seller, "Chair", "Furniture"));
    let gone = publish(&caller, &listing(&seller, "Chairlift", "Furniture"));
    caller.delete(&path_of(&gone)).data(200);
    shop.relay.restart();
    assert_eq!(titles(&caller, "q=chair"), ["Chair"]);
    caller.patch(&path_of(&kept), &json!({ "title": "Stool" })).data(200);
    shop.relay.restart();
    assert_eq!(titles(&caller, "q=chair"), Vec::<String>::new());
    assert_eq!(titles(&caller, "q=stool"), ["Stool"]);
}

fn user(caller: &Caller, name: &str) -> String {
    let made = caller.post("/v1/users", &json!({ "external_user_id": name, "type": "both" }));
    made.data(201)["id"].as_str().unwrap().to_owned()
}

fn listing(seller: &str, title: &str, category: &str) -> Value {
    json!({
        "seller_id": seller, "title": title, "description": "As good as new.", "category": category,
        "price": "80.00", "currency": "USD",
    })
}

#[track_caller]
fn publish(caller: &Caller, listing: &Value) -> Value {
    let made = caller.post("/v1/listings", listing);
    caller.post(&format!("{}/publish", path_of(made.data(201))), &json!({})).data(200).clone()
}

fn path_of(listing: &Value) -> String {
    format!("/v1/listings/{}", listing["id"].as_str().unwrap())
}

#[track_caller]
fn titles(caller: &Caller, query: &str) -> Vec<String> {
    let answer = caller.get(&format!("/v1/listings?{query}"));
    let listings = answer.data(200).as_array().unwrap().iter();
    listings.map(|listing| listing["title"].as_str().unwrap().to_owned()).collect()
}

fn id_of(caller: &Caller) -> String {
    caller.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
