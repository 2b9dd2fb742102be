//! A transfer: so much from one account to another, for a reason, and never changed.

use std::fmt;

use protocol::Money;

use crate::{Account, Pot, Reason, Stage, Subject};

/// What money moved, from where to where, and why. Both accounts are of the money's currency.
///
/// Plain words, as a store keeps them. What makes one is a [`Posting`](crate::Posting); what judges one that was stored is
/// [`Funds`](crate::Funds) for its subject and [`Tally`](crate::Tally) for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// What it belongs to.
    pub subject: Subject,
    /// What it was for.
    pub reason: Reason,
    /// The how-manieth of its posting, from 0.
    pub leg: u8,
    /// What it took from.
    pub debit: Pot,
    /// What it gave to.
    pub credit: Pot,
    /// How much, of which currency.
    pub money: Money,
}

/// What names a transfer. It follows from what is done, so that a repetition cannot have another; and whatever else would
/// settle the same stage of the same subject begins with the same one. A store keeps it unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferKey {
    /// What it belongs to.
    pub subject: Subject,
    /// At which stage of its life.
    pub stage: Stage,
    /// The how-manieth of its posting, from 0.
    pub leg: u8,
}

impl Transfer {
    /// What names it.
    pub const fn key(&self) -> TransferKey {
        TransferKey { subject: self.subject, stage: self.reason.stage(), leg: self.leg }
    }

    /// The account that it took from.
    pub const fn debited(&self) -> Account {
        Account { pot: self.debit, currency: self.money.currency }
    }

    /// The account that it gave to.
    pub const fn credited(&self) -> Account {
        Account { pot: self.credit, currency: self.money.currency }
    }
}

impl fmt::Display for TransferKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}", self.subject, self.stage.code(), self.leg)
    }
}
