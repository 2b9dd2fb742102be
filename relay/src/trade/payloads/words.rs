//! Words of closed sets, as they are told.

use std::any::type_name;
use std::borrow::Cow;

use market::machines::{ListingStatus, OrderStatus};
use market::words::Word;
use market::{Actor, DestinationKind, DisputeReason, Party};
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A word of a closed set.
pub(crate) struct Said<W>(pub W);

// Schemas are derived from fields whose types have no parameters.
pub(crate) type SaidActor = Said<Actor>;
pub(crate) type SaidDestination = Said<DestinationKind>;
pub(crate) type SaidListingStatus = Said<ListingStatus>;
pub(crate) type SaidOrderStatus = Said<OrderStatus>;
pub(crate) type SaidParty = Said<Party>;
pub(crate) type SaidReason = Said<DisputeReason>;

impl<W: Word> Serialize for Said<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<W: Word> PartialSchema for Said<W> {
    fn schema() -> RefOr<Schema> {
        let words = W::ALL.iter().map(|word| word.as_str());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

impl<W: Word> ToSchema for Said<W> {
    fn name() -> Cow<'static, str> {
        let path = type_name::<W>();
        path.rsplit("::").next().unwrap_or(path).into()
    }
}
