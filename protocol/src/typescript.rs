//! How ids and counters look to TypeScript: each a named alias of what it is in JSON.

use ts_rs::{Config, TS};

use crate::{AccountId, ConversationId, DeviceId, Handle, MessageId, Seq, Timestamp};

macro_rules! alias {
    ($($name:ident = $of:literal, $docs:literal;)*) => {
        $(impl TS for $name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn name(_: &Config) -> String {
                stringify!($name).to_owned()
            }

            fn inline(_: &Config) -> String {
                $of.to_owned()
            }

            fn decl(_: &Config) -> String {
                concat!("type ", stringify!($name), " = ", $of, ";").to_owned()
            }

            fn docs() -> Option<String> {
                Some(concat!("/** ", $docs, " */\n").to_owned())
            }
        })*
    };
}

alias! {
    AccountId = "string", "An account: `acct_…`.";
    DeviceId = "string", "A device: `dev_…`.";
    ConversationId = "string", "A conversation: `conv_…`.";
    MessageId = "string", "A message: `msg_…`.";
    Handle = "string", "A directory alias, without its `@`.";
    Seq = "number", "A place in a conversation, from 1.";
    Timestamp = "number", "Milliseconds since 1970, as `Date.now()` gives them.";
}
