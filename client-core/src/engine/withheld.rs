//! What the relay announced and does not give: said aloud, waited for, and asked for again after a while.

use client_api::{NoticeCode, Recipient};
use protocol::frame::{Failure, InboxFetch, Request};
use protocol::identity::Head;
use protocol::{AccountId, ConversationId, Epoch, Seq, limits};

use super::Context;
use super::state::{Asked, ClaimedHead, Conversation, Engine, Overdue};
use crate::records::{ConversationRecord, Phase, StoredKind};

/// The wait before the relay is asked again.
const RETRY_MS: u64 = 30_000;
/// How often a log may come without what is wanted before it counts as withheld: an answer may have been under way when
/// the log grew.
pub(super) const ARRIVALS_MAX: u32 = 2;

/// The longest wait that a relay can ask for.
const WAIT_MS_MAX: u64 = 5 * 60_000;

/// How long a refusal asks to wait.
pub(super) fn wait_of(failure: &Failure, otherwise_ms: u64) -> u64 {
    failure.retry_after_ms.0.unwrap_or(otherwise_ms).min(WAIT_MS_MAX)
}

impl Engine {
    /// A conversation does not go on: the relay is asked again later.
    pub(super) fn retry_later(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&id) {
            let retry_at = cx.now.plus_millis(RETRY_MS);
            conversation.is_fetching_gap = false;
            conversation.retry_at = Some(retry_at);
            self.alarms.insert(retry_at);
        }
    }

    /// Asks again for what is due.
    pub(super) fn retry_withheld(&mut self, cx: &mut Context<'_>) {
        let due: Vec<ConversationId> = self
            .conversations
            .values()
            .filter(|conversation| conversation.retry_at.is_some_and(|at| at <= cx.now))
            .map(Conversation::id)
            .collect();
        for id in due {
            let Some(conversation) = self.conversations.get_mut(&id) else { continue };
            conversation.retry_at = None;
            let awaited = match conversation.record {
                ConversationRecord {
                    phase: Phase::AwaitingWelcome, kind: StoredKind::Dm { peer }, ..
                } => Some(peer),
                _ => None,
            };
            match awaited.or(conversation.blocked.map(|blocked| blocked.account)) {
                Some(account) => self.fetch_identity(Recipient::Account(account), cx),
                None => self.fetch_gap(id, cx),
            }
        }
    }

    /// An entry is in the log: whoever is subscribed gets it by itself, soon.
    pub(super) fn expect_entry(&mut self, id: ConversationId, seq: Seq, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if seq <= conversation.record.cursor {
            return;
        }
        match &mut conversation.overdue {
            Some(overdue) => overdue.last = overdue.last.max(seq),
            None => {
                let at = cx.now.plus_millis(RETRY_MS);
                conversation.overdue = Some(Overdue { first: seq, last: seq, at });
                self.alarms.insert(at);
            }
        }
    }

    /// Asks for entries that did not come by themselves.
    pub(super) fn fetch_overdue(&mut self, cx: &mut Context<'_>) {
        let is_due = |conversation: &&mut Conversation| {
            conversation.overdue.is_some_and(|overdue| overdue.at <= cx.now)
        };
        let due = self.conversations.values_mut().filter(is_due);
        let due: Vec<_> =
            due.filter_map(|conversation| Some((conversation.id(), conversation.overdue.take()?))).collect();
        for (id, overdue) in due {
            let Some(conversation) = self.conversations.get_mut(&id) else { continue };
            if conversation.record.cursor < overdue.first {
                conversation.latest_seq = conversation.latest_seq.max(overdue.last);
                self.note_standing(id);
                self.fetch_gap(id, cx);
            } else {
                self.expect_entry(id, overdue.last, cx);
            }
        }
    }

    /// Asks what waits in the inbox.
    pub(super) fn fetch_inbox(&mut self, after: u64, cx: &mut Context<'_>) {
        let fetch = InboxFetch { after, limit: limits::INBOX_PER_FRAME_MAX };
        self.ask(Request::InboxFetch(fetch), Asked::Inbox { after }, cx);
    }

    /// The relay refused the inbox or a subscription for now.
    pub(super) fn ask_again_later(&mut self, failure: &Failure, cx: &mut Context<'_>) {
        let at = cx.now.plus_millis(wait_of(failure, RETRY_MS));
        self.ask_again_at = Some(at);
        self.alarms.insert(at);
    }

    /// Asks again for the inbox, and for the logs that are not followed.
    pub(super) fn ask_again(&mut self, cx: &mut Context<'_>) {
        if self.ask_again_at.is_none_or(|at| at > cx.now) {
            return;
        }
        self.ask_again_at = None;
        if self.catching_up.comparing_logs {
            self.compare_logs(cx);
        }
        self.fetch_inbox(0, cx);
        self.subscribe_all(cx);
    }

    /// Nothing is sent or committed before the group has come to an epoch.
    pub(super) fn wait_for_epoch(&mut self, id: ConversationId, epoch: Epoch) {
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.send_from_epoch = conversation.send_from_epoch.max(epoch);
        }
    }

    /// A log came, or did not: conversations that waited for it to grow go on, or wait longer.
    pub(super) fn unblock(&mut self, account: AccountId, cx: &mut Context<'_>) {
        let length = self.known_length(&account);
        let waiting: Vec<ConversationId> = self
            .conversations
            .values()
            .filter(|conversation| conversation.blocked.is_some_and(|blocked| blocked.account == account))
            .map(Conversation::id)
            .collect();
        for id in waiting {
            let Some(conversation) = self.conversations.get_mut(&id) else { continue };
            let Some(blocked) = &mut conversation.blocked else { continue };
            if length > blocked.length {
                conversation.blocked = None;
                conversation.retry_at = None;
                self.advance(id, cx);
                continue;
            }
            blocked.arrivals += 1;
            if blocked.arrivals < ARRIVALS_MAX {
                self.fetch_identity(Recipient::Account(account), cx);
            } else {
                self.notice_at(NoticeCode::HeadsDiffer, id, None, Some("log_withheld"), cx);
                self.retry_later(id, cx);
            }
        }
    }

    /// A member says its own log has this head: the relay has to serve it.
    pub(super) fn claim_head(
        &mut self,
        account: AccountId,
        head: Head,
        conversation: ConversationId,
        seq: Seq,
        cx: &mut Context<'_>,
    ) {
        self.claimed_heads.insert(account, ClaimedHead { head, conversation, seq });
        self.fetch_identity(Recipient::Account(account), cx);
    }

    /// Whether a log is what its account said it is, once it came.
    pub(super) fn check_claimed_head(&mut self, account: AccountId, cx: &mut Context<'_>) {
        let Some(claimed) = self.claimed_heads.remove(&account) else { return };
        let is_served =
            self.logs.0.get(&account).is_some_and(|log| log.require_contains(&claimed.head).is_ok());
        if !is_served {
            let (id, seq) = (claimed.conversation, Some(claimed.seq));
            self.notice_at(NoticeCode::HeadsDiffer, id, seq, Some("log_withheld"), cx);
        }
    }
}
