//! The spaces of a store, and what all of them have in common.

use std::sync::Arc;

use protocol::{KeyId, Timestamp};
use rusqlite::Connection;

use super::super::SqliteStore;
use super::super::writer::Events;
use super::{SqliteBooks, keys, rails, settings};
use crate::store::{SpaceId, StoreError};
use crate::trade::{Books, KeyRow, Seed, carry_out, two_person_rule_noted};

impl SqliteStore {
    /// A key, with the space that it opens. It is what says which space is asked for, so that no space can be named here.
    pub async fn key_of_any_space(&self, key: KeyId) -> Result<Option<(SpaceId, KeyRow)>, StoreError> {
        let find = move |connection: &Connection, _| {
            let Some(space) = keys::space_of(connection, key)? else { return Ok(None) };
            Ok(keys::find(connection, space.0.into(), key)?.map(|row| (space, row)))
        };
        // Any space's handle reads beside the writer.
        self.space(SpaceId(0)).read(find).await
    }

    /// Says whether it takes two people to say that money moved in the world: for whoever changes this folder, until it is said anew.
    /// Where that is another rule than was in force, the audit log of every space says so.
    pub async fn set_two_person_rule(
        &self,
        is_so: bool,
        now: Timestamp,
        seed: Seed,
    ) -> Result<(), StoreError> {
        let any = self.space(SpaceId(0));
        let inner = Arc::clone(&any.inner);
        let set = move |connection: &Connection, _, events: &mut Events| {
            if rails::is_two_person(connection)? == is_so {
                return Ok(());
            }
            rails::set_two_person(connection, is_so)?;
            for space in settings::spaces(connection)? {
                let attempt = two_person_rule_noted(is_so, space, now, &seed);
                let mut books =
                    SqliteBooks { inner: &inner, connection, space: space.0.into(), events: &mut *events };
                let noted = books.try_change(|books| carry_out(books, &attempt));
                // A log that was touched takes no entry, and has said so itself: the rule is in force all the same.
                if connection.is_autocommit() {
                    return noted.map(drop);
                }
            }
            Ok(())
        };
        any.write(set).await
    }

    /// Every space.
    pub async fn spaces(&self) -> Result<Vec<SpaceId>, StoreError> {
        self.space(SpaceId(0)).read(|connection, _| settings::spaces(connection)).await
    }

    /// The name of a space.
    pub async fn name_of_space(&self, space: SpaceId) -> Result<Option<String>, StoreError> {
        self.space(space).read(settings::name).await
    }

    /// The space of a name.
    pub async fn space_named(&self, name: &str) -> Result<Option<SpaceId>, StoreError> {
        let name = name.to_owned();
        self.space(SpaceId(0)).read(move |connection, _| settings::space(connection, &name)).await
    }

    /// The space of a name, made if need be; its audit log begins with it.
    pub async fn make_space(&self, name: &str, now: Timestamp) -> Result<SpaceId, StoreError> {
        let name = name.to_owned();
        let make = move |connection: &Connection, _, events: &mut Events| {
            settings::make_space(connection, &name, now, events)
        };
        self.space(SpaceId(0)).write(make).await
    }
}
