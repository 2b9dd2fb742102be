//! What every store must do for the audit log.

use relay::store::{SpaceId, Spaces, Trade};
use relay::trade::{AuditFilter, Caller, Chain, Command, Tampered, UserStatus};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::kept::{FIRST, Kept, Space};
use crate::shop::*;

pub(crate) async fn the_audit_log_is_one_chain_however_many_write_and_each_spaces_own<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    let other = store.make_space("other", NOW).await.unwrap();
    let shops = [FIRST, other].map(|space| Shop::drawn_from(store.space(space), space.0.into()));
    let mut asking = JoinSet::new();
    for number in 0..60 {
        let shop = if number % 3 == 0 { &shops[1] } else { &shops[0] };
        let command = Command::CreateUser(new_user(&number.to_string()));
        let (space, attempt) = (shop.space.clone(), shop.attempt(Caller::Operator, command));
        asking.spawn(async move { space.carry_out(attempt).await.unwrap() });
    }
    asking.join_all().await;
    assert_eq!(entries::<K>(&store, FIRST, FIRST).await, Ok(40));
    assert_eq!(entries::<K>(&store, other, other).await, Ok(20));
    assert_eq!(entries::<K>(&store, other, FIRST).await, Err(Tampered::Altered(1)), "it is no other space's");
}

pub(crate) async fn the_audit_log_goes_on_where_it_was_when_the_store_is_opened_again<K: Kept>() {
    let kept = K::anew();
    for number in 1..=3 {
        let store = kept.open();
        Shop::drawn_from(store.space(FIRST), number).user(&number.to_string()).await;
        assert_eq!(entries::<K>(&store, FIRST, FIRST).await, Ok(number));
    }
}

pub(crate) async fn the_audit_log_is_read_page_by_page_with_its_end<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    for name in ["one", "two", "three"] {
        shop.user(name).await;
    }
    let page = shop.space.audit(1, 1).await.unwrap();
    let numbers: Vec<u64> = page.entries.iter().map(|entry| entry.number).collect();
    assert_eq!((numbers, page.head.map(|head| head.number)), (vec![2], Some(3)));
}

pub(crate) async fn the_audit_log_is_searched_by_action_thing_user_and_time_the_newest_first<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [ana, ben] = [shop.user("ana").await, shop.user("ben").await];
    shop.pass(10);
    let top_up = shop.top_up(ana, "10.00").await;
    shop.pass(10);
    shop.ask(Command::SetUserStatus { user: ben, status: UserStatus::Suspended }).await;
    shop.refused(Command::CreateUser(new_user("ana"))).await;
    let found = async |filter, limit| {
        let entries = shop.space.audit_log(filter, limit).await.unwrap();
        entries.into_iter().map(|entry| entry.number).collect::<Vec<_>>()
    };
    let all = AuditFilter::default();
    let word = |word: &str| Some(word.to_owned());
    for (filter, expected) in [
        (all.clone(), [5, 4, 3, 2, 1].as_slice()),
        (AuditFilter { action: word("USER_CREATE"), ..all.clone() }, &[5, 2, 1]),
        (AuditFilter { resource_type: word("user"), ..all.clone() }, &[5, 4, 2, 1]),
        (AuditFilter { resource_type: word("topup"), ..all.clone() }, &[3]),
        (AuditFilter { resource_id: word(&top_up.to_string()), ..all.clone() }, &[3]),
        (AuditFilter { resource_id: word(&ben.to_string()), ..all.clone() }, &[4, 2]),
        (AuditFilter { user: Some(ana), ..all.clone() }, &[5, 3, 1]),
        (AuditFilter { user: Some(ana), action: word("USER_CREATE"), ..all.clone() }, &[5, 1]),
        (AuditFilter { from: Some(NOW.plus_millis(10)), ..all.clone() }, &[5, 4, 3]),
        (AuditFilter { to: Some(NOW.plus_millis(20)), ..all.clone() }, &[3, 2, 1]),
        (AuditFilter { behind: Some(4), ..all.clone() }, &[3, 2, 1]),
        (AuditFilter { behind: Some(4), resource_type: word("user"), ..all.clone() }, &[2, 1]),
    ] {
        assert_eq!(found(filter.clone(), ALL).await, expected, "{filter:?}");
    }
    assert_eq!(found(all.clone(), 2).await, [5, 4]);
    let last: Value = serde_json::from_str(&shop.space.audit_log(all, 1).await.unwrap()[0].body).unwrap();
    assert_eq!((&last["result"], &last["error"]), (&"FAILURE".into(), &"USER_ALREADY_EXISTS".into()));
}

/// How many entries a space's log has, if they are whole and this space's.
async fn entries<K: Kept>(store: &K::Store, of: SpaceId, as_of: SpaceId) -> Result<u64, Tampered> {
    let space: Space<K> = store.space(of);
    let page = space.audit(0, 1000).await.unwrap();
    let mut chain = Chain::new(as_of.0);
    page.entries.iter().try_for_each(|entry| chain.follow(entry))?;
    let head = page.head.unwrap();
    chain.ends_at(&head, &store.relay(), &store.public_key())?;
    Ok(head.number)
}
