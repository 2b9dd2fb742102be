//! The one driver: decide, persist in one transaction, then act.
//!
//! Memory never runs ahead of storage. Where the store refuses a turn, the state is read from it again and no effect of
//! the turn is run.

mod opening;
mod queries;
pub(crate) mod stored;

use std::collections::VecDeque;

use client_api::CommandId;

use crate::engine::{Effect, Engine, Input, Load, Step};
use crate::entropy::Moment;
use crate::phrase::Phrase;
use crate::ports::{SealedWrite, Store, StoreError};
use crate::records::{CommandRecord, HeadRecord, Record, RecordError, Write};
use crate::vault::{DataKey, Vault};
use stored::Overlay;

/// Inputs decided in one turn: bounds how long the first waits for the last.
pub(crate) const INPUTS_PER_TURN_MAX: usize = 64;
/// Groups read in one turn: whoever asks meanwhile does not wait until all of them are.
const LOADS_PER_TURN_MAX: usize = 4;

/// Why a client cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no account in this store.
    #[error("there is no account here yet")]
    NoAccount,
    /// There is an account in this store already.
    #[error("there is an account here already")]
    AccountExists,
    /// The key does not open what is stored.
    #[error("the key does not open the stored data")]
    WrongKey,
    /// What is stored cannot be used.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The store failed or is someone else's now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A client over a store.
pub struct Driver<S> {
    store: S,
    vault: Vault,
    engine: Engine,
    /// What is still to be read, in order.
    loads: VecDeque<Load>,
}

impl<S: Store> Driver<S> {
    /// Makes the account of a phrase in an empty store. Nothing is sent yet, and the phrase is not kept.
    pub async fn create(store: S, key: &DataKey, phrase: &Phrase, mut moment: Moment) -> Result<Self, Error> {
        if !opening::is_fresh(&store).await? {
            return Err(Error::AccountExists);
        }
        let mut step = Step::default();
        let cx = &mut crate::engine::Context::at(moment.now, &mut moment, &mut step);
        let engine = Engine::open_account(&phrase.root_key(), cx);
        Self::begin(store, key, engine, step.writes, &mut moment).await
    }

    /// Begins to restore an account on a device that has nothing of it. Nothing is sent yet; from [`Input::Start`] on it goes
    /// on by itself, however often the program ends meanwhile.
    ///
    /// [`Event::Restored`](client_api::Event::Restored) says that the account is here; until then [`Self::is_restoring`]
    /// holds and commands are refused. Where nothing comes of it, the client stops with the reason, such as
    /// [`NoticeCode::WrongPhrase`](client_api::NoticeCode::WrongPhrase), and leaves the store as good as empty: drop the
    /// driver, and restore or create on the store again.
    pub async fn restore(
        store: S,
        key: &DataKey,
        phrase: &Phrase,
        mut moment: Moment,
    ) -> Result<Self, Error> {
        if opening::has_account(&store).await? {
            return Err(Error::AccountExists);
        }
        let mut step = Step::default();
        let cx = &mut crate::engine::Context::at(moment.now, &mut moment, &mut step);
        let engine = Engine::begin_to_restore(phrase, cx);
        Self::begin(store, key, engine, step.writes, &mut moment).await
    }

    /// Begins to link a device that belongs to no account yet. Nothing is sent yet; from [`Input::Start`] on,
    /// [`Event::Link`](client_api::Event::Link) says what to show, and
    /// [`Event::Restored`](client_api::Event::Restored) that the account is here.
    ///
    /// Where nothing comes of it, the client stops with the reason, and leaves the store as good as empty: drop the driver,
    /// and begin on the store again.
    pub async fn link(store: S, key: &DataKey, mut moment: Moment) -> Result<Self, Error> {
        if opening::has_account(&store).await? {
            return Err(Error::AccountExists);
        }
        let mut step = Step::default();
        let cx = &mut crate::engine::Context::at(moment.now, &mut moment, &mut step);
        let engine = Engine::begin_to_link(cx);
        Self::begin(store, key, engine, step.writes, &mut moment).await
    }

    /// Opens the account in a store.
    pub async fn open(store: S, key: &DataKey) -> Result<Self, Error> {
        let vault = Vault::new(key);
        let engine = opening::read_engine(&store, &vault).await?;
        Ok(Self { store, vault, engine, loads: VecDeque::new() })
    }

    /// Whether a store holds no account yet, nor one that is being restored.
    pub async fn is_fresh(store: &S) -> Result<bool, Error> {
        opening::is_fresh(store).await
    }

    /// Whether a store holds an account.
    pub async fn has_account(store: &S) -> Result<bool, Error> {
        opening::has_account(store).await
    }

    /// Whether there is something to do in a turn, though nothing is queued: groups to be read.
    pub fn has_more(&self) -> bool {
        !self.loads.is_empty()
    }

    /// Decides the first of what is queued, stores what follows from it in one transaction, and gives the effects to be
    /// run. What is left is for the next turn: see [`Self::has_more`].
    pub async fn turn(
        &mut self,
        inputs: &mut VecDeque<Input>,
        mut moment: Moment,
    ) -> Result<Vec<Effect>, Error> {
        let some: Vec<Input> = inputs.drain(..inputs.len().min(INPUTS_PER_TURN_MAX)).collect();
        let decided = self.decide_and_store(some, &mut moment).await;
        if decided.is_err() {
            self.loads.clear();
            self.engine = opening::read_engine(&self.store, &self.vault).await?;
        }
        decided
    }

    async fn decide_and_store(
        &mut self,
        inputs: Vec<Input>,
        moment: &mut Moment,
    ) -> Result<Vec<Effect>, Error> {
        let mut writes = Overlay::default();
        let mut effects = Vec::new();
        for input in inputs {
            match self.repeated(&input, &writes).await? {
                Some(answer) => effects.push(answer),
                None => {
                    let step = self.engine.step(input, moment);
                    self.take(step, &mut writes, &mut effects);
                }
            }
        }
        for _ in 0..LOADS_PER_TURN_MAX {
            let Some(load) = self.loads.pop_front() else { break };
            let loaded = stored::load(&self.store, &self.vault, &writes, load).await?;
            let step = self.engine.loaded(loaded, moment);
            self.take(step, &mut writes, &mut effects);
        }
        writes.extend(self.engine.save_talks());
        self.commit(writes.into_writes(), moment).await?;
        Ok(effects)
    }

    fn take(&mut self, step: Step, writes: &mut Overlay, effects: &mut Vec<Effect>) {
        writes.extend(step.writes);
        effects.extend(step.effects);
        self.loads.extend(step.loads);
    }

    /// The stored answer to a command that was done before.
    async fn repeated(&self, input: &Input, writes: &Overlay) -> Result<Option<Effect>, Error> {
        let Input::Command { id, .. } = input else { return Ok(None) };
        let CommandId(raw) = id;
        if !self.engine.account.commands.contains(raw) {
            return Ok(None);
        }
        let record: Option<CommandRecord> =
            stored::read_one(&self.store, &self.vault, writes, &CommandRecord::key(id)).await?;
        let done =
            |record: CommandRecord| client_api::Event::Done { id: *id, outcome: record.into_outcome() };
        Ok(record.map(done).map(Box::new).map(Effect::Emit))
    }

    /// Stores a client's first writes in place of what a restoration that came to nothing has left.
    async fn begin(
        store: S,
        key: &DataKey,
        engine: Engine,
        writes: Vec<Write>,
        moment: &mut Moment,
    ) -> Result<Self, Error> {
        let mut driver = Self { store, vault: Vault::new(key), engine, loads: VecDeque::new() };
        let left = driver.store.read(&stored::everything()).await?;
        let deletions = left.into_iter().map(|(key, _)| SealedWrite { key, value: None }).collect();
        driver.commit_after(deletions, writes, moment).await?;
        Ok(driver)
    }

    /// Seals and stores writes, with the counter that every transaction raises.
    async fn commit(&mut self, writes: Vec<Write>, moment: &mut Moment) -> Result<(), Error> {
        if writes.is_empty() { Ok(()) } else { self.commit_after(vec![], writes, moment).await }
    }

    async fn commit_after(
        &mut self,
        mut sealed: Vec<SealedWrite>,
        mut writes: Vec<Write>,
        moment: &mut Moment,
    ) -> Result<(), Error> {
        let counter = self.engine.state_counter + 1;
        writes.push(Write {
            key: HeadRecord::key(),
            value: Some(HeadRecord { counter, told: self.engine.told_counter }.to_value()),
            is_for_all: false,
        });
        sealed.extend(stored::seal(&self.store, &self.vault, writes, &mut moment.entropy).await?);
        self.store.commit(&sealed).await?;
        self.engine.state_counter = counter;
        Ok(())
    }
}

impl<S> std::fmt::Debug for Driver<S> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Driver(secret)")
    }
}
