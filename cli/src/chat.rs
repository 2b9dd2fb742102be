//! The interactive view: a timeline with delivery states, an unread mark, and a line to write in.

use std::io::IsTerminal;

use client_api::{Command as Ask, ContactView, Event, MessageView, Recipient};
use protocol::{AccountId, Seq};
use ratatui::Frame;
use ratatui::crossterm::event::{self, Event as Input, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::crossterm::execute;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Paragraph};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input as Draft, InputRequest};

use crate::commands::{Session, contact_name};
use crate::output::{DONE, FAILED, NOT_FOUND, Output, message_lines, printable};
use crate::reading::drop_arrived;

/// Messages shown; older ones are printed by `palaver read`.
const MESSAGES_SHOWN_MAX: usize = 500;
/// Lines that a page key scrolls.
const PAGE_LINES: usize = 10;
/// Stands for a line's end in the line that is written in.
const LINE_END: &str = "⏎";

/// What the view shows.
struct View {
    name: String,
    peer: AccountId,
    connection: String,
    messages: Vec<MessageView>,
    read_up_to: Seq,
    draft: Draft,
    /// The messages as lines of the timeline, for a width. None where they have to be laid out anew.
    laid_out: Option<(usize, Vec<String>)>,
    lines_up: usize,
}

/// What to do after a key.
enum After {
    Stay,
    Send(String),
    Leave,
}

pub(crate) async fn run(session: &Session<'_>, with: Recipient) -> anyhow::Result<u8> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        session.output.error("no_terminal", &session.output.texts.get("chat-terminal"));
        return Ok(FAILED);
    }
    session.catch_up().await?;
    let Some(contact) = session.known(&with).await? else { return Ok(NOT_FOUND) };
    let mut view = View {
        name: contact_name(&contact),
        peer: contact.account,
        connection: String::new(),
        messages: vec![],
        read_up_to: Seq(0),
        draft: Draft::default(),
        laid_out: None,
        lines_up: 0,
    };
    let mut events = session.client.events();
    let mut keys = read_keys();
    let mut terminal = ratatui::try_init()?;
    // A terminal that does not know how to tell a paste from typing types it.
    let _ = execute!(std::io::stdout(), event::EnableBracketedPaste);
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
    let _ = execute!(std::io::stdout(), event::DisableBracketedPaste);
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
        self.laid_out = None;
        // Read before the timeline, so that what is sent meanwhile is missing in neither.
        let mut pending = session.pending(self.peer).await?;
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
        drop_arrived(&mut pending, &self.messages);
        self.messages.extend(pending);
        Ok(())
    }

    fn key(&mut self, input: &Input) -> After {
        let key = match input {
            Input::Paste(text) => {
                for character in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
                    self.draft.handle(InputRequest::InsertChar(character));
                }
                return After::Stay;
            }
            Input::Key(key) if key.kind != KeyEventKind::Release => key,
            _ => return After::Stay,
        };
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => return After::Leave,
            KeyCode::Char('c' | 'd') if is_control => return After::Leave,
            KeyCode::Enter => {
                self.lines_up = 0;
                let text = self.draft.value_and_reset();
                return if text.trim().is_empty() { After::Stay } else { After::Send(text) };
            }
            KeyCode::PageUp => self.lines_up = self.lines_up.saturating_add(PAGE_LINES),
            KeyCode::PageDown => self.lines_up = self.lines_up.saturating_sub(PAGE_LINES),
            _ => {
                self.draft.handle_event(input);
            }
        }
        After::Stay
    }

    fn draw(&mut self, frame: &mut Frame<'_>, output: &Output) {
        let [timeline, composer, help] =
            Layout::vertical([Constraint::Min(1), Constraint::Length(3), Constraint::Length(1)])
                .areas(frame.area());
        let title =
            output.texts.with("chat-title", &[("name", &self.name), ("connection", &self.connection)]);
        let block = Block::default().borders(Borders::ALL).title(printable(&title));
        let inside = block.inner(timeline);
        let height = usize::from(inside.height);
        self.lay_out(usize::from(inside.width), output);
        let lines = self.laid_out.as_ref().map_or(&[][..], |(_, lines)| lines);
        self.lines_up = self.lines_up.min(lines.len().saturating_sub(height));
        let end = lines.len() - self.lines_up;
        let shown = lines[end.saturating_sub(height)..end].iter().map(|line| Line::from(line.as_str()));
        frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()).block(block), timeline);
        let prompt = Block::default().borders(Borders::ALL).title(output.texts.get("chat-prompt"));
        let inside = prompt.inner(composer);
        // The last column is the cursor's.
        let scrolled = self.draft.visual_scroll(usize::from(inside.width).saturating_sub(1));
        let draft = printable(self.draft.value()).replace('\n', LINE_END).replace('\t', " ");
        let columns = u16::try_from(scrolled).unwrap_or(u16::MAX);
        frame.render_widget(Paragraph::new(draft).block(prompt).scroll((0, columns)), composer);
        let cursor = self.draft.visual_cursor().saturating_sub(scrolled);
        frame.set_cursor_position((inside.x + u16::try_from(cursor).unwrap_or(0), inside.y));
        let faint = Style::default().add_modifier(Modifier::DIM);
        frame.render_widget(Paragraph::new(output.texts.get("chat-help")).style(faint), help);
    }

    /// Breaks the messages into lines of a width, once for each change of either.
    fn lay_out(&mut self, width: usize, output: &Output) {
        if self.laid_out.as_ref().is_some_and(|(laid_out_for, _)| *laid_out_for == width) {
            return;
        }
        let options = textwrap::Options::new(width.max(1)).subsequent_indent("    ");
        let lines = self.lines(output);
        let wrapped = lines.iter().flat_map(|line| textwrap::wrap(line, &options));
        self.laid_out = Some((width, wrapped.map(std::borrow::Cow::into_owned).collect()));
    }

    fn lines(&self, output: &Output) -> Vec<String> {
        if self.messages.is_empty() {
            return vec![output.texts.get("conversation-empty")];
        }
        let mut lines = Vec::new();
        let mut is_marked = false;
        for message in &self.messages {
            let is_theirs = message.from == self.peer;
            let is_unread = is_theirs && message.seq.is_some_and(|seq| seq > self.read_up_to);
            if is_unread && !is_marked {
                is_marked = true;
                lines.push(format!("── {} ──", output.texts.get("chat-unread")));
            }
            let name = if is_theirs { self.name.clone() } else { output.texts.get("you") };
            let words = message_lines(&name, message, &output.glyph(message));
            lines.extend(words.into_iter().map(|line| line.replace('\t', "    ")));
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

    const PEER: AccountId = AccountId::from_bytes([2; 32]);
    const OWN: AccountId = AccountId::from_bytes([1; 32]);

    #[test]
    fn the_view_shows_states_the_unread_mark_and_the_draft() {
        let mut view = view(vec![
            message(OWN, Some(3), "hello", DeliveryState::Delivered),
            message(PEER, Some(4), "hi", DeliveryState::Received),
            message(OWN, None, "later", DeliveryState::Queued),
        ]);
        view.draft = "half a thou".into();
        let screen = drawn(&mut view);
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

    #[test]
    fn the_newest_message_is_in_view_however_long_the_ones_before_are() {
        let long = "many words ".repeat(500);
        let mut view = view(vec![
            message(PEER, Some(3), &long, DeliveryState::Received),
            message(PEER, Some(4), "the end", DeliveryState::Received),
        ]);
        assert!(drawn(&mut view).contains("@ben: the end"));
        for _ in 0..1_000 {
            view.key(&Input::Key(KeyCode::PageUp.into()));
        }
        assert!(drawn(&mut view).contains("@ben: many words"), "the beginning");
        let pages = 1 + 5_500 / 58 / PAGE_LINES;
        (0..pages).for_each(|_| drop(view.key(&Input::Key(KeyCode::PageDown.into()))));
        assert!(drawn(&mut view).contains("@ben: the end"), "no further up than there is to see");
    }

    #[test]
    fn what_is_pasted_is_one_message_and_keeps_its_lines() {
        let mut view = view(vec![]);
        view.key(&Input::Paste("one\r\ntwo".to_owned()));
        assert!(drawn(&mut view).contains("one⏎two"));
        assert!(
            matches!(view.key(&Input::Key(KeyCode::Enter.into())), After::Send(text) if text == "one\ntwo")
        );
    }

    #[test]
    fn the_draft_is_edited_where_the_cursor_is_and_its_end_stays_in_view() {
        let mut view = view(vec![]);
        view.key(&Input::Paste("x".repeat(100) + "yz"));
        for key in [KeyCode::Left, KeyCode::Backspace, KeyCode::Char('!')] {
            view.key(&Input::Key(key.into()));
        }
        assert!(drawn(&mut view).contains("xx!z"));
    }

    fn view(messages: Vec<MessageView>) -> View {
        View {
            name: "@ben".to_owned(),
            peer: PEER,
            connection: "live".to_owned(),
            messages,
            read_up_to: Seq(3),
            draft: Draft::default(),
            laid_out: None,
            lines_up: 0,
        }
    }

    fn drawn(view: &mut View) -> String {
        let mut terminal = Terminal::new(TestBackend::new(60, 14)).unwrap();
        terminal.draw(|frame| view.draw(frame, &Output::new(false))).unwrap();
        terminal.backend().to_string()
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
