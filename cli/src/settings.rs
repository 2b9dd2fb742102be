//! Settings, which hold on all of the account's devices.

use client_api::{Command as Ask, Connection, Outcome, SettingView};

use crate::arguments::SettingCommand;
use crate::commands::Session;
use crate::output::{DONE, FAILED, OFFLINE};

impl Session<'_> {
    pub(crate) async fn settings(&self, change: Option<SettingCommand>) -> anyhow::Result<u8> {
        match change {
            None => self.show_settings().await,
            Some(SettingCommand::Set { name, value }) => self.set(name, value).await,
        }
    }

    async fn show_settings(&self) -> anyhow::Result<u8> {
        self.catch_up().await?;
        let mut settings = self.client.query(|driver| Box::pin(async { driver.settings() })).await?;
        settings.retain(|setting| !setting.value.is_empty());
        settings.sort_by(|one, other| one.name.cmp(&other.name));
        if settings.is_empty() {
            self.output.say("settings-none", &[]);
        }
        for setting in settings {
            self.output.object(&setting);
            self.output.plain_row(&setting.name, &setting.value);
        }
        Ok(DONE)
    }

    /// Chooses a setting; without a value, its default.
    async fn set(&self, name: String, value: Option<String>) -> anyhow::Result<u8> {
        let connection = self.catch_up().await?;
        let refused_before = self.refused_records().await?;
        let setting = SettingView { name, value: value.unwrap_or_default() };
        let SettingView { name, value } = setting.clone();
        if let Outcome::Refused(refusal) = self.client.command(Ask::SetSetting { name, value }).await? {
            return Ok(self.output.refused(&refusal));
        }
        self.output.object(&setting);
        if connection == Connection::Live {
            self.until(|driver| !driver.is_telling_own_devices()).await?;
        }
        if self.refused_records().await? > refused_before {
            self.output.error("setting_refused", &self.output.texts.get("setting-refused"));
            return Ok(FAILED);
        }
        let is_waiting =
            self.client.query(|driver| Box::pin(async { driver.is_telling_own_devices() })).await?;
        match self.connection().await? {
            stopped @ Connection::Stopped { .. } if is_waiting => {
                Ok(self.output.away(stopped, "setting-queued"))
            }
            connection => {
                let (text, code) = told(is_waiting, connection);
                self.output.say(text, &[]);
                Ok(code)
            }
        }
    }

    /// How many of the records that own devices should have heard the relay has refused.
    async fn refused_records(&self) -> anyhow::Result<usize> {
        Ok(self.client.query(|driver| Box::pin(async { driver.refused_to_own_devices() })).await?)
    }
}

/// What is said of a setting, whether or not it waits for the relay, and the exit code that goes with it.
fn told(is_waiting: bool, connection: Connection) -> (&'static str, u8) {
    match connection {
        _ if !is_waiting => ("setting-set", DONE),
        Connection::Live => ("setting-late", OFFLINE),
        _ => ("setting-queued", OFFLINE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_be_offline_where_the_relay_is_there_and_slow() {
        let offline = Connection::Offline { retry_at: None };
        assert_eq!(told(true, Connection::Live), ("setting-late", OFFLINE));
        assert_eq!(told(true, offline), ("setting-queued", OFFLINE));
        for connection in [Connection::Live, offline] {
            assert_eq!(told(false, connection), ("setting-set", DONE));
        }
    }
}
