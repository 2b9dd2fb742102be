//! A device of the account lets a new one in: it enters the box that the new one shows, learns its key, and lists it.
//!
//! Invariant: only a device that a person has pointed at is listed, by reading its code or by saying that both show the same
//! digits.

use client_api::{CommandId, Event, LinkView, Outcome, Refusal, RefusalCode};
use protocol::codec::OrEmpty;
use protocol::frame::{Failure, LinkEnter, LinkLeave, LinkMessage, Request};
use protocol::identity::{AddDevice, EntryKind};
use protocol::link::{
    LinkAdmitted, LinkBody, LinkCommitted, LinkOffer, LinkScanned, LinkSealed, LinkSecret, LinkSecretBody,
    LinkShare, LinkWord,
};
use protocol::{ConversationId, ErrorCode, limits};

use super::Context;
use super::state::{Asked, Engine};
use crate::linking::{Channel, Ephemeral, LinkCode, Side, commitment};
use crate::records::Phase;

/// A new device that is being let in.
pub(crate) struct Admitting {
    command: CommandId,
    state: State,
}

enum State {
    /// Going to where the new device waits, with its code or by its number.
    Entering { code: Option<LinkCode> },
    /// Settled on a share, and waits for the other's.
    Committed { ephemeral: Ephemeral, share: LinkShare },
    /// People compare digits.
    Comparing { channel: Channel },
    /// Has said which account it is.
    Offered { channel: Channel },
    /// Has the new device's key, and is having it listed.
    Listing { channel: Channel },
    /// It is listed, the command answered: its KeyPackages are on the way.
    Listed { channel: Channel },
}

impl Engine {
    pub(super) fn link_device(&mut self, command: CommandId, shown: &str, cx: &mut Context<'_>) {
        let code = shown.parse::<LinkCode>().ok();
        let number = number_in(shown);
        if code.is_none() && number.is_none() {
            self.refuse(command, RefusalCode::Invalid, cx);
        } else if !self.is_ready() {
            self.refuse(command, RefusalCode::Offline, cx);
        } else {
            self.leave_link(cx);
            let name = OrEmpty(code.as_ref().map(LinkCode::name));
            let enter = LinkEnter { name, number: number.unwrap_or_default() };
            self.admitting = Some(Admitting { command, state: State::Entering { code } });
            self.ask(Request::LinkEnter(enter), Asked::EnterLink, cx);
        }
    }

    /// Whether a command is answered once the new device is listed.
    pub(super) fn is_linking_by(&self, id: CommandId) -> bool {
        self.admitting.as_ref().is_some_and(|admitting| {
            admitting.command == id && !matches!(admitting.state, State::Listed { .. })
        })
    }

    pub(super) fn link_entered(&mut self, cx: &mut Context<'_>) {
        let Some(Admitting { command, state: State::Entering { code } }) = self.admitting.take() else {
            return;
        };
        let ephemeral = Ephemeral::generate(cx.entropy);
        let key = ephemeral.public();
        let state = match code {
            Some(code) => {
                let channel = Channel::by_code(Side::AccountDevice, &ephemeral, code.key, &code.secret);
                self.say_through_link(LinkBody::Scanned(LinkScanned { key }), cx);
                channel.map(|channel| self.offered(channel, cx))
            }
            None => {
                let share = LinkShare { key, nonce: *cx.entropy.draw() };
                let commitment = commitment(&share);
                self.say_through_link(LinkBody::Committed(LinkCommitted { commitment }), cx);
                Some(State::Committed { ephemeral, share })
            }
        };
        self.admit_on(command, state, cx);
    }

    /// Nobody waits there, or it was tried too often.
    pub(super) fn link_not_entered(&mut self, failure: &Failure, cx: &mut Context<'_>) {
        let Some(Admitting { command, .. }) = self.admitting.take() else { return };
        let refusal = match failure.code {
            ErrorCode::NotFound => Refusal::new(RefusalCode::LinkFailed),
            code => Refusal::by_relay(code),
        };
        self.done(command, Outcome::Refused(refusal), cx);
    }

    pub(super) fn link_message_came(&mut self, message: &LinkMessage, cx: &mut Context<'_>) {
        // Nothing is said twice in a linking: what comes twice was doubled on the way.
        if std::mem::replace(&mut self.last_link_word, message.message.clone()) == message.message {
            return;
        }
        let word = LinkWord::decode(&message.message).ok().map(|word| word.body);
        match word {
            Some(word) if self.linking().is_some() => self.new_device_hears(word, cx),
            Some(word) => self.account_device_hears(word, cx),
            None => self.link_broken(cx),
        }
    }

    fn account_device_hears(&mut self, word: LinkBody, cx: &mut Context<'_>) {
        let Some(Admitting { command, state }) = self.admitting.take() else { return };
        let next = match (state, word) {
            (State::Committed { ephemeral, share }, LinkBody::Answered(other)) => {
                let keyed = Channel::by_shares(Side::AccountDevice, (&ephemeral, &share), &other);
                self.say_through_link(LinkBody::Revealed(share), cx);
                keyed.map(|(channel, digits)| {
                    self.show_link(LinkView::Comparing { digits }, cx);
                    State::Comparing { channel }
                })
            }
            (State::Offered { mut channel }, LinkBody::Sealed(sealed)) => {
                match channel.open(&sealed.sealed).map(|secret| secret.body) {
                    Some(LinkSecretBody::Join(device)) => {
                        // Answered with the entry's own outcome. What it is to be told is owed before the entry leaves: its answer may
                        // be lost.
                        self.begin_hand_over(device.key.device_id(), cx);
                        self.admitting = Some(Admitting { command, state: State::Listing { channel } });
                        self.show_link(LinkView::Joining, cx);
                        self.append_identity(command, EntryKind::AddDevice(AddDevice { device }), cx);
                        return;
                    }
                    _ => None,
                }
            }
            // The entry is on its way: its outcome is the linking's.
            (state @ State::Listing { .. }, _) => {
                self.admitting = Some(Admitting { command, state });
                return;
            }
            (State::Listed { mut channel }, LinkBody::Sealed(sealed)) => {
                let said = channel.open(&sealed.sealed).map(|secret| secret.body);
                if matches!(said, Some(LinkSecretBody::Published(_))) {
                    self.leave_link(cx);
                    self.add_new_device(cx);
                }
                return;
            }
            _ => None,
        };
        self.admit_on(command, next, cx);
    }

    fn admit_on(&mut self, command: CommandId, next: Option<State>, cx: &mut Context<'_>) {
        match next {
            Some(state) => self.admitting = Some(Admitting { command, state }),
            None => {
                self.ask(Request::LinkLeave(LinkLeave {}), Asked::Nothing, cx);
                self.refuse(command, RefusalCode::LinkFailed, cx);
            }
        }
    }

    fn offered(&mut self, mut channel: Channel, cx: &mut Context<'_>) -> State {
        let (account, self_conversation) = (self.account.account, self.account.self_conversation);
        let offer = LinkSecret { body: LinkSecretBody::Offer(LinkOffer { account, self_conversation }) };
        let sealed = LinkSealed { sealed: channel.seal(offer).into() };
        self.say_through_link(LinkBody::Sealed(sealed), cx);
        State::Offered { channel }
    }

    /// People have compared the digits.
    pub(super) fn confirm_link(&mut self, command: CommandId, is_same: bool, cx: &mut Context<'_>) {
        if self.linking().is_some() {
            self.confirm_on_new_device(command, is_same, cx);
            return;
        }
        match self.admitting.take() {
            Some(Admitting { command: linking, state: State::Comparing { channel } }) => {
                cx.emit(Event::Done { id: command, outcome: Outcome::Done });
                let next = is_same.then(|| self.offered(channel, cx));
                self.admit_on(linking, next, cx);
            }
            other => {
                self.admitting = other;
                self.refuse(command, RefusalCode::Invalid, cx);
            }
        }
    }

    /// The own log lists a device: if it is the one that is being let in, it is told.
    pub(super) fn device_listed(&mut self, by: CommandId, cx: &mut Context<'_>) {
        match self.admitting.take() {
            Some(Admitting { command, state: State::Listing { mut channel } }) if command == by => {
                let head = self.own_log().head();
                let admitted = LinkSecret { body: LinkSecretBody::Admitted(LinkAdmitted { head }) };
                let sealed = LinkSealed { sealed: channel.seal(admitted).into() };
                self.say_through_link(LinkBody::Sealed(sealed), cx);
                self.admitting = Some(Admitting { command, state: State::Listed { channel } });
            }
            other => self.admitting = other,
        }
    }

    /// The entry that lists the new device was refused, and the command with it.
    pub(super) fn device_not_listed(&mut self, by: CommandId, cx: &mut Context<'_>) {
        let is_listing = |admitting: &Admitting| {
            admitting.command == by && matches!(admitting.state, State::Listing { .. })
        };
        if self.admitting.as_ref().is_some_and(is_listing) {
            self.admitting = None;
            self.ask(Request::LinkLeave(LinkLeave {}), Asked::Nothing, cx);
        }
    }

    /// The other side has left, or the time is over.
    pub(super) fn link_closed(&mut self, cx: &mut Context<'_>) {
        if self.linking().is_some() {
            self.link_closed_on_new_device(cx);
        } else if matches!(&self.admitting, Some(Admitting { state: State::Listed { .. }, .. })) {
            self.admitting = None;
            self.add_new_device(cx);
        } else {
            self.stop_admitting(cx);
        }
    }

    /// What came is no word of a linking.
    pub(super) fn link_broken(&mut self, cx: &mut Context<'_>) {
        if self.linking().is_some() {
            self.link_failed(cx);
        } else {
            self.leave_link(cx);
        }
    }

    /// Gives up what is under way.
    fn leave_link(&mut self, cx: &mut Context<'_>) {
        if self.admitting.is_some() {
            self.stop_admitting(cx);
            self.ask(Request::LinkLeave(LinkLeave {}), Asked::Nothing, cx);
        }
    }

    pub(super) fn stop_admitting(&mut self, cx: &mut Context<'_>) {
        match self.admitting.take() {
            // Answered with the entry.
            None | Some(Admitting { state: State::Listing { .. } | State::Listed { .. }, .. }) => {}
            Some(Admitting { command, .. }) => self.refuse(command, RefusalCode::LinkFailed, cx),
        }
    }

    /// Whether no device is being let in, and no commit is due or under way in any conversation.
    pub(crate) fn has_nothing_to_commit(&self) -> bool {
        self.admitting.is_none()
            && self.has_handed_over()
            && self.next_item(self.account.self_conversation).is_none()
            && self.conversations.values().all(|conversation| {
                conversation.record.phase != Phase::Joined
                    || (conversation.is_settled && conversation.pending.is_none())
            })
    }

    /// Its KeyPackages are there: it is added to conversations without waiting for the next try.
    fn add_new_device(&mut self, cx: &mut Context<'_>) {
        let all: Vec<ConversationId> = self.conversations.keys().copied().collect();
        for id in all {
            if let Some(conversation) = self.conversations.get_mut(&id) {
                conversation.due_at = None;
                conversation.unsettle();
            }
            self.take_up(id, cx);
        }
    }
}

/// Nine digits, however they are grouped.
fn number_in(shown: &str) -> Option<u32> {
    let digits: String =
        shown.chars().filter(|character| !matches!(character, ' ' | '-' | '\u{a0}')).collect();
    let is_number = digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|number| is_number && *number <= limits::LINK_NUMBER_MAX)
}
