//! Sessions: one a device, tokens as hashes.

use protocol::{AccountId, DeviceId, Timestamp, limits};
use rusqlite::{Connection, OptionalExtension, params};

use super::{SqliteSpace, millis, number, unsigned};
use crate::store::{Answer, NewSession, Resume, SessionOpened, Sessions, StoreError, TokenHash};

impl Sessions for SqliteSpace {
    fn start_session(&self, session: NewSession) -> impl Answer<SessionOpened> {
        self.write(move |connection, space, _| {
            let state_counter = raise_counter(connection, space, &session.device, session.state_counter)?;
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO sessions (space_id, device, account, session, resume, expires_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    space,
                    session.device.as_bytes(),
                    session.account.as_bytes(),
                    session.session,
                    session.resume,
                    millis(session.expires_at)
                ])?;
            Ok(SessionOpened { account: session.account, device: session.device, state_counter })
        })
    }

    fn resume_session(&self, resume: Resume) -> impl Answer<SessionOpened> {
        self.write(move |connection, space, _| {
            let (device, account) =
                find_resumable(connection, space, &resume)?.ok_or(StoreError::ResumeFailed)?;
            let state_counter = raise_counter(connection, space, &device, resume.state_counter)?;
            let used_until = resume.now.plus_millis(limits::RESUME_GRACE_MS);
            connection
                .prepare_cached(
                    "UPDATE sessions SET session = ?3, resume = ?4, expires_at = ?7,
                       used_until = iif(used_resume IS ?5, used_until, ?6), used_resume = ?5
                     WHERE space_id = ?1 AND device = ?2",
                )?
                .execute(params![
                    space,
                    device.as_bytes(),
                    resume.session,
                    resume.resume,
                    resume.presented,
                    millis(used_until),
                    millis(resume.expires_at)
                ])?;
            Ok(SessionOpened { account, device, state_counter })
        })
    }

    fn session_of(
        &self,
        device: DeviceId,
        session: TokenHash,
        now: Timestamp,
    ) -> impl Answer<Option<AccountId>> {
        self.read(move |connection, space| account_of(connection, space, device, &session, now))
    }

    fn end_session(&self, session: TokenHash) -> impl Answer<()> {
        self.write(move |connection, space, _| {
            connection
                .prepare_cached("DELETE FROM sessions WHERE space_id = ?1 AND session = ?2")?
                .execute(params![space, session])?;
            Ok(())
        })
    }
}

/// The account of a listed device's session that goes on.
pub(super) fn account_of(
    connection: &Connection,
    space: i64,
    device: DeviceId,
    session: &TokenHash,
    now: Timestamp,
) -> Result<Option<AccountId>, StoreError> {
    let account: Option<Vec<u8>> = connection
        .prepare_cached(
            "SELECT s.account FROM sessions s
             JOIN devices d ON d.space_id = s.space_id AND d.device = s.device AND d.is_listed
             WHERE s.space_id = ?1 AND s.device = ?2 AND s.session = ?3 AND s.expires_at >= ?4",
        )?
        .query_row(params![space, device.as_bytes(), session, millis(now)], |row| row.get(0))
        .optional()?;
    account.as_deref().map(id).transpose()
}

/// The session of an unused token, or of the one used last while its answer may still have been lost.
fn find_resumable(
    connection: &Connection,
    space: i64,
    resume: &Resume,
) -> Result<Option<(DeviceId, AccountId)>, StoreError> {
    let row = connection
        .prepare_cached(
            "SELECT s.device, s.account FROM sessions s
             JOIN devices d ON d.space_id = s.space_id AND d.device = s.device AND d.is_listed
             WHERE s.space_id = ?1 AND s.expires_at >= ?3
               AND (s.resume = ?2 OR (s.used_resume = ?2 AND s.used_until >= ?3))",
        )?
        .query_row(params![space, resume.presented, millis(resume.now)], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .optional()?;
    row.map(|(device, account)| Ok((id(&device)?, id(&account)?))).transpose()
}

/// Remembers a listed device's highest counter, and tells the highest before.
pub(super) fn raise_counter(
    connection: &Connection,
    space: i64,
    device: &DeviceId,
    reported: u64,
) -> Result<u64, StoreError> {
    let before: i64 = connection
        .prepare_cached(
            "SELECT state_counter FROM devices WHERE space_id = ?1 AND device = ?2 AND is_listed",
        )?
        .query_row(params![space, device.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::DeviceRevoked)?;
    connection
        .prepare_cached(
            "UPDATE devices SET state_counter = max(state_counter, ?3) WHERE space_id = ?1 AND device = ?2",
        )?
        .execute(params![space, device.as_bytes(), number(reported)])?;
    Ok(unsigned(before))
}

/// A stored id; one of another length means that the store is damaged.
pub(super) fn id<'a, Id: TryFrom<&'a [u8]>>(stored: &'a [u8]) -> Result<Id, StoreError> {
    Id::try_from(stored).map_err(|_| StoreError::Inconsistent)
}
