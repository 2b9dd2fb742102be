//! Leaves that no identity log stands behind: whoever is shown one refuses it by name, whether it is to come in, is said to be
//! there, commits, comes back or opens a group.

use mls_wasm::policy::{Heads, Policy, Refusal, authorize_creation, authorize_roster};
use mls_wasm::public::PublicGroup;
use mls_wasm::{CommitRequest, Error, Leaf, NewKeyPackage, StagedJoin};
use protocol::keys::DeviceKey;

use crate::actors::{CONVERSATION, Device, Logs, Relay, SUITE, add, dm, dm_with_a_revoked_leaf, secret};
use crate::attacks::{check_member, check_relay, external};

#[test]
fn a_joiner_believes_no_roster_with_a_device_that_no_log_lists() {
    let (logs, mut alice, mut bob) = strangers();
    alice.create(&Policy::dm(alice.account, bob.account, SUITE));
    let ghost = Device::of(bob.account, 66).key_package();
    let joining = invite(&mut alice, vec![ghost], &mut bob, &logs);
    check_joiner(&joining, &newest(&logs), &logs, Err(Refusal::DeviceNotListed));
}

#[test]
fn a_joiner_believes_no_roster_with_a_listed_device_under_another_key() {
    let (mut logs, mut alice, mut bob) = strangers();
    let carol = Device::open(&mut logs, 4);
    alice.create(&Policy::room(alice.account, SUITE));
    let joining = invite(&mut alice, vec![under_another_key(&carol)], &mut bob, &logs);
    check_joiner(&joining, &newest(&logs), &logs, Err(Refusal::DeviceNotListed));
}

#[test]
fn a_joiner_believes_no_roster_with_a_device_twice() {
    let (mut logs, mut alice, mut bob) = strangers();
    let mut carol = Device::open(&mut logs, 4);
    alice.create(&Policy::room(alice.account, SUITE));
    let added = vec![carol.key_package(), under_another_key(&carol)];
    let joining = invite(&mut alice, added, &mut bob, &logs);
    check_joiner(&joining, &newest(&logs), &logs, Err(Refusal::DeviceTwice));
}

#[test]
fn a_joiner_believes_no_roster_of_two_accounts_with_a_third_in_it() {
    let (mut logs, mut alice, mut bob) = strangers();
    let mut mallory = Device::open(&mut logs, 9);
    alice.create(&Policy::dm(alice.account, bob.account, SUITE));
    let joining = invite(&mut alice, vec![mallory.key_package()], &mut bob, &logs);
    check_joiner(&joining, &newest(&logs), &logs, Err(Refusal::AccountNotAdmitted));
}

#[test]
fn a_joiner_judges_whoever_invites_by_the_heads_that_are_named() {
    let (mut logs, mut alice, mut bob) = strangers();
    let mut tablet = Device::of(alice.account, 3);
    logs.list(&alice, &tablet);
    alice.create(&Policy::dm(alice.account, bob.account, SUITE));
    let mut relay = Relay::create(&mut alice, &logs);
    add(&mut alice, &mut tablet, &mut relay, &logs);
    let then = newest(&logs);
    logs.revoke(&alice, &tablet.id());
    let joining = invite(&mut tablet, vec![], &mut bob, &logs);
    check_joiner(&joining, &newest(&logs), &logs, Err(Refusal::CommitterNotListed));
    check_joiner(&joining, &then, &logs, Ok(()));
}

#[test]
fn a_joiner_is_not_invited_by_a_device_that_is_not_in_the_group() {
    let (mut logs, mut alice, mut bob) = strangers();
    let mallory = Device::open(&mut logs, 9);
    alice.create(&Policy::dm(alice.account, bob.account, SUITE));
    let joining = invite(&mut alice, vec![], &mut bob, &logs);
    let (policy, roster) = (joining.policy().unwrap(), joining.roster().unwrap());
    let heads = newest(&logs);
    let judge = |inviter: &Leaf| authorize_roster(&policy, &roster, inviter, &heads, &logs);
    assert_eq!(judge(&mallory.leaf()), Err(Refusal::CommitterNotListed));
    assert_eq!(judge(&alice.leaf()), Ok(()));
}

#[test]
fn a_device_that_was_revoked_commits_no_more_by_a_head_that_says_so() {
    let (logs, alice, mut bob, relay, mut tablet) = dm_with_a_revoked_leaf();
    let created = tablet.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    check_relay(&relay, &tablet, &created, &logs, Refusal::CommitterNotListed);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::CommitterNotListed);
}

#[test]
fn a_device_that_was_revoked_does_not_come_back_by_its_own_commit() {
    let (logs, mut alice, mut bob, relay, tablet) = dm_with_a_revoked_leaf();
    // Its leaf is still there: nobody has taken it out.
    let created = external(&mut alice, &tablet, &relay, &logs);
    check_relay(&relay, &tablet, &created, &logs, Refusal::CommitterNotListed);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::CommitterNotListed);
}

#[test]
fn a_device_that_its_account_does_not_list_opens_no_group() {
    let mut logs = Logs::default();
    let alice = Device::open(&mut logs, 1);
    let mut ghost = Device::of(alice.account, 66);
    ghost.create(&Policy::self_group(alice.account, SUITE));
    let info = ghost.group.as_ref().unwrap().group_info(&ghost.key, &secret()).unwrap();
    let (tree, head) = (ghost.group().tree(), logs.head(&alice.account));
    let opened = PublicGroup::create(&CONVERSATION, &info, &tree, &ghost.leaf(), &head, &logs);
    assert_eq!(opened.err(), Some(Error::Refused(Refusal::CommitterNotListed)));
}

#[test]
fn a_group_is_opened_by_its_creator_alone() {
    let (logs, mut alice, bob, _) = dm();
    let (policy, roster) = (alice.group().policy().unwrap(), alice.group().roster().unwrap());
    assert!(roster.has_account(&bob.account));
    let opened = authorize_creation(&policy, &roster, &logs.head(&alice.account), &logs);
    assert_eq!(opened, Err(Refusal::AccountNotAdmitted));
}

#[test]
fn a_listed_device_is_not_added_under_another_key() {
    let (mut logs, mut alice, mut bob, relay) = dm();
    let tablet = Device::of(bob.account, 3);
    logs.list(&bob, &tablet);
    let request = CommitRequest { add: vec![under_another_key(&tablet)], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account, bob.account])).unwrap();
    check_relay(&relay, &alice, &created, &logs, Refusal::DeviceNotListed);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::DeviceNotListed);
}

#[test]
fn a_device_that_is_there_is_not_added_again_under_another_key() {
    let (logs, mut alice, mut bob, relay) = dm();
    let request = CommitRequest { add: vec![under_another_key(&bob)], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account, bob.account])).unwrap();
    check_relay(&relay, &alice, &created, &logs, Refusal::DeviceTwice);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::DeviceTwice);
}

#[test]
fn a_member_without_a_role_brings_no_other_account_into_a_room() {
    let (mut logs, mut alice, mut bob) = strangers();
    let mut carol = Device::open(&mut logs, 4);
    alice.create(&Policy::room(alice.account, SUITE));
    let mut relay = Relay::create(&mut alice, &logs);
    add(&mut alice, &mut bob, &mut relay, &logs);
    let request = CommitRequest { add: vec![carol.key_package()], ..CommitRequest::default() };
    let created = bob.commit(&request, logs.context(&[bob.account, carol.account])).unwrap();
    check_relay(&relay, &bob, &created, &logs, Refusal::AccountNotAdmitted);
    check_member(&mut alice, &relay.heads, &created, &logs, Refusal::AccountNotAdmitted);
}

/// Two accounts that share no group yet.
fn strangers() -> (Logs, Device, Device) {
    let mut logs = Logs::default();
    let [alice, bob] = [1, 2].map(|seed| Device::open(&mut logs, seed));
    (logs, alice, bob)
}

/// What an invited device is shown before it joins, where the inviter adds whom it likes before it and no relay looks.
fn invite(by: &mut Device, mut added: Vec<Vec<u8>>, invited: &mut Device, logs: &Logs) -> StagedJoin {
    added.push(invited.key_package());
    let request = CommitRequest { add: added, ..CommitRequest::default() };
    let created = by.commit(&request, logs.context(&[by.account, invited.account])).unwrap();
    by.receive(&created.commit).unwrap();
    let mine = created.welcomes.iter().find(|welcome| welcome.joiner.device == invited.id()).unwrap();
    let private = &invited.key_packages.last().unwrap().private;
    StagedJoin::stage(&mine.welcome, &by.group().tree(), private, &secret()).unwrap()
}

/// A KeyPackage that names a device, and is of a key that is not its own.
fn under_another_key(device: &Device) -> Vec<u8> {
    let key = DeviceKey::from_secret(&[67; 32]);
    let leaf = Leaf { identity: device.leaf().identity, key: key.public() };
    NewKeyPackage::create(SUITE, false, &leaf, &key, &secret()).unwrap().public
}

/// Everyone's newest head.
fn newest(logs: &Logs) -> Heads {
    Heads::from_list(logs.0.keys().map(|account| logs.head(account)))
}

#[track_caller]
fn check_joiner(joining: &StagedJoin, heads: &Heads, logs: &Logs, expected: Result<(), Refusal>) {
    let (policy, roster) = (joining.policy().unwrap(), joining.roster().unwrap());
    let inviter = joining.inviter().unwrap();
    assert_eq!(authorize_roster(&policy, &roster, &inviter, heads, logs), expected);
}
