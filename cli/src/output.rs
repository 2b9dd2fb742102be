//! Printing: plain text for people, one JSON object a line for scripts. Foreign text cannot command the terminal.

use std::io::Write;

use client_api::{Connection, DeliveryState, MessageView, NoticeCode, Recipient, Refusal, RefusalCode};
use client_native::Phrase;
use protocol::Seq;
use serde::Serialize;
use serde_json::Value;

use crate::texts::Texts;

pub(crate) const DONE: u8 = 0;
pub(crate) const FAILED: u8 = 1;
pub(crate) const OFFLINE: u8 = 3;
pub(crate) const NOT_FOUND: u8 = 4;
pub(crate) const HOME_IN_USE: u8 = 5;

/// Where output goes, and in which form.
pub(crate) struct Output {
    pub(crate) texts: Texts,
    pub(crate) is_json: bool,
}

/// A message as scripts see it. Field names are stable.
#[derive(Serialize)]
struct MessageLine<'a> {
    conversation: Option<String>,
    seq: Option<Seq>,
    id: String,
    from: String,
    text: &'a str,
    sent_at: u64,
    state: &'static str,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    error: &'a str,
    message: &'a str,
}

impl Output {
    pub(crate) fn new(is_json: bool) -> Self {
        Self { texts: Texts::english(), is_json }
    }

    /// A line for people; scripts get nothing.
    pub(crate) fn say(&self, key: &str, values: &[(&str, &str)]) {
        if !self.is_json {
            line(format_args!("{}", self.texts.with(key, values)));
        }
    }

    /// A line that needs no translation, for people.
    pub(crate) fn say_plain(&self, text: &str) {
        if !self.is_json {
            line(format_args!("{}", printable(text)));
        }
    }

    /// A recovery phrase, for people.
    pub(crate) fn phrase(&self, phrase: &Phrase) {
        self.say("account-phrase", &[]);
        self.say_plain(phrase.words());
    }

    /// A name and what is to be said of it, for people.
    pub(crate) fn plain_row(&self, name: &str, value: &str) {
        if !self.is_json {
            line(format_args!("{:<24} {}", printable(name), printable(value)));
        }
    }

    /// A label and a value for people.
    pub(crate) fn row(&self, label: &str, value: &str) {
        if !self.is_json {
            line(format_args!("{:<18} {}", self.texts.get(label), printable(value)));
        }
    }

    /// An object for scripts; people get nothing.
    pub(crate) fn object(&self, object: &impl Serialize) {
        if self.is_json {
            let object = serde_json::to_value(object).expect("what is printed can be written");
            line(format_args!("{}", in_snake_case(object)));
        }
    }

    /// Something for whoever looks at standard error.
    pub(crate) fn warn(&self, text: &str) {
        // Whoever listens to neither output is not to be told.
        let _ = writeln!(std::io::stderr(), "palaver: {}", printable(text));
    }

    pub(crate) fn message(&self, message: &MessageView, name: &str) {
        let state = state(message.state);
        self.object(&MessageLine {
            conversation: message.conversation.map(|id| id.to_string()),
            seq: message.seq,
            id: message.id.to_string(),
            from: message.from.to_string(),
            text: &message.text,
            sent_at: message.sent_at.as_millis(),
            state,
        });
        if !self.is_json {
            let place = message.seq.map_or("-".to_owned(), |seq| seq.0.to_string());
            let words = message_lines(name, message, &self.glyph(message));
            for (index, words) in words.iter().enumerate() {
                let place = if index == 0 { place.as_str() } else { "" };
                line(format_args!("{place:>5}  {words}"));
            }
        }
    }

    /// How far an own message has come.
    pub(crate) fn glyph(&self, message: &MessageView) -> String {
        match message.state {
            DeliveryState::Received => String::new(),
            state => format!("  [{}]", self.state(state)),
        }
    }

    pub(crate) fn state(&self, state: DeliveryState) -> String {
        self.texts.get(match state {
            DeliveryState::Failed => "state-failed",
            DeliveryState::Queued => "state-queued",
            DeliveryState::Sent => "state-sent",
            DeliveryState::Delivered => "state-delivered",
            DeliveryState::Read => "state-read",
            DeliveryState::Received => "state-received",
        })
    }

    pub(crate) fn connection(&self, connection: Connection) -> String {
        self.texts.get(match connection {
            Connection::Live => "connection-live",
            Connection::Offline { .. } => "connection-offline",
            Connection::Stopped { reason } => stopped_text(reason),
            Connection::Connecting | Connection::CatchingUp => "connection-busy",
        })
    }

    /// Says what keeps this client from its relay, and gives the exit code that goes with it.
    pub(crate) fn away(&self, connection: Connection, text: &str) -> u8 {
        match connection {
            Connection::Stopped { reason } => {
                self.error(reason.as_str(), &self.texts.get(stopped_text(reason)));
                FAILED
            }
            _ => {
                self.error("offline", &self.texts.get(text));
                OFFLINE
            }
        }
    }

    /// Says why something was refused, and gives the exit code that goes with it.
    pub(crate) fn refused(&self, refusal: &Refusal) -> u8 {
        let key = match refusal.code {
            RefusalCode::NotFound => "refused-not-found",
            RefusalCode::OwnAccount => "refused-own-account",
            RefusalCode::Offline => "refused-offline",
            RefusalCode::EmptyText => "refused-empty-text",
            RefusalCode::TextTooLong => "refused-text-too-long",
            RefusalCode::OutboxFull => "refused-outbox-full",
            RefusalCode::SafetyNumberChanged => "refused-safety-number-changed",
            RefusalCode::Restoring => "refused-restoring",
            RefusalCode::WrongPhrase => "refused-wrong-phrase",
            RefusalCode::Untrusted => "refused-untrusted",
            RefusalCode::UpgradeRequired => "refused-upgrade-required",
            RefusalCode::RelayRefused => "refused-relay-refused",
            RefusalCode::Invalid => "refused-invalid",
            RefusalCode::LinkFailed => "refused-link-failed",
            RefusalCode::InvalidSetting => "refused-invalid-setting",
            RefusalCode::TooManySettings => "refused-too-many-settings",
        };
        let text = self.texts.get(key);
        let code = refusal.relay_code.as_deref().unwrap_or(refusal.code.as_str());
        self.error(code, &text);
        match refusal.code {
            RefusalCode::NotFound => NOT_FOUND,
            RefusalCode::Offline => OFFLINE,
            _ => FAILED,
        }
    }

    pub(crate) fn error(&self, code: &str, message: &str) {
        self.object(&ErrorLine { error: code, message });
        self.warn(message);
    }
}

pub(crate) fn state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Failed => "failed",
        DeliveryState::Queued => "queued",
        DeliveryState::Sent => "sent",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Read => "read",
        DeliveryState::Received => "received",
    }
}

/// What to do about a client that has stopped.
pub(crate) fn stopped_text(reason: NoticeCode) -> &'static str {
    match reason {
        NoticeCode::LinkFailed => "refused-link-failed",
        NoticeCode::RelayChanged => "stopped-relay-changed",
        NoticeCode::Superseded => "stopped-superseded",
        NoticeCode::DeviceRevoked => "stopped-device-revoked",
        NoticeCode::WrongPhrase => "stopped-wrong-phrase",
        NoticeCode::RestoreFailed => "stopped-restore-failed",
        NoticeCode::IdentityUntrusted => "stopped-identity-untrusted",
        _ => "stopped-upgrade-required",
    }
}

/// Writes a line. A reader that has gone away, such as `head`, ends the program quietly.
fn line(words: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{words}").and_then(|()| out.flush()).is_err() {
        std::process::exit(i32::from(DONE));
    }
}

/// A terminal's field names are snake_case, also those of views, which pages know by camelCase names.
fn in_snake_case(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (snake_name(&name), in_snake_case(value))).collect()
        }
        Value::Array(values) => values.into_iter().map(in_snake_case).collect(),
        other => other,
    }
}

fn snake_name(name: &str) -> String {
    let part = |letter: char| match letter.is_ascii_uppercase() {
        true => format!("_{}", letter.to_ascii_lowercase()),
        false => letter.to_string(),
    };
    name.chars().map(part).collect()
}

/// A message's lines: those behind the first are set in, so that none can pass for another message.
pub(crate) fn message_lines(name: &str, message: &MessageView, glyph: &str) -> Vec<String> {
    let name = printable(name);
    let text = printable(&message.text);
    let mut lines: Vec<String> = text.split('\n').map(|words| format!("    | {words}")).collect();
    if let (Some(first), Some(words)) = (lines.first_mut(), text.split('\n').next()) {
        *first = format!("{name}: {words}");
    }
    if let Some(last) = lines.last_mut() {
        last.push_str(glyph);
    }
    lines
}

/// Someone as people name them.
pub(crate) fn name_of(who: &Recipient) -> String {
    match who {
        Recipient::Handle(handle) => handle.to_string(),
        Recipient::Account(account) => format!("palaver:{account}"),
    }
}

/// Foreign text without what would command the terminal or turn its reading direction.
pub(crate) fn printable(text: &str) -> String {
    let is_harmful = |character: char| {
        (character.is_control() && character != '\n' && character != '\t')
            || matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if is_harmful(character) { '\u{FFFD}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_messages_further_lines_cannot_pass_for_other_messages() {
        let forged = MessageView {
            conversation: None,
            seq: Some(Seq(3)),
            id: protocol::MessageId::from_bytes([0; 16]),
            from: protocol::AccountId::from_bytes([0; 32]),
            device: protocol::DeviceId::from_bytes([0; 16]),
            text: "ok\nyou: I owe you 500  [read]".to_owned(),
            sent_at: protocol::Timestamp::default(),
            received_at: None,
            state: DeliveryState::Received,
        };
        let lines = message_lines("@ana", &forged, "");
        assert_eq!(lines, ["@ana: ok", "    | you: I owe you 500  [read]"]);
    }

    #[test]
    fn foreign_text_cannot_command_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202E}c\r"), "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}");
        assert_eq!(printable("two\nlines, ünïcode 🙂"), "two\nlines, ünïcode 🙂");
    }
}
