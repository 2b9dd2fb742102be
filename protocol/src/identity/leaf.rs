//! The identity an MLS leaf carries in its credential.

use crate::codec::DecodeError;
use crate::ids::{AccountId, DeviceId};

const LEAF_VERSION: u8 = 1;

/// Which device of which account a leaf stands for: a version byte, the account, the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafIdentity {
    /// The account.
    pub account: AccountId,
    /// Its device, whose key is the leaf's signature key.
    pub device: DeviceId,
}

impl LeafIdentity {
    /// The credential's bytes.
    pub fn encode(&self) -> Vec<u8> {
        [&[LEAF_VERSION], self.account.as_bytes().as_slice(), self.device.as_bytes()].concat()
    }

    /// Checks a foreign credential's bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (version, ids) = bytes.split_first().ok_or(DecodeError::Length("leaf identity"))?;
        if *version != LEAF_VERSION {
            return Err(DecodeError::Unknown("leaf identity version"));
        }
        let (account, device) =
            ids.split_at_checked(AccountId::LENGTH).ok_or(DecodeError::Length("leaf identity"))?;
        Ok(Self { account: account.try_into()?, device: device.try_into()? })
    }
}
