//! Why something is not done: a stable code, a sentence, and facts. A refused command changes nothing.

use protocol::{DisputeId, EscrowId, Money, Timestamp, WithdrawalId};

use crate::actor::Actor;
use crate::machine::IllegalMove;
use crate::machines::WithdrawalStatus;
use crate::text::Text;
use crate::validation::Problem;
use crate::words::Word;

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot be done as things stand.
    #[error(transparent)]
    InvalidState(#[from] IllegalMove),
    /// Others may do this.
    #[error("this is not for the {actor} to do")]
    Forbidden {
        /// Who tried.
        actor: Actor,
        /// Who may.
        allowed: Vec<Actor>,
    },
    /// What was given cannot be taken.
    #[error("what was given cannot be taken")]
    Invalid(Vec<Problem>),
    /// Something else than the price is to be set aside.
    #[error("expected {expected}, the whole price")]
    ReserveMismatch {
        /// The price.
        expected: Money,
        /// What was given.
        given: Money,
    },
    /// The money was set aside for too long.
    #[error("the money is not set aside any more")]
    ReserveExpired {
        /// Until when it was.
        until: Timestamp,
    },
    /// The order has no such milestone.
    #[error("the order has no such milestone")]
    MilestoneNotFound {
        /// What was asked for.
        milestone_ref: Text,
    },
    /// Parts are not delivered that the release waits for.
    #[error("there are milestones to complete")]
    MilestonesOpen {
        /// Which.
        open: Vec<Text>,
    },
    /// There is an escrow already, on other terms.
    #[error("the order has an escrow already")]
    EscrowAlreadyExists {
        /// Which.
        escrow: EscrowId,
    },
    /// The order's escrow is another one, or there is none.
    #[error("the order has no such escrow")]
    EscrowNotFound {
        /// What was spoken of.
        escrow: EscrowId,
    },
    /// There is a dispute already, opened otherwise.
    #[error("the order is disputed already")]
    DisputeAlreadyOpen {
        /// Which.
        dispute: DisputeId,
    },
    /// It is committed, or over.
    #[error("the withdrawal cannot be committed any more")]
    WithdrawalNotCommittable {
        /// Which.
        withdrawal: WithdrawalId,
        /// How far it is.
        current: WithdrawalStatus,
    },
    /// The other side is to speak.
    #[error("it is the turn of the {turn}")]
    NotYourTurn {
        /// Who is to speak.
        turn: Actor,
    },
    /// Other terms stand by now.
    #[error("other terms stand by now")]
    OfferSuperseded {
        /// The round that stands.
        standing: u32,
    },
}

/// A fact of a refusal, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// One.
    Text(String),
    /// Several.
    Texts(Vec<String>),
    /// When.
    Time(Timestamp),
    /// What is wrong, field by field.
    Fields(Vec<Problem>),
}

impl Refusal {
    /// What programs tell refusals apart by. Never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidState(_) => "INVALID_STATE",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::Invalid(_) => "VALIDATION_ERROR",
            Self::ReserveMismatch { .. } => "RESERVE_MISMATCH_AMOUNT",
            Self::ReserveExpired { .. } => "RESERVE_NOT_FOUND",
            Self::MilestoneNotFound { .. } => "MILESTONE_NOT_FOUND",
            Self::MilestonesOpen { .. } => "ESCROW_NOT_READY",
            Self::EscrowAlreadyExists { .. } => "ESCROW_ALREADY_EXISTS",
            Self::EscrowNotFound { .. } => "ESCROW_NOT_FOUND",
            Self::DisputeAlreadyOpen { .. } => "DISPUTE_ALREADY_OPEN",
            Self::WithdrawalNotCommittable { .. } => "WITHDRAWAL_NOT_COMMITTABLE",
            Self::NotYourTurn { .. } => "NOT_YOUR_TURN",
            Self::OfferSuperseded { .. } => "OFFER_SUPERSEDED",
        }
    }

    /// The facts of it, by their documented names. Whoever answers adds the id of what was acted on.
    pub fn details(&self) -> Vec<(&'static str, Fact)> {
        match self {
            Self::InvalidState(IllegalMove { current, allowed, .. }) => vec![
                ("current_state", Fact::Text((*current).to_owned())),
                ("allowed_states", texts(allowed.iter())),
            ],
            Self::Forbidden { actor, allowed } => {
                vec![("actor", text(actor)), ("allowed_actors", texts(allowed.iter()))]
            }
            Self::Invalid(problems) => vec![("fields", Fact::Fields(problems.clone()))],
            Self::ReserveMismatch { expected, given } => vec![
                ("expected", Fact::Text(expected.plain())),
                ("given", Fact::Text(given.plain())),
                ("currency", text(&expected.currency)),
            ],
            Self::ReserveExpired { until } => vec![("reserved_until", Fact::Time(*until))],
            Self::MilestoneNotFound { milestone_ref } => {
                vec![("milestone_ref", text(&milestone_ref.as_str()))]
            }
            Self::MilestonesOpen { open } => {
                vec![("open_milestones", texts(open.iter().map(Text::as_str)))]
            }
            Self::EscrowAlreadyExists { escrow } | Self::EscrowNotFound { escrow } => {
                vec![("escrow_id", text(escrow))]
            }
            Self::DisputeAlreadyOpen { dispute } => vec![("dispute_id", text(dispute))],
            Self::WithdrawalNotCommittable { withdrawal, current } => {
                vec![("withdrawal_id", text(withdrawal)), ("current_status", text(&current.as_str()))]
            }
            Self::NotYourTurn { turn } => vec![("turn", text(turn))],
            Self::OfferSuperseded { standing } => vec![("standing_round", text(standing))],
        }
    }
}

fn text(fact: &impl ToString) -> Fact {
    Fact::Text(fact.to_string())
}

fn texts<T: ToString>(facts: impl Iterator<Item = T>) -> Fact {
    Fact::Texts(facts.map(|fact| fact.to_string()).collect())
}
