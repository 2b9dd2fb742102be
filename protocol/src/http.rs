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

/// The gateway's address of a relay: http becomes ws, https wss.
pub fn gateway_url(relay: &str) -> Option<String> {
    let relay = relay.trim_end_matches('/');
    let (scheme, host) = relay.split_once("://")?;
    let scheme = match scheme {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return None,
    };
    (!host.is_empty()).then(|| format!("{scheme}://{host}/v1/ws"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relays_address_is_its_gateways() {
        check("http://127.0.0.1:8787", Some("ws://127.0.0.1:8787/v1/ws"));
        check("https://relay.example.org/", Some("wss://relay.example.org/v1/ws"));
        check("relay.example.org", None);
        check("ftp://relay.example.org", None);
    }

    #[track_caller]
    fn check(relay: &str, expected: Option<&str>) {
        assert_eq!(gateway_url(relay).as_deref(), expected);
    }
}
