//! Reading: a conversation, the list of them, and what comes.

use std::time::Duration;

use client_api::{
    Command as Ask, Connection, ContactView, ConversationId, DeliveryState, Event, MessageView, Recipient,
};
use protocol::{AccountId, Seq};
use tokio::sync::broadcast::error::RecvError;

use crate::commands::{Session, contact_name};
use crate::output::{DONE, NOT_FOUND, name_of};

/// Messages read at a time.
const PAGE_MESSAGES: usize = 500;

/// Leaves out what has come into the timeline since it was pending.
pub(crate) fn drop_arrived(pending: &mut Vec<MessageView>, timeline: &[MessageView]) {
    pending.retain(|queued| timeline.iter().all(|message| message.id != queued.id));
}

impl Session<'_> {
    pub(crate) async fn read(&self, with: Recipient, since: Seq) -> anyhow::Result<u8> {
        let connection = self.catch_up().await?;
        let Some(contact) = self.known(&with).await? else { return Ok(NOT_FOUND) };
        let mut pending = self.pending(contact.account).await?;
        let last = match contact.conversation {
            Some(conversation) => self.print_timeline(conversation, since, &contact, &mut pending).await?,
            None => None,
        };
        for message in &pending {
            self.output.message(message, &self.output.texts.get("you"));
        }
        match (last, contact.conversation) {
            (Some(up_to), Some(conversation)) => {
                self.client.command(Ask::MarkRead { conversation, up_to }).await?;
            }
            _ if !pending.is_empty() => {}
            (None, Some(_)) if since > Seq(0) => self.output.say("nothing-since", &[]),
            (None, Some(_)) => self.output.say("conversation-empty", &[]),
            (_, None) => self.output.say("conversation-none", &[("name", &name_of(&with))]),
        }
        match connection {
            Connection::Offline { .. } | Connection::Stopped { .. } => {
                Ok(self.output.away(connection, "offline-shown"))
            }
            Connection::Live | Connection::Connecting | Connection::CatchingUp => Ok(DONE),
        }
    }

    /// Prints what stands behind a place, and says the last one printed. What was pending before it was read may stand in it.
    async fn print_timeline(
        &self,
        conversation: ConversationId,
        since: Seq,
        contact: &ContactView,
        pending: &mut Vec<MessageView>,
    ) -> anyhow::Result<Option<Seq>> {
        let (mut from, mut last) = (since.next(), None);
        loop {
            let page = self
                .client
                .query(move |driver| {
                    Box::pin(async move { driver.timeline(conversation, from, PAGE_MESSAGES).await })
                })
                .await??;
            let Some(end) = page.last().and_then(|message| message.seq) else { return Ok(last) };
            for message in &page {
                self.output.message(message, &self.sender(message, contact));
            }
            drop_arrived(pending, &page);
            (from, last) = (end.next(), Some(end));
        }
    }

    pub(crate) async fn watch(&self, with: Option<Recipient>, seconds: Option<u64>) -> anyhow::Result<u8> {
        let only = match &with {
            Some(with) => match self.known(with).await? {
                Some(contact) => Some(contact.account),
                None => return Ok(NOT_FOUND),
            },
            None => None,
        };
        let mut events = self.client.events();
        self.client.start();
        let watching = async {
            loop {
                match events.recv().await {
                    Ok(Event::Message(view)) => self.watched(&view, only).await?,
                    Ok(Event::Notice(notice)) => {
                        let code = notice.code.as_str();
                        self.output.warn(&self.output.texts.with("notice", &[("code", code)]));
                    }
                    Ok(Event::Connection(Connection::Offline { .. })) => {
                        self.output.warn(&self.output.texts.get("watch-offline"));
                    }
                    Ok(Event::Connection(Connection::Stopped { .. })) => return anyhow::Ok(()),
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return anyhow::Ok(()),
                }
            }
        };
        match seconds {
            Some(seconds) => {
                if let Ok(ended) = tokio::time::timeout(Duration::from_secs(seconds), watching).await {
                    ended?;
                }
            }
            None => tokio::select! {
                ended = watching => ended?,
                _ = tokio::signal::ctrl_c() => {}
            },
        }
        match self.connection().await? {
            Connection::Live | Connection::CatchingUp => Ok(DONE),
            away => Ok(self.output.away(away, "offline-shown")),
        }
    }

    async fn watched(&self, view: &MessageView, only: Option<AccountId>) -> anyhow::Result<()> {
        let from = view.from;
        let contact = self
            .client
            .query(move |driver| Box::pin(async move { driver.find(&Recipient::Account(from)) }))
            .await?;
        let is_wanted = only.is_none_or(|only| from == only || contact.is_none());
        if is_wanted && view.seq.is_some() {
            let name = contact.map_or_else(|| self.output.texts.get("you"), |contact| contact_name(&contact));
            self.output.message(view, &name);
        }
        Ok(())
    }

    pub(crate) async fn conversations(&self) -> anyhow::Result<u8> {
        self.catch_up().await?;
        let conversations = self.client.query(|driver| Box::pin(async { driver.conversations() })).await?;
        if conversations.is_empty() {
            self.output.say("conversations-none", &[]);
        }
        for conversation in conversations {
            self.output.object(&conversation);
            let name = conversation.handle.as_ref().map_or_else(
                || conversation.peer.map(|peer| peer.to_string()).unwrap_or_default(),
                ToString::to_string,
            );
            let last = conversation.last_message.map(|message| {
                let is_own = message.state != DeliveryState::Received;
                let author =
                    if is_own { format!("{}: ", self.output.texts.get("you")) } else { String::new() };
                format!("{author}{}", message.text.replace('\n', " "))
            });
            let unread = if conversation.unread_count == 0 {
                String::new()
            } else {
                format!("({}) ", conversation.unread_count)
            };
            self.output.plain_row(&name, &format!("{unread}{}", last.unwrap_or_default()));
        }
        Ok(DONE)
    }

    fn sender(&self, message: &MessageView, contact: &ContactView) -> String {
        if message.from == contact.account { contact_name(contact) } else { self.output.texts.get("you") }
    }
}
