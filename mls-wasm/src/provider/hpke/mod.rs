//! HPKE base mode (RFC 9180) for the suites we offer: two ways to exchange a key, HKDF-SHA256, and two AEADs.

mod dhkem;
mod labeled;
#[cfg(test)]
mod tests;
mod x_wing;

use zeroize::Zeroizing;

use labeled::{HASH_BYTES, labeled_expand, labeled_extract};

/// Random bytes that one exchange may take.
pub(crate) const EPHEMERAL_BYTES: usize = 64;

const HKDF_SHA_256: [u8; 2] = [0, 1];

/// How a key is exchanged, and what seals with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HpkeSuite {
    pub(crate) kem: HpkeKem,
    pub(crate) aead: HpkeAead,
}

/// A key exchange by its HPKE number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HpkeKem {
    X25519,
    XWing,
}

/// An AEAD by its HPKE number and key length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HpkeAead {
    Aes128Gcm,
    ChaCha20Poly1305,
}

/// Bytes that are no key of this exchange, or a key with which it would add nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadKey {
    Length,
    Weak,
}

/// A secret that both sides of an exchange have.
type Shared = Zeroizing<[u8; 32]>;

/// What both sides know after the key exchange.
#[derive(PartialEq, Eq)]
pub(crate) struct Context {
    suite: [u8; 10],
    pub(crate) key: Zeroizing<Vec<u8>>,
    pub(crate) nonce: [u8; 12],
    exporter_secret: Zeroizing<[u8; HASH_BYTES]>,
}

impl HpkeKem {
    const fn number(self) -> [u8; 2] {
        match self {
            Self::X25519 => dhkem::NUMBER,
            Self::XWing => x_wing::NUMBER,
        }
    }

    /// A key pair, secret first, from input keying material.
    pub(crate) fn derive_key_pair(self, keying_material: &[u8]) -> (Zeroizing<[u8; 32]>, Vec<u8>) {
        match self {
            Self::X25519 => dhkem::derive_key_pair(keying_material),
            Self::XWing => x_wing::derive_key_pair(keying_material),
        }
    }

    /// Whether something can be sealed for a public key.
    pub(crate) fn takes(self, public: &[u8]) -> bool {
        self.encapsulate(&[1; EPHEMERAL_BYTES], public).is_ok()
    }

    fn encapsulate(
        self,
        ephemeral: &[u8; EPHEMERAL_BYTES],
        recipient: &[u8],
    ) -> Result<(Vec<u8>, Shared), BadKey> {
        match self {
            Self::X25519 => dhkem::encapsulate(ephemeral, recipient),
            Self::XWing => x_wing::encapsulate(ephemeral, recipient),
        }
    }

    fn decapsulate(self, encapsulated: &[u8], secret: &[u8]) -> Result<Shared, BadKey> {
        match self {
            Self::X25519 => dhkem::decapsulate(encapsulated, secret),
            Self::XWing => x_wing::decapsulate(encapsulated, secret),
        }
    }
}

impl HpkeAead {
    const fn number(self) -> [u8; 2] {
        match self {
            Self::Aes128Gcm => [0, 1],
            Self::ChaCha20Poly1305 => [0, 3],
        }
    }

    const fn key_bytes(self) -> usize {
        match self {
            Self::Aes128Gcm => 16,
            Self::ChaCha20Poly1305 => 32,
        }
    }
}

impl HpkeSuite {
    /// The sender's context, and the encapsulated key to send along. `ephemeral` is used once.
    pub(crate) fn setup_sender(
        self,
        ephemeral: &[u8; EPHEMERAL_BYTES],
        recipient: &[u8],
        info: &[u8],
    ) -> Result<(Vec<u8>, Context), BadKey> {
        let (encapsulated, shared) = self.kem.encapsulate(ephemeral, recipient)?;
        Ok((encapsulated, self.schedule(&shared, info)))
    }

    /// The recipient's context.
    pub(crate) fn setup_receiver(
        self,
        encapsulated: &[u8],
        secret: &[u8],
        info: &[u8],
    ) -> Result<Context, BadKey> {
        let shared = self.kem.decapsulate(encapsulated, secret)?;
        Ok(self.schedule(&shared, info))
    }

    fn schedule(self, shared: &Shared, info: &[u8]) -> Context {
        let suite = self.id();
        let psk_id_hash = labeled_extract(&suite, b"", b"psk_id_hash", b"");
        let info_hash = labeled_extract(&suite, b"", b"info_hash", info);
        let base_mode = [0u8];
        let schedule_context = [base_mode.as_slice(), psk_id_hash.as_slice(), info_hash.as_slice()].concat();
        let secret = labeled_extract(&suite, shared.as_slice(), b"secret", b"");

        let mut key = Zeroizing::new(vec![0; self.aead.key_bytes()]);
        labeled_expand(&suite, &secret, b"key", &schedule_context, &mut key);
        let mut nonce = [0; 12];
        labeled_expand(&suite, &secret, b"base_nonce", &schedule_context, &mut nonce);
        let mut exporter_secret = Zeroizing::new([0; HASH_BYTES]);
        labeled_expand(&suite, &secret, b"exp", &schedule_context, exporter_secret.as_mut_slice());
        Context { suite, key, nonce, exporter_secret }
    }

    fn id(self) -> [u8; 10] {
        let ([k, e], [d, f], [a, b]) = (self.kem.number(), HKDF_SHA_256, self.aead.number());
        [b'H', b'P', b'K', b'E', k, e, d, f, a, b]
    }
}

impl Context {
    /// A secret for use outside (RFC 9180 §5.3).
    pub(crate) fn export(&self, exporter_context: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        let mut exported = Zeroizing::new(vec![0; length]);
        labeled_expand(&self.suite, &self.exporter_secret, b"sec", exporter_context, &mut exported);
        exported
    }
}

fn key<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], BadKey> {
    bytes.try_into().map_err(|_| BadKey::Length)
}
