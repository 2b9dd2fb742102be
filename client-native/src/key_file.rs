//! The key file: the data key, readable by its owner only, wrapped where a passphrase is set.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use client_core::vault::DataKey;
use zeroize::Zeroizing;

use crate::world;

const MAGIC: &[u8; 8] = b"palaverK";
const PLAIN: u8 = 1;
const WRAPPED: u8 = 2;
const MODE: u32 = 0o600;
/// Argon2id as RFC 9106 recommends it for machines with little memory: 64 MiB, three passes, four lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// Parameters above these are not a key file's, but an attempt to hang the program.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 64;

/// A passphrase, wiped when dropped.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Wraps the text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Passphrase(secret)")
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("the key file cannot be used")]
    File(#[from] std::io::Error),
    /// Others can read it.
    #[error(
        "the key file can be read by others: run `chmod 600` on it, and think about who may have copied it"
    )]
    Exposed,
    /// Not a key file, or damaged.
    #[error("the key file is damaged")]
    Damaged,
    /// A passphrase is set.
    #[error("this home is protected by a passphrase: set PALAVER_PASSPHRASE")]
    PassphraseNeeded,
    /// Another passphrase is set.
    #[error("this is not the passphrase of this home")]
    WrongPassphrase,
}

/// Makes a data key and writes it to a new file.
pub(crate) fn create(path: &Path, passphrase: Option<&Passphrase>) -> Result<DataKey, KeyFileError> {
    let key = DataKey::from_bytes(world::random(), world::random());
    let (id, secret) = key.to_bytes();
    let mut content = Zeroizing::new(MAGIC.to_vec());
    match passphrase {
        None => {
            content.push(PLAIN);
            content.extend_from_slice(&id);
            content.extend_from_slice(secret.as_slice());
        }
        Some(passphrase) => {
            content.push(WRAPPED);
            content.extend_from_slice(&id);
            let salt: [u8; 16] = world::random();
            for number in [MEMORY_KIB, PASSES, LANES] {
                content.extend_from_slice(&number.to_be_bytes());
            }
            content.extend_from_slice(&salt);
            let nonce: [u8; 24] = world::random();
            let cipher = wrapping(passphrase, &salt, MEMORY_KIB, PASSES, LANES)?;
            let header = content.clone();
            let wrapped = cipher
                .encrypt(&XNonce::from(nonce), Payload { msg: secret.as_slice(), aad: &header })
                .map_err(|_| KeyFileError::Damaged)?;
            content.extend_from_slice(&nonce);
            content.extend_from_slice(&wrapped);
        }
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path)?;
    file.write_all(&content)?;
    file.sync_all()?;
    Ok(key)
}

/// Reads the data key.
pub(crate) fn read(path: &Path, passphrase: Option<&Passphrase>) -> Result<DataKey, KeyFileError> {
    let mut file = OpenOptions::new().read(true).open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        return Err(KeyFileError::Exposed);
    }
    let mut content = Zeroizing::new(Vec::new());
    file.read_to_end(&mut content)?;
    let rest = content.strip_prefix(MAGIC).ok_or(KeyFileError::Damaged)?;
    let (kind, rest) = rest.split_first().ok_or(KeyFileError::Damaged)?;
    let (id, rest) = rest.split_first_chunk::<8>().ok_or(KeyFileError::Damaged)?;
    match *kind {
        PLAIN => Ok(DataKey::from_bytes(*id, rest.try_into().map_err(|_| KeyFileError::Damaged)?)),
        WRAPPED => {
            let passphrase = passphrase.ok_or(KeyFileError::PassphraseNeeded)?;
            let header = &content[..content.len() - rest.len() + 28];
            let secret = unwrap(passphrase, rest, header)?;
            Ok(DataKey::from_bytes(*id, *secret))
        }
        _ => Err(KeyFileError::Damaged),
    }
}

fn unwrap(passphrase: &Passphrase, rest: &[u8], header: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
    let (numbers, rest) = rest.split_first_chunk::<12>().ok_or(KeyFileError::Damaged)?;
    let number =
        |at: usize| u32::from_be_bytes([numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]]);
    let (memory, passes, lanes) = (number(0), number(4), number(8));
    if memory > MEMORY_KIB_MAX || passes > PASSES_MAX {
        return Err(KeyFileError::Damaged);
    }
    let (salt, rest) = rest.split_first_chunk::<16>().ok_or(KeyFileError::Damaged)?;
    let (nonce, wrapped) = rest.split_first_chunk::<24>().ok_or(KeyFileError::Damaged)?;
    let cipher = wrapping(passphrase, salt, memory, passes, lanes)?;
    let secret = cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg: wrapped, aad: header })
        .map(Zeroizing::new)
        .map_err(|_| KeyFileError::WrongPassphrase)?;
    Ok(Zeroizing::new(secret.as_slice().try_into().map_err(|_| KeyFileError::Damaged)?))
}

fn wrapping(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    memory: u32,
    passes: u32,
    lanes: u32,
) -> Result<XChaCha20Poly1305, KeyFileError> {
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| KeyFileError::Damaged)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.0.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| KeyFileError::Damaged)?;
    Ok(XChaCha20Poly1305::new(key.as_slice().try_into().map_err(|_| KeyFileError::Damaged)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_others_cannot_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let made = create(&path, None).unwrap();
        assert_eq!(read(&path, None).unwrap().to_bytes(), made.to_bytes());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(read(&path, None), Err(KeyFileError::Exposed)));
    }

    #[test]
    fn a_wrapped_key_needs_its_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let right = Passphrase::new("correct horse".to_owned());
        let made = create(&path, Some(&right)).unwrap();
        assert_eq!(read(&path, Some(&right)).unwrap().to_bytes(), made.to_bytes());
        assert!(matches!(read(&path, None), Err(KeyFileError::PassphraseNeeded)));
        let wrong = Passphrase::new("battery".to_owned());
        assert!(matches!(read(&path, Some(&wrong)), Err(KeyFileError::WrongPassphrase)));
    }

    #[test]
    fn a_key_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        create(&path, None).unwrap();
        assert!(create(&path, None).is_err());
    }
}
