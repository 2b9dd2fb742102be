//! HPKE against RFC 9180's vectors, X-Wing against its draft's, and what neither takes.

use hex_literal::hex;
use sha2::{Digest, Sha256};

use super::*;

const INFO: [u8; 20] = hex!("4f6465206f6e2061204772656369616e2055726e");

const AES_128_GCM: HpkeSuite = HpkeSuite { kem: HpkeKem::X25519, aead: HpkeAead::Aes128Gcm };
const CHACHA20_POLY1305: HpkeSuite = HpkeSuite { kem: HpkeKem::X25519, aead: HpkeAead::ChaCha20Poly1305 };
const X_WING: HpkeSuite = HpkeSuite { kem: HpkeKem::XWing, aead: HpkeAead::Aes128Gcm };

#[test]
fn rfc_9180_a_1_1_with_aes_128_gcm() {
    let (ephemeral, encapsulated) = HpkeKem::X25519
        .derive_key_pair(&hex!("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234"));
    assert_eq!(*ephemeral, hex!("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"));
    let (secret, recipient) = HpkeKem::X25519
        .derive_key_pair(&hex!("6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037"));
    check(
        AES_128_GCM,
        [&*ephemeral, &encapsulated, &*secret, &recipient],
        &hex!("4531685d41d65f03dc48f6b8302c05b0"),
        &hex!("56d890e5accaaf011cff4b7d"),
        &hex!("3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee"),
    );
}

#[test]
fn rfc_9180_a_2_1_with_chacha20_poly1305() {
    let (ephemeral, encapsulated) = HpkeKem::X25519
        .derive_key_pair(&hex!("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b"));
    let (secret, recipient) = HpkeKem::X25519
        .derive_key_pair(&hex!("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df"));
    check(
        CHACHA20_POLY1305,
        [&*ephemeral, &encapsulated, &*secret, &recipient],
        &hex!("ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91"),
        &hex!("5c4d98150661b848853b547f"),
        &hex!("4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e"),
    );
}

/// The three vectors of draft-connolly-cfrg-xwing-kem. Public key and ciphertext are compared by SHA-256: they have 1,216 and
/// 1,120 bytes.
#[test]
fn x_wings_own_vectors() {
    check_x_wing(
        &hex!("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"),
        &hex!("2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb"),
        &hex!(
            "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
            "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2"
        ),
        &hex!("17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33"),
        &hex!("d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384"),
    );
    check_x_wing(
        &hex!("badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea"),
        &hex!("c42ba5f8430d7d2c83739338203819f090e8303ce9c8b02107c272bfa5376916"),
        &hex!(
            "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdef"
            "aee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d"
        ),
        &hex!("1661ea86d608a1924ba30840cb0a65f13ae051e3aec9cf0f064efc0bc92f2154"),
        &hex!("f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150"),
    );
    check_x_wing(
        &hex!("ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9"),
        &hex!("6b080d6b84f095342092fa7a22423e58bd681397ad0ef00eac92bd254db4fa95"),
        &hex!(
            "22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619"
            "f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b"
        ),
        &hex!("d3ca5578500344b5896cffc4fd740c9311946b82951df155e6fd86a7966b43c6"),
        &hex!("953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f"),
    );
}

#[test]
fn a_key_that_adds_nothing_is_refused() {
    assert_eq!(AES_128_GCM.setup_sender(&[7; 64], &[0; 32], b"").err(), Some(BadKey::Weak));
    assert_eq!(AES_128_GCM.setup_receiver(&[0; 32], &[7; 32], b"").err(), Some(BadKey::Weak));
    let (secret, mut recipient) = HpkeKem::XWing.derive_key_pair(b"bob");
    let (mut encapsulated, _) = X_WING.setup_sender(&[7; 64], &recipient, b"").unwrap();
    recipient[1184..].fill(0);
    assert_eq!(X_WING.setup_sender(&[7; 64], &recipient, b"").err(), Some(BadKey::Weak));
    encapsulated[1088..].fill(0);
    assert_eq!(X_WING.setup_receiver(&encapsulated, &*secret, b"").err(), Some(BadKey::Weak));
}

#[test]
fn a_lattice_key_with_coefficients_beyond_the_modulus_is_refused() {
    let (_, mut recipient) = HpkeKem::XWing.derive_key_pair(b"bob");
    recipient[..3].fill(0xFF);
    assert_eq!(X_WING.setup_sender(&[7; 64], &recipient, b"").err(), Some(BadKey::Weak));
}

#[test]
fn keys_of_another_length_are_refused() {
    for suite in [AES_128_GCM, X_WING] {
        let (secret, recipient) = suite.kem.derive_key_pair(b"bob");
        let (encapsulated, _) = suite.setup_sender(&[7; 64], &recipient, b"").unwrap();
        for length in (0..recipient.len()).chain([recipient.len() + 1]) {
            let other = resized(&recipient, length);
            assert_eq!(suite.setup_sender(&[7; 64], &other, b"").err(), Some(BadKey::Length), "{length}");
        }
        for length in (0..encapsulated.len()).chain([encapsulated.len() + 1]) {
            let other = resized(&encapsulated, length);
            assert_eq!(suite.setup_receiver(&other, &*secret, b"").err(), Some(BadKey::Length), "{length}");
        }
        for length in [0, 31, 33, 64] {
            let other = resized(&*secret, length);
            assert_eq!(suite.setup_receiver(&encapsulated, &other, b"").err(), Some(BadKey::Length));
        }
    }
}

#[test]
fn a_changed_encapsulation_or_another_secret_gives_another_context() {
    let (secret, recipient) = HpkeKem::XWing.derive_key_pair(b"bob");
    let (encapsulated, sender) = X_WING.setup_sender(&[7; 64], &recipient, b"").unwrap();
    let received = |encapsulated: &[u8], secret: &[u8]| X_WING.setup_receiver(encapsulated, secret, b"");
    assert!(received(&encapsulated, &*secret).is_ok_and(|context| context == sender));
    let (other, _) = HpkeKem::XWing.derive_key_pair(b"mallory");
    assert!(received(&encapsulated, &*other).is_ok_and(|context| context != sender));
    for position in (0..encapsulated.len()).step_by(16) {
        let mut changed = encapsulated.clone();
        changed[position] ^= 1;
        assert!(received(&changed, &*secret).is_ok_and(|context| context != sender), "byte {position}");
    }
}

#[test]
fn both_halves_of_the_ephemeral_bytes_count() {
    let (_, recipient) = HpkeKem::XWing.derive_key_pair(b"bob");
    let sent = |ephemeral: [u8; 64]| X_WING.setup_sender(&ephemeral, &recipient, b"").unwrap().0;
    let mut ephemeral = [7; 64];
    let first = sent(ephemeral);
    assert_eq!(first, sent(ephemeral));
    ephemeral[40] = 1;
    let second = sent(ephemeral);
    assert!(first[..1088] == second[..1088] && first[1088..] != second[1088..]);
    ephemeral[3] = 1;
    let third = sent(ephemeral);
    assert!(third[..1088] != second[..1088] && third[1088..] == second[1088..]);
}

#[track_caller]
fn check(
    suite: HpkeSuite,
    [ephemeral, encapsulated, secret, recipient]: [&[u8]; 4],
    key: &[u8],
    nonce: &[u8; 12],
    exported: &[u8],
) {
    let ephemeral = resized(ephemeral, EPHEMERAL_BYTES).try_into().unwrap();
    let (sent, sender) = suite.setup_sender(&ephemeral, recipient, &INFO).unwrap();
    let receiver = suite.setup_receiver(encapsulated, secret, &INFO).unwrap();
    assert_eq!(sent, encapsulated);
    for context in [sender, receiver] {
        assert_eq!((context.key.as_slice(), &context.nonce), (key, nonce));
        assert_eq!(context.export(b"", 32).as_slice(), exported);
    }
}

#[track_caller]
fn check_x_wing(
    seed: &[u8; 32],
    public_hash: &[u8; 32],
    ephemeral: &[u8; 64],
    ciphertext_hash: &[u8; 32],
    expected: &[u8; 32],
) {
    let public = x_wing::public_of(seed);
    assert_eq!(Sha256::digest(&public).as_slice(), public_hash);
    let (ciphertext, shared) = HpkeKem::XWing.encapsulate(ephemeral, &public).unwrap();
    assert_eq!((Sha256::digest(&ciphertext).as_slice(), &*shared), (ciphertext_hash.as_slice(), expected));
    assert_eq!(*HpkeKem::XWing.decapsulate(&ciphertext, seed).unwrap(), *expected);
}

fn resized(bytes: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(length, 0);
    bytes
}
