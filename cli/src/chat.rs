//! The interactive view: a timeline with delivery states, an unread mark, and a line to write in.

use client_api::{Command as Ask, ContactView, Event, MessageView, Recipient};
use protocol::{AccountId, Seq};
use ratatui::Frame;
use ratatui::crossterm::event::{self, Event as Input, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Paragraph, Wrap};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::commands::{Session, contact_name};
use crate::output::{DONE, NOT_FOUND, Output, printable};

/// Messages shown; older ones are printed by `palaver read`.
const MESSAGES_SHOWN_MAX: usize = 500;
/// Lines that a page key scrolls.
const PAGE_LINES: u16 = 10;

/// What the view shows.
struct View {
    name: String,
    peer: AccountId,
    connection: String,
    messages: Vec<MessageView>,
    read_up_to: Seq,
    draft: String,
    lines_up: u16,
}

/// What to do after a key.
enum After {
    Stay,
    Send(String),
    Leave,
}

pub(crate) async fn run(session: &Session<'_>, with: Recipient) -> anyhow::Result<u8> {
    session.catch_up().await?;
    let Some(contact) = session.known(&with).await? else { return Ok(NOT_FOUND) };
    let mut view = View {
        name: contact_name(&contact),
        peer: contact.account,
        connection: String::new(),
        messages: vec![],
        read_up_to: Seq(0),
        draft: String::new(),
        lines_up: 0,
    };
    let mut events = session.client.events();
    let mut keys = read_keys();
    let mut terminal = ratatui::try_init()?;
    let outcome = async {
        view.refresh(session, true).await?;
        loop {
            terminal.draw(|frame| view.draw(frame, session.output))?;
            tokio::select! {
                key = keys.recv() => match key.map(|key| view.key(&key)) {
                    Some(After::Send(text)) => {
                        let to = Recipient::Account(view.peer);
                        session.client.command(Ask::SendText { to, text }).await?;
                        view.refresh(session, false).await?;
                    }
                    Some(After::Stay) => {}
                    Some(After::Leave) | None => return anyhow::Ok(()),
                },
                event = events.recv() => match event {
                    Ok(Event::Message(_) | Event::Conversation(_) | Event::Connection(_)) | Err(RecvError::Lagged(_)) => {
                        view.refresh(session, false).await?;
                    }
                    Ok(_) => {}
                    Err(RecvError::Closed) => return Ok(()),
                },
            }
        }
    }
    .await;
    ratatui::restore();
    outcome?;
    Ok(DONE)
}

/// Keys come from a thread of their own: reading them blocks.
fn read_keys() -> UnboundedReceiver<Input> {
    let (sender, keys) = unbounded_channel();
    std::thread::spawn(move || {
        while let Ok(input) = event::read() {
            if sender.send(input).is_err() {
                return;
            }
        }
    });
    keys
}

impl View {
    /// Reads what is stored, and marks it as read.
    async fn refresh(&mut self, session: &Session<'_>, is_first: bool) -> anyhow::Result<()> {
        let connection = session.client.query(|driver| Box::pin(async { driver.connection() })).await?;
        self.connection = session.output.connection(connection);
        let contact: Option<ContactView> = session.find(&Recipient::Account(self.peer)).await?;
        self.messages.clear();
        if let Some(conversation) = contact.and_then(|contact| contact.conversation) {
            self.messages = session
                .client
                .query(move |driver| {
                    Box::pin(
                        async move { driver.timeline_before(conversation, None, MESSAGES_SHOWN_MAX).await },
                    )
                })
                .await??;
            let views = session.client.query(|driver| Box::pin(async { driver.conversations() })).await?;
            if let Some(shown) = views.into_iter().find(|shown| shown.conversation == conversation) {
                if is_first {
                    self.read_up_to = shown.read_up_to;
                }
                if shown.unread_count > 0 {
                    let up_to = shown.last_seq;
                    session.client.command(Ask::MarkRead { conversation, up_to }).await?;
                }
            }
        }
        let peer = self.peer;
        let pending =
            session.client.query(move |driver| Box::pin(async move { driver.pending(peer) })).await?;
        self.messages.extend(pending);
        Ok(())
    }

    fn key(&mut self, input: &Input) -> After {
        let Input::Key(key) = input else { return After::Stay };
        if key.kind == KeyEventKind::Release {
            return After::Stay;
        }
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => return After::Leave,
            KeyCode::Char('c' | 'd') if is_control => return After::Leave,
            KeyCode::Enter if !self.draft.trim().is_empty() => {
                self.lines_up = 0;
                return After::Send(std::mem::take(&mut self.draft));
            }
            KeyCode::Backspace => {
                self.draft.pop();
            }
            KeyCode::PageUp => self.lines_up = self.lines_up.saturating_add(PAGE_LINES),
            KeyCode::PageDown => self.lines_up = self.lines_up.saturating_sub(PAGE_LINES),
            KeyCode::Char(character) if !is_control => self.draft.push(character),
            _ => {}
        }
        After::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, output: &Output) {
        let [timeline, composer, help] =
            Layout::vertical([Constraint::Min(1), Constraint::Length(3), Constraint::Length(1)])
                .areas(frame.area());
        let title =
            output.texts.with("chat-title", &[("name", &self.name), ("connection", &self.connection)]);
        let lines = self.lines(output);
        let height = timeline.height.saturating_sub(2);
        let all = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let top = all.saturating_sub(height).saturating_sub(self.lines_up);
        let block = Block::default().borders(Borders::ALL).title(printable(&title));
        let shown = Paragraph::new(lines).block(block).wrap(Wrap { trim: false }).scroll((top, 0));
        frame.render_widget(shown, timeline);
        let prompt = Block::default().borders(Borders::ALL).title(output.texts.get("chat-prompt"));
        frame.render_widget(Paragraph::new(self.draft.as_str()).block(prompt), composer);
        let faint = Style::default().add_modifier(Modifier::DIM);
        frame.render_widget(Paragraph::new(output.texts.get("chat-help")).style(faint), help);
    }

    fn lines(&self, output: &Output) -> Vec<Line<'static>> {
        if self.messages.is_empty() {
            return vec![Line::from(output.texts.get("conversation-empty"))];
        }
        let mut lines = Vec::new();
        let mut is_marked = false;
        for message in &self.messages {
            let is_theirs = message.from == self.peer;
            let is_unread = is_theirs && message.seq.is_some_and(|seq| seq > self.read_up_to);
            if is_unread && !is_marked {
                is_marked = true;
                lines.push(Line::from(format!("── {} ──", output.texts.get("chat-unread"))));
            }
            let name = if is_theirs { self.name.clone() } else { output.texts.get("you") };
            let state =
                if is_theirs { String::new() } else { format!("  [{}]", output.state(message.state)) };
            lines.push(Line::from(format!("{}: {}{state}", printable(&name), printable(&message.text))));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use client_api::DeliveryState;
    use protocol::{DeviceId, MessageId, Timestamp};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    #[test]
    fn the_view_shows_states_the_unread_mark_and_the_draft() {
        let peer = AccountId::from_bytes([2; 32]);
        let own = AccountId::from_bytes([1; 32]);
        let view = View {
            name: "@ben".to_owned(),
            peer,
            connection: "live".to_owned(),
            messages: vec![
                message(own, Some(3), "hello", DeliveryState::Delivered),
                message(peer, Some(4), "hi", DeliveryState::Received),
                message(own, None, "later", DeliveryState::Queued),
            ],
            read_up_to: Seq(3),
            draft: "half a thou".to_owned(),
            lines_up: 0,
        };
        let mut terminal = Terminal::new(TestBackend::new(60, 14)).unwrap();
        terminal.draw(|frame| view.draw(frame, &Output::new(false))).unwrap();
        let screen = terminal.backend().to_string();
        for shown in [
            "@ben · live",
            "you: hello  [delivered]",
            "── new ──",
            "@ben: hi",
            "later  [queued]",
            "half a thou",
        ] {
            assert!(screen.contains(shown), "{shown} is not in\n{screen}");
        }
    }

    fn message(from: AccountId, seq: Option<u64>, text: &str, state: DeliveryState) -> MessageView {
        MessageView {
            conversation: None,
            seq: seq.map(Seq),
            id: MessageId::from_bytes([0; 16]),
            from,
            device: DeviceId::from_bytes([0; 16]),
            text: text.to_owned(),
            sent_at: Timestamp::from_millis(0),
            received_at: None,
            state,
        }
    }
}
