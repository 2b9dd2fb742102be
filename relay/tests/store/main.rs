//! What every store of a relay must do, run against each implementation.

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod trade;
#[cfg(test)]
mod voids;
#[cfg(test)]
mod webhooks;

#[cfg(test)]
mod sqlite {
    use protocol::RelayId;
    use relay::store::sqlite::{Observer, OpenError, SqliteSpace, SqliteStore};
    use relay::store::{Committed, SpaceId};

    fn nobody() -> Box<dyn Observer> {
        Box::new(|_: Vec<Committed>| {})
    }

    /// Opens a SQLite store on a folder.
    pub(crate) fn open(folder: &std::path::Path) -> SqliteSpace {
        let store = SqliteStore::open(folder, RelayId::from_bytes([1; 16]), nobody());
        store.unwrap().space(SpaceId(1))
    }

    #[test]
    fn a_second_relay_on_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let _first = open(folder.path());
        let second = SqliteStore::open(folder.path(), RelayId::from_bytes([2; 16]), nobody());
        assert!(matches!(second.err(), Some(OpenError::InUse)));
    }

    #[test]
    fn a_relay_keeps_the_id_it_was_made_with() {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path()));
        let again = SqliteStore::open(folder.path(), RelayId::from_bytes([2; 16]), nobody()).unwrap();
        assert_eq!(again.relay(), RelayId::from_bytes([1; 16]));
    }
}
