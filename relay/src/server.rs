//! Starting and stopping a relay.

use std::future::Future;
use std::sync::Arc;

use axum::serve::ListenerExt;
use protocol::RelayId;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

use crate::api::Api;
use crate::config::Config;
use crate::groups::GroupCache;
use crate::hub::Hub;
use crate::identities::LogCache;
use crate::links::Links;
use crate::metrics::Metrics;
use crate::rates::RateLimiter;
use crate::runner::Runner;
use crate::store::sqlite::{Observer, OpenError, SqliteSpace, SqliteStore};
use crate::store::{Committed, SpaceId, Spaces, Store, StoreError};
use crate::tails::Tails;
use crate::tls::TlsListener;
use crate::trade::Seed;
use crate::webhooks::{Reach, Sender};
use crate::world::Clock;
use crate::{api, connections, http, world};

/// How long open requests may take once the relay is told to stop.
const DRAIN_MS_MAX: u64 = 5_000;
/// How often what has expired is dropped.
const SWEEP_INTERVAL_MS: u64 = 10 * 60 * 1000;

/// Why a relay does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The certificate cannot be used.
    #[error("the certificate cannot be used: {0}")]
    Tls(String),
    /// The listener failed.
    #[error("the listener failed")]
    Listener(#[from] std::io::Error),
}

/// Everything a request needs.
pub(crate) struct Relay<S> {
    pub(crate) store: S,
    pub(crate) id: RelayId,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) hub: Arc<Hub>,
    pub(crate) tails: Arc<Tails>,
    pub(crate) links: Arc<Links>,
    pub(crate) logs: Arc<LogCache>,
    pub(crate) groups: GroupCache,
    pub(crate) rates: RateLimiter,
    pub(crate) metrics: Metrics,
    /// Told when a job was queued.
    pub(crate) queued: Arc<Notify>,
    /// Becomes true when the relay is told to stop. Every socket holds a receiver until it has ended.
    pub(crate) stopping: watch::Sender<bool>,
}

impl Relay<SqliteSpace> {
    /// Opens the data folder. `beside` may put something between the store and who is told of what was committed.
    pub(crate) fn open(
        config: &Config,
        clock: Clock,
        beside: impl FnOnce(Box<dyn Observer>) -> Box<dyn Observer>,
    ) -> Result<Self, OpenError> {
        let (hub, logs) = (Arc::<Hub>::default(), Arc::<LogCache>::default());
        let (tails, queued) = (Arc::<Tails>::default(), Arc::<Notify>::default());
        let observer = {
            let (hub, logs) = (Arc::clone(&hub), Arc::clone(&logs));
            let (tails, queued) = (Arc::clone(&tails), Arc::clone(&queued));
            Box::new(move |events: Vec<Committed>| {
                logs.forget_grown(&events);
                tails.publish(&events);
                if events.iter().any(|event| matches!(event, Committed::Queued)) {
                    queued.notify_one();
                }
                hub.publish(events);
            })
        };
        let id = RelayId::from_bytes(world::random());
        let store = SqliteStore::open(&config.data, id, beside(observer))?;
        Ok(Self {
            store: store.space(SpaceId(1)),
            id: store.relay(),
            config: config.clone(),
            clock,
            hub,
            tails,
            links: Arc::default(),
            logs,
            groups: GroupCache::default(),
            rates: RateLimiter::default(),
            metrics: Metrics::default(),
            queued,
            stopping: watch::Sender::new(false),
        })
    }
}

/// Serves on a listener until `stop` is done, then lets open requests finish. `ready` is called once before.
pub async fn serve(
    config: &Config,
    clock: Clock,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(),
) -> Result<(), ServeError> {
    let relay = Arc::new(Relay::open(config, clock, |observer| observer)?);
    let (rule, seed) = (config.two_person_rule, Seed(world::random()));
    let kept = relay.store.spaces().set_two_person_rule(rule, relay.clock.now(), seed).await;
    kept.map_err(OpenError::from)?;
    let sweeper = tokio::spawn(sweep(Arc::clone(&relay)));
    let runner = Runner::new(&relay, Sender::new(Reach::of(config), relay.clock.clone()));
    let runner = tokio::spawn(runner.run());
    let app = http::router(Arc::clone(&relay), api::router(Api::new(Arc::clone(&relay))));
    let tls = match &config.tls {
        Some(tls) => Some(tls.load().map_err(|unusable| ServeError::Tls(unusable.problem))?),
        None => None,
    };
    tracing::info!("serving");
    ready();
    let serving = {
        let (stopping, per_network) = (relay.stopping.subscribe(), config.connections);
        async move {
            match tls {
                Some(tls) => {
                    connections::serve(TlsListener::new(listener, tls)?, app, per_network, stopping).await
                }
                None => {
                    let listener = listener.tap_io(|stream| send_at_once(stream));
                    connections::serve(listener, app, per_network, stopping).await;
                }
            }
            Ok::<_, std::io::Error>(())
        }
    };
    let told = async {
        stop.await;
        relay.stopping.send_replace(true);
        // Never before the others: what is open is waited for.
        std::future::pending::<()>().await;
    };
    let finished = async {
        tokio::select! {
            served = serving => served?,
            () = told => {}
        }
        relay.stopping.closed().await;
        Ok::<_, std::io::Error>(())
    };
    let mut is_stopping = relay.stopping.subscribe();
    let drained = async move {
        // The sender lives as long as the relay.
        let _ = is_stopping.wait_for(|is_stopping| *is_stopping).await;
        drop(is_stopping);
        tokio::time::sleep(std::time::Duration::from_millis(DRAIN_MS_MAX)).await;
    };
    tokio::select! {
        finished = finished => finished?,
        () = drained => tracing::warn!("requests_cut_off"),
    }
    sweeper.abort();
    runner.abort();
    tracing::info!("stopped");
    Ok(())
}

/// Frames are small and waited for: the system is not to collect them.
pub(crate) fn send_at_once(stream: &TcpStream) {
    // Without it they come a little later.
    let _ = stream.set_nodelay(true);
}

async fn sweep(relay: Arc<Relay<SqliteSpace>>) {
    let mut interval = tokio::time::interval(std::time::Duration::from_millis(SWEEP_INTERVAL_MS));
    loop {
        interval.tick().await;
        if sweep_all(&relay).await.is_err() {
            tracing::warn!("sweep_failed");
        }
    }
}

async fn sweep_all(relay: &Relay<SqliteSpace>) -> Result<(), StoreError> {
    let store = relay.store.spaces();
    for space in store.spaces().await? {
        let space = store.space(space);
        space.sweep(relay.clock.now()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use market::{Destination, DestinationKind, EscrowTerms, ListingContent, Text};
    use protocol::{Amount, Currency, Money, Timestamp, UserId};
    use serde_json::{Map, Value};

    use super::*;
    use crate::config::Settings;
    use crate::store::{Jobs, Trade};
    use crate::trade::{
        Attempt, Caller, Command, Doing, Lease, ListingDecision, NewListing, NewOffer, NewOrder, NewTopUp,
        NewUser, NewWithdrawal, OfferTerms, OrderDecision, Told, TopUpDecision, UserKind,
    };

    const NOON: u64 = 1_700_000_000_000;
    const HOUR_MS: u64 = 60 * 60 * 1000;
    const WEEK_MS: u64 = 7 * 24 * HOUR_MS;
    /// Longer than it takes until somebody looks again.
    const SOON_MS: u64 = 2 * 60 * 1000;

    #[tokio::test]
    async fn offers_whose_time_is_over_end_by_themselves_however_many_there_are() {
        const OFFERS: usize = 250;
        let folder = tempfile::tempdir().unwrap();
        let config = Settings::without_limits(folder.path()).check().unwrap();
        let time = watch::Sender::new(Timestamp::from_millis(NOON));
        let relay = Relay::open(&config, Clock::Told(time.subscribe()), |observer| observer).unwrap();
        let [buyer, seller] = [user(&relay, "buyer").await, user(&relay, "seller").await];
        let price = Money { amount: Amount::from_minor(8000).unwrap(), currency: Currency::Usd };
        let [title, description, category] = ["Bicycle", "Red.", "Bicycles"].map(Text::from);
        let content = ListingContent { title, description, category, price };
        let new = NewListing { seller: seller.parse().unwrap(), content, metadata: Map::new() };
        let listing = ask(&relay, Command::CreateListing(new)).await.parse().unwrap();
        ask(&relay, Command::DecideListing { listing, decision: ListingDecision::Publish }).await;
        let expires_at = Some(Timestamp::from_millis(NOON + HOUR_MS));
        let terms = OfferTerms { money: price, milestones: Vec::new(), expires_at };
        for _ in 0..OFFERS {
            let (buyer, terms) = (buyer.parse().unwrap(), terms.clone());
            ask(&relay, Command::MakeOffer(NewOffer { listing, buyer, terms, metadata: Map::new() })).await;
        }
        for (after, ended) in [(HOUR_MS - SOON_MS, 0), (HOUR_MS, OFFERS), (2 * HOUR_MS, OFFERS)] {
            time.send_replace(Timestamp::from_millis(NOON + after));
            do_what_is_due(&relay).await;
            let told = relay.store.events(0, None, 1000).await.unwrap().events;
            let named = |name| told.iter().filter(move |told| told.name == name);
            assert_eq!(named("offer.expired").count(), ended);
            let says = |told: &Told, cause| told.body.contains(&format!(r#""causationId":{cause}"#));
            assert!(named("offer.expired").all(|told| says(told, r#""job_"#)), "the job did it");
            assert!(named("offer.made").all(|told| says(told, "null")));
        }
    }

    #[tokio::test]
    async fn money_that_is_set_aside_for_too_long_is_available_again() {
        let folder = tempfile::tempdir().unwrap();
        let config = Settings::without_limits(folder.path()).check().unwrap();
        let time = watch::Sender::new(Timestamp::from_millis(NOON));
        let relay = Relay::open(&config, Clock::Told(time.subscribe()), |observer| observer).unwrap();
        let [buyer, seller] = [user(&relay, "buyer").await, user(&relay, "seller").await];
        let [buyer, seller] = [buyer, seller].map(|user| user.parse().unwrap());
        let money = Money { amount: Amount::from_minor(8000).unwrap(), currency: Currency::Usd };
        let (return_url, metadata) = ("https://shop.example.org".to_owned(), Map::new());
        let new = NewTopUp { owner: buyer, money, return_url, cancel_url: None, metadata: metadata.clone() };
        let top_up = ask(&relay, Command::CreateTopUp(new)).await.parse().unwrap();
        ask(&relay, Command::DecideTopUp { top_up, decision: TopUpDecision::Confirm { reference: None } })
            .await;
        let half = Money { amount: Amount::from_minor(4000).unwrap(), currency: Currency::Usd };
        // One waits for its escrow, the other's escrow for the money.
        for has_escrow in [false, true] {
            let new = NewOrder {
                buyer,
                seller,
                money: half,
                title: "A desk".to_owned(),
                description: None,
                client_ref: None,
                milestones: Vec::new(),
                metadata: metadata.clone(),
            };
            let order = ask(&relay, Command::CreateOrder(new)).await.parse().unwrap();
            let decide = |decision| Command::DecideOrder { order, decision };
            ask(&relay, decide(OrderDecision::Reserve { amount: "40.00".to_owned() })).await;
            if has_escrow {
                let terms = EscrowTerms { is_milestones_required: true };
                ask(&relay, decide(OrderDecision::CreateEscrow(terms))).await;
            }
        }
        for (after, times) in [(WEEK_MS - SOON_MS, 0), (WEEK_MS, 2), (2 * WEEK_MS, 2)] {
            time.send_replace(Timestamp::from_millis(NOON + after));
            do_what_is_due(&relay).await;
            let told = relay.store.events(0, None, 1000).await.unwrap().events;
            let given_back: Vec<_> = told.iter().filter(|told| told.name == "balance.released").collect();
            assert_eq!(given_back.len(), times);
            let all = r#""newAvailableBalance":"80.00""#;
            assert!(given_back.last().is_none_or(|told| told.body.contains(all)));
        }
        assert_eq!(expired(folder.path()), 2, "the books say that nobody called it off");
        assert!(relay.store.prove_books().await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn what_waits_for_too_long_is_called_off_but_no_top_up_whose_money_somebody_saw_come() {
        let folder = tempfile::tempdir().unwrap();
        let config = Settings::without_limits(folder.path()).check().unwrap();
        let time = watch::Sender::new(Timestamp::from_millis(NOON));
        let relay = Relay::open(&config, Clock::Told(time.subscribe()), |observer| observer).unwrap();
        let owner: UserId = user(&relay, "owner").await.parse().unwrap();
        let dollars =
            |count: u64| Money { amount: Amount::from_minor(count * 100).unwrap(), currency: Currency::Usd };
        let top_up = || {
            let return_url = "https://shop.example.org".to_owned();
            Command::CreateTopUp(NewTopUp {
                owner,
                money: dollars(80),
                return_url,
                cancel_url: None,
                metadata: Map::new(),
            })
        };
        let confirm = |top_up: String| Command::DecideTopUp {
            top_up: top_up.parse().unwrap(),
            decision: TopUpDecision::Confirm { reference: None },
        };
        ask(&relay, confirm(ask(&relay, top_up()).await)).await;
        for is_committed in [false, true] {
            let destination = Destination { kind: DestinationKind::Bank, reference: Text::from("DE89") };
            let new =
                NewWithdrawal { owner, money: dollars(30), destination, is_committed, metadata: Map::new() };
            ask(&relay, Command::CreateWithdrawal(new)).await;
        }
        let (now, seed) = (relay.clock.now(), Seed(world::random()));
        relay.store.spaces().set_two_person_rule(true, now, seed).await.unwrap();
        let forgotten = ask(&relay, top_up()).await;
        ask(&relay, confirm(ask(&relay, top_up()).await)).await;
        for (after, ended) in [
            (WEEK_MS - SOON_MS, [0, 0]),
            (WEEK_MS, [1, 0]),
            (2 * WEEK_MS - SOON_MS, [1, 0]),
            (2 * WEEK_MS, [1, 1]),
            (4 * WEEK_MS, [1, 1]),
        ] {
            time.send_replace(Timestamp::from_millis(NOON + after));
            do_what_is_due(&relay).await;
            let told = relay.store.events(0, None, 1000).await.unwrap().events;
            let canceled = ["withdrawal.canceled", "topup.canceled"]
                .map(|name| told.iter().filter(|told| told.name == name).collect::<Vec<_>>());
            assert_eq!(canceled.each_ref().map(Vec::len), ended, "{after}");
            let by_relay = r#""canceledBy":"relay""#;
            assert!(canceled.iter().flatten().all(|told| told.body.contains(by_relay)));
            assert!(canceled[1].iter().all(|told| told.body.contains(&forgotten)));
        }
        let audit = relay.store.audit(0, 1000).await.unwrap();
        for action in ["WITHDRAWAL_EXPIRE", "TOPUP_EXPIRE"] {
            let done = audit.entries.iter().filter(|entry| entry.body.contains(action)).count();
            assert_eq!(done, 1, "{action}");
        }
        assert_eq!(expired(folder.path()), 1, "what was on hold is available again");
        assert!(relay.store.prove_books().await.unwrap().is_ok());
    }

    /// How many holds ended by time.
    fn expired(folder: &Path) -> u32 {
        let store = rusqlite::Connection::open(folder.join("relay.sqlite")).unwrap();
        let count = "SELECT count(*) FROM ledger_transfers WHERE reason = 'expire'";
        store.query_row(count, [], |row| row.get(0)).unwrap()
    }

    /// Does what a runner would.
    async fn do_what_is_due(relay: &Relay<SqliteSpace>) {
        let now = relay.clock.now();
        relay.store.begin_jobs(now).await.unwrap();
        while relay.store.next_job(now).await.unwrap().is_some_and(|due| due <= now) {
            let lease = Lease { owner: [1; 16], until: now.plus_millis(1), limit: 10, now };
            for job in relay.store.lease_jobs(lease).await.unwrap() {
                relay.store.do_job(Doing { job, now, seed: Seed(world::random()) }).await.unwrap();
            }
        }
    }

    async fn user(relay: &Relay<SqliteSpace>, name: &str) -> String {
        let (external_id, kind, metadata) = (name.to_owned(), UserKind::Both, Map::new());
        ask(relay, Command::CreateUser(NewUser { external_id, email: None, kind, metadata })).await
    }

    /// The id of what was made.
    async fn ask(relay: &Relay<SqliteSpace>, command: Command) -> String {
        let attempt = Attempt {
            caller: Caller::Operator,
            command,
            idempotency: None,
            request: "request".to_owned(),
            cause: None,
            now: relay.clock.now(),
            seed: Seed(world::random()),
        };
        let reply = relay.store.carry_out(attempt).await.unwrap();
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        answer["data"]["id"].as_str().expect("it is done").to_owned()
    }
}
