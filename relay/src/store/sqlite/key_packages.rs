//! The KeyPackage directory: each issued once, then the one of last resort.

use protocol::frame::{ClaimedKeyPackage, KeyPackagesStatus};
use protocol::{Bytes, DeviceId, Suite, Timestamp, limits};
use rusqlite::{Connection, OptionalExtension, params};

use super::sessions::id;
use super::{SqliteSpace, millis, number, unsigned};
use crate::store::{Answer, Claim, Committed, KeyPackages, Publication, StoreError};

impl KeyPackages for SqliteSpace {
    fn publish_key_packages(&self, publication: Publication) -> impl Answer<KeyPackagesStatus> {
        self.write(move |connection, space, _| {
            let one_time = publication.packages.iter().map(|package| (package, false));
            let last_resort = publication.last_resort.iter().map(|package| (package, true));
            let replaced = [
                (publication.last_resort.is_some(), "is_last_resort"),
                (publication.replaces_all, "issued_at IS NULL AND NOT is_last_resort"),
            ];
            for (_, which) in replaced.into_iter().filter(|(is_replaced, _)| *is_replaced) {
                connection
                    .prepare_cached(&format!(
                        "DELETE FROM key_packages
                         WHERE space_id = ?1 AND device = ?2 AND suite = ?3 AND {which}"
                    ))?
                    .execute(params![space, publication.device.as_bytes(), publication.suite.number()])?;
            }
            let mut insert = connection.prepare_cached(
                "INSERT INTO key_packages (space_id, device, suite, reference, package, is_last_resort, published_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (space_id, device, reference) DO NOTHING",
            )?;
            for ((reference, package), is_last_resort) in one_time.chain(last_resort) {
                insert.execute(params![
                    space,
                    publication.device.as_bytes(),
                    publication.suite.number(),
                    reference,
                    package.as_ref(),
                    is_last_resort,
                    millis(publication.now)
                ])?;
            }
            drop_oldest(connection, space, &publication)?;
            status(connection, space, &publication.device, publication.suite, publication.now)
        })
    }

    fn claim_key_packages(&self, claim: Claim) -> impl Answer<Option<Vec<ClaimedKeyPackage>>> {
        self.write(move |connection, space, events| {
            let listed = listed_devices(connection, space, &claim)?;
            let wanted = listed
                .into_iter()
                .filter(|device| claim.devices.is_empty() || claim.devices.contains(device));
            let mut next = Vec::new();
            for device in wanted {
                next.extend(next_of(connection, space, device, &claim)?);
            }
            if !claim.may_be_last_resort && next.iter().any(|next| next.package.last_resort) {
                return Ok(None);
            }
            for Next { number, package } in &next {
                if !package.last_resort {
                    issue(connection, space, *number, claim.now)?;
                }
                let device = package.device;
                // Said once on the way down, and again with each of last resort.
                if package.last_resort || has_become_low(connection, space, &device, &claim)? {
                    let left = status(connection, space, &device, claim.suite, claim.now)?;
                    events.push(Committed::KeyPackagesLow { device, left });
                }
            }
            Ok(Some(next.into_iter().map(|next| next.package).collect()))
        })
    }

    fn key_package_status(
        &self,
        device: DeviceId,
        suite: Suite,
        now: Timestamp,
    ) -> impl Answer<KeyPackagesStatus> {
        self.read(move |connection, space| status(connection, space, &device, suite, now))
    }
}

fn listed_devices(connection: &Connection, space: i64, claim: &Claim) -> Result<Vec<DeviceId>, StoreError> {
    let rows: Vec<Vec<u8>> = connection
        .prepare_cached("SELECT device FROM devices WHERE space_id = ?1 AND account = ?2 AND is_listed")?
        .query_map(params![space, claim.account.as_bytes()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    rows.iter().map(|row| id(row)).collect()
}

/// What a device would be reached by next, and its row.
struct Next {
    number: i64,
    package: ClaimedKeyPackage,
}

fn next_of(
    connection: &Connection,
    space: i64,
    device: DeviceId,
    claim: &Claim,
) -> Result<Option<Next>, StoreError> {
    let row: Option<(i64, Vec<u8>, bool)> = connection
        .prepare_cached(
            "SELECT number, package, is_last_resort FROM key_packages
             WHERE space_id = ?1 AND device = ?2 AND suite = ?3 AND issued_at IS NULL
               AND (is_last_resort OR published_at >= ?4)
             ORDER BY is_last_resort, number LIMIT 1",
        )?
        .query_row(params![space, device.as_bytes(), claim.suite.number(), oldest_issued(claim.now)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(row.map(|(number, package, last_resort)| {
        let package = ClaimedKeyPackage { device, package: Bytes::from(package), last_resort };
        Next { number, package }
    }))
}

/// It is given out, and to nobody else.
fn issue(connection: &Connection, space: i64, number: i64, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE key_packages SET issued_at = ?3, package = x'' WHERE space_id = ?1 AND number = ?2",
        )?
        .execute(params![space, number, millis(now)])?;
    Ok(())
}

/// Whether one fewer is left than a client is content with. Counts no further than that.
fn has_become_low(
    connection: &Connection,
    space: i64,
    device: &DeviceId,
    claim: &Claim,
) -> Result<bool, StoreError> {
    let left: u32 = connection
        .prepare_cached(
            "SELECT count(*) FROM (
               SELECT 1 FROM key_packages
               WHERE space_id = ?1 AND device = ?2 AND suite = ?3 AND issued_at IS NULL AND NOT is_last_resort
                 AND published_at >= ?4 LIMIT ?5)",
        )?
        .query_row(
            params![
                space,
                device.as_bytes(),
                claim.suite.number(),
                oldest_issued(claim.now),
                limits::KEY_PACKAGES_REFILL_BELOW
            ],
            |row| row.get(0),
        )?;
    Ok(left + 1 == limits::KEY_PACKAGES_REFILL_BELOW)
}

/// Those published before are not issued any more.
fn oldest_issued(now: Timestamp) -> i64 {
    millis(Timestamp::from_millis(now.as_millis().saturating_sub(limits::KEY_PACKAGE_LIFETIME_MS)))
}

/// Drops what is too old to be issued, and what is too many.
fn drop_oldest(connection: &Connection, space: i64, of: &Publication) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM key_packages WHERE space_id = ?1 AND number IN (
               SELECT number FROM key_packages
               WHERE space_id = ?1 AND device = ?2 AND suite = ?3 AND issued_at IS NULL AND NOT is_last_resort
               ORDER BY number DESC LIMIT -1 OFFSET ?4)",
        )?
        .execute(params![
            space,
            of.device.as_bytes(),
            of.suite.number(),
            number(limits::KEY_PACKAGES_UNISSUED_MAX as u64)
        ])?;
    connection
        .prepare_cached(
            "DELETE FROM key_packages
             WHERE space_id = ?1 AND device = ?2 AND suite = ?3 AND issued_at IS NULL AND NOT is_last_resort
               AND published_at < ?4",
        )?
        .execute(params![space, of.device.as_bytes(), of.suite.number(), oldest_issued(of.now)])?;
    Ok(())
}

fn status(
    connection: &Connection,
    space: i64,
    device: &DeviceId,
    suite: Suite,
    now: Timestamp,
) -> Result<KeyPackagesStatus, StoreError> {
    let (unissued, last_resort): (u32, Option<i64>) = connection
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE NOT is_last_resort AND published_at >= ?4),
                    max(published_at) FILTER (WHERE is_last_resort)
             FROM key_packages WHERE space_id = ?1 AND device = ?2 AND suite = ?3 AND issued_at IS NULL",
        )?
        .query_row(params![space, device.as_bytes(), suite.number(), oldest_issued(now)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let last_resort_age_ms = last_resort.map_or(0, |at| now.as_millis().saturating_sub(unsigned(at)));
    Ok(KeyPackagesStatus { suite, unissued, has_last_resort: last_resort.is_some(), last_resort_age_ms })
}
