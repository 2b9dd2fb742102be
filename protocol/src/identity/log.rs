//! Verifying, extending and pinning a log.

use std::sync::Arc;

use super::entry::{EntryBody, EntryKind, OpenAccount, SignedEntry};
use super::view::AccountView;
use super::{AccountHead, DeviceListing, Head};
use crate::ids::AccountId;
use crate::keys::{DeviceKey, PublicKey, RootKey};
use crate::{ErrorCode, limits};

/// Why a log or an entry is not to be believed, or not to be built on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Signed by no one who may, or saying what cannot be. Do not trust who served it.
    #[error("the identity log is forged: {0}")]
    Forged(&'static str),
    /// Not chained to the entries before it.
    #[error("the identity log's chain is broken")]
    BrokenChain,
    /// Another history than the one pinned. Do not trust who served it.
    #[error("the identity log is forked: it differs from what was seen before")]
    Forked,
    /// Shorter than the head pinned. Who served it withholds entries.
    #[error("the identity log is truncated: entries seen before are missing")]
    Truncated,
    /// Holds an entry of a newer version.
    #[error("the identity log needs a newer version of this program")]
    UpgradeRequired,
    /// The account is closed.
    #[error("the account is closed")]
    Closed,
    /// The account lists as many devices as it may.
    #[error("the account lists as many devices as it may: revoke one first")]
    TooManyDevices,
    /// The log or an entry is over its limit.
    #[error("the identity log is too long")]
    TooLong,
}

impl IdentityError {
    /// The stable code of this error, for events and answers.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forged(_) => "identity_forged",
            Self::BrokenChain => "identity_broken_chain",
            Self::Forked => "identity_forked",
            Self::Truncated => "identity_truncated",
            Self::UpgradeRequired => "upgrade_required",
            Self::Closed => "account_closed",
            Self::TooManyDevices => "too_many_devices",
            Self::TooLong => "identity_too_long",
        }
    }

    /// The wire code a relay answers with.
    pub const fn wire_code(&self) -> ErrorCode {
        match self {
            Self::Forged(_) | Self::BrokenChain | Self::Forked | Self::Truncated => ErrorCode::IdentityForged,
            Self::UpgradeRequired => ErrorCode::UpgradeRequired,
            Self::Closed => ErrorCode::Forbidden,
            Self::TooManyDevices | Self::TooLong => ErrorCode::LimitExceeded,
        }
    }
}

#[derive(Debug, Clone)]
struct VerifiedEntry {
    signed: SignedEntry,
    body: EntryBody,
    head: Head,
}

/// A log verified from its first entry.
#[derive(Debug, Clone)]
pub struct IdentityLog {
    account: AccountId,
    entries: Vec<VerifiedEntry>,
    fold: Fold,
}

/// The running view, and where the last root entry left it: what a later root entry takes back lies behind that.
#[derive(Debug, Clone)]
struct Fold {
    view: Arc<AccountView>,
    rooted: Arc<AccountView>,
    rooted_length: u64,
}

impl Fold {
    fn opened(open: &OpenAccount) -> Self {
        let view = Arc::new(AccountView::opened(open.root_key, &open.device));
        Self { rooted: Arc::clone(&view), view, rooted_length: 1 }
    }

    /// Folds entries that were verified before.
    fn over(entries: &[VerifiedEntry]) -> Result<Self, IdentityError> {
        let Some(EntryKind::OpenAccount(open)) = entries.first().map(|entry| &entry.body.kind) else {
            return Err(IdentityError::Forged("no opening"));
        };
        (1..entries.len()).try_fold(Self::opened(open), |fold, position| {
            fold.after(&entries[..position], &entries[position].body.kind)
        })
    }

    /// The fold after an entry of `kind` that follows `entries`.
    fn after(mut self, entries: &[VerifiedEntry], kind: &EntryKind) -> Result<Self, IdentityError> {
        let Some(named) = kind.supersedes_after() else {
            Arc::make_mut(&mut self.view).apply(kind)?;
            return Ok(self);
        };
        let rooted = Arc::make_mut(&mut self.rooted);
        let kept = positions(self.rooted_length, named.length);
        for entry in entries.get(kept).ok_or(IdentityError::Forged("an unknown head"))? {
            rooted.apply(&entry.body.kind)?;
        }
        rooted.revoke_strangers(&self.view);
        rooted.apply(kind)?;
        self.rooted_length = entries.len() as u64 + 1;
        self.view = Arc::clone(&self.rooted);
        Ok(self)
    }
}

/// Who keeps a log's entries from being another's words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Their signatures.
    Signatures,
    /// A store that seals them, into which only verified entries go.
    SealedStore,
}

fn positions(from: u64, to: u64) -> std::ops::Range<usize> {
    let position = |length: u64| usize::try_from(length).unwrap_or(usize::MAX);
    position(from)..position(to)
}

impl IdentityLog {
    /// Opens an account: its id is the hash of `root`'s public key.
    pub fn open(root: &RootKey, device: &DeviceKey) -> Self {
        let account = root.public().account_id();
        let open = OpenAccount { root_key: root.public(), device: DeviceListing::new(&account, device) };
        let body = EntryBody::new(account, None, None, EntryKind::OpenAccount(open));
        let entry = body.sign(|domain, parts| root.sign(domain, parts));
        Self::verify(account, [entry]).expect("an opening made here is valid")
    }

    /// Verifies a whole log of `account`.
    pub fn verify(
        account: AccountId,
        entries: impl IntoIterator<Item = SignedEntry>,
    ) -> Result<Self, IdentityError> {
        Self::read(account, entries, Trust::Signatures)
    }

    /// Reads back a log that was verified before it was stored, from a store that authenticates what it keeps. The chain,
    /// the structure and what each entry may do are checked again; signatures, which cost a hundred times as much, are
    /// not: whoever can write such a store holds the device's keys anyway. Never for entries that came from elsewhere.
    pub fn from_trusted_store(
        account: AccountId,
        entries: impl IntoIterator<Item = SignedEntry>,
    ) -> Result<Self, IdentityError> {
        Self::read(account, entries, Trust::SealedStore)
    }

    fn read(
        account: AccountId,
        entries: impl IntoIterator<Item = SignedEntry>,
        trust: Trust,
    ) -> Result<Self, IdentityError> {
        let mut entries = entries.into_iter();
        let first = entries.next().ok_or(IdentityError::Truncated)?;
        let mut log = Self::read_opening(account, first, trust)?;
        entries.try_for_each(|entry| log.take_in(entry, trust))?;
        log.entries.shrink_to_fit();
        Ok(log)
    }

    fn read_opening(account: AccountId, signed: SignedEntry, trust: Trust) -> Result<Self, IdentityError> {
        let body = signed.decode_body()?;
        let EntryKind::OpenAccount(open) = &body.kind else {
            return Err(IdentityError::Forged("no opening"));
        };
        if open.root_key.account_id() != account || body.account != account {
            return Err(IdentityError::Forged("another account's root key"));
        }
        if body.position != 0 || body.previous.0.is_some() {
            return Err(IdentityError::BrokenChain);
        }
        if body.signer.0.is_some() {
            return Err(IdentityError::Forged("an opening not signed by the root"));
        }
        check_signatures(&signed, &body, &open.root_key, trust)?;
        let fold = Fold::opened(open);
        let head = signed.chain(None);
        Ok(Self { account, entries: vec![VerifiedEntry { signed, body, head }], fold })
    }

    /// Verifies one more entry and takes it in; a refused entry changes nothing.
    pub fn append(&mut self, signed: SignedEntry) -> Result<(), IdentityError> {
        self.take_in(signed, Trust::Signatures)
    }

    fn take_in(&mut self, signed: SignedEntry, trust: Trust) -> Result<(), IdentityError> {
        if self.entries.len() >= limits::IDENTITY_ENTRIES_MAX {
            return Err(IdentityError::TooLong);
        }
        let body = signed.decode_body()?;
        if self.fold.view.is_closed() {
            return Err(IdentityError::Closed);
        }
        let head = self.head();
        if body.account != self.account {
            return Err(IdentityError::Forged("another account's entry"));
        }
        if body.position != head.length || body.previous.0 != Some(head.hash) {
            return Err(IdentityError::BrokenChain);
        }
        check_signatures(&signed, &body, &self.signer_key(&body)?, trust)?;
        let fold = self.fold.clone().after(&self.entries, &body.kind)?;
        let head = signed.chain(Some(&head));
        self.fold = fold;
        self.entries.push(VerifiedEntry { signed, body, head });
        Ok(())
    }

    /// An entry that `device` may sign, ready to append.
    pub fn sign_by_device(&self, device: &DeviceKey, kind: EntryKind) -> SignedEntry {
        let signer = device.public().device_id();
        EntryBody::new(self.account, Some(self.head()), Some(signer), kind)
            .sign(|domain, parts| device.sign(domain, parts))
    }

    /// An entry that only the root may sign, ready to append.
    pub fn sign_by_root(&self, root: &RootKey, kind: EntryKind) -> SignedEntry {
        EntryBody::new(self.account, Some(self.head()), None, kind)
            .sign(|domain, parts| root.sign(domain, parts))
    }

    /// Refuses a log that is not a continuation of `pinned`.
    pub fn require_contains(&self, pinned: &Head) -> Result<(), IdentityError> {
        match self.entry_before(pinned.length) {
            None => Err(IdentityError::Truncated),
            Some(entry) if entry.head.hash != pinned.hash => Err(IdentityError::Forked),
            Some(_) => Ok(()),
        }
    }

    /// What the log said at an earlier head.
    pub fn view_at(&self, head: &Head) -> Result<AccountView, IdentityError> {
        self.require_contains(head)?;
        if *head == self.head() {
            return Ok(AccountView::clone(&self.fold.view));
        }
        let length = usize::try_from(head.length).expect("a contained head is within the entries");
        Fold::over(&self.entries[..length]).map(|fold| Arc::unwrap_or_clone(fold.view))
    }

    /// What the log says now.
    pub fn view(&self) -> &AccountView {
        &self.fold.view
    }

    /// Whose log this is.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Where the log stands.
    pub fn head(&self) -> Head {
        self.entries.last().expect("a log has its opening").head
    }

    /// Where the log stands, with its account.
    pub fn account_head(&self) -> AccountHead {
        AccountHead { account: self.account, head: self.head() }
    }

    /// The entries from `position` on.
    pub fn entries_from(&self, position: u64) -> impl Iterator<Item = &SignedEntry> {
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        self.entries.iter().skip(position).map(|entry| &entry.signed)
    }

    /// The key that may sign `body`: the root's, or the listed device's it names.
    fn signer_key(&self, body: &EntryBody) -> Result<PublicKey, IdentityError> {
        match (body.kind.supersedes_after(), body.signer.0) {
            (Some(named), None) => self.check_superseding(named).map(|()| self.fold.view.root_key()),
            (None, Some(device)) => {
                self.fold.view.device(&device).ok_or(IdentityError::Forged("a signer that is not listed"))
            }
            (Some(_), Some(_)) => Err(IdentityError::Forged("a device in the root's place")),
            (None, None) => Err(IdentityError::Forged("the root in a device's place")),
        }
    }

    /// Only device entries can be taken back: the named head must lie at or after the last root entry.
    fn check_superseding(&self, named: &Head) -> Result<(), IdentityError> {
        self.require_contains(named).map_err(|_| IdentityError::Forged("an unknown head"))?;
        if named.length < self.fold.rooted_length {
            return Err(IdentityError::Forged("a root entry taken back"));
        }
        Ok(())
    }

    fn entry_before(&self, length: u64) -> Option<&VerifiedEntry> {
        let position = usize::try_from(length.checked_sub(1)?).ok()?;
        self.entries.get(position)
    }
}

fn check_signatures(
    signed: &SignedEntry,
    body: &EntryBody,
    signer: &PublicKey,
    trust: Trust,
) -> Result<(), IdentityError> {
    match trust {
        Trust::SealedStore => Ok(()),
        Trust::Signatures if !signed.is_signed_by(signer) => Err(IdentityError::Forged("a bad signature")),
        Trust::Signatures if !body.kind.is_possessed(&body.account) => {
            Err(IdentityError::Forged("a key that did not agree"))
        }
        Trust::Signatures => Ok(()),
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
