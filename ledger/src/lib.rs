//! Palaver's ledger: double entry in whole minor units, append-only, shaped like TigerBeetle's.
//!
//! No I/O, no clock, no randomness. An operation makes a [`Posting`]: a few transfers that a store applies and writes, all
//! or none. Money that waits for a decision is a value of its own ([`Hold`], [`Escrowed`]), which the decision consumes. None is
//! made but by [`Funds::read`] from the few transfers that a store has of a subject, so that nothing is settled that was not
//! written. [`Tally`] folds a whole log and proves it.
//!
//! ```
//! use ledger::{Account, Book, Funds, Posted, Pot, Rail};
//! use protocol::{Amount, Currency, Money, OrderId, TopUpId, UserId};
//!
//! let usd = |text| Money::parse(text, Currency::Usd).expect("an amount");
//! let [buyer, seller] = [1, 2].map(|byte| UserId::from_bytes([byte; 16]));
//! let order = OrderId::from_bytes([3; 16]);
//! let mut book = Book::default();
//!
//! book.post(&ledger::credit(TopUpId::from_bytes([4; 16]), buyer, Rail::MANUAL, usd("100.00"))?)?;
//! book.post(&ledger::hold(order, buyer, usd("80.00"))?)?;
//!
//! // Whoever would settle it has to find it where it waits.
//! let Some(Funds::HeldForOrder(hold)) = book.funds(order) else { panic!("nothing is held") };
//! book.post(&hold.post())?;
//! let Some(Funds::Escrowed(escrowed)) = book.funds(order) else { panic!("it is not funded") };
//! let release = escrowed.release(seller, usd("2.00").amount)?;
//! assert_eq!(book.post(&release), Ok(Posted::Now));
//! assert_eq!(book.post(&release), Ok(Posted::Before));
//!
//! let available = Account { pot: Pot::Available(seller), currency: Currency::Usd };
//! assert_eq!(book.balance(available).amount(), Some(usd("78.00").amount));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

mod account;
mod balance;
mod book;
mod escrow;
mod funds;
mod hold;
mod posting;
mod rail;
mod reason;
mod refusal;
mod send;
mod subject;
mod tally;
mod top_up;
mod transfer;

pub use account::{Account, ParseAccountError, Pot};
pub use balance::Balance;
pub use book::{Book, Posted};
pub use escrow::{Escrowed, Split};
pub use funds::{Funds, Leaving};
pub use hold::{Hold, Purpose, hold};
pub use posting::{Balances, Posting};
pub use rail::{ParseRailError, Rail};
pub use reason::{ParseReasonError, Reason, Stage};
pub use refusal::Refusal;
pub use send::send;
pub use subject::{ParseSubjectError, Subject};
pub use tally::{Fault, Tally};
pub use top_up::{Credited, credit};
pub use transfer::{Transfer, TransferKey};
