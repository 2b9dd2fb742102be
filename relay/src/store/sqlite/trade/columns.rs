//! What the rows of things that are traded have in common: how values are read from columns, and pages from lists.

use std::str::FromStr;

use protocol::{Amount, Currency, Money};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::super::{number, unsigned};
use super::LAST;
use crate::store::StoreError;
use crate::trade::Sides;

/// A word that was stored.
pub(super) fn word<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Inconsistent)
}

/// An amount that was stored.
pub(super) fn amount(minor: i64) -> Result<Amount, StoreError> {
    Amount::from_minor(unsigned(minor)).ok_or(StoreError::Inconsistent)
}

/// Money that was stored: how much, and of what.
pub(super) fn money(minor: i64, currency: &str) -> Result<Money, StoreError> {
    Ok(Money { amount: amount(minor)?, currency: word::<Currency>(currency)? })
}

/// How much, as it is stored.
pub(super) fn minor(amount: Amount) -> i64 {
    number(amount.minor())
}

/// What is asked of rows beside whose they are.
#[derive(Default)]
pub(super) struct Conditions {
    /// Each behind an `AND`.
    pub(super) text: String,
    /// What stands in them, in their order.
    pub(super) values: Vec<Value>,
}

impl Conditions {
    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The same, asked of rows that are found by something else: no index is taken for it.
    #[must_use]
    pub(super) fn unindexed(self) -> Self {
        Self { text: self.text.replace(" AND ", " AND +"), ..self }
    }

    /// And another one, where a value is asked for.
    #[must_use]
    pub(super) fn only(mut self, condition: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.text += &format!(" AND {condition} ?");
            self.values.push(value.into());
        }
        self
    }
}

/// A list of a space's things, the newest first: ids are in the order of their time.
pub(super) struct Listed {
    /// What is read of each, and of which table: `SELECT … FROM …`.
    select: String,
    /// The column of the id.
    id: &'static str,
    conditions: Conditions,
}

impl Listed {
    /// Of a table, behind an id.
    pub(super) fn new(
        columns: &str,
        table: &str,
        id: &'static str,
        space: i64,
        behind: Option<&[u8; 16]>,
    ) -> Self {
        Self {
            select: format!("SELECT {columns} FROM {table} WHERE space_id = ? AND {id} < ?"),
            id,
            conditions: Conditions {
                text: String::new(),
                values: vec![space.into(), behind.unwrap_or(&LAST).to_vec().into()],
            },
        }
    }

    /// Only those of which all of this holds.
    #[must_use]
    pub(super) fn all(mut self, conditions: Conditions) -> Self {
        self.conditions.text += &conditions.text;
        self.conditions.values.extend(conditions.values);
        self
    }

    /// Only those for which a condition holds, where a value is asked for.
    #[must_use]
    pub(super) fn only(mut self, condition: &str, value: Option<impl Into<Value>>) -> Self {
        self.conditions = self.conditions.only(condition, value);
        self
    }

    /// The first of them.
    pub(super) fn read<T>(
        self,
        connection: &Connection,
        limit: u32,
        row: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let Self { select, id, conditions: Conditions { text: conditions, mut values } } = self;
        values.push(limit.into());
        let mut statement =
            connection.prepare_cached(&format!("{select}{conditions} ORDER BY {id} DESC LIMIT ?"))?;
        let rows = statement.query_map(params_from_iter(values), |found| Ok(row(found)))?;
        rows.map(|row| row?).collect()
    }

    /// The id of the one that has so many before it, if there are as many.
    pub(super) fn at(self, connection: &Connection, before: u32) -> Result<Option<[u8; 16]>, StoreError> {
        let Self { select, id, conditions: Conditions { text: conditions, mut values } } = self;
        values.push(before.into());
        let found = connection
            .prepare_cached(&format!("{select}{conditions} ORDER BY {id} DESC LIMIT 1 OFFSET ?"))?
            .query_row(params_from_iter(values), |row| row.get(0))
            .optional()?;
        Ok(found)
    }

    /// The first of those between these buyers and sellers.
    pub(super) fn read_of_sides<T>(
        self,
        sides: Sides,
        connection: &Connection,
        limit: u32,
        row: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match sides {
            Sides::Either(user) => {
                self.read_of_either(["buyer", "seller"], user.as_bytes(), connection, limit, row)
            }
            Sides::Each { buyer, seller } => self
                .only("buyer =", buyer.map(|buyer| buyer.as_bytes().to_vec()))
                .only("seller =", seller.map(|seller| seller.as_bytes().to_vec()))
                .read(connection, limit, row),
        }
    }

    /// The first of those of which a user is one of two sides. Each side has its index, so that not all of them are looked at.
    pub(super) fn read_of_either<T>(
        self,
        sides: [&str; 2],
        user: &[u8; 16],
        connection: &Connection,
        limit: u32,
        row: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let Self { select, id, conditions: Conditions { text: conditions, values } } = self;
        let mut given = Vec::new();
        let of_sides = sides.map(|side| {
            given.extend(values.iter().cloned());
            given.extend([Value::from(user.to_vec()), limit.into()]);
            format!("SELECT * FROM ({select}{conditions} AND {side} = ? ORDER BY {id} DESC LIMIT ?)")
        });
        given.push(limit.into());
        let [first, second] = of_sides;
        let both = format!("{first} UNION ALL {second} ORDER BY {id} DESC LIMIT ?");
        let mut statement = connection.prepare_cached(&both)?;
        let rows = statement.query_map(params_from_iter(given), |found| Ok(row(found)))?;
        rows.map(|row| row?).collect()
    }
}
