//! Every actor × every verb, beside what is written out here by hand.

use std::collections::BTreeMap;

use market::Actor;
use market::actor::{Permissions, permit};
use market::machine::Machine;
use market::machines::{
    LISTING, LISTING_PERMISSIONS, OFFER, OFFER_PERMISSIONS, ORDER, ORDER_PERMISSIONS, TOP_UP,
    TOP_UP_PERMISSIONS, WITHDRAWAL, WITHDRAWAL_PERMISSIONS,
};
use market::words::Word;
use protocol::UserId;

use crate::walks::{new_listing, new_offer, new_order, new_top_up, new_withdrawal};
use crate::world::{BUYER, SELLER};

#[test]
fn only_the_buyer_gives_to_the_seller_only_the_seller_to_the_buyer_and_only_an_arbiter_either_way() {
    check(
        &ORDER,
        ORDER_PERMISSIONS,
        "
        buyer: reserve cancel create_escrow fund request_release open_dispute
        seller: cancel complete_milestone request_refund open_dispute
        owner:
        support: cancel assign resolve_release resolve_refund resolve_split
        relay: expire_reserve escrow_created escrow_failed funded fund_failed begin released release_failed refunded refund_failed split_paid close
        provider: escrow_created escrow_failed funded fund_failed released release_failed refunded refund_failed split_paid
        ",
    );
}

#[test]
fn money_came_when_a_provider_or_an_operator_says_so() {
    check(
        &TOP_UP,
        TOP_UP_PERMISSIONS,
        "
        buyer:
        seller:
        owner: cancel
        support: succeed fail cancel
        relay: await_user process fail cancel expire
        provider: await_user process succeed fail cancel
        ",
    );
}

#[test]
fn money_went_when_a_provider_or_an_operator_says_so() {
    check(
        &WITHDRAWAL,
        WITHDRAWAL_PERMISSIONS,
        "
        buyer:
        seller:
        owner: commit cancel
        support: cancel complete fail
        relay: await fail expire
        provider: await ask_user complete fail return
        ",
    );
}

#[test]
fn a_listing_is_its_sellers_and_support_removes_it() {
    check(
        &LISTING,
        LISTING_PERMISSIONS,
        "
        buyer:
        seller: edit publish pause resume remove
        owner:
        support: remove
        relay: sell reopen
        provider:
        ",
    );
}

#[test]
fn an_offer_is_between_its_two_sides() {
    check(
        &OFFER,
        OFFER_PERMISSIONS,
        "
        buyer: counter accept decline withdraw
        seller: counter accept decline withdraw
        owner:
        support:
        relay: expire
        provider:
        ",
    );
}

#[test]
fn whoever_it_does_not_belong_to_has_no_say() {
    let stranger = UserId::from_bytes([7; 16]);
    let (order, offer, listing) = (new_order(), new_offer(), new_listing());
    let (top_up, withdrawal) = (new_top_up(), new_withdrawal());
    let as_whom = |user| {
        [
            order.actor(user),
            offer.actor(user),
            listing.actor(user),
            top_up.actor(user),
            withdrawal.actor(user),
        ]
    };
    let (buyer, seller, owner) = (Some(Actor::Buyer), Some(Actor::Seller), Some(Actor::Owner));
    assert_eq!(as_whom(BUYER), [buyer, buyer, None, owner, None]);
    assert_eq!(as_whom(SELLER), [seller, seller, seller, None, owner]);
    assert_eq!(as_whom(stranger), [None; 5]);
}

#[track_caller]
fn check<S: Word, V: Word>(machine: &Machine<S, V>, permissions: Permissions<V>, written: &str) {
    let lines: BTreeMap<&str, Vec<&str>> = written
        .lines()
        .filter_map(|line| line.trim().split_once(':'))
        .map(|(actor, verbs)| (actor, verbs.split_whitespace().collect()))
        .collect();
    assert_eq!(lines.len(), Actor::ALL.len(), "every actor has a line");
    for actor in Actor::ALL {
        let may: Vec<_> = V::ALL
            .iter()
            .filter(|verb| permit(permissions, *actor, **verb).is_ok())
            .map(|verb| verb.as_str())
            .collect();
        assert_eq!(sorted(&may), sorted(&lines[actor.as_str()]), "{actor}");
    }
    assert_eq!(permissions.len(), V::ALL.len(), "every verb is named once");
    for (_, verb, _) in machine.compensations {
        for party in [Actor::Buyer, Actor::Seller, Actor::Owner] {
            assert!(permit(permissions, party, *verb).is_err(), "{party} may not {}", verb.as_str());
        }
    }
}

fn sorted<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut words = words.to_vec();
    words.sort_unstable();
    words
}
