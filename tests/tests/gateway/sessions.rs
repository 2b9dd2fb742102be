//! Who gets a session, and how it ends.

use protocol::ErrorCode::{
    ChallengeFailed, DeviceRevoked, NotFound, ResumeFailed, ShuttingDown, Superseded, Unauthorized,
    UnsupportedVersion,
};
use protocol::frame::{Hello, InboxFetch, Logout, Request, Response};
use protocol::{Bytes, ErrorCode, VERSION};

use e2e::raw::LocalRelay;
use e2e::raw::{Member, Person, SUITE};
use e2e::raw::{code_of, ready};

const SOMETHING: Request = Request::InboxFetch(InboxFetch { after: 0, limit: 1 });

#[tokio::test]
async fn a_challenge_answered_once_cannot_be_answered_again() {
    let relay = LocalRelay::start().await;
    let person = Member::join(&relay).await.person;
    let mut socket = relay.connect().await;
    let start = person.answer(&socket.hello().await);
    ready(socket.ask(Request::SessionStart(start.clone())).await);
    assert_eq!(socket.refused(Request::SessionStart(start.clone())).await.code, ChallengeFailed);

    let mut other = relay.connect().await;
    other.hello().await;
    assert_eq!(other.refused(Request::SessionStart(start)).await.code, ChallengeFailed, "another socket's");
}

#[tokio::test]
async fn a_session_needs_the_devices_own_signature() {
    let relay = LocalRelay::start().await;
    let (alice, mallory) = (Member::join(&relay).await.person, Person::random());
    let mut socket = relay.connect().await;
    let challenge = socket.hello().await;
    let mut start = alice.answer(&challenge);
    start.signature = challenge.sign(&alice.account, &mallory.key);
    assert_eq!(socket.refused(Request::SessionStart(start)).await.code, ChallengeFailed);

    let unlisted =
        protocol::frame::SessionStart { account: alice.account, ..mallory.answer(&socket.hello().await) };
    assert_eq!(socket.refused(Request::SessionStart(unlisted)).await.code, ChallengeFailed);

    let unknown = mallory.answer(&socket.hello().await);
    assert_eq!(socket.refused(Request::SessionStart(unknown)).await.code, NotFound);
}

#[tokio::test]
async fn a_session_is_told_of_no_suite_that_its_device_has_nothing_of() {
    let relay = LocalRelay::start().await;
    let alice = Member::join(&relay).await;
    let told = relay.connect().await.start(&alice.person).await.key_packages;
    assert_eq!(told, []);
    let mut socket = relay.connect().await;
    socket.start(&alice.person).await;
    let publication = alice.publication(3);
    assert!(matches!(socket.ask(publication).await, Response::KeyPackagesStatus(_)));
    let told = relay.connect().await.start(&alice.person).await.key_packages;
    let told: Vec<_> = told.iter().map(|left| (left.suite, left.unissued, left.has_last_resort)).collect();
    assert_eq!(told, [(SUITE, 3, true)]);
}

#[tokio::test]
async fn without_a_session_nothing_of_anyones_is_touched() {
    let relay = LocalRelay::start().await;
    let mut socket = relay.connect().await;
    assert_eq!(socket.refused(SOMETHING).await.code, Unauthorized);
    socket.hello().await;
    assert_eq!(socket.refused(SOMETHING).await.code, Unauthorized);
}

#[tokio::test]
async fn no_common_version_is_said_so() {
    let relay = LocalRelay::start().await;
    let mut socket = relay.connect().await;
    let newer = Hello { version_min: VERSION + 1, version_max: VERSION + 9, client: String::new() };
    assert_eq!(socket.refused(Request::Hello(newer)).await.code, UnsupportedVersion);
}

#[tokio::test]
async fn a_resume_token_works_once_and_again_while_its_answer_may_be_lost() {
    let relay = LocalRelay::start().await;
    let member = Member::join(&relay).await;
    let first = member.resume_token.clone();
    let second = ready(relay.connect().await.resume(&first).await).resume_token;
    let instead = ready(relay.connect().await.resume(&first).await).resume_token;
    assert_eq!(code_of(&relay.connect().await.resume(&second).await), ResumeFailed, "its answer was lost");
    ready(relay.connect().await.resume(&instead).await);
    assert_eq!(code_of(&relay.connect().await.resume(&first).await), ResumeFailed, "used before the last");
}

#[tokio::test]
async fn a_made_up_token_resumes_nothing() {
    let relay = LocalRelay::start().await;
    let made_up = Bytes::from_static(&[7; 32]);
    assert_eq!(code_of(&relay.connect().await.resume(&made_up).await), ResumeFailed);
}

#[tokio::test]
async fn a_newer_session_of_the_device_ends_the_older_socket() {
    let relay = LocalRelay::start().await;
    let mut older = Member::join(&relay).await;
    relay.connect().await.start(&older.person).await;
    assert_eq!(older.socket.reason_of_end().await, Some(Superseded));
    assert_eq!(code_of(&relay.connect().await.resume(&older.resume_token).await), ResumeFailed);
}

#[tokio::test]
async fn a_session_that_has_expired_ends_its_socket_and_its_token() {
    let relay = LocalRelay::with(|config| config.session_ms = 300).await;
    let mut member = Member::join(&relay).await;
    assert_eq!(member.socket.reason_of_end().await, Some(Unauthorized));
    assert_eq!(code_of(&relay.connect().await.resume(&member.resume_token).await), ResumeFailed);
}

#[tokio::test]
async fn a_logged_out_token_resumes_nothing() {
    let relay = LocalRelay::start().await;
    let mut member = Member::join(&relay).await;
    assert!(matches!(member.socket.ask(Request::Logout(Logout {})).await, Response::Done(_)));
    assert_eq!(member.socket.reason_of_end().await, None);
    assert_eq!(code_of(&relay.connect().await.resume(&member.resume_token).await), ResumeFailed);
}

#[tokio::test]
async fn a_revoked_device_is_out_at_once_and_stays_out() {
    let relay = LocalRelay::start().await;
    let mut member = Member::join(&relay).await;
    let revocation = member.person.revocation();
    let answer = relay.connect().await.ask(revocation).await;
    assert!(matches!(answer, Response::IdentityChanged(_)), "{answer:?}");
    assert_eq!(member.socket.reason_of_end().await, Some(DeviceRevoked));
    assert_eq!(code_of(&relay.connect().await.resume(&member.resume_token).await), ResumeFailed);
    let mut socket = relay.connect().await;
    let start = member.person.answer(&socket.hello().await);
    assert_eq!(socket.refused(Request::SessionStart(start)).await.code, DeviceRevoked);
}

/// Whatever the order in which they meet: after the revocation was answered, the device has no session that works.
#[tokio::test]
async fn a_session_opened_while_its_device_is_revoked_does_not_last() {
    let relay = LocalRelay::start().await;
    for _ in 0..50 {
        let mut member = Member::join(&relay).await;
        let mut opening = relay.connect().await;
        let start = member.person.answer(&opening.hello().await);
        let revocation = member.person.revocation();
        let mut revoking = relay.connect().await;
        let (opened, revoked) =
            tokio::join!(opening.ask(Request::SessionStart(start)), revoking.ask(revocation));
        assert!(matches!(revoked, Response::IdentityChanged(_)), "{revoked:?}");
        match opened {
            Response::SessionReady(_) => assert_eq!(opening.reason_of_end().await, Some(DeviceRevoked)),
            refused => assert_eq!(code_of(&refused), DeviceRevoked),
        }
    }
}

#[tokio::test]
async fn stopping_tells_every_socket_with_or_without_session_and_waits_for_them() {
    let mut relay = LocalRelay::start().await;
    let mut member = Member::join(&relay).await;
    let mut guest = relay.connect().await;
    guest.hello().await;
    relay.stop();
    assert_eq!(member.socket.reason_of_end().await, Some(ShuttingDown));
    assert_eq!(guest.reason_of_end().await, Some(ShuttingDown));
    relay.stopped().await;
}

#[tokio::test]
async fn too_many_requests_are_refused_for_guests_accounts_and_registrations() {
    let relay = LocalRelay::with(|config| {
        config.rates.guest_requests = 4;
        config.rates.requests = 3;
        config.rates.registrations = 1;
    })
    .await;
    let mut member = Member::join(&relay).await;
    for _ in 0..3 {
        assert!(matches!(member.socket.ask(SOMETHING).await, Response::Inbox(_)));
    }
    let refused = member.socket.refused(SOMETHING).await;
    assert_eq!(refused.code, ErrorCode::RateLimited);
    assert!(refused.retry_after_ms.0.is_some_and(|millis| millis <= 60_000));

    let mut guest = relay.connect().await;
    assert_eq!(guest.refused(Person::random().registration()).await.code, ErrorCode::RateLimited);
    let hello = Hello { version_min: 1, version_max: 1, client: String::new() };
    assert_eq!(guest.refused(Request::Hello(hello)).await.code, ErrorCode::RateLimited);
}
