//! One decision.

use crate::events::Event;
use crate::moves::Move;
use crate::refusal::Refusal;

/// What a decision comes to. Nothing of it has happened until it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "store `next`, `events` and `moves` in one transaction, then act"]
pub struct Step<A> {
    /// How it is from now on.
    pub next: A,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The money that this moves.
    pub moves: Vec<Move>,
    /// Whether it is other than before. A command that was carried out already changes nothing.
    pub is_changed: bool,
}

impl<A> Step<A> {
    pub(crate) fn changed(next: A) -> Self {
        Self { next, events: vec![], moves: vec![], is_changed: true }
    }

    pub(crate) fn unchanged(next: A) -> Self {
        Self { next, events: vec![], moves: vec![], is_changed: false }
    }

    pub(crate) fn event(mut self, event: impl Into<Event>) -> Self {
        self.events.push(event.into());
        self
    }

    pub(crate) fn movement(mut self, movement: Move) -> Self {
        self.moves.push(movement);
        self
    }

    /// Decides once more from where this one ends, as one step: both are stored, or neither.
    pub fn then(self, decide: impl FnOnce(&A) -> Result<Self, Refusal>) -> Result<Self, Refusal> {
        let second = decide(&self.next)?;
        Ok(Self {
            next: second.next,
            events: [self.events, second.events].concat(),
            moves: [self.moves, second.moves].concat(),
            is_changed: self.is_changed || second.is_changed,
        })
    }
}
