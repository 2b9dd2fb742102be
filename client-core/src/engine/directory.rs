//! Identity logs: fetched, verified from the first entry, and never believed below what was seen.

use client_api::{Event, Notice, NoticeCode, Outcome, Recipient, Refusal, RefusalCode};
use protocol::frame::{Failure, IdentityCompare, IdentityEntries, IdentityFetch, IdentityTarget, Request};
use protocol::identity::{AccountHead, IdentityError, IdentityLog};
use protocol::{AccountId, limits};

use super::Context;
use super::state::{Asked, Engine};

impl Engine {
    /// Asks for what this client lacks of a log.
    pub(super) fn fetch_identity(&mut self, who: Recipient, cx: &mut Context<'_>) {
        if !self.is_ready() {
            return;
        }
        let (target, from_length) = match &who {
            Recipient::Account(account) => (IdentityTarget::Account(*account), self.known_length(account)),
            Recipient::Handle(handle) => (IdentityTarget::Handle(handle.clone()), 0),
        };
        self.ask_for_log(who, target, from_length, cx);
    }

    fn ask_for_log(
        &mut self,
        who: Recipient,
        target: IdentityTarget,
        from_length: u64,
        cx: &mut Context<'_>,
    ) {
        let is_asked = |asked: &Asked| matches!(asked, Asked::Identity { who: asked, .. } if *asked == who);
        if !self.requests.values().any(is_asked) {
            let fetch = IdentityFetch { target, from_length };
            self.ask(Request::IdentityFetch(fetch), Asked::Identity { who, from_length }, cx);
        }
    }

    /// Whoever was looked up by a handle has that handle.
    fn is_listed_as(&self, who: &Recipient, account: AccountId) -> bool {
        let listed = self.logs.0.get(&account).and_then(|log| log.view().handle());
        match who {
            Recipient::Handle(handle) => listed == Some(handle),
            Recipient::Account(_) => true,
        }
    }

    pub(super) fn known_length(&self, account: &AccountId) -> u64 {
        self.logs.0.get(account).map_or(0, |log| log.head().length)
    }

    /// A part of a log came: take it in if it is a continuation of what is known.
    pub(super) fn identity_entries(
        &mut self,
        who: &Recipient,
        from_length: u64,
        served: IdentityEntries,
        cx: &mut Context<'_>,
    ) {
        let account = served.account;
        let is_another = matches!(who, Recipient::Account(wanted) if *wanted != account);
        if is_another || served.from_length != from_length {
            self.log_settled(who);
            self.notice(NoticeCode::RelayMisbehaved, cx);
            return;
        }
        let (head, before) = (served.head, self.known_length(&account));
        match self.extended(served) {
            // Asked from its end on, it has to grow, or it would be asked for over and over.
            Ok(log) if from_length == before && log.head().length == before && before < head.length => {
                self.identity_untrusted(who, account, &IdentityError::Truncated, cx);
            }
            Ok(log) => {
                let (length, has_more) = (log.head().length, log.head().length < head.length);
                self.keep_log(log, cx);
                if length > before {
                    self.reopen_awaited(account, cx);
                }
                if has_more {
                    // Asked for by account from now on, and still whoever was looked up.
                    self.ask_for_log(who.clone(), IdentityTarget::Account(account), length, cx);
                } else if !self.is_listed_as(who, account) {
                    self.identity_untrusted(who, account, &IdentityError::Forged("another handle"), cx);
                } else {
                    self.log_arrived(who, account, cx);
                }
            }
            Err(error) => self.identity_untrusted(who, account, &error, cx),
        }
    }

    fn extended(&self, served: IdentityEntries) -> Result<IdentityLog, IdentityError> {
        let IdentityEntries { account, from_length, entries, head } = served;
        let log = match self.logs.0.get(&account) {
            None if from_length == 0 => IdentityLog::verify(account, entries)?,
            None => return Err(IdentityError::Truncated),
            Some(known) => {
                let mut log = known.clone();
                let length = log.head().length;
                if head.length < length {
                    return Err(IdentityError::Truncated);
                }
                if from_length > length {
                    return Err(IdentityError::BrokenChain);
                }
                let fresh = usize::try_from(length - from_length).unwrap_or(usize::MAX);
                let mut known_entries =
                    log.entries_from(from_length).cloned().collect::<Vec<_>>().into_iter();
                for (index, entry) in entries.into_iter().enumerate() {
                    if index < fresh {
                        if known_entries.next().as_ref() != Some(&entry) {
                            return Err(IdentityError::Forked);
                        }
                    } else {
                        log.append(entry).map_err(|error| match error {
                            IdentityError::BrokenChain => IdentityError::Forked,
                            other => other,
                        })?;
                    }
                }
                log
            }
        };
        if log.head().length == head.length && log.head() != head {
            return Err(IdentityError::Forked);
        }
        Ok(log)
    }

    /// Everything that waits for this log goes on.
    fn log_arrived(&mut self, who: &Recipient, account: AccountId, cx: &mut Context<'_>) {
        self.log_settled(&Recipient::Account(account));
        if account == self.account.account {
            self.catching_up.own_log = false;
            self.append_waiting(cx);
            self.check_phrase_shown(cx);
        }
        self.lookup_succeeded(who, account, cx);
        self.check_verified(account, cx);
        self.check_claimed_head(account, cx);
        self.check_doubted(account, cx);
        self.unblock(account, cx);
        self.log_for_joinings(account, cx);
        self.take_up_outbox(cx);
    }

    fn identity_untrusted(
        &mut self,
        who: &Recipient,
        account: AccountId,
        error: &IdentityError,
        cx: &mut Context<'_>,
    ) {
        let code = match error {
            IdentityError::UpgradeRequired => NoticeCode::UpgradeRequired,
            _ => NoticeCode::IdentityUntrusted,
        };
        let detail = Some(error.code().to_owned());
        cx.emit(Event::Notice(Notice { account: Some(account), detail, ..Notice::new(code) }));
        self.log_settled(&Recipient::Account(account));
        self.unblock(account, cx);
        self.log_for_joinings(account, cx);
        if account == self.account.account {
            self.catching_up.own_log = false;
        }
        let refusal = match error {
            IdentityError::UpgradeRequired => RefusalCode::UpgradeRequired,
            _ => RefusalCode::Untrusted,
        };
        self.lookup_failed(who, &Refusal::new(refusal), cx);
    }

    pub(super) fn identity_not_found(&mut self, who: &Recipient, failure: &Failure, cx: &mut Context<'_>) {
        if *who == Recipient::Account(self.account.account) {
            self.catching_up.own_log = false;
        }
        self.log_settled(who);
        if let Recipient::Account(account) = who {
            self.unblock(*account, cx);
            self.log_for_joinings(*account, cx);
        }
        self.lookup_failed(who, &Refusal::by_relay(failure.code), cx);
    }

    /// Asks which of the logs known here have grown while this client was away: pushes tell only whoever is there.
    pub(super) fn compare_logs(&mut self, cx: &mut Context<'_>) {
        let own = self.account.account;
        let others = self.logs.0.values().filter(|log| log.account() != own);
        let known: Vec<AccountHead> = others.map(IdentityLog::account_head).collect();
        self.catching_up.comparing_logs = !known.is_empty();
        for some in known.chunks(limits::HEADS_PER_FRAME_MAX) {
            let compare = IdentityCompare { known: some.to_vec() };
            self.ask(Request::IdentityCompare(compare), Asked::CompareLogs, cx);
        }
    }

    pub(super) fn logs_differ(&mut self, heads: Vec<AccountHead>, cx: &mut Context<'_>) {
        for AccountHead { account, .. } in heads {
            if self.logs.0.contains_key(&account) {
                self.catching_up.grown_logs.insert(account);
                self.fetch_identity(Recipient::Account(account), cx);
            }
        }
        self.logs_compared(cx);
    }

    /// For now, they are compared again later. A relay that will not compare costs what it could withhold anyway.
    pub(super) fn comparing_refused(&mut self, failure: &Failure, cx: &mut Context<'_>) {
        if failure.code.is_transient() {
            self.ask_again_later(failure, cx);
        } else {
            self.logs_compared(cx);
        }
    }

    fn logs_compared(&mut self, cx: &mut Context<'_>) {
        self.catching_up.comparing_logs = self.requests.values().any(|asked| *asked == Asked::CompareLogs);
        self.take_up_outbox(cx);
    }

    /// Whether a log may have grown that was not served yet.
    pub(super) fn is_comparing_logs(&self) -> bool {
        self.catching_up.comparing_logs || !self.catching_up.grown_logs.is_empty()
    }

    /// A log was served, or will not be.
    fn log_settled(&mut self, who: &Recipient) {
        if let Recipient::Account(account) = who {
            self.catching_up.grown_logs.remove(account);
        }
    }

    fn lookup_failed(&mut self, who: &Recipient, refusal: &Refusal, cx: &mut Context<'_>) {
        for waiting in self.take_waiting(who) {
            self.done(waiting.command, Outcome::Refused(refusal.clone()), cx);
        }
    }
}
