//! What a user interface is told.

use protocol::{AccountId, ConversationId, DeviceId, Seq};
use serde::{Deserialize, Serialize};

use crate::command::stable_codes;
use crate::tagged::tag_first;
use crate::{
    CommandId, Connection, ContactView, ConversationView, LinkView, MessageView, Outcome, ProfileView,
    Progress, SettingView,
};

tag_first! {
    /// What a user interface is told, in the order it became so. What it shows is on disk already.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum Event by "event" {
        /// A command's answer.
        Done {
            /// Which command.
            id: CommandId,
            /// What became of it.
            outcome: Outcome,
        },
        /// Whether the relay can be reached, and how far this device is in step with it.
        Connection(Connection),
        /// The account that this device was to become one of is here. It begins with no contacts and no history. Conversations come
        /// as other devices add this one: the account's own where it was linked, others' where it was restored.
        Restored(ProfileView),
        /// How far the linking of a new device has come, on either side.
        Link(LinkView),
        /// A device that came later is being told what was before: on the device that tells, and on the one that is told, whose
        /// timelines have grown at their beginnings.
        HandOver(Progress),
        /// A contact is new or has changed.
        Contact(ContactView),
        /// A setting was chosen, here or on another device of the account.
        Setting(SettingView),
        /// A conversation's row in the list is new or has changed.
        Conversation(ConversationView),
        /// A message is new or has changed its state.
        Message(MessageView),
        /// Something a person or an operator should know.
        Notice(Notice),
    }
}

/// Something that went wrong and was dealt with, or that needs a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Stable.
    pub code: NoticeCode,
    /// Where.
    pub conversation: Option<ConversationId>,
    /// Whose doing or at whose cost.
    pub account: Option<AccountId>,
    /// On which device.
    pub device: Option<DeviceId>,
    /// At which entry.
    pub seq: Option<Seq>,
    /// A finer stable code, such as the engine's own.
    pub detail: Option<String>,
}

impl Notice {
    /// A notice with nothing but its code.
    pub const fn new(code: NoticeCode) -> Self {
        Self { code, conversation: None, account: None, device: None, seq: None, detail: None }
    }
}

stable_codes! {
    /// What a notice is about: stable codes.
    NoticeCode {
        /// The relay is another than the one this account was opened on. Nothing was sent.
        RelayChanged = "relay_changed",
        /// An identity log was forged, forked or cut. It was not believed.
        IdentityUntrusted = "identity_untrusted",
        /// An identity log needs a newer version of this program.
        UpgradeRequired = "upgrade_required",
        /// A verified contact's safety number has changed.
        SafetyNumberChanged = "safety_number_changed",
        /// An entry was refused: it is not shown as genuine.
        EntryRefused = "entry_refused",
        /// An entry waits for an identity log the relay does not give.
        EntryHeld = "entry_held",
        /// A sender knows other devices of the members than we do: the relay withholds or splits a log.
        HeadsDiffer = "heads_differ",
        /// Entries were missing and are being fetched.
        GapFound = "gap_found",
        /// An invitation was refused.
        WelcomeRefused = "welcome_refused",
        /// A KeyPackage of a known account was not its own.
        KeyPackageRefused = "key_package_refused",
        /// After an entry that could not be followed, this device's group was compared with the relay's. The detail is `same`: it goes
        /// on. Or `another`: it has to be rejoined.
        GroupCompared = "group_compared",
        /// The group is being rejoined.
        Rejoining = "rejoining",
        /// A commit that members could not follow was taken back. The device is its committer's.
        CommitVoided = "commit_voided",
        /// The group cannot be rejoined yet: a member that is in it has to renew its keys first. The detail says why.
        RejoinFailed = "rejoin_failed",
        /// The group was rejoined.
        Rejoined = "rejoined",
        /// This device was removed from the conversation.
        Removed = "removed",
        /// No account at this relay has this phrase: it is misspelt, was replaced, or belongs elsewhere.
        WrongPhrase = "wrong_phrase",
        /// The account cannot be restored: the detail says why.
        RestoreFailed = "restore_failed",
        /// This device was not linked: the other has left, took too long, or showed other digits.
        LinkFailed = "link_failed",
        /// A new phrase is in force that was never shown: replace the old phrase once more to see it.
        PhraseNotShown = "phrase_not_shown",
        /// A newer session of this device took over.
        Superseded = "superseded",
        /// This device was revoked.
        DeviceRevoked = "device_revoked",
        /// The device's state is older than what the relay has seen of it: a copy was put back, or is in use elsewhere. Every
        /// conversation is come back to with fresh keys; what the device said since is missing here.
        StateRolledBack = "state_rolled_back",
        /// The relay spoke in a way this program does not understand.
        RelayMisbehaved = "relay_misbehaved",
        /// A message could not be sent and will not be tried again.
        SendFailed = "send_failed",
        /// A message that an older copy of the state had waiting may have been sent by what has gone on since, and others may not
        /// know it again. It is not sent by itself.
        MayBeSent = "may_be_sent",
    }
}
