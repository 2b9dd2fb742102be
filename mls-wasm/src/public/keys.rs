//! Keys that others will seal for. With one that is none, or that adds nothing to an exchange, sealing fails: in a leaf it
//! keeps everyone else from committing, in a GroupInfo whoever lost the group from coming back. Members that are there do
//! not look: a rule stricter than the relay's would wedge them.

use openmls::prelude::{Ciphersuite, KeyPackage, LeafNode};
use protocol::Suite;

use crate::framing::{Reader, bytes};
use crate::key_package::{check_read, read};
use crate::provider::can_seal_for;
use crate::{Error, KeyPackageRef, Leaf};

const WEAK: Error = Error::ForeignLeaf("a weak encryption key");

/// As [`crate::check_key_package`], and others can seal for its keys.
pub fn check_published(public: &[u8], suite: Suite, leaf: &Leaf) -> Result<(KeyPackageRef, bool), Error> {
    let key_package = read(public, suite)?;
    require_usable_package(&key_package)?;
    check_read(&key_package, leaf)
}

pub(super) fn require_usable_package(key_package: &KeyPackage) -> Result<(), Error> {
    let suite = key_package.ciphersuite();
    require_usable(suite, key_package.hpke_init_key().as_slice())?;
    require_usable_leaf(suite, key_package.leaf_node())
}

pub(super) fn require_usable_leaf(suite: Ciphersuite, leaf: &LeafNode) -> Result<(), Error> {
    let key = bytes(leaf.encryption_key());
    require_usable(suite, Reader(&key).vector()?)
}

pub(super) fn require_usable(suite: Ciphersuite, key: &[u8]) -> Result<(), Error> {
    if can_seal_for(suite, key) { Ok(()) } else { Err(WEAK) }
}
