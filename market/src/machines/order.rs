//! The order: from its terms to its end.

use OrderStatus as S;
use OrderVerb as V;

use crate::actor::{Actor, Permissions};
use crate::machine::Machine;
use crate::words::words;

words! {
    /// How far an order is.
    OrderStatus {
        /// Agreed, nothing paid.
        Created = "ORDER_CREATED",
        /// The buyer's money is set aside.
        FundsReserved = "FUNDS_RESERVED",
        /// An escrow is being made.
        EscrowCreating = "ESCROW_CREATING",
        /// The escrow is there and waits for the money.
        EscrowFunding = "ESCROW_FUNDING",
        /// The money is in escrow. No order rests here: it goes on within the same step.
        EscrowFunded = "ESCROW_FUNDED",
        /// The seller delivers.
        InProgress = "IN_PROGRESS",
        /// The money is on its way to the seller.
        ReleaseRequested = "RELEASE_REQUESTED",
        /// The money is on its way back to the buyer.
        RefundRequested = "REFUND_REQUESTED",
        /// They disagree: nothing moves until it is decided.
        Disputed = "DISPUTED",
        /// The seller has the money, or each side its part.
        Released = "RELEASED",
        /// The buyer has the money back.
        Refunded = "REFUNDED",
        /// Over.
        Closed = "CLOSED",
    }
}

words! {
    /// What happens to an order.
    OrderVerb {
        /// Set the buyer's money aside.
        Reserve = "reserve",
        /// Call it off before there is an escrow.
        Cancel = "cancel",
        /// Give up money that was set aside for too long.
        ExpireReserve = "expire_reserve",
        /// Have an escrow made.
        CreateEscrow = "create_escrow",
        /// The escrow was made.
        EscrowCreated = "escrow_created",
        /// No escrow could be made.
        EscrowFailed = "escrow_failed",
        /// Have the money moved into the escrow.
        Fund = "fund",
        /// The money is there.
        Funded = "funded",
        /// The money could not be moved there.
        FundFailed = "fund_failed",
        /// Work begins.
        Begin = "begin",
        /// A part is delivered.
        CompleteMilestone = "complete_milestone",
        /// Have the seller paid.
        RequestRelease = "request_release",
        /// The seller was paid.
        Released = "released",
        /// The seller could not be paid.
        ReleaseFailed = "release_failed",
        /// Have the buyer paid back.
        RequestRefund = "request_refund",
        /// The buyer was paid back.
        Refunded = "refunded",
        /// The buyer could not be paid back.
        RefundFailed = "refund_failed",
        /// Ask for an arbiter.
        OpenDispute = "open_dispute",
        /// An arbiter takes it up.
        Assign = "assign",
        /// The arbiter gives all to the seller.
        ResolveRelease = "resolve_release",
        /// The arbiter gives all to the buyer.
        ResolveRefund = "resolve_refund",
        /// The arbiter gives each a part.
        ResolveSplit = "resolve_split",
        /// Both have their parts.
        SplitPaid = "split_paid",
        /// Nothing is left to do.
        Close = "close",
    }
}

/// The order's machine.
pub const ORDER: Machine<OrderStatus, OrderVerb> = Machine {
    name: "order",
    start: S::Created,
    edges: &[
        (S::Created, V::Reserve, S::FundsReserved),
        (S::Created, V::Cancel, S::Closed),
        (S::FundsReserved, V::CreateEscrow, S::EscrowCreating),
        (S::FundsReserved, V::Cancel, S::Closed),
        (S::FundsReserved, V::ExpireReserve, S::Closed),
        (S::EscrowCreating, V::EscrowCreated, S::EscrowFunding),
        (S::EscrowFunding, V::Fund, S::EscrowFunding),
        (S::EscrowFunding, V::Funded, S::EscrowFunded),
        (S::EscrowFunded, V::Begin, S::InProgress),
        (S::InProgress, V::CompleteMilestone, S::InProgress),
        (S::InProgress, V::RequestRelease, S::ReleaseRequested),
        (S::InProgress, V::RequestRefund, S::RefundRequested),
        (S::InProgress, V::OpenDispute, S::Disputed),
        (S::ReleaseRequested, V::Released, S::Released),
        (S::RefundRequested, V::Refunded, S::Refunded),
        (S::Disputed, V::Assign, S::Disputed),
        (S::Disputed, V::ResolveSplit, S::Disputed),
        (S::Disputed, V::SplitPaid, S::Released),
        (S::Disputed, V::Released, S::Released),
        (S::Disputed, V::Refunded, S::Refunded),
        (S::Released, V::Close, S::Closed),
        (S::Refunded, V::Close, S::Closed),
    ],
    compensations: &[
        (S::EscrowCreating, V::EscrowFailed, S::FundsReserved),
        (S::EscrowFunding, V::FundFailed, S::FundsReserved),
        (S::ReleaseRequested, V::ReleaseFailed, S::InProgress),
        (S::RefundRequested, V::RefundFailed, S::InProgress),
        (S::Disputed, V::ResolveRelease, S::ReleaseRequested),
        (S::Disputed, V::ResolveRefund, S::RefundRequested),
    ],
};

/// Who may do what to an order. Neither side settles in its own favour: the buyer gives to the seller, the seller to the buyer,
/// and only an arbiter either way.
pub const ORDER_PERMISSIONS: Permissions<OrderVerb> = &[
    (V::Reserve, &[Actor::Buyer]),
    (V::Cancel, &[Actor::Buyer, Actor::Seller, Actor::Support]),
    (V::ExpireReserve, &[Actor::Relay]),
    (V::CreateEscrow, &[Actor::Buyer]),
    (V::EscrowCreated, &[Actor::Relay, Actor::Provider]),
    (V::EscrowFailed, &[Actor::Relay, Actor::Provider]),
    (V::Fund, &[Actor::Buyer]),
    (V::Funded, &[Actor::Relay, Actor::Provider]),
    (V::FundFailed, &[Actor::Relay, Actor::Provider]),
    (V::Begin, &[Actor::Relay]),
    (V::CompleteMilestone, &[Actor::Seller]),
    (V::RequestRelease, &[Actor::Buyer]),
    (V::Released, &[Actor::Relay, Actor::Provider]),
    (V::ReleaseFailed, &[Actor::Relay, Actor::Provider]),
    (V::RequestRefund, &[Actor::Seller]),
    (V::Refunded, &[Actor::Relay, Actor::Provider]),
    (V::RefundFailed, &[Actor::Relay, Actor::Provider]),
    (V::OpenDispute, &[Actor::Buyer, Actor::Seller]),
    (V::Assign, &[Actor::Support]),
    (V::ResolveRelease, &[Actor::Support]),
    (V::ResolveRefund, &[Actor::Support]),
    (V::ResolveSplit, &[Actor::Support]),
    (V::SplitPaid, &[Actor::Relay, Actor::Provider]),
    (V::Close, &[Actor::Relay]),
];
