//! One change, from the question whether it was asked for before to the answer that is kept.
//!
//! All of it is one transaction: a crash leaves either everything or nothing, so that no lock can be left behind.

use protocol::{AuditId, EventId, UserId};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::attempt::{Attempt, Idempotency, Reply};
use super::audit::Entry;
use super::books::{Books, EventRow, KeptAnswer};
use super::caller::Caller;
use super::command::Command;
use super::drawn::Drawn;
use super::payloads::{EventMetadata, Payload};
use super::refusal::{Code, Refusal};
use super::{
    disputes, jobs, keys, listings, offers, orders, payloads, rails, top_ups, user_transfers, users,
    webhooks, withdrawals,
};
use crate::store::StoreError;

/// Why a change did not come about.
pub(super) enum Stop {
    /// It may not be.
    Refused(Refusal),
    /// The store failed.
    Failed(StoreError),
}

impl Stop {
    /// A refusal says what was to be changed.
    fn about(self, command: &Command) -> Self {
        match (self, command.target()) {
            (Self::Refused(refusal), Some((name, id))) => Self::Refused(refusal.about(name, id)),
            (stop, _) => stop,
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<market::Refusal> for Stop {
    fn from(refusal: market::Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// What a change came to.
pub(super) struct Done {
    /// The status of its answer.
    pub(super) status: u16,
    /// What is answered.
    pub(super) data: Box<RawValue>,
    /// What it changed, for the audit log.
    pub(super) changed: Option<Changed>,
}

/// What was changed, as the audit log keeps it.
pub(super) struct Changed {
    /// Which.
    pub(super) id: String,
    /// What it was.
    pub(super) before: Option<Value>,
    /// What it is.
    pub(super) after: Value,
}

impl Done {
    /// An answer to a change.
    pub(super) fn new(status: u16, data: &impl Serialize, changed: Changed) -> Result<Self, Stop> {
        Ok(Self { status, data: written(data)?, changed: Some(changed) })
    }

    /// An answer where all is as was asked for already.
    pub(super) fn as_it_is(data: &impl Serialize) -> Result<Self, Stop> {
        Ok(Self { status: 200, data: written(data)?, changed: None })
    }
}

/// What is shown, as it is sent.
fn written(shown: &impl Serialize) -> Result<Box<RawValue>, Stop> {
    serde_json::value::to_raw_value(shown).map_err(|_| Stop::Failed(StoreError::Unavailable))
}

/// What is shown, as the audit log keeps it.
pub(super) fn value(shown: &impl Serialize) -> Result<Value, Stop> {
    serde_json::to_value(shown).map_err(|_| Stop::Failed(StoreError::Unavailable))
}

/// A change under way.
pub(super) struct Change<'a, B> {
    pub(super) books: &'a mut B,
    pub(super) attempt: &'a Attempt,
    pub(super) drawn: &'a mut Drawn,
    whose: &'a mut Option<UserId>,
    has_told: bool,
}

impl<B: Books> Change<'_, B> {
    /// Notes whose thing is to be changed, for the audit log: what an account asks for counts as its own, and else whose is named first.
    pub(super) const fn concerns(&mut self, user: UserId) {
        if self.whose.is_none() {
            *self.whose = Some(user);
        }
    }

    /// Tells of something that happened, to these users among others.
    pub(super) fn tell(
        &mut self,
        about: &str,
        parties: [Option<UserId>; 2],
        payload: &Payload,
    ) -> Result<(), Stop> {
        let Attempt { now, ref request, cause, .. } = *self.attempt;
        let event = EventId::from_bytes(self.drawn.id(now));
        let metadata = EventMetadata {
            correlation_id: request,
            causation_id: cause,
            user_id: parties[0],
            marketplace_id: self.books.space()?.marketplace(),
        };
        let (name, body) = payloads::written(payload, (event, about), metadata, now)
            .map_err(|_| Stop::Failed(StoreError::Unavailable))?;
        let row = EventRow { event, name, parties, body, at: now };
        self.has_told = true;
        Ok(self.books.append_event(&row)?)
    }
}

/// Carries a change out, or repeats what was answered when it was.
pub fn carry_out(books: &mut impl Books, attempt: &Attempt) -> Result<Reply, StoreError> {
    if !still_works(books, attempt)? {
        return Ok(Reply::refusal(&Refusal::invalid_credential()));
    }
    let asker = attempt.caller.asker();
    if let Some(by) = &attempt.idempotency
        && let Some(kept) = books.answer(&asker, &by.key, attempt.now)?
    {
        return Ok(again(kept, by));
    }
    if let Some(row) = books.maintenance()?.filter(|_| !attempt.command.is_administration()) {
        return Ok(Reply::refusal(&Refusal::new(Code::MaintenanceMode, row.message)));
    }
    let mut drawn = Drawn::new(attempt.seed.clone());
    let mut whose = attempt.caller.user();
    let outcome = books.try_change(|books| {
        let mut change = Change { books, attempt, drawn: &mut drawn, whose: &mut whose, has_told: false };
        let done = run(&mut change).map_err(|stop| stop.about(&attempt.command))?;
        if change.has_told {
            webhooks::wake(change.books, attempt.now)?;
        }
        Ok(done)
    });
    let reply = match &outcome {
        Ok(done) => Reply::success(done.status, &done.data, &attempt.request, attempt.now),
        Err(Stop::Refused(refusal)) => Reply::refusal(refusal),
        Err(Stop::Failed(error)) => return Err(error.clone()),
    };
    let is_final = !matches!(&outcome, Err(Stop::Refused(refusal)) if !refusal.code.is_final());
    let entry =
        Entry { id: AuditId::from_bytes(drawn.id(attempt.now)), space: books.space()?, whose, attempt };
    let said = match outcome {
        Ok(Done { changed, .. }) => changed.map(|changed| entry.success(changed)),
        Err(Stop::Refused(refusal)) => Some(entry.failure(&refusal)),
        Err(Stop::Failed(_)) => None,
    };
    if let Some(said) = said.transpose().map_err(|_| StoreError::Unavailable)? {
        books.append_audit(&said)?;
    }
    if let Some(by) = attempt.idempotency.as_ref().filter(|_| is_final) {
        let kept = KeptAnswer { hash: by.hash, status: reply.status, body: reply.body.clone() };
        books.keep_answer(&asker, by, &kept, attempt.now)?;
    }
    Ok(reply)
}

/// Whether what was shown at the door works still: a body may have taken its time.
fn still_works(books: &impl Books, attempt: &Attempt) -> Result<bool, StoreError> {
    Ok(match attempt.caller {
        Caller::Key { key, token_until, .. } => {
            let is_there = books.key(key)?.is_some_and(|row| row.revoked_at.is_none());
            is_there && token_until.is_none_or(|until| until > attempt.now)
        }
        Caller::Account { account, session: (device, session), .. } => {
            books.account_of_session(device, &session, attempt.now)? == Some(account)
        }
        Caller::Operator | Caller::Relay => true,
    })
}

fn again(kept: KeptAnswer, by: &Idempotency) -> Reply {
    if kept.hash == by.hash {
        return Reply { status: kept.status, body: kept.body, is_replay: true };
    }
    let message = "this idempotency key was used for another request: make a new one for each";
    Reply::refusal(&by.refuse(Code::IdempotencyKeyReused, message))
}

fn run<B: Books>(change: &mut Change<'_, B>) -> Result<Done, Stop> {
    let attempt = change.attempt;
    if let Caller::Account { account, user, .. } = attempt.caller {
        users::ensure(change, user, account)?;
    }
    match &attempt.command {
        Command::CreateKey { name, scopes } => keys::create(change, name, *scopes),
        Command::RevokeKey(key) => keys::revoke(change, *key),
        Command::CreateToken { key, scopes, ttl_ms } => keys::create_token(change, *key, *scopes, *ttl_ms),
        Command::CreateUser(new) => users::create(change, new),
        Command::SetUserStatus { user, status } => users::set_status(change, *user, *status),
        Command::CreateTopUp(new) => top_ups::create(change, new),
        Command::DecideTopUp { top_up, decision } => top_ups::decide(change, *top_up, decision),
        Command::CreateOrder(new) => orders::create(change, new),
        Command::DecideOrder { order, decision } => orders::decide(change, *order, decision),
        Command::OpenDispute { order, complaint } => orders::dispute(change, *order, complaint),
        Command::TakeDispute { dispute, step } => disputes::take_step(change, *dispute, step),
        Command::CreateWithdrawal(new) => withdrawals::create(change, new),
        Command::DecideWithdrawal { withdrawal, decision } => {
            withdrawals::decide(change, *withdrawal, decision)
        }
        Command::CreateListing(new) => listings::create(change, new),
        Command::DecideListing { listing, decision } => listings::decide(change, *listing, decision),
        Command::MakeOffer(new) => offers::make(change, new),
        Command::ReplyToOffer { offer, reply } => offers::reply(change, *offer, reply),
        Command::ExpireOffer(offer) => offers::expire(change, *offer),
        Command::ExpireReserve(order) => orders::expire_reserve(change, *order),
        Command::ExpireTopUp(top_up) => top_ups::expire(change, *top_up),
        Command::ExpireWithdrawal(withdrawal) => withdrawals::expire(change, *withdrawal),
        Command::Send(new) => user_transfers::send(change, new),
        Command::RequeueJob(job) => jobs::requeue(change, *job),
        Command::ProveBooks => jobs::prove_now(change),
        Command::CreateEndpoint(new) => webhooks::create(change, new),
        Command::UpdateEndpoint { endpoint, change: asked } => webhooks::update(change, *endpoint, asked),
        Command::RotateSecret(endpoint) => webhooks::rotate(change, *endpoint),
        Command::DeleteEndpoint(endpoint) => webhooks::delete(change, *endpoint),
        Command::StopEndpoint(endpoint) => webhooks::stop(change, *endpoint),
        Command::RetryDelivery(delivery) => webhooks::retry(change, *delivery),
        Command::SetMaintenance(message) => keys::set_maintenance(change, message.as_deref()),
        Command::NoteTwoPersonRule(is_so) => rails::note_two_person_rule(*is_so),
    }
}
