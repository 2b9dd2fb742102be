//! An attacker's cryptography, for tests: consistent in all that others can check without keys.

use std::sync::atomic::{AtomicUsize, Ordering};

use openmls::prelude::tls_codec::SecretVLBytes;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeCiphertext, HpkeConfig, HpkeKeyPair,
    KemOutput, SignatureScheme,
};

use super::{Crypto, StepSecret};

/// What stands in place of a path secret, or of a public key.
#[derive(Clone, Copy)]
pub(crate) enum Garbage {
    Bytes,
    #[cfg(test)]
    Nothing,
    #[cfg(test)]
    Key,
}

/// Honest in everything but its first path secrets; or but one public key, by how manieth it is made.
pub(crate) struct Poisoner {
    honest: Crypto,
    garbage: Garbage,
    left: AtomicUsize,
}

impl Poisoner {
    pub(crate) fn new(secret: StepSecret, garbage: Garbage, count: usize) -> Self {
        Self { honest: Crypto::new(secret), garbage, left: AtomicUsize::new(count) }
    }

    /// Whether the next is to be spoilt. It is counted then.
    fn spoils(&self) -> bool {
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }

    /// How many it would still spoil.
    #[cfg(test)]
    pub(crate) fn left(&self) -> usize {
        self.left.load(Ordering::SeqCst)
    }
}

impl OpenMlsCrypto for Poisoner {
    fn hpke_seal(
        &self,
        config: HpkeConfig,
        recipient: &[u8],
        info: &[u8],
        associated: &[u8],
        plaintext: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        let honest = self.honest.hpke_seal(config, recipient, info, associated, plaintext)?;
        let garbage = match self.garbage {
            Garbage::Bytes => vec![0x66; honest.ciphertext.as_slice().len()],
            #[cfg(test)]
            Garbage::Nothing => vec![],
            #[cfg(test)]
            Garbage::Key => return Ok(honest),
        };
        if !self.spoils() {
            return Ok(honest);
        }
        Ok(HpkeCiphertext { ciphertext: garbage.into(), ..honest })
    }

    fn supports(&self, suite: Ciphersuite) -> Result<(), CryptoError> {
        self.honest.supports(suite)
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        self.honest.supported_ciphersuites()
    }

    fn hkdf_extract(&self, hash: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        self.honest.hkdf_extract(hash, salt, ikm)
    }

    fn hmac(&self, hash: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        self.honest.hmac(hash, key, message)
    }

    fn hkdf_expand(
        &self,
        hash: HashType,
        prk: &[u8],
        info: &[u8],
        length: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        self.honest.hkdf_expand(hash, prk, info, length)
    }

    fn hash(&self, hash: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.honest.hash(hash, data)
    }

    fn aead_encrypt(
        &self,
        algorithm: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        associated: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.honest.aead_encrypt(algorithm, key, data, nonce, associated)
    }

    fn aead_decrypt(
        &self,
        algorithm: AeadType,
        key: &[u8],
        sealed: &[u8],
        nonce: &[u8],
        associated: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.honest.aead_decrypt(algorithm, key, sealed, nonce, associated)
    }

    fn signature_key_gen(&self, scheme: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        self.honest.signature_key_gen(scheme)
    }

    fn verify_signature(
        &self,
        scheme: SignatureScheme,
        data: &[u8],
        key: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.honest.verify_signature(scheme, data, key, signature)
    }

    fn sign(&self, scheme: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.honest.sign(scheme, data, key)
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        secret: &[u8],
        info: &[u8],
        associated: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.honest.hpke_open(config, input, secret, info, associated)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        recipient: &[u8],
        info: &[u8],
        context: &[u8],
        length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        self.honest.hpke_setup_sender_and_export(config, recipient, info, context, length)
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        encapsulated: &[u8],
        secret: &[u8],
        info: &[u8],
        context: &[u8],
        length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        self.honest.hpke_setup_receiver_and_export(config, encapsulated, secret, info, context, length)
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, material: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        let pair = self.honest.derive_hpke_keypair(config, material)?;
        #[cfg(test)]
        if matches!(self.garbage, Garbage::Key) && self.spoils() && self.left() == 0 {
            return Ok(HpkeKeyPair { public: vec![0; pair.public.len()], ..pair });
        }
        Ok(pair)
    }
}
