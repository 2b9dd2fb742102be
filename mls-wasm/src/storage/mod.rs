//! OpenMLS's storage on a working set: one group's values in memory, and what has to be written to keep them.
//!
//! A group is loaded from its part records, changed in place, and [`WorkingSet::take_writes`] hands out the parts that
//! changed. Where the store refuses them, the working set is dropped and loaded again.

mod config;
mod encoded;
mod parts;
mod provider;
mod secrets;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::Error;
pub(crate) use config::{join_config, past_epochs, sender_ratchets};
use parts::{Layout, PartNumber};

/// The place of a part record within its group's records.
pub type PartKey = Vec<u8>;

/// A part record to be written, or deleted.
#[derive(Clone, PartialEq, Eq)]
pub struct PartWrite {
    /// Where.
    pub key: PartKey,
    /// The secret bytes; none deletes.
    pub value: Option<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for PartWrite {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "PartWrite({} bytes)", self.value.as_ref().map_or(0, |value| value.len()))
    }
}

/// Which value: its kind, and its name among its kind.
type ValueKey = Vec<u8>;

/// Kinds of values: the first byte of their keys. Never used for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    OwnLeafNodes = 1,
    QueuedProposals = 2,
    Tree = 3,
    Context = 4,
    InterimTranscriptHash = 5,
    ConfirmationTag = 6,
    GroupState = 7,
    MessageSecrets = 8,
    ResumptionSecrets = 9,
    OwnLeafIndex = 10,
    EpochSecrets = 11,
    EncryptionKeyPair = 12,
    EpochKeyPairs = 13,
    KeyPackage = 14,
    PreSharedKey = 15,
}

#[derive(Default)]
struct Value {
    current: Option<Zeroizing<Vec<u8>>>,
    /// What the records hold, if it differs.
    stored: Option<Option<Zeroizing<Vec<u8>>>>,
    layout: Layout,
}

/// A group's values in memory.
#[derive(Default)]
pub(crate) struct WorkingSet {
    values: RefCell<BTreeMap<ValueKey, Value>>,
    /// Where past epochs lie in the message secrets, once these were encoded.
    past_epochs: RefCell<Option<Range<usize>>>,
    /// Whether what is written now leaves past epochs as they are.
    past_epochs_stay: Cell<bool>,
    /// Whose message secrets messages have changed since these were encoded.
    unencoded: Cell<Option<Epochs>>,
    /// Whether what is written now is encoded later, and whose it is.
    put_off: Cell<Option<Epochs>>,
}

/// Whose message secrets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Epochs {
    /// Of the current epoch alone.
    Current,
    /// Of past ones too.
    All,
}

/// A value does not decode.
#[derive(Debug, thiserror::Error)]
#[error("a stored MLS value is damaged")]
pub(crate) struct StorageError;

impl WorkingSet {
    /// Loads what [`Self::take_writes`] had written.
    pub(crate) fn load(
        records: impl IntoIterator<Item = (PartKey, Zeroizing<Vec<u8>>)>,
    ) -> Result<Self, Error> {
        let records: BTreeMap<PartKey, Zeroizing<Vec<u8>>> = records.into_iter().collect();
        let mut values = BTreeMap::new();
        for (key, index) in &records {
            let Some(value_key) = value_of_index(key) else { continue };
            let part = |number| records.get(&part_key(value_key, Some(number))).cloned();
            let (layout, value) = Layout::read(index, part)?;
            values.insert(value_key.to_vec(), Value { current: Some(value), stored: None, layout });
        }
        Ok(Self { values: RefCell::new(values), ..Self::default() })
    }

    /// What has to be written since the last call.
    pub(crate) fn take_writes(&self) -> Vec<PartWrite> {
        let mut writes = Vec::new();
        let mut values = self.values.borrow_mut();
        for (key, value) in values.iter_mut() {
            let Some(stored) = value.stored.take() else { continue };
            match (&stored, &value.current) {
                (stored, current) if stored == current => {}
                (_, None) => {
                    let gone = value.layout.parts().iter().map(|part| Some(*part)).chain([None]);
                    writes.extend(gone.map(|part| PartWrite { key: part_key(key, part), value: None }));
                    value.layout = Layout::default();
                }
                (stored, Some(current)) => {
                    let before = stored.as_ref().map_or(&[][..], |bytes| bytes.as_slice());
                    let changes = value.layout.update(before, current);
                    let part = |part, value| PartWrite { key: part_key(key, part), value };
                    writes.extend(changes.deleted.into_iter().map(|number| part(Some(number), None)));
                    writes.extend(
                        changes.written.into_iter().map(|(number, bytes)| part(Some(number), Some(bytes))),
                    );
                    writes.extend(changes.index.map(|index| part(None, Some(index))));
                }
            }
        }
        values.retain(|_, value| value.current.is_some());
        writes
    }

    /// Every value whole, for keeping a state in one piece.
    pub(crate) fn export(&self) -> Vec<(ValueKey, Zeroizing<Vec<u8>>)> {
        let values = self.values.borrow();
        values.iter().filter_map(|(key, value)| Some((key.clone(), value.current.clone()?))).collect()
    }

    /// All values in one piece, written into room that is wiped and never outgrown.
    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        /// What lengths take beside their values, at most.
        const LENGTHS: usize = 20;
        let values = self.export();
        let slices: Vec<(&[u8], &[u8])> =
            values.iter().map(|(key, value)| (key.as_slice(), value.as_slice())).collect();
        let room = slices.iter().map(|(key, value)| key.len() + value.len() + LENGTHS).sum::<usize>();
        let encoded = postcard::to_extend(&slices, Vec::with_capacity(room + LENGTHS));
        Zeroizing::new(encoded.expect("values can be written"))
    }

    /// A working set of whole values, all of which count as changed.
    pub(crate) fn import(values: impl IntoIterator<Item = (ValueKey, Zeroizing<Vec<u8>>)>) -> Self {
        let set = Self::default();
        for (key, value) in values {
            set.put_bytes(key, Some(value));
        }
        set
    }

    /// Takes the place of `before`, whose records are stored: what it had and this one has not is deleted.
    pub(crate) fn replace(&self, before: &Self) {
        let mut values = self.values.borrow_mut();
        for (key, old) in before.values.borrow().iter() {
            let stored = old.stored.clone().unwrap_or_else(|| old.current.clone());
            let value = values.entry(key.clone()).or_default();
            value.stored = Some(stored);
            value.layout = old.layout.clone();
        }
    }

    /// Does what changes the message secrets of these epochs and nothing else: what it writes is encoded by [`Self::settle`].
    pub(crate) fn putting_off<T>(&self, epochs: Epochs, step: impl FnOnce() -> T) -> T {
        self.put_off.set(Some(epochs));
        let made = step();
        self.put_off.set(None);
        made
    }

    /// Has message secrets written, if what was put off has changed them.
    pub(crate) fn settle<E>(&self, write: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        let Some(epochs) = self.unencoded.get() else { return Ok(()) };
        self.past_epochs_stay.set(epochs == Epochs::Current);
        let written = write();
        self.past_epochs_stay.set(false);
        written
    }

    /// Leaves a kind of values out: they are not this group's.
    pub(crate) fn forget(&self, kind: Kind) {
        self.values.borrow_mut().retain(|key, _| key.first() != Some(&(kind as u8)));
    }

    fn put_bytes(&self, key: ValueKey, bytes: Option<Zeroizing<Vec<u8>>>) {
        let mut values = self.values.borrow_mut();
        let value = values.entry(key).or_default();
        let before = std::mem::replace(&mut value.current, bytes);
        value.stored.get_or_insert(before);
    }

    fn bytes(&self, key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.values.borrow().get(key)?.current.clone()
    }
}

/// A part's record key: the value's key behind its length, then nothing for the index or the part's number.
fn part_key(value_key: &[u8], part: Option<PartNumber>) -> PartKey {
    let length = u8::try_from(value_key.len()).expect("value keys are short");
    let mut key = vec![length];
    key.extend_from_slice(value_key);
    key.extend(part.map(PartNumber::to_be_bytes).iter().flatten());
    key
}

/// The value whose index record has this key.
fn value_of_index(key: &[u8]) -> Option<&[u8]> {
    let (length, value_key) = key.split_first()?;
    (value_key.len() == usize::from(*length)).then_some(value_key)
}
