//! The spaces of a store, and what all of them have in common.

use std::sync::Arc;

use protocol::keys::PublicKey;
use protocol::{KeyId, RelayId, Timestamp};
use rusqlite::Connection;

use super::super::writer::Events;
use super::super::{SqliteSpace, SqliteStore};
use super::{SqliteBooks, keys, rails, settings};
use crate::store::{Answer, SpaceId, Spaces};
use crate::trade::{Books, KeyRow, Seed, carry_out, two_person_rule_noted};

/// The space of a handle that asks for what is no space's: any handle reads and writes.
const ANY: SpaceId = SpaceId(0);

impl Spaces for SqliteStore {
    type Space = SqliteSpace;

    fn relay(&self) -> RelayId {
        self.inner.relay
    }

    fn public_key(&self) -> PublicKey {
        self.inner.public_key
    }

    fn space(&self, space: SpaceId) -> SqliteSpace {
        SqliteSpace { inner: Arc::clone(&self.inner), space }
    }

    fn spaces(&self) -> impl Answer<Vec<SpaceId>> {
        let any = self.space(ANY);
        async move { any.read(|connection, _| settings::spaces(connection)).await }
    }

    fn make_space(&self, name: &str, now: Timestamp) -> impl Answer<SpaceId> {
        let (any, name) = (self.space(ANY), name.to_owned());
        let make = move |connection: &Connection, _, events: &mut Events| {
            settings::make_space(connection, &name, now, events)
        };
        async move { any.write(make).await }
    }

    fn space_named(&self, name: &str) -> impl Answer<Option<SpaceId>> {
        let (any, name) = (self.space(ANY), name.to_owned());
        async move { any.read(move |connection, _| settings::space(connection, &name)).await }
    }

    fn name_of_space(&self, space: SpaceId) -> impl Answer<Option<String>> {
        let named = self.space(space);
        async move { named.read(settings::name).await }
    }

    fn key_of_any_space(&self, key: KeyId) -> impl Answer<Option<(SpaceId, KeyRow)>> {
        let any = self.space(ANY);
        let find = move |connection: &Connection, _| {
            let Some(space) = keys::space_of(connection, key)? else { return Ok(None) };
            Ok(keys::find(connection, space.0.into(), key)?.map(|row| (space, row)))
        };
        async move { any.read(find).await }
    }

    fn set_two_person_rule(&self, is_so: bool, now: Timestamp, seed: Seed) -> impl Answer<()> {
        let any = self.space(ANY);
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
        async move { any.write(set).await }
    }
}
