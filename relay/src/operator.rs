//! What an operator does at the command line, also while the relay runs on the same folder.

use std::path::Path;

use protocol::RelayId;
use protocol::keys::PublicKey;

use crate::store::sqlite::{OpenError, SqliteSpace, SqliteStore};
use crate::store::{AuditPage, StoreError, Trade};
use crate::trade::{Attempt, Caller, Command, Look, Query, Reply, Seed};
use crate::world::{self, Clock};

/// One space of a data folder.
pub struct Operator {
    store: SqliteStore,
    space: SqliteSpace,
    number: u32,
}

impl Operator {
    /// Opens a space by its name, which is made if need be.
    pub async fn open(folder: &Path, space: &str) -> Result<Self, OpenError> {
        let store = SqliteStore::open_beside(folder, RelayId::from_bytes(world::random()))?;
        let id = store.space_named(space, Clock::System.now()).await.map_err(|_| OpenError::NotAStore)?;
        Ok(Self { space: store.space(id), store, number: id.0 })
    }

    /// The relay whose folder it is.
    pub fn relay(&self) -> RelayId {
        self.store.relay()
    }

    /// What the relay's words can be checked by.
    pub fn public_key(&self) -> PublicKey {
        self.store.public_key()
    }

    /// The space's number, which its audit log is made for.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Asks for a change.
    pub async fn carry_out(&self, command: Command) -> Result<Reply, StoreError> {
        let attempt = Attempt {
            caller: Caller::Operator,
            command,
            idempotency: None,
            request: "operator".to_owned(),
            now: Clock::System.now(),
            seed: Seed(world::random()),
        };
        self.space.carry_out(attempt).await
    }

    /// Looks something up.
    pub async fn look_up(&self, query: Query) -> Result<Reply, StoreError> {
        let (request, now) = ("operator".to_owned(), Clock::System.now());
        self.space.look_up(Look { caller: Caller::Operator, query, request, now }).await
    }

    /// A part of the audit log, in order.
    pub async fn audit(&self, behind: u64, limit: u32) -> Result<AuditPage, StoreError> {
        self.space.audit(behind, limit).await
    }
}
