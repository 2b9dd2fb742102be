//! What each command does.

use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use client_api::{
    AccountId, Command as Ask, Connection, ContactView, DeliveryState, Event, KeyExchange, MessageView,
    NoticeCode, Outcome, Recipient, RefusalCode,
};
use client_native::{Client, ClientError, Driver, Home, HomeError, KeyFileError, Passphrase, SqliteStore};
use protocol::{DeviceId, MessageId, Seq};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::{Arguments, Command, ContactCommand};
use crate::output::{DONE, FAILED, HOME_IN_USE, NOT_FOUND, OFFLINE, Output, name_of};
use crate::{arguments, arriving, chat};

const DEFAULT_RELAY: &str = "http://127.0.0.1:8787";
/// How long `send` waits for the relay's echo before it says that the message is queued.
const ECHO_WAIT_MS: u64 = 10_000;
/// How long catching up may take before what is stored is shown.
pub(crate) const CATCH_UP_WAIT_MS: u64 = 30_000;

/// How often it is looked whether a change of devices is everywhere, where nothing is shown of it.
const SETTLING_LOOK_MS: u64 = 200;

/// Runs a command, and gives its exit code.
pub(crate) async fn run(arguments: Arguments) -> u8 {
    let output = Output::new(arguments.json);
    match dispatch(arguments, &output).await {
        Ok(code) => code,
        Err(error) => {
            let (name, code) = match error.downcast_ref::<HomeError>() {
                Some(HomeError::InUse) => ("home_in_use", HOME_IN_USE),
                Some(HomeError::NoAccount) => ("no_account", NOT_FOUND),
                Some(HomeError::KeyLost) => ("key_lost", FAILED),
                Some(HomeError::RecordsLost) => ("records_lost", FAILED),
                Some(HomeError::Key(KeyFileError::PassphraseNeeded)) => ("passphrase_needed", FAILED),
                Some(HomeError::Key(KeyFileError::WrongPassphrase)) => ("wrong_passphrase", FAILED),
                _ => ("failed", FAILED),
            };
            output.error(name, &format!("{error:#}"));
            code
        }
    }
}

async fn dispatch(arguments: Arguments, output: &Output) -> anyhow::Result<u8> {
    if let Command::Completions { shell } = arguments.command {
        let mut command = <arguments::Arguments as clap::CommandFactory>::command();
        clap_complete::generate(shell, &mut command, "palaver", &mut std::io::stdout());
        return Ok(DONE);
    }
    let home_path = arguments.home.clone().map_or_else(default_home, Ok)?;
    match arguments.command {
        Command::Init { handle } => {
            return init(&Home::make(&home_path)?, &arguments.relay, handle, output).await;
        }
        Command::Join { yes } => {
            return arriving::join(&Home::make(&home_path)?, &arguments.relay, yes, output).await;
        }
        Command::Restore => {
            return arriving::restore(&Home::make(&home_path)?, &arguments.relay, output).await;
        }
        _ => {}
    }
    let home = Home::open(&home_path)?;
    let driver = home.open_account(passphrase().as_ref()).await?;
    if let Some(code) = arriving::not_yet(&driver, &home, output) {
        return Ok(code);
    }
    let relay = relay_of(&home, &arguments.relay);
    let session = Session { client: Client::run(driver, &relay)?, output };
    let code = session.run_aloud(arguments.command, &home_path, &relay).await?;
    session.client.close().await?;
    Ok(code)
}

fn default_home() -> anyhow::Result<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "palaver")
        .ok_or_else(|| anyhow::anyhow!("this platform has no data folder: give one with --home"))?;
    Ok(folders.data_dir().to_owned())
}

pub(crate) fn relay_of(home: &Home, given: &Option<String>) -> String {
    given.clone().or_else(|| home.relay()).unwrap_or_else(|| DEFAULT_RELAY.to_owned())
}

pub(crate) fn passphrase() -> Option<Passphrase> {
    std::env::var("PALAVER_PASSPHRASE").ok().filter(|text| !text.is_empty()).map(Passphrase::new)
}

/// Makes an account, or gives one that has no name yet its name.
async fn init(
    home: &Home,
    relay: &Option<String>,
    handle: protocol::Handle,
    output: &Output,
) -> anyhow::Result<u8> {
    let passphrase = passphrase();
    let (driver, phrase) = match home.open_account(passphrase.as_ref()).await {
        Err(HomeError::NoAccount) => {
            let (driver, phrase) = home.create_account(passphrase.as_ref()).await?;
            (driver, Some(phrase))
        }
        opened => (opened?, None),
    };
    if let Some(code) = arriving::not_yet(&driver, home, output) {
        return Ok(code);
    }
    if driver.profile().handle.is_some() {
        output.error("account_exists", &output.texts.get("account-here"));
        return Ok(FAILED);
    }
    let relay = relay_of(home, relay);
    home.set_relay(&relay)?;
    let profile = driver.profile();
    let client = Client::run(driver, &relay)?;
    client.start();
    let named = name_account(client, &handle).await;
    // Whatever came of the name, this is the one time that the phrase is shown.
    if let Some(phrase) = &phrase {
        output.say("account-made", &[]);
        output.row("label-account", &profile.account.to_string());
        output.row("label-device", &profile.device.to_string());
        output.phrase(phrase);
    }
    let shown = matches!(named, Ok(Outcome::Done)).then_some(&handle);
    output.object(&json!({
        "account": profile.account, "device": profile.device,
        "phrase": phrase.as_ref().map(|phrase| phrase.words()), "handle": shown,
    }));
    match named? {
        Outcome::Refused(refusal) if refusal.relay_code.as_deref() == Some("handle_taken") => {
            output.error(
                "handle_taken",
                &output.texts.with("handle-taken", &[("handle", &handle.to_string())]),
            );
            Ok(FAILED)
        }
        Outcome::Refused(refusal) if refusal.code == RefusalCode::Offline => {
            output.error("offline", &output.texts.get("account-unnamed"));
            Ok(OFFLINE)
        }
        Outcome::Refused(refusal) => Ok(output.refused(&refusal)),
        _ => {
            output.say("handle-set", &[("handle", &handle.to_string())]);
            Ok(DONE)
        }
    }
}

async fn name_account(client: Client, handle: &protocol::Handle) -> Result<Outcome, ClientError> {
    client.caught_up().await?;
    let outcome = client.command(Ask::SetHandle { handle: handle.clone() }).await?;
    client.close().await?;
    Ok(outcome)
}

pub(crate) struct Session<'a> {
    pub(crate) client: Client,
    pub(crate) output: &'a Output,
}

impl Session<'_> {
    /// Runs a command, and says what nobody may miss, whatever the command is about.
    async fn run_aloud(&self, command: Command, home: &std::path::Path, relay: &str) -> anyhow::Result<u8> {
        let mut events = self.client.events();
        let mut running = std::pin::pin!(self.run(command, home, relay));
        loop {
            tokio::select! {
                code = &mut running => return code,
                event = events.recv() => match event {
                    Ok(Event::Notice(notice)) if notice.code == NoticeCode::StateRolledBack => {
                        self.output.warn(&self.output.texts.get("notice-state-rolled-back"));
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return running.await,
                },
            }
        }
    }

    async fn run(&self, command: Command, home: &std::path::Path, relay: &str) -> anyhow::Result<u8> {
        match command {
            Command::Id => self.id().await,
            Command::Contact(ContactCommand::Add { who }) => self.add_contact(who).await,
            Command::Contacts => self.contacts().await,
            Command::Send { to, text, stdin } => {
                let text = if stdin { read_stdin()? } else { text.unwrap_or_default() };
                self.send(to, text).await
            }
            Command::Read { with, since } => self.read(with, Seq(since)).await,
            Command::Watch { with, seconds } => self.watch(with, seconds).await,
            Command::Chat { with } => chat::run(self, with).await,
            Command::Conversations => self.conversations().await,
            Command::Devices => self.devices().await,
            Command::Settings { change } => self.settings(change).await,
            Command::Verify { who, matches } => self.verify(who, matches).await,
            Command::Doctor => self.doctor(home, relay).await,
            Command::Link { shown, yes } => arriving::link(self, shown, yes).await,
            Command::Revoke { device } => self.revoke(device).await,
            Command::ReplacePhrase => arriving::replace_phrase(self).await,
            Command::Init { .. } | Command::Join { .. } | Command::Restore | Command::Completions { .. } => {
                Ok(DONE)
            }
        }
    }

    async fn id(&self) -> anyhow::Result<u8> {
        let profile = self.client.query(|driver| Box::pin(async { driver.profile() })).await?;
        let link = name_of(&Recipient::Account(profile.account));
        self.output.object(&json!({
            "account": profile.account, "device": profile.device, "handle": profile.handle, "link": link,
        }));
        self.output.row("label-account", &profile.account.to_string());
        self.output.row("label-device", &profile.device.to_string());
        self.output.row("label-link", &link);
        if let Some(handle) = &profile.handle {
            self.output.row("label-handle", &handle.to_string());
        }
        Ok(DONE)
    }

    async fn add_contact(&self, who: Recipient) -> anyhow::Result<u8> {
        self.catch_up().await?;
        match self.client.command(Ask::AddContact { who: who.clone() }).await? {
            Outcome::ContactAdded { account } => {
                let contact = self.find(&Recipient::Account(account)).await?;
                let name = contact.as_ref().map_or_else(|| name_of(&who), contact_name);
                let handle = contact.and_then(|contact| contact.handle);
                self.output.object(&json!({ "account": account, "handle": handle }));
                self.output.say("contact-added", &[("name", &name)]);
                Ok(DONE)
            }
            Outcome::Refused(refusal) => Ok(self.output.refused(&refusal)),
            Outcome::Done | Outcome::Queued { .. } | Outcome::RoomOpened { .. } => Ok(FAILED),
        }
    }

    async fn contacts(&self) -> anyhow::Result<u8> {
        let contacts = self.client.query(|driver| Box::pin(async { driver.contacts() })).await?;
        if contacts.is_empty() {
            self.output.say("contacts-none", &[]);
        }
        for contact in contacts {
            self.output.object(&contact);
            let verified = if contact.is_verified { "verified" } else { "unverified" };
            self.output.plain_row(&contact_name(&contact), &self.output.texts.get(verified));
        }
        Ok(DONE)
    }

    async fn send(&self, to: Recipient, text: String) -> anyhow::Result<u8> {
        let mut events = self.client.events();
        self.client.start();
        let is_contact = self.find(&to).await?.is_some();
        if !is_contact {
            self.client.caught_up().await?;
        }
        let message = match self.client.command(Ask::SendText { to: to.clone(), text }).await? {
            Outcome::Queued { message } => message,
            Outcome::Refused(refusal) if refusal.code == RefusalCode::Offline => {
                let text = self.output.texts.with("message-not-queued", &[("name", &name_of(&to))]);
                self.output.error("offline", &text);
                return Ok(OFFLINE);
            }
            Outcome::Refused(refusal) => return Ok(self.output.refused(&refusal)),
            Outcome::Done | Outcome::ContactAdded { .. } | Outcome::RoomOpened { .. } => return Ok(FAILED),
        };
        let echo = self.echo_of(message, &mut events);
        let shown = tokio::time::timeout(Duration::from_millis(ECHO_WAIT_MS), echo).await;
        match shown {
            Ok(Some(view)) if view.state >= DeliveryState::Sent => {
                self.print_result(&view);
                self.output.say("message-sent", &[]);
                Ok(DONE)
            }
            Ok(Some(view)) if view.state == DeliveryState::Failed => {
                self.print_result(&view);
                self.output.error("send_failed", &self.output.texts.get("message-failed"));
                Ok(FAILED)
            }
            _ => self.queued(&to, message).await,
        }
    }

    /// The message is stored, and waits.
    async fn queued(&self, to: &Recipient, message: MessageId) -> anyhow::Result<u8> {
        if let Some(contact) = self.find(to).await? {
            let pending = self.pending(contact.account).await?;
            pending.iter().filter(|view| view.id == message).for_each(|view| self.print_result(view));
        }
        match self.connection().await? {
            stopped @ Connection::Stopped { .. } => Ok(self.output.away(stopped, "message-queued")),
            _ => {
                self.output.say("message-queued", &[]);
                Ok(OFFLINE)
            }
        }
    }

    pub(crate) async fn pending(&self, account: AccountId) -> anyhow::Result<Vec<MessageView>> {
        Ok(self.client.query(move |driver| Box::pin(async move { driver.pending(account) })).await?)
    }

    pub(crate) async fn connection(&self) -> anyhow::Result<Connection> {
        Ok(self.client.query(|driver| Box::pin(async { driver.connection() })).await?)
    }

    fn print_result(&self, view: &MessageView) {
        if self.output.is_json {
            self.output.message(view, "");
        }
    }

    /// Waits until a message is in the log, or cannot be, or the relay cannot be reached.
    async fn echo_of(
        &self,
        message: MessageId,
        events: &mut tokio::sync::broadcast::Receiver<Event>,
    ) -> Option<MessageView> {
        loop {
            match events.recv().await {
                Ok(Event::Message(view)) if view.id == message && view.state != DeliveryState::Queued => {
                    return Some(view);
                }
                Ok(Event::Connection(Connection::Offline { .. } | Connection::Stopped { .. }))
                | Err(RecvError::Closed) => return None,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
            }
        }
    }

    async fn devices(&self) -> anyhow::Result<u8> {
        self.catch_up().await?;
        for device in self.client.query(|driver| Box::pin(async { driver.devices() })).await? {
            self.output.object(&device);
            let active =
                self.output.texts.get(if device.is_active { "device-active" } else { "device-revoked" });
            let this = if device.is_this {
                format!(" · {}", self.output.texts.get("this-device"))
            } else {
                String::new()
            };
            self.output.plain_row(&device.device.to_string(), &format!("{active}{this}"));
        }
        Ok(DONE)
    }

    async fn revoke(&self, device: DeviceId) -> anyhow::Result<u8> {
        self.catch_up().await?;
        match self.client.command(Ask::RevokeDevice { device }).await? {
            Outcome::Refused(refusal) => Ok(self.output.refused(&refusal)),
            _ => {
                self.output.object(&json!({ "device": device, "is_active": false }));
                self.output.say("device-struck", &[]);
                self.settled().await?;
                Ok(DONE)
            }
        }
    }

    /// Waits until a change of devices has come into every conversation.
    pub(crate) async fn settled(&self) -> anyhow::Result<()> {
        self.until(|driver| driver.has_nothing_to_commit()).await
    }

    /// Waits until something is so; what is not by then goes on with the next command.
    pub(crate) async fn until(&self, is_so: fn(&Driver<SqliteStore>) -> bool) -> anyhow::Result<()> {
        let mut events = self.client.events();
        let waiting = async {
            while !self.client.query(move |driver| Box::pin(async move { is_so(driver) })).await? {
                let next = tokio::time::timeout(Duration::from_millis(SETTLING_LOOK_MS), events.recv()).await;
                if matches!(next, Ok(Err(RecvError::Closed))) {
                    break;
                }
            }
            Ok(())
        };
        tokio::time::timeout(Duration::from_millis(CATCH_UP_WAIT_MS), waiting).await.unwrap_or(Ok(()))
    }

    async fn verify(&self, who: Recipient, matches: bool) -> anyhow::Result<u8> {
        self.catch_up().await?;
        let Some(contact) = self.known(&who).await? else { return Ok(NOT_FOUND) };
        let account = contact.account;
        let safety = self.client.query(move |driver| Box::pin(async move { driver.safety(account) })).await?;
        let Some(safety) = safety else { return Ok(NOT_FOUND) };
        let name = name_of(&who);
        if !matches {
            self.output.object(&safety);
            self.output.say_plain(&safety.safety_number);
            let key = if safety.is_verified { "safety-verified" } else { "safety-explain" };
            self.output.say(key, &[("name", &name)]);
            if let Some(key_exchange) = self.key_exchange_with(account).await? {
                self.output.say(key_exchange_text(key_exchange), &[]);
            }
            return Ok(DONE);
        }
        let safety_number = safety.safety_number;
        let mark = Ask::MarkVerified { account, safety_number: safety_number.clone() };
        match self.client.command(mark).await? {
            Outcome::Refused(_) => {
                self.output.error("safety_number_changed", &self.output.texts.get("safety-changed"));
                Ok(FAILED)
            }
            _ => {
                self.output.object(&json!({
                    "account": account, "safety_number": safety_number, "is_verified": true,
                }));
                self.output.say("safety-marked", &[("name", &name)]);
                Ok(DONE)
            }
        }
    }

    /// None before there is a conversation.
    async fn key_exchange_with(&self, account: AccountId) -> anyhow::Result<Option<KeyExchange>> {
        let conversations = self.client.query(|driver| Box::pin(async { driver.conversations() })).await?;
        let with = conversations.into_iter().find(|conversation| conversation.peer == Some(account));
        Ok(with.map(|conversation| conversation.key_exchange))
    }

    async fn doctor(&self, home: &std::path::Path, relay: &str) -> anyhow::Result<u8> {
        let connection = self.catch_up().await?;
        let found = self.client.query(|driver| Box::pin(async { driver.diagnostics() })).await?;
        let trouble = self.client.trouble();
        let mut object = serde_json::to_value(&found)?;
        if let Some(fields) = object.as_object_mut() {
            fields.insert("home".to_owned(), json!(home));
            fields.insert("relay".to_owned(), json!(relay));
            fields.insert("trouble".to_owned(), json!(trouble));
        }
        self.output.object(&object);
        self.output.row("doctor-home", &home.display().to_string());
        self.output.row("doctor-relay", relay);
        self.output.row("doctor-connection", &self.output.connection(connection));
        if let Some(trouble) = trouble {
            self.output.row("doctor-trouble", &trouble);
        }
        self.output.row("doctor-outbox", &found.outbox_count.to_string());
        self.output.row("doctor-conversations", &found.conversation_count.to_string());
        self.output.row("doctor-contacts", &found.contact_count.to_string());
        self.output.row("doctor-devices", &found.device_count.to_string());
        self.output.row("doctor-protocol", &found.protocol_version.to_string());
        Ok(match connection {
            Connection::Live => DONE,
            Connection::Stopped { .. } => FAILED,
            Connection::Offline { .. } | Connection::Connecting | Connection::CatchingUp => OFFLINE,
        })
    }

    /// Connects and fetches what happened meanwhile, as far as that goes.
    pub(crate) async fn catch_up(&self) -> anyhow::Result<Connection> {
        self.client.start();
        let caught_up =
            tokio::time::timeout(Duration::from_millis(CATCH_UP_WAIT_MS), self.client.caught_up());
        match caught_up.await {
            Ok(connection) => Ok(connection?),
            Err(_) => Ok(Connection::CatchingUp),
        }
    }

    pub(crate) async fn find(&self, who: &Recipient) -> anyhow::Result<Option<ContactView>> {
        let who = who.clone();
        Ok(self.client.query(move |driver| Box::pin(async move { driver.find(&who) })).await?)
    }

    /// A contact, or a word on how to make one.
    pub(crate) async fn known(&self, who: &Recipient) -> anyhow::Result<Option<ContactView>> {
        let found = self.find(who).await?;
        if found.is_none() {
            let text = self.output.texts.with("contact-none", &[("name", &name_of(who))]);
            self.output.error("not_found", &text);
        }
        Ok(found)
    }
}

fn key_exchange_text(key_exchange: KeyExchange) -> &'static str {
    match key_exchange {
        KeyExchange::Hybrid => "key-exchange-hybrid",
        KeyExchange::Classic => "key-exchange-classic",
    }
}

pub(crate) fn contact_name(contact: &ContactView) -> String {
    contact.handle.as_ref().map_or_else(|| contact.account.to_string(), ToString::to_string)
}

fn read_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("standard input is no text in UTF-8")?;
    Ok(text.trim_end_matches('\n').to_owned())
}
