//! What a step comes to is taken over: its money is moved, and what happened is told.

use market::{Event, Step};
use protocol::UserId;
use serde_json::Value;

use super::books::Books;
use super::carry_out::{Change, Stop};
use super::money;

/// Something that happened, as it is told.
pub(super) struct Telling {
    /// What it is called.
    pub(super) name: &'static str,
    /// The kind of thing that it happened to, and which it is.
    pub(super) about: (&'static str, String),
    /// Who hears of it. Balances in it are the first one's: the second is not told them.
    pub(super) parties: [Option<UserId>; 2],
    /// What is told.
    pub(super) payload: Value,
}

impl Telling {
    fn tell<B: Books>(self, change: &mut Change<'_, B>) -> Result<(), Stop> {
        let Self { name, about: (kind, id), parties, payload } = self;
        change.tell(name, (kind, &id), parties, payload)
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
            told.tell(change)?;
        }
    }
    balances.into_iter().try_for_each(|told| told.tell(change))
}
