//! Accounts, their devices, and the hash-chained log that says which devices are theirs.
//!
//! The log only grows. An entry's effect is decided by the entries before it and its signer; a root entry takes back the
//! device entries after the head it names. [`IdentityLog::view_at`] answers for any earlier head, so that a later
//! revocation never changes what held then.

mod entry;
mod leaf;
mod log;
mod safety;
mod view;

pub use entry::{
    AddDevice, CloseAccount, DeviceListing, EntryBody, EntryKind, OpenAccount, Recover, RevokeDevice,
    RotateRoot, SetHandle, SignedEntry,
};
pub use leaf::LeafIdentity;
pub use log::{IdentityError, IdentityLog};
pub use safety::{SafetyNumber, SafetyParty, safety_number};
pub use view::{AccountView, DeviceRecord};

use crate::codec::message;
use crate::ids::AccountId;

message! {
    /// Where an identity log stood: how many entries, and the hash that chains them all.
    #[derive(Copy, Hash)]
    Head {
        /// How many entries.
        length: u64,
        /// The chain's hash after them.
        hash: [u8; 32],
    }
}

message! {
    /// An account's [`Head`].
    #[derive(Copy, Hash)]
    AccountHead {
        /// Whose log.
        account: AccountId,
        /// Where it stood.
        head: Head,
    }
}
