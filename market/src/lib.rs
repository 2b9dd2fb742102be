//! What Palaver's traders may do: listings, offers, orders, escrow, disputes, top-ups and withdrawals as machines.
//!
//! No I/O, no clock, no randomness.

#![warn(missing_docs)]

pub mod actor;
pub mod machine;
pub mod machines;
pub mod picture;
mod refusal;
pub mod words;

pub use actor::Actor;
pub use refusal::Refusal;
