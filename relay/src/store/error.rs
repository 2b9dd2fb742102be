//! Why the store did not do it.

use protocol::{ConversationId, Epoch, ErrorCode};

/// Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Too much is queued: wait.
    #[error("the store is busy")]
    Busy,
    /// The store failed.
    #[error("the store failed")]
    Unavailable,
    /// What is stored cannot be, for one thing: the store works, and others may be gone on with.
    #[error("what is stored does not agree with itself")]
    Inconsistent,
    /// No such thing, or not for this device.
    #[error("not found")]
    NotFound,
    /// Not a member.
    #[error("not a member")]
    Forbidden,
    /// The resume token is unknown, used or expired.
    #[error("the resume token does not work")]
    ResumeFailed,
    /// The device is not listed, or no longer.
    #[error("the device is not listed")]
    DeviceRevoked,
    /// The identity log has another length.
    #[error("the identity log has grown")]
    LogConflict,
    /// Another account has the handle.
    #[error("the handle is taken")]
    HandleTaken,
    /// The device is another account's.
    #[error("the device belongs to another account")]
    DeviceTaken,
    /// The root key is or was another account's.
    #[error("the root key belongs to another account")]
    RootTaken,
    /// Another commit won the epoch, or the message is too old.
    #[error("the epoch has passed")]
    StaleEpoch(Epoch),
    /// The conversation, or one of the same two accounts, exists.
    #[error("the conversation exists")]
    ConversationExists(ConversationId),
    /// The envelope id was used for other bytes.
    #[error("the envelope id was used before")]
    EnvelopeReused,
}

impl StoreError {
    /// The wire code.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Busy => ErrorCode::Busy,
            Self::Unavailable | Self::Inconsistent => ErrorCode::Unavailable,
            Self::NotFound => ErrorCode::NotFound,
            Self::Forbidden | Self::DeviceTaken | Self::RootTaken => ErrorCode::Forbidden,
            Self::ResumeFailed => ErrorCode::ResumeFailed,
            Self::DeviceRevoked => ErrorCode::DeviceRevoked,
            Self::LogConflict => ErrorCode::LogConflict,
            Self::HandleTaken => ErrorCode::HandleTaken,
            Self::StaleEpoch(_) => ErrorCode::StaleEpoch,
            Self::ConversationExists(_) => ErrorCode::ConversationExists,
            Self::EnvelopeReused => ErrorCode::EnvelopeReused,
        }
    }
}
