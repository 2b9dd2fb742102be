//! What a transfer was for, and at which stage of its subject's life that is.

use std::fmt;
use std::str::FromStr;

/// What a transfer was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Money came in.
    TopUp,
    /// The rail took back what had come in.
    ChargeBack,
    /// Money was set aside: a pending transfer.
    Hold,
    /// A hold's money went where it was held for.
    Post,
    /// A hold's money went back, since what it was held for is off.
    Void,
    /// A hold's money went back, since nobody settled it in time.
    Expire,
    /// Money left escrow for the seller.
    Release,
    /// Money left escrow for the buyer.
    Refund,
    /// Money left escrow for the space.
    Fee,
    /// One user gave it to another.
    Send,
}

/// The stages of a subject's life. Each comes at most once, in one of its ways: this is what makes a settlement single.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The top-up came in, the hold was placed, or the money was sent.
    Opened,
    /// The top-up was charged back, or the hold was posted, voided or expired.
    Settled,
    /// The money in escrow was released, refunded or split.
    Closed,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::TopUp,
        Self::ChargeBack,
        Self::Hold,
        Self::Post,
        Self::Void,
        Self::Expire,
        Self::Release,
        Self::Refund,
        Self::Fee,
        Self::Send,
    ];

    /// How it is written: `charge_back`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::ChargeBack => "charge_back",
            Self::Hold => "hold",
            Self::Post => "post",
            Self::Void => "void",
            Self::Expire => "expire",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Fee => "fee",
            Self::Send => "send",
        }
    }

    /// The stage that it belongs to.
    pub const fn stage(self) -> Stage {
        match self {
            Self::TopUp | Self::Hold | Self::Send => Stage::Opened,
            Self::ChargeBack | Self::Post | Self::Void | Self::Expire => Stage::Settled,
            Self::Release | Self::Refund | Self::Fee => Stage::Closed,
        }
    }
}

impl Stage {
    /// How it is written: `settled`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Settled => "settled",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

/// Why a text is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected what a transfer was for, such as `release`")]
pub struct ParseReasonError;

impl FromStr for Reason {
    type Err = ParseReasonError;

    fn from_str(text: &str) -> Result<Self, ParseReasonError> {
        Self::ALL.into_iter().find(|reason| reason.code() == text).ok_or(ParseReasonError)
    }
}
