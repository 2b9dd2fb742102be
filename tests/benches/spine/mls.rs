//! Sealing and opening messages with everything that has to be stored, beside mls-rs that stores nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use client_core::ports::{SealedWrite, Store};
use client_native::SqliteStore;
use mls_rs::client_builder::MlsConfig;
use mls_rs::identity::SigningIdentity;
use mls_rs::identity::basic::{BasicCredential, BasicIdentityProvider};
use mls_rs::{CipherSuite, CipherSuiteProvider, Client, CryptoProvider, MlsMessage};
use mls_rs_crypto_rustcrypto::RustCryptoProvider;

use crate::state::{Device, pair};
use crate::{MEASURED, heading, now, row};

/// What a person types.
const TEXT: &[u8] = b"See you at the harbour at eight, and bring the papers if you have them by then.";
/// Messages sealed before they are opened.
const BATCH: usize = 200;

pub(crate) fn run() {
    heading(
        "Messages a second in a conversation of two (ChaCha20-Poly1305, X25519)",
        &["", "seal", "open", "ratio to mls-rs (seal, open)"],
    );
    let peer = mls_rs_in_memory();
    let folder = tempfile::tempdir().unwrap();
    let mut on_disk = ["a.sqlite", "b.sqlite"].map(|name| OnDisk::open(&folder.path().join(name)));
    let ours = [
        ("palaver, every change written to memory", in_memory()),
        ("palaver, every change synced to disk", measure(&mut on_disk)),
    ];
    let cells = |name: &str, (seal, open): (f64, f64)| {
        let ratio = format!("{:.2}, {:.2}", seal / peer.0, open / peer.1);
        row(&[name.to_owned(), format!("{seal:.0}"), format!("{open:.0}"), ratio]);
    };
    ours.into_iter().for_each(|(name, rates)| cells(name, rates));
    cells("mls-rs, nothing stored", peer);
}

/// Where a device's changes go.
trait Changes {
    fn keep(&mut self, device: &mut Device);
}

impl Changes for BTreeMap<Vec<u8>, Vec<u8>> {
    fn keep(&mut self, device: &mut Device) {
        for write in device.writes() {
            match write.value {
                Some(value) => self.insert(write.key, value),
                None => self.remove(&write.key),
            };
        }
    }
}

struct OnDisk {
    store: SqliteStore,
}

impl OnDisk {
    fn open(path: &std::path::Path) -> Self {
        Self { store: SqliteStore::open(path).unwrap() }
    }
}

impl Changes for OnDisk {
    fn keep(&mut self, device: &mut Device) {
        let writes: Vec<SealedWrite> = device.writes();
        client_core::testing::finish(self.store.commit(&writes)).unwrap();
    }
}

fn in_memory() -> (f64, f64) {
    measure(&mut [BTreeMap::new(), BTreeMap::new()])
}

/// Seals a batch, opens it, and so on; each change is kept before the next.
fn measure(kept: &mut [impl Changes; 2]) -> (f64, f64) {
    let (mut alice, mut ben) = pair();
    let [at_alice, at_ben] = kept;
    rates(
        |sealed: &mut Vec<Vec<u8>>| {
            sealed.push(alice.seal(TEXT));
            at_alice.keep(&mut alice);
        },
        |sealed| {
            ben.open(&sealed);
            at_ben.keep(&mut ben);
        },
    )
}

fn rates<M>(mut seal: impl FnMut(&mut Vec<M>), mut open: impl FnMut(M)) -> (f64, f64) {
    let (mut sealing, mut opening, mut count) = (Duration::ZERO, Duration::ZERO, 0.0);
    while sealing + opening < 2 * MEASURED {
        let mut sealed = Vec::with_capacity(BATCH);
        let started = now();
        (0..BATCH).for_each(|_| seal(&mut sealed));
        sealing += started.elapsed();
        let started = now();
        sealed.into_iter().for_each(&mut open);
        opening += started.elapsed();
        count += BATCH as f64;
    }
    (count / sealing.as_secs_f64(), count / opening.as_secs_f64())
}

fn mls_rs_in_memory() -> (f64, f64) {
    let (alice, ben) = (mls_rs_client("alice"), mls_rs_client("ben"));
    let mut group = alice.group_builder().unwrap().build().unwrap();
    let package = ben.generate_key_package_message(Default::default(), Default::default(), None).unwrap();
    let commit = group.commit_builder().add_member(package).unwrap().build().unwrap();
    group.apply_pending_commit().unwrap();
    let (mut joined, _) = ben.join_group(None, &commit.welcome_messages[0], None).unwrap();
    rates(
        |sealed: &mut Vec<MlsMessage>| {
            sealed.push(group.encrypt_application_message(TEXT, Default::default()).unwrap());
        },
        |sealed| drop(joined.process_incoming_message(sealed).unwrap()),
    )
}

fn mls_rs_client(name: &str) -> Client<impl MlsConfig> {
    const SUITE: CipherSuite = CipherSuite::CURVE25519_CHACHA;
    let crypto = RustCryptoProvider::default();
    let (secret, public) = crypto.cipher_suite_provider(SUITE).unwrap().signature_key_generate().unwrap();
    let credential = BasicCredential::new(name.as_bytes().to_vec());
    let identity = SigningIdentity::new(credential.into_credential(), public);
    Client::builder()
        .identity_provider(BasicIdentityProvider)
        .crypto_provider(crypto)
        .signing_identity(identity, secret, SUITE)
        .build()
}
