//! `/v1/me` and `/v1/config`: who asks, and what this relay offers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use market::limits::{MILESTONES_MAX, OFFER_LIFE_MILLIS_MAX};
use protocol::{AccountId, Currency, KeyId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::Asking;
use super::body::BODY_BYTES_MAX;
use super::bounds::BoundsView;
use super::{Api, document::Refusals};
use crate::config::Rates;
use crate::store::Spaces;
use crate::trade::envelope::One;
use crate::trade::{Caller, OFFER_STANDS_MS, RESERVE_MS, Refusal, Scope};

const MS_IN_A_SECOND: u64 = 1_000;
/// What can be done here, and what others do who describe themselves by the same words.
const FEATURES: [(&str, bool); 10] = [
    ("disputes", true),
    ("event_stream", true),
    ("listings", true),
    ("milestones", true),
    ("offers", true),
    ("partial_refund", false),
    ("partial_release", false),
    ("split_by_arbiter", true),
    ("transfers", true),
    ("webhooks", true),
];

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeView {
    /// The key, where one was shown.
    api_key: Option<MyKey>,
    /// The account, where a device's session was shown.
    account: Option<MyAccount>,
    /// The space that is traded in, as events and the audit log have it.
    #[schema(example = "mkt_1")]
    marketplace_id: String,
    /// What its operator calls that.
    #[schema(example = "default")]
    marketplace_name: Option<String>,
    /// What runs here.
    version: &'static str,
}

/// A key that asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyKey {
    /// Its id.
    #[schema(value_type = String)]
    id: KeyId,
    /// What people call it.
    name: String,
    /// What it, or the token made from it, may do.
    scopes: Vec<Scope>,
}

/// An account that asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyAccount {
    /// Its id.
    #[schema(value_type = String)]
    id: AccountId,
    /// Who it is when it trades.
    #[schema(value_type = String)]
    user_id: UserId,
}

/// What this relay offers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigView {
    /// What amounts may be of.
    currencies: Vec<CurrencyView>,
    /// How much may be asked for.
    limits: LimitsView,
    /// What can be done here, and what cannot.
    #[schema(value_type = BTreeMap<String, bool>)]
    features: BTreeMap<&'static str, bool>,
    /// Whom money comes in and goes out by.
    providers: ProvidersView,
    /// What runs here.
    version: &'static str,
}

/// A currency.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CurrencyView {
    /// How it is written.
    #[schema(example = "USD")]
    code: &'static str,
    /// Places behind the point.
    scale: u32,
}

/// How much may be asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LimitsView {
    /// Requests in a minute, of a key or an account.
    requests_per_minute: u32,
    /// Top-ups in a minute, of a user.
    topups_per_minute: u32,
    /// Withdrawals in a minute, of a user.
    withdrawals_per_minute: u32,
    /// Bytes of a body.
    body_bytes: usize,
    /// How much may be asked for at once, of each currency.
    amounts: Vec<BoundsView>,
    /// Milestones of an order.
    milestones: usize,
    /// How long money stays set aside for an order until it is in escrow.
    reserve_seconds: u64,
    /// How long an offer stands where nothing is said.
    offer_seconds: u64,
    /// How long an offer may stand.
    offer_seconds_max: u64,
}

impl LimitsView {
    fn of(rates: &Rates) -> Self {
        Self {
            requests_per_minute: rates.market,
            topups_per_minute: rates.top_ups,
            withdrawals_per_minute: rates.withdrawals,
            body_bytes: BODY_BYTES_MAX,
            amounts: Currency::ALL.map(BoundsView::from).into(),
            milestones: MILESTONES_MAX,
            reserve_seconds: RESERVE_MS / MS_IN_A_SECOND,
            offer_seconds: OFFER_STANDS_MS / MS_IN_A_SECOND,
            offer_seconds_max: OFFER_LIFE_MILLIS_MAX / MS_IN_A_SECOND,
        }
    }
}

/// Whom money comes in and goes out by.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProvidersView {
    /// People who see it come and send it.
    manual: ManualView,
}

/// People who see money come and send it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ManualView {
    /// Whether they can be asked: `available`, always.
    #[schema(example = "available")]
    status: &'static str,
    /// Whether it takes two of them to say so.
    two_person_rule: bool,
}

/// Who you are
#[utoipa::path(
    get, path = "/v1/me", tag = "Relay",
    responses((status = 200, body = One<MeView>, description = "Who asks"), Refusals)
)]
pub(super) async fn me(State(api): State<Arc<Api>>, asking: Asking) -> Result<Response, Refusal> {
    let marketplace_name = api.store.name_of_space(asking.space).await?;
    let (api_key, account) = match asking.caller {
        Caller::Key { key, scopes, .. } => {
            let found = api.store.key_of_any_space(key).await?;
            let (_, row) = found.ok_or_else(Refusal::invalid_credential)?;
            (Some(MyKey { id: key, name: row.name, scopes: scopes.list() }), None)
        }
        Caller::Account { account, user, .. } => (None, Some(MyAccount { id: account, user_id: user })),
        Caller::Operator | Caller::Relay => (None, None),
    };
    let version = env!("CARGO_PKG_VERSION");
    let marketplace_id = asking.space.marketplace();
    Ok(api.show(&asking, &MeView { marketplace_id, marketplace_name, api_key, account, version }))
}

/// What this relay offers
#[utoipa::path(
    get, path = "/v1/config", tag = "Relay",
    responses((status = 200, body = One<ConfigView>, description = "What it offers"), Refusals)
)]
pub(super) async fn config(State(api): State<Arc<Api>>, asking: Asking) -> Response {
    let currencies =
        Currency::ALL.map(|currency| CurrencyView { code: currency.code(), scale: currency.scale() });
    let config = &api.relay.config;
    let manual = ManualView { status: "available", two_person_rule: config.two_person_rule };
    let shown = ConfigView {
        currencies: currencies.into(),
        limits: LimitsView::of(&config.rates),
        features: FEATURES.into(),
        providers: ProvidersView { manual },
        version: env!("CARGO_PKG_VERSION"),
    };
    api.show(&asking, &shown)
}
