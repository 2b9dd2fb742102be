//! One entry of an identity log: what it says, who signs it, and its bytes.

use bytes::Bytes;
use prost::Message;

use super::{Head, IdentityError};
use crate::codec::{Field, OrEmpty, message, one_of};
use crate::domain::Domain;
use crate::handle::Handle;
use crate::ids::{AccountId, DeviceId};
use crate::keys::{DeviceKey, PublicKey, RootKey, Signature};
use crate::{limits, wire};

const ENTRY_VERSION: u32 = 1;

message! {
    /// An entry as it travels: signature and hash cover the body's bytes as they were sent.
    SignedEntry {
        /// The encoded body.
        body: Bytes,
        /// Its signature.
        signature: Signature,
    }
}

message! {
    /// What an entry says.
    EntryBody {
        /// The layout's version.
        version: u32,
        /// Whose log.
        account: AccountId,
        /// The entry's place, from 0.
        position: u64,
        /// The chain's hash before it; none for the first.
        previous: OrEmpty<[u8; 32]>,
        /// The signing device; none where the root key signs.
        signer: OrEmpty<DeviceId>,
        /// What changes.
        kind: EntryKind,
    }
}

one_of! {
    /// What an entry changes.
    EntryKind from wire::entry_body::Kind {
        /// The first entry, by the root.
        OpenAccount(OpenAccount),
        /// By a listed device.
        AddDevice(AddDevice),
        /// By a listed device.
        RevokeDevice(RevokeDevice),
        /// By a listed device.
        SetHandle(SetHandle),
        /// By the root: a new phrase, the old one void.
        RotateRoot(RotateRoot),
        /// By the root: these devices and no others.
        Recover(Recover),
        /// By the root: nothing follows.
        CloseAccount(CloseAccount),
    }
}

message! {
    /// A device's key, and its word that it joins the account.
    DeviceListing {
        /// The device's key.
        key: PublicKey,
        /// The device's signature over the account: nobody lists a key that isn't theirs.
        possession: Signature,
    }
}

message! {
    /// Opens an account with its first root key and its first device.
    OpenAccount {
        /// Hashes to the account's id.
        root_key: PublicKey,
        /// The device that opened it.
        device: DeviceListing,
    }
}

message! {
    /// Lists one more device.
    AddDevice {
        /// The new device.
        device: DeviceListing,
    }
}

message! {
    /// Strikes a device.
    RevokeDevice {
        /// The device.
        device: DeviceId,
    }
}

message! {
    /// Sets or drops the directory alias.
    SetHandle {
        /// The new handle, or none.
        handle: OrEmpty<Handle>,
    }
}

message! {
    /// Replaces the root key.
    RotateRoot {
        /// Device entries after this head are taken back.
        supersedes_after: Head,
        /// The new root key.
        root_key: PublicKey,
        /// The new root key's signature over the account.
        possession: Signature,
    }
}

message! {
    /// Lists the devices that survive; all others are revoked.
    Recover {
        /// Device entries after this head are taken back.
        supersedes_after: Head,
        /// Devices listed at that head that stay.
        surviving: Vec<DeviceId>,
        /// Devices that join, such as the one that recovers.
        added: Vec<DeviceListing>,
    }
}

message! {
    /// Ends the account.
    CloseAccount {
        /// Device entries after this head are taken back.
        supersedes_after: Head,
    }
}

impl EntryKind {
    /// The head after which device entries are taken back, for entries only the root may sign.
    pub(super) fn supersedes_after(&self) -> Option<&Head> {
        match self {
            Self::RotateRoot(rotate) => Some(&rotate.supersedes_after),
            Self::Recover(recover) => Some(&recover.supersedes_after),
            Self::CloseAccount(close) => Some(&close.supersedes_after),
            Self::OpenAccount(_) | Self::AddDevice(_) | Self::RevokeDevice(_) | Self::SetHandle(_) => None,
        }
    }

    /// Whether every key it brings has agreed to join `account`.
    pub(super) fn is_possessed(&self, account: &AccountId) -> bool {
        match self {
            Self::OpenAccount(open) => open.device.is_possessed(account),
            Self::AddDevice(add) => add.device.is_possessed(account),
            Self::Recover(recover) => recover.added.iter().all(|listing| listing.is_possessed(account)),
            Self::RotateRoot(RotateRoot { root_key, possession, .. }) => {
                root_key.verifies(Domain::RootPossession, &[account.as_bytes()], possession)
            }
            Self::RevokeDevice(_) | Self::SetHandle(_) | Self::CloseAccount(_) => true,
        }
    }
}

impl DeviceListing {
    /// The device's own word that it joins `account`.
    pub fn new(account: &AccountId, device: &DeviceKey) -> Self {
        let possession = device.sign(Domain::DevicePossession, &[account.as_bytes()]);
        Self { key: device.public(), possession }
    }

    fn is_possessed(&self, account: &AccountId) -> bool {
        self.key.verifies(Domain::DevicePossession, &[account.as_bytes()], &self.possession)
    }
}

impl RotateRoot {
    /// The new root's own word that it takes over `account`.
    pub fn new(account: &AccountId, supersedes_after: Head, root: &RootKey) -> Self {
        let possession = root.sign(Domain::RootPossession, &[account.as_bytes()]);
        Self { supersedes_after, root_key: root.public(), possession }
    }
}

impl EntryBody {
    pub(super) fn new(
        account: AccountId,
        head: Option<Head>,
        signer: Option<DeviceId>,
        kind: EntryKind,
    ) -> Self {
        Self {
            version: ENTRY_VERSION,
            account,
            position: head.map_or(0, |head| head.length),
            previous: OrEmpty(head.map(|head| head.hash)),
            signer: OrEmpty(signer),
            kind,
        }
    }

    /// Encodes and signs the body.
    pub(super) fn sign(self, sign: impl FnOnce(Domain, &[&[u8]]) -> Signature) -> SignedEntry {
        let wire: wire::EntryBody = self.into_wire();
        let body = Bytes::from(wire.encode_to_vec());
        let signature = sign(Domain::IdentityEntry, &[&body]);
        SignedEntry { body, signature }
    }
}

impl SignedEntry {
    /// What the entry says, its signature not yet checked.
    pub fn decode_body(&self) -> Result<EntryBody, IdentityError> {
        if self.body.len() > limits::IDENTITY_ENTRY_BYTES_MAX {
            return Err(IdentityError::TooLong);
        }
        let wire =
            wire::EntryBody::decode(self.body.clone()).map_err(|_| IdentityError::Forged("malformed"))?;
        if wire.version != ENTRY_VERSION || wire.kind.is_none() {
            return Err(IdentityError::UpgradeRequired);
        }
        Field::from_wire(wire).map_err(|_| IdentityError::Forged("malformed"))
    }

    pub(super) fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(Domain::IdentityEntry, &[&self.body], &self.signature)
    }

    /// The head after this entry.
    pub(super) fn chain(&self, previous: Option<&Head>) -> Head {
        let (length, hash) = previous.map_or((0, [].as_slice()), |head| (head.length, &head.hash));
        Head { length: length + 1, hash: Domain::IdentityHead.hash(&[hash, &self.body, &self.signature]) }
    }
}
