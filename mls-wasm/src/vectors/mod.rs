//! The MLS working group's test vectors, run through our provider.
//!
//! They lie beside the checkout; where they are absent the tests say so and pass. Suites that we do not offer are counted and
//! named. What no public interface of OpenMLS lets reach the provider is in [`NOT_RUN`], with the reason.

mod crypto_basics;
mod files;
mod frames;
mod labels;
mod messages;
mod passive_client;
mod schedule;
mod secret_tree;
mod treekem;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use labels::Kdf;

/// Files that a test here reads.
const RUN: [&str; 13] = [
    "crypto-basics",
    "deserialization",
    "key-schedule",
    "message-protection",
    "messages",
    "passive-client-handling-commit",
    "passive-client-random",
    "passive-client-welcome",
    "psk_secret",
    "secret-tree",
    "transcript-hashes",
    "treekem",
    "welcome",
];

/// Files that none can read, and why.
const NOT_RUN: [(&str, &str); 3] = [
    ("tree-math", "indices within OpenMLS's tree: no provider is asked, and the module is private"),
    (
        "tree-operations",
        "OpenMLS makes a tree only with a GroupInfo that one of its leaves has signed; the file has no keys. \
         The passive clients' trees grow, shrink and are blanked by the same code",
    ),
    (
        "tree-validation",
        "as above; the trees of the passive clients, and those that are served, are validated by the same code",
    ),
];

/// Bytes written in hexadecimal.
#[derive(Clone, PartialEq, Eq, Default)]
struct Hex(Vec<u8>);

impl Hex {
    fn array<const N: usize>(&self) -> [u8; N] {
        self.0.as_slice().try_into().expect("the vector has as many bytes")
    }
}

impl std::ops::Deref for Hex {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Hex {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let pairs = text
            .as_bytes()
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()));
        pairs.collect::<Option<_>>().map(Self).ok_or_else(|| serde::de::Error::custom("not hexadecimal"))
    }
}
