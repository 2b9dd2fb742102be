//! Hostile commits, for the tests of those who have to bear them: what the relay sees is in order, what it does not is garbage.

use openmls_traits::OpenMlsProvider;
use protocol::content::HandshakeContext;
use protocol::keys::DeviceKey;

use super::commit::package;
use super::{CreatedCommit, Group};
use crate::framing::write_vector;
use crate::provider::{DeviceSigner, Garbage, Poisoner, Provider};
use crate::{Error, StepSecret};

/// Bytes of a frame's version and wire format, of a signature behind its length, and of a confirmation tag behind its own.
pub(super) const HEAD: usize = 4;
pub(super) const SIGNATURE: usize = 2 + 64;
pub(super) const TAG: usize = 1 + 32;

impl Group {
    /// A commit that renews this device's keys, the first `count` of its path secrets garbage.
    pub fn commit_poisoned(
        &mut self,
        context: HandshakeContext,
        device: &DeviceKey,
        secret: &StepSecret,
        count: usize,
    ) -> Result<CreatedCommit, Error> {
        let authenticated_data = context.encode();
        self.mls.set_aad(authenticated_data.clone());
        let provider = Provider::new(secret, &self.storage);
        let poisoner = Poisoner::new(secret.clone(), Garbage::Bytes, count);
        let bundle = self
            .mls
            .commit_builder()
            .force_self_update(true)
            .load_psks(provider.storage())
            .map_err(Error::invalid)?
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(provider.rand(), &poisoner, &DeviceSigner(device), |_| true)
            .map_err(Error::invalid)?
            .stage_commit(&provider)
            .map_err(Error::invalid)?;
        let facts = self.pending_facts(&authenticated_data)?;
        package(&bundle, facts)
    }
}

impl CreatedCommit {
    /// The same, with an external key in its GroupInfo that nobody has the secret of.
    pub fn with_bogus_external_key(mut self, device: &DeviceKey) -> Self {
        self.change_external_key(device, |key| key[31] ^= 1);
        self
    }

    /// The same, with an external key by which nothing can be sealed.
    #[cfg(test)]
    pub(super) fn with_weak_external_key(mut self, device: &DeviceKey) -> Self {
        self.change_external_key(device, |key| *key = [0; 32]);
        self
    }

    /// Changes the end of its external key, which is all of one of X25519's, and signs the GroupInfo again.
    fn change_external_key(&mut self, device: &DeviceKey, change: impl FnOnce(&mut [u8; 32])) {
        let info = &mut self.group_info;
        // The key stands before the confirmation tag, the signer and the signature.
        let (key_end, signed) = (info.len() - SIGNATURE - 4 - TAG, info.len() - SIGNATURE);
        let key = info[..key_end].last_chunk_mut().expect("a key is longer");
        change(key);
        let mut labelled = Vec::new();
        write_vector(&mut labelled, b"MLS 1.0 GroupInfoTBS");
        write_vector(&mut labelled, &info[HEAD..signed]);
        info[signed + 2..].copy_from_slice(&device.sign_mls(&labelled));
    }
}
