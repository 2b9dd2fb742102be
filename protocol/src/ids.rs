//! Ids as newtypes, each with a text form that says what it names: `acct_…`, `dev_…`, `conv_…`, `msg_…`.

use std::fmt;
use std::str::FromStr;

use base32ct::{Base32Unpadded, Encoding};
use bytes::Bytes;

use crate::codec::{DecodeError, Field};

/// Why a text is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that starts with `{prefix}`, followed by {characters} letters and digits")]
pub struct ParseIdError {
    prefix: &'static str,
    characters: usize,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $length:literal, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// How many bytes the id has.
            pub const LENGTH: usize = $length;

            /// What its text form starts with.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps raw bytes.
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The raw bytes.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}{}", $prefix, Base32Unpadded::encode_string(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, out)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse_text(text, $prefix)
                    .and_then(|bytes| bytes.try_into().ok())
                    .map(Self)
                    .ok_or(ParseIdError { prefix: $prefix, characters: ($length * 8usize).div_ceil(5) })
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = DecodeError;

            fn try_from(bytes: &[u8]) -> Result<Self, DecodeError> {
                bytes.try_into().map(Self).map_err(|_| DecodeError::Length(stringify!($name)))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_bytes(&self.0)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error;
                if deserializer.is_human_readable() {
                    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
                } else {
                    <&[u8]>::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
                }
            }
        }

        impl Field<Bytes> for $name {
            fn into_wire(self) -> Bytes {
                Bytes::copy_from_slice(&self.0)
            }

            fn from_wire(bytes: Bytes) -> Result<Self, DecodeError> {
                Self::try_from(bytes.as_ref())
            }
        }
    };
}

/// The bytes of `text` behind `prefix`, if it is just what they are written as: each id has exactly one text form.
fn parse_text(text: &str, prefix: &str) -> Option<Vec<u8>> {
    let encoded = text.strip_prefix(prefix)?;
    let bytes = Base32Unpadded::decode_vec(encoded).ok()?;
    (Base32Unpadded::encode_string(&bytes) == encoded).then_some(bytes)
}

id! {
    /// An account: the hash of its first root key, for ever.
    AccountId, 32, "acct_"
}
id! {
    /// A device: the hash of its key.
    DeviceId, 16, "dev_"
}
id! {
    /// A conversation; also its MLS group id.
    ConversationId, 16, "conv_"
}
id! {
    /// A message as people see it. Lives inside the ciphertext; the timeline shows each once.
    MessageId, 16, "msg_"
}
id! {
    /// One submission to a conversation's log, for idempotency. Says nothing about the content.
    EnvelopeId, 16, "env_"
}
id! {
    /// A relay, drawn once when its data folder is made.
    RelayId, 16, "relay_"
}

// What is traded by. Drawn in the order of their time, so that what is stored by them grows at its end.
id! {
    /// Someone who trades: an account in a space, or a customer of whoever holds an API key there.
    UserId, 16, "usr_"
}
id! {
    /// Something on offer.
    ListingId, 16, "lst_"
}
id! {
    /// What someone would pay for it.
    OfferId, 16, "ofr_"
}
id! {
    /// A purchase, from its terms to its end.
    OrderId, 16, "ord_"
}
id! {
    /// The money of an order while neither side has it.
    EscrowId, 16, "esc_"
}
id! {
    /// A disagreement over an order.
    DisputeId, 16, "dsp_"
}
id! {
    /// What was said in a dispute.
    CommentId, 16, "cmt_"
}
id! {
    /// Money on its way in.
    TopUpId, 16, "topup_"
}
id! {
    /// Money on its way out.
    WithdrawalId, 16, "wd_"
}
id! {
    /// Money that one user sends another.
    TransferId, 16, "trf_"
}
id! {
    /// Something that happened, as those are told who listen.
    EventId, 16, "evt_"
}
id! {
    /// A line of the audit log.
    AuditId, 16, "aud_"
}
id! {
    /// A key that programs act by.
    KeyId, 16, "key_"
}
id! {
    /// Work that is done by and by.
    JobId, 16, "job_"
}
id! {
    /// Somebody's server that is told what happens.
    EndpointId, 16, "whe_"
}
id! {
    /// One event, for one such server.
    DeliveryId, 16, "whd_"
}

macro_rules! counter {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
        )]
        pub struct $name(pub u64);

        impl $name {
            /// The one after this.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, out)
            }
        }

        impl Field<u64> for $name {
            fn into_wire(self) -> u64 {
                self.0
            }

            fn from_wire(number: u64) -> Result<Self, DecodeError> {
                Ok(Self(number))
            }
        }
    };
}

counter! {
    /// A position in a conversation's log. Dense, from 1; 0 stands before the first entry.
    Seq
}
counter! {
    /// An epoch of an MLS group.
    Epoch
}

/// An MLS cipher suite by its RFC 9420 number: a stored property of each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suite(u16);

impl Suite {
    /// X25519, AES-128-GCM, SHA-256, Ed25519: the one every MLS implementation has.
    pub const AES_128_GCM: Self = Self(0x0001);

    /// X25519, ChaCha20-Poly1305, SHA-256, Ed25519: as fast without AES hardware.
    pub const CHACHA20_POLY1305: Self = Self(0x0003);

    /// ML-KEM-768 beside X25519 (X-Wing), AES-128-GCM, SHA-256, Ed25519: what is recorded today stays closed to a quantum
    /// computer. The number is the draft's own (draft-ietf-mls-pq-ciphersuites), until IANA gives one.
    pub const ML_KEM_768_X25519: Self = Self(0x004F);

    /// Every suite we offer, the preferred one first.
    pub const OFFERED: [Self; 3] = [Self::CHACHA20_POLY1305, Self::AES_128_GCM, Self::ML_KEM_768_X25519];

    /// The suite with this number, if we offer it.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::OFFERED.into_iter().find(|suite| suite.0 == number)
    }

    /// Its RFC 9420 number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl Field<u32> for Suite {
    fn into_wire(self) -> u32 {
        self.0.into()
    }

    fn from_wire(number: u32) -> Result<Self, DecodeError> {
        u16::try_from(number).ok().and_then(Self::from_number).ok_or(DecodeError::Unknown("suite"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_says_what_the_id_names() {
        assert_eq!(ConversationId::from_bytes([0; 16]).to_string(), "conv_aaaaaaaaaaaaaaaaaaaaaaaaaa");
        assert!(AccountId::from_bytes([7; 32]).to_string().starts_with("acct_"));
    }

    #[test]
    fn text_form_round_trips() {
        check(&DeviceId::from_bytes([0xA5; 16]).to_string(), Some(DeviceId::from_bytes([0xA5; 16])));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        check(&ConversationId::from_bytes([1; 16]).to_string(), None);
    }

    #[test]
    fn upper_case_short_long_and_non_canonical_texts_are_refused() {
        let text = DeviceId::from_bytes([0xA5; 16]).to_string();
        check(&text.replace("dev_", "DEV_"), None);
        check(&text.to_ascii_uppercase().replace("DEV_", "dev_"), None);
        check(&text[..text.len() - 1], None);
        check(&format!("{text}a"), None);
        check("dev_aaaaaaaaaaaaaaaaaaaaaaaaab", None);
    }

    #[test]
    fn only_offered_suites_have_a_value() {
        assert_eq!(Suite::from_number(3), Some(Suite::CHACHA20_POLY1305));
        assert_eq!(Suite::from_number(0x4F), Some(Suite::ML_KEM_768_X25519));
        assert_eq!(Suite::from_number(2), None);
    }

    #[track_caller]
    fn check(text: &str, expected: Option<DeviceId>) {
        assert_eq!(text.parse().ok(), expected);
    }
}
