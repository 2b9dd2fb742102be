//! What a Palaver client decides: sans-I/O engines, records, ports and the one driver.
//!
//! Start reading at [`driver`]: inputs come in, are decided on in memory, persisted in one transaction, and only then do
//! effects leave. No I/O, no clock, no randomness of its own.

#![warn(missing_docs)]

pub mod driver;
mod engine;
pub mod entropy;
mod linking;
pub mod phrase;
pub mod ports;
mod records;
#[cfg(feature = "testing")]
pub mod testing;
pub mod vault;
pub mod wrapping;

pub use driver::{Driver, Error};
pub use engine::{Effect, Input};
pub use records::RecordError;
