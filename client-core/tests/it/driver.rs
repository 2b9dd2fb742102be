//! Memory never runs ahead of storage.

use std::collections::VecDeque;

use client_api::{Command, CommandId, Connection, Event, Outcome, Recipient, RefusalCode};
use client_core::entropy::{Entropy, Moment};
use client_core::phrase::Phrase;
use client_core::testing::{MemoryStore, finish};
use client_core::vault::DataKey;
use client_core::{Driver, Effect, Error, Input};
use protocol::frame::{ClientFrame, Failure, Request, Response, ServerFrame};
use protocol::{ErrorCode, Timestamp};

#[test]
fn an_account_is_the_same_after_a_restart() {
    let (driver, store) = account();
    let before = driver.profile();
    drop(driver);
    let reopened = finish(Driver::open(store, &key())).unwrap();
    assert_eq!(reopened.profile(), before);
    assert_eq!(reopened.diagnostics().state_counter, 1);
}

#[test]
fn another_key_opens_nothing_and_an_empty_store_has_no_account() {
    let (_, store) = account();
    let other = DataKey::from_bytes([9; 8], [9; 32]);
    assert_eq!(finish(Driver::open(store.clone(), &other)).err(), Some(Error::WrongKey));
    assert_eq!(finish(Driver::open(MemoryStore::default(), &key())).err(), Some(Error::NoAccount));
    let again = finish(Driver::create(store, &key(), &phrase(), moment(9)));
    assert_eq!(again.err(), Some(Error::AccountExists));
}

#[test]
fn nothing_personal_is_readable_in_the_store() {
    let (driver, store) = account();
    let profile = driver.profile();
    let bytes = store.bytes();
    for personal in [profile.account.as_bytes().as_slice(), profile.device.as_bytes()] {
        assert!(!bytes.windows(personal.len()).any(|window| window == personal));
    }
}

#[test]
fn connecting_says_hello_and_a_lost_connection_is_tried_again_later() {
    let (mut driver, _) = account();
    assert!(turn(&mut driver, Input::Start, 2).contains(&Effect::Connect));
    let greeted = turn(&mut driver, Input::Connected, 3);
    let hello = greeted.iter().find_map(transmitted).expect("a frame is sent");
    assert!(matches!(hello.body, Request::Hello(_)));
    let lost = turn(&mut driver, Input::Disconnected, 4);
    assert!(lost.iter().any(|effect| matches!(effect, Effect::WakeAt(at) if at.as_millis() > 4_000)));
    assert!(matches!(driver.connection(), Connection::Offline { retry_at: Some(_) }));
    assert!(!turn(&mut driver, Input::Woke, 4).contains(&Effect::Connect), "not before its time");
    assert!(turn(&mut driver, Input::Woke, 400).contains(&Effect::Connect));
}

#[test]
fn a_store_that_fails_lets_nothing_out_and_the_state_stays_what_was_stored() {
    let (mut driver, store) = account();
    let before = driver.diagnostics();
    store.fail_commits(true);
    let input = Input::Command {
        id: CommandId([1; 16]),
        command: Command::SetSetting { name: "theme".to_owned(), value: "dark".to_owned() },
    };
    assert!(finish(driver.turn(&mut VecDeque::from([input]), moment(2))).is_err());
    store.fail_commits(false);
    assert_eq!(driver.diagnostics(), before);
    assert!(turn(&mut driver, Input::Start, 3).contains(&Effect::Connect));
}

#[test]
fn of_much_at_once_what_was_stored_is_answered_before_a_store_that_fails() {
    let (mut driver, store) = account();
    let account = protocol::AccountId::from_bytes([9; 32]);
    let save = |number: u8| Input::Command {
        id: CommandId([number; 16]),
        command: Command::SaveDraft { account, text: number.to_string() },
    };
    let mut inputs: VecDeque<Input> = (0..100).map(save).collect();
    let answered =
        finish(driver.turn(&mut inputs, moment(2))).unwrap().iter().filter(|it| is_answer(it)).count();
    assert!(answered > 0 && !inputs.is_empty(), "one turn does not take all of it");
    assert_eq!(answered + inputs.len(), 100);
    store.fail_commits(true);
    assert!(finish(driver.turn(&mut inputs, moment(3))).is_err());
    store.fail_commits(false);
    assert_eq!(finish(driver.draft(account)).unwrap(), (answered - 1).to_string());
}

#[test]
fn a_client_that_was_stopped_is_not_hurried_back_but_one_that_waits_is() {
    let (mut driver, _) = account();
    turn(&mut driver, Input::Start, 2);
    turn(&mut driver, Input::Disconnected, 3);
    assert!(turn(&mut driver, Input::Hurry, 3).contains(&Effect::Connect));
    turn(&mut driver, Input::Connected, 3);
    let superseded = Response::Failure(Failure::new(ErrorCode::Superseded, "another session has begun"));
    let closing = ServerFrame { request_id: 0, body: superseded }.encode();
    turn(&mut driver, Input::Received(closing), 3);
    assert!(matches!(driver.connection(), Connection::Stopped { .. }));
    assert!(!turn(&mut driver, Input::Hurry, 4).contains(&Effect::Connect));
    assert!(turn(&mut driver, Input::Start, 4).contains(&Effect::Connect), "a person may ask for it");
}

#[test]
fn what_needs_the_relay_is_refused_at_once_where_there_is_none() {
    let (mut driver, _) = account();
    let who = Recipient::Handle("ben".parse().unwrap());
    let outcome = command(&mut driver, [1; 16], Command::AddContact { who });
    assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == RefusalCode::Offline));
}

#[test]
fn an_own_entry_waits_for_the_session_that_is_being_opened() {
    let (mut driver, _) = account();
    turn(&mut driver, Input::Start, 2);
    let id = CommandId([1; 16]);
    let set = Input::Command { id, command: Command::SetHandle { handle: "ana".parse().unwrap() } };
    assert!(!turn(&mut driver, set, 3).iter().any(is_answer), "it is neither done nor refused yet");
    let lost = turn(&mut driver, Input::Disconnected, 4);
    assert!(lost.iter().any(is_answer), "nobody waits for ever");
}

#[test]
fn a_command_sent_again_is_done_once_and_answered_alike() {
    let (mut driver, store) = account();
    let ask = || Command::SetSetting { name: "theme".to_owned(), value: "dark".to_owned() };
    let first = command(&mut driver, [1; 16], ask());
    let counter = driver.diagnostics().state_counter;
    assert_eq!(command(&mut driver, [1; 16], ask()), first);
    drop(driver);
    let mut reopened = finish(Driver::open(store, &key())).unwrap();
    assert_eq!(command(&mut reopened, [1; 16], ask()), first);
    assert_eq!(reopened.diagnostics().state_counter, counter, "a repeat writes nothing");
}

#[test]
fn only_what_failed_is_discarded() {
    let (mut driver, _) = account();
    let message = protocol::MessageId::from_bytes([7; 16]);
    let outcome = command(&mut driver, [1; 16], Command::Discard { message });
    assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == RefusalCode::NotFound));
}

#[test]
fn a_draft_is_kept_until_it_is_emptied() {
    let (mut driver, store) = account();
    let ben = protocol::AccountId::from_bytes([9; 32]);
    let save = |text: &str| Command::SaveDraft { account: ben, text: text.to_owned() };
    assert_eq!(command(&mut driver, [1; 16], save("half a thou")), Outcome::Done);
    drop(driver);
    let mut reopened = finish(Driver::open(store, &key())).unwrap();
    assert_eq!(finish(reopened.draft(ben)).unwrap(), "half a thou");
    assert_eq!(command(&mut reopened, [2; 16], save("")), Outcome::Done);
    assert_eq!(finish(reopened.draft(ben)).unwrap(), "");
    let too_long = command(&mut reopened, [3; 16], save(&"x".repeat(protocol::limits::TEXT_BYTES_MAX + 1)));
    assert!(matches!(too_long, Outcome::Refused(refusal) if refusal.code == RefusalCode::TextTooLong));
}

fn account() -> (Driver<MemoryStore>, MemoryStore) {
    let store = MemoryStore::default();
    let driver = finish(Driver::create(store.clone(), &key(), &phrase(), moment(1))).unwrap();
    (driver, store)
}

fn phrase() -> Phrase {
    Phrase::from_entropy(&[3; 32])
}

fn key() -> DataKey {
    DataKey::from_bytes([1; 8], [2; 32])
}

fn moment(second: u64) -> Moment {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&second.to_be_bytes());
    Moment { now: Timestamp::from_millis(second * 1000), entropy: Entropy::from_bytes(seed) }
}

fn turn(driver: &mut Driver<MemoryStore>, input: Input, second: u64) -> Vec<Effect> {
    finish(driver.turn(&mut VecDeque::from([input]), moment(second))).unwrap()
}

fn command(driver: &mut Driver<MemoryStore>, id: [u8; 16], command: Command) -> Outcome {
    let id = CommandId(id);
    let effects = turn(driver, Input::Command { id, command }, 5);
    let outcome = effects.into_iter().find_map(|effect| match effect {
        Effect::Emit(event) => match *event {
            Event::Done { id: done, outcome } if done == id => Some(outcome),
            _ => None,
        },
        _ => None,
    });
    outcome.expect("each command is answered")
}

fn is_answer(effect: &Effect) -> bool {
    matches!(effect, Effect::Emit(event) if matches!(**event, Event::Done { .. }))
}

fn transmitted(effect: &Effect) -> Option<ClientFrame> {
    match effect {
        Effect::Transmit(bytes) => ClientFrame::decode(bytes.clone()).ok(),
        _ => None,
    }
}
