//! Two commits for one epoch.

use protocol::Suite;

use super::member::Engine;
use super::room::{Change, Room};

#[test]
fn the_loser_of_a_race_follows_the_winner_and_commits_anew() {
    for [first, second] in Engine::ORDERS {
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &[first, second, second]);
        let winner = room.build(0, &Change::default());
        let loser = room.build(1, &Change { remove: vec![2], ..Change::default() });
        room.deliver(0, &winner);
        let session = room.seats[1].member.leaf();
        assert_eq!(room.validate(&session, &loser).err(), Some(mls_wasm::Error::WrongEpoch));
        room.change(1, &Change { remove: vec![2], ..Change::default() });
        assert_eq!(room.present(), [0, 1]);
        room.talk();
    }
}
