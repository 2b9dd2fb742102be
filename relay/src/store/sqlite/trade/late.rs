//! Indexes that are written late, for many rows at once and in their order: row by row, each entry is a page of its own.

use rusqlite::{Connection, params};

use super::places::{first_place, number_of, place};
use crate::store::StoreError;

/// Rows that are entered at once. So many are looked at one by one where what is behind them is asked for.
pub(super) const ENTERED_TOGETHER: u64 = 4096;

/// An index of what is appended to places.
pub(super) struct LateIndex {
    /// The table that says up to where each space's rows are entered.
    pub(super) marks: &'static str,
    /// Enters the rows behind place `?1`, up to `?2`.
    pub(super) entering: &'static str,
}

impl LateIndex {
    /// Enters what a space has grown by, up to `last`, once there is enough of it.
    pub(super) fn grow(&self, connection: &Connection, space: i64, last: u64) -> Result<(), StoreError> {
        let from = self.entered(connection, space)?;
        if last.saturating_sub(number_of(from)) >= ENTERED_TOGETHER {
            self.enter(connection, space, last)?;
        }
        Ok(())
    }

    /// Enters a space's rows up to a number.
    pub(super) fn enter(&self, connection: &Connection, space: i64, last: u64) -> Result<(), StoreError> {
        let [from, to] = [self.entered(connection, space)?, place(space, last)];
        connection.prepare_cached(self.entering)?.execute([from, to])?;
        connection
            .prepare_cached(&format!(
                "INSERT OR REPLACE INTO {} (space_id, place) VALUES (?1, ?2)",
                self.marks
            ))?
            .execute([space, to])?;
        Ok(())
    }

    /// Up to where a space's rows are entered.
    pub(super) fn entered(&self, connection: &Connection, space: i64) -> Result<i64, StoreError> {
        let first = first_place(space);
        Ok(connection
            .prepare_cached(&format!(
                "SELECT max(?2, coalesce((SELECT place FROM {} WHERE space_id = ?1), 0))",
                self.marks
            ))?
            .query_row(params![space, first], |row| row.get(0))?)
    }
}
