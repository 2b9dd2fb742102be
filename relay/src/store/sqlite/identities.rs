//! Identity logs, handles and devices.

use protocol::identity::{AccountHead, Head, SignedEntry};
use protocol::keys::PublicKey;
use protocol::{AccountId, Bytes, Handle};
use rusqlite::{Connection, OptionalExtension, params};

use super::sessions::id;
use super::{SqliteSpace, number, unsigned};
use crate::store::{AccountExport, Answer, Committed, Identities, IdentityAppend, IdentityPage, StoreError};

impl Identities for SqliteSpace {
    fn append_identity(&self, append: IdentityAppend) -> impl Answer<()> {
        self.write(move |connection, space, events| {
            if length_of(connection, space, &append.account)? != append.from_length {
                return Err(StoreError::LogConflict);
            }
            put_roots(connection, space, &append)?;
            put_account(connection, space, &append)?;
            put_entries(connection, space, &append)?;
            put_devices(connection, space, &append)?;
            if append.is_closed {
                forget(connection, space, &append.account)?;
            }
            let conversations = conversations_of(connection, space, &append.account)?;
            events.push(Committed::Identity {
                account: append.account,
                head: append.head,
                conversations,
                revoked: append.revoked.clone(),
            });
            Ok(())
        })
    }

    fn identity_log(&self, account: AccountId, from: u64, limit: usize) -> impl Answer<IdentityPage> {
        self.read(move |connection, space| {
            let length = length_of(connection, space, &account)?;
            let entries = connection
                .prepare_cached(
                    "SELECT body, signature FROM identity_entries
                     WHERE space_id = ?1 AND account = ?2 AND position >= ?3 ORDER BY position LIMIT ?4",
                )?
                .query_map(params![space, account.as_bytes(), number(from), number(limit as u64)], |row| {
                    Ok(SignedEntry { body: Bytes::from(row.get::<_, Vec<u8>>(0)?), signature: row.get(1)? })
                })?
                .collect::<Result<_, _>>()?;
            Ok(IdentityPage { entries, length })
        })
    }

    fn account_of_handle(&self, handle: Handle) -> impl Answer<Option<AccountId>> {
        self.read(move |connection, space| {
            let account: Option<Vec<u8>> = connection
                .prepare_cached("SELECT account FROM accounts WHERE space_id = ?1 AND handle = ?2")?
                .query_row(params![space, handle.as_str()], |row| row.get(0))
                .optional()?;
            account.map(|account| id(&account)).transpose()
        })
    }

    fn account_of_root(&self, root_key: PublicKey) -> impl Answer<Option<AccountId>> {
        self.read(move |connection, space| owner_of_root(connection, space, &root_key))
    }

    fn identity_heads(&self, accounts: Vec<AccountId>) -> impl Answer<Vec<AccountHead>> {
        self.read(move |connection, space| {
            let mut select = connection
                .prepare_cached("SELECT length, hash FROM accounts WHERE space_id = ?1 AND account = ?2")?;
            let mut heads = Vec::with_capacity(accounts.len());
            for account in accounts {
                let head = select
                    .query_row(params![space, account.as_bytes()], |row| {
                        Ok(Head { length: unsigned(row.get(0)?), hash: row.get(1)? })
                    })
                    .optional()?;
                heads.extend(head.map(|head| AccountHead { account, head }));
            }
            Ok(heads)
        })
    }

    fn forget_account(&self, account: AccountId) -> impl Answer<()> {
        self.write(move |connection, space, _| forget(connection, space, &account))
    }

    fn export_account(&self, account: AccountId) -> impl Answer<AccountExport> {
        self.read(move |connection, space| {
            let count = |sql: &str| -> Result<u64, StoreError> {
                Ok(unsigned(connection.query_row(sql, params![space, account.as_bytes()], |row| row.get(0))?))
            };
            const OWN: &str = "(SELECT device FROM devices WHERE space_id = ?1 AND account = ?2)";
            Ok(AccountExport {
                identity_entries: count(
                    "SELECT count(*) FROM identity_entries WHERE space_id = ?1 AND account = ?2",
                )?,
                devices: count("SELECT count(*) FROM devices WHERE space_id = ?1 AND account = ?2")?,
                conversations: count(
                    "SELECT count(DISTINCT conversation) FROM members WHERE space_id = ?1 AND account = ?2",
                )?,
                key_packages: count(&format!(
                    "SELECT count(*) FROM key_packages WHERE space_id = ?1 AND issued_at IS NULL AND device IN {OWN}"
                ))?,
                inbox_items: count(&format!(
                    "SELECT count(*) FROM inbox WHERE space_id = ?1 AND device IN {OWN}"
                ))?,
            })
        })
    }
}

fn forget(connection: &Connection, space: i64, account: &AccountId) -> Result<(), StoreError> {
    const OF_ITS_DEVICES: [&str; 3] = ["sessions", "key_packages", "inbox"];
    for table in OF_ITS_DEVICES {
        connection.execute(
            &format!(
                "DELETE FROM {table} WHERE space_id = ?1 AND device IN
                 (SELECT device FROM devices WHERE space_id = ?1 AND account = ?2)"
            ),
            params![space, account.as_bytes()],
        )?;
    }
    Ok(())
}

fn length_of(connection: &Connection, space: i64, account: &AccountId) -> Result<u64, StoreError> {
    let length: Option<i64> = connection
        .prepare_cached("SELECT length FROM accounts WHERE space_id = ?1 AND account = ?2")?
        .query_row(params![space, account.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(length.map_or(0, unsigned))
}

/// Whose a root key is or was. The first one of an account is known by its id.
fn owner_of_root(
    connection: &Connection,
    space: i64,
    root_key: &PublicKey,
) -> Result<Option<AccountId>, StoreError> {
    let rotated: Option<Vec<u8>> = connection
        .prepare_cached("SELECT account FROM roots WHERE space_id = ?1 AND root_key = ?2")?
        .query_row(params![space, root_key.as_bytes()], |row| row.get(0))
        .optional()?;
    if let Some(account) = rotated {
        return id(&account).map(Some);
    }
    let opened = root_key.account_id();
    Ok((length_of(connection, space, &opened)? > 0).then_some(opened))
}

/// Nobody takes another account's root key, not even a void one: whoever comes with its phrase would be led astray.
fn put_roots(connection: &Connection, space: i64, append: &IdentityAppend) -> Result<(), StoreError> {
    let mut insert = connection
        .prepare_cached("INSERT OR IGNORE INTO roots (space_id, root_key, account) VALUES (?1, ?2, ?3)")?;
    for root_key in &append.root_keys {
        if owner_of_root(connection, space, root_key)?.is_some_and(|owner| owner != append.account) {
            return Err(StoreError::RootTaken);
        }
        if root_key.account_id() != append.account {
            insert.execute(params![space, root_key.as_bytes(), append.account.as_bytes()])?;
        }
    }
    Ok(())
}

fn put_account(connection: &Connection, space: i64, append: &IdentityAppend) -> Result<(), StoreError> {
    let handle = append.handle.as_ref().map(Handle::as_str);
    let is_taken = connection
        .prepare_cached("SELECT 1 FROM accounts WHERE space_id = ?1 AND handle = ?2 AND account <> ?3")?
        .exists(params![space, handle, append.account.as_bytes()])?;
    if is_taken && append.asks_for_handle {
        return Err(StoreError::HandleTaken);
    }
    let handle = handle.filter(|_| !is_taken);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO accounts (space_id, account, length, hash, handle, is_closed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            space,
            append.account.as_bytes(),
            number(append.head.length),
            append.head.hash,
            handle,
            append.is_closed
        ])?;
    Ok(())
}

fn put_entries(connection: &Connection, space: i64, append: &IdentityAppend) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO identity_entries (space_id, account, position, body, signature) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, entry) in (append.from_length..).zip(&append.entries) {
        insert.execute(params![
            space,
            append.account.as_bytes(),
            number(position),
            entry.body.as_ref(),
            entry.signature
        ])?;
    }
    Ok(())
}

/// Lists and revokes devices; a revoked one loses its session and its unissued KeyPackages.
fn put_devices(connection: &Connection, space: i64, append: &IdentityAppend) -> Result<(), StoreError> {
    let account = append.account.as_bytes();
    let mut owner =
        connection.prepare_cached("SELECT account FROM devices WHERE space_id = ?1 AND device = ?2")?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO devices (space_id, device, account, is_listed) VALUES (?1, ?2, ?3, 1)",
    )?;
    let mut update =
        connection.prepare_cached("UPDATE devices SET is_listed = ?3 WHERE space_id = ?1 AND device = ?2")?;
    for (device, is_listed) in append
        .listed
        .iter()
        .map(|device| (device, true))
        .chain(append.revoked.iter().map(|device| (device, false)))
    {
        let known: Option<Vec<u8>> =
            owner.query_row(params![space, device.as_bytes()], |row| row.get(0)).optional()?;
        match known {
            Some(known) if known != account => return Err(StoreError::DeviceTaken),
            Some(_) => {}
            None => {
                insert.execute(params![space, device.as_bytes(), account])?;
            }
        }
        update.execute(params![space, device.as_bytes(), is_listed])?;
    }
    for device in &append.revoked {
        connection
            .prepare_cached("DELETE FROM sessions WHERE space_id = ?1 AND device = ?2")?
            .execute(params![space, device.as_bytes()])?;
        connection
            .prepare_cached(
                "DELETE FROM key_packages WHERE space_id = ?1 AND device = ?2 AND issued_at IS NULL",
            )?
            .execute(params![space, device.as_bytes()])?;
    }
    Ok(())
}

fn conversations_of(
    connection: &Connection,
    space: i64,
    account: &AccountId,
) -> Result<Vec<protocol::ConversationId>, StoreError> {
    let rows: Vec<Vec<u8>> = connection
        .prepare_cached(
            "SELECT DISTINCT c.conversation FROM members m
             JOIN conversations c ON c.space_id = m.space_id AND c.number = m.conversation
             WHERE m.space_id = ?1 AND m.account = ?2 AND m.left_seq IS NULL",
        )?
        .query_map(params![space, account.as_bytes()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    rows.iter().map(|row| id(row)).collect()
}
