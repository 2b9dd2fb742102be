//! What happens to top-ups.

use protocol::{Money, TopUpId, UserId};

use crate::actor::Actor;
use crate::text::Text;

/// What happens to top-ups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopUpEvent {
    /// There is a new one.
    Created {
        /// Which top-up.
        top_up: TopUpId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
    },
    /// Its owner has to confirm it.
    ConfirmationRequired {
        /// Which top-up.
        top_up: TopUpId,
        /// Where, if there is a page for that.
        confirmation_uri: Option<Text>,
    },
    /// The money is on its way.
    Processing {
        /// Which top-up.
        top_up: TopUpId,
        /// What the provider calls it.
        reference: Option<Text>,
    },
    /// The money came.
    Succeeded {
        /// Which top-up.
        top_up: TopUpId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
        /// What the provider calls it.
        reference: Option<Text>,
    },
    /// The money will not come.
    Failed {
        /// Which top-up.
        top_up: TopUpId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
        /// Why.
        reason: Text,
        /// What the provider calls that.
        error_code: Option<Text>,
        /// What the provider calls it.
        reference: Option<Text>,
    },
    /// It was called off.
    Canceled {
        /// Which top-up.
        top_up: TopUpId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
        /// By whom.
        canceled_by: Actor,
        /// Why.
        reason: Option<Text>,
    },
}

impl TopUpEvent {
    /// What it is told as.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "topup.created",
            Self::ConfirmationRequired { .. } => "topup.confirmation_required",
            Self::Processing { .. } => "topup.processing",
            Self::Succeeded { .. } => "topup.succeeded",
            Self::Failed { .. } => "topup.failed",
            Self::Canceled { .. } => "topup.canceled",
        }
    }
}
