//! What every store must do for those who ask: keys, tokens made from them, and accounts.

use protocol::{AccountId, DeviceId, KeyId, UserId};
use relay::store::{Sessions, Spaces, Store, Trade};
use relay::trade::{Caller, Command, Credential, KeyRow, Query, Schedule, Scope, Scopes};
use serde_json::Value;

use crate::kept::{FIRST, Kept};
use crate::shop::*;

pub(crate) async fn a_key_is_found_by_its_id_in_the_space_that_it_opens<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    let there = store.make_space("other", NOW).await.unwrap();
    let key = key(&Shop::of(store.space(there)), "shop").await;
    let found = store.key_of_any_space(key).await.unwrap();
    assert!(found.is_some_and(|(space, row)| space == there && row.key == key));
    assert!(store.key_of_any_space(KeyId::from_bytes([9; 16])).await.unwrap().is_none());
}

pub(crate) async fn whoever_was_revoked_meanwhile_changes_nothing<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let key = key(&shop, "shop").await;
    let by = |token_until| Caller::Key { key, scopes: Scopes::all(), token_until };
    let ask = async |caller, name| shop.try_as(caller, Command::CreateUser(new_user(name))).await.status;
    assert_eq!(ask(by(None), "one").await, 201);
    assert_eq!(ask(by(Some(NOW.plus_millis(1))), "two").await, 201);
    assert_eq!(ask(by(Some(NOW)), "three").await, 401, "the token is over");
    shop.ask(Command::RevokeKey(key)).await;
    assert_eq!(ask(by(None), "one").await, 401, "not even what was answered before is told");
    assert_eq!(shop.space.audit(0, 10).await.unwrap().entries.len(), 4);
}

pub(crate) async fn an_account_whose_session_is_over_changes_nothing_whatever_the_door_let_through<
    K: Kept,
>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let (device, session) = (DeviceId::from_bytes([7; 16]), [8; 32]);
    let owner = Caller::Account {
        account: AccountId::from_bytes([6; 32]),
        user: UserId::from_bytes([5; 16]),
        session: (device, session),
    };
    let answered = shop.try_as(owner, Command::CreateUser(new_user("one"))).await;
    assert_eq!(answered.status, 401);
    assert_eq!(shop.space.session_of(device, session, NOW).await, Ok(None));
    assert_eq!(shop.told().await, Vec::<String>::new());
}

pub(crate) async fn keys_are_listed_the_newest_first_with_when_they_were_last_used<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let mut keys = Vec::new();
    for name in ["one", "two", "three"] {
        keys.push(key(&shop, name).await);
        shop.pass(1);
    }
    let page = async |behind, limit| shop.list(Query::Keys { behind, limit }, "name").await;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(page(None, 2).await, (names(&["three", "two"]), true));
    assert_eq!(page(Some(keys[1]), 2).await, (names(&["one"]), false));
    shop.space.note_key_used(keys[0], shop.now()).await.unwrap();
    shop.ask(Command::RevokeKey(keys[2])).await;
    let shown = shop.see(Query::Keys { behind: None, limit: ALL }).await;
    let used: Vec<bool> =
        shown.as_array().unwrap().iter().map(|key| key["last_used_at"].is_string()).collect();
    assert_eq!(used, [false, false, true]);
    let works = |key: &Value| key["status"] == "active";
    assert_eq!(shown.as_array().unwrap().iter().map(works).collect::<Vec<_>>(), [false, true, true]);
    let again = shop.ask(Command::RevokeKey(keys[2])).await;
    assert_eq!(again["revoked_at"], shown[0]["revoked_at"]);
}

pub(crate) async fn a_token_is_found_by_its_secret_until_its_time_is_over_and_it_is_dropped<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    let shop = Shop::of(store.space(FIRST));
    let [own, other] = [key(&shop, "shop").await, key(&shop, "other").await];
    let scopes: Scopes = [Scope::Read].into_iter().collect();
    let command = Command::CreateToken { key: own, scopes: Some(scopes), ttl_ms: HOUR_MS };
    let shown = shop.ask(command).await["token"].as_str().unwrap().parse().unwrap();
    let Credential::Token(named, secret) = shown else { panic!("it is no token") };
    assert_eq!(named, own);
    let hash = |row: KeyRow| secret.hash(&row.salt);
    let hash = hash(store.key_of_any_space(own).await.unwrap().unwrap().1);
    let found = shop.space.api_token(own, hash).await.unwrap().unwrap();
    assert!(found.scopes == scopes && found.expires_at == NOW.plus_millis(HOUR_MS));
    assert!(shop.space.api_token(own, [0; 32]).await.unwrap().is_none());
    assert!(shop.space.api_token(other, hash).await.unwrap().is_none(), "it is no other key's");
    for (passed_ms, is_left) in [(HOUR_MS - 1, true), (Schedule::Retention.interval_ms(), false)] {
        shop.pass(passed_ms);
        shop.run(Schedule::Retention).await;
        assert_eq!(shop.space.api_token(own, hash).await.unwrap().is_some(), is_left);
    }
}

pub(crate) async fn key<S: Store>(shop: &Shop<S>, name: &str) -> KeyId {
    shop.make(Command::CreateKey { name: name.to_owned(), scopes: Scopes::all() }).await
}
