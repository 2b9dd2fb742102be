//! A group's leaves: which devices of which accounts are in it.

use std::collections::{BTreeMap, BTreeSet};

use openmls::group::Member;
use openmls::prelude::{
    BasicCredential, Capabilities, Ciphersuite, Credential, CredentialType, CredentialWithKey, ExtensionType,
    LeafNode, Lifetime, ProposalType, ProtocolVersion,
};
use protocol::identity::LeafIdentity;
use protocol::keys::PublicKey;
use protocol::{AccountId, DeviceId, Suite};

use crate::Error;
use crate::policy::POLICY_EXTENSION;

/// The one lifetime leaves may have: whether a leaf is valid never depends on a clock.
pub(crate) const ENDLESS: (u64, u64) = (0, u64::MAX);

/// A device in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// Which device of which account.
    pub identity: LeafIdentity,
    /// The device's key.
    pub key: PublicKey,
}

impl Leaf {
    pub(crate) fn of_node(node: &LeafNode) -> Result<Self, Error> {
        Self::of(node.credential(), node.signature_key().as_slice())
    }

    pub(crate) fn of(credential: &Credential, key: &[u8]) -> Result<Self, Error> {
        let key = key.try_into().map_err(|_| Error::ForeignLeaf("a signature key of another kind"))?;
        let key = PublicKey::from_bytes(key).map_err(|_| Error::ForeignLeaf("a weak signature key"))?;
        Ok(Self { identity: identity_of(credential)?, key })
    }

    pub(crate) fn credential(&self) -> CredentialWithKey {
        let credential = BasicCredential::new(self.identity.encode());
        CredentialWithKey {
            credential: credential.into(),
            signature_key: self.key.as_bytes().as_slice().into(),
        }
    }
}

pub(crate) fn identity_of(credential: &Credential) -> Result<LeafIdentity, Error> {
    let credential = BasicCredential::try_from(credential.clone())
        .map_err(|_| Error::ForeignLeaf("a credential of another kind"))?;
    LeafIdentity::decode(credential.identity()).map_err(|_| Error::ForeignLeaf("an unreadable credential"))
}

pub(crate) fn endless() -> Lifetime {
    let (not_before, not_after) = ENDLESS;
    Lifetime::init(not_before, not_after)
}

pub(crate) fn is_endless(lifetime: &Lifetime) -> bool {
    (lifetime.not_before(), lifetime.not_after()) == ENDLESS
}

/// What every leaf of ours can do, and says it can.
pub(crate) fn capabilities() -> Capabilities {
    let suites: Vec<Ciphersuite> =
        Suite::OFFERED.into_iter().filter_map(|suite| ciphersuite(suite).ok()).collect();
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&suites),
        Some(&[ExtensionType::LastResort, ExtensionType::Unknown(POLICY_EXTENSION)]),
        Some(&[ProposalType::SelfRemove]),
        Some(&[CredentialType::Basic]),
    )
}

pub(crate) fn ciphersuite(suite: Suite) -> Result<Ciphersuite, Error> {
    Ciphersuite::try_from(suite.number()).map_err(|_| Error::UnsupportedSuite)
}

pub(crate) fn suite_of(ciphersuite: Ciphersuite) -> Result<Suite, Error> {
    Suite::from_number(ciphersuite.into()).ok_or(Error::UnsupportedSuite)
}

/// A group's leaves by index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster(BTreeMap<u32, Leaf>);

impl Roster {
    pub(crate) fn of(members: impl Iterator<Item = Member>) -> Result<Self, Error> {
        let leaf =
            |member: Member| Ok((member.index.u32(), Leaf::of(&member.credential, &member.signature_key)?));
        members.map(leaf).collect::<Result<_, Error>>().map(Self)
    }

    /// The leaf at an index.
    pub fn leaf(&self, index: u32) -> Option<&Leaf> {
        self.0.get(&index)
    }

    /// The index of a device's leaf.
    pub fn index_of(&self, device: &DeviceId) -> Option<u32> {
        self.0.iter().find(|(_, leaf)| leaf.identity.device == *device).map(|(index, _)| *index)
    }

    /// Every leaf with its index.
    pub fn leaves(&self) -> impl Iterator<Item = (u32, &Leaf)> {
        self.0.iter().map(|(index, leaf)| (*index, leaf))
    }

    /// The accounts that have a leaf.
    pub fn accounts(&self) -> BTreeSet<AccountId> {
        self.0.values().map(|leaf| leaf.identity.account).collect()
    }

    /// Whether an account has a leaf.
    pub fn has_account(&self, account: &AccountId) -> bool {
        self.0.values().any(|leaf| leaf.identity.account == *account)
    }

    /// How many leaves there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no leaf.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
