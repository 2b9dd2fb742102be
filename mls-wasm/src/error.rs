//! What can go wrong at this crate's edge.

use std::fmt::Debug;

use crate::policy::Refusal;

/// Why the engine did not do it. Nothing was changed, unless a method says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are no MLS message of the expected kind.
    #[error("malformed MLS message")]
    Malformed,
    /// Of another conversation.
    #[error("an MLS message of another conversation")]
    WrongGroup,
    /// Of an epoch that is not, or no longer, open here.
    #[error("an MLS message of another epoch")]
    WrongEpoch,
    /// A suite that is not offered.
    #[error("an MLS suite that is not offered")]
    UnsupportedSuite,
    /// Not valid MLS here and now: do not believe it. The detail is the engine's own name for it.
    #[error("invalid MLS message: {detail}")]
    Invalid {
        /// The engine's name for what is wrong.
        detail: String,
    },
    /// The same message was opened before.
    #[error("an MLS message that was opened before")]
    Replayed,
    /// None of this device's KeyPackages is the one the Welcome was made for.
    #[error("a Welcome for another KeyPackage")]
    NoKeyPackage,
    /// Valid MLS, but against the group's policy.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A leaf or message with a lifetime, extension or credential that this protocol does not use.
    #[error("a foreign MLS leaf: {0}")]
    ForeignLeaf(&'static str),
    /// This device is no longer a member.
    #[error("this device is not a member of the group")]
    NotAMember,
    /// Another commit of this device waits for its echo.
    #[error("a commit of this device waits for its echo")]
    CommitPending,
    /// The stored state does not load.
    #[error("the stored MLS state is damaged")]
    DamagedState,
    /// The stored state was written by a newer version.
    #[error("the stored MLS state needs a newer version of this program")]
    UpgradeRequired,
}

impl Error {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::WrongGroup => "wrong_group",
            Self::WrongEpoch => "wrong_epoch",
            Self::UnsupportedSuite => "unsupported_suite",
            Self::Invalid { .. } => "invalid",
            Self::Replayed => "replayed",
            Self::NoKeyPackage => "no_key_package",
            Self::Refused(refusal) => refusal.code(),
            Self::ForeignLeaf(_) => "foreign_leaf",
            Self::NotAMember => "not_a_member",
            Self::CommitPending => "commit_pending",
            Self::DamagedState => "damaged_state",
            Self::UpgradeRequired => "upgrade_required",
        }
    }

    /// OpenMLS's name for what is wrong; its errors hold names and no data.
    pub(crate) fn invalid(cause: impl Debug) -> Self {
        Self::Invalid { detail: format!("{cause:?}") }
    }
}
