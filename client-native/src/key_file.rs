//! The key file: the data key, readable by its owner only, wrapped where a passphrase is set.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use client_core::vault::DataKey;
use client_core::wrapping::{self, Needed, UnwrapError, Wrapping};
use zeroize::Zeroizing;

use crate::world;

const MODE: u32 = 0o600;
/// The extension of a key file that is being written.
const UNFINISHED: &str = "new";

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

/// Makes a data key and writes it to a new file: the whole of it or, where the program ends meanwhile, nothing. The caller
/// sees to it that no other process does the same.
pub(crate) fn create(path: &Path, passphrase: Option<&Passphrase>) -> Result<DataKey, KeyFileError> {
    if path.symlink_metadata().is_ok() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    let mut entropy = world::moment().entropy;
    let key = DataKey::generate(&mut entropy);
    let content = wrapping::wrap(&key, by(passphrase), &mut entropy);
    let unfinished = path.with_extension(UNFINISHED);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&unfinished)?;
    file.write_all(&content)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
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
    wrapping::unwrap(&content, by(passphrase)).map_err(|error| match error {
        UnwrapError::Needs(Needed::Passphrase) => KeyFileError::PassphraseNeeded,
        UnwrapError::Wrong => KeyFileError::WrongPassphrase,
        UnwrapError::Damaged | UnwrapError::Needs(_) => KeyFileError::Damaged,
    })
}

fn by(passphrase: Option<&Passphrase>) -> Wrapping<'_> {
    passphrase.map_or(Wrapping::None, |passphrase| Wrapping::Passphrase(&passphrase.0))
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
        let made = create(&path, None).unwrap();
        assert!(create(&path, None).is_err());
        assert_eq!(read(&path, None).unwrap().to_bytes(), made.to_bytes());
        // Not here at present, as on a disk that is taken out.
        let elsewhere = folder.path().join("elsewhere");
        std::fs::rename(&path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        std::fs::remove_file(&elsewhere).unwrap();
        assert!(create(&path, None).is_err());
    }

    #[test]
    fn a_key_that_was_not_written_to_its_end_is_none_and_holds_up_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for left in [&b""[..], b"the first half"] {
            let unfinished = path.with_extension(UNFINISHED);
            std::fs::write(&unfinished, left).unwrap();
            assert!(!path.exists());
            let made = create(&path, None).unwrap();
            assert_eq!(read(&path, None).unwrap().to_bytes(), made.to_bytes());
            assert!(!unfinished.exists());
            std::fs::remove_file(&path).unwrap();
        }
    }
}
