//! What members do together, with a restart wherever state could be lost.

use mls_wasm::policy::{Refusal, authorize, authorize_roster};
use mls_wasm::{CommitRequest, Error, Group, Opened, ReceivedHandshake, Rejoin, StepSecret, peek};
use protocol::{Epoch, Suite, limits};

use crate::actors::{CONVERSATION, Device, Logs, Relay, add, dm, dm_of, secret};

#[test]
fn two_accounts_talk_and_survive_a_restart_after_every_step() {
    for suite in Suite::OFFERED {
        let (_, mut alice, mut bob, _) = dm_of(suite);
        for round in 0..20u8 {
            let sealed = alice.seal(&[round]);
            alice.restart();
            check_opens(&mut bob, &sealed, &[round]);
            bob.restart();
            let answer = bob.seal(&[round, round]);
            bob.restart();
            check_opens(&mut alice, &answer, &[round, round]);
            alice.restart();
        }
    }
}

#[test]
fn every_offered_suite_works() {
    for suite in Suite::OFFERED {
        let mut logs = Logs::default();
        let alice = Device::open(&mut logs, 1);
        let policy = mls_wasm::policy::Policy::self_group(alice.account, suite);
        let group =
            Group::create(&CONVERSATION, suite, &policy, &alice.leaf(), &alice.key, &secret()).unwrap();
        assert_eq!((group.suite(), group.policy()), (Ok(suite), Ok(policy)));
    }
}

#[test]
fn the_same_secret_makes_the_same_commit_and_another_one_another() {
    for suite in Suite::OFFERED {
        let (mut logs, mut alice, bob, _) = dm_of(suite);
        let mut tablet = Device { suite, ..Device::of(bob.account, 3) };
        logs.list(&bob, &tablet);
        let add = CommitRequest { add: vec![tablet.key_package()], ..CommitRequest::default() };
        let context = logs.context(&[alice.account, bob.account]);
        for request in [CommitRequest::default(), add] {
            let mut commit = |seed: u8| {
                alice.restart();
                let group = alice.group.as_mut().unwrap();
                let secret = StepSecret::from_bytes([seed; 32]);
                let created = group.commit(&request, context.clone(), &alice.key, &secret).unwrap();
                (created.commit, created.group_info, created.welcomes)
            };
            let [first, again, other] = [1, 1, 2].map(&mut commit);
            assert!(first == again && first != other, "{suite:?}");
        }
    }
}

/// A hybrid key has 1,216 bytes, and what is sealed to one 1,120 more.
#[test]
fn what_a_hybrid_conversation_sends_is_within_the_limits() {
    let suite = Suite::ML_KEM_768_X25519;
    let (mut logs, mut alice, bob, relay) = dm_of(suite);
    let mut tablet = Device { suite, ..Device::of(bob.account, 3) };
    logs.list(&bob, &tablet);
    let package = tablet.key_package();
    let request = CommitRequest { add: vec![package.clone()], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account, bob.account])).unwrap();
    relay.validate(&alice.leaf(), &created, &logs).unwrap();
    let sent = [
        (package.len(), limits::KEY_PACKAGE_BYTES_MAX),
        (created.welcomes[0].welcome.len(), limits::WELCOME_BYTES_MAX),
        (created.group_info.len(), limits::GROUP_INFO_BYTES_MAX),
        (created.commit.len(), limits::HANDSHAKE_BYTES_MAX),
        (relay.group.tree().len(), limits::TREE_BYTES_MAX),
    ];
    for (bytes, bytes_max) in sent {
        assert!(bytes > 1_120 && bytes <= bytes_max, "{bytes} of {bytes_max} bytes");
    }
}

#[test]
fn a_pending_commit_survives_a_restart_and_is_merged_on_its_echo_only() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, mut relay) = dm_of(suite);
        let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
        alice.restart();
        assert!(alice.group().has_pending_commit());
        assert_eq!(alice.group().epoch(), Epoch(1));
        relay.accept(&alice.leaf(), &created, &logs).unwrap();
        bob.receive(&created.commit).unwrap();
        alice.receive(&created.commit).unwrap();
        alice.restart();
        assert_eq!(alice.group().epoch(), Epoch(2));
        assert_eq!(alice.group().epoch_authenticator(), bob.group().epoch_authenticator());
        let sealed = alice.seal(b"after");
        check_opens(&mut bob, &sealed, b"after");
    }
}

#[test]
fn an_own_echo_says_the_same_whether_it_is_remembered_or_proven_after_a_restart() {
    let (mut logs, mut alice, bob, _) = dm();
    let mut tablet = Device::of(bob.account, 3);
    logs.list(&bob, &tablet);
    let request = CommitRequest { add: vec![tablet.key_package()], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account, bob.account])).unwrap();
    for _ in ["remembered", "proven"] {
        match alice.group().receive(&created.commit, &secret()) {
            Ok(ReceivedHandshake::OwnEcho { facts }) => assert_eq!(*facts, created.facts),
            other => panic!("{other:?}"),
        }
        alice.restart();
    }
}

#[test]
fn an_own_commit_is_known_by_its_very_bytes_and_while_it_waits() {
    let (logs, mut alice, mut bob, _) = dm();
    let commit = |alice: &mut Device| {
        alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap().commit
    };
    let dropped = commit(&mut alice);
    for position in 0..dropped.len() {
        let mut tampered = dropped.clone();
        tampered[position] ^= 1;
        assert!(alice.group().receive(&tampered, &secret()).is_err(), "byte {position}");
    }
    alice.group().discard_own().unwrap();
    assert!(alice.group().receive(&dropped, &secret()).is_err());
    let lost = commit(&mut alice);
    assert!(alice.group().receive(&dropped, &secret()).is_err());
    let winner = bob.commit(&CommitRequest::default(), logs.context(&[bob.account])).unwrap();
    alice.receive(&winner.commit).unwrap();
    assert_eq!(alice.group().receive(&lost, &secret()).err(), Some(Error::WrongEpoch));
    let merged = commit(&mut alice);
    alice.receive(&merged).unwrap();
    assert_eq!(alice.group().receive(&merged, &secret()).err(), Some(Error::WrongEpoch));
}

#[test]
fn a_message_sealed_beside_a_pending_commit_is_opened() {
    let (logs, mut alice, mut bob, _) = dm();
    let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    let sealed = alice.seal(b"meanwhile");
    check_opens(&mut bob, &sealed, b"meanwhile");
    alice.receive(&created.commit).unwrap();
}

#[test]
fn the_loser_of_a_race_applies_the_winner_and_commits_anew() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, mut relay) = dm_of(suite);
        let winner = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
        let loser = bob.commit(&CommitRequest::default(), logs.context(&[bob.account])).unwrap();
        relay.accept(&alice.leaf(), &winner, &logs).unwrap();
        assert_eq!(relay.accept(&bob.leaf(), &loser, &logs), Err(Error::WrongEpoch));
        bob.receive(&winner.commit).unwrap();
        bob.restart();
        assert!(!bob.group().has_pending_commit());
        alice.receive(&winner.commit).unwrap();
        let again = bob.commit(&CommitRequest::default(), logs.context(&[bob.account])).unwrap();
        relay.accept(&bob.leaf(), &again, &logs).unwrap();
        alice.receive(&again.commit).unwrap();
        bob.receive(&again.commit).unwrap();
        assert_eq!(alice.group().epoch_authenticator(), bob.group().epoch_authenticator());
    }
}

#[test]
fn messages_of_the_epoch_before_are_opened_and_older_ones_refused() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, _) = dm_of(suite);
        let [first, second] = [b"first", b"secnd"].map(|text| alice.seal(text));
        for _ in 0..2 {
            let created = bob.commit(&CommitRequest::default(), logs.context(&[bob.account])).unwrap();
            bob.receive(&created.commit).unwrap();
            alice.receive(&created.commit).unwrap();
            if bob.group().epoch() == Epoch(2) {
                check_opens(&mut bob, &first, b"first");
            }
        }
        assert!(bob.group().open(&second, &secret()).is_err());
    }
}

#[test]
fn messages_of_both_epochs_in_turn_are_opened_once_each_whatever_was_stored_between() {
    let (logs, mut alice, mut bob, _) = dm();
    let late: Vec<Vec<u8>> = (0..6).map(|number| alice.seal(&[number])).collect();
    let commit = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    alice.receive(&commit.commit).unwrap();
    bob.receive(&commit.commit).unwrap();
    for (number, late) in late.iter().enumerate() {
        check_opens(&mut bob, late, &[number as u8]);
        let current = alice.seal(b"now");
        check_opens(&mut bob, &current, b"now");
        bob.seal(b"between");
        for opened in [late, &current] {
            bob.restart();
            assert_eq!(bob.group().open(opened, &secret()), Err(Error::Replayed), "{number}");
        }
        bob.restart();
    }
}

#[test]
fn a_message_is_opened_once() {
    let (_, mut alice, mut bob, _) = dm();
    let sealed = alice.seal(b"once");
    check_opens(&mut bob, &sealed, b"once");
    assert_eq!(bob.group().open(&sealed, &secret()), Err(Error::Replayed));
    assert_eq!(alice.group().open(&sealed, &secret()), Ok(Opened::Own));
}

#[test]
fn messages_overtake_each_other_within_the_tolerance() {
    let (_, mut alice, mut bob, _) = dm();
    let sealed: Vec<_> = (0..30u8).map(|number| alice.seal(&[number])).collect();
    for (number, message) in sealed.iter().enumerate().rev() {
        check_opens(&mut bob, message, &[number as u8]);
        bob.restart();
    }
}

#[test]
fn a_second_device_is_added_by_the_other_side_and_removed_when_revoked() {
    for suite in Suite::OFFERED {
        let (mut logs, mut alice, mut bob, mut relay) = dm_of(suite);
        let mut tablet = Device { suite, ..Device::of(alice.account, 3) };
        logs.list(&alice, &tablet);
        let created = add(&mut bob, &mut tablet, &mut relay, &logs);
        alice.receive(&created.commit).unwrap();
        let sealed = tablet.seal(b"from the tablet");
        check_opens(&mut alice, &sealed, b"from the tablet");
        let removal = CommitRequest { remove: vec![2], ..CommitRequest::default() };
        let context = logs.context(&[alice.account, bob.account]);
        let early = bob.commit(&removal, context).unwrap();
        assert_eq!(relay.accept(&bob.leaf(), &early, &logs), Err(Error::Refused(Refusal::RemovalNotAllowed)));
        bob.group().discard_own().unwrap();
        logs.revoke(&alice, &tablet.id());
        let due = bob.commit(&removal, logs.context(&[alice.account, bob.account])).unwrap();
        relay.accept(&bob.leaf(), &due, &logs).unwrap();
        for device in [&mut alice, &mut bob, &mut tablet] {
            device.receive(&due.commit).unwrap();
        }
        assert!(!tablet.group().is_active());
        assert_eq!(relay.group.roster().unwrap(), alice.group().roster().unwrap());
    }
}

#[test]
fn a_revocation_never_invalidates_an_earlier_commit() {
    let (mut logs, mut alice, mut bob, mut relay) = dm();
    let mut tablet = Device::of(alice.account, 3);
    logs.list(&alice, &tablet);
    let added = add(&mut alice, &mut tablet, &mut relay, &logs);
    let by_tablet = tablet.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    relay.accept(&tablet.leaf(), &by_tablet, &logs).unwrap();
    logs.revoke(&alice, &tablet.id());
    let mut heads = mls_wasm::policy::Heads::from_list([logs.head(&bob.account)]);
    for handshake in [&added.commit, &by_tablet.commit] {
        let (policy, roster) = (bob.group().policy().unwrap(), bob.group().roster().unwrap());
        let ReceivedHandshake::Commit(staged) = bob.group().receive(handshake, &secret()).unwrap() else {
            panic!("a commit of another device");
        };
        heads = authorize(&policy, &roster, &heads, staged.facts(), &logs).unwrap();
        bob.group().merge(*staged, &secret()).unwrap();
    }
    assert_eq!(bob.group().epoch(), Epoch(3));
}

#[test]
fn a_lost_group_is_rejoined_and_the_others_follow() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, mut relay) = dm_of(suite);
        let info = alice.group.as_ref().unwrap().group_info(&alice.key, &secret()).unwrap();
        let context = logs.context(&[bob.account]);
        let rejoin =
            Rejoin::build(&info, &relay.group.tree(), &bob.leaf(), context, &bob.key, &secret()).unwrap();
        let created = mls_wasm::CreatedCommit {
            commit: rejoin.commit.clone(),
            group_info: rejoin.group_info.clone(),
            welcomes: vec![],
            facts: alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap().facts,
        };
        alice.group().discard_own().unwrap();
        relay.accept(&bob.leaf(), &created, &logs).unwrap();
        alice.receive(&rejoin.commit).unwrap();
        bob.take_up(&rejoin);
        bob.save();
        bob.restart();
        let sealed = bob.seal(b"back");
        check_opens(&mut alice, &sealed, b"back");
        assert_eq!(relay.group.roster().unwrap(), bob.group().roster().unwrap());
    }
}

#[test]
fn a_proposal_to_leave_survives_a_restart_and_is_committed_by_another() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, mut relay) = dm_of(suite);
        let context = logs.context(&[bob.account]);
        let proposal =
            bob.group.as_mut().unwrap().propose_to_leave(context.clone(), &bob.key, &secret()).unwrap();
        let submission = mls_wasm::public::Submission {
            session: &bob.leaf(),
            handshake: &proposal,
            group_info: None,
            welcomes: &[],
        };
        let mls_wasm::public::Validated::Leave(leave) =
            relay.group.validate(&submission, &relay.heads, &logs).unwrap()
        else {
            panic!("a proposal to leave");
        };
        relay.group.keep_leave(*leave).unwrap();
        alice.receive(&proposal).unwrap();
        alice.restart();
        assert!(alice.group().has_pending_proposals());
        let created =
            alice.commit(&CommitRequest::default(), logs.context(&[alice.account, bob.account])).unwrap();
        alice.restart();
        relay.accept(&alice.leaf(), &created, &logs).unwrap();
        alice.receive(&created.commit).unwrap();
        bob.save();
        bob.restart();
        bob.receive(&created.commit).unwrap();
        assert!(!bob.group().is_active());
        assert_eq!(alice.group().roster().unwrap().len(), 1);
    }
}

#[test]
fn the_state_before_a_merge_can_be_taken_back() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, _) = dm_of(suite);
        let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
        let before = alice.group().snapshot();
        alice.receive(&created.commit).unwrap();
        let restored = alice.group().restore(&before).unwrap();
        alice.group = Some(restored);
        alice.save();
        alice.restart();
        assert_eq!(alice.group().epoch(), Epoch(1));
        assert!(!alice.group().has_pending_commit());
        let sealed = bob.seal(b"still here");
        check_opens(&mut alice, &sealed, b"still here");
    }
}

#[test]
fn whoever_takes_back_anothers_commit_can_commit_though_an_own_commit_waited_before() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, _) = dm_of(suite);
        alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
        let created = bob.commit(&CommitRequest::default(), logs.context(&[bob.account])).unwrap();
        let before = alice.group().snapshot();
        alice.receive(&created.commit).unwrap();
        alice.group = Some(alice.group().restore(&before).unwrap());
        alice.save();
        alice.restart();
        alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    }
}

#[test]
fn a_failed_join_burns_nothing() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, mut relay) = dm_of(suite);
        let mut tablet = Device { suite, ..Device::of(bob.account, 3) };
        let mut logs_then = logs.clone();
        logs_then.list(&bob, &tablet);
        let wrong_tree = relay.group.tree();
        let request = CommitRequest { add: vec![tablet.key_package()], ..CommitRequest::default() };
        let created = alice.commit(&request, logs_then.context(&[alice.account, bob.account])).unwrap();
        relay.accept(&alice.leaf(), &created, &logs_then).unwrap();
        assert!(tablet.join(&created.welcomes[0].welcome, &wrong_tree).is_err());
        tablet.join(&created.welcomes[0].welcome, &relay.group.tree()).unwrap();
        let roster = tablet.group().roster().unwrap();
        let policy = tablet.group().policy().unwrap();
        let inviter = alice.leaf();
        assert_eq!(authorize_roster(&policy, &roster, &inviter, &relay.heads, &logs_then), Ok(()));
        assert_eq!(
            authorize_roster(&policy, &roster, &inviter, &relay.heads, &logs),
            Err(Refusal::HeadUnknown(bob.account)),
            "a tree whose logs are not here is not believed"
        );
        bob.receive(&created.commit).unwrap();
    }
}

#[test]
fn what_a_message_says_of_itself_is_read_without_keys() {
    let (logs, mut alice, _, _) = dm();
    let sealed = peek::private_message(&alice.seal(b"words")).unwrap();
    assert_eq!(
        (sealed.conversation, sealed.epoch, sealed.content),
        (CONVERSATION, Epoch(1), peek::Content::Application)
    );
    let context = logs.context(&[alice.account]);
    let created = alice.commit(&CommitRequest::default(), context.clone()).unwrap();
    let handshake = peek::public_message(&created.commit).unwrap();
    assert_eq!((handshake.epoch, handshake.sender), (Epoch(1), peek::Sender::Member(0)));
    assert_eq!(handshake.authenticated_data, context.encode());
}

#[test]
fn the_relay_reloads_a_group_and_replays_its_log() {
    for suite in Suite::OFFERED {
        let (logs, mut alice, mut bob, mut relay) = dm_of(suite);
        let snapshot = relay.group.snapshot();
        let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
        relay.accept(&alice.leaf(), &created, &logs).unwrap();
        bob.receive(&created.commit).unwrap();
        let mut group = mls_wasm::public::PublicGroup::load(&CONVERSATION, &snapshot).unwrap();
        group.replay(&created.commit).unwrap();
        assert_eq!(group.tree(), relay.group.tree());
        let again = bob.commit(&CommitRequest::default(), logs.context(&[bob.account])).unwrap();
        let mut reloaded = Relay { group, heads: relay.heads };
        reloaded.accept(&bob.leaf(), &again, &logs).unwrap();
    }
}

#[track_caller]
fn check_opens(device: &mut Device, sealed: &[u8], expected: &[u8]) {
    match device.group().open(sealed, &secret()).unwrap() {
        Opened::Message { content, .. } => assert_eq!(content, expected),
        Opened::Own => panic!("an own message"),
    }
    device.save();
}
