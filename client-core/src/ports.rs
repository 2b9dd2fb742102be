//! What an adapter gives the client: a store of sealed records. Sockets and timers are spoken to by effects and inputs.

use std::future::Future;

/// A range of record keys, by byte order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key wanted.
    pub from: Vec<u8>,
    /// The first key no longer wanted.
    pub to: Vec<u8>,
    /// At most so many.
    pub limit: usize,
    /// From the end of the range backwards.
    pub newest_first: bool,
}

/// A sealed record to be written, or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedWrite {
    /// Where.
    pub key: Vec<u8>,
    /// The sealed bytes; none deletes.
    pub value: Option<Vec<u8>>,
}

/// A key and its sealed value.
pub type SealedRecord = (Vec<u8>, Vec<u8>);

/// Why a store did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store failed; nothing was written.
    #[error("the store failed: {0}")]
    Failed(String),
    /// No space is left; nothing was written.
    #[error("there is no space left to store anything")]
    Full,
    /// Another process or tab owns the store now.
    #[error("another process owns this store now")]
    Fenced,
}

/// Where sealed records are kept. It learns their number, order and size, and nothing else.
pub trait Store {
    /// The records of a range.
    fn read(&self, range: &KeyRange) -> impl Future<Output = Result<Vec<SealedRecord>, StoreError>>;

    /// Writes all or nothing; durable when it returns. Called once a turn.
    fn commit(&mut self, writes: &[SealedWrite]) -> impl Future<Output = Result<(), StoreError>>;
}
