//! What every store must do for those who are told what happens.

use protocol::{DeliveryId, EndpointId};
use relay::store::{Jobs, Store, Trade};
use relay::trade::{
    Command, Delivered, EndpointChange, JobError, JobRow, NewEndpoint, Outcome, Outgoing, Query, Schedule,
    Work,
};
use serde_json::Value;

use crate::kept::Kept;
use crate::shop::*;

const URL: &str = "https://shop.example.org/hooks";

pub(crate) async fn each_endpoint_is_told_once_of_what_it_wants_and_has_happened_since<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    shop.user("before").await;
    let [all, users, listings] =
        [endpoint(&shop, "*").await, endpoint(&shop, "user.*").await, endpoint(&shop, "listing.sold").await];
    let user = shop.user("one").await;
    shop.top_up(user, "10.00").await;
    for _ in 0..2 {
        shop.work_once(|work| *work == Work::Dispatch).await;
        let names = async |endpoint| shop.list(deliveries(endpoint), "event_type").await.0;
        assert_eq!(names(users).await, ["user.created"]);
        assert_eq!(names(listings).await, Vec::<String>::new());
        let [mut told, mut happened] = [names(all).await, shop.told().await.split_off(1)];
        told.sort();
        happened.sort();
        assert_eq!(told, happened, "nothing of what was before");
    }
}

pub(crate) async fn a_delivery_says_what_was_told_and_is_done_when_it_was_taken<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let endpoint = with_delivery(&shop, "user.*").await;
    let (job, of) = shop.take().await.into_iter().find_map(delivering).unwrap();
    let told = shop.space.events(0, None, 10).await.unwrap().events.remove(0);
    let Outgoing { url, id, body, .. } = outgoing(&shop, of).await.unwrap();
    assert_eq!((url.as_str(), id, body), (URL, told.event.to_string(), told.body));
    assert_eq!(shown(&shop, endpoint).await["status"], "PENDING");
    settle(&shop, job.clone(), of, Some(204), Outcome::Done).await;
    let delivered = shown(&shop, endpoint).await;
    assert_eq!((&delivered["status"], &delivered["response_status"]), (&"DELIVERED".into(), &204.into()));
    settle(&shop, job, of, Some(500), failed()).await;
    assert_eq!(shown(&shop, endpoint).await, delivered, "whoever has it no longer says nothing of it");
    assert!(!shop.work_once(|work| matches!(work, Work::Deliver { .. })).await);
}

pub(crate) async fn a_delivery_that_fails_is_sent_again_until_it_is_dead_and_somebody_looks<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let endpoint = with_delivery(&shop, "user.*").await;
    let mut attempts = 0;
    // The endpoint would be disabled after five days.
    while let Some((job, of)) = shop.take().await.into_iter().find_map(delivering) {
        settle(&shop, job, of, Some(500), failed()).await;
        attempts += 1;
        let sent = shown(&shop, endpoint).await;
        assert_eq!((&sent["attempts"], &sent["error_code"]), (&attempts.into(), &"status_refused".into()));
        assert!(shop.take().await.into_iter().find_map(delivering).is_none(), "it waits");
        shop.pass(12 * HOUR_MS);
    }
    let dead = shown(&shop, endpoint).await;
    assert_eq!((attempts, &dead["status"], &dead["next_attempt_at"]), (8, &"FAILED".into(), &Value::Null));
    assert_eq!(shop.space.count_jobs().await.unwrap()["webhook.deliver"].dead, 1);
    let delivery: DeliveryId = id_of(&dead);
    assert_eq!(shop.ask(Command::RetryDelivery(delivery)).await["status"], "PENDING");
    let (job, of) = shop.take().await.into_iter().find_map(delivering).unwrap();
    assert_eq!(shop.refused(Command::RetryDelivery(delivery)).await, "INVALID_STATE", "it is being sent");
    settle(&shop, job, of, Some(200), Outcome::Done).await;
    assert_eq!(shown(&shop, endpoint).await["status"], "DELIVERED");
}

pub(crate) async fn an_endpoint_that_does_nothing_but_fail_or_is_gone_is_told_nothing_more<K: Kept>() {
    for (passed_ms, status, is_enabled) in
        [(5 * DAY_MS - 1, 500, true), (5 * DAY_MS, 500, false), (0, 410, false)]
    {
        let kept = K::anew();
        let shop = Shop::of(kept.space());
        let endpoint = with_delivery(&shop, "user.created").await;
        let (job, of) = shop.take().await.into_iter().find_map(delivering).unwrap();
        settle(&shop, job, of, Some(500), failed()).await;
        shop.pass(passed_ms);
        shop.ask(Command::RetryDelivery(of.1)).await;
        let (job, of) = shop.take().await.into_iter().find_map(delivering).unwrap();
        settle(&shop, job, of, Some(status), failed()).await;
        let shown = shop.see(Query::Endpoint(endpoint)).await;
        assert_eq!(shown["enabled"], is_enabled, "{status} behind {passed_ms} ms");
        assert!(shown["failing_since"].is_string());
    }
}

pub(crate) async fn an_endpoint_that_is_enabled_again_is_told_what_waited<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let endpoint = with_delivery(&shop, "user.*").await;
    enable(&shop, endpoint, false).await;
    let (job, of) = shop.take().await.into_iter().find_map(delivering).unwrap();
    let Err(Outcome::Hopeless(error)) = outgoing(&shop, of).await else { panic!("it is sent") };
    assert_eq!(error.code, "endpoint_disabled");
    settle(&shop, job, of, None, Outcome::Hopeless(error)).await;
    shop.user("two").await;
    assert!(shop.take().await.into_iter().find_map(delivering).is_none());
    enable(&shop, endpoint, true).await;
    shop.work(|work| matches!(work, Work::Tend { .. })).await;
    shop.work_once(|work| *work == Work::Dispatch).await;
    let waiting = shop.space.count_jobs().await.unwrap()["webhook.deliver"];
    assert_eq!((waiting.waiting + waiting.leased, waiting.dead), (2, 0));
}

pub(crate) async fn whoever_missed_more_than_one_turn_goes_through_is_told_all_of_it<K: Kept>() {
    /// More than one turn.
    const MISSED: u32 = 201;
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let endpoint = endpoint(&shop, "user.*").await;
    enable(&shop, endpoint, false).await;
    for number in 0..MISSED {
        shop.user(&number.to_string()).await;
    }
    enable(&shop, endpoint, true).await;
    shop.work(|work| *work == Work::Dispatch).await;
    let waiting = shop.space.count_jobs().await.unwrap()["webhook.deliver"];
    assert_eq!(waiting.waiting + waiting.leased, u64::from(MISSED));
}

pub(crate) async fn an_endpoint_that_moves_has_not_failed_where_it_is_now<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let endpoint = with_delivery(&shop, "user.*").await;
    let (job, of) = shop.take().await.into_iter().find_map(delivering).unwrap();
    settle(&shop, job, of, Some(500), failed()).await;
    for (url, is_failing) in [(URL, true), ("https://shop.example.org/moved", false)] {
        let change = EndpointChange { url: Some(url.to_owned()), ..EndpointChange::default() };
        let shown = shop.ask(Command::UpdateEndpoint { endpoint, change }).await;
        assert_eq!(shown["failing_since"].is_string(), is_failing, "{url}");
    }
}

pub(crate) async fn an_endpoint_that_is_deleted_is_gone_with_its_deliveries_and_no_others<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [gone, other] = [endpoint(&shop, "*").await, endpoint(&shop, "*").await];
    shop.user("one").await;
    shop.work_once(|work| *work == Work::Dispatch).await;
    let (_, of) = shop.take().await.into_iter().filter_map(delivering).find(|(_, of)| of.0 == gone).unwrap();
    shop.ask(Command::DeleteEndpoint(gone)).await;
    assert_eq!(outgoing(&shop, of).await.err(), Some(Outcome::Done));
    for query in [Query::Endpoint(gone), deliveries(gone)] {
        assert_eq!(shop.look_as(relay::trade::Caller::Operator, query).await.status, 404);
    }
    assert_eq!(shop.refused(Command::RetryDelivery(of.1)).await, "NOT_FOUND");
    shop.work(|work| matches!(work, Work::Tend { .. })).await;
    let left = shop.space.count_jobs().await.unwrap()["webhook.deliver"];
    assert_eq!(left.waiting + left.leased + left.dead, 1);
    assert_eq!(shop.list(deliveries(other), "event_type").await.0, ["user.created"]);
    let (endpoints, _) = shop.list(Query::Endpoints { behind: None, limit: ALL }, "id").await;
    assert_eq!(endpoints, [other.to_string()]);
}

pub(crate) async fn both_secrets_sign_for_a_day_after_one_took_the_others_place<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let endpoint = with_delivery(&shop, "user.*").await;
    let (_, of) = shop.take().await.into_iter().find_map(delivering).unwrap();
    let signatures = async || {
        let signed = outgoing(&shop, of).await.unwrap().signatures;
        signed.split(' ').map(str::to_owned).collect::<Vec<_>>()
    };
    let before = signatures().await;
    shop.ask(Command::RotateSecret(endpoint)).await;
    let both = signatures().await;
    assert_eq!((both.len(), &both[1]), (2, &before[0]));
    shop.pass(DAY_MS);
    assert_eq!(signatures().await.len(), 1);
}

pub(crate) async fn deliveries_are_listed_page_by_page_and_dropped_when_nobody_looks_any_more<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let endpoint = endpoint(&shop, "user.*").await;
    for name in ["one", "two", "three"] {
        shop.user(name).await;
        shop.work_once(|work| *work == Work::Dispatch).await;
        shop.pass(1);
    }
    let page = async |behind, limit| shop.list(Query::Deliveries { endpoint, behind, limit }, "id").await;
    let (all, _) = page(None, ALL).await;
    assert_eq!(all.len(), 3);
    assert_eq!(page(None, 2).await, (all[..2].to_vec(), true));
    let behind = Some(all[1].parse().unwrap());
    assert_eq!(page(behind, 2).await, (all[2..].to_vec(), false));
    shop.pass(31 * DAY_MS);
    shop.run(Schedule::Retention).await;
    assert_eq!(page(None, ALL).await, (vec![], false));
}

/// An endpoint that is owed one delivery.
async fn with_delivery<S: Store>(shop: &Shop<S>, kind: &str) -> EndpointId {
    let endpoint = endpoint(shop, kind).await;
    shop.user("one").await;
    shop.work_once(|work| *work == Work::Dispatch).await;
    endpoint
}

pub(crate) async fn endpoint<S: Store>(shop: &Shop<S>, kind: &str) -> EndpointId {
    let (url, types) = (URL.to_owned(), vec![kind.to_owned()]);
    shop.make(Command::CreateEndpoint(NewEndpoint { url, types, description: String::new() })).await
}

async fn enable<S: Store>(shop: &Shop<S>, endpoint: EndpointId, is_enabled: bool) {
    let change = EndpointChange { is_enabled: Some(is_enabled), ..EndpointChange::default() };
    shop.ask(Command::UpdateEndpoint { endpoint, change }).await;
}

fn deliveries(endpoint: EndpointId) -> Query {
    Query::Deliveries { endpoint, behind: None, limit: ALL }
}

/// An endpoint's last delivery, as it is shown.
async fn shown<S: Store>(shop: &Shop<S>, endpoint: EndpointId) -> Value {
    shop.see(deliveries(endpoint)).await[0].take()
}

/// A job that sends something, and what.
pub(crate) fn delivering(job: JobRow) -> Option<(JobRow, (EndpointId, DeliveryId))> {
    match job.work {
        Work::Deliver { endpoint, delivery } => Some((job, (endpoint, delivery))),
        _ => None,
    }
}

async fn outgoing<S: Store>(shop: &Shop<S>, of: (EndpointId, DeliveryId)) -> Result<Outgoing, Outcome> {
    shop.space.outgoing(of, shop.now()).await.unwrap()
}

async fn settle<S: Store>(
    shop: &Shop<S>,
    job: JobRow,
    of: (EndpointId, DeliveryId),
    status: Option<u16>,
    outcome: Outcome,
) {
    let url = Some(URL.to_owned());
    let delivered = Delivered { job, url, status, outcome, now: shop.now(), seed: shop.seed() };
    shop.space.settle_delivery(of, delivered).await.unwrap();
}

fn failed() -> Outcome {
    Outcome::Failed(JobError::new("status_refused", "it answered 500"))
}
