//! What one device of an account tells the others, as a device says it that is no engine.

use client_api::SettingView;
use protocol::content::{Body, HandOver, SelfRecord};
use protocol::{AccountId, Bytes, ConversationId, DeviceId, MessageId, Seq, Timestamp};

use crate::engine::self_records::{CONTACT_RECORD, SETTING_RECORD};
use crate::records::{ContactRecord, HandedOver, MessageRecord, Record, SettingRecord, Value};

/// Of words on a record the later one counts: these come after all that a young account's devices have said.
const COUNTER: u64 = 1 << 44;

/// What is told: an engine obeys it, coming from a device of its own account.
pub struct Told {
    /// Who says so.
    pub writer: DeviceId,
    /// What was chosen.
    pub setting: SettingView,
    /// Who was compared.
    pub peer: AccountId,
    /// The number that was the same on both sides.
    pub safety_number: String,
    /// The conversation with them.
    pub conversation: ConversationId,
    /// The last of it that was read.
    pub seq: Seq,
    /// What they said there.
    pub text: String,
}

impl Told {
    /// What was chosen and who was compared, as records of the self conversation.
    pub fn records(&self) -> [Body; 2] {
        let records = [(SETTING_RECORD, self.setting()), (CONTACT_RECORD, self.contact())];
        records.map(|(name, value)| {
            let value = Bytes::from([&[value.version], value.plain.as_slice()].concat());
            Body::SelfRecord(SelfRecord { name: name.to_owned(), counter: COUNTER, value })
        })
    }

    /// All of it, as a part of a hand-over.
    pub fn hand_over_to(&self, device: DeviceId) -> Body {
        let (conversation, seq) = (self.conversation, self.seq);
        let [setting, contact, message] = [self.setting(), self.contact(), self.message()]
            .map(|value| (value.version, value.plain.to_vec()));
        let told = [
            HandedOver::Setting { version: setting.0, plain: setting.1 },
            HandedOver::Contact { version: contact.0, plain: contact.1 },
            HandedOver::Message { conversation, seq, version: message.0, plain: message.1 },
            HandedOver::ReadUpTo { conversation, up_to: seq },
        ];
        let encoded = |told| Bytes::from(postcard::to_allocvec(&told).expect("what is told can be encoded"));
        Body::HandOver(HandOver { device, done: 1, total: 1, records: told.map(encoded).to_vec() })
    }

    fn setting(&self) -> Value {
        let SettingView { name, value } = self.setting.clone();
        SettingRecord { name, value, counter: COUNTER, writer: self.writer }.to_value()
    }

    fn contact(&self) -> Value {
        let contact = ContactRecord {
            account: self.peer,
            handle: None,
            conversation: Some(self.conversation),
            verified_number: Some(self.safety_number.clone()),
            counter: COUNTER,
            writer: self.writer,
        };
        contact.to_value()
    }

    fn message(&self) -> Value {
        let message = MessageRecord {
            message: MessageId::from_bytes([u8::MAX; 16]),
            from: self.peer,
            device: self.writer,
            text: self.text.clone(),
            sent_at: Timestamp::default(),
            received_at: Timestamp::default(),
        };
        message.to_value()
    }
}
