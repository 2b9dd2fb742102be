//! What people choose for all of their devices.

use protocol::DeviceId;
use serde::{Deserialize, Serialize};

use super::{Record, RecordKey, StoreKind};

/// A setting, known to this program or not. A last-writer record of the self conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SettingRecord {
    pub(crate) name: String,
    /// Empty where it was put back to its default.
    pub(crate) value: String,
    /// Last writer: counter and device.
    pub(crate) counter: u64,
    pub(crate) writer: DeviceId,
}

impl SettingRecord {
    pub(crate) fn key(name: &str) -> RecordKey {
        RecordKey::new(StoreKind::Setting, name.as_bytes(), b"")
    }
}

impl Record for SettingRecord {
    const VERSION: u8 = 1;
}
