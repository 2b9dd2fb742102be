//! Jobs.

use std::collections::BTreeMap;

use protocol::{JobId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::sessions::id;
use super::super::{millis, timestamp};
use super::PORTION_MAX;
use super::columns::Listed;
use crate::store::StoreError;
use crate::trade::{JobCount, JobError, JobFilter, JobRow, JobStanding, JobState, Work};

const COLUMNS: &str = "job, kind, payload, lane, state, due_at, owner, attempts, attempts_max, error_code,
    error_text, created_at";
/// Jobs of a lane that may be under way: a receiver that answers slowly, or never, holds up its own lane alone.
const LANE_MAX: u32 = 4;
/// Jobs of a lane in one state that are counted: whoever is told that there are as many looks, and dead ones pile up for a month.
const COUNTED_MAX: u32 = 1000;

pub(super) fn find(connection: &Connection, space: i64, job: JobId) -> Result<Option<JobRow>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM jobs WHERE space_id = ?1 AND job = ?2"))?
        .query_row(params![space, job.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The newest first, but for what there is once in a space: that comes last.
pub(super) fn list(
    connection: &Connection,
    space: i64,
    filter: JobFilter,
    limit: u32,
) -> Result<Vec<JobRow>, StoreError> {
    Listed::new(COLUMNS, "jobs", "job", space, filter.behind.as_ref().map(JobId::as_bytes))
        .only("state =", filter.standing.map(|standing| standing.name().to_owned()))
        .read(connection, limit, read)
}

/// What is due, lane by lane, as far as each lane has room.
pub(super) fn due(
    connection: &Connection,
    space: i64,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<JobRow>, StoreError> {
    let mut due: Vec<JobRow> = Vec::new();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM jobs
         WHERE space_id = ?1 AND lane = ?2 AND state IN ('leased', 'waiting') AND due_at <= ?3
         ORDER BY due_at, job LIMIT ?4"
    ))?;
    for lane in lanes(connection, space)? {
        let left = limit.saturating_sub(u32::try_from(due.len()).unwrap_or(u32::MAX));
        let room = LANE_MAX.saturating_sub(under_way(connection, space, &lane, now)?).min(left);
        let rows = statement.query_map(params![space, lane, millis(now), room], |row| Ok(read(row)))?;
        for row in rows {
            due.push(row??);
        }
    }
    Ok(due)
}

/// When the next job is due that its lane has room for, or a lease runs out.
pub(super) fn next_due(
    connection: &Connection,
    space: i64,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let mut first = connection
        .prepare_cached("SELECT min(due_at) FROM jobs WHERE space_id = ?1 AND lane = ?2 AND state = ?3")?;
    let mut next: Option<i64> = None;
    for lane in lanes(connection, space)? {
        let has_room = under_way(connection, space, &lane, now)? < LANE_MAX;
        for (standing, counts) in [(JobStanding::Leased, true), (JobStanding::Waiting, has_room)] {
            let due: Option<i64> =
                first.query_row(params![space, lane, standing.name()], |row| row.get(0))?;
            next = next.into_iter().chain(due.filter(|_| counts)).min();
        }
    }
    Ok(next.map(timestamp))
}

/// How jobs stand, by their kind: a few steps a lane, however many there are.
pub(super) fn counts(
    connection: &Connection,
    space: i64,
) -> Result<BTreeMap<&'static str, JobCount>, StoreError> {
    let mut count = connection.prepare_cached(
        "SELECT count(*), min(due_at) FROM
           (SELECT due_at FROM jobs WHERE space_id = ?1 AND lane = ?2 AND state = ?3 ORDER BY due_at LIMIT ?4)",
    )?;
    let mut failing = connection.prepare_cached(
        "SELECT 1 FROM jobs WHERE space_id = ?1 AND lane = ?2 AND state IN ('leased', 'waiting') AND error_code IS NOT NULL",
    )?;
    let mut counts: BTreeMap<&'static str, JobCount> =
        Work::kinds().map(|kind| (kind, JobCount::default())).collect();
    for lane in lanes(connection, space)? {
        let mut of = |standing: JobStanding| {
            let values = params![space, lane, standing.name(), COUNTED_MAX];
            count.query_row(values, |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Option<i64>>(1)?)))
        };
        let (waiting, first_due) = of(JobStanding::Waiting)?;
        let [leased, dead] = [of(JobStanding::Leased)?.0, of(JobStanding::Dead)?.0].map(u64::from);
        let first_due = first_due.map(timestamp);
        let name = Work::kind_in(&lane);
        // There are many deliveries, and it is said elsewhere how they do.
        let is_failing = Work::is_own(name) && failing.exists(params![space, lane])?;
        let here = JobCount { waiting: waiting.into(), leased, dead, first_due, is_failing };
        let kind = counts.entry(name).or_default();
        *kind = kind.and(here);
    }
    Ok(counts)
}

/// Every lane, by a step each, however many jobs there are.
fn lanes(connection: &Connection, space: i64) -> Result<Vec<String>, StoreError> {
    let mut next =
        connection.prepare_cached("SELECT min(lane) FROM jobs WHERE space_id = ?1 AND lane > ?2")?;
    let mut lanes: Vec<String> = Vec::new();
    let behind = |lanes: &[String]| lanes.last().cloned().unwrap_or_default();
    while let Some(lane) = next.query_row(params![space, behind(&lanes)], |row| row.get(0))? {
        lanes.push(lane);
    }
    Ok(lanes)
}

fn under_way(connection: &Connection, space: i64, lane: &str, now: Timestamp) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*) FROM jobs
             WHERE space_id = ?1 AND lane = ?2 AND state = 'leased' AND due_at > ?3",
        )?
        .query_row(params![space, lane, millis(now)], |row| row.get(0))?)
}

pub(super) fn put(connection: &Connection, space: i64, row: &JobRow) -> Result<(), StoreError> {
    let (due_at, owner) = match row.state {
        JobState::Waiting { until } => (until, None),
        JobState::Leased { owner, until } => (until, Some(owner)),
        JobState::Dead { since } => (since, None),
    };
    connection
        .prepare_cached(
            "INSERT INTO jobs (space_id, job, kind, payload, lane, state, due_at, owner, attempts, attempts_max,
               error_code, error_text, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (space_id, job) DO UPDATE
               SET state = ?6, due_at = ?7, owner = ?8, attempts = ?9, error_code = ?11, error_text = ?12",
        )?
        .execute(params![
            space,
            row.job.as_bytes(),
            row.work.kind(),
            row.work.payload(),
            row.work.lane(),
            row.state.standing().name(),
            millis(due_at),
            owner,
            row.attempts,
            row.attempts_max,
            row.error.as_ref().map(|error| &error.code),
            row.error.as_ref().map(|error| &error.text),
            millis(row.created_at)
        ])?;
    Ok(())
}

pub(super) fn forget(connection: &Connection, space: i64, job: JobId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM jobs WHERE space_id = ?1 AND job = ?2")?
        .execute(params![space, job.as_bytes()])?;
    Ok(())
}

/// Drops jobs that have been dead for long.
pub(super) fn sweep(
    connection: &Connection,
    space: i64,
    dead_before: Timestamp,
) -> Result<usize, StoreError> {
    Ok(connection
        .prepare_cached(
            "DELETE FROM jobs WHERE space_id = ?1 AND job IN (
               SELECT job FROM jobs WHERE space_id = ?1 AND state = 'dead' AND due_at < ?2 LIMIT ?3)",
        )?
        .execute(params![space, millis(dead_before), PORTION_MAX])?)
}

/// Ends the leases of whoever is gone.
pub(super) fn release(connection: &Connection, space: i64, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE jobs SET due_at = min(due_at, ?2) WHERE space_id = ?1 AND state = 'leased'")?
        .execute(params![space, millis(now)])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<JobRow, StoreError> {
    let [kind, payload, lane, state]: [String; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
    let until = timestamp(row.get(5)?);
    let owner: Option<[u8; 16]> = row.get(6)?;
    let [code, text]: [Option<String>; 2] = [row.get(9)?, row.get(10)?];
    let state = match (state.as_str(), owner) {
        ("waiting", None) => JobState::Waiting { until },
        ("leased", Some(owner)) => JobState::Leased { owner, until },
        ("dead", None) => JobState::Dead { since: until },
        _ => return Err(StoreError::Unavailable),
    };
    Ok(JobRow {
        job: id(&row.get::<_, Vec<u8>>(0)?)?,
        work: Work::read(&kind, &payload, &lane).ok_or(StoreError::Unavailable)?,
        state,
        attempts: row.get(7)?,
        attempts_max: row.get(8)?,
        error: code.zip(text).map(|(code, text)| JobError { code, text }),
        created_at: timestamp(row.get(11)?),
    })
}

#[cfg(test)]
mod tests {
    use protocol::RelayId;

    use super::super::super::SqliteStore;
    use super::*;
    use crate::store::{SpaceId, Spaces};
    use crate::trade::prove;

    #[tokio::test]
    async fn a_proof_that_nobody_asks_for_any_longer_ends() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), RelayId::from_bytes([1; 16]), Box::new(|_| {})).unwrap();
        let space = store.space(SpaceId(1));
        assert!(space.look(|books| prove(books, || true)).await.unwrap().is_ok());
        assert_eq!(space.look(|books| prove(books, || false)).await, Err(StoreError::Unavailable));
    }
}
