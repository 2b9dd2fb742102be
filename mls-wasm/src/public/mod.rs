//! The relay's side of a group: its public state, which needs no key, and what can be checked against it.
//!
//! Commits are staged without changing anything; dropping one is the refusal. What the relay cannot check (tags and path
//! secrets) members check.

mod group_info;
mod keys;

use openmls::group::{ProposalStore, PublicGroup as MlsPublicGroup};
use openmls::prelude::{
    ConfirmationTag, MlsMessageBodyIn, ProcessedMessageContent, Proposal, ProtocolMessage, PublicMessageIn,
    Sender,
};
use protocol::content::HandshakeContext;
use protocol::identity::{AccountHead, LeafIdentity};
use protocol::{ConversationId, DeviceId, Epoch, Suite};
use zeroize::Zeroizing;

use crate::facts::facts_of;
use crate::framing::{bytes, message, tree};
use crate::leaf::suite_of;
use crate::policy::{Heads, Identities, Policy, Refusal, authorize, authorize_creation, authorize_leave};
use crate::provider::Crypto;
use crate::storage::WorkingSet;
use crate::{CommitFacts, Committer, Error, Leaf, Roster, welcome_key_package};
pub(crate) use group_info::GroupInfo;
pub use keys::check_published;
use keys::{require_usable, require_usable_package, require_usable_path};

const SNAPSHOT_VERSION: u8 = 1;

/// A group as the relay knows it.
pub struct PublicGroup {
    group: MlsPublicGroup,
    storage: WorkingSet,
}

/// A handshake as it was submitted.
#[derive(Debug, Clone, Copy)]
pub struct Submission<'a> {
    /// The device of the session it came over.
    pub session: &'a Leaf,
    /// The PublicMessage.
    pub handshake: &'a [u8],
    /// The GroupInfo of the epoch a commit opens.
    pub group_info: Option<&'a [u8]>,
    /// A Welcome for each device it adds.
    pub welcomes: &'a [(DeviceId, &'a [u8])],
}

/// A handshake that may be appended to the log.
#[derive(Debug)]
pub enum Validated {
    /// A commit.
    Commit(Box<ValidatedCommit>),
    /// A member's proposal to leave.
    Leave(Box<ValidatedLeave>),
}

/// A commit that may be appended.
#[derive(Debug)]
pub struct ValidatedCommit {
    staged: openmls::group::StagedCommit,
    /// What it does.
    pub facts: CommitFacts,
    /// The identity-log heads in force after it.
    pub heads: Heads,
}

/// A proposal to leave that may be appended.
#[derive(Debug)]
pub struct ValidatedLeave {
    proposal: openmls::group::QueuedProposal,
}

impl PublicGroup {
    /// Opens a group of its creator alone, epoch 0.
    pub fn create(
        conversation: &ConversationId,
        group_info: &[u8],
        tree_bytes: &[u8],
        creator: &Leaf,
        head: &AccountHead,
        identities: &impl Identities,
    ) -> Result<Self, Error> {
        let MlsMessageBodyIn::GroupInfo(info) = message(group_info)? else { return Err(Error::Malformed) };
        let storage = WorkingSet::default();
        let crypto = Crypto::without_randomness();
        let (group, _) =
            MlsPublicGroup::from_external(&crypto, &storage, tree(tree_bytes)?, info, ProposalStore::new())
                .map_err(Error::invalid)?;
        let group = Self { group, storage };
        if group.conversation()? != *conversation {
            return Err(Error::WrongGroup);
        }
        if group.epoch() != Epoch(0) {
            return Err(Error::WrongEpoch);
        }
        let roster = group.roster()?;
        if roster.leaf(0) != Some(creator) {
            return Err(Error::Refused(Refusal::CommitterNotSession));
        }
        let policy = group.policy()?;
        if !policy.suites.contains(&group.suite()?) {
            return Err(Error::Refused(Refusal::SuiteForbidden));
        }
        if group.group.group_context().extensions() != &policy.context_extensions()? {
            return Err(Error::Refused(Refusal::ContextForbidden));
        }
        authorize_creation(&policy, &roster, head, identities)?;
        for member in group.group.members() {
            require_usable(group.group.ciphersuite(), &member.encryption_key)?;
        }
        let context = bytes(group.group.group_context());
        require_usable(group.group.ciphersuite(), GroupInfo::read(group_info, &context)?.external_key)?;
        Ok(group)
    }

    /// Loads what [`Self::snapshot`] gave.
    pub fn load(conversation: &ConversationId, snapshot: &[u8]) -> Result<Self, Error> {
        let (version, values) = snapshot.split_first().ok_or(Error::DamagedState)?;
        if *version != SNAPSHOT_VERSION {
            return Err(Error::UpgradeRequired);
        }
        let values: Vec<(Vec<u8>, Vec<u8>)> =
            postcard::from_bytes(values).map_err(|_| Error::DamagedState)?;
        let storage = WorkingSet::import(values.into_iter().map(|(key, value)| (key, Zeroizing::new(value))));
        let id = openmls::group::GroupId::from_slice(conversation.as_bytes());
        let group = MlsPublicGroup::load(&storage, &id)
            .map_err(|_| Error::DamagedState)?
            .ok_or(Error::DamagedState)?;
        Ok(Self { group, storage })
    }

    /// The whole public state.
    pub fn snapshot(&self) -> Vec<u8> {
        let mut snapshot = vec![SNAPSHOT_VERSION];
        snapshot.extend_from_slice(&self.storage.encode());
        snapshot
    }

    /// Checks a submission as one unit. Changes nothing.
    pub fn validate(
        &self,
        submission: &Submission<'_>,
        heads: &Heads,
        identities: &impl Identities,
    ) -> Result<Validated, Error> {
        let (handshake, tag) = read_handshake(submission.handshake)?;
        let crypto = Crypto::without_randomness();
        let processed = self
            .group
            .process_message(&crypto, ProtocolMessage::PublicMessage(Box::new(handshake)))
            .map_err(|cause| match cause {
                openmls::prelude::PublicProcessMessageError::ValidationError(
                    openmls::prelude::ValidationError::WrongEpoch,
                ) => Error::WrongEpoch,
                openmls::prelude::PublicProcessMessageError::ValidationError(
                    openmls::prelude::ValidationError::WrongGroupId,
                ) => Error::WrongGroup,
                cause => Error::invalid(cause),
            })?;
        let sender = processed.sender().clone();
        let authenticated_data = processed.aad().to_vec();
        match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                let facts =
                    facts_of(&staged, self.group.group_context().extensions(), &sender, &authenticated_data)?;
                self.check_session(&facts, submission.session)?;
                let heads = authorize(&self.policy()?, &self.roster()?, heads, &facts, identities)?;
                let tag = tag.ok_or(Error::Malformed)?;
                self.check_keys(submission.handshake, &staged)?;
                self.check_group_info(submission, staged.group_context(), &tag)?;
                check_welcomes(submission.welcomes, &facts)?;
                Ok(Validated::Commit(Box::new(ValidatedCommit { staged: *staged, facts, heads })))
            }
            ProcessedMessageContent::ProposalMessage(proposal) => {
                self.validate_leave(*proposal, &sender, &authenticated_data, submission, identities)
            }
            _ => Err(Error::Refused(Refusal::ProposalForbidden)),
        }
    }

    /// Applies a validated commit: it is in the log.
    pub fn apply(&mut self, commit: ValidatedCommit) -> Result<(), Error> {
        self.group.merge_commit(&self.storage, commit.staged).map_err(|_| Error::DamagedState)
    }

    /// Keeps a validated proposal to leave: it is in the log.
    pub fn keep_leave(&mut self, leave: ValidatedLeave) -> Result<(), Error> {
        self.group.add_proposal(&self.storage, leave.proposal).map_err(|_| Error::DamagedState)
    }

    /// Applies a handshake from the log that was validated before it was appended.
    pub fn replay(&mut self, handshake: &[u8]) -> Result<(), Error> {
        let (handshake, _) = read_handshake(handshake)?;
        let crypto = Crypto::without_randomness();
        let processed = self
            .group
            .process_message(&crypto, ProtocolMessage::PublicMessage(Box::new(handshake)))
            .map_err(Error::invalid)?;
        match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                self.group.merge_commit(&self.storage, *staged).map_err(|_| Error::DamagedState)
            }
            ProcessedMessageContent::ProposalMessage(proposal) => {
                self.group.add_proposal(&self.storage, *proposal).map_err(|_| Error::DamagedState)
            }
            _ => Err(Error::DamagedState),
        }
    }

    /// What members' signatures cover beside the content.
    #[cfg(test)]
    pub(crate) fn context_bytes(&self) -> Vec<u8> {
        use openmls::prelude::tls_codec::Serialize;
        self.group.group_context().tls_serialize_detached().unwrap()
    }

    /// Which conversation.
    pub fn conversation(&self) -> Result<ConversationId, Error> {
        self.group.group_id().as_slice().try_into().map_err(|_| Error::WrongGroup)
    }

    /// The current epoch.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.group.group_context().epoch().as_u64())
    }

    /// The group's suite.
    pub fn suite(&self) -> Result<Suite, Error> {
        suite_of(self.group.ciphersuite())
    }

    /// The policy in force.
    pub fn policy(&self) -> Result<Policy, Error> {
        Policy::of_extensions(self.group.group_context().extensions())
    }

    /// The devices in the group.
    pub fn roster(&self) -> Result<Roster, Error> {
        Roster::of(self.group.members())
    }

    /// The ratchet tree, to be served.
    pub fn tree(&self) -> Vec<u8> {
        bytes(&self.group.export_ratchet_tree())
    }

    /// A commit comes over the session of the device that made it.
    fn check_session(&self, facts: &CommitFacts, session: &Leaf) -> Result<(), Error> {
        let roster = self.roster()?;
        let committer = match facts.committer {
            Committer::Member(index) => roster.leaf(index).copied(),
            Committer::External => facts.path_leaf,
        };
        if committer == Some(*session) { Ok(()) } else { Err(Error::Refused(Refusal::CommitterNotSession)) }
    }

    /// Others can seal for every key that a commit brings in.
    fn check_keys(&self, commit: &[u8], staged: &openmls::group::StagedCommit) -> Result<(), Error> {
        require_usable_path(self.group.ciphersuite(), commit)?;
        staged.add_proposals().try_for_each(|add| require_usable_package(add.add_proposal().key_package()))
    }

    fn check_group_info(
        &self,
        submission: &Submission<'_>,
        context: &openmls::prelude::GroupContext,
        tag: &[u8],
    ) -> Result<(), Error> {
        let info = GroupInfo::read(submission.group_info.ok_or(Error::Malformed)?, &bytes(context))?;
        info.check(tag, &submission.session.key)?;
        require_usable(self.group.ciphersuite(), info.external_key)
    }

    fn validate_leave(
        &self,
        proposal: openmls::group::QueuedProposal,
        sender: &Sender,
        authenticated_data: &[u8],
        submission: &Submission<'_>,
        identities: &impl Identities,
    ) -> Result<Validated, Error> {
        let (Proposal::SelfRemove, Sender::Member(leaf)) = (proposal.proposal(), sender) else {
            return Err(Error::Refused(Refusal::ProposalForbidden));
        };
        let waiting = self.group.queued_proposals(&self.storage).map_err(|_| Error::DamagedState)?;
        if waiting.iter().any(|(_, waiting)| waiting.sender() == sender) {
            return Err(Error::Refused(Refusal::ProposalForbidden));
        }
        if self.roster()?.leaf(leaf.u32()) != Some(submission.session) {
            return Err(Error::Refused(Refusal::CommitterNotSession));
        }
        if submission.group_info.is_some() || !submission.welcomes.is_empty() {
            return Err(Error::Malformed);
        }
        let context = HandshakeContext::decode(authenticated_data).map_err(|_| Error::Malformed)?;
        authorize_leave(submission.session, &context, identities)?;
        Ok(Validated::Leave(Box::new(ValidatedLeave { proposal })))
    }
}

impl std::fmt::Debug for PublicGroup {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "PublicGroup(epoch {})", self.epoch())
    }
}

/// A handshake, and the confirmation tag of a commit.
fn read_handshake(handshake: &[u8]) -> Result<(PublicMessageIn, Option<Vec<u8>>), Error> {
    let MlsMessageBodyIn::PublicMessage(handshake) = message(handshake)? else {
        return Err(Error::Malformed);
    };
    let tag = handshake.confirmation_tag().map(tag_bytes).transpose()?;
    Ok((handshake, tag))
}

fn tag_bytes(tag: &ConfirmationTag) -> Result<Vec<u8>, Error> {
    let encoded = bytes(tag);
    crate::framing::Reader(&encoded).vector().map(<[u8]>::to_vec)
}

/// Exactly one Welcome for each device added, made for the KeyPackage it was added by.
fn check_welcomes(welcomes: &[(DeviceId, &[u8])], facts: &CommitFacts) -> Result<(), Error> {
    if welcomes.len() != facts.added.len() {
        return Err(Error::Invalid { detail: "WelcomeCount".to_owned() });
    }
    for added in &facts.added {
        let LeafIdentity { device, .. } = added.leaf.identity;
        let (_, welcome) = welcomes
            .iter()
            .find(|(joiner, _)| *joiner == device)
            .ok_or(Error::Invalid { detail: "WelcomeMissing".to_owned() })?;
        if welcome_key_package(welcome)? != added.key_package {
            return Err(Error::Invalid { detail: "WelcomeForAnotherKeyPackage".to_owned() });
        }
    }
    Ok(())
}
