//! Opening what was stored: no dearer with everyone who is known, and nothing believed that was lost in part.

use client_api::{Command, Recipient};
use client_core::testing::{MemoryStore, RangeRead};
use client_core::vault::DataKey;
use client_core::{Driver, Error, RecordError};

use crate::real_relay::world;
use crate::world::pair;

/// The store of identity logs.
const IDENTITY_STORE: u8 = 3;
const CONVERSATION_STORE: u8 = 6;
const GROUP_STORE: u8 = 7;
pub(crate) const TIMELINE_STORE: u8 = 10;

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

#[tokio::test]
async fn the_list_takes_one_record_a_conversation_and_a_page_of_messages_one_range() {
    let mut world = world(32);
    let [alice, ben] = pair(&mut world).await;
    let carol = world.join("carol").await;
    for number in 0..60 {
        world.say(alice, ben, format!("message {number}"));
    }
    world.say(carol, alice, "hello");
    world.settle().await;
    let store = world.client(alice).store();
    store.take_reads();
    let driver = Driver::open(store.clone(), &key()).await.unwrap();
    assert_eq!(driver.conversations().len(), 2);
    let read = store.take_reads();
    let of =
        |wanted: u8| read.iter().filter(|read| read.store == wanted).map(|read| read.records).sum::<usize>();
    // With the self conversation, which no list shows.
    assert_eq!((of(CONVERSATION_STORE), of(TIMELINE_STORE), of(GROUP_STORE)), (3, 0, 0));
    let with_ben =
        driver.conversations().into_iter().find(|row| row.peer == Some(world.account(ben))).unwrap();
    let page = driver.timeline_before(with_ben.conversation, None, 50).await.unwrap();
    assert_eq!(page.len(), 50);
    assert_eq!(store.take_reads(), [RangeRead { store: TIMELINE_STORE, records: 50 }]);
}

async fn reads_at_open(store: &MemoryStore) -> usize {
    store.take_reads();
    Driver::open(store.clone(), &key()).await.unwrap();
    store.take_reads().len()
}

fn key() -> DataKey {
    DataKey::from_bytes([1; 8], [2; 32])
}
