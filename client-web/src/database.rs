//! IndexedDB: opening, upgrading, and the one strict transaction of a turn.
//!
//! Two object stores: sealed records under binary keys, and a few notes about the database itself. Everything inside a
//! transaction is encrypted before it begins, and nothing else is awaited inside.

use std::cell::RefCell;
use std::future::IntoFuture;
use std::rc::Rc;

use client_core::ports::StoreError;
use idb::builder::{DatabaseBuilder, ObjectStoreBuilder};
use idb::{Factory, Transaction};
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, Event, IdbDatabase, IdbTransaction};

use crate::patience::within;

/// The schema this build writes.
const SCHEMA_VERSION: u32 = 1;
pub(crate) const RECORDS: &str = "records";
pub(crate) const NOTES: &str = "notes";
/// The note that says whose the database is: raised by each that takes it over.
const FENCE: &str = "fence";
/// How long opening or deleting may take. Browsers wait for ever for a tab that is suspended.
const OPEN_MS_MAX: u32 = 15_000;

#[wasm_bindgen]
extern "C" {
    /// What web-sys keeps behind an unstable flag.
    #[wasm_bindgen(extends = IdbDatabase)]
    type DurableDatabase;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn durable_transaction(
        this: &DurableDatabase,
        names: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
}

/// Why a database cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// The browser does not let this page store anything.
    Refused(String),
    /// Written by a newer version.
    Newer,
    /// No space.
    Full,
    /// Another failure.
    Failed(String),
}

impl OpenError {
    fn blocked() -> Self {
        Self::Failed(
            "another tab keeps the database from being opened: close the other tabs of this site".to_owned(),
        )
    }
}

/// What may happen to an open database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The browser closed it: its data was cleared, or its disk failed.
    Closed,
    /// Another tab wants a newer version of it.
    Upgrading,
    /// Another tab erases it.
    Deleting,
}

/// An open database.
pub(crate) struct Database {
    raw: IdbDatabase,
    _listeners: [Closure<dyn FnMut(Event)>; 2],
}

impl Database {
    /// Opens a profile's database, making or upgrading it if need be. `lost` is called at most once. Fails where another
    /// tab keeps it from being opened for too long.
    pub(crate) async fn open(name: &str, lost: impl FnOnce(Lost) + 'static) -> Result<Self, OpenError> {
        let builder = DatabaseBuilder::new(name)
            .version(SCHEMA_VERSION)
            .add_object_store(ObjectStoreBuilder::new(RECORDS))
            .add_object_store(ObjectStoreBuilder::new(NOTES));
        let opened = within(OPEN_MS_MAX, builder.build()).await.ok_or_else(OpenError::blocked)?;
        let raw = IdbDatabase::from(opened.map_err(|error| open_error(&error))?);
        let lost = Rc::new(RefCell::new(Some(lost)));
        let tell = {
            let lost = Rc::clone(&lost);
            move |how| {
                if let Some(lost) = lost.borrow_mut().take() {
                    lost(how);
                }
            }
        };
        let closed = {
            let tell = tell.clone();
            Closure::<dyn FnMut(Event)>::new(move |_| tell(Lost::Closed))
        };
        let changing = {
            let raw = raw.clone();
            Closure::<dyn FnMut(Event)>::new(move |event: Event| {
                raw.close();
                let newer = Reflect::get(&event, &"newVersion".into()).unwrap_or(JsValue::NULL);
                tell(if newer.is_null() { Lost::Deleting } else { Lost::Upgrading });
            })
        };
        raw.set_onclose(Some(closed.as_ref().unchecked_ref()));
        raw.set_onversionchange(Some(changing.as_ref().unchecked_ref()));
        Ok(Self { raw, _listeners: [closed, changing] })
    }

    /// Erases a profile's database. Fails where another tab keeps it open for too long.
    pub(crate) async fn delete(name: &str) -> Result<(), OpenError> {
        let factory = Factory::new().map_err(|error| open_error(&error))?;
        let request = factory.delete(name).map_err(|error| open_error(&error))?;
        let deleted = within(OPEN_MS_MAX, request.into_future()).await.ok_or_else(OpenError::blocked)?;
        deleted.map_err(|error| open_error(&error))
    }

    /// A transaction that is on disk when it is complete.
    pub(crate) fn strict_transaction(&self, names: &[&str]) -> Result<WriteTransaction, StoreError> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into()).map_err(|error| failed(&error))?;
        let names: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
        let database: &DurableDatabase = self.raw.unchecked_ref();
        let raw =
            database.durable_transaction(&names, "readwrite", &options).map_err(|error| failed(&error))?;
        Ok(WriteTransaction { idb: Transaction::from(raw.clone()), raw })
    }

    /// A transaction for reading one object store.
    pub(crate) fn reading(&self, name: &str) -> Result<Transaction, StoreError> {
        let names = Array::of1(&name.into());
        let raw = self.raw.transaction_with_str_sequence(&names).map_err(|error| failed(&error))?;
        Ok(Transaction::from(raw))
    }

    /// Takes the database over: whoever had it before writes nothing any more. Gives the token to write with.
    pub(crate) async fn take_over(&self) -> Result<u32, StoreError> {
        let writing = self.strict_transaction(&[NOTES])?;
        let notes = writing.idb.object_store(NOTES).map_err(|error| failed_idb(&error))?;
        let token = read_fence(&notes).await? + 1;
        let put = notes.put(&token.into(), Some(&FENCE.into())).map_err(|error| failed_idb(&error))?;
        put.await.map_err(|error| failed_idb(&error))?;
        writing.complete().await?;
        Ok(token)
    }

    /// A note about the database.
    pub(crate) async fn note(&self, name: &str) -> Result<Option<JsValue>, StoreError> {
        let notes = self.reading(NOTES)?.object_store(NOTES).map_err(|error| failed_idb(&error))?;
        let key = JsValue::from_str(name);
        let get = notes.get(idb::Query::Key(key)).map_err(|error| failed_idb(&error))?;
        get.await.map_err(|error| failed_idb(&error))
    }

    /// Writes a note, if the database is still whose the token is.
    pub(crate) async fn set_note(&self, token: u32, name: &str, value: &JsValue) -> Result<(), StoreError> {
        let writing = self.strict_transaction(&[NOTES])?;
        let notes = writing.idb.object_store(NOTES).map_err(|error| failed_idb(&error))?;
        notes.put(value, Some(&name.into())).map_err(|error| failed_idb(&error))?;
        writing.complete_as(token).await
    }

    /// Deletes every record and one note, if the database is still whose the token is.
    pub(crate) async fn empty(&self, token: u32, note: &str) -> Result<(), StoreError> {
        let writing = self.strict_transaction(&[RECORDS, NOTES])?;
        let records = writing.idb.object_store(RECORDS).map_err(|error| failed_idb(&error))?;
        let notes = writing.idb.object_store(NOTES).map_err(|error| failed_idb(&error))?;
        records.clear().map_err(|error| failed_idb(&error))?;
        notes.delete(idb::Query::Key(note.into())).map_err(|error| failed_idb(&error))?;
        writing.complete_as(token).await
    }

    pub(crate) fn close(&self) {
        self.raw.set_onclose(None);
        self.raw.set_onversionchange(None);
        self.raw.close();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Database")
    }
}

/// A transaction for writing.
pub(crate) struct WriteTransaction {
    pub(crate) idb: Transaction,
    raw: IdbTransaction,
}

impl WriteTransaction {
    /// The browser's own.
    #[cfg(all(test, target_arch = "wasm32"))]
    pub(crate) fn raw(&self) -> &IdbTransaction {
        &self.raw
    }

    /// Completes it if the database is still whose the token is; else nothing of it was written. The notes have to be
    /// among its object stores.
    pub(crate) async fn complete_as(self, token: u32) -> Result<(), StoreError> {
        let notes = self.idb.object_store(NOTES).map_err(|error| failed_idb(&error))?;
        if read_fence(&notes).await? != token {
            // It may have been aborted before.
            let _ = self.raw.abort();
            return Err(StoreError::Fenced);
        }
        self.complete().await
    }

    /// Waits until everything is on disk. idb's own future loses the reason of an abort.
    pub(crate) async fn complete(self) -> Result<(), StoreError> {
        let ended = Promise::new(&mut |complete, abort| {
            self.raw.set_oncomplete(Some(&complete));
            self.raw.set_onabort(Some(&abort));
        });
        JsFuture::from(ended).await.map(drop).map_err(|_| {
            self.raw.error().map_or_else(|| StoreError::Failed("AbortError".to_owned()), |error| dom(&error))
        })
    }
}

async fn read_fence(notes: &idb::ObjectStore) -> Result<u32, StoreError> {
    let get = notes.get(idb::Query::Key(FENCE.into())).map_err(|error| failed_idb(&error))?;
    let value = get.await.map_err(|error| failed_idb(&error))?;
    // Written by take_over only.
    Ok(value.and_then(|value| value.as_f64()).map_or(0, |token| token as u32))
}

pub(crate) fn failed(error: &JsValue) -> StoreError {
    match error.dyn_ref::<DomException>() {
        Some(exception) => dom(exception),
        None => StoreError::Failed(format!("{error:?}")),
    }
}

pub(crate) fn failed_idb(error: &idb::Error) -> StoreError {
    match error {
        idb::Error::DomException(exception) => dom(exception),
        other => StoreError::Failed(other.to_string()),
    }
}

fn dom(exception: &DomException) -> StoreError {
    match exception.name().as_str() {
        "QuotaExceededError" => StoreError::Full,
        name => StoreError::Failed(name.to_owned()),
    }
}

fn open_error(error: &idb::Error) -> OpenError {
    let name = match error {
        idb::Error::DomException(exception) => exception.name(),
        idb::Error::IndexedDbNotFound(_) => return OpenError::Refused(error.to_string()),
        idb::Error::IndexedDbOpenFailed(cause) => match cause.dyn_ref::<DomException>() {
            Some(exception) => exception.name(),
            None => return OpenError::Refused(error.to_string()),
        },
        other => return OpenError::Failed(other.to_string()),
    };
    match name.as_str() {
        "VersionError" => OpenError::Newer,
        "QuotaExceededError" => OpenError::Full,
        "SecurityError" | "InvalidStateError" | "NotAllowedError" => OpenError::Refused(name),
        _ => OpenError::Failed(name),
    }
}
