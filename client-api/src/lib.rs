//! What a user interface may ask of a Palaver client, and what it sees: plain commands, events and views.
//!
//! No logic and no I/O. A terminal, a bot, a page and its worker all speak these words.

#![warn(missing_docs)]

mod command;
mod event;
mod id;
pub mod page;
mod protection;
mod tagged;
mod view;

pub use command::{Command, Outcome, Recipient, Refusal, RefusalCode};
pub use event::{Event, Notice, NoticeCode};
pub use id::{CommandId, ParseCommandIdError};
pub use protection::SecretText;
pub use view::{
    Connection, ContactView, ConversationKind, ConversationView, DeliveryState, DeviceView, Diagnostics,
    KeyExchange, LinkView, MessageView, ProfileView, Progress, SafetyView, SettingView,
};

pub use protocol::{AccountId, ConversationId, DeviceId, Handle, MessageId, Seq, Timestamp};
