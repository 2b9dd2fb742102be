use client_api::{ConversationKind, DeviceId, KeyExchange, MessageId, MessageView};

use super::*;

#[test]
fn the_latest_comes_first() {
    check_rows("", &["cleo", "ben", "ana"]);
}

#[test]
fn a_search_leaves_names_that_have_it() {
    check_rows("N", &["ben", "ana"]);
    check_rows(" @cl", &["cleo"]);
    check_rows("nobody", &[]);
}

#[test]
fn a_conversation_is_found_by_either_id() {
    let directory = directory();
    let key = ChatKey::Peer(account(1));
    assert_eq!(directory.resolve(ChatAddress::Conversation(conversation(1))), Some(key));
    assert_eq!(directory.resolve(ChatAddress::Account(account(1))), Some(key));
    assert_eq!(directory.resolve(ChatAddress::Account(account(9))), None);
    assert_eq!(directory.address(account(1)), ChatAddress::Conversation(conversation(1)));
}

#[test]
fn a_contact_without_a_conversation_can_be_written_to() {
    let mut directory = directory();
    directory.put_contact(ContactView {
        account: account(9),
        handle: Some("dan".parse().unwrap()),
        is_verified: false,
        conversation: None,
    });
    assert_eq!(directory.resolve(ChatAddress::Account(account(9))), Some(ChatKey::Peer(account(9))));
    assert_eq!(directory.address(account(9)), ChatAddress::Account(account(9)));
    assert_eq!(directory.people("da").len(), 1);
    assert_eq!(directory.name(account(9)), "dan");
}

#[test]
fn one_steps_through_the_list_and_not_past_its_ends() {
    let directory = directory();
    let at = |number| Some(ChatKey::Peer(account(number)));
    assert_eq!(directory.beside(at(2), 1), Some(ChatAddress::Conversation(conversation(1))));
    assert_eq!(directory.beside(at(3), -1), None);
    assert_eq!(directory.beside(at(1), 1), None);
    assert_eq!(directory.beside(None, 1), Some(ChatAddress::Conversation(conversation(3))));
}

#[test]
fn what_is_read_is_read_only_to_the_end() {
    let mut directory = directory();
    assert_eq!(directory.unread(), 6);
    directory.read_up_to(conversation(3), Seq(1));
    assert_eq!(directory.unread(), 6);
    directory.read_up_to(conversation(3), Seq(3));
    assert_eq!(directory.unread(), 3);
}

#[test]
fn a_row_shows_one_line() {
    assert_eq!(line("a\n\n  b\tc"), "a b c");
    assert_eq!(line(&"x".repeat(65_536)).len(), LINE_CHARACTERS);
}

#[track_caller]
fn check_rows(search: &str, expected: &[&str]) {
    let names: Vec<String> = directory().rows(search).into_iter().map(|row| row.name).collect();
    assert_eq!(names, expected);
}

fn directory() -> Directory {
    let mut directory = Directory::default();
    for (number, name) in [(1, "ana"), (2, "ben"), (3, "cleo")] {
        directory.put_conversation(ConversationView {
            conversation: conversation(number),
            kind: ConversationKind::Dm,
            peer: Some(account(number)),
            handle: Some(name.parse().unwrap()),
            last_message: Some(MessageView {
                conversation: Some(conversation(number)),
                seq: Some(Seq(number.into())),
                id: MessageId::from_bytes([number; 16]),
                from: account(number),
                device: DeviceId::from_bytes([number; 16]),
                text: "hello".to_owned(),
                sent_at: Timestamp::from_millis(u64::from(number) * 1000),
                received_at: None,
                state: DeliveryState::Received,
            }),
            last_seq: Seq(number.into()),
            unread_count: number.into(),
            delivered_up_to: Seq(0),
            peer_read_up_to: Seq(0),
            read_up_to: Seq(0),
            key_exchange: KeyExchange::Hybrid,
        });
    }
    directory
}

fn account(number: u8) -> AccountId {
    AccountId::from_bytes([number; 32])
}

fn conversation(number: u8) -> ConversationId {
    ConversationId::from_bytes([number; 16])
}
