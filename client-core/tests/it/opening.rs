//! Opening what was stored: no dearer with everyone who is known, and nothing believed that was lost in part.

use client_api::{Command, Recipient};
use client_core::testing::MemoryStore;
use client_core::vault::DataKey;
use client_core::{Driver, Error, RecordError};

use crate::relay::world;
use crate::world::pair;

/// The store of identity logs.
const IDENTITY_STORE: u8 = 3;

#[tokio::test]
async fn opening_reads_no_more_ranges_the_more_people_are_known() {
    let mut world = world(30);
    let [alice, _] = pair(&mut world).await;
    let store = world.client(alice).store();
    let with_one = reads_at_open(&store).await;
    for name in ["carol", "dave", "erin", "frank"] {
        let other = world.join(name).await;
        let who = Recipient::Account(world.account(other));
        world.command(alice, Command::AddContact { who }).await;
    }
    assert_eq!(world.driver(alice).contacts().len(), 5);
    assert_eq!(reads_at_open(&store).await, with_one);
}

#[tokio::test]
async fn a_stored_log_that_has_lost_an_entry_is_damage() {
    let mut world = world(31);
    let [alice, _] = pair(&mut world).await;
    let store = world.client(alice).store();
    store.lose_last_of(IDENTITY_STORE);
    assert_eq!(Driver::open(store, &key()).await.err(), Some(Error::Record(RecordError::Damaged)));
}

async fn reads_at_open(store: &MemoryStore) -> usize {
    let before = store.reads();
    Driver::open(store.clone(), &key()).await.unwrap();
    store.reads() - before
}

fn key() -> DataKey {
    DataKey::from_bytes([1; 8], [2; 32])
}
