//! Commits that pass the relay and that members cannot follow: taken back where nobody could, made up for by those who could
//! not; and the words of those who lie about it, the relay among them, which change nothing.

use client_api::{Command, NoticeCode, Recipient, SecretText};
use client_core::testing::{RangeRead, World};
use protocol::frame::{CommitRefusal, Control, ControlKind, Entry, Payload, Response, ServerFrame, Void};
use protocol::identity::AccountHead;
use protocol::keys::DeviceKey;
use protocol::{Bytes, ConversationId, EnvelopeId, Epoch, ErrorCode, Seq, Suite, limits};

use crate::hand_over::linked;
use crate::linking::shown;
use crate::lying::*;
use crate::opening::TIMELINE_STORE;
use crate::real_relay::{RealRelay, world};
use crate::recovery::{assert_said, check_talk, codes, conversation_of, renew_keys};
use crate::tablet::Tablet;

/// The store of own commits that wait.
const PENDING_STORE: u8 = 9;

#[tokio::test]
async fn in_a_conversation_of_two_a_poisoned_commit_is_voided_and_its_device_named() {
    let (mut world, ben, mut mallory, head, id) = with_a_stranger().await;
    let before = mallory.epoch(id).await;
    mallory.poison(id, head, 1).await;
    world.settle().await;
    assert_eq!(mallory.epoch(id).await, before, "the relay went back");
    let notices = world.client(ben).take_notices();
    let voided = notices.iter().find(|notice| notice.code == NoticeCode::CommitVoided).unwrap();
    assert_eq!(voided.device, Some(mallory.key().public().device_id()));
    check_goes_on(&mut world, ben, &mut mallory, head, id).await;
}

#[tokio::test]
async fn a_void_is_come_to_wherever_whoever_refuses_dies() {
    for turns in 0..6 {
        let (mut world, ben, mut mallory, head, id) = with_a_stranger().await;
        world.die_before_acting_at(ben, turns);
        mallory.poison(id, head, 1).await;
        world.settle().await;
        world.advance(60_000).await;
        check_goes_on(&mut world, ben, &mut mallory, head, id).await;
    }
}

#[tokio::test]
async fn whoever_had_a_commit_waiting_when_anothers_is_voided_commits_again() {
    let (mut world, ben, mut mallory, head, id) = with_a_stranger().await;
    let before = mallory.epoch(id).await;
    world.client(ben).network.tamper(busy_with_commits);
    world.ask(ben, Command::RefreshKeys { conversation: id });
    mallory.poison(id, head, 1).await;
    world.settle().await;
    let said = codes(&mut world, ben);
    assert!(said.contains(&NoticeCode::CommitVoided) && !said.contains(&NoticeCode::SendFailed), "{said:?}");
    world.client(ben).network.be_honest();
    world.advance(10_000).await;
    assert_eq!(mallory.epoch(id).await, before.next(), "ben's own commit");
    assert!(world.driver(ben).has_nothing_to_commit());
}

#[tokio::test]
async fn whoever_had_a_commit_waiting_before_another_that_is_taken_back_commits_again() {
    let (mut world, [alice, ben], mut tablet, _, id) = with_a_tablet().await;
    let before = tablet.epoch(id).await;
    world.client(ben).network.tamper(busy_with_commits);
    for client in [ben, alice] {
        world.ask(client, Command::RefreshKeys { conversation: id });
        world.step(client).await;
    }
    world.step(alice).await;
    world.step(ben).await;
    // Ben has followed, and his word that he has is lost.
    world.client(ben).network.lose_next();
    world.client(ben).network.set_down(true);
    world.settle().await;
    world.advance(limits::REFUSAL_GRACE_MS).await;
    let seq = world.driver(alice).conversations()[0].last_seq;
    assert_eq!(world.driver(ben).conversations()[0].last_seq, seq);
    assert_eq!(tablet.epoch(id).await, before.next());
    let answer = tablet.refuse(id, seq).await;
    assert!(matches!(answer, Response::Done(_)), "{answer:?}");
    assert_eq!(tablet.epoch(id).await, before, "the relay went back");
    world.heal(ben);
    world.advance(10_000).await;
    let said = codes(&mut world, ben);
    assert!(said.contains(&NoticeCode::CommitVoided) && !said.contains(&NoticeCode::SendFailed), "{said:?}");
    assert!(!said.contains(&NoticeCode::Rejoining), "{said:?}");
    assert_eq!(tablet.epoch(id).await, before.next(), "ben's own commit");
}

#[tokio::test]
async fn a_group_that_holds_a_commit_of_which_there_is_no_record_commits_again() {
    let (mut world, [alice, ben]) = talking().await;
    let id = conversation_of(&world, [alice, ben]).await;
    let seq = world.driver(alice).conversations()[0].last_seq;
    world.client(ben).network.set_down(true);
    world.command(ben, Command::RefreshKeys { conversation: id }).await;
    world.client(ben).store().lose_all_of(PENDING_STORE);
    world.set_online(ben, true).await;
    assert_eq!(codes(&mut world, ben), []);
    assert_eq!(world.driver(alice).conversations()[0].last_seq, seq.next(), "ben's commit");
    check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
}

/// The relay is too busy for commits that came too late.
fn busy_with_commits(mut frame: ServerFrame) -> Vec<ServerFrame> {
    if let Response::Failure(failure) = &mut frame.body
        && failure.code == ErrorCode::StaleEpoch
    {
        failure.code = ErrorCode::Busy;
    }
    vec![frame]
}

#[tokio::test]
async fn poison_for_all_is_voided_and_all_talk_on() {
    let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
    let before = tablet.epoch(id).await;
    tablet.poison(id, head, 2).await;
    world.settle().await;
    assert_eq!(tablet.epoch(id).await, before);
    for client in [alice, ben] {
        assert_said(&mut world, client, &[NoticeCode::EntryRefused, NoticeCode::CommitVoided]);
    }
    check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
}

#[tokio::test]
async fn poison_for_some_stands_and_they_rejoin() {
    let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
    let before = tablet.epoch(id).await;
    tablet.poison(id, head, 1).await;
    world.settle().await;
    world.advance(10_000).await;
    assert_eq!(tablet.epoch(id).await, Epoch(before.0 + 2), "the commit, and a rejoin");
    let said = [codes(&mut world, alice), codes(&mut world, ben)].concat();
    assert_eq!(said.iter().filter(|code| **code == NoticeCode::Rejoined).count(), 1, "{said:?}");
    assert!(!said.contains(&NoticeCode::CommitVoided), "{said:?}");
    check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
}

#[tokio::test]
async fn a_way_back_that_was_barred_opens_once_a_member_renews_its_keys() {
    let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
    tablet.bar_the_way_back(id, head).await;
    world.settle().await;
    world.client(ben).store().lose_all_of(7);
    world.restart(ben).await;
    let seq = world.driver(alice).conversations()[0].last_seq;
    let answer = tablet.refuse(id, seq).await;
    assert!(matches!(answer, Response::Done(_)), "{answer:?}");
    world.settle().await;
    let said = codes(&mut world, ben);
    assert!(said.contains(&NoticeCode::CommitVoided) && said.contains(&NoticeCode::RejoinFailed), "{said:?}");
    world.advance(30_000).await;
    assert_said(&mut world, ben, &[NoticeCode::Rejoining, NoticeCode::Rejoined]);
    check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
}

#[tokio::test]
async fn poison_is_got_over_wherever_one_or_the_other_dies() {
    for (count, turns) in [(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (2, 0), (2, 1), (2, 2), (2, 3)] {
        let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
        for client in [alice, ben] {
            world.die_before_acting_at(client, turns);
        }
        tablet.poison(id, head, count).await;
        world.say(alice, ben, "meanwhile");
        world.settle().await;
        world.advance(60_000).await;
        let (of_ben, of_alice) = (world.texts(ben, alice).await, world.texts(alice, ben).await);
        check_talk(&mut world, [alice, ben], &texts(&of_ben), &texts(&of_alice)).await;
        for shown in [of_ben, of_alice] {
            let times = shown.iter().filter(|text| *text == "meanwhile").count();
            // What is said where not everyone could follow cannot be read by whoever comes back later.
            assert!(times == 1 || count == 1 && times == 0, "{count} {turns}: {shown:?}");
        }
        assert_eq!(world.driver(alice).pending(world.account(ben)), [], "{count} {turns}");
    }
}

#[tokio::test]
async fn whoever_was_added_by_a_commit_that_is_voided_is_added_again() {
    let (mut world, [lost, ben]) = talking().await;
    let id = conversation_of(&world, [lost, ben]).await;
    let (mut tablet, _) = Tablet::of(ben, id, &mut world).await;
    world.set_online(lost, false).await;
    let phrase = world.client(lost).phrases.last().unwrap().clone();
    let alice = world.restore(&phrase).await;
    world.settle().await;
    // Ben's client takes the old device out and the new one in; the tablet says that it cannot follow.
    world.advance(8_000).await;
    assert_eq!(world.driver(alice).conversations().len(), 1, "alice has joined");
    let seq = world.driver(ben).conversations()[0].last_seq;
    tablet.refuse(id, seq).await;
    world.settle().await;
    assert!(codes(&mut world, alice).contains(&NoticeCode::CommitVoided));
    world.say(ben, alice, "still to be heard");
    world.advance(120_000).await;
    world.say(alice, ben, "back");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await, ["still to be heard", "back"]);
    assert_eq!(world.texts(ben, alice).await, ["hello", "still to be heard", "back"]);
}

#[tokio::test]
async fn what_waits_until_a_commit_is_voided_is_told_to_a_device_that_came_before() {
    let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
    world.set_online(ben, false).await;
    tablet.poison(id, head, 2).await;
    world.settle().await;
    world.say(alice, ben, "waits");
    let watch = linked(&mut world, alice).await;
    world.set_online(ben, true).await;
    world.advance(60_000).await;
    assert!(codes(&mut world, alice).contains(&NoticeCode::CommitVoided));
    for (shows, with) in [(alice, ben), (watch, ben), (ben, alice)] {
        assert_eq!(world.texts(shows, with).await, ["hello", "waits"], "{shows}");
    }
}

#[tokio::test]
async fn what_was_said_in_a_voided_epoch_is_told_to_the_device_that_was_to_be_added_by_it() {
    let (mut world, [alice, ben], mut tablet, _, id) = with_a_tablet().await;
    world.set_online(ben, false).await;
    let watch = world.link().await;
    world.settle().await;
    world.client(watch).network.tamper(without_invitations);
    let (code, _) = shown(&world, watch);
    world.command(alice, Command::LinkDevice { shown: SecretText(code) }).await;
    world.advance(10_000).await;
    let seq = world.driver(alice).conversations()[0].last_seq;
    world.say(alice, ben, "in the new epoch");
    world.settle().await;
    let answer = tablet.refuse(id, seq).await;
    assert!(matches!(answer, Response::Done(_)), "{answer:?}");
    world.settle().await;
    assert!(codes(&mut world, alice).contains(&NoticeCode::CommitVoided));
    world.heal(watch);
    world.restart(watch).await;
    world.set_online(ben, true).await;
    world.advance(120_000).await;
    for (shows, with) in [(alice, ben), (watch, ben), (ben, alice)] {
        assert_eq!(world.texts(shows, with).await, ["hello", "in the new epoch"], "{shows}");
    }
}

fn without_invitations(frame: ServerFrame) -> Vec<ServerFrame> {
    if matches!(frame.body, Response::Inbox(_) | Response::InboxArrived(_)) { vec![] } else { vec![frame] }
}

fn texts(shown: &[String]) -> Vec<&str> {
    shown.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn a_false_refusal_of_a_commit_that_another_has_followed_changes_nothing() {
    let (mut world, [alice, ben], mut tablet, _, id) = with_a_tablet().await;
    renew_keys(&mut world, [alice, ben]).await;
    let (seq, epoch) = (world.driver(alice).conversations()[0].last_seq, tablet.epoch(id).await);
    let answer = tablet.refuse(id, seq).await;
    assert!(matches!(answer, Response::Failure(_)), "{answer:?}");
    world.settle().await;
    assert_eq!(tablet.epoch(id).await, epoch);
    check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
    assert_eq!(codes(&mut world, alice), []);
    assert_eq!(codes(&mut world, ben), []);
}

#[tokio::test]
async fn a_false_refusal_while_the_others_are_away_waits_for_their_word() {
    let (mut world, [alice, ben], mut tablet, _, id) = with_a_tablet().await;
    world.set_online(ben, false).await;
    renew_keys(&mut world, [alice, ben]).await;
    let (seq, epoch) = (world.driver(alice).conversations()[0].last_seq, tablet.epoch(id).await);
    tablet.refuse(id, seq).await;
    world.set_online(ben, true).await;
    assert!(matches!(tablet.refuse(id, seq).await, Response::Failure(_)), "ben has followed");
    assert_eq!(tablet.epoch(id).await, epoch);
    check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
}

#[tokio::test]
async fn what_was_said_in_a_voided_epoch_is_said_again_and_shown_once_wherever_its_sender_dies() {
    for turns in 0..8 {
        let (mut world, ben, mut mallory, _, id) = with_a_stranger().await;
        world.command(ben, Command::RefreshKeys { conversation: id }).await;
        let seq = world.driver(ben).conversations()[0].last_seq;
        say_to(&mut world, ben, &mallory, "in the new epoch");
        world.settle().await;
        say_to(&mut world, ben, &mallory, "waits");
        world.die_before_acting_at(ben, turns);
        let answer = mallory.refuse(id, seq).await;
        assert!(matches!(answer, Response::Done(_)), "{answer:?}");
        world.settle().await;
        world.advance(30_000).await;
        assert_eq!(mallory.texts(id, seq).await, ["in the new epoch", "waits"], "{turns}");
        let shown = world.driver(ben).timeline(id, Seq(0), usize::MAX).await.unwrap();
        let shown: Vec<&str> = shown.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(shown, ["hello", "in the new epoch", "waits"], "{turns}");
        assert_eq!(world.driver(ben).pending(mallory.account()), []);
    }
}

#[tokio::test]
async fn a_void_has_read_what_was_said_since_the_commit_and_not_the_whole_conversation() {
    let (mut world, ben, mut mallory, _, id) = with_a_stranger().await;
    for number in 0..9 {
        say_to(&mut world, ben, &mallory, &format!("before {number}"));
    }
    world.settle().await;
    world.command(ben, Command::RefreshKeys { conversation: id }).await;
    let seq = world.driver(ben).conversations()[0].last_seq;
    say_to(&mut world, ben, &mallory, "in the new epoch");
    world.settle().await;
    let store = world.client(ben).store();
    store.take_reads();
    mallory.refuse(id, seq).await;
    world.settle().await;
    let read = store.take_reads();
    let of_timeline: Vec<_> = read.iter().filter(|read| read.store == TIMELINE_STORE).collect();
    assert_eq!(of_timeline, [&RangeRead { store: TIMELINE_STORE, records: 1 }]);
    assert_eq!(mallory.texts(id, seq).await, ["in the new epoch"]);
}

#[tokio::test]
async fn a_void_that_members_do_not_prove_is_not_obeyed() {
    let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
    // Ben follows each commit, and does not know that his word is out.
    world.client(ben).network.tamper(without_cursors);
    let by_tablet = tablet.commit(id, head).await;
    world.settle().await;
    check_not_obeyed(&mut world, [alice, ben], by_tablet, tablet.refusal(id, by_tablet).await).await;

    renew_keys(&mut world, [alice, ben]).await;
    let earlier = tablet.refusal(id, world.driver(alice).conversations()[0].last_seq).await;
    let (stranger, device) = (DeviceKey::from_secret(&[99; 32]), world.driver(alice).profile().device);
    let again = |refusal: CommitRefusal, key: &DeviceKey| {
        let CommitRefusal { conversation, seq, epoch, commit, .. } = refusal;
        CommitRefusal::sign(conversation, seq, epoch, commit, key)
    };
    for attempt in 0..7 {
        world.client(ben).network.tamper(without_cursors);
        renew_keys(&mut world, [alice, ben]).await;
        let seq = world.driver(alice).conversations()[0].last_seq;
        let honest = tablet.refusal(id, seq).await;
        let elsewhere = ConversationId::from_bytes([1; 16]);
        let changed = match attempt {
            0 => again(honest, &stranger),
            1 => again(CommitRefusal { conversation: elsewhere, ..honest }, tablet.key()),
            2 => again(CommitRefusal { seq: seq.next(), ..honest }, tablet.key()),
            3 => again(CommitRefusal { epoch: honest.epoch.next(), ..honest }, tablet.key()),
            4 => again(CommitRefusal { commit: earlier.commit, ..honest }, tablet.key()),
            5 => CommitRefusal { device, ..honest },
            _ => earlier.clone(),
        };
        check_not_obeyed(&mut world, [alice, ben], seq, changed).await;
    }
}

/// Neither by Ben as he is, nor by one who knows nothing but what he stored.
async fn check_not_obeyed(
    world: &mut World<RealRelay>,
    [alice, ben]: [usize; 2],
    seq: Seq,
    refusal: CommitRefusal,
) {
    for proofs in [vec![], vec![refusal.clone().encode()]] {
        lie_of_a_void(world, ben, seq, proofs);
        world.say(alice, ben, "replaced by a void");
        world.settle().await;
        expect(world, ben, NoticeCode::RelayMisbehaved, Some("void_unproven"));
        world.client(ben).network.tamper(without_cursors);
        world.restart(ben).await;
        world.client(ben).take_notices();
    }
    lie_of_a_void(world, ben, seq, vec![refusal.encode()]);
    world.say(alice, ben, "replaced by a void");
    world.settle().await;
    expect(world, ben, NoticeCode::RelayMisbehaved, Some("void_unproven"));
    world.client(ben).network.be_honest();
    world.restart(ben).await;
    let text = format!("still here after {seq}");
    world.say(ben, alice, text.clone());
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await.last(), Some(&text));
}

#[tokio::test]
async fn whoever_has_followed_a_commit_is_not_forced_back_by_a_false_refusal() {
    let (mut world, [alice, ben], mut tablet, _, id) = with_a_tablet().await;
    renew_keys(&mut world, [alice, ben]).await;
    let seq = world.driver(alice).conversations()[0].last_seq;
    let proofs = vec![tablet.refusal(id, seq).await.encode()];
    for (victim, other) in [(ben, alice), (alice, ben)] {
        lie_of_a_void(&mut world, victim, seq, proofs.clone());
        world.say(other, victim, "replaced by a void");
        world.settle().await;
        expect(&mut world, victim, NoticeCode::RelayMisbehaved, Some("void_unproven"));
        world.client(victim).network.be_honest();
        world.say(victim, other, "in the same epoch");
        world.settle().await;
        assert_eq!(world.texts(other, victim).await.last().unwrap(), "in the same epoch");
    }
}

/// Instead of the next message, the relay says that a commit is void.
fn lie_of_a_void(world: &mut World<RealRelay>, client: usize, seq: Seq, proofs: Vec<Bytes>) {
    world.client(client).network.tamper(move |frame| match entry_in(&frame) {
        None => without_cursors(frame),
        Some(entry) if is_message(entry) => {
            let void = Control { kind: ControlKind::Void(Void { seq, proofs: proofs.clone() }) };
            let envelope = EnvelopeId::from_bytes([9; 16]);
            vec![with_entry(&frame, Entry { envelope, payload: Payload::Control(void), ..entry.clone() })]
        }
        _ => vec![frame],
    });
}

fn without_cursors(frame: ServerFrame) -> Vec<ServerFrame> {
    if matches!(frame.body, Response::CursorMoved(_)) { vec![] } else { vec![frame] }
}

/// Ben, who talks with an account whose only device is not an engine's.
pub(crate) async fn with_a_stranger() -> (World<RealRelay>, usize, Tablet, AccountHead, ConversationId) {
    let mut world = world(40);
    let ben = world.join("ben").await;
    let (mut mallory, head) = Tablet::alone(Suite::ML_KEM_768_X25519, &mut world).await;
    say_to(&mut world, ben, &mallory, "hello");
    world.settle().await;
    let id = world.driver(ben).conversations()[0].conversation;
    mallory.join(id).await;
    world.client(ben).take_notices();
    (world, ben, mallory, head, id)
}

/// Alice and Ben, and a second device of Alice's that is not an engine's.
pub(crate) async fn with_a_tablet() -> (World<RealRelay>, [usize; 2], Tablet, AccountHead, ConversationId) {
    let (mut world, [alice, ben]) = talking().await;
    let id = conversation_of(&world, [alice, ben]).await;
    let (tablet, head) = Tablet::of(alice, id, &mut world).await;
    for client in [alice, ben] {
        world.client(client).take_notices();
    }
    (world, [alice, ben], tablet, head, id)
}

pub(crate) fn say_to(world: &mut World<RealRelay>, from: usize, to: &Tablet, text: &str) {
    let to = Recipient::Account(to.account());
    world.ask(from, Command::SendText { to, text: text.to_owned() });
}

/// What is said is sealed in an epoch that both are in, and an honest commit is followed.
async fn check_goes_on(
    world: &mut World<RealRelay>,
    ben: usize,
    mallory: &mut Tablet,
    head: AccountHead,
    id: ConversationId,
) {
    mallory.group().discard_own().unwrap();
    let from = world.driver(ben).conversations()[0].last_seq.next();
    say_to(world, ben, mallory, "goes on");
    world.settle().await;
    assert_eq!(world.driver(ben).pending(mallory.account()), []);
    assert_eq!(mallory.texts(id, from).await, ["goes on"]);
    mallory.commit(id, head).await;
    let secret = mls_wasm::StepSecret::from_bytes([201; 32]);
    mallory.group().merge_own(&secret).unwrap();
    world.settle().await;
    let from = world.driver(ben).conversations()[0].last_seq.next();
    say_to(world, ben, mallory, "in another epoch");
    world.settle().await;
    assert_eq!(mallory.texts(id, from).await, ["in another epoch"]);
}
