//! Money on its way in, by the rail whose provider is an operator: asked for here, paid elsewhere, confirmed by whoever saw it come.

use market::events::TopUpEvent;
use market::{Actor, Event, Failure, Step, Text, TopUp, TopUpCommand};
use protocol::{Money, TopUpId, UserId};
use serde_json::{Map, Value};

use super::books::Books;
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::money::purse;
use super::payloads::{
    Payload, Said, TopUpCanceled, TopUpConfirmationRequired, TopUpFailed, TopUpPart, TopUpSucceeded,
};
use super::rails::{self, Approval, AttemptState, Heard, Intent, Port};
use super::refusal::{Code, Refusal};
use super::rows::TopUpRow;
use super::taking::{Telling, take};
use super::users;
use super::views::TopUpView;

/// How long a top-up waits for its money: banks take up to a week, and people pay a few days later.
pub(super) const TOP_UP_LIFE_MS: u64 = 14 * 24 * 60 * 60 * 1000;

/// A top-up to be made.
#[derive(Clone, PartialEq)]
pub struct NewTopUp {
    /// Whose.
    pub owner: UserId,
    /// How much.
    pub money: Money,
    /// Where its owner goes on when it is paid.
    pub return_url: String,
    /// Where its owner goes on when it is not.
    pub cancel_url: Option<String>,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
}

/// What is decided of a top-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopUpDecision {
    /// The money came: whoever saw it says so.
    Confirm {
        /// What the bank calls it.
        reference: Option<String>,
    },
    /// It will not come.
    Fail {
        /// Why.
        reason: String,
    },
    /// It is called off.
    Cancel {
        /// Why.
        reason: Option<String>,
    },
}

/// Makes a top-up, which waits for its owner from the start.
pub(super) fn create<B: Books>(change: &mut Change<'_, B>, new: &NewTopUp) -> Result<Done, Stop> {
    users::active(change, new.owner)?;
    let now = change.attempt.now;
    let id = TopUpId::from_bytes(change.drawn.id(now));
    let mut step = TopUp::create(id, new.owner, new.money, now)?;
    let attempt = rails::in_force(change.books)?.attempt(Intent::from(&step.next));
    if attempt.state == AttemptState::AwaitsOwner {
        let (reference, confirmation_uri) = (attempt.reference, attempt.page);
        step = step.then(|top_up| {
            top_up.decide(Actor::Relay, TopUpCommand::AwaitUser { reference, confirmation_uri })
        })?;
    }
    let row = TopUpRow {
        top_up: step.next.clone(),
        approvals: Vec::new(),
        return_url: Some(new.return_url.clone()),
        cancel_url: new.cancel_url.clone(),
        metadata: new.metadata.clone(),
        updated_at: now,
    };
    take(change, &step, told)?;
    change.books.put_top_up(&row)?;
    let shown = TopUpView::from(&row);
    let changed = Changed { id: id.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &shown, changed)
}

/// Decides of a top-up. What was decided already is answered as it is.
pub(super) fn decide<B: Books>(
    change: &mut Change<'_, B>,
    id: TopUpId,
    decision: &TopUpDecision,
) -> Result<Done, Stop> {
    let row = change.books.top_up(id)?;
    let row = row.filter(|row| change.attempt.caller.is_party(&[row.top_up.owner])).ok_or_else(unknown)?;
    change.concerns(row.top_up.owner);
    let (actor, command) = match decision {
        TopUpDecision::Confirm { reference } => {
            (Actor::Support, TopUpCommand::Succeed { reference: reference.clone().map(Text::from) })
        }
        TopUpDecision::Fail { reason } => {
            let failure = Failure { reason: Text::from(reason.clone()), error_code: None };
            (Actor::Support, TopUpCommand::Fail(failure))
        }
        TopUpDecision::Cancel { reason } => {
            let reason = reason.clone().map(Text::from);
            (change.attempt.caller.actor(Actor::Owner), TopUpCommand::Cancel { reason })
        }
    };
    let mut step = row.top_up.decide(actor, command)?;
    if !step.is_changed {
        return Done::as_it_is(&TopUpView::from(&row));
    }
    match decision {
        TopUpDecision::Confirm { reference } => {
            match rails::hear(change, Intent::from(&row.top_up), &row.approvals, reference.as_deref())? {
                Heard::NotYet(approvals) => return noted(change, &row, approvals),
                Heard::Settled(settlement) => {
                    let reference = settlement.reference.clone().map(Text::from);
                    step = row.top_up.decide(actor, TopUpCommand::Succeed { reference })?;
                    change.books.put_settlement(&settlement)?;
                }
            }
        }
        TopUpDecision::Fail { .. } => rails::end(change, &row.approvals, true)?,
        TopUpDecision::Cancel { .. } => rails::end(change, &row.approvals, false)?,
    }
    store(change, &row, &step)
}

/// Ends a top-up whose money did not come in time. One whose money somebody saw come is for people to end.
pub(super) fn expire<B: Books>(change: &mut Change<'_, B>, id: TopUpId) -> Result<Done, Stop> {
    let row = change.books.top_up(id)?.ok_or_else(unknown)?;
    change.concerns(row.top_up.owner);
    let is_over = change.attempt.now.millis_since(row.top_up.created_at) >= TOP_UP_LIFE_MS;
    if !is_over || !row.approvals.is_empty() {
        return Done::as_it_is(&TopUpView::from(&row));
    }
    let step = row.top_up.decide(Actor::Relay, TopUpCommand::Expire)?;
    store(change, &row, &step)
}

/// Stores what a step comes to, moves its money and tells of it.
fn store<B: Books>(change: &mut Change<'_, B>, row: &TopUpRow, step: &Step<TopUp>) -> Result<Done, Stop> {
    if !step.is_changed {
        return Done::as_it_is(&TopUpView::from(row));
    }
    let next = TopUpRow { top_up: step.next.clone(), updated_at: change.attempt.now, ..row.clone() };
    take(change, step, told)?;
    change.books.put_top_up(&next)?;
    let shown = TopUpView::from(&next);
    let before = Some(value(&TopUpView::from(row))?);
    let changed = Changed { id: row.top_up.id.to_string(), before, after: value(&shown)? };
    Done::new(200, &shown, changed)
}

/// Notes that somebody said that the money came: it takes another's word.
fn noted<B: Books>(
    change: &mut Change<'_, B>,
    row: &TopUpRow,
    approvals: Vec<Approval>,
) -> Result<Done, Stop> {
    let before = TopUpView::from(row);
    if approvals == row.approvals {
        return Ok(Done { status: 202, ..Done::as_it_is(&before)? });
    }
    let next = TopUpRow { approvals, updated_at: change.attempt.now, ..row.clone() };
    change.books.put_top_up(&next)?;
    let shown = TopUpView::from(&next);
    let (before, after) = (Some(value(&before)?), value(&shown)?);
    let id = row.top_up.id.to_string();
    Done::new(202, &shown, Changed { id, before, after })
}

fn told<B: Books>(books: &B, top_up: &TopUp, event: &Event) -> Result<Option<Telling>, Stop> {
    let Event::TopUp(event) = event else { return Ok(None) };
    let &TopUp { id, owner, money, .. } = top_up;
    let top_up = TopUpPart { topup_id: id, user_id: owner, sum: money.into() };
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
    let payload = match event {
        TopUpEvent::Created { .. } => Payload::TopUpCreated(top_up),
        TopUpEvent::ConfirmationRequired { confirmation_uri, .. } => {
            let confirmation_uri = confirmation_uri.as_ref().map(|uri| uri.as_str().to_owned());
            Payload::TopUpConfirmationRequired(TopUpConfirmationRequired { top_up, confirmation_uri })
        }
        TopUpEvent::Processing { .. } => Payload::TopUpProcessing(top_up),
        TopUpEvent::Succeeded { .. } => {
            let new_available_balance = purse(books, owner, money.currency)?.available.plain();
            Payload::TopUpSucceeded(TopUpSucceeded { top_up, new_available_balance })
        }
        TopUpEvent::Failed { reason, error_code, reference, .. } => Payload::TopUpFailed(TopUpFailed {
            top_up,
            reason: reason.as_str().to_owned(),
            error_code: text(error_code),
            provider_ref: text(reference),
        }),
        TopUpEvent::Canceled { canceled_by, reason, .. } => Payload::TopUpCanceled(TopUpCanceled {
            top_up,
            canceled_by: Said(*canceled_by),
            reason: text(reason),
        }),
    };
    Ok(Some(Telling { about: id.to_string(), parties: [Some(owner), None], payload }))
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(Code::TopUpNotFound, "there is no such top-up")
}
