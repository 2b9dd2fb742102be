//! KeyPackages: each is issued once, and none that is too old, replaced, or a revoked device's.

use protocol::frame::ClaimedKeyPackage;
use protocol::identity::Head;
use protocol::{Bytes, DeviceId, Timestamp, limits};
use relay::store::{Claim, Identities, IdentityAppend, KeyPackages, Publication};
use tokio::task::JoinSet;

use crate::conformance::*;
use crate::kept::Kept;

pub(crate) async fn a_hundred_claimants_of_fifty_key_packages_get_fifty_and_then_the_last_resort<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    account(&store, ACCOUNT, DEVICE, None).await.unwrap();
    let package = |number: u8| (vec![number], Bytes::from(vec![number]));
    let publication = Publication {
        device: DEVICE,
        suite: SUITE,
        packages: (0..50).map(package).collect(),
        last_resort: Some(package(99)),
        replaces_all: false,
        now: now(0),
    };
    store.publish_key_packages(publication).await.unwrap();
    let mut claiming = JoinSet::new();
    for _ in 0..100 {
        let store = store.clone();
        claiming.spawn(async move { claim_one(&store, now(1)).await });
    }
    let claimed = claiming.join_all().await;
    let mut once: Vec<Bytes> = claimed
        .iter()
        .filter(|claimed| !claimed.last_resort)
        .map(|claimed| claimed.package.clone())
        .collect();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 50);
    assert_eq!(claimed.iter().filter(|claimed| claimed.last_resort).count(), 50);
}

pub(crate) async fn key_packages_that_are_too_old_are_not_issued_and_do_not_count<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    account(&store, ACCOUNT, DEVICE, None).await.unwrap();
    let publish = |numbers: std::ops::Range<u8>, last_resort: Option<u8>, at: Timestamp| Publication {
        device: DEVICE,
        suite: SUITE,
        packages: numbers.map(|number| (vec![number], Bytes::from(vec![number]))).collect(),
        last_resort: last_resort.map(|number| (vec![number], Bytes::from(vec![number]))),
        replaces_all: false,
        now: at,
    };
    let [early, later] = [now(0), now(0).plus_millis(limits::KEY_PACKAGE_LIFETIME_MS / 2)];
    store.publish_key_packages(publish(0..3, Some(99), early)).await.unwrap();
    store.publish_key_packages(publish(3..5, None, later)).await.unwrap();
    let end = early.plus_millis(limits::KEY_PACKAGE_LIFETIME_MS + 1);
    let left = store.key_package_status(DEVICE, SUITE, end).await.unwrap();
    assert_eq!((left.unissued, left.has_last_resort), (2, true));
    assert_eq!(left.last_resort_age_ms, limits::KEY_PACKAGE_LIFETIME_MS + 1);
    let mut claimed = Vec::new();
    for _ in 0..3 {
        let one = claim_one(&store, end).await;
        claimed.push((one.package[0], one.last_resort));
    }
    assert_eq!(claimed, [(3, false), (4, false), (99, true)]);
}

pub(crate) async fn where_one_of_last_resort_may_not_be_given_no_devices_are_used_up<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    let mut both = opening(ACCOUNT, DEVICE, None);
    both.listed.push(OTHER_DEVICE);
    store.append_identity(both).await.unwrap();
    let package = |number: u8| (vec![number], Bytes::from(vec![number]));
    let publish = |device: DeviceId, count: u8| Publication {
        device,
        suite: SUITE,
        packages: (0..count).map(package).collect(),
        last_resort: Some(package(99)),
        replaces_all: false,
        now: now(0),
    };
    store.publish_key_packages(publish(DEVICE, 2)).await.unwrap();
    store.publish_key_packages(publish(OTHER_DEVICE, 1)).await.unwrap();
    let given = async |may_be_last_resort| {
        let claimed = store.claim_key_packages(claim(may_be_last_resort, now(1))).await.unwrap();
        claimed.map(|claimed| claimed.iter().filter(|claimed| !claimed.last_resort).count())
    };
    assert_eq!(given(false).await, Some(2));
    assert_eq!(given(false).await, None, "the other device has none but the last resort");
    assert_eq!(store.key_package_status(DEVICE, SUITE, now(1)).await.unwrap().unissued, 1);
    assert_eq!(given(true).await, Some(1));
}

pub(crate) async fn key_packages_that_are_replaced_are_not_issued_any_more<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    account(&store, ACCOUNT, DEVICE, None).await.unwrap();
    let package = |number: u8| (vec![number], Bytes::from(vec![number]));
    let publish = |numbers: std::ops::Range<u8>, last_resort: u8, replaces_all: bool| Publication {
        device: DEVICE,
        suite: SUITE,
        packages: numbers.map(package).collect(),
        last_resort: Some(package(last_resort)),
        replaces_all,
        now: now(0),
    };
    store.publish_key_packages(publish(0..3, 98, false)).await.unwrap();
    claim_one(&store, now(1)).await;
    let left = store.publish_key_packages(publish(10..12, 99, true)).await.unwrap();
    assert_eq!(left.unissued, 2);
    let mut claimed = Vec::new();
    for _ in 0..3 {
        claimed.push(claim_one(&store, now(1)).await.package[0]);
    }
    assert_eq!(claimed, [10, 11, 99]);
    let again = store.publish_key_packages(publish(0..1, 99, false)).await.unwrap();
    assert_eq!(again.unissued, 0, "one that was issued is not taken in again");
}

pub(crate) async fn what_a_revoked_device_has_published_is_not_issued<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    account(&store, ACCOUNT, DEVICE, None).await.unwrap();
    let packages = vec![(vec![1], Bytes::from(vec![1]))];
    let last_resort = Some((vec![2], Bytes::from(vec![2])));
    let publication =
        Publication { device: DEVICE, suite: SUITE, packages, last_resort, replaces_all: false, now: now(0) };
    store.publish_key_packages(publication).await.unwrap();
    let revocation = IdentityAppend {
        from_length: 1,
        head: Head { length: 2, hash: [1; 32] },
        revoked: vec![DEVICE],
        ..opening(ACCOUNT, OTHER_DEVICE, None)
    };
    store.append_identity(revocation).await.unwrap();
    for devices in [vec![], vec![DEVICE]] {
        let claimed = store.claim_key_packages(Claim { devices, ..claim(true, now(1)) }).await.unwrap();
        assert!(claimed.is_none_or(|claimed| claimed.is_empty()));
    }
}

async fn claim_one(store: &impl KeyPackages, now: Timestamp) -> ClaimedKeyPackage {
    store.claim_key_packages(claim(true, now)).await.unwrap().unwrap().remove(0)
}

fn claim(may_be_last_resort: bool, now: Timestamp) -> Claim {
    Claim { account: ACCOUNT, devices: vec![], suite: SUITE, may_be_last_resort, now }
}
