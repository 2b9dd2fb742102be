//! What a user interface asks without changing anything.

use client_api::{
    Connection, ContactView, ConversationView, DeviceView, Diagnostics, LinkView, MessageView, ProfileView,
    Recipient, SafetyView, SettingView,
};
use protocol::{AccountId, ConversationId, Seq};

use super::stored::{Overlay, open, owner_prefix, read_one};
use super::{Driver, Error};
use crate::phrase::Phrase;
use crate::ports::{KeyRange, Store};
use crate::records::{DraftRecord, MessageRecord, Record, StoreKind, Target};

impl<S: Store> Driver<S> {
    /// Whether the account is still being restored: nothing is known of it yet, and its id may be another one.
    pub fn is_restoring(&self) -> bool {
        self.engine.is_arriving() && !self.is_linking()
    }

    /// What a device shows that is being linked to an account; none where it is not, or not connected yet.
    pub fn link_view(&self) -> Option<LinkView> {
        self.engine.linking()?.view.clone()
    }

    /// Whether this device is being linked to an account: nothing is known of it yet.
    pub fn is_linking(&self) -> bool {
        self.engine.linking().is_some()
    }

    /// Whether a device that was let in has come into every conversation, as far as this one can see to that.
    pub fn has_nothing_to_commit(&self) -> bool {
        self.engine.has_nothing_to_commit()
    }

    /// Whether everything that this device tells the account's others is in the log.
    pub fn has_told_own_devices(&self) -> bool {
        !self.is_telling_own_devices() && self.refused_to_own_devices() == 0
    }

    /// Whether something of it is on its way.
    pub fn is_telling_own_devices(&self) -> bool {
        self.engine.next_item(self.engine.account.self_conversation).is_some()
    }

    /// How much of it the relay has refused for good: they will not hear it.
    pub fn refused_to_own_devices(&self) -> usize {
        let own = Target::Conversation(self.engine.account.self_conversation);
        let items = self.engine.outbox.values().filter(|item| item.target == own);
        items.filter(|item| item.state.is_final()).count()
    }

    /// This account and device.
    pub fn profile(&self) -> ProfileView {
        self.engine.profile_view()
    }

    /// Whether these words are the account's phrase, as far as this device knows.
    pub fn is_phrase(&self, phrase: &Phrase) -> bool {
        self.engine.is_phrase(phrase)
    }

    /// Whether a new phrase is in force that was never shown, because the answer was lost: ask with the old one again, by
    /// [`Input::ReplacePhrase`](crate::Input::ReplacePhrase).
    pub fn has_unshown_phrase(&self) -> bool {
        self.engine.has_unshown_phrase()
    }

    /// How this client stands with its relay.
    pub fn connection(&self) -> Connection {
        self.engine.connection()
    }

    /// Everyone this account knows.
    pub fn contacts(&self) -> Vec<ContactView> {
        self.engine.contacts.keys().filter_map(|account| self.engine.contact_view(account)).collect()
    }

    /// The contact someone is meant by.
    pub fn find(&self, who: &Recipient) -> Option<ContactView> {
        self.engine.find_contact(who).and_then(|account| self.engine.contact_view(&account))
    }

    /// Every setting that was ever chosen.
    pub fn settings(&self) -> Vec<SettingView> {
        self.engine.setting_views()
    }

    /// The conversation list, the latest first.
    pub fn conversations(&self) -> Vec<ConversationView> {
        let ids = self.engine.conversations.keys();
        let mut views: Vec<_> = ids.filter_map(|id| self.engine.conversation_view(id)).collect();
        views.sort_by_key(|view| {
            let last = view.last_message.as_ref().and_then(|message| message.received_at);
            std::cmp::Reverse((last, view.conversation))
        });
        views
    }

    /// Messages from a place on, oldest first.
    pub async fn timeline(
        &self,
        conversation: ConversationId,
        from: Seq,
        limit: usize,
    ) -> Result<Vec<MessageView>, Error> {
        let range = self.places(conversation, from, Seq(u64::MAX), limit, false);
        self.messages(conversation, range).await
    }

    /// The last messages before a place, oldest first.
    pub async fn timeline_before(
        &self,
        conversation: ConversationId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<MessageView>, Error> {
        let to = before.unwrap_or(Seq(u64::MAX));
        let range = self.places(conversation, Seq(0), to, limit, true);
        let mut messages = self.messages(conversation, range).await?;
        messages.reverse();
        Ok(messages)
    }

    /// Messages to an account that are not in the log yet, or never will be.
    pub fn pending(&self, peer: AccountId) -> Vec<MessageView> {
        let is_theirs = |target: &Target| *target == Target::Peer(peer);
        let items = self.engine.outbox.values().filter(|item| is_theirs(&item.target));
        items.filter_map(|item| self.engine.queued_view(item)).collect()
    }

    /// Messages to a room that are not in the log yet, or never will be.
    pub fn pending_in(&self, room: ConversationId) -> Vec<MessageView> {
        let items = self.engine.outbox.values();
        let items = items.filter(|item| item.target == Target::Conversation(room));
        items.filter_map(|item| self.engine.queued_view(item)).collect()
    }

    /// What was written to an account and not sent; empty where there is nothing.
    pub async fn draft(&self, account: AccountId) -> Result<String, Error> {
        let key = DraftRecord::key(&account);
        let draft: Option<DraftRecord> =
            read_one(&self.store, &self.vault, &Overlay::default(), &key).await?;
        Ok(draft.map(|draft| draft.text).unwrap_or_default())
    }

    /// This account's devices.
    pub fn devices(&self) -> Vec<DeviceView> {
        self.engine.device_views()
    }

    /// The number to compare with a contact.
    pub fn safety(&self, account: AccountId) -> Option<SafetyView> {
        self.engine.safety_view(&account)
    }

    /// What helps to find a fault.
    pub fn diagnostics(&self) -> Diagnostics {
        self.engine.diagnostics_view()
    }

    /// One range of a timeline's records.
    fn places(
        &self,
        conversation: ConversationId,
        from: Seq,
        to: Seq,
        limit: usize,
        newest_first: bool,
    ) -> KeyRange {
        let prefix = owner_prefix(&self.vault, StoreKind::Timeline, conversation.as_bytes());
        let key = |seq: Seq| [prefix.as_slice(), &seq.0.to_be_bytes()].concat();
        KeyRange { from: key(from), to: key(to), limit, newest_first }
    }

    async fn messages(
        &self,
        conversation: ConversationId,
        range: KeyRange,
    ) -> Result<Vec<MessageView>, Error> {
        let mut messages = Vec::new();
        for (key, sealed) in self.store.read(&range).await? {
            let opened = open(&self.vault, &key, &sealed)?;
            let message = MessageRecord::from_value(opened.version, &opened.plain)?;
            let place = key.last_chunk().map_or(0, |place| u64::from_be_bytes(*place));
            messages.extend(self.engine.message_view(&conversation, Seq(place), &message));
        }
        Ok(messages)
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::collections::VecDeque;

    use client_api::{Command, CommandId};
    use protocol::Timestamp;

    use super::*;
    use crate::Input;
    use crate::entropy::{Entropy, Moment};
    use crate::records::OutboxState;
    use crate::testing::{MemoryStore, finish};
    use crate::vault::DataKey;

    #[test]
    fn what_was_refused_for_good_was_not_told_to_own_devices() {
        let mut driver = account();
        assert!(driver.has_told_own_devices());
        let (name, value) = ("theme".to_owned(), "dark".to_owned());
        let command = Command::SetSetting { name, value };
        let mut inputs = VecDeque::from([Input::Command { id: CommandId([1; 16]), command }]);
        finish(driver.turn(&mut inputs, moment(2))).unwrap();
        assert_eq!(told(&driver), (false, true, 0));
        for item in driver.engine.outbox.values_mut() {
            item.state = OutboxState::Failed { code: "forbidden".to_owned() };
        }
        assert_eq!(told(&driver), (false, false, 1));
    }

    fn told(driver: &Driver<MemoryStore>) -> (bool, bool, usize) {
        (driver.has_told_own_devices(), driver.is_telling_own_devices(), driver.refused_to_own_devices())
    }

    fn account() -> Driver<MemoryStore> {
        let (key, phrase) = (DataKey::from_bytes([1; 8], [2; 32]), Phrase::from_entropy(&[3; 32]));
        finish(Driver::create(MemoryStore::default(), &key, &phrase, moment(1))).expect("an empty store")
    }

    fn moment(number: u8) -> Moment {
        Moment { now: Timestamp::default(), entropy: Entropy::from_bytes([number; 32]) }
    }
}
