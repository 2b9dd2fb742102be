//! Handles: directory aliases of accounts, for people to type.

use std::fmt;
use std::str::FromStr;

use crate::codec::{DecodeError, Field};
use crate::limits;

/// A directory alias: 3 to 32 of `a–z`, `0–9`, `.`, `_`, `-`, starting with a letter. Shown with an `@`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(String);

/// Why a text is no handle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a handle is 3 to 32 lower-case letters, digits, `.`, `_` or `-`, and starts with a letter")]
pub struct ParseHandleError;

impl Handle {
    /// The handle without its `@`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Handle {
    type Err = ParseHandleError;

    fn from_str(text: &str) -> Result<Self, ParseHandleError> {
        let text = text.strip_prefix('@').unwrap_or(text);
        let is_allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        let is_handle = (limits::HANDLE_LENGTH_MIN..=limits::HANDLE_LENGTH_MAX).contains(&text.len())
            && text.bytes().all(is_allowed)
            && text.starts_with(|first: char| first.is_ascii_lowercase());
        if is_handle { Ok(Self(text.to_owned())) } else { Err(ParseHandleError) }
    }
}

impl TryFrom<String> for Handle {
    type Error = ParseHandleError;

    fn try_from(text: String) -> Result<Self, ParseHandleError> {
        text.parse()
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "@{}", self.0)
    }
}

impl Field<String> for Handle {
    fn into_wire(self) -> String {
        self.0
    }

    fn from_wire(wire: String) -> Result<Self, DecodeError> {
        match wire.parse() {
            Ok(handle) if !wire.starts_with('@') => Ok(handle),
            _ => Err(DecodeError::Invalid("handle")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_may_type_the_at_sign() {
        check("@ana.b-1_", Some("ana.b-1_"));
        check("ana", Some("ana"));
    }

    #[test]
    fn look_alikes_and_odd_lengths_are_refused() {
        for text in ["", "an", "1ana", "Ana", "аna", "a na", "@@ana", "-ana", &"a".repeat(33)] {
            check(text, None);
        }
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(text.parse::<Handle>().ok().as_ref().map(Handle::as_str), expected);
    }
}
