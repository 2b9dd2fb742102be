//! The ways by which money comes in and goes out, by name.

use std::fmt;
use std::str::FromStr;

/// The name of a payment rail: `manual`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rail {
    /// The name, and zeros behind it.
    bytes: [u8; Rail::LENGTH_MAX],
}

/// Why a text names no rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the name of a rail: a letter, then letters, digits and `_`, in lower case, at most {} in all",
    Rail::LENGTH_MAX
)]
pub struct ParseRailError;

impl Rail {
    /// Characters of a name: enough to tell rails apart, and little to store in every account's.
    pub const LENGTH_MAX: usize = 16;

    /// Where an operator confirms by hand what came in and went out.
    pub const MANUAL: Self = Self { bytes: *b"manual\0\0\0\0\0\0\0\0\0\0" };

    /// The name.
    pub fn name(&self) -> &str {
        let length = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(Self::LENGTH_MAX);
        std::str::from_utf8(&self.bytes[..length]).expect("a name is ASCII alone")
    }
}

impl FromStr for Rail {
    type Err = ParseRailError;

    fn from_str(text: &str) -> Result<Self, ParseRailError> {
        let begins_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        let is_named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !begins_well || text.len() > Self::LENGTH_MAX || !text.bytes().all(is_named) {
            return Err(ParseRailError);
        }
        let mut bytes = [0; Self::LENGTH_MAX];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes })
    }
}

impl fmt::Display for Rail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl fmt::Debug for Rail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_in_lower_case() {
        for name in ["manual", "a", "sepa_instant_2", "abcdefghijklmnop"] {
            check(name, true);
        }
        for name in ["", "Manual", "2pay", "_a", "a:b", "a b", "a\0", "é", "abcdefghijklmnopq"] {
            check(name, false);
        }
    }

    #[test]
    fn the_manual_rail_is_named_so() {
        assert_eq!("manual".parse(), Ok(Rail::MANUAL));
    }

    #[track_caller]
    fn check(name: &str, is_one: bool) {
        assert_eq!(name.parse().ok().map(|rail: Rail| rail.to_string()), is_one.then(|| name.to_owned()));
    }
}
