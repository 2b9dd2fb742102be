//! A member's side of a group, split by verb.
//!
//! A group changes in place, in memory; [`Group::take_writes`] tells what to store. Where a call fails or the store
//! refuses, drop the group and load it again. Own commits are merged by [`Group::merge_own`] on their echo, never before.
//!
//! What messages change costs as much to write as the group is large, so write it once for many of them: a message that is
//! refused changes nothing, and what others before it have changed can be taken still.

#[cfg(test)]
mod attacks;
mod commit;
mod create;
#[cfg(test)]
mod crowd;
mod join;
mod message;
#[cfg(any(test, feature = "testing"))]
mod poisoned;
mod receive;
mod rejoin;

use openmls::group::{GroupId, MlsGroup};
use protocol::keys::DeviceKey;
use protocol::{ConversationId, Epoch, Suite};
use zeroize::Zeroizing;

use crate::framing::{Reader, bytes};
use crate::leaf::suite_of;
use crate::policy::Policy;
use crate::provider::{DeviceSigner, Provider};
use crate::public::GroupInfo;
use crate::storage::{PartKey, PartWrite, WorkingSet, past_epochs};
use crate::{Error, Roster, StepSecret};
use commit::OwnCommit;
pub use commit::{CommitRequest, CreatedCommit, JoinerWelcome};
pub use join::StagedJoin;
pub use message::Opened;
pub use receive::{ReceivedHandshake, StagedCommit};
pub use rejoin::Rejoin;

/// A group as one of its members knows it.
pub struct Group {
    mls: MlsGroup,
    storage: WorkingSet,
    /// The own commit that waits for its echo, if it was made since the group was loaded.
    own: Option<OwnCommit>,
}

impl Group {
    fn new(mls: MlsGroup, storage: WorkingSet) -> Self {
        Self { mls, storage, own: None }
    }

    /// Loads a group from its part records.
    pub fn load(
        conversation: &ConversationId,
        records: impl IntoIterator<Item = (PartKey, Zeroizing<Vec<u8>>)>,
    ) -> Result<Self, Error> {
        let storage = WorkingSet::load(records)?;
        let mls = MlsGroup::load(&storage, &group_id(conversation))
            .map_err(|_| Error::DamagedState)?
            .ok_or(Error::DamagedState)?;
        Ok(Self::new(mls, storage))
    }

    /// The part records that changed since the last call.
    pub fn take_writes(&mut self) -> Vec<PartWrite> {
        self.settle();
        self.storage.take_writes()
    }

    /// Encodes what messages have changed since this was done last. OpenMLS does so when it is told how many past epochs to
    /// keep: as many as before.
    fn settle(&mut self) {
        let provider = Provider::without_randomness(&self.storage);
        let write = || self.mls.set_past_epoch_deletion_policy(&provider, past_epochs());
        self.storage.settle(write).expect("message secrets can be written");
    }

    /// The whole state in one piece, to be kept while an own merge may have to be taken back.
    pub fn snapshot(&mut self) -> Zeroizing<Vec<u8>> {
        self.settle();
        self.storage.encode()
    }

    /// The state as it was before the own commit that waits: without the secrets of the epoch it opens.
    pub fn before_own(&mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let snapshot = self.snapshot();
        Ok(self.restore(&snapshot)?.snapshot())
    }

    /// Takes back what a snapshot holds, without an own commit that waited then; the next [`Self::take_writes`] stores it in
    /// this group's place.
    pub fn restore(&self, snapshot: &[u8]) -> Result<Self, Error> {
        let mut restored = Self::restored(&self.conversation()?, snapshot, Some(self))?;
        restored.discard_own()?;
        Ok(restored)
    }

    /// The group that a snapshot holds, to be stored in the place of `before`.
    pub fn restored(
        conversation: &ConversationId,
        snapshot: &[u8],
        before: Option<&Self>,
    ) -> Result<Self, Error> {
        let values: Vec<(Vec<u8>, Vec<u8>)> =
            postcard::from_bytes(snapshot).map_err(|_| Error::DamagedState)?;
        let storage = WorkingSet::import(values.into_iter().map(|(key, value)| (key, Zeroizing::new(value))));
        if let Some(before) = before {
            storage.replace(&before.storage);
        }
        let mls = MlsGroup::load(&storage, &group_id(conversation))
            .map_err(|_| Error::DamagedState)?
            .ok_or(Error::DamagedState)?;
        Ok(Self::new(mls, storage))
    }

    /// Which conversation.
    pub fn conversation(&self) -> Result<ConversationId, Error> {
        self.mls.group_id().as_slice().try_into().map_err(|_| Error::WrongGroup)
    }

    /// Whether a GroupInfo is of exactly this group's epoch: the same public state, confirmed by the same secrets. Its tag
    /// can only be made by whoever has the epoch's secrets, and is public, as the authenticator is not.
    pub fn stands_at(&self, group_info: &[u8]) -> bool {
        let context = bytes(self.mls.public_group().group_context());
        let tag = bytes(self.mls.confirmation_tag());
        let is_same = |info: GroupInfo<'_>| Reader(&tag).vector().ok() == Some(info.confirmation_tag());
        GroupInfo::read(group_info, &context).is_ok_and(is_same)
    }

    /// Leaves that have proposed to leave.
    pub fn pending_leaves(&self) -> Vec<u32> {
        let leaver = |proposal: &openmls::group::QueuedProposal| match proposal.sender() {
            openmls::prelude::Sender::Member(leaf) => Some(leaf.u32()),
            _ => None,
        };
        self.mls.pending_proposals().filter_map(leaver).collect()
    }

    /// The current epoch.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.mls.epoch().as_u64())
    }

    /// The group's suite.
    pub fn suite(&self) -> Result<Suite, Error> {
        suite_of(self.mls.ciphersuite())
    }

    /// The policy in force.
    pub fn policy(&self) -> Result<Policy, Error> {
        Policy::of_extensions(self.mls.extensions())
    }

    /// The devices in the group.
    pub fn roster(&self) -> Result<Roster, Error> {
        Roster::of(self.mls.members())
    }

    /// A secret value that members share in an epoch: theirs differ if their groups have forked.
    pub fn epoch_authenticator(&self) -> Vec<u8> {
        self.mls.epoch_authenticator().as_slice().to_vec()
    }

    /// Whether this device is still a member.
    pub fn is_active(&self) -> bool {
        self.mls.is_active()
    }

    /// Whether a commit of this device waits for its echo.
    pub fn has_pending_commit(&self) -> bool {
        self.mls.pending_commit().is_some()
    }

    /// Whether a member has proposed to leave: a commit is due before anything is sent.
    pub fn has_pending_proposals(&self) -> bool {
        self.mls.has_pending_proposals()
    }

    /// The GroupInfo of the current epoch, without tree.
    pub fn group_info(&self, device: &DeviceKey, secret: &StepSecret) -> Result<Vec<u8>, Error> {
        let provider = Provider::new(secret, &self.storage);
        let info = self
            .mls
            .export_group_info(
                openmls_traits::OpenMlsProvider::crypto(&provider),
                &DeviceSigner(device),
                false,
            )
            .map_err(Error::invalid)?;
        Ok(bytes(&info))
    }

    /// The ratchet tree of the current epoch.
    pub fn tree(&self) -> Vec<u8> {
        bytes(&self.mls.export_ratchet_tree())
    }
}

impl std::fmt::Debug for Group {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Group(epoch {}, secret)", self.epoch())
    }
}

fn group_id(conversation: &ConversationId) -> GroupId {
    GroupId::from_slice(conversation.as_bytes())
}
