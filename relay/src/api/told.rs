//! Events, as the document describes them: what streams and webhooks tell.

use utoipa::Modify;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{Discriminator, Type};
use utoipa::openapi::{
    AllOfBuilder, Content, ObjectBuilder, OneOfBuilder, PathItem, Ref, Required, ResponseBuilder, Schema,
};

use crate::trade::{Described, EVENT_HEAD, described_events};

/// The name of the schema of any event.
const ANY: &str = "Event";
/// What tells events apart.
const DISCRIMINATOR: &str = "eventType";

/// Adds every event to the document.
pub(super) struct Events;

impl Modify for Events {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let (events, payloads) = described_events();
        let schemas = &mut document.components.get_or_insert_default().schemas;
        schemas.extend(payloads);
        schemas.insert(ANY.to_owned(), any(&events).into());
        schemas.extend(events.iter().map(|event| (schema_name(event), one(event).into())));
        document.webhooks = Some(PathsBuilder::new().path("event", webhook()).build());
    }
}

fn schema_name(event: &Described) -> String {
    format!("{}Event", event.title)
}

fn any(events: &[Described]) -> Schema {
    let place = |event| Ref::from_schema_name(schema_name(event));
    let mapping = events.iter().map(|event| (event.name, place(event).ref_location));
    let any = OneOfBuilder::new()
        .description(Some("Something that happened. Newer relays may tell of more than is listed here."))
        .discriminator(Some(Discriminator::with_mapping(DISCRIMINATOR, mapping)));
    events.iter().fold(any, |any, event| any.item(place(event))).into()
}

fn one(event: &Described) -> Schema {
    let word = |word: &str| ObjectBuilder::new().schema_type(Type::String).enum_values(Some([word]));
    let own = ObjectBuilder::new()
        .property(DISCRIMINATOR, word(event.name))
        .required(DISCRIMINATOR)
        .property("aggregateType", word(event.about))
        .required("aggregateType")
        .property("payload", Ref::from_schema_name(&event.payload))
        .required("payload");
    let both = AllOfBuilder::new().item(Ref::from_schema_name(EVENT_HEAD)).item(own);
    both.description(Some(event.doc.trim())).into()
}

/// What an endpoint is sent.
fn webhook() -> PathItem {
    let header = |name: &str, description: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
    };
    let body = RequestBodyBuilder::new()
        .content("application/json", Content::new(Some(Ref::from_schema_name(ANY))))
        .required(Some(Required::True));
    let operation = OperationBuilder::new()
        .tag("Webhooks")
        .summary(Some("Something happened"))
        .description(Some(
            "Sent to your endpoints, signed by the Standard Webhooks scheme. What is not taken is sent again, for days.",
        ))
        .parameter(header("webhook-id", "The id of the event: the same each time it is sent."))
        .parameter(header("webhook-timestamp", "When it was sent, in seconds since 1970."))
        .parameter(header("webhook-signature", "`v1,` and the base64 of an HMAC-SHA256, for each secret in force."))
        .request_body(Some(body.build()))
        .response("2XX", ResponseBuilder::new().description("It was taken."));
    PathItem::new(HttpMethod::Post, operation)
}
