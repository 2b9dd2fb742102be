//! Frames from the relay, each handed to what waits for it.

use client_api::NoticeCode;
use protocol::frame::{Failure, InboxAcknowledge, PUSH, Request, Response, ServerFrame};
use protocol::{Bytes, ErrorCode};

use super::Context;
use super::state::{Asked, Engine, Link};
use super::suites::SUITES;
use crate::records::AccountRecord;

impl Engine {
    pub(super) fn received(&mut self, bytes: Bytes, cx: &mut Context<'_>) {
        if !matches!(self.link, Link::Greeting { .. } | Link::Ready) {
            return;
        }
        self.last_heard_at = cx.now;
        let Ok(frame) = ServerFrame::decode(bytes) else {
            self.notice(NoticeCode::RelayMisbehaved, cx);
            return;
        };
        if frame.request_id == PUSH {
            self.pushed(frame.body, cx);
        } else if let Some(asked) = self.requests.remove(&frame.request_id) {
            match frame.body {
                Response::Failure(failure) => self.refused(asked, &failure, cx),
                body => self.answered(asked, body, cx),
            }
        }
    }

    fn pushed(&mut self, body: Response, cx: &mut Context<'_>) {
        match body {
            Response::EntryAppended(appended) => self.entry_came(appended.conversation, appended.entry, cx),
            Response::InboxArrived(arrived) => self.welcome_came(arrived.item, cx),
            Response::IdentityChanged(changed) if self.logs.0.contains_key(&changed.account) => {
                self.fetch_identity(client_api::Recipient::Account(changed.account), cx);
            }
            Response::IdentityChanged(_) => {}
            Response::KeyPackagesStatus(left) if SUITES.contains(&left.suite) => {
                self.refill_key_packages(left.suite, Some(&left), cx);
            }
            Response::LinkMessage(message) => self.link_message_came(&message, cx),
            Response::LinkClosed(_) => self.link_closed(cx),
            Response::CursorMoved(moved) => self.cursor_moved(&moved, cx),
            Response::Failure(failure) => self.closing(&failure, cx),
            _ => self.notice(NoticeCode::RelayMisbehaved, cx),
        }
    }

    fn answered(&mut self, asked: Asked, body: Response, cx: &mut Context<'_>) {
        match (asked, body) {
            (Asked::Hello, Response::Challenge(challenge)) => self.challenged(&challenge, cx),
            (Asked::Register, Response::IdentityChanged(_)) => self.registered(cx),
            (Asked::Start | Asked::Resume, Response::SessionReady(ready)) => self.session_ready(ready, cx),
            (Asked::AppendIdentity { command, entry, new_phrase }, Response::IdentityChanged(_)) => {
                self.identity_appended(command, entry, new_phrase, cx);
            }
            (Asked::LogToRestore { from_length }, Response::IdentityEntries(entries)) => {
                self.own_log_came(from_length, entries, cx);
            }
            (Asked::Recover { entry }, Response::IdentityChanged(_)) => self.recovered(entry, cx),
            (Asked::LogToJoin { from_length }, Response::IdentityEntries(entries)) => {
                self.log_to_join_came(from_length, entries, cx);
            }
            (Asked::OpenLink, Response::LinkOpened(opened)) => self.link_opened(&opened, cx),
            (Asked::EnterLink, Response::LinkEntered(_)) => self.link_entered(cx),
            (Asked::CompareLogs, Response::IdentityDiffering(differing)) => {
                self.logs_differ(differing.heads, cx);
            }
            (Asked::Identity { who, from_length }, Response::IdentityEntries(entries)) => {
                self.identity_entries(&who, from_length, entries, cx);
            }
            (Asked::ClaimForOpening { peer, of, suite }, Response::KeyPackagesClaimed(claimed)) => {
                self.claimed_for_opening(peer, of, suite, claimed.packages, cx);
            }
            (Asked::ClaimForCommit { conversation, of }, Response::KeyPackagesClaimed(claimed)) => {
                self.claimed_for_commit(conversation, of, claimed.packages, cx);
            }
            (Asked::Create { conversation }, Response::Appended(_)) => self.created(conversation, cx),
            (Asked::GroupToJoin { conversation }, Response::GroupState(group)) => {
                self.group_to_join(conversation, group, cx);
            }
            (Asked::GroupToRejoin { conversation }, Response::GroupState(group)) => {
                self.group_to_rejoin(conversation, &group, cx);
            }
            (Asked::Subscribe, Response::Subscribed(subscribed)) => self.subscribed(subscribed.states, cx),
            (Asked::Entries { conversation }, Response::Entries(page)) => {
                self.gap_fetched(conversation, page.entries, cx);
            }
            (Asked::Inbox { after }, Response::Inbox(inbox)) => {
                let last = inbox.items.last().map_or(0, |item| item.id);
                inbox.items.into_iter().for_each(|item| self.welcome_came(item, cx));
                if inbox.more && last > after {
                    self.fetch_inbox(last, cx);
                } else {
                    self.catching_up.inbox = false;
                    self.take_up_outbox(cx);
                }
            }
            // The log's echo decides, not the answer.
            (
                Asked::Handshake { conversation, .. } | Asked::Message { conversation, .. },
                Response::Appended(appended),
            ) => {
                self.expect_entry(conversation, appended.seq, cx);
            }
            (Asked::RefuseCommit { conversation }, Response::Done(_)) => {
                self.refusal_noted(conversation, cx);
            }
            (Asked::Publish { suite }, _) => {
                self.replace_last_resort(suite, cx);
                self.tell_published(cx);
            }
            (Asked::Nothing | Asked::SayThroughLink, _) => {}
            _ => self.notice(NoticeCode::RelayMisbehaved, cx),
        }
    }

    fn refused(&mut self, asked: Asked, failure: &Failure, cx: &mut Context<'_>) {
        match asked {
            Asked::Hello if failure.code == ErrorCode::UnsupportedVersion => {
                self.stop(NoticeCode::UpgradeRequired, cx);
            }
            Asked::Hello => self.hang_up(cx),
            // The log is there already: an answer was lost.
            Asked::Register if failure.code == ErrorCode::LogConflict => self.registered(cx),
            Asked::Register => self.hang_up(cx),
            // The token does not work, and is spent: answer a challenge instead.
            Asked::Resume => self.say_hello(cx),
            Asked::Start => self.closing(failure, cx),
            Asked::AppendIdentity { command, .. } => self.identity_refused(command, failure, cx),
            Asked::LogToRestore { .. } => self.restoring_refused(failure, cx),
            Asked::LogToJoin { .. } if failure.code == ErrorCode::NotFound => self.link_failed(cx),
            Asked::LogToJoin { .. } | Asked::OpenLink => self.hang_up(cx),
            Asked::EnterLink => self.link_not_entered(failure, cx),
            Asked::SayThroughLink => self.link_broken(cx),
            Asked::Recover { .. } => self.recovery_refused(failure, cx),
            Asked::CompareLogs => self.comparing_refused(failure, cx),
            Asked::Identity { who, .. } => self.identity_not_found(&who, failure, cx),
            Asked::ClaimForOpening { peer, .. } => self.opening_failed(peer, failure, cx),
            Asked::Create { conversation } => self.creation_refused(conversation, failure, cx),
            Asked::Handshake { conversation, envelope } => {
                self.handshake_refused(conversation, envelope, failure, cx);
            }
            Asked::Message { conversation, position, envelope } => {
                self.message_refused(conversation, position, envelope, failure, cx);
            }
            Asked::GroupToJoin { conversation } => self.group_to_join_refused(conversation, failure, cx),
            Asked::RefuseCommit { conversation } => self.refusal_refused(conversation, failure, cx),
            Asked::GroupToRejoin { conversation } => self.group_to_rejoin_refused(conversation, failure, cx),
            Asked::Entries { conversation } => self.retry_later(conversation, cx),
            Asked::Inbox { .. } | Asked::Subscribe => self.ask_again_later(failure, cx),
            Asked::ClaimForCommit { conversation, .. } => self.put_off_commit(conversation, cx),
            Asked::Publish { .. } => self.notice(NoticeCode::KeyPackageRefused, cx),
            Asked::Nothing => {}
        }
    }

    fn registered(&mut self, cx: &mut Context<'_>) {
        self.account.registered_length = self.own_log().head().length;
        cx.put(AccountRecord::key(), &self.account);
    }

    /// A Welcome is dealt with: the relay may forget it.
    pub(super) fn forget_inbox_item(&mut self, id: u64, cx: &mut Context<'_>) {
        if self.is_ready() {
            self.ask(Request::InboxAcknowledge(InboxAcknowledge { ids: vec![id] }), Asked::Nothing, cx);
        }
    }
}
