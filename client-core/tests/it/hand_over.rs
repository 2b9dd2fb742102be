//! What a device that came later is told: contacts, marks, what was read, and what was said.

use client_api::{Command, Event, NoticeCode, Outcome, Progress, Recipient, SecretText};
use client_core::testing::World;

use protocol::frame::{Failure, GroupState, Payload, Response};
use protocol::{Bytes, ErrorCode};

use crate::linking::shown;
use crate::lying::flip_a_byte;
use crate::real_relay::{RealRelay, world};
use crate::recovery::{codes, conversation_of, renew_keys};
use crate::world::pair;

#[tokio::test]
async fn everything_that_was_said_is_on_the_new_device_in_its_place() {
    let mut world = world(90);
    let ([phone, ben], said) = talking(&mut world).await;
    let carol = world.join("carol").await;
    world.say(carol, phone, "from carol");
    world.settle().await;
    let tablet = linked(&mut world, phone).await;
    assert_eq!(world.texts(tablet, ben).await, said);
    assert_eq!(world.texts(tablet, carol).await, ["from carol"]);
    assert_eq!(world.messages(tablet, ben).await[0].id, world.messages(phone, ben).await[0].id);
    let rows = |client| {
        let views = world.driver(client).conversations();
        views
            .into_iter()
            .map(|view| (view.conversation, view.last_message.map(|last| last.text)))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(tablet), rows(phone));
    world.say(ben, phone, "and on");
    world.settle().await;
    assert_eq!(world.texts(tablet, ben).await.last().map(String::as_str), Some("and on"));
}

#[tokio::test]
async fn what_someone_begins_who_has_not_heard_of_the_new_device_is_told_when_it_comes() {
    let mut world = world(97);
    let [phone, carol] = [world.join("phone").await, world.join("carol").await];
    world.say(carol, phone, "hello");
    while world.driver(carol).conversations().is_empty() {
        assert!(world.step(carol).await);
    }
    // Made for the phone alone, and on its way for so long that the tablet has been told everything.
    world.client(carol).network.lose_next();
    world.client(carol).network.set_down(true);
    let tablet = linked(&mut world, phone).await;
    assert!(world.driver(phone).conversations().is_empty());
    world.heal(carol);
    world.advance(60_000).await;
    assert_eq!(world.texts(phone, carol).await, ["hello"]);
    assert_eq!(world.texts(tablet, carol).await, ["hello"]);
}

#[tokio::test]
async fn a_device_that_was_listed_and_never_came_holds_up_no_other() {
    let mut world = world(98);
    let ([phone, ben], said) = talking(&mut world).await;
    for _ in 0..2 {
        let lost = world.link().await;
        world.settle().await;
        let (code, _) = shown(&world, lost);
        let before = world.driver(phone).devices().len();
        world.ask(phone, Command::LinkDevice { shown: SecretText(code) });
        while world.driver(phone).devices().len() == before {
            world.step(phone).await;
            world.step(lost).await;
        }
        world.client(lost).network.lose_next();
        world.client(lost).network.set_down(true);
        let tablet = linked(&mut world, phone).await;
        assert_eq!(world.texts(tablet, ben).await, said);
    }
}

#[tokio::test]
async fn what_was_said_where_the_old_device_has_lost_its_way_is_told_once_it_is_back() {
    let mut world = world(96);
    let ([phone, ben], said) = talking(&mut world).await;
    let carol = world.join("carol").await;
    world.say(carol, phone, "from carol");
    world.settle().await;
    lose_the_way(&mut world, [phone, ben], |_| None).await;
    let tablet = linked(&mut world, phone).await;
    world.heal(phone);
    world.restart(phone).await;
    world.advance(60_000).await;
    assert_eq!(world.texts(tablet, ben).await, said);
    assert_eq!(world.texts(tablet, carol).await, ["from carol"]);
    assert!(world.driver(phone).has_nothing_to_commit());
}

#[tokio::test]
async fn what_was_said_where_the_old_device_does_not_find_back_is_told_and_holds_up_nothing() {
    let mut world = world(96);
    let ([phone, ben], said) = talking(&mut world).await;
    let carol = world.join("carol").await;
    world.say(carol, phone, "from carol");
    world.settle().await;
    lose_the_way(&mut world, [phone, ben], |state| Some(with_another_tree(state))).await;
    let tablet = linked(&mut world, phone).await;
    assert!(codes(&mut world, phone).contains(&NoticeCode::RejoinFailed));
    assert_eq!(world.texts(tablet, ben).await, said);
    assert_eq!(world.texts(tablet, carol).await, ["from carol"]);
    assert!(world.driver(phone).has_nothing_to_commit());
}

#[tokio::test]
async fn what_is_said_between_the_way_back_and_the_new_devices_invitation_is_told_as_well() {
    let mut world = world(96);
    let ([phone, ben], mut said) = talking(&mut world).await;
    lose_the_way(&mut world, [phone, ben], |state| Some(with_another_tree(state))).await;
    world.set_online(ben, false).await;
    world.say(phone, ben, "waits");
    let tablet = linked(&mut world, phone).await;
    world.heal(phone);
    world.restart(phone).await;
    world.advance(60_000).await;
    said.push("waits".to_owned());
    assert_eq!(world.texts(tablet, ben).await, said);
}

#[tokio::test]
async fn what_is_said_once_a_made_up_entry_is_known_as_such_is_told_to_a_device_that_came_before() {
    let mut world = world(96);
    let ([phone, ben], mut said) = talking(&mut world).await;
    let id = conversation_of(&world, [phone, ben]).await;
    let mut is_first = true;
    world.client(phone).network.tamper(move |mut frame| {
        match frame.body {
            Response::EntryAppended(ref mut appended)
                if appended.conversation == id && std::mem::take(&mut is_first) =>
            {
                appended.entry.payload = Payload::Handshake(Bytes::from_static(b"no handshake"));
            }
            Response::GroupState(ref state) if state.conversation == id => {
                frame.body = Response::Failure(Failure::new(ErrorCode::Busy, ""));
            }
            _ => {}
        }
        vec![frame]
    });
    world.say(ben, phone, "replaced");
    world.settle().await;
    world.set_online(ben, false).await;
    world.say(phone, ben, "waits");
    let tablet = linked(&mut world, phone).await;
    world.heal(phone);
    world.advance(60_000).await;
    said.push("waits".to_owned());
    assert_eq!(world.texts(phone, ben).await, said);
    assert_eq!(world.texts(tablet, ben).await, said);
}

#[tokio::test]
async fn what_a_device_reads_once_it_is_back_is_told_to_one_that_came_meanwhile() {
    let mut world = world(96);
    let ([phone, ben], mut said) = talking(&mut world).await;
    let id = conversation_of(&world, [phone, ben]).await;
    let mut end = None;
    world.client(phone).network.tamper(move |mut frame| {
        match (&mut frame.body, end) {
            (Response::EntryAppended(appended), None) if appended.conversation == id => {
                end = Some(appended.entry.seq);
                appended.entry.payload = Payload::Handshake(Bytes::from_static(b"no handshake"));
            }
            (Response::EntryAppended(appended), Some(_)) if appended.conversation == id => return vec![],
            (Response::Entries(page), Some(end)) if page.conversation == id => {
                page.entries.retain(|entry| entry.seq <= end);
                page.latest_seq = end;
            }
            (Response::GroupState(state), _) if state.conversation == id => {
                frame.body = Response::Failure(Failure::new(ErrorCode::Busy, ""));
            }
            _ => {}
        }
        vec![frame]
    });
    world.say(ben, phone, "replaced");
    world.say(ben, phone, "kept back");
    world.settle().await;
    let tablet = linked(&mut world, phone).await;
    assert_eq!(world.texts(tablet, ben).await, said, "what is here is told");
    assert!(world.driver(phone).has_nothing_to_commit(), "nobody waits for what may never come");
    world.restart(phone).await;
    world.heal(phone);
    world.advance(60_000).await;
    said.push("kept back".to_owned());
    assert_eq!(world.texts(phone, ben).await, said);
    assert_eq!(world.texts(tablet, ben).await, said);
}

/// The first of two cannot follow the other, and the relay's group comes to it changed.
async fn lose_the_way(
    world: &mut World<RealRelay>,
    [phone, ben]: [usize; 2],
    change: fn(GroupState) -> Option<GroupState>,
) {
    let id = conversation_of(world, [phone, ben]).await;
    world.client(phone).network.tamper(move |mut frame| {
        match frame.body {
            Response::EntryAppended(ref mut appended) if appended.conversation == id => {
                if let Payload::Handshake(handshake) = &appended.entry.payload {
                    appended.entry.payload = Payload::Handshake(flip_a_byte(handshake));
                }
            }
            Response::GroupState(state) if state.conversation == id => {
                let Some(changed) = change(state) else { return vec![] };
                frame.body = Response::GroupState(changed);
            }
            _ => {}
        }
        vec![frame]
    });
    renew_keys(world, [ben, phone]).await;
    assert!(codes(world, phone).contains(&NoticeCode::EntryRefused));
}

fn with_another_tree(state: GroupState) -> GroupState {
    GroupState { tree: flip_a_byte(&state.tree), ..state }
}

#[tokio::test]
async fn contacts_and_what_was_verified_come_along_and_nothing_is_unmarked_on_the_old_device() {
    let mut world = world(91);
    let ([phone, ben], _) = talking(&mut world).await;
    let stranger = world.join("stranger").await;
    let who = Recipient::Account(world.account(stranger));
    world.command(phone, Command::AddContact { who }).await;
    let account = world.account(ben);
    let safety_number = world.driver(phone).safety(account).unwrap().safety_number;
    world.command(phone, Command::MarkVerified { account, safety_number }).await;
    let tablet = linked(&mut world, phone).await;
    let mut known = [phone, tablet].map(|client| {
        let contacts = world.driver(client).contacts();
        contacts
            .into_iter()
            .map(|contact| (contact.account, contact.handle, contact.is_verified))
            .collect::<Vec<_>>()
    });
    known.iter_mut().for_each(|contacts| contacts.sort());
    assert_eq!(known[0], known[1]);
    assert_eq!(known[0].len(), 2);
}

#[tokio::test]
async fn its_progress_is_told_on_both_sides_and_ends_at_the_end() {
    let mut world = world(92);
    let ([phone, _], _) = talking(&mut world).await;
    let tablet = linked(&mut world, phone).await;
    for client in [phone, tablet] {
        let told = progress(&mut world, client);
        assert!(told.len() > 3, "{told:?}");
        assert!(told.is_sorted_by_key(|progress| progress.done));
        let last = told.last().unwrap();
        assert_eq!(last.done, last.total);
    }
}

#[tokio::test]
async fn a_device_that_dies_while_it_tells_or_is_told_goes_on_afterwards() {
    for (tells, turns) in (0..24).step_by(6).flat_map(|turns| [(true, turns), (false, turns + 3)]) {
        let mut world = world(93);
        let ([phone, ben], said) = talking(&mut world).await;
        let tablet = world.link().await;
        world.settle().await;
        let (code, _) = shown(&world, tablet);
        world.command(phone, Command::LinkDevice { shown: SecretText(code) }).await;
        let dies = if tells { phone } else { tablet };
        world.die_before_acting_at(dies, turns);
        world.settle().await;
        world.heal(dies);
        world.restart(dies).await;
        world.advance(60_000).await;
        assert_eq!(world.texts(tablet, ben).await, said, "{tells} {turns}");
    }
}

#[tokio::test]
async fn a_device_that_hears_no_answer_while_it_lets_another_in_tells_it_all_the_same_or_owes_nothing() {
    for frames in 0..12 {
        let mut world = world(95);
        let [phone, ben] = pair(&mut world).await;
        world.say(ben, phone, "hello");
        world.settle().await;
        let tablet = world.link().await;
        world.settle().await;
        let (code, _) = shown(&world, tablet);
        world.client(phone).network.lose_after(frames);
        world.ask(phone, Command::LinkDevice { shown: SecretText(code) });
        world.settle().await;
        world.heal(phone);
        world.restart(phone).await;
        world.advance(60_000).await;
        assert!(world.driver(phone).has_nothing_to_commit(), "{frames}");
        let is_given_up = world.driver(tablet).is_linking();
        let tablet = if is_given_up { linked(&mut world, phone).await } else { tablet };
        assert_eq!(world.texts(tablet, ben).await, ["hello"], "{frames}");
    }
}

#[tokio::test]
async fn a_new_device_that_is_revoked_is_told_nothing_more() {
    let mut world = world(94);
    let ([phone, ben], _) = talking(&mut world).await;
    let tablet = world.link().await;
    world.settle().await;
    let (code, _) = shown(&world, tablet);
    world.set_online(ben, false).await;
    world.command(phone, Command::LinkDevice { shown: SecretText(code) }).await;
    let device = world.driver(tablet).profile().device;
    assert_eq!(world.command(phone, Command::RevokeDevice { device }).await, Outcome::Done);
    world.advance(60_000).await;
    assert!(world.driver(phone).has_nothing_to_commit());
}

#[tokio::test]
async fn its_progress_ends_where_it_is_revoked() {
    let mut world = world(99);
    let ([phone, _], _) = talking(&mut world).await;
    let tablet = world.link().await;
    world.settle().await;
    let (code, _) = shown(&world, tablet);
    world.ask(phone, Command::LinkDevice { shown: SecretText(code) });
    while progress(&mut world, phone).is_empty() {
        world.step(phone).await;
        world.step(tablet).await;
    }
    let begun = progress(&mut world, phone).pop().unwrap();
    assert!(begun.done < begun.total, "{begun:?}");
    let revoke = Command::RevokeDevice { device: begun.device };
    assert_eq!(world.command(phone, revoke).await, Outcome::Done);
    world.advance(60_000).await;
    assert_eq!(progress(&mut world, phone).pop(), Some(Progress { done: begun.total, ..begun }));
}

/// How far telling a new device was said to be, in order.
fn progress(world: &mut World<RealRelay>, client: usize) -> Vec<Progress> {
    let told = world.client(client).events.iter().filter_map(|event| match event {
        Event::HandOver(progress) => Some(progress.clone()),
        _ => None,
    });
    told.collect()
}

/// Two who have said so much that it takes several parts.
async fn talking(world: &mut World<RealRelay>) -> ([usize; 2], Vec<String>) {
    let [phone, ben] = pair(world).await;
    let mut said = Vec::new();
    for number in 0..12 {
        let text = format!("{number}: {}", "long ".repeat(4_000));
        let (from, to) = if number % 3 == 0 { (ben, phone) } else { (phone, ben) };
        world.say(from, to, text.clone());
        world.settle().await;
        said.push(text);
    }
    ([phone, ben], said)
}

#[tokio::test]
async fn a_device_whose_inviter_is_gone_before_it_was_invited_makes_the_accounts_own_conversation_itself() {
    for dies in [false, true] {
        let mut world = world(95);
        let ([phone, ben], _) = talking(&mut world).await;
        world.client(phone).network.tamper(|frame| match &frame.body {
            Response::KeyPackagesClaimed(_) => vec![],
            _ => vec![frame],
        });
        let tablet = linked(&mut world, phone).await;
        world.set_online(phone, false).await;
        let device = world.driver(phone).profile().device;
        if dies {
            world.die_before_acting_at(tablet, 1);
        }
        world.ask(tablet, Command::RevokeDevice { device });
        world.settle().await;
        world.advance(120_000).await;
        assert_eq!(world.driver(tablet).devices().iter().filter(|device| device.is_active).count(), 1);
        world.say(ben, tablet, "to the one that is left");
        world.settle().await;
        let watch = linked(&mut world, tablet).await;
        assert_eq!(world.texts(tablet, ben).await, ["to the one that is left"]);
        assert_eq!(world.texts(watch, ben).await, ["to the one that is left"], "told through the new one");
    }
}

/// A second device, after everything has settled.
pub(crate) async fn linked(world: &mut World<RealRelay>, phone: usize) -> usize {
    let tablet = world.link().await;
    world.settle().await;
    let (code, _) = shown(world, tablet);
    assert_eq!(world.command(phone, Command::LinkDevice { shown: SecretText(code) }).await, Outcome::Done);
    world.advance(10_000).await;
    tablet
}
