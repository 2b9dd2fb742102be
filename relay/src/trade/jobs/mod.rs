//! Work that is done by and by: queued in the transaction that asks for it, taken on lease, repeated until it is done or dead.
//!
//! It runs at least once: whatever a job does has to come to the same when it is done again.

mod follow;
mod retention;
mod schedule;
mod view;
mod work;

use protocol::{DeliveryId, EndpointId, JobId, Timestamp};

pub use follow::Outcome;
pub use schedule::Schedule;
pub(crate) use view::JobView;
pub use work::{Doing, Lease, Settling, begin_schedules, do_job, lease, settle};
pub(super) use work::{is_still_held, prove_now, requeue, unknown};

/// Attempts of a job that nothing else is said of: with their pauses about an hour.
pub(crate) const ATTEMPTS_MAX: u32 = 12;
/// Attempts of a delivery, on the scheme's plan.
pub(crate) const DELIVERY_ATTEMPTS_MAX: u32 = follow::DELIVERY_PAUSES_MS.len() as u32 + 1;
/// The job that makes deliveries of events: there is one in a space.
pub(crate) const DISPATCH: JobId = fixed(16);
/// Characters of what is kept of a failure.
const ERROR_TEXT_MAX: usize = 200;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// What comes again and again.
    Scheduled(Schedule),
    /// Make deliveries of what has happened.
    Dispatch,
    /// Bring an endpoint's deliveries to where it stands: forget them where it is gone, queue them where it is enabled.
    Tend {
        /// Which.
        endpoint: EndpointId,
    },
    /// Send one.
    Deliver {
        /// To whom.
        endpoint: EndpointId,
        /// Which.
        delivery: DeliveryId,
    },
}

const DISPATCH_KIND: &str = "webhook.dispatch";
const DELIVER_KIND: &str = "webhook.deliver";
const TEND_KIND: &str = "webhook.tend";

impl Work {
    /// The kind of what is in a lane.
    pub fn kind_in(lane: &str) -> &'static str {
        Self::kinds().find(|kind| *kind == lane).unwrap_or(DELIVER_KIND)
    }

    /// Every kind.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        Schedule::ALL.into_iter().map(Schedule::name).chain([DISPATCH_KIND, DELIVER_KIND, TEND_KIND])
    }

    /// Whether what is of a kind waits for nobody else's server.
    pub fn is_own(kind: &str) -> bool {
        kind != DELIVER_KIND
    }

    /// What its kind is called, in the store and for operators.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Scheduled(schedule) => schedule.name(),
            Self::Dispatch => DISPATCH_KIND,
            Self::Tend { .. } => TEND_KIND,
            Self::Deliver { .. } => DELIVER_KIND,
        }
    }

    /// What else has to be known to do it, as it is stored.
    pub fn payload(&self) -> String {
        match self {
            Self::Scheduled(_) | Self::Dispatch => String::new(),
            Self::Tend { endpoint } => endpoint.to_string(),
            Self::Deliver { delivery, .. } => delivery.to_string(),
        }
    }

    /// How long it may take at least before it is thought to be lost, whoever does it.
    const fn lease_ms_min(&self) -> u64 {
        match self {
            Self::Scheduled(schedule) => schedule.lease_ms_min(),
            Self::Dispatch | Self::Tend { .. } | Self::Deliver { .. } => 0,
        }
    }

    /// What holds up no other: few jobs of a lane are under way at a time.
    pub fn lane(&self) -> String {
        match self {
            Self::Scheduled(_) | Self::Dispatch | Self::Tend { .. } => self.kind().to_owned(),
            Self::Deliver { endpoint, .. } => endpoint.to_string(),
        }
    }

    /// As it was stored.
    pub fn read(kind: &str, payload: &str, lane: &str) -> Option<Self> {
        match kind {
            DISPATCH_KIND => Some(Self::Dispatch),
            TEND_KIND => Some(Self::Tend { endpoint: payload.parse().ok()? }),
            DELIVER_KIND => {
                Some(Self::Deliver { endpoint: lane.parse().ok()?, delivery: payload.parse().ok()? })
            }
            _ => Schedule::ALL.into_iter().find(|schedule| schedule.name() == kind).map(Self::Scheduled),
        }
    }
}

/// A stored job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its id.
    pub job: JobId,
    /// What is to be done.
    pub work: Work,
    /// How it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u32,
    /// How often it may be.
    pub attempts_max: u32,
    /// Why it failed when it last did.
    pub error: Option<JobError>,
    /// When it was queued.
    pub created_at: Timestamp,
}

/// How a job stands. One that is done is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for its time.
    Waiting {
        /// When it comes.
        until: Timestamp,
    },
    /// Someone does it.
    Leased {
        /// Who.
        owner: [u8; 16],
        /// Until when nobody else may.
        until: Timestamp,
    },
    /// It was tried often enough: people look at it.
    Dead {
        /// Since when.
        since: Timestamp,
    },
}

/// The states by name, for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStanding {
    /// It waits.
    Waiting,
    /// It is being done.
    Leased,
    /// It is dead.
    Dead,
}

impl JobStanding {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Leased => "leased",
            Self::Dead => "dead",
        }
    }
}

impl JobState {
    /// Which of the states.
    pub const fn standing(&self) -> JobStanding {
        match self {
            Self::Waiting { .. } => JobStanding::Waiting,
            Self::Leased { .. } => JobStanding::Leased,
            Self::Dead { .. } => JobStanding::Dead,
        }
    }
}

/// Why a job failed: nothing personal, no address, no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobError {
    /// What programs go by.
    pub code: String,
    /// What people read.
    pub text: String,
}

impl JobError {
    /// An error of a stable code.
    pub fn new(code: &str, text: &str) -> Self {
        Self { code: code.to_owned(), text: text.chars().take(ERROR_TEXT_MAX).collect() }
    }
}

/// How jobs of a kind stand, as far as they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobCount {
    /// How many wait for their time.
    pub waiting: u64,
    /// How many are being done.
    pub leased: u64,
    /// How many are dead.
    pub dead: u64,
    /// When the first of those that wait was to be run, or is.
    pub first_due: Option<Timestamp>,
    /// Whether one of the relay's own that is not dead failed when it was last done.
    pub is_failing: bool,
}

impl JobCount {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            waiting: self.waiting + other.waiting,
            leased: self.leased + other.leased,
            dead: self.dead + other.dead,
            first_due: self.first_due.into_iter().chain(other.first_due).min(),
            is_failing: self.is_failing || other.is_failing,
        }
    }
}

/// Which jobs are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobFilter {
    /// Behind which the page begins.
    pub behind: Option<JobId>,
    /// Only those that stand so.
    pub standing: Option<JobStanding>,
}

impl JobRow {
    /// A job to be done at once.
    pub fn new(job: JobId, work: Work, attempts_max: u32, now: Timestamp) -> Self {
        let state = JobState::Waiting { until: now };
        Self { job, work, state, attempts: 0, attempts_max, error: None, created_at: now }
    }
}

/// The id of what there is once in a space.
const fn fixed(number: u8) -> JobId {
    let mut id = [0; 16];
    id[15] = number;
    JobId::from_bytes(id)
}
