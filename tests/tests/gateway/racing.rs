//! Many at once: one commit wins an epoch, each KeyPackage is given out once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use mls_wasm::CommitRequest;
use protocol::frame::{ClaimedKeyPackage, KeyPackagesClaim, Request, Response};
use protocol::{ErrorCode, limits};

use e2e::raw::LocalRelay;
use e2e::raw::code_of;
use e2e::raw::{Member, SUITE, expect_appended, handshake_in};

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_commits_for_one_epoch_one_wins_and_the_others_build_on_it() {
    const MEMBERS: usize = 100;
    let relay = LocalRelay::start().await;
    let mut alice = Member::join(&relay).await;
    let mut others = Vec::new();
    for _ in 1..MEMBERS {
        others.push(Member::join(&relay).await);
    }
    let policy = alice.room();
    let id = alice.create(&policy, &mut others).await;
    let mut members = others;
    members.push(alice);
    for round in 0..2 {
        let epoch = members[0].group().epoch();
        let commits: Vec<_> =
            members.iter_mut().map(|member| member.commit(&CommitRequest::default(), &[])).collect();
        let racing = members.iter_mut().zip(&commits).map(|(member, commit)| member.submit(id, commit));
        let answers = join_all(racing).await;
        let mut winners = Vec::new();
        for (index, answer) in answers.into_iter().enumerate() {
            match answer {
                Response::Appended(_) => winners.push(index),
                Response::Failure(failure) => {
                    assert_eq!((failure.code, failure.epoch), (ErrorCode::StaleEpoch, epoch.next()));
                }
                answer => panic!("{answer:?}"),
            }
        }
        let [winner] = winners[..] else { panic!("round {round}: {winners:?}") };
        let log = members[winner].entries(id).await;
        let won = log.last().unwrap().clone();
        for (index, member) in members.iter_mut().enumerate() {
            if index == winner {
                member.merge_own();
            } else {
                member.apply(handshake_in(&won));
            }
        }
        let served = members[0].fetch_group(id, None).await;
        let trees: BTreeSet<_> = members.iter_mut().map(|member| member.group().tree()).collect();
        assert_eq!(trees, BTreeSet::from([served.tree.to_vec()]), "one tree, the relay's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_claimants_get_fifty_key_packages_once_each_and_then_some_the_last_resort() {
    let relay = LocalRelay::start().await;
    let mut wanted = Member::join(&relay).await;
    let publication = wanted.publication(50);
    assert!(matches!(wanted.socket.ask(publication).await, Response::KeyPackagesStatus(_)));
    let mut claimants = Vec::new();
    for _ in 0..100 {
        claimants.push(Member::join(&relay).await);
    }
    let claim = KeyPackagesClaim { account: wanted.person.account, suite: SUITE, devices: vec![] };
    let claims =
        claimants.iter_mut().map(|member| member.socket.ask(Request::KeyPackagesClaim(claim.clone())));
    let (mut claimed, mut refused) = (Vec::<ClaimedKeyPackage>::new(), 0);
    for answer in join_all(claims).await {
        match answer {
            Response::KeyPackagesClaimed(some) => claimed.extend(some.packages),
            Response::Failure(failure) if failure.code == ErrorCode::RateLimited => refused += 1,
            answer => panic!("{answer:?}"),
        }
    }
    let (last_resort, once): (Vec<_>, Vec<_>) = claimed.into_iter().partition(|claimed| claimed.last_resort);
    let distinct: BTreeSet<_> = once.iter().map(|claimed| claimed.package.clone()).collect();
    assert_eq!((once.len(), distinct.len()), (50, 50));
    let shared = limits::LAST_RESORT_CLAIMS_PER_MINUTE as usize;
    assert_eq!((last_resort.len(), refused), (shared, 50 - shared));
}

#[tokio::test]
async fn a_claim_that_is_refused_for_a_devices_last_resort_uses_up_nothing_of_the_others() {
    const SPARE: usize = 5;
    let shared = limits::LAST_RESORT_CLAIMS_PER_MINUTE as usize;
    let relay = LocalRelay::start().await;
    let mut phone = Member::join(&relay).await;
    let mut tablet = phone.tablet(&relay).await;
    let (of_phone, of_tablet) = (phone.publication(shared + SPARE), tablet.publication(0));
    phone.socket.ask(of_phone).await;
    tablet.socket.ask(of_tablet).await;
    let claim = |devices| {
        Request::KeyPackagesClaim(KeyPackagesClaim { account: phone.person.account, suite: SUITE, devices })
    };
    let (mut given, mut refused) = (0, 0);
    for _ in 0..4 {
        let mut claimant = Member::join(&relay).await;
        for _ in 0..10 {
            match claimant.socket.ask(claim(vec![])).await {
                Response::KeyPackagesClaimed(claimed) => {
                    let last_resorts: Vec<_> =
                        claimed.packages.iter().filter(|claimed| claimed.last_resort).collect();
                    assert!(matches!(last_resorts[..], [only] if only.device == tablet.person.device()));
                    given += 1;
                }
                answer => {
                    assert_eq!(code_of(&answer), ErrorCode::RateLimited);
                    refused += 1;
                }
            }
        }
    }
    assert_eq!((given, refused), (shared, 40 - shared));
    let mut claimant = Member::join(&relay).await;
    let Response::KeyPackagesClaimed(claimed) = claimant.socket.ask(claim(vec![phone.person.device()])).await
    else {
        panic!("the phone has more")
    };
    assert!(matches!(&claimed.packages[..], [only] if !only.last_resort));
    let of_phone = phone.publication(0);
    let Response::KeyPackagesStatus(left) = phone.socket.ask(of_phone).await else { panic!("published") };
    assert_eq!(left.unissued as usize, SPARE - 1);
}

#[tokio::test]
async fn nobody_uses_up_anothers_key_packages_alone() {
    let relay = LocalRelay::start().await;
    let mut wanted = Member::join(&relay).await;
    let publication = wanted.publication(50);
    wanted.socket.ask(publication).await;
    let mut claimant = Member::join(&relay).await;
    let claim = KeyPackagesClaim { account: wanted.person.account, suite: SUITE, devices: vec![] };
    let mut taken = 0;
    let refusal = loop {
        match claimant.socket.ask(Request::KeyPackagesClaim(claim.clone())).await {
            Response::KeyPackagesClaimed(_) => taken += 1,
            answer => break code_of(&answer),
        }
    };
    assert_eq!((refusal, taken), (ErrorCode::RateLimited, 10));
}

#[tokio::test]
async fn a_commit_submitted_again_has_the_place_it_had() {
    let relay = LocalRelay::start().await;
    let mut alice = Member::join(&relay).await;
    let policy = alice.room();
    let id = alice.create(&policy, &mut []).await;
    let commit = alice.commit(&CommitRequest::default(), &[]);
    let submit = Request::SubmitHandshake(e2e::raw::handshake_of(id, &commit));
    let first = expect_appended(alice.socket.ask(submit.clone()).await);
    let again = expect_appended(alice.socket.ask(submit).await);
    assert_eq!(first, again);
}
