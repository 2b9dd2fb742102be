//! Stable error codes: lower_snake on the wire, never renamed.

use std::fmt;

use crate::codec::{DecodeError, Field};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal;)*) => {
        /// Why a relay refused. The code is stable; the text beside it is for people.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
            /// A code of a newer relay.
            Unrecognized,
        }

        impl ErrorCode {
            /// Every code this build knows.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unrecognized => "unrecognized",
                }
            }

            /// The HTTP status that goes with it.
            pub const fn http_status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)*
                    Self::Unrecognized => 500,
                }
            }

            /// The code with this text; a newer relay's code is [`Self::Unrecognized`].
            pub fn parse(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Unrecognized,
                }
            }
        }
    };
}

codes! {
    /// No session, or it has ended: start one.
    Unauthorized = "unauthorized", 401;
    /// The resume token is used, expired or unknown: start a session by challenge.
    ResumeFailed = "resume_failed", 401;
    /// The challenge was answered wrongly, twice, or too late.
    ChallengeFailed = "challenge_failed", 401;
    /// The device is revoked.
    DeviceRevoked = "device_revoked", 401;
    /// A newer session of the same device took over.
    Superseded = "superseded", 409;
    /// Not a member, or without the right.
    Forbidden = "forbidden", 403;
    /// The request breaks a rule of the protocol.
    InvalidRequest = "invalid_request", 400;
    /// No such thing, or not for this account.
    NotFound = "not_found", 404;
    /// Too often: wait `retry_after_ms`.
    RateLimited = "rate_limited", 429;
    /// More than a limit allows.
    LimitExceeded = "limit_exceeded", 413;
    /// What was asked for is no longer kept.
    ReplayWindowExceeded = "replay_window_exceeded", 410;
    /// No protocol version in common.
    UnsupportedVersion = "unsupported_version", 400;
    /// Written by a newer version: update.
    UpgradeRequired = "upgrade_required", 426;
    /// The relay failed; nothing was changed.
    InternalError = "internal_error", 500;
    /// Too much queued: wait `retry_after_ms`.
    Busy = "busy", 503;
    /// The store failed; nothing was changed.
    Unavailable = "unavailable", 503;
    /// Another commit won the epoch, or the message is of an epoch too old.
    StaleEpoch = "stale_epoch", 409;
    /// There is a conversation of these two already: `conversation`.
    ConversationExists = "conversation_exists", 409;
    /// The commit is not valid on the group's public state.
    InvalidCommit = "invalid_commit", 400;
    /// The group's policy refuses the commit.
    PolicyRefused = "policy_refused", 403;
    /// The identity log has grown meanwhile: fetch and build on its head.
    LogConflict = "log_conflict", 409;
    /// An entry of an identity log is not validly signed or chained.
    IdentityForged = "identity_forged", 400;
    /// Someone else has the handle.
    HandleTaken = "handle_taken", 409;
    /// The KeyPackage is not valid, or not this device's.
    InvalidKeyPackage = "invalid_key_package", 400;
    /// The envelope id was used before for other bytes.
    EnvelopeReused = "envelope_reused", 409;
    /// The relay is being stopped: reconnect.
    ShuttingDown = "shutting_down", 503;
    /// The socket could not keep up: reconnect and resume.
    TooSlow = "too_slow", 503;
}

impl ErrorCode {
    /// Whether the same request may succeed later, unchanged.
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::Busy
                | Self::Unavailable
                | Self::InternalError
                | Self::ShuttingDown
                | Self::TooSlow
                | Self::Unauthorized
        )
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl Field<String> for ErrorCode {
    fn into_wire(self) -> String {
        self.as_str().to_owned()
    }

    fn from_wire(wire: String) -> Result<Self, DecodeError> {
        Ok(Self::parse(&wire))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_lower_snake_and_parses_back() {
        for code in ErrorCode::ALL {
            let text = code.as_str();
            assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{text}");
            assert_eq!(ErrorCode::parse(text), *code);
        }
    }

    #[test]
    fn a_newer_relays_code_is_not_an_error_of_ours() {
        assert_eq!(ErrorCode::parse("weather_too_nice"), ErrorCode::Unrecognized);
    }
}
