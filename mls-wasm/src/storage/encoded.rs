//! Where a value is encoded: room that leaves nothing secret behind when it grows.
//!
//! Large values are encoded byte by byte for each message, so that one byte must cost next to nothing.

use postcard::ser_flavors::Flavor;
use zeroize::Zeroizing;

/// The least that it grows to.
const ROOM_BYTES_MIN: usize = 256;

/// Bytes so far, and room behind them.
pub(super) struct Encoded {
    bytes: Zeroizing<Vec<u8>>,
    length: usize,
}

impl Encoded {
    /// With room for a value about as long as the last one.
    pub(super) fn with_room(last: usize) -> Self {
        Self { bytes: room(last + last / 8), length: 0 }
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    #[cold]
    #[inline(never)]
    fn push_into_more_room(&mut self, byte: u8) {
        let mut larger = room(self.bytes.len() * 2);
        larger[..self.length].copy_from_slice(&self.bytes);
        larger[self.length] = byte;
        self.bytes = larger;
    }
}

impl Flavor for Encoded {
    type Output = Zeroizing<Vec<u8>>;

    #[inline(always)]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        match self.bytes.get_mut(self.length) {
            Some(place) => *place = byte,
            None => self.push_into_more_room(byte),
        }
        self.length += 1;
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        let end = self.length + bytes.len();
        if end > self.bytes.len() {
            let mut larger = room(2 * end);
            larger[..self.length].copy_from_slice(&self.bytes[..self.length]);
            self.bytes = larger;
        }
        self.bytes[self.length..end].copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<Self::Output> {
        self.bytes.truncate(self.length);
        Ok(self.bytes)
    }
}

fn room(bytes: usize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(vec![0; bytes.max(ROOM_BYTES_MIN)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_as_postcard_has_it_whatever_the_room() {
        let value: Vec<(u32, Option<Vec<u8>>)> = (0..200)
            .map(|number| (number * 77, (number % 3 > 0).then(|| vec![7; number as usize])))
            .collect();
        let expected = postcard::to_stdvec(&value).unwrap();
        for last in [0, 1, expected.len(), 3 * expected.len()] {
            let encoded = postcard::serialize_with_flavor(&value, Encoded::with_room(last)).unwrap();
            assert_eq!(*encoded, expected);
        }
    }
}
