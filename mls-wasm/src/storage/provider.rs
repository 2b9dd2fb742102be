//! OpenMLS's storage interface over a [`WorkingSet`].
//!
//! A working set holds one group, so that group ids are left out of the keys. Values are postcard behind the part records'
//! version byte.

use openmls_traits::storage::{CURRENT_VERSION, StorageProvider, traits};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::config::stored_join_config;
use super::encoded::Encoded;
use super::{Kind, StorageError, ValueKey, WorkingSet, secrets};

const V: u16 = CURRENT_VERSION;

type Result<T> = std::result::Result<T, StorageError>;

impl WorkingSet {
    fn put(&self, key: ValueKey, value: &impl Serialize) -> Result<()> {
        let room = self.values.borrow().get(&key).and_then(|value| Some(value.current.as_ref()?.len()));
        let encoded = postcard::serialize_with_flavor(value, Encoded::with_room(room.unwrap_or_default()));
        self.put_bytes(key, Some(encoded.map_err(|_| StorageError)?));
        Ok(())
    }

    fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>> {
        let values = self.values.borrow();
        let Some(bytes) = values.get(key).and_then(|value| value.current.as_ref()) else { return Ok(None) };
        postcard::from_bytes(bytes).map(Some).map_err(|_| StorageError)
    }

    fn delete(&self, key: ValueKey) -> Result<()> {
        self.put_bytes(key, None);
        Ok(())
    }

    /// The queued proposals with their references, each as its own bytes: neither type is known here.
    fn proposals(&self) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        Ok(self.get(&only(Kind::QueuedProposals))?.unwrap_or_default())
    }
}

/// The key of a kind that has one value.
fn only(kind: Kind) -> ValueKey {
    vec![kind as u8]
}

/// The key of one of many values of a kind.
fn named(kind: Kind, name: &impl Serialize) -> Result<ValueKey> {
    let mut key = only(kind);
    key.extend(postcard::to_stdvec(name).map_err(|_| StorageError)?);
    Ok(key)
}

macro_rules! single_values {
    ($($write:ident $read:ident $delete:ident $entity:ident $kind:ident;)*) => {$(
        fn $write<GroupId: traits::GroupId<V>, $entity: traits::$entity<V>>(
            &self,
            _: &GroupId,
            value: &$entity,
        ) -> Result<()> {
            self.put(only(Kind::$kind), value)
        }

        fn $read<GroupId: traits::GroupId<V>, $entity: traits::$entity<V>>(
            &self,
            _: &GroupId,
        ) -> Result<Option<$entity>> {
            self.get(&only(Kind::$kind))
        }

        fn $delete<GroupId: traits::GroupId<V>>(&self, _: &GroupId) -> Result<()> {
            self.delete(only(Kind::$kind))
        }
    )*};
}

impl StorageProvider<V> for WorkingSet {
    type Error = StorageError;

    single_values! {
        write_tree tree delete_tree TreeSync Tree;
        write_interim_transcript_hash interim_transcript_hash delete_interim_transcript_hash InterimTranscriptHash
            InterimTranscriptHash;
        write_context group_context delete_context GroupContext Context;
        write_confirmation_tag confirmation_tag delete_confirmation_tag ConfirmationTag ConfirmationTag;
        write_resumption_psk_store resumption_psk_store delete_all_resumption_psk_secrets ResumptionPskStore
            ResumptionSecrets;
        write_own_leaf_index own_leaf_index delete_own_leaf_index LeafNodeIndex OwnLeafIndex;
        write_group_epoch_secrets group_epoch_secrets delete_group_epoch_secrets GroupEpochSecrets EpochSecrets;
    }

    fn write_message_secrets<GroupId: traits::GroupId<V>, MessageSecrets: traits::MessageSecrets<V>>(
        &self,
        _: &GroupId,
        value: &MessageSecrets,
    ) -> Result<()> {
        if let Some(epochs) = self.put_off.get() {
            self.unencoded.set(self.unencoded.get().max(Some(epochs)));
            return Ok(());
        }
        let key = only(Kind::MessageSecrets);
        let past = self.past_epochs.take().filter(|_| self.past_epochs_stay.get());
        let secrets = {
            let values = self.values.borrow();
            let last = values.get(&key).and_then(|value| value.current.as_ref()).map_or(&[][..], |last| last);
            secrets::encode(value, past.and_then(|past| last.get(past)), last.len())
        };
        let secrets = secrets.map_err(|_| StorageError)?;
        self.past_epochs.replace(secrets.past);
        self.unencoded.take();
        self.put_bytes(key, Some(secrets.bytes));
        Ok(())
    }

    fn message_secrets<GroupId: traits::GroupId<V>, MessageSecrets: traits::MessageSecrets<V>>(
        &self,
        _: &GroupId,
    ) -> Result<Option<MessageSecrets>> {
        self.get(&only(Kind::MessageSecrets))
    }

    fn delete_message_secrets<GroupId: traits::GroupId<V>>(&self, _: &GroupId) -> Result<()> {
        self.past_epochs.take();
        self.unencoded.take();
        self.delete(only(Kind::MessageSecrets))
    }

    fn write_group_state<GroupState: traits::GroupState<V>, GroupId: traits::GroupId<V>>(
        &self,
        _: &GroupId,
        state: &GroupState,
    ) -> Result<()> {
        self.put(only(Kind::GroupState), state)
    }

    fn group_state<GroupState: traits::GroupState<V>, GroupId: traits::GroupId<V>>(
        &self,
        _: &GroupId,
    ) -> Result<Option<GroupState>> {
        self.get(&only(Kind::GroupState))
    }

    fn delete_group_state<GroupId: traits::GroupId<V>>(&self, _: &GroupId) -> Result<()> {
        self.delete(only(Kind::GroupState))
    }

    fn write_mls_join_config<GroupId: traits::GroupId<V>, Config: traits::MlsGroupJoinConfig<V>>(
        &self,
        _: &GroupId,
        _: &Config,
    ) -> Result<()> {
        Ok(())
    }

    fn mls_group_join_config<GroupId: traits::GroupId<V>, Config: traits::MlsGroupJoinConfig<V>>(
        &self,
        _: &GroupId,
    ) -> Result<Option<Config>> {
        Ok(stored_join_config())
    }

    fn delete_group_config<GroupId: traits::GroupId<V>>(&self, _: &GroupId) -> Result<()> {
        Ok(())
    }

    fn append_own_leaf_node<GroupId: traits::GroupId<V>, LeafNode: traits::LeafNode<V>>(
        &self,
        group: &GroupId,
        leaf_node: &LeafNode,
    ) -> Result<()> {
        let mut leaf_nodes = self.own_leaf_nodes::<GroupId, LeafNode>(group)?;
        let copy = postcard::to_stdvec(leaf_node).map_err(|_| StorageError)?;
        leaf_nodes.push(postcard::from_bytes(&copy).map_err(|_| StorageError)?);
        self.put(only(Kind::OwnLeafNodes), &leaf_nodes)
    }

    fn own_leaf_nodes<GroupId: traits::GroupId<V>, LeafNode: traits::LeafNode<V>>(
        &self,
        _: &GroupId,
    ) -> Result<Vec<LeafNode>> {
        Ok(self.get(&only(Kind::OwnLeafNodes))?.unwrap_or_default())
    }

    fn delete_own_leaf_nodes<GroupId: traits::GroupId<V>>(&self, _: &GroupId) -> Result<()> {
        self.delete(only(Kind::OwnLeafNodes))
    }

    fn queue_proposal<
        GroupId: traits::GroupId<V>,
        ProposalRef: traits::ProposalRef<V>,
        QueuedProposal: traits::QueuedProposal<V>,
    >(
        &self,
        _: &GroupId,
        reference: &ProposalRef,
        proposal: &QueuedProposal,
    ) -> Result<()> {
        let mut proposals = self.proposals()?;
        let reference = postcard::to_stdvec(reference).map_err(|_| StorageError)?;
        let proposal = postcard::to_stdvec(proposal).map_err(|_| StorageError)?;
        proposals.push((reference, proposal));
        self.put(only(Kind::QueuedProposals), &proposals)
    }

    fn queued_proposal_refs<GroupId: traits::GroupId<V>, ProposalRef: traits::ProposalRef<V>>(
        &self,
        _: &GroupId,
    ) -> Result<Vec<ProposalRef>> {
        let decode = |(reference, _): (Vec<u8>, Vec<u8>)| postcard::from_bytes(&reference);
        self.proposals()?
            .into_iter()
            .map(decode)
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| StorageError)
    }

    fn queued_proposals<
        GroupId: traits::GroupId<V>,
        ProposalRef: traits::ProposalRef<V>,
        QueuedProposal: traits::QueuedProposal<V>,
    >(
        &self,
        _: &GroupId,
    ) -> Result<Vec<(ProposalRef, QueuedProposal)>> {
        let decode = |(reference, proposal): (Vec<u8>, Vec<u8>)| {
            Ok((postcard::from_bytes(&reference)?, postcard::from_bytes(&proposal)?))
        };
        let decoded: postcard::Result<_> = self.proposals()?.into_iter().map(decode).collect();
        decoded.map_err(|_| StorageError)
    }

    fn remove_proposal<GroupId: traits::GroupId<V>, ProposalRef: traits::ProposalRef<V>>(
        &self,
        _: &GroupId,
        reference: &ProposalRef,
    ) -> Result<()> {
        let reference = postcard::to_stdvec(reference).map_err(|_| StorageError)?;
        let mut proposals = self.proposals()?;
        proposals.retain(|(other, _)| *other != reference);
        self.put(only(Kind::QueuedProposals), &proposals)
    }

    fn clear_proposal_queue<GroupId: traits::GroupId<V>, ProposalRef: traits::ProposalRef<V>>(
        &self,
        _: &GroupId,
    ) -> Result<()> {
        self.delete(only(Kind::QueuedProposals))
    }

    fn write_encryption_key_pair<
        EncryptionKey: traits::EncryptionKey<V>,
        HpkeKeyPair: traits::HpkeKeyPair<V>,
    >(
        &self,
        public: &EncryptionKey,
        pair: &HpkeKeyPair,
    ) -> Result<()> {
        self.put(named(Kind::EncryptionKeyPair, public)?, pair)
    }

    fn encryption_key_pair<HpkeKeyPair: traits::HpkeKeyPair<V>, EncryptionKey: traits::EncryptionKey<V>>(
        &self,
        public: &EncryptionKey,
    ) -> Result<Option<HpkeKeyPair>> {
        self.get(&named(Kind::EncryptionKeyPair, public)?)
    }

    fn delete_encryption_key_pair<EncryptionKey: traits::EncryptionKey<V>>(
        &self,
        public: &EncryptionKey,
    ) -> Result<()> {
        self.delete(named(Kind::EncryptionKeyPair, public)?)
    }

    fn write_encryption_epoch_key_pairs<
        GroupId: traits::GroupId<V>,
        EpochKey: traits::EpochKey<V>,
        HpkeKeyPair: traits::HpkeKeyPair<V>,
    >(
        &self,
        _: &GroupId,
        epoch: &EpochKey,
        leaf: u32,
        pairs: &[HpkeKeyPair],
    ) -> Result<()> {
        self.put(named(Kind::EpochKeyPairs, &(epoch, leaf))?, &pairs)
    }

    fn encryption_epoch_key_pairs<
        GroupId: traits::GroupId<V>,
        EpochKey: traits::EpochKey<V>,
        HpkeKeyPair: traits::HpkeKeyPair<V>,
    >(
        &self,
        _: &GroupId,
        epoch: &EpochKey,
        leaf: u32,
    ) -> Result<Vec<HpkeKeyPair>> {
        Ok(self.get(&named(Kind::EpochKeyPairs, &(epoch, leaf))?)?.unwrap_or_default())
    }

    fn delete_encryption_epoch_key_pairs<GroupId: traits::GroupId<V>, EpochKey: traits::EpochKey<V>>(
        &self,
        _: &GroupId,
        epoch: &EpochKey,
        leaf: u32,
    ) -> Result<()> {
        self.delete(named(Kind::EpochKeyPairs, &(epoch, leaf))?)
    }

    fn write_key_package<HashReference: traits::HashReference<V>, KeyPackage: traits::KeyPackage<V>>(
        &self,
        reference: &HashReference,
        key_package: &KeyPackage,
    ) -> Result<()> {
        self.put(named(Kind::KeyPackage, reference)?, key_package)
    }

    fn key_package<HashReference: traits::HashReference<V>, KeyPackage: traits::KeyPackage<V>>(
        &self,
        reference: &HashReference,
    ) -> Result<Option<KeyPackage>> {
        self.get(&named(Kind::KeyPackage, reference)?)
    }

    fn delete_key_package<HashReference: traits::HashReference<V>>(
        &self,
        reference: &HashReference,
    ) -> Result<()> {
        self.delete(named(Kind::KeyPackage, reference)?)
    }

    /// Device keys are given with each call and never stored here.
    fn write_signature_key_pair<
        PublicKey: traits::SignaturePublicKey<V>,
        Pair: traits::SignatureKeyPair<V>,
    >(
        &self,
        _: &PublicKey,
        _: &Pair,
    ) -> Result<()> {
        Err(StorageError)
    }

    fn signature_key_pair<PublicKey: traits::SignaturePublicKey<V>, Pair: traits::SignatureKeyPair<V>>(
        &self,
        _: &PublicKey,
    ) -> Result<Option<Pair>> {
        Ok(None)
    }

    fn delete_signature_key_pair<PublicKey: traits::SignaturePublicKey<V>>(
        &self,
        _: &PublicKey,
    ) -> Result<()> {
        Ok(())
    }

    /// Pre-shared keys are refused by policy, before any is looked for.
    fn write_psk<PskId: traits::PskId<V>, PskBundle: traits::PskBundle<V>>(
        &self,
        id: &PskId,
        psk: &PskBundle,
    ) -> Result<()> {
        self.put(named(Kind::PreSharedKey, id)?, psk)
    }

    fn psk<PskBundle: traits::PskBundle<V>, PskId: traits::PskId<V>>(
        &self,
        id: &PskId,
    ) -> Result<Option<PskBundle>> {
        self.get(&named(Kind::PreSharedKey, id)?)
    }

    fn delete_psk<PskId: traits::PskId<V>>(&self, id: &PskId) -> Result<()> {
        self.delete(named(Kind::PreSharedKey, id)?)
    }
}
