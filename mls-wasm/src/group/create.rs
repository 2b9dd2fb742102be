//! Opening a group of one.

use openmls::group::{MlsGroup, PURE_PLAINTEXT_WIRE_FORMAT_POLICY};
use openmls_traits::crypto::OpenMlsCrypto;
use protocol::keys::DeviceKey;
use protocol::{ConversationId, Suite};

use super::{Group, group_id};
use crate::leaf::{capabilities, ciphersuite, endless};
use crate::policy::Policy;
use crate::provider::{Crypto, DeviceSigner, Provider};
use crate::storage::{PAST_EPOCHS_MAX, WorkingSet, sender_ratchets};
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
        Self::create_by(Crypto::new(secret.clone()), conversation, suite, policy, leaf, device, secret)
    }

    /// The same, with cryptography of one's own.
    pub(super) fn create_by(
        crypto: impl OpenMlsCrypto,
        conversation: &ConversationId,
        suite: Suite,
        policy: &Policy,
        leaf: &Leaf,
        device: &DeviceKey,
        secret: &StepSecret,
    ) -> Result<Self, Error> {
        let storage = WorkingSet::default();
        let provider = Provider::with(crypto, secret, &storage);
        let mls = MlsGroup::builder()
            .with_group_id(group_id(conversation))
            .ciphersuite(ciphersuite(suite)?)
            .with_wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .max_past_epochs(PAST_EPOCHS_MAX)
            .sender_ratchet_configuration(sender_ratchets())
            .use_ratchet_tree_extension(false)
            .lifetime(endless())
            .with_capabilities(capabilities())
            .with_group_context_extensions(policy.context_extensions()?)
            .build(&provider, &DeviceSigner(device), leaf.credential())
            .map_err(Error::invalid)?;
        Ok(Self::new(mls, storage))
    }
}

#[cfg(test)]
mod tests {
    use protocol::AccountId;
    use protocol::identity::LeafIdentity;

    use super::*;
    use crate::storage::join_config;

    #[test]
    fn a_group_is_kept_alike_by_whoever_opens_it_and_whoever_joins() {
        let (key, suite) = (DeviceKey::from_secret(&[1; 32]), Suite::CHACHA20_POLY1305);
        let (account, device) = (AccountId::from_bytes([2; 32]), key.public().device_id());
        let leaf = Leaf { identity: LeafIdentity { account, device }, key: key.public() };
        let (conversation, secret) = (ConversationId::from_bytes([3; 16]), StepSecret::from_bytes([4; 32]));
        let policy = Policy::self_group(account, suite);
        let group = Group::create(&conversation, suite, &policy, &leaf, &key, &secret).unwrap();
        assert_eq!(group.mls.configuration(), &join_config());
    }
}
