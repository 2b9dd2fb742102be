//! What data and refusals are sent in.

use protocol::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::times::iso;

/// One thing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct One<T> {
    /// What was asked for.
    pub(crate) data: T,
    /// About the answer.
    pub(crate) meta: Meta,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Many<T> {
    /// What is on this page.
    pub(crate) data: Vec<T>,
    /// About the answer.
    pub(crate) meta: PageMeta,
}

/// About an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Meta {
    /// The request's id, as in the header `X-Request-ID`, in the audit log and in events.
    pub(crate) request_id: String,
    /// When it was answered.
    #[schema(format = DateTime)]
    pub(crate) timestamp: String,
}

/// About a page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageMeta {
    /// About the answer.
    #[serde(flatten)]
    pub(crate) meta: Meta,
    /// Where it goes on.
    pub(crate) pagination: Pagination,
}

/// Where a list goes on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Pagination {
    /// Whether there is more.
    pub(crate) has_more: bool,
    /// What to ask for as `cursor` to get it.
    pub(crate) next_cursor: Option<String>,
}

/// A refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refused<'a> {
    /// What is wrong.
    pub(crate) error: Problem<'a>,
}

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem<'a> {
    /// What programs go by: it never changes.
    #[schema(example = "VALIDATION_ERROR")]
    pub(crate) code: &'a str,
    /// What happened and what to do, for people.
    pub(crate) message: &'a str,
    /// Facts, by the code.
    #[schema(value_type = Object)]
    pub(crate) details: &'a Value,
}

impl Meta {
    pub(super) fn new(request: &str, now: Timestamp) -> Self {
        Self { request_id: request.to_owned(), timestamp: iso(now) }
    }
}
