//! Taking a commit back: what was before it, who refuses it, who has acknowledged it.

use protocol::frame::{CommitRefusal, Control, ControlKind, Payload, Void};
use protocol::{Bytes, DeviceId, Epoch, Seq, Timestamp, limits};
use rusqlite::{Connection, OptionalExtension, params};

use super::conversations::handshakes;
use super::log::{self, Conversation, NewEntry};
use super::sessions::id;
use super::writer::Events;
use super::{number, timestamp, unsigned};
use crate::store::{Appended, RefusalOutcome, StoreError, StoredGroup, VoidAppend};

/// Keeps the state that a commit is about to replace, and forgets who refused the one before it.
pub(super) fn keep_before(connection: &Connection, space: i64, conversation: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO epochs_before (space_id, conversation, epoch, epoch_seq, heads, group_info)
             SELECT c.space_id, number, epoch, epoch_seq, heads, group_info FROM conversations c
             JOIN conversation_groups g ON g.space_id = c.space_id AND g.conversation = number
             WHERE c.space_id = ?1 AND number = ?2",
        )?
        .execute(params![space, conversation])?;
    forget_refusals(connection, space, conversation)
}

/// Notes a refusal. The commit stands if it is not the last one, or if someone has acknowledged it.
pub(super) fn refuse(
    connection: &Connection,
    space: i64,
    refusal: &CommitRefusal,
    now: Timestamp,
) -> Result<RefusalOutcome, StoreError> {
    let row = log::find(connection, space, &refusal.conversation)?;
    log::require_member(connection, space, row.number, &refusal.device)?;
    let last = last_commit(connection, space, &row, refusal.seq)?;
    let is_of_it =
        refusal.epoch == last.epoch_before && refusal.commit == CommitRefusal::hash_of(&last.payload);
    if !is_of_it || !members_before(connection, space, &row, &last)?.contains(&refusal.device) {
        return Err(StoreError::NotFound);
    }
    require_unacknowledged(connection, space, &row, &last)?;
    connection
        .prepare_cached(
            "INSERT INTO refusals (space_id, conversation, device, refusal) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![space, row.number, refusal.device.as_bytes(), refusal.clone().encode().as_ref()])?;
    let has_waited = now.millis_since(last.received_at) >= limits::REFUSAL_GRACE_MS;
    if has_waited || are_all_refusing(connection, space, &row, &last)? {
        Ok(RefusalOutcome::Voidable(Box::new(group_before(connection, space, &row, &last)?)))
    } else {
        Ok(RefusalOutcome::Noted)
    }
}

/// Voids a commit: it may have been acknowledged since that was found to be due.
pub(super) fn append(
    connection: &Connection,
    space: i64,
    void: VoidAppend,
    events: &mut Events,
) -> Result<Appended, StoreError> {
    let mut row = log::find(connection, space, &void.conversation)?;
    let last = last_commit(connection, space, &row, void.seq)?;
    require_unacknowledged(connection, space, &row, &last)?;
    let proofs = refusals(connection, space, row.number)?;
    if proofs.is_empty() {
        return Err(StoreError::StaleEpoch(row.epoch));
    }
    let seq = row.latest_seq.next();
    take_back(connection, space, &row, &last, seq)?;
    row.unheard_committer = None;
    let removed = log::set_members(connection, space, row.number, &void.members, seq)?;
    let kind = ControlKind::Void(Void { seq: void.seq, proofs });
    let entry = NewEntry {
        envelope: void.envelope,
        sender: None,
        now: void.now,
        payload: Payload::Control(Control { kind }),
        removed,
        events,
    };
    log::append(connection, space, &void.conversation, &mut row, entry)
}

/// The commit that opened the current epoch.
struct LastCommit {
    seq: Seq,
    payload: Vec<u8>,
    committer: DeviceId,
    received_at: Timestamp,
    epoch_before: Epoch,
}

/// The commit at `seq`, if it opened the current epoch and nobody else has said anything in that.
fn last_commit(
    connection: &Connection,
    space: i64,
    row: &Conversation,
    seq: Seq,
) -> Result<LastCommit, StoreError> {
    let committer = row.unheard_committer.ok_or(StoreError::StaleEpoch(row.epoch))?;
    let found: Option<(Vec<u8>, i64, i64)> = connection
        .prepare_cached(
            "SELECT e.payload, e.received_at, b.epoch FROM conversations c
             JOIN epochs_before b ON b.space_id = c.space_id AND b.conversation = c.number
             JOIN entries e ON e.space_id = c.space_id AND e.conversation = c.number AND e.seq = c.epoch_seq
             WHERE c.space_id = ?1 AND c.number = ?2 AND c.epoch_seq = ?3 AND e.kind = 2",
        )?
        .query_row(params![space, row.number, number(seq.0)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let (payload, received_at, epoch) = found.ok_or(StoreError::StaleEpoch(row.epoch))?;
    let (received_at, epoch_before) = (timestamp(received_at), Epoch(unsigned(epoch)));
    Ok(LastCommit { seq, payload, committer, received_at, epoch_before })
}

/// A commit stands once a device other than the committer's has stored it, or has said something in the epoch that it opened.
/// Whoever was added by it has stored nothing yet.
fn require_unacknowledged(
    connection: &Connection,
    space: i64,
    row: &Conversation,
    last: &LastCommit,
) -> Result<(), StoreError> {
    let is_stored = connection
        .prepare_cached(
            "SELECT 1 FROM members WHERE space_id = ?1 AND conversation = ?2 AND device <> ?3
             AND left_seq IS NULL AND cursor >= ?4 AND (joined_seq < ?4 OR cursor > ?4)",
        )?
        .exists(params![space, row.number, last.committer.as_bytes(), number(last.seq.0)])?;
    if is_stored { Err(StoreError::StaleEpoch(row.epoch)) } else { Ok(()) }
}

/// Devices that were in the group before the commit and are after it, but for the committer's.
fn members_before(
    connection: &Connection,
    space: i64,
    row: &Conversation,
    last: &LastCommit,
) -> Result<Vec<DeviceId>, StoreError> {
    let devices: Vec<Vec<u8>> = connection
        .prepare_cached(
            "SELECT device FROM members WHERE space_id = ?1 AND conversation = ?2 AND device <> ?3
             AND left_seq IS NULL AND joined_seq < ?4",
        )?
        .query_map(params![space, row.number, last.committer.as_bytes(), number(last.seq.0)], |row| {
            row.get(0)
        })?
        .collect::<Result<_, _>>()?;
    devices.iter().map(|device| id(device)).collect()
}

fn are_all_refusing(
    connection: &Connection,
    space: i64,
    row: &Conversation,
    last: &LastCommit,
) -> Result<bool, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM refusals WHERE space_id = ?1 AND conversation = ?2")?
        .query_row(params![space, row.number], |row| row.get(0))?;
    let others = members_before(connection, space, row, last)?.len();
    Ok(usize::try_from(count).is_ok_and(|count| count >= others))
}

fn refusals(connection: &Connection, space: i64, conversation: i64) -> Result<Vec<Bytes>, StoreError> {
    let refusals = connection
        .prepare_cached("SELECT refusal FROM refusals WHERE space_id = ?1 AND conversation = ?2 LIMIT ?3")?
        .query_map(params![space, conversation, limits::VOID_PROOFS_MAX], |row| {
            Ok(Bytes::from(row.get::<_, Vec<u8>>(0)?))
        })?
        .collect::<Result<_, _>>()?;
    Ok(refusals)
}

fn forget_refusals(connection: &Connection, space: i64, conversation: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM refusals WHERE space_id = ?1 AND conversation = ?2")?
        .execute(params![space, conversation])?;
    Ok(())
}

/// The group as the commit found it. A snapshot is always older than the last commit.
fn group_before(
    connection: &Connection,
    space: i64,
    row: &Conversation,
    last: &LastCommit,
) -> Result<StoredGroup, StoreError> {
    let handshake_seq = Seq(last.seq.0.saturating_sub(1));
    let (snapshot, snapshot_seq, heads): (Vec<u8>, i64, Vec<u8>) = connection
        .prepare_cached(
            "SELECT snapshot, snapshot_seq, b.heads FROM conversation_groups g
             JOIN epochs_before b ON b.space_id = g.space_id AND b.conversation = g.conversation
             WHERE g.space_id = ?1 AND g.conversation = ?2",
        )?
        .query_row(params![space, row.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let handshakes = handshakes(connection, space, row.number, snapshot_seq, handshake_seq)?;
    Ok(StoredGroup { snapshot, handshakes, handshake_seq, heads, epoch: last.epoch_before })
}

/// Puts the state before the commit back in force: what came with it, and every handshake since, counts no longer.
fn take_back(
    connection: &Connection,
    space: i64,
    row: &Conversation,
    last: &LastCommit,
    seq: Seq,
) -> Result<(), StoreError> {
    let (conversation, voided) = (row.number, number(last.seq.0));
    connection
        .prepare_cached(
            "UPDATE entries SET kind = 4 WHERE space_id = ?1 AND conversation = ?2 AND kind = 2 AND seq >= ?3",
        )?
        .execute(params![space, conversation, voided])?;
    connection
        .prepare_cached(
            "DELETE FROM inbox WHERE space_id = ?1 AND seq = ?3 AND conversation =
             (SELECT conversation FROM conversations WHERE space_id = ?1 AND number = ?2)",
        )?
        .execute(params![space, conversation, voided])?;
    connection
        .prepare_cached("DELETE FROM joinable_epochs WHERE space_id = ?1 AND conversation = ?2 AND seq = ?3")?
        .execute(params![space, conversation, voided])?;
    connection
        .prepare_cached(
            "UPDATE conversations SET (epoch, epoch_seq) =
               (SELECT epoch, epoch_seq FROM epochs_before WHERE space_id = ?1 AND conversation = ?2), handshake_seq = ?3
             WHERE space_id = ?1 AND number = ?2",
        )?
        .execute(params![space, conversation, number(seq.0)])?;
    connection
        .prepare_cached(
            "UPDATE conversation_groups SET (heads, group_info) =
               (SELECT heads, group_info FROM epochs_before WHERE space_id = ?1 AND conversation = ?2)
             WHERE space_id = ?1 AND conversation = ?2",
        )?
        .execute(params![space, conversation])?;
    connection
        .prepare_cached("DELETE FROM epochs_before WHERE space_id = ?1 AND conversation = ?2")?
        .execute(params![space, conversation])?;
    forget_refusals(connection, space, conversation)
}
