//! How much of everything. Characters are Unicode's; what is too long is refused, never cut.

/// Characters of a title: a line in a list.
pub const TITLE_CHARACTERS_MAX: usize = 200;

/// Characters of a description: a page.
pub const DESCRIPTION_CHARACTERS_MAX: usize = 5_000;

/// Characters of somebody else's name for something, be it a caller's or a provider's: as documented.
pub const REFERENCE_CHARACTERS_MAX: usize = 100;

/// Characters of a reason, a note or a message: a few paragraphs.
pub const NOTE_CHARACTERS_MAX: usize = 2_000;

/// Characters of an address on the web: what browsers and proxies carry.
pub const URI_CHARACTERS_MAX: usize = 2_000;

/// Milestones of an order: as many as an escrow contract holds.
pub const MILESTONES_MAX: usize = 10;

/// Pieces of evidence in a dispute: an arbiter reads them all.
pub const EVIDENCE_MAX: usize = 20;

/// Words of an offer's two sides: who has not agreed by then talks in the conversation.
pub const OFFER_ROUNDS_MAX: u32 = 50;

/// How long an offer may stand: a quarter of a year, so that forgotten ones end.
pub const OFFER_LIFE_MILLIS_MAX: u64 = 90 * 24 * 60 * 60 * 1_000;

/// How long money may be set aside without an escrow: a month.
pub const RESERVE_LIFE_MILLIS_MAX: u64 = 30 * 24 * 60 * 60 * 1_000;
