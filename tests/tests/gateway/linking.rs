//! Link boxes: who gets in, what is passed on, and when it is over.

use protocol::codec::OrEmpty;
use protocol::frame::{LinkClosed, LinkEnter, LinkLeave, LinkMessage, LinkOpen, LinkSend, Request, Response};
use protocol::{Bytes, ErrorCode, limits};

use e2e::raw::{LocalRelay, Member, Socket};

const NAME: [u8; 16] = [9; 16];

#[tokio::test]
async fn a_guest_and_a_device_of_an_account_talk_through_a_box() {
    let relay = LocalRelay::start().await;
    let (mut tablet, number) = guest_with_box(&relay).await;
    let mut phone = Member::join(&relay).await;
    entered(phone.socket.ask(by_number(number)).await);
    done(phone.socket.ask(say("hello")).await);
    assert_eq!(tablet.push().await, heard("hello"));
    done(tablet.ask(say("hello yourself")).await);
    assert_eq!(phone.socket.push().await, heard("hello yourself"));
}

#[tokio::test]
async fn a_box_takes_one_device_and_only_of_an_account() {
    let relay = LocalRelay::start().await;
    let (_tablet, number) = guest_with_box(&relay).await;
    let mut guest = relay.connect().await;
    guest.hello().await;
    assert_eq!(guest.refused(by_name()).await.code, ErrorCode::Unauthorized);
    let (mut phone, mut other) = (Member::join(&relay).await, Member::join(&relay).await);
    entered(phone.socket.ask(by_name()).await);
    assert_eq!(other.socket.refused(by_name()).await.code, ErrorCode::NotFound);
    assert_eq!(other.socket.refused(by_number(number)).await.code, ErrorCode::NotFound);
    assert_eq!(other.socket.refused(say("intruding")).await.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn whoever_leaves_closes_the_box_and_the_other_is_told() {
    let relay = LocalRelay::start().await;
    let (mut tablet, number) = guest_with_box(&relay).await;
    let mut phone = Member::join(&relay).await;
    entered(phone.socket.ask(by_number(number)).await);
    drop(phone);
    assert_eq!(tablet.push().await, Response::LinkClosed(LinkClosed {}));
    assert_eq!(tablet.refused(say("anyone?")).await.code, ErrorCode::NotFound);
    let mut late = Member::join(&relay).await;
    assert_eq!(late.socket.refused(by_number(number)).await.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_box_that_is_left_on_a_socket_that_stays_is_closed_too() {
    let relay = LocalRelay::start().await;
    let (mut tablet, number) = guest_with_box(&relay).await;
    let mut phone = Member::join(&relay).await;
    entered(phone.socket.ask(by_number(number)).await);
    done(phone.socket.ask(Request::LinkLeave(LinkLeave {})).await);
    assert_eq!(tablet.push().await, Response::LinkClosed(LinkClosed {}));
    assert_eq!(phone.socket.refused(say("still there?")).await.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn numbers_are_tried_a_few_times_a_minute() {
    let relay = LocalRelay::with(|config| config.rates.links = limits::LINKS_PER_MINUTE).await;
    let mut guesser = Member::join(&relay).await;
    for number in 0..limits::LINK_ENTRIES_PER_MINUTE {
        assert_eq!(guesser.socket.refused(by_number(number)).await.code, ErrorCode::NotFound);
    }
    assert_eq!(guesser.socket.refused(by_number(1)).await.code, ErrorCode::RateLimited);
}

#[tokio::test]
async fn boxes_are_opened_a_few_times_a_minute_and_hold_small_messages() {
    let relay = LocalRelay::with(|config| config.rates.links = limits::LINKS_PER_MINUTE).await;
    let (mut tablet, number) = guest_with_box(&relay).await;
    let mut phone = Member::join(&relay).await;
    entered(phone.socket.ask(by_number(number)).await);
    let large = vec![0; limits::LINK_MESSAGE_BYTES_MAX + 1];
    let refused = phone.socket.refused(Request::LinkSend(LinkSend { message: large.into() })).await;
    assert_eq!(refused.code, ErrorCode::LimitExceeded);
    for name in 1..limits::LINKS_PER_MINUTE {
        let name = [u8::try_from(name).unwrap(); 16];
        assert!(matches!(tablet.ask(Request::LinkOpen(LinkOpen { name })).await, Response::LinkOpened(_)));
    }
    let refused = tablet.refused(Request::LinkOpen(LinkOpen { name: [0; 16] })).await;
    assert_eq!(refused.code, ErrorCode::RateLimited);
}

async fn guest_with_box(relay: &LocalRelay) -> (Socket, u32) {
    let mut tablet = relay.connect().await;
    tablet.hello().await;
    match tablet.ask(Request::LinkOpen(LinkOpen { name: NAME })).await {
        Response::LinkOpened(opened) => (tablet, opened.number),
        other => panic!("{other:?}"),
    }
}

fn by_name() -> Request {
    Request::LinkEnter(LinkEnter { name: OrEmpty(Some(NAME)), number: 0 })
}

fn by_number(number: u32) -> Request {
    Request::LinkEnter(LinkEnter { name: OrEmpty(None), number })
}

fn say(word: &'static str) -> Request {
    Request::LinkSend(LinkSend { message: Bytes::from_static(word.as_bytes()) })
}

fn heard(word: &'static str) -> Response {
    Response::LinkMessage(LinkMessage { message: Bytes::from_static(word.as_bytes()) })
}

#[track_caller]
fn entered(answer: Response) {
    assert!(matches!(answer, Response::LinkEntered(_)), "{answer:?}");
}

#[track_caller]
fn done(answer: Response) {
    assert!(matches!(answer, Response::Done(_)), "{answer:?}");
}
