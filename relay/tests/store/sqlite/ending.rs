//! Stores that end.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use futures_util::FutureExt;
use protocol::{RelayId, Timestamp};
use relay::store::sqlite::SqliteStore;
use relay::store::{Committed, Jobs, SpaceId, Spaces, Store};

/// How long a thread is waited for that may wait for itself.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn what_the_last_handle_was_dropped_within_is_committed_and_the_store_ends_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let (told, committed) = channel();
    let (go_on, may_go_on) = channel::<()>();
    let observer = move |_: Vec<Committed>| {
        told.send(()).unwrap();
        // Whoever asks no longer lets it go on, too.
        let _ = may_go_on.recv();
    };
    let store = SqliteStore::open(folder.path(), RelayId::from_bytes([1; 16]), Box::new(observer)).unwrap();
    let space = store.space(SpaceId(1));
    drop(store);
    assert!(space.ping().now_or_never().is_none());
    committed.recv().unwrap();
    // The writer is held here; what is queued behind it is soon all that holds the store.
    assert!(space.begin_jobs(Timestamp::from_millis(0)).now_or_never().is_none());
    drop(space);
    drop(go_on);
    committed.recv_timeout(PATIENCE).expect("it is committed");
    assert_eq!(committed.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected));
    let store = rusqlite::Connection::open(folder.path().join(SqliteStore::FILE)).unwrap();
    let jobs: u32 = store.query_row("SELECT count(*) FROM jobs", [], |row| row.get(0)).unwrap();
    assert!(jobs > 0);
}
