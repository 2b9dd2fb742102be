//! The key by which a relay signs where its audit logs end: a file beside the store, so that a copy of the store cannot sign.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use std::sync::Arc;

use protocol::RelayId;
use protocol::keys::RelayKey;
use zeroize::Zeroizing;

use super::FILE_MODE;
use super::trade::Heads;
use crate::world;

/// What is signed with, and what was.
pub(super) struct Seal {
    pub(super) relay: RelayId,
    pub(super) key: RelayKey,
    pub(super) heads: Arc<Heads>,
}

/// Why a relay has no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("the relay's key {path} cannot be used")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Others can read it.
    #[error(
        "the relay's key {0} can be read by others: run `chmod 600` on it, and think about who may have copied it"
    )]
    Exposed(PathBuf),
    /// It is gone, and has signed before.
    #[error(
        "the relay's key {0} is missing: put it back from a backup, or nobody can tell its audit logs from made-up ones"
    )]
    Missing(PathBuf),
    /// Not a key.
    #[error("the relay's key {0} is damaged: put it back from a backup")]
    Damaged(PathBuf),
}

/// The key in a data folder, made where nothing was signed yet.
pub(super) fn open(folder: &Path, has_signed: bool) -> Result<RelayKey, KeyFileError> {
    let path = folder.join("relay.key");
    let unusable = |cause| KeyFileError::File { path: path.clone(), cause };
    match std::fs::metadata(&path) {
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => {
            return Err(KeyFileError::Exposed(path));
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && has_signed => {
            return Err(KeyFileError::Missing(path));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            create(folder, &path).map_err(unusable)?;
        }
        Err(error) => return Err(unusable(error)),
    }
    let secret = Zeroizing::new(std::fs::read(&path).map_err(unusable)?);
    let secret = secret.as_slice().try_into().map_err(|_| KeyFileError::Damaged(path.clone()))?;
    Ok(RelayKey::from_secret(secret))
}

/// Whole or not at all, and never in another's place.
fn create(folder: &Path, path: &Path) -> std::io::Result<()> {
    let unfinished = folder.join(format!("relay.key.{:x}", u64::from_be_bytes(world::random())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&unfinished)?;
    file.write_all(Zeroizing::new(world::random::<32>()).as_slice())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&unfinished, path);
    std::fs::remove_file(&unfinished)?;
    match linked {
        // Whoever was first has made it.
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => std::fs::File::open(folder)?.sync_all(),
    }
}
