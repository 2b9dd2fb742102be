//! Identity logs: reading them, and appending what is validly signed.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

use protocol::frame::{
    Failure, IdentityAppend, IdentityChanged, IdentityCompare, IdentityDiffering, IdentityEntries,
    IdentityFetch, IdentityTarget, Response,
};
use protocol::identity::{AccountHead, EntryKind, IdentityError, IdentityLog, SignedEntry};
use protocol::{AccountId, ErrorCode, limits};

use super::Answer;
use crate::rates::Counted;
use crate::server::Relay;
use crate::store::{self, Member, Store, StoreError};

pub(super) async fn fetch<S: Store>(relay: &Relay<S>, fetch: IdentityFetch) -> Result<Answer, Failure> {
    let unknown = || Failure::new(ErrorCode::NotFound, "no such account");
    let account = match fetch.target.clone() {
        IdentityTarget::Account(account) => account,
        IdentityTarget::Handle(handle) => relay.store.account_of_handle(handle).await?.ok_or_else(unknown)?,
        IdentityTarget::Root(root_key) => relay.store.account_of_root(root_key).await?.ok_or_else(unknown)?,
    };
    let log = relay.logs.get(&relay.store, account).await?.ok_or_else(unknown)?;
    // A root key that was rotated leads nowhere: its phrase is void.
    if matches!(fetch.target, IdentityTarget::Root(root_key) if log.view().root_key() != root_key) {
        return Err(unknown());
    }
    let entries = page(&log, fetch.from_length);
    let body = IdentityEntries { account, from_length: fetch.from_length, entries, head: log.head() };
    Ok(Response::IdentityEntries(body).into())
}

/// Which of the logs that a device knows stand elsewhere.
pub(super) async fn compare<S: Store>(relay: &Relay<S>, compare: IdentityCompare) -> Result<Answer, Failure> {
    let accounts = compare.known.iter().map(|known| known.account).collect();
    let known: HashSet<AccountHead> = compare.known.into_iter().collect();
    let heads = relay.store.identity_heads(accounts).await?;
    let heads = heads.into_iter().filter(|head| !known.contains(head)).collect();
    Ok(Response::IdentityDiffering(IdentityDiffering { heads }).into())
}

/// As many entries as fit a frame, one at least.
fn page(log: &IdentityLog, from_length: u64) -> Vec<SignedEntry> {
    let mut bytes = 0;
    log.entries_from(from_length)
        .take(limits::IDENTITY_ENTRIES_PER_FRAME_MAX)
        .take_while(|entry| {
            let is_first = bytes == 0;
            bytes += entry.body.len() + entry.signature.len();
            is_first || bytes <= limits::PAGE_BYTES_MAX
        })
        .cloned()
        .collect()
}

/// The entries' signatures are their authority; a session only matters for whose requests are counted.
pub(super) async fn append<S: Store>(
    relay: &Relay<S>,
    member: Option<Member>,
    address: IpAddr,
    append: IdentityAppend,
) -> Result<Answer, Failure> {
    if member.is_some_and(|member| member.account != append.account) {
        return Err(Failure::new(ErrorCode::Forbidden, "another account's identity log"));
    }
    if append.from_length == 0 {
        relay.count(Counted::registrations(address), relay.config.rates.registrations)?;
    }
    let known = relay.logs.get(&relay.store, append.account).await?;
    if known.as_ref().map_or(0, |log| log.head().length) != append.from_length {
        return Err(StoreError::LogConflict.into());
    }
    let log = extend(append.account, known.as_deref(), &append).map_err(|error| refused(&error))?;
    let head = log.head();
    relay.store.append_identity(to_store(&append, known.as_deref(), &log)).await?;
    relay.logs.keep(Arc::new(log));
    Ok(Response::IdentityChanged(IdentityChanged { account: append.account, head }).into())
}

fn extend(
    account: AccountId,
    known: Option<&IdentityLog>,
    append: &IdentityAppend,
) -> Result<IdentityLog, IdentityError> {
    match known {
        None => IdentityLog::verify(account, append.entries.iter().cloned()),
        Some(known) => {
            let mut log = known.clone();
            append.entries.iter().cloned().try_for_each(|entry| log.append(entry))?;
            Ok(log)
        }
    }
}

fn to_store(
    append: &IdentityAppend,
    known: Option<&IdentityLog>,
    log: &IdentityLog,
) -> store::IdentityAppend {
    let view = log.view();
    let was_revoked = |device| known.is_some_and(|known| known.view().has_revoked(device));
    let kinds: Vec<EntryKind> =
        append.entries.iter().filter_map(|entry| Some(entry.decode_body().ok()?.kind)).collect();
    let asks_for_handle =
        kinds.iter().any(|kind| matches!(kind, EntryKind::SetHandle(set) if set.handle.0.is_some()));
    let root_keys = kinds.iter().filter_map(|kind| match kind {
        EntryKind::OpenAccount(open) => Some(open.root_key),
        EntryKind::RotateRoot(rotate) => Some(rotate.root_key),
        _ => None,
    });
    store::IdentityAppend {
        account: append.account,
        from_length: append.from_length,
        entries: append.entries.clone(),
        head: log.head(),
        listed: view.active_devices().map(|(device, _)| *device).collect(),
        revoked: view
            .devices()
            .filter(|(device, record)| !record.is_active && !was_revoked(device))
            .map(|(device, _)| *device)
            .collect(),
        root_keys: root_keys.collect(),
        handle: view.handle().filter(|_| !view.is_closed()).cloned(),
        asks_for_handle,
        is_closed: view.is_closed(),
    }
}

fn refused(error: &IdentityError) -> Failure {
    Failure::new(error.wire_code(), error.to_string())
}
