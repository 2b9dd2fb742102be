//! A home folder: one account's key, records and relay. One process at a time.

use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use client_core::Driver;
pub use client_core::phrase::Phrase;
use client_core::vault::DataKey;

use crate::key_file::{self, KeyFileError, Passphrase};
use crate::store::SqliteStore;
use crate::world;

const KEY: &str = "key";
const RECORDS: &str = "records.sqlite";

/// Why a home cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Another process has it open.
    #[error("another palaver is using this home: close it, or give another with --home")]
    InUse,
    /// No account here.
    #[error(
        "there is no account here yet: run `palaver init --handle NAME`, or `palaver join` to link it to an account you have"
    )]
    NoAccount,
    /// The key is missing, but the records are there.
    #[error(
        "the key file is missing, and without it the stored data cannot be opened: put `key` back into the home"
    )]
    KeyLost,
    /// The key is here, but the records are not.
    #[error(
        "the stored data is missing, but its key is here: put `records.sqlite` back into the home, or give another with --home"
    )]
    RecordsLost,
    /// The folder cannot be used.
    #[error("the home folder {path} cannot be used")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The records cannot be used.
    #[error(transparent)]
    Client(#[from] client_core::Error),
}

fn unusable(path: &Path) -> impl FnOnce(std::io::Error) -> HomeError {
    let path = path.to_owned();
    |cause| HomeError::Folder { path, cause }
}

/// An open home, locked until it is dropped.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    _lock: File,
}

impl Home {
    /// Makes a home folder, readable by its owner only, or opens the one that is there.
    pub fn make(path: &Path) -> Result<Self, HomeError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable(path))?;
        Self::lock(path)
    }

    /// Opens a home folder that has an account.
    pub fn open(path: &Path) -> Result<Self, HomeError> {
        if !path.join(RECORDS).exists() {
            let has_key = path.join(KEY).exists();
            return Err(if has_key { HomeError::RecordsLost } else { HomeError::NoAccount });
        }
        Self::lock(path)
    }

    fn lock(path: &Path) -> Result<Self, HomeError> {
        let lock = File::create(path.join("lock")).map_err(unusable(path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(HomeError::InUse),
            Err(TryLockError::Error(error)) => Err(unusable(path)(error)),
        }
    }

    /// Whether there are records: those of an account, or what was left of one that was begun.
    fn has_records(&self) -> bool {
        self.path.join(RECORDS).exists()
    }

    /// Makes an account. Nothing is sent yet.
    pub async fn create_account(
        &self,
        passphrase: Option<&Passphrase>,
    ) -> Result<(Driver<SqliteStore>, Phrase), HomeError> {
        let (store, key) = self.begin_with(passphrase)?;
        let mut moment = world::moment();
        let phrase = Phrase::generate(&mut moment.entropy);
        Ok((Driver::create(store, &key, &phrase, moment).await?, phrase))
    }

    /// Begins to link this home to an account that has devices elsewhere. Nothing is sent yet.
    pub async fn link_device(
        &self,
        passphrase: Option<&Passphrase>,
    ) -> Result<Driver<SqliteStore>, HomeError> {
        let (store, key) = self.begin_with(passphrase)?;
        Ok(Driver::link(store, &key, world::moment()).await?)
    }

    /// Begins to restore an account by its phrase. Nothing is sent yet.
    pub async fn restore_account(
        &self,
        passphrase: Option<&Passphrase>,
        phrase: &Phrase,
    ) -> Result<Driver<SqliteStore>, HomeError> {
        let (store, key) = self.begin_with(passphrase)?;
        Ok(Driver::restore(store, &key, phrase, world::moment()).await?)
    }

    /// A new store and its key; or those that are here, where an account was begun and nothing came of it. The store is made
    /// first: where this ends in between, a store without a key that holds nothing tells of no loss.
    fn begin_with(&self, passphrase: Option<&Passphrase>) -> Result<(SqliteStore, DataKey), HomeError> {
        let key_path = self.path.join(KEY);
        let has_key = key_path.exists();
        if has_key && !self.has_records() {
            return Err(HomeError::RecordsLost);
        }
        let store = self.store()?;
        let key = if has_key {
            key_file::read(&key_path, passphrase)?
        } else if is_blank(&store)? {
            key_file::create(&key_path, passphrase)?
        } else {
            return Err(HomeError::KeyLost);
        };
        Ok((store, key))
    }

    /// Opens the account.
    pub async fn open_account(
        &self,
        passphrase: Option<&Passphrase>,
    ) -> Result<Driver<SqliteStore>, HomeError> {
        if !self.has_records() {
            return Err(HomeError::NoAccount);
        }
        let key_path = self.path.join(KEY);
        if !key_path.exists() {
            return Err(if is_blank(&self.store()?)? { HomeError::NoAccount } else { HomeError::KeyLost });
        }
        let key = key_file::read(&key_path, passphrase)?;
        match Driver::open(self.store()?, &key).await {
            Err(client_core::Error::NoAccount) => Err(HomeError::NoAccount),
            opened => Ok(opened?),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The relay the account was made on.
    pub fn relay(&self) -> Option<String> {
        std::fs::read_to_string(self.path.join("relay")).ok().map(|url| url.trim().to_owned())
    }

    /// Remembers the account's relay.
    pub fn set_relay(&self, url: &str) -> Result<(), HomeError> {
        std::fs::write(self.path.join("relay"), url).map_err(unusable(&self.path))
    }

    fn store(&self) -> Result<SqliteStore, HomeError> {
        let store = SqliteStore::open(&self.path.join(RECORDS));
        Ok(store.map_err(client_core::Error::from)?)
    }
}

fn is_blank(store: &SqliteStore) -> Result<bool, HomeError> {
    Ok(store.is_blank().map_err(client_core::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_home_whose_making_was_cut_off_before_its_key_can_be_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::make(folder.path()).unwrap();
        // What is in the way of the key ends it as a kill would.
        let in_the_way = folder.path().join("key.new");
        std::fs::create_dir(&in_the_way).unwrap();
        assert!(matches!(home.create_account(None).await, Err(HomeError::Key(KeyFileError::File(_)))));
        assert!(home.has_records() && !folder.path().join(KEY).exists());
        assert!(matches!(home.open_account(None).await, Err(HomeError::NoAccount)));
        std::fs::remove_dir(&in_the_way).unwrap();
        home.create_account(None).await.unwrap();
        home.open_account(None).await.unwrap();
    }

    #[tokio::test]
    async fn a_home_whose_making_was_cut_off_behind_its_key_can_be_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::make(folder.path()).unwrap();
        drop(home.begin_with(None).unwrap());
        assert!(matches!(home.open_account(None).await, Err(HomeError::NoAccount)));
        home.create_account(None).await.unwrap();
        home.open_account(None).await.unwrap();
    }

    #[tokio::test]
    async fn records_whose_key_is_missing_get_no_other_and_open_once_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::make(folder.path()).unwrap();
        drop(home.create_account(None).await.unwrap());
        let [key, aside] = [KEY, "aside"].map(|name| folder.path().join(name));
        std::fs::rename(&key, &aside).unwrap();
        assert!(matches!(home.create_account(None).await, Err(HomeError::KeyLost)));
        assert!(matches!(home.link_device(None).await, Err(HomeError::KeyLost)));
        assert!(matches!(home.open_account(None).await, Err(HomeError::KeyLost)));
        assert!(!key.exists());
        std::fs::rename(&aside, &key).unwrap();
        home.open_account(None).await.unwrap();
    }

    #[tokio::test]
    async fn a_key_whose_records_are_missing_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::make(folder.path()).unwrap();
        drop(home.create_account(None).await.unwrap());
        let before = std::fs::read(folder.path().join(KEY)).unwrap();
        std::fs::remove_file(folder.path().join(RECORDS)).unwrap();
        assert!(matches!(home.create_account(None).await, Err(HomeError::RecordsLost)));
        assert!(!home.has_records());
        assert_eq!(std::fs::read(folder.path().join(KEY)).unwrap(), before);
    }
}
