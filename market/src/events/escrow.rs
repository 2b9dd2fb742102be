//! What happens to escrows.

use protocol::{EscrowId, Money, OrderId, Timestamp, UserId};

use crate::text::Text;

/// What happens to escrows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EscrowEvent {
    /// It was made.
    Created {
        /// Which escrow.
        escrow: EscrowId,
        /// Which order.
        order: OrderId,
        /// How much.
        money: Money,
    },
    /// The money is on its way in.
    FundingStarted {
        /// Which escrow.
        escrow: EscrowId,
        /// Which order.
        order: OrderId,
        /// What the provider calls it.
        reference: Option<Text>,
        /// How much.
        money: Money,
    },
    /// It holds the money.
    Funded {
        /// Which escrow.
        escrow: EscrowId,
        /// Which order.
        order: OrderId,
        /// What the provider calls it.
        reference: Option<Text>,
        /// How much.
        money: Money,
        /// When.
        funded_at: Timestamp,
    },
    /// A part is delivered.
    MilestoneCompleted {
        /// Which escrow.
        escrow: EscrowId,
        /// Which order.
        order: OrderId,
        /// Which part.
        milestone_ref: Text,
        /// What that is.
        milestone_title: Text,
        /// What it is worth.
        money: Money,
        /// When.
        completed_at: Timestamp,
    },
    /// The seller has the money of it, or its part of a split.
    Released {
        /// Which escrow.
        escrow: EscrowId,
        /// Which order.
        order: OrderId,
        /// Who delivers.
        seller: UserId,
        /// How much.
        money: Money,
        /// When.
        released_at: Timestamp,
    },
    /// The buyer has all the money of it back.
    Refunded {
        /// Which escrow.
        escrow: EscrowId,
        /// Which order.
        order: OrderId,
        /// Who pays.
        buyer: UserId,
        /// How much.
        money: Money,
        /// When.
        refunded_at: Timestamp,
    },
}

impl EscrowEvent {
    /// What it is told as.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "escrow.created",
            Self::FundingStarted { .. } => "escrow.funding_started",
            Self::Funded { .. } => "escrow.funded",
            Self::MilestoneCompleted { .. } => "escrow.milestone_completed",
            Self::Released { .. } => "escrow.released",
            Self::Refunded { .. } => "escrow.refunded",
        }
    }
}
