//! The market's interface over HTTP: `/v1`, JSON, described by the document at `/v1/openapi.json`.
//!
//! Every request goes through one door (`door.rs`), which knows from one table (`policy.rs`) who may ask, how often, and how long
//! answers are kept.

mod answer;
mod asked;
mod audit;
mod auth;
mod body;
mod bounds;
mod checks;
mod cors;
mod disputes;
mod document;
mod door;
mod escrows;
mod events;
mod health;
mod jobs;
mod known;
mod listings;
mod maintenance;
mod me;
mod offers;
mod orders;
mod page;
mod policy;
mod running;
mod streaming;
mod streams;
mod told;
mod top_ups;
mod transfers;
mod unreadable;
mod users;
mod wallet;
mod webhooks;
mod withdrawals;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::response::Response;
use axum::routing::any;
use protocol::UserId;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::places::Places;
use crate::rates::{Counted, RateLimiter};
use crate::server::Relay;
use crate::store::sqlite::{SqliteSpace, SqliteStore};
use crate::store::{SpaceId, Spaces, StoreError, Trade};
use crate::trade::{Attempt, Code, Command, Look, Query, Refusal, Reply, Seed};
use crate::webhooks::Reach;
use crate::world::{self, Clock};

pub(crate) use answer::nothing_here;
use answer::refuse;
use asked::{Asking, Changing};
use door::UnderWay;
use health::JobsSeen;
use known::Known;
use running::{Entered, Running};
use streams::Streams;

/// Places of the interface that are none: they are counted like those that are, and pages of other origins see what is said of them.
const ELSEWHERE: [&str; 2] = ["/v1/", "/v1/{*elsewhere}"];

/// What a request needs.
pub(crate) struct Api {
    store: SqliteStore,
    clock: Clock,
    rates: RateLimiter,
    running: Running,
    under_way: Arc<Places<UnderWay>>,
    known: Known,
    requests_per_minute: u32,
    relay: Arc<Relay<SqliteSpace>>,
    streams: Streams,
    jobs_seen: JobsSeen,
    /// How far webhooks may go.
    reach: Reach,
}

/// What a user may ask for so often.
#[derive(Clone, Copy)]
enum PerUser {
    TopUps,
    Withdrawals,
}

impl Api {
    pub(crate) fn new(relay: Arc<Relay<SqliteSpace>>) -> Arc<Self> {
        let config = &relay.config;
        Arc::new(Self {
            store: relay.store.spaces(),
            clock: relay.clock.clone(),
            rates: RateLimiter::default(),
            running: Running::default(),
            under_way: Arc::default(),
            known: Known::default(),
            requests_per_minute: config.rates.market,
            streams: Streams::new(config.event_streams_per_key, config.event_streams),
            jobs_seen: JobsSeen::default(),
            reach: Reach::of(config),
            relay,
        })
    }

    fn space(&self, space: SpaceId) -> SqliteSpace {
        self.store.space(space)
    }

    /// Counts one more of what a user may ask for so often. Whoever names another uses up nothing of theirs.
    fn count(&self, asking: &Asking, user: UserId, what: PerUser) -> Result<(), Refusal> {
        if !asking.caller.is_party(&[user]) {
            return Ok(());
        }
        let rates = &self.relay.config.rates;
        let (counted, limit, name) = match what {
            PerUser::TopUps => (Counted::TopUps(asking.space, user), rates.top_ups, "top-ups"),
            PerUser::Withdrawals => {
                (Counted::Withdrawals(asking.space, user), rates.withdrawals, "withdrawals")
            }
        };
        let counted = self.rates.count(counted, limit, self.clock.now());
        counted.map_err(|retry_after_ms| door::too_often(name, limit, retry_after_ms))
    }

    /// Asks for a change. Of two that ask for the same at once, one is told that the other is under way.
    async fn carry_out(&self, changing: Changing, command: Command) -> Response {
        match self.begin(&changing) {
            Ok(_running) => self.go_on(changing, command).await,
            Err(refusal) => refuse(&refusal),
        }
    }

    /// The same of what a user may ask for so often. Whoever asks again for what was answered asks for nothing more.
    async fn carry_out_counted(
        &self,
        changing: Changing,
        command: Command,
        (user, what): (UserId, PerUser),
    ) -> Result<Response, Refusal> {
        let _running = self.begin(&changing)?;
        if !self.is_answered(&changing).await? {
            self.count(&changing.asking, user, what)?;
        }
        Ok(self.go_on(changing, command).await)
    }

    /// Whether a change was answered before. While it is under way, nobody else has it answered.
    async fn is_answered(&self, changing: &Changing) -> Result<bool, StoreError> {
        let Changing { asking, idempotency } = changing;
        let Some(by) = idempotency else { return Ok(false) };
        self.space(asking.space).is_answered(asking.caller.asker(), by.key, self.clock.now()).await
    }

    /// Begins a change, which is under way until what is given is dropped.
    fn begin(&self, changing: &Changing) -> Result<Entered, Refusal> {
        let Changing { asking, idempotency } = changing;
        let place = idempotency.as_ref().map(|by| (asking.space, asking.caller.asker(), by.key));
        self.running.enter(place).ok_or_else(|| {
            let (code, message) =
                (Code::IdempotencyKeyInProgress, "the same request is under way: ask again in a moment");
            let by = idempotency.as_ref();
            by.map_or_else(|| Refusal::new(code, message), |by| by.refuse(code, message))
        })
    }

    async fn go_on(&self, changing: Changing, command: Command) -> Response {
        let Changing { asking, idempotency } = changing;
        let attempt = Attempt {
            caller: asking.caller,
            command,
            idempotency,
            request: asking.request,
            cause: None,
            now: self.clock.now(),
            seed: Seed(world::random()),
        };
        answer::of(self.space(asking.space).carry_out(attempt).await)
    }

    /// Looks something up.
    async fn look_up(&self, asking: Asking, query: Query) -> Response {
        let Asking { caller, space, request } = asking;
        let look = Look { caller, query, request, now: self.clock.now() };
        answer::of(self.space(space).look_up(look).await)
    }

    /// Answers with what no row was needed for.
    fn show(&self, asking: &Asking, shown: &impl serde::Serialize) -> Response {
        answer::of(Ok(Reply::success(200, shown, &asking.request, self.clock.now())))
    }
}

/// The interface's description, as it is served at `/v1/openapi.json`.
pub fn description() -> String {
    let (_, described) = routes().split_for_parts();
    serde_json::to_string_pretty(&document::value(&described)).expect("the document is made of texts")
}

pub(crate) fn router(api: Arc<Api>) -> Router {
    let (routes, described) = routes().split_for_parts();
    let door = middleware::from_fn_with_state(Arc::clone(&api), door::open);
    let wallet = wallet::routes().route_layer(door.clone());
    let places: Router<_> = routes.merge(document::routes(&described));
    ELSEWHERE
        .into_iter()
        .fold(places, |places, elsewhere| places.route(elsewhere, any(async || nothing_here())))
        .route_layer(door)
        .route_layer(middleware::from_fn_with_state(Arc::clone(&api), cors::share))
        .merge(wallet.route_layer(middleware::from_fn(wallet::in_its_words)))
        .with_state(api)
}

fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::with_openapi(document::Document::openapi())
        .routes(routes!(health::health))
        .routes(routes!(health::detailed_health))
        .routes(routes!(me::me))
        .routes(routes!(me::config))
        .routes(routes!(auth::create_key, auth::list_keys))
        .routes(routes!(auth::revoke_key))
        .routes(routes!(auth::create_token))
        .routes(routes!(users::create_user, users::list_users))
        .routes(routes!(users::get_user))
        .routes(routes!(users::get_balance))
        .routes(routes!(users::suspend_user))
        .routes(routes!(users::activate_user))
        .routes(routes!(top_ups::create_top_up, top_ups::list_top_ups))
        .routes(routes!(top_ups::get_top_up))
        .routes(routes!(top_ups::cancel_top_up))
        .routes(routes!(top_ups::confirm_top_up))
        .routes(routes!(top_ups::fail_top_up))
        .routes(routes!(orders::create_order, orders::list_orders))
        .routes(routes!(orders::get_order))
        .routes(routes!(orders::reserve_order))
        .routes(routes!(orders::cancel_order))
        .routes(routes!(escrows::create_escrow, escrows::get_escrow))
        .routes(routes!(escrows::fund_escrow))
        .routes(routes!(escrows::list_milestones))
        .routes(routes!(escrows::complete_milestone))
        .routes(routes!(escrows::release_order))
        .routes(routes!(escrows::refund_order))
        .routes(routes!(disputes::open_dispute))
        .routes(routes!(disputes::list_disputes))
        .routes(routes!(disputes::get_dispute))
        .routes(routes!(disputes::list_comments))
        .routes(routes!(disputes::comment_dispute))
        .routes(routes!(disputes::assign_dispute))
        .routes(routes!(disputes::resolve_dispute))
        .routes(routes!(withdrawals::create_withdrawal, withdrawals::list_withdrawals))
        .routes(routes!(withdrawals::get_withdrawal, withdrawals::cancel_withdrawal))
        .routes(routes!(withdrawals::commit_withdrawal))
        .routes(routes!(withdrawals::complete_withdrawal))
        .routes(routes!(withdrawals::fail_withdrawal))
        .routes(routes!(listings::create_listing, listings::list_listings))
        .routes(routes!(listings::suggest))
        .routes(routes!(listings::get_listing, listings::edit_listing, listings::remove_listing))
        .routes(routes!(listings::publish_listing))
        .routes(routes!(listings::pause_listing))
        .routes(routes!(listings::resume_listing))
        .routes(routes!(listings::list_categories))
        .routes(routes!(offers::make_offer, offers::list_offers))
        .routes(routes!(offers::get_offer))
        .routes(routes!(offers::counter_offer))
        .routes(routes!(offers::accept_offer))
        .routes(routes!(offers::decline_offer))
        .routes(routes!(offers::withdraw_offer))
        .routes(routes!(transfers::send_transfer, transfers::list_transfers))
        .routes(routes!(transfers::get_transfer))
        .routes(routes!(events::stream_events))
        .routes(routes!(webhooks::create_endpoint, webhooks::list_endpoints))
        .routes(routes!(webhooks::get_endpoint, webhooks::update_endpoint, webhooks::delete_endpoint))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::list_deliveries))
        .routes(routes!(webhooks::retry_delivery))
        .routes(routes!(audit::list_audit))
        .routes(routes!(jobs::reconcile))
        .routes(routes!(jobs::get_job))
        .routes(routes!(maintenance::enable))
        .routes(routes!(maintenance::disable))
        .routes(routes!(maintenance::status))
}

#[cfg(test)]
mod tests {
    /// What the SDK is made from.
    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk/openapi.json");

    #[test]
    fn the_sdk_is_made_from_this_description() {
        let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
        assert!(committed.trim_end() == super::description(), "run `cargo xtask sdk`");
    }
}
