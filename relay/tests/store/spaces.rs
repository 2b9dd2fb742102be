//! What every store must do for spaces: none of them ever shows or changes what is another's.

use std::fmt::Debug;

use market::Party;
use protocol::{
    AccountId, Bytes, CommentId, Currency, DeliveryId, DeviceId, DisputeId, EndpointId, JobId, KeyId,
    ListingId, OfferId, OrderId, TopUpId, TransferId, UserId, WithdrawalId,
};
use relay::store::{Jobs, SpaceId, Spaces, Store};
use relay::trade::{
    AuditFilter, Caller, Command, Credential, DisputeFilter, DisputeStep, Doing, EndpointChange, EventPoint,
    Idempotency, JobFilter, ListingDecision, ListingFilter, ListingQuery, NewOffer, NewOrder, OfferFilter,
    OfferQuery, OfferWord, OrderFilter, OrderPart, Outcome, OwnedFilter, Query, Settling, Sides,
    TopUpDecision, UserFilter, UserStatus, UserTransferFilter, WithdrawalDecision, Work,
};
use serde_json::Map;

use crate::kept::{FIRST, Kept};
use crate::orders::{complaint, take};
use crate::shop::*;
use crate::{keys, money, offers, webhooks};

const EVERYBODYS: Sides = Sides::Each { buyer: None, seller: None };

/// Something of everything that a space holds.
struct Things {
    key: KeyId,
    /// Of a token's secret.
    token: [u8; 32],
    user: UserId,
    other: UserId,
    top_up: TopUpId,
    withdrawal: WithdrawalId,
    transfer: TransferId,
    order: OrderId,
    dispute: DisputeId,
    comment: CommentId,
    listing: ListingId,
    offer: OfferId,
    endpoint: EndpointId,
    delivery: DeliveryId,
}

pub(crate) async fn a_space_is_made_once_and_found_by_its_name<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    assert_eq!(store.spaces().await.unwrap(), [FIRST]);
    let made = store.make_space("other", NOW).await.unwrap();
    assert_eq!(store.make_space("other", NOW.plus_millis(1)).await.unwrap(), made);
    drop(store);
    let store = kept.open();
    assert_eq!(store.spaces().await.unwrap(), [FIRST, made]);
    assert_eq!(store.space_named("other").await.unwrap(), Some(made));
    assert_eq!(store.space_named("nowhere").await.unwrap(), None);
    assert_eq!(store.name_of_space(made).await.unwrap().as_deref(), Some("other"));
    assert_eq!(store.name_of_space(SpaceId(made.0 + 1)).await.unwrap(), None);
}

pub(crate) async fn two_spaces_with_the_same_content_see_and_change_nothing_of_each_others<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    let other = store.make_space("other", NOW).await.unwrap();
    let [here, there] = [FIRST, other].map(|space| Shop::drawn_from(store.space(space), space.0.into()));
    let own = fill(&store, &here).await;
    let before = everything(&here, &own).await;
    assert_eq!(there.told().await, Vec::<String>::new());
    for query in lists(&own) {
        let listed = there.look_as(Caller::Operator, query).await;
        assert!(listed.status == 404 || listed.data().as_array().unwrap().is_empty(), "{listed:?}");
    }
    let theirs = fill(&store, &there).await;
    assert_eq!(there.prove().await, here.prove().await, "both hold the same");
    assert_eq!(everything(&here, &own).await, before);
    nothing_is_seen_of(&own, &there).await;
    for command in changes(&there, &own) {
        let action = there.try_to(command).await;
        assert_eq!(action.status, 404, "{action:?}");
    }
    end(&there, &theirs).await;
    assert_eq!(everything(&here, &own).await, before);
    nothing_is_seen_of(&theirs, &here).await;
}

pub(crate) async fn each_space_has_its_own_work_and_does_no_others<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    let other = store.make_space("other", NOW).await.unwrap();
    let [here, there] = [FIRST, other].map(|space| Shop::drawn_from(store.space(space), space.0.into()));
    here.space.begin_jobs(NOW).await.unwrap();
    assert_eq!(there.space.next_job(NOW).await.unwrap(), None);
    assert!(there.take().await.is_empty());
    let taken = here.take().await;
    there.space.begin_jobs(NOW).await.unwrap();
    let state = async |shop: &Shop<_>| shop.job("retention").await["state"].clone();
    assert_eq!([state(&here).await, state(&there).await], ["leased", "waiting"], "each begins its own");
    assert_eq!(there.take().await, taken);
    for job in taken {
        let settling = Settling { job: job.clone(), outcome: Outcome::Done, now: NOW, seed: there.seed() };
        there.space.settle_job(settling).await.unwrap();
        there.space.do_job(Doing { job, now: NOW, seed: there.seed() }).await.unwrap();
    }
    assert_eq!([state(&here).await, state(&there).await], ["leased", "waiting"]);
}

/// A space where there is something of everything.
async fn fill<S: Store>(store: &impl Spaces, shop: &Shop<S>) -> Things {
    let key = keys::key(shop, "shop").await;
    let token = Command::CreateToken { key, scopes: None, ttl_ms: HOUR_MS };
    let token = shop.ask(token).await["token"].as_str().unwrap().parse().unwrap();
    let Credential::Token(_, secret) = token else { panic!("it is no token") };
    let token = secret.hash(&store.key_of_any_space(key).await.unwrap().unwrap().1.salt);
    let endpoint = webhooks::endpoint(shop, "*").await;
    let [user, other] = [shop.rich_user("ana", "100.00").await, shop.user("ben").await];
    let top_up = shop.top_up(user, "10.00").await;
    let withdrawal = shop.withdrawal(user, "10.00").await;
    let transfer = shop.make(money::send(user, other, "5.00")).await;
    let named = NewOrder { client_ref: Some("A-1".to_owned()), ..new_order(user, other, "20.00") };
    let order = shop.make(Command::CreateOrder(named)).await;
    for decision in [reserve("20.00"), escrow(), fund()] {
        shop.decide(order, decision).await;
    }
    let dispute = shop.make(complaint(order, "It is broken.")).await;
    let comment = shop.make(take(dispute, DisputeStep::Comment { message: "Hello.".to_owned() })).await;
    let listing = shop.listing(other, "A desk", "Home", "80.00").await;
    let offer = shop.offer(listing, user, "60.00").await;
    let idempotency =
        Some(Idempotency { key: [1; 16], text: String::new(), hash: [2; 32], kept_ms: Some(DAY_MS) });
    let mut attempt = shop.attempt(Caller::Operator, Command::CreateUser(new_user("cay")));
    attempt.idempotency = idempotency;
    assert_eq!(shop.space.carry_out(attempt).await.unwrap().status, 201);
    assert!(shop.work_once(|work| *work == Work::Dispatch).await);
    let delivery = shop.take().await.into_iter().find_map(webhooks::delivering).unwrap().1.1;
    Things {
        key,
        token,
        user,
        other,
        top_up,
        withdrawal,
        transfer,
        order,
        dispute,
        comment,
        listing,
        offer,
        endpoint,
        delivery,
    }
}

/// Each of a space's things, by its id. A kind that is added is to be added here, or to the lists.
fn ones(of: &Things) -> Vec<Query> {
    let whole = |part| Query::Order { order: of.order, part };
    vec![
        Query::User(of.user),
        Query::Balance { user: of.user, currency: Currency::Usd },
        Query::TopUp(of.top_up),
        Query::Withdrawal(of.withdrawal),
        Query::UserTransfer(of.transfer),
        whole(OrderPart::Whole),
        whole(OrderPart::Escrow),
        whole(OrderPart::Milestones),
        Query::Dispute(of.dispute),
        Query::Comments { dispute: of.dispute, behind: None, limit: ALL },
        Query::Listings(ListingQuery::One(of.listing)),
        Query::Offers(OfferQuery::One(of.offer)),
        Query::Job(JobId::from_bytes(*of.delivery.as_bytes())),
        Query::Endpoint(of.endpoint),
        Query::Deliveries { endpoint: of.endpoint, behind: None, limit: ALL },
    ]
}

/// All of them, and those of whom and of what is asked for.
fn lists(of: &Things) -> Vec<Query> {
    let limit = ALL;
    let orders =
        |sides| OrderFilter { behind: None, sides, status: None, created_after: None, created_before: None };
    let offers = |listing| OfferFilter { behind: None, sides: EVERYBODYS, listing, status: None };
    let transfers = |user| UserTransferFilter { behind: None, user };
    let search = || ListingQuery::Search {
        words: "desk".parse().unwrap(),
        filter: ListingFilter::default(),
        rest: None,
        limit,
    };
    let some = |filter| ListingQuery::Some { filter, limit };
    vec![
        Query::Keys { behind: None, limit },
        Query::Users { filter: UserFilter::default(), limit },
        Query::TopUps { filter: OwnedFilter { behind: None, owner: None, status: None }, limit },
        Query::TopUps { filter: OwnedFilter { behind: None, owner: Some(of.user), status: None }, limit },
        Query::Withdrawals { filter: OwnedFilter { behind: None, owner: None, status: None }, limit },
        Query::Withdrawals {
            filter: OwnedFilter { behind: None, owner: Some(of.user), status: None },
            limit,
        },
        Query::UserTransfers { filter: transfers(None), limit },
        Query::UserTransfers { filter: transfers(Some(of.user)), limit },
        Query::Orders { filter: orders(EVERYBODYS), limit },
        Query::Orders { filter: orders(Sides::Either(of.user)), limit },
        Query::Disputes { filter: DisputeFilter { behind: None, sides: EVERYBODYS, status: None }, limit },
        Query::Listings(some(ListingFilter::default())),
        Query::Listings(some(ListingFilter { seller: Some(of.other), ..ListingFilter::default() })),
        Query::Listings(search()),
        Query::Listings(ListingQuery::Suggestions { words: "des".parse().unwrap(), limit }),
        Query::Listings(ListingQuery::Categories { behind: None, limit }),
        Query::Offers(OfferQuery::Some { filter: offers(None), limit }),
        Query::Offers(OfferQuery::Some { filter: offers(Some(of.listing)), limit }),
        Query::Jobs { filter: JobFilter::default(), limit },
        Query::Endpoints { behind: None, limit },
    ]
}

/// What would be done to them.
fn changes<S: Store>(shop: &Shop<S>, of: &Things) -> Vec<Command> {
    let Things { key, user, top_up, withdrawal, order, listing, offer, endpoint, delivery, .. } = *of;
    let (terms, metadata) = (shop.terms("60.00"), Map::new());
    let change = EndpointChange { is_enabled: Some(false), ..EndpointChange::default() };
    vec![
        Command::RevokeKey(key),
        Command::CreateToken { key, scopes: None, ttl_ms: HOUR_MS },
        Command::SetUserStatus { user, status: UserStatus::Suspended },
        Command::CreateWithdrawal(new_withdrawal(user, "1.00")),
        Command::CreateOrder(new_order(user, of.other, "1.00")),
        money::send(user, of.other, "1.00"),
        Command::DecideTopUp { top_up, decision: TopUpDecision::Confirm { reference: None } },
        Command::DecideWithdrawal { withdrawal, decision: WithdrawalDecision::Commit },
        Command::DecideOrder { order, decision: release() },
        complaint(order, "It is broken."),
        take(of.dispute, DisputeStep::Comment { message: "Hello.".to_owned() }),
        Command::DecideListing { listing, decision: ListingDecision::Remove },
        Command::MakeOffer(NewOffer { listing, buyer: user, terms, metadata }),
        Command::ReplyToOffer { offer, reply: offers::word(Party::Seller, 1, OfferWord::Decline) },
        Command::ExpireOffer(offer),
        Command::ExpireReserve(order),
        Command::ExpireTopUp(top_up),
        Command::ExpireWithdrawal(withdrawal),
        Command::RequeueJob(JobId::from_bytes(*delivery.as_bytes())),
        Command::UpdateEndpoint { endpoint, change },
        Command::RotateSecret(endpoint),
        Command::StopEndpoint(endpoint),
        Command::DeleteEndpoint(endpoint),
        Command::RetryDelivery(delivery),
    ]
}

/// Ends everything that a space holds, and keeps what is kept for a while no longer.
async fn end<S: Store>(shop: &Shop<S>, of: &Things) {
    let reply = offers::word(Party::Seller, 1, OfferWord::Decline);
    shop.reply(of.offer, reply).await.data();
    let decision = relay::trade::Ruling::FullRefund;
    for command in [
        take(of.dispute, DisputeStep::Assign { assignee: "Ada".to_owned() }),
        take(of.dispute, DisputeStep::Resolve { decision, note: None }),
        Command::DecideTopUp { top_up: of.top_up, decision: TopUpDecision::Cancel { reason: None } },
        Command::DecideListing { listing: of.listing, decision: ListingDecision::Remove },
        Command::SetUserStatus { user: of.user, status: UserStatus::Suspended },
        Command::DeleteEndpoint(of.endpoint),
        Command::RevokeKey(of.key),
        Command::SetMaintenance(Some("We are closed.".to_owned())),
    ] {
        shop.ask(command).await;
    }
    shop.space.note_key_used(of.key, shop.now()).await.unwrap();
    shop.pass(60 * DAY_MS);
    assert!(
        shop.work(|work| !matches!(
            work,
            Work::Deliver { .. } | Work::Scheduled(relay::trade::Schedule::Proof)
        ))
        .await
    );
}

/// What a space shows, whoever asks in whatever way.
async fn everything<S: Store>(shop: &Shop<S>, of: &Things) -> Vec<String> {
    let account = AccountId::from_bytes([9; 32]);
    let own = Caller::Account { account, user: of.user, session: (DeviceId::from_bytes([9; 16]), [9; 32]) };
    let mut all = Vec::new();
    for query in ones(of).into_iter().chain(lists(of)) {
        all.push(shown(&shop.look_as(Caller::Operator, query).await));
    }
    for query in [Query::Wallet, Query::WalletTransfers { behind: None, limit: ALL }, Query::Maintenance] {
        all.push(shown(&shop.look_as(own, query).await));
    }
    let (space, now) = (&shop.space, shop.now());
    let told = space.events(0, None, 1_000).await.unwrap();
    all.extend(told.events.iter().map(|told| told.body.clone()));
    let last = told.events.last().map(|told| EventPoint::Event(told.event));
    all.push(shown(&space.events_start(last, None).await));
    all.push(shown(&space.events_start(None, Some(of.user)).await));
    all.push(shown(&space.events(0, Some(of.user), 1_000).await));
    all.push(shown(&space.audit(0, 1_000).await));
    all.push(shown(
        &space.audit_log(AuditFilter { user: Some(of.user), ..AuditFilter::default() }, ALL).await,
    ));
    all.push(shown(&space.audit_log(AuditFilter::default(), 1_000).await));
    all.push(shown(&space.prove_books().await));
    let settled = space.settled(ledger::Rail::MANUAL, NOW..now.plus_millis(1)).await.unwrap();
    all.extend(settled.into_iter().map(|settled| settled.subject));
    all.push(shown(&space.is_answered(Bytes::from_static(b"space"), [1; 16], now).await));
    all.push(shown(&space.api_token(of.key, of.token).await.unwrap().is_some()));
    all.push(shown(&space.next_job(now).await));
    all.push(shown(&space.count_jobs().await));
    all.push(shown(&space.outgoing((of.endpoint, of.delivery), now).await.unwrap().map(|sent| sent.body)));
    all
}

fn shown(shown: &impl Debug) -> String {
    format!("{shown:?}")
}

/// Whoever asks in one space for another's things finds none, and none of them in any list.
async fn nothing_is_seen_of<S: Store>(things: &Things, elsewhere: &Shop<S>) {
    for query in ones(things) {
        let found = elsewhere.look_as(Caller::Operator, query).await;
        assert_eq!(found.status, 404, "{found:?}");
    }
    let Things { key, user, other, top_up, withdrawal, transfer, .. } = *things;
    let Things { order, dispute, comment, listing, offer, endpoint, delivery, .. } = *things;
    let of_money = [shown(&user), shown(&other), shown(&top_up), shown(&withdrawal), shown(&transfer)];
    let of_trade = [shown(&order), shown(&dispute), shown(&comment), shown(&listing), shown(&offer)];
    let ids = of_money.into_iter().chain(of_trade).chain([shown(&key), shown(&endpoint), shown(&delivery)]);
    let ids: Vec<String> = ids.collect();
    for query in lists(things) {
        let listed = shown(&elsewhere.look_as(Caller::Operator, query).await);
        assert!(!ids.iter().any(|id| listed.contains(id)), "{listed}");
    }
    let (space, now) = (&elsewhere.space, elsewhere.now());
    assert!(space.api_token(key, things.token).await.unwrap().is_none());
    assert_eq!(space.events(0, Some(user), ALL).await.unwrap().events, []);
    let filter = AuditFilter { user: Some(user), ..AuditFilter::default() };
    let asked_for = space.audit_log(filter, 1_000).await.unwrap();
    assert!(asked_for.iter().all(|entry| entry.body.contains("FAILURE")), "{asked_for:?}");
    assert_eq!(space.outgoing((endpoint, delivery), now).await.unwrap().err(), Some(Outcome::Done));
}
