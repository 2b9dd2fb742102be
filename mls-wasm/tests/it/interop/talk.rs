//! Joining by the other engine's Welcome, with the tree beside it, and text.

use protocol::Suite;

use super::member::Engine;
use super::room::{Change, Room};

#[test]
fn whoever_opens_the_group_the_other_joins_by_its_welcome_and_text_goes_both_ways() {
    for suite in Suite::OFFERED {
        for engines in Engine::orders(suite) {
            let mut room = Room::full(suite, &engines);
            for _ in 0..3 {
                room.talk();
            }
        }
    }
}

#[test]
fn each_of_several_joiners_of_one_commit_has_a_welcome_of_its_own() {
    for [first, second] in Engine::ORDERS {
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &[first, second, first, second, second, first]);
        assert_eq!(room.present().len(), 6);
        room.talk();
    }
}

#[test]
fn messages_overtake_each_other_and_are_opened_once() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &engines);
        let sent: Vec<_> = (0..20u8).map(|number| room.say(0, &[number], &[])).collect();
        sent.iter().rev().for_each(|sent| room.hear(sent));
        assert!(room.seats[1].member.open(&sent[7].sealed).is_err());
        room.seats[1].member.restart();
        room.talk();
    }
}

#[test]
fn a_message_that_a_commit_overtook_is_opened() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::AES_128_GCM, &engines);
        for committer in [0, 1] {
            let overtaken = [0, 1].map(|sender| room.say(sender, b"just before", b"beside it"));
            room.change(committer, &Change::default());
            overtaken.iter().for_each(|sent| room.hear(sent));
        }
    }
}

#[test]
fn a_message_sealed_beside_a_pending_commit_is_opened() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &engines);
        let submitted = room.build(0, &Change::default());
        let sent = room.say(0, b"meanwhile", &[]);
        room.hear(&sent);
        room.deliver(0, &submitted);
        room.talk();
    }
}
