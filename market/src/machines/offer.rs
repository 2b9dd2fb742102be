//! The offer: what a buyer would pay, what the seller says to it, and so on until they agree or give up.

use OfferStatus as S;
use OfferVerb as V;

use crate::actor::{Actor, Permissions};
use crate::machine::Machine;
use crate::words::words;

words! {
    /// How far an offer is.
    OfferStatus {
        /// The buyer's first word stands.
        Made = "MADE",
        /// A counter-offer stands, of either side.
        Countered = "COUNTERED",
        /// They agree.
        Accepted = "ACCEPTED",
        /// The side whose turn it was said no.
        Declined = "DECLINED",
        /// The side whose word stood took it back.
        Withdrawn = "WITHDRAWN",
        /// Nobody answered in time.
        Expired = "EXPIRED",
    }
}

words! {
    /// What happens to an offer.
    OfferVerb {
        /// Say other terms.
        Counter = "counter",
        /// Agree to what stands.
        Accept = "accept",
        /// Say no to what stands.
        Decline = "decline",
        /// Take back what stands.
        Withdraw = "withdraw",
        /// The time is over.
        Expire = "expire",
    }
}

/// The offer's machine. Whose turn it is, is the offer's to know: the other side than the one whose word stands.
pub const OFFER: Machine<OfferStatus, OfferVerb> = Machine {
    name: "offer",
    start: S::Made,
    edges: &[
        (S::Made, V::Counter, S::Countered),
        (S::Made, V::Accept, S::Accepted),
        (S::Made, V::Decline, S::Declined),
        (S::Made, V::Withdraw, S::Withdrawn),
        (S::Made, V::Expire, S::Expired),
        (S::Countered, V::Counter, S::Countered),
        (S::Countered, V::Accept, S::Accepted),
        (S::Countered, V::Decline, S::Declined),
        (S::Countered, V::Withdraw, S::Withdrawn),
        (S::Countered, V::Expire, S::Expired),
    ],
    compensations: &[],
};

/// Who may do what to an offer, each in its turn.
pub const OFFER_PERMISSIONS: Permissions<OfferVerb> = &[
    (V::Counter, &[Actor::Buyer, Actor::Seller]),
    (V::Accept, &[Actor::Buyer, Actor::Seller]),
    (V::Decline, &[Actor::Buyer, Actor::Seller]),
    (V::Withdraw, &[Actor::Buyer, Actor::Seller]),
    (V::Expire, &[Actor::Relay]),
];
