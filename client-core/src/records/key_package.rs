//! Private halves of published KeyPackages.

use protocol::Suite;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Record, RecordError, RecordKey, StoreKind};

/// The private half of a KeyPackage, until a Welcome comes for it or it is too old.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyPackageRecord {
    /// The KeyPackage's hash; empty in the first version.
    pub(crate) reference: Vec<u8>,
    /// The suite's RFC 9420 number.
    pub(crate) suite: u16,
    /// Later ones have higher numbers.
    pub(crate) number: u64,
    pub(crate) is_last_resort: bool,
    pub(crate) private: Zeroizing<Vec<u8>>,
}

impl KeyPackageRecord {
    pub(crate) fn key(reference: &[u8]) -> RecordKey {
        RecordKey::new(StoreKind::KeyPackage, reference, b"")
    }
}

/// That of the versions before the third.
const FIRST_SUITE: u16 = Suite::CHACHA20_POLY1305.number();

impl Record for KeyPackageRecord {
    const VERSION: u8 = 3;

    fn from_value(version: u8, plain: &[u8]) -> Result<Self, RecordError> {
        match version {
            // Whether it is of last resort, then the private half.
            1 => {
                let (is_last_resort, private) = plain.split_first().ok_or(RecordError::Damaged)?;
                let private = Zeroizing::new(private.to_vec());
                let is_last_resort = *is_last_resort != 0;
                Ok(Self { reference: Vec::new(), suite: FIRST_SUITE, number: 0, is_last_resort, private })
            }
            // There was one suite.
            2 => {
                let (reference, number, is_last_resort, private) =
                    postcard::from_bytes(plain).map_err(|_| RecordError::Damaged)?;
                Ok(Self { reference, suite: FIRST_SUITE, number, is_last_resort, private })
            }
            3 => postcard::from_bytes(plain).map_err(|_| RecordError::Damaged),
            newer if newer > Self::VERSION => Err(RecordError::UpgradeRequired),
            _ => Err(RecordError::Damaged),
        }
    }
}

impl std::fmt::Debug for KeyPackageRecord {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "KeyPackageRecord({}, secret)", self.number)
    }
}
