//! Why the ledger does not do what it is asked.

use protocol::Money;

use crate::Account;

/// Why an operation is not done. It has changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The account does not hold as much.
    #[error("the account does not hold as much")]
    Insufficient {
        /// Which account; a user's own where it is [`Pot::Available`](crate::Pot::Available).
        account: Account,
        /// What it holds.
        available: Money,
        /// What was to be taken from it.
        requested: Money,
    },
    /// The account cannot hold as much.
    #[error("the account cannot hold as much")]
    Overflow {
        /// Which account.
        account: Account,
    },
    /// Nothing was to be moved.
    #[error("an amount has to be more than nothing")]
    Zero,
    /// Money does not go where it is.
    #[error("money is sent to somebody else")]
    ToItself,
    /// The seller would be left with nothing.
    #[error("a fee has to be less than what it is taken from")]
    FeeTooLarge,
    /// The parts are not the whole.
    #[error("the parts of a split have to add up to the whole")]
    UnevenSplit {
        /// What is in escrow.
        whole: Money,
    },
    /// The caller has not said what an account holds.
    #[error("the balance of an account was not looked up")]
    NotLookedUp {
        /// Which account.
        account: Account,
    },
}
