//! A device that is being linked to an account.

use protocol::{AccountId, ConversationId, RelayId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Record, RecordKey, StoreKind};

/// All there is until the account's log lists this device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkingRecord {
    pub(crate) device_secret: Zeroizing<[u8; 32]>,
    /// The relay where the two meet; another one is refused.
    pub(crate) relay: Option<RelayId>,
    /// The account and its self conversation, from when this device asked to be listed: a program that ends meanwhile goes
    /// on by itself.
    pub(crate) joining: Option<(AccountId, ConversationId)>,
}

impl LinkingRecord {
    pub(crate) fn key() -> RecordKey {
        RecordKey::new(StoreKind::Linking, b"", b"")
    }
}

impl std::fmt::Debug for LinkingRecord {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("LinkingRecord(secret)")
    }
}

impl Record for LinkingRecord {
    const VERSION: u8 = 1;
}
