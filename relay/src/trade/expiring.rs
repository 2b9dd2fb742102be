//! What ends by itself: offers that nobody answered, money that was set aside for too long, top-ups whose money did not come, and
//! withdrawals that nobody committed.
//!
//! What cannot be ended holds up no other: it stays as it is and is passed by, and is told to the log and to whoever operates the relay.

use protocol::{JobId, Timestamp};
use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::books::Books;
use super::caller::Caller;
use super::carry_out::carry_out;
use super::command::Command;
use super::drawn::{Drawn, Seed};
use super::jobs::{JobError, Outcome};
use super::top_ups::TOP_UP_LIFE_MS;
use super::withdrawals::UNCOMMITTED_LIFE_MS;
use crate::store::StoreError;

/// How many are ended in one transaction, and how many of a kind are looked at: others wait for it.
const AT_ONCE: usize = 100;
/// What stands in the audit log and in events where a request would.
const REQUEST: &str = "expiry";

/// Which part of what is over is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuePage {
    /// How many are passed by: they are stuck, and come first.
    pub passed: u32,
    /// How many at most.
    pub limit: u32,
}

/// How far a walk through what is over has come. It takes as many turns as there is of it, each a transaction of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExpiryWalk {
    /// How many of each kind are stuck and passed by.
    passed: [u32; Kind::ALL.len()],
    /// The first of them.
    first: Option<String>,
}

/// What ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Offer,
    Reserve,
    TopUp,
    Withdrawal,
}

/// What is over.
struct Due {
    /// What is to be done, of each kind no more than is looked at.
    commands: Vec<(Kind, Command)>,
    /// Whether there may be more of a kind.
    is_cut: bool,
}

/// Ends the next of what is over, for the job that does so.
pub(super) fn expire_due(
    books: &mut impl Books,
    job: JobId,
    now: Timestamp,
    seed: Seed,
) -> Result<Outcome, StoreError> {
    // While nothing may be changed, it waits, and begins anew: what was stuck may be mended meanwhile.
    if books.maintenance()?.is_some() {
        books.set_expiry_walk(None)?;
        return Ok(Outcome::Done);
    }
    let before = books.expiry_walk()?;
    let mut walk = before.clone().unwrap_or_default();
    let Due { commands, is_cut } = due(books, &walk, now)?;
    let all = commands.len();
    let mut drawn = Drawn::new(seed);
    let (mut ended, mut looked_at) = (0, 0);
    for (kind, command) in commands {
        let attempt = Attempt {
            caller: Caller::Relay,
            command,
            idempotency: None,
            request: REQUEST.to_owned(),
            cause: Some(job),
            now,
            seed: Seed(drawn.secret()),
        };
        looked_at += 1;
        if is_ended_by(books, &attempt)? {
            ended += 1;
        } else {
            walk.pass_by(kind, &attempt.command);
        }
        if ended == AT_ONCE {
            break;
        }
    }
    let has_more = is_cut || looked_at < all;
    let next = has_more.then_some(&walk).filter(|walk| walk.stuck() > 0);
    if before.as_ref() != next {
        books.set_expiry_walk(next)?;
    }
    Ok(match failure(&walk) {
        _ if has_more && ended > 0 => Outcome::More,
        _ if has_more => Outcome::Further,
        Some(error) => Outcome::Failed(error),
        None => Outcome::Done,
    })
}

impl Kind {
    const ALL: [Self; 4] = [Self::Offer, Self::Reserve, Self::TopUp, Self::Withdrawal];

    /// What is to be done with the next of a kind.
    fn due(self, books: &impl Books, now: Timestamp, page: DuePage) -> Result<Vec<Command>, StoreError> {
        Ok(match self {
            Self::Offer => books.offers_due(now, page)?.into_iter().map(Command::ExpireOffer).collect(),
            Self::Reserve => books.reserves_due(now, page)?.into_iter().map(Command::ExpireReserve).collect(),
            Self::TopUp => {
                let due = books.top_ups_due(earlier(now, TOP_UP_LIFE_MS), page)?;
                due.into_iter().map(Command::ExpireTopUp).collect()
            }
            Self::Withdrawal => {
                let due = books.withdrawals_due(earlier(now, UNCOMMITTED_LIFE_MS), page)?;
                due.into_iter().map(Command::ExpireWithdrawal).collect()
            }
        })
    }
}

impl ExpiryWalk {
    /// Leaves something as it is, and tells the log; which it is, the job says.
    fn pass_by(&mut self, kind: Kind, command: &Command) {
        self.passed[kind as usize] += 1;
        if let Some((kind, id)) = command.target() {
            tracing::error!(kind, "expiry_stuck");
            self.first.get_or_insert(id);
        }
    }

    /// How many are stuck.
    fn stuck(&self) -> u32 {
        self.passed.iter().sum()
    }
}

fn due(books: &impl Books, walk: &ExpiryWalk, now: Timestamp) -> Result<Due, StoreError> {
    let limit = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
    let mut due = Due { commands: Vec::new(), is_cut: false };
    for kind in Kind::ALL {
        let commands = kind.due(books, now, DuePage { passed: walk.passed[kind as usize], limit })?;
        due.is_cut |= commands.len() == AT_ONCE;
        due.commands.extend(commands.into_iter().map(|command| (kind, command)));
    }
    Ok(due)
}

/// Whether something is ended. Where the books disagree over it, or it is refused, it stays as it was; a store that fails ends all of this.
fn is_ended_by(books: &mut impl Books, attempt: &Attempt) -> Result<bool, StoreError> {
    let ended = books.try_change(|books| match carry_out(books, attempt)?.status {
        200 => Ok(()),
        _ => Err(StoreError::Inconsistent),
    });
    match ended {
        Ok(()) => Ok(true),
        Err(StoreError::Inconsistent) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the operator is told of what is stuck: the first, and how many there are.
fn failure(walk: &ExpiryWalk) -> Option<JobError> {
    let first = walk.first.as_ref()?;
    let text = format!("the books disagree over what is over, {first} first, {} in all", walk.stuck());
    Some(JobError::new("expiry_stuck", &text))
}

/// So long before.
fn earlier(now: Timestamp, millis: u64) -> Timestamp {
    Timestamp::from_millis(now.as_millis().saturating_sub(millis))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use protocol::OrderId;

    use super::*;

    #[test]
    fn the_log_is_told_that_something_is_stuck_and_the_job_which() {
        let order = OrderId::from_bytes([7; 16]);
        let (log, into) = io::pipe().unwrap();
        let subscriber = tracing_subscriber::fmt().with_writer(Mutex::new(into)).finish();
        let mut walk = ExpiryWalk::default();
        tracing::subscriber::with_default(subscriber, || {
            walk.pass_by(Kind::Reserve, &Command::ExpireReserve(order));
        });
        let said = io::read_to_string(log).unwrap();
        assert!(said.contains("expiry_stuck") && !said.contains(&order.to_string()), "{said}");
        assert!(failure(&walk).unwrap().text.contains(&order.to_string()));
    }
}
