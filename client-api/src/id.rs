//! Ids that callers make.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Made by the caller: a command sent again under the same id is done once and answered alike. Any UUID will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub [u8; 16]);

/// The text is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseCommandIdError;

impl Display for ParseCommandIdError {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a command's id is a UUID, such as 0190f5a2-7c1e-7d3a-9b54-3f1f0c2d4e5f")
    }
}

impl std::error::Error for ParseCommandIdError {}

impl Display for CommandId {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            let hyphen = if matches!(position, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(out, "{hyphen}{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for CommandId {
    type Err = ParseCommandIdError;

    fn from_str(text: &str) -> Result<Self, ParseCommandIdError> {
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
        if digits.len() != 32 {
            return Err(ParseCommandIdError);
        }
        let mut id = [0; 16];
        for (byte, pair) in id.iter_mut().zip(digits.chunks(2)) {
            let digit =
                |at: usize| char::from(pair[at]).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            *byte = digit(0).zip(digit(1)).map(|(high, low)| high << 4 | low).ok_or(ParseCommandIdError)?;
        }
        Ok(Self(id))
    }
}

impl Serialize for CommandId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CommandId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "typescript")]
impl ts_rs::TS for CommandId {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "CommandId".to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }

    fn decl(_: &ts_rs::Config) -> String {
        "type CommandId = string;".to_owned()
    }

    fn docs() -> Option<String> {
        Some("/** A UUID, as `crypto.randomUUID()` makes them. */\n".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_and_is_read_back() {
        let id: CommandId = "0190f5a2-7c1e-7d3a-9b54-3f1f0c2d4e5f".parse().unwrap();
        assert_eq!(id.to_string(), "0190f5a2-7c1e-7d3a-9b54-3f1f0c2d4e5f");
        assert_eq!("0190F5A27C1E7D3A9B543F1F0C2D4E5F".parse(), Ok(id));
    }

    #[test]
    fn what_is_no_uuid_is_refused() {
        for text in
            ["", "0190f5a2", "0190f5a2-7c1e-7d3a-9b54-3f1f0c2d4e5g", "0190f5a2-7c1e-7d3a-9b54-3f1f0c2d4e5fé"]
        {
            assert_eq!(text.parse::<CommandId>(), Err(ParseCommandIdError), "{text}");
        }
    }
}
