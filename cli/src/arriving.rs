//! Becoming a device of an account: linked by another of its devices, or restored by the phrase. And letting one in.

use std::io::Write;
use std::pin::pin;
use std::time::Duration;

use client_api::{Command as Ask, Connection, Event, LinkView, Outcome, ProfileView, Progress, SecretText};
use client_native::{Client, Driver, Home, HomeError, Phrase, SqliteStore};
use protocol::DeviceId;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::commands::{CATCH_UP_WAIT_MS, Session, passphrase, relay_of};
use crate::output::{DONE, FAILED, NOT_FOUND, OFFLINE, Output};

/// Waits to be let in by a device of the account.
pub(crate) async fn join(
    home: &Home,
    relay: &Option<String>,
    is_sure: bool,
    output: &Output,
) -> anyhow::Result<u8> {
    let passphrase = passphrase();
    let driver = match home.open_account(passphrase.as_ref()).await {
        Err(HomeError::NoAccount) => home.link_device(passphrase.as_ref()).await?,
        opened => opened?,
    };
    if !driver.is_linking() {
        return Ok(not_yet(&driver, home, output).unwrap_or_else(|| account_exists(output)));
    }
    arrive(home, relay, driver, "joined", is_sure, output).await
}

/// Comes back by the phrase.
pub(crate) async fn restore(home: &Home, relay: &Option<String>, output: &Output) -> anyhow::Result<u8> {
    let passphrase = passphrase();
    let driver = match home.open_account(passphrase.as_ref()).await {
        Err(HomeError::NoAccount) => {
            let Some(phrase) = phrase_read(output).await? else { return Ok(FAILED) };
            home.restore_account(passphrase.as_ref(), &phrase).await?
        }
        opened => opened?,
    };
    if !driver.is_restoring() {
        return Ok(not_yet(&driver, home, output).unwrap_or_else(|| account_exists(output)));
    }
    arrive(home, relay, driver, "restored", false, output).await
}

/// Says how to go on where the account is still on its way here, and how to give that up. None: it is here.
pub(crate) fn not_yet(driver: &Driver<SqliteStore>, home: &Home, output: &Output) -> Option<u8> {
    let text = match (driver.is_linking(), driver.is_restoring()) {
        (true, _) => "still-joining",
        (_, true) => "still-restoring",
        (false, false) => return None,
    };
    let folder = home.path().display().to_string();
    output.error("no_account_yet", &output.texts.with(text, &[("folder", &folder)]));
    Some(NOT_FOUND)
}

fn account_exists(output: &Output) -> u8 {
    output.error("account_exists", &output.texts.get("account-here"));
    FAILED
}

async fn arrive(
    home: &Home,
    relay: &Option<String>,
    driver: Driver<SqliteStore>,
    done: &str,
    is_sure: bool,
    output: &Output,
) -> anyhow::Result<u8> {
    let relay = relay_of(home, relay);
    home.set_relay(&relay)?;
    let is_linked = driver.is_linking();
    let session = Session { client: Client::run(driver, &relay)?, output };
    let mut events = session.client.events();
    session.client.start();
    let code = match session.until_arrived(&mut events, is_sure).await? {
        Ok(profile) => {
            if is_linked {
                session.until_told(profile.device, &mut events).await;
            }
            session.catch_up().await?;
            output.object(&profile);
            output.say(done, &[]);
            DONE
        }
        Err(code) => code,
    };
    session.client.close().await?;
    Ok(code)
}

/// Replaces the account's phrase, and shows the new one. Nobody comes back by the old one from then on.
pub(crate) async fn replace_phrase(session: &Session<'_>) -> anyhow::Result<u8> {
    let output = session.output;
    session.catch_up().await?;
    let Some(old) = phrase_read(output).await? else { return Ok(FAILED) };
    match session.client.replace_phrase(&old).await? {
        Ok(phrase) => {
            output.object(&json!({ "phrase": phrase.words() }));
            output.say("phrase-replaced", &[]);
            output.phrase(&phrase);
            Ok(DONE)
        }
        Err(refusal) => Ok(output.refused(&refusal)),
    }
}

/// A phrase from standard input; none if what was typed is none, which is said.
async fn phrase_read(output: &Output) -> anyhow::Result<Option<Phrase>> {
    output.say("restore-ask", &[]);
    let phrase = Phrase::parse(&line_read().await?).ok();
    if phrase.is_none() {
        output.error("invalid_phrase", &output.texts.get("restore-words"));
    }
    Ok(phrase)
}

/// Lets a new device in.
pub(crate) async fn link(session: &Session<'_>, shown: String, is_sure: bool) -> anyhow::Result<u8> {
    session.catch_up().await?;
    let mut events = session.client.events();
    let mut linking = pin!(session.client.command(Ask::LinkDevice { shown: SecretText(shown) }));
    let outcome = loop {
        tokio::select! {
            outcome = &mut linking => break outcome?,
            event = events.recv() => match event {
                Ok(Event::Link(view)) => session.show_link(view, is_sure).await?,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(FAILED),
            },
        }
    };
    match outcome {
        Outcome::Refused(refusal) => Ok(session.output.refused(&refusal)),
        _ => {
            session.settled().await?;
            session.output.object(&json!({ "linked": true }));
            session.output.say("device-linked", &[]);
            Ok(DONE)
        }
    }
}

impl Session<'_> {
    /// The account, or the exit code of why there is none.
    async fn until_arrived(
        &self,
        events: &mut Receiver<Event>,
        is_sure: bool,
    ) -> anyhow::Result<Result<ProfileView, u8>> {
        loop {
            match events.recv().await {
                Ok(Event::Link(view)) => self.show_link(view, is_sure).await?,
                Ok(Event::Restored(profile)) => return Ok(Ok(profile)),
                Ok(Event::Connection(away @ (Connection::Stopped { .. } | Connection::Offline { .. }))) => {
                    return Ok(Err(self.output.away(away, "refused-offline")));
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(Err(OFFLINE)),
            }
        }
    }

    /// Waits until this device was told what was before, so that the next command knows of it. What has not come by then comes
    /// with later commands.
    async fn until_told(&self, own: DeviceId, events: &mut Receiver<Event>) {
        let told = async {
            loop {
                match events.recv().await {
                    Ok(Event::HandOver(Progress { device, done, total }))
                        if device == own && done >= total =>
                    {
                        return;
                    }
                    Ok(Event::Connection(Connection::Stopped { .. } | Connection::Offline { .. }))
                    | Err(RecvError::Closed) => return,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                }
            }
        };
        // Whether all of it came or not, the device is in the account.
        let _ = tokio::time::timeout(Duration::from_millis(CATCH_UP_WAIT_MS), told).await;
    }

    async fn show_link(&self, view: LinkView, is_sure: bool) -> anyhow::Result<()> {
        self.output.object(&view);
        match view {
            LinkView::Waiting { code, number, .. } => {
                self.output.say("join-waiting", &[]);
                if let Ok(picture) = QrCode::with_error_correction_level(&code, EcLevel::L) {
                    self.output.say_plain(&picture.render::<Dense1x2>().build());
                }
                self.output.say_plain(&code);
                self.output.row("join-number", &grouped(&number, &[3, 3, 3]));
                Ok(())
            }
            LinkView::Comparing { digits } => {
                self.output.say("join-digits", &[]);
                self.output.say_plain(&grouped(&digits, &[3, 4]));
                let is_same = is_sure || self.agrees().await?;
                // Answered at once; what comes of it is another event's.
                self.client.command(Ask::ConfirmLink { is_same }).await?;
                Ok(())
            }
            LinkView::Joining => {
                self.output.say("join-joining", &[]);
                Ok(())
            }
        }
    }

    async fn agrees(&self) -> anyhow::Result<bool> {
        self.output.say("join-answer", &[]);
        Ok(matches!(line_read().await?.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}

/// A line of standard input, while the client goes on.
async fn line_read() -> anyhow::Result<String> {
    let read = tokio::task::spawn_blocking(|| {
        std::io::stdout().flush()?;
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    Ok(read.await??)
}

/// Digits as people read them out.
fn grouped(digits: &str, groups: &[usize]) -> String {
    let mut left = digits;
    let mut shown = Vec::new();
    for length in groups {
        let (group, rest) = left.split_at_checked(*length).unwrap_or((left, ""));
        shown.push(group);
        left = rest;
    }
    shown.join(" ")
}
