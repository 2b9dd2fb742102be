//! Why a request was refused: a stable code in upper case, a word for people, and facts for programs.

use market::{Fact, Problem};
use serde_json::{Value, json};

use super::caller::{Scope, Scopes};
use super::times::iso;
use crate::store::StoreError;

/// What the names of facts end with that are ids.
const ID: &str = "_id";

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
    /// An amount that is not written as amounts are.
    InvalidAmountFormat,
    /// An amount that is none, or out of bounds.
    InvalidAmount,
    /// A currency that this relay does not know.
    InvalidCurrency,
    /// Others may do this.
    Forbidden,
    /// There is no such top-up for this caller.
    TopUpNotFound,
    /// There is no such order for this caller.
    OrderNotFound,
    /// Another order of the same maker is called so.
    OrderAlreadyExists,
    /// Something else than the whole price.
    ReserveMismatchAmount,
    /// The money is not set aside any more.
    ReserveNotFound,
    /// The order has no such milestone.
    MilestoneNotFound,
    /// The order has no escrow.
    EscrowNotFound,
    /// The order has an escrow on other terms.
    EscrowAlreadyExists,
    /// Parts are not delivered that the release waits for.
    EscrowNotReady,
    /// There is no such dispute for this caller.
    DisputeNotFound,
    /// There is another dispute over the order.
    DisputeAlreadyOpen,
    /// There is no such withdrawal for this caller.
    WithdrawalNotFound,
    /// The withdrawal is past being committed.
    WithdrawalNotCommittable,
    /// There is no such listing for this caller.
    ListingNotFound,
    /// There is no such offer for this caller.
    OfferNotFound,
    /// The other side is to answer.
    NotYourTurn,
    /// Other terms stand by now.
    OfferSuperseded,
    /// There is no such transfer between users for this caller.
    TransferNotFound,
    /// It cannot be done as things stand; `details` say what can.
    InvalidState,
    /// There is not as much.
    InsufficientFunds,
    /// The user may not trade for now.
    UserSuspended,
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
    pub const ALL: [Self; 43] = [
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
        Self::InvalidAmountFormat,
        Self::InvalidAmount,
        Self::InvalidCurrency,
        Self::Forbidden,
        Self::TopUpNotFound,
        Self::OrderNotFound,
        Self::OrderAlreadyExists,
        Self::ReserveMismatchAmount,
        Self::ReserveNotFound,
        Self::MilestoneNotFound,
        Self::EscrowNotFound,
        Self::EscrowAlreadyExists,
        Self::EscrowNotReady,
        Self::DisputeNotFound,
        Self::DisputeAlreadyOpen,
        Self::WithdrawalNotFound,
        Self::WithdrawalNotCommittable,
        Self::ListingNotFound,
        Self::OfferNotFound,
        Self::NotYourTurn,
        Self::OfferSuperseded,
        Self::TransferNotFound,
        Self::InvalidState,
        Self::InsufficientFunds,
        Self::UserSuspended,
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
            Self::InvalidAmountFormat => ("INVALID_AMOUNT_FORMAT", 400),
            Self::InvalidAmount => ("INVALID_AMOUNT", 400),
            Self::InvalidCurrency => ("INVALID_CURRENCY", 400),
            Self::Forbidden => ("FORBIDDEN", 403),
            Self::TopUpNotFound => ("TOPUP_NOT_FOUND", 404),
            Self::OrderNotFound => ("ORDER_NOT_FOUND", 404),
            Self::OrderAlreadyExists => ("ORDER_ALREADY_EXISTS", 409),
            Self::ReserveMismatchAmount => ("RESERVE_MISMATCH_AMOUNT", 422),
            Self::ReserveNotFound => ("RESERVE_NOT_FOUND", 404),
            Self::MilestoneNotFound => ("MILESTONE_NOT_FOUND", 404),
            Self::EscrowNotFound => ("ESCROW_NOT_FOUND", 404),
            Self::EscrowAlreadyExists => ("ESCROW_ALREADY_EXISTS", 409),
            Self::EscrowNotReady => ("ESCROW_NOT_READY", 409),
            Self::DisputeNotFound => ("DISPUTE_NOT_FOUND", 404),
            Self::DisputeAlreadyOpen => ("DISPUTE_ALREADY_OPEN", 409),
            Self::WithdrawalNotFound => ("WITHDRAWAL_NOT_FOUND", 404),
            Self::WithdrawalNotCommittable => ("WITHDRAWAL_NOT_COMMITTABLE", 409),
            Self::ListingNotFound => ("LISTING_NOT_FOUND", 404),
            Self::OfferNotFound => ("OFFER_NOT_FOUND", 404),
            Self::NotYourTurn => ("NOT_YOUR_TURN", 409),
            Self::OfferSuperseded => ("OFFER_SUPERSEDED", 409),
            Self::TransferNotFound => ("TRANSFER_NOT_FOUND", 404),
            Self::InvalidState => ("INVALID_STATE", 409),
            Self::InsufficientFunds => ("INSUFFICIENT_FUNDS", 422),
            Self::UserSuspended => ("USER_SUSPENDED", 422),
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

    /// Says what it is that cannot be done as it stands, unless something else was named that cannot.
    #[must_use]
    pub(super) fn about(mut self, name: &str, id: String) -> Self {
        if let Some(details) = self.details.as_object_mut()
            && self.code == Code::InvalidState
            && !details.keys().any(|named| named.ends_with(ID))
        {
            details.insert(name.to_owned(), id.into());
        }
        self
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

    /// A field that has to be there.
    pub fn missing(field: &str) -> Self {
        let fields = json!({ "fields": [{ "field": field, "message": "it has to be there" }] });
        Self::new(Code::MissingRequiredField, format!("`{field}` is missing")).with(fields)
    }

    /// A field that is not what it should be.
    pub fn field(field: &str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        let fields = json!({ "fields": [{ "field": field, "message": problem }] });
        Self::new(Code::ValidationError, format!("`{field}` is wrong: {problem}")).with(fields)
    }
}

impl From<market::Refusal> for Refusal {
    /// What the market refuses, by the code that it gives itself.
    fn from(refusal: market::Refusal) -> Self {
        let code = Code::ALL.into_iter().find(|code| code.text() == refusal.code());
        let details = refusal.details().into_iter().map(|(name, fact)| (name.to_owned(), written(fact)));
        let details = Value::Object(details.collect());
        Self::new(code.unwrap_or(Code::ValidationError), refusal.to_string()).with(details)
    }
}

fn written(fact: Fact) -> Value {
    match fact {
        Fact::Text(text) => text.into(),
        Fact::Texts(texts) => texts.into(),
        Fact::Time(time) => iso(time).into(),
        Fact::Fields(problems) => {
            let field = |problem: &Problem| json!({ "field": problem.field, "message": problem.message });
            problems.iter().map(field).collect()
        }
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
                "INVALID_AMOUNT_FORMAT",
                "INVALID_AMOUNT",
                "INVALID_CURRENCY",
                "TOPUP_NOT_FOUND",
                "ORDER_NOT_FOUND",
                "ORDER_ALREADY_EXISTS",
                "RESERVE_MISMATCH_AMOUNT",
                "RESERVE_NOT_FOUND",
                "MILESTONE_NOT_FOUND",
                "ESCROW_NOT_FOUND",
                "ESCROW_ALREADY_EXISTS",
                "ESCROW_NOT_READY",
                "DISPUTE_NOT_FOUND",
                "DISPUTE_ALREADY_OPEN",
                "WITHDRAWAL_NOT_FOUND",
                "WITHDRAWAL_NOT_COMMITTABLE",
                "LISTING_NOT_FOUND",
                "OFFER_NOT_FOUND",
                "NOT_YOUR_TURN",
                "OFFER_SUPERSEDED",
                "TRANSFER_NOT_FOUND",
                "INVALID_STATE",
                "INSUFFICIENT_FUNDS",
                "USER_SUSPENDED",
                "USER_ALREADY_EXISTS",
                "IDEMPOTENCY_KEY_REUSED",
                "IDEMPOTENCY_KEY_IN_PROGRESS",
            ]
        );
    }
}
