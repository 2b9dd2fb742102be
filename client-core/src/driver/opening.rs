//! Reading a client's state from its store.

use std::collections::BTreeMap;

use protocol::identity::{IdentityError, IdentityLog, SignedEntry};

use super::Error;
use super::stored::{OWNER_PREFIX_BYTES, open, owner_prefix, prefix_range, read_all};
use crate::engine::state::{Conversation, Engine, GroupState, Logs};
use crate::ports::Store;
use crate::records::{
    AccountRecord, ContactRecord, ConversationRecord, HandOverRecord, HeadRecord, IdentityRecord,
    LinkingRecord, OutboxRecord, OutlivedRecord, Phase, PinRecord, Record, RecordError, ReplacementRecord,
    RestoringRecord, StoreKind,
};
use crate::vault::Vault;

pub(super) async fn is_fresh(store: &impl Store) -> Result<bool, Error> {
    Ok(!has_account(store).await?
        && !has_any(store, StoreKind::Restoring).await?
        && !has_any(store, StoreKind::Linking).await?)
}

pub(super) async fn has_account(store: &impl Store) -> Result<bool, Error> {
    has_any(store, StoreKind::Account).await
}

async fn has_any(store: &impl Store, kind: StoreKind) -> Result<bool, Error> {
    let mut range = prefix_range(vec![kind as u8]);
    range.limit = 1;
    Ok(!store.read(&range).await?.is_empty())
}

pub(super) async fn read_engine(store: &impl Store, vault: &Vault) -> Result<Engine, Error> {
    if is_fresh(store).await? {
        return Err(Error::NoAccount);
    }
    let head = read_head(store, vault).await?;
    let accounts: Vec<AccountRecord> = read_all(store, vault, StoreKind::Account).await?;
    let Some(account) = accounts.into_iter().next() else {
        let linking: Vec<LinkingRecord> = read_all(store, vault, StoreKind::Linking).await?;
        if let Some(record) = linking.into_iter().next() {
            return Ok(Engine::of_linking(record, head.counter));
        }
        let restoring: Vec<RestoringRecord> = read_all(store, vault, StoreKind::Restoring).await?;
        let record = restoring.into_iter().next().ok_or(RecordError::Damaged)?;
        return Ok(Engine::of_restoring(record, head.counter));
    };
    let mut engine = Engine::new(account, head.counter);
    engine.told_counter = head.told;
    engine.logs = read_logs(store, vault).await?;
    if !engine.logs.0.contains_key(&engine.account.account) {
        return Err(RecordError::Damaged.into());
    }
    for contact in read_all::<ContactRecord>(store, vault, StoreKind::Contact).await? {
        engine.contacts.insert(contact.account, contact);
    }
    engine.settings = read_all(store, vault, StoreKind::Setting).await?;
    for record in read_all::<ConversationRecord>(store, vault, StoreKind::Conversation).await? {
        let group = match record.phase {
            Phase::AwaitingWelcome | Phase::Removed => GroupState::Absent,
            Phase::Creating | Phase::Joined | Phase::Rejoining => GroupState::Stored,
        };
        engine.conversations.insert(record.conversation, Conversation::new(record, group));
    }
    for record in read_all::<HandOverRecord>(store, vault, StoreKind::HandOver).await? {
        engine.hand_overs.insert(record.device, record);
    }
    let outlived: Vec<OutlivedRecord> = read_all(store, vault, StoreKind::Outlived).await?;
    if let Some(record) = outlived.into_iter().next() {
        match record.left {
            Some(left) => engine.outlived.extend(left),
            None => engine.is_outlived = true,
        }
    }
    let replacements: Vec<ReplacementRecord> = read_all(store, vault, StoreKind::Replacement).await?;
    engine.replacement = replacements.into_iter().next();
    let outbox: Vec<OutboxRecord> = read_all(store, vault, StoreKind::Outbox).await?;
    engine.take_outbox(outbox);
    Ok(engine)
}

/// The first record read: where it does not open, the key is another one's.
async fn read_head(store: &impl Store, vault: &Vault) -> Result<HeadRecord, Error> {
    let mut range = prefix_range(vec![StoreKind::Head as u8]);
    range.limit = 1;
    let found = store.read(&range).await?;
    let (key, sealed) = found.first().ok_or(Error::NoAccount)?;
    let is_ours = *key == owner_prefix(vault, StoreKind::Head, b"");
    let opened = vault.open(key, sealed).map_err(|_| Error::WrongKey)?;
    if is_ours { Ok(HeadRecord::from_value(opened.version, &opened.plain)?) } else { Err(Error::WrongKey) }
}

/// Every stored log. They were verified before they were sealed, and only this client can seal: signatures are not checked
/// again. A log must not be shorter than the head that was pinned, and none is without a pin.
async fn read_logs(store: &impl Store, vault: &Vault) -> Result<Logs, Error> {
    let mut entries = read_entries(store, vault).await?;
    let mut logs = Logs::default();
    for pin in read_all::<PinRecord>(store, vault, StoreKind::Pin).await? {
        let owner = owner_prefix(vault, StoreKind::Identity, pin.account.as_bytes());
        let entries = entries.remove(&owner).unwrap_or_default();
        let log = IdentityLog::from_trusted_store(pin.account, entries).map_err(|error| match error {
            IdentityError::UpgradeRequired => RecordError::UpgradeRequired,
            _ => RecordError::Damaged,
        })?;
        log.require_contains(&pin.head()).map_err(|_| RecordError::Damaged)?;
        logs.0.insert(pin.account, log);
    }
    if entries.is_empty() { Ok(logs) } else { Err(RecordError::Damaged.into()) }
}

/// The entries of all logs by owner, each in order: read in one range, however many there are.
async fn read_entries(
    store: &impl Store,
    vault: &Vault,
) -> Result<BTreeMap<Vec<u8>, Vec<SignedEntry>>, Error> {
    let mut entries: BTreeMap<Vec<u8>, Vec<SignedEntry>> = BTreeMap::new();
    for (key, sealed) in store.read(&prefix_range(vec![StoreKind::Identity as u8])).await? {
        let opened = open(vault, &key, &sealed)?;
        let entry = IdentityRecord::from_value(opened.version, &opened.plain)?.into_entry();
        let owner = key.get(..OWNER_PREFIX_BYTES).ok_or(RecordError::Damaged)?;
        entries.entry(owner.to_vec()).or_default().push(entry);
    }
    Ok(entries)
}
