//! Conversations: creating them, and the one order of their logs.

use protocol::frame::{CommitRefusal, InboxItem, Payload};
use protocol::{AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, Seq, Timestamp, limits};
use rusqlite::{Connection, OptionalExtension, params};

use super::log::{self, Conversation, NewEntry};
use super::sessions::{id, raise_counter};
use super::voids;
use super::writer::Events;
use super::{SqliteSpace, millis, number, unsigned};
use crate::store::{
    Answer, Appended, Committed, Conversations, Creation, GroupChange, HandshakeAppend, HandshakeOutcome,
    MessageAppend, Page, RefusalOutcome, ServedGroup, StoreError, StoredGroup, VoidAppend,
};

impl Conversations for SqliteSpace {
    fn create_conversation(&self, creation: Creation) -> impl Answer<Appended> {
        self.write(move |connection, space, events| {
            if let Some(existing) = find_existing(connection, space, &creation)? {
                return match existing {
                    Existing::Same(appended) => Ok(appended),
                    Existing::Other(conversation) => Err(StoreError::ConversationExists(conversation)),
                };
            }
            insert_conversation(connection, space, &creation)?;
            let mut row = log::find(connection, space, &creation.conversation)?;
            let entry = NewEntry {
                envelope: creation.envelope,
                sender: None,
                now: creation.now,
                payload: Payload::Control(creation.created.clone()),
                removed: vec![],
                events,
            };
            let created = log::append(connection, space, &creation.conversation, &mut row, entry)?;
            log::set_members(connection, space, row.number, &creation.state.members, created.seq)?;
            match creation.first_commit.clone() {
                Some(commit) => append_handshake(connection, space, &mut row, commit, events),
                None => Ok(created),
            }
        })
    }

    fn append_handshake(&self, append: HandshakeAppend) -> impl Answer<Appended> {
        self.write(move |connection, space, events| {
            let mut row = log::find(connection, space, &append.conversation)?;
            log::require_member(connection, space, row.number, &append.sender.device)?;
            if let Some(repeat) =
                log::find_repeat(connection, space, row.number, &append.envelope, &append.handshake)?
            {
                return Ok(repeat);
            }
            append_handshake(connection, space, &mut row, append.clone(), events)
        })
    }

    fn append_message(&self, append: MessageAppend) -> impl Answer<Appended> {
        self.write(move |connection, space, events| {
            let mut row = log::find(connection, space, &append.conversation)?;
            log::require_member(connection, space, row.number, &append.sender.device)?;
            if let Some(repeat) =
                log::find_repeat(connection, space, row.number, &append.envelope, &append.message)?
            {
                return Ok(repeat);
            }
            let is_taken = append.epoch == row.epoch
                || (append.epoch.next() == row.epoch && log::is_open_to_all(connection, space, row.number)?);
            if !is_taken {
                return Err(StoreError::StaleEpoch(row.epoch));
            }
            if append.epoch == row.epoch {
                row.unheard_committer.take_if(|committer| *committer != append.sender.device);
            }
            let entry = NewEntry {
                envelope: append.envelope,
                sender: Some(append.sender.device),
                now: append.now,
                payload: Payload::Application(append.message.clone()),
                removed: vec![],
                events,
            };
            log::append(connection, space, &append.conversation, &mut row, entry)
        })
    }

    fn find_appended(
        &self,
        conversation: ConversationId,
        device: DeviceId,
        envelope: EnvelopeId,
        payload: Bytes,
    ) -> impl Answer<Option<Appended>> {
        self.read(move |connection, space| {
            let row = log::find(connection, space, &conversation)?;
            log::require_member(connection, space, row.number, &device)?;
            log::find_repeat(connection, space, row.number, &envelope, &payload)
        })
    }

    fn entries(
        &self,
        conversation: ConversationId,
        device: DeviceId,
        from: Seq,
        limit: u32,
    ) -> impl Answer<Page> {
        self.read(move |connection, space| {
            let row = log::find(connection, space, &conversation)?;
            let reach = log::reach(connection, space, row.number, &device)?;
            let latest_seq = reach.left_seq.unwrap_or(row.latest_seq);
            let mut query = connection.prepare_cached(
                "SELECT seq, envelope, kind, sender, received_at, payload FROM entries
                 WHERE space_id = ?1 AND conversation = ?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq LIMIT ?5",
            )?;
            let first = from.max(reach.joined_seq);
            let mut rows =
                query.query(params![space, row.number, number(first.0), number(latest_seq.0), limit])?;
            let (mut entries, mut bytes) = (Vec::new(), 0);
            while let Some(row) = rows.next()? {
                let entry = log::entry_of(row)?;
                bytes += row.get_ref(5)?.as_blob().map_or(0, <[u8]>::len);
                if !entries.is_empty() && bytes > limits::PAGE_BYTES_MAX {
                    break;
                }
                entries.push(entry);
            }
            Ok(Page { entries, latest_seq, has_left: reach.left_seq.is_some() })
        })
    }

    fn group(&self, conversation: ConversationId) -> impl Answer<Option<StoredGroup>> {
        self.read(move |connection, space| stored_group(connection, space, &conversation))
    }

    fn served_group(
        &self,
        conversation: ConversationId,
        device: DeviceId,
        epoch: Option<u64>,
    ) -> impl Answer<ServedGroup> {
        self.read(move |connection, space| {
            let row = log::find(connection, space, &conversation)?;
            if log::reach(connection, space, row.number, &device)?.left_seq.is_some() {
                return Err(StoreError::Forbidden);
            }
            let joinable = "SELECT epoch, seq, group_info, heads, tree FROM joinable_epochs
                            WHERE space_id = ?1 AND conversation = ?2 AND epoch = ?3";
            let current = "SELECT epoch, epoch_seq, group_info, heads, NULL FROM conversations c
                           JOIN conversation_groups g ON g.space_id = c.space_id AND g.conversation = number
                           WHERE c.space_id = ?1 AND number = ?2 AND epoch = coalesce(?3, epoch)";
            for sql in [joinable, current] {
                let served = connection
                    .prepare_cached(sql)?
                    .query_row(params![space, row.number, epoch.map(number)], |row| {
                        Ok(ServedGroup {
                            epoch: Epoch(unsigned(row.get(0)?)),
                            seq: Seq(unsigned(row.get(1)?)),
                            group_info: Bytes::from(row.get::<_, Vec<u8>>(2)?),
                            heads: row.get(3)?,
                            tree: row.get::<_, Option<Vec<u8>>>(4)?.map(Bytes::from),
                        })
                    })
                    .optional()?;
                if let Some(served) = served {
                    return Ok(served);
                }
            }
            Err(StoreError::NotFound)
        })
    }

    fn refuse_commit(&self, refusal: CommitRefusal, now: Timestamp) -> impl Answer<RefusalOutcome> {
        self.write(move |connection, space, _| voids::refuse(connection, space, &refusal, now))
    }

    fn void_commit(&self, void: VoidAppend) -> impl Answer<Appended> {
        self.write(move |connection, space, events| voids::append(connection, space, void.clone(), events))
    }

    fn acknowledge(
        &self,
        device: DeviceId,
        account: AccountId,
        up_to: Vec<(ConversationId, Seq)>,
        state_counter: u64,
    ) -> impl Answer<()> {
        self.write(move |connection, space, events| {
            if state_counter > 0 {
                raise_counter(connection, space, &device, state_counter)?;
            }
            for &(conversation, seq) in &up_to {
                let row = log::find(connection, space, &conversation)?;
                log::reach(connection, space, row.number, &device)?;
                let reached = seq.min(row.latest_seq);
                let moved = connection
                    .prepare_cached(
                        "UPDATE members SET cursor = ?4
                         WHERE space_id = ?1 AND conversation = ?2 AND device = ?3 AND cursor < ?4 AND left_seq IS NULL",
                    )?
                    .execute(params![space, row.number, device.as_bytes(), number(reached.0)])?;
                if moved > 0 {
                    events.push(Committed::Cursor { conversation, account, device, seq: reached });
                }
            }
            Ok(())
        })
    }
}

enum Existing {
    Same(Appended),
    Other(ConversationId),
}

/// The same creation again, or another conversation in its way.
fn find_existing(
    connection: &Connection,
    space: i64,
    creation: &Creation,
) -> Result<Option<Existing>, StoreError> {
    let row: Option<(i64, Vec<u8>)> = connection
        .prepare_cached(
            "SELECT number, conversation FROM conversations
             WHERE space_id = ?1 AND (conversation = ?2 OR pair = ?3) ORDER BY conversation = ?2 DESC LIMIT 1",
        )?
        .query_row(params![space, creation.conversation.as_bytes(), creation.pair.map(pair_key)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((row, conversation)) = row else { return Ok(None) };
    let conversation: ConversationId = id(&conversation)?;
    if conversation != creation.conversation && gives_way(connection, space, row)? {
        return Ok(None);
    }
    let (envelope, payload) = match &creation.first_commit {
        Some(commit) => (&commit.envelope, commit.handshake.clone()),
        None => (&creation.envelope, creation.created.clone().encode()),
    };
    let repeat = (conversation == creation.conversation)
        .then(|| log::find_repeat(connection, space, row, envelope, &payload))
        .transpose()?
        .flatten();
    Ok(Some(repeat.map_or(Existing::Other(conversation), Existing::Same)))
}

/// A conversation in which no device is listed any longer is dead: nobody can add one. It is no longer the one of its
/// accounts.
fn gives_way(connection: &Connection, space: i64, row: i64) -> Result<bool, StoreError> {
    let is_alive = connection
        .prepare_cached(
            "SELECT 1 FROM members m JOIN devices d ON d.space_id = m.space_id AND d.device = m.device
             WHERE m.space_id = ?1 AND m.conversation = ?2 AND m.left_seq IS NULL AND d.is_listed",
        )?
        .exists(params![space, row])?;
    if !is_alive {
        connection
            .prepare_cached("UPDATE conversations SET pair = NULL WHERE space_id = ?1 AND number = ?2")?
            .execute(params![space, row])?;
    }
    Ok(!is_alive)
}

fn pair_key([low, high]: [AccountId; 2]) -> Vec<u8> {
    [low.as_bytes().as_slice(), high.as_bytes()].concat()
}

fn insert_conversation(connection: &Connection, space: i64, creation: &Creation) -> Result<(), StoreError> {
    let state = &creation.state;
    connection
        .prepare_cached(
            "INSERT INTO conversations (space_id, conversation, pair, suite, epoch, epoch_seq, handshake_seq,
               latest_seq, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 1, 1, 0, ?6)",
        )?
        .execute(params![
            space,
            creation.conversation.as_bytes(),
            creation.pair.map(pair_key),
            creation.suite.number(),
            number(state.epoch.0),
            millis(creation.now)
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO conversation_groups (space_id, conversation, heads, group_info, snapshot, snapshot_seq)
             VALUES (?1, ?2, ?3, ?4, ?5, 1)",
        )?
        .execute(params![
            space,
            connection.last_insert_rowid(),
            state.heads,
            state.group_info.as_ref(),
            state.snapshot.as_ref().ok_or(StoreError::Unavailable)?
        ])?;
    Ok(())
}

/// Appends a handshake that was validated after the last one, with all that belongs to it.
fn append_handshake(
    connection: &Connection,
    space: i64,
    row: &mut Conversation,
    append: HandshakeAppend,
    events: &mut Events,
) -> Result<Appended, StoreError> {
    if append.epoch != row.epoch || append.validated_at != row.handshake_seq {
        return Err(StoreError::StaleEpoch(row.epoch));
    }
    let seq = row.latest_seq.next();
    let removed = match &append.outcome {
        HandshakeOutcome::Commit { change, .. } => {
            put_change(connection, space, row, change, seq)?;
            (row.epoch, row.unheard_committer) = (change.epoch, Some(append.sender.device));
            log::set_members(connection, space, row.number, &change.members, seq)?
        }
        HandshakeOutcome::Proposal => vec![],
    };
    connection
        .prepare_cached("UPDATE conversations SET handshake_seq = ?3 WHERE space_id = ?1 AND number = ?2")?
        .execute(params![space, row.number, number(seq.0)])?;
    row.handshake_seq = seq;
    let entry = NewEntry {
        envelope: append.envelope,
        sender: Some(append.sender.device),
        now: append.now,
        payload: Payload::Handshake(append.handshake.clone()),
        removed,
        events,
    };
    let appended = log::append(connection, space, &append.conversation, row, entry)?;
    if let HandshakeOutcome::Commit { change, welcomes } = &append.outcome {
        put_welcomes(connection, space, row.number, &append, change, welcomes, seq, events)?;
    }
    Ok(appended)
}

fn put_change(
    connection: &Connection,
    space: i64,
    row: &Conversation,
    change: &GroupChange,
    seq: Seq,
) -> Result<(), StoreError> {
    voids::keep_before(connection, space, row.number)?;
    connection
        .prepare_cached(
            "UPDATE conversations SET epoch = ?3, epoch_seq = ?4 WHERE space_id = ?1 AND number = ?2",
        )?
        .execute(params![space, row.number, number(change.epoch.0), number(seq.0)])?;
    connection
        .prepare_cached(
            "UPDATE conversation_groups SET heads = ?3, group_info = ?4,
               snapshot = coalesce(?5, snapshot), snapshot_seq = iif(?5 IS NULL, snapshot_seq, ?6)
             WHERE space_id = ?1 AND conversation = ?2",
        )?
        .execute(params![
            space,
            row.number,
            change.heads,
            change.group_info.as_ref(),
            change.snapshot,
            number(row.handshake_seq.0)
        ])?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the parts of one append, all needed for one row")]
fn put_welcomes(
    connection: &Connection,
    space: i64,
    conversation: i64,
    append: &HandshakeAppend,
    change: &GroupChange,
    welcomes: &[(DeviceId, Bytes)],
    seq: Seq,
    events: &mut Events,
) -> Result<(), StoreError> {
    if welcomes.is_empty() {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO joinable_epochs (space_id, conversation, epoch, seq, heads, group_info, tree, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            space,
            conversation,
            number(change.epoch.0),
            number(seq.0),
            change.heads,
            change.group_info.as_ref(),
            change.tree.as_ref(),
            millis(append.now)
        ])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO inbox (space_id, device, conversation, seq, epoch, welcome, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (device, welcome) in welcomes {
        let item = insert.insert(params![
            space,
            device.as_bytes(),
            append.conversation.as_bytes(),
            number(seq.0),
            number(change.epoch.0),
            welcome.as_ref(),
            millis(append.now)
        ])?;
        events.push(Committed::Inbox {
            device: *device,
            item: InboxItem {
                id: unsigned(item),
                conversation: append.conversation,
                seq,
                epoch: change.epoch,
                welcome: welcome.clone(),
                received_at: append.now,
            },
        });
    }
    Ok(())
}

fn stored_group(
    connection: &Connection,
    space: i64,
    conversation: &ConversationId,
) -> Result<Option<StoredGroup>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT number, snapshot_seq, snapshot, handshake_seq, heads, epoch FROM conversations c
             JOIN conversation_groups g ON g.space_id = c.space_id AND g.conversation = number
             WHERE c.space_id = ?1 AND c.conversation = ?2",
        )?
        .query_row(params![space, conversation.as_bytes()], |row| {
            let stored = StoredGroup {
                snapshot: row.get(2)?,
                handshakes: vec![],
                handshake_seq: Seq(unsigned(row.get(3)?)),
                heads: row.get(4)?,
                epoch: Epoch(unsigned(row.get(5)?)),
            };
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, stored))
        })
        .optional()?;
    let Some((row, snapshot_seq, mut stored)) = found else { return Ok(None) };
    stored.handshakes = handshakes(connection, space, row, snapshot_seq, stored.handshake_seq)?;
    Ok(Some(stored))
}

/// The handshakes behind a snapshot, up to an entry.
pub(super) fn handshakes(
    connection: &Connection,
    space: i64,
    conversation: i64,
    snapshot_seq: i64,
    up_to: Seq,
) -> Result<Vec<Bytes>, StoreError> {
    let handshakes = connection
        .prepare_cached(
            "SELECT payload FROM entries
             WHERE space_id = ?1 AND conversation = ?2 AND kind = 2 AND seq > ?3 AND seq <= ?4 ORDER BY seq",
        )?
        .query_map(params![space, conversation, snapshot_seq, number(up_to.0)], |row| {
            Ok(Bytes::from(row.get::<_, Vec<u8>>(0)?))
        })?
        .collect::<Result<_, _>>()?;
    Ok(handshakes)
}
