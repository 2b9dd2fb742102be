//! OpenMLS's primitives for the suites we offer, from RustCrypto.

use std::sync::{Mutex, PoisonError};

use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::ChaCha20Poly1305;
use ed25519_dalek::{Signature, VerifyingKey};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use openmls::prelude::tls_codec::SecretVLBytes;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeAeadType, HpkeCiphertext, HpkeConfig,
    HpkeKdfType, HpkeKemType, HpkeKeyPair, KemOutput, SignatureScheme,
};
use protocol::Suite;
use protocol::keys::verifies_strictly;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::StepSecret;
use super::batch::{self, Claim};
use super::hpke::{BadKey, EPHEMERAL_BYTES, HpkeAead, HpkeKem, HpkeSuite};

/// SHA-256, HKDF, HMAC, two AEADs, Ed25519, and HPKE over X25519 or X-Wing.
pub(crate) struct Crypto {
    secret: StepSecret,
    /// Signatures that were taken for good until [`Self::settle`], where they are checked together.
    claims: Option<Mutex<Vec<Claim>>>,
}

/// With fewer, checking them together takes longer than one by one.
const TOGETHER_FROM: usize = 64;

impl Crypto {
    pub(crate) const fn new(secret: StepSecret) -> Self {
        Self { secret, claims: None }
    }

    /// Takes every signature for good at first: what is made with it counts for nothing until [`Self::settle`] says so.
    pub(crate) const fn settling_later(secret: StepSecret) -> Self {
        Self { secret, claims: Some(Mutex::new(Vec::new())) }
    }

    /// Whether the signatures that were taken for good so far are.
    pub(super) fn settle(&self) -> Result<(), CryptoError> {
        let Some(claims) = &self.claims else { return Ok(()) };
        let claims = std::mem::take(&mut *claims.lock().unwrap_or_else(PoisonError::into_inner));
        if claims.len() < TOGETHER_FROM {
            claims.iter().try_for_each(|claim| check(&claim.key, &claim.message, &claim.signature))
        } else if batch::all_hold(&claims, &self.secret) {
            Ok(())
        } else {
            Err(CryptoError::InvalidSignature)
        }
    }

    /// For what needs no randomness: verifying, hashing, opening.
    pub(crate) const fn without_randomness() -> Self {
        Self::new(StepSecret::from_bytes([0; 32]))
    }

    /// The ephemeral keys of one HPKE sealing: a function of everything that is sealed, so that no order of threads matters
    /// and no two sealings share one.
    fn ephemeral(
        &self,
        recipient: &[u8],
        info: &[u8],
        plaintext: &[u8],
        associated: &[u8],
    ) -> Zeroizing<[u8; EPHEMERAL_BYTES]> {
        let hashes =
            [recipient, info, plaintext, associated].map(|part| <[u8; 32]>::from(Sha256::digest(part)));
        let mut ephemeral = Zeroizing::new([0; EPHEMERAL_BYTES]);
        let info = hashes.each_ref().map(<[u8; 32]>::as_slice);
        self.secret.derive(b"palaver/1/hpke-ephemeral", &info, ephemeral.as_mut_slice());
        ephemeral
    }
}

impl OpenMlsCrypto for Crypto {
    fn supports(&self, suite: Ciphersuite) -> Result<(), CryptoError> {
        Suite::from_number(suite.into()).map(|_| ()).ok_or(CryptoError::UnsupportedCiphersuite)
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        Suite::OFFERED.into_iter().filter_map(|suite| Ciphersuite::try_from(suite.number()).ok()).collect()
    }

    fn hkdf_extract(
        &self,
        hash: HashType,
        salt: &[u8],
        material: &[u8],
    ) -> Result<SecretVLBytes, CryptoError> {
        require_sha_256(hash)?;
        let (prk, _) = Hkdf::<Sha256>::extract(Some(salt), material);
        Ok(prk.as_slice().into())
    }

    fn hmac(&self, hash: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        require_sha_256(hash)?;
        let mut mac =
            <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).map_err(|_| CryptoError::InvalidLength)?;
        mac.update(message);
        Ok(mac.finalize().into_bytes().as_slice().into())
    }

    fn hkdf_expand(
        &self,
        hash: HashType,
        prk: &[u8],
        info: &[u8],
        length: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        require_sha_256(hash)?;
        let mut expanded = vec![0; length];
        Hkdf::<Sha256>::from_prk(prk)
            .map_err(|_| CryptoError::HkdfOutputLengthInvalid)?
            .expand(info, &mut expanded)
            .map_err(|_| CryptoError::HkdfOutputLengthInvalid)?;
        Ok(expanded.into())
    }

    fn hash(&self, hash: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        require_sha_256(hash)?;
        Ok(Sha256::digest(data).to_vec())
    }

    fn aead_encrypt(
        &self,
        algorithm: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        associated: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let payload = Payload { msg: data, aad: associated };
        let nonce = nonce.try_into().map_err(|_| CryptoError::InvalidLength)?;
        match algorithm {
            AeadType::Aes128Gcm => cipher::<Aes128Gcm>(key)?.encrypt(nonce, payload),
            AeadType::ChaCha20Poly1305 => cipher::<ChaCha20Poly1305>(key)?.encrypt(nonce, payload),
            AeadType::Aes256Gcm => return Err(CryptoError::UnsupportedAeadAlgorithm),
        }
        .map_err(|_| CryptoError::CryptoLibraryError)
    }

    fn aead_decrypt(
        &self,
        algorithm: AeadType,
        key: &[u8],
        sealed: &[u8],
        nonce: &[u8],
        associated: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let payload = Payload { msg: sealed, aad: associated };
        let nonce = nonce.try_into().map_err(|_| CryptoError::InvalidLength)?;
        match algorithm {
            AeadType::Aes128Gcm => cipher::<Aes128Gcm>(key)?.decrypt(nonce, payload),
            AeadType::ChaCha20Poly1305 => cipher::<ChaCha20Poly1305>(key)?.decrypt(nonce, payload),
            AeadType::Aes256Gcm => return Err(CryptoError::UnsupportedAeadAlgorithm),
        }
        .map_err(|_| CryptoError::AeadDecryptionError)
    }

    /// Keys are made by their owners and given as [`protocol::keys::DeviceKey`].
    fn signature_key_gen(&self, _: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        Err(CryptoError::UnsupportedSignatureScheme)
    }

    fn verify_signature(
        &self,
        scheme: SignatureScheme,
        data: &[u8],
        key: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        require_ed25519(scheme)?;
        let key = key.try_into().map_err(|_| CryptoError::InvalidPublicKey)?;
        let signature = signature.try_into().map_err(|_| CryptoError::InvalidSignature)?;
        match &self.claims {
            None => check(key, data, signature),
            Some(claims) => {
                let claim = Claim { key: *key, signature: *signature, message: data.to_vec() };
                claims.lock().unwrap_or_else(PoisonError::into_inner).push(claim);
                Ok(())
            }
        }
    }

    /// Signing goes through [`super::DeviceSigner`]; no bare key is handed around.
    fn sign(&self, _: SignatureScheme, _: &[u8], _: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::UnsupportedSignatureScheme)
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        recipient: &[u8],
        info: &[u8],
        associated: &[u8],
        plaintext: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        let (suite, algorithm) = hpke_suite(&config)?;
        let ephemeral = self.ephemeral(recipient, info, plaintext, associated);
        let (encapsulated, context) = suite
            .setup_sender(&ephemeral, recipient, info)
            .map_err(|cause| refuse(cause, CryptoError::SenderSetupError))?;
        let sealed = self.aead_encrypt(algorithm, &context.key, plaintext, &context.nonce, associated)?;
        Ok(HpkeCiphertext { kem_output: encapsulated.into(), ciphertext: sealed.into() })
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        secret: &[u8],
        info: &[u8],
        associated: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let (suite, algorithm) = hpke_suite(&config)?;
        let context = suite
            .setup_receiver(input.kem_output.as_slice(), secret, info)
            .map_err(|cause| refuse(cause, CryptoError::ReceiverSetupError))?;
        self.aead_decrypt(algorithm, &context.key, input.ciphertext.as_slice(), &context.nonce, associated)
            .map_err(|_| CryptoError::HpkeDecryptionError)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        recipient: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        let (suite, _) = hpke_suite(&config)?;
        let ephemeral = self.ephemeral(recipient, info, b"", exporter_context);
        let (encapsulated, context) = suite
            .setup_sender(&ephemeral, recipient, info)
            .map_err(|cause| refuse(cause, CryptoError::SenderSetupError))?;
        Ok((encapsulated, context.export(exporter_context, length).to_vec().into()))
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        encapsulated: &[u8],
        secret: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        let (suite, _) = hpke_suite(&config)?;
        let context = suite
            .setup_receiver(encapsulated, secret, info)
            .map_err(|cause| refuse(cause, CryptoError::ReceiverSetupError))?;
        Ok(context.export(exporter_context, length).to_vec().into())
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, material: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        let (suite, _) = hpke_suite(&config)?;
        let (secret, public) = suite.kem.derive_key_pair(material);
        Ok(HpkeKeyPair { private: secret.as_slice().into(), public })
    }
}

fn require_sha_256(hash: HashType) -> Result<(), CryptoError> {
    if hash == HashType::Sha2_256 { Ok(()) } else { Err(CryptoError::UnsupportedHashAlgorithm) }
}

fn require_ed25519(scheme: SignatureScheme) -> Result<(), CryptoError> {
    if scheme == SignatureScheme::ED25519 { Ok(()) } else { Err(CryptoError::UnsupportedSignatureScheme) }
}

fn check(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> Result<(), CryptoError> {
    let key = VerifyingKey::from_bytes(key).map_err(|_| CryptoError::InvalidPublicKey)?;
    if verifies_strictly(&key, message, &Signature::from_bytes(signature)) {
        Ok(())
    } else {
        Err(CryptoError::InvalidSignature)
    }
}

fn cipher<C: KeyInit>(key: &[u8]) -> Result<C, CryptoError> {
    C::new_from_slice(key).map_err(|_| CryptoError::InvalidLength)
}

fn refuse(cause: BadKey, weak: CryptoError) -> CryptoError {
    match cause {
        BadKey::Length => CryptoError::InvalidLength,
        BadKey::Weak => weak,
    }
}

/// Whether something can be sealed for a public key of a suite of ours.
pub(crate) fn can_seal_for(suite: Ciphersuite, public: &[u8]) -> bool {
    hpke_suite(&suite.hpke_config()).is_ok_and(|(suite, _)| suite.kem.takes(public))
}

/// What one of our suites is made of; other mixtures of the same parts are none of ours.
fn hpke_suite(config: &HpkeConfig) -> Result<(HpkeSuite, AeadType), CryptoError> {
    let (kem, aead, algorithm) = match config {
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128) => {
            (HpkeKem::X25519, HpkeAead::Aes128Gcm, AeadType::Aes128Gcm)
        }
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::ChaCha20Poly1305) => {
            (HpkeKem::X25519, HpkeAead::ChaCha20Poly1305, AeadType::ChaCha20Poly1305)
        }
        HpkeConfig(HpkeKemType::XWingKemDraft6, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128) => {
            (HpkeKem::XWing, HpkeAead::Aes128Gcm, AeadType::Aes128Gcm)
        }
        _ => return Err(CryptoError::UnsupportedCiphersuite),
    };
    Ok((HpkeSuite { kem, aead }, algorithm))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITES: [Ciphersuite; 3] = [
        Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
        Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
        Ciphersuite::MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519,
    ];

    #[test]
    fn what_is_sealed_opens_with_the_right_key_only() {
        for suite in SUITES {
            let config = || suite.hpke_config();
            let [bob, mallory] = [b"bob", b"mal"].map(|seed| pair(suite, seed));
            let sealed = crypto(1).hpke_seal(config(), &bob.public, b"info", b"beside", b"words").unwrap();
            let open = |input: &HpkeCiphertext, secret: &[u8], info: &[u8], beside: &[u8]| {
                crypto(2).hpke_open(config(), input, secret, info, beside)
            };
            assert_eq!(open(&sealed, &bob.private, b"info", b"beside"), Ok(b"words".to_vec()));
            let closed = Err(CryptoError::HpkeDecryptionError);
            assert_eq!(open(&sealed, &mallory.private, b"info", b"beside"), closed);
            assert_eq!(open(&sealed, &bob.private, b"other", b"beside"), closed);
            assert_eq!(open(&sealed, &bob.private, b"info", b""), closed);
            assert_eq!(open(&sealed, &[], b"info", b"beside"), Err(CryptoError::InvalidLength));
            let short = HpkeCiphertext { kem_output: sealed.kem_output.as_slice()[1..].into(), ..sealed };
            assert_eq!(open(&short, &bob.private, b"info", b"beside"), Err(CryptoError::InvalidLength));
            let seal = crypto(1).hpke_seal(config(), &bob.public[1..], b"", b"", b"").map(|_| ());
            assert_eq!(seal, Err(CryptoError::InvalidLength));
        }
    }

    #[test]
    fn a_sealing_is_a_function_of_the_secret_and_of_all_that_is_sealed() {
        for suite in SUITES {
            let bob = pair(suite, b"bob");
            let seal = |secret: u8, info: &[u8], beside: &[u8], words: &[u8]| {
                let config = suite.hpke_config();
                let sealed = crypto(secret).hpke_seal(config, &bob.public, info, beside, words).unwrap();
                (sealed.kem_output.as_slice().to_vec(), sealed.ciphertext)
            };
            let first = seal(1, b"info", b"beside", b"words");
            assert_eq!(first, seal(1, b"info", b"beside", b"words"));
            for other in [
                seal(2, b"info", b"beside", b"words"),
                seal(1, b"inf", b"beside", b"words"),
                seal(1, b"info", b"besid", b"words"),
                seal(1, b"info", b"beside", b"word"),
            ] {
                assert_ne!(first.0, other.0, "{suite:?}");
            }
        }
    }

    #[test]
    fn both_sides_export_the_same_secret() {
        for suite in SUITES {
            let bob = pair(suite, b"bob");
            let (sent, secret) = crypto(1)
                .hpke_setup_sender_and_export(suite.hpke_config(), &bob.public, b"info", b"context", 32)
                .unwrap();
            let received = crypto(2)
                .hpke_setup_receiver_and_export(
                    suite.hpke_config(),
                    &sent,
                    &bob.private,
                    b"info",
                    b"context",
                    32,
                )
                .unwrap();
            assert_eq!(*secret, *received, "{suite:?}");
        }
    }

    #[test]
    fn mixtures_of_no_suite_of_ours_are_refused() {
        let config =
            HpkeConfig(HpkeKemType::XWingKemDraft6, HpkeKdfType::HkdfSha256, HpkeAeadType::ChaCha20Poly1305);
        assert_eq!(
            crypto(1).derive_hpke_keypair(config, b"bob").map(|_| ()),
            Err(CryptoError::UnsupportedCiphersuite)
        );
    }

    fn crypto(secret: u8) -> Crypto {
        Crypto::new(StepSecret::from_bytes([secret; 32]))
    }

    fn pair(suite: Ciphersuite, seed: &[u8]) -> HpkeKeyPair {
        crypto(1).derive_hpke_keypair(suite.hpke_config(), seed).unwrap()
    }
}
