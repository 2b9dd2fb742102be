//! The ways that money comes in and goes out by. What is wanted is an intent; what a rail makes of it an attempt; what moved in the
//! world a settlement. A rail says what it heard, and the market decides what that comes to: it reaches neither orders nor balances.

mod manual;

use ledger::{Rail, Subject};
use market::{Text, TopUp, Withdrawal};
use protocol::{Money, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::attempt::Attempt as Request;
use super::books::Books;
use super::caller::Caller;
use super::carry_out::{Change, Changed, Done, Stop};
use super::command::Command;
use super::drawn::Seed;
use super::refusal::{Code, Refusal};
use super::times::iso;
use crate::store::SpaceId;
use manual::Manual;

/// The rail that everything goes by, as the ledger names it.
pub(super) const IN_FORCE: Rail = Rail::MANUAL;

/// What is wanted of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Intent {
    /// What for: a top-up's money is to come, a withdrawal's to go.
    pub(super) subject: Subject,
    /// How much.
    pub(super) money: Money,
}

impl From<&TopUp> for Intent {
    fn from(top_up: &TopUp) -> Self {
        Self { subject: top_up.id.into(), money: top_up.money }
    }
}

impl From<&Withdrawal> for Intent {
    fn from(withdrawal: &Withdrawal) -> Self {
        Self { subject: withdrawal.id.into(), money: withdrawal.money }
    }
}

/// What a rail makes of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attempt {
    /// Which rail.
    pub(super) rail: Rail,
    /// What is wanted.
    pub(super) intent: Intent,
    /// What the rail calls it, where it has a name for it already.
    pub(super) reference: Option<Text>,
    /// The page where its owner does something, where the rail has one.
    pub(super) page: Option<Text>,
    /// Who has to do something.
    pub(super) state: AttemptState,
}

/// Who an attempt waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttemptState {
    /// Whoever wanted it.
    AwaitsOwner,
    /// The rail.
    AwaitsRail,
}

/// Somebody's word that an attempt's money moved. It is stored beside the attempt until there are enough of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who said so, as the audit log names them.
    pub by: String,
    /// Who that is: a key that was made by a key is whoever made it.
    pub person: String,
    /// What they call what they saw.
    pub provider_ref: Option<String>,
    /// When, in milliseconds.
    pub at: u64,
}

/// Somebody's word that money moved, where it takes another's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalView {
    /// The key that said so, or `operator`.
    #[schema(example = "key_aebagbafaydqqcikbmga2dqpca")]
    pub by: String,
    /// When.
    pub at: String,
}

impl From<&Approval> for ApprovalView {
    fn from(approval: &Approval) -> Self {
        Self { by: approval.by.clone(), at: iso(Timestamp::from_millis(approval.at)) }
    }
}

/// Money that moved in the world, as it was said. Written once, and never changed.
#[derive(Clone, PartialEq, Eq)]
pub struct SettlementRow {
    /// By which rail.
    pub rail: Rail,
    /// For what.
    pub subject: Subject,
    /// How much.
    pub money: Money,
    /// What the rail, or the bank behind it, calls it.
    pub reference: Option<String>,
    /// Who said so.
    pub by: Vec<String>,
    /// When it was believed.
    pub at: Timestamp,
}

/// What a word comes to.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// It is noted with those that were said before, and others have to say the same.
    NotYet(Vec<Approval>),
    /// It is believed.
    Settled(SettlementRow),
}

/// A rail, as the market sees it. What it asks of the world it asks after what is decided here is stored.
pub(super) trait Port {
    /// What it makes of an intent.
    fn attempt(&self, intent: Intent) -> Attempt;
    /// What moved by somebody's word that an attempt's money did, after those of others; nothing, as long as it takes more of them.
    fn hear(
        &self,
        attempt: &Attempt,
        before: &[Approval],
        word: &Approval,
    ) -> Result<Option<SettlementRow>, Refusal>;
}

/// What notes in a space's audit log that it takes two people to say that money moved, or no longer: by the settings that the operator
/// started the relay with.
pub(crate) fn two_person_rule_noted(is_so: bool, space: SpaceId, now: Timestamp, seed: &Seed) -> Request {
    Request {
        caller: Caller::Operator,
        command: Command::NoteTwoPersonRule(is_so),
        idempotency: None,
        request: "start".to_owned(),
        cause: None,
        now,
        seed: seed.of(space),
    }
}

/// Notes it. What was in force before is the other.
pub(super) fn note_two_person_rule(is_so: bool) -> Result<Done, Stop> {
    let [before, after] = [!is_so, is_so].map(|is_so| json!({ "enabled": is_so }));
    let changed = Changed { id: "relay".to_owned(), before: Some(before), after: after.clone() };
    Done::new(200, &after, changed)
}

/// The rail that an intent goes by.
pub(super) fn in_force(books: &impl Books) -> Result<impl Port, Stop> {
    Ok(Manual { is_two_person: books.is_two_person()? })
}

/// Hears the caller's word that an intent's money moved. Words of keys that were revoked since settle nothing, and stay noted.
pub(super) fn hear<B: Books>(
    change: &Change<'_, B>,
    intent: Intent,
    said_before: &[Approval],
    reference: Option<&str>,
) -> Result<Heard, Stop> {
    let before = standing(change.books, said_before)?;
    let word = Approval {
        by: change.attempt.caller.id().unwrap_or_else(|| OPERATOR.to_owned()),
        person: person(change)?,
        provider_ref: reference.map(str::to_owned),
        at: change.attempt.now.as_millis(),
    };
    let rail = in_force(change.books)?;
    match rail.hear(&rail.attempt(intent), &before, &word)? {
        Some(settlement) => Ok(Heard::Settled(settlement)),
        None => Ok(Heard::NotYet(noted(said_before, word))),
    }
}

/// What stands noted behind a word: each person's last one. Whoever says it again with the same key and no other reference says nothing new.
fn noted(said_before: &[Approval], word: Approval) -> Vec<Approval> {
    let is_said = said_before.iter().any(|other| {
        other.by == word.by && (word.provider_ref.is_none() || other.provider_ref == word.provider_ref)
    });
    let mut noted = said_before.to_vec();
    if !is_said {
        noted.retain(|other| other.person != word.person);
        noted.push(word);
    }
    noted
}

/// Refuses to end what somebody has said its money moved for, even if their key was revoked since: the money may have moved all the same, and
/// one key revokes another. Whoever said so takes it back by failing it; so may the operator, who makes the keys that have a say.
pub(super) fn end<B: Books>(change: &Change<'_, B>, said: &[Approval], is_failed: bool) -> Result<(), Stop> {
    if said.is_empty() || (is_failed && is_taken_back(change, said)?) {
        return Ok(());
    }
    let message = "somebody has said that its money moved: a second person settles it. If that was a mistake, whoever said so \
        may fail it, or the operator at the command line";
    Err(Refusal::new(Code::InvalidState, message).into())
}

/// Whether all that was said was said by whoever speaks now.
fn is_taken_back<B: Books>(change: &Change<'_, B>, said: &[Approval]) -> Result<bool, Stop> {
    match change.attempt.caller {
        Caller::Operator => Ok(true),
        Caller::Key { .. } => {
            let person = person(change)?;
            Ok(said.iter().all(|approval| approval.person == person))
        }
        Caller::Account { .. } | Caller::Relay => Ok(false),
    }
}

/// What was said by those who have a say still: keys that were revoked since have none.
fn standing(books: &impl Books, said: &[Approval]) -> Result<Vec<Approval>, Stop> {
    let mut standing = Vec::new();
    for approval in said {
        if works_still(books, approval)? {
            standing.push(approval.clone());
        }
    }
    Ok(standing)
}

/// Whoever is at the command line: one person.
const OPERATOR: &str = "operator";

/// Who speaks. A key that was made by another is no second person, nor is a token that another key may have made.
fn person<B: Books>(change: &Change<'_, B>) -> Result<String, Stop> {
    match change.attempt.caller {
        Caller::Operator => Ok(OPERATOR.to_owned()),
        Caller::Key { token_until: Some(_), .. } if change.books.is_two_person()? => {
            let message = "two people have to say so: a token passes for a key, so show the key itself";
            Err(Refusal::new(Code::Forbidden, message).into())
        }
        Caller::Key { key, .. } => Ok(change.books.origin_of_key(key)?.to_string()),
        Caller::Account { .. } | Caller::Relay => {
            Err(Refusal::new(Code::Forbidden, "whoever moved the money says so: not whose it is").into())
        }
    }
}

fn works_still(books: &impl Books, approval: &Approval) -> Result<bool, Stop> {
    match approval.by.parse() {
        Ok(key) => Ok(books.key(key)?.is_some_and(|row| row.revoked_at.is_none())),
        Err(_) => Ok(approval.by == OPERATOR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_takes_the_place_of_the_same_persons_alone() {
        let before = [word("a", "ana", Some("R1")), word("b", "ben", None)];
        check(
            &before,
            word("c", "cleo", None),
            &[before[0].clone(), before[1].clone(), word("c", "cleo", None)],
        );
        check(&before, word("a2", "ana", Some("R2")), &[before[1].clone(), word("a2", "ana", Some("R2"))]);
    }

    #[test]
    fn who_says_it_again_and_no_other_reference_says_nothing_new() {
        let before = [word("a", "ana", Some("R1")), word("b", "ben", None)];
        check(&before, Approval { at: 8, ..word("a", "ana", None) }, &before);
        check(&before, Approval { at: 8, ..word("a", "ana", Some("R1")) }, &before);
        check(&before, word("b", "ben", Some("R1")), &[before[0].clone(), word("b", "ben", Some("R1"))]);
    }

    #[track_caller]
    fn check(before: &[Approval], word: Approval, expected: &[Approval]) {
        assert_eq!(noted(before, word), expected);
    }

    fn word(by: &str, person: &str, reference: Option<&str>) -> Approval {
        let [by, person] = [by.to_owned(), person.to_owned()];
        Approval { by, person, provider_ref: reference.map(str::to_owned), at: 7 }
    }
}
