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
    fails_next: Rc<RefCell<Option<Failing>>>,
    has_failed: Rc<RefCell<bool>>,
    reads: Rc<RefCell<Vec<RangeRead>>>,
}

/// A commit that fails, later.
#[derive(Debug, Clone, Copy)]
struct Failing {
    /// After so many more.
    after: u64,
    /// Though it said that it failed, it was kept.
    is_kept: bool,
}

/// One range that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeRead {
    /// Of which store.
    pub store: u8,
    /// How many records it gave.
    pub records: usize,
}

impl MemoryStore {
    /// From now on every commit fails, or none does.
    pub fn fail_commits(&self, fails: bool) {
        *self.fails.borrow_mut() = fails;
    }

    /// After so many more commits, one fails; what it was to store is kept nevertheless, or it is not.
    pub fn fail_commit_after(&self, after: u64, is_kept: bool) {
        *self.fails_next.borrow_mut() = Some(Failing { after, is_kept });
    }

    /// No commit fails any more.
    pub fn be_well(&self) {
        self.fail_commits(false);
        *self.fails_next.borrow_mut() = None;
    }

    /// Whether a commit has failed since this was last asked.
    pub fn take_failed(&self) -> bool {
        self.has_failed.take()
    }

    /// Whether this commit is the one that fails; if so, whether it is kept.
    fn fails_now(&self) -> Option<Failing> {
        let mut fails_next = self.fails_next.borrow_mut();
        let now = fails_next.take();
        *fails_next =
            now.and_then(|failing| failing.after.checked_sub(1).map(|after| Failing { after, ..failing }));
        now.filter(|failing| failing.after == 0)
    }

    /// What was read since it was last asked.
    pub fn take_reads(&self) -> Vec<RangeRead> {
        self.reads.take()
    }

    /// Whether a store holds any record.
    pub fn holds(&self, store: u8) -> bool {
        self.records.borrow().range(vec![store]..vec![store + 1]).next().is_some()
    }

    /// Drops the last record of a store, as a thief or a failing disk might.
    pub fn lose_last_of(&self, store: u8) {
        let mut records = self.records.borrow_mut();
        let last = records.range(vec![store]..vec![store + 1]).next_back().map(|(key, _)| key.clone());
        last.map(|last| records.remove(&last));
    }

    /// Drops everything of a store.
    pub fn lose_all_of(&self, store: u8) {
        self.records.borrow_mut().retain(|key, _| key.first() != Some(&store));
    }

    /// A copy of it as it is now, as someone might make of a folder.
    pub fn copied(&self) -> Self {
        let copy = Self::default();
        copy.put_back(self);
        copy
    }

    /// It is what a copy is from now on.
    pub fn put_back(&self, copy: &Self) {
        let records = copy.records.borrow().clone();
        *self.records.borrow_mut() = records;
    }

    /// Every stored byte, for looking for what must not be there.
    pub fn bytes(&self) -> Vec<u8> {
        self.records.borrow().iter().flat_map(|(key, value)| key.iter().chain(value).copied()).collect()
    }
}

impl MemoryStore {
    fn find(&self, range: &KeyRange) -> Vec<SealedRecord> {
        if range.from >= range.to {
            return vec![];
        }
        let records = self.records.borrow();
        let found = records.range(range.from.clone()..range.to.clone());
        let copy = |(key, value): (&Vec<u8>, &Vec<u8>)| (key.clone(), value.clone());
        if range.newest_first {
            found.rev().take(range.limit).map(copy).collect()
        } else {
            found.take(range.limit).map(copy).collect()
        }
    }
}

impl Store for MemoryStore {
    async fn read(&self, range: &KeyRange) -> Result<Vec<SealedRecord>, StoreError> {
        let found = self.find(range);
        let store = range.from.first().copied().unwrap_or_default();
        self.reads.borrow_mut().push(RangeRead { store, records: found.len() });
        Ok(found)
    }

    async fn commit(&mut self, writes: &[SealedWrite]) -> Result<(), StoreError> {
        let failing = self.fails_now();
        let failed = Err(StoreError::Failed("told to fail".to_owned()));
        let fails = *self.fails.borrow();
        *self.has_failed.borrow_mut() |= fails || failing.is_some();
        if fails || failing.is_some_and(|failing| !failing.is_kept) {
            return failed;
        }
        let mut records = self.records.borrow_mut();
        for write in writes {
            match &write.value {
                Some(value) => records.insert(write.key.clone(), value.clone()),
                None => records.remove(&write.key),
            };
        }
        if failing.is_some() { failed } else { Ok(()) }
    }
}
