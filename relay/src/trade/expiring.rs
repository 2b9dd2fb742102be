//! What ends by itself: offers that nobody answered, money that was set aside for too long, top-ups whose money did not come, and
//! withdrawals that nobody committed.
//!
//! What cannot be ended holds up no other: it stays as it is, and is told to the log and to whoever operates the relay.

use protocol::{JobId, Timestamp};

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

/// How many are ended in one transaction: others wait for it. As many of a kind may be stuck before others of the kind are.
const AT_ONCE: usize = 100;
/// What stands in the audit log and in events where a request would.
const REQUEST: &str = "expiry";

/// What is over.
struct Due {
    /// What is to be done, of each kind no more than is done at once.
    commands: Vec<Command>,
    /// Whether there may be more of a kind.
    is_cut: bool,
}

/// Ends the first of what is over, for the job that does so.
pub(super) fn expire_due(
    books: &mut impl Books,
    job: JobId,
    now: Timestamp,
    seed: Seed,
) -> Result<Outcome, StoreError> {
    // While nothing may be changed, it waits.
    if books.maintenance()?.is_some() {
        return Ok(Outcome::Done);
    }
    let Due { commands, is_cut } = due(books, now)?;
    let all = commands.len();
    let mut drawn = Drawn::new(seed);
    let (mut ended, mut stuck) = (0, Vec::new());
    for command in commands {
        let attempt = Attempt {
            caller: Caller::Relay,
            command,
            idempotency: None,
            request: REQUEST.to_owned(),
            cause: Some(job),
            now,
            seed: Seed(drawn.secret()),
        };
        if is_ended_by(books, &attempt)? {
            ended += 1;
        } else {
            stuck.extend(attempt.command.target());
        }
        if ended == AT_ONCE {
            break;
        }
    }
    let is_first_of_more = is_cut || ended + stuck.len() < all;
    if ended > 0 && is_first_of_more {
        return Ok(Outcome::More);
    }
    Ok(failure(&stuck).map_or(Outcome::Done, Outcome::Failed))
}

fn due(books: &impl Books, now: Timestamp) -> Result<Due, StoreError> {
    let limit = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
    let offers = books.offers_due(now, limit)?;
    let reserves = books.reserves_due(now, limit)?;
    let top_ups = books.top_ups_due(earlier(now, TOP_UP_LIFE_MS), limit)?;
    let withdrawals = books.withdrawals_due(earlier(now, UNCOMMITTED_LIFE_MS), limit)?;
    let is_cut = [offers.len(), reserves.len(), top_ups.len(), withdrawals.len()].contains(&AT_ONCE);
    let held = offers.into_iter().map(Command::ExpireOffer);
    let held = held.chain(reserves.into_iter().map(Command::ExpireReserve));
    let waiting = top_ups.into_iter().map(Command::ExpireTopUp);
    let waiting = waiting.chain(withdrawals.into_iter().map(Command::ExpireWithdrawal));
    Ok(Due { commands: held.chain(waiting).collect(), is_cut })
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

/// Tells the log what is stuck, and the operator of the first.
fn failure(stuck: &[(&'static str, String)]) -> Option<JobError> {
    for (kind, id) in stuck {
        tracing::error!(kind, id, "expiry_stuck");
    }
    let (_, first) = stuck.first()?;
    let text = format!("the books disagree over what is over, {first} first, {} in all", stuck.len());
    Some(JobError::new("expiry_stuck", &text))
}

/// So long before.
fn earlier(now: Timestamp, millis: u64) -> Timestamp {
    Timestamp::from_millis(now.as_millis().saturating_sub(millis))
}
