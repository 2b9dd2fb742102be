//! mls-rs at the work of `client-core/src/testing/bench.rs`, in memory.

use client_core::testing::Operation;
use mls_rs::client_builder::MlsConfig;
use mls_rs::group::ExportedTree;
use mls_rs::identity::SigningIdentity;
use mls_rs::identity::basic::{BasicCredential, BasicIdentityProvider};
use mls_rs::mls_rules::{CommitOptions, DefaultMlsRules};
use mls_rs::{CipherSuite, CipherSuiteProvider, Client, CryptoProvider, Group, MlsMessage};
use mls_rs_crypto_rustcrypto::RustCryptoProvider;

use super::PeerCosts;

const SUITE: CipherSuite = CipherSuite::CURVE25519_CHACHA;
const TEXT: &[u8] = b"See you at the harbour at eight, and bring the papers if you have them by then.";
const KEY_PACKAGES: usize = 100;
const MESSAGES: usize = 1_000;
const ADDED_AT_ONCE: usize = 100;

/// The least of all rounds, in ms.
pub(super) fn measure(members: usize, rounds: usize, clock: impl Fn() -> f64) -> PeerCosts {
    let mut bench = Bench { clock, costs: PeerCosts::new() };
    let (alice, ben) = (client("alice"), client("ben"));
    let (mut at_alice, mut at_ben) = room(&alice, &ben, members);
    for _ in 0..rounds {
        bench.round([&mut at_alice, &mut at_ben]);
        at_ben.write_to_storage().unwrap();
        at_ben = bench.timed(Operation::Reload, || ben.load_group(at_ben.group_id()).unwrap());
    }
    bench.costs
}

struct Bench<C> {
    clock: C,
    costs: PeerCosts,
}

impl<C: Fn() -> f64> Bench<C> {
    fn timed<T>(&mut self, operation: Operation, step: impl FnOnce() -> T) -> T {
        let started = (self.clock)();
        let made = step();
        let took = (self.clock)() - started;
        let least = self.costs.entry(operation).or_insert(took);
        *least = least.min(took);
        made
    }

    fn round(&mut self, [alice, ben]: [&mut Group<impl MlsConfig>; 2]) {
        let maker = client("maker");
        self.timed(Operation::KeyPackages, || (0..KEY_PACKAGES).for_each(|_| drop(key_package(&maker))));
        let package = key_package(&client("other"));
        self.timed(Operation::Create, || {
            let mut group = maker.create_group(Default::default(), Default::default(), None).unwrap();
            group.commit_builder().add_member(package).unwrap().build().unwrap();
            group.apply_pending_commit().unwrap();
        });
        let joiner = client("joiner");
        let package = key_package(&joiner);
        let added = self.timed(Operation::Add, || {
            let added = alice.commit_builder().add_member(package).unwrap().build().unwrap();
            alice.apply_pending_commit().unwrap();
            added
        });
        ben.process_incoming_message(added.commit_message().clone()).unwrap();
        let tree = alice.export_tree().to_bytes().unwrap();
        let (joined, _) = self.timed(Operation::Join, || {
            let tree = ExportedTree::from_bytes(&tree).unwrap();
            joiner.join_group(Some(tree), &added.welcome_messages()[0], None).unwrap()
        });
        let removal =
            alice.commit_builder().remove_member(joined.current_member_index()).unwrap().build().unwrap();
        alice.apply_pending_commit().unwrap();
        ben.process_incoming_message(removal.commit_message().clone()).unwrap();
        let update = self.timed(Operation::SelfUpdate, || {
            let update = alice.commit_builder().build().unwrap();
            alice.apply_pending_commit().unwrap();
            update
        });
        self.timed(Operation::Process, || {
            ben.process_incoming_message(update.commit_message().clone()).unwrap()
        });
        let sealed: Vec<MlsMessage> = self.timed(Operation::Seal, || {
            let seal = |_| alice.encrypt_application_message(TEXT, Default::default()).unwrap();
            (0..MESSAGES).map(seal).collect()
        });
        self.timed(Operation::Open, || {
            sealed.into_iter().for_each(|sealed| drop(ben.process_incoming_message(sealed).unwrap()));
        });
    }
}

/// A room whose members were added by few commits. The first two act.
fn room<C: MlsConfig>(alice: &Client<C>, ben: &Client<C>, members: usize) -> (Group<C>, Group<C>) {
    let mut group = alice.create_group(Default::default(), Default::default(), None).unwrap();
    // Two of one name are one to it.
    let mut packages: Vec<MlsMessage> =
        (2..members).map(|number| key_package(&client(&format!("other {number}")))).collect();
    packages.push(key_package(ben));
    let mut invited = None;
    for some in packages.chunks(ADDED_AT_ONCE) {
        let mut builder = group.commit_builder();
        for package in some {
            builder = builder.add_member(package.clone()).unwrap();
        }
        invited = Some(builder.build().unwrap());
        group.apply_pending_commit().unwrap();
    }
    let tree = ExportedTree::from_bytes(&group.export_tree().to_bytes().unwrap()).unwrap();
    let invited = invited.unwrap();
    let (joined, _) = ben.join_group(Some(tree), &invited.welcome_messages()[0], None).unwrap();
    (group, joined)
}

fn key_package(client: &Client<impl MlsConfig>) -> MlsMessage {
    client.generate_key_package_message(Default::default(), Default::default(), None).unwrap()
}

fn client(name: &str) -> Client<impl MlsConfig> {
    let crypto = RustCryptoProvider::default();
    let (secret, public) = crypto.cipher_suite_provider(SUITE).unwrap().signature_key_generate().unwrap();
    let credential = BasicCredential::new(name.as_bytes().to_vec());
    let identity = SigningIdentity::new(credential.into_credential(), public);
    let options = CommitOptions::new().with_ratchet_tree_extension(false);
    Client::builder()
        .identity_provider(BasicIdentityProvider)
        .crypto_provider(crypto)
        .mls_rules(DefaultMlsRules::new().with_commit_options(options))
        .signing_identity(identity, secret, SUITE)
        .build()
}
