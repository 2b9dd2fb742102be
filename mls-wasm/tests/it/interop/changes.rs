//! Commits of either engine, followed by both.

use mls_wasm::policy::{Kind, Policy, Role};
use protocol::Suite;

use super::member::Engine;
use super::room::{Change, Room};

#[test]
fn adds_removals_and_updates_by_either_are_followed_by_the_other() {
    for suite in Suite::OFFERED {
        for [first, second] in Engine::orders(suite) {
            let mut room = Room::full(suite, &[first, second, first, second]);
            for by in [0, 1] {
                room.change(by, &Change { remove: vec![2], ..Change::default() });
                room.talk();
                room.change(by, &Change::default());
                room.change(by, &Change { add: vec![2], remove: vec![3], ..Change::default() });
                room.talk();
                room.change(by, &Change { add: vec![3], ..Change::default() });
                room.talk();
            }
        }
    }
}

#[test]
fn whoever_is_removed_by_the_other_engine_knows_it() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &engines);
        room.change(0, &Change { remove: vec![1], ..Change::default() });
        assert_eq!(room.present(), [0]);
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &engines);
        room.change(1, &Change { remove: vec![0], ..Change::default() });
        assert_eq!(room.present(), [1]);
    }
}

#[test]
fn the_other_engines_members_go_on_from_what_they_stored() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &engines);
        for by in [0, 1, 1, 0] {
            room.change(by, &Change::default());
            room.seats.iter_mut().for_each(|seat| seat.member.restart());
            room.talk();
        }
    }
}

#[test]
fn the_owner_changes_the_policy_whatever_engine_it_runs() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &engines);
        let owner = room.seats[0].member.leaf().identity.account;
        let kind = Kind::Room { roles: [(owner, Role::Owner)].into() };
        let policy = Policy { kind, suites: vec![Suite::CHACHA20_POLY1305] };
        room.change(0, &Change { policy: Some(policy.clone()), ..Change::default() });
        assert_eq!(room.relay.group.policy(), Ok(policy));
        room.talk();
    }
}
