//! A dispute, as its order holds it.

use protocol::{DisputeId, Money, Timestamp};

use crate::actor::Party;
use crate::machine::IllegalMove;
use crate::machines::{DISPUTE, DisputeStatus, DisputeVerb};
use crate::text::Text;
use crate::words::words;

words! {
    /// Why there is a dispute.
    DisputeReason {
        /// Nothing came.
        NotDelivered = "NOT_DELIVERED",
        /// It is not what was agreed.
        QualityIssue = "QUALITY_ISSUE",
        /// Something else.
        Other = "OTHER",
    }
}

/// Who gets the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The seller, all of it.
    FullRelease,
    /// The buyer, all of it.
    FullRefund,
    /// Each a part; together they are all of it.
    Split {
        /// The seller's part.
        to_seller: Money,
        /// The buyer's part.
        to_buyer: Money,
    },
}

impl Decision {
    /// As it is told: `FULL_RELEASE`, `FULL_REFUND`, `SPLIT`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FullRelease => "FULL_RELEASE",
            Self::FullRefund => "FULL_REFUND",
            Self::Split { .. } => "SPLIT",
        }
    }
}

/// A disagreement over an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Which.
    pub id: DisputeId,
    /// How far it is.
    pub status: DisputeStatus,
    /// Who asked for an arbiter.
    pub opened_by: Party,
    /// Why.
    pub reason: DisputeReason,
    /// What they say.
    pub message: Option<Text>,
    /// What shows it.
    pub evidence: Vec<Text>,
    /// Since when.
    pub opened_at: Timestamp,
    /// Who looks into it.
    pub assignee: Option<Text>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// What the arbiter says to it.
    pub decision_note: Option<Text>,
    /// When it was decided.
    pub resolved_at: Option<Timestamp>,
}

impl Dispute {
    pub(crate) fn go(&mut self, verb: DisputeVerb) -> Result<(), IllegalMove> {
        self.status = self.next(verb)?;
        Ok(())
    }

    /// How it stands once it went on so, if it may.
    pub(crate) fn next(&self, verb: DisputeVerb) -> Result<DisputeStatus, IllegalMove> {
        DISPUTE.next(self.status, verb)
    }
}
