//! Coming back to an account by its phrase: find its log by the root key, and have the root list this device and no other.
//!
//! The account's id is the hash of its first root key, which a later phrase does not give: the relay is asked by the key in
//! force, and its answer is believed only as a log that this very key may sign. Until the relay has taken the entry, all
//! that is stored is the root's and the device's secret; then the account takes their place in one transaction.

use client_api::{Event, Notice, NoticeCode};
use protocol::frame::{Failure, IdentityAppend, IdentityEntries, IdentityFetch, IdentityTarget, Request};
use protocol::identity::{DeviceListing, EntryKind, IdentityError, IdentityLog, Recover, SignedEntry};
use protocol::keys::RootKey;
use protocol::{ConversationId, ErrorCode, RelayId};
use zeroize::Zeroizing;

use super::Context;
use super::state::{Arriving, Asked, Engine, Logs, Restoring};
use crate::phrase::Phrase;
use crate::records::{AccountRecord, RestoringRecord};

impl Restoring {
    fn root(&self) -> RootKey {
        RootKey::from_secret(&self.record.root_secret)
    }
}

impl Engine {
    /// A new device that belongs to no account yet. Nothing is sent.
    pub(crate) fn begin_to_restore(phrase: &Phrase, cx: &mut Context<'_>) -> Self {
        let record = RestoringRecord {
            root_secret: phrase.root_secret(),
            device_secret: cx.entropy.draw(),
            relay: None,
        };
        cx.put(RestoringRecord::key(), &record);
        Self::of_restoring(record, 0)
    }

    /// Goes on with what was begun.
    pub(crate) fn of_restoring(record: RestoringRecord, state_counter: u64) -> Self {
        let root = RootKey::from_secret(&record.root_secret);
        let mut engine = Self::of_no_account(&root, &record.device_secret, record.relay, state_counter);
        engine.arriving = Some(Arriving::Restoring(Restoring { record, log: None }));
        engine
    }

    /// A device that is to become one of an account.
    pub(super) fn of_no_account(
        root: &RootKey,
        device_secret: &Zeroizing<[u8; 32]>,
        relay: Option<RelayId>,
        state_counter: u64,
    ) -> Self {
        let nowhere = ConversationId::from_bytes([0; 16]);
        let mut account = AccountRecord::new(root.public().account_id(), device_secret.clone(), nowhere);
        account.relay = relay;
        let mut engine = Self::new(account, state_counter);
        // Stands for the account's log, so that there is always one. Neither stored nor sent.
        let stand_in = IdentityLog::open(root, &engine.device);
        engine.logs.0.insert(stand_in.account(), stand_in);
        engine
    }

    /// Asks for the account's log from its beginning.
    pub(super) fn ask_for_own_log(&mut self, cx: &mut Context<'_>) {
        if let Some(Arriving::Restoring(restoring)) = &mut self.arriving {
            restoring.log = None;
            self.ask_for_more_of_own_log(cx);
        }
    }

    fn ask_for_more_of_own_log(&mut self, cx: &mut Context<'_>) {
        let Some(Arriving::Restoring(restoring)) = &self.arriving else { return };
        let from_length = restoring.log.as_ref().map_or(0, |log| log.head().length);
        let target = IdentityTarget::Root(restoring.root().public());
        let fetch = IdentityFetch { target, from_length };
        self.ask(Request::IdentityFetch(fetch), Asked::LogToRestore { from_length }, cx);
    }

    pub(super) fn own_log_came(&mut self, from_length: u64, served: IdentityEntries, cx: &mut Context<'_>) {
        let Some(Arriving::Restoring(restoring)) = &mut self.arriving else { return };
        let head = served.head;
        match extended(restoring.log.take(), from_length, served) {
            Ok(log) if log.head() == head => self.join_account(log, cx),
            Ok(log) => {
                restoring.log = Some(log);
                self.ask_for_more_of_own_log(cx);
            }
            Err(IdentityError::UpgradeRequired) => self.end_restoring(NoticeCode::UpgradeRequired, cx),
            Err(error) => self.stop_restoring(NoticeCode::IdentityUntrusted, error.code(), cx),
        }
    }

    /// The log is here as the relay has it: this device joins, unless it did and the answer was lost.
    fn join_account(&mut self, log: IdentityLog, cx: &mut Context<'_>) {
        let Some(Arriving::Restoring(restoring)) = &mut self.arriving else { return };
        let (root, device) = (restoring.root(), self.device.public().device_id());
        if log.view().root_key() != root.public() {
            self.stop_restoring(NoticeCode::IdentityUntrusted, "another_root", cx);
        } else if log.view().device(&device).is_some() {
            self.restored(log, cx);
        } else {
            let added = vec![DeviceListing::new(&log.account(), &self.device)];
            let recover = Recover { supersedes_after: log.head(), surviving: vec![], added };
            let entry = log.sign_by_root(&root, EntryKind::Recover(recover));
            match log.clone().append(entry.clone()) {
                Ok(()) => {
                    let (account, from_length) = (log.account(), log.head().length);
                    restoring.log = Some(log);
                    let append = IdentityAppend { account, from_length, entries: vec![entry.clone()] };
                    self.ask(Request::IdentityAppend(append), Asked::Recover { entry }, cx);
                }
                Err(error) => self.stop_restoring(NoticeCode::RestoreFailed, error.code(), cx),
            }
        }
    }

    /// The relay has taken this device into the account.
    pub(super) fn recovered(&mut self, entry: SignedEntry, cx: &mut Context<'_>) {
        let Some(Arriving::Restoring(restoring)) = &mut self.arriving else { return };
        let Some(mut log) = restoring.log.take() else { return };
        match log.append(entry) {
            Ok(()) => self.restored(log, cx),
            Err(error) => self.stop_restoring(NoticeCode::RestoreFailed, error.code(), cx),
        }
    }

    /// The account takes the place of what was kept to restore it; then a session is opened as ever.
    fn restored(&mut self, log: IdentityLog, cx: &mut Context<'_>) {
        let Some(Arriving::Restoring(Restoring { record, .. })) = self.arriving.take() else { return };
        let self_conversation = ConversationId::from_bytes(cx.ordered_id());
        self.take_account(log, record.device_secret, record.relay, self_conversation, cx);
        self.open_self_conversation(cx);
        cx.delete(RestoringRecord::key());
        self.arrived(cx);
    }

    /// This device is one of an account.
    pub(super) fn take_account(
        &mut self,
        log: IdentityLog,
        device_secret: Zeroizing<[u8; 32]>,
        relay: Option<RelayId>,
        self_conversation: ConversationId,
        cx: &mut Context<'_>,
    ) {
        let mut account = AccountRecord::new(log.account(), device_secret, self_conversation);
        account.relay = relay;
        account.registered_length = log.head().length;
        self.account = account;
        self.logs = Logs::default();
        self.keep_log(log, cx);
        cx.put(AccountRecord::key(), &self.account);
    }

    pub(super) fn arrived(&mut self, cx: &mut Context<'_>) {
        cx.emit(Event::Restored(self.profile_view()));
        self.say_hello(cx);
    }

    pub(super) fn restoring_refused(&mut self, failure: &Failure, cx: &mut Context<'_>) {
        match failure.code {
            ErrorCode::NotFound => self.end_restoring(NoticeCode::WrongPhrase, cx),
            ErrorCode::UpgradeRequired => self.end_restoring(NoticeCode::UpgradeRequired, cx),
            _ => self.hang_up(cx),
        }
    }

    /// Where the log has grown meanwhile, it is fetched anew on the next connection.
    pub(super) fn recovery_refused(&mut self, failure: &Failure, cx: &mut Context<'_>) {
        if failure.code.is_transient() || failure.code == ErrorCode::LogConflict {
            self.hang_up(cx);
        } else {
            self.stop_restoring(NoticeCode::RestoreFailed, failure.code.as_str(), cx);
        }
    }

    fn stop_restoring(&mut self, reason: NoticeCode, detail: &str, cx: &mut Context<'_>) {
        let account = Some(self.account.account);
        let detail = Some(detail.to_owned());
        cx.emit(Event::Notice(Notice { account, detail, ..Notice::new(reason) }));
        self.end_restoring(reason, cx);
    }

    /// Nothing came of it: the store is left as good as empty.
    fn end_restoring(&mut self, reason: NoticeCode, cx: &mut Context<'_>) {
        cx.delete(RestoringRecord::key());
        self.stop(reason, cx);
    }
}

/// A log with what was served of it: more than before, and no more than is said to be there.
pub(super) fn extended(
    known: Option<IdentityLog>,
    from_length: u64,
    served: IdentityEntries,
) -> Result<IdentityLog, IdentityError> {
    let IdentityEntries { account, entries, head, .. } = served;
    if served.from_length != from_length || entries.is_empty() {
        return Err(IdentityError::Truncated);
    }
    let log = match known {
        None => IdentityLog::verify(account, entries)?,
        Some(log) if log.account() != account => return Err(IdentityError::Forged("another account")),
        Some(mut log) => {
            entries.into_iter().try_for_each(|entry| log.append(entry))?;
            log
        }
    };
    let is_whole = log.head().length >= head.length;
    if is_whole && log.head() != head { Err(IdentityError::Forked) } else { Ok(log) }
}
