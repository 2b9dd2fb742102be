//! How a client's data is protected in a browser, and what opens it.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::tagged::tag_first;

tag_first! {
    /// By what data is protected.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "lock", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum Lock by "lock" {
        /// A passphrase.
        Passphrase,
        /// A passkey.
        Passkey {
            /// Which one.
            credential: CredentialId,
        },
    }
}

/// A passkey's id, as its authenticator gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Uint8Array"))]
pub struct CredentialId(#[serde(with = "serde_bytes")] pub Vec<u8>);

/// What a passkey gives for an account: 32 bytes. Wiped when it is no longer used.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Uint8Array"))]
pub struct PasskeySecret(#[serde(with = "serde_bytes")] pub Vec<u8>);

/// What nobody else is to read: an account's phrase, what lets a device in. Wiped when it is no longer used.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct SecretText(pub String);

tag_first! {
    /// How data is to be protected. Wiped when it is no longer used.
    #[derive(Clone, PartialEq, Eq, Serialize, Zeroize, ZeroizeOnDrop)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "protection", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum NewProtection by "protection" {
        /// By a key that this browser keeps and never gives out. Guards against casual reading, not against a copy of the
        /// browser's profile.
        Browser,
        /// By a passphrase, which guards against a copy of the profile too.
        Passphrase {
            /// The passphrase.
            passphrase: String,
        },
        /// By a passkey, which guards against a copy of the profile too.
        Passkey {
            /// Which one.
            credential: CredentialId,
            /// What it gave for this account.
            secret: PasskeySecret,
        },
    }
}

tag_first! {
    /// What opens protected data. Wiped when it is no longer used.
    #[derive(Clone, PartialEq, Eq, Serialize, Zeroize, ZeroizeOnDrop)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "secret", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum UnlockSecret by "secret" {
        /// The passphrase.
        Passphrase {
            /// The words.
            passphrase: String,
        },
        /// What the passkey gave: 32 bytes.
        Passkey {
            /// They.
            bytes: PasskeySecret,
        },
    }
}

macro_rules! secret_debug {
    ($($name:ident),*) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(concat!(stringify!($name), "(secret)"))
            }
        })*
    };
}

secret_debug!(PasskeySecret, SecretText, NewProtection, UnlockSecret);

/// In which way data is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// By a key that this browser keeps and never gives out.
    Browser,
    /// By a passphrase.
    Passphrase,
    /// By a passkey.
    Passkey,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use crate::page::{Answer, Request};

    #[test]
    fn what_nobody_else_is_to_read_is_not_shown_where_a_message_is() {
        const WORDS: &str = "abandon ability";
        let text = || SecretText(WORDS.to_owned());
        let protection = || NewProtection::Passphrase { passphrase: WORDS.to_owned() };
        for shown in [
            format!("{:?}", Request::Create { phrase: text(), protection: protection() }),
            format!("{:?}", Request::Restore { phrase: text(), protection: protection() }),
            format!("{:?}", Request::CheckPhrase { phrase: text() }),
            format!("{:?}", Request::ReplacePhrase { phrase: text() }),
            format!(
                "{:?}",
                Request::Unlock { secret: UnlockSecret::Passphrase { passphrase: WORDS.to_owned() } }
            ),
            format!("{:?}", Answer::Phrase { phrase: text() }),
            format!("{:?}", Command::LinkDevice { shown: text() }),
        ] {
            assert!(shown.contains("secret") && !shown.contains(WORDS), "{shown}");
        }
    }
}
