//! Bodies of the relay's HTTP routes.

use serde::{Deserialize, Serialize};

/// What every refusal over HTTP looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// A stable code, see [`crate::ErrorCode`].
    pub code: String,
    /// What happened and what to do, for people.
    pub message: String,
    /// When the same request may succeed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_ms: Option<u64>,
}

/// `GET /v1/info`: what a client needs to know before it connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayInfo {
    /// The relay's id in its text form.
    pub relay: String,
    /// The oldest protocol version spoken.
    pub version_min: u32,
    /// The newest protocol version spoken.
    pub version_max: u32,
    /// MLS suites served, by their RFC 9420 numbers.
    pub suites: Vec<u16>,
}

/// `GET /healthz` and `GET /readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`, or what is missing.
    pub status: String,
}
