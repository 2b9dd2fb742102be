//! What attackers submit, and who refuses it: the relay where it can, the members where it cannot.

use mls_wasm::policy::{Heads, Policy, Refusal, authorize};
use mls_wasm::public::{Submission, Validated};
use mls_wasm::{
    CommitRequest, CreatedCommit, Error, ReceivedHandshake, Rejoin, StagedJoin, check_key_package,
};
use protocol::content::HandshakeContext;
use protocol::identity::{AccountHead, Head};

use crate::actors::{Device, Logs, Relay, SUITE, dm, dm_with_a_revoked_leaf, secret};

#[test]
fn a_commit_over_another_devices_session_is_refused() {
    let (logs, mut alice, bob, relay) = dm();
    let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    check_relay(&relay, &bob, &created, &logs, Refusal::CommitterNotSession);
}

#[test]
fn a_tampered_commit_is_refused_by_the_relay_or_by_the_members() {
    let (logs, mut alice, mut bob, relay) = dm();
    let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    let mut passed_the_relay = 0;
    for position in (0..created.commit.len()).step_by(3) {
        let mut tampered = created.clone();
        tampered.commit[position] ^= 1;
        if relay.validate(&alice.leaf(), &tampered, &logs).is_ok() {
            passed_the_relay += 1;
            assert!(bob.group().receive(&tampered.commit, &secret()).is_err(), "byte {position}");
            bob.restart();
        }
    }
    assert!(passed_the_relay < 32, "only the membership tag lies outside what the relay can check");
    bob.receive(&created.commit).unwrap();
}

#[test]
fn a_group_info_that_does_not_belong_to_its_commit_is_refused() {
    let (logs, mut alice, _, relay) = dm();
    let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    for position in 0..created.group_info.len() {
        let mut tampered = created.clone();
        tampered.group_info[position] ^= 1;
        assert!(relay.validate(&alice.leaf(), &tampered, &logs).is_err(), "byte {position}");
    }
}

#[test]
fn welcomes_that_do_not_belong_to_the_commit_are_refused() {
    let (mut logs, mut alice, _, relay) = dm();
    let mut tablet = Device::of(alice.account, 3);
    logs.list(&alice, &tablet);
    let request = CommitRequest { add: vec![tablet.key_package()], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account])).unwrap();
    assert!(relay.validate(&alice.leaf(), &created, &logs).is_ok());
    let none = CreatedCommit { welcomes: vec![], ..created.clone() };
    assert!(relay.validate(&alice.leaf(), &none, &logs).is_err());
    let twice =
        CreatedCommit { welcomes: [created.welcomes.clone(), created.welcomes.clone()].concat(), ..created };
    assert!(relay.validate(&alice.leaf(), &twice, &logs).is_err());
}

#[test]
fn a_ghost_device_that_no_log_lists_is_refused_by_the_relay_and_by_members() {
    let (logs, mut alice, mut bob, relay) = dm();
    let mut ghost = Device::of(bob.account, 66);
    let request = CommitRequest { add: vec![ghost.key_package()], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account, bob.account])).unwrap();
    check_relay(&relay, &alice, &created, &logs, Refusal::DeviceNotListed);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::DeviceNotListed);
}

#[test]
fn a_third_account_does_not_enter_a_conversation_of_two() {
    let (mut logs, mut alice, mut bob, relay) = dm();
    let mut mallory = Device::open(&mut logs, 9);
    let request = CommitRequest { add: vec![mallory.key_package()], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account, mallory.account])).unwrap();
    check_relay(&relay, &alice, &created, &logs, Refusal::AccountNotAdmitted);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::AccountNotAdmitted);
}

#[test]
fn an_outsider_does_not_join_by_its_own_commit() {
    let (mut logs, mut alice, mut bob, relay) = dm();
    let mallory = Device::open(&mut logs, 9);
    let created = external(&mut alice, &mallory, &relay, &logs);
    check_relay(&relay, &mallory, &created, &logs, Refusal::ExternalNotOwnLeaf);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::ExternalNotOwnLeaf);
}

#[test]
fn a_removed_device_does_not_come_back() {
    let (logs, mut alice, mut bob, mut relay, mut tablet) = dm_with_a_revoked_leaf();
    let request = CommitRequest { remove: vec![2], ..CommitRequest::default() };
    let removal = alice.commit(&request, logs.context(&[alice.account])).unwrap();
    relay.accept(&alice.leaf(), &removal, &logs).unwrap();
    alice.receive(&removal.commit).unwrap();
    bob.receive(&removal.commit).unwrap();
    let created = external(&mut alice, &tablet, &relay, &logs);
    check_relay(&relay, &tablet, &created, &logs, Refusal::ExternalNotOwnLeaf);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::ExternalNotOwnLeaf);
    let stale = tablet.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    assert_eq!(relay.validate(&tablet.leaf(), &stale, &logs).err(), Some(Error::WrongEpoch));
}

#[test]
fn a_commit_of_a_proposal_that_was_never_submitted_is_refused_by_the_relay() {
    let (logs, mut alice, mut bob, relay) = dm();
    let key = protocol::keys::DeviceKey::from_secret(&bob.key.secret());
    let context = logs.context(&[bob.account]);
    let proposal = bob.group().propose_to_leave(context, &key, &secret()).unwrap();
    alice.receive(&proposal).unwrap();
    let commit =
        alice.commit(&CommitRequest::default(), logs.context(&[alice.account, bob.account])).unwrap();
    let refused = format!("{:?}", relay.validate(&alice.leaf(), &commit, &logs).err());
    assert!(refused.contains("MissingProposal"), "{refused}");
}

#[test]
fn a_proposal_to_leave_moves_no_heads_and_names_its_own_accounts_head_only() {
    let (logs, alice, mut bob, mut relay) = dm();
    let far = |account| AccountHead { account, head: Head { length: u64::MAX, hash: [9; 32] } };
    let propose = |bob: &mut Device, heads: Vec<AccountHead>| {
        let key = protocol::keys::DeviceKey::from_secret(&bob.key.secret());
        bob.restart();
        bob.group().propose_to_leave(HandshakeContext::new(heads), &key, &secret()).unwrap()
    };
    let attempts = [
        (vec![far(bob.account)], Refusal::HeadUnknown(bob.account)),
        (vec![logs.head(&bob.account), far(alice.account)], Refusal::HeadUntouched),
        (vec![logs.head(&alice.account)], Refusal::HeadUntouched),
        (vec![], Refusal::HeadUntouched),
    ];
    for (heads, refusal) in attempts {
        let proposal = propose(&mut bob, heads);
        assert_eq!(leave(&relay, &bob, &proposal, &logs).err(), Some(Error::Refused(refusal)));
    }
    let own = logs.head(&bob.account);
    let honest = propose(&mut bob, vec![own]);
    let Ok(Validated::Leave(staged)) = leave(&relay, &bob, &honest, &logs) else { panic!("refused") };
    relay.group.keep_leave(*staged).unwrap();
    let again = propose(&mut bob, vec![own]);
    assert_eq!(
        leave(&relay, &bob, &again, &logs).err(),
        Some(Error::Refused(Refusal::ProposalForbidden)),
        "one at a time"
    );
}

fn leave(relay: &Relay, leaver: &Device, proposal: &[u8], logs: &Logs) -> Result<Validated, Error> {
    let session = leaver.leaf();
    let submission = Submission { session: &session, handshake: proposal, group_info: None, welcomes: &[] };
    relay.group.validate(&submission, &relay.heads, logs)
}

#[test]
fn a_device_is_not_added_twice() {
    let (logs, mut alice, mut bob, relay) = dm();
    let request = CommitRequest { add: vec![bob.key_package()], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account, bob.account]));
    let is_refused = match created {
        Err(_) => true,
        Ok(created) => relay.validate(&alice.leaf(), &created, &logs).is_err(),
    };
    assert!(is_refused);
}

#[test]
fn a_head_older_than_one_named_before_is_refused() {
    let (mut logs, mut alice, mut bob, mut relay) = dm();
    let old = logs.context(&[alice.account]);
    logs.list(&alice, &Device::of(alice.account, 3));
    let newer = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    relay.accept(&alice.leaf(), &newer, &logs).unwrap();
    alice.receive(&newer.commit).unwrap();
    bob.receive(&newer.commit).unwrap();
    let created = alice.commit(&CommitRequest::default(), old).unwrap();
    check_relay(&relay, &alice, &created, &logs, Refusal::HeadWentBack);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::HeadWentBack);
}

#[test]
fn heads_are_named_for_exactly_the_accounts_touched() {
    let (logs, mut alice, bob, relay) = dm();
    let none = alice.commit(&CommitRequest::default(), HandshakeContext::new(vec![])).unwrap();
    check_relay(&relay, &alice, &none, &logs, Refusal::HeadMissing);
    alice.group().discard_own().unwrap();
    let more = alice.commit(&CommitRequest::default(), logs.context(&[alice.account, bob.account])).unwrap();
    check_relay(&relay, &alice, &more, &logs, Refusal::HeadUntouched);
}

#[test]
fn a_log_that_is_not_here_yet_holds_the_commit_and_does_not_refuse_it() {
    let (mut logs, mut alice, mut bob, relay) = dm();
    let behind = logs.clone();
    logs.list(&alice, &Device::of(alice.account, 3));
    let created = alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap();
    check_member(&mut bob, &relay.heads, &created, &behind, Refusal::HeadUnknown(alice.account));
}

#[test]
fn a_policy_is_not_changed_in_a_conversation_of_two() {
    let (logs, mut alice, mut bob, relay) = dm();
    let policy = Some(Policy::room(alice.account, SUITE));
    let request = CommitRequest { policy, ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account])).unwrap();
    check_relay(&relay, &alice, &created, &logs, Refusal::PolicyForbidden);
    check_member(&mut bob, &relay.heads, &created, &logs, Refusal::PolicyForbidden);
}

#[test]
fn a_key_package_of_another_device_is_not_taken_for_its_own() {
    let mut logs = Logs::default();
    let (mut alice, bob) = (Device::open(&mut logs, 1), Device::open(&mut logs, 2));
    let package = alice.key_package();
    assert!(check_key_package(&package, SUITE, &alice.leaf()).is_ok());
    assert!(check_key_package(&package, SUITE, &bob.leaf()).is_err());
    for position in 0..package.len() {
        let mut tampered = package.clone();
        tampered[position] ^= 1;
        assert!(check_key_package(&tampered, SUITE, &alice.leaf()).is_err(), "byte {position}");
    }
}

#[test]
fn a_tampered_tree_or_welcome_is_not_joined() {
    let (mut logs, mut alice, _, mut relay) = dm();
    let mut tablet = Device::of(alice.account, 3);
    logs.list(&alice, &tablet);
    let request = CommitRequest { add: vec![tablet.key_package()], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account])).unwrap();
    relay.accept(&alice.leaf(), &created, &logs).unwrap();
    let (tree, welcome) = (relay.group.tree(), &created.welcomes[0].welcome);
    let private = tablet.key_packages[0].private.clone();
    for position in (0..tree.len()).step_by(17) {
        let mut tampered = tree.clone();
        tampered[position] ^= 1;
        assert!(
            StagedJoin::stage(welcome, &tampered, &private, &secret()).is_err(),
            "byte {position} of the tree"
        );
    }
    for position in (0..welcome.len()).step_by(17) {
        let mut tampered = welcome.clone();
        tampered[position] ^= 1;
        assert!(
            StagedJoin::stage(&tampered, &tree, &private, &secret()).is_err(),
            "byte {position} of the Welcome"
        );
    }
    tablet.join(welcome, &tree).unwrap();
}

#[test]
fn a_hundred_racing_commits_have_one_winner_and_the_roster_is_the_trees() {
    let (logs, mut alice, mut bob, mut relay) = dm();
    for round in 0..50 {
        let commits = [
            alice.commit(&CommitRequest::default(), logs.context(&[alice.account])).unwrap(),
            bob.commit(&CommitRequest::default(), logs.context(&[bob.account])).unwrap(),
        ];
        let leaves = [alice.leaf(), bob.leaf()];
        let first = round % 2;
        relay.accept(&leaves[first], &commits[first], &logs).unwrap();
        assert_eq!(relay.accept(&leaves[1 - first], &commits[1 - first], &logs), Err(Error::WrongEpoch));
        alice.receive(&commits[first].commit).unwrap();
        bob.receive(&commits[first].commit).unwrap();
        assert_eq!(alice.group().epoch_authenticator(), bob.group().epoch_authenticator());
        assert_eq!(relay.group.roster().unwrap(), alice.group().roster().unwrap());
    }
}

/// A commit from outside, built on what the relay serves.
pub(crate) fn external(member: &mut Device, outsider: &Device, relay: &Relay, logs: &Logs) -> CreatedCommit {
    let info = member.group.as_ref().unwrap().group_info(&member.key, &secret()).unwrap();
    let context = logs.context(&[outsider.account]);
    let rejoin =
        Rejoin::build(&info, &relay.group.tree(), &outsider.leaf(), context, &outsider.key, &secret())
            .unwrap();
    let facts = member.commit(&CommitRequest::default(), logs.context(&[member.account])).unwrap().facts;
    member.group().discard_own().unwrap();
    CreatedCommit {
        commit: rejoin.commit.clone(),
        group_info: rejoin.group_info.clone(),
        welcomes: vec![],
        facts,
    }
}

#[track_caller]
pub(crate) fn check_relay(
    relay: &Relay,
    session: &Device,
    created: &CreatedCommit,
    logs: &Logs,
    refusal: Refusal,
) {
    let refused = relay.validate(&session.leaf(), created, logs).err();
    assert_eq!(refused, Some(Error::Refused(refusal)));
}

#[track_caller]
pub(crate) fn check_member(
    member: &mut Device,
    heads: &Heads,
    created: &CreatedCommit,
    logs: &Logs,
    refusal: Refusal,
) {
    let (policy, roster) = (member.group().policy().unwrap(), member.group().roster().unwrap());
    let ReceivedHandshake::Commit(staged) = member.group().receive(&created.commit, &secret()).unwrap()
    else {
        panic!("a commit of another device");
    };
    assert_eq!(authorize(&policy, &roster, heads, staged.facts(), logs), Err(refusal));
}
