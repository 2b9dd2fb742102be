//! Why something is not done: a stable code, a sentence, and facts. A refused command changes nothing.

use crate::actor::Actor;
use crate::machine::IllegalMove;

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot be done as things stand.
    #[error(transparent)]
    InvalidState(#[from] IllegalMove),
    /// Others may do this.
    #[error("{} may not do this", .actor)]
    Forbidden {
        /// Who tried.
        actor: Actor,
        /// Who may.
        allowed: Vec<Actor>,
    },
}
