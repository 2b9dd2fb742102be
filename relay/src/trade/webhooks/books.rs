//! The rows of webhooks, within one transaction of a store and for one space.

use protocol::{DeliveryId, EndpointId, Timestamp};

use super::{DeliveryRow, EndpointRow, Passed};
use crate::store::StoreError;

/// What a store gives to whoever tells others' servers.
pub trait WebhookBooks {
    /// An endpoint.
    fn endpoint(&self, endpoint: EndpointId) -> Result<Option<EndpointRow>, StoreError>;
    /// Endpoints, the newest first, behind one.
    fn endpoints(&self, behind: Option<EndpointId>, limit: u32) -> Result<Vec<EndpointRow>, StoreError>;
    /// Whether there is any that is told something.
    fn has_endpoints(&self) -> Result<bool, StoreError>;
    /// Makes an endpoint, or writes how it stands.
    fn put_endpoint(&mut self, row: &EndpointRow) -> Result<(), StoreError>;
    /// Forgets an endpoint.
    fn drop_endpoint(&mut self, endpoint: EndpointId) -> Result<(), StoreError>;
    /// Forgets some of an endpoint's deliveries and their jobs; whether there may be more.
    fn forget_deliveries(&mut self, endpoint: EndpointId) -> Result<bool, StoreError>;
    /// Queues some of what died while an endpoint was disabled; whether there may be more.
    fn revive_deliveries(&mut self, endpoint: EndpointId, now: Timestamp) -> Result<bool, StoreError>;

    /// A delivery.
    fn delivery(&self, delivery: DeliveryId) -> Result<Option<DeliveryRow>, StoreError>;
    /// An endpoint's deliveries, the newest first, behind one.
    fn deliveries(
        &self,
        endpoint: EndpointId,
        behind: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError>;
    /// Makes a delivery, or writes how it went.
    fn put_delivery(&mut self, row: &DeliveryRow) -> Result<(), StoreError>;
    /// Forgets deliveries that were made before; whether there may be more.
    fn drop_deliveries(&mut self, before: Timestamp) -> Result<bool, StoreError>;

    /// The last event's place.
    fn last_event(&self) -> Result<u64, StoreError>;
    /// Events behind a place, in order.
    fn events_behind(&self, place: u64, limit: u32) -> Result<Vec<Passed>, StoreError>;
    /// What was told at a place, if it is kept.
    fn event_body(&self, place: u64) -> Result<Option<String>, StoreError>;
    /// Forgets events from before, never the last one; whether there may be more.
    fn drop_events(&mut self, before: Timestamp) -> Result<bool, StoreError>;
}
