//! What happened, as it is told: names and facts. How they are written is the edge's matter, which also adds the balances that
//! only a ledger knows.

mod dispute;
mod escrow;
mod listing;
mod offer;
mod order;
mod top_up;
mod user_transfer;
mod withdrawal;

pub use dispute::DisputeEvent;
pub use escrow::EscrowEvent;
pub use listing::ListingEvent;
pub use offer::OfferEvent;
pub use order::OrderEvent;
pub use top_up::TopUpEvent;
pub use user_transfer::UserTransferEvent;
pub use withdrawal::WithdrawalEvent;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A dispute's.
    Dispute(DisputeEvent),
    /// An escrow's.
    Escrow(EscrowEvent),
    /// A listing's.
    Listing(ListingEvent),
    /// An offer's.
    Offer(OfferEvent),
    /// An order's.
    Order(OrderEvent),
    /// A top-up's.
    TopUp(TopUpEvent),
    /// Of money between users.
    UserTransfer(UserTransferEvent),
    /// A withdrawal's.
    Withdrawal(WithdrawalEvent),
}

impl Event {
    /// What it is told as: `order.created`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Dispute(event) => event.name(),
            Self::Escrow(event) => event.name(),
            Self::Listing(event) => event.name(),
            Self::Offer(event) => event.name(),
            Self::Order(event) => event.name(),
            Self::TopUp(event) => event.name(),
            Self::UserTransfer(event) => event.name(),
            Self::Withdrawal(event) => event.name(),
        }
    }
}

impl From<DisputeEvent> for Event {
    fn from(event: DisputeEvent) -> Self {
        Self::Dispute(event)
    }
}

impl From<EscrowEvent> for Event {
    fn from(event: EscrowEvent) -> Self {
        Self::Escrow(event)
    }
}

impl From<ListingEvent> for Event {
    fn from(event: ListingEvent) -> Self {
        Self::Listing(event)
    }
}

impl From<OfferEvent> for Event {
    fn from(event: OfferEvent) -> Self {
        Self::Offer(event)
    }
}

impl From<OrderEvent> for Event {
    fn from(event: OrderEvent) -> Self {
        Self::Order(event)
    }
}

impl From<TopUpEvent> for Event {
    fn from(event: TopUpEvent) -> Self {
        Self::TopUp(event)
    }
}

impl From<UserTransferEvent> for Event {
    fn from(event: UserTransferEvent) -> Self {
        Self::UserTransfer(event)
    }
}

impl From<WithdrawalEvent> for Event {
    fn from(event: WithdrawalEvent) -> Self {
        Self::Withdrawal(event)
    }
}
