//! The listing: one thing on offer.

use ListingStatus as S;
use ListingVerb as V;

use crate::actor::{Actor, Permissions};
use crate::machine::Machine;
use crate::words::words;

words! {
    /// How far a listing is.
    ListingStatus {
        /// Only its seller sees it.
        Draft = "DRAFT",
        /// Everyone sees it and may buy it.
        Active = "ACTIVE",
        /// Set aside by its seller; nobody can buy it.
        Paused = "PAUSED",
        /// An order took it.
        Sold = "SOLD",
        /// Gone for good.
        Removed = "REMOVED",
    }
}

words! {
    /// What happens to a listing.
    ListingVerb {
        /// Change what it says.
        Edit = "edit",
        /// Show it to everyone.
        Publish = "publish",
        /// Set it aside.
        Pause = "pause",
        /// Offer it again.
        Resume = "resume",
        /// An order takes it.
        Sell = "sell",
        /// The order that took it was called off before any money was in escrow.
        Reopen = "reopen",
        /// Take it away.
        Remove = "remove",
    }
}

/// The listing's machine. What was sold is part of an order: it is neither edited nor removed. What is paused is not sold, so
/// that a seller who sets it aside can rely on it.
pub const LISTING: Machine<ListingStatus, ListingVerb> = Machine {
    name: "listing",
    start: S::Draft,
    edges: &[
        (S::Draft, V::Edit, S::Draft),
        (S::Draft, V::Publish, S::Active),
        (S::Draft, V::Remove, S::Removed),
        (S::Active, V::Edit, S::Active),
        (S::Active, V::Pause, S::Paused),
        (S::Active, V::Sell, S::Sold),
        (S::Active, V::Remove, S::Removed),
        (S::Paused, V::Edit, S::Paused),
        (S::Paused, V::Resume, S::Active),
        (S::Paused, V::Remove, S::Removed),
    ],
    compensations: &[(S::Sold, V::Reopen, S::Active)],
};

/// Who may do what to a listing.
pub const LISTING_PERMISSIONS: Permissions<ListingVerb> = &[
    (V::Edit, &[Actor::Seller]),
    (V::Publish, &[Actor::Seller]),
    (V::Pause, &[Actor::Seller]),
    (V::Resume, &[Actor::Seller]),
    (V::Sell, &[Actor::Relay]),
    (V::Reopen, &[Actor::Relay]),
    (V::Remove, &[Actor::Seller, Actor::Support]),
];
