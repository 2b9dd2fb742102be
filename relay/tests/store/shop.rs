//! A space where people trade, as its operator serves it.

use std::cell::Cell;
use std::str::FromStr;

use market::{Destination, DestinationKind, EscrowTerms, ListingContent, Text};
use protocol::{Currency, ListingId, Money, OfferId, OrderId, Timestamp, TopUpId, UserId, WithdrawalId};
use relay::store::Store;
use relay::trade::{
    Attempt, Caller, Command, Doing, JobFilter, JobRow, Lease, ListingDecision, Look, NewListing, NewOffer,
    NewOrder, NewTopUp, NewUser, NewWithdrawal, OfferReply, OfferTerms, OrderDecision, Proof, Query, Reply,
    Schedule, Seed, TopUpDecision, UserKind, Work,
};
use serde_json::{Map, Value};

/// When everything begins.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub(crate) const HOUR_MS: u64 = 60 * 60 * 1000;
pub(crate) const DAY_MS: u64 = 24 * HOUR_MS;
/// More than a page that these tests ask for ever has.
pub(crate) const ALL: u32 = 100;
/// How long whoever takes a job may do it.
const LEASE_MS: u64 = 1_000;

/// A space, the time there, and how often it was asked for something.
pub(crate) struct Shop<S> {
    pub(crate) space: S,
    passed_ms: Cell<u64>,
    asked: Cell<u64>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl From<Reply> for Answered {
    fn from(reply: Reply) -> Self {
        Self { status: reply.status, body: serde_json::from_slice(&reply.body).unwrap() }
    }
}

impl Answered {
    /// What was asked for.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        assert!(self.status < 300, "{self:?}");
        self.body["data"].clone()
    }

    /// Why not; nothing where it was done.
    pub(crate) fn refusal(&self) -> Option<&str> {
        self.body["error"]["code"].as_str()
    }
}

impl<S: Store> Shop<S> {
    pub(crate) fn of(space: S) -> Self {
        Self::drawn_from(space, 0)
    }

    /// One whose ids are no other's that is drawn from another number.
    pub(crate) fn drawn_from(space: S, number: u64) -> Self {
        Self { space, passed_ms: Cell::default(), asked: Cell::new(number << 32) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        NOW.plus_millis(self.passed_ms.get())
    }

    pub(crate) fn pass(&self, millis: u64) {
        self.passed_ms.set(self.passed_ms.get() + millis);
    }

    /// What nothing else was or will be drawn from.
    pub(crate) fn seed(&self) -> Seed {
        self.asked.set(self.asked.get() + 1);
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&self.asked.get().to_be_bytes());
        Seed(seed)
    }

    /// A request that nobody asks for again.
    pub(crate) fn attempt(&self, caller: Caller, command: Command) -> Attempt {
        let (now, seed) = (self.now(), self.seed());
        Attempt { caller, command, idempotency: None, request: "request".to_owned(), cause: None, now, seed }
    }

    pub(crate) async fn try_as(&self, caller: Caller, command: Command) -> Answered {
        self.space.carry_out(self.attempt(caller, command)).await.unwrap().into()
    }

    pub(crate) async fn try_to(&self, command: Command) -> Answered {
        self.try_as(Caller::Operator, command).await
    }

    /// What comes of a change.
    pub(crate) async fn ask(&self, command: Command) -> Value {
        self.try_to(command).await.data()
    }

    /// The id of what is made.
    pub(crate) async fn make<Id: FromStr>(&self, command: Command) -> Id {
        id_of(&self.ask(command).await)
    }

    /// Why a change is refused.
    pub(crate) async fn refused(&self, command: Command) -> String {
        let answered = self.try_to(command).await;
        answered.refusal().unwrap_or_else(|| panic!("{answered:?}")).to_owned()
    }

    pub(crate) async fn look_as(&self, caller: Caller, query: Query) -> Answered {
        let look = Look { caller, query, request: "request".to_owned(), now: self.now() };
        self.space.look_up(look).await.unwrap().into()
    }

    /// What is shown.
    pub(crate) async fn see(&self, query: Query) -> Value {
        self.look_as(Caller::Operator, query).await.data()
    }

    /// A page, by one field of each that is on it, and whether there are more.
    pub(crate) async fn list(&self, query: Query, field: &str) -> (Vec<String>, bool) {
        let answered = self.look_as(Caller::Operator, query).await;
        let shown = |each: &Value| each[field].as_str().unwrap().to_owned();
        let page = answered.data().as_array().unwrap().iter().map(shown).collect();
        (page, answered.body["meta"]["pagination"]["has_more"].as_bool().unwrap())
    }

    pub(crate) async fn user(&self, name: &str) -> UserId {
        self.make(Command::CreateUser(new_user(name))).await
    }

    pub(crate) async fn rich_user(&self, name: &str, amount: &str) -> UserId {
        let user = self.user(name).await;
        let top_up = self.top_up(user, amount).await;
        self.ask(Command::DecideTopUp { top_up, decision: TopUpDecision::Confirm { reference: None } }).await;
        user
    }

    pub(crate) async fn top_up(&self, owner: UserId, amount: &str) -> TopUpId {
        let return_url = "https://shop.example.org/paid".to_owned();
        let (money, metadata) = (dollars(amount), Map::new());
        self.make(Command::CreateTopUp(NewTopUp { owner, money, return_url, cancel_url: None, metadata }))
            .await
    }

    pub(crate) async fn withdrawal(&self, owner: UserId, amount: &str) -> WithdrawalId {
        self.make(Command::CreateWithdrawal(new_withdrawal(owner, amount))).await
    }

    pub(crate) async fn order(&self, buyer: UserId, seller: UserId, amount: &str) -> OrderId {
        self.make(Command::CreateOrder(new_order(buyer, seller, amount))).await
    }

    /// An order whose money is in escrow.
    pub(crate) async fn funded_order(&self, buyer: UserId, seller: UserId, amount: &str) -> OrderId {
        let order = self.order(buyer, seller, amount).await;
        for decision in [reserve(amount), escrow(), fund()] {
            self.decide(order, decision).await;
        }
        order
    }

    pub(crate) async fn decide(&self, order: OrderId, decision: OrderDecision) -> Value {
        self.ask(Command::DecideOrder { order, decision }).await
    }

    /// One that can be bought.
    pub(crate) async fn listing(
        &self,
        seller: UserId,
        title: &str,
        category: &str,
        price: &str,
    ) -> ListingId {
        let content = ListingContent {
            title: Text::from(title),
            description: Text::from("As new."),
            category: Text::from(category),
            price: dollars(price),
        };
        let new = NewListing { seller, content, metadata: Map::new() };
        let listing = self.make(Command::CreateListing(new)).await;
        self.ask(Command::DecideListing { listing, decision: ListingDecision::Publish }).await;
        listing
    }

    pub(crate) async fn offer(&self, listing: ListingId, buyer: UserId, amount: &str) -> OfferId {
        let (terms, metadata) = (self.terms(amount), Map::new());
        self.make(Command::MakeOffer(NewOffer { listing, buyer, terms, metadata })).await
    }

    /// What stands for an hour.
    pub(crate) fn terms(&self, amount: &str) -> OfferTerms {
        let expires_at = Some(self.now().plus_millis(HOUR_MS));
        OfferTerms { money: dollars(amount), milestones: Vec::new(), expires_at }
    }

    pub(crate) async fn reply(&self, offer: OfferId, reply: OfferReply) -> Answered {
        self.try_to(Command::ReplyToOffer { offer, reply }).await
    }

    /// What a user may spend, and what is set aside.
    pub(crate) async fn purse(&self, user: UserId) -> [String; 2] {
        let balance = self.see(Query::Balance { user, currency: Currency::Usd }).await;
        ["available", "reserved"].map(|part| balance[part].as_str().unwrap().to_owned())
    }

    /// What books come to that are in order.
    pub(crate) async fn prove(&self) -> Proof {
        self.space.prove_books().await.unwrap().unwrap()
    }

    /// Takes what is due.
    pub(crate) async fn take(&self) -> Vec<JobRow> {
        let now = self.now();
        let lease = Lease { owner: [1; 16], until: now.plus_millis(LEASE_MS), limit: ALL, now };
        self.space.lease_jobs(lease).await.unwrap()
    }

    /// Does a job that is due and is meant; whether there was any. Whoever held what is not meant holds it no longer.
    pub(crate) async fn work_once(&self, is_meant: impl Fn(&Work) -> bool) -> bool {
        self.space.begin_jobs(self.now()).await.unwrap();
        let Some(job) = self.take().await.into_iter().find(|job| is_meant(&job.work)) else { return false };
        self.space.do_job(Doing { job, now: self.now(), seed: self.seed() }).await.unwrap();
        true
    }

    /// The same, until there is no more of it.
    pub(crate) async fn work(&self, is_meant: impl Fn(&Work) -> bool) -> bool {
        let mut has_worked = false;
        while self.work_once(&is_meant).await {
            has_worked = true;
        }
        has_worked
    }

    pub(crate) async fn run(&self, schedule: Schedule) {
        assert!(self.work(|work| *work == Work::Scheduled(schedule)).await, "{schedule:?} is not due");
    }

    /// The job of a kind, as it is shown.
    pub(crate) async fn job(&self, kind: &str) -> Value {
        let jobs = self.see(Query::Jobs { filter: JobFilter::default(), limit: ALL }).await;
        jobs.as_array().unwrap().iter().find(|job| job["kind"] == kind).cloned().unwrap_or_default()
    }

    /// What was told, in order.
    pub(crate) async fn told(&self) -> Vec<String> {
        let page = self.space.events(0, None, 1_000).await.unwrap();
        page.events.into_iter().map(|told| told.name).collect()
    }
}

/// The id of something that is shown.
pub(crate) fn id_of<Id: FromStr>(shown: &Value) -> Id {
    shown["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id: {shown}"))
}

pub(crate) fn dollars(amount: &str) -> Money {
    Money::parse(amount, Currency::Usd).unwrap()
}

pub(crate) fn new_user(name: &str) -> NewUser {
    NewUser { external_id: name.to_owned(), email: None, kind: UserKind::Both, metadata: Map::new() }
}

pub(crate) fn new_order(buyer: UserId, seller: UserId, amount: &str) -> NewOrder {
    NewOrder {
        buyer,
        seller,
        money: dollars(amount),
        title: "A desk".to_owned(),
        description: None,
        client_ref: None,
        milestones: Vec::new(),
        metadata: Map::new(),
    }
}

pub(crate) fn new_withdrawal(owner: UserId, amount: &str) -> NewWithdrawal {
    let reference = Text::from("DE89370400440532013000");
    let destination = Destination { kind: DestinationKind::Bank, reference };
    NewWithdrawal { owner, money: dollars(amount), destination, is_committed: false, metadata: Map::new() }
}

pub(crate) fn reserve(amount: &str) -> OrderDecision {
    OrderDecision::Reserve { amount: amount.to_owned() }
}

pub(crate) fn escrow() -> OrderDecision {
    OrderDecision::CreateEscrow(EscrowTerms { is_milestones_required: false })
}

pub(crate) fn fund() -> OrderDecision {
    OrderDecision::Fund { amount: None }
}

pub(crate) fn release() -> OrderDecision {
    OrderDecision::Release { amount: None, reason: None }
}

pub(crate) fn refund() -> OrderDecision {
    OrderDecision::Refund { amount: None, reason: None }
}

pub(crate) fn cancel() -> OrderDecision {
    OrderDecision::Cancel { reason: None }
}
