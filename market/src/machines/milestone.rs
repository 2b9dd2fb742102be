//! The milestone: a part of an order that is delivered by itself. Moved by its order alone.

use crate::machine::Machine;
use crate::words::words;

words! {
    /// How far a milestone is.
    MilestoneStatus {
        /// To be delivered.
        Open = "OPEN",
        /// Delivered, as the seller says.
        Completed = "COMPLETED",
    }
}

words! {
    /// What happens to a milestone.
    MilestoneVerb {
        /// It is delivered.
        Complete = "complete",
    }
}

/// The milestone's machine.
pub const MILESTONE: Machine<MilestoneStatus, MilestoneVerb> = Machine {
    name: "milestone",
    start: MilestoneStatus::Open,
    edges: &[(MilestoneStatus::Open, MilestoneVerb::Complete, MilestoneStatus::Completed)],
    compensations: &[],
};
