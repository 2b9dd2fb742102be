//! Money that one user sends another: done as soon as it is asked for, and never undone.

use protocol::{Money, Timestamp, TransferId, UserId};

use crate::events::UserTransferEvent;
use crate::moves::Move;
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;
use crate::validation::Validation;

/// Money that one user sent another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTransfer {
    /// Which.
    pub id: TransferId,
    /// Whose it was.
    pub from: UserId,
    /// Whose it is.
    pub to: UserId,
    /// How much.
    pub money: Money,
    /// What the sender said to it.
    pub note: Option<Text>,
    /// When it was sent.
    pub created_at: Timestamp,
}

impl UserTransfer {
    /// Sends it.
    pub fn send(
        id: TransferId,
        [from, to]: [UserId; 2],
        money: Money,
        note: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let mut validation = Validation::default();
        validation.require(from != to, "to_user_id", "expected somebody else than who sends it");
        validation.amount("amount", money);
        validation.note("note", note.as_ref());
        validation.finish()?;
        let transfer = Self { id, from, to, money, note: note.clone(), created_at: now };
        Ok(Step::changed(transfer)
            .movement(Move::Send { transfer: id, from, to, money })
            .event(UserTransferEvent::Sent { transfer: id, from, to, money, note }))
    }
}
