//! Records in IndexedDB: in order, all or nothing, on disk, and never by two owners.

use std::cell::Cell;
use std::rc::Rc;

use client_core::ports::{KeyRange, SealedWrite, Store, StoreError};
use js_sys::Reflect;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::IdbTransaction;

use super::new_name;
use crate::database::{Database, Lost, NOTES, RECORDS};
use crate::store::IdbStore;

#[wasm_bindgen_test]
async fn what_was_committed_is_there_after_reopening_in_key_order() {
    let name = new_name();
    let mut store = open(&name).await;
    store.commit(&[put(&[2]), put(&[1, 0]), put(&[1]), put(&[3])]).await.unwrap();
    store.commit(&[SealedWrite { key: vec![1], value: None }]).await.unwrap();
    drop(store);
    let store = open(&name).await;
    assert_eq!(keys(&store, 10, false).await, [vec![1, 0], vec![2], vec![3]]);
    assert_eq!(keys(&store, 2, false).await, [vec![1, 0], vec![2]]);
    assert_eq!(keys(&store, 2, true).await, [vec![3], vec![2]]);
    assert_eq!(keys(&store, usize::MAX, true).await.len(), 3);
}

#[wasm_bindgen_test]
async fn values_are_read_as_they_were_written() {
    let mut store = open(&new_name()).await;
    let value: Vec<u8> = (0..=255).collect();
    store.commit(&[SealedWrite { key: vec![0xFF, 0], value: Some(value.clone()) }]).await.unwrap();
    for newest_first in [false, true] {
        let range = KeyRange { from: vec![0xFF], to: vec![0xFF, 1], limit: 5, newest_first };
        assert_eq!(store.read(&range).await.unwrap(), [(vec![0xFF, 0], value.clone())]);
    }
}

#[wasm_bindgen_test]
async fn a_transaction_is_strict() {
    let database = Database::open(&new_name(), |_| {}).await.unwrap();
    let writing = database.strict_transaction(&[RECORDS, NOTES]).unwrap();
    let raw: &IdbTransaction = writing.raw();
    let durability = Reflect::get(raw, &"durability".into()).unwrap();
    assert_eq!(durability.as_string().as_deref(), Some("strict"));
    writing.complete().await.unwrap();
}

#[wasm_bindgen_test]
async fn whoever_was_taken_over_from_writes_nothing() {
    let name = new_name();
    let (mut earlier, mut later) = (open(&name).await, open(&name).await);
    assert_eq!(earlier.commit(&[put(&[1])]).await, Err(StoreError::Fenced));
    assert_eq!(keys(&later, 10, false).await, Vec::<Vec<u8>>::new());
    later.commit(&[put(&[2])]).await.unwrap();
    assert_eq!(keys(&earlier, 10, false).await, [vec![2]]);
}

#[wasm_bindgen_test]
async fn a_note_is_kept_for_whose_the_database_is() {
    let database = Database::open(&new_name(), |_| {}).await.unwrap();
    let token = database.take_over().await.unwrap();
    assert!(database.note("key").await.unwrap().is_none_or(|note| note.is_undefined()));
    database.set_note(token, "key", &"first".into()).await.unwrap();
    let later = database.take_over().await.unwrap();
    assert_eq!(database.set_note(token, "key", &"second".into()).await, Err(StoreError::Fenced));
    assert_eq!(database.note("key").await.unwrap().unwrap().as_string().as_deref(), Some("first"));
    database.set_note(later, "key", &"third".into()).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_database_that_is_erased_under_its_owner_says_so() {
    let name = new_name();
    let seen = Rc::new(Cell::new(None));
    let told = Rc::clone(&seen);
    let _database = Database::open(&name, move |lost| told.set(Some(lost))).await.unwrap();
    Database::delete(&name).await.unwrap();
    assert_eq!(seen.get(), Some(Lost::Deleting));
}

async fn open(name: &str) -> IdbStore {
    let database = Database::open(name, |_| {}).await.unwrap();
    let token = database.take_over().await.unwrap();
    IdbStore::new(Rc::new(database), token)
}

fn put(key: &[u8]) -> SealedWrite {
    SealedWrite { key: key.to_vec(), value: Some(vec![7]) }
}

async fn keys(store: &IdbStore, limit: usize, newest_first: bool) -> Vec<Vec<u8>> {
    let range = KeyRange { from: vec![0], to: vec![9], limit, newest_first };
    store.read(&range).await.unwrap().into_iter().map(|(key, _)| key).collect()
}
