//! What every store must do for offers.

use market::Party;
use protocol::{OfferId, OrderId};
use relay::store::Store;
use relay::trade::{
    ListingQuery, OfferFilter, OfferQuery, OfferReply, OfferWord, OrderPart, Query, Schedule, Sides,
};
use serde_json::Value;

use crate::kept::Kept;
use crate::shop::*;

pub(crate) async fn a_counter_offer_takes_the_place_of_what_stood_and_who_agrees_says_to_what<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.user("buyer").await, shop.user("seller").await];
    let listing = shop.listing(seller, "A desk", "Home", "80.00").await;
    let offer = shop.offer(listing, buyer, "60.00").await;
    let counter = OfferWord::Counter(shop.terms("75.00"));
    let turn = shop.reply(offer, word(Party::Buyer, 1, OfferWord::Accept)).await;
    assert_eq!(turn.refusal(), Some("NOT_YOUR_TURN"), "nobody agrees with themselves");
    let countered = shop.reply(offer, word(Party::Seller, 1, counter)).await.data();
    assert_eq!(standing(&countered), ("COUNTERED", 2, "SELLER", "75.00"));
    assert_eq!(seen(&shop, offer).await, countered);
    let late = shop.reply(offer, word(Party::Buyer, 1, OfferWord::Accept)).await;
    assert_eq!(late.refusal(), Some("OFFER_SUPERSEDED"));
    assert_eq!(seen(&shop, offer).await, countered, "what is refused changes nothing");
    let accepted = shop.reply(offer, word(Party::Buyer, 2, OfferWord::Accept)).await.data();
    assert_eq!(standing(&accepted), ("ACCEPTED", 2, "SELLER", "75.00"));
    let order: OrderId = accepted["order_id"].as_str().unwrap().parse().unwrap();
    let made = shop.see(Query::Order { order, part: OrderPart::Whole }).await;
    assert_eq!((&made["amount"], &made["status"]), (&"75.00".into(), &"ORDER_CREATED".into()));
    assert_eq!(made["buyer_id"], buyer.to_string());
    let again = shop.reply(offer, word(Party::Buyer, 2, OfferWord::Accept)).await.data();
    assert_eq!(again["order_id"], accepted["order_id"], "there is one order, however often they agree");
    assert_eq!(shop.told().await.iter().filter(|name| *name == "order.created").count(), 1);
}

pub(crate) async fn of_two_offers_for_a_listing_one_is_agreed_to_until_its_order_is_called_off<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [ana, ben, seller] = [shop.user("ana").await, shop.user("ben").await, shop.user("seller").await];
    let listing = shop.listing(seller, "A desk", "Home", "80.00").await;
    let [first, second] = [shop.offer(listing, ana, "60.00").await, shop.offer(listing, ben, "70.00").await];
    let accept = || word(Party::Seller, 1, OfferWord::Accept);
    let accepted = shop.reply(first, accept()).await.data();
    let of_listing = async || shop.see(Query::Listings(ListingQuery::One(listing))).await["status"].clone();
    assert_eq!(of_listing().await, "SOLD");
    assert_eq!(shop.reply(second, accept()).await.refusal(), Some("INVALID_STATE"));
    assert_eq!(seen(&shop, second).await["status"], "MADE");
    let order = accepted["order_id"].as_str().unwrap().parse().unwrap();
    shop.decide(order, cancel()).await;
    assert_eq!(of_listing().await, "ACTIVE");
    assert_eq!(shop.reply(second, accept()).await.data()["status"], "ACCEPTED");
}

pub(crate) async fn an_offer_ends_by_whose_turn_it_is_or_whose_word_it_was<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.user("buyer").await, shop.user("seller").await];
    let listing = shop.listing(seller, "A desk", "Home", "80.00").await;
    for (by, ending, status) in
        [(Party::Seller, OfferWord::Decline, "DECLINED"), (Party::Buyer, OfferWord::Withdraw, "WITHDRAWN")]
    {
        let offer = shop.offer(listing, buyer, "60.00").await;
        let other = if by == Party::Seller { Party::Buyer } else { Party::Seller };
        let refused = shop.reply(offer, word(other, 1, ending.clone())).await;
        assert_eq!(refused.refusal(), Some("NOT_YOUR_TURN"));
        let ended = shop.reply(offer, word(by, 1, ending)).await.data();
        assert_eq!(ended["status"], status);
        let late = shop.reply(offer, word(Party::Seller, 1, OfferWord::Accept)).await;
        assert_eq!(late.refusal(), Some("INVALID_STATE"));
        assert_eq!(seen(&shop, offer).await, ended);
    }
}

pub(crate) async fn an_offer_whose_time_is_over_is_over_at_once_and_told_of_when_it_is_noted<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.user("buyer").await, shop.user("seller").await];
    let listing = shop.listing(seller, "A desk", "Home", "80.00").await;
    let old = shop.offer(listing, buyer, "60.00").await;
    shop.pass(1);
    let young = shop.offer(listing, buyer, "61.00").await;
    shop.pass(HOUR_MS - 1);
    assert_eq!(seen(&shop, old).await["status"], "EXPIRED");
    assert_eq!(seen(&shop, young).await["status"], "MADE");
    let late = shop.reply(old, word(Party::Seller, 1, OfferWord::Accept)).await;
    assert_eq!(late.refusal(), Some("INVALID_STATE"));
    shop.reply(young, word(Party::Seller, 1, OfferWord::Decline)).await.data();
    let expired = async || shop.told().await.iter().filter(|name| *name == "offer.expired").count();
    assert_eq!(expired().await, 0);
    for _ in 0..2 {
        shop.run(Schedule::Expiry).await;
        assert_eq!(expired().await, 1, "it is noted once");
        shop.pass(Schedule::Expiry.interval_ms());
    }
    assert_eq!(seen(&shop, young).await["status"], "DECLINED", "what has ended expires no more");
}

pub(crate) async fn offers_are_listed_by_their_listing_their_sides_and_their_state<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [ana, ben, seller] = [shop.user("ana").await, shop.user("ben").await, shop.user("seller").await];
    let [desk, lamp] = [
        shop.listing(seller, "A desk", "Home", "80.00").await,
        shop.listing(seller, "A lamp", "Home", "20.00").await,
    ];
    let mut offers = Vec::new();
    for (listing, buyer) in [(desk, ana), (lamp, ana), (desk, ben)] {
        offers.push(shop.offer(listing, buyer, "10.00").await);
        shop.pass(1);
    }
    shop.reply(offers[2], word(Party::Seller, 1, OfferWord::Decline)).await.data();
    let sides = Sides::Each { buyer: None, seller: None };
    let all = OfferFilter { behind: None, sides, listing: None, status: None };
    let listed =
        async |filter, limit| shop.list(Query::Offers(OfferQuery::Some { filter, limit }), "id").await;
    let of = |places: &[usize]| places.iter().map(|place| offers[*place].to_string()).collect::<Vec<_>>();
    for (filter, expected) in [
        (all, [2, 1, 0].as_slice()),
        (OfferFilter { listing: Some(desk), ..all }, &[2, 0]),
        (OfferFilter { sides: Sides::Either(ana), ..all }, &[1, 0]),
        (OfferFilter { sides: Sides::Each { buyer: Some(ben), seller: None }, ..all }, &[2]),
        (OfferFilter { sides: Sides::Each { buyer: Some(seller), seller: None }, ..all }, &[]),
        (OfferFilter { status: Some("MADE".parse().unwrap()), ..all }, &[1, 0]),
        (OfferFilter { behind: Some(offers[2]), ..all }, &[1, 0]),
    ] {
        assert_eq!(listed(filter, ALL).await, (of(expected), false), "{filter:?}");
    }
    assert_eq!(listed(all, 2).await, (of(&[2, 1]), true));
}

pub(crate) fn word(by: Party, round: u32, word: OfferWord) -> OfferReply {
    OfferReply { by: Some(by), round, word }
}

async fn seen<S: Store>(shop: &Shop<S>, offer: OfferId) -> Value {
    shop.see(Query::Offers(OfferQuery::One(offer))).await
}

/// How far an offer is, which word stands, whose, and the price.
fn standing(offer: &Value) -> (&str, u64, &str, &str) {
    let text = |field: &str| offer[field].as_str().unwrap();
    (text("status"), offer["round"].as_u64().unwrap(), text("proposed_by"), text("amount"))
}
