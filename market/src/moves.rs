//! Money to be moved, as plain values. Whoever keeps the ledger carries them out in the transaction that stores the step.

use protocol::{Money, OrderId, TopUpId, TransferId, UserId, WithdrawalId};

/// Money to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// From what the buyer has available to what is set aside for an order.
    Reserve {
        /// For what.
        order: OrderId,
        /// Whose.
        buyer: UserId,
        /// How much.
        money: Money,
    },
    /// Back to what the buyer has available.
    CancelReserve {
        /// For what it was.
        order: OrderId,
        /// Whose.
        buyer: UserId,
        /// How much.
        money: Money,
    },
    /// The same, since no escrow came in time.
    ExpireReserve {
        /// For what it was.
        order: OrderId,
        /// Whose.
        buyer: UserId,
        /// How much.
        money: Money,
    },
    /// From what is set aside into the escrow.
    Fund {
        /// Of what.
        order: OrderId,
        /// Whose it was.
        buyer: UserId,
        /// How much.
        money: Money,
    },
    /// From the escrow to the seller.
    Release {
        /// Of what.
        order: OrderId,
        /// Who gets it.
        seller: UserId,
        /// How much.
        money: Money,
    },
    /// From the escrow back to the buyer.
    Refund {
        /// Of what.
        order: OrderId,
        /// Who gets it.
        buyer: UserId,
        /// How much.
        money: Money,
    },
    /// From the escrow to both, at once.
    Split {
        /// Of what.
        order: OrderId,
        /// Who gets the first part.
        seller: UserId,
        /// How much that is.
        to_seller: Money,
        /// Who gets the other.
        buyer: UserId,
        /// How much that is.
        to_buyer: Money,
    },
    /// From outside to what the owner has available.
    Credit {
        /// By what.
        top_up: TopUpId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
    },
    /// From what one user has available to what another has.
    Send {
        /// By what.
        transfer: TransferId,
        /// Whose it was.
        from: UserId,
        /// Who gets it.
        to: UserId,
        /// How much.
        money: Money,
    },
    /// From what the owner has available to what is on hold.
    Hold {
        /// For what.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
    },
    /// What is on hold leaves.
    PostHold {
        /// For what.
        withdrawal: WithdrawalId,
        /// Whose it was.
        owner: UserId,
        /// How much.
        money: Money,
    },
    /// What is on hold is available again.
    VoidHold {
        /// For what it was.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
    },
    /// The same, since nobody committed it in time.
    ExpireHold {
        /// For what it was.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
    },
}
