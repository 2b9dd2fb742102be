//! The join configuration, which is ours and the same for every group: it is not stored, but read out of the code.
//!
//! OpenMLS asks its storage for it as a type that only serde can build, with an untagged enum inside that needs a
//! self-describing format. [`Described`] is the smallest one that does.

use openmls::group::{MlsGroupJoinConfig, PURE_PLAINTEXT_WIRE_FORMAT_POLICY, PastEpochDeletionPolicy};
use openmls::prelude::SenderRatchetConfiguration;
use serde::de::value::{Error as DescribedError, MapDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// How many messages of one sender may be overtaken by later ones.
const OUT_OF_ORDER_TOLERANCE: u32 = 64;
/// How many messages of one sender may be missing before one that is opened.
const FORWARD_DISTANCE_MAX: u32 = 10_000;
/// Messages race commits: the relay accepts those of the epoch before.
pub(crate) const PAST_EPOCHS_MAX: usize = 1;

/// Handshakes travel as PublicMessage; the tree is served apart.
pub(crate) fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .max_past_epochs(PAST_EPOCHS_MAX)
        .sender_ratchet_configuration(sender_ratchets())
        .use_ratchet_tree_extension(false)
        .build()
}

pub(crate) fn past_epochs() -> PastEpochDeletionPolicy {
    PastEpochDeletionPolicy::MaxEpochs(PAST_EPOCHS_MAX)
}

pub(crate) fn sender_ratchets() -> SenderRatchetConfiguration {
    SenderRatchetConfiguration::new(OUT_OF_ORDER_TOLERANCE, FORWARD_DISTANCE_MAX)
}

/// The same configuration as OpenMLS's storage interface wants it.
pub(super) fn stored_join_config<Config: DeserializeOwned>() -> Option<Config> {
    Config::deserialize(JOIN_CONFIG).ok()
}

const JOIN_CONFIG: Described = Described::Fields(&[
    (
        "wire_format_policy",
        Described::Fields(&[
            ("outgoing", Described::Name("AlwaysPlaintext")),
            ("incoming", Described::Name("AlwaysPlaintext")),
        ]),
    ),
    ("padding_size", Described::Number(0)),
    ("past_epoch_deletion_policy", Described::Number(PAST_EPOCHS_MAX as u64)),
    ("number_of_resumption_psks", Described::Number(0)),
    ("use_ratchet_tree_extension", Described::Flag(false)),
    (
        "sender_ratchet_configuration",
        Described::Fields(&[
            ("out_of_order_tolerance", Described::Number(OUT_OF_ORDER_TOLERANCE as u64)),
            ("maximum_forward_distance", Described::Number(FORWARD_DISTANCE_MAX as u64)),
        ]),
    ),
]);

/// A value that says what it is.
#[derive(Clone, Copy)]
enum Described {
    Number(u64),
    Flag(bool),
    Name(&'static str),
    Fields(&'static [(&'static str, Described)]),
}

impl<'de> Deserializer<'de> for Described {
    type Error = DescribedError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DescribedError> {
        match self {
            Self::Number(number) => visitor.visit_u64(number),
            Self::Flag(flag) => visitor.visit_bool(flag),
            Self::Name(name) => visitor.visit_borrowed_str(name),
            Self::Fields(fields) => visitor.visit_map(MapDeserializer::new(fields.iter().copied())),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DescribedError> {
        match self {
            Self::Name(name) => visitor.visit_enum(name.into_deserializer()),
            other => other.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl IntoDeserializer<'_, DescribedError> for Described {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_configuration_is_the_one_in_force() {
        assert_eq!(stored_join_config::<MlsGroupJoinConfig>(), Some(join_config()));
    }
}
