//! The conversation list: who is in it, in which order, and what a search leaves of it.

use std::collections::HashMap;

use client_api::{
    AccountId, ContactView, ConversationId, ConversationView, DeliveryState, Handle, Seq, Timestamp,
};

use super::avatar;
use super::route::ChatAddress;

/// Which conversation: people are found by who they are, whether there is a conversation yet or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ChatKey {
    /// With one account.
    Peer(AccountId),
    /// Of many.
    Room(ConversationId),
}

/// Everyone this account knows, and what was said.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Directory {
    conversations: HashMap<ConversationId, ConversationView>,
    contacts: HashMap<AccountId, ContactView>,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Whose.
    pub(crate) key: ChatKey,
    /// Where it leads.
    pub(crate) address: ChatAddress,
    /// What it is called.
    pub(crate) name: String,
    /// The other side.
    pub(crate) peer: Option<AccountId>,
    /// Its alias.
    pub(crate) handle: Option<Handle>,
    /// Whether the other side's safety number was compared.
    pub(crate) is_verified: bool,
    /// The last message's first line.
    pub(crate) line: Option<Line>,
    /// Messages not read.
    pub(crate) unread: u64,
}

/// What a row shows of the last message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// The words.
    pub(crate) text: String,
    /// When.
    pub(crate) at: Timestamp,
    /// How far it has come.
    pub(crate) state: DeliveryState,
}

/// Characters of a message that a row shows at most.
const LINE_CHARACTERS: usize = 160;

impl Directory {
    /// Takes a conversation as it is now.
    pub(crate) fn put_conversation(&mut self, view: ConversationView) {
        self.conversations.insert(view.conversation, view);
    }

    /// Takes a contact as it is now.
    pub(crate) fn put_contact(&mut self, view: ContactView) {
        self.contacts.insert(view.account, view);
    }

    /// A contact.
    pub(crate) fn contact(&self, account: AccountId) -> Option<&ContactView> {
        self.contacts.get(&account)
    }

    /// The conversation behind a key.
    pub(crate) fn conversation(&self, key: ChatKey) -> Option<&ConversationView> {
        match key {
            ChatKey::Room(id) => self.conversations.get(&id),
            ChatKey::Peer(account) => {
                let known = self.contacts.get(&account).and_then(|contact| contact.conversation);
                known
                    .and_then(|id| self.conversations.get(&id))
                    .or_else(|| self.conversations.values().find(|view| view.peer == Some(account)))
            }
        }
    }

    /// What an address means; nothing, where neither conversation nor contact is known.
    pub(crate) fn resolve(&self, address: ChatAddress) -> Option<ChatKey> {
        match address {
            ChatAddress::Account(account) => {
                let is_known = self.contacts.contains_key(&account)
                    || self.conversation(ChatKey::Peer(account)).is_some();
                is_known.then_some(ChatKey::Peer(account))
            }
            ChatAddress::Conversation(id) => self.conversations.get(&id).map(key_of),
        }
    }

    /// The other side's alias.
    pub(crate) fn handle(&self, account: AccountId) -> Option<&Handle> {
        let contact = self.contacts.get(&account).and_then(|contact| contact.handle.as_ref());
        contact.or_else(|| self.conversation(ChatKey::Peer(account))?.handle.as_ref())
    }

    /// What someone is called.
    pub(crate) fn name(&self, account: AccountId) -> String {
        avatar::name(self.handle(account), account)
    }

    /// Rows in order, the last event first, of those whose name has what is searched for.
    pub(crate) fn rows(&self, search: &str) -> Vec<Row> {
        let wanted = search.trim().trim_start_matches('@').to_lowercase();
        let mut rows: Vec<(Timestamp, Row)> = self
            .conversations
            .values()
            .map(|view| (last_at(view), self.row(view)))
            .filter(|(_, row)| row.name.to_lowercase().contains(&wanted))
            .collect();
        rows.sort_by(|(a_at, a), (b_at, b)| b_at.cmp(a_at).then_with(|| a.name.cmp(&b.name)));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Contacts by name, of those whose name has what is searched for.
    pub(crate) fn people(&self, search: &str) -> Vec<AccountId> {
        let wanted = search.trim().trim_start_matches('@').to_lowercase();
        let mut people: Vec<(String, AccountId)> = self
            .contacts
            .keys()
            .map(|account| (self.name(*account).to_lowercase(), *account))
            .filter(|(name, _)| name.contains(&wanted))
            .collect();
        people.sort();
        people.into_iter().map(|(_, account)| account).collect()
    }

    /// Whether someone's safety number was compared.
    pub(crate) fn is_verified(&self, account: AccountId) -> bool {
        self.contact(account).is_some_and(|contact| contact.is_verified)
    }

    /// Where to write to a contact.
    pub(crate) fn address(&self, account: AccountId) -> ChatAddress {
        let conversation = self.conversation(ChatKey::Peer(account)).map(|view| view.conversation);
        conversation.map_or(ChatAddress::Account(account), ChatAddress::Conversation)
    }

    /// The row beside another in the list.
    pub(crate) fn beside(&self, current: Option<ChatKey>, step: isize) -> Option<ChatAddress> {
        let rows = self.rows("");
        let place = rows.iter().position(|row| Some(row.key) == current);
        let next = match place {
            Some(place) => place.checked_add_signed(step)?,
            None => 0,
        };
        rows.get(next).map(|row| row.address)
    }

    /// Messages not read, in all.
    pub(crate) fn unread(&self) -> u64 {
        self.conversations.values().map(|view| view.unread_count).sum()
    }

    /// Whether anyone is known.
    pub(crate) fn has_contacts(&self) -> bool {
        !self.contacts.is_empty()
    }

    /// Takes over that everything up to a place was read, before the client says so.
    pub(crate) fn read_up_to(&mut self, conversation: ConversationId, seq: Seq) {
        if let Some(view) = self.conversations.get_mut(&conversation)
            && view.last_seq <= seq
        {
            view.read_up_to = seq;
            view.unread_count = 0;
        }
    }

    fn row(&self, view: &ConversationView) -> Row {
        let handle = view.handle.clone().or_else(|| self.handle(view.peer?).cloned());
        let name = match view.peer {
            Some(account) => avatar::name(handle.as_ref(), account),
            None => view.conversation.to_string().chars().take(12).collect(),
        };
        Row {
            key: key_of(view),
            address: ChatAddress::Conversation(view.conversation),
            name,
            peer: view.peer,
            handle,
            is_verified: view.peer.is_some_and(|peer| self.is_verified(peer)),
            line: view.last_message.as_ref().map(|message| Line {
                text: line(&message.text),
                at: message.received_at.unwrap_or(message.sent_at),
                state: message.state,
            }),
            unread: view.unread_count,
        }
    }
}

fn key_of(view: &ConversationView) -> ChatKey {
    view.peer.map_or(ChatKey::Room(view.conversation), ChatKey::Peer)
}

fn last_at(view: &ConversationView) -> Timestamp {
    view.last_message
        .as_ref()
        .map_or(Timestamp::default(), |message| message.received_at.unwrap_or(message.sent_at))
}

/// A text on one line, and not longer than a row has use for.
fn line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LINE_CHARACTERS).collect()
}

#[cfg(test)]
#[path = "conversations_tests.rs"]
mod tests;
