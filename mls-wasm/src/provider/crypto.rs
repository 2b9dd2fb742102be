//! OpenMLS's primitives for the suites we offer, from RustCrypto.

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
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::StepSecret;
use super::hpke::{self, HpkeAead};

/// SHA-256, HKDF, HMAC, two AEADs, Ed25519 and HPKE over X25519.
pub(crate) struct Crypto {
    secret: StepSecret,
}

impl Crypto {
    pub(crate) const fn new(secret: StepSecret) -> Self {
        Self { secret }
    }

    /// For what needs no randomness: verifying, hashing, opening.
    pub(crate) const fn without_randomness() -> Self {
        Self { secret: StepSecret::from_bytes([0; 32]) }
    }

    /// The ephemeral key of one HPKE sealing: a function of everything that is sealed, so that no order of threads matters
    /// and no two sealings share one.
    fn ephemeral(
        &self,
        recipient: &[u8],
        info: &[u8],
        plaintext: &[u8],
        associated: &[u8],
    ) -> Zeroizing<[u8; 32]> {
        let hashes =
            [recipient, info, plaintext, associated].map(|part| <[u8; 32]>::from(Sha256::digest(part)));
        let mut ephemeral = Zeroizing::new([0; 32]);
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
        let key = VerifyingKey::from_bytes(key).map_err(|_| CryptoError::InvalidPublicKey)?;
        let signature = Signature::from_slice(signature).map_err(|_| CryptoError::InvalidSignature)?;
        key.verify_strict(data, &signature).map_err(|_| CryptoError::InvalidSignature)
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
        let (aead, algorithm) = hpke_aead(&config)?;
        let ephemeral = self.ephemeral(recipient, info, plaintext, associated);
        let (encapsulated, context) = hpke::setup_sender(aead, &ephemeral, key(recipient)?, info)
            .map_err(|_| CryptoError::SenderSetupError)?;
        let sealed = self.aead_encrypt(algorithm, &context.key, plaintext, &context.nonce, associated)?;
        Ok(HpkeCiphertext { kem_output: encapsulated.to_vec().into(), ciphertext: sealed.into() })
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        secret: &[u8],
        info: &[u8],
        associated: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let (aead, algorithm) = hpke_aead(&config)?;
        let context = hpke::setup_receiver(aead, key(input.kem_output.as_slice())?, key(secret)?, info)
            .map_err(|_| CryptoError::ReceiverSetupError)?;
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
        let (aead, _) = hpke_aead(&config)?;
        let ephemeral = self.ephemeral(recipient, info, b"", exporter_context);
        let (encapsulated, context) = hpke::setup_sender(aead, &ephemeral, key(recipient)?, info)
            .map_err(|_| CryptoError::SenderSetupError)?;
        Ok((encapsulated.to_vec(), context.export(exporter_context, length).to_vec().into()))
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
        let (aead, _) = hpke_aead(&config)?;
        let context = hpke::setup_receiver(aead, key(encapsulated)?, key(secret)?, info)
            .map_err(|_| CryptoError::ReceiverSetupError)?;
        Ok(context.export(exporter_context, length).to_vec().into())
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, material: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        hpke_aead(&config)?;
        let (secret, public) = hpke::derive_key_pair(material);
        Ok(HpkeKeyPair { private: secret.as_slice().into(), public: public.to_vec() })
    }
}

fn require_sha_256(hash: HashType) -> Result<(), CryptoError> {
    if hash == HashType::Sha2_256 { Ok(()) } else { Err(CryptoError::UnsupportedHashAlgorithm) }
}

fn require_ed25519(scheme: SignatureScheme) -> Result<(), CryptoError> {
    if scheme == SignatureScheme::ED25519 { Ok(()) } else { Err(CryptoError::UnsupportedSignatureScheme) }
}

fn cipher<C: KeyInit>(key: &[u8]) -> Result<C, CryptoError> {
    C::new_from_slice(key).map_err(|_| CryptoError::InvalidLength)
}

fn key(bytes: &[u8]) -> Result<&[u8; 32], CryptoError> {
    bytes.try_into().map_err(|_| CryptoError::InvalidLength)
}

fn hpke_aead(config: &HpkeConfig) -> Result<(HpkeAead, AeadType), CryptoError> {
    match config {
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128) => {
            Ok((HpkeAead::Aes128Gcm, AeadType::Aes128Gcm))
        }
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::ChaCha20Poly1305) => {
            Ok((HpkeAead::ChaCha20Poly1305, AeadType::ChaCha20Poly1305))
        }
        _ => Err(CryptoError::UnsupportedCiphersuite),
    }
}
