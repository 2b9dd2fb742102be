//! Coming back by a commit from outside, on a GroupInfo that the other engine made.

use protocol::Suite;

use super::member::Engine;
use super::room::{Change, Room};

#[test]
fn either_comes_back_into_a_group_whose_last_committer_runs_the_other_engine() {
    for suite in Suite::OFFERED {
        for [first, second] in Engine::orders(suite) {
            let mut room = Room::full(suite, &[first, second, first]);
            room.change(0, &Change::default());
            room.rejoin(1);
            room.talk();
            room.change(1, &Change::default());
            room.change(2, &Change::default());
            room.talk();
        }
    }
}

#[test]
fn a_group_that_was_rejoined_is_rejoined_again_on_that_commits_group_info() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::AES_128_GCM, &engines);
        for seat in [1, 0, 0, 1] {
            room.rejoin(seat);
            room.seats[seat].member.restart();
            room.talk();
        }
    }
}
