//! A hundred epochs of a mixed room at random.

use std::collections::BTreeMap;

use protocol::{Epoch, Suite};

use super::member::Engine;
use super::room::{Change, Room};

const EPOCHS: u64 = 100;

#[test]
fn a_hundred_epochs_at_random_in_a_room_that_we_opened_keep_everyone_together() {
    run(1, Suite::CHACHA20_POLY1305, Engine::ORDERS[0]);
}

#[test]
fn a_hundred_epochs_at_random_in_a_room_that_mls_rs_opened_keep_everyone_together() {
    run(2, Suite::AES_128_GCM, Engine::ORDERS[1]);
}

#[test]
fn a_hundred_epochs_at_random_in_a_hybrid_room_that_stock_openmls_opened_keep_everyone_together() {
    run(3, Suite::ML_KEM_768_X25519, Engine::orders(Suite::ML_KEM_768_X25519)[1]);
}

/// What a commit was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Update,
    Add,
    Remove,
    Exchange,
    Rejoin,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Update, Self::Add, Self::Remove, Self::Exchange, Self::Rejoin];
}

/// Three members of each engine. The seed decides who does what; keys of the other engine are random each time.
fn run(seed: u64, suite: Suite, [first, second]: [Engine; 2]) {
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let mut room = Room::open(suite, &[first, second, first, second, first, second]);
    let mut done: BTreeMap<(Engine, Kind), u32> = BTreeMap::new();
    for epoch in 1..=EPOCHS {
        let overtaken = dice.coin().then(|| say(&mut room, &mut dice));
        let by = dice.one_of(&room.present());
        let kind = commit(&mut room, &mut dice, by);
        *done.entry((room.seats[by].engine, kind)).or_default() += 1;
        assert_eq!(room.relay.group.epoch(), Epoch(epoch));
        if let Some(overtaken) = overtaken {
            room.hear(&overtaken);
        }
        let sent = say(&mut room, &mut dice);
        room.hear(&sent);
        if dice.coin() {
            let seat = dice.one_of(&room.present());
            room.seats[seat].member.restart();
        }
    }
    for kind in Kind::ALL {
        for engine in [first, second] {
            assert!(done.contains_key(&(engine, kind)), "no {kind:?} by {engine:?} in {done:?}");
        }
    }
}

/// Has a member commit something that it may at this moment.
fn commit(room: &mut Room, dice: &mut Dice, by: usize) -> Kind {
    let present = room.present();
    let others: Vec<usize> = present.iter().copied().filter(|seat| *seat != by).collect();
    let absent: Vec<usize> = (0..room.seats.len()).filter(|seat| !present.contains(seat)).collect();
    let possible: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| match kind {
            Kind::Update => true,
            Kind::Add => !absent.is_empty(),
            Kind::Remove | Kind::Rejoin => !others.is_empty(),
            Kind::Exchange => !absent.is_empty() && !others.is_empty(),
        })
        .collect();
    let kind = dice.one_of(&possible);
    let mut change = Change::default();
    if matches!(kind, Kind::Add | Kind::Exchange) {
        change.add = dice.some_of(&absent);
    }
    if matches!(kind, Kind::Remove | Kind::Exchange) {
        change.remove = vec![dice.one_of(&others)];
    }
    match kind {
        Kind::Rejoin => room.rejoin(by),
        _ => room.change(by, &change),
    }
    kind
}

fn say(room: &mut Room, dice: &mut Dice) -> super::room::Sent {
    let by = dice.one_of(&room.present());
    let [content, authenticated_data] = [300, 40].map(|length_max| dice.bytes(length_max));
    room.say(by, &content, &authenticated_data)
}

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.roll() % bound as u64) as usize
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// One or more, in their order.
    fn some_of<T: Copy>(&mut self, choices: &[T]) -> Vec<T> {
        let sure = self.below(choices.len());
        let chosen = choices.iter().enumerate().filter(|(place, _)| *place == sure || self.coin());
        chosen.map(|(_, choice)| *choice).collect()
    }

    fn bytes(&mut self, length_max: usize) -> Vec<u8> {
        (0..self.below(length_max + 1)).map(|_| self.roll() as u8).collect()
    }
}
