//! The client's state and how inputs change it. No I/O: writes, loads and effects come out as a [`Step`].
//!
//! What waits for something (a log, a group, the relay) is kept in the state, and every input that could end the wait
//! runs the same function again.

mod account;
mod admitting;
mod commands;
mod commits;
mod contacts;
mod content;
mod conversation;
mod directory;
mod entries;
mod hand_over;
mod joining;
mod key_packages;
mod linking;
mod opening;
mod outbox;
mod phrase;
mod repair;
mod replies;
mod restoring;
mod rollback;
mod rooms;
mod said_again;
pub(crate) mod self_records;
mod session;
mod settings;
pub(crate) mod state;
mod steady;
mod suites;
mod views;
mod voids;
mod withheld;

use client_api::{Command, CommandId, Event};
use protocol::{Bytes, ConversationId, Seq, Timestamp};

use crate::entropy::{Entropy, Moment};
use crate::phrase::Phrase;
use crate::records::{KeyPackageRecord, MessageRecord, Record, RecordKey, Value, Write};
pub(crate) use content::RECENT_MESSAGES_KEPT;
pub(crate) use said_again::{SaidSince, SinceCommit};
pub(crate) use state::Engine;

/// What happens to a client.
#[derive(Debug)]
pub enum Input {
    /// A user interface asks.
    Command {
        /// Made by the caller.
        id: CommandId,
        /// What it asks.
        command: Command,
    },
    /// Replace the account's phrase. Answered by [`Event::Done`]; where it is done, [`Effect::ShowPhrase`] comes with it.
    ///
    /// An answer that was lost is not known to be a refusal: asking again with the same old phrase goes on with the same
    /// new one, whichever of the two is in force by then.
    ReplacePhrase {
        /// Made by the caller.
        id: CommandId,
        /// The phrase in force.
        old: Phrase,
    },
    /// Begin to connect, also where the last connection ended for good.
    Start,
    /// Do not wait any longer for the time to connect again.
    Hurry,
    /// The socket is open.
    Connected,
    /// The socket is closed, or could not be opened.
    Disconnected,
    /// A frame came.
    Received(Bytes),
    /// The time asked for has come.
    Woke,
}

/// What a client does to the world, once what led to it is stored.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open the socket.
    Connect,
    /// Close the socket.
    Disconnect,
    /// Send a frame.
    Transmit(Bytes),
    /// Wake the client then; replaces an earlier wish.
    WakeAt(Timestamp),
    /// Tell the user interface.
    Emit(Box<Event>),
    /// Show the account's new phrase to whoever asked for it, and to no one else. The old one is void; this one is kept
    /// nowhere.
    ShowPhrase {
        /// Which request it answers.
        id: CommandId,
        /// The new phrase.
        phrase: Phrase,
    },
}

/// What is to be read from the store before something can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Load {
    /// A conversation's group, pending commit and latest messages.
    Conversation(ConversationId),
    /// The private half of a KeyPackage.
    KeyPackage(ConversationId, Vec<u8>),
    /// Those of all.
    KeyPackages,
    /// Messages before a place, the latest first: as many as one part of a hand-over may hold.
    MessagesBefore { conversation: ConversationId, before: Seq },
    /// A conversation's last message.
    LastMessage(ConversationId),
    /// What was said since a commit that a void takes back.
    SaidSince(ConversationId, SinceCommit),
}

/// What was read.
pub(crate) enum Loaded {
    Conversation(Box<state::LoadedConversation>),
    KeyPackage(ConversationId, Option<KeyPackageRecord>),
    KeyPackages(Vec<KeyPackageRecord>),
    MessagesBefore { conversation: ConversationId, before: Seq, messages: Vec<(Seq, Value)> },
    LastMessage(ConversationId, Option<(Seq, MessageRecord)>),
    SaidSince(ConversationId, SaidSince),
}

/// What one input leads to. Persist `writes` before running `effects`.
#[must_use = "persist `writes` before running `effects`"]
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) writes: Vec<Write>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) loads: Vec<Load>,
}

/// One step under way: the present, and what has come of it so far.
pub(crate) struct Context<'a> {
    /// Steady: what is waited for is reckoned by it.
    pub(crate) now: Timestamp,
    /// What the device's clock says, for what others are told and what is kept.
    pub(crate) clock: Timestamp,
    pub(crate) entropy: &'a mut Entropy,
    pub(crate) step: &'a mut Step,
}

impl<'a> Context<'a> {
    /// The present, and the steady time that it is.
    pub(crate) fn at(now: Timestamp, moment: &'a mut Moment, step: &'a mut Step) -> Self {
        Self { now, clock: moment.now, entropy: &mut moment.entropy, step }
    }

    /// An id that lies beside those made about now.
    pub(crate) fn ordered_id(&mut self) -> [u8; 16] {
        self.entropy.ordered_id(self.clock)
    }

    pub(crate) fn put(&mut self, key: RecordKey, record: &impl Record) {
        self.step.writes.push(Write::put(key, record));
    }

    pub(crate) fn delete(&mut self, key: RecordKey) {
        self.step.writes.push(Write::delete(key));
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.step.effects.push(Effect::Emit(Box::new(event)));
    }

    pub(crate) fn load(&mut self, load: Load) {
        self.step.loads.push(load);
    }

    pub(crate) fn secret(&mut self) -> mls_wasm::StepSecret {
        mls_wasm::StepSecret::from_bytes(*self.entropy.draw())
    }
}

impl Engine {
    /// Decides what an input means.
    pub(crate) fn step(&mut self, input: Input, moment: &mut Moment) -> Step {
        let mut step = Step::default();
        let cx = &mut Context::at(self.clock.read(moment.now), moment, &mut step);
        match input {
            Input::Command { id, command } => self.command(id, command, cx),
            Input::ReplacePhrase { id, old } => self.replace_phrase(id, &old, cx),
            Input::Start => self.connect(cx),
            Input::Hurry => self.hurry(cx),
            Input::Connected => self.greet(cx),
            Input::Disconnected => self.disconnected(cx),
            Input::Received(bytes) => self.received(bytes, cx),
            Input::Woke => self.woke(cx),
        }
        self.settle(cx);
        step
    }

    /// Goes on with what had to be read first.
    pub(crate) fn loaded(&mut self, loaded: Loaded, moment: &mut Moment) -> Step {
        let mut step = Step::default();
        let cx = &mut Context::at(self.clock.read(moment.now), moment, &mut step);
        match loaded {
            Loaded::Conversation(loaded) => self.conversation_loaded(*loaded, cx),
            Loaded::KeyPackage(conversation, record) => self.key_package_loaded(conversation, record, cx),
            Loaded::SaidSince(conversation, said) => self.said_since_loaded(conversation, said, cx),
            Loaded::KeyPackages(stored) => self.key_packages_loaded(stored, cx),
            Loaded::MessagesBefore { conversation, before, messages } => {
                self.messages_to_tell(conversation, before, messages, cx);
            }
            Loaded::LastMessage(conversation, last) => {
                if let Some((seq, message)) = last {
                    self.note_last_message(conversation, seq, message, cx);
                }
            }
        }
        self.settle(cx);
        step
    }

    /// What every input ends with: acknowledgements, and whether this client is in step.
    fn settle(&mut self, cx: &mut Context<'_>) {
        self.forget_replacement(cx);
        self.take_up_left_invitations(cx);
        self.hand_over(cx);
        self.acknowledge(cx);
        self.update_connection(cx);
        self.wish_to_wake(cx);
    }
}
