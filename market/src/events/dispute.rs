//! What happens to disputes.

use protocol::{DisputeId, OrderId, Timestamp};

use crate::actor::{Actor, Party};
use crate::dispute::{Decision, DisputeReason};
use crate::text::Text;

/// What happens to disputes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisputeEvent {
    /// It was opened.
    Opened {
        /// Which dispute.
        dispute: DisputeId,
        /// Which order.
        order: OrderId,
        /// By whom.
        opened_by: Party,
        /// Why.
        reason: DisputeReason,
        /// What shows it.
        evidence: Vec<Text>,
        /// When.
        opened_at: Timestamp,
    },
    /// An arbiter looks into it.
    UnderReview {
        /// Which dispute.
        dispute: DisputeId,
        /// Which order.
        order: OrderId,
        /// Who.
        reviewed_by: Text,
        /// When.
        review_started_at: Timestamp,
    },
    /// It is decided.
    Resolved {
        /// Which dispute.
        dispute: DisputeId,
        /// Which order.
        order: OrderId,
        /// How.
        decision: Decision,
        /// What the arbiter says to it.
        decision_note: Option<Text>,
        /// By whom.
        resolved_by: Actor,
        /// When.
        resolved_at: Timestamp,
    },
}

impl DisputeEvent {
    /// What it is told as.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "dispute.opened",
            Self::UnderReview { .. } => "dispute.under_review",
            Self::Resolved { .. } => "dispute.resolved",
        }
    }
}
