//! OpenMLS's storage on a working set: one group's values in memory, and what has to be written to keep them.
//!
//! A group is loaded from its part records, changed in place, and [`WorkingSet::take_writes`] hands out the parts that
//! changed. Where the store refuses them, the working set is dropped and loaded again.

mod bundle;
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
use bundle::Bundle;
pub(crate) use config::{PAST_EPOCHS_MAX, join_config, past_epochs, sender_ratchets};
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
    /// Several small ones.
    Bundle = 16,
}

#[derive(Default)]
struct Value {
    current: Option<Zeroizing<Vec<u8>>>,
    /// What the records hold, if it differs.
    stored: Option<Option<Zeroizing<Vec<u8>>>>,
    /// How it lies in records of its own.
    layout: Layout,
    /// Whether it lies in the bundle instead.
    is_bundled: bool,
}

/// A group's values in memory.
#[derive(Default)]
pub(crate) struct WorkingSet {
    values: RefCell<BTreeMap<ValueKey, Value>>,
    bundle: RefCell<Bundle>,
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
        let (mut values, mut bundle) = (BTreeMap::new(), Bundle::default());
        for (key, index) in &records {
            let Some(value_key) = value_of_index(key) else { continue };
            let part = |number| records.get(&part_key(value_key, Some(number))).map(|part| part.as_slice());
            let (layout, value) = Layout::read(index, parts::form(value_key), part)?;
            if value_key == bundle::KEY {
                values.extend(bundle::decode(&value)?.map(|(key, value)| {
                    (key, Value { current: Some(value), is_bundled: true, ..Value::default() })
                }));
                bundle = Bundle { layout, stored: Some(value) };
            } else {
                values.insert(value_key.to_vec(), Value { current: Some(value), layout, ..Value::default() });
            }
        }
        Ok(Self { values: RefCell::new(values), bundle: RefCell::new(bundle), ..Self::default() })
    }

    /// What has to be written since the last call.
    pub(crate) fn take_writes(&self) -> Vec<PartWrite> {
        let mut writes = Vec::new();
        let mut is_bundle_changed = false;
        let mut values = self.values.borrow_mut();
        for (key, value) in values.iter_mut() {
            let Some(stored) = value.stored.take() else { continue };
            if stored == value.current {
                continue;
            }
            let is_bundled = value.current.as_ref().is_some_and(|bytes| bundle::takes(key, bytes));
            is_bundle_changed |= value.is_bundled || is_bundled;
            let before = stored.filter(|_| !value.is_bundled);
            let after = value.current.as_ref().filter(|_| !is_bundled);
            lay_out(&mut value.layout, key, [before.as_ref(), after], &mut writes);
            value.is_bundled = is_bundled;
        }
        values.retain(|_, value| value.current.is_some());
        if is_bundle_changed {
            let bundled = values.iter().filter(|(_, value)| value.is_bundled);
            let bundled: Vec<(&[u8], &[u8])> = bundled
                .filter_map(|(key, value)| Some((key.as_slice(), value.current.as_ref()?.as_slice())))
                .collect();
            let mut bundle = self.bundle.borrow_mut();
            let before = bundle.stored.take();
            bundle.stored = (!bundled.is_empty()).then(|| bundle::encode(&bundled));
            let Bundle { layout, stored } = &mut *bundle;
            let change = [before.as_ref(), stored.as_ref()];
            lay_out(layout, &bundle::KEY, change, &mut writes);
        }
        writes
    }

    /// Every value whole, for keeping a state in one piece.
    pub(crate) fn export(&self) -> Vec<(ValueKey, Zeroizing<Vec<u8>>)> {
        let values = self.values.borrow();
        values.iter().filter_map(|(key, value)| Some((key.clone(), value.current.clone()?))).collect()
    }

    /// All values in one piece.
    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let values = self.export();
        let slices: Vec<(&[u8], &[u8])> =
            values.iter().map(|(key, value)| (key.as_slice(), value.as_slice())).collect();
        bundle::encode(&slices)
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
            value.is_bundled = old.is_bundled;
        }
        self.bundle.replace(before.bundle.borrow().clone());
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
}

/// Writes what a value's own records lack to hold what it is now; it had none before it was, and has none once it is gone.
fn lay_out(
    layout: &mut Layout,
    key: &[u8],
    [before, after]: [Option<&Zeroizing<Vec<u8>>>; 2],
    writes: &mut Vec<PartWrite>,
) {
    let part = |part, value| PartWrite { key: part_key(key, part), value };
    match (before, after) {
        (None, None) => {}
        (Some(_), None) => {
            let gone = std::mem::take(layout);
            writes.extend(gone.parts().iter().map(|number| part(Some(*number), None)));
            writes.push(part(None, None));
        }
        (before, Some(after)) => {
            let changes =
                layout.update(before.map_or(&[], |bytes| bytes.as_slice()), after, parts::form(key));
            writes.extend(changes.deleted.into_iter().map(|number| part(Some(number), None)));
            writes.extend(changes.written.into_iter().map(|(number, bytes)| part(Some(number), Some(bytes))));
            writes.extend(changes.index.map(|index| part(None, Some(index))));
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Records = BTreeMap<PartKey, Zeroizing<Vec<u8>>>;

    #[test]
    fn small_values_that_change_together_are_one_record() {
        let set = WorkingSet::default();
        for kind in [Kind::Context, Kind::GroupState, Kind::EpochSecrets, Kind::OwnLeafIndex] {
            set.put_bytes(vec![kind as u8], value(100));
        }
        assert_eq!(set.take_writes().len(), 1);
        set.put_bytes(vec![Kind::MessageSecrets as u8], value(100));
        assert_eq!(set.take_writes().len(), 1);
        assert!(set.take_writes().is_empty());
    }

    #[test]
    fn a_version_that_knows_of_no_bundle_stops_at_it() {
        let set = WorkingSet::default();
        set.put_bytes(vec![Kind::Context as u8], value(100));
        let index = set.take_writes().remove(0).value.unwrap();
        assert_eq!(Layout::read(&index, &parts::ALONE, |_| None).err(), Some(Error::UpgradeRequired));
    }

    #[test]
    fn small_values_that_were_stored_by_themselves_are_read_and_lie_with_the_others_once_they_change() {
        let records = [(Kind::Context, b"\x01\x00old"), (Kind::GroupState, b"\x01\x00too")];
        let mut records: Records = records
            .map(|(kind, record)| (part_key(&[kind as u8], None), Zeroizing::new(record.to_vec())))
            .into();
        let set = WorkingSet::load(records.clone()).unwrap();
        set.put_bytes(vec![Kind::Context as u8], value(3));
        keep(&mut records, set.take_writes());
        assert_eq!(
            records.keys().map(|key| key[1]).collect::<Vec<_>>(),
            [Kind::GroupState as u8, Kind::Bundle as u8]
        );
        let again = WorkingSet::load(records).unwrap();
        let values: BTreeMap<ValueKey, Zeroizing<Vec<u8>>> = again.export().into_iter().collect();
        assert_eq!(values.get([Kind::Context as u8].as_slice()).cloned(), value(3));
        assert_eq!(values[[Kind::GroupState as u8].as_slice()].as_slice(), b"too");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_whatever_grows_shrinks_or_goes(
            turns in proptest::collection::vec(proptest::collection::vec((1u8..12, 0usize..6), 1..6), 1..12),
        ) {
            /// Nothing, and what lies in the bundle, by itself, or cut.
            const LENGTHS: [Option<usize>; 6] = [None, Some(0), Some(700), Some(1024), Some(1025), Some(5000)];
            let (mut records, mut expected) = (Records::new(), BTreeMap::new());
            let mut set = WorkingSet::default();
            for (turn, changes) in turns.into_iter().enumerate() {
                for (kind, length) in changes {
                    let bytes = LENGTHS[length].map(|length| vec![turn as u8; length]);
                    set.put_bytes(vec![kind], bytes.clone().map(Zeroizing::new));
                    match bytes {
                        Some(bytes) => drop(expected.insert(vec![kind], bytes)),
                        None => drop(expected.remove(&vec![kind])),
                    }
                }
                keep(&mut records, set.take_writes());
                let read = WorkingSet::load(records.clone()).unwrap();
                let values = |set: &WorkingSet| -> BTreeMap<ValueKey, Vec<u8>> {
                    set.export().into_iter().map(|(key, value)| (key, value.to_vec())).collect()
                };
                prop_assert_eq!(&values(&read), &expected);
                prop_assert_eq!(&values(&set), &expected);
                if turn % 2 == 0 {
                    set = read;
                }
            }
            for kind in 1..12 {
                set.put_bytes(vec![kind], None);
            }
            keep(&mut records, set.take_writes());
            prop_assert!(records.is_empty());
        }
    }

    fn value(length: usize) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(vec![7; length]))
    }

    fn keep(records: &mut Records, writes: Vec<PartWrite>) {
        for PartWrite { key, value } in writes {
            match value {
                Some(value) => drop(records.insert(key, value)),
                None => drop(records.remove(&key)),
            }
        }
    }
}
