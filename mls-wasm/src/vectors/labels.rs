//! RFC 9420's labelled derivations, over the provider's primitives.

use openmls::prelude::{Ciphersuite, OpenMlsCrypto};
use openmls_traits::types::{HpkeCiphertext, HpkeConfig, HpkeKeyPair};

use crate::framing::write_vector;
use crate::provider::Crypto;

/// A vector behind its length.
pub(super) fn vector(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    write_vector(&mut out, content);
    out
}

/// A label behind MLS's version, and what it labels.
pub(super) fn labelled(label: &str, content: &[u8]) -> Vec<u8> {
    [vector(format!("MLS 1.0 {label}").as_bytes()), vector(content)].concat()
}

/// The key derivation of a suite (RFC 9420 §5, §8).
pub(super) struct Kdf {
    pub(super) crypto: Crypto,
    pub(super) suite: Ciphersuite,
}

impl Kdf {
    pub(super) fn of(suite: u16) -> Self {
        let suite = Ciphersuite::try_from(suite).expect("OpenMLS knows the suite");
        Self { crypto: Crypto::without_randomness(), suite }
    }

    pub(super) fn hash_bytes(&self) -> usize {
        self.suite.hash_length()
    }

    pub(super) fn hash(&self, data: &[u8]) -> Vec<u8> {
        self.crypto.hash(self.suite.hash_algorithm(), data).unwrap()
    }

    pub(super) fn mac(&self, key: &[u8], data: &[u8]) -> Vec<u8> {
        self.crypto.hmac(self.suite.hash_algorithm(), key, data).unwrap().as_slice().to_vec()
    }

    pub(super) fn extract(&self, salt: &[u8], material: &[u8]) -> Vec<u8> {
        let extracted = self.crypto.hkdf_extract(self.suite.hash_algorithm(), salt, material);
        extracted.unwrap().as_slice().to_vec()
    }

    pub(super) fn expand_with_label(
        &self,
        secret: &[u8],
        label: &str,
        context: &[u8],
        length: usize,
    ) -> Vec<u8> {
        let short = u16::try_from(length).expect("a key is short");
        let info = [short.to_be_bytes().as_slice(), &labelled(label, context)].concat();
        let expanded = self.crypto.hkdf_expand(self.suite.hash_algorithm(), secret, &info, length);
        expanded.unwrap().as_slice().to_vec()
    }

    pub(super) fn derive_secret(&self, secret: &[u8], label: &str) -> Vec<u8> {
        self.expand_with_label(secret, label, &[], self.hash_bytes())
    }

    pub(super) fn derive_tree_secret(
        &self,
        secret: &[u8],
        label: &str,
        generation: u32,
        length: usize,
    ) -> Vec<u8> {
        self.expand_with_label(secret, label, &generation.to_be_bytes(), length)
    }

    /// The hash by which something is referred to. The label is given whole.
    pub(super) fn ref_hash(&self, label: &str, value: &[u8]) -> Vec<u8> {
        self.hash(&[vector(label.as_bytes()), vector(value)].concat())
    }

    pub(super) fn verify_with_label(
        &self,
        key: &[u8],
        label: &str,
        content: &[u8],
        signature: &[u8],
    ) -> bool {
        let scheme = self.suite.signature_algorithm();
        self.crypto.verify_signature(scheme, &labelled(label, content), key, signature).is_ok()
    }

    pub(super) fn hpke(&self) -> HpkeConfig {
        self.suite.hpke_config()
    }

    pub(super) fn seal_with_label(
        &self,
        recipient: &[u8],
        label: &str,
        context: &[u8],
        plain: &[u8],
    ) -> HpkeCiphertext {
        self.crypto.hpke_seal(self.hpke(), recipient, &labelled(label, context), &[], plain).unwrap()
    }

    /// None if it was not sealed for this key and context.
    pub(super) fn open_with_label(
        &self,
        secret: &[u8],
        label: &str,
        context: &[u8],
        kem_output: &[u8],
        sealed: &[u8],
    ) -> Option<Vec<u8>> {
        let sealed = HpkeCiphertext { kem_output: kem_output.into(), ciphertext: sealed.into() };
        self.crypto.hpke_open(self.hpke(), &sealed, secret, &labelled(label, context), &[]).ok()
    }

    pub(super) fn key_pair(&self, secret: &[u8]) -> HpkeKeyPair {
        self.crypto.derive_hpke_keypair(self.hpke(), secret).unwrap()
    }

    /// Opens what was sealed with the suite's cipher.
    pub(super) fn open(&self, key: &[u8], nonce: &[u8], associated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        self.crypto.aead_decrypt(self.suite.aead_algorithm(), key, sealed, nonce, associated).ok()
    }

    pub(super) fn key_bytes(&self) -> usize {
        self.suite.aead_key_length()
    }

    pub(super) fn nonce_bytes(&self) -> usize {
        self.suite.aead_nonce_length()
    }
}
