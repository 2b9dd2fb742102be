//! The audit log: an entry for every change, none of which can be altered, left out, moved or cut off unseen.
//!
//! Each entry's hash covers its space, its number, its text and the hash before. Where the log ends is signed within each commit.

use std::cmp::Ordering;

use protocol::domain::Domain;
use protocol::keys::{PublicKey, RelayKey, Signature};
use protocol::{AuditId, RelayId, Timestamp, UserId};
use serde::Serialize;
use serde_json::Value;

use super::attempt::Attempt;
use super::carry_out::Changed;
use super::redaction::redact;
use super::refusal::Refusal;
use super::times::iso;
use crate::store::SpaceId;

/// The hash before the first entry.
pub(crate) const BEFORE_FIRST: [u8; 32] = [0; 32];

/// An entry as it is stored and exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its place, from 1.
    pub number: u64,
    /// Its text, as it was hashed.
    pub body: String,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Which entries are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Behind which place the page begins.
    pub behind: Option<u64>,
    /// Only those of an action.
    pub action: Option<String>,
    /// Only those about such things.
    pub resource_type: Option<String>,
    /// Only those about one.
    pub resource_id: Option<String>,
    /// Only those about what is a user's.
    pub user: Option<UserId>,
    /// Only those that are not older.
    pub from: Option<Timestamp>,
    /// Only those that are older.
    pub to: Option<Timestamp>,
}

/// Where a log ends, as the relay signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// How many entries there are.
    pub number: u64,
    /// The last one's hash.
    pub hash: [u8; 32],
    /// The relay's word.
    pub signature: Signature,
}

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Tampered {
    /// An entry is missing before this one, or not in its place.
    #[error("entry {0} is not where it belongs: something was removed, added or moved")]
    Misplaced(u64),
    /// An entry is not what was hashed.
    #[error("entry {0} was altered, or the one before it was")]
    Altered(u64),
    /// The log ends before its end.
    #[error("the log ends at entry {found}, but {signed} were signed")]
    CutOff {
        /// Where it ends.
        found: u64,
        /// How many were signed.
        signed: u64,
    },
    /// The log is another one than was seen before.
    #[error("entry {0} is not the one that was kept: the log was written anew")]
    Rewritten(u64),
    /// An entry is not found by whose thing it is about, or is by somebody else's.
    #[error("entry {0} is not in the list of the user it is about, or in one that it does not belong to")]
    Misfiled(u64),
    /// Nobody signed where it ends.
    #[error("where the log ends was not signed by this relay's key")]
    Unsigned,
}

/// A log that is gone through, entry by entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    space: u32,
    number: u64,
    hash: [u8; 32],
}

impl Chain {
    /// The chain of a space, before its first entry.
    pub const fn new(space: u32) -> Self {
        Self { space, number: 0, hash: BEFORE_FIRST }
    }

    /// The chain of a space whose last entry is known.
    pub const fn at(space: u32, number: u64, hash: [u8; 32]) -> Self {
        Self { space, number, hash }
    }

    /// Whose log it is.
    pub const fn space(&self) -> u32 {
        self.space
    }

    /// Goes on by an entry that is made now.
    pub fn append(&mut self, body: &str) -> AuditEntry {
        self.number += 1;
        self.hash = Domain::AuditEntry.hash(&[
            &self.space.to_be_bytes(),
            &self.number.to_be_bytes(),
            &self.hash,
            body.as_bytes(),
        ]);
        AuditEntry { number: self.number, body: body.to_owned(), hash: self.hash }
    }

    /// Goes on by an entry that was stored.
    pub fn follow(&mut self, entry: &AuditEntry) -> Result<(), Tampered> {
        if entry.number != self.number + 1 {
            return Err(Tampered::Misplaced(self.number + 1));
        }
        let made = self.append(&entry.body);
        if made.hash == entry.hash { Ok(()) } else { Err(Tampered::Altered(entry.number)) }
    }

    /// The relay's word that the log ends here.
    pub fn sign(&self, relay: &RelayId, key: &RelayKey) -> AuditHead {
        let signature = key.sign(Domain::AuditHead, &[&self.signed(relay)]);
        AuditHead { number: self.number, hash: self.hash, signature }
    }

    /// Whether this is where the log ends, by the relay's word.
    pub fn ends_at(&self, head: &AuditHead, relay: &RelayId, key: &PublicKey) -> Result<(), Tampered> {
        let end = Self::at(self.space, head.number, head.hash);
        if !key.verifies(Domain::AuditHead, &[&end.signed(relay)], &head.signature) {
            return Err(Tampered::Unsigned);
        }
        match self.number.cmp(&head.number) {
            Ordering::Less => Err(Tampered::CutOff { found: self.number, signed: head.number }),
            Ordering::Greater => Err(Tampered::Misplaced(head.number + 1)),
            Ordering::Equal if self.hash == head.hash => Ok(()),
            Ordering::Equal => Err(Tampered::Altered(self.number)),
        }
    }

    /// Whether it goes through an end that was seen before, unless it is still elsewhere.
    pub fn goes_through(&self, before: &AuditHead) -> Result<(), Tampered> {
        let is_another = self.number == before.number && self.hash != before.hash;
        if is_another { Err(Tampered::Rewritten(self.number)) } else { Ok(()) }
    }

    /// Whether it is at this place, whoever says so.
    pub fn is_at(&self, head: &AuditHead) -> bool {
        self.number == head.number && self.hash == head.hash
    }

    fn signed(&self, relay: &RelayId) -> Vec<u8> {
        let place = [self.space.to_be_bytes().as_slice(), &self.number.to_be_bytes()].concat();
        [relay.as_bytes().as_slice(), &place, &self.hash].concat()
    }
}

/// What an entry says.
#[derive(Serialize)]
struct Said<'a> {
    id: AuditId,
    occurred_at: String,
    marketplace_id: String,
    user_id: Option<UserId>,
    action: &'static str,
    resource_type: &'static str,
    resource_id: Option<String>,
    actor_type: &'static str,
    actor_id: Option<String>,
    result: &'static str,
    error: Option<&'static str>,
    idempotency_key: Option<String>,
    correlation_id: &'a str,
    payload_before: Option<Value>,
    payload_after: Option<Value>,
}

/// An entry to be made of a change that was asked for.
pub(super) struct Entry<'a> {
    /// Its id.
    pub(super) id: AuditId,
    /// Where.
    pub(super) space: SpaceId,
    /// Whose thing was to be changed, if it is some user's.
    pub(super) whose: Option<UserId>,
    /// What was asked for.
    pub(super) attempt: &'a Attempt,
}

impl<'a> Entry<'a> {
    /// The text of a change that came about: of what was there before, what it changed.
    pub(super) fn success(self, changed: Changed) -> serde_json::Result<String> {
        let Changed { id, mut before, mut after } = changed;
        if let Some(before) = &mut before {
            leave_out_what_stayed(before, &mut after);
            redact(before);
        }
        redact(&mut after);
        let said = Said {
            result: "SUCCESS",
            resource_id: Some(id),
            payload_before: before,
            payload_after: Some(after),
            ..self.common()
        };
        serde_json::to_string(&said)
    }

    /// The text of a change that was refused.
    pub(super) fn failure(self, refusal: &Refusal) -> serde_json::Result<String> {
        let said = Said {
            result: "FAILURE",
            resource_id: self.attempt.command.target().map(|(_, id)| id),
            error: Some(refusal.code.text()),
            ..self.common()
        };
        serde_json::to_string(&said)
    }

    fn common(self) -> Said<'a> {
        let Self { id, space, whose, attempt } = self;
        Said {
            id,
            occurred_at: iso(attempt.now),
            marketplace_id: space.marketplace(),
            user_id: whose,
            action: attempt.command.action(),
            resource_type: attempt.command.resource(),
            resource_id: None,
            actor_type: attempt.caller.kind(),
            actor_id: attempt.caller.id(),
            result: "",
            error: None,
            idempotency_key: attempt.idempotency.as_ref().map(|by| by.text.to_ascii_lowercase()),
            correlation_id: &attempt.request,
            payload_before: None,
            payload_after: None,
        }
    }
}

/// Fields that are the same before and after say nothing of a change.
fn leave_out_what_stayed(before: &mut Value, after: &mut Value) {
    if let (Value::Object(before), Value::Object(after)) = (before, after) {
        before.retain(|name, was| after.get(name) != Some(was) || after.remove(name).is_none());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const RELAY: RelayId = RelayId::from_bytes([9; 16]);

    #[test]
    fn a_log_that_nobody_touched_is_whole() {
        check(|_| {}, Ok(()));
    }

    #[test]
    fn one_flipped_byte_is_found() {
        check(|log| log[2].body = log[2].body.replace('2', "7"), Err(Tampered::Altered(3)));
        check(|log| log[2].hash[31] ^= 1, Err(Tampered::Altered(3)));
    }

    #[test]
    fn one_removed_entry_is_found() {
        check(|log| drop(log.remove(0)), Err(Tampered::Misplaced(1)));
        check(|log| drop(log.remove(2)), Err(Tampered::Misplaced(3)));
    }

    #[test]
    fn one_reordered_pair_is_found() {
        check(|log| log.swap(1, 2), Err(Tampered::Misplaced(2)));
        let renumbered = |log: &mut Vec<AuditEntry>| {
            log.swap(1, 2);
            log[1].number = 2;
            log[2].number = 3;
        };
        check(renumbered, Err(Tampered::Altered(2)));
    }

    #[test]
    fn a_cut_tail_is_found() {
        check(|log| log.truncate(4), Err(Tampered::CutOff { found: 4, signed: 5 }));
        check(Vec::clear, Err(Tampered::CutOff { found: 0, signed: 5 }));
    }

    #[test]
    fn what_was_made_up_behind_the_end_is_found() {
        let made_up = |log: &mut Vec<AuditEntry>| {
            let last = log.last().unwrap();
            log.push(Chain::at(1, last.number, last.hash).append("made up"));
        };
        check(made_up, Err(Tampered::Misplaced(6)));
    }

    #[test]
    fn an_end_is_the_relays_word_for_its_own_space() {
        let (log, head) = signed();
        let stranger = RelayKey::from_secret(&[8; 32]).public();
        let mut own = Chain::new(1);
        log.iter().for_each(|entry| own.follow(entry).unwrap());
        assert_eq!(own.ends_at(&head, &RELAY, &stranger), Err(Tampered::Unsigned));
        let elsewhere = Chain::at(2, own.number, own.hash);
        assert_eq!(elsewhere.ends_at(&head, &RELAY, &key().public()), Err(Tampered::Unsigned));
        assert_eq!(Chain::new(2).follow(&log[0]), Err(Tampered::Altered(1)));
    }

    #[test]
    fn of_a_change_what_stayed_as_it_was_is_left_out() {
        let mut before = json!({ "id": "ord_1", "status": "CREATED", "escrow": null, "gone": 1 });
        let mut after = json!({ "id": "ord_1", "status": "FUNDED", "escrow": { "id": "esc_1" }, "new": 2 });
        leave_out_what_stayed(&mut before, &mut after);
        assert_eq!(before, json!({ "status": "CREATED", "escrow": null, "gone": 1 }));
        assert_eq!(after, json!({ "status": "FUNDED", "escrow": { "id": "esc_1" }, "new": 2 }));
    }

    fn key() -> RelayKey {
        RelayKey::from_secret(&[7; 32])
    }

    fn signed() -> (Vec<AuditEntry>, AuditHead) {
        let mut chain = Chain::new(1);
        let log = (0..5).map(|index| chain.append(&format!("entry {index}"))).collect();
        (log, chain.sign(&RELAY, &key()))
    }

    #[track_caller]
    fn check(tamper: impl FnOnce(&mut Vec<AuditEntry>), expected: Result<(), Tampered>) {
        let (mut log, head) = signed();
        tamper(&mut log);
        let mut chain = Chain::new(1);
        let followed = log.iter().try_for_each(|entry| chain.follow(entry));
        assert_eq!(followed.and_then(|()| chain.ends_at(&head, &RELAY, &key().public())), expected);
    }
}
