//! What happens to listings.

use protocol::{ListingId, UserId};

use crate::actor::Actor;

/// What happens to listings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingEvent {
    /// There is a new one, which its seller alone sees.
    Created {
        /// Which listing.
        listing: ListingId,
        /// Who delivers.
        seller: UserId,
    },
    /// It says something else.
    Edited {
        /// Which listing.
        listing: ListingId,
    },
    /// Everyone may buy it.
    Published {
        /// Which listing.
        listing: ListingId,
    },
    /// It is set aside.
    Paused {
        /// Which listing.
        listing: ListingId,
    },
    /// Everyone may buy it again.
    Resumed {
        /// Which listing.
        listing: ListingId,
    },
    /// An order took it.
    Sold {
        /// Which listing.
        listing: ListingId,
    },
    /// What took it was called off.
    Reopened {
        /// Which listing.
        listing: ListingId,
    },
    /// It is gone.
    Removed {
        /// Which listing.
        listing: ListingId,
        /// By whom.
        removed_by: Actor,
    },
}

impl ListingEvent {
    /// What it is told as.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "listing.created",
            Self::Edited { .. } => "listing.edited",
            Self::Published { .. } => "listing.published",
            Self::Paused { .. } => "listing.paused",
            Self::Resumed { .. } => "listing.resumed",
            Self::Sold { .. } => "listing.sold",
            Self::Reopened { .. } => "listing.reopened",
            Self::Removed { .. } => "listing.removed",
        }
    }
}
