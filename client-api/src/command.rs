//! What a user interface asks.

use protocol::{AccountId, ConversationId, DeviceId, ErrorCode, Handle, MessageId, Seq};
use serde::{Deserialize, Serialize};

use crate::SecretText;
use crate::tagged::tag_first;

tag_first! {
    /// What a user interface asks. Each is answered by one [`crate::Event::Done`].
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "command", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum Command by "command" {
        /// Looks an account up and keeps it as a contact.
        AddContact {
            /// Who.
            who: Recipient,
        },
        /// Says something to a contact, opening the conversation if there is none.
        SendText {
            /// To whom.
            to: Recipient,
            /// What.
            text: String,
        },
        /// Opens a room of this account, with nobody else in it yet.
        OpenRoom,
        /// Takes an account into a room, with all its devices. Only whoever the room has given a role does.
        Invite {
            /// Where.
            room: ConversationId,
            /// Whom.
            who: Recipient,
        },
        /// Takes an account out of a room. Only those above it do.
        Dismiss {
            /// Where.
            room: ConversationId,
            /// Whom.
            account: AccountId,
        },
        /// Says something in a room.
        SayInRoom {
            /// Where.
            room: ConversationId,
            /// What.
            text: String,
        },
        /// Keeps what was written to a contact and not sent yet; an empty text forgets it.
        SaveDraft {
            /// To whom.
            account: AccountId,
            /// What.
            text: String,
        },
        /// Has read up to here.
        MarkRead {
            /// Where.
            conversation: ConversationId,
            /// The last entry read.
            up_to: Seq,
        },
        /// Forgets a message that failed, so that it is not shown any more.
        Discard {
            /// Which.
            message: MessageId,
        },
        /// The safety number was compared and is the same on both sides.
        MarkVerified {
            /// With whom.
            account: AccountId,
            /// The number that was compared, as shown.
            safety_number: String,
        },
        /// Chooses a setting of the account, on all of its devices.
        SetSetting {
            /// Which: up to 32 small letters, digits and hyphens.
            name: String,
            /// At most 256 bytes; an empty one puts the setting back to its default.
            value: String,
        },
        /// Sets the account's directory alias.
        SetHandle {
            /// The alias.
            handle: Handle,
        },
        /// Strikes one of the account's devices.
        RevokeDevice {
            /// Which.
            device: DeviceId,
        },
        /// Renews this device's keys in a conversation.
        RefreshKeys {
            /// Where.
            conversation: ConversationId,
        },
        /// Lets a new device into this account: it shows a code to be scanned, and a number to be typed. Answered once the account
        /// lists it; by number, [`crate::LinkView::Comparing`] comes before.
        LinkDevice {
            /// The code or the number.
            shown: SecretText,
        },
        /// The digits that two devices show were compared. Both sides have to say that they are the same.
        ConfirmLink {
            /// Whether they are the same.
            is_same: bool,
        },
    }
}

/// Someone to talk to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// By directory alias.
    Handle(Handle),
    /// By account id.
    Account(AccountId),
}

tag_first! {
    /// What became of a command.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "outcome", rename_all = "snake_case")]
    pub enum Outcome by "outcome" {
        /// Done.
        Done,
        /// The contact is kept.
        ContactAdded {
            /// Who it is.
            account: AccountId,
        },
        /// The room is stored, and will be known to the relay.
        RoomOpened {
            /// The room.
            room: ConversationId,
        },
        /// The message is stored and will be sent.
        Queued {
            /// The message.
            message: MessageId,
        },
        /// Nothing was changed.
        Refused(Refusal),
    }
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// Stable.
    pub code: RefusalCode,
    /// The relay's code, where it was the relay that refused.
    pub relay_code: Option<String>,
}

impl Refusal {
    /// A refusal of our own.
    pub fn new(code: RefusalCode) -> Self {
        Self { code, relay_code: None }
    }

    /// The relay's refusal.
    pub fn by_relay(code: ErrorCode) -> Self {
        let own = match code {
            ErrorCode::NotFound => RefusalCode::NotFound,
            _ => RefusalCode::RelayRefused,
        };
        Self { code: own, relay_code: Some(code.as_str().to_owned()) }
    }
}

macro_rules! stable_codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// The code as text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

stable_codes! {
    /// Why a command was refused: stable codes.
    RefusalCode {
        /// No such account, handle or conversation.
        NotFound = "not_found",
        /// This account itself.
        OwnAccount = "own_account",
        /// The relay has to be reached for this, and cannot be.
        Offline = "offline",
        /// The text is empty.
        EmptyText = "empty_text",
        /// The text is too long.
        TextTooLong = "text_too_long",
        /// Too many messages wait to be sent.
        OutboxFull = "outbox_full",
        /// The number is not the one in force.
        SafetyNumberChanged = "safety_number_changed",
        /// The account is still being restored.
        Restoring = "restoring",
        /// The phrase is not the one in force.
        WrongPhrase = "wrong_phrase",
        /// What the relay served is not to be trusted.
        Untrusted = "untrusted",
        /// Written by a newer version: update.
        UpgradeRequired = "upgrade_required",
        /// The relay refused.
        RelayRefused = "relay_refused",
        /// The device or account cannot do this.
        Invalid = "invalid",
        /// The other device has left, took too long, or showed other digits. Begin anew on the new device.
        LinkFailed = "link_failed",
        /// No setting has such a name or such a value: see [`Command::SetSetting`].
        InvalidSetting = "invalid_setting",
        /// The account has as many settings as it can have.
        TooManySettings = "too_many_settings",
    }
}

pub(crate) use stable_codes;
