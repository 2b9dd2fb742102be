//! What is kept of listings.

use std::ops::RangeInclusive;

use market::Listing;
use market::machines::ListingStatus;
use protocol::{Currency, ListingId, Timestamp, UserId};
use serde_json::{Map, Value};

/// A stored listing.
#[derive(Clone, PartialEq)]
pub struct ListingRow {
    /// What it is.
    pub listing: Listing,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
    /// Since when it is as it is.
    pub updated_at: Timestamp,
}

/// Which listings are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListingFilter {
    /// Behind which the page begins.
    pub behind: Option<ListingId>,
    /// Only a seller's.
    pub seller: Option<UserId>,
    /// Only those of a category, by its key.
    pub category: Option<String>,
    /// Only those that stand so.
    pub status: Option<ListingStatus>,
    /// Only those of a currency and within a price, in its smallest units.
    pub price: Option<(Currency, RangeInclusive<u64>)>,
}

/// A category, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRow {
    /// What it is found by.
    pub key: String,
    /// How it was first written.
    pub name: String,
    /// How many active listings it has.
    pub active: u64,
}
