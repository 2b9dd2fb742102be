//! What is on offer: made, shown, set aside and taken away by its seller, or taken away for the space; sold by an order alone.

mod look;
mod rows;
mod views;
mod words;

use market::events::ListingEvent;
use market::{Actor, Event, Listing, ListingCommand, ListingContent, Step, Text};
use protocol::{ListingId, Money, UserId};
use serde_json::{Map, Value};

use super::books::Books;
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::payloads::{ListingRemoved, ListingTold, Payload, Said};
use super::refusal::{Code, Refusal};
use super::users;

pub use look::ListingQuery;
pub(super) use look::{is_visible, look};
pub use rows::{CategoryRow, ListingFilter, ListingRow};
pub use views::{CategoryView, ListingView, SuggestionView};
pub use words::{Found, SearchWords, category_key};

/// A listing to be made.
#[derive(Clone, PartialEq)]
pub struct NewListing {
    /// Whose.
    pub seller: UserId,
    /// What it says.
    pub content: ListingContent,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
}

/// What is to become of a listing.
#[derive(Clone, PartialEq)]
pub enum ListingDecision {
    /// It says something else.
    Edit(ListingPatch),
    /// Everyone may see it.
    Publish,
    /// It is set aside.
    Pause,
    /// It is offered again.
    Resume,
    /// It is taken away.
    Remove,
}

/// What is to be said otherwise; the rest stays.
#[derive(Clone, PartialEq, Default)]
pub struct ListingPatch {
    /// What is on offer.
    pub title: Option<String>,
    /// What else is said of it.
    pub description: Option<String>,
    /// Among what it is found.
    pub category: Option<String>,
    /// What it costs.
    pub price: Option<Money>,
    /// What the space wants to find again.
    pub metadata: Option<Map<String, Value>>,
}

impl ListingDecision {
    /// Whether others see more of it by that: whoever may not trade may only take things away.
    const fn is_showing(&self) -> bool {
        matches!(self, Self::Edit(_) | Self::Publish | Self::Resume)
    }

    /// What it is called in the audit log.
    pub(super) const fn action(&self) -> &'static str {
        match self {
            Self::Edit(_) => "LISTING_EDIT",
            Self::Publish => "LISTING_PUBLISH",
            Self::Pause => "LISTING_PAUSE",
            Self::Resume => "LISTING_RESUME",
            Self::Remove => "LISTING_REMOVE",
        }
    }

    fn command(&self, content: &ListingContent) -> ListingCommand {
        match self {
            Self::Edit(patch) => ListingCommand::Edit(patch.on(content)),
            Self::Publish => ListingCommand::Publish,
            Self::Pause => ListingCommand::Pause,
            Self::Resume => ListingCommand::Resume,
            Self::Remove => ListingCommand::Remove,
        }
    }
}

impl ListingPatch {
    fn on(&self, content: &ListingContent) -> ListingContent {
        let text = |new: &Option<String>, old: &Text| new.clone().map_or_else(|| old.clone(), Text::from);
        ListingContent {
            title: text(&self.title, &content.title),
            description: text(&self.description, &content.description),
            category: text(&self.category, &content.category),
            price: self.price.unwrap_or(content.price),
        }
    }
}

/// Makes a listing, which its seller alone sees.
pub(super) fn create<B: Books>(change: &mut Change<'_, B>, new: &NewListing) -> Result<Done, Stop> {
    users::active(change, new.seller)?;
    let now = change.attempt.now;
    let id = ListingId::from_bytes(change.drawn.id(now));
    let step = Listing::create(id, new.seller, new.content.clone(), now)?;
    let row = ListingRow { listing: step.next.clone(), metadata: new.metadata.clone(), updated_at: now };
    store(change, &row, &step)?;
    let shown = ListingView::from(&row);
    let changed = Changed { id: id.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &shown, changed)
}

/// Does with a listing what its seller wants; whoever settles disputes takes it away, too. What is so already is answered as it is.
pub(super) fn decide<B: Books>(
    change: &mut Change<'_, B>,
    id: ListingId,
    decision: &ListingDecision,
) -> Result<Done, Stop> {
    let row = change.books.listing(id)?;
    let row = row.filter(|row| change.attempt.caller.is_party(&[row.listing.seller])).ok_or_else(unknown)?;
    change.concerns(row.listing.seller);
    if decision.is_showing() {
        users::side(change, row.listing.seller)?;
    }
    let actor = match decision {
        ListingDecision::Remove => change.attempt.caller.actor(Actor::Seller),
        _ => Actor::Seller,
    };
    let step = row.listing.decide(actor, decision.command(&row.listing.content))?;
    let metadata = match decision {
        ListingDecision::Edit(ListingPatch { metadata: Some(metadata), .. }) => metadata,
        _ => &row.metadata,
    };
    if !step.is_changed && *metadata == row.metadata {
        return Done::as_it_is(&ListingView::from(&row));
    }
    let (metadata, updated_at) = (metadata.clone(), change.attempt.now);
    let next = ListingRow { listing: step.next.clone(), metadata, updated_at };
    store(change, &next, &step)?;
    let shown = ListingView::from(&next);
    let before = Some(value(&ListingView::from(&row))?);
    let changed = Changed { id: id.to_string(), before, after: value(&shown)? };
    Done::new(200, &shown, changed)
}

/// Does with a listing what an order's fate makes of it.
pub(super) fn advance<B: Books>(
    change: &mut Change<'_, B>,
    row: &ListingRow,
    command: ListingCommand,
) -> Result<(), Stop> {
    let refused =
        |refusal: market::Refusal| Refusal::from(refusal).about("listing_id", row.listing.id.to_string());
    let step = row.listing.decide(Actor::Relay, command).map_err(refused)?;
    let updated_at = change.attempt.now;
    store(change, &ListingRow { listing: step.next.clone(), updated_at, ..row.clone() }, &step)
}

/// Writes a listing and tells what happened to it.
fn store<B: Books>(change: &mut Change<'_, B>, row: &ListingRow, step: &Step<Listing>) -> Result<(), Stop> {
    change.books.put_listing(row)?;
    let Listing { id, seller, ref content, status, .. } = row.listing;
    for event in &step.events {
        let Event::Listing(event) = event else { continue };
        let told = ListingTold {
            listing_id: id,
            seller_id: seller,
            title: content.title.as_str().to_owned(),
            category: content.category.as_str().to_owned(),
            price: content.price.plain(),
            currency: content.price.currency.code(),
            status: Said(status),
        };
        let payload = match event {
            ListingEvent::Created { .. } => Payload::ListingCreated(told),
            ListingEvent::Edited { .. } => Payload::ListingEdited(told),
            ListingEvent::Published { .. } => Payload::ListingPublished(told),
            ListingEvent::Paused { .. } => Payload::ListingPaused(told),
            ListingEvent::Resumed { .. } => Payload::ListingResumed(told),
            ListingEvent::Sold { .. } => Payload::ListingSold(told),
            ListingEvent::Reopened { .. } => Payload::ListingReopened(told),
            ListingEvent::Removed { removed_by, .. } => {
                Payload::ListingRemoved(ListingRemoved { listing: told, removed_by: Said(*removed_by) })
            }
        };
        change.tell(&id.to_string(), [Some(seller), None], &payload)?;
    }
    Ok(())
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(Code::ListingNotFound, "there is no such listing")
}
