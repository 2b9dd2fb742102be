//! What a page and its worker say to each other. The npm package, the web app and every tab speak these messages.
//!
//! A page sends [`ToWorker`], a worker [`ToPage`]. Requests are answered once, by id, also when another tab's worker or a
//! worker started anew does the work.

use protocol::{AccountId, ConversationId, Seq};
use serde::{Deserialize, Serialize};

use crate::command::stable_codes;
use crate::tagged::tag_first;
use crate::{
    Command, CommandId, Connection, ContactView, ConversationView, DeviceView, Diagnostics, Event, LinkView,
    MessageView, Outcome, ProfileView, SafetyView, SecretText, SettingView,
};

pub use crate::protection::{CredentialId, Lock, NewProtection, PasskeySecret, Protection, UnlockSecret};

/// The version of these messages. Tabs of different versions share an origin for a while after an update.
pub const PAGE_VERSION: u32 = 1;

/// Messages of a timeline that may be asked for at once.
pub const TIMELINE_LIMIT_MAX: u32 = 500;

tag_first! {
    /// What a page sends its worker.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum ToWorker by "kind" {
        /// The first message: whose client this is.
        Start {
            /// Accounts that share an origin are kept apart by their profile's name.
            profile: String,
            /// The relay's address, such as `https://relay.example.org`.
            relay: String,
            /// Whether the page can be seen.
            is_visible: bool,
            /// Whether there was an account here before, as far as the page knows.
            is_expected: bool,
        },
        /// A question or a task.
        Ask {
            /// Made by the page; the answer bears it.
            id: u32,
            /// What.
            request: Request,
        },
        /// The page came to the front or went behind.
        Visible {
            /// Whether it can be seen.
            is_visible: bool,
        },
        /// The network is there, or not.
        Online {
            /// Whether it is.
            is_online: bool,
        },
    }
}

tag_first! {
    /// What a worker sends its page.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum ToPage by "kind" {
        /// How the client stands. The first message, and again whenever it changes.
        State {
            /// How.
            state: ClientState,
        },
        /// What came of a request.
        Answer {
            /// Which request.
            id: u32,
            /// What came of it.
            answer: Answer,
        },
        /// Something happened. What it shows is on disk already.
        Event {
            /// What.
            event: Event,
        },
    }
}

tag_first! {
    /// What a page may ask. Commands change something and bear an id; the others look.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "request", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum Request by "request" {
        /// Draws a phrase, to be written down. Changes nothing: there is an account once [`Request::Create`] brings the phrase
        /// back. Answered by [`Answer::Phrase`].
        NewPhrase,
        /// Makes the account of a new phrase where there is none. A repeat finds it done.
        Create {
            /// The 24 words.
            phrase: SecretText,
            /// How the data is protected.
            protection: NewProtection,
        },
        /// Comes back to an account by its phrase, on a device that has nothing of it. The account's other devices are
        /// struck off. Answered once the account is here, which needs the relay.
        Restore {
            /// The 24 words.
            phrase: SecretText,
            /// How the data is protected.
            protection: NewProtection,
        },
        /// Becomes one more device of an account, let in by one of its devices. The state says what to show meanwhile, and
        /// [`Command::ConfirmLink`] what people say of the digits. Answered once the account is here.
        Link {
            /// Made by the caller: a repeat under the same id may find it done.
            id: CommandId,
            /// How the data is protected.
            protection: NewProtection,
        },
        /// Gives up becoming a device of an account: there is nothing here, as before.
        StopLinking,
        /// Opens protected data.
        Unlock {
            /// What opens it.
            secret: UnlockSecret,
        },
        /// Protects the data in another way.
        Protect {
            /// How.
            protection: NewProtection,
        },
        /// Whether these words are this account's phrase. Answered by [`Answer::Checked`].
        CheckPhrase {
            /// The 24 words.
            phrase: SecretText,
        },
        /// Makes a new phrase; the old one is void. Answered by [`Answer::Phrase`].
        ReplacePhrase {
            /// The phrase in force.
            phrase: SecretText,
        },
        /// Erases everything this client keeps here. The account stays, for its other devices or its phrase.
        Wipe,
        /// Does something. Answered by [`Answer::Outcome`].
        Command {
            /// Made by the page: a repeat is done once and answered alike.
            id: CommandId,
            /// What.
            command: Command,
        },
        /// This account and device.
        Profile,
        /// How this client stands with its relay.
        Connection,
        /// Everyone this account knows.
        Contacts,
        /// Every setting that was ever chosen.
        Settings,
        /// The conversation list, the latest first.
        Conversations,
        /// A page of a conversation, oldest first. Messages that wait to be sent are not in it: see [`Request::Pending`].
        Timeline {
            /// Which conversation.
            conversation: ConversationId,
            /// Only what is before this place; none for the end.
            before: Option<Seq>,
            /// At most so many.
            limit: u32,
        },
        /// A page of a conversation from a place on, oldest first.
        TimelineFrom {
            /// Which conversation.
            conversation: ConversationId,
            /// The first place wanted.
            from: Seq,
            /// At most so many.
            limit: u32,
        },
        /// Messages to an account that are not in the log yet, or never will be.
        Pending {
            /// To whom.
            account: AccountId,
        },
        /// What was written to an account and not sent. Answered by [`Answer::Draft`].
        Draft {
            /// To whom.
            account: AccountId,
        },
        /// This account's devices.
        Devices,
        /// The number to compare with a contact.
        Safety {
            /// With whom.
            account: AccountId,
        },
        /// What helps to find a fault.
        Diagnostics,
        /// Where and how safely data is kept here.
        Storage,
        /// Asks the browser not to clear this site's data by itself.
        Persist,
    }
}

tag_first! {
    /// What came of a request.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "answer", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum Answer by "answer" {
        /// Done.
        Done,
        /// It could not be done, and changed nothing.
        Failed {
            /// Why.
            failure: Failure,
        },
        /// A phrase, shown once and kept nowhere.
        Phrase {
            /// The 24 words.
            phrase: SecretText,
        },
        /// Whether the words were right.
        Checked {
            /// Whether they were.
            is_right: bool,
        },
        /// What became of a command.
        Outcome {
            /// What.
            outcome: Outcome,
        },
        /// This account and device.
        Profile {
            /// Which.
            profile: ProfileView,
        },
        /// How this client stands with its relay.
        Connection {
            /// How.
            connection: Connection,
        },
        /// Contacts.
        Contacts {
            /// In no order.
            contacts: Vec<ContactView>,
        },
        /// Settings.
        Settings {
            /// In no order.
            settings: Vec<SettingView>,
        },
        /// The conversation list.
        Conversations {
            /// The latest first.
            conversations: Vec<ConversationView>,
        },
        /// Messages.
        Messages {
            /// Oldest first.
            messages: Vec<MessageView>,
        },
        /// What was written and not sent.
        Draft {
            /// Empty where there is nothing.
            text: String,
        },
        /// This account's devices.
        Devices {
            /// In no order.
            devices: Vec<DeviceView>,
        },
        /// The number to compare; none before anything is known of the contact.
        Safety {
            /// The number.
            safety: Option<SafetyView>,
        },
        /// What helps to find a fault.
        Diagnostics {
            /// It.
            diagnostics: Diagnostics,
        },
        /// Where and how safely data is kept here.
        Storage {
            /// It.
            storage: StorageView,
        },
    }
}

tag_first! {
    /// How a client stands, apart from its connection. Every state that is not `Open` says what leads on.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum ClientState by "state" {
        /// Storage is being opened, or another tab asked.
        Starting,
        /// No account here: create one or restore one.
        Empty {
            /// There was one, and its data is gone: the browser or a person cleared it.
            is_evicted: bool,
        },
        /// The data is protected: unlock it.
        Locked {
            /// By what.
            by: Lock,
        },
        /// An account is coming back by its phrase, as soon as the relay can be reached.
        Restoring,
        /// This device is becoming one of an account.
        Linking {
            /// What to show; none while the relay cannot be reached.
            link: Option<LinkView>,
        },
        /// The account is open.
        Open {
            /// Which account.
            profile: ProfileView,
            /// Whether this tab's worker runs the engine.
            is_owner: bool,
        },
        /// The data is there, but its key is not: keep it and look for a backup of the profile, or wipe it.
        KeyLost,
        /// It cannot go on; `trouble` says why, and what leads on.
        Stuck {
            /// Why.
            trouble: Trouble,
        },
        /// A newer version of this program runs in another tab: reload.
        Outdated,
        /// Everything here was erased: reload to begin anew.
        Wiped,
    }
}

/// Where and how safely data is kept here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct StorageView {
    /// In which way it is protected.
    pub protection: Protection,
    /// Whether the browser promised not to clear it by itself.
    pub is_persistent: bool,
    /// Bytes this site keeps, as the browser counts.
    pub used_bytes: Option<u64>,
    /// Bytes it may keep.
    pub quota_bytes: Option<u64>,
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Stable.
    pub code: FailureCode,
    /// In words, for whoever looks for the fault. Nothing secret.
    pub message: String,
}

/// Why a client cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Trouble {
    /// Stable.
    pub code: TroubleCode,
    /// In words, for whoever looks for the fault. Nothing secret.
    pub message: String,
}

stable_codes! {
    /// Why a request failed: stable codes.
    FailureCode {
        /// The message was none that this version knows.
        BadRequest = "bad_request",
        /// The client is not open: see its state.
        NotOpen = "not_open",
        /// There is an account here already.
        AccountExists = "account_exists",
        /// The passphrase, or what the passkey gave, is not the right one.
        WrongSecret = "wrong_secret",
        /// The words are no phrase: check their spelling and order.
        BadPhrase = "bad_phrase",
        /// No account at this relay has this phrase: it is misspelt, was replaced, or belongs elsewhere.
        WrongPhrase = "wrong_phrase",
        /// The account cannot be restored: the message says why.
        RestoreFailed = "restore_failed",
        /// This device was not linked: the other has left, took too long, or showed other digits. The message says more.
        LinkFailed = "link_failed",
        /// The relay has to be reached for this, and cannot be.
        Offline = "offline",
        /// The relay refused.
        RelayRefused = "relay_refused",
        /// The passkey cannot keep a secret, or was not used.
        NoPasskey = "no_passkey",
        /// The browser refused to store more: free some space.
        StorageFull = "storage_full",
        /// Storage failed; nothing was changed.
        StorageFailed = "storage_failed",
        /// Whoever was to do it ended or was replaced before it was done: ask again.
        Interrupted = "interrupted",
        /// A fault in this program.
        Internal = "internal",
    }
}

stable_codes! {
    /// Why a client cannot go on: stable codes.
    TroubleCode {
        /// The page came without TLS, so the browser offers no cryptography: open it by https or on localhost.
        InsecureContext = "insecure_context",
        /// The browser refuses storage to this page: leave private browsing, or allow site data.
        StorageRefused = "storage_refused",
        /// The disk or the quota is full: free some space, then reload.
        StorageFull = "storage_full",
        /// Storage failed: reload.
        StorageFailed = "storage_failed",
        /// The stored data was written by a newer version: reload.
        UpgradeRequired = "upgrade_required",
        /// The stored data cannot be read.
        Damaged = "damaged",
        /// The browser refuses WebAssembly to this page.
        WasmRefused = "wasm_refused",
        /// The browser lacks something this program needs: update it.
        BrowserTooOld = "browser_too_old",
        /// The worker could not be loaded or ended again and again: reload.
        WorkerFailed = "worker_failed",
        /// The relay's address is none.
        RelayAddress = "relay_address",
    }
}
