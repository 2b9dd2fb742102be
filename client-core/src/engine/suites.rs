//! Which suites this client speaks, and which one a conversation is opened with.
//!
//! A group keeps the suite it was made with. What follows here is for new ones, and for KeyPackages.

use client_api::KeyExchange;
use protocol::Suite;

use super::state::Engine;

/// What this client publishes KeyPackages of. Conversations of two are opened with the first that every device of both
/// accounts has one of.
pub(crate) const SUITES: [Suite; 2] = [Suite::ML_KEM_768_X25519, Suite::CHACHA20_POLY1305];

/// For the account's own group: its devices all speak it.
pub(crate) const OWN_GROUP: Suite = SUITES[0];

/// For rooms: each commit of many members stays small.
pub(crate) const ROOM: Suite = SUITES[1];

/// What is known of this device's KeyPackages of one suite.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// Those of last resort with lower numbers have been replaced.
    pub(super) last_resort_number: u64,
    pub(super) is_last_resort_used: bool,
}

/// The next best.
pub(crate) fn less_than(suite: Suite) -> Option<Suite> {
    SUITES.into_iter().skip_while(|other| *other != suite).nth(1)
}

/// How people are told of a suite, by its number.
pub(crate) fn key_exchange(suite: u16) -> KeyExchange {
    if suite == Suite::ML_KEM_768_X25519.number() { KeyExchange::Hybrid } else { KeyExchange::Classic }
}

impl Engine {
    /// None for a suite that this client publishes nothing of.
    pub(super) fn pool(&mut self, suite: Suite) -> Option<&mut Pool> {
        let place = SUITES.iter().position(|other| *other == suite)?;
        self.pools.get_mut(place)
    }
}
