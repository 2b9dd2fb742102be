//! One thing is sold once.

use market::machines::ListingStatus as S;
use market::{Actor, Listing, ListingCommand as C, ListingContent, Refusal};
use protocol::ListingId;

use crate::world::{NOW, SELLER, names, usd};

const ID: ListingId = ListingId::from_bytes([10; 16]);

#[test]
fn a_listing_is_drafted_published_sold_and_offered_again_if_the_order_is_called_off() {
    let step = Listing::create(ID, SELLER, content("A desk"), NOW).unwrap();
    assert_eq!((names(&step), step.next.status), (vec!["listing.created"], S::Draft));
    let listing = run(&step.next, Actor::Seller, C::Publish, "listing.published");
    let listing = run(&listing, Actor::Relay, C::Sell, "listing.sold");
    for (actor, command) in [
        (Actor::Relay, C::Sell),
        (Actor::Seller, C::Edit(content("A chair"))),
        (Actor::Seller, C::Remove),
        (Actor::Support, C::Remove),
    ] {
        assert_eq!(listing.decide(actor, command).unwrap_err().code(), "INVALID_STATE");
    }
    let listing = run(&listing, Actor::Relay, C::Reopen, "listing.reopened");
    assert_eq!(listing.status, S::Active);
}

#[test]
fn what_is_set_aside_is_not_sold_until_it_is_offered_again() {
    let listing = run(&draft(), Actor::Seller, C::Publish, "listing.published");
    let listing = run(&listing, Actor::Seller, C::Pause, "listing.paused");
    assert_eq!(listing.decide(Actor::Relay, C::Sell).unwrap_err().code(), "INVALID_STATE");
    let listing = run(&listing, Actor::Seller, C::Resume, "listing.resumed");
    let listing = run(&listing, Actor::Support, C::Remove, "listing.removed");
    assert_eq!(listing.status, S::Removed);
}

#[test]
fn what_stands_as_its_seller_wants_it_to_is_left_as_it_is() {
    let draft = draft();
    let active = run(&draft, Actor::Seller, C::Publish, "listing.published");
    let paused = run(&active, Actor::Seller, C::Pause, "listing.paused");
    let sold = run(&active, Actor::Relay, C::Sell, "listing.sold");
    let removed = run(&paused, Actor::Seller, C::Remove, "listing.removed");
    for (listing, actor, command) in [
        (&active, Actor::Seller, C::Publish),
        (&active, Actor::Seller, C::Resume),
        (&paused, Actor::Seller, C::Pause),
        (&removed, Actor::Seller, C::Remove),
        (&removed, Actor::Support, C::Remove),
    ] {
        let step = listing.decide(actor, command).unwrap();
        assert_eq!((&step.next, step.is_changed, step.events.len()), (listing, false, 0));
    }
    for (listing, actor, command) in [
        (&draft, Actor::Seller, C::Pause),
        (&draft, Actor::Seller, C::Resume),
        (&paused, Actor::Seller, C::Publish),
        (&removed, Actor::Seller, C::Publish),
        (&sold, Actor::Relay, C::Sell),
        (&active, Actor::Relay, C::Reopen),
        (&sold, Actor::Seller, C::Remove),
    ] {
        assert_eq!(listing.decide(actor, command).unwrap_err().code(), "INVALID_STATE");
    }
    let refused = removed.decide(Actor::Buyer, C::Remove).unwrap_err();
    assert_eq!(refused.code(), "FORBIDDEN", "whoever has no say learns nothing");
}

#[test]
fn what_it_says_is_changed_by_its_seller_and_stays_within_limits() {
    let edited = run(&draft(), Actor::Seller, C::Edit(content("A chair")), "listing.edited");
    assert_eq!(edited.content.title, "A chair".into());
    assert!(!edited.decide(Actor::Seller, C::Edit(content("A chair"))).unwrap().is_changed);
    assert_eq!(
        edited.decide(Actor::Support, C::Edit(content("x"))).unwrap_err(),
        Refusal::Forbidden { actor: Actor::Support, allowed: vec![Actor::Seller] }
    );
    let wrong = ListingContent {
        title: "".into(),
        description: "".into(),
        category: "two\nlines".into(),
        price: usd("0.00"),
    };
    for refusal in [
        edited.decide(Actor::Seller, C::Edit(wrong.clone())).unwrap_err(),
        Listing::create(ID, SELLER, wrong, NOW).unwrap_err(),
    ] {
        let Refusal::Invalid(problems) = refusal else { panic!("{refusal:?}") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["title", "description", "category", "price"]);
    }
}

fn content(title: &str) -> ListingContent {
    ListingContent {
        title: title.into(),
        description: "Of oak.\nWith drawers.".into(),
        category: "furniture".into(),
        price: usd("80.00"),
    }
}

fn draft() -> Listing {
    Listing::create(ID, SELLER, content("A desk"), NOW).expect("a listing").next
}

#[track_caller]
fn run(listing: &Listing, actor: Actor, command: C, told: &str) -> Listing {
    let step = listing.decide(actor, command).expect("it is taken");
    assert_eq!((names(&step), step.moves.len()), (vec![told], 0));
    step.next
}
