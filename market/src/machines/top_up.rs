//! The top-up: money on its way in.

use TopUpStatus as S;
use TopUpVerb as V;

use crate::actor::{Actor, Permissions};
use crate::machine::Machine;
use crate::words::words;

words! {
    /// How far a top-up is.
    TopUpStatus {
        /// Asked for; no provider knows of it yet.
        Created = "TOPUP_CREATED",
        /// The owner has to confirm it at the provider.
        AwaitingUserConfirmation = "TOPUP_AWAITING_USER_CONFIRMATION",
        /// Confirmed; the money is on its way.
        Processing = "TOPUP_PROCESSING",
        /// The money is there.
        Succeeded = "TOPUP_SUCCEEDED",
        /// It will not come.
        Failed = "TOPUP_FAILED",
        /// Called off.
        Canceled = "TOPUP_CANCELED",
    }
}

words! {
    /// What happens to a top-up.
    TopUpVerb {
        /// The provider knows of it and waits for the owner.
        AwaitUser = "await_user",
        /// The owner confirmed.
        Process = "process",
        /// The money came.
        Succeed = "succeed",
        /// The money will not come.
        Fail = "fail",
        /// It is called off.
        Cancel = "cancel",
        /// No money came in time.
        Expire = "expire",
    }
}

/// The top-up's machine.
pub const TOP_UP: Machine<TopUpStatus, TopUpVerb> = Machine {
    name: "top-up",
    start: S::Created,
    edges: &[
        (S::Created, V::AwaitUser, S::AwaitingUserConfirmation),
        (S::AwaitingUserConfirmation, V::Process, S::Processing),
        (S::AwaitingUserConfirmation, V::Cancel, S::Canceled),
        (S::AwaitingUserConfirmation, V::Expire, S::Canceled),
        (S::Processing, V::Succeed, S::Succeeded),
        (S::Processing, V::Fail, S::Failed),
    ],
    // The provider could not be asked; or it never says that it is at it.
    compensations: &[
        (S::Created, V::Fail, S::Failed),
        (S::AwaitingUserConfirmation, V::Succeed, S::Succeeded),
        (S::AwaitingUserConfirmation, V::Fail, S::Failed),
    ],
};

/// Who may do what to a top-up. Nobody but a provider, or an operator who saw the money, says that it came. Where there is a
/// provider, it calls the top-up off before its owner does: what comes afterwards would be nobody's.
pub const TOP_UP_PERMISSIONS: Permissions<TopUpVerb> = &[
    (V::AwaitUser, &[Actor::Relay, Actor::Provider]),
    (V::Process, &[Actor::Relay, Actor::Provider]),
    (V::Succeed, &[Actor::Support, Actor::Provider]),
    (V::Fail, &[Actor::Support, Actor::Relay, Actor::Provider]),
    (V::Cancel, &[Actor::Owner, Actor::Support, Actor::Relay, Actor::Provider]),
    (V::Expire, &[Actor::Relay]),
];
