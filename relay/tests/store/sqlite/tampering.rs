//! Somebody who has the file, and the key that is missing.

use protocol::RelayId;
use relay::store::sqlite::{KeyFileError, OpenError, SqliteSpace, SqliteStore};
use relay::store::{Committed, Store, StoreError, Trade};
use relay::trade::{Attempt, Caller, Command, Reply, Seed};

use super::open;
use crate::shop::{NOW, new_user};

#[tokio::test]
async fn nothing_is_built_on_a_log_that_somebody_has_touched() {
    for tamper in [
        "DELETE FROM audit WHERE number > 1",
        "DELETE FROM audit; DELETE FROM audit_heads",
        "DELETE FROM audit_heads",
        "UPDATE audit SET hash = zeroblob(32) WHERE number = 2",
        "UPDATE audit_heads SET number = 1, hash = (SELECT hash FROM audit WHERE number = 1);
         DELETE FROM audit WHERE number > 1",
    ] {
        for is_running in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let mut store = open(folder.path());
            make_user(&store, 1, "one").await.unwrap();
            make_user(&store, 2, "two").await.unwrap();
            let other = rusqlite::Connection::open(folder.path().join("relay.sqlite")).unwrap();
            other.execute_batch(tamper).unwrap();
            if !is_running {
                drop(store);
                store = open(folder.path());
            }
            let refused = make_user(&store, 3, "three").await;
            assert_eq!(refused, Err(StoreError::Unavailable), "{tamper}");
            store.ping().await.expect("everything else goes on");
        }
    }
}

#[tokio::test]
async fn an_end_that_was_signed_before_is_no_end_while_the_relay_knows_better() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    make_user(&store, 1, "one").await.unwrap();
    let other = rusqlite::Connection::open(folder.path().join("relay.sqlite")).unwrap();
    other.execute_batch("CREATE TABLE kept AS SELECT * FROM audit_heads").unwrap();
    make_user(&store, 2, "two").await.unwrap();
    let put_back = "DELETE FROM audit WHERE number > 1; DELETE FROM audit_heads; INSERT INTO audit_heads SELECT * FROM kept";
    other.execute_batch(put_back).unwrap();
    assert_eq!(make_user(&store, 3, "three").await, Err(StoreError::Unavailable));
}

#[tokio::test]
async fn a_relay_whose_key_is_gone_does_not_make_another() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    std::fs::remove_file(folder.path().join("relay.key")).unwrap();
    let opened =
        SqliteStore::open(folder.path(), RelayId::from_bytes([1; 16]), Box::new(|_: Vec<Committed>| {}));
    assert!(matches!(opened.err(), Some(OpenError::Key(KeyFileError::Missing(_)))));
}

async fn make_user(store: &SqliteSpace, seed: u8, name: &str) -> Result<Reply, StoreError> {
    let attempt = Attempt {
        caller: Caller::Operator,
        command: Command::CreateUser(new_user(name)),
        idempotency: None,
        request: "request".to_owned(),
        cause: None,
        now: NOW,
        seed: Seed([seed; 32]),
    };
    store.carry_out(attempt).await
}
