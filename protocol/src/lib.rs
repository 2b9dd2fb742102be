//! The words Palaver's parts share: ids, money, time, limits, error codes, keys, identity logs and frames.
//!
//! No I/O, no clock, no randomness. The only crate that knows the network's bytes: everything past a decoder is typed and
//! within its limits.

#![warn(missing_docs)]

pub mod base_point;
pub mod code;
pub mod codec;
pub mod content;
pub mod domain;
pub mod frame;
pub mod handle;
pub mod http;
pub mod identity;
pub mod ids;
pub mod keys;
pub mod limits;
pub mod link;
pub mod money;
mod strict;
pub mod time;
#[cfg(feature = "typescript")]
mod typescript;

mod wire {
    //! What prost generates from `proto/`.
    #![expect(unreachable_pub, reason = "generated")]
    include!(concat!(env!("OUT_DIR"), "/palaver.v1.rs"));
}

pub use bytes::Bytes;
pub use code::ErrorCode;
pub use codec::DecodeError;
pub use handle::Handle;
pub use ids::{
    AccountId, AuditId, CommentId, ConversationId, DeliveryId, DeviceId, DisputeId, EndpointId, EnvelopeId,
    Epoch, EscrowId, EventId, JobId, KeyId, ListingId, MessageId, OfferId, OrderId, RelayId, Seq, Suite,
    TopUpId, TransferId, UserId, WithdrawalId,
};
pub use money::{Amount, Currency, Money};
pub use time::Timestamp;

/// The protocol version this build speaks.
pub const VERSION: u32 = 1;

/// The oldest protocol version this build still speaks.
pub const VERSION_MIN: u32 = 1;

/// The WebSocket subprotocol of the gateway.
pub const SUBPROTOCOL: &str = "palaver.v1";
