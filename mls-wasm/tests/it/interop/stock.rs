//! A member that runs OpenMLS on its own provider: what it draws, derives and seals comes from other code than ours.

use std::borrow::BorrowMut;

use openmls::group::{CommitBuilder, Complete, Initial};
use openmls::prelude::tls_codec::{Deserialize as _, VLBytes};
use openmls::prelude::*;
use openmls_rust_crypto::OpenMlsRustCrypto;
use openmls_traits::signatures::{Signer, SignerError};
use protocol::DeviceId;
use protocol::content::HandshakeContext;
use protocol::identity::LeafIdentity;
use protocol::keys::DeviceKey;

use mls_wasm::policy::{POLICY_EXTENSION, Policy};
use mls_wasm::{CommitRequest, Leaf};

use super::member::{Heard, Known, Member, Served, Shared, Submitted, debug};
use crate::actors::{CONVERSATION, Device};

/// MLS 1.0 and the wire format of a Welcome, or of a GroupInfo: the parts of a commit come without.
const WELCOME_FRAME: [u8; 4] = [0, 1, 0, 3];
const GROUP_INFO_FRAME: [u8; 4] = [0, 1, 0, 4];

/// A member that runs OpenMLS on its own provider.
pub(super) struct Stock {
    leaf: Leaf,
    key: DeviceKey,
    suite: Ciphersuite,
    provider: OpenMlsRustCrypto,
    group: Option<MlsGroup>,
}

struct StockSigner<'a>(&'a DeviceKey);

impl Signer for StockSigner<'_> {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.0.sign_mls(payload).to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

impl Stock {
    pub(super) fn new(device: &Device) -> Self {
        Self {
            leaf: device.leaf(),
            key: DeviceKey::from_secret(&device.key.secret()),
            suite: Ciphersuite::try_from(device.suite.number()).unwrap(),
            provider: OpenMlsRustCrypto::default(),
            group: None,
        }
    }

    fn group(&self) -> &MlsGroup {
        self.group.as_ref().expect("the device is in the group")
    }

    /// Forgets what was stored of an earlier stay.
    fn forget(&mut self) {
        if let Some(mut group) = self.group.take() {
            group.delete(self.provider.storage()).unwrap();
        }
    }

    fn credential(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(self.leaf.identity.encode()).into(),
            signature_key: self.leaf.key.as_bytes().as_slice().into(),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new(
            None,
            Some(&[self.suite]),
            Some(&[ExtensionType::LastResort, ExtensionType::Unknown(POLICY_EXTENSION)]),
            Some(&[ProposalType::SelfRemove]),
            Some(&[CredentialType::Basic]),
        )
    }

    fn read_key_package(&self, package: &[u8]) -> KeyPackage {
        let package = KeyPackageIn::tls_deserialize_exact(package).unwrap();
        package.validate(self.provider.crypto(), ProtocolVersion::Mls10).unwrap()
    }

    /// A Welcome for each of the joiners: suite, secrets, sealed GroupInfo.
    fn split(&self, welcome: &Welcome, packages: &[KeyPackage]) -> Vec<(DeviceId, Vec<u8>)> {
        let whole = bytes(welcome);
        let (suite, mut rest) = whole.split_at(2);
        VLBytes::tls_deserialize(&mut rest).unwrap();
        let one = |secret: &EncryptedGroupSecrets| {
            let is_theirs = |package: &&KeyPackage| {
                package.hash_ref(self.provider.crypto()).unwrap() == secret.new_member()
            };
            let joiner = packages.iter().find(is_theirs).unwrap();
            let secrets = bytes(&VLBytes::new(bytes(secret)));
            let welcome = [&WELCOME_FRAME, suite, &secrets, rest].concat();
            (identity_of(joiner.leaf_node().credential()).device, welcome)
        };
        welcome.secrets().iter().map(one).collect()
    }
}

impl Member for Stock {
    fn leaf(&self) -> Leaf {
        self.leaf
    }

    fn create(&mut self, policy: &Policy) {
        let group = MlsGroup::builder()
            .with_group_id(group_id())
            .ciphersuite(self.suite)
            .with_wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .max_past_epochs(1)
            .use_ratchet_tree_extension(false)
            .lifetime(endless())
            .with_capabilities(self.capabilities())
            .with_group_context_extensions(context_extensions(policy))
            .build(&self.provider, &StockSigner(&self.key), self.credential());
        self.group = Some(group.unwrap());
    }

    fn group_info(&self) -> Vec<u8> {
        let signer = StockSigner(&self.key);
        bytes(&self.group().export_group_info(self.provider.crypto(), &signer, false).unwrap())
    }

    fn key_package(&mut self) -> Vec<u8> {
        let bundle = KeyPackage::builder()
            .key_package_lifetime(endless())
            .leaf_node_capabilities(self.capabilities())
            .build(self.suite, &self.provider, &StockSigner(&self.key), self.credential());
        bytes(bundle.unwrap().key_package())
    }

    fn join(&mut self, welcome: &[u8], tree: &[u8], _: Known<'_>) -> Result<(), String> {
        self.forget();
        let MlsMessageBodyIn::Welcome(welcome) = message(welcome)? else {
            return Err("no Welcome".to_owned());
        };
        let staged = StagedWelcome::build_from_welcome(&self.provider, &join_config(), welcome)
            .map_err(debug)?
            .with_ratchet_tree(RatchetTreeIn::tls_deserialize_exact(tree).map_err(debug)?)
            .skip_lifetime_validation()
            .build()
            .map_err(debug)?;
        self.group = Some(staged.into_group(&self.provider).map_err(debug)?);
        Ok(())
    }

    fn commit(&mut self, request: &CommitRequest, context: HandshakeContext) -> Submitted {
        let packages: Vec<_> = request.add.iter().map(|package| self.read_key_package(package)).collect();
        let group = self.group.as_mut().expect("the device is in the group");
        group.set_aad(context.encode());
        let mut builder = group
            .commit_builder()
            .propose_adds(packages.clone())
            .propose_removals(request.remove.iter().map(|leaf| LeafNodeIndex::new(*leaf)));
        if let Some(policy) = &request.policy {
            builder = builder.propose_group_context_extensions(context_extensions(policy)).unwrap();
        }
        let bundle = build(builder, &self.provider, &self.key).stage_commit(&self.provider).unwrap();
        let welcomes = bundle.welcome().map_or(vec![], |welcome| self.split(welcome, &packages));
        submitted(&bundle, welcomes)
    }

    fn rejoin(&mut self, served: Served<'_>, context: HandshakeContext) -> Submitted {
        self.forget();
        let MlsMessageBodyIn::GroupInfo(group_info) = message(served.group_info).unwrap() else {
            panic!("a GroupInfo is served");
        };
        let parameters = LeafNodeParameters::builder().with_capabilities(self.capabilities()).build();
        let builder = MlsGroup::external_commit_builder()
            .with_ratchet_tree(RatchetTreeIn::tls_deserialize_exact(served.tree).unwrap())
            .with_config(join_config())
            .with_aad(context.encode())
            .skip_lifetime_validation()
            .build_group(&self.provider, group_info, self.credential())
            .unwrap()
            .leaf_node_parameters(parameters);
        let (group, bundle) = build(builder, &self.provider, &self.key).finalize(&self.provider).unwrap();
        self.group = Some(group);
        submitted(&bundle, vec![])
    }

    fn receive(&mut self, handshake: &[u8], _: Known<'_>) -> Result<(), String> {
        let MlsMessageBodyIn::PublicMessage(handshake) = message(handshake)? else {
            return Err("no PublicMessage".to_owned());
        };
        let group = self.group.as_mut().expect("the device is in the group");
        let handshake = ProtocolMessage::PublicMessage(Box::new(handshake));
        match group.process_message(&self.provider, handshake).map_err(debug)?.into_content() {
            ProcessedMessageContent::OwnPendingCommit => {
                group.merge_pending_commit(&self.provider).map_err(debug)
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                group.merge_staged_commit(&self.provider, *staged).map_err(debug)
            }
            other => Err(debug(other)),
        }
    }

    fn seal(&mut self, content: &[u8], authenticated_data: &[u8]) -> Vec<u8> {
        let group = self.group.as_mut().expect("the device is in the group");
        group.set_aad(authenticated_data.to_vec());
        bytes(&group.create_message(&self.provider, &StockSigner(&self.key), content).unwrap())
    }

    fn open(&mut self, sealed: &[u8]) -> Result<Heard, String> {
        let MlsMessageBodyIn::PrivateMessage(sealed) = message(sealed)? else {
            return Err("no PrivateMessage".to_owned());
        };
        let group = self.group.as_mut().expect("the device is in the group");
        let processed = group.process_message(&self.provider, sealed).map_err(debug)?;
        let sender = identity_of(processed.credential());
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(content) => {
                Ok(Heard { sender, content: content.into_bytes() })
            }
            other => Err(debug(other)),
        }
    }

    fn restart(&mut self) {
        self.group = MlsGroup::load(self.provider.storage(), &group_id()).unwrap();
    }

    fn is_member(&self) -> bool {
        self.group.as_ref().is_some_and(MlsGroup::is_active)
    }

    fn shared(&self) -> Shared {
        let group = self.group();
        Shared {
            epoch: group.epoch().as_u64(),
            authenticator: group.epoch_authenticator().as_slice().to_vec(),
            tree: bytes(&group.export_ratchet_tree()),
        }
    }
}

/// A commit with a GroupInfo that holds no tree.
fn build<'a, G: BorrowMut<MlsGroup>>(
    builder: CommitBuilder<'a, Initial, G>,
    provider: &'a OpenMlsRustCrypto,
    key: &DeviceKey,
) -> CommitBuilder<'a, Complete, G> {
    builder
        .load_psks(provider.storage())
        .unwrap()
        .create_group_info(true)
        .use_ratchet_tree_extension(false)
        .build(provider.rand(), provider.crypto(), &StockSigner(key), |_| true)
        .unwrap()
}

fn submitted(bundle: &CommitMessageBundle, welcomes: Vec<(DeviceId, Vec<u8>)>) -> Submitted {
    let group_info = [GROUP_INFO_FRAME.as_slice(), &bytes(bundle.group_info().unwrap())].concat();
    Submitted { commit: bytes(bundle.commit()), group_info, welcomes }
}

/// The context that our engine gives a group under a policy.
fn context_extensions(policy: &Policy) -> Extensions<GroupContext> {
    let policy_type = ExtensionType::Unknown(POLICY_EXTENSION);
    let required = RequiredCapabilitiesExtension::new(
        &[policy_type],
        &[ProposalType::SelfRemove],
        &[CredentialType::Basic],
    );
    Extensions::from_vec(vec![
        Extension::RequiredCapabilities(required),
        Extension::Unknown(POLICY_EXTENSION, UnknownExtension(policy.encode())),
    ])
    .unwrap()
}

fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .max_past_epochs(1)
        .use_ratchet_tree_extension(false)
        .build()
}

fn endless() -> Lifetime {
    Lifetime::init(0, u64::MAX)
}

fn group_id() -> GroupId {
    GroupId::from_slice(CONVERSATION.as_bytes())
}

fn message(bytes: &[u8]) -> Result<MlsMessageBodyIn, String> {
    MlsMessageIn::tls_deserialize_exact(bytes).map(MlsMessageIn::extract).map_err(debug)
}

fn bytes(value: &impl tls_codec::Serialize) -> Vec<u8> {
    value.tls_serialize_detached().unwrap()
}

fn identity_of(credential: &Credential) -> LeafIdentity {
    LeafIdentity::decode(BasicCredential::try_from(credential.clone()).unwrap().identity()).unwrap()
}
