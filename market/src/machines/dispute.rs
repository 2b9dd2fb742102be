//! The dispute: a disagreement over an order. Moved by its order alone.

use DisputeStatus as S;
use DisputeVerb as V;

use crate::machine::Machine;
use crate::words::words;

words! {
    /// How far a dispute is.
    DisputeStatus {
        /// Waits for an arbiter.
        Open = "OPEN",
        /// An arbiter looks into it.
        UnderReview = "UNDER_REVIEW",
        /// Decided.
        Resolved = "RESOLVED",
    }
}

words! {
    /// What happens to a dispute.
    DisputeVerb {
        /// An arbiter takes it up, or takes it over.
        Assign = "assign",
        /// The arbiter decides.
        Resolve = "resolve",
        /// The provider says that the money went to one side already.
        Overtake = "overtake",
    }
}

/// The dispute's machine.
pub const DISPUTE: Machine<DisputeStatus, DisputeVerb> = Machine {
    name: "dispute",
    start: S::Open,
    edges: &[
        (S::Open, V::Assign, S::UnderReview),
        (S::UnderReview, V::Assign, S::UnderReview),
        (S::UnderReview, V::Resolve, S::Resolved),
    ],
    compensations: &[(S::Open, V::Overtake, S::Resolved), (S::UnderReview, V::Overtake, S::Resolved)],
};
