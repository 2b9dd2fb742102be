//! What a step comes to is taken over: its money is moved, and what happened is told.

use market::{Event, Step};
use protocol::UserId;

use super::books::Books;
use super::carry_out::{Change, Stop};
use super::money;
use super::payloads::Payload;

/// Something that happened, as it is told.
pub(super) struct Telling {
    /// Which thing it happened to.
    pub(super) about: String,
    /// Who hears of it. Balances in it are the first one's: the second is not told them.
    pub(super) parties: [Option<UserId>; 2],
    /// What is told.
    pub(super) payload: Payload,
}

impl Telling {
    fn tell<B: Books>(self, change: &mut Change<'_, B>) -> Result<(), Stop> {
        change.tell(&self.about, self.parties, &self.payload)
    }
}

/// Moves what a step moves, and tells what happened, with what its parties have by then.
pub(super) fn take<A, B: Books>(
    change: &mut Change<'_, B>,
    step: &Step<A>,
    told: impl Fn(&B, &A, &Event) -> Result<Option<Telling>, Stop>,
) -> Result<(), Stop> {
    let balances = money::carry(change, &step.moves)?;
    for event in &step.events {
        if let Some(told) = told(change.books, &step.next, event)? {
            debug_assert_eq!(told.payload.belongs_to().0, event.name(), "one event, one name");
            told.tell(change)?;
        }
    }
    balances.into_iter().try_for_each(|told| told.tell(change))
}
