//! What the owning tab's worker holds: the database, and the account once it is open.

use std::rc::Rc;

use client_api::CommandId;
use client_api::page::{
    Answer, ClientState, Failure, FailureCode, NewProtection, Request, StorageView, Trouble, TroubleCode,
    UnlockSecret,
};
use client_core::phrase::Phrase;
use client_core::ports::StoreError;
use client_core::vault::DataKey;
use client_core::{Driver, Error, RecordError};
use wasm_bindgen::JsValue;

use crate::database::{Database, Lost, OpenError};
use crate::keys::{KeptKey, KeyError};
use crate::running::{Running, Tell};
use crate::speech::failure;
use crate::storage;
use crate::store::IdbStore;
use crate::tabs::OpenKey;
use crate::world;

/// The note that says by which request this device was linked.
const LINKED: &str = "linked";
/// The note that holds the data key.
const KEY: &str = "key";

/// What a client needs to know of its surroundings.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) database: String,
    pub(crate) gateway: String,
    /// There was an account here before, as far as the page knows.
    pub(crate) is_expected: bool,
    /// The lock was taken from a tab that did not answer, and may still have the database open.
    pub(crate) may_be_open_elsewhere: bool,
}

/// The owner of a profile's database.
pub(crate) struct Owner<T> {
    setting: Setting,
    database: Rc<Database>,
    token: u32,
    kept: Option<KeptKey>,
    /// The data key, where a person's secret opened it: for whoever takes over.
    open_key: Option<OpenKey>,
    pub(crate) running: Option<Running<T>>,
    tell: T,
}

impl<T: Tell> Owner<T> {
    /// Takes the database over and opens the account, if that needs no person.
    pub(crate) async fn open(
        setting: Setting,
        key: Option<OpenKey>,
        lost: impl FnOnce(Lost) + 'static,
        tell: T,
    ) -> Result<(Self, ClientState), Trouble> {
        let database = Database::open(&setting.database, lost).await.map_err(open_trouble)?;
        let token = database.take_over().await.map_err(|error| store_trouble(&error))?;
        let database = Rc::new(database);
        let mut owner = Self { setting, database, token, kept: None, open_key: None, running: None, tell };
        let state = owner.look(key).await?;
        Ok((owner, state))
    }

    /// A key that was opened by a person, for whoever takes over.
    pub(crate) fn open_key(&self) -> Option<OpenKey> {
        self.open_key.clone()
    }

    /// Looks at what there is.
    async fn look(&mut self, key: Option<OpenKey>) -> Result<ClientState, Trouble> {
        let note = self.database.note(KEY).await.map_err(|error| store_trouble(&error))?;
        let is_fresh = Driver::is_fresh(&self.store()).await.map_err(|error| trouble(&error))?;
        if is_fresh {
            return Ok(ClientState::Empty { is_evicted: self.setting.is_expected });
        }
        let Some(note) = note else { return Ok(ClientState::KeyLost) };
        let kept = match KeptKey::from_note(&note) {
            Ok(kept) => kept,
            Err(KeyError::Newer) => return Err(newer()),
            Err(KeyError::Lost | KeyError::Wrong) => return Ok(ClientState::KeyLost),
        };
        let opened = match (kept.lock(), key.and_then(|key| data_key(&key))) {
            (None, _) => kept.open().await,
            (Some(_), Some(key)) => Ok(key),
            (Some(by), None) => {
                self.kept = Some(kept);
                return Ok(ClientState::Locked { by });
            }
        };
        let Ok(key) = opened else { return Ok(ClientState::KeyLost) };
        self.kept = Some(kept);
        self.run(&key).await
    }

    /// Opens the account with its key.
    async fn run(&mut self, key: &DataKey) -> Result<ClientState, Trouble> {
        match Driver::open(self.store(), key).await {
            Ok(driver) => Ok(self.go_on_with(driver, key)),
            Err(Error::WrongKey) => Ok(ClientState::KeyLost),
            Err(error) => Err(trouble(&error)),
        }
    }

    fn go_on_with(&mut self, driver: Driver<IdbStore>, key: &DataKey) -> ClientState {
        let is_locked = self.kept.as_ref().is_some_and(|kept| kept.lock().is_some());
        self.open_key = is_locked.then(|| open_key(key));
        let running = Running::new(driver, self.setting.gateway.clone(), self.tell.clone());
        let state = running.state();
        self.running = Some(running);
        state
    }

    /// Makes the account of a phrase. No state where that was done before.
    pub(crate) async fn create(
        &mut self,
        phrase: &Phrase,
        protection: &NewProtection,
    ) -> Result<Option<ClientState>, Failure> {
        if self.is_of(phrase)? {
            return Ok(None);
        }
        // Looked at before a key is written down in place of another.
        let is_fresh = Driver::is_fresh(&self.store()).await.map_err(|error| driver_failure(&error))?;
        if !is_fresh {
            return Err(driver_failure(&Error::AccountExists));
        }
        let (key, kept) = self.new_key(protection).await?;
        let created = Driver::create(self.store(), &key, phrase, world::moment()).await;
        let driver = created.map_err(|error| driver_failure(&error))?;
        self.kept = Some(kept);
        Ok(Some(self.go_on_with(driver, &key)))
    }

    /// Begins to restore an account. No state where that was begun before.
    pub(crate) async fn restore(
        &mut self,
        phrase: &Phrase,
        protection: &NewProtection,
    ) -> Result<Option<ClientState>, Failure> {
        if self.is_of(phrase)? {
            return Ok(None);
        }
        let (key, kept) = self.new_key_to_arrive(protection).await?;
        let restoring = Driver::restore(self.store(), &key, phrase, world::moment()).await;
        let driver = restoring.map_err(|error| driver_failure(&error))?;
        self.kept = Some(kept);
        Ok(Some(self.go_on_with(driver, &key)))
    }

    /// Begins to link this device to an account. No state where that was begun before, or was done under the same id.
    pub(crate) async fn link(
        &mut self,
        id: CommandId,
        protection: &NewProtection,
    ) -> Result<Option<ClientState>, Failure> {
        let unusable = |error: StoreError| driver_failure(&Error::Store(error));
        let name = JsValue::from_str(&format!("{:032x}", u128::from_be_bytes(id.0)));
        let has_account = Driver::has_account(&self.store()).await.map_err(|error| driver_failure(&error))?;
        let is_done =
            has_account && self.database.note(LINKED).await.map_err(unusable)?.as_ref() == Some(&name);
        if is_done || self.running.as_ref().is_some_and(Running::is_linking) {
            return Ok(None);
        }
        let (key, kept) = self.new_key_to_arrive(protection).await?;
        self.database.set_note(self.token, LINKED, &name).await.map_err(unusable)?;
        let linking = Driver::link(self.store(), &key, world::moment()).await;
        let driver = linking.map_err(|error| driver_failure(&error))?;
        self.kept = Some(kept);
        Ok(Some(self.go_on_with(driver, &key)))
    }

    /// Nothing of what was begun to link this device is left.
    pub(crate) async fn stop_linking(&mut self) -> Result<ClientState, Failure> {
        if !self.running.as_ref().is_some_and(Running::is_linking) {
            return Err(failure(FailureCode::NotOpen, "nothing is being linked"));
        }
        self.empty().await?;
        Ok(self.give_up_arriving())
    }

    /// A new data key, where there is no account whose key it would replace.
    async fn new_key_to_arrive(&self, protection: &NewProtection) -> Result<(DataKey, KeptKey), Failure> {
        let has_account = Driver::has_account(&self.store()).await;
        if self.running.is_some() || has_account.map_err(|error| driver_failure(&error))? {
            return Err(driver_failure(&Error::AccountExists));
        }
        self.new_key(protection).await
    }

    /// Whether the open account is a phrase's; fails where it is another's. A request may be repeated after a hand-over.
    fn is_of(&self, phrase: &Phrase) -> Result<bool, Failure> {
        match &self.running {
            Some(running) if running.is_phrase(phrase) => Ok(true),
            Some(_) => Err(driver_failure(&Error::AccountExists)),
            None => Ok(false),
        }
    }

    /// Nothing came of an account that was on its way: there is none here, as before.
    pub(crate) fn give_up_arriving(&mut self) -> ClientState {
        (self.running, self.kept, self.open_key) = (None, None, None);
        ClientState::Empty { is_evicted: false }
    }

    /// A new data key, kept as is wanted.
    async fn new_key(&self, protection: &NewProtection) -> Result<(DataKey, KeptKey), Failure> {
        let key = DataKey::generate(&mut world::entropy());
        let kept = self.keep(&key, protection).await?;
        Ok((key, kept))
    }

    /// Opens protected data.
    pub(crate) async fn unlock(&mut self, secret: &UnlockSecret) -> Result<ClientState, Failure> {
        let kept = self.kept.as_ref().filter(|_| self.running.is_none());
        let kept = kept.ok_or_else(|| failure(FailureCode::NotOpen, "there is nothing to unlock"))?;
        let key = kept.unlock(secret).map_err(|error| match error {
            KeyError::Wrong => failure(FailureCode::WrongSecret, "this is not the right secret"),
            KeyError::Lost | KeyError::Newer => {
                failure(FailureCode::StorageFailed, "the stored key cannot be used")
            }
        })?;
        let opened = self.run(&key).await;
        opened.map_err(|trouble| failure(FailureCode::StorageFailed, &trouble.message))
    }

    /// Protects the data key in another way.
    pub(crate) async fn protect(&mut self, protection: &NewProtection) -> Result<(), Failure> {
        let key = match (&self.open_key, &self.kept) {
            (Some(open), _) => data_key(open),
            (None, Some(kept)) => kept.open().await.ok(),
            (None, None) => None,
        };
        let key = key.ok_or_else(|| failure(FailureCode::NotOpen, "the account is not open"))?;
        self.kept = Some(self.keep(&key, protection).await?);
        let is_locked = self.kept.as_ref().is_some_and(|kept| kept.lock().is_some());
        self.open_key = is_locked.then(|| open_key(&key));
        Ok(())
    }

    /// Writes down how the key is kept.
    async fn keep(&self, key: &DataKey, protection: &NewProtection) -> Result<KeptKey, Failure> {
        let unusable = |error: JsValue| failure(FailureCode::StorageFailed, &format!("{error:?}"));
        let kept = KeptKey::make(key, protection, &mut world::entropy()).await.map_err(unusable)?;
        let note = kept.to_note().map_err(unusable)?;
        let written = self.database.set_note(self.token, KEY, &note).await;
        written.map_err(|error| driver_failure(&Error::Store(error)))?;
        Ok(kept)
    }

    /// Where and how safely data is kept here.
    pub(crate) async fn storage(&self) -> Result<StorageView, Failure> {
        let kept =
            self.kept.as_ref().ok_or_else(|| failure(FailureCode::NotOpen, "there is nothing here"))?;
        Ok(storage::view(kept.protection()).await)
    }

    /// Answers a question about the open account.
    pub(crate) async fn query(&self, request: &Request) -> Result<Answer, Failure> {
        let running = self.running.as_ref();
        let running = running.ok_or_else(|| failure(FailureCode::NotOpen, "the account is not open"))?;
        let answer = running.query(request).await.map_err(|error| driver_failure(&error))?;
        answer.ok_or_else(|| failure(FailureCode::BadRequest, "this version does not know the request"))
    }

    /// Erases everything that is stored.
    pub(crate) async fn empty(&self) -> Result<(), Failure> {
        let emptied = self.database.empty(self.token, KEY).await;
        emptied.map_err(|error| driver_failure(&Error::Store(error)))
    }

    /// Erases the empty database itself, unless a tab that is suspended would keep that from being done.
    pub(crate) async fn erase(self) -> Result<(), Failure> {
        let Setting { database, may_be_open_elsewhere, .. } = self.setting.clone();
        self.database.close();
        drop(self);
        if may_be_open_elsewhere { Ok(()) } else { erase(&database).await }
    }

    fn store(&self) -> IdbStore {
        IdbStore::new(Rc::clone(&self.database), self.token)
    }
}

/// Erases a database that could not be opened, too.
pub(crate) async fn erase(name: &str) -> Result<(), Failure> {
    let erased = Database::delete(name).await;
    erased.map_err(|error| failure(FailureCode::StorageFailed, &open_trouble(error).message))
}

fn open_key(key: &DataKey) -> OpenKey {
    let (id, secret) = key.to_bytes();
    OpenKey([id.as_slice(), secret.as_slice()].concat())
}

fn data_key(open: &OpenKey) -> Option<DataKey> {
    let (id, secret) = open.0.split_first_chunk::<8>()?;
    Some(DataKey::from_bytes(*id, secret.try_into().ok()?))
}

/// A driver's error, to whoever asked.
pub(crate) fn driver_failure(error: &Error) -> Failure {
    let code = match error {
        Error::AccountExists => FailureCode::AccountExists,
        Error::NoAccount => FailureCode::NotOpen,
        Error::WrongKey => FailureCode::WrongSecret,
        Error::Store(StoreError::Full) => FailureCode::StorageFull,
        Error::Store(StoreError::Fenced) => FailureCode::Interrupted,
        Error::Store(StoreError::Failed(_)) | Error::Record(_) => FailureCode::StorageFailed,
    };
    failure(code, &error.to_string())
}

/// A driver's error that ends the client.
pub(crate) fn trouble(error: &Error) -> Trouble {
    match error {
        Error::Store(error) => store_trouble(error),
        Error::Record(RecordError::UpgradeRequired) => newer(),
        other => Trouble { code: TroubleCode::Damaged, message: other.to_string() },
    }
}

fn store_trouble(error: &StoreError) -> Trouble {
    let code = match error {
        StoreError::Full => TroubleCode::StorageFull,
        StoreError::Failed(_) | StoreError::Fenced => TroubleCode::StorageFailed,
    };
    Trouble { code, message: error.to_string() }
}

fn newer() -> Trouble {
    let message = "the stored data was written by a newer version".to_owned();
    Trouble { code: TroubleCode::UpgradeRequired, message }
}

fn open_trouble(error: OpenError) -> Trouble {
    match error {
        OpenError::Refused(message) => Trouble { code: TroubleCode::StorageRefused, message },
        OpenError::Newer => newer(),
        OpenError::Full => store_trouble(&StoreError::Full),
        OpenError::Failed(message) => Trouble { code: TroubleCode::StorageFailed, message },
    }
}
