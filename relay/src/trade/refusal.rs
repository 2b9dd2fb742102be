//! Why a request was refused: a stable code in upper case, a word for people, and facts for programs.

use serde_json::{Value, json};

use super::caller::{Scope, Scopes};
use crate::store::StoreError;

/// The codes of the market's interface. What they are called never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// No credential, or none that is understood.
    Unauthorized,
    /// A credential that does not work.
    InvalidApiKey,
    /// One that may not do this.
    InsufficientScope,
    /// Something about the request is wrong; `details.fields` says what.
    ValidationError,
    /// A field that has to be there is not.
    MissingRequiredField,
    /// It is no JSON object, or not what this place takes.
    InvalidRequest,
    /// A place that does not take this method.
    MethodNotAllowed,
    /// A body that did not come in time.
    RequestTimeout,
    /// A body that is too large.
    PayloadTooLarge,
    /// There is no such place, or nothing of that id for this caller.
    NotFound,
    /// There is no such user for this caller.
    UserNotFound,
    /// Another user has this external id.
    UserAlreadyExists,
    /// The idempotency key was used for something else.
    IdempotencyKeyReused,
    /// The same request is being carried out.
    IdempotencyKeyInProgress,
    /// Too much was asked for.
    RateLimited,
    /// The relay is read-only for a while.
    MaintenanceMode,
    /// The store has too much to do.
    Busy,
    /// Something failed that is not the caller's fault.
    InternalError,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 18] = [
        Self::Unauthorized,
        Self::InvalidApiKey,
        Self::InsufficientScope,
        Self::ValidationError,
        Self::MissingRequiredField,
        Self::InvalidRequest,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::PayloadTooLarge,
        Self::NotFound,
        Self::UserNotFound,
        Self::UserAlreadyExists,
        Self::IdempotencyKeyReused,
        Self::IdempotencyKeyInProgress,
        Self::RateLimited,
        Self::MaintenanceMode,
        Self::Busy,
        Self::InternalError,
    ];

    const fn entry(self) -> (&'static str, u16) {
        match self {
            Self::Unauthorized => ("UNAUTHORIZED", 401),
            Self::InvalidApiKey => ("INVALID_API_KEY", 401),
            Self::InsufficientScope => ("INSUFFICIENT_SCOPE", 403),
            Self::ValidationError => ("VALIDATION_ERROR", 400),
            Self::MissingRequiredField => ("MISSING_REQUIRED_FIELD", 400),
            Self::InvalidRequest => ("INVALID_REQUEST", 400),
            Self::MethodNotAllowed => ("METHOD_NOT_ALLOWED", 405),
            Self::RequestTimeout => ("REQUEST_TIMEOUT", 408),
            Self::PayloadTooLarge => ("PAYLOAD_TOO_LARGE", 413),
            Self::NotFound => ("NOT_FOUND", 404),
            Self::UserNotFound => ("USER_NOT_FOUND", 404),
            Self::UserAlreadyExists => ("USER_ALREADY_EXISTS", 409),
            Self::IdempotencyKeyReused => ("IDEMPOTENCY_KEY_REUSED", 409),
            Self::IdempotencyKeyInProgress => ("IDEMPOTENCY_KEY_IN_PROGRESS", 409),
            Self::RateLimited => ("RATE_LIMITED", 429),
            Self::MaintenanceMode => ("MAINTENANCE_MODE", 503),
            Self::Busy => ("BUSY", 503),
            Self::InternalError => ("INTERNAL_ERROR", 500),
        }
    }

    /// How it is written.
    pub const fn text(self) -> &'static str {
        self.entry().0
    }

    /// The status it is answered with.
    pub const fn status(self) -> u16 {
        self.entry().1
    }

    /// Whether the answer is kept for whoever asks again by the same key: refusals of what was asked for are, those of who asked,
    /// and failures, are not.
    pub const fn is_final(self) -> bool {
        let status = self.status();
        status < 500 && !matches!(status, 401 | 403 | 408 | 429)
    }
}

/// A request that changed nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}: {message}", .code.text())]
pub struct Refusal {
    /// What programs go by.
    pub code: Code,
    /// What happened and what to do, for people.
    pub message: String,
    /// Facts.
    pub details: Value,
}

impl Refusal {
    /// One without facts.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: json!({}) }
    }

    /// One with facts.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }

    /// One word for every credential that does not work, so that nobody learns which exist.
    pub(crate) fn invalid_credential() -> Self {
        Self::new(Code::InvalidApiKey, "this credential does not work: it is unknown, revoked or over")
    }

    /// A key that lacks a scope.
    pub(super) fn scope(required: Scope, current: Scopes) -> Self {
        let message = format!("this needs a key with the scope `{}`", required.name());
        let details = json!({ "required_scope": required, "current_scopes": current.list() });
        Self::new(Code::InsufficientScope, message).with(details)
    }

    /// A field that is not what it should be.
    pub fn field(field: &str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        let fields = json!({ "fields": [{ "field": field, "message": problem }] });
        Self::new(Code::ValidationError, format!("`{field}` is wrong: {problem}")).with(fields)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::new(Code::Busy, "the relay has too much to do: come back in a moment"),
            _ => Self::new(Code::InternalError, "the relay could not do it: nothing was changed, ask again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_has_a_name_of_its_own_and_a_status_of_a_refusal() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.text()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| (400..600).contains(&code.status())));
    }

    #[test]
    fn what_may_go_well_another_time_is_not_kept() {
        let kept: Vec<_> = Code::ALL.into_iter().filter(|code| code.is_final()).map(Code::text).collect();
        assert_eq!(
            kept,
            [
                "VALIDATION_ERROR",
                "MISSING_REQUIRED_FIELD",
                "INVALID_REQUEST",
                "METHOD_NOT_ALLOWED",
                "PAYLOAD_TOO_LARGE",
                "NOT_FOUND",
                "USER_NOT_FOUND",
                "USER_ALREADY_EXISTS",
                "IDEMPOTENCY_KEY_REUSED",
                "IDEMPOTENCY_KEY_IN_PROGRESS",
            ]
        );
    }
}
