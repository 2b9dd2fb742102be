//! `palaver-relay jobs`

use clap::{Subcommand, ValueEnum};
use protocol::JobId;
use relay::trade::{Command, JobFilter, JobStanding, Query};
use serde_json::{Value, json};

use super::{Place, body, data, text};

/// Jobs that are shown at a time.
const PAGE: u32 = 100;

/// Work that is done by and by in a space
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  palaver-relay jobs dead --data ./data\n  palaver-relay jobs list --state waiting --json"
)]
pub(crate) enum Jobs {
    /// List jobs, the newest first; what recurs comes last
    List {
        /// Only those that stand so
        #[arg(long, value_name = "STATE")]
        state: Option<GivenStanding>,
        /// Behind this one: where the page before ended
        #[arg(long, value_name = "JOB")]
        after: Option<JobId>,
        #[command(flatten)]
        place: Place,
    },
    /// List jobs that were tried often enough, with why they failed
    Dead {
        /// Behind this one: where the page before ended
        #[arg(long, value_name = "JOB")]
        after: Option<JobId>,
        #[command(flatten)]
        place: Place,
    },
    /// Let a job run now, with all its attempts: one that is dead, or one that waits
    Requeue {
        /// Its id: `job_…`
        job: JobId,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum GivenStanding {
    /// It waits for its time
    Waiting,
    /// It is being done
    Leased,
    /// It was tried often enough
    Dead,
}

impl From<GivenStanding> for JobStanding {
    fn from(given: GivenStanding) -> Self {
        match given {
            GivenStanding::Waiting => Self::Waiting,
            GivenStanding::Leased => Self::Leased,
            GivenStanding::Dead => Self::Dead,
        }
    }
}

pub(crate) fn run(command: Jobs) -> anyhow::Result<()> {
    match command {
        Jobs::List { state, after, place } => list(&place, after, state.map(JobStanding::from)),
        Jobs::Dead { after, place } => list(&place, after, Some(JobStanding::Dead)),
        Jobs::Requeue { job, place } => {
            let queued =
                place.run(async |operator| data(&operator.carry_out(Command::RequeueJob(job)).await?))?;
            place.print(&queued, line)
        }
    }
}

fn list(place: &Place, behind: Option<JobId>, standing: Option<JobStanding>) -> anyhow::Result<()> {
    let filter = JobFilter { behind, standing };
    let page =
        place.run(async |operator| body(&operator.look_up(Query::Jobs { filter, limit: PAGE }).await?))?;
    let pagination = &page["meta"]["pagination"];
    let shown = json!({ "data": page["data"], "meta": { "pagination": pagination } });
    place.print(&shown, |shown| {
        let jobs = shown["data"].as_array().into_iter().flatten();
        let more = pagination["next_cursor"].as_str().map(|last| format!("there are more: --after {last}"));
        let lines: Vec<String> = jobs.map(line).chain(more).collect();
        if lines.is_empty() { "no jobs".to_owned() } else { lines.join("\n") }
    })
}

fn line(job: &Value) -> String {
    let facts = ["id", "kind", "lane", "state", "at"].map(|field| text(job, field)).join("  ");
    let attempts = format!("{} of {}", job["attempts"], job["attempts_max"]);
    match job["error_code"].as_str() {
        Some(code) => format!("{facts}  {attempts}  {code}: {}", text(job, "error")),
        None => format!("{facts}  {attempts}"),
    }
}
