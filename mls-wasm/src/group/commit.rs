//! Own commits: staged and kept, submitted by the caller, merged on their echo.

use openmls::group::{CommitMessageBundle, StagedCommit};
use openmls::prelude::{LeafNodeIndex, Sender};
use openmls_traits::OpenMlsProvider;
use protocol::content::HandshakeContext;
use protocol::identity::LeafIdentity;
use protocol::keys::DeviceKey;

use super::Group;
use crate::facts::facts_of;
use crate::framing::{WireFormat, bytes, frame, write_vector};
use crate::key_package::read;
use crate::policy::Policy;
use crate::provider::{DeviceSigner, Provider};
use crate::{CommitFacts, Error, KeyPackageRef, StepSecret};

/// What a commit is to do. With nothing to add, remove or set it renews this device's keys.
#[derive(Debug, Clone, Default)]
pub struct CommitRequest {
    /// KeyPackages of devices to add.
    pub add: Vec<Vec<u8>>,
    /// Leaves to remove.
    pub remove: Vec<u32>,
    /// A policy to put in force.
    pub policy: Option<Policy>,
}

/// An own commit, to be submitted as one.
#[derive(Debug, Clone)]
pub struct CreatedCommit {
    /// The commit, a PublicMessage.
    pub commit: Vec<u8>,
    /// The GroupInfo of the epoch it opens, without tree.
    pub group_info: Vec<u8>,
    /// A Welcome for each device it adds.
    pub welcomes: Vec<JoinerWelcome>,
    /// What it does.
    pub facts: CommitFacts,
}

/// A Welcome for one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinerWelcome {
    /// For whom.
    pub joiner: LeafIdentity,
    /// The Welcome, without tree.
    pub welcome: Vec<u8>,
}

/// An own commit, as it was made: an echo with the same bytes needs no proof.
pub(super) struct OwnCommit {
    commit: Vec<u8>,
    authenticated_data: Vec<u8>,
}

impl Group {
    /// Makes a commit and keeps it until its echo, or until another one wins. Carries out members' proposals to leave.
    pub fn commit(
        &mut self,
        request: &CommitRequest,
        context: HandshakeContext,
        device: &DeviceKey,
        secret: &StepSecret,
    ) -> Result<CreatedCommit, Error> {
        if self.has_pending_commit() {
            return Err(Error::CommitPending);
        }
        let suite = self.suite()?;
        let key_packages =
            request.add.iter().map(|package| read(package, suite)).collect::<Result<Vec<_>, _>>()?;
        let authenticated_data = context.encode();
        self.mls.set_aad(authenticated_data.clone());
        let provider = Provider::new(secret, &self.storage);
        let signer = DeviceSigner(device);
        let mut builder = self
            .mls
            .commit_builder()
            .propose_adds(key_packages)
            .propose_removals(request.remove.iter().map(|leaf| LeafNodeIndex::new(*leaf)));
        if let Some(policy) = &request.policy {
            builder = builder
                .propose_group_context_extensions(policy.context_extensions()?)
                .map_err(Error::invalid)?;
        }
        let bundle = builder
            .load_psks(provider.storage())
            .map_err(Error::invalid)?
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(provider.rand(), provider.crypto(), &signer, |_| true)
            .map_err(Error::invalid)?
            .stage_commit(&provider)
            .map_err(Error::invalid)?;
        let facts = self.pending_facts(&authenticated_data)?;
        let created = package(&bundle, facts)?;
        self.own = Some(OwnCommit { commit: created.commit.clone(), authenticated_data });
        Ok(created)
    }

    /// What the own commit does that waits, if a handshake is the very one that was made here.
    pub(super) fn own_facts(&self, handshake: &[u8]) -> Option<Result<CommitFacts, Error>> {
        let own = self.own.as_ref().filter(|own| own.commit == handshake && self.has_pending_commit())?;
        Some(self.pending_facts(&own.authenticated_data))
    }

    /// Merges the own commit: its echo has come.
    pub fn merge_own(&mut self, secret: &StepSecret) -> Result<(), Error> {
        self.own = None;
        let provider = Provider::new(secret, &self.storage);
        self.mls.merge_pending_commit(&provider).map_err(Error::invalid)
    }

    /// Drops the own commit: another one won.
    pub fn discard_own(&mut self) -> Result<(), Error> {
        self.own = None;
        self.mls.clear_pending_commit(&self.storage).map_err(|_| Error::DamagedState)
    }

    /// Proposes that this device leaves. Another member commits it.
    pub fn propose_to_leave(
        &mut self,
        context: HandshakeContext,
        device: &DeviceKey,
        secret: &StepSecret,
    ) -> Result<Vec<u8>, Error> {
        self.mls.set_aad(context.encode());
        let provider = Provider::new(secret, &self.storage);
        let proposal =
            self.mls.leave_group_via_self_remove(&provider, &DeviceSigner(device)).map_err(Error::invalid)?;
        Ok(bytes(&proposal))
    }

    pub(super) fn pending_facts(&self, authenticated_data: &[u8]) -> Result<CommitFacts, Error> {
        let staged: &StagedCommit = self.mls.pending_commit().ok_or(Error::DamagedState)?;
        let sender = Sender::Member(self.mls.own_leaf_index());
        facts_of(staged, self.mls.extensions(), &sender, authenticated_data)
    }
}

pub(super) fn package(bundle: &CommitMessageBundle, facts: CommitFacts) -> Result<CreatedCommit, Error> {
    let group_info = bundle.group_info().ok_or(Error::DamagedState)?;
    Ok(CreatedCommit {
        commit: bytes(bundle.commit()),
        group_info: frame(WireFormat::GroupInfo, &bytes(group_info)),
        welcomes: bundle.welcome().map_or(Ok(vec![]), |welcome| split_welcome(welcome, &facts))?,
        facts,
    })
}

/// One Welcome for each joiner, so that none is told of the others.
fn split_welcome(
    welcome: &openmls::prelude::Welcome,
    facts: &CommitFacts,
) -> Result<Vec<JoinerWelcome>, Error> {
    let suite = u16::from(welcome.ciphersuite()).to_be_bytes();
    // A Welcome ends with the sealed GroupInfo that all of its secrets open: suite, secrets, sealed GroupInfo.
    let whole = bytes(welcome);
    let mut reader = crate::framing::Reader(&whole);
    reader.u16()?;
    reader.vector()?;
    let sealed_group_info = reader.0;
    welcome
        .secrets()
        .iter()
        .map(|secret| {
            let reference = secret.new_member();
            let is_theirs = |reference: &[u8], package: &KeyPackageRef| package.as_bytes() == reference;
            let added = facts
                .added
                .iter()
                .find(|added| is_theirs(reference.as_slice(), &added.key_package))
                .ok_or(Error::DamagedState)?;
            let mut body = suite.to_vec();
            write_vector(&mut body, &bytes(secret));
            body.extend_from_slice(sealed_group_info);
            Ok(JoinerWelcome { joiner: added.leaf.identity, welcome: frame(WireFormat::Welcome, &body) })
        })
        .collect()
}
