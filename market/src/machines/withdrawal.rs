//! The withdrawal: money on its way out.

use WithdrawalStatus as S;
use WithdrawalVerb as V;

use crate::actor::{Actor, Permissions};
use crate::machine::Machine;
use crate::words::words;

words! {
    /// How far a withdrawal is.
    WithdrawalStatus {
        /// Asked for; the money is on hold, and nothing is sent yet.
        Created = "WITHDRAWAL_CREATED",
        /// To be sent: the owner cannot call it off any more.
        Committed = "WITHDRAWAL_COMMITTED",
        /// On its way.
        Pending = "WITHDRAWAL_PENDING",
        /// The owner has to do something at the provider.
        PendingUserAction = "WITHDRAWAL_PENDING_USER_ACTION",
        /// Paid out.
        Completed = "WITHDRAWAL_COMPLETED",
        /// Not paid out.
        Failed = "WITHDRAWAL_FAILED",
        /// Called off.
        Canceled = "WITHDRAWAL_CANCELED",
    }
}

words! {
    /// What happens to a withdrawal.
    WithdrawalVerb {
        /// Have it sent.
        Commit = "commit",
        /// Call it off before it is sent.
        Cancel = "cancel",
        /// Nobody committed it in time.
        Expire = "expire",
        /// The provider is at it.
        Await = "await",
        /// The provider waits for the owner.
        AskUser = "ask_user",
        /// It was paid out.
        Complete = "complete",
        /// It could not be paid out.
        Fail = "fail",
        /// The provider gave up on it and gives the money back.
        Return = "return",
    }
}

/// The withdrawal's machine.
pub const WITHDRAWAL: Machine<WithdrawalStatus, WithdrawalVerb> = Machine {
    name: "withdrawal",
    start: S::Created,
    edges: &[
        (S::Created, V::Commit, S::Committed),
        (S::Created, V::Cancel, S::Canceled),
        (S::Created, V::Expire, S::Canceled),
        (S::Committed, V::Await, S::Pending),
        (S::Pending, V::AskUser, S::PendingUserAction),
        (S::Pending, V::Complete, S::Completed),
        (S::Pending, V::Fail, S::Failed),
        (S::PendingUserAction, V::Await, S::Pending),
        (S::PendingUserAction, V::Fail, S::Failed),
    ],
    // A provider tells of what it comes to, not of each station, and calls off what nobody fetches.
    compensations: &[
        (S::Created, V::Fail, S::Failed),
        (S::Committed, V::AskUser, S::PendingUserAction),
        (S::Committed, V::Complete, S::Completed),
        (S::Committed, V::Fail, S::Failed),
        (S::Committed, V::Return, S::Canceled),
        (S::Pending, V::Return, S::Canceled),
        (S::PendingUserAction, V::Complete, S::Completed),
        (S::PendingUserAction, V::Return, S::Canceled),
    ],
};

/// Who may do what to a withdrawal. Nobody but a provider, or an operator who sent the money, says that it went.
pub const WITHDRAWAL_PERMISSIONS: Permissions<WithdrawalVerb> = &[
    (V::Commit, &[Actor::Owner]),
    (V::Cancel, &[Actor::Owner, Actor::Support]),
    (V::Expire, &[Actor::Relay]),
    (V::Await, &[Actor::Relay, Actor::Provider]),
    (V::AskUser, &[Actor::Provider]),
    (V::Complete, &[Actor::Support, Actor::Provider]),
    (V::Fail, &[Actor::Support, Actor::Relay, Actor::Provider]),
    (V::Return, &[Actor::Provider]),
];
