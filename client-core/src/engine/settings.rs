//! Settings: kept for all of the account's devices, whether this program knows them or not.

use client_api::{CommandId, Event, Outcome, RefusalCode, SettingView};

use super::Context;
use super::commands::OUTBOX_ITEMS_MAX;
use super::self_records::{SETTING_RECORD, Told};
use super::state::Engine;
use crate::records::{Record, SettingRecord};

/// Bytes of a setting's name.
const SETTING_NAME_BYTES_MAX: usize = 32;
/// Bytes of a setting's value: a choice or a few words.
const SETTING_VALUE_BYTES_MAX: usize = 256;
/// Settings that a device makes, those put back to their defaults included: their records stay, so that the last word counts.
const SETTINGS_MAX: usize = 64;
/// Settings that a device keeps, since several may each make the last one at once. With contacts they fit into the first part
/// of what a new device is told.
const SETTINGS_KEPT_MAX: usize = 4 * SETTINGS_MAX;

impl Engine {
    pub(super) fn set_setting(
        &mut self,
        command: CommandId,
        name: String,
        value: String,
        cx: &mut Context<'_>,
    ) {
        let known = self.setting(&name);
        let (is_new, counter) = (known.is_none(), known.map_or(0, |known| known.counter));
        if !is_setting(&name, &value) {
            self.refuse(command, RefusalCode::InvalidSetting, cx);
        } else if is_new && self.settings.len() >= SETTINGS_MAX {
            self.refuse(command, RefusalCode::TooManySettings, cx);
        } else if self.outbox.len() >= OUTBOX_ITEMS_MAX {
            self.refuse(command, RefusalCode::OutboxFull, cx);
        } else {
            let (counter, writer) = (self.next_counter(counter), self.device.public().device_id());
            let setting = SettingRecord { name, value, counter, writer };
            self.tell_own_devices(SETTING_RECORD, counter, setting.to_value(), cx);
            self.keep_setting(setting, cx);
            self.done(command, Outcome::Done, cx);
            self.take_up(self.account.self_conversation, cx);
        }
    }

    /// What another device of this account has chosen, and what it keeps for programs that know more settings.
    pub(super) fn take_setting(&mut self, setting: SettingRecord, told: Told, cx: &mut Context<'_>) {
        let known = self.setting(&setting.name).map(|known| (known.counter, known.writer));
        let has_room = known.is_some() || self.settings.len() < SETTINGS_KEPT_MAX;
        let is_kept = has_room && is_setting(&setting.name, &setting.value);
        if self.is_later((setting.counter, setting.writer), known, told) && is_kept {
            self.keep_setting(setting, cx);
        }
    }

    pub(crate) fn setting_views(&self) -> Vec<SettingView> {
        self.settings.iter().map(view).collect()
    }

    fn setting(&self, name: &str) -> Option<&SettingRecord> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    fn keep_setting(&mut self, setting: SettingRecord, cx: &mut Context<'_>) {
        cx.put(SettingRecord::key(&setting.name), &setting);
        cx.emit(Event::Setting(view(&setting)));
        self.settings.retain(|known| known.name != setting.name);
        self.settings.push(setting);
    }
}

fn view(setting: &SettingRecord) -> SettingView {
    SettingView { name: setting.name.clone(), value: setting.value.clone() }
}

fn is_setting(name: &str, value: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=SETTING_NAME_BYTES_MAX).contains(&name.len())
        && name.bytes().all(is_allowed)
        && value.len() <= SETTING_VALUE_BYTES_MAX
}

#[cfg(test)]
mod tests {
    use protocol::{AccountId, ConversationId, DeviceId, Timestamp};
    use zeroize::Zeroizing;

    use super::*;
    use crate::engine::Step;
    use crate::entropy::{Entropy, Moment};
    use crate::records::AccountRecord;

    #[test]
    fn of_what_other_devices_choose_so_much_is_kept_and_what_is_known_still_changes() {
        let mut engine = engine();
        for number in 0..SETTINGS_KEPT_MAX + 1 {
            take(&mut engine, &format!("setting-{number}"), "on", 1);
        }
        take(&mut engine, "setting-0", "off", 2);
        assert_eq!(engine.settings.len(), SETTINGS_KEPT_MAX);
        assert_eq!(engine.setting("setting-0").map(|known| known.value.as_str()), Some("off"));
    }

    #[test]
    fn what_no_setting_can_be_is_not_taken_from_another_device_either() {
        let mut engine = engine();
        for (name, value) in [("", "on"), ("Theme", "on"), ("theme", "x".repeat(257).as_str())] {
            take(&mut engine, name, value, 1);
        }
        assert_eq!(engine.settings, []);
    }

    #[test]
    fn an_earlier_word_and_the_same_one_again_change_nothing() {
        let mut engine = engine();
        for (value, counter) in [("dark", 2), ("light", 1), ("light", 2)] {
            take(&mut engine, "theme", value, counter);
        }
        assert_eq!(engine.setting("theme").map(|known| known.value.as_str()), Some("dark"));
    }

    #[test]
    fn a_word_from_the_end_of_counting_is_not_the_last_one() {
        let mut engine = engine();
        take(&mut engine, "theme", "dark", u64::MAX);
        assert_eq!(engine.settings, []);
        let word = engine.next_counter(0);
        take(&mut engine, "theme", "light", word + (1 << 33));
        take(&mut engine, "theme", "dark", u64::MAX);
        assert_eq!(engine.setting("theme").map(|known| known.value.as_str()), Some("light"));
        assert!(engine.next_counter(0) > word + (1 << 33));
    }

    fn take(engine: &mut Engine, name: &str, value: &str, counter: u64) {
        let (name, value) = (name.to_owned(), value.to_owned());
        let setting = SettingRecord { name, value, counter, writer: DeviceId::from_bytes([2; 16]) };
        let now = Timestamp::default();
        let mut moment = Moment { now, entropy: Entropy::from_bytes([3; 32]) };
        let mut step = Step::default();
        engine.take_setting(setting, Told::Now, &mut Context::at(now, &mut moment, &mut step));
    }

    fn engine() -> Engine {
        let nowhere = ConversationId::from_bytes([0; 16]);
        let secret = Zeroizing::new([1; 32]);
        Engine::new(AccountRecord::new(AccountId::from_bytes([1; 32]), secret, nowhere), 0)
    }
}
