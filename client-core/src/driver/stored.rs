//! Between records and sealed bytes: keys, ranges, and reading what a turn has written but not committed.

use std::collections::BTreeMap;
use std::ops::Range;

use mls_wasm::Group;
use mls_wasm::policy::Heads;
use protocol::{ConversationId, Seq};

use super::Error;
use crate::engine::state::{Kept, LoadedConversation};
use crate::engine::{Load, Loaded, RECENT_MESSAGES_KEPT, SaidSince, SinceCommit};
use crate::entropy::Entropy;
use crate::ports::{KeyRange, SealedWrite, Store};
use crate::records::{
    CommitRecord, KeyPackageRecord, MessageRecord, PendingRecord, Record, RecordError, RecordKey,
    RejoinRecord, StoreKind, Value, VoidedRecord, Write,
};
use crate::vault::{OWNER_HASH_BYTES, Opened, Vault};

/// Messages read at once for a device that came later.
const TOLD_AT_ONCE: usize = 256;
/// Messages read at once where many may have been said since a commit.
const READ_AT_ONCE: usize = 64;

/// What a stored record's key begins with: its store's byte and the keyed hash of its owner.
pub(super) const OWNER_PREFIX_BYTES: usize = 1 + OWNER_HASH_BYTES;

/// A turn's writes so far: the last one of each key counts.
#[derive(Default)]
pub(crate) struct Overlay {
    writes: BTreeMap<RecordKey, Write>,
    emptied: Vec<RecordKey>,
}

impl Overlay {
    pub(crate) fn extend(&mut self, writes: Vec<Write>) {
        for write in writes {
            if write.is_for_all {
                let (store, owner) = (write.key.store, write.key.owner.clone());
                self.writes.retain(|key, _| (key.store, &key.owner) != (store, &owner));
                self.emptied.push(write.key);
            } else {
                self.writes.insert(write.key.clone(), write);
            }
        }
    }

    /// Deletions of everything first, then the rest.
    pub(crate) fn into_writes(self) -> Vec<Write> {
        self.emptied.into_iter().map(Write::delete_all).chain(self.writes.into_values()).collect()
    }

    fn of_owner(&self, store: StoreKind, owner: &[u8]) -> impl Iterator<Item = &Write> {
        self.writes.values().filter(move |write| write.key.store == store && write.key.owner == owner)
    }

    fn is_emptied(&self, store: StoreKind, owner: &[u8]) -> bool {
        self.emptied.iter().any(|key| key.store == store && key.owner == owner)
    }
}

/// The bytes under which a record is stored: its store, a keyed hash of its owner, its place.
pub(super) fn sealed_key(vault: &Vault, key: &RecordKey) -> Vec<u8> {
    let mut sealed = owner_prefix(vault, key.store, &key.owner);
    sealed.extend_from_slice(&key.place);
    sealed
}

pub(super) fn owner_prefix(vault: &Vault, store: StoreKind, owner: &[u8]) -> Vec<u8> {
    let mut prefix = vec![store as u8];
    prefix.extend_from_slice(&vault.owner_hash(store as u8, owner));
    prefix
}

/// Every key that begins with a prefix.
pub(super) fn prefix_range(prefix: Vec<u8>) -> KeyRange {
    let mut to = prefix.clone();
    while to.last() == Some(&0xFF) {
        to.pop();
    }
    if let Some(last) = to.last_mut() {
        *last += 1;
    }
    KeyRange { from: prefix, to, limit: usize::MAX, newest_first: false }
}

/// Every record there is.
pub(super) fn everything() -> KeyRange {
    KeyRange { from: vec![0], to: vec![0xFF], limit: usize::MAX, newest_first: false }
}

pub(super) fn open(vault: &Vault, key: &[u8], sealed: &[u8]) -> Result<Opened, Error> {
    vault.open(key, sealed).map_err(|_| Error::Record(RecordError::Damaged))
}

pub(super) async fn read_one<R: Record>(
    store: &impl Store,
    vault: &Vault,
    writes: &Overlay,
    key: &RecordKey,
) -> Result<Option<R>, Error> {
    let found = owned(store, vault, writes, key.store, &key.owner).await?.remove(&key.place);
    Ok(found.map(|value| R::from_value(value.version, &value.plain)).transpose()?)
}

/// Every record of a store, decoded, those of one owner in order.
pub(super) async fn read_all<R: Record>(
    store: &impl Store,
    vault: &Vault,
    kind: StoreKind,
) -> Result<Vec<R>, Error> {
    let mut records = Vec::new();
    for (key, sealed) in store.read(&prefix_range(vec![kind as u8])).await? {
        let opened = open(vault, &key, &sealed)?;
        records.push(R::from_value(opened.version, &opened.plain)?);
    }
    Ok(records)
}

/// Seals writes; the deletion of all of an owner's records becomes one of each that is stored.
pub(crate) async fn seal(
    store: &impl Store,
    vault: &Vault,
    writes: Vec<Write>,
    entropy: &mut Entropy,
) -> Result<Vec<SealedWrite>, Error> {
    let mut sealed = Vec::with_capacity(writes.len());
    for write in writes {
        if write.is_for_all {
            let range = prefix_range(owner_prefix(vault, write.key.store, &write.key.owner));
            let stored = store.read(&range).await?;
            sealed.extend(stored.into_iter().map(|(key, _)| SealedWrite { key, value: None }));
        } else {
            let key = sealed_key(vault, &write.key);
            let value =
                write.value.map(|Value { version, plain }| vault.seal(&key, version, &plain, entropy));
            sealed.push(SealedWrite { key, value });
        }
    }
    Ok(sealed)
}

/// Reads what an engine waits for, as it stands after what the turn has written so far.
pub(super) async fn load(
    store: &impl Store,
    vault: &Vault,
    writes: &Overlay,
    load: Load,
) -> Result<Loaded, Error> {
    match load {
        Load::KeyPackage(conversation, reference) => {
            let record = read_one(store, vault, writes, &KeyPackageRecord::key(&reference)).await?;
            Ok(Loaded::KeyPackage(conversation, record))
        }
        // What this turn has made is among the latest, and is kept anyway.
        Load::KeyPackages => Ok(Loaded::KeyPackages(read_all(store, vault, StoreKind::KeyPackage).await?)),
        Load::MessagesBefore { conversation, before } => {
            let places = Seq(0)..before;
            let messages = latest(store, vault, writes, conversation, places, TOLD_AT_ONCE).await?;
            Ok(Loaded::MessagesBefore { conversation, before, messages })
        }
        Load::LastMessage(conversation) => {
            let places = Seq(0)..Seq(u64::MAX);
            let last = latest(store, vault, writes, conversation, places, 1).await?.pop();
            let last =
                last.map(|(seq, value)| Ok((seq, MessageRecord::from_value(value.version, &value.plain)?)));
            Ok(Loaded::LastMessage(conversation, last.transpose().map_err(Error::Record)?))
        }
        Load::SaidSince(conversation, since) => {
            let said = said_since(store, vault, writes, conversation, &since).await?;
            Ok(Loaded::SaidSince(conversation, said))
        }
        Load::Conversation(conversation) => {
            let id = conversation.as_bytes();
            let parts = owned(store, vault, writes, StoreKind::Group, id).await?;
            let records = parts.into_iter().map(|(place, value)| (place, value.plain));
            let group = match Group::load(&conversation, records) {
                Ok(group) => Some(group),
                Err(mls_wasm::Error::UpgradeRequired) => return Err(RecordError::UpgradeRequired.into()),
                Err(_) => None,
            };
            let heads = owned(store, vault, writes, StoreKind::Heads, id).await?.remove(b"".as_slice());
            let heads = heads.map(|value| Heads::decode(&value.plain)).transpose();
            let heads = heads.map_err(|_| RecordError::Damaged)?.unwrap_or_default();
            let pending = owned(store, vault, writes, StoreKind::Pending, id).await?.remove(b"".as_slice());
            let pending =
                pending.map(|value| PendingRecord::from_value(value.version, &value.plain)).transpose()?;
            let mut range = prefix_range(owner_prefix(vault, StoreKind::Timeline, id));
            (range.limit, range.newest_first) = (RECENT_MESSAGES_KEPT, true);
            let mut recent = Vec::new();
            for (key, sealed) in store.read(&range).await? {
                let opened = open(vault, &key, &sealed)?;
                recent.push(MessageRecord::from_value(opened.version, &opened.plain)?.message);
            }
            let kept = kept(owned(store, vault, writes, StoreKind::GroupBefore, id).await?, &conversation)?;
            let voided = owned(store, vault, writes, StoreKind::Voided, id).await?.into_values();
            let voided = voided.map(|value| VoidedRecord::from_value(value.version, &value.plain));
            let voided = voided.collect::<Result<_, _>>()?;
            let loaded = LoadedConversation { conversation, group, heads, pending, recent, voided, kept };
            Ok(Loaded::Conversation(Box::new(loaded)))
        }
    }
}

/// What was said from a commit on by those who say it again, page by page: others may have said more than fits in memory.
async fn said_since(
    store: &impl Store,
    vault: &Vault,
    writes: &Overlay,
    conversation: ConversationId,
    since: &SinceCommit,
) -> Result<SaidSince, Error> {
    let mut said = SaidSince::default();
    let again = since.also.iter().map(|place| *place..place.next());
    let mut ranges: Vec<Range<Seq>> = again.chain([since.commit..Seq(u64::MAX)]).collect();
    while let Some(places) = ranges.pop() {
        let page = latest(store, vault, writes, conversation, places.clone(), READ_AT_ONCE).await?;
        let is_whole = page.len() < READ_AT_ONCE;
        if let Some((first, _)) = page.last().filter(|_| !is_whole) {
            ranges.push(places.start..*first);
        }
        for (seq, value) in page {
            let message = MessageRecord::from_value(value.version, &value.plain)?;
            if message.device == since.own || Some(message.device) == since.committer {
                said.shown.push((seq, message.message));
            }
            if message.device == since.own {
                said.own.push(message);
            }
        }
    }
    said.shown.reverse();
    said.own.reverse();
    Ok(said)
}

/// A conversation's latest messages between places, the last one first.
async fn latest(
    store: &impl Store,
    vault: &Vault,
    writes: &Overlay,
    conversation: ConversationId,
    places: Range<Seq>,
    limit: usize,
) -> Result<Vec<(Seq, Value)>, Error> {
    let timeline = timeline(store, vault, writes, conversation, places, limit).await?;
    let latest = timeline.into_iter().rev().take(limit);
    latest
        .map(|(place, value)| {
            let place = place.as_slice().try_into().map_err(|_| RecordError::Damaged)?;
            Ok((Seq(u64::from_be_bytes(place)), value))
        })
        .collect()
}

/// What a conversation's timeline holds between places: the latest `limit` that are stored, and what the turn has written.
async fn timeline(
    store: &impl Store,
    vault: &Vault,
    writes: &Overlay,
    conversation: ConversationId,
    places: Range<Seq>,
    limit: usize,
) -> Result<BTreeMap<Vec<u8>, Value>, Error> {
    let prefix = owner_prefix(vault, StoreKind::Timeline, conversation.as_bytes());
    let places = places.start.0.to_be_bytes()..places.end.0.to_be_bytes();
    let [from, to] = [places.start, places.end].map(|place| [prefix.as_slice(), &place].concat());
    let mut timeline = BTreeMap::new();
    for (key, sealed) in store.read(&KeyRange { from, to, limit, newest_first: true }).await? {
        let Opened { version, plain } = open(vault, &key, &sealed)?;
        timeline.insert(key[prefix.len()..].to_vec(), Value { version, plain });
    }
    for write in writes.of_owner(StoreKind::Timeline, conversation.as_bytes()) {
        if let Some(value) = &write.value
            && places.start.as_slice() <= write.key.place.as_slice()
            && write.key.place.as_slice() < places.end.as_slice()
        {
            timeline.insert(write.key.place.clone(), value.clone());
        }
    }
    Ok(timeline)
}

fn kept(mut records: BTreeMap<Vec<u8>, Value>, conversation: &ConversationId) -> Result<Kept, Error> {
    let commit = records.remove(&CommitRecord::key(conversation).place);
    let rejoin = records.remove(&RejoinRecord::key(conversation).place);
    Ok(Kept {
        before: records.remove(b"".as_slice()).map(|value| value.plain),
        commit: commit.map(|value| CommitRecord::from_value(value.version, &value.plain)).transpose()?,
        rejoin: rejoin.map(|value| RejoinRecord::from_value(value.version, &value.plain)).transpose()?,
        replaced: None,
    })
}

/// An owner's records by place: what is stored, and over it what the turn has written.
pub(crate) async fn owned(
    store: &impl Store,
    vault: &Vault,
    writes: &Overlay,
    kind: StoreKind,
    owner: &[u8],
) -> Result<BTreeMap<Vec<u8>, Value>, Error> {
    let prefix = owner_prefix(vault, kind, owner);
    let mut places = BTreeMap::new();
    if !writes.is_emptied(kind, owner) {
        for (key, sealed) in store.read(&prefix_range(prefix.clone())).await? {
            let Opened { version, plain } = open(vault, &key, &sealed)?;
            places.insert(key[prefix.len()..].to_vec(), Value { version, plain });
        }
    }
    for write in writes.of_owner(kind, owner) {
        match &write.value {
            Some(value) => places.insert(write.key.place.clone(), value.clone()),
            None => places.remove(&write.key.place),
        };
    }
    Ok(places)
}
