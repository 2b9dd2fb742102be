//! Whose leaf a commit adds is judged by the head that it names, whatever the account's log says by now.

use mls_wasm::CommitRequest;
use protocol::ErrorCode;
use protocol::frame::Response;

use e2e::raw::{LocalRelay, Member, expect_appended};

#[tokio::test]
async fn a_device_is_added_by_the_head_that_lists_it_though_it_was_revoked_since_and_not_by_a_later_one() {
    let relay = LocalRelay::start().await;
    let (mut alice, mut bob) = (Member::join(&relay).await, Member::join(&relay).await);
    let policy = alice.room();
    let id = alice.create(&policy, &mut []).await;
    let listed = bob.person.log.account_head();
    let revocation = bob.person.revocation();
    let answer = relay.connect().await.ask(revocation).await;
    assert!(matches!(answer, Response::IdentityChanged(_)), "{answer:?}");
    let revoked = bob.person.log.account_head();
    let add = CommitRequest { add: vec![bob.key_package()], ..CommitRequest::default() };

    let late = alice.commit(&add, &[revoked]);
    let Response::Failure(refused) = alice.submit(id, &late).await else { panic!("not refused") };
    assert_eq!(refused.code, ErrorCode::PolicyRefused);
    assert!(refused.message.starts_with("device_not_listed"), "{}", refused.message);
    alice.group().discard_own().unwrap();

    let in_time = alice.commit(&add, &[listed]);
    expect_appended(alice.submit(id, &in_time).await);
}
