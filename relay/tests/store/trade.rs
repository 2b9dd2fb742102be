//! What every store must do for those who trade.

use protocol::{AccountId, DeviceId, EventId, KeyId, RelayId, Timestamp, UserId};
use relay::store::sqlite::{KeyFileError, OpenError, SqliteSpace, SqliteStore};
use relay::store::{Committed, Store, StoreError, Trade};
use relay::trade::{
    Attempt, Caller, Chain, Command, EventPoint, EventStart, Idempotency, NewUser, Reply, Scopes, Seed,
    Tampered, UserKind,
};
use tokio::task::JoinSet;

use crate::sqlite::open;

const NOW: u64 = 1_700_000_000_000;
const KEPT_MS: u64 = 1000;

#[tokio::test]
async fn an_answer_is_kept_as_long_as_it_is_to_be_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = store.carry_out(attempt(1, 1, "one")).await.unwrap();
    assert_eq!((first.status, first.is_replay), (201, false));
    drop(store);
    let store = open(folder.path());
    let again = store.carry_out(attempt(1, 1, "one")).await.unwrap();
    assert_eq!((&again.body, again.is_replay), (&first.body, true));
    let late = Attempt { now: Timestamp::from_millis(NOW + KEPT_MS), ..attempt(1, 1, "one") };
    let anew = store.carry_out(late).await.unwrap();
    assert_eq!((anew.status, anew.is_replay), (409, false), "it is asked for anew, and is there already");
}

#[tokio::test]
async fn a_refused_change_leaves_nothing_but_its_answer_and_its_audit_entry() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.carry_out(attempt(1, 1, "one")).await.unwrap();
    let refused = store.carry_out(attempt(2, 2, "one")).await.unwrap();
    assert_eq!(refused.status, 409);
    let again = store.carry_out(attempt(2, 2, "one")).await.unwrap();
    assert_eq!((again.body, again.is_replay), (refused.body, true));
    assert_eq!(store.audit(0, 10).await.unwrap().entries.len(), 2);
}

#[tokio::test]
async fn of_many_who_ask_for_the_same_at_once_one_is_carried_out_and_all_are_answered_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut asking = JoinSet::new();
    for number in 0..100 {
        let store = store.clone();
        asking.spawn(async move { store.carry_out(attempt(1, number, "one")).await.unwrap() });
    }
    let replies: Vec<Reply> = asking.join_all().await;
    assert_eq!(replies.iter().filter(|reply| !reply.is_replay).count(), 1);
    assert!(replies.iter().all(|reply| reply.body == replies[0].body));
}

#[tokio::test]
async fn the_audit_log_is_one_chain_however_many_write_and_each_spaces_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let there = store.spaces().make_space("other", Timestamp::from_millis(NOW)).await.unwrap();
    let [here, there] = [store.clone(), store.spaces().space(there)];
    let mut asking = JoinSet::new();
    for number in 0..60 {
        let space = if number % 3 == 0 { there.clone() } else { here.clone() };
        asking.spawn(
            async move { space.carry_out(attempt(number, number, &number.to_string())).await.unwrap() },
        );
    }
    asking.join_all().await;
    assert_eq!(entries(&here, 1).await, Ok(40));
    assert_eq!(entries(&there, 2).await, Ok(20));
    assert_eq!(entries(&there, 1).await, Err(Tampered::Altered(1)), "it is no other space's");
}

#[tokio::test]
async fn a_key_is_found_by_its_id_in_the_space_that_it_opens() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let create = Command::CreateKey { name: "shop".to_owned(), scopes: Scopes::all() };
    let there = store.spaces().make_space("other", Timestamp::from_millis(NOW)).await.unwrap();
    assert_eq!(store.spaces().space_named("other").await.unwrap(), Some(there));
    assert_eq!(store.spaces().space_named("nowhere").await.unwrap(), None);
    let space = store.spaces().space(there);
    let made =
        space.carry_out(Attempt { command: create, idempotency: None, ..attempt(1, 1, "") }).await.unwrap();
    let made: serde_json::Value = serde_json::from_slice(&made.body).unwrap();
    let key: KeyId = made["data"]["id"].as_str().unwrap().parse().unwrap();
    let found = store.spaces().key_of_any_space(key).await.unwrap();
    assert!(found.is_some_and(|(space, row)| space == there && row.key == key));
    assert!(store.spaces().key_of_any_space(KeyId::from_bytes([9; 16])).await.unwrap().is_none());
}

#[tokio::test]
async fn whoever_was_revoked_meanwhile_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let create = Command::CreateKey { name: "shop".to_owned(), scopes: Scopes::all() };
    let made =
        store.carry_out(Attempt { command: create, idempotency: None, ..attempt(1, 1, "") }).await.unwrap();
    let made: serde_json::Value = serde_json::from_slice(&made.body).unwrap();
    let key: KeyId = made["data"]["id"].as_str().unwrap().parse().unwrap();
    let by = |token_until| Caller::Key { key, scopes: Scopes::all(), token_until };
    let ask = async |caller, number| {
        let attempt = attempt(number, number, &number.to_string());
        store.carry_out(Attempt { caller, ..attempt }).await.unwrap().status
    };
    let now = Timestamp::from_millis(NOW);
    assert_eq!(ask(by(None), 2).await, 201);
    assert_eq!(ask(by(Some(now.plus_millis(1))), 3).await, 201);
    assert_eq!(ask(by(Some(now)), 4).await, 401, "the token is over");
    let revoke = Command::RevokeKey(key);
    store.carry_out(Attempt { command: revoke, idempotency: None, ..attempt(1, 5, "") }).await.unwrap();
    assert_eq!(ask(by(None), 2).await, 401, "not even what was answered before is told");
    assert_eq!(store.audit(0, 10).await.unwrap().entries.len(), 4);
}

#[tokio::test]
async fn nothing_is_built_on_a_log_that_somebody_has_touched() {
    for tamper in [
        "DELETE FROM audit WHERE number > 1",
        "DELETE FROM audit; DELETE FROM audit_heads",
        "DELETE FROM audit_heads",
        "UPDATE audit SET hash = zeroblob(32) WHERE number = 2",
        "UPDATE audit_heads SET number = 1, hash = (SELECT hash FROM audit WHERE number = 1);
         DELETE FROM audit WHERE number > 1",
    ] {
        for is_running in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let mut store = open(folder.path());
            store.carry_out(attempt(1, 1, "one")).await.unwrap();
            store.carry_out(attempt(2, 2, "two")).await.unwrap();
            let other = rusqlite::Connection::open(folder.path().join("relay.sqlite")).unwrap();
            other.execute_batch(tamper).unwrap();
            if !is_running {
                drop(store);
                store = open(folder.path());
            }
            let refused = store.carry_out(attempt(3, 3, "three")).await;
            assert_eq!(refused, Err(StoreError::Unavailable), "{tamper}");
            store.ping().await.expect("everything else goes on");
        }
    }
}

#[tokio::test]
async fn an_end_that_was_signed_before_is_no_end_while_the_relay_knows_better() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.carry_out(attempt(1, 1, "one")).await.unwrap();
    let other = rusqlite::Connection::open(folder.path().join("relay.sqlite")).unwrap();
    other.execute_batch("CREATE TABLE kept AS SELECT * FROM audit_heads").unwrap();
    store.carry_out(attempt(2, 2, "two")).await.unwrap();
    let put_back = "DELETE FROM audit WHERE number > 1; DELETE FROM audit_heads; INSERT INTO audit_heads SELECT * FROM kept";
    other.execute_batch(put_back).unwrap();
    assert_eq!(store.carry_out(attempt(3, 3, "three")).await, Err(StoreError::Unavailable));
}

#[tokio::test]
async fn a_relay_whose_key_is_gone_does_not_make_another() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    std::fs::remove_file(folder.path().join("relay.key")).unwrap();
    let opened =
        SqliteStore::open(folder.path(), RelayId::from_bytes([1; 16]), Box::new(|_: Vec<Committed>| {}));
    assert!(matches!(opened.err(), Some(OpenError::Key(KeyFileError::Missing(_)))));
}

#[tokio::test]
async fn events_are_read_behind_a_place_by_whoever_may_know_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert_eq!(store.events_start(None, None).await.unwrap(), start(0, None, false));
    for number in 1..=5 {
        store.carry_out(attempt(number, number, &number.to_string())).await.unwrap();
    }
    let all = store.events(0, None, 10).await.unwrap();
    let numbers: Vec<u64> = all.events.iter().map(|told| told.number).collect();
    assert_eq!((numbers, all.up_to, all.has_more), (vec![1, 2, 3, 4, 5], 5, false));
    let page = store.events(1, None, 2).await.unwrap();
    assert_eq!((page.events.as_slice(), page.up_to, page.has_more), (&all.events[1..3], 3, true));
    let third = &all.events[2];
    let user = third.parties[0];
    let own = store.events(0, user, 10).await.unwrap();
    assert_eq!((own.events.as_slice(), own.up_to, own.has_more), (&all.events[2..3], 5, false));
    let (last, id) = (all.events[4].event, Some(third.event));
    let from = async |from, party| store.events_start(from, party).await.unwrap();
    assert_eq!(from(None, None).await, start(5, Some(last), false));
    assert_eq!(from(None, user).await, start(5, id, false));
    assert_eq!(from(Some(EventPoint::Event(third.event)), user).await, start(3, id, false));
    assert_eq!(from(Some(EventPoint::Event(last)), user).await, start(0, None, true));
    assert_eq!(from(Some(EventPoint::Number(3)), None).await, start(3, id, false));
    assert_eq!(from(Some(EventPoint::Number(6)), None).await, start(0, None, true));
    assert_eq!(from(Some(EventPoint::Number(3)), user).await, start(0, None, true));
    assert_eq!(from(Some(EventPoint::Number(0)), user).await, start(0, None, false));
    let elsewhere = store.spaces().make_space("other", Timestamp::from_millis(NOW)).await.unwrap();
    let elsewhere = store.spaces().space(elsewhere);
    assert_eq!(elsewhere.events(0, None, 10).await.unwrap().events, []);
    let known = elsewhere.events_start(Some(EventPoint::Event(last)), None).await.unwrap();
    assert_eq!(known, start(0, None, true));
}

fn start(behind: u64, mark: Option<EventId>, is_reset: bool) -> EventStart {
    EventStart { behind, mark, is_reset }
}

/// How many entries a space's log has, if they are whole.
async fn entries(space: &SqliteSpace, number: u32) -> Result<u64, Tampered> {
    let page = space.audit(0, 1000).await.unwrap();
    let mut chain = Chain::new(number);
    page.entries.iter().try_for_each(|entry| chain.follow(entry))?;
    let (store, head) = (space.spaces(), page.head.unwrap());
    chain.ends_at(&head, &store.relay(), &store.public_key())?;
    Ok(head.number)
}

fn attempt(key: u8, seed: u8, external_id: &str) -> Attempt {
    let new = NewUser {
        external_id: external_id.to_owned(),
        email: None,
        kind: UserKind::Both,
        metadata: serde_json::Map::new(),
    };
    let hash = external_id.as_bytes().iter().fold([0; 32], |mut hash, byte| {
        hash[usize::from(byte % 32)] += 1;
        hash
    });
    Attempt {
        caller: Caller::Operator,
        command: Command::CreateUser(new),
        idempotency: Some(Idempotency { key: [key; 16], text: String::new(), hash, kept_ms: Some(KEPT_MS) }),
        request: "request".to_owned(),
        cause: None,
        now: Timestamp::from_millis(NOW),
        seed: Seed([seed; 32]),
    }
}

#[tokio::test]
async fn an_account_whose_session_is_over_changes_nothing_whatever_the_door_let_through() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let owner = Caller::Account {
        account: AccountId::from_bytes([6; 32]),
        user: UserId::from_bytes([5; 16]),
        session: (DeviceId::from_bytes([7; 16]), [8; 32]),
    };
    let reply = store.carry_out(Attempt { caller: owner, ..attempt(1, 1, "one") }).await.unwrap();
    assert_eq!(reply.status, 401);
    assert_eq!(store.events(0, None, 10).await.unwrap().events, []);
}
