//! Who acts, and who may do what.

use protocol::UserId;

use crate::refusal::Refusal;
use crate::words::{Word, words};

words! {
    /// In whose name something is done.
    Actor {
        /// Who pays.
        Buyer = "buyer",
        /// Who delivers.
        Seller = "seller",
        /// Whose top-up or withdrawal it is.
        Owner = "owner",
        /// Who arbitrates and helps, an operator among them.
        Support = "support",
        /// The relay itself: its jobs, and its own ledger where that keeps an escrow.
        Relay = "relay",
        /// A payment provider's word.
        Provider = "provider",
    }
}

/// Who may do what: each verb once, with everyone who may.
pub type Permissions<V> = &'static [(V, &'static [Actor])];

/// Whether `actor` may `verb`; who is not named may not.
pub fn permit<V: Word>(permissions: Permissions<V>, actor: Actor, verb: V) -> Result<(), Refusal> {
    let entry = permissions.iter().find(|(permitted, _)| *permitted == verb);
    let allowed = entry.map_or(&[][..], |(_, actors)| actors);
    if allowed.contains(&actor) {
        Ok(())
    } else {
        Err(Refusal::Forbidden { actor, allowed: allowed.to_vec() })
    }
}

words! {
    /// One side of a trade.
    Party {
        /// Who pays.
        Buyer = "BUYER",
        /// Who delivers.
        Seller = "SELLER",
    }
}

impl Party {
    /// The one across.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Buyer => Self::Seller,
            Self::Seller => Self::Buyer,
        }
    }

    /// As whom this side acts.
    pub fn actor(self) -> Actor {
        match self {
            Self::Buyer => Actor::Buyer,
            Self::Seller => Actor::Seller,
        }
    }
}

/// The side that `actor` is; the others are none.
pub(crate) fn party(actor: Actor) -> Result<Party, Refusal> {
    let sides = [Party::Buyer, Party::Seller];
    let side = sides.into_iter().find(|side| side.actor() == actor);
    side.ok_or_else(|| Refusal::Forbidden { actor, allowed: sides.map(Party::actor).to_vec() })
}

/// As whom `user` acts between these two.
pub(crate) fn side(buyer: UserId, seller: UserId, user: UserId) -> Option<Actor> {
    let sides = [(buyer, Actor::Buyer), (seller, Actor::Seller)];
    sides.into_iter().find(|(side, _)| *side == user).map(|(_, actor)| actor)
}
