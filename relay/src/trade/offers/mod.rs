//! What a buyer and a seller talk over: each word answers the one that stands, and agreeing makes an order and sells the listing.

mod expiring;
mod look;
mod rows;
mod telling;
mod views;

use market::events::OrderEvent;
use market::machines::ListingStatus;
use market::{
    Actor, Event, ListingCommand, NewMilestone, Offer, OfferCommand, Order, OrderTerms, Party, Proposal, Step,
};
use protocol::{ListingId, Money, OfferId, OrderId, Timestamp, UserId};
use serde_json::{Map, Value, json};

use super::books::Books;
use super::caller::Caller;
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::listings::{self, ListingRow};
use super::refusal::{Code, Refusal};
use super::rows::OrderRow;
use super::taking::take;
use super::{orders, users};
use telling::told;

pub(super) use expiring::expire;
pub use look::OfferQuery;
pub(super) use look::look;
pub use rows::{OfferFilter, OfferRow, ProposedPart};
pub(crate) use views::OfferView;

/// How long a word stands if nothing is said: three days, so that a weekend passes.
pub(crate) const STANDS_MS: u64 = 3 * 24 * 60 * 60 * 1000;

/// An offer to be made.
#[derive(Clone, PartialEq)]
pub struct NewOffer {
    /// For what.
    pub listing: ListingId,
    /// Who would pay.
    pub buyer: UserId,
    /// On which terms.
    pub terms: OfferTerms,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
}

/// What one side would agree to.
#[derive(Clone, PartialEq)]
pub struct OfferTerms {
    /// The price.
    pub money: Money,
    /// Its parts.
    pub milestones: Vec<NewMilestone>,
    /// Until when it stands, if it is said.
    pub expires_at: Option<Timestamp>,
}

/// A word that is said to an offer.
#[derive(Clone, PartialEq)]
pub struct OfferReply {
    /// By which side: an account needs not say it.
    pub by: Option<Party>,
    /// To which word.
    pub round: u32,
    /// What.
    pub word: OfferWord,
}

/// What is said to an offer.
#[derive(Clone, PartialEq)]
pub enum OfferWord {
    /// Other terms.
    Counter(OfferTerms),
    /// Yes.
    Accept,
    /// No.
    Decline,
    /// That it is taken back.
    Withdraw,
}

impl OfferWord {
    /// What it is called in the audit log.
    pub(super) const fn action(&self) -> &'static str {
        match self {
            Self::Counter(_) => "OFFER_COUNTER",
            Self::Accept => "OFFER_ACCEPT",
            Self::Decline => "OFFER_DECLINE",
            Self::Withdraw => "OFFER_WITHDRAW",
        }
    }
}

impl OfferReply {
    fn command(&self, now: Timestamp) -> OfferCommand {
        let round = self.round;
        match &self.word {
            OfferWord::Counter(OfferTerms { money, milestones, expires_at }) => OfferCommand::Counter {
                round,
                proposal: Proposal {
                    money: *money,
                    milestones: milestones.clone(),
                    expires_at: expires_at.unwrap_or_else(|| now.plus_millis(STANDS_MS)),
                },
            },
            OfferWord::Accept => OfferCommand::Accept { round },
            OfferWord::Decline => OfferCommand::Decline { round },
            OfferWord::Withdraw => OfferCommand::Withdraw { round },
        }
    }
}

/// Makes an offer for a listing that can be bought.
pub(super) fn make<B: Books>(change: &mut Change<'_, B>, new: &NewOffer) -> Result<Done, Stop> {
    users::active(change, new.buyer)?;
    let listing = on_offer(change, new.listing)?;
    users::side(change, listing.seller)?;
    let OfferTerms { money, ref milestones, expires_at } = new.terms;
    if money.currency != listing.content.price.currency {
        let expected = format!("expected {}, as the listing has it", listing.content.price.currency);
        return Err(Refusal::field("currency", expected).into());
    }
    let now = change.attempt.now;
    let id = OfferId::from_bytes(change.drawn.id(now));
    let terms = OrderTerms {
        buyer: new.buyer,
        seller: listing.seller,
        money,
        title: listing.content.title,
        description: Some(listing.content.description),
        milestones: milestones.clone(),
    };
    let expires_at = expires_at.unwrap_or_else(|| now.plus_millis(STANDS_MS));
    let step = Offer::make(id, listing.id, terms, expires_at, now)?;
    let metadata = new.metadata.clone();
    let row = OfferRow { offer: step.next.clone(), order: None, metadata, updated_at: now };
    change.books.put_offer(&row)?;
    take(change, &step, |_, offer, event| Ok(told(offer, None, event)))?;
    let shown = OfferView::of(&row, now);
    let changed = Changed { id: id.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &shown, changed)
}

/// Says a word to an offer. What was said already is answered as it is.
pub(super) fn reply<B: Books>(
    change: &mut Change<'_, B>,
    id: OfferId,
    reply: &OfferReply,
) -> Result<Done, Stop> {
    let now = change.attempt.now;
    let row = find(change, id)?;
    let actor = actor(change, &row.offer, reply.by)?;
    let step = row.offer.decide(actor, reply.command(now), now)?;
    if !step.is_changed {
        return Done::as_it_is(&OfferView::of(&row, now));
    }
    let order = match step.next.agreement() {
        Some(terms) => Some(agree(change, &step.next, terms.clone())?),
        None => None,
    };
    let next = store(change, &row, &step, order)?;
    let shown = OfferView::of(&next, now);
    let before = Some(value(&OfferView::of(&row, now))?);
    let changed = Changed { id: id.to_string(), before, after: value(&shown)? };
    Done::new(200, &shown, changed)
}

/// What they agreed on becomes an order, which takes the listing: of two offers for one, one is agreed to.
fn agree<B: Books>(change: &mut Change<'_, B>, offer: &Offer, terms: OrderTerms) -> Result<OrderId, Stop> {
    users::side(change, terms.buyer)?;
    users::side(change, terms.seller)?;
    let row = change.books.listing(offer.listing)?.ok_or_else(listings::unknown)?;
    listings::advance(change, &row, ListingCommand::Sell)?;
    let now = change.attempt.now;
    let id = OrderId::from_bytes(change.drawn.id(now));
    let step = Order::create(id, terms, None, now)?;
    let maker = change.attempt.caller.asker();
    let row = OrderRow { order: step.next.clone(), maker, metadata: Map::new(), updated_at: now };
    change.books.put_order(&row)?;
    take(change, &step, orders::told)?;
    Ok(id)
}

/// An order that is called off gives the listing back that it took.
pub(super) fn give_back<B: Books>(change: &mut Change<'_, B>, step: &Step<Order>) -> Result<(), Stop> {
    let is_called_off =
        step.events.iter().any(|event| matches!(event, Event::Order(OrderEvent::Canceled { .. })));
    if !is_called_off {
        return Ok(());
    }
    let Some(offer) = change.books.offer_of_order(step.next.id)? else { return Ok(()) };
    let row = change.books.listing(offer.offer.listing)?.ok_or_else(listings::unknown)?;
    listings::advance(change, &row, ListingCommand::Reopen)
}

/// Writes what a step comes to, and tells of it.
fn store<B: Books>(
    change: &mut Change<'_, B>,
    row: &OfferRow,
    step: &Step<Offer>,
    order: Option<OrderId>,
) -> Result<OfferRow, Stop> {
    let updated_at = change.attempt.now;
    let next = OfferRow { offer: step.next.clone(), order, updated_at, ..row.clone() };
    change.books.put_offer(&next)?;
    take(change, step, |_, offer, event| Ok(told(offer, order, event)))?;
    Ok(next)
}

/// A listing that the caller may see, and that can be bought.
fn on_offer<B: Books>(change: &Change<'_, B>, id: ListingId) -> Result<market::Listing, Stop> {
    let row = change.books.listing(id)?;
    let ListingRow { listing, .. } =
        row.filter(|row| listings::is_visible(&change.attempt.caller, row)).ok_or_else(listings::unknown)?;
    if listing.status == ListingStatus::Active {
        return Ok(listing);
    }
    let details = json!({
        "listing_id": listing.id,
        "current_state": listing.status.to_string(),
        "allowed_states": [ListingStatus::Active.to_string()],
    });
    Err(Refusal::new(Code::InvalidState, "the listing cannot be bought as it stands").with(details).into())
}

fn find<B: Books>(change: &mut Change<'_, B>, id: OfferId) -> Result<OfferRow, Stop> {
    let row = change.books.offer(id)?;
    let caller = &change.attempt.caller;
    let row = row.filter(|row| caller.is_party(&row.parties())).ok_or_else(unknown)?;
    change.concerns(row.offer.terms.buyer);
    Ok(row)
}

/// As whom the caller speaks: an account for its own side, a key for the one that it names.
fn actor<B: Books>(change: &Change<'_, B>, offer: &Offer, by: Option<Party>) -> Result<Actor, Refusal> {
    let own = match change.attempt.caller {
        Caller::Account { user, .. } => offer.actor(user),
        Caller::Key { .. } | Caller::Operator | Caller::Relay => None,
    };
    match (own, by.map(Party::actor)) {
        (Some(own), Some(by)) if own != by => Err(Refusal::field("by", "expected your own side, or nothing")),
        (Some(actor), _) | (None, Some(actor)) => Ok(actor),
        (None, None) => Err(Refusal::missing("by")),
    }
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(Code::OfferNotFound, "there is no such offer")
}
