//! One request for a change, and its answer.

use std::fmt;

use protocol::{Bytes, JobId, Timestamp};
use serde::Serialize;
use serde_json::json;

use super::caller::Caller;
use super::command::Command;
use super::drawn::Seed;
use super::envelope::{Many, Meta, One, PageMeta, Pagination, Problem, Refused};
use super::refusal::{Code, Refusal};

/// A request for a change.
#[derive(Clone)]
pub struct Attempt {
    /// Who asks.
    pub caller: Caller,
    /// What for.
    pub command: Command,
    /// How it is known again.
    pub idempotency: Option<Idempotency>,
    /// The request's id: the same in its answer, its audit entry and its events.
    pub request: String,
    /// The job that it is asked for by, where no request did.
    pub cause: Option<JobId>,
    /// When it came.
    pub now: Timestamp,
    /// What its ids and secrets are drawn from.
    pub seed: Seed,
}

/// How a request is known again when it is asked once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The caller's key.
    pub key: [u8; 16],
    /// The same, as the caller wrote it.
    pub text: String,
    /// Of everything that was asked for by it.
    pub hash: [u8; 32],
    /// How long its answer is kept; without end if none.
    pub kept_ms: Option<u64>,
}

impl Idempotency {
    /// A refusal because of the key.
    pub(crate) fn refuse(&self, code: Code, message: &str) -> Refusal {
        Refusal::new(code, message).with(json!({ "idempotency_key": self.text }))
    }
}

/// An answer, as it is sent and kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Bytes,
    /// Whether it was given before.
    pub is_replay: bool,
}

impl fmt::Debug for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is shown may be a secret, or somebody's own.
        write!(out, "Reply({}, {} bytes)", self.status, self.body.len())
    }
}

impl Reply {
    /// An answer with what was asked for.
    pub(crate) fn success(status: u16, data: &impl Serialize, request: &str, now: Timestamp) -> Self {
        Self::of(status, &One { data, meta: Meta::new(request, now) })
    }

    /// A page of a list.
    pub(crate) fn page(
        data: Vec<impl Serialize>,
        next_cursor: Option<String>,
        request: &str,
        now: Timestamp,
    ) -> Self {
        let pagination = Pagination { has_more: next_cursor.is_some(), next_cursor };
        Self::of(200, &Many { data, meta: PageMeta { meta: Meta::new(request, now), pagination } })
    }

    /// An answer that is all of its body.
    pub(super) fn bare(shown: &impl Serialize) -> Self {
        Self::of(200, shown)
    }

    /// A refusal.
    pub(crate) fn refusal(refusal: &Refusal) -> Self {
        let Refusal { code, message, details } = refusal;
        let error = Problem { code: code.text(), message, details };
        Self::of(code.status(), &Refused { error })
    }

    fn of(status: u16, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("what is shown has texts for keys");
        Self { status, body: body.into(), is_replay: false }
    }
}
