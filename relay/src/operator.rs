//! What an operator does at the command line, also while the relay runs on the same folder.

use std::ops::Range;
use std::path::{Path, PathBuf};

use ledger::Rail;
use protocol::keys::PublicKey;
use protocol::{RelayId, Timestamp};

use crate::store::sqlite::{OpenError, SqliteSpace, SqliteStore};
use crate::store::{AuditPage, SpaceId, Spaces, StoreError, Trade};
use crate::trade::{Attempt, BooksFault, Caller, Command, Look, Proof, Query, Reply, Seed, Settled};
use crate::world::{self, Clock};

/// One space of a data folder.
pub struct Operator {
    store: SqliteStore,
    space: SqliteSpace,
    number: u32,
}

/// Why a space cannot be worked in.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// Nothing is kept there.
    #[error("{0} is no relay's data folder: give it with --data")]
    NoFolder(PathBuf),
    /// There is no such space.
    #[error("there is no space `{0}`: `keys create --space {0}` makes it")]
    NoSpace(String),
    /// The folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Operator {
    /// Opens a space that is there. Nothing is made: a mistyped name shows no empty log.
    pub async fn open(folder: &Path, space: &str) -> Result<Self, OperateError> {
        if !folder.join(SqliteStore::FILE).exists() {
            return Err(OperateError::NoFolder(folder.to_owned()));
        }
        let store = open(folder)?;
        let id = store.space_named(space).await?.ok_or_else(|| OperateError::NoSpace(space.to_owned()))?;
        Ok(Self::at(store, id))
    }

    /// Opens a space, which is made if need be, with its folder.
    pub async fn make(folder: &Path, space: &str) -> Result<Self, OperateError> {
        let store = open(folder)?;
        let id = store.make_space(space, Clock::System.now()).await?;
        Ok(Self::at(store, id))
    }

    fn at(store: SqliteStore, space: SpaceId) -> Self {
        Self { space: store.space(space), store, number: space.0 }
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
            cause: None,
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

    /// What the ledger moved by hand within a time, in its order.
    pub async fn settled(&self, within: Range<Timestamp>) -> Result<Vec<Settled>, StoreError> {
        self.space.settled(Rail::MANUAL, within).await
    }

    /// What the books come to, or the first thing that is wrong with them.
    pub async fn prove_books(&self) -> Result<Result<Proof, BooksFault>, StoreError> {
        self.space.prove_books().await
    }

    /// A part of the audit log, in order.
    pub async fn audit(&self, behind: u64, limit: u32) -> Result<AuditPage, StoreError> {
        self.space.audit(behind, limit).await
    }

    /// The first entry of the audit log that is not found by whose thing it is about, or is by somebody else's.
    pub async fn misfiled_audit_entry(&self) -> Result<Option<u64>, StoreError> {
        self.space.misfiled_audit_entry().await
    }
}

fn open(folder: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open_beside(folder, RelayId::from_bytes(world::random()))
}
