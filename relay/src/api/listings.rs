//! `/v1/listings` and `/v1/categories`: what is on offer.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use market::machines::ListingStatus;
use market::{ListingContent, Text};
use protocol::{ListingId, Money, UserId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::asked::{Asking, Changing};
use super::body::{Asked, Nothing};
use super::checks::{Checks, METADATA_BYTES_MAX, Paging, Parameters, currency, id};
use super::document::{IdempotencyKey, Refusals};
use crate::trade::envelope::{Many, One};
use crate::trade::{
    CategoryView, Code, Command, Found, ListingDecision, ListingFilter, ListingPatch, ListingQuery,
    ListingView, NewListing, Query, Refusal, SearchWords, SuggestionView, amount, bound, category_key, line,
};

/// Characters of what is searched by.
const SEARCH_LENGTH_MAX: usize = 200;
/// Characters of where a list of categories goes on: a category, as it is compared.
const CURSOR_LENGTH_MAX: usize = 4 * CATEGORY_LENGTH_MAX;
/// Characters of a category.
const CATEGORY_LENGTH_MAX: usize = 100;
/// Suggestions at most: what fits below a field.
const SUGGESTIONS_MAX: u32 = 10;

/// A listing to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateListing {
    /// Who offers it.
    #[schema(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    seller_id: String,
    /// What it is: a line.
    #[schema(min_length = 1, max_length = 200, example = "Red bicycle")]
    title: String,
    /// What else is said of it.
    #[schema(min_length = 1, max_length = 5000)]
    description: String,
    /// Among what it is found; however it is written, `Home & Garden` and `home & garden` are one.
    #[schema(min_length = 1, max_length = 100, example = "Bicycles")]
    category: String,
    /// What it costs: a text with as many places as the currency has.
    #[schema(example = "80.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    price: String,
    /// Of what.
    #[schema(example = "USD", pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: String,
    /// What you want to find again. Whoever sees the listing sees it.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// What a listing is to say otherwise; the rest stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditListing {
    /// What it is: a line.
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    /// What else is said of it.
    #[schema(min_length = 1, max_length = 5000)]
    description: Option<String>,
    /// Among what it is found.
    #[schema(min_length = 1, max_length = 100)]
    category: Option<String>,
    /// What it costs; `currency` belongs to it.
    #[schema(example = "75.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    price: Option<String>,
    /// Of what.
    #[schema(example = "USD", pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: Option<String>,
    /// What you want to find again, all of it. Whoever sees the listing sees it.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// Which listings to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListListings {
    /// Only those that have all of these words, the best first: in any form of their accents, and the last may be the beginning of one.
    /// Active ones alone, 200 at most; of words that more than 10,000 have, among the newest of these. Pages that follow show what was found at first, without what is active no longer.
    #[param(min_length = 1, max_length = 200, example = "red bicy")]
    q: Option<String>,
    /// Only a seller's.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    seller_id: Option<String>,
    /// Only those of a category.
    #[param(min_length = 1, max_length = 100)]
    category: Option<String>,
    /// Only those that stand so. If nothing is said, active ones; of a seller that the caller acts for, all.
    #[param(pattern = "^(DRAFT|ACTIVE|PAUSED|SOLD|REMOVED)$")]
    status: Option<String>,
    /// Of what the price is: belongs to `price_min` and `price_max`.
    #[param(pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: Option<String>,
    /// What it costs at least.
    #[param(pattern = r"^[0-9]+(\.[0-9]+)?$")]
    price_min: Option<String>,
    /// What it costs at most.
    #[param(pattern = r"^[0-9]+(\.[0-9]+)?$")]
    price_max: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// What somebody has written so far.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Suggest {
    /// What they have written.
    #[param(min_length = 1, max_length = 200, example = "red bi")]
    q: String,
    /// How many at most.
    #[param(minimum = 1, maximum = 10, default = 10)]
    limit: Option<u32>,
}

/// Which categories to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListCategories {
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(min_length = 1, max_length = 400)]
    cursor: Option<String>,
}

/// Make a listing, which its seller alone sees until it is published
#[utoipa::path(
    post, path = "/v1/listings", tag = "Listings", request_body = CreateListing, params(IdempotencyKey),
    responses(Refusals, (status = 201, body = One<ListingView>, description = "It is a draft"))
)]
pub(super) async fn create_listing(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<CreateListing>,
) -> Result<Response, Refusal> {
    check_metadata(&body.metadata)?;
    let seller: UserId = id(&body.seller_id, Code::UserNotFound)?;
    let price = amount("price", &body.price, currency(&body.currency)?)?;
    let [title, description, category] = [body.title, body.description, body.category].map(Text::from);
    let content = ListingContent { title, description, category, price };
    let new = NewListing { seller, content, metadata: body.metadata };
    Ok(api.carry_out(changing, Command::CreateListing(new)).await)
}

/// List listings, the newest first, or those found by words, the best first
///
/// A page looks at 10,000 listings at most: where few of them are what is asked for, it may have fewer than its limit, or none, and still go on.
#[utoipa::path(
    get, path = "/v1/listings", tag = "Listings", params(ListListings),
    responses(Refusals, (status = 200, body = Many<ListingView>, description = "A page of listings"))
)]
pub(super) async fn list_listings(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListListings>,
) -> Result<Response, Refusal> {
    let filter = filter(&asked)?;
    let (limit, cursor) = (asked.limit, asked.cursor.as_deref());
    let query = match &asked.q {
        Some(words) => {
            let words = words_of(words)?;
            if filter.status.is_some_and(|status| status != ListingStatus::Active) {
                return Err(Refusal::field("status", "expected ACTIVE, or nothing, beside `q`"));
            }
            let Paging { behind: rest, limit } = Paging::<Found>::read(limit, cursor)?;
            let filter = ListingFilter { status: Some(ListingStatus::Active), ..filter };
            ListingQuery::Search { words, filter, rest, limit }
        }
        None => {
            let Paging { behind, limit } = Paging::<ListingId>::read(limit, cursor)?;
            ListingQuery::Some { filter: ListingFilter { behind, ..filter }, limit }
        }
    };
    Ok(api.look_up(asking, Query::Listings(query)).await)
}

fn filter(asked: &ListListings) -> Result<ListingFilter, Refusal> {
    let seller = asked.seller_id.as_deref().map(|user| id(user, Code::UserNotFound)).transpose()?;
    let status = asked.status.as_deref().map(str::parse::<ListingStatus>).transpose();
    let status = status.map_err(|error| Refusal::field("status", error.to_string()))?;
    let mut checks = Checks::default();
    if let Some(category) = &asked.category {
        checks.text("category", category, 1..=CATEGORY_LENGTH_MAX);
    }
    checks.end()?;
    let category = asked.category.as_deref().map(category_key);
    let price = match (&asked.currency, &asked.price_min, &asked.price_max) {
        (None, None, None) => None,
        (None, ..) => return Err(Refusal::missing("currency")),
        (Some(code), min, max) => {
            let currency = currency(code)?;
            let minor = |field: &str, text: &Option<String>, otherwise: u64| match text {
                Some(text) => bound(field, text, currency).map(|money| money.amount.minor()),
                None => Ok(otherwise),
            };
            Some((currency, minor("price_min", min, 0)?..=minor("price_max", max, u64::MAX)?))
        }
    };
    Ok(ListingFilter { behind: None, seller, category, status, price })
}

/// What somebody may be about to write
#[utoipa::path(
    get, path = "/v1/listings/suggestions", tag = "Listings", params(Suggest),
    responses(Refusals, (status = 200, body = Many<SuggestionView>, description = "Titles of active listings, each once"))
)]
pub(super) async fn suggest(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<Suggest>,
) -> Result<Response, Refusal> {
    let words = words_of(&asked.q)?;
    let limit = asked.limit.unwrap_or(SUGGESTIONS_MAX);
    if !(1..=SUGGESTIONS_MAX).contains(&limit) {
        return Err(Refusal::field("limit", format!("expected 1 to {SUGGESTIONS_MAX}")));
    }
    Ok(api.look_up(asking, Query::Listings(ListingQuery::Suggestions { words, limit })).await)
}

/// Look at a listing
#[utoipa::path(
    get, path = "/v1/listings/{id}", tag = "Listings", params(("id" = String, Path, description = "`lst_…`")),
    responses(Refusals, (status = 200, body = One<ListingView>, description = "The listing"))
)]
pub(super) async fn get_listing(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(listing): Path<String>,
) -> Result<Response, Refusal> {
    let listing = id(&listing, Code::ListingNotFound)?;
    Ok(api.look_up(asking, Query::Listings(ListingQuery::One(listing))).await)
}

/// Have a listing say something else
#[utoipa::path(
    patch, path = "/v1/listings/{id}", tag = "Listings", request_body = EditListing,
    params(IdempotencyKey, ("id" = String, Path, description = "`lst_…`")),
    responses(Refusals, (status = 200, body = One<ListingView>, description = "What it says now"))
)]
pub(super) async fn edit_listing(
    State(api): State<Arc<Api>>,
    Path(listing): Path<String>,
    Asked { changing, body }: Asked<EditListing>,
) -> Result<Response, Refusal> {
    let EditListing { title, description, category, price, currency: code, metadata } = body;
    metadata.as_ref().map_or(Ok(()), check_metadata)?;
    let price: Option<Money> = match (price, code) {
        (None, None) => None,
        (Some(price), Some(code)) => Some(amount("price", &price, currency(&code)?)?),
        (Some(_), None) => return Err(Refusal::missing("currency")),
        (None, Some(_)) => return Err(Refusal::missing("price")),
    };
    let patch = ListingPatch { title, description, category, price, metadata };
    decide(&api, changing, &listing, ListingDecision::Edit(patch)).await
}

/// Take a listing away
#[utoipa::path(
    delete, path = "/v1/listings/{id}", tag = "Listings", params(("id" = String, Path, description = "`lst_…`")),
    responses(Refusals, (status = 200, body = One<ListingView>, description = "It is gone for good"))
)]
pub(super) async fn remove_listing(
    State(api): State<Arc<Api>>,
    Path(listing): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    decide(&api, changing, &listing, ListingDecision::Remove).await
}

/// Show a draft to everyone
#[utoipa::path(
    post, path = "/v1/listings/{id}/publish", tag = "Listings",
    params(IdempotencyKey, ("id" = String, Path, description = "`lst_…`")),
    responses(Refusals, (status = 200, body = One<ListingView>, description = "Everyone may see and buy it"))
)]
pub(super) async fn publish_listing(
    State(api): State<Arc<Api>>,
    Path(listing): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    decide(&api, changing, &listing, ListingDecision::Publish).await
}

/// Set a listing aside
#[utoipa::path(
    post, path = "/v1/listings/{id}/pause", tag = "Listings",
    params(IdempotencyKey, ("id" = String, Path, description = "`lst_…`")),
    responses(Refusals, (status = 200, body = One<ListingView>, description = "Nobody can buy it"))
)]
pub(super) async fn pause_listing(
    State(api): State<Arc<Api>>,
    Path(listing): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    decide(&api, changing, &listing, ListingDecision::Pause).await
}

/// Offer a listing again that was set aside
#[utoipa::path(
    post, path = "/v1/listings/{id}/resume", tag = "Listings",
    params(IdempotencyKey, ("id" = String, Path, description = "`lst_…`")),
    responses(Refusals, (status = 200, body = One<ListingView>, description = "Everyone may see and buy it"))
)]
pub(super) async fn resume_listing(
    State(api): State<Arc<Api>>,
    Path(listing): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    decide(&api, changing, &listing, ListingDecision::Resume).await
}

/// List categories that have active listings
#[utoipa::path(
    get, path = "/v1/categories", tag = "Listings", params(ListCategories),
    responses(Refusals, (status = 200, body = Many<CategoryView>, description = "A page of categories"))
)]
pub(super) async fn list_categories(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListCategories>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    if let Some(cursor) = &asked.cursor {
        checks.text("cursor", cursor, 1..=CURSOR_LENGTH_MAX);
    }
    checks.end()?;
    let Paging { behind, limit } = Paging::<String>::read(asked.limit, asked.cursor.as_deref())?;
    Ok(api.look_up(asking, Query::Listings(ListingQuery::Categories { behind, limit })).await)
}

async fn decide(
    api: &Api,
    changing: Changing,
    listing: &str,
    decision: ListingDecision,
) -> Result<Response, Refusal> {
    let listing = id(listing, Code::ListingNotFound)?;
    Ok(api.carry_out(changing, Command::DecideListing { listing, decision }).await)
}

fn words_of(text: &str) -> Result<SearchWords, Refusal> {
    let text = text.trim();
    let wrong = |problem: String| Refusal::field("q", problem);
    line(text, 1..=SEARCH_LENGTH_MAX).map_err(wrong)?;
    text.parse().map_err(wrong)
}

fn check_metadata(metadata: &Map<String, Value>) -> Result<(), Refusal> {
    let mut checks = Checks::default();
    checks.metadata(metadata, METADATA_BYTES_MAX);
    checks.end()
}
