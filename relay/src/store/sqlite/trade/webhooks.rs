//! Endpoints, their deliveries, and the events behind their cursors.

use protocol::{DeliveryId, EndpointId, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, number, timestamp, unsigned};
use super::places::{last_place, place};
use super::{LAST, PORTION_MAX, SqliteBooks, events, is_whole_portion};
use crate::store::{Committed, StoreError};
use crate::trade::{DISABLED, DeliveryRow, EndpointRow, Passed, SigningSecret, WebhookBooks};

const ENDPOINT: &str =
    "endpoint, url, types, description, secret, previous_secret, previous_until, is_enabled, cursor,
    failing_since, created_at";
const DELIVERY: &str =
    "delivery, endpoint, number, event, name, attempts, response_status, error_code, attempted_at,
    delivered_at, created_at";

impl WebhookBooks for SqliteBooks<'_> {
    fn endpoint(&self, endpoint: EndpointId) -> Result<Option<EndpointRow>, StoreError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {ENDPOINT} FROM webhook_endpoints WHERE space_id = ?1 AND endpoint = ?2"
            ))?
            .query_row(params![self.space, endpoint.as_bytes()], |row| Ok(read_endpoint(row)))
            .optional()?
            .transpose()
    }

    fn endpoints(&self, behind: Option<EndpointId>, limit: u32) -> Result<Vec<EndpointRow>, StoreError> {
        let behind = behind.map_or(LAST, |endpoint| *endpoint.as_bytes());
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {ENDPOINT} FROM webhook_endpoints WHERE space_id = ?1 AND endpoint < ?2
             ORDER BY endpoint DESC LIMIT ?3"
        ))?;
        let rows = statement.query_map(params![self.space, behind, limit], |row| Ok(read_endpoint(row)))?;
        rows.map(|row| row?).collect()
    }

    fn has_endpoints(&self) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM webhook_endpoints WHERE space_id = ?1 AND is_enabled)",
            )?
            .query_row([self.space], |row| row.get(0))?)
    }

    fn put_endpoint(&mut self, row: &EndpointRow) -> Result<(), StoreError> {
        let previous = row.previous.as_ref();
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO webhook_endpoints (space_id, endpoint, url, types, description, secret,
                   previous_secret, previous_until, is_enabled, cursor, failing_since, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                self.space,
                row.endpoint.as_bytes(),
                row.url,
                row.types.join(" "),
                row.description,
                row.secret.as_bytes(),
                previous.map(|(secret, _)| secret.as_bytes()),
                previous.map(|(_, until)| millis(*until)),
                row.is_enabled,
                number(row.cursor),
                row.failing_since.map(millis),
                millis(row.created_at)
            ])?;
        Ok(())
    }

    fn drop_endpoint(&mut self, endpoint: EndpointId) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("DELETE FROM webhook_endpoints WHERE space_id = ?1 AND endpoint = ?2")?
            .execute(params![self.space, endpoint.as_bytes()])?;
        Ok(())
    }

    fn forget_deliveries(&mut self, endpoint: EndpointId) -> Result<bool, StoreError> {
        let jobs = self
            .connection
            .prepare_cached(
                "DELETE FROM jobs WHERE space_id = ?1 AND job IN (
                   SELECT job FROM jobs WHERE space_id = ?1 AND lane = ?2 LIMIT ?3)",
            )?
            .execute(params![self.space, endpoint.to_string(), PORTION_MAX])?;
        let deliveries = self
            .connection
            .prepare_cached(
                "DELETE FROM webhook_deliveries WHERE space_id = ?1 AND delivery IN (
                   SELECT delivery FROM webhook_deliveries WHERE space_id = ?1 AND endpoint = ?2 LIMIT ?3)",
            )?
            .execute(params![self.space, endpoint.as_bytes(), PORTION_MAX])?;
        Ok(is_whole_portion(jobs.max(deliveries)))
    }

    fn revive_deliveries(&mut self, endpoint: EndpointId, now: Timestamp) -> Result<bool, StoreError> {
        self.events.push(Committed::Queued);
        let revived = self
            .connection
            .prepare_cached(
                "UPDATE jobs SET state = 'waiting', due_at = ?3, attempts = 0
                 WHERE space_id = ?1 AND job IN (
                   SELECT job FROM jobs
                   WHERE space_id = ?1 AND lane = ?2 AND state = 'dead' AND error_code = ?4 LIMIT ?5)",
            )?
            .execute(params![self.space, endpoint.to_string(), millis(now), DISABLED, PORTION_MAX])?;
        Ok(is_whole_portion(revived))
    }

    fn delivery(&self, delivery: DeliveryId) -> Result<Option<DeliveryRow>, StoreError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {DELIVERY} FROM webhook_deliveries WHERE space_id = ?1 AND delivery = ?2"
            ))?
            .query_row(params![self.space, delivery.as_bytes()], |row| Ok(read_delivery(row)))
            .optional()?
            .transpose()
    }

    fn deliveries(
        &self,
        endpoint: EndpointId,
        behind: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let behind = behind.map_or(LAST, |delivery| *delivery.as_bytes());
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {DELIVERY} FROM webhook_deliveries WHERE space_id = ?1 AND endpoint = ?2 AND delivery < ?3
             ORDER BY delivery DESC LIMIT ?4"
        ))?;
        let of = params![self.space, endpoint.as_bytes(), behind, limit];
        let rows = statement.query_map(of, |row| Ok(read_delivery(row)))?;
        rows.map(|row| row?).collect()
    }

    fn put_delivery(&mut self, row: &DeliveryRow) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO webhook_deliveries (space_id, delivery, endpoint, number, event, name, attempts,
                   response_status, error_code, attempted_at, delivered_at, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                 ON CONFLICT (space_id, delivery) DO UPDATE
                   SET attempts = ?7, response_status = ?8, error_code = ?9, attempted_at = ?10, delivered_at = ?11",
            )?
            .execute(params![
                self.space,
                row.delivery.as_bytes(),
                row.endpoint.as_bytes(),
                number(row.number),
                row.event.as_bytes(),
                row.name,
                row.attempts,
                row.response_status,
                row.error_code,
                row.attempted_at.map(millis),
                row.delivered_at.map(millis),
                millis(row.created_at)
            ])?;
        Ok(())
    }

    fn drop_deliveries(&mut self, before: Timestamp) -> Result<bool, StoreError> {
        // Ids begin with their time.
        let mut first_kept = [0; 16];
        first_kept[..6].copy_from_slice(&before.as_millis().to_be_bytes()[2..]);
        let dropped = self
            .connection
            .prepare_cached(
                "DELETE FROM webhook_deliveries WHERE space_id = ?1 AND delivery IN (
                   SELECT delivery FROM webhook_deliveries WHERE space_id = ?1 AND delivery < ?2
                   ORDER BY delivery LIMIT ?3)",
            )?
            .execute(params![self.space, first_kept, PORTION_MAX])?;
        Ok(is_whole_portion(dropped))
    }

    fn last_event(&self) -> Result<u64, StoreError> {
        events::last(self.connection, self.space)
    }

    fn events_behind(&self, behind: u64, limit: u32) -> Result<Vec<Passed>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, event, name FROM events WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
        )?;
        let within = params![place(self.space, behind), last_place(self.space), limit];
        let rows = statement.query_map(within, |row| {
            let event: Vec<u8> = row.get(1)?;
            Ok((unsigned(row.get(0)?), event, row.get(2)?))
        })?;
        rows.map(|row| {
            let (number, event, name) = row?;
            Ok(Passed { number, event: id(&event)?, name })
        })
        .collect()
    }

    fn event_body(&self, number: u64) -> Result<Option<String>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT body FROM events WHERE place = ?1")?
            .query_row([place(self.space, number)], |row| row.get(0))
            .optional()?)
    }

    fn drop_events(&mut self, before: Timestamp) -> Result<bool, StoreError> {
        events::drop_before(self.connection, self.space, before)
    }
}

fn read_endpoint(row: &Row<'_>) -> Result<EndpointRow, StoreError> {
    let types: String = row.get(2)?;
    let previous: Option<Vec<u8>> = row.get(5)?;
    let [until, failing_since]: [Option<i64>; 2] = [row.get(6)?, row.get(9)?];
    Ok(EndpointRow {
        endpoint: id(&row.get::<_, Vec<u8>>(0)?)?,
        url: row.get(1)?,
        types: types.split(' ').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
        description: row.get(3)?,
        secret: SigningSecret::new(row.get(4)?),
        previous: previous.map(SigningSecret::new).zip(until.map(timestamp)),
        is_enabled: row.get(7)?,
        cursor: unsigned(row.get(8)?),
        failing_since: failing_since.map(timestamp),
        created_at: timestamp(row.get(10)?),
    })
}

fn read_delivery(row: &Row<'_>) -> Result<DeliveryRow, StoreError> {
    let [attempted_at, delivered_at]: [Option<i64>; 2] = [row.get(8)?, row.get(9)?];
    Ok(DeliveryRow {
        delivery: id(&row.get::<_, Vec<u8>>(0)?)?,
        endpoint: id(&row.get::<_, Vec<u8>>(1)?)?,
        number: unsigned(row.get(2)?),
        event: id(&row.get::<_, Vec<u8>>(3)?)?,
        name: row.get(4)?,
        attempts: row.get(5)?,
        response_status: row.get(6)?,
        error_code: row.get(7)?,
        attempted_at: attempted_at.map(timestamp),
        delivered_at: delivered_at.map(timestamp),
        created_at: timestamp(row.get(10)?),
    })
}
