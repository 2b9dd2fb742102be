//! `/v1/offers`: what buyers and sellers talk over.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use protocol::{ListingId, UserId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::asked::{Asking, Changing};
use super::body::Asked;
use super::bounds::{Purpose, within};
use super::checks::{Checks, METADATA_BYTES_MAX, Paging, Parameters, currency, id, maybe_word, whole};
use super::document::{IdempotencyKey, Refusals};
use super::orders::{CreateMilestone, milestones};
use crate::trade::envelope::{Many, One};
use crate::trade::{
    Code, Command, NewOffer, OfferFilter, OfferQuery, OfferReply, OfferTerms, OfferView, OfferWord, Query,
    Refusal, Sides, amount,
};

/// An offer to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MakeOffer {
    /// For what.
    #[schema(pattern = "^lst_[a-z2-7]{25}[aeimquy4]$")]
    listing_id: String,
    /// Who would pay: somebody else than the seller.
    #[schema(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    buyer_id: String,
    /// The price: a text with as many places as the currency has.
    #[schema(example = "70.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: String,
    /// Of what: as the listing has it.
    #[schema(example = "USD", pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: String,
    /// Its parts, which are delivered one by one and are worth the price together.
    #[serde(default)]
    #[schema(max_items = 10)]
    milestones: Vec<CreateMilestone>,
    /// Until when it stands: a time in UTC within three months. If nothing is said, three days.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// What you want to find again. Both sides see it.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// Other terms.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CounterOffer {
    /// To which word: the offer's `round`, as you saw it.
    #[serde(default, deserialize_with = "whole")]
    #[schema(value_type = u32, required = true, minimum = 1, example = 1)]
    round: Option<u32>,
    /// Which side says so: `BUYER` or `SELLER`. An account needs not say it.
    #[schema(pattern = "^(BUYER|SELLER)$")]
    by: Option<String>,
    /// The price.
    #[schema(example = "75.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: String,
    /// Of what: as the listing has it.
    #[schema(example = "USD", pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: String,
    /// Its parts, all of them.
    #[serde(default)]
    #[schema(max_items = 10)]
    milestones: Vec<CreateMilestone>,
    /// Until when it stands: a time in UTC within three months. If nothing is said, three days.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// An answer to what stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerOffer {
    /// To which word: the offer's `round`, as you saw it.
    #[serde(default, deserialize_with = "whole")]
    #[schema(value_type = u32, required = true, minimum = 1, example = 1)]
    round: Option<u32>,
    /// Which side says so: `BUYER` or `SELLER`. An account needs not say it.
    #[schema(pattern = "^(BUYER|SELLER)$")]
    by: Option<String>,
}

/// Which offers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListOffers {
    /// Only a buyer's.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    buyer_id: Option<String>,
    /// Only a seller's.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    seller_id: Option<String>,
    /// Only those for a listing.
    #[param(pattern = "^lst_[a-z2-7]{25}[aeimquy4]$")]
    listing_id: Option<String>,
    /// Only those that stood so when somebody last said something.
    #[param(pattern = "^(MADE|COUNTERED|ACCEPTED|DECLINED|WITHDRAWN|EXPIRED)$")]
    status: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^ofr_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Make an offer for a listing
#[utoipa::path(
    post, path = "/v1/offers", tag = "Offers", request_body = MakeOffer, params(IdempotencyKey),
    responses(Refusals, (status = 201, body = One<OfferView>, description = "It waits for the seller's answer"))
)]
pub(super) async fn make_offer(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<MakeOffer>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.metadata(&body.metadata, METADATA_BYTES_MAX);
    checks.end()?;
    let new = NewOffer {
        listing: id(&body.listing_id, Code::ListingNotFound)?,
        buyer: id(&body.buyer_id, Code::UserNotFound)?,
        terms: terms(&body.amount, &body.currency, body.milestones, body.expires_at.as_deref())?,
        metadata: body.metadata,
    };
    Ok(api.carry_out(changing, Command::MakeOffer(new)).await)
}

fn terms(
    text: &str,
    code: &str,
    parts: Vec<CreateMilestone>,
    expires_at: Option<&str>,
) -> Result<OfferTerms, Refusal> {
    let mut checks = Checks::default();
    let expires_at = checks.time("expires_at", expires_at);
    checks.end()?;
    let currency = currency(code)?;
    let money = amount("amount", text, currency)?;
    within(money, Purpose::Order)?;
    Ok(OfferTerms { money, milestones: milestones(parts, currency)?, expires_at })
}

/// List offers, the newest first; of an account, its own
#[utoipa::path(
    get, path = "/v1/offers", tag = "Offers", params(ListOffers),
    responses(Refusals, (status = 200, body = Many<OfferView>, description = "A page of offers"))
)]
pub(super) async fn list_offers(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListOffers>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let user = |user: Option<String>| user.map(|user| id::<UserId>(&user, Code::UserNotFound)).transpose();
    let listing =
        asked.listing_id.map(|listing| id::<ListingId>(&listing, Code::ListingNotFound)).transpose()?;
    let filter = OfferFilter {
        behind,
        sides: Sides::Each { buyer: user(asked.buyer_id)?, seller: user(asked.seller_id)? },
        listing,
        status: maybe_word("status", asked.status.as_deref())?,
    };
    Ok(api.look_up(asking, Query::Offers(OfferQuery::Some { filter, limit })).await)
}

/// Look at an offer
#[utoipa::path(
    get, path = "/v1/offers/{id}", tag = "Offers", params(("id" = String, Path, description = "`ofr_…`")),
    responses(Refusals, (status = 200, body = One<OfferView>, description = "The offer"))
)]
pub(super) async fn get_offer(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(offer): Path<String>,
) -> Result<Response, Refusal> {
    let offer = id(&offer, Code::OfferNotFound)?;
    Ok(api.look_up(asking, Query::Offers(OfferQuery::One(offer))).await)
}

/// Answer with other terms
#[utoipa::path(
    post, path = "/v1/offers/{id}/counter", tag = "Offers", request_body = CounterOffer,
    params(IdempotencyKey, ("id" = String, Path, description = "`ofr_…`")),
    responses(Refusals, (status = 200, body = One<OfferView>, description = "It waits for the other side's answer"))
)]
pub(super) async fn counter_offer(
    State(api): State<Arc<Api>>,
    Path(offer): Path<String>,
    Asked { changing, body }: Asked<CounterOffer>,
) -> Result<Response, Refusal> {
    let CounterOffer { round, by, amount, currency, milestones, expires_at } = body;
    let terms = terms(&amount, &currency, milestones, expires_at.as_deref())?;
    reply(&api, changing, &offer, AnswerOffer { round, by }, OfferWord::Counter(terms)).await
}

/// Agree to what stands: it becomes an order, and the listing is sold
#[utoipa::path(
    post, path = "/v1/offers/{id}/accept", tag = "Offers", request_body = AnswerOffer,
    params(IdempotencyKey, ("id" = String, Path, description = "`ofr_…`")),
    responses(Refusals, (status = 200, body = One<OfferView>, description = "`order_id` is the order that it came to"))
)]
pub(super) async fn accept_offer(
    State(api): State<Arc<Api>>,
    Path(offer): Path<String>,
    Asked { changing, body }: Asked<AnswerOffer>,
) -> Result<Response, Refusal> {
    reply(&api, changing, &offer, body, OfferWord::Accept).await
}

/// Say no to what stands
#[utoipa::path(
    post, path = "/v1/offers/{id}/decline", tag = "Offers", request_body = AnswerOffer,
    params(IdempotencyKey, ("id" = String, Path, description = "`ofr_…`")),
    responses(Refusals, (status = 200, body = One<OfferView>, description = "It is over"))
)]
pub(super) async fn decline_offer(
    State(api): State<Arc<Api>>,
    Path(offer): Path<String>,
    Asked { changing, body }: Asked<AnswerOffer>,
) -> Result<Response, Refusal> {
    reply(&api, changing, &offer, body, OfferWord::Decline).await
}

/// Take one's own word back
#[utoipa::path(
    post, path = "/v1/offers/{id}/withdraw", tag = "Offers", request_body = AnswerOffer,
    params(IdempotencyKey, ("id" = String, Path, description = "`ofr_…`")),
    responses(Refusals, (status = 200, body = One<OfferView>, description = "It is over"))
)]
pub(super) async fn withdraw_offer(
    State(api): State<Arc<Api>>,
    Path(offer): Path<String>,
    Asked { changing, body }: Asked<AnswerOffer>,
) -> Result<Response, Refusal> {
    reply(&api, changing, &offer, body, OfferWord::Withdraw).await
}

async fn reply(
    api: &Api,
    changing: Changing,
    offer: &str,
    answer: AnswerOffer,
    word: OfferWord,
) -> Result<Response, Refusal> {
    let offer = id(offer, Code::OfferNotFound)?;
    let by = maybe_word("by", answer.by.as_deref())?;
    let round = answer.round.ok_or_else(|| Refusal::missing("round"))?;
    let reply = OfferReply { by, round, word };
    Ok(api.carry_out(changing, Command::ReplyToOffer { offer, reply }).await)
}
