//! Identity logs and KeyPackages.

use bytes::Bytes;

use super::at_most;
use crate::codec::{DecodeError, OrEmpty, message, one_of};
use crate::handle::Handle;
use crate::identity::{AccountHead, Head, SignedEntry};
use crate::ids::{AccountId, DeviceId, Suite};
use crate::keys::PublicKey;
use crate::{limits, wire};

message! {
    /// Asks for an identity log. Needs no session, so that a phrase can recover an account.
    IdentityFetch {
        /// Whose.
        target: IdentityTarget,
        /// How many entries the client has.
        from_length: u64,
    }
}

one_of! {
    /// Whose identity log.
    IdentityTarget from wire::identity_fetch::Target {
        /// By id.
        Account(AccountId),
        /// By directory alias: the answer says which account the relay claims it is.
        Handle(Handle),
        /// By the root key in force: whoever restores an account has nothing but its phrase.
        Root(PublicKey),
    }
}

message! {
    /// A part of an identity log, at most [`limits::IDENTITY_ENTRIES_PER_FRAME_MAX`] entries.
    IdentityEntries {
        /// Whose.
        account: AccountId,
        /// The first entry's position.
        from_length: u64,
        /// Entries, in order.
        entries: Vec<SignedEntry>,
        /// Where the whole log stands.
        head: Head,
    }
}

message! {
    /// Appends to an identity log, if it is still `from_length` long. Its signatures are its authority: an opening and
    /// a recovery come without a session.
    IdentityAppend {
        /// Whose.
        account: AccountId,
        /// How long the log was.
        from_length: u64,
        /// What follows.
        entries: Vec<SignedEntry>,
    }
}

message! {
    /// Where an identity log stands.
    IdentityChanged {
        /// Whose.
        account: AccountId,
        /// Its head.
        head: Head,
    }
}

message! {
    /// Asks which of the logs that a client has stand elsewhere by now: what it was not told while it was away.
    IdentityCompare {
        /// At most [`limits::HEADS_PER_FRAME_MAX`].
        known: Vec<AccountHead>,
    }
}

message! {
    /// The logs that do not stand where the client knows them.
    IdentityDiffering {
        /// Where they stand.
        heads: Vec<AccountHead>,
    }
}

message! {
    /// Publishes KeyPackages of the session's device.
    KeyPackagesPublish {
        /// Their suite.
        suite: Suite,
        /// Each to be issued once.
        packages: Vec<Bytes>,
        /// To be issued when no other is left; replaces the one before.
        last_resort: OrEmpty<Bytes>,
        /// Those before are not issued any more: the device lacks their private halves, or may have used them.
        replaces_all: bool,
    }
}

message! {
    /// What the directory holds for a device in a suite. Pushed to the device, too, when little is left.
    KeyPackagesStatus {
        /// The suite.
        suite: Suite,
        /// How many are left to be issued once.
        unissued: u32,
        /// Whether there is one of last resort.
        has_last_resort: bool,
        /// How long ago that was published.
        last_resort_age_ms: u64,
    }
}

message! {
    /// Claims one KeyPackage for each device of an account.
    KeyPackagesClaim {
        /// Whose.
        account: AccountId,
        /// In which suite.
        suite: Suite,
        /// Which devices; all that are listed if empty.
        devices: Vec<DeviceId>,
    }
}

message! {
    /// One KeyPackage a device; none for a device that has published none.
    KeyPackagesClaimed {
        /// Whose.
        account: AccountId,
        /// By device.
        packages: Vec<ClaimedKeyPackage>,
    }
}

message! {
    /// A claimed KeyPackage.
    ClaimedKeyPackage {
        /// Whose.
        device: DeviceId,
        /// To be checked against the device's key before use.
        package: Bytes,
        /// Whether others may have been given the same.
        last_resort: bool,
    }
}

impl KeyPackagesPublish {
    pub(super) fn check_limits(&self) -> Result<(), DecodeError> {
        at_most("packages", self.packages.len(), limits::KEY_PACKAGES_PER_PUBLISH_MAX)?;
        self.packages
            .iter()
            .chain(self.last_resort.0.as_ref())
            .try_for_each(|package| at_most("package", package.len(), limits::KEY_PACKAGE_BYTES_MAX))
    }
}
