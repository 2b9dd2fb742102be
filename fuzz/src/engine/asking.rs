//! What people ask: about what there is, and about what there is not.

use client_api::{Command, ConversationKind, LinkView, Recipient, SecretText};
use protocol::{AccountId, ConversationId, DeviceId, MessageId, Seq};

use super::Scene;

/// What nobody has.
const NO_CONVERSATION: ConversationId = ConversationId::from_bytes([3; 16]);
const NO_MESSAGE: MessageId = MessageId::from_bytes([4; 16]);
const NO_DEVICE: DeviceId = DeviceId::from_bytes([5; 16]);

/// Stand for what a new device shows: its code, and its number.
pub(crate) const CODE: &[u8] = b"";
pub(crate) const NUMBER: &[u8] = b"#";

/// What is asked, as a byte says. The bytes behind it say for whom, where, and in which words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Say,
    Meet,
    Draft,
    Read,
    Renew,
    Discard,
    Verify,
    Link,
    Name,
    OpenRoom,
    Invite,
    Dismiss,
    SayInRoom,
    Revoke,
    Confirm,
    Choose,
}

const WISHES: [Wish; 16] = [
    Wish::Say,
    Wish::Meet,
    Wish::Draft,
    Wish::Read,
    Wish::Renew,
    Wish::Discard,
    Wish::Verify,
    Wish::Link,
    Wish::Name,
    Wish::OpenRoom,
    Wish::Invite,
    Wish::Dismiss,
    Wish::SayInRoom,
    Wish::Revoke,
    Wish::Confirm,
    Wish::Choose,
];

impl Scene {
    /// A person asks for what a byte says.
    pub(super) fn ask(&mut self, who: usize, which: u8, rest: &[u8]) {
        let command = self.command(who, WISHES[usize::from(which) % WISHES.len()], rest);
        self.world.ask(who, command);
    }

    fn command(&mut self, who: usize, wish: Wish, rest: &[u8]) -> Command {
        let text = || String::from_utf8_lossy(rest).into_owned();
        let at = |place: usize| rest.get(place).copied().unwrap_or_default();
        let account = self.world.account(usize::from(who != 1));
        match wish {
            Wish::Say => Command::SendText { to: Recipient::Account(account), text: self.said(who, text()) },
            Wish::Meet => Command::AddContact { who: Recipient::Account(account) },
            Wish::Draft => Command::SaveDraft { account, text: text() },
            Wish::Read => Command::MarkRead {
                conversation: self.conversation_of(who, at(1)),
                up_to: Seq(rest.first().copied().unwrap_or(1).into()),
            },
            Wish::Renew => Command::RefreshKeys { conversation: self.conversation_of(who, at(0)) },
            Wish::Discard => {
                let waits = self.world.driver(who).pending(account);
                Command::Discard { message: waits.first().map_or(NO_MESSAGE, |message| message.id) }
            }
            Wish::Verify => {
                let safety = self.world.driver(who).safety(account);
                let safety_number = safety.map_or_else(text, |safety| safety.safety_number);
                Command::MarkVerified { account, safety_number }
            }
            Wish::Link => Command::LinkDevice { shown: SecretText(self.shown(rest).unwrap_or_else(text)) },
            Wish::Name => match text().parse() {
                Ok(handle) => Command::SetHandle { handle },
                Err(_) => Command::AddContact { who: Recipient::Account(self.world.account(who)) },
            },
            Wish::OpenRoom => Command::OpenRoom,
            Wish::Invite => {
                Command::Invite { room: self.room(who, at(1)), who: Recipient::Account(self.whose(at(0))) }
            }
            Wish::Dismiss => Command::Dismiss { room: self.room(who, at(1)), account: self.whose(at(0)) },
            Wish::SayInRoom => {
                let text = String::from_utf8_lossy(rest.get(1..).unwrap_or_default()).into_owned();
                Command::SayInRoom { room: self.room(who, at(0)), text: self.said(who, text) }
            }
            Wish::Revoke => Command::RevokeDevice { device: self.device_of(at(0)) },
            Wish::Confirm => Command::ConfirmLink { is_same: at(0) != 0 },
            Wish::Choose => Command::SetSetting { name: "theme".to_owned(), value: text() },
        }
    }

    /// Remembers that somebody said so. A device that is nobody's yet may be anybody's by the time it is heard.
    fn said(&mut self, who: usize, text: String) -> String {
        let is_linking = self.world.driver(who).is_linking();
        for speaker in (0..self.clients()).filter(|client| *client == who || is_linking) {
            self.said.insert((self.world.account(speaker), text.clone()));
        }
        text
    }

    fn whose(&self, client: u8) -> AccountId {
        self.world.account(usize::from(client) % self.clients())
    }

    fn device_of(&self, client: u8) -> DeviceId {
        let client = usize::from(client) % (self.clients() + 1);
        if client < self.clients() { self.device(client) } else { NO_DEVICE }
    }

    /// One of somebody's conversations, else the first that anybody has.
    fn conversation_of(&self, who: usize, which: u8) -> ConversationId {
        let own = self.world.driver(who).conversations();
        let own = own.get(usize::from(which)).map(|view| view.conversation);
        own.or_else(|| self.conversation(0)).unwrap_or(NO_CONVERSATION)
    }

    /// A room: one of somebody's own, the latest first; behind those, one that others are in; or none.
    fn room(&self, who: usize, which: u8) -> ConversationId {
        let own = self.world.driver(who).conversations().into_iter();
        let own = own.filter(|view| view.kind == ConversationKind::Room).map(|view| view.conversation);
        let mut rooms: Vec<ConversationId> = own.collect();
        rooms.sort_by(|one, other| other.cmp(one));
        let others = self.relay.rooms().into_iter().filter(|room| !rooms.contains(room));
        let others: Vec<ConversationId> = others.collect();
        rooms.extend(others);
        rooms.push(NO_CONVERSATION);
        rooms[usize::from(which) % rooms.len()]
    }

    /// What a new device shows, if that is what bytes stand for.
    fn shown(&self, rest: &[u8]) -> Option<String> {
        let shown = (0..self.clients()).find_map(|client| self.world.driver(client).link_view());
        match (shown?, rest) {
            (LinkView::Waiting { code, .. }, CODE) => Some(code),
            (LinkView::Waiting { number, .. }, NUMBER) => Some(number),
            _ => None,
        }
    }
}
