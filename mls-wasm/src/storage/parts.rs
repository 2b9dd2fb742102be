//! Large values as parts, so that a change writes what changed and not the whole.
//!
//! Parts are cut where a rolling hash of the content says so: bytes inserted in one place move no boundary elsewhere, and
//! unchanged parts keep their records. An index record names a value's parts in order; a small value lies in it whole.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::Kind;
use crate::Error;

/// How values lie in records.
pub(super) struct Form {
    /// What an index begins with. An older version stops at a higher one.
    pub(super) version: u8,
    /// Shorter values are not cut.
    pub(super) cut_above_bytes: usize,
    /// No part is shorter, the last excepted; a power of two.
    pub(super) part_bytes_min: usize,
}

impl Form {
    /// No part is longer.
    const fn part_bytes_max(&self) -> usize {
        8 * self.part_bytes_min
    }

    /// One in so many positions is a boundary, beyond the minimum.
    const fn boundary_mask(&self) -> u64 {
        (2 * self.part_bytes_min as u64 - 1) << 40
    }
}

/// Of a value that messages change a little of.
pub(super) const ALONE: Form = Form { version: 1, cut_above_bytes: 4096, part_bytes_min: 128 };
/// Of one that commits change a little of. To write a record costs a browser as much as to write kilobytes more into one.
const LONG: Form = Form { part_bytes_min: 512, ..ALONE };
/// Of one that is written anew, and soon dropped.
const PASSING: Form = Form { cut_above_bytes: usize::MAX, ..ALONE };
/// Of the bundle. Versions that know of none stop at it, instead of missing what lies in it.
const BUNDLE: Form = Form { version: 2, ..ALONE };

/// How a value lies: by its key's first byte, its kind.
pub(super) fn form(key: &[u8]) -> &'static Form {
    const TREE: u8 = Kind::Tree as u8;
    const STATE: u8 = Kind::GroupState as u8;
    const SEVERAL: u8 = Kind::Bundle as u8;
    match key {
        [TREE, ..] => &LONG,
        [STATE, ..] => &PASSING,
        [SEVERAL, ..] => &BUNDLE,
        _ => &ALONE,
    }
}

/// So many like bytes in a row end a part: where nothing is yet, as in the tree of message secrets, a hash finds no
/// boundary, and what is put in there would have the longest parts written.
const RUN_BYTES: usize = 64;

const WHOLE: u8 = 0;
const CUT: u8 = 1;

/// A part's number within its value. Never used again while the value lives.
pub(super) type PartNumber = u32;

/// How a value lies in its records.
#[derive(Debug, Default, Clone)]
pub(super) struct Layout {
    parts: Vec<PartNumber>,
    /// How long each part is.
    lengths: Vec<usize>,
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
    pub(super) fn update(&mut self, old: &[u8], new: &[u8], form: &Form) -> Changes {
        let old_parts = self.split(old);
        let new_parts =
            if new.len() > form.cut_above_bytes { cut_along(new, &old_parts, form) } else { vec![] };
        let mut is_kept = vec![false; old_parts.len()];
        new_parts.iter().filter_map(|part| part.same_as).for_each(|place| is_kept[place] = true);
        let mut elsewhere: HashMap<&[u8], Vec<PartNumber>> = HashMap::new();
        let old_numbers = old_parts.iter().zip(&self.parts).zip(is_kept);
        for ((content, number), _) in old_numbers.filter(|(_, is_kept)| !is_kept) {
            elsewhere.entry(content).or_default().push(*number);
        }
        let mut find = |part: &NewPart<'_>| match part.same_as {
            Some(place) => Some(self.parts[place]),
            None => elsewhere.get_mut(part.content).and_then(Vec::pop),
        };
        let assigned: Vec<Option<PartNumber>> = new_parts.iter().map(&mut find).collect();
        let mut free: Vec<PartNumber> = elsewhere.into_values().flatten().collect();
        free.sort_unstable_by(|one, other| other.cmp(one));
        let mut changes = Changes::default();
        let parts = new_parts.iter().zip(assigned).map(|(part, number)| {
            number.unwrap_or_else(|| self.write(part.content, &mut free, &mut changes))
        });
        let parts = parts.collect();
        changes.deleted = free;
        self.lengths = new_parts.iter().map(|part| part.content.len()).collect();
        if self.parts != parts || new_parts.is_empty() {
            self.parts = parts;
            changes.index = Some(self.index(new, form));
        }
        changes
    }

    /// The parts of the value that is laid out; none if it is not cut.
    fn split<'a>(&self, mut value: &'a [u8]) -> Vec<&'a [u8]> {
        let part = |length: &usize| {
            let (part, rest) = value.split_at(*length);
            value = rest;
            part
        };
        self.lengths.iter().map(part).collect()
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

    fn index(&self, value: &[u8], form: &Form) -> Zeroizing<Vec<u8>> {
        let mut index = Zeroizing::new(vec![form.version]);
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
    pub(super) fn read<'a>(
        index: &[u8],
        form: &Form,
        part: impl Fn(PartNumber) -> Option<&'a [u8]>,
    ) -> Result<(Self, Zeroizing<Vec<u8>>), Error> {
        match index {
            [version, WHOLE, value @ ..] if *version == form.version => {
                Ok((Self::default(), Zeroizing::new(value.to_vec())))
            }
            [version, CUT, names @ ..] if *version == form.version => {
                let (next, parts): (PartNumber, Vec<PartNumber>) =
                    postcard::from_bytes(names).map_err(|_| Error::DamagedState)?;
                let contents: Option<Vec<&[u8]>> = parts.iter().map(|number| part(*number)).collect();
                let contents = contents.ok_or(Error::DamagedState)?;
                let lengths = contents.iter().map(|content| content.len()).collect();
                Ok((Self { parts, lengths, next }, Zeroizing::new(contents.concat())))
            }
            [version, ..] if *version > form.version => Err(Error::UpgradeRequired),
            _ => Err(Error::DamagedState),
        }
    }
}

/// A part of a value that is to be laid out.
#[derive(Debug, PartialEq, Eq)]
struct NewPart<'a> {
    content: &'a [u8],
    /// The old part in whose place it lies, with the same bytes.
    same_as: Option<usize>,
}

/// Cuts at boundaries that depend on the content alone. Those of the old parts are found again without looking for them,
/// wherever the bytes that they depend on lie in the same place: a part's own and the first one behind it.
fn cut_along<'a>(mut value: &'a [u8], old: &[&[u8]], form: &Form) -> Vec<NewPart<'a>> {
    let mut parts = Vec::with_capacity(old.len() + 1);
    let (mut at, mut place, mut place_at) = (0, 0, 0);
    while !value.is_empty() {
        while place < old.len() && place_at < at {
            place_at += old[place].len();
            place += 1;
        }
        let is_same = place_at == at && old.get(place).is_some_and(|part| value.starts_with(part)) && {
            let behind = old.get(place + 1).and_then(|next| next.first());
            behind == value.get(old[place].len())
        };
        let length = if is_same { old[place].len() } else { boundary(value, form) };
        let (content, rest) = value.split_at(length);
        parts.push(NewPart { content, same_as: is_same.then_some(place) });
        at += length;
        value = rest;
    }
    parts
}

fn boundary(value: &[u8], form: &Form) -> usize {
    let (mut hash, mut run, mut before) = (0u64, 0, None);
    let longest = value.len().min(form.part_bytes_max());
    let mask = form.boundary_mask();
    for (at, byte) in value[..longest].iter().enumerate() {
        hash = (hash << 1).wrapping_add(GEAR[usize::from(*byte)]);
        run = if before == Some(*byte) { run + 1 } else { 0 };
        before = Some(*byte);
        if at >= form.part_bytes_min && (hash & mask == 0 || run >= RUN_BYTES) {
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
        let changes = layout.update(b"", b"small", &ALONE);
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
        assert!(written <= 2 * ALONE.part_bytes_max(), "{written}");
        store.check(&value);
    }

    #[test]
    fn inserted_bytes_move_no_boundary_elsewhere() {
        let mut store = Store::default();
        let mut value = noise(20_000);
        store.put(&value);
        value.splice(5_000..5_000, [1, 2, 3]);
        let written = store.put(&value);
        assert!(written <= 3 * ALONE.part_bytes_max(), "{written}");
        store.check(&value);
    }

    #[test]
    fn what_is_put_where_nothing_was_writes_little_more_than_itself() {
        let mut store = Store::default();
        let mut value = vec![0; 9_000];
        store.put(&value);
        value.splice(4_321..4_322, noise(34));
        let written = store.put(&value);
        assert!(written <= 34 + 4 * ALONE.part_bytes_min, "{written}");
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
    fn a_value_is_cut_in_the_same_places_whatever_it_was_before() {
        let mut old = noise(20_000);
        for (round, edit) in [[9, 1], [5_000, 300], [19_000, 1], [0, 1], [12_345, 0]].into_iter().enumerate()
        {
            let whole = cut_along(&old, &[], &ALONE);
            let old_parts: Vec<&[u8]> = whole.iter().map(|part| part.content).collect();
            let mut new = old.clone();
            new.splice(edit[0]..(edit[0] + edit[1]).min(old.len()), noise(round * 7));
            // A byte behind a part decides where it ends.
            new[old_parts[1].len() + old_parts[0].len()] ^= 0x55;
            let contents = |parts: Vec<NewPart<'_>>| -> Vec<Vec<u8>> {
                parts.into_iter().map(|part| part.content.to_vec()).collect()
            };
            assert_eq!(
                contents(cut_along(&new, &old_parts, &ALONE)),
                contents(cut_along(&new, &[], &ALONE)),
                "round {round}"
            );
            for length in [1, 500, 19_000] {
                let shorter = &new[..length];
                assert_eq!(
                    contents(cut_along(shorter, &old_parts, &ALONE)),
                    contents(cut_along(shorter, &[], &ALONE))
                );
            }
            old = new;
        }
    }

    #[test]
    fn a_missing_part_or_a_newer_index_is_refused() {
        let mut layout = Layout::default();
        let index = layout.update(b"", &noise(5_000), &ALONE).index.unwrap();
        assert_eq!(Layout::read(&index, &ALONE, |_| None).err(), Some(Error::DamagedState));
        assert_eq!(Layout::read(&[2, 0], &ALONE, |_| None).err(), Some(Error::UpgradeRequired));
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
            let changes = self.layout.update(&self.value, value, &ALONE);
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
            let part = |number| self.parts.get(&number).map(Vec::as_slice);
            let (layout, read) = Layout::read(&self.index, &ALONE, part).unwrap();
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
