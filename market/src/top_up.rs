//! A top-up: credited once, by whoever hears first that the money came.

use protocol::{Money, Timestamp, TopUpId, UserId};

use crate::actor::{Actor, permit};
use crate::events::TopUpEvent;
use crate::limits::{NOTE_CHARACTERS_MAX, REFERENCE_CHARACTERS_MAX, URI_CHARACTERS_MAX};
use crate::machines::{TOP_UP, TOP_UP_PERMISSIONS, TopUpStatus, TopUpVerb};
use crate::moves::Move;
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;
use crate::validation::Validation;

/// Money on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUp {
    /// Which.
    pub id: TopUpId,
    /// Whose.
    pub owner: UserId,
    /// How much.
    pub money: Money,
    /// How far it is.
    pub status: TopUpStatus,
    /// What the provider calls it.
    pub reference: Option<Text>,
    /// Where its owner confirms it, where there is a page for that.
    pub confirmation_uri: Option<Text>,
    /// Why it failed or was called off, where that was said.
    pub end_reason: Option<Text>,
    /// Since when it is.
    pub created_at: Timestamp,
}

/// What may be asked of a top-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopUpCommand {
    /// The provider knows of it and waits for the owner.
    AwaitUser {
        /// What the provider calls it.
        reference: Option<Text>,
        /// Where the owner confirms it, where there is a page for that.
        confirmation_uri: Option<Text>,
    },
    /// The owner confirmed.
    Process,
    /// The money came.
    Succeed {
        /// What whoever saw it come calls it; as it was called before if nothing is said.
        reference: Option<Text>,
    },
    /// The money will not come.
    Fail(Failure),
    /// It is called off.
    Cancel {
        /// Why.
        reason: Option<Text>,
    },
    /// No money came in time.
    Expire,
}

/// Why money did not move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In words.
    pub reason: Text,
    /// As the provider has it.
    pub error_code: Option<Text>,
}

impl Failure {
    pub(crate) fn validate(&self, validation: &mut Validation) {
        validation.prose("reason", &self.reason, NOTE_CHARACTERS_MAX);
        if let Some(code) = &self.error_code {
            validation.line("error_code", code, REFERENCE_CHARACTERS_MAX);
        }
    }
}

impl TopUp {
    /// A top-up that no provider knows of yet.
    pub fn create(id: TopUpId, owner: UserId, money: Money, now: Timestamp) -> Result<Step<Self>, Refusal> {
        let mut validation = Validation::default();
        validation.amount("amount", money);
        validation.finish()?;
        let top_up = Self {
            id,
            owner,
            money,
            status: TOP_UP.start,
            reference: None,
            confirmation_uri: None,
            end_reason: None,
            created_at: now,
        };
        Ok(Step::changed(top_up).event(TopUpEvent::Created { top_up: id, owner, money }))
    }

    /// As whom `user` acts on it; nobody else has a say.
    pub fn actor(&self, user: UserId) -> Option<Actor> {
        (user == self.owner).then_some(Actor::Owner)
    }

    /// Decides what `command` in the name of `actor` comes to. What is said again changes nothing.
    pub fn decide(&self, actor: Actor, command: TopUpCommand) -> Result<Step<Self>, Refusal> {
        let verb = command.verb();
        permit(TOP_UP_PERMISSIONS, actor, verb)?;
        command.validate()?;
        if TOP_UP.is_led_to(self.status, verb) {
            return Ok(Step::unchanged(self.clone()));
        }
        let status = TOP_UP.next(self.status, verb)?;
        let mut step = Step::changed(Self { status, ..self.clone() });
        let Self { id: top_up, owner, money, .. } = *self;
        let reference = self.reference.clone();
        Ok(match command {
            TopUpCommand::AwaitUser { reference, confirmation_uri } => {
                step.next.reference = reference;
                step.next.confirmation_uri.clone_from(&confirmation_uri);
                step.event(TopUpEvent::ConfirmationRequired { top_up, confirmation_uri })
            }
            TopUpCommand::Process => step.event(TopUpEvent::Processing { top_up, reference }),
            TopUpCommand::Succeed { reference: heard } => {
                let reference = heard.or(reference);
                step.next.reference.clone_from(&reference);
                step.movement(Move::Credit { top_up, owner, money }).event(TopUpEvent::Succeeded {
                    top_up,
                    owner,
                    money,
                    reference,
                })
            }
            TopUpCommand::Fail(Failure { reason, error_code }) => {
                step.next.end_reason = Some(reason.clone());
                step.event(TopUpEvent::Failed { top_up, owner, money, reason, error_code, reference })
            }
            TopUpCommand::Cancel { reason } => {
                step.next.end_reason.clone_from(&reason);
                step.event(TopUpEvent::Canceled { top_up, owner, money, canceled_by: actor, reason })
            }
            TopUpCommand::Expire => {
                step.event(TopUpEvent::Canceled { top_up, owner, money, canceled_by: actor, reason: None })
            }
        })
    }
}

impl TopUpCommand {
    /// What it is in the top-up's table.
    pub fn verb(&self) -> TopUpVerb {
        match self {
            Self::AwaitUser { .. } => TopUpVerb::AwaitUser,
            Self::Process => TopUpVerb::Process,
            Self::Succeed { .. } => TopUpVerb::Succeed,
            Self::Fail(_) => TopUpVerb::Fail,
            Self::Cancel { .. } => TopUpVerb::Cancel,
            Self::Expire => TopUpVerb::Expire,
        }
    }

    fn validate(&self) -> Result<(), Refusal> {
        let mut validation = Validation::default();
        match self {
            Self::AwaitUser { reference, confirmation_uri } => {
                if let Some(reference) = reference {
                    validation.line("reference", reference, REFERENCE_CHARACTERS_MAX);
                }
                if let Some(uri) = confirmation_uri {
                    validation.line("confirmation_uri", uri, URI_CHARACTERS_MAX);
                }
            }
            Self::Fail(failure) => failure.validate(&mut validation),
            Self::Cancel { reason } => validation.note("reason", reason.as_ref()),
            Self::Succeed { reference: Some(reference) } => {
                validation.line("reference", reference, REFERENCE_CHARACTERS_MAX);
            }
            Self::Process | Self::Expire | Self::Succeed { reference: None } => {}
        }
        validation.finish()
    }
}
