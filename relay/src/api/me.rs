//! `/v1/me` and `/v1/config`: who asks, and what this relay offers.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use protocol::{AccountId, Currency, KeyId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::Asking;
use super::{Api, document::Refusals};
use crate::trade::envelope::One;
use crate::trade::{Caller, Scope};

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeView {
    /// The key, where one was shown.
    api_key: Option<MyKey>,
    /// The account, where a device's session was shown.
    account: Option<MyAccount>,
    /// What runs here.
    version: &'static str,
}

/// A key that asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyKey {
    /// Its id.
    #[schema(value_type = String)]
    id: KeyId,
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
    /// Bytes of a body.
    body_bytes: usize,
}

/// Who you are
#[utoipa::path(
    get, path = "/v1/me", tag = "Relay",
    responses((status = 200, body = One<MeView>, description = "Who asks"), Refusals)
)]
pub(super) async fn me(State(api): State<Arc<Api>>, asking: Asking) -> Response {
    let (api_key, account) = match asking.caller {
        Caller::Key { key, scopes, .. } => (Some(MyKey { id: key, scopes: scopes.list() }), None),
        Caller::Account { account, user, .. } => (None, Some(MyAccount { id: account, user_id: user })),
        Caller::Operator | Caller::Relay => (None, None),
    };
    api.show(&asking, &MeView { api_key, account, version: env!("CARGO_PKG_VERSION") })
}

/// What this relay offers
#[utoipa::path(
    get, path = "/v1/config", tag = "Relay",
    responses((status = 200, body = One<ConfigView>, description = "What it offers"), Refusals)
)]
pub(super) async fn config(State(api): State<Arc<Api>>, asking: Asking) -> Response {
    let currencies =
        Currency::ALL.map(|currency| CurrencyView { code: currency.code(), scale: currency.scale() });
    let limits =
        LimitsView { requests_per_minute: api.requests_per_minute, body_bytes: super::body::BODY_BYTES_MAX };
    let version = env!("CARGO_PKG_VERSION");
    api.show(&asking, &ConfigView { currencies: currencies.into(), limits, version })
}
