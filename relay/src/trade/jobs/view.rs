//! A job, as operators and programs see it.

use protocol::JobId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{JobRow, JobState};
use crate::trade::times::iso;

/// Work that is done by and by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobView {
    /// Its id.
    #[schema(value_type = String, example = "job_aaaaaaaaaaaaaaaaaaaaaaaaam")]
    pub id: JobId,
    /// What is to be done.
    #[schema(example = "proof")]
    pub kind: &'static str,
    /// For what: jobs of a lane may hold up each other, and no others.
    #[schema(example = "proof")]
    pub lane: String,
    /// `waiting`, `leased` while somebody does it, or `dead`.
    #[schema(example = "waiting")]
    pub state: &'static str,
    /// When it is to be run, or its lease runs out, or since when it is dead.
    pub at: String,
    /// How often it was begun.
    pub attempts: u32,
    /// How often it may be.
    pub attempts_max: u32,
    /// Why it last failed, for programs.
    #[schema(example = "books_not_in_order")]
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
