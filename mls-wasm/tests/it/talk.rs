//! Many messages, of which what they change is written once.

use mls_wasm::{CommitRequest, Error, Opened};

use crate::actors::{Device, dm, secret};

#[test]
fn what_many_messages_change_is_written_once_for_all_of_them() {
    let (_, mut alice, mut bob, _) = dm();
    let sealed: Vec<Vec<u8>> = (0..9).map(|number| seal_unsaved(&mut alice, &[number])).collect();
    alice.save();
    alice.restart();
    for (number, sealed) in sealed.iter().enumerate() {
        assert_eq!(open_unsaved(&mut bob, sealed), Ok(vec![number as u8]));
    }
    bob.save();
    bob.restart();
    for sealed in &sealed {
        assert_eq!(open_unsaved(&mut bob, sealed), Err(Error::Replayed));
    }
    let next = seal_unsaved(&mut alice, b"next");
    assert_eq!(open_unsaved(&mut bob, &next), Ok(b"next".to_vec()), "no key is used twice");
}

#[test]
fn messages_of_both_epochs_between_two_writes_are_written_in_whatever_order_they_come() {
    for order in [[0, 1, 2, 3], [2, 0, 3, 1], [2, 3, 0, 1]] {
        let (logs, mut alice, mut bob, _) = dm();
        let mut sealed = vec![alice.seal(b"one"), alice.seal(b"two")];
        let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
        alice.receive(&created.commit).unwrap();
        sealed.extend([alice.seal(b"three"), alice.seal(b"four")]);
        bob.receive(&created.commit).unwrap();
        for number in order {
            open_unsaved(&mut bob, &sealed[number]).unwrap();
        }
        bob.save();
        bob.restart();
        for number in order {
            assert_eq!(open_unsaved(&mut bob, &sealed[number]), Err(Error::Replayed), "{order:?}: {number}");
        }
    }
}

#[test]
fn a_refused_message_takes_nothing_from_those_around_it_though_nothing_was_written_between() {
    let (logs, mut alice, mut bob, _) = dm();
    let first = alice.seal(b"first");
    let signed_by_another = alice.group().seal(b"second", &bob.key, &secret()).unwrap();
    alice.restart();
    let second = alice.seal(b"second");
    let third = alice.seal(b"third");
    open_unsaved(&mut bob, &first).unwrap();
    for (at, what) in [(second.len() - 1, "its tag"), (second.len() / 2, "its words"), (40, "its sender")] {
        let mut forged = second.clone();
        forged[at] ^= 1;
        assert!(open_unsaved(&mut bob, &forged).is_err(), "{what}");
    }
    assert!(open_unsaved(&mut bob, &signed_by_another).is_err());
    assert!(open_unsaved(&mut bob, &second[..second.len() - 1]).is_err());
    assert_eq!(open_unsaved(&mut bob, &first), Err(Error::Replayed));
    bob.save();
    bob.restart();
    assert_eq!(open_unsaved(&mut bob, &first), Err(Error::Replayed), "what came before is written");
    assert_eq!(open_unsaved(&mut bob, &second), Ok(b"second".to_vec()));
    assert_eq!(open_unsaved(&mut bob, &third), Ok(b"third".to_vec()));
    let created = bob.commit(&CommitRequest::default(), logs.context(&[bob.account])).unwrap();
    alice.receive(&created.commit).unwrap();
    bob.receive(&created.commit).unwrap();
}

#[test]
fn what_messages_have_changed_is_in_a_snapshot_and_survives_a_commit() {
    let (logs, mut alice, mut bob, _) = dm();
    let sealed = [alice.seal(b"one"), alice.seal(b"two")];
    open_unsaved(&mut bob, &sealed[0]).unwrap();
    let snapshot = bob.group().snapshot();
    let mut restored = bob.group().restore(&snapshot).unwrap();
    assert_eq!(restored.open(&sealed[0], &secret()), Err(Error::Replayed));
    let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    bob.receive(&created.commit).unwrap();
    bob.restart();
    assert_eq!(open_unsaved(&mut bob, &sealed[0]), Err(Error::Replayed));
    assert_eq!(open_unsaved(&mut bob, &sealed[1]), Ok(b"two".to_vec()));
}

fn seal_unsaved(device: &mut Device, content: &[u8]) -> Vec<u8> {
    let group = device.group.as_mut().unwrap();
    group.seal(content, &device.key, &secret()).unwrap()
}

fn open_unsaved(device: &mut Device, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    match device.group().open(sealed, &secret())? {
        Opened::Message { content, .. } => Ok(content),
        Opened::Own => panic!("an own message"),
    }
}
