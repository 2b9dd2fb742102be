//! What happens to orders.

use protocol::{DisputeId, EscrowId, Money, OrderId, Timestamp, UserId};

use crate::actor::{Actor, Party};
use crate::dispute::DisputeReason;
use crate::machines::OrderStatus;
use crate::text::Text;

/// What happens to orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderEvent {
    /// There is a new one.
    Created {
        /// Which order.
        order: OrderId,
        /// Who pays.
        buyer: UserId,
        /// Who delivers.
        seller: UserId,
        /// The price.
        money: Money,
        /// What is bought.
        title: Text,
        /// What else is said of it.
        description: Option<Text>,
        /// What its maker calls it.
        client_ref: Option<Text>,
    },
    /// The money is set aside.
    FundsReserved {
        /// Which order.
        order: OrderId,
        /// Who pays.
        buyer: UserId,
        /// How much.
        money: Money,
    },
    /// An escrow is being made.
    EscrowCreating {
        /// Which order.
        order: OrderId,
        /// Which escrow.
        escrow: EscrowId,
        /// How much.
        money: Money,
    },
    /// The escrow waits for the money.
    EscrowFunding {
        /// Which order.
        order: OrderId,
        /// Which escrow.
        escrow: EscrowId,
        /// What the provider calls it.
        reference: Option<Text>,
        /// How much.
        money: Money,
    },
    /// The money is in escrow.
    EscrowFunded {
        /// Which order.
        order: OrderId,
        /// Which escrow.
        escrow: EscrowId,
        /// What the provider calls it.
        reference: Option<Text>,
        /// How much.
        money: Money,
        /// When.
        funded_at: Timestamp,
    },
    /// The seller delivers.
    InProgress {
        /// Which order.
        order: OrderId,
        /// Which escrow.
        escrow: EscrowId,
    },
    /// The seller is to be paid.
    ReleaseRequested {
        /// Which order.
        order: OrderId,
        /// By whom.
        requested_by: Actor,
        /// Why, if that was said.
        reason: Option<Text>,
        /// When.
        requested_at: Timestamp,
    },
    /// The buyer is to be paid back.
    RefundRequested {
        /// Which order.
        order: OrderId,
        /// By whom.
        requested_by: Actor,
        /// Why, if that was said.
        reason: Option<Text>,
        /// When.
        requested_at: Timestamp,
    },
    /// The seller was paid.
    Released {
        /// Which order.
        order: OrderId,
        /// Who delivers.
        seller: UserId,
        /// How much.
        money: Money,
        /// When.
        released_at: Timestamp,
    },
    /// The buyer was paid back.
    Refunded {
        /// Which order.
        order: OrderId,
        /// Who pays.
        buyer: UserId,
        /// How much.
        money: Money,
        /// When.
        refunded_at: Timestamp,
    },
    /// The two disagree.
    Disputed {
        /// Which order.
        order: OrderId,
        /// Which dispute.
        dispute: DisputeId,
        /// By whom.
        opened_by: Party,
        /// Why.
        reason: DisputeReason,
        /// When.
        opened_at: Timestamp,
    },
    /// It is over.
    Closed {
        /// Which order.
        order: OrderId,
        /// How it ended: how far it was.
        final_status: OrderStatus,
        /// When.
        closed_at: Timestamp,
    },
    /// It was called off.
    Canceled {
        /// Which order.
        order: OrderId,
        /// Who pays.
        buyer: UserId,
        /// By whom.
        canceled_by: Actor,
        /// Why.
        reason: Option<Text>,
        /// When.
        canceled_at: Timestamp,
        /// Whether money that was set aside is available again.
        is_reserve_given_back: bool,
    },
}

impl OrderEvent {
    /// What it is told as.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "order.created",
            Self::FundsReserved { .. } => "order.funds_reserved",
            Self::EscrowCreating { .. } => "order.escrow_creating",
            Self::EscrowFunding { .. } => "order.escrow_funding",
            Self::EscrowFunded { .. } => "order.escrow_funded",
            Self::InProgress { .. } => "order.in_progress",
            Self::ReleaseRequested { .. } => "order.release_requested",
            Self::RefundRequested { .. } => "order.refund_requested",
            Self::Released { .. } => "order.released",
            Self::Refunded { .. } => "order.refunded",
            Self::Disputed { .. } => "order.disputed",
            Self::Closed { .. } => "order.closed",
            Self::Canceled { .. } => "order.canceled",
        }
    }
}
