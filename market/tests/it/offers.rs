//! Two sides speak in turn, and agree to what both have seen.

use market::limits::{OFFER_LIFE_MILLIS_MAX, OFFER_ROUNDS_MAX};
use market::machines::OfferStatus as S;
use market::{Actor, Offer, OfferCommand as C, Order, OrderTerms, Party, Proposal, Refusal};
use protocol::{Currency, ListingId, Money, OfferId, Timestamp};

use crate::world::{BUYER, LATER, NOW, ORDER, names, part, terms, usd};

#[test]
fn what_they_agree_on_are_the_terms_of_an_order() {
    let offer = made();
    let offer = run(&offer, Actor::Seller, counter(1, "90.00"), "offer.countered");
    let offer = run(&offer, Actor::Buyer, counter(2, "85.00"), "offer.countered");
    assert_eq!(offer.agreement(), None);
    let offer = run(&offer, Actor::Seller, C::Accept { round: 3 }, "offer.accepted");
    let agreed = offer.agreement().unwrap();
    assert_eq!(agreed, &OrderTerms { milestones: vec![part("85.00")], ..terms("85.00") });
    assert!(Order::create(ORDER, agreed.clone(), None, NOW).is_ok());
    assert!(!offer.decide(Actor::Seller, C::Accept { round: 3 }, LATER).unwrap().is_changed);
    refused(&offer, Actor::Buyer, C::Accept { round: 3 }, NOW, "INVALID_STATE");
}

#[test]
fn nobody_answers_their_own_word_or_takes_back_the_others() {
    let offer = made();
    for command in [counter(1, "70.00"), C::Accept { round: 1 }, C::Decline { round: 1 }] {
        let refusal = refused(&offer, Actor::Buyer, command, NOW, "NOT_YOUR_TURN");
        assert_eq!(refusal, Refusal::NotYourTurn { turn: Actor::Seller });
    }
    let refusal = refused(&offer, Actor::Seller, C::Withdraw { round: 1 }, NOW, "NOT_YOUR_TURN");
    assert_eq!(refusal, Refusal::NotYourTurn { turn: Actor::Buyer });
    run(&offer, Actor::Buyer, C::Withdraw { round: 1 }, "offer.withdrawn");
    run(&offer, Actor::Seller, C::Decline { round: 1 }, "offer.declined");
}

#[test]
fn nobody_agrees_to_what_they_have_not_seen() {
    let offer = run(&made(), Actor::Seller, counter(1, "90.00"), "offer.countered");
    assert_eq!((offer.proposed_by, offer.round), (Party::Seller, 2));
    for round in [0, 1, 3] {
        for command in [C::Accept { round }, C::Decline { round }, counter(round, "1.00")] {
            let refusal = refused(&offer, Actor::Buyer, command, NOW, "OFFER_SUPERSEDED");
            assert_eq!(refusal, Refusal::OfferSuperseded { standing: 2 });
        }
    }
}

#[test]
fn what_is_over_is_not_agreed_to_whether_or_not_anybody_has_noted_it() {
    let offer = made();
    assert!(!offer.decide(Actor::Relay, C::Expire, NOW).unwrap().is_changed, "a job that comes early");
    assert_eq!((offer.status_at(NOW), offer.status_at(LATER)), (S::Made, S::Expired));
    for command in [C::Accept { round: 1 }, C::Decline { round: 1 }, counter(1, "90.00")] {
        refused(&offer, Actor::Seller, command, LATER, "INVALID_STATE");
    }
    let step = offer.decide(Actor::Relay, C::Expire, LATER).unwrap();
    assert_eq!((names(&step), step.next.status), (vec!["offer.expired"], S::Expired));
    assert!(!step.next.decide(Actor::Relay, C::Expire, LATER).unwrap().is_changed);

    let agreed = run(&offer, Actor::Seller, C::Accept { round: 1 }, "offer.accepted");
    assert_eq!(agreed.status_at(LATER), S::Accepted, "what they agreed on does not expire");
    refused(&agreed, Actor::Relay, C::Expire, LATER, "INVALID_STATE");
}

#[test]
fn every_word_is_checked_as_the_first_is() {
    let over = NOW.plus_millis(OFFER_LIFE_MILLIS_MAX + 1);
    let euros = Money { currency: Currency::Eur, ..usd("90.00") };
    let good = Proposal { money: usd("90.00"), milestones: vec![], expires_at: LATER };
    for proposal in [
        Proposal { money: usd("0.00"), ..good.clone() },
        Proposal { money: euros, ..good.clone() },
        Proposal { milestones: vec![part("89.99")], ..good.clone() },
        Proposal { expires_at: NOW, ..good.clone() },
        Proposal { expires_at: over, ..good.clone() },
    ] {
        refused(&made(), Actor::Seller, C::Counter { round: 1, proposal }, NOW, "VALIDATION_ERROR");
    }
    for (terms, expires_at) in [
        (terms("0.00"), LATER),
        (OrderTerms { seller: BUYER, ..terms("80.00") }, LATER),
        (terms("80.00"), NOW),
        (terms("80.00"), over),
    ] {
        assert_eq!(make(terms, expires_at).unwrap_err().code(), "VALIDATION_ERROR");
    }
}

#[test]
fn they_talk_for_a_limited_number_of_words() {
    let mut offer = made();
    for round in 1..OFFER_ROUNDS_MAX {
        offer = run(&offer, offer.proposed_by.other().actor(), counter(round, "90.00"), "offer.countered");
    }
    let turn = offer.proposed_by.other().actor();
    refused(&offer, turn, counter(OFFER_ROUNDS_MAX, "90.00"), NOW, "VALIDATION_ERROR");
    run(&offer, turn, C::Accept { round: OFFER_ROUNDS_MAX }, "offer.accepted");
}

fn make(terms: OrderTerms, expires_at: Timestamp) -> Result<market::Step<Offer>, Refusal> {
    Offer::make(OfferId::from_bytes([11; 16]), ListingId::from_bytes([10; 16]), terms, expires_at, NOW)
}

fn made() -> Offer {
    make(terms("80.00"), LATER).expect("an offer").next
}

/// Other terms, in one part.
fn counter(round: u32, price: &str) -> C {
    let proposal = Proposal { money: usd(price), milestones: vec![part(price)], expires_at: LATER };
    C::Counter { round, proposal }
}

#[track_caller]
fn run(offer: &Offer, actor: Actor, command: C, told: &str) -> Offer {
    let step = offer.decide(actor, command, NOW).expect("it is taken");
    assert_eq!(names(&step), [told]);
    step.next
}

#[track_caller]
fn refused(offer: &Offer, actor: Actor, command: C, now: Timestamp, code: &str) -> Refusal {
    let refusal = offer.decide(actor, command, now).expect_err("a refusal");
    assert_eq!(refusal.code(), code);
    refusal
}
