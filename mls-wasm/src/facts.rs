//! What a commit would do, in plain terms: the same on the relay and in every client.

use openmls::group::StagedCommit;
use openmls::prelude::{Extensions, GroupContext, Proposal, Sender};
use protocol::Epoch;
use protocol::content::HandshakeContext;

use crate::Error;
use crate::key_package::{KeyPackageRef, reference};
use crate::leaf::{Leaf, is_endless};
use crate::policy::Policy;
use crate::provider::Crypto;

/// Who commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committer {
    /// The member at this leaf.
    Member(u32),
    /// A device outside that joins by its own commit.
    External,
}

/// A device that a commit adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The new leaf.
    pub leaf: Leaf,
    /// The KeyPackage it was added by.
    pub key_package: KeyPackageRef,
}

/// What a commit would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitFacts {
    /// Who commits.
    pub committer: Committer,
    /// The epoch it opens.
    pub epoch: Epoch,
    /// Devices it adds.
    pub added: Vec<Addition>,
    /// Leaves it removes.
    pub removed: Vec<u32>,
    /// Leaves whose own proposal to leave it carries out.
    pub left: Vec<u32>,
    /// The committer's leaf as its path renews it; an external committer's new leaf.
    pub path_leaf: Option<Leaf>,
    /// The policy it leaves in force.
    pub policy: Policy,
    /// Whether it changes the group's context beyond the policy.
    pub has_foreign_context: bool,
    /// Whether it carries a proposal that is never allowed.
    pub has_foreign_proposal: bool,
    /// The identity-log heads it relies on.
    pub context: HandshakeContext,
}

/// Reads a staged commit. `before` are the extensions of the context it builds on.
pub(crate) fn facts_of(
    staged: &StagedCommit,
    before: &Extensions<GroupContext>,
    sender: &Sender,
    authenticated_data: &[u8],
) -> Result<CommitFacts, Error> {
    let committer = match sender {
        Sender::Member(leaf) => Committer::Member(leaf.u32()),
        Sender::NewMemberCommit => Committer::External,
        Sender::External(_) | Sender::NewMemberProposal => return Err(Error::Malformed),
    };
    let after = staged.group_context();
    let mut facts = CommitFacts {
        committer,
        epoch: Epoch(after.epoch().as_u64()),
        added: Vec::new(),
        removed: Vec::new(),
        left: Vec::new(),
        path_leaf: staged.update_path_leaf_node().map(Leaf::of_node).transpose()?,
        policy: Policy::of_extensions(after.extensions())?,
        has_foreign_context: has_foreign_context(before, after.extensions()),
        has_foreign_proposal: false,
        context: HandshakeContext::decode(authenticated_data).map_err(|_| Error::Malformed)?,
    };
    for queued in staged.queued_proposals() {
        match (queued.proposal(), queued.sender()) {
            (Proposal::Add(add), _) => facts.added.push(addition(add.key_package())?),
            (Proposal::Remove(remove), _) => facts.removed.push(remove.removed().u32()),
            (Proposal::SelfRemove, Sender::Member(leaf)) => facts.left.push(leaf.u32()),
            (Proposal::ExternalInit(_), _) if committer == Committer::External => {}
            (Proposal::GroupContextExtensions(_), _) => {}
            _ => facts.has_foreign_proposal = true,
        }
    }
    Ok(facts)
}

fn addition(key_package: &openmls::prelude::KeyPackage) -> Result<Addition, Error> {
    if !is_endless(key_package.life_time()) {
        return Err(Error::ForeignLeaf("a lifetime that ends"));
    }
    let leaf = Leaf::of_node(key_package.leaf_node())?;
    let key_package = reference(key_package, &Crypto::without_randomness())?;
    Ok(Addition { leaf, key_package })
}

/// Whether extensions other than the policy differ.
fn has_foreign_context(before: &Extensions<GroupContext>, after: &Extensions<GroupContext>) -> bool {
    let foreign = |extensions: &Extensions<GroupContext>| {
        let mut extensions = extensions.clone();
        extensions.remove(Policy::extension_type());
        extensions
    };
    foreign(before) != foreign(after)
}
