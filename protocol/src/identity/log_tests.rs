use super::*;
use crate::codec::OrEmpty;
use crate::identity::{AddDevice, CloseAccount, Recover, RevokeDevice, RotateRoot, SetHandle};
use crate::ids::DeviceId;
use bytes::Bytes;

#[test]
fn a_log_lists_its_first_device() {
    let log = alice();
    assert_eq!(log.account(), root(1).public().account_id());
    assert_eq!(log.view().device(&id(1)), Some(device(1).public()));
}

#[test]
fn a_listed_device_adds_revokes_and_names() {
    let mut log = alice();
    by_device(&mut log, 1, add(2)).unwrap();
    by_device(&mut log, 2, revoke(1)).unwrap();
    by_device(&mut log, 2, EntryKind::SetHandle(SetHandle { handle: OrEmpty("ana".parse().ok()) })).unwrap();
    assert_eq!(active(&log), [id(2)]);
    assert!(log.view().has_revoked(&id(1)));
    assert_eq!(log.view().handle().unwrap().as_str(), "ana");
    assert_eq!(IdentityLog::verify(log.account(), log.entries_from(0).cloned()).unwrap().head(), log.head());
}

#[test]
fn a_revoked_device_signs_nothing_more() {
    let mut log = alice();
    by_device(&mut log, 1, add(2)).unwrap();
    by_device(&mut log, 2, revoke(1)).unwrap();
    check_refused(&mut log, |log| log.sign_by_device(&device(1), add(3)), "identity_forged");
}

#[test]
fn a_stranger_signs_nothing() {
    check_refused(&mut alice(), |log| log.sign_by_device(&device(9), add(2)), "identity_forged");
}

#[test]
fn a_device_does_not_sign_in_the_roots_place_nor_the_root_in_a_devices() {
    let close = |log: &IdentityLog| EntryKind::CloseAccount(CloseAccount { supersedes_after: log.head() });
    check_refused(&mut alice(), |log| log.sign_by_device(&device(1), close(log)), "identity_forged");
    check_refused(&mut alice(), |log| log.sign_by_root(&root(1), add(2)), "identity_forged");
    check_refused(&mut alice(), |log| log.sign_by_root(&root(2), close(log)), "identity_forged");
}

#[test]
fn a_tampered_body_or_signature_is_forged() {
    let tampered_signature = |log: &IdentityLog| {
        let mut entry = log.sign_by_device(&device(1), add(2));
        entry.signature[0] ^= 1;
        entry
    };
    check_refused(&mut alice(), tampered_signature, "identity_forged");
    let tampered_body = |log: &IdentityLog| {
        let mut entry = log.sign_by_device(&device(1), revoke(1));
        let mut body = entry.body.to_vec();
        *body.last_mut().unwrap() ^= 1;
        entry.body = Bytes::from(body);
        entry
    };
    check_refused(&mut alice(), tampered_body, "identity_forged");
}

#[test]
fn nobody_lists_a_key_that_did_not_agree() {
    let stolen = AddDevice { device: DeviceListing::new(&root(2).public().account_id(), &device(2)) };
    check_refused(
        &mut alice(),
        |log| log.sign_by_device(&device(1), EntryKind::AddDevice(stolen)),
        "identity_forged",
    );
}

#[test]
fn an_entry_for_another_place_breaks_the_chain() {
    let mut log = alice();
    let early = log.sign_by_device(&device(1), add(2));
    by_device(&mut log, 1, add(3)).unwrap();
    check_refused(&mut log, |_| early, "identity_broken_chain");
}

#[test]
fn an_unknown_kind_or_version_asks_for_an_upgrade() {
    for unknown in [vec![0x08, 0x02], vec![0x08, 0x01, 0xF2, 0x03, 0x00]] {
        let signed = |_: &IdentityLog| SignedEntry { body: Bytes::from(unknown), signature: [0; 64] };
        check_refused(&mut alice(), signed, "upgrade_required");
    }
}

#[test]
fn a_fork_and_a_truncation_below_a_pinned_head_are_told_apart() {
    let mut seen = alice();
    by_device(&mut seen, 1, add(2)).unwrap();
    let mut other = alice();
    assert_eq!(other.require_contains(&seen.head()), Err(IdentityError::Truncated));
    by_device(&mut other, 1, add(3)).unwrap();
    assert_eq!(other.require_contains(&seen.head()), Err(IdentityError::Forked));
    assert_eq!(seen.require_contains(&alice().head()), Ok(()));
}

#[test]
fn an_earlier_head_keeps_what_it_said() {
    let mut log = alice();
    by_device(&mut log, 1, add(2)).unwrap();
    let before = log.head();
    by_device(&mut log, 1, revoke(2)).unwrap();
    assert!(log.view_at(&before).unwrap().device(&id(2)).is_some());
    assert!(log.view().device(&id(2)).is_none());
}

#[test]
fn recovery_takes_back_what_a_thief_did() {
    let log = recovered();
    let mut expected = [id(1), id(4)];
    expected.sort();
    assert_eq!(active(&log), expected);
    assert!(log.view().has_revoked(&id(2)) && log.view().has_revoked(&id(3)));
    assert_eq!(IdentityLog::verify(log.account(), log.entries_from(0).cloned()).unwrap().view(), log.view());
}

#[test]
fn a_root_entry_is_never_taken_back() {
    let mut log = alice();
    let before = log.head();
    by_device(&mut log, 1, add(2)).unwrap();
    let rotate = RotateRoot::new(&log.account(), log.head(), &root(2));
    by_root(&mut log, 1, EntryKind::RotateRoot(rotate)).unwrap();
    let close = EntryKind::CloseAccount(CloseAccount { supersedes_after: before });
    check_refused(&mut log, |log| log.sign_by_root(&root(2), close), "identity_forged");
}

#[test]
fn a_rotated_root_is_void() {
    let mut log = alice();
    let rotate = RotateRoot::new(&log.account(), log.head(), &root(2));
    by_root(&mut log, 1, EntryKind::RotateRoot(rotate)).unwrap();
    let close = |log: &IdentityLog| EntryKind::CloseAccount(CloseAccount { supersedes_after: log.head() });
    check_refused(&mut log, |log| log.sign_by_root(&root(1), close(log)), "identity_forged");
    let kind = close(&log);
    by_root(&mut log, 2, kind).unwrap();
    check_refused(&mut log, |log| log.sign_by_device(&device(1), add(2)), "account_closed");
    assert_eq!(active(&log), []);
}

#[test]
fn a_log_read_back_from_the_own_store_is_the_log_that_was_stored() {
    let log = recovered();
    let read = IdentityLog::from_trusted_store(log.account(), log.entries_from(0).cloned()).unwrap();
    assert_eq!((read.head(), read.view()), (log.head(), log.view()));
}

#[test]
fn a_log_read_back_from_the_own_store_is_still_a_chain_of_what_may_be_said() {
    let log = recovered();
    let entries: Vec<SignedEntry> = log.entries_from(0).cloned().collect();
    let check = |entries: Vec<SignedEntry>, code: &str| {
        let error = IdentityLog::from_trusted_store(log.account(), entries).expect_err("it is refused");
        assert_eq!(error.code(), code);
    };
    check(vec![], "identity_truncated");
    check(entries[1..].to_vec(), "identity_forged");
    let mut without_second = entries.clone();
    without_second.remove(1);
    check(without_second, "identity_broken_chain");
    let mut changed = entries.clone();
    changed[1].signature[0] ^= 1;
    check(changed, "identity_broken_chain");
    let strange = log.sign_by_device(&device(9), add(5));
    check([entries, vec![strange]].concat(), "identity_forged");
}

#[test]
fn many_recoveries_cost_no_more_than_their_entries() {
    let mut log = alice();
    for seed in 2..80 {
        let honest = log.head();
        by_device(&mut log, 1, add(seed)).unwrap();
        let recover = Recover { supersedes_after: honest, surviving: vec![id(1)], added: vec![] };
        by_root(&mut log, 1, EntryKind::Recover(recover)).unwrap();
    }
    assert_eq!(active(&log), [id(1)]);
}

#[test]
fn an_account_lists_no_more_devices_than_it_may() {
    let mut log = alice();
    for seed in 2..=u8::try_from(limits::ACCOUNT_DEVICES_MAX).unwrap() {
        by_device(&mut log, 1, add(seed)).unwrap();
    }
    check_refused(&mut log, |log| log.sign_by_device(&device(1), add(99)), "too_many_devices");
}

#[test]
fn an_account_full_of_devices_lets_one_go_for_another_and_is_recovered() {
    let mut log = alice();
    for seed in 2..=u8::try_from(limits::ACCOUNT_DEVICES_MAX).unwrap() {
        by_device(&mut log, 1, add(seed)).unwrap();
    }
    by_device(&mut log, 1, revoke(2)).unwrap();
    by_device(&mut log, 1, add(99)).unwrap();
    assert_eq!(active(&log).len(), limits::ACCOUNT_DEVICES_MAX);
    let added = vec![DeviceListing::new(&log.account(), &device(100))];
    let recover = Recover { supersedes_after: log.head(), surviving: vec![], added };
    by_root(&mut log, 1, EntryKind::Recover(recover)).unwrap();
    assert_eq!(active(&log), [id(100)]);
}

fn alice() -> IdentityLog {
    IdentityLog::open(&root(1), &device(1))
}

/// Taken over by the second device, then recovered by the root.
fn recovered() -> IdentityLog {
    let mut log = alice();
    by_device(&mut log, 1, add(2)).unwrap();
    let honest = log.head();
    by_device(&mut log, 2, revoke(1)).unwrap();
    by_device(&mut log, 2, add(3)).unwrap();
    let listing = DeviceListing::new(&log.account(), &device(4));
    let recover = Recover { supersedes_after: honest, surviving: vec![id(1)], added: vec![listing] };
    by_root(&mut log, 1, EntryKind::Recover(recover)).unwrap();
    log
}

fn root(seed: u8) -> RootKey {
    RootKey::from_secret(&[seed; 32])
}

fn device(seed: u8) -> DeviceKey {
    DeviceKey::from_secret(&[seed ^ 0x80; 32])
}

fn id(seed: u8) -> DeviceId {
    device(seed).public().device_id()
}

fn add(seed: u8) -> EntryKind {
    let account = root(1).public().account_id();
    EntryKind::AddDevice(AddDevice { device: DeviceListing::new(&account, &device(seed)) })
}

fn revoke(seed: u8) -> EntryKind {
    EntryKind::RevokeDevice(RevokeDevice { device: id(seed) })
}

fn by_device(log: &mut IdentityLog, signer: u8, kind: EntryKind) -> Result<(), IdentityError> {
    log.append(log.sign_by_device(&device(signer), kind))
}

fn by_root(log: &mut IdentityLog, signer: u8, kind: EntryKind) -> Result<(), IdentityError> {
    log.append(log.sign_by_root(&root(signer), kind))
}

fn active(log: &IdentityLog) -> Vec<DeviceId> {
    log.view().active_devices().map(|(device, _)| *device).collect()
}

/// Appends what `entry` makes, expects the refusal, and that nothing changed.
#[track_caller]
fn check_refused(log: &mut IdentityLog, entry: impl FnOnce(&IdentityLog) -> SignedEntry, code: &str) {
    let before = (log.head(), log.view().clone());
    let signed = entry(log);
    let refusal = log.append(signed).expect_err("the entry is refused");
    assert_eq!(refusal.code(), code);
    assert_eq!((log.head(), log.view().clone()), before);
}
