//! Sealed records in IndexedDB: one strict transaction a turn, with the fencing token in it.

use std::rc::Rc;

use client_core::ports::{KeyRange, SealedRecord, SealedWrite, Store, StoreError};
use idb::{CursorDirection, ManagedKeyCursor, ObjectStore, Query};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use crate::database::{Database, NOTES, RECORDS, failed_idb};

/// A client's records, for as long as no one else takes them over.
#[derive(Debug, Clone)]
pub(crate) struct IdbStore {
    database: Rc<Database>,
    token: u32,
}

impl IdbStore {
    /// The records of a database that was taken over with this token.
    pub(crate) fn new(database: Rc<Database>, token: u32) -> Self {
        Self { database, token }
    }
}

impl Store for IdbStore {
    async fn read(&self, range: &KeyRange) -> Result<Vec<SealedRecord>, StoreError> {
        if range.newest_first { self.read_newest(range).await } else { self.read_oldest(range).await }
    }

    async fn commit(&mut self, writes: &[SealedWrite]) -> Result<(), StoreError> {
        let writing = self.database.strict_transaction(&[RECORDS, NOTES])?;
        let records = writing.idb.object_store(RECORDS).map_err(|error| failed_idb(&error))?;
        for write in writes {
            let key = JsValue::from(Uint8Array::from(write.key.as_slice()));
            // Each request's failure aborts the transaction, which tells.
            match &write.value {
                Some(value) => {
                    let value = Uint8Array::from(value.as_slice());
                    records.put(&value, Some(&key)).map(drop).map_err(|error| failed_idb(&error))?;
                }
                None => {
                    records.delete(Query::Key(key)).map(drop).map_err(|error| failed_idb(&error))?;
                }
            }
        }
        writing.complete_as(self.token).await
    }
}

impl IdbStore {
    async fn read_oldest(&self, range: &KeyRange) -> Result<Vec<SealedRecord>, StoreError> {
        let reading = self.database.reading(RECORDS)?;
        let records = reading.object_store(RECORDS).map_err(|error| failed_idb(&error))?;
        get_all(&records, query(range)?, u32::try_from(range.limit).ok()).await
    }

    /// Finds the first of those wanted by counting back from the end, then reads from there on: a few requests, however many
    /// records.
    async fn read_newest(&self, range: &KeyRange) -> Result<Vec<SealedRecord>, StoreError> {
        let reading = self.database.reading(RECORDS)?;
        let records = reading.object_store(RECORDS).map_err(|error| failed_idb(&error))?;
        let Some(before_first) = range.limit.checked_sub(1) else { return Ok(Vec::new()) };
        let opening = records
            .open_key_cursor(Some(query(range)?), Some(CursorDirection::Prev))
            .map_err(|error| failed_idb(&error))?;
        let Some(cursor) = opening.await.map_err(|error| failed_idb(&error))? else { return Ok(Vec::new()) };
        let mut cursor = ManagedKeyCursor::from(cursor);
        if before_first > 0 {
            let count = u32::try_from(before_first).unwrap_or(u32::MAX);
            cursor.advance(count).await.map_err(|error| failed_idb(&error))?;
        }
        // Where there are fewer, it has come past the beginning.
        let first = cursor.key().map_err(|error| failed_idb(&error))?;
        let from = first.map_or_else(|| range.from.clone(), |key| bytes(&key));
        let wanted = KeyRange { from, ..range.clone() };
        let mut found = get_all(&records, query(&wanted)?, None).await?;
        found.reverse();
        Ok(found)
    }
}

async fn get_all(
    records: &ObjectStore,
    query: Query,
    limit: Option<u32>,
) -> Result<Vec<SealedRecord>, StoreError> {
    let keys = records.get_all_keys(Some(query.clone()), limit).map_err(|error| failed_idb(&error))?;
    let values = records.get_all(Some(query), limit).map_err(|error| failed_idb(&error))?;
    let keys = keys.await.map_err(|error| failed_idb(&error))?;
    let values = values.await.map_err(|error| failed_idb(&error))?;
    Ok(keys.iter().zip(&values).map(|(key, value)| (bytes(key), bytes(value))).collect())
}

fn query(range: &KeyRange) -> Result<Query, StoreError> {
    let [from, to] = [&range.from, &range.to].map(|bound| JsValue::from(Uint8Array::from(bound.as_slice())));
    let range =
        idb::KeyRange::bound(&from, &to, Some(false), Some(true)).map_err(|error| failed_idb(&error))?;
    Ok(Query::KeyRange(range))
}

/// Keys come back as buffers, values as the arrays they were.
fn bytes(value: &JsValue) -> Vec<u8> {
    match value.dyn_ref::<Uint8Array>() {
        Some(array) => array.to_vec(),
        None => Uint8Array::new(value).to_vec(),
    }
}
