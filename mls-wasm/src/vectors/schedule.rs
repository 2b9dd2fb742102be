//! The key schedule, pre-shared keys and transcript hashes (RFC 9420 §8).

use super::files::{OfSuite, offered};
use super::labels::vector;
use super::*;

#[derive(Deserialize)]
struct Schedule {
    cipher_suite: u16,
    group_id: Hex,
    initial_init_secret: Hex,
    epochs: Vec<Epoch>,
}

impl OfSuite for Schedule {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

#[derive(Deserialize)]
struct Epoch {
    tree_hash: Hex,
    commit_secret: Hex,
    psk_secret: Hex,
    confirmed_transcript_hash: Hex,
    group_context: Hex,
    joiner_secret: Hex,
    welcome_secret: Hex,
    init_secret: Hex,
    sender_data_secret: Hex,
    encryption_secret: Hex,
    exporter_secret: Hex,
    epoch_authenticator: Hex,
    external_secret: Hex,
    confirmation_key: Hex,
    membership_key: Hex,
    resumption_psk: Hex,
    external_pub: Hex,
    exporter: Exporter,
}

#[derive(Deserialize)]
struct Exporter {
    label: String,
    context: Hex,
    length: usize,
    secret: Hex,
}

/// A GroupContext without extensions.
pub(super) fn group_context(
    suite: u16,
    group: &[u8],
    epoch: u64,
    tree_hash: &[u8],
    confirmed_transcript_hash: &[u8],
) -> Vec<u8> {
    const MLS_1_0: u16 = 1;
    [
        MLS_1_0.to_be_bytes().as_slice(),
        &suite.to_be_bytes(),
        &vector(group),
        &epoch.to_be_bytes(),
        &vector(tree_hash),
        &vector(confirmed_transcript_hash),
        &vector(b""),
    ]
    .concat()
}

#[test]
fn the_key_schedule_is_as_the_vectors_say() {
    for schedule in offered::<Schedule>("key-schedule") {
        let kdf = Kdf::of(schedule.cipher_suite);
        let mut init_secret = schedule.initial_init_secret.0.clone();
        for (number, epoch) in (0..).zip(&schedule.epochs) {
            let context = group_context(
                schedule.cipher_suite,
                &schedule.group_id,
                number,
                &epoch.tree_hash,
                &epoch.confirmed_transcript_hash,
            );
            assert_eq!(context, epoch.group_context.0);
            let joiner_prk = kdf.extract(&init_secret, &epoch.commit_secret);
            let joiner = kdf.expand_with_label(&joiner_prk, "joiner", &context, kdf.hash_bytes());
            assert_eq!(joiner, epoch.joiner_secret.0);
            let member = kdf.extract(&joiner, &epoch.psk_secret);
            assert_eq!(kdf.derive_secret(&member, "welcome"), epoch.welcome_secret.0);
            let secret = kdf.expand_with_label(&member, "epoch", &context, kdf.hash_bytes());
            let derived = [
                ("sender data", &epoch.sender_data_secret),
                ("encryption", &epoch.encryption_secret),
                ("exporter", &epoch.exporter_secret),
                ("authentication", &epoch.epoch_authenticator),
                ("external", &epoch.external_secret),
                ("confirm", &epoch.confirmation_key),
                ("membership", &epoch.membership_key),
                ("resumption", &epoch.resumption_psk),
                ("init", &epoch.init_secret),
            ];
            for (label, expected) in derived {
                assert_eq!(kdf.derive_secret(&secret, label), expected.0, "{label}");
            }
            assert_eq!(kdf.key_pair(&epoch.external_secret).public, epoch.external_pub.0);
            let Exporter { label, context, length, secret } = &epoch.exporter;
            let exporter = kdf.derive_secret(&epoch.exporter_secret, label);
            let hashed = kdf.hash(context);
            assert_eq!(kdf.expand_with_label(&exporter, "exported", &hashed, *length), secret.0);
            init_secret = epoch.init_secret.0.clone();
        }
    }
}

#[derive(Deserialize)]
struct PskSecret {
    cipher_suite: u16,
    psks: Vec<Psk>,
    psk_secret: Hex,
}

impl OfSuite for PskSecret {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

#[derive(Deserialize)]
struct Psk {
    psk_id: Hex,
    psk: Hex,
    psk_nonce: Hex,
}

#[test]
fn pre_shared_keys_are_combined_as_the_vectors_say() {
    const EXTERNAL: u8 = 1;
    for combined in offered::<PskSecret>("psk_secret") {
        let kdf = Kdf::of(combined.cipher_suite);
        let zeros = vec![0; kdf.hash_bytes()];
        let count = u16::try_from(combined.psks.len()).expect("there are few");
        let mut secret = zeros.clone();
        for (index, psk) in (0u16..).zip(&combined.psks) {
            let label = [
                &[EXTERNAL][..],
                &vector(&psk.psk_id),
                &vector(&psk.psk_nonce),
                &index.to_be_bytes(),
                &count.to_be_bytes(),
            ]
            .concat();
            let extracted = kdf.extract(&zeros, &psk.psk);
            let input = kdf.expand_with_label(&extracted, "derived psk", &label, kdf.hash_bytes());
            secret = kdf.extract(&input, &secret);
        }
        assert_eq!(secret, combined.psk_secret.0);
    }
}

#[derive(Deserialize)]
struct Transcript {
    cipher_suite: u16,
    confirmation_key: Hex,
    authenticated_content: Hex,
    interim_transcript_hash_before: Hex,
    confirmed_transcript_hash_after: Hex,
    interim_transcript_hash_after: Hex,
}

impl OfSuite for Transcript {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

#[test]
fn transcript_hashes_are_as_the_vectors_say() {
    for transcript in offered::<Transcript>("transcript-hashes") {
        let kdf = Kdf::of(transcript.cipher_suite);
        // The confirmation tag is last, behind its length.
        let tag_at = transcript.authenticated_content.len() - kdf.hash_bytes() - 1;
        let (confirmed_input, tag) = transcript.authenticated_content.split_at(tag_at);
        let confirmed = kdf.hash(&[&*transcript.interim_transcript_hash_before, confirmed_input].concat());
        assert_eq!(confirmed, transcript.confirmed_transcript_hash_after.0);
        assert_eq!(vector(&kdf.mac(&transcript.confirmation_key, &confirmed)), tag);
        let interim = kdf.hash(&[confirmed.as_slice(), tag].concat());
        assert_eq!(interim, transcript.interim_transcript_hash_after.0);
    }
}
