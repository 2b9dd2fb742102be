//! Opening a group of one.

use openmls::group::{MlsGroup, PURE_PLAINTEXT_WIRE_FORMAT_POLICY};
use protocol::keys::DeviceKey;
use protocol::{ConversationId, Suite};

use super::{Group, group_id};
use crate::leaf::{capabilities, ciphersuite, endless};
use crate::policy::Policy;
use crate::provider::{DeviceSigner, Provider};
use crate::storage::{WorkingSet, sender_ratchets};
use crate::{Error, Leaf, StepSecret};

impl Group {
    /// Opens a group whose only leaf is `leaf`, this device's.
    pub fn create(
        conversation: &ConversationId,
        suite: Suite,
        policy: &Policy,
        leaf: &Leaf,
        device: &DeviceKey,
        secret: &StepSecret,
    ) -> Result<Self, Error> {
        let storage = WorkingSet::default();
        let provider = Provider::new(secret, &storage);
        let mls = MlsGroup::builder()
            .with_group_id(group_id(conversation))
            .ciphersuite(ciphersuite(suite)?)
            .with_wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .max_past_epochs(1)
            .sender_ratchet_configuration(sender_ratchets())
            .use_ratchet_tree_extension(false)
            .lifetime(endless())
            .with_capabilities(capabilities())
            .with_group_context_extensions(policy.context_extensions()?)
            .build(&provider, &DeviceSigner(device), leaf.credential())
            .map_err(Error::invalid)?;
        Ok(Self { mls, storage })
    }
}
