//! Coming back by an external commit that takes the place of the device's own leaf.

use openmls::group::MlsGroup;
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::{LeafNodeParameters, MlsMessageBodyIn};
use openmls_traits::OpenMlsProvider;
use protocol::content::HandshakeContext;
use protocol::keys::DeviceKey;
use protocol::{ConversationId, Epoch};
use zeroize::Zeroizing;

use super::Group;
use crate::framing::{WireFormat, bytes, frame, message, tree};
use crate::leaf::capabilities;
use crate::policy::Policy;
use crate::provider::{DeviceSigner, checking_together};
use crate::storage::{WorkingSet, join_config};
use crate::{Error, Leaf, Roster, StepSecret};

/// A way back into a group: submit the commit, take up the group on its echo.
#[derive(Debug)]
pub struct Rejoin {
    /// The commit, a PublicMessage.
    pub commit: Vec<u8>,
    /// The GroupInfo of the epoch it opens, without tree.
    pub group_info: Vec<u8>,
    group: Group,
}

impl Rejoin {
    /// Builds the commit on the group's public state as the relay serves it.
    pub fn build(
        group_info: &[u8],
        tree_bytes: &[u8],
        leaf: &Leaf,
        context: HandshakeContext,
        device: &DeviceKey,
        secret: &StepSecret,
    ) -> Result<Self, Error> {
        let context = context.encode();
        let storage = || Ok(WorkingSet::default());
        let ((mls, bundle), storage) = checking_together(secret, storage, |provider| {
            let parameters = LeafNodeParameters::builder().with_capabilities(capabilities()).build();
            MlsGroup::external_commit_builder()
                .with_ratchet_tree(tree(tree_bytes)?)
                .with_config(join_config())
                .with_aad(context.clone())
                .skip_lifetime_validation()
                .build_group(provider, read_group_info(group_info)?, leaf.credential())
                .map_err(Error::invalid)?
                .leaf_node_parameters(parameters)
                .load_psks(provider.storage())
                .map_err(Error::invalid)?
                .create_group_info(true)
                .use_ratchet_tree_extension(false)
                .build(provider.rand(), provider.crypto(), &DeviceSigner(device), |_| true)
                .map_err(Error::invalid)?
                .finalize(provider)
                .map_err(Error::invalid)
        })?;
        let group_info = bundle.group_info().ok_or(Error::DamagedState)?;
        Ok(Self {
            commit: bytes(bundle.commit()),
            group_info: frame(WireFormat::GroupInfo, &bytes(group_info)),
            group: Group::new(mls, storage),
        })
    }

    /// The devices in the group, to be checked before the commit is submitted.
    pub fn roster(&self) -> Result<Roster, Error> {
        self.group.roster()
    }

    /// The group's policy, to be checked before the commit is submitted.
    pub fn policy(&self) -> Result<Policy, Error> {
        self.group.policy()
    }

    /// Which conversation, to be checked before the commit is submitted.
    pub fn conversation(&self) -> Result<ConversationId, Error> {
        self.group.conversation()
    }

    /// The epoch that the commit opens.
    pub fn epoch(&self) -> Epoch {
        self.group.epoch()
    }

    /// The group in one piece, to be kept until the commit's echo comes: [`Group::restored`] takes it up.
    pub fn snapshot(&self) -> Zeroizing<Vec<u8>> {
        self.group.storage.encode()
    }
}

fn read_group_info(group_info: &[u8]) -> Result<VerifiableGroupInfo, Error> {
    match message(group_info)? {
        MlsMessageBodyIn::GroupInfo(group_info) => Ok(group_info),
        _ => Err(Error::Malformed),
    }
}
