//! mls-rs at the work of `client-core/src/testing/bench.rs`. What goes from one to another goes as bytes.

use std::path::Path;

use client_core::testing::Operation;
use mls_rs::client_builder::MlsConfig;
use mls_rs::group::ExportedTree;
use mls_rs::identity::SigningIdentity;
use mls_rs::identity::basic::{BasicCredential, BasicIdentityProvider};
use mls_rs::mls_rules::{CommitOptions, DefaultMlsRules};
use mls_rs::{CipherSuite, CipherSuiteProvider, Client, CryptoProvider, Group, MlsMessage};
use mls_rs_crypto_rustcrypto::RustCryptoProvider;

use super::kept::Kept;
use super::{PeerCost, PeerCosts};

const SUITE: CipherSuite = CipherSuite::CURVE25519_CHACHA;
const TEXT: &[u8] = b"See you at the harbour at eight, and bring the papers if you have them by then.";
const KEY_PACKAGES: usize = 100;
const MESSAGES: usize = 1_000;
const MESSAGES_PER_TURN: usize = 64;
const ADDED_AT_ONCE: usize = 100;

/// The least of all rounds.
pub(super) fn measure(folder: &Path, members: usize, rounds: usize, clock: impl Fn() -> f64) -> PeerCosts {
    let mut bench = Bench { clock, kept: Kept::open(&folder.join("peer.sqlite")), costs: PeerCosts::new() };
    let (alice, ben) = (client(&bench.kept, "alice"), client(&bench.kept, "ben"));
    let (mut at_alice, mut at_ben) = bench.room(&alice, &ben, members);
    for _ in 0..rounds {
        bench.round([&mut at_alice, &mut at_ben]);
        at_ben.write_to_storage().unwrap();
        let mut lap = Lap::default();
        bench.kept.read_ms();
        at_ben = bench.compute(&mut lap, || ben.load_group(at_ben.group_id()).unwrap());
        lap.computed_ms -= bench.kept.read_ms();
        bench.note(Operation::Reload, &lap);
    }
    bench.costs
}

struct Bench<C> {
    clock: C,
    kept: Kept,
    costs: PeerCosts,
}

/// Time on one operation so far.
#[derive(Default)]
struct Lap {
    computed_ms: f64,
    stored_ms: f64,
}

impl<C: Fn() -> f64> Bench<C> {
    fn compute<T>(&self, lap: &mut Lap, step: impl FnOnce() -> T) -> T {
        let started = (self.clock)();
        let made = step();
        let took = (self.clock)() - started;
        lap.computed_ms += took;
        lap.stored_ms += took;
        made
    }

    fn store(&self, lap: &mut Lap, step: impl FnOnce()) {
        let started = (self.clock)();
        step();
        lap.stored_ms += (self.clock)() - started;
    }

    fn note(&mut self, operation: Operation, lap: &Lap) {
        let PeerCost { computed_ms, stored_ms } = self.costs.entry(operation).or_default();
        *computed_ms = computed_ms.min(lap.computed_ms);
        *stored_ms = stored_ms.min(lap.stored_ms);
    }

    fn round(&mut self, [alice, ben]: [&mut Group<impl MlsConfig>; 2]) {
        let maker = client(&self.kept, "maker");
        let mut lap = Lap::default();
        self.compute(&mut lap, || (0..KEY_PACKAGES).for_each(|_| drop(key_package(&maker))));
        self.store(&mut lap, || self.kept.write_packages());
        self.note(Operation::KeyPackages, &lap);

        let package = key_package(&client(&self.kept, "other"));
        let mut lap = Lap::default();
        let mut group = self
            .compute(&mut lap, || maker.create_group(Default::default(), Default::default(), None).unwrap());
        self.commit(&mut lap, &mut group, Some(&package));
        self.note(Operation::Create, &lap);

        let joiner = client(&self.kept, "joiner");
        let package = key_package(&joiner);
        self.kept.write_packages();
        let mut lap = Lap::default();
        let Committed { commit, welcome } = self.commit(&mut lap, alice, Some(&package));
        self.note(Operation::Add, &lap);
        receive(ben, &commit);
        let tree = alice.export_tree().to_bytes().unwrap();
        let mut lap = Lap::default();
        let mut joined = self.compute(&mut lap, || {
            let tree = ExportedTree::from_bytes(&tree).unwrap();
            let welcome = MlsMessage::from_bytes(&welcome).unwrap();
            joiner.join_group(Some(tree), &welcome, None).unwrap().0
        });
        self.store(&mut lap, || joined.write_to_storage().unwrap());
        self.note(Operation::Join, &lap);

        let leaf = joined.current_member_index();
        let removal = alice.commit_builder().remove_member(leaf).unwrap().build().unwrap();
        alice.apply_pending_commit().unwrap();
        receive(ben, &removal.commit_message().to_bytes().unwrap());

        let mut lap = Lap::default();
        let Committed { commit, .. } = self.commit(&mut lap, alice, None);
        self.note(Operation::SelfUpdate, &lap);
        let mut lap = Lap::default();
        self.compute(&mut lap, || receive(ben, &commit));
        self.store(&mut lap, || ben.write_to_storage().unwrap());
        self.note(Operation::Process, &lap);
        self.talk(alice, ben);
    }

    /// An own commit: kept before it is sent, and again when the relay has put it in order.
    fn commit(&self, lap: &mut Lap, group: &mut Group<impl MlsConfig>, added: Option<&[u8]>) -> Committed {
        let committed = self.compute(lap, || {
            let mut builder = group.commit_builder();
            if let Some(package) = added {
                builder = builder.add_member(MlsMessage::from_bytes(package).unwrap()).unwrap();
            }
            let made = builder.build().unwrap();
            let welcome = made.welcome_messages().first().map(|welcome| welcome.to_bytes().unwrap());
            Committed {
                commit: made.commit_message().to_bytes().unwrap(),
                welcome: welcome.unwrap_or_default(),
            }
        });
        self.store(lap, || group.write_to_storage().unwrap());
        self.compute(lap, || group.apply_pending_commit().unwrap());
        self.store(lap, || group.write_to_storage().unwrap());
        committed
    }

    /// The first seals what the second opens, as many in a turn as a driver takes.
    fn talk(&mut self, alice: &mut Group<impl MlsConfig>, ben: &mut Group<impl MlsConfig>) {
        let (mut sealing, mut opening) = (Lap::default(), Lap::default());
        let mut left = MESSAGES;
        while left > 0 {
            let count = left.min(MESSAGES_PER_TURN);
            left -= count;
            let sealed: Vec<Vec<u8>> = self.compute(&mut sealing, || {
                let seal = |_| alice.encrypt_application_message(TEXT, Default::default()).unwrap();
                (0..count).map(seal).map(|sealed| sealed.to_bytes().unwrap()).collect()
            });
            self.store(&mut sealing, || alice.write_to_storage().unwrap());
            self.compute(&mut opening, || sealed.iter().for_each(|sealed| receive(ben, sealed)));
            self.store(&mut opening, || ben.write_to_storage().unwrap());
        }
        self.note(Operation::Seal, &sealing);
        self.note(Operation::Open, &opening);
    }

    /// A room whose members were added by few commits. The first two act.
    fn room<M: MlsConfig>(&self, alice: &Client<M>, ben: &Client<M>, members: usize) -> (Group<M>, Group<M>) {
        let mut group = alice.create_group(Default::default(), Default::default(), None).unwrap();
        // Two of one name are one to it.
        let other = |number| key_package(&client(&self.kept, &format!("other {number}")));
        let mut packages: Vec<Vec<u8>> = (2..members).map(other).collect();
        packages.push(key_package(ben));
        self.kept.write_packages();
        let mut welcome = None;
        for some in packages.chunks(ADDED_AT_ONCE) {
            let mut builder = group.commit_builder();
            for package in some {
                builder = builder.add_member(MlsMessage::from_bytes(package).unwrap()).unwrap();
            }
            welcome = builder.build().unwrap().welcome_messages().first().cloned();
            group.apply_pending_commit().unwrap();
        }
        let tree = ExportedTree::from_bytes(&group.export_tree().to_bytes().unwrap()).unwrap();
        let (joined, _) = ben.join_group(Some(tree), &welcome.unwrap(), None).unwrap();
        (group, joined)
    }
}

struct Committed {
    commit: Vec<u8>,
    /// Empty if nobody was added.
    welcome: Vec<u8>,
}

fn receive(group: &mut Group<impl MlsConfig>, message: &[u8]) {
    group.process_incoming_message(MlsMessage::from_bytes(message).unwrap()).unwrap();
}

fn key_package(client: &Client<impl MlsConfig>) -> Vec<u8> {
    let made = client.generate_key_package_message(Default::default(), Default::default(), None);
    made.unwrap().to_bytes().unwrap()
}

fn client(kept: &Kept, name: &str) -> Client<impl MlsConfig + use<>> {
    let crypto = RustCryptoProvider::default();
    let (secret, public) = crypto.cipher_suite_provider(SUITE).unwrap().signature_key_generate().unwrap();
    let credential = BasicCredential::new(name.as_bytes().to_vec());
    let identity = SigningIdentity::new(credential.into_credential(), public);
    let options = CommitOptions::new().with_ratchet_tree_extension(false);
    Client::builder()
        .identity_provider(BasicIdentityProvider)
        .crypto_provider(crypto)
        .mls_rules(DefaultMlsRules::new().with_commit_options(options))
        .group_state_storage(kept.of(name))
        .key_package_repo(kept.of(name))
        .signing_identity(identity, secret, SUITE)
        .build()
}
