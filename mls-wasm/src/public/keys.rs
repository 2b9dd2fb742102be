//! Keys that others will seal for. With one that is none, or that adds nothing to an exchange, sealing fails: in a leaf it
//! keeps everyone else from committing, in a GroupInfo whoever lost the group from coming back. Members that are there do
//! not look: a rule stricter than the relay's would wedge them.

use openmls::prelude::{Ciphersuite, KeyPackage, LeafNode};
use protocol::Suite;

use crate::framing::{Reader, bytes};
use crate::key_package::{check_read, read};
use crate::peek::open_public;
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

/// Every key that a commit's path brings in: a node's is known to those below it alone, who may all be of one mind.
pub(super) fn require_usable_path(suite: Ciphersuite, commit: &[u8]) -> Result<(), Error> {
    path_keys(commit)?.into_iter().try_for_each(|key| require_usable(suite, key))
}

/// The keys of a commit's path, the leaf's first.
fn path_keys(commit: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let (_, mut reader) = open_public(commit)?;
    let _proposals = reader.vector()?;
    if reader.byte()? == 0 {
        return Ok(vec![]);
    }
    let mut keys = vec![reader.vector()?];
    let _signature_key = reader.vector()?;
    let _basic_credential = (reader.u16()?, reader.vector()?);
    for _ in ["versions", "suites", "extensions", "proposals", "credentials"] {
        reader.vector()?;
    }
    let _commits_parent_hash = (reader.byte()?, reader.vector()?);
    for _ in ["extensions", "signature"] {
        reader.vector()?;
    }
    let mut nodes = Reader(reader.vector()?);
    while !nodes.0.is_empty() {
        keys.push(nodes.vector()?);
        let _path_secrets = nodes.vector()?;
    }
    Ok(keys)
}

fn require_usable_leaf(suite: Ciphersuite, leaf: &LeafNode) -> Result<(), Error> {
    let key = bytes(leaf.encryption_key());
    require_usable(suite, Reader(&key).vector()?)
}

pub(super) fn require_usable(suite: Ciphersuite, key: &[u8]) -> Result<(), Error> {
    if can_seal_for(suite, key) { Ok(()) } else { Err(WEAK) }
}
