//! What Palaver's traders may do: listings, offers, orders, escrow, disputes, top-ups and withdrawals as machines, and
//! money that one sends another.
//!
//! No I/O, no clock, no randomness: time and ids are arguments. Each thing decides what a command comes to, as a [`Step`]: how it is
//! from then on, what happened, and the money to be moved. Whoever asked stores all of that in one transaction, and acts
//! afterwards. What cannot be done is a [`Refusal`], and changes nothing. Where a state may go stands in the tables of
//! [`machines`], and who may do what beside them.
//!
//! ```
//! use market::{Actor, EscrowTerms, Move, Order, OrderCommand, OrderTerms};
//! use protocol::{Currency, EscrowId, Money, OrderId, Timestamp, UserId};
//!
//! # fn main() -> Result<(), market::Refusal> {
//! let now = Timestamp::from_millis(1_700_000_000_000);
//! let [buyer, seller] = [1, 2].map(|byte| UserId::from_bytes([byte; 16]));
//! let money = Money::parse("80.00", Currency::Usd).expect("an amount");
//! let terms =
//!     OrderTerms { buyer, seller, money, title: "A desk".into(), description: None, milestones: vec![] };
//!
//! let order = Order::create(OrderId::from_bytes([3; 16]), terms, None, now)?.next;
//! let until = now.plus_millis(60_000);
//! let order = order.decide(Actor::Buyer, OrderCommand::Reserve { money, until }, now)?.next;
//!
//! // The escrow is kept on the relay's own ledger: what is asked for is there at once.
//! let (escrow, terms) = (EscrowId::from_bytes([4; 16]), EscrowTerms { is_milestones_required: true });
//! let order = order.create_escrow_on_ledger(Actor::Buyer, escrow, terms, now)?.next;
//! let order = order.fund_on_ledger(Actor::Buyer, now)?.next;
//!
//! // The seller cannot pay itself; the buyer pays.
//! assert_eq!(order.release_on_ledger(Actor::Seller, None, now).unwrap_err().code(), "FORBIDDEN");
//! let step = order.release_on_ledger(Actor::Buyer, None, now)?;
//! assert_eq!(step.moves, [Move::Release { order: order.id, seller, money }]);
//! assert_eq!(step.events.last().expect("events").name(), "order.closed");
//!
//! // Asked again, nothing is paid twice.
//! assert!(!step.next.release_on_ledger(Actor::Buyer, None, now)?.is_changed);
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

pub mod actor;
pub mod events;
pub mod limits;
pub mod machine;
pub mod machines;
pub mod picture;
pub mod words;

mod dispute;
mod escrow;
mod listing;
mod moves;
mod offer;
mod order;
mod refusal;
mod step;
mod text;
mod top_up;
mod user_transfer;
mod validation;
mod withdrawal;

pub use actor::{Actor, Party};
pub use dispute::{Decision, Dispute, DisputeReason};
pub use escrow::{Escrow, EscrowTerms};
pub use events::Event;
pub use listing::{Listing, ListingCommand, ListingContent};
pub use moves::Move;
pub use offer::{Offer, OfferCommand, Proposal};
pub use order::{Milestone, NewDispute, NewMilestone, Order, OrderCommand, OrderTerms, Settlement};
pub use refusal::{Fact, Refusal};
pub use step::Step;
pub use text::Text;
pub use top_up::{Failure, TopUp, TopUpCommand};
pub use user_transfer::UserTransfer;
pub use validation::Problem;
pub use withdrawal::{Destination, DestinationKind, Withdrawal, WithdrawalCommand};
