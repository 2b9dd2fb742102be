//! Contacts: kept for all of the account's devices.

use client_api::{Event, Notice, NoticeCode, Outcome, Recipient, Refusal, RefusalCode};
use protocol::identity::{SafetyParty, safety_number};
use protocol::{AccountId, Handle};

use super::Context;
use super::self_records::{CONTACT_RECORD, Told};
use super::state::{Engine, Then, Waiting};
use crate::records::{ContactRecord, Record};

impl Engine {
    pub(crate) fn find_contact(&self, who: &Recipient) -> Option<AccountId> {
        self.contacts.values().find(|contact| is_contact(contact, who)).map(|contact| contact.account)
    }

    pub(super) fn take_waiting(&mut self, who: &Recipient) -> Vec<Waiting> {
        let (taken, kept) = self.waiting.drain(..).partition(|waiting| waiting.who == *who);
        self.waiting = kept;
        taken
    }

    /// The connection is gone: nobody is kept waiting.
    pub(super) fn refuse_waiting(&mut self, cx: &mut Context<'_>) {
        for waiting in std::mem::take(&mut self.waiting) {
            let refusal = Refusal::new(RefusalCode::Offline);
            self.done(waiting.command, Outcome::Refused(refusal), cx);
        }
    }

    pub(super) fn lookup_succeeded(&mut self, who: &Recipient, account: AccountId, cx: &mut Context<'_>) {
        for waiting in self.take_waiting(who) {
            if account == self.account.account {
                self.refuse(waiting.command, RefusalCode::OwnAccount, cx);
                continue;
            }
            let handle = match who {
                Recipient::Handle(handle) => Some(handle.clone()),
                Recipient::Account(_) => None,
            };
            self.add_contact(account, handle, cx);
            match waiting.then {
                Then::AddContact => self.done(waiting.command, Outcome::ContactAdded { account }, cx),
                Then::Send(text) => self.queue_text(waiting.command, account, text, cx),
                Then::Invite { room } => self.invite(waiting.command, room, account, cx),
            }
        }
    }

    /// Keeps a contact that a person asked for, on all of the account's devices.
    fn add_contact(&mut self, account: AccountId, found_by: Option<Handle>, cx: &mut Context<'_>) {
        if let Some(contact) = self.contact_named(account, found_by) {
            self.write_contact(contact, cx);
        }
    }

    /// Keeps whoever this device was invited by. The account's other devices are invited too: what they know of the contact
    /// is not overruled by one that knows nothing yet.
    pub(super) fn meet_contact(&mut self, account: AccountId, cx: &mut Context<'_>) {
        if let Some(contact) = self.contact_named(account, None) {
            self.keep_contact(contact, cx);
        }
    }

    /// A contact with the handle it was found by or the one its log lists; none where it is kept like that.
    fn contact_named(&self, account: AccountId, found_by: Option<Handle>) -> Option<ContactRecord> {
        let listed = self.logs.0.get(&account).and_then(|log| log.view().handle().cloned());
        // A name that another contact has stays theirs: what is sent to it must not change its way.
        let is_taken = |handle: &Handle| {
            self.contacts
                .values()
                .any(|other| other.account != account && other.handle.as_ref() == Some(handle))
        };
        let handle = found_by.or(listed).filter(|handle| !is_taken(handle));
        let known = self.contacts.get(&account);
        if known.is_some_and(|known| handle.is_none() || known.handle == handle) {
            return None;
        }
        let contact = known.cloned().unwrap_or_else(|| self.new_contact(account));
        Some(ContactRecord { handle, ..contact })
    }

    pub(super) fn new_contact(&self, account: AccountId) -> ContactRecord {
        ContactRecord {
            account,
            handle: None,
            conversation: None,
            verified_number: None,
            counter: 0,
            writer: self.device.public().device_id(),
        }
    }

    /// Stores a contact as this device's latest word, and tells the account's other devices.
    pub(super) fn write_contact(&mut self, mut contact: ContactRecord, cx: &mut Context<'_>) {
        contact.counter = self.next_counter(contact.counter);
        contact.writer = self.device.public().device_id();
        self.tell_own_devices(CONTACT_RECORD, contact.counter, contact.to_value(), cx);
        self.keep_contact(contact, cx);
    }

    pub(super) fn keep_contact(&mut self, contact: ContactRecord, cx: &mut Context<'_>) {
        cx.put(ContactRecord::key(&contact.account), &contact);
        let account = contact.account;
        self.contacts.insert(account, contact);
        if let Some(view) = self.contact_view(&account) {
            cx.emit(Event::Contact(view));
        }
    }

    /// What another device of this account knows of a contact.
    pub(super) fn take_contact(&mut self, mut contact: ContactRecord, told: Told, cx: &mut Context<'_>) {
        let known = self.contacts.get(&contact.account);
        let conversation = known.and_then(|known| known.conversation);
        let known = known.map(|known| (known.counter, known.writer));
        if self.is_later((contact.counter, contact.writer), known, told) {
            // Which conversation it is, each device finds out for itself.
            contact.conversation = conversation.or(contact.conversation);
            self.keep_contact(contact, cx);
        }
    }

    pub(crate) fn safety_number_with(&self, account: &AccountId) -> Option<String> {
        let party = |account: &AccountId| {
            let log = self.logs.0.get(account)?;
            Some(SafetyParty { root_key: log.view().root_key(), head: log.account_head() })
        };
        let (own, other) = (party(&self.account.account)?, party(account)?);
        Some(safety_number(&own, &other).to_string())
    }

    /// A verified contact whose number changed is said aloud, once.
    pub(super) fn check_verified(&mut self, changed: AccountId, cx: &mut Context<'_>) {
        let concerned: Vec<AccountId> = if changed == self.account.account {
            self.contacts.keys().copied().collect()
        } else {
            vec![changed]
        };
        for account in concerned {
            let number = self.safety_number_with(&account);
            let Some(contact) = self.contacts.get(&account) else { continue };
            if contact.verified_number.is_some() && contact.verified_number != number {
                let contact = ContactRecord { verified_number: None, ..contact.clone() };
                self.write_contact(contact, cx);
                let notice =
                    Notice { account: Some(account), ..Notice::new(NoticeCode::SafetyNumberChanged) };
                cx.emit(Event::Notice(notice));
            }
        }
    }
}

/// A handle as people type it and an account, for looking contacts up.
fn is_contact(contact: &ContactRecord, who: &Recipient) -> bool {
    match who {
        Recipient::Account(account) => contact.account == *account,
        Recipient::Handle(handle) => contact.handle.as_ref().map(Handle::as_str) == Some(handle.as_str()),
    }
}
