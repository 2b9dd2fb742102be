//! A withdrawal: its money is on hold from its beginning, and leaves or comes back once.

use protocol::{Money, Timestamp, UserId, WithdrawalId};

use crate::actor::{Actor, permit};
use crate::events::WithdrawalEvent;
use crate::limits::{NOTE_CHARACTERS_MAX, REFERENCE_CHARACTERS_MAX, URI_CHARACTERS_MAX};
use crate::machines::{WITHDRAWAL, WITHDRAWAL_PERMISSIONS, WithdrawalStatus, WithdrawalVerb};
use crate::moves::Move;
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;
use crate::top_up::Failure;
use crate::validation::Validation;
use crate::words::words;

words! {
    /// What kind of place money goes to.
    DestinationKind {
        /// An account at a bank.
        Bank = "bank",
        /// An address on a chain.
        Crypto = "crypto",
        /// The owner's balance at Airtm.
        AirtmBalance = "airtm_balance",
    }
}

/// Where money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// What kind of place that is.
    pub kind: DestinationKind,
    /// Which place of that kind.
    pub reference: Text,
}

/// Money on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Which.
    pub id: WithdrawalId,
    /// Whose.
    pub owner: UserId,
    /// How much.
    pub money: Money,
    /// Where to.
    pub destination: Destination,
    /// How far it is.
    pub status: WithdrawalStatus,
    /// What the provider calls it.
    pub reference: Option<Text>,
    /// Why it failed or was called off, where that was said.
    pub end_reason: Option<Text>,
    /// Since when it is.
    pub created_at: Timestamp,
}

/// What may be asked of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WithdrawalCommand {
    /// Have it sent.
    Commit,
    /// Call it off before it is sent.
    Cancel {
        /// Why.
        reason: Option<Text>,
    },
    /// Nobody committed it in time.
    Expire,
    /// The provider is at it.
    Await {
        /// What the provider calls it.
        reference: Option<Text>,
    },
    /// The provider waits for the owner.
    AskUser {
        /// What for.
        action: Text,
        /// Where the owner does it.
        uri: Option<Text>,
    },
    /// It was paid out.
    Complete {
        /// What whoever paid it calls it; as it was called before if nothing is said.
        reference: Option<Text>,
    },
    /// It could not be paid out.
    Fail(Failure),
    /// The provider gave up on it and gives the money back.
    Return {
        /// Why.
        reason: Option<Text>,
    },
}

impl Withdrawal {
    /// A withdrawal whose money is on hold, and that is yet to be committed.
    pub fn create(
        id: WithdrawalId,
        owner: UserId,
        money: Money,
        destination: Destination,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let mut validation = Validation::default();
        validation.amount("amount", money);
        validation.line("destination.ref", &destination.reference, NOTE_CHARACTERS_MAX);
        validation.finish()?;
        let event =
            WithdrawalEvent::Created { withdrawal: id, owner, money, destination: destination.clone() };
        let status = WITHDRAWAL.start;
        let withdrawal = Self {
            id,
            owner,
            money,
            destination,
            status,
            reference: None,
            end_reason: None,
            created_at: now,
        };
        Ok(Step::changed(withdrawal).movement(Move::Hold { withdrawal: id, owner, money }).event(event))
    }

    /// As whom `user` acts on it; nobody else has a say.
    pub fn actor(&self, user: UserId) -> Option<Actor> {
        (user == self.owner).then_some(Actor::Owner)
    }

    /// Decides what `command` in the name of `actor` comes to. What a provider says again
    /// changes nothing; to commit twice is a mistake, and said to be one.
    pub fn decide(
        &self,
        actor: Actor,
        command: WithdrawalCommand,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let verb = command.verb();
        permit(WITHDRAWAL_PERMISSIONS, actor, verb)?;
        command.validate()?;
        if verb != WithdrawalVerb::Commit && WITHDRAWAL.is_led_to(self.status, verb) {
            return Ok(Step::unchanged(self.clone()));
        }
        let status = WITHDRAWAL.next(self.status, verb).map_err(|illegal| match verb {
            WithdrawalVerb::Commit => {
                Refusal::WithdrawalNotCommittable { withdrawal: self.id, current: self.status }
            }
            _ => illegal.into(),
        })?;
        let step = Step::changed(Self { status, ..self.clone() });
        Ok(self.went(step, actor, command, now))
    }

    fn went(
        &self,
        mut step: Step<Self>,
        actor: Actor,
        command: WithdrawalCommand,
        now: Timestamp,
    ) -> Step<Self> {
        let Self { id: withdrawal, owner, money, .. } = *self;
        let reference = self.reference.clone();
        let void = Move::VoidHold { withdrawal, owner, money };
        let canceled =
            |reason| WithdrawalEvent::Canceled { withdrawal, owner, money, canceled_by: actor, reason };
        match command {
            WithdrawalCommand::Commit => step.event(WithdrawalEvent::Committed { withdrawal, owner, money }),
            WithdrawalCommand::Cancel { reason } | WithdrawalCommand::Return { reason } => {
                step.next.end_reason.clone_from(&reason);
                step.movement(void).event(canceled(reason))
            }
            WithdrawalCommand::Expire => {
                step.movement(Move::ExpireHold { withdrawal, owner, money }).event(canceled(None))
            }
            WithdrawalCommand::Await { reference } => {
                step.next.reference = reference.or(step.next.reference);
                let reference = step.next.reference.clone();
                step.event(WithdrawalEvent::Pending { withdrawal, owner, reference, money })
            }
            WithdrawalCommand::AskUser { action: action_required, uri: action_uri } => step
                .event(WithdrawalEvent::PendingUserAction { withdrawal, owner, action_required, action_uri }),
            WithdrawalCommand::Complete { reference: heard } => {
                let reference = heard.or(reference);
                step.next.reference.clone_from(&reference);
                step.movement(Move::PostHold { withdrawal, owner, money }).event(WithdrawalEvent::Completed {
                    withdrawal,
                    owner,
                    money,
                    completed_at: now,
                    reference,
                })
            }
            WithdrawalCommand::Fail(Failure { reason, error_code }) => {
                step.next.end_reason = Some(reason.clone());
                let failed =
                    WithdrawalEvent::Failed { withdrawal, owner, money, reason, error_code, reference };
                step.movement(void).event(failed)
            }
        }
    }
}

impl WithdrawalCommand {
    /// What it is in the withdrawal's table.
    pub fn verb(&self) -> WithdrawalVerb {
        match self {
            Self::Commit => WithdrawalVerb::Commit,
            Self::Cancel { .. } => WithdrawalVerb::Cancel,
            Self::Expire => WithdrawalVerb::Expire,
            Self::Await { .. } => WithdrawalVerb::Await,
            Self::AskUser { .. } => WithdrawalVerb::AskUser,
            Self::Complete { .. } => WithdrawalVerb::Complete,
            Self::Fail(_) => WithdrawalVerb::Fail,
            Self::Return { .. } => WithdrawalVerb::Return,
        }
    }

    fn validate(&self) -> Result<(), Refusal> {
        let mut validation = Validation::default();
        match self {
            Self::Cancel { reason } | Self::Return { reason } => validation.note("reason", reason.as_ref()),
            Self::Await { reference: Some(reference) } | Self::Complete { reference: Some(reference) } => {
                validation.line("reference", reference, REFERENCE_CHARACTERS_MAX);
            }
            Self::AskUser { action, uri } => {
                validation.prose("action", action, NOTE_CHARACTERS_MAX);
                if let Some(uri) = uri {
                    validation.line("uri", uri, URI_CHARACTERS_MAX);
                }
            }
            Self::Fail(failure) => failure.validate(&mut validation),
            Self::Commit
            | Self::Expire
            | Self::Await { reference: None }
            | Self::Complete { reference: None } => {}
        }
        validation.finish()
    }
}
