//! A member that runs mls-rs, set up to be a leaf as ours are: the same identity, promises and endless lifetime.

use std::collections::BTreeMap;
use std::time::Duration;

use mls_rs::client_builder::{BaseConfig, WithCryptoProvider, WithIdentityProvider, WithMlsRules};
use mls_rs::extension::ExtensionType;
use mls_rs::extension::built_in::RequiredCapabilitiesExt;
use mls_rs::group::proposal::ProposalType;
use mls_rs::group::{CommitEffect, ExportedTree, Group, ReceivedMessage};
use mls_rs::identity::basic::{BasicCredential, BasicIdentityProvider};
use mls_rs::identity::{CredentialType, SigningIdentity};
use mls_rs::mls_rules::{CommitOptions, DefaultMlsRules};
use mls_rs::time::MlsTime;
use mls_rs::{CipherSuite, Client, CryptoProvider, Extension, ExtensionList, MlsMessage};
use mls_rs_crypto_rustcrypto::RustCryptoProvider;
use mls_wasm::policy::{POLICY_EXTENSION, Policy};
use mls_wasm::{CommitRequest, Leaf};
use protocol::DeviceId;
use protocol::content::HandshakeContext;
use protocol::identity::LeafIdentity;

use super::member::{Heard, Known, Member, Served, Shared, Submitted, debug};
use crate::actors::{CONVERSATION, Device};

type Config = WithMlsRules<
    DefaultMlsRules,
    WithIdentityProvider<BasicIdentityProvider, WithCryptoProvider<RustCryptoProvider, BaseConfig>>,
>;

/// IANA's number. mls-rs never sees one: it only has to promise it, as every leaf does.
const SELF_REMOVE: ProposalType = ProposalType::new(0x000A);

/// MLS 1.0 and the wire format of a KeyPackage: ours travel without.
const KEY_PACKAGE_FRAME: [u8; 4] = [0, 1, 0, 5];

/// The beginning of endless lifetimes, and the time at which everything happens.
const BEGINNING: u64 = 0;

/// A member that runs mls-rs.
pub(super) struct Peer {
    leaf: Leaf,
    suite: CipherSuite,
    client: Client<Config>,
    group: Option<Group<Config>>,
    /// Who was at which leaf in which epoch: mls-rs tells of a message's sender the leaf only.
    names: BTreeMap<(u64, u32), LeafIdentity>,
}

impl Peer {
    pub(super) fn new(device: &Device) -> Self {
        Self::with_lifetime(device, Duration::from_secs(u64::MAX))
    }

    /// One whose KeyPackages end some time after the beginning.
    pub(super) fn with_lifetime(device: &Device, lifetime: Duration) -> Self {
        let leaf = device.leaf();
        let suite = CipherSuite::new(device.suite.number());
        let credential = BasicCredential::new(leaf.identity.encode()).into_credential();
        let identity = SigningIdentity::new(credential, leaf.key.as_bytes().to_vec().into());
        let signer = [device.key.secret().as_slice(), leaf.key.as_bytes()].concat();
        // Handshakes are PublicMessages by default. The tree travels apart, and each joiner has a Welcome of its own.
        let options = CommitOptions::new()
            .with_ratchet_tree_extension(false)
            .with_single_welcome_message(false)
            .with_allow_external_commit(true);
        let client = Client::builder()
            .crypto_provider(RustCryptoProvider::default())
            .identity_provider(BasicIdentityProvider::new())
            .mls_rules(DefaultMlsRules::new().with_commit_options(options))
            .extension_type(ExtensionType::new(POLICY_EXTENSION))
            .custom_proposal_type(SELF_REMOVE)
            .key_package_lifetime(lifetime)
            .signing_identity(identity, signer.into(), suite)
            .build();
        Self { leaf, suite, client, group: None, names: BTreeMap::new() }
    }

    fn group(&mut self) -> &mut Group<Config> {
        self.group.as_mut().expect("the device is in the group")
    }

    /// Forgets what was stored of an earlier stay: mls-rs stores epochs in a row without a gap.
    fn forget(&mut self) {
        self.client.group_state_storage().delete_group(CONVERSATION.as_bytes());
        self.names.clear();
    }

    fn enter(&mut self, group: Group<Config>) {
        self.group = Some(group);
        self.learn_names();
        self.save();
    }

    fn save(&mut self) {
        self.group().write_to_storage().unwrap();
    }

    fn learn_names(&mut self) {
        let group = self.group.as_ref().expect("the device is in the group");
        let epoch = group.current_epoch();
        let name =
            |member: mls_rs::group::Member| ((epoch, member.index), identity_of(&member.signing_identity));
        self.names.extend(group.roster().members_iter().map(name));
    }
}

impl Member for Peer {
    fn leaf(&self) -> Leaf {
        self.leaf
    }

    fn create(&mut self, policy: &Policy) {
        let group = self
            .client
            .group_builder()
            .unwrap()
            .with_group_id(CONVERSATION.as_bytes().to_vec())
            .with_group_context_extensions(context_extensions(policy))
            .with_now_time(BEGINNING.into())
            .build()
            .unwrap();
        self.enter(group);
    }

    fn group_info(&self) -> Vec<u8> {
        let group = self.group.as_ref().expect("the device is in the group");
        group.group_info_message_allowing_ext_commit(false).unwrap().to_bytes().unwrap()
    }

    fn key_package(&mut self) -> Vec<u8> {
        let beginning = Some(MlsTime::from(BEGINNING));
        let package =
            self.client.generate_key_package_message(ExtensionList::new(), ExtensionList::new(), beginning);
        let framed = package.unwrap().to_bytes().unwrap();
        framed.strip_prefix(&KEY_PACKAGE_FRAME).expect("a KeyPackage's frame").to_vec()
    }

    fn join(&mut self, welcome: &[u8], tree: &[u8], _: Known<'_>) -> Result<(), String> {
        self.forget();
        let welcome = MlsMessage::from_bytes(welcome).map_err(debug)?;
        let tree = ExportedTree::from_bytes(tree).map_err(debug)?;
        let (group, _) = self.client.join_group(Some(tree), &welcome, None).map_err(debug)?;
        self.enter(group);
        Ok(())
    }

    fn commit(&mut self, request: &CommitRequest, context: HandshakeContext) -> Submitted {
        let suite = RustCryptoProvider::default().cipher_suite_provider(self.suite).unwrap();
        let mut joiners = Vec::new();
        let mut builder =
            self.group().commit_builder().authenticated_data(context.encode()).commit_time(BEGINNING.into());
        for package in &request.add {
            let package = MlsMessage::from_bytes(&[&KEY_PACKAGE_FRAME, package.as_slice()].concat()).unwrap();
            let joiner = identity_of(package.as_key_package().unwrap().signing_identity());
            joiners.push((package.key_package_reference(&suite).unwrap().unwrap(), joiner.device));
            builder = builder.add_member(package).unwrap();
        }
        for leaf in &request.remove {
            builder = builder.remove_member(*leaf).unwrap();
        }
        if let Some(policy) = &request.policy {
            builder = builder.set_group_context_ext(context_extensions(policy)).unwrap();
        }
        let output = builder.build().unwrap();
        self.save();
        let welcome = |welcome: &MlsMessage| -> (DeviceId, Vec<u8>) {
            let [wanted] = welcome.welcome_key_package_references()[..] else { panic!("one joiner") };
            let (_, device) = joiners.iter().find(|(reference, _)| reference == wanted).unwrap();
            (*device, welcome.to_bytes().unwrap())
        };
        Submitted {
            commit: output.commit_message.to_bytes().unwrap(),
            group_info: output.external_commit_group_info.unwrap().to_bytes().unwrap(),
            welcomes: output.welcome_messages.iter().map(welcome).collect(),
        }
    }

    fn rejoin(&mut self, served: Served<'_>, context: HandshakeContext) -> Submitted {
        self.forget();
        let (group, commit) = self
            .client
            .external_commit_builder()
            .unwrap()
            .with_tree_data(ExportedTree::from_bytes(served.tree).unwrap())
            .with_removal(served.leaf)
            .with_authenticated_data(context.encode())
            .commit_time(BEGINNING.into())
            .build(MlsMessage::from_bytes(served.group_info).unwrap())
            .unwrap();
        self.enter(group);
        Submitted { commit: commit.to_bytes().unwrap(), group_info: self.group_info(), welcomes: vec![] }
    }

    fn receive(&mut self, handshake: &[u8], _: Known<'_>) -> Result<(), String> {
        let handshake = MlsMessage::from_bytes(handshake).map_err(debug)?;
        let received = self.group().process_incoming_message(handshake).map_err(debug)?;
        let ReceivedMessage::Commit(commit) = received else { return Err(debug(received)) };
        match commit.effect {
            CommitEffect::NewEpoch(_) => {
                self.learn_names();
                self.save();
            }
            CommitEffect::Removed { .. } => self.group = None,
            CommitEffect::ReInit(_) => panic!("nobody begins another group"),
        }
        Ok(())
    }

    fn seal(&mut self, content: &[u8], authenticated_data: &[u8]) -> Vec<u8> {
        let sealed = self.group().encrypt_application_message(content, authenticated_data.to_vec());
        self.save();
        sealed.unwrap().to_bytes().unwrap()
    }

    fn open(&mut self, sealed: &[u8]) -> Result<Heard, String> {
        let sealed = MlsMessage::from_bytes(sealed).map_err(debug)?;
        let epoch = sealed.epoch().ok_or("a message without epoch")?;
        let received = self.group().process_incoming_message(sealed).map_err(debug)?;
        let ReceivedMessage::ApplicationMessage(message) = received else { return Err(debug(received)) };
        self.save();
        let sender = self.names[&(epoch, message.sender_index)];
        Ok(Heard { sender, content: message.data().to_vec() })
    }

    fn restart(&mut self) {
        self.group = Some(self.client.load_group(CONVERSATION.as_bytes()).unwrap());
    }

    fn is_member(&self) -> bool {
        self.group.is_some()
    }

    fn shared(&self) -> Shared {
        let group = self.group.as_ref().expect("the device is in the group");
        Shared {
            epoch: group.current_epoch(),
            authenticator: group.epoch_authenticator().unwrap().to_vec(),
            tree: group.export_tree().to_bytes().unwrap(),
        }
    }
}

/// The context that our engine gives a group under a policy.
fn context_extensions(policy: &Policy) -> ExtensionList {
    let policy_type = ExtensionType::new(POLICY_EXTENSION);
    let required =
        RequiredCapabilitiesExt::new(vec![policy_type], vec![SELF_REMOVE], vec![CredentialType::BASIC]);
    let mut extensions = ExtensionList::new();
    extensions.set_from(required).unwrap();
    extensions.set(Extension::new(policy_type, policy.encode()));
    extensions
}

fn identity_of(identity: &SigningIdentity) -> LeafIdentity {
    LeafIdentity::decode(identity.credential.as_basic().unwrap().identifier()).unwrap()
}
