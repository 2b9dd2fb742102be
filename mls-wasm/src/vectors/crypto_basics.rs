//! Hashes, derivations, signatures and sealing.

use openmls_traits::signatures::Signer;
use protocol::keys::DeviceKey;

use super::files::{OfSuite, offered};
use super::*;
use crate::provider::DeviceSigner;

#[derive(Deserialize)]
struct Basics {
    cipher_suite: u16,
    ref_hash: RefHash,
    expand_with_label: ExpandWithLabel,
    derive_secret: DeriveSecret,
    derive_tree_secret: DeriveTreeSecret,
    sign_with_label: SignWithLabel,
    encrypt_with_label: EncryptWithLabel,
}

impl OfSuite for Basics {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

#[derive(Deserialize)]
struct RefHash {
    label: String,
    value: Hex,
    out: Hex,
}

#[derive(Deserialize)]
struct ExpandWithLabel {
    secret: Hex,
    label: String,
    context: Hex,
    length: usize,
    out: Hex,
}

#[derive(Deserialize)]
struct DeriveSecret {
    secret: Hex,
    label: String,
    out: Hex,
}

#[derive(Deserialize)]
struct DeriveTreeSecret {
    secret: Hex,
    label: String,
    generation: u32,
    length: usize,
    out: Hex,
}

#[derive(Deserialize)]
struct SignWithLabel {
    #[serde(rename = "priv")]
    secret: Hex,
    #[serde(rename = "pub")]
    public: Hex,
    content: Hex,
    label: String,
    signature: Hex,
}

#[derive(Deserialize)]
struct EncryptWithLabel {
    #[serde(rename = "priv")]
    secret: Hex,
    #[serde(rename = "pub")]
    public: Hex,
    label: String,
    context: Hex,
    plaintext: Hex,
    kem_output: Hex,
    ciphertext: Hex,
}

#[test]
fn hashes_and_derivations_are_as_the_vectors_say() {
    for vector in offered::<Basics>("crypto-basics") {
        let kdf = Kdf::of(vector.cipher_suite);
        let RefHash { label, value, out } = &vector.ref_hash;
        assert_eq!(kdf.ref_hash(label, value), out.0);
        let ExpandWithLabel { secret, label, context, length, out } = &vector.expand_with_label;
        assert_eq!(kdf.expand_with_label(secret, label, context, *length), out.0);
        let DeriveSecret { secret, label, out } = &vector.derive_secret;
        assert_eq!(kdf.derive_secret(secret, label), out.0);
        let DeriveTreeSecret { secret, label, generation, length, out } = &vector.derive_tree_secret;
        assert_eq!(kdf.derive_tree_secret(secret, label, *generation, *length), out.0);
    }
}

#[test]
fn signatures_are_as_the_vectors_say() {
    for vector in offered::<Basics>("crypto-basics") {
        let kdf = Kdf::of(vector.cipher_suite);
        let SignWithLabel { secret, public, content, label, signature } = &vector.sign_with_label;
        assert!(kdf.verify_with_label(public, label, content, signature));
        assert!(!kdf.verify_with_label(public, "Another", content, signature));
        let key = DeviceKey::from_secret(&secret.array());
        let signed = DeviceSigner(&key).sign(&labels::labelled(label, content)).unwrap();
        assert_eq!(signed, signature.0, "Ed25519 signs the same twice");
    }
}

#[test]
fn what_the_vectors_sealed_is_opened_and_what_we_seal_too() {
    for vector in offered::<Basics>("crypto-basics") {
        let kdf = Kdf::of(vector.cipher_suite);
        let EncryptWithLabel { secret, public, label, context, plaintext, kem_output, ciphertext } =
            &vector.encrypt_with_label;
        let opened = kdf.open_with_label(secret, label, context, kem_output, ciphertext);
        assert_eq!(opened.as_deref(), Some(&**plaintext));
        let sealed = kdf.seal_with_label(public, label, context, plaintext);
        let (kem_output, ciphertext) = (sealed.kem_output.as_slice(), sealed.ciphertext.as_slice());
        let opened = kdf.open_with_label(secret, label, context, kem_output, ciphertext);
        assert_eq!(opened.as_deref(), Some(&**plaintext));
        assert_eq!(kdf.open_with_label(secret, label, b"another", kem_output, ciphertext), None);
    }
}
