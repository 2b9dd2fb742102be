//! Why a commit is against the rules.

use protocol::AccountId;

/// Why a commit, a creation or a roster is refused. [`Refusal::HeadUnknown`] holds it instead, until the log is fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The group has no policy.
    #[error("the group has no policy")]
    NoPolicy,
    /// An identity log has to be fetched first.
    #[error("the commit relies on an identity log that is not here yet")]
    HeadUnknown(AccountId),
    /// No head is named for an account that the commit touches.
    #[error("the commit names no identity-log head for an account it touches")]
    HeadMissing,
    /// A head is named for an account that the commit does not touch.
    #[error("the commit names an identity-log head for an account it does not touch")]
    HeadUntouched,
    /// A head older than one named before.
    #[error("the commit relies on an older identity-log head than one named before")]
    HeadWentBack,
    /// Another head of the same length than one named before.
    #[error("the commit relies on another identity-log head than the one named before")]
    HeadForked,
    /// The committer's device is not listed at the head it names.
    #[error("the committer's device is not listed by its account")]
    CommitterNotListed,
    /// The committer is not the session's device.
    #[error("the committer is not the device that submitted")]
    CommitterNotSession,
    /// A member's leaf would stand for someone else.
    #[error("a leaf would change its device")]
    LeafChanged,
    /// A device that its account does not list.
    #[error("a device that its account does not list")]
    DeviceNotListed,
    /// A device that is in the group already.
    #[error("a device that is in the group already")]
    DeviceTwice,
    /// An account that may not be in this group, or not be added by the committer.
    #[error("an account that may not be added")]
    AccountNotAdmitted,
    /// A leaf that the committer may not remove.
    #[error("a leaf that may not be removed")]
    RemovalNotAllowed,
    /// A commit from outside that does anything but take the place of its device's own leaf.
    #[error("a commit from outside that does not replace its own leaf")]
    ExternalNotOwnLeaf,
    /// A proposal that is never allowed.
    #[error("a proposal that is not allowed")]
    ProposalForbidden,
    /// A change of the group's context that is never allowed.
    #[error("a change of the group's context that is not allowed")]
    ContextForbidden,
    /// A policy that the committer may not set.
    #[error("a change of policy that is not allowed")]
    PolicyForbidden,
    /// Of a suite that the policy does not name.
    #[error("a suite that the policy does not name")]
    SuiteForbidden,
    /// More devices than a group may have.
    #[error("more devices than a group may have")]
    TooManyDevices,
}

impl Refusal {
    /// The stable code of this refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPolicy => "no_policy",
            Self::HeadUnknown(_) => "head_unknown",
            Self::HeadMissing => "head_missing",
            Self::HeadUntouched => "head_untouched",
            Self::HeadWentBack => "head_went_back",
            Self::HeadForked => "head_forked",
            Self::CommitterNotListed => "committer_not_listed",
            Self::CommitterNotSession => "committer_not_session",
            Self::LeafChanged => "leaf_changed",
            Self::DeviceNotListed => "device_not_listed",
            Self::DeviceTwice => "device_twice",
            Self::AccountNotAdmitted => "account_not_admitted",
            Self::RemovalNotAllowed => "removal_not_allowed",
            Self::ExternalNotOwnLeaf => "external_not_own_leaf",
            Self::ProposalForbidden => "proposal_forbidden",
            Self::ContextForbidden => "context_forbidden",
            Self::PolicyForbidden => "policy_forbidden",
            Self::SuiteForbidden => "suite_forbidden",
            Self::TooManyDevices => "too_many_devices",
        }
    }
}
