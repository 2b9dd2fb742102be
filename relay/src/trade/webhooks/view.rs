//! Endpoints and deliveries, as callers see them.

use protocol::{DeliveryId, EndpointId, EventId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DeliveryRow, EndpointRow, SigningSecret};
use crate::trade::jobs::{JobRow, JobState};
use crate::trade::times::iso;

/// Somebody's server that is told what happens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndpointView {
    /// Its id.
    #[schema(value_type = String, example = "whe_aebagbafaydqqcikbmga2dqpca")]
    pub id: EndpointId,
    /// Where it is told.
    #[schema(example = "https://shop.example.org/hooks")]
    pub url: String,
    /// Of what: names of events, beginnings of names such as `order.*`, or `*`.
    pub types: Vec<String>,
    /// What you call it.
    pub description: String,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Since when it has done nothing but fail; after five days, or when it answers 410, it is disabled.
    pub failing_since: Option<String>,
    /// Until when the secret before signs too.
    pub rotating_until: Option<String>,
    /// When it was made.
    pub created_at: String,
}

impl EndpointView {
    pub(super) fn of(row: &EndpointRow, now: Timestamp) -> Self {
        let rotating_until = row.previous.as_ref().map(|(_, until)| *until).filter(|until| *until > now);
        Self {
            id: row.endpoint,
            url: row.url.clone(),
            types: row.types.clone(),
            description: row.description.clone(),
            enabled: row.is_enabled,
            failing_since: row.failing_since.map(iso),
            rotating_until: rotating_until.map(iso),
            created_at: iso(row.created_at),
        }
    }
}

/// An endpoint with a new secret: it is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewEndpointView {
    /// What it is.
    #[serde(flatten)]
    pub endpoint: EndpointView,
    /// What to check signatures by.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

impl NewEndpointView {
    pub(super) fn of(endpoint: EndpointView, secret: &SigningSecret) -> Self {
        Self { endpoint, secret: secret.text().to_string() }
    }
}

/// One event for one endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    /// Its id.
    #[schema(value_type = String, example = "whd_aebagbafaydqqcikbmga2dqpca")]
    pub id: DeliveryId,
    /// To whom.
    #[schema(value_type = String)]
    pub endpoint_id: EndpointId,
    /// The event's id, which is `webhook-id` of the message, however often it is sent.
    #[schema(value_type = String)]
    pub event_id: EventId,
    /// What happened.
    #[schema(example = "topup.succeeded")]
    pub event_type: String,
    /// `PENDING` while it is sent or will be, `DELIVERED`, or `FAILED`.
    #[schema(example = "DELIVERED")]
    pub status: &'static str,
    /// How often it was sent.
    pub attempts: u32,
    /// What was last answered, if anything was.
    pub response_status: Option<u16>,
    /// Why it last failed.
    #[schema(example = "status_refused")]
    pub error_code: Option<String>,
    /// When it is sent again.
    pub next_attempt_at: Option<String>,
    /// When it was last sent.
    pub attempted_at: Option<String>,
    /// When it was taken.
    pub delivered_at: Option<String>,
    /// When it was made.
    pub created_at: String,
}

impl DeliveryView {
    pub(crate) fn of(row: &DeliveryRow, job: Option<&JobRow>) -> Self {
        let (status, next) = match (job.map(|job| job.state), row.delivered_at) {
            (Some(JobState::Waiting { until }), _) => ("PENDING", Some(until)),
            (Some(JobState::Leased { .. }), _) => ("PENDING", None),
            (_, Some(_)) => ("DELIVERED", None),
            (Some(JobState::Dead { .. }) | None, None) => ("FAILED", None),
        };
        Self {
            id: row.delivery,
            endpoint_id: row.endpoint,
            event_id: row.event,
            event_type: row.name.clone(),
            status,
            attempts: row.attempts,
            response_status: row.response_status,
            error_code: row.error_code.clone(),
            next_attempt_at: next.map(iso),
            attempted_at: row.attempted_at.map(iso),
            delivered_at: row.delivered_at.map(iso),
            created_at: iso(row.created_at),
        }
    }
}
