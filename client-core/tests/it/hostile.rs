//! A device that takes part in a conversation and says what no engine would: it changes nothing but what is shown as its words.

use client_api::{Command, ContactView, Notice, NoticeCode, SettingView};
use client_core::testing::{Told, World};
use protocol::codec::OrEmpty;
use protocol::content::{Body, Content};
use protocol::identity::{EntryKind, Head, SetHandle};
use protocol::{ConversationId, Seq};

use crate::poisoned::with_a_stranger;
use crate::real_relay::RealRelay;
use crate::tablet::Tablet;

#[tokio::test]
async fn what_devices_of_one_account_tell_each_other_is_nothing_that_another_account_can_tell() {
    let (mut world, ben, mut mallory, id) = with_something_unread().await;
    let before = known(&world, ben).await;
    let told = told(&world, ben, &mallory, id);
    let [setting, contact] = told.records();
    let hand_over = told.hand_over_to(world.driver(ben).profile().device);
    for body in [setting, contact, hand_over] {
        let content = mallory.content(body);
        mallory.say(id, content).await;
        world.settle().await;
        assert_eq!(known(&world, ben).await, before);
    }
    world.restart(ben).await;
    assert_eq!(known(&world, ben).await, before, "as it was stored");
    assert_eq!(world.client(ben).take_codes(), []);
    let content = mallory.text("still here");
    mallory.say(id, content).await;
    world.settle().await;
    assert_eq!(known(&world, ben).await.texts.last().unwrap(), "still here");
}

#[tokio::test]
async fn the_same_from_a_device_of_the_own_account_is_obeyed() {
    for is_handed_over in [false, true] {
        let (mut world, ben, mallory, id) = with_something_unread().await;
        let before = known(&world, ben).await;
        let (mut tablet, own) = Tablet::of_own_group(ben, &mut world).await;
        let told = told(&world, ben, &mallory, id);
        let device = world.driver(ben).profile().device;
        let bodies = if is_handed_over { vec![told.hand_over_to(device)] } else { told.records().to_vec() };
        for body in bodies {
            let content = tablet.content(body);
            tablet.say(own, content).await;
        }
        world.settle().await;
        let after = known(&world, ben).await;
        assert_eq!(after.settings, [told.setting]);
        assert!(after.contacts.iter().all(|contact| contact.is_verified));
        if is_handed_over {
            assert_eq!((after.unread_count, after.read_up_to), (0, told.seq));
            assert_eq!(after.texts.last(), Some(&told.text));
        } else {
            assert_eq!((after.unread_count, after.texts), (before.unread_count, before.texts));
        }
    }
}

/// What can be told to a device of the same account: nothing of it is so.
fn told(world: &World<RealRelay>, ben: usize, mallory: &Tablet, conversation: ConversationId) -> Told {
    let (name, value) = ("theme".to_owned(), "dark".to_owned());
    Told {
        writer: mallory.key().public().device_id(),
        setting: SettingView { name, value },
        peer: mallory.account(),
        safety_number: world.driver(ben).safety(mallory.account()).unwrap().safety_number,
        conversation,
        seq: world.driver(ben).conversations()[0].last_seq,
        text: "never said".to_owned(),
    }
}

/// What a client shows that talks with one account.
#[derive(Debug, PartialEq)]
struct Known {
    settings: Vec<SettingView>,
    contacts: Vec<ContactView>,
    unread_count: u64,
    read_up_to: Seq,
    texts: Vec<String>,
}

async fn known(world: &World<RealRelay>, client: usize) -> Known {
    let driver = world.driver(client);
    let [conversation] = driver.conversations().try_into().expect("one conversation");
    let timeline = driver.timeline(conversation.conversation, Seq(0), usize::MAX).await.unwrap();
    Known {
        settings: driver.settings(),
        contacts: driver.contacts(),
        unread_count: conversation.unread_count,
        read_up_to: conversation.read_up_to,
        texts: timeline.into_iter().map(|message| message.text).collect(),
    }
}

/// Ben, and whoever has said something to him that he has not read.
async fn with_something_unread() -> (World<RealRelay>, usize, Tablet, ConversationId) {
    let (mut world, ben, mut mallory, _, id) = with_a_stranger().await;
    for text in ["one", "two"] {
        let content = mallory.text(text);
        mallory.say(id, content).await;
    }
    world.settle().await;
    let Known { texts, unread_count, contacts, .. } = known(&world, ben).await;
    assert_eq!((texts.len(), unread_count), (3, 2));
    assert!(contacts.iter().all(|contact| !contact.is_verified));
    (world, ben, mallory, id)
}

#[tokio::test]
async fn a_sender_that_knows_other_heads_of_the_members_is_shown_and_the_difference_is_told() {
    let (mut world, ben, mut mallory, _, id) = with_a_stranger().await;
    let content = mallory.text("the same heads");
    check_told(&mut world, ben, &mut mallory, id, content, None).await;
    let content = Content { heads_digest: [9; 32], ..mallory.text("other heads") };
    check_told(&mut world, ben, &mut mallory, id, content, Some("digest")).await;
    let content = mallory.text("the same again");
    check_told(&mut world, ben, &mut mallory, id, content, None).await;
}

#[tokio::test]
async fn a_sender_whose_own_log_is_another_than_it_is_here_is_shown_and_the_difference_is_told() {
    let (mut world, ben, mut mallory, _, id) = with_a_stranger().await;
    let handle = "mallory".parse().unwrap();
    let log = mallory.append(EntryKind::SetHandle(SetHandle { handle: OrEmpty(Some(handle)) })).await;
    world.settle().await;
    let before = log.head();
    let content = Content { sender_head: before, ..mallory.text("as it was before") };
    check_told(&mut world, ben, &mut mallory, id, content, None).await;
    for length in [before.length, before.length + 1] {
        let sender_head = Head { length, hash: [9; 32] };
        let content = Content { sender_head, ..mallory.text(&format!("of another log, {length} long")) };
        check_told(&mut world, ben, &mut mallory, id, content, Some("sender_head")).await;
    }
    // A longer one may be genuine: it is asked for.
    let sender_head = Head { length: before.length + 2, hash: [9; 32] };
    let content = Content { sender_head, ..mallory.text("of a longer log") };
    check_told(&mut world, ben, &mut mallory, id, content, Some("log_withheld")).await;
}

/// It is shown, and this is told of how heads differ.
async fn check_told(
    world: &mut World<RealRelay>,
    ben: usize,
    mallory: &mut Tablet,
    id: ConversationId,
    content: Content,
    detail: Option<&str>,
) {
    let Body::Text(text) = &content.body else { panic!("no words") };
    let text = text.text.clone();
    let seq = mallory.say(id, content).await;
    world.settle().await;
    assert_eq!(known(world, ben).await.texts.last(), Some(&text));
    let expected = detail.map(|detail| Notice {
        conversation: Some(id),
        seq: Some(seq),
        detail: Some(detail.to_owned()),
        ..Notice::new(NoticeCode::HeadsDiffer)
    });
    assert_eq!(world.client(ben).take_notices(), Vec::from_iter(expected), "{text}");
    world.ask(ben, Command::MarkRead { conversation: id, up_to: seq });
    world.settle().await;
    world.client(ben).take_notices();
}
