//! Settings, which hold on all of the account's devices.

use client_api::{Command as Ask, Connection, Outcome, SettingView};

use crate::arguments::SettingCommand;
use crate::commands::Session;
use crate::output::{DONE, OFFLINE};

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
        let setting = SettingView { name, value: value.unwrap_or_default() };
        let SettingView { name, value } = setting.clone();
        if let Outcome::Refused(refusal) = self.client.command(Ask::SetSetting { name, value }).await? {
            return Ok(self.output.refused(&refusal));
        }
        self.output.object(&setting);
        if connection == Connection::Live {
            self.until(|driver| driver.has_told_own_devices()).await?;
        }
        if self.client.query(|driver| Box::pin(async { driver.has_told_own_devices() })).await? {
            self.output.say("setting-set", &[]);
            return Ok(DONE);
        }
        match self.connection().await? {
            stopped @ Connection::Stopped { .. } => Ok(self.output.away(stopped, "setting-queued")),
            _ => {
                self.output.say("setting-queued", &[]);
                Ok(OFFLINE)
            }
        }
    }
}
