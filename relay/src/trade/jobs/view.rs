//! A job, as operators see it.

use protocol::JobId;
use serde::Serialize;

use super::{JobRow, JobState};
use crate::trade::times::iso;

/// A job.
#[derive(Debug, Serialize)]
pub(crate) struct JobView {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: &'static str,
    /// For what.
    pub lane: String,
    /// How it stands.
    pub state: &'static str,
    /// When it is to be run, its lease runs out, or since when it is dead.
    pub at: String,
    /// How often it was begun.
    pub attempts: u32,
    /// How often it may be.
    pub attempts_max: u32,
    /// Why it last failed, for programs.
    pub error_code: Option<String>,
    /// The same, for people.
    pub error: Option<String>,
    /// When it was queued.
    pub created_at: String,
}

impl From<&JobRow> for JobView {
    fn from(row: &JobRow) -> Self {
        let at = match row.state {
            JobState::Waiting { until } | JobState::Leased { until, .. } => until,
            JobState::Dead { since } => since,
        };
        let error = row.error.clone();
        Self {
            id: row.job,
            kind: row.work.kind(),
            lane: row.work.lane(),
            state: row.state.standing().name(),
            at: iso(at),
            attempts: row.attempts,
            attempts_max: row.attempts_max,
            error_code: error.as_ref().map(|error| error.code.clone()),
            error: error.map(|error| error.text),
            created_at: iso(row.created_at),
        }
    }
}
