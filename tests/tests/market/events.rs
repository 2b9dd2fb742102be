//! What is told of what happens, to whom, and to whoever was cut off.

use e2e::events::{Frame, frames};
use e2e::raw::Member;
use e2e::shop::{Caller, Shop};
use protocol::UserId;
use rusqlite::{Connection, params};
use serde_json::json;

#[test]
fn what_happened_and_what_happens_come_in_one_order_without_a_hole_however_many_write() {
    const WRITERS: usize = 4;
    const EACH: usize = 25;
    let shop = Shop::open();
    let caller = shop.key("read,write");
    let mut live = caller.stream("/v1/events", None);
    assert_eq!(live.next_frame().unwrap().event, "ping");
    let mut streams = std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let caller = caller.clone();
            scope.spawn(move || {
                (0..EACH).for_each(|number| make_user(&caller, &format!("{writer}-{number}")))
            });
        }
        // Each begins somewhere while they write.
        (0..8).map(|_| caller.stream("/v1/events?since=0", None)).collect::<Vec<_>>()
    });
    streams.push(live);
    let told = outbox(&shop, 1);
    assert_eq!(told.len(), WRITERS * EACH);
    for mut stream in streams {
        assert_eq!(ids(&stream.events(told.len())), told);
    }
}

#[test]
fn a_stream_that_is_cut_at_any_byte_and_taken_up_again_brings_all_that_was_told_and_nothing_twice() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    ["one", "two", "three"].iter().for_each(|name| make_user(&caller, name));
    let told = outbox(&shop, 1);
    let recorded = {
        let mut stream = caller.stream("/v1/events?since=0", None);
        let mut length = 0;
        for _ in 0..=told.len() {
            let Frame { id, event, data } = stream.next_frame().unwrap();
            length += format!("id: {}\nevent: {event}\ndata: {data}\n\n", id.unwrap()).len();
        }
        length
    };
    for cut in 0..=recorded {
        let before = frames(&caller.stream("/v1/events?since=0", None).bytes(cut));
        let last = before.last().and_then(|frame| frame.id.as_deref());
        let mut stream = caller.stream("/v1/events?since=0", last);
        let before: Vec<Frame> = before.into_iter().filter(|frame| frame.event != "ping").collect();
        let after = stream.events(told.len() - before.len());
        assert_eq!([ids(&before), ids(&after)].concat(), told, "cut at {cut}");
    }
}

#[test]
fn whoever_was_cut_off_before_anything_happened_misses_nothing() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    for round in 0..3 {
        let opened = caller.stream("/v1/events", None).next_frame().unwrap();
        make_user(&caller, &round.to_string());
        let mut stream = caller.stream("/v1/events", opened.id.as_deref());
        let heard = stream.next_event();
        assert_eq!(heard.data["payload"]["externalUserId"], round.to_string());
        let by_number = caller.stream(&format!("/v1/events?cursor={round}"), None).next_event();
        assert_eq!(by_number, heard);
    }
}

#[test]
fn what_is_told_says_whom_it_concerns_where_and_in_which_request() {
    let shop = Shop::open();
    let [here, there] = ["default", "other"].map(|space| shop.key_in(space, "read,write,support"));
    for caller in [&here, &there] {
        let user = caller.user("one");
        let asked = caller.post(&format!("/v1/users/{user}/suspend"), &json!({}));
        asked.data(200);
        let told = caller.stream("/v1/events?since=0&types=user.suspended", None).next_event();
        let me = caller.get("/v1/me");
        let expected = json!({
            "correlationId": asked.header("x-request-id"), "causationId": null, "userId": user,
            "marketplaceId": me.data(200)["marketplace_id"],
        });
        assert_eq!(told.data["metadata"], expected);
    }
    assert_ne!(
        here.get("/v1/me").data(200)["marketplace_id"],
        there.get("/v1/me").data(200)["marketplace_id"]
    );
}

#[test]
fn a_relay_that_is_killed_leaves_no_hole() {
    let mut shop = Shop::open();
    let caller = shop.key("read,write");
    let mut heard: Vec<Frame> = Vec::new();
    let mut last = None;
    for round in 0..5 {
        let mut stream = caller.stream("/v1/events", last.as_deref());
        last = stream.next_frame().unwrap().id;
        make_user(&caller, &format!("{round}-heard"));
        heard.push(stream.next_event());
        last = heard.last().and_then(|frame| frame.id.clone()).or(last);
        make_user(&caller, &format!("{round}-perhaps"));
        shop.relay.restart();
        for frame in std::iter::from_fn(|| stream.next_frame()).filter(|frame| frame.event != "ping") {
            last.clone_from(&frame.id);
            heard.push(frame);
        }
    }
    let told = outbox(&shop, 1);
    let mut stream = caller.stream("/v1/events", last.as_deref());
    let missing = told.len() - heard.len();
    heard.extend(stream.events(missing));
    assert_eq!(ids(&heard), told);
}

#[tokio::test]
async fn nobody_hears_of_anybody_elses() {
    let shop = Shop::open();
    let [ana, ben] =
        [Member::join_at(shop.relay.address()).await, Member::join_at(shop.relay.address()).await];
    let [ana, ben] = [ana, ben].map(|member| shop.account(member.person.device(), &member.session_token));
    let [here, there] = ["default", "other"].map(|space| shop.key_in(space, "read,write"));
    let [of_ana, of_ben] = [&ana, &ben].map(id_of);
    let for_another = format!("/v1/events?since=0&user_id={of_ben}");
    let mut live = ana.stream(&for_another, None);
    for round in 0..3 {
        make_user(&there, &format!("there {round}"));
        make_user(&here, &format!("here {round}"));
        top_up(&ben, &of_ben);
        top_up(&ana, &of_ana);
    }
    let [anas, bens] = [&of_ana, &of_ben].map(|user| outbox_of(&shop, 1, user));
    assert_eq!([anas.len(), bens.len()], [7, 7]);
    // Whatever is not its own would come before the last that is.
    assert_eq!(ids(&live.events(anas.len())), anas);
    assert_eq!(ids(&ana.stream(&for_another, None).events(anas.len())), anas);
    assert_eq!(ids(&here.stream(&for_another, None).events(bens.len())), bens);
    for (key, space) in [(&here, 1), (&there, 2)] {
        let all = outbox(&shop, space);
        assert_eq!(ids(&key.stream("/v1/events?since=0", None).events(all.len())), all);
    }
    let opens =
        |caller: &Caller, from: &str| caller.stream("/v1/events", Some(from)).next_frame().unwrap().event;
    assert_eq!(opens(&ana, &anas[0]), "ping");
    assert_eq!(opens(&ana, &bens[0]), "reset", "what is not its own is not known to it");
    assert_eq!(opens(&ana, "3"), "reset", "nor how much happens");
    assert_eq!(opens(&there, &anas[0]), "reset");
    let mark = ana.stream("/v1/events", None).next_frame().unwrap().id;
    assert_eq!(mark.as_ref(), anas.last());
}

#[test]
fn a_stream_is_of_what_was_asked_for() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    make_user(&caller, "one");
    make_user(&caller, "two");
    let users: Vec<String> =
        caller.stream("/v1/events?since=0", None).events(2).iter().map(subject).collect();
    let top_ups: Vec<String> = users.iter().map(|user| top_up(&caller, user)).collect();
    caller.post(&format!("/v1/topups/{}/confirm", top_ups[1]), &json!({})).data(200);
    // The last that is told, so that what does not come was left out.
    let check = |query: &str, expected: &[&str]| {
        let mut stream = caller.stream(&format!("/v1/events?since=0&{query}"), None);
        let heard: Vec<String> =
            stream.events(expected.len()).iter().map(|frame| frame.event.clone()).collect();
        assert_eq!(heard, expected, "{query}");
    };
    let all = [
        "user.created",
        "user.created",
        "topup.created",
        "topup.confirmation_required",
        "topup.created",
        "topup.confirmation_required",
        "topup.succeeded",
        "balance.credited",
    ];
    check("", &all);
    check("types=*", &all);
    check("types=user.created,balance.*", &["user.created", "user.created", "balance.credited"]);
    check("resource_types=balance,user", &["user.created", "user.created", "balance.credited"]);
    check("types=topup.*&resource_types=user,topup", &all[2..7]);
    let of_one = format!("user_id={}", users[0]);
    check(&of_one, &["user.created", "topup.created", "topup.confirmation_required"]);
    check(&format!("user_id={}&types=topup.*,balance.*", users[1]), &all[4..]);
    for wrong in ["types=", "types=a*", "since=now", "since=-1", "cursor=evt_1", "more=1", "resource_types=,"]
    {
        caller.get(&format!("/v1/events?{wrong}")).assert_refused(400, "VALIDATION_ERROR");
    }
    caller.get("/v1/events?user_id=ana").assert_refused(404, "USER_NOT_FOUND");
}

#[test]
fn whoever_asks_to_go_on_from_what_is_not_kept_is_told_and_hears_all_that_is() {
    let shop = Shop::open();
    let caller = shop.key("read,write");
    ["one", "two", "three"].iter().for_each(|name| make_user(&caller, name));
    let told = outbox(&shop, 1);
    let store = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    store.execute("DELETE FROM events WHERE number = 1", []).unwrap();
    let reset = |from: &str| {
        let mut stream = caller.stream("/v1/events", Some(from));
        let reset = stream.next_frame().unwrap();
        assert_eq!((reset.event.as_str(), reset.id.as_deref()), ("reset", Some("0")), "{from}");
        assert_eq!(reset.data["continuesFrom"], told[1]);
        assert_eq!(ids(&stream.events(2)), told[1..], "{from}");
    };
    reset(&told[0]);
    reset("evt_aebagbafaydqqcikbmga2dqpca");
    reset("4");
    for kept in [&told[1], "2"] {
        let mut stream = caller.stream("/v1/events", Some(kept));
        assert_eq!(stream.next_event().id.as_deref(), Some(told[2].as_str()));
    }
    assert_eq!(ids(&caller.stream("/v1/events?since=1", None).events(2)), told[1..]);
}

#[tokio::test]
async fn a_stream_ends_with_what_its_caller_had() {
    let mut shop = Shop::open();
    let support = shop.key("read,write,support");
    let made = support.post("/v1/auth/api-keys", &json!({ "name": "stream", "scopes": ["read"] }));
    let key = shop.caller(made.data(201)["api_key"].as_str());
    let mut stream = key.stream("/v1/events", None);
    stream.next_frame().unwrap();
    support.delete(&format!("/v1/auth/api-keys/{}", made.body["data"]["id"].as_str().unwrap()));
    assert_ends(&mut stream, "credential_ended");
    let member = Member::join_at(shop.relay.address()).await;
    let account = shop.account(member.person.device(), &member.session_token);
    let mut older = account.stream("/v1/events", None);
    older.next_frame().unwrap();
    let mut newer = account.stream("/v1/events", None);
    newer.next_frame().unwrap();
    assert_ends(&mut older, "superseded");
    let metrics = support.get("/metrics").text;
    assert!(metrics.contains("palaver_event_streams 1\n"), "{metrics}");
    shop.relay.stop();
    assert_ends(&mut newer, "shutting_down");
}

#[test]
fn whoever_has_as_many_streams_as_it_may_is_told_how_many_and_when_to_come_back() {
    let shop = Shop::open_with(&[("PALAVER_RELAY_EVENT_STREAMS_PER_KEY", "1")]);
    let caller = shop.key("read");
    let mut open = caller.stream("/v1/events", None);
    open.next_frame().unwrap();
    let refused = caller.get("/v1/events");
    refused.assert_refused(429, "RATE_LIMITED");
    assert_eq!(refused.body["error"]["details"], json!({ "retry_after": 15, "limit": 1, "window": 0 }));
    assert_eq!(refused.header("retry-after"), Some("15"));
}

#[track_caller]
fn assert_ends(stream: &mut e2e::events::EventStream, reason: &str) {
    let end = stream.next_frame().expect("it says why");
    assert_eq!((end.event.as_str(), &end.data["reason"]), ("end", &json!(reason)));
    assert_eq!(stream.next_frame(), None);
}

/// The ids of all that was told in a space, in order.
fn outbox(shop: &Shop, space: u32) -> Vec<String> {
    let store = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    let mut all = store.prepare("SELECT body FROM events WHERE space_id = ?1 ORDER BY number").unwrap();
    let bodies = all.query_map([space], |row| row.get::<_, String>(0)).unwrap();
    let id = |body: String| serde_json::from_str::<serde_json::Value>(&body).unwrap()["eventId"].clone();
    bodies.map(|body| id(body.unwrap()).as_str().unwrap().to_owned()).collect()
}

/// The same of what concerns a user.
fn outbox_of(shop: &Shop, space: u32, user: &str) -> Vec<String> {
    let all = outbox(shop, space);
    let store = Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap();
    let user: UserId = user.parse().unwrap();
    let mut own = store
        .prepare("SELECT number FROM events WHERE space_id = ?1 AND ?2 IN (first_party, second_party) ORDER BY number")
        .unwrap();
    let numbers = own.query_map(params![space, user.as_bytes()], |row| row.get::<_, u32>(0)).unwrap();
    numbers.map(|number| all[number.unwrap() as usize - 1].clone()).collect()
}

fn ids(frames: &[Frame]) -> Vec<String> {
    frames
        .iter()
        .map(|frame| {
            assert_eq!(frame.data["eventId"].as_str(), frame.id.as_deref());
            assert_eq!(frame.data["eventType"], frame.event);
            frame.id.clone().unwrap()
        })
        .collect()
}

fn subject(frame: &Frame) -> String {
    frame.data["aggregateId"].as_str().unwrap().to_owned()
}

fn make_user(caller: &Caller, name: &str) {
    caller.post("/v1/users", &json!({ "external_user_id": name, "type": "both" })).data(201);
}

fn id_of(caller: &Caller) -> String {
    caller.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned()
}

fn top_up(caller: &Caller, user: &str) -> String {
    let body = json!({
        "user_id": user, "amount": "10.00", "currency": "USD", "return_url": "https://shop.example.org/paid",
    });
    caller.post("/v1/topups", &body).data(201)["id"].as_str().unwrap().to_owned()
}
