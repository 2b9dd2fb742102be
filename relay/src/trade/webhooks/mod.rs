//! Telling others' servers what happened, by the Standard Webhooks scheme.
//!
//! A cursor an endpoint goes through the events; it moves in the transaction that queues the deliveries it has passed, so that none
//! is left out, and each goes out under its event's id, so that one that comes twice is known.

mod books;
mod deliver;
mod dispatch;
mod endpoints;
mod looking;
mod signature;
mod tend;
mod view;

use protocol::{DeliveryId, EndpointId, EventId, JobId, Timestamp};

use super::told::NamePattern;

pub use books::WebhookBooks;
pub use deliver::{Delivered, Outgoing, outgoing, settle_delivery};
pub(super) use dispatch::{run as dispatch, wake};
pub use endpoints::{EndpointChange, NewEndpoint};
pub(super) use endpoints::{create, delete, retry, rotate, stop, unknown, update};
pub use signature::SigningSecret;
pub(super) use tend::run as tend;
pub(crate) use view::{DeliveryView, EndpointView, NewEndpointView};

/// Endpoints of a space: each multiplies what is stored of an event.
pub(crate) const ENDPOINTS_MAX: usize = 20;
/// Patterns of an endpoint: more than there are kinds of things that happen.
pub(crate) const TYPES_MAX: usize = 64;
/// How long both secrets sign after one was replaced: a receiver's configuration gets around in a day.
const OVERLAP_MS: u64 = 24 * 60 * 60 * 1000;
/// How long an endpoint may fail before it is told nothing more.
const FAILING_MS_MAX: u64 = 5 * 24 * 60 * 60 * 1000;
/// What a receiver answers that wants to be told nothing more, by the scheme.
pub(crate) const GONE: u16 = 410;
/// What a delivery fails by while its endpoint is disabled.
pub(crate) const DISABLED: &str = "endpoint_disabled";

/// A stored endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointRow {
    /// Its id.
    pub endpoint: EndpointId,
    /// Where it is told.
    pub url: String,
    /// Of what: names, names that end in `.*`, or `*`.
    pub types: Vec<String>,
    /// What people call it.
    pub description: String,
    /// What deliveries are signed by.
    pub secret: SigningSecret,
    /// What they were signed by before, and until when they still are.
    pub previous: Option<(SigningSecret, Timestamp)>,
    /// Whether it is told anything.
    pub is_enabled: bool,
    /// The last event that deliveries were made of.
    pub cursor: u64,
    /// Since when it has done nothing but fail.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl EndpointRow {
    /// Whether it is told of what is called so.
    fn wants(&self, name: &str) -> bool {
        self.types.iter().any(|kind| kind.parse().is_ok_and(|pattern: NamePattern| pattern.takes(name)))
    }
}

/// A stored delivery: one event for one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its id.
    pub delivery: DeliveryId,
    /// To whom.
    pub endpoint: EndpointId,
    /// The event's place.
    pub number: u64,
    /// Its id, which is the message's.
    pub event: EventId,
    /// What it is called.
    pub name: String,
    /// How often it was sent.
    pub attempts: u32,
    /// What was last answered.
    pub response_status: Option<u16>,
    /// Why it last failed.
    pub error_code: Option<String>,
    /// When it was last sent.
    pub attempted_at: Option<Timestamp>,
    /// When it was taken.
    pub delivered_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An event behind a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Its place.
    pub number: u64,
    /// Its id.
    pub event: EventId,
    /// What it is called.
    pub name: String,
}

/// The job of a delivery.
pub(crate) const fn job_of(delivery: DeliveryId) -> JobId {
    JobId::from_bytes(*delivery.as_bytes())
}
