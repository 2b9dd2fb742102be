//! Encoding message secrets without what a message leaves as it is.
//!
//! OpenMLS has them written whole for each message, with the members of past epochs, keys included: most of what there is in
//! a large room. Messages of the current epoch change none of that, so that its bytes are taken from the last time.

use std::ops::Range;

use postcard::Error::WontImplement;
use postcard::ser_flavors::Flavor;
use postcard::{Result, Serializer as Postcard};
use serde::ser::{Impossible, Serialize, SerializeStruct, Serializer};
use zeroize::Zeroizing;

use super::encoded::Encoded;

/// What OpenMLS calls them. If it called them something else they would be encoded each time.
const PAST_EPOCHS: &str = "past_epoch_trees";

/// Encoded message secrets, as postcard has them, and where in them past epochs lie.
pub(super) struct Secrets {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) past: Option<Range<usize>>,
}

/// Encodes a store of message secrets; `past` stands for its past epochs, if they are what they were.
pub(super) fn encode(store: &impl Serialize, past: Option<&[u8]>, last: usize) -> Result<Secrets> {
    let postcard = Postcard { output: Encoded::with_room(last) };
    let Fields { postcard, place, .. } = store.serialize(Fields { postcard, past, place: None })?;
    Ok(Secrets { bytes: postcard.output.finalize()?, past: place })
}

/// The fields of the store, one after the other.
struct Fields<'a> {
    postcard: Postcard<Encoded>,
    past: Option<&'a [u8]>,
    place: Option<Range<usize>>,
}

impl SerializeStruct for Fields<'_> {
    type Ok = Self;
    type Error = postcard::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        let start = self.postcard.output.length();
        match self.past.filter(|_| name == PAST_EPOCHS) {
            Some(past) => self.postcard.output.try_extend(past)?,
            None => value.serialize(&mut self.postcard)?,
        }
        if name == PAST_EPOCHS {
            self.place = Some(start..self.postcard.output.length());
        }
        Ok(())
    }

    fn end(self) -> Result<Self> {
        Ok(self)
    }
}

macro_rules! only_structs {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, _: $type) -> Result<Self> {
            Err(WontImplement)
        }
    )*};
}

impl Serializer for Fields<'_> {
    type Ok = Self;
    type Error = postcard::Error;
    type SerializeSeq = Impossible<Self, postcard::Error>;
    type SerializeTuple = Impossible<Self, postcard::Error>;
    type SerializeTupleStruct = Impossible<Self, postcard::Error>;
    type SerializeTupleVariant = Impossible<Self, postcard::Error>;
    type SerializeMap = Impossible<Self, postcard::Error>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<Self, postcard::Error>;

    only_structs! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_f32 f32;
        serialize_f64 f64;
        serialize_char char;
        serialize_str &str;
        serialize_bytes &[u8];
        serialize_unit_struct &'static str;
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_none(self) -> Result<Self> {
        Err(WontImplement)
    }

    fn serialize_unit(self) -> Result<Self> {
        Err(WontImplement)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<Self> {
        Err(WontImplement)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<Self> {
        Err(WontImplement)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<Self> {
        Err(WontImplement)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Self> {
        Err(WontImplement)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        Err(WontImplement)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        Err(WontImplement)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        Err(WontImplement)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        Err(WontImplement)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        Err(WontImplement)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        Err(WontImplement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize)]
    struct Store {
        max_epochs: usize,
        past_epoch_trees: Vec<Vec<u8>>,
        message_secrets: (u32, Option<String>),
    }

    #[test]
    fn the_bytes_are_postcards_whether_past_epochs_are_encoded_or_taken_over() {
        let mut store = Store {
            max_epochs: 300,
            past_epoch_trees: vec![vec![1; 500], vec![2; 3]],
            message_secrets: (1, Some("one".to_owned())),
        };
        let first = encode(&store, None, 0).unwrap();
        assert_eq!(*first.bytes, postcard::to_stdvec(&store).unwrap());
        let past = &first.bytes[first.past.clone().unwrap()];
        assert_eq!(past, postcard::to_stdvec(&store.past_epoch_trees).unwrap());
        store.message_secrets = (70_000, None);
        let next = encode(&store, Some(past), first.bytes.len()).unwrap();
        assert_eq!(*next.bytes, postcard::to_stdvec(&store).unwrap());
        assert_eq!(next.past, first.past);
    }
}
