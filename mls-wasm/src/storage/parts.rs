//! Large values as parts, so that a change writes what changed and not the whole.
//!
//! Parts are cut where a rolling hash of the content says so: bytes inserted in one place move no boundary elsewhere, and
//! unchanged parts keep their records. An index record names a value's parts in order; a small value lies in it whole.

use std::collections::HashMap;

use zeroize::Zeroizing;

use crate::Error;

/// Shorter values are not cut.
const CUT_ABOVE_BYTES: usize = 1024;
/// No part is shorter, the last excepted.
const PART_BYTES_MIN: usize = 128;
/// No part is longer.
const PART_BYTES_MAX: usize = 1024;
/// One in 256 positions is a boundary, beyond the minimum.
const BOUNDARY_MASK: u64 = 0xFF << 40;

const VERSION: u8 = 1;
const WHOLE: u8 = 0;
const CUT: u8 = 1;

/// A part's number within its value. Never used again while the value lives.
pub(super) type PartNumber = u32;

/// How a value lies in its records.
#[derive(Debug, Default, Clone)]
pub(super) struct Layout {
    parts: Vec<PartNumber>,
    next: PartNumber,
}

/// What has to be written so that the records hold a new value.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) index: Option<Zeroizing<Vec<u8>>>,
    pub(super) written: Vec<(PartNumber, Zeroizing<Vec<u8>>)>,
    pub(super) deleted: Vec<PartNumber>,
}

impl Layout {
    /// Lays `new` out, keeping the parts it shares with `old`.
    pub(super) fn update(&mut self, old: &[u8], new: &[u8]) -> Changes {
        let old_parts: Vec<&[u8]> = if self.parts.is_empty() { vec![] } else { cut(old) };
        let mut kept: HashMap<&[u8], Vec<PartNumber>> = HashMap::new();
        for (content, number) in old_parts.iter().zip(&self.parts) {
            kept.entry(content).or_default().push(*number);
        }
        let mut changes = Changes::default();
        let new_parts = if new.len() > CUT_ABOVE_BYTES { cut(new) } else { vec![] };
        let assigned: Vec<Option<PartNumber>> =
            new_parts.iter().map(|content| kept.get_mut(content).and_then(Vec::pop)).collect();
        let mut free: Vec<PartNumber> = kept.into_values().flatten().collect();
        free.sort_unstable_by(|one, other| other.cmp(one));
        let parts = new_parts
            .iter()
            .zip(assigned)
            .map(|(content, number)| number.unwrap_or_else(|| self.write(content, &mut free, &mut changes)))
            .collect();
        changes.deleted = free;
        if self.parts != parts || new_parts.is_empty() {
            self.parts = parts;
            changes.index = Some(self.index(new));
        }
        changes
    }

    /// Writes a part, over one that is no longer needed where there is one.
    fn write(&mut self, content: &[u8], free: &mut Vec<PartNumber>, changes: &mut Changes) -> PartNumber {
        let number = free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next
        });
        changes.written.push((number, Zeroizing::new(content.to_vec())));
        number
    }

    /// Every part, for deleting the value.
    pub(super) fn parts(&self) -> &[PartNumber] {
        &self.parts
    }

    fn index(&self, value: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut index = Zeroizing::new(vec![VERSION]);
        if self.parts.is_empty() {
            index.push(WHOLE);
            index.extend_from_slice(value);
        } else {
            index.push(CUT);
            let names = postcard::to_stdvec(&(self.next, &self.parts)).expect("numbers can be written");
            index.extend_from_slice(&names);
        }
        index
    }

    /// Reads a value back from its index record and its parts.
    pub(super) fn read(
        index: &[u8],
        part: impl Fn(PartNumber) -> Option<Zeroizing<Vec<u8>>>,
    ) -> Result<(Self, Zeroizing<Vec<u8>>), Error> {
        match index {
            [VERSION, WHOLE, value @ ..] => Ok((Self::default(), Zeroizing::new(value.to_vec()))),
            [VERSION, CUT, names @ ..] => {
                let (next, parts): (PartNumber, Vec<PartNumber>) =
                    postcard::from_bytes(names).map_err(|_| Error::DamagedState)?;
                let mut value = Zeroizing::new(Vec::with_capacity(parts.len() * PART_BYTES_MAX));
                for number in &parts {
                    value.extend_from_slice(&part(*number).ok_or(Error::DamagedState)?);
                }
                Ok((Self { parts, next }, value))
            }
            [version, ..] if *version > VERSION => Err(Error::UpgradeRequired),
            _ => Err(Error::DamagedState),
        }
    }
}

/// Cuts at boundaries that depend on the content alone.
fn cut(mut value: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::with_capacity(value.len() / PART_BYTES_MIN);
    while !value.is_empty() {
        let (part, rest) = value.split_at(boundary(value));
        parts.push(part);
        value = rest;
    }
    parts
}

fn boundary(value: &[u8]) -> usize {
    let mut hash = 0u64;
    let longest = value.len().min(PART_BYTES_MAX);
    for (at, byte) in value[..longest].iter().enumerate() {
        hash = (hash << 1).wrapping_add(GEAR[usize::from(*byte)]);
        if at >= PART_BYTES_MIN && hash & BOUNDARY_MASK == 0 {
            return at;
        }
    }
    longest
}

/// Fixed pseudorandom numbers, one a byte value: part of the stored format.
const GEAR: [u64; 256] = gear();

const fn gear() -> [u64; 256] {
    let mut table = [0; 256];
    let mut state = 0x7061_6c61_7665_7231_u64;
    let mut at = 0;
    while at < table.len() {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        table[at] = mixed ^ (mixed >> 31);
        at += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_value_lies_in_its_index() {
        let mut layout = Layout::default();
        let changes = layout.update(b"", b"small");
        assert_eq!(changes.index.unwrap().as_slice(), b"\x01\x00small");
        assert!(changes.written.is_empty());
    }

    #[test]
    fn one_changed_byte_writes_few_parts_and_no_index() {
        let mut store = Store::default();
        let mut value = noise(20_000);
        store.put(&value);
        value[9_000] ^= 1;
        let written = store.put(&value);
        assert!(written <= 2 * PART_BYTES_MAX, "{written}");
        store.check(&value);
    }

    #[test]
    fn inserted_bytes_move_no_boundary_elsewhere() {
        let mut store = Store::default();
        let mut value = noise(20_000);
        store.put(&value);
        value.splice(5_000..5_000, [1, 2, 3]);
        let written = store.put(&value);
        assert!(written <= 3 * PART_BYTES_MAX, "{written}");
        store.check(&value);
    }

    #[test]
    fn values_shrink_grow_and_repeat() {
        let mut store = Store::default();
        for value in [noise(5_000), vec![7; 9_000], noise(10), noise(2_000), vec![], noise(5_000)] {
            store.put(&value);
            store.check(&value);
        }
    }

    #[test]
    fn a_missing_part_or_a_newer_index_is_refused() {
        let mut layout = Layout::default();
        let index = layout.update(b"", &noise(5_000)).index.unwrap();
        assert_eq!(Layout::read(&index, |_| None).err(), Some(Error::DamagedState));
        assert_eq!(Layout::read(&[2, 0], |_| None).err(), Some(Error::UpgradeRequired));
    }

    /// The records of one value, as a store would keep them.
    #[derive(Default)]
    struct Store {
        layout: Layout,
        value: Vec<u8>,
        index: Vec<u8>,
        parts: HashMap<PartNumber, Vec<u8>>,
    }

    impl Store {
        fn put(&mut self, value: &[u8]) -> usize {
            let changes = self.layout.update(&self.value, value);
            let mut written = 0;
            for number in changes.deleted {
                self.parts.remove(&number);
            }
            for (number, content) in changes.written {
                written += content.len();
                self.parts.insert(number, content.to_vec());
            }
            if let Some(index) = changes.index {
                written += index.len();
                self.index = index.to_vec();
            }
            self.value = value.to_vec();
            written
        }

        #[track_caller]
        fn check(&self, value: &[u8]) {
            let part = |number| self.parts.get(&number).cloned().map(Zeroizing::new);
            let (layout, read) = Layout::read(&self.index, part).unwrap();
            assert_eq!(read.as_slice(), value);
            assert_eq!(layout.parts().len(), self.parts.len(), "no part is left over");
        }
    }

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1u64;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u8
        })
        .take(length)
        .collect()
    }
}
