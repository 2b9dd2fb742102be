//! A member that only listens: joins by a Welcome, follows every commit, and is restarted after each.

use openmls::group::{GroupId, MlsGroup, MlsGroupJoinConfig, StagedWelcome};
use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{
    EncryptedGroupSecrets, KeyPackageIn, MlsMessageBodyIn, MlsMessageIn, ProcessedMessageContent,
    RatchetTreeIn,
};
use openmls::schedule::PreSharedKeyId;
use openmls_traits::storage::{CURRENT_VERSION, Entity, StorageProvider as _, traits};
use openmls_traits::types::HpkePrivateKey;
use serde::Serialize;

use super::files::{OfSuite, offered};
use super::*;
use crate::StepSecret;
use crate::framing::{bytes, message, welcome};
use crate::provider::Provider;
use crate::storage::WorkingSet;

/// Some vectors resume earlier epochs' secrets.
const RESUMPTION_SECRETS: usize = 16;

#[derive(Deserialize)]
struct PassiveClient {
    cipher_suite: u16,
    external_psks: Vec<ExternalPsk>,
    key_package: Hex,
    encryption_priv: Hex,
    init_priv: Hex,
    welcome: Hex,
    ratchet_tree: Option<Hex>,
    initial_epoch_authenticator: Hex,
    epochs: Vec<Epoch>,
}

impl OfSuite for PassiveClient {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

#[derive(Deserialize)]
struct ExternalPsk {
    psk_id: Hex,
    psk: Hex,
}

#[derive(Deserialize)]
struct Epoch {
    proposals: Vec<Hex>,
    commit: Hex,
    epoch_authenticator: Hex,
}

/// What OpenMLS keeps of a KeyPackage, for which it has no constructor. The vectors' have expired long since: they are taken
/// unvalidated.
#[derive(Serialize, Deserialize)]
struct KeyPackageParts {
    key_package: KeyPackageIn,
    init: HpkePrivateKey,
    encryption: HpkePrivateKey,
}

impl Entity<CURRENT_VERSION> for KeyPackageParts {}
impl traits::KeyPackage<CURRENT_VERSION> for KeyPackageParts {}

struct Member {
    group: MlsGroup,
    storage: WorkingSet,
    records: std::collections::BTreeMap<crate::PartKey, zeroize::Zeroizing<Vec<u8>>>,
}

fn secret() -> StepSecret {
    StepSecret::from_bytes([7; 32])
}

impl Member {
    fn join(vector: &PassiveClient) -> Self {
        let storage = WorkingSet::default();
        let secret = secret();
        let provider = Provider::new(&secret, &storage);
        for ExternalPsk { psk_id, psk } in &vector.external_psks {
            PreSharedKeyId::external(psk_id.0.clone(), Vec::new()).store(&provider, psk).unwrap();
        }
        let Ok(MlsMessageBodyIn::KeyPackage(key_package)) = message(&vector.key_package) else {
            panic!("the vector has no KeyPackage")
        };
        let welcome = welcome(&vector.welcome).unwrap();
        let kdf = Kdf::of(vector.cipher_suite);
        let reference = kdf.ref_hash("MLS 1.0 KeyPackage Reference", &bytes(&key_package));
        let mut references = welcome.secrets().iter().map(EncryptedGroupSecrets::new_member);
        let reference =
            references.find(|found| found.as_slice() == reference).expect("the Welcome is for it");
        let init = HpkePrivateKey::from(vector.init_priv.0.clone());
        let encryption = HpkePrivateKey::from(vector.encryption_priv.0.clone());
        let parts = KeyPackageParts { key_package, init, encryption };
        storage.write_key_package(&reference, &parts).unwrap();
        let config = MlsGroupJoinConfig::builder()
            .use_ratchet_tree_extension(true)
            .number_of_resumption_psks(RESUMPTION_SECRETS)
            .build();
        let tree =
            vector.ratchet_tree.as_ref().map(|tree| RatchetTreeIn::tls_deserialize_exact(&**tree).unwrap());
        let staged = StagedWelcome::build_from_welcome(&provider, &config, welcome)
            .unwrap()
            .skip_lifetime_validation();
        let staged = match tree {
            Some(tree) => staged.with_ratchet_tree(tree),
            None => staged,
        };
        let group = staged.build().unwrap().into_group(&provider).unwrap();
        let mut member = Self { group, storage, records: Default::default() };
        member.restart();
        member
    }

    fn receive(&mut self, bytes: &[u8]) {
        let secret = secret();
        let provider = Provider::new(&secret, &self.storage);
        let message =
            MlsMessageIn::tls_deserialize_exact(bytes).unwrap().try_into_protocol_message().unwrap();
        match self.group.process_message(&provider, message).unwrap().into_content() {
            ProcessedMessageContent::ProposalMessage(proposal) => {
                self.group.store_pending_proposal(&self.storage, *proposal).unwrap();
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                self.group.merge_staged_commit(&provider, *staged).unwrap();
            }
            _ => panic!("a vector has proposals and commits only"),
        }
        self.restart();
    }

    /// Drops what is in memory and reads again what was written.
    fn restart(&mut self) {
        for write in self.storage.take_writes() {
            match write.value {
                Some(value) => self.records.insert(write.key, value),
                None => self.records.remove(&write.key),
            };
        }
        let id: GroupId = self.group.group_id().clone();
        self.storage = WorkingSet::load(self.records.clone()).unwrap();
        self.group = MlsGroup::load(&self.storage, &id).unwrap().unwrap();
    }

    fn authenticator(&self) -> &[u8] {
        self.group.epoch_authenticator().as_slice()
    }
}

fn follow(file: &str) {
    for (number, vector) in offered::<PassiveClient>(file).iter().enumerate() {
        let mut member = Member::join(vector);
        assert_eq!(member.authenticator(), &*vector.initial_epoch_authenticator, "{file} {number}");
        for (epoch, step) in vector.epochs.iter().enumerate() {
            step.proposals.iter().chain([&step.commit]).for_each(|message| member.receive(message));
            assert_eq!(member.authenticator(), &*step.epoch_authenticator, "{file} {number}, epoch {epoch}");
        }
    }
}

#[test]
fn every_welcome_of_the_vectors_lets_us_join() {
    follow("passive-client-welcome");
}

#[test]
fn every_commit_of_the_vectors_is_followed() {
    follow("passive-client-handling-commit");
}

#[test]
fn a_long_random_history_of_the_vectors_is_followed() {
    follow("passive-client-random");
}
