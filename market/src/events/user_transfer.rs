//! What happens to money between users.

use protocol::{Money, TransferId, UserId};

use crate::text::Text;

/// What happens to money between users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserTransferEvent {
    /// One user sent it to another.
    Sent {
        /// Which transfer.
        transfer: TransferId,
        /// Whose it was.
        from: UserId,
        /// Whose it is.
        to: UserId,
        /// How much.
        money: Money,
        /// What the sender said to it.
        note: Option<Text>,
    },
}

impl UserTransferEvent {
    /// What it is told as.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "transfer.sent",
        }
    }
}
