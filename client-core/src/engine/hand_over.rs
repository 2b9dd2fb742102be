//! History for a device that came later: whoever let it in tells it settings, contacts, what was read, and what was said.
//!
//! In parts, through the self conversation, one under way at a time: a part's place is stored with it, so that a client that
//! ends goes on where it was. What was said in a conversation is told once the new device is in it, so that nothing falls
//! between. A conversation that someone began before they knew of the new device is told when it comes. Of one that this
//! device has lost its way in, what is here is told, and all of it once it is back.

use client_api::{Event, Progress};
use protocol::content::HandOver;
use protocol::{ConversationId, DeviceId, Seq};

use super::repair::Repair;
use super::self_records::{CONTACT_RECORD, SETTING_RECORD, Told};
use super::state::Engine;
use super::{Context, Load};
use crate::records::{
    HandOverRecord, HandOverStage, HandedOver, MessageRecord, OutboxBody, OutboxRecord, Phase, Record,
    StoredKind, Target, Value,
};

/// Bytes of one part, but for what a single message has more.
const PART_BYTES: usize = 48 << 10;
/// Contacts in one part, at about 150 bytes each.
const CONTACTS_PER_PART: usize = 256;
/// Devices that were let in and that the own log does not show, of which each is owed a beginning.
const UNLISTED_MAX: usize = 16;

impl Engine {
    /// A device is let in by this one: once it is listed, it is told from the beginning.
    pub(super) fn begin_hand_over(&mut self, device: DeviceId, cx: &mut Context<'_>) {
        let places: u64 = self
            .conversations
            .values()
            .filter(|known| is_told(&known.record.kind, &known.record.phase))
            .map(|known| known.record.cursor.0)
            .sum();
        let total = places + self.contacts.len() as u64;
        let next = HandOverStage::Contacts { after: None };
        self.forget_unlisted(cx);
        self.keep_hand_over(HandOverRecord { device, next, done: 0, total }, cx);
    }

    /// A device whose entry was refused stays owed, since a relay may have listed it nevertheless and show that later. Of many
    /// such, some are forgotten: which is by chance.
    fn forget_unlisted(&mut self, cx: &mut Context<'_>) {
        let unlisted = self.hand_overs.keys().copied().filter(|device| !self.is_listed(device));
        let some: Vec<DeviceId> = unlisted.skip(UNLISTED_MAX - 1).collect();
        for device in some {
            self.end_hand_over(&device, cx);
        }
    }

    /// This device has come into a conversation, or goes on in it. Devices of the account that are still to be added will be
    /// told what was said until then, by the first of those that are in it. One that is being told may have been told of it
    /// already, while this device had lost its way: it is told again.
    pub(super) fn tell_those_to_be_added(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let is_told = is_told(&conversation.record.kind, &conversation.record.phase);
        let roster = conversation.group().and_then(|group| group.roster().ok()).filter(|_| is_told);
        let Some(roster) = roster else { return };
        let mut own = roster.leaves().map(|(_, leaf)| leaf.identity);
        let first = own.find(|identity| identity.account == self.account.account);
        let is_first = first.is_some_and(|first| first.device == self.device.public().device_id());
        let after = self.conversations.range(..id).next_back().map(|(before, _)| *before);
        for device in self.other_own_devices() {
            let next = HandOverStage::Conversations { after };
            match self.hand_overs.get(&device).cloned() {
                Some(record) if record.next.comes_to(id) => {}
                Some(record) => self.keep_hand_over(HandOverRecord { next, ..record }, cx),
                None if is_first && roster.index_of(&device).is_none() => {
                    self.keep_hand_over(HandOverRecord { device, next, done: 0, total: 0 }, cx);
                }
                None => {}
            }
        }
    }

    /// Goes on with the next part, if none is under way.
    pub(super) fn hand_over(&mut self, cx: &mut Context<'_>) {
        if self.hand_overs.is_empty() || self.is_loading_hand_over || !self.is_ready() || self.is_telling() {
            return;
        }
        // A device that was listed and never came holds up no other.
        let owed: Vec<HandOverRecord> = self.hand_overs.values().cloned().collect();
        for record in owed {
            if self.hand_over_to(record, cx) {
                return;
            }
        }
    }

    /// Goes on with one device. False: it has to be waited for.
    fn hand_over_to(&mut self, record: HandOverRecord, cx: &mut Context<'_>) -> bool {
        if self.own_log().view().has_revoked(&record.device) {
            // Whoever shows how far that is need not wait.
            let HandOverRecord { device, total, .. } = record;
            self.end_hand_over(&device, cx);
            cx.emit(Event::HandOver(Progress { device, done: total, total }));
            return false;
        }
        if !self.is_listed(&record.device) {
            return false;
        }
        if !self.has_member(self.account.self_conversation, &record.device, cx) {
            return false;
        }
        match record.next {
            HandOverStage::Contacts { after } => self.tell_contacts(record, after, cx),
            HandOverStage::Conversations { after } => return self.tell_next_conversation(record, after, cx),
            HandOverStage::Messages { conversation, before } => {
                self.is_loading_hand_over = true;
                cx.load(Load::MessagesBefore { conversation, before });
            }
            HandOverStage::UntilBack => {
                if !self.has_lost_its_way() {
                    self.end_hand_over(&record.device, cx);
                }
                return false;
            }
        }
        true
    }

    /// Whether nobody has to be told anything, as far as is known: a device whose entry never came to the relay is not waited for.
    pub(super) fn has_handed_over(&self) -> bool {
        let is_unlisted = |device| !self.is_listed(device) && self.is_own_log_known();
        self.hand_overs
            .values()
            .all(|record| record.next == HandOverStage::UntilBack || is_unlisted(&record.device))
    }

    /// Whether there is a conversation of which more may be read, once this device is back in it.
    fn has_lost_its_way(&self) -> bool {
        let mut records = self.conversations.values().map(|known| &known.record);
        records.any(|record| is_told(&record.kind, &record.phase) && record.phase != Phase::Joined)
    }

    fn is_listed(&self, device: &DeviceId) -> bool {
        self.own_log().view().device(device).is_some()
    }

    fn is_telling(&self) -> bool {
        let is_part = |item: &OutboxRecord| matches!(item.body, OutboxBody::HandOver { .. });
        self.outbox.values().any(|item| is_part(item) && !item.state.is_final())
    }

    /// Whether a device is in a conversation, by its group. Asks for the group where it is not in memory.
    fn has_member(&mut self, id: ConversationId, device: &DeviceId, cx: &mut Context<'_>) -> bool {
        self.want_group(id, cx);
        let group = self.conversations.get_mut(&id).and_then(|conversation| conversation.group());
        group.and_then(|group| group.roster().ok()).is_some_and(|roster| roster.index_of(device).is_some())
    }

    fn tell_contacts(
        &mut self,
        mut record: HandOverRecord,
        after: Option<protocol::AccountId>,
        cx: &mut Context<'_>,
    ) {
        let others = self.contacts.iter().filter(|(account, _)| Some(**account) > after);
        let some: Vec<_> = others.take(CONTACTS_PER_PART).collect();
        record.next = match some.last() {
            Some((account, _)) => HandOverStage::Contacts { after: Some(**account) },
            None => HandOverStage::Conversations { after: None },
        };
        record.done += some.len() as u64;
        let contacts = some.into_iter().map(|(_, contact)| {
            let Value { version, plain } = contact.to_value();
            HandedOver::Contact { version, plain: plain.to_vec() }
        });
        // With the first of them.
        let settings = self.settings.iter().filter(|_| after.is_none()).map(|setting| {
            let Value { version, plain } = setting.to_value();
            HandedOver::Setting { version, plain: plain.to_vec() }
        });
        let told = settings.chain(contacts).collect();
        self.tell(record, told, cx);
    }

    /// Goes to the next conversation that the new device is in, or is never going to be in; or that this device does not come
    /// back to by itself, of which it tells what it has. False: it has to be waited for.
    fn tell_next_conversation(
        &mut self,
        mut record: HandOverRecord,
        after: Option<ConversationId>,
        cx: &mut Context<'_>,
    ) -> bool {
        let next = self
            .conversations
            .values()
            .find(|known| Some(known.id()) > after && is_told(&known.record.kind, &known.record.phase));
        let Some(next) = next else {
            record.done = record.total;
            record.next = HandOverStage::UntilBack;
            self.tell(record, vec![], cx);
            return true;
        };
        let (id, cursor, read_up_to) = (next.id(), next.record.cursor, next.record.read_up_to);
        let is_joined = next.record.phase == Phase::Joined;
        // What waits for more than the relay's next answer may wait for ever, and holds up no other.
        let is_on_its_way =
            next.repair == Repair::Asked || next.repair == Repair::Due && next.send_after <= cx.now;
        if !is_joined && is_on_its_way {
            return false;
        }
        if !is_joined || self.has_member(id, &record.device, cx) {
            record.next = HandOverStage::Messages { conversation: id, before: cursor.next() };
            let told = vec![HandedOver::ReadUpTo { conversation: id, up_to: read_up_to }];
            self.tell(record, told, cx);
        } else if self.conversations.get(&id).is_some_and(|known| known.is_settled) {
            record.next = HandOverStage::Conversations { after: Some(id) };
            self.keep_hand_over(record, cx);
        } else {
            return false;
        }
        true
    }

    /// Messages before a place were read, the latest first.
    pub(super) fn messages_to_tell(
        &mut self,
        id: ConversationId,
        before: Seq,
        messages: Vec<(Seq, Value)>,
        cx: &mut Context<'_>,
    ) {
        self.is_loading_hand_over = false;
        let at = HandOverStage::Messages { conversation: id, before };
        let Some(mut record) = self.hand_overs.values().find(|record| record.next == at).cloned() else {
            return;
        };
        let mut told = Vec::new();
        let (mut bytes, mut first) = (0, before);
        for (seq, Value { version, plain }) in messages {
            bytes += plain.len();
            if bytes > PART_BYTES && !told.is_empty() {
                break;
            }
            first = seq;
            told.push(HandedOver::Message { conversation: id, seq, version, plain: plain.to_vec() });
        }
        if told.is_empty() {
            record.next = HandOverStage::Conversations { after: Some(id) };
            record.done += before.0.saturating_sub(1);
        } else {
            record.next = HandOverStage::Messages { conversation: id, before: first };
            record.done += before.0 - first.0;
        }
        self.tell(record, told, cx);
    }

    /// Queues a part, and stores how far that is.
    fn tell(&mut self, mut record: HandOverRecord, told: Vec<HandedOver>, cx: &mut Context<'_>) {
        record.done = record.done.min(record.total);
        let records = told.iter().filter_map(|told| postcard::to_allocvec(told).ok()).collect();
        let (device, done, total) = (record.device, record.done, record.total);
        let target = Target::Conversation(self.account.self_conversation);
        self.queue(target, OutboxBody::HandOver { device, done, total, records }, cx);
        self.keep_hand_over(record, cx);
        cx.emit(Event::HandOver(Progress { device, done, total }));
        self.take_up(self.account.self_conversation, cx);
    }

    fn keep_hand_over(&mut self, record: HandOverRecord, cx: &mut Context<'_>) {
        cx.put(HandOverRecord::key(&record.device), &record);
        self.hand_overs.insert(record.device, record);
    }

    fn end_hand_over(&mut self, device: &DeviceId, cx: &mut Context<'_>) {
        self.hand_overs.remove(device);
        cx.delete(HandOverRecord::key(device));
    }

    /// A part came, from another device of this account.
    pub(super) fn handed_over(&mut self, part: HandOver, cx: &mut Context<'_>) {
        if part.device != self.device.public().device_id() {
            return;
        }
        for told in part.records {
            match postcard::from_bytes(&told) {
                Ok(HandedOver::Contact { version, plain }) => {
                    self.take_record(CONTACT_RECORD, version, &plain, Told::Before, cx);
                }
                Ok(HandedOver::Setting { version, plain }) => {
                    self.take_record(SETTING_RECORD, version, &plain, Told::Before, cx);
                }
                Ok(HandedOver::ReadUpTo { conversation, up_to }) => self.read_before(conversation, up_to, cx),
                Ok(HandedOver::Message { conversation, seq, version, plain }) => {
                    if let Ok(message) = MessageRecord::from_value(version, &plain) {
                        self.message_told(conversation, seq, message, cx);
                    }
                }
                // Of a newer kind: this client has no place for it.
                Err(_) => {}
            }
        }
        let HandOver { device, done, total, .. } = part;
        cx.emit(Event::HandOver(Progress { device, done, total }));
    }

    fn read_before(&mut self, id: ConversationId, up_to: Seq, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.record.read(up_to);
            self.save_conversation(id, cx);
            self.show_conversation(id, cx);
        }
    }

    /// A message from before this device was in the conversation.
    fn message_told(&mut self, id: ConversationId, seq: Seq, message: MessageRecord, cx: &mut Context<'_>) {
        cx.put(MessageRecord::key(&id, seq), &message);
        self.note_last_message(id, seq, message, cx);
    }

    /// Where the list shows nothing later, it shows this.
    pub(super) fn note_last_message(
        &mut self,
        id: ConversationId,
        seq: Seq,
        message: MessageRecord,
        cx: &mut Context<'_>,
    ) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let last = &mut conversation.record.last_message;
        if last.as_ref().is_none_or(|(known, _)| *known < seq) {
            *last = Some((seq, message));
            self.save_conversation(id, cx);
            self.show_conversation(id, cx);
        }
    }
}

fn is_told(kind: &StoredKind, phase: &Phase) -> bool {
    *kind != StoredKind::SelfGroup && matches!(phase, Phase::Joined | Phase::Rejoining)
}
