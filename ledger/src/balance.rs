//! What an account comes to: everything credited to it, less everything debited from it.

use protocol::Amount;
use protocol::limits::AMOUNT_MINOR_MAX;

/// Minor units in an account, below zero where it owes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Balance(i64);

/// An amount as a balance counts.
const fn signed(amount: Amount) -> i64 {
    const { assert!(AMOUNT_MINOR_MAX <= i64::MAX as u64) };
    amount.minor().cast_signed()
}

impl Balance {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many minor units.
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    /// The minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The balance as an amount, if it is one: neither below zero nor above what an amount can be.
    pub const fn amount(self) -> Option<Amount> {
        if self.0 < 0 { None } else { Amount::from_minor(self.0.cast_unsigned()) }
    }

    pub(crate) fn plus(self, amount: Amount) -> Option<Self> {
        self.0.checked_add(signed(amount)).map(Self)
    }

    pub(crate) fn minus(self, amount: Amount) -> Option<Self> {
        self.0.checked_sub(signed(amount)).map(Self)
    }
}
