//! The data key as it is kept: plain, or wrapped by a passphrase or by a secret that something else keeps.
//!
//! Magic, a kind, the key's id; then, where it is wrapped, how, and the sealed key. The header is bound to what is sealed.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::vault::DataKey;

const MAGIC: &[u8; 8] = b"palaverK";
const PLAIN: u8 = 1;
const BY_PASSPHRASE: u8 = 2;
const BY_SECRET: u8 = 3;
/// Argon2id as RFC 9106 recommends it for machines with little memory: 64 MiB, three passes, four lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// Parameters above these are not ours, but an attempt to hang the program.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 64;
const LANES_MAX: u32 = 16;

/// What a data key is wrapped by.
#[derive(Clone, Copy)]
pub enum Wrapping<'a> {
    /// Nothing: whoever has the bytes has the key.
    None,
    /// A passphrase.
    Passphrase(&'a str),
    /// 32 secret bytes, such as a passkey gives them.
    Secret(&'a [u8; 32]),
}

/// What kept bytes need to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// Nothing.
    Nothing,
    /// The passphrase.
    Passphrase,
    /// The secret bytes.
    Secret,
}

/// Why kept bytes gave no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// They are no data key, or not all of one.
    #[error("the data key is damaged")]
    Damaged,
    /// Something else is needed to open them.
    #[error("the data key is wrapped")]
    Needs(Needed),
    /// What was given is not what they were wrapped by.
    #[error("the secret is not the right one")]
    Wrong,
}

/// The bytes to keep of a data key.
pub fn wrap(key: &DataKey, wrapping: Wrapping<'_>, entropy: &mut Entropy) -> Zeroizing<Vec<u8>> {
    let (id, secret) = key.to_bytes();
    let kind = match wrapping {
        Wrapping::None => PLAIN,
        Wrapping::Passphrase(_) => BY_PASSPHRASE,
        Wrapping::Secret(_) => BY_SECRET,
    };
    let mut kept = Zeroizing::new([MAGIC.as_slice(), &[kind], &id].concat());
    let cipher = match wrapping {
        Wrapping::None => {
            kept.extend_from_slice(secret.as_slice());
            return kept;
        }
        Wrapping::Passphrase(passphrase) => {
            let salt = entropy.draw::<16>();
            let cost = Cost { memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES };
            for number in [cost.memory_kib, cost.passes, cost.lanes] {
                kept.extend_from_slice(&number.to_be_bytes());
            }
            kept.extend_from_slice(salt.as_slice());
            passphrase_cipher(passphrase, &salt, cost).expect("our own parameters are Argon2's")
        }
        Wrapping::Secret(secret) => secret_cipher(secret),
    };
    let nonce = entropy.draw::<24>();
    let sealed = cipher
        .encrypt(&XNonce::from(*nonce), Payload { msg: secret.as_slice(), aad: &kept })
        .expect("a key is shorter than the cipher's limit");
    kept.extend_from_slice(nonce.as_slice());
    kept.extend_from_slice(&sealed);
    kept
}

/// What is needed to open kept bytes.
pub fn needed(kept: &[u8]) -> Result<Needed, UnwrapError> {
    match kept.strip_prefix(MAGIC).and_then(<[u8]>::first) {
        Some(&PLAIN) => Ok(Needed::Nothing),
        Some(&BY_PASSPHRASE) => Ok(Needed::Passphrase),
        Some(&BY_SECRET) => Ok(Needed::Secret),
        _ => Err(UnwrapError::Damaged),
    }
}

/// The data key of kept bytes.
pub fn unwrap(kept: &[u8], wrapping: Wrapping<'_>) -> Result<DataKey, UnwrapError> {
    let needed = needed(kept)?;
    let (id, rest) = kept[MAGIC.len() + 1..].split_first_chunk::<8>().ok_or(UnwrapError::Damaged)?;
    let (cipher, rest) = match (needed, wrapping) {
        (Needed::Nothing, _) => {
            let secret = Zeroizing::new(<[u8; 32]>::try_from(rest).map_err(|_| UnwrapError::Damaged)?);
            return Ok(DataKey::from_bytes(*id, *secret));
        }
        (Needed::Passphrase, Wrapping::Passphrase(passphrase)) => {
            let (numbers, rest) = rest.split_first_chunk::<12>().ok_or(UnwrapError::Damaged)?;
            let (salt, rest) = rest.split_first_chunk::<16>().ok_or(UnwrapError::Damaged)?;
            (passphrase_cipher(passphrase, salt, Cost::read(numbers))?, rest)
        }
        (Needed::Secret, Wrapping::Secret(secret)) => (secret_cipher(secret), rest),
        (needed, _) => return Err(UnwrapError::Needs(needed)),
    };
    let header = &kept[..kept.len() - rest.len()];
    let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(UnwrapError::Damaged)?;
    let secret = cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: header })
        .map(Zeroizing::new)
        .map_err(|_| UnwrapError::Wrong)?;
    let secret = Zeroizing::new(<[u8; 32]>::try_from(secret.as_slice()).map_err(|_| UnwrapError::Damaged)?);
    Ok(DataKey::from_bytes(*id, *secret))
}

/// What a passphrase costs to try.
#[derive(Clone, Copy)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    fn read(numbers: &[u8; 12]) -> Self {
        let number =
            |at: usize| u32::from_be_bytes([numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]]);
        Self { memory_kib: number(0), passes: number(4), lanes: number(8) }
    }
}

fn passphrase_cipher(
    passphrase: &str,
    salt: &[u8; 16],
    cost: Cost,
) -> Result<XChaCha20Poly1305, UnwrapError> {
    if cost.memory_kib > MEMORY_KIB_MAX || cost.passes > PASSES_MAX || cost.lanes > LANES_MAX {
        return Err(UnwrapError::Damaged);
    }
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32));
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(|_| UnwrapError::Damaged)?);
    let mut key = Zeroizing::new([0; 32]);
    argon
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| UnwrapError::Damaged)?;
    Ok(cipher(&key))
}

fn secret_cipher(secret: &[u8; 32]) -> XChaCha20Poly1305 {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, secret)
        .expand(b"palaver/1/data-key/wrap", key.as_mut_slice())
        .expect("32 bytes are within HKDF's limit");
    cipher(&key)
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [5; 32];

    #[test]
    fn a_key_is_opened_by_what_it_was_wrapped_by() {
        check(Wrapping::None, Wrapping::None, Ok(()));
        check(Wrapping::Passphrase("correct horse"), Wrapping::Passphrase("correct horse"), Ok(()));
        check(Wrapping::Secret(&SECRET), Wrapping::Secret(&SECRET), Ok(()));
    }

    #[test]
    fn a_wrapped_key_is_not_opened_by_anything_else() {
        check(
            Wrapping::Passphrase("correct horse"),
            Wrapping::Passphrase("battery"),
            Err(UnwrapError::Wrong),
        );
        check(Wrapping::Secret(&SECRET), Wrapping::Secret(&[6; 32]), Err(UnwrapError::Wrong));
        check(
            Wrapping::Passphrase("correct horse"),
            Wrapping::None,
            Err(UnwrapError::Needs(Needed::Passphrase)),
        );
        let by_secret = Err(UnwrapError::Needs(Needed::Secret));
        check(Wrapping::Secret(&SECRET), Wrapping::Passphrase("correct horse"), by_secret);
    }

    #[test]
    fn a_changed_or_cut_key_is_not_opened() {
        let kept = wrap(&key(), Wrapping::Secret(&SECRET), &mut entropy());
        for position in 0..kept.len() {
            let mut changed = kept.clone();
            changed[position] ^= 1;
            assert!(unwrap(&changed, Wrapping::Secret(&SECRET)).is_err(), "byte {position}");
            assert!(unwrap(&kept[..position], Wrapping::Secret(&SECRET)).is_err(), "cut at {position}");
        }
    }

    #[test]
    fn parameters_that_would_hang_the_program_are_refused() {
        let mut kept = wrap(&key(), Wrapping::Passphrase("correct horse"), &mut entropy());
        kept[17..21].copy_from_slice(&u32::MAX.to_be_bytes());
        let opened = unwrap(&kept, Wrapping::Passphrase("correct horse"));
        assert_eq!(opened.err(), Some(UnwrapError::Damaged));
    }

    #[track_caller]
    fn check(by: Wrapping<'_>, with: Wrapping<'_>, expected: Result<(), UnwrapError>) {
        let kept = wrap(&key(), by, &mut entropy());
        let opened = unwrap(&kept, with);
        assert_eq!(opened.map(|opened| assert_eq!(opened.to_bytes(), key().to_bytes())), expected);
    }

    fn key() -> DataKey {
        DataKey::from_bytes([1; 8], [2; 32])
    }

    fn entropy() -> Entropy {
        Entropy::from_bytes([3; 32])
    }
}
