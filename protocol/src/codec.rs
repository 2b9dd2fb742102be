//! From the schema's generated structs to typed ones and back. Decoding is where foreign bytes are checked.

use bytes::Bytes;

/// Why foreign bytes are not what they should be. Names fields, never their values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not protobuf, or cut off.
    #[error("malformed bytes")]
    Malformed,
    /// A field that must be there is not.
    #[error("missing field `{0}`")]
    Missing(&'static str),
    /// A field of the wrong length.
    #[error("wrong length of `{0}`")]
    Length(&'static str),
    /// More than a limit allows.
    #[error("`{0}` is over its limit")]
    Limit(&'static str),
    /// A kind or value this build does not know; a newer one may.
    #[error("unknown `{0}`: this needs a newer version")]
    Unknown(&'static str),
    /// A value outside its rules.
    #[error("invalid `{0}`")]
    Invalid(&'static str),
}

/// A typed value with a form `W` in the generated structs.
pub trait Field<W>: Sized {
    /// The generated form.
    fn into_wire(self) -> W;

    /// Checks a foreign value.
    fn from_wire(wire: W) -> Result<Self, DecodeError>;
}

macro_rules! same_in_both {
    ($($kind:ty),*) => {$(
        impl Field<$kind> for $kind {
            fn into_wire(self) -> $kind {
                self
            }

            fn from_wire(wire: $kind) -> Result<Self, DecodeError> {
                Ok(wire)
            }
        }
    )*};
}

same_in_both!(u32, u64, bool, String, Bytes);

impl<const N: usize> Field<Bytes> for [u8; N] {
    fn into_wire(self) -> Bytes {
        Bytes::copy_from_slice(&self)
    }

    fn from_wire(wire: Bytes) -> Result<Self, DecodeError> {
        wire.as_ref().try_into().map_err(|_| DecodeError::Length("bytes"))
    }
}

impl<T: Field<W>, W> Field<Vec<W>> for Vec<T> {
    fn into_wire(self) -> Vec<W> {
        self.into_iter().map(T::into_wire).collect()
    }

    fn from_wire(wire: Vec<W>) -> Result<Self, DecodeError> {
        wire.into_iter().map(T::from_wire).collect()
    }
}

impl<T: Field<W>, W> Field<Option<W>> for Option<T> {
    fn into_wire(self) -> Option<W> {
        self.map(T::into_wire)
    }

    fn from_wire(wire: Option<W>) -> Result<Self, DecodeError> {
        wire.map(T::from_wire).transpose()
    }
}

/// An optional value whose absence the schema writes as the empty or zero value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrEmpty<T>(pub Option<T>);

impl<T: Field<W>, W: Default + PartialEq> Field<W> for OrEmpty<T> {
    fn into_wire(self) -> W {
        self.0.map(T::into_wire).unwrap_or_default()
    }

    fn from_wire(wire: W) -> Result<Self, DecodeError> {
        if wire == W::default() {
            return Ok(Self(None));
        }
        T::from_wire(wire).map(Some).map(Self)
    }
}

/// Declares a typed message: the struct, and its two conversions to the generated struct of the same name.
macro_rules! message {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $kind:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $kind),* }

        impl $crate::codec::Field<$crate::wire::$name> for $name {
            fn into_wire(self) -> $crate::wire::$name {
                $crate::wire::$name { $($field: $crate::codec::Field::into_wire(self.$field)),* }
            }

            fn from_wire(_wire: $crate::wire::$name) -> Result<Self, $crate::codec::DecodeError> {
                Ok(Self { $($field: $crate::codec::Field::from_wire(_wire.$field)?),* })
            }
        }

        impl $crate::codec::Field<Option<$crate::wire::$name>> for $name {
            fn into_wire(self) -> Option<$crate::wire::$name> {
                Some($crate::codec::Field::into_wire(self))
            }

            fn from_wire(wire: Option<$crate::wire::$name>) -> Result<Self, $crate::codec::DecodeError> {
                let wire = wire.ok_or($crate::codec::DecodeError::Missing(stringify!($name)))?;
                $crate::codec::Field::from_wire(wire)
            }
        }
    };
}

/// Declares an enum over typed messages that stands for a `oneof`.
macro_rules! one_of {
    ($(#[$doc:meta])* $name:ident from $wire:path { $($(#[$variant_doc:meta])* $variant:ident($kind:ty)),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant($kind)),* }

        impl $name {
            /// The names of all kinds.
            pub const KINDS: &[&str] = &[$(stringify!($variant)),*];

            /// The name of this one's kind.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => stringify!($variant)),* }
            }
        }

        impl $crate::codec::Field<Option<$wire>> for $name {
            fn into_wire(self) -> Option<$wire> {
                use $wire as Wire;
                Some(match self { $(Self::$variant(value) => Wire::$variant($crate::codec::Field::into_wire(value))),* })
            }

            fn from_wire(wire: Option<$wire>) -> Result<Self, $crate::codec::DecodeError> {
                use $wire as Wire;
                match wire {
                    $(Some(Wire::$variant(value)) => $crate::codec::Field::from_wire(value).map(Self::$variant),)*
                    None => Err($crate::codec::DecodeError::Unknown(stringify!($name))),
                }
            }
        }
    };
}

pub(crate) use {message, one_of};
