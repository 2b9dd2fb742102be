//! Who acts, and who may do what.

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
