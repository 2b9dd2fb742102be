//! Money on its way out, by the rail whose provider is an operator: asked for here, paid elsewhere, confirmed by whoever sent it.

use market::events::WithdrawalEvent;
use market::machines::WithdrawalStatus;
use market::words::Word;
use market::{Actor, Destination, Event, Failure, Step, Text, Withdrawal, WithdrawalCommand};
use protocol::{Money, UserId, WithdrawalId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::books::Books;
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::money::purse;
use super::payloads::{self, Payload, Said};
use super::rails::{self, Approval, ApprovalView, Heard, Intent};
use super::refusal::{Code, Refusal};
use super::rows::WithdrawalRow;
use super::taking::{Telling, take};
use super::times::iso;
use super::users;

/// How long a withdrawal waits to be committed: its money is on hold, and whoever agrees on Friday can go on on Monday.
pub(super) const UNCOMMITTED_LIFE_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// A withdrawal to be made.
#[derive(Clone, PartialEq)]
pub struct NewWithdrawal {
    /// Whose.
    pub owner: UserId,
    /// How much.
    pub money: Money,
    /// Where to.
    pub destination: Destination,
    /// Whether it is to be sent at once.
    pub is_committed: bool,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
}

/// What is decided of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WithdrawalDecision {
    /// Have it sent.
    Commit,
    /// Call it off.
    Cancel {
        /// Why.
        reason: Option<String>,
    },
    /// The money went: whoever sent it says so.
    Complete {
        /// What the bank calls it.
        reference: Option<String>,
    },
    /// It will not go; the money is available again.
    Fail {
        /// Why.
        reason: String,
    },
}

/// Money on its way out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WithdrawalView {
    /// Its id.
    #[schema(value_type = String, example = "wd_aebagbafaydqqcikbmga2dqpca")]
    pub id: WithdrawalId,
    /// Whose.
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// How much.
    #[schema(example = "80.00")]
    pub amount: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: String,
    /// Where to.
    pub destination: DestinationView,
    /// How far it is.
    #[schema(example = "WITHDRAWAL_COMMITTED")]
    pub status: String,
    /// What the provider calls it.
    pub provider_ref: Option<String>,
    /// Why it was not paid out, if it failed.
    pub failure_reason: Option<String>,
    /// Why it was called off, where that was said.
    pub cancel_reason: Option<String>,
    /// Who has said that the money went, where it takes two. The word of a key that was revoked since stays: it settles nothing, and keeps
    /// others from ending it.
    pub approvals: Vec<ApprovalView>,
    /// What the space wants to find again.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: String,
    /// Since when it stands so.
    pub updated_at: String,
}

/// Where money goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DestinationView {
    /// `bank`, `crypto` or `airtm_balance`.
    #[serde(rename = "type")]
    #[schema(example = "bank")]
    pub kind: String,
    /// Which place of that kind.
    #[serde(rename = "ref")]
    pub reference: String,
}

/// Makes a withdrawal: its money is on hold from then on.
pub(super) fn create<B: Books>(change: &mut Change<'_, B>, new: &NewWithdrawal) -> Result<Done, Stop> {
    users::active(change, new.owner)?;
    let now = change.attempt.now;
    let id = WithdrawalId::from_bytes(change.drawn.id(now));
    let mut step = Withdrawal::create(id, new.owner, new.money, new.destination.clone(), now)?;
    if new.is_committed {
        step = step.then(|withdrawal| withdrawal.decide(Actor::Owner, WithdrawalCommand::Commit, now))?;
    }
    let row = WithdrawalRow {
        withdrawal: step.next.clone(),
        approvals: Vec::new(),
        metadata: new.metadata.clone(),
        updated_at: now,
    };
    take(change, &step, told)?;
    change.books.put_withdrawal(&row)?;
    let shown = WithdrawalView::from(&row);
    let changed = Changed { id: id.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &shown, changed)
}

/// Decides of a withdrawal. What was decided already is answered as it is.
pub(super) fn decide<B: Books>(
    change: &mut Change<'_, B>,
    id: WithdrawalId,
    decision: &WithdrawalDecision,
) -> Result<Done, Stop> {
    let caller = change.attempt.caller;
    let row = change.books.withdrawal(id)?.filter(|row| caller.is_party(&[row.withdrawal.owner]));
    let row = row.ok_or_else(unknown)?;
    change.concerns(row.withdrawal.owner);
    if *decision == WithdrawalDecision::Commit {
        users::side(change, row.withdrawal.owner)?;
    }
    let (actor, command) = match decision {
        WithdrawalDecision::Commit => (Actor::Owner, WithdrawalCommand::Commit),
        WithdrawalDecision::Cancel { reason } => {
            (caller.actor(Actor::Owner), WithdrawalCommand::Cancel { reason: reason.clone().map(Text::from) })
        }
        WithdrawalDecision::Complete { reference } => {
            (Actor::Support, WithdrawalCommand::Complete { reference: reference.clone().map(Text::from) })
        }
        WithdrawalDecision::Fail { reason } => {
            let failure = Failure { reason: Text::from(reason.clone()), error_code: None };
            (Actor::Support, WithdrawalCommand::Fail(failure))
        }
    };
    let now = change.attempt.now;
    let mut step = row.withdrawal.decide(actor, command, now)?;
    if !step.is_changed {
        return Done::as_it_is(&WithdrawalView::from(&row));
    }
    match decision {
        WithdrawalDecision::Commit => {}
        WithdrawalDecision::Complete { reference } => {
            match rails::hear(change, Intent::from(&row.withdrawal), &row.approvals, reference.as_deref())? {
                Heard::NotYet(approvals) => return noted(change, &row, approvals),
                Heard::Settled(settlement) => {
                    let reference = settlement.reference.clone().map(Text::from);
                    step = row.withdrawal.decide(actor, WithdrawalCommand::Complete { reference }, now)?;
                    change.books.put_settlement(&settlement)?;
                }
            }
        }
        WithdrawalDecision::Fail { .. } => rails::end(change, &row.approvals, true)?,
        WithdrawalDecision::Cancel { .. } => rails::end(change, &row.approvals, false)?,
    }
    store(change, &row, &step)
}

/// Ends a withdrawal that nobody committed in time: its money is available again.
pub(super) fn expire<B: Books>(change: &mut Change<'_, B>, id: WithdrawalId) -> Result<Done, Stop> {
    let now = change.attempt.now;
    let row = change.books.withdrawal(id)?.ok_or_else(unknown)?;
    change.concerns(row.withdrawal.owner);
    if now.millis_since(row.withdrawal.created_at) < UNCOMMITTED_LIFE_MS {
        return Done::as_it_is(&WithdrawalView::from(&row));
    }
    let step = row.withdrawal.decide(Actor::Relay, WithdrawalCommand::Expire, now)?;
    store(change, &row, &step)
}

/// Stores what a step comes to, moves its money and tells of it.
fn store<B: Books>(
    change: &mut Change<'_, B>,
    row: &WithdrawalRow,
    step: &Step<Withdrawal>,
) -> Result<Done, Stop> {
    if !step.is_changed {
        return Done::as_it_is(&WithdrawalView::from(row));
    }
    let next = WithdrawalRow { withdrawal: step.next.clone(), updated_at: change.attempt.now, ..row.clone() };
    take(change, step, told)?;
    change.books.put_withdrawal(&next)?;
    let shown = WithdrawalView::from(&next);
    let before = Some(value(&WithdrawalView::from(row))?);
    let changed = Changed { id: row.withdrawal.id.to_string(), before, after: value(&shown)? };
    Done::new(200, &shown, changed)
}

/// Notes that somebody said that the money went: it takes another's word.
fn noted<B: Books>(
    change: &mut Change<'_, B>,
    row: &WithdrawalRow,
    approvals: Vec<Approval>,
) -> Result<Done, Stop> {
    let before = WithdrawalView::from(row);
    if approvals == row.approvals {
        return Ok(Done { status: 202, ..Done::as_it_is(&before)? });
    }
    let next = WithdrawalRow { approvals, updated_at: change.attempt.now, ..row.clone() };
    change.books.put_withdrawal(&next)?;
    let shown = WithdrawalView::from(&next);
    let (before, after) = (Some(value(&before)?), value(&shown)?);
    let id = row.withdrawal.id.to_string();
    Done::new(202, &shown, Changed { id, before, after })
}

fn told<B: Books>(books: &B, withdrawal: &Withdrawal, event: &Event) -> Result<Option<Telling>, Stop> {
    let Event::Withdrawal(event) = event else { return Ok(None) };
    let &Withdrawal { id, owner, money, .. } = withdrawal;
    let withdrawal = payloads::WithdrawalPart { withdrawal_id: id, user_id: owner, sum: money.into() };
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
    let payload = match event {
        WithdrawalEvent::Created { destination, .. } => {
            Payload::WithdrawalCreated(payloads::WithdrawalCreated {
                withdrawal,
                destination_type: Said(destination.kind),
                destination_ref: destination.reference.as_str().to_owned(),
            })
        }
        WithdrawalEvent::Committed { .. } => {
            let purse = purse(books, owner, money.currency)?;
            Payload::WithdrawalCommitted(payloads::WithdrawalCommitted {
                withdrawal,
                committed_balance: purse.reserved.plain(),
                available_balance: purse.available.plain(),
            })
        }
        WithdrawalEvent::Pending { reference, .. } => {
            let provider_ref = text(reference);
            Payload::WithdrawalPending(payloads::WithdrawalPending { withdrawal, provider_ref })
        }
        WithdrawalEvent::PendingUserAction { action_required, action_uri, .. } => {
            Payload::WithdrawalPendingUserAction(payloads::WithdrawalPendingUserAction {
                withdrawal,
                action_required: action_required.as_str().to_owned(),
                action_url: text(action_uri),
            })
        }
        WithdrawalEvent::Completed { completed_at, reference, .. } => {
            let (completed_at, provider_ref) = (iso(*completed_at), text(reference));
            let payload = payloads::WithdrawalCompleted { withdrawal, completed_at, provider_ref };
            Payload::WithdrawalCompleted(payload)
        }
        WithdrawalEvent::Failed { reason, error_code, reference, .. } => {
            Payload::WithdrawalFailed(payloads::WithdrawalFailed {
                withdrawal,
                reason: reason.as_str().to_owned(),
                error_code: text(error_code),
                provider_ref: text(reference),
            })
        }
        WithdrawalEvent::Canceled { canceled_by, reason, .. } => {
            Payload::WithdrawalCanceled(payloads::WithdrawalCanceled {
                withdrawal,
                canceled_by: Said(*canceled_by),
                reason: text(reason),
                refunded_to_balance: true,
                new_available_balance: purse(books, owner, money.currency)?.available.plain(),
            })
        }
    };
    Ok(Some(Telling { about: id.to_string(), parties: [Some(owner), None], payload }))
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(Code::WithdrawalNotFound, "there is no such withdrawal")
}

impl From<&WithdrawalRow> for WithdrawalView {
    fn from(row: &WithdrawalRow) -> Self {
        let Withdrawal {
            id,
            owner,
            money,
            ref destination,
            status,
            ref reference,
            ref end_reason,
            created_at,
        } = row.withdrawal;
        let ended = |by| end_reason.as_ref().filter(|_| status == by).map(|text| text.as_str().to_owned());
        Self {
            id,
            user_id: owner,
            amount: money.plain(),
            currency: money.currency.code().to_owned(),
            destination: DestinationView {
                kind: destination.kind.as_str().to_owned(),
                reference: destination.reference.as_str().to_owned(),
            },
            status: status.as_str().to_owned(),
            provider_ref: reference.as_ref().map(|text| text.as_str().to_owned()),
            failure_reason: ended(WithdrawalStatus::Failed),
            cancel_reason: ended(WithdrawalStatus::Canceled),
            approvals: row.approvals.iter().map(ApprovalView::from).collect(),
            metadata: row.metadata.clone(),
            created_at: iso(created_at),
            updated_at: iso(row.updated_at),
        }
    }
}
