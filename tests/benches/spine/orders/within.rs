//! Orders as the relay's store carries them out, without HTTP: like plain SQL, in the process of whoever asks.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use market::EscrowTerms;
use protocol::{KeyId, Money, OrderId, RelayId, Timestamp, TopUpId, UserId};
use relay::store::sqlite::{SqliteSpace, SqliteStore};
use relay::store::{Committed, SpaceId, Spaces, Trade};
use relay::trade::{
    Attempt, Caller, Command, Idempotency, NewOrder, NewTopUp, NewUser, OrderDecision, Scopes, Seed,
    TopUpDecision, UserKind,
};
use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{STEPS, Speed, Started, now};

/// What an order costs.
const PRICE: &str = "10.00";
/// What each pair begins with.
const PURSE: &str = "10000.00";
/// How long answers are kept: a day, as they are for most requests.
const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

/// A store with as many pairs of buyers and sellers as trade at once.
pub(super) struct Market {
    folder: TempDir,
    runtime: Runtime,
    counter: Arc<Counter>,
    pairs: Vec<[UserId; 2]>,
}

/// Where requests are handed in.
struct Counter {
    space: SqliteSpace,
    caller: Caller,
}

impl Market {
    pub(super) fn open(producers: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let observer = Box::new(|_: Vec<Committed>| {});
        let store = SqliteStore::open(folder.path(), RelayId::from_bytes([1; 16]), observer).unwrap();
        let runtime = Runtime::new().unwrap();
        let space = store.space(SpaceId(1));
        let operator = Counter { space: space.clone(), caller: Caller::Operator };
        let (counter, pairs) = runtime.block_on(async {
            let key: KeyId =
                operator.make(Command::CreateKey { name: "bench".to_owned(), scopes: Scopes::all() }).await;
            let caller = Caller::Key { key, scopes: Scopes::all(), token_until: None };
            let counter = Counter { space, caller };
            let mut pairs = Vec::new();
            for number in 0..producers {
                let pair =
                    [counter.user(&format!("a{number}")).await, counter.user(&format!("b{number}")).await];
                counter.fill(pair[0]).await;
                pairs.push(pair);
            }
            (counter, pairs)
        });
        Self { folder, runtime, counter: Arc::new(counter), pairs }
    }

    pub(super) fn trade_for(&self, time: Duration) -> Speed {
        let started = now();
        self.until(&self.pairs, move |_| started.elapsed() >= time)
    }

    pub(super) fn trade(&self, orders: u32) -> Speed {
        let each = orders as usize / self.pairs.len();
        self.until(&self.pairs, move |done| done >= each)
    }

    /// One pair trades, and waits for each answer.
    pub(super) fn trade_alone(&self, orders: u32) -> Speed {
        self.until(&self.pairs[..1], move |done| done >= orders as usize)
    }

    /// Each pair buys and sells in turn, so that the money lasts.
    fn until(&self, pairs: &[[UserId; 2]], is_over: impl Fn(usize) -> bool + Copy + Send + 'static) -> Speed {
        let started = Started::now();
        let steps = self.runtime.block_on(async {
            let mut trading = tokio::task::JoinSet::new();
            for &pair in pairs {
                let counter = Arc::clone(&self.counter);
                trading.spawn(async move {
                    let mut steps = Vec::new();
                    for done in 0.. {
                        if is_over(done) {
                            break;
                        }
                        steps.extend(counter.trade(pair[done % 2], pair[(done + 1) % 2]).await);
                    }
                    steps
                });
            }
            trading.join_all().await.concat()
        });
        started.speed(steps.len() / STEPS, steps)
    }

    pub(super) fn bytes(&self) -> u64 {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|file| file.unwrap().metadata().unwrap().len())
            .sum()
    }
}

impl Counter {
    /// One order, from its terms to the seller's money; how long each request took.
    async fn trade(&self, buyer: UserId, seller: UserId) -> [Duration; STEPS] {
        let started = now();
        let order: OrderId = self.make(Command::CreateOrder(order(buyer, seller))).await;
        let created = started.elapsed();
        let decide = async |decision| {
            let started = now();
            self.ask(Command::DecideOrder { order, decision }).await;
            started.elapsed()
        };
        [
            created,
            decide(OrderDecision::Reserve { amount: PRICE.to_owned() }).await,
            decide(OrderDecision::CreateEscrow(EscrowTerms { is_milestones_required: false })).await,
            decide(OrderDecision::Fund { amount: None }).await,
            decide(OrderDecision::Release { amount: None, reason: None }).await,
        ]
    }

    async fn user(&self, external_id: &str) -> UserId {
        let (external_id, email) = (external_id.to_owned(), None);
        self.make(Command::CreateUser(NewUser {
            external_id,
            email,
            kind: UserKind::Both,
            metadata: Map::new(),
        }))
        .await
    }

    async fn fill(&self, owner: UserId) {
        let money = dollars(PURSE);
        let return_url = "https://shop.example/back".to_owned();
        let top_up: TopUpId = self
            .make(Command::CreateTopUp(NewTopUp {
                owner,
                money,
                return_url,
                cancel_url: None,
                metadata: Map::new(),
            }))
            .await;
        self.ask(Command::DecideTopUp { top_up, decision: TopUpDecision::Confirm { reference: None } }).await;
    }

    /// Makes something; its id.
    async fn make<Id: std::str::FromStr>(&self, command: Command) -> Id {
        let made = self.ask(command).await;
        let id = made["data"]["id"].as_str().and_then(|id| id.parse().ok());
        id.expect("what is made has an id")
    }

    async fn ask(&self, command: Command) -> Value {
        let attempt = Attempt {
            caller: self.caller,
            command,
            idempotency: Some(Idempotency {
                key: key(),
                text: String::new(),
                hash: [0; 32],
                kept_ms: Some(KEPT_MS),
            }),
            request: "req_bench".to_owned(),
            cause: None,
            now: wall_clock(),
            seed: Seed(random()),
        };
        let reply = self.space.carry_out(attempt).await.unwrap();
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert!(reply.status < 300, "{body}");
        body
    }
}

fn order(buyer: UserId, seller: UserId) -> NewOrder {
    NewOrder {
        buyer,
        seller,
        money: dollars(PRICE),
        title: "A desk".to_owned(),
        description: None,
        client_ref: None,
        milestones: Vec::new(),
        metadata: Map::new(),
    }
}

fn dollars(text: &str) -> Money {
    Money::parse(text, "USD".parse().unwrap()).unwrap()
}

/// As the SDK makes them: in the order of their time.
fn key() -> [u8; 16] {
    let mut key: [u8; 16] = random();
    key[..6].copy_from_slice(&wall_clock().as_millis().to_be_bytes()[2..]);
    key
}

fn random<const N: usize>() -> [u8; N] {
    std::array::from_fn(|_| RandomState::new().build_hasher().finish().to_be_bytes()[0])
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures what takes place now")]
fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(since.as_millis().try_into().unwrap())
}
