//! Sealing records: what the store keeps is neither readable nor movable.
//!
//! XChaCha20-Poly1305 under a key derived from the data key. Associated data are the data key's id, the record's key and
//! its version, so that a record opens only where it was written.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::Entropy;

const NONCE_BYTES: usize = 24;
pub(crate) const OWNER_HASH_BYTES: usize = 16;

/// The key under which a client's records are sealed. Its id tells one such key from another.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey {
    id: [u8; 8],
    key: [u8; 32],
}

impl DataKey {
    /// The key with this id.
    pub const fn from_bytes(id: [u8; 8], key: [u8; 32]) -> Self {
        Self { id, key }
    }

    /// A new key.
    pub fn generate(entropy: &mut Entropy) -> Self {
        Self { id: *entropy.draw(), key: *entropy.draw() }
    }

    /// Its id and secret, to be written into a key file.
    pub fn to_bytes(&self) -> ([u8; 8], Zeroizing<[u8; 32]>) {
        (self.id, Zeroizing::new(self.key))
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("DataKey(secret)")
    }
}

/// The record does not open: another key, another place, or other bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unopenable;

/// An opened record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    pub(crate) version: u8,
    pub(crate) plain: Zeroizing<Vec<u8>>,
}

/// Seals and opens records, and hides whose they are.
pub(crate) struct Vault {
    key_id: [u8; 8],
    cipher: XChaCha20Poly1305,
    index_key: Zeroizing<[u8; 32]>,
}

impl Vault {
    pub(crate) fn new(key: &DataKey) -> Self {
        let derive = |label: &[u8]| {
            let mut derived = Zeroizing::new([0; 32]);
            Hkdf::<Sha256>::new(Some(&key.id), &key.key)
                .expand(label, derived.as_mut_slice())
                .expect("32 bytes are within HKDF's limit");
            derived
        };
        let sealing_key = derive(b"palaver/1/records/seal");
        Self {
            key_id: key.id,
            cipher: XChaCha20Poly1305::new(sealing_key.as_slice().try_into().expect("32 bytes")),
            index_key: derive(b"palaver/1/records/index"),
        }
    }

    /// Stands for an owner in a record's key.
    pub(crate) fn owner_hash(&self, store: u8, owner: &[u8]) -> [u8; OWNER_HASH_BYTES] {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.index_key.as_slice())
            .expect("HMAC takes keys of any length");
        mac.update(&[store]);
        mac.update(owner);
        *mac.finalize().into_bytes().first_chunk().expect("a hash is longer than an owner's")
    }

    /// Seals a record of a version. The version stands before the sealed bytes and is bound to them.
    pub(crate) fn seal(
        &self,
        record_key: &[u8],
        version: u8,
        plain: &[u8],
        entropy: &mut Entropy,
    ) -> Vec<u8> {
        let nonce = entropy.draw::<NONCE_BYTES>();
        let associated = self.associated(record_key, version);
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: &associated })
            .expect("a record is shorter than the cipher's limit");
        [[version].as_slice(), nonce.as_slice(), &sealed].concat()
    }

    /// The version and the plain bytes of a sealed record.
    pub(crate) fn open(&self, record_key: &[u8], sealed: &[u8]) -> Result<Opened, Unopenable> {
        let (version, sealed) = sealed.split_first().ok_or(Unopenable)?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(Unopenable)?;
        let associated = self.associated(record_key, *version);
        let plain = self
            .cipher
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &associated })
            .map_err(|_| Unopenable)?;
        Ok(Opened { version: *version, plain: Zeroizing::new(plain) })
    }

    fn associated(&self, record_key: &[u8], version: u8) -> Vec<u8> {
        [b"palaver/1/record".as_slice(), &self.key_id, &[version], record_key].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_opens_only_where_it_was_written() {
        let (vault, sealed) = sealed();
        let opened = vault.open(b"here", &sealed).unwrap();
        assert_eq!((opened.version, opened.plain.as_slice()), (9, b"words".as_slice()));
        assert_eq!(vault.open(b"there", &sealed), Err(Unopenable));
    }

    #[test]
    fn a_record_opens_only_under_its_key() {
        let (_, sealed) = sealed();
        for other in [DataKey::from_bytes([1; 8], [3; 32]), DataKey::from_bytes([2; 8], [2; 32])] {
            assert_eq!(Vault::new(&other).open(b"here", &sealed), Err(Unopenable));
        }
    }

    #[test]
    fn a_record_opens_only_unchanged() {
        let (vault, sealed) = sealed();
        for position in 0..sealed.len() {
            let mut tampered = sealed.clone();
            tampered[position] ^= 1;
            assert_eq!(vault.open(b"here", &tampered), Err(Unopenable));
        }
        assert_eq!(vault.open(b"here", &[]), Err(Unopenable));
    }

    fn sealed() -> (Vault, Vec<u8>) {
        let vault = Vault::new(&DataKey::from_bytes([1; 8], [2; 32]));
        let sealed = vault.seal(b"here", 9, b"words", &mut Entropy::from_bytes([3; 32]));
        (vault, sealed)
    }
}
