//! The embedded store: the suite run against it, and what it alone can do wrong.

mod ending;
mod expiring;
mod ordering;
mod portions;
mod tampering;
mod webhooks;

use std::path::Path;

use protocol::RelayId;
use relay::store::sqlite::{Observer, OpenError, SqliteSpace, SqliteStore};
use relay::store::{Committed, Spaces};
use tempfile::TempDir;

use crate::kept::{FIRST, Kept};

suite!(Folder);

/// A folder that a SQLite store is kept in.
struct Folder(TempDir);

impl Kept for Folder {
    type Store = SqliteStore;

    fn anew() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> SqliteStore {
        open_as(self.0.path(), 1).unwrap()
    }
}

/// Opens the first space of a store in a folder.
fn open(folder: &Path) -> SqliteSpace {
    open_as(folder, 1).unwrap().space(FIRST)
}

fn open_as(folder: &Path, relay: u8) -> Result<SqliteStore, OpenError> {
    let nobody: Box<dyn Observer> = Box::new(|_: Vec<Committed>| {});
    SqliteStore::open(folder, RelayId::from_bytes([relay; 16]), nobody)
}

#[test]
fn a_second_relay_on_a_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _first = open(folder.path());
    assert!(matches!(open_as(folder.path(), 2).err(), Some(OpenError::InUse)));
}

#[test]
fn a_relay_keeps_the_id_it_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let again = open_as(folder.path(), 2).unwrap();
    assert_eq!(again.relay(), RelayId::from_bytes([1; 16]));
}
