//! A store in memory with the real ones' limits.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::ports::{KeyRange, SealedRecord, SealedWrite, Store, StoreError};

/// A store in memory that survives its client: a clone is the same store, opened again.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    records: Rc<RefCell<BTreeMap<Vec<u8>, Vec<u8>>>>,
    fails: Rc<RefCell<bool>>,
}

impl MemoryStore {
    /// From now on every commit fails, or none does.
    pub fn fail_commits(&self, fails: bool) {
        *self.fails.borrow_mut() = fails;
    }

    /// Every stored byte, for looking for what must not be there.
    pub fn bytes(&self) -> Vec<u8> {
        self.records.borrow().iter().flat_map(|(key, value)| key.iter().chain(value).copied()).collect()
    }
}

impl Store for MemoryStore {
    async fn read(&self, range: &KeyRange) -> Result<Vec<SealedRecord>, StoreError> {
        if range.from >= range.to {
            return Ok(vec![]);
        }
        let records = self.records.borrow();
        let found = records.range(range.from.clone()..range.to.clone());
        let copy = |(key, value): (&Vec<u8>, &Vec<u8>)| (key.clone(), value.clone());
        Ok(if range.newest_first {
            found.rev().take(range.limit).map(copy).collect()
        } else {
            found.take(range.limit).map(copy).collect()
        })
    }

    async fn commit(&mut self, writes: &[SealedWrite]) -> Result<(), StoreError> {
        if *self.fails.borrow() {
            return Err(StoreError::Failed("told to fail".to_owned()));
        }
        let mut records = self.records.borrow_mut();
        for write in writes {
            match &write.value {
                Some(value) => records.insert(write.key.clone(), value.clone()),
                None => records.remove(&write.key),
            };
        }
        Ok(())
    }
}
