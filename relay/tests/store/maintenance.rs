//! What every store must do while nothing may be changed.

use relay::store::{Spaces, Trade};
use relay::trade::{Caller, Command, Idempotency, Query, Schedule, Scopes};

use crate::kept::{FIRST, Kept};
use crate::shop::*;

pub(crate) async fn while_nothing_may_be_changed_only_administration_is_done_also_over_a_restart<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let user = shop.user("one").await;
    shop.ask(closed("We are counting.")).await;
    drop(shop);
    let shop = Shop::drawn_from(kept.space(), 1);
    let idempotency =
        Some(Idempotency { key: [1; 16], text: String::new(), hash: [2; 32], kept_ms: Some(DAY_MS) });
    let mut attempt = shop.attempt(Caller::Operator, Command::CreateUser(new_user("two")));
    attempt.idempotency = idempotency;
    let refused = Answered::from(shop.space.carry_out(attempt.clone()).await.unwrap());
    assert_eq!((refused.status, refused.refusal()), (503, Some("MAINTENANCE_MODE")));
    assert_eq!(refused.body["error"]["message"], "We are counting.");
    shop.ask(Command::CreateKey { name: "key".to_owned(), scopes: Scopes::all() }).await;
    assert_eq!(shop.see(Query::Maintenance).await["enabled"], true);
    assert_eq!(shop.see(Query::User(user)).await["external_user_id"], "one", "all can be looked at");
    assert_eq!(shop.told().await, ["user.created"]);
    shop.ask(Command::SetMaintenance(None)).await;
    assert_eq!(shop.see(Query::Maintenance).await["enabled"], false);
    let made = shop.space.carry_out(attempt).await.unwrap();
    assert_eq!((made.status, made.is_replay), (201, false), "that it had to wait is no answer to keep");
}

pub(crate) async fn what_is_over_waits_until_something_may_be_changed_again<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let user = shop.rich_user("one", "10.00").await;
    let withdrawal = shop.withdrawal(user, "10.00").await;
    shop.ask(closed("We are counting.")).await;
    shop.pass(30 * DAY_MS);
    let standing = async || shop.see(Query::Withdrawal(withdrawal)).await["status"].clone();
    shop.run(Schedule::Expiry).await;
    assert_eq!(standing().await, "WITHDRAWAL_CREATED");
    shop.ask(Command::SetMaintenance(None)).await;
    shop.pass(Schedule::Expiry.interval_ms());
    shop.run(Schedule::Expiry).await;
    assert_eq!(standing().await, "WITHDRAWAL_CANCELED");
}

pub(crate) async fn nothing_may_be_changed_in_the_space_alone_that_says_so<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    let other = store.make_space("other", NOW).await.unwrap();
    let [here, there] = [FIRST, other].map(|space| Shop::drawn_from(store.space(space), space.0.into()));
    there.ask(closed("We are counting.")).await;
    here.user("one").await;
    assert_eq!(there.refused(Command::CreateUser(new_user("one"))).await, "MAINTENANCE_MODE");
    assert_eq!(here.see(Query::Maintenance).await["enabled"], false);
}

fn closed(message: &str) -> Command {
    Command::SetMaintenance(Some(message.to_owned()))
}
