//! What every store must do for whoever asks for the same once more.

use protocol::Bytes;
use relay::store::{Store, Trade};
use relay::trade::{Attempt, Caller, Command, Idempotency, Reply, Schedule};
use tokio::task::JoinSet;

use crate::kept::Kept;
use crate::shop::*;

/// How long answers are kept here.
const KEPT_MS: u64 = DAY_MS;

pub(crate) async fn an_answer_is_kept_as_long_as_it_is_to_be_and_survives_a_restart<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let first = ask(&shop, attempt(&shop, 1, "one")).await;
    assert_eq!((first.status, first.is_replay), (201, false));
    drop(shop);
    let shop = Shop::drawn_from(kept.space(), 1);
    shop.pass(KEPT_MS - 1);
    let again = ask(&shop, attempt(&shop, 1, "one")).await;
    assert_eq!((&again.body, again.is_replay), (&first.body, true));
    shop.pass(1);
    let anew = ask(&shop, attempt(&shop, 1, "one")).await;
    assert_eq!((anew.status, anew.is_replay), (409, false), "it is asked for anew, and is there already");
}

pub(crate) async fn a_refused_change_leaves_nothing_but_its_answer_and_its_audit_entry<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    ask(&shop, attempt(&shop, 1, "one")).await;
    let refused = ask(&shop, attempt(&shop, 2, "one")).await;
    assert_eq!(refused.status, 409);
    let again = ask(&shop, attempt(&shop, 2, "one")).await;
    assert_eq!((again.body, again.is_replay), (refused.body, true));
    assert_eq!(shop.space.audit(0, 10).await.unwrap().entries.len(), 2);
}

pub(crate) async fn of_many_who_ask_for_the_same_at_once_one_is_carried_out_and_all_are_answered_the_same<
    K: Kept,
>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let mut asking = JoinSet::new();
    for _ in 0..100 {
        let (space, attempt) = (shop.space.clone(), attempt(&shop, 1, "one"));
        asking.spawn(async move { space.carry_out(attempt).await.unwrap() });
    }
    let replies: Vec<Reply> = asking.join_all().await;
    assert_eq!(replies.iter().filter(|reply| !reply.is_replay).count(), 1);
    assert!(replies.iter().all(|reply| reply.body == replies[0].body));
}

pub(crate) async fn another_request_by_the_same_key_is_refused_and_changes_nothing<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let first = ask(&shop, attempt(&shop, 1, "one")).await;
    let other = Answered::from(ask(&shop, attempt(&shop, 1, "two")).await);
    assert_eq!(other.refusal(), Some("IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(shop.told().await, ["user.created"]);
    assert_eq!(shop.space.audit(0, 10).await.unwrap().entries.len(), 1);
    assert_eq!(ask(&shop, attempt(&shop, 1, "one")).await.body, first.body, "the first one's answer stays");
}

pub(crate) async fn an_answer_is_its_askers_and_known_to_have_been_given<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    ask(&shop, attempt(&shop, 1, "one")).await;
    let is_answered = async |asker: &'static [u8], key: u8| {
        shop.space.is_answered(Bytes::from_static(asker), [key; 16], shop.now()).await.unwrap()
    };
    assert!(is_answered(b"space", 1).await);
    assert!(!is_answered(b"space", 2).await);
    assert!(!is_answered(b"somebody", 1).await);
    shop.pass(KEPT_MS);
    assert!(!is_answered(b"space", 1).await);
}

pub(crate) async fn retention_drops_answers_when_their_time_has_passed<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    ask(&shop, attempt(&shop, 1, "one")).await;
    let without_end = attempt(&shop, 2, "two");
    let idempotency = without_end.idempotency.map(|by| Idempotency { kept_ms: None, ..by });
    ask(&shop, Attempt { idempotency, ..without_end }).await;
    // Whether it is there is asked as of the time when it was given.
    let is_there =
        async |key| shop.space.is_answered(Bytes::from_static(b"space"), [key; 16], NOW).await.unwrap();
    for (passed_ms, is_left) in [(KEPT_MS - 1, true), (Schedule::Retention.interval_ms(), false)] {
        shop.pass(passed_ms);
        shop.run(Schedule::Retention).await;
        assert_eq!([is_there(1).await, is_there(2).await], [is_left, true]);
    }
}

fn attempt<S: Store>(shop: &Shop<S>, key: u8, name: &str) -> Attempt {
    let mut hash = [0; 32];
    hash[..name.len()].copy_from_slice(name.as_bytes());
    let idempotency = Idempotency { key: [key; 16], text: String::new(), hash, kept_ms: Some(KEPT_MS) };
    let attempt = shop.attempt(Caller::Operator, Command::CreateUser(new_user(name)));
    Attempt { idempotency: Some(idempotency), ..attempt }
}

async fn ask<S: Store>(shop: &Shop<S>, attempt: Attempt) -> Reply {
    shop.space.carry_out(attempt).await.unwrap()
}
