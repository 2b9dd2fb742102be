//! KeyPackages: making them, checking a foreign one, and telling which one a Welcome was made for.

use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{
    Capabilities, Ciphersuite, CredentialType, ExtensionType, KeyPackage, KeyPackageIn, ProposalType,
    ProtocolVersion,
};
use protocol::Suite;
use protocol::keys::DeviceKey;
use zeroize::Zeroizing;

use crate::framing::{bytes, welcome};
use crate::leaf::{Leaf, capabilities, ciphersuite, endless, is_endless, suite_of};
use crate::policy::POLICY_EXTENSION;
use crate::provider::{Crypto, DeviceSigner, Provider};
use crate::storage::WorkingSet;
use crate::{Error, StepSecret};

/// A KeyPackage's hash, by which a Welcome names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPackageRef(Vec<u8>);

impl KeyPackageRef {
    /// The hash.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A new KeyPackage and its private half.
pub struct NewKeyPackage {
    /// By which a Welcome names it.
    pub reference: KeyPackageRef,
    /// To be published.
    pub public: Vec<u8>,
    /// To be kept until a Welcome arrives, and for good if it is of last resort.
    pub private: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for NewKeyPackage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "NewKeyPackage({:?}, secret)", self.reference)
    }
}

const PRIVATE_VERSION: u8 = 1;

impl NewKeyPackage {
    /// Makes one for a device. One of last resort may be used for many Welcomes.
    pub fn create(
        suite: Suite,
        is_last_resort: bool,
        leaf: &Leaf,
        device: &DeviceKey,
        secret: &StepSecret,
    ) -> Result<Self, Error> {
        let storage = WorkingSet::default();
        let provider = Provider::new(secret, &storage);
        let builder =
            KeyPackage::builder().key_package_lifetime(endless()).leaf_node_capabilities(capabilities());
        let builder = if is_last_resort { builder.mark_as_last_resort() } else { builder };
        let bundle = builder
            .build(ciphersuite(suite)?, &provider, &DeviceSigner(device), leaf.credential())
            .map_err(Error::invalid)?;
        let key_package = bundle.key_package();
        let reference = reference(key_package, &Crypto::without_randomness())?;
        Ok(Self { reference, public: bytes(key_package), private: encode_private(&storage) })
    }
}

/// Checks a KeyPackage that claims to be of `leaf`, and tells its reference and whether it is of last resort.
pub fn check_key_package(public: &[u8], suite: Suite, leaf: &Leaf) -> Result<(KeyPackageRef, bool), Error> {
    check_read(&read(public, suite)?, leaf)
}

pub(crate) fn check_read(key_package: &KeyPackage, leaf: &Leaf) -> Result<(KeyPackageRef, bool), Error> {
    if Leaf::of_node(key_package.leaf_node())? != *leaf {
        return Err(Error::ForeignLeaf("another device's KeyPackage"));
    }
    let is_last_resort = key_package.last_resort();
    Ok((reference(key_package, &Crypto::without_randomness())?, is_last_resort))
}

/// The KeyPackage a Welcome for one joiner was made for.
pub fn welcome_key_package(bytes: &[u8]) -> Result<KeyPackageRef, Error> {
    match welcome(bytes)?.secrets() {
        [secret] => Ok(KeyPackageRef(secret.new_member().as_slice().to_vec())),
        _ => Err(Error::Malformed),
    }
}

/// A foreign KeyPackage, checked for what it says of itself.
pub(crate) fn read(public: &[u8], suite: Suite) -> Result<KeyPackage, Error> {
    let foreign = KeyPackageIn::tls_deserialize_exact(public).map_err(|_| Error::Malformed)?;
    let key_package =
        foreign.validate(&Crypto::without_randomness(), ProtocolVersion::Mls10).map_err(Error::invalid)?;
    if suite_of(key_package.ciphersuite())? != suite {
        return Err(Error::UnsupportedSuite);
    }
    if !is_endless(key_package.life_time()) {
        return Err(Error::ForeignLeaf("a lifetime that ends"));
    }
    if !promises_enough(key_package.leaf_node().capabilities(), key_package.ciphersuite()) {
        return Err(Error::ForeignLeaf("a leaf that cannot do what every member can"));
    }
    Ok(key_package)
}

/// What every member's leaf promises: with less, a commit that adds it fails.
fn promises_enough(capabilities: &Capabilities, suite: Ciphersuite) -> bool {
    let policy = ExtensionType::Unknown(POLICY_EXTENSION);
    capabilities.extensions().contains(&policy)
        && capabilities.proposals().contains(&ProposalType::SelfRemove)
        && capabilities.credentials().contains(&CredentialType::Basic)
        && capabilities.ciphersuites().contains(&suite.into())
}

pub(crate) fn reference(key_package: &KeyPackage, crypto: &Crypto) -> Result<KeyPackageRef, Error> {
    let reference = key_package.hash_ref(crypto).map_err(Error::invalid)?;
    Ok(KeyPackageRef(reference.as_slice().to_vec()))
}

fn encode_private(storage: &WorkingSet) -> Zeroizing<Vec<u8>> {
    let values = storage.encode();
    let mut encoded = Zeroizing::new(Vec::with_capacity(1 + values.len()));
    encoded.push(PRIVATE_VERSION);
    encoded.extend_from_slice(&values);
    encoded
}

/// A working set that holds a KeyPackage's private half.
pub(crate) fn decode_private(private: &[u8]) -> Result<WorkingSet, Error> {
    type Private = (u8, Vec<(Vec<u8>, Vec<u8>)>);
    let (version, values): Private = postcard::from_bytes(private).map_err(|_| Error::DamagedState)?;
    if version != PRIVATE_VERSION {
        return Err(Error::UpgradeRequired);
    }
    Ok(WorkingSet::import(values.into_iter().map(|(key, value)| (key, Zeroizing::new(value)))))
}
