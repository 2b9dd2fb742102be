//! Values that a store keeps as JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::StoreError;

/// A value, to be stored.
pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unavailable)
}

/// A value that was stored.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Inconsistent)
}
