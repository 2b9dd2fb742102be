//! What a user interface is shown of the state.

use client_api::{
    ContactView, ConversationKind, ConversationView, DeliveryState, DeviceView, Diagnostics, MessageView,
    ProfileView, SafetyView,
};
use protocol::{AccountId, ConversationId, Seq, VERSION};

use super::state::Engine;
use super::suites;
use crate::records::{MessageRecord, OutboxBody, OutboxRecord, OutboxState, StoredKind, Target};

impl Engine {
    pub(crate) fn profile_view(&self) -> ProfileView {
        ProfileView {
            account: self.account.account,
            device: self.device.public().device_id(),
            handle: self.own_log().view().handle().cloned(),
        }
    }

    pub(crate) fn contact_view(&self, account: &AccountId) -> Option<ContactView> {
        let contact = self.contacts.get(account)?;
        let is_verified =
            contact.verified_number.is_some() && contact.verified_number == self.safety_number_with(account);
        Some(ContactView {
            account: *account,
            handle: contact.handle.clone(),
            is_verified,
            conversation: contact.conversation,
        })
    }

    pub(crate) fn conversation_view(&self, id: &ConversationId) -> Option<ConversationView> {
        let record = &self.conversations.get(id)?.record;
        let (kind, peer) = match record.kind {
            StoredKind::SelfGroup => return None,
            StoredKind::Dm { peer } => (ConversationKind::Dm, Some(peer)),
            StoredKind::Room => (ConversationKind::Room, None),
        };
        let last_message =
            record.last_message.as_ref().and_then(|(seq, message)| self.message_view(id, *seq, message));
        Some(ConversationView {
            conversation: *id,
            kind,
            peer,
            handle: peer.and_then(|peer| self.contacts.get(&peer)?.handle.clone()),
            last_message,
            last_seq: record.cursor,
            unread_count: record.unread_count,
            read_up_to: record.read_up_to,
            delivered_up_to: record.delivered_up_to,
            peer_read_up_to: record.peer_read_up_to,
            key_exchange: suites::key_exchange(record.suite),
        })
    }

    pub(crate) fn message_view(
        &self,
        id: &ConversationId,
        seq: Seq,
        message: &MessageRecord,
    ) -> Option<MessageView> {
        let record = &self.conversations.get(id)?.record;
        let state = if message.from != self.account.account {
            DeliveryState::Received
        } else if seq <= record.peer_read_up_to {
            DeliveryState::Read
        } else if seq <= record.delivered_up_to {
            DeliveryState::Delivered
        } else {
            DeliveryState::Sent
        };
        Some(MessageView {
            conversation: Some(*id),
            seq: Some(seq),
            id: message.message,
            from: message.from,
            device: message.device,
            text: message.text.clone(),
            sent_at: message.sent_at,
            received_at: Some(message.received_at),
            state,
        })
    }

    pub(crate) fn queued_view(&self, item: &OutboxRecord) -> Option<MessageView> {
        let is_shown = matches!(item.body, OutboxBody::Again(_)) && !item.state.is_final();
        let text = item.body.text().filter(|_| !is_shown)?;
        let conversation = match item.target {
            Target::Peer(peer) => self.contacts.get(&peer).and_then(|contact| contact.conversation),
            Target::Conversation(id) => Some(id),
        };
        let state = match item.state {
            OutboxState::Failed { .. } | OutboxState::Refused { .. } => DeliveryState::Failed,
            OutboxState::Waiting | OutboxState::Sealed(_) => DeliveryState::Queued,
        };
        Some(MessageView {
            conversation,
            seq: None,
            id: item.message,
            from: self.account.account,
            device: self.device.public().device_id(),
            text: text.to_owned(),
            sent_at: item.created_at,
            received_at: None,
            state,
        })
    }

    pub(crate) fn device_views(&self) -> Vec<DeviceView> {
        let own = self.device.public().device_id();
        let view = |(device, record): (&protocol::DeviceId, &protocol::identity::DeviceRecord)| DeviceView {
            device: *device,
            is_this: *device == own,
            is_active: record.is_active,
        };
        self.own_log().view().devices().map(view).collect()
    }

    pub(crate) fn safety_view(&self, account: &AccountId) -> Option<SafetyView> {
        let safety_number = self.safety_number_with(account)?;
        let is_verified =
            self.contacts.get(account)?.verified_number.as_deref() == Some(safety_number.as_str());
        Some(SafetyView { account: *account, safety_number, is_verified })
    }

    pub(crate) fn diagnostics_view(&self) -> Diagnostics {
        let is_message = |item: &&OutboxRecord| item.body.text().is_some();
        Diagnostics {
            connection: self.connection(),
            outbox_count: self.outbox.values().filter(is_message).count() as u64,
            conversation_count: self.conversations.len().saturating_sub(1) as u64,
            contact_count: self.contacts.len() as u64,
            state_counter: self.state_counter,
            protocol_version: VERSION,
            device_count: self.own_log().view().active_devices().count() as u64,
        }
    }
}
