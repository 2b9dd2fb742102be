//! A listing: one thing that its seller offers to everyone.

use protocol::{ListingId, Money, Timestamp, UserId};

use crate::actor::{Actor, permit};
use crate::events::ListingEvent;
use crate::limits::{DESCRIPTION_CHARACTERS_MAX, REFERENCE_CHARACTERS_MAX, TITLE_CHARACTERS_MAX};
use crate::machines::{LISTING, LISTING_PERMISSIONS, ListingStatus, ListingVerb};
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;
use crate::validation::Validation;

/// What a listing says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingContent {
    /// What is on offer.
    pub title: Text,
    /// What else is said of it.
    pub description: Text,
    /// Among what it is found.
    pub category: Text,
    /// What it costs.
    pub price: Money,
}

/// One thing on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Which.
    pub id: ListingId,
    /// Whose.
    pub seller: UserId,
    /// What it says.
    pub content: ListingContent,
    /// How far it is.
    pub status: ListingStatus,
    /// Since when it is.
    pub created_at: Timestamp,
}

/// What may be asked of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingCommand {
    /// Change what it says. Offers that were made stand on their own terms.
    Edit(ListingContent),
    /// Show it to everyone.
    Publish,
    /// Set it aside.
    Pause,
    /// Offer it again.
    Resume,
    /// An order takes it.
    Sell,
    /// The order that took it was called off before any money was in escrow.
    Reopen,
    /// Take it away.
    Remove,
}

impl Listing {
    /// A listing that its seller alone sees.
    pub fn create(
        id: ListingId,
        seller: UserId,
        content: ListingContent,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        content.validate()?;
        let listing = Self { id, seller, content, status: LISTING.start, created_at: now };
        Ok(Step::changed(listing).event(ListingEvent::Created { listing: id, seller }))
    }

    /// As whom `user` acts on it; nobody else has a say.
    pub fn actor(&self, user: UserId) -> Option<Actor> {
        (user == self.seller).then_some(Actor::Seller)
    }

    /// Decides what `command` in the name of `actor` comes to. What stands as its seller wants it to changes nothing; to sell
    /// it twice is a mistake, and said to be one.
    pub fn decide(&self, actor: Actor, command: ListingCommand) -> Result<Step<Self>, Refusal> {
        let verb = command.verb();
        permit(LISTING_PERMISSIONS, actor, verb)?;
        if verb.is_repeatable() && LISTING.is_led_to(self.status, verb) {
            return Ok(Step::unchanged(self.clone()));
        }
        let mut next = Self { status: LISTING.next(self.status, verb)?, ..self.clone() };
        let listing = self.id;
        let event = match command {
            ListingCommand::Edit(content) => {
                content.validate()?;
                if content == self.content {
                    return Ok(Step::unchanged(next));
                }
                next.content = content;
                ListingEvent::Edited { listing }
            }
            ListingCommand::Publish => ListingEvent::Published { listing },
            ListingCommand::Pause => ListingEvent::Paused { listing },
            ListingCommand::Resume => ListingEvent::Resumed { listing },
            ListingCommand::Sell => ListingEvent::Sold { listing },
            ListingCommand::Reopen => ListingEvent::Reopened { listing },
            ListingCommand::Remove => ListingEvent::Removed { listing, removed_by: actor },
        };
        Ok(Step::changed(next).event(event))
    }
}

impl ListingCommand {
    /// What it is in the listing's table.
    pub fn verb(&self) -> ListingVerb {
        match self {
            Self::Edit(_) => ListingVerb::Edit,
            Self::Publish => ListingVerb::Publish,
            Self::Pause => ListingVerb::Pause,
            Self::Resume => ListingVerb::Resume,
            Self::Sell => ListingVerb::Sell,
            Self::Reopen => ListingVerb::Reopen,
            Self::Remove => ListingVerb::Remove,
        }
    }
}

impl ListingVerb {
    /// Whether to ask for it again is to ask for what is so already.
    const fn is_repeatable(self) -> bool {
        match self {
            Self::Publish | Self::Pause | Self::Resume | Self::Remove => true,
            Self::Edit | Self::Sell | Self::Reopen => false,
        }
    }
}

impl ListingContent {
    fn validate(&self) -> Result<(), Refusal> {
        let mut validation = Validation::default();
        validation.line("title", &self.title, TITLE_CHARACTERS_MAX);
        validation.prose("description", &self.description, DESCRIPTION_CHARACTERS_MAX);
        validation.line("category", &self.category, REFERENCE_CHARACTERS_MAX);
        validation.amount("price", self.price);
        validation.finish()
    }
}
