//! A conversation's rows: finding it, appending to its log, and keeping its members.

use protocol::codec::OrEmpty;
use protocol::frame::{Control, Entry, Payload};
use protocol::{Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, Seq, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::sessions::id;
use super::writer::Events;
use super::{millis, number, timestamp, unsigned};
use crate::store::{Appended, Committed, Member, StoreError};

const APPLICATION: u8 = 1;
const HANDSHAKE: u8 = 2;
const CONTROL: u8 = 3;
/// It stands in the log, and counts no longer.
const VOIDED_HANDSHAKE: u8 = 4;

/// A conversation as an append needs it.
pub(super) struct Conversation {
    pub(super) number: i64,
    pub(super) epoch: Epoch,
    pub(super) latest_seq: Seq,
    pub(super) handshake_seq: Seq,
    /// Whose commit opened the epoch, until another device has said something in it.
    pub(super) unheard_committer: Option<DeviceId>,
}

pub(super) fn find(
    connection: &Connection,
    space: i64,
    conversation: &ConversationId,
) -> Result<Conversation, StoreError> {
    let (row, committer) = connection
        .prepare_cached(
            "SELECT number, epoch, latest_seq, handshake_seq, unheard_committer FROM conversations
             WHERE space_id = ?1 AND conversation = ?2",
        )?
        .query_row(params![space, conversation.as_bytes()], |row| {
            let committer: Option<Vec<u8>> = row.get(4)?;
            let row = Conversation {
                number: row.get(0)?,
                epoch: Epoch(unsigned(row.get(1)?)),
                latest_seq: Seq(unsigned(row.get(2)?)),
                handshake_seq: Seq(unsigned(row.get(3)?)),
                unheard_committer: None,
            };
            Ok((row, committer))
        })
        .optional()?
        .ok_or(StoreError::Forbidden)?;
    Ok(Conversation { unheard_committer: committer.as_deref().map(id).transpose()?, ..row })
}

/// Whether all members can read what was sealed in the epoch before: whoever the current one's commit added cannot.
pub(super) fn is_open_to_all(
    connection: &Connection,
    space: i64,
    conversation: i64,
) -> Result<bool, StoreError> {
    let is_open = connection
        .prepare_cached(
            "SELECT NOT EXISTS (SELECT 1 FROM members JOIN conversations ON conversations.number = members.conversation
             WHERE members.space_id = ?1 AND members.conversation = ?2 AND joined_seq = epoch_seq AND left_seq IS NULL)",
        )?
        .query_row(params![space, conversation], |row| row.get(0))?;
    Ok(is_open)
}

/// What a device may read: from the entry that added it to the one that removed it.
pub(super) struct Reach {
    pub(super) joined_seq: Seq,
    pub(super) left_seq: Option<Seq>,
}

pub(super) fn reach(
    connection: &Connection,
    space: i64,
    conversation: i64,
    device: &DeviceId,
) -> Result<Reach, StoreError> {
    connection
        .prepare_cached(
            "SELECT joined_seq, left_seq FROM members WHERE space_id = ?1 AND conversation = ?2 AND device = ?3",
        )?
        .query_row(params![space, conversation, device.as_bytes()], |row| {
            let left: Option<i64> = row.get(1)?;
            Ok(Reach { joined_seq: Seq(unsigned(row.get(0)?)), left_seq: left.map(|seq| Seq(unsigned(seq))) })
        })
        .optional()?
        .ok_or(StoreError::Forbidden)
}

/// Only a current member appends.
pub(super) fn require_member(
    connection: &Connection,
    space: i64,
    conversation: i64,
    device: &DeviceId,
) -> Result<(), StoreError> {
    match reach(connection, space, conversation, device)?.left_seq {
        None => Ok(()),
        Some(_) => Err(StoreError::Forbidden),
    }
}

/// Where the same submission stands already. The same id for other bytes is refused.
pub(super) fn find_repeat(
    connection: &Connection,
    space: i64,
    conversation: i64,
    envelope: &EnvelopeId,
    payload: &[u8],
) -> Result<Option<Appended>, StoreError> {
    let row: Option<(i64, i64, Vec<u8>)> = connection
        .prepare_cached(
            "SELECT seq, received_at, payload FROM entries
             WHERE space_id = ?1 AND conversation = ?2 AND envelope = ?3",
        )?
        .query_row(params![space, conversation, envelope.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    match row {
        Some((_, _, stored)) if stored != payload => Err(StoreError::EnvelopeReused),
        Some((seq, received_at, _)) => Ok(Some(Appended {
            seq: Seq(unsigned(seq)),
            received_at: timestamp(received_at),
            is_repeat: true,
        })),
        None => Ok(None),
    }
}

/// An entry to append.
pub(super) struct NewEntry<'a> {
    pub(super) envelope: EnvelopeId,
    pub(super) sender: Option<DeviceId>,
    pub(super) now: Timestamp,
    pub(super) payload: Payload,
    /// Devices that are no longer members after it.
    pub(super) removed: Vec<DeviceId>,
    pub(super) events: &'a mut Events,
}

/// Appends behind the last entry.
pub(super) fn append(
    connection: &Connection,
    space: i64,
    id: &ConversationId,
    conversation: &mut Conversation,
    entry: NewEntry<'_>,
) -> Result<Appended, StoreError> {
    let seq = conversation.latest_seq.next();
    let (kind, payload) = match &entry.payload {
        Payload::Application(bytes) => (APPLICATION, bytes.clone()),
        Payload::Handshake(bytes) => (HANDSHAKE, bytes.clone()),
        Payload::Control(control) => (CONTROL, control.clone().encode()),
    };
    connection
        .prepare_cached(
            "INSERT INTO entries (space_id, conversation, seq, envelope, kind, sender, received_at, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            space,
            conversation.number,
            number(seq.0),
            entry.envelope.as_bytes(),
            kind,
            entry.sender.as_ref().map(DeviceId::as_bytes),
            millis(entry.now),
            payload.as_ref()
        ])?;
    connection
        .prepare_cached(
            "UPDATE conversations SET latest_seq = ?3, unheard_committer = ?4 WHERE space_id = ?1 AND number = ?2",
        )?
        .execute(params![
            space,
            conversation.number,
            number(seq.0),
            conversation.unheard_committer.as_ref().map(DeviceId::as_bytes)
        ])?;
    conversation.latest_seq = seq;
    entry.events.push(Committed::Entry {
        conversation: *id,
        entry: Entry {
            seq,
            envelope: entry.envelope,
            sender: OrEmpty(entry.sender),
            received_at: entry.now,
            payload: entry.payload,
        },
        removed: entry.removed,
    });
    Ok(Appended { seq, received_at: entry.now, is_repeat: false })
}

/// The entry in a row of `seq, envelope, kind, sender, received_at, payload`.
pub(super) fn entry_of(row: &Row<'_>) -> Result<Entry, StoreError> {
    let payload = Bytes::from(row.get::<_, Vec<u8>>(5)?);
    let sender: Option<Vec<u8>> = row.get(3)?;
    let payload = match row.get::<_, u8>(2)? {
        APPLICATION => Payload::Application(payload),
        HANDSHAKE | VOIDED_HANDSHAKE => Payload::Handshake(payload),
        CONTROL => Payload::Control(Control::decode(payload).map_err(|_| StoreError::Unavailable)?),
        _ => return Err(StoreError::Unavailable),
    };
    Ok(Entry {
        seq: Seq(unsigned(row.get(0)?)),
        envelope: id(&row.get::<_, Vec<u8>>(1)?)?,
        sender: OrEmpty(sender.as_deref().map(id).transpose()?),
        received_at: timestamp(row.get(4)?),
        payload,
    })
}

/// Makes the members of a conversation `members` from `seq` on, and tells who is one no longer.
pub(super) fn set_members(
    connection: &Connection,
    space: i64,
    conversation: i64,
    members: &[Member],
    seq: Seq,
) -> Result<Vec<DeviceId>, StoreError> {
    let current: Vec<Vec<u8>> = connection
        .prepare_cached(
            "SELECT device FROM members WHERE space_id = ?1 AND conversation = ?2 AND left_seq IS NULL",
        )?
        .query_map(params![space, conversation], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let current: Vec<DeviceId> = current.iter().map(|row| id(row)).collect::<Result<_, _>>()?;
    let mut join = connection.prepare_cached(
        "INSERT INTO members (space_id, conversation, device, account, joined_seq, cursor)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)
         ON CONFLICT DO UPDATE SET left_seq = NULL, joined_seq = ?5, cursor = ?5",
    )?;
    for member in members.iter().filter(|member| !current.contains(&member.device)) {
        join.execute(params![
            space,
            conversation,
            member.device.as_bytes(),
            member.account.as_bytes(),
            number(seq.0)
        ])?;
    }
    let mut leave = connection.prepare_cached(
        "UPDATE members SET left_seq = ?4 WHERE space_id = ?1 AND conversation = ?2 AND device = ?3",
    )?;
    let removed: Vec<DeviceId> =
        current.into_iter().filter(|device| members.iter().all(|member| member.device != *device)).collect();
    for device in &removed {
        leave.execute(params![space, conversation, device.as_bytes(), number(seq.0)])?;
    }
    Ok(removed)
}
