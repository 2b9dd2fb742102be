//! Every machine: its states, its verbs, its two tables, and who may do what.

mod dispute;
mod escrow;
mod listing;
mod milestone;
mod offer;
mod order;
mod top_up;
mod withdrawal;

pub use dispute::{DISPUTE, DisputeStatus, DisputeVerb};
pub use escrow::{ESCROW, EscrowStatus, EscrowVerb};
pub use listing::{LISTING, LISTING_PERMISSIONS, ListingStatus, ListingVerb};
pub use milestone::{MILESTONE, MilestoneStatus, MilestoneVerb};
pub use offer::{OFFER, OFFER_PERMISSIONS, OfferStatus, OfferVerb};
pub use order::{ORDER, ORDER_PERMISSIONS, OrderStatus, OrderVerb};
pub use top_up::{TOP_UP, TOP_UP_PERMISSIONS, TopUpStatus, TopUpVerb};
pub use withdrawal::{WITHDRAWAL, WITHDRAWAL_PERMISSIONS, WithdrawalStatus, WithdrawalVerb};
