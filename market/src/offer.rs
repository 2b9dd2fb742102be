//! An offer: two sides speak in turn, and what stands is the last word. Who agrees names the word that they agree to, so that
//! nobody agrees to what they have not seen.

use protocol::{ListingId, Money, OfferId, Timestamp, UserId};

use crate::actor::{Actor, Party, party, permit, side};
use crate::events::OfferEvent;
use crate::limits::{OFFER_LIFE_MILLIS_MAX, OFFER_ROUNDS_MAX};
use crate::machines::{OFFER, OFFER_PERMISSIONS, OfferStatus, OfferVerb};
use crate::order::{NewMilestone, OrderTerms, validate_milestones};
use crate::refusal::Refusal;
use crate::step::Step;
use crate::validation::Validation;

/// What one side would agree to, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The price.
    pub money: Money,
    /// The parts of it, if there are any.
    pub milestones: Vec<NewMilestone>,
    /// Until when it stands.
    pub expires_at: Timestamp,
}

/// What a buyer and a seller talk over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub id: OfferId,
    /// For what.
    pub listing: ListingId,
    /// What stands, or stood in the end.
    pub terms: OrderTerms,
    /// How many words were said: 1 is the buyer's first.
    pub round: u32,
    /// Whose word stands.
    pub proposed_by: Party,
    /// Until when it stands.
    pub expires_at: Timestamp,
    /// How far it is.
    pub status: OfferStatus,
    /// Since when it is.
    pub created_at: Timestamp,
}

/// What may be said to an offer. `round` is the word that is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferCommand {
    /// Say other terms.
    Counter {
        /// To which word.
        round: u32,
        /// What instead.
        proposal: Proposal,
    },
    /// Agree.
    Accept {
        /// To which word.
        round: u32,
    },
    /// Say no.
    Decline {
        /// To which word.
        round: u32,
    },
    /// Take back one's own word.
    Withdraw {
        /// Which word.
        round: u32,
    },
    /// End it, if its time is over.
    Expire,
}

impl Offer {
    /// The buyer's first word, on terms that the listing has given a title.
    pub fn make(
        id: OfferId,
        listing: ListingId,
        terms: OrderTerms,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let mut validation = Validation::default();
        terms.validate(&mut validation);
        validate_expiry(&mut validation, expires_at, now);
        validation.finish()?;
        let event = OfferEvent::Made {
            offer: id,
            listing,
            buyer: terms.buyer,
            seller: terms.seller,
            money: terms.money,
            expires_at,
        };
        let offer = Self {
            id,
            listing,
            terms,
            round: 1,
            proposed_by: Party::Buyer,
            expires_at,
            status: OFFER.start,
            created_at: now,
        };
        Ok(Step::changed(offer).event(event))
    }

    /// Decides what `command` in the name of `actor` comes to.
    pub fn decide(&self, actor: Actor, command: OfferCommand, now: Timestamp) -> Result<Step<Self>, Refusal> {
        permit(OFFER_PERMISSIONS, actor, command.verb())?;
        match command {
            OfferCommand::Counter { round, proposal } => self.counter(actor, round, proposal, now),
            OfferCommand::Accept { round } => self.accept(actor, round, now),
            OfferCommand::Decline { round } => {
                let (step, by) = self.spoken_to(OfferVerb::Decline, actor, round, now)?;
                Ok(step.event(OfferEvent::Declined { offer: self.id, round, by }))
            }
            OfferCommand::Withdraw { round } => {
                let (step, by) = self.spoken_to(OfferVerb::Withdraw, actor, round, now)?;
                Ok(step.event(OfferEvent::Withdrawn { offer: self.id, round, by }))
            }
            OfferCommand::Expire => self.expire(now),
        }
    }

    /// As whom `user` speaks; nobody else has a say.
    pub fn actor(&self, user: UserId) -> Option<Actor> {
        side(self.terms.buyer, self.terms.seller, user)
    }

    /// What they agreed on, once they did: the terms of an order, which takes the listing in the same transaction.
    pub fn agreement(&self) -> Option<&OrderTerms> {
        (self.status == OfferStatus::Accepted).then_some(&self.terms)
    }

    /// How far it is at `now`: one whose time is over has expired, whether or not anybody has noted it.
    pub fn status_at(&self, now: Timestamp) -> OfferStatus {
        match OFFER.next(self.status, OfferVerb::Expire) {
            Ok(expired) if self.expires_at <= now => expired,
            _ => self.status,
        }
    }

    fn counter(
        &self,
        actor: Actor,
        round: u32,
        proposal: Proposal,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let (mut step, by) = self.spoken_to(OfferVerb::Counter, actor, round, now)?;
        let Proposal { money, milestones, expires_at } = proposal;
        let terms = OrderTerms { money, milestones, ..self.terms.clone() };
        let mut validation = Validation::default();
        validation.amount("amount", money);
        validation.require(
            money.currency == self.terms.money.currency,
            "currency",
            format!("expected {}", self.terms.money.currency),
        );
        validate_milestones(&mut validation, &terms.milestones, money);
        validate_expiry(&mut validation, expires_at, now);
        validation.require(
            self.round < OFFER_ROUNDS_MAX,
            "round",
            format!("expected an agreement within {OFFER_ROUNDS_MAX} words"),
        );
        validation.finish()?;
        let next = self.round + 1;
        (step.next.terms, step.next.round) = (terms, next);
        (step.next.proposed_by, step.next.expires_at) = (by, expires_at);
        Ok(step.event(OfferEvent::Countered { offer: self.id, round: next, by, money, expires_at }))
    }

    /// Agreed to again by the same side, it is agreed to still.
    fn accept(&self, actor: Actor, round: u32, now: Timestamp) -> Result<Step<Self>, Refusal> {
        if self.status == OfferStatus::Accepted && round == self.round && party(actor)? != self.proposed_by {
            return Ok(Step::unchanged(self.clone()));
        }
        let (step, by) = self.spoken_to(OfferVerb::Accept, actor, round, now)?;
        Ok(step.event(OfferEvent::Accepted { offer: self.id, round, by, money: self.terms.money }))
    }

    /// A job that comes early finds nothing to do.
    fn expire(&self, now: Timestamp) -> Result<Step<Self>, Refusal> {
        if self.expires_at > now || self.status == OfferStatus::Expired {
            return Ok(Step::unchanged(self.clone()));
        }
        let status = OFFER.next(self.status, OfferVerb::Expire)?;
        let step = Step::changed(Self { status, ..self.clone() });
        Ok(step.event(OfferEvent::Expired { offer: self.id, round: self.round }))
    }

    /// As the table has it, if what is spoken to stands still and it is this side's turn. A side takes back its own word, and
    /// answers the other's.
    fn spoken_to(
        &self,
        verb: OfferVerb,
        actor: Actor,
        round: u32,
        now: Timestamp,
    ) -> Result<(Step<Self>, Party), Refusal> {
        let by = party(actor)?;
        let status = OFFER.next(self.status_at(now), verb)?;
        if round != self.round {
            return Err(Refusal::OfferSuperseded { standing: self.round });
        }
        let turn = if verb == OfferVerb::Withdraw { self.proposed_by } else { self.proposed_by.other() };
        if by != turn {
            return Err(Refusal::NotYourTurn { turn: turn.actor() });
        }
        Ok((Step::changed(Self { status, ..self.clone() }), by))
    }
}

impl OfferCommand {
    /// What it is in the offer's table.
    pub fn verb(&self) -> OfferVerb {
        match self {
            Self::Counter { .. } => OfferVerb::Counter,
            Self::Accept { .. } => OfferVerb::Accept,
            Self::Decline { .. } => OfferVerb::Decline,
            Self::Withdraw { .. } => OfferVerb::Withdraw,
            Self::Expire => OfferVerb::Expire,
        }
    }
}

fn validate_expiry(validation: &mut Validation, expires_at: Timestamp, now: Timestamp) {
    let is_near = expires_at > now && expires_at.millis_since(now) <= OFFER_LIFE_MILLIS_MAX;
    validation.require(is_near, "expires_at", "expected a time that comes within three months");
}
