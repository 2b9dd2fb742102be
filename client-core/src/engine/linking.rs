//! A new device becomes one of an account: it opens a link box, shows how to find it, and is let in by a device of the account.
//!
//! Invariant: nothing is believed of an account before a person has shown this device to it, by its code or by comparing
//! digits. What the relay serves of the account's log has to list this very device.

use client_api::{CommandId, Event, LinkView, NoticeCode, Outcome, RefusalCode};
use protocol::frame::{
    IdentityEntries, IdentityFetch, IdentityTarget, LinkOpen, LinkOpened, LinkSend, Request,
};
use protocol::identity::{DeviceListing, Head, IdentityError, IdentityLog};
use protocol::keys::RootKey;
use protocol::link::{
    LinkBody, LinkOffer, LinkPublished, LinkSealed, LinkSecret, LinkSecretBody, LinkShare, LinkWord,
};
use protocol::{ConversationId, limits};

use super::Context;
use super::restoring::extended;
use super::state::{Arriving, Asked, Conversation, Engine, GroupState};
use super::suites::OWN_GROUP;
use crate::linking::{Channel, Ephemeral, LinkCode, Side, commitment};
use crate::records::{ConversationRecord, LinkingRecord, Phase, StoredKind};

/// A device that is being linked.
pub(crate) struct Linking {
    pub(super) record: LinkingRecord,
    state: State,
    /// What people are shown.
    pub(crate) view: Option<LinkView>,
}

enum State {
    /// No box is open.
    Closed,
    /// Waits for a device of the account.
    Waiting { ephemeral: Ephemeral, code: LinkCode },
    /// That device has settled on its share, and has this one's.
    Answered { ephemeral: Ephemeral, share: LinkShare, commitment: [u8; 32] },
    /// The two can talk. Where there was no code, people have to say that the digits are the same.
    Keyed { channel: Channel, is_confirmed: bool, offer: Option<LinkOffer> },
    /// Asked to be listed. Without a channel after a restart.
    Joining { channel: Option<Channel>, head: Option<Head>, log: Option<IdentityLog> },
}

impl Engine {
    /// A new device that belongs to no account yet. Nothing is sent.
    pub(crate) fn begin_to_link(cx: &mut Context<'_>) -> Self {
        let record = LinkingRecord { device_secret: cx.entropy.draw(), relay: None, joining: None };
        cx.put(LinkingRecord::key(), &record);
        Self::of_linking(record, 0)
    }

    /// Goes on with what was begun.
    pub(crate) fn of_linking(record: LinkingRecord, state_counter: u64) -> Self {
        // Stands for the account until it is known: there is always one.
        let stand_in = RootKey::from_secret(&[0; 32]);
        let mut engine = Self::of_no_account(&stand_in, &record.device_secret, record.relay, state_counter);
        engine.arriving =
            Some(Arriving::Linking(Box::new(Linking { record, state: State::Closed, view: None })));
        engine
    }

    /// Whether this device belongs to no account yet.
    pub(crate) fn is_arriving(&self) -> bool {
        self.arriving.is_some()
    }

    pub(crate) fn linking(&self) -> Option<&Linking> {
        match &self.arriving {
            Some(Arriving::Linking(linking)) => Some(linking),
            Some(Arriving::Restoring(_)) | None => None,
        }
    }

    /// Connected: opens a box, or looks whether the account lists this device by now.
    pub(super) fn go_on_linking(&mut self, cx: &mut Context<'_>) {
        let Some(Arriving::Linking(linking)) = &mut self.arriving else { return };
        if linking.record.joining.is_some() {
            linking.state = State::Joining { channel: None, head: None, log: None };
            self.ask_for_log_to_join(cx);
            return;
        }
        let ephemeral = Ephemeral::generate(cx.entropy);
        let code = LinkCode::new(&ephemeral, cx.entropy);
        let open = LinkOpen { name: code.name() };
        linking.state = State::Waiting { ephemeral, code };
        self.ask(Request::LinkOpen(open), Asked::OpenLink, cx);
    }

    pub(super) fn link_opened(&mut self, opened: &LinkOpened, cx: &mut Context<'_>) {
        if let Some(Linking { state: State::Waiting { code, .. }, .. }) = self.linking() {
            let (code, number) = (code.text(), format!("{:09}", opened.number));
            let expires_at = cx.clock.plus_millis(limits::LINK_MS);
            self.show_link(LinkView::Waiting { code, number, expires_at }, cx);
        }
    }

    pub(super) fn new_device_hears(&mut self, word: LinkBody, cx: &mut Context<'_>) {
        let Some(Arriving::Linking(linking)) = &mut self.arriving else { return };
        let next = match (std::mem::replace(&mut linking.state, State::Closed), word) {
            (State::Waiting { ephemeral, code }, LinkBody::Scanned(scanned)) => {
                Channel::by_code(Side::NewDevice, &ephemeral, scanned.key, &code.secret)
                    .map(|channel| State::Keyed { channel, is_confirmed: true, offer: None })
            }
            (State::Waiting { ephemeral, .. }, LinkBody::Committed(committed)) => {
                let share = LinkShare { key: ephemeral.public(), nonce: *cx.entropy.draw() };
                self.say_through_link(LinkBody::Answered(share.clone()), cx);
                Some(State::Answered { ephemeral, share, commitment: committed.commitment })
            }
            (State::Answered { ephemeral, share, commitment: promised }, LinkBody::Revealed(other))
                if commitment(&other) == promised =>
            {
                let keyed = Channel::by_shares(Side::NewDevice, (&ephemeral, &share), &other);
                keyed.map(|(channel, digits)| {
                    self.show_link(LinkView::Comparing { digits }, cx);
                    State::Keyed { channel, is_confirmed: false, offer: None }
                })
            }
            (State::Keyed { mut channel, is_confirmed, offer: None }, LinkBody::Sealed(sealed)) => {
                match channel.open(&sealed.sealed).map(|secret| secret.body) {
                    Some(LinkSecretBody::Offer(offer)) => {
                        Some(State::Keyed { channel, is_confirmed, offer: Some(offer) })
                    }
                    _ => None,
                }
            }
            (State::Joining { channel: Some(mut channel), head: None, log }, LinkBody::Sealed(sealed)) => {
                match channel.open(&sealed.sealed).map(|secret| secret.body) {
                    Some(LinkSecretBody::Admitted(admitted)) => {
                        Some(State::Joining { channel: Some(channel), head: Some(admitted.head), log })
                    }
                    // Asked to be listed, it is for the log to say whether it is: no word of anyone else ends that.
                    _ => Some(State::Joining { channel: Some(channel), head: None, log }),
                }
            }
            (joining @ State::Joining { .. }, _) => Some(joining),
            _ => None,
        };
        self.go_on_from(next, cx);
    }

    fn go_on_from(&mut self, next: Option<State>, cx: &mut Context<'_>) {
        let (Some(next), Some(Arriving::Linking(linking))) = (next, &mut self.arriving) else {
            self.link_failed(cx);
            return;
        };
        let has_come_far = matches!(&next, State::Joining { head: Some(_), .. });
        linking.state = next;
        if has_come_far {
            self.ask_for_log_to_join(cx);
        } else {
            self.join_offered(cx);
        }
    }

    /// People have compared the digits.
    pub(super) fn confirm_on_new_device(&mut self, command: CommandId, is_same: bool, cx: &mut Context<'_>) {
        let Some(Arriving::Linking(linking)) = &mut self.arriving else { return };
        match &mut linking.state {
            State::Keyed { is_confirmed, .. } if is_same => {
                *is_confirmed = true;
                cx.emit(Event::Done { id: command, outcome: Outcome::Done });
                self.join_offered(cx);
            }
            State::Keyed { .. } => {
                cx.emit(Event::Done { id: command, outcome: Outcome::Done });
                self.link_failed(cx);
            }
            _ => self.refuse(command, RefusalCode::Invalid, cx),
        }
    }

    /// Asks to be listed, once the account is known and people have said that it is theirs.
    fn join_offered(&mut self, cx: &mut Context<'_>) {
        let Some(Arriving::Linking(linking)) = &mut self.arriving else { return };
        let State::Keyed { channel, is_confirmed: true, offer: Some(offer) } = &mut linking.state else {
            return;
        };
        let join =
            LinkSecret { body: LinkSecretBody::Join(DeviceListing::new(&offer.account, &self.device)) };
        let sealed = LinkSealed { sealed: channel.seal(join).into() };
        linking.record.joining = Some((offer.account, offer.self_conversation));
        cx.put(LinkingRecord::key(), &linking.record);
        if let State::Keyed { channel, .. } = std::mem::replace(&mut linking.state, State::Closed) {
            linking.state = State::Joining { channel: Some(channel), head: None, log: None };
        }
        self.show_link(LinkView::Joining, cx);
        self.say_through_link(LinkBody::Sealed(sealed), cx);
    }

    /// The other side has left, or the time is over.
    pub(super) fn link_closed_on_new_device(&mut self, cx: &mut Context<'_>) {
        match self.linking().map(|linking| &linking.state) {
            // Nobody came: there is a new code for whoever comes later.
            Some(State::Waiting { .. }) => self.go_on_linking(cx),
            // It may have been listed at the last moment.
            Some(State::Joining { head: None, .. }) => self.ask_for_log_to_join(cx),
            Some(State::Joining { .. }) | None => {}
            Some(_) => self.link_failed(cx),
        }
    }

    fn ask_for_log_to_join(&mut self, cx: &mut Context<'_>) {
        let Some(Arriving::Linking(linking)) = &mut self.arriving else { return };
        let Linking { record, state: State::Joining { log, .. }, .. } = &mut **linking else { return };
        *log = None;
        if let Some((account, _)) = record.joining {
            self.fetch_log_to_join(account, 0, cx);
        }
    }

    fn fetch_log_to_join(&mut self, account: protocol::AccountId, from_length: u64, cx: &mut Context<'_>) {
        let fetch = IdentityFetch { target: IdentityTarget::Account(account), from_length };
        self.ask(Request::IdentityFetch(fetch), Asked::LogToJoin { from_length }, cx);
    }

    pub(super) fn log_to_join_came(
        &mut self,
        from_length: u64,
        served: IdentityEntries,
        cx: &mut Context<'_>,
    ) {
        let Some(Arriving::Linking(linking)) = &mut self.arriving else { return };
        let Linking { record, state: State::Joining { log, head, .. }, .. } = &mut **linking else { return };
        let Some((account, self_conversation)) = record.joining else { return };
        let (there, own) = (served.head, self.device.public().device_id());
        match extended(log.take(), from_length, served) {
            Ok(more) if more.account() != account => self.link_failed(cx),
            Ok(more) if more.head() != there => {
                let from_length = more.head().length;
                *log = Some(more);
                self.fetch_log_to_join(account, from_length, cx);
            }
            Ok(whole) => {
                let has_named = head.is_none_or(|head| whole.require_contains(&head).is_ok());
                if has_named && whole.view().device(&own).is_some() {
                    self.linked(whole, self_conversation, cx);
                } else {
                    self.link_failed(cx);
                }
            }
            Err(IdentityError::UpgradeRequired) => self.end_linking(NoticeCode::UpgradeRequired, cx),
            Err(_) => self.end_linking(NoticeCode::IdentityUntrusted, cx),
        }
    }

    /// The account takes the place of what was kept to join it; its self conversation comes by a Welcome.
    fn linked(&mut self, log: IdentityLog, self_conversation: ConversationId, cx: &mut Context<'_>) {
        let Some(Arriving::Linking(linking)) = self.arriving.take() else { return };
        let Linking { record, state, .. } = *linking;
        if let State::Joining { channel, .. } = state {
            self.link_channel = channel;
        }
        cx.delete(LinkingRecord::key());
        self.take_account(log, record.device_secret, record.relay, self_conversation, cx);
        let awaited = ConversationRecord::new(
            self_conversation,
            StoredKind::SelfGroup,
            Phase::AwaitingWelcome,
            OWN_GROUP,
        );
        self.conversations.insert(self_conversation, Conversation::new(awaited, GroupState::Absent));
        self.save_conversation(self_conversation, cx);
        self.arrived(cx);
    }

    /// KeyPackages were published: whoever let this device in adds it to conversations now.
    pub(super) fn tell_published(&mut self, cx: &mut Context<'_>) {
        if self.requests.values().any(|asked| matches!(asked, Asked::Publish { .. })) {
            return;
        }
        if let Some(mut channel) = self.link_channel.take() {
            let published = LinkSecret { body: LinkSecretBody::Published(LinkPublished {}) };
            let sealed = LinkSealed { sealed: channel.seal(published).into() };
            self.say_through_link(LinkBody::Sealed(sealed), cx);
        }
    }

    pub(super) fn say_through_link(&mut self, body: LinkBody, cx: &mut Context<'_>) {
        let message = LinkWord { body }.encode().into();
        self.ask(Request::LinkSend(LinkSend { message }), Asked::SayThroughLink, cx);
    }

    pub(super) fn show_link(&mut self, view: LinkView, cx: &mut Context<'_>) {
        if let Some(Arriving::Linking(linking)) = &mut self.arriving {
            linking.view = Some(view.clone());
        }
        cx.emit(Event::Link(view));
    }

    /// What was shown leads nowhere any more.
    pub(super) fn hide_link(&mut self) {
        if let Some(Arriving::Linking(linking)) = &mut self.arriving {
            linking.view = None;
        }
    }

    pub(super) fn link_failed(&mut self, cx: &mut Context<'_>) {
        self.end_linking(NoticeCode::LinkFailed, cx);
    }

    /// Nothing came of it: the store is left as good as empty.
    fn end_linking(&mut self, reason: NoticeCode, cx: &mut Context<'_>) {
        cx.delete(LinkingRecord::key());
        self.stop(reason, cx);
    }
}
