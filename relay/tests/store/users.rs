//! What every store must do for those who trade.

use relay::trade::{Command, NewUser, Query, UserFilter, UserKind, UserStatus};
use serde_json::{Map, Value};

use crate::kept::Kept;
use crate::shop::*;

pub(crate) async fn a_user_is_as_it_was_made_and_what_the_space_calls_it_is_one_users<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let metadata: Map<String, Value> = [("tier".to_owned(), Value::from("gold"))].into_iter().collect();
    let email = Some("ana@example.org".to_owned());
    let new = NewUser { email, kind: UserKind::Buyer, metadata: metadata.clone(), ..new_user("ana") };
    let made = shop.ask(Command::CreateUser(new)).await;
    assert_eq!(shop.see(Query::User(id_of(&made))).await, made);
    assert_eq!((&made["email"], &made["metadata"]), (&"ana@example.org".into(), &metadata.into()));
    assert_eq!(shop.refused(Command::CreateUser(new_user("ana"))).await, "USER_ALREADY_EXISTS");
    shop.user("Ana").await;
}

pub(crate) async fn users_are_listed_by_what_they_do_and_how_they_stand_the_newest_first<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let mut users = Vec::new();
    for (name, kind) in [("a", UserKind::Buyer), ("b", UserKind::Seller), ("c", UserKind::Buyer)] {
        users.push(shop.make(Command::CreateUser(NewUser { kind, ..new_user(name) })).await);
        shop.pass(1);
    }
    shop.ask(Command::SetUserStatus { user: users[0], status: UserStatus::Suspended }).await;
    let all = UserFilter::default();
    let listed = async |filter, limit| shop.list(Query::Users { filter, limit }, "external_user_id").await;
    for (filter, limit, expected, has_more) in [
        (all, ALL, ["c", "b", "a"].as_slice(), false),
        (all, 2, &["c", "b"], true),
        (UserFilter { behind: Some(users[1]), ..all }, ALL, &["a"], false),
        (UserFilter { kind: Some(UserKind::Buyer), ..all }, ALL, &["c", "a"], false),
        (UserFilter { kind: Some(UserKind::Buyer), ..all }, 1, &["c"], true),
        (UserFilter { status: Some(UserStatus::Suspended), ..all }, ALL, &["a"], false),
        (
            UserFilter { status: Some(UserStatus::Active), kind: Some(UserKind::Buyer), ..all },
            1,
            &["c"],
            false,
        ),
    ] {
        let expected = expected.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(listed(filter, limit).await, (expected, has_more), "{filter:?}");
    }
}

pub(crate) async fn whoever_is_suspended_begins_nothing_and_keeps_what_it_has<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "100.00").await, shop.user("seller").await];
    let order = shop.funded_order(buyer, seller, "80.00").await;
    let stand = async |status| shop.ask(Command::SetUserStatus { user: buyer, status }).await;
    stand(UserStatus::Suspended).await;
    let buy = || Command::CreateOrder(new_order(buyer, seller, "20.00"));
    assert_eq!(shop.refused(buy()).await, "USER_SUSPENDED");
    assert_eq!(shop.decide(order, release()).await["status"], "CLOSED", "what was agreed on goes on");
    assert_eq!(shop.purse(buyer).await, ["20.00", "0.00"]);
    stand(UserStatus::Active).await;
    shop.ask(buy()).await;
}
