//! What members say to each other: [`Content`] inside the ciphertext, [`HandshakeContext`] beside a handshake.

use bytes::Bytes;
use prost::Message;

use crate::codec::{DecodeError, Field, message, one_of};
use crate::domain::Domain;
use crate::identity::{AccountHead, Head};
use crate::ids::{DeviceId, MessageId, Seq};
use crate::{limits, time::Timestamp, wire};

/// The version of [`Content`] and [`HandshakeContext`] this build writes.
pub const CONTENT_VERSION: u32 = 1;

message! {
    /// The authenticated data of every handshake: for each account it touches, the identity-log head it relied on.
    HandshakeContext {
        /// The layout's version.
        version: u32,
        /// One head an account, by account.
        heads: Vec<AccountHead>,
    }
}

impl HandshakeContext {
    /// The context with these heads, one an account.
    pub fn new(mut heads: Vec<AccountHead>) -> Self {
        heads.sort_by_key(|head| head.account);
        Self { version: CONTENT_VERSION, heads }
    }

    /// The bytes to authenticate.
    pub fn encode(self) -> Vec<u8> {
        let wire: wire::HandshakeContext = self.into_wire();
        wire.encode_to_vec()
    }

    /// Checks foreign bytes: known version, heads within limits, each account once and in order.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire = wire::HandshakeContext::decode(bytes).map_err(|_| DecodeError::Malformed)?;
        let context: Self = Field::from_wire(wire)?;
        if context.version != CONTENT_VERSION {
            return Err(DecodeError::Unknown("handshake context version"));
        }
        if context.heads.len() > limits::HANDSHAKE_HEADS_MAX {
            return Err(DecodeError::Limit("heads"));
        }
        if !context.heads.is_sorted_by(|one, next| one.account < next.account) {
            return Err(DecodeError::Invalid("heads"));
        }
        Ok(context)
    }
}

/// A digest of the heads of all member accounts in an epoch, whatever their order.
pub fn heads_digest<'a>(heads: impl IntoIterator<Item = &'a AccountHead>) -> [u8; 32] {
    let mut rows: Vec<Vec<u8>> = heads
        .into_iter()
        .map(|AccountHead { account, head }| {
            [account.as_bytes().as_slice(), &head.length.to_be_bytes(), &head.hash].concat()
        })
        .collect();
    rows.sort();
    let parts: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
    Domain::HeadsDigest.hash(&parts)
}

message! {
    /// A message as its members see it.
    Content {
        /// The layout's version.
        version: u32,
        /// Shown once in the timeline, however often it arrives.
        message: MessageId,
        /// The sender's claim; order and days come from the log.
        sent_at: Timestamp,
        /// The sender's own identity-log head.
        sender_head: Head,
        /// The sender's [`heads_digest`] of this epoch.
        heads_digest: [u8; 32],
        /// What is said.
        body: Body,
    }
}

one_of! {
    /// What a message says.
    Body from wire::content::Body {
        /// Words.
        Text(Text),
        /// The sender has read up to here.
        ReadUpTo(ReadUpTo),
        /// A record of the account's self conversation.
        SelfRecord(SelfRecord),
        /// What a device that came later is told.
        HandOver(HandOver),
    }
}

message! {
    /// Words.
    Text {
        /// At most [`limits::TEXT_BYTES_MAX`] bytes.
        text: String,
    }
}

message! {
    /// A read receipt.
    ReadUpTo {
        /// The last entry read.
        seq: Seq,
    }
}

message! {
    /// A last-writer record of the self conversation: the higher (counter, device) wins.
    SelfRecord {
        /// What the record is about.
        name: String,
        /// Raised by every writer above what it has seen.
        counter: u64,
        /// The record's bytes, in the client's own record format.
        value: Bytes,
    }
}

message! {
    /// A part of what a device of the account knows, for one that came later. In the self conversation.
    HandOver {
        /// For whom.
        device: DeviceId,
        /// How far this part goes.
        done: u64,
        /// How far all of them.
        total: u64,
        /// In the client's own record format.
        records: Vec<Bytes>,
    }
}

impl Content {
    /// The bytes to seal.
    pub fn encode(self) -> Vec<u8> {
        let wire: wire::Content = self.into_wire();
        wire.encode_to_vec()
    }

    /// Checks opened bytes: a member can send anything.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire = wire::Content::decode(bytes).map_err(|_| DecodeError::Malformed)?;
        if wire.version != CONTENT_VERSION {
            return Err(DecodeError::Unknown("content version"));
        }
        let content: Self = Field::from_wire(wire)?;
        match &content.body {
            Body::Text(text) if text.text.len() > limits::TEXT_BYTES_MAX => Err(DecodeError::Limit("text")),
            _ => Ok(content),
        }
    }
}
