//! Records of the self conversation: what an account's devices tell each other of contacts and settings. The later word counts.
//!
//! A word is later by its counter, and between equal ones by its device: whoever hears both in whichever order keeps the same.

use protocol::DeviceId;

use super::Context;
use super::state::Engine;
use crate::records::{ContactRecord, OutboxBody, Record, SettingRecord, Target, Value};

/// Names of the self conversation's records.
pub(crate) const CONTACT_RECORD: &str = "contact";
pub(crate) const SETTING_RECORD: &str = "setting";

/// How far ahead a device's word may be of what is known: farther than any copy counts. At the end of counting it would be the
/// last one for good.
const AHEAD_MAX: u64 = 1 << 45;

/// How a word on a record has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// A device has said it.
    Now,
    /// Handed over, by whoever let this device in.
    Before,
}

impl Engine {
    /// The counter of this device's next word on a record: later than what is known of it, than what the device has heard,
    /// and than what it may have said without this copy.
    pub(super) fn next_counter(&mut self, known: u64) -> u64 {
        let latest = self.account.self_counter.max(known).max(self.copy_counts_from());
        self.account.self_counter = latest.saturating_add(1);
        self.account.self_counter
    }

    /// Whether another device's word on a record is later than the one that is known.
    pub(super) fn is_later(
        &mut self,
        word: (u64, DeviceId),
        known: Option<(u64, DeviceId)>,
        told: Told,
    ) -> bool {
        let latest = self.account.self_counter.max(known.map_or(0, |(counter, _)| counter));
        if told == Told::Now && word.0.saturating_sub(latest) > AHEAD_MAX {
            return false;
        }
        self.account.self_counter = latest.max(word.0);
        known < Some(word)
    }

    /// Tells the account's other devices what a record of this one says.
    pub(super) fn tell_own_devices(&mut self, name: &str, counter: u64, value: Value, cx: &mut Context<'_>) {
        let mut bytes = vec![value.version];
        bytes.extend_from_slice(&value.plain);
        let body = OutboxBody::SelfRecord { name: name.to_owned(), counter, value: bytes };
        self.queue(Target::Conversation(self.account.self_conversation), body, cx);
    }

    /// What another device of this account says.
    pub(super) fn self_record(&mut self, name: &str, value: &[u8], cx: &mut Context<'_>) {
        if let Some((version, plain)) = value.split_first() {
            self.take_record(name, *version, plain, Told::Now, cx);
        }
    }

    /// What another device of this account says or hands over. What this version cannot read is let be.
    pub(super) fn take_record(
        &mut self,
        name: &str,
        version: u8,
        plain: &[u8],
        told: Told,
        cx: &mut Context<'_>,
    ) {
        match name {
            CONTACT_RECORD => {
                if let Ok(contact) = ContactRecord::from_value(version, plain) {
                    self.take_contact(contact, told, cx);
                }
            }
            SETTING_RECORD => {
                if let Ok(setting) = SettingRecord::from_value(version, plain) {
                    self.take_setting(setting, told, cx);
                }
            }
            _ => {}
        }
    }
}
