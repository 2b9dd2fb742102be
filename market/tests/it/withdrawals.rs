//! Money on its way out is on hold, and leaves or comes back once.

use market::machines::WithdrawalStatus as S;
use market::{
    Actor, Destination, DestinationKind, Failure, Move, Refusal, Step, Withdrawal, WithdrawalCommand,
};
use protocol::WithdrawalId;

use crate::world::{NOW, SELLER, names, usd};

const ID: WithdrawalId = WithdrawalId::from_bytes([9; 16]);

#[test]
fn the_money_is_on_hold_from_the_beginning() {
    let step = create("80.00").unwrap();
    assert_eq!(step.moves, [Move::Hold { withdrawal: ID, owner: SELLER, money: usd("80.00") }]);
    assert_eq!(names(&step), ["withdrawal.created"]);
    assert_eq!(create("0.00").unwrap_err().code(), "VALIDATION_ERROR");
}

#[test]
fn what_is_committed_is_not_called_off_nor_committed_again() {
    let committed = run(&created(), [(Actor::Owner, WithdrawalCommand::Commit)]).next;
    let cancel = WithdrawalCommand::Cancel { reason: None };
    assert_eq!(committed.decide(Actor::Owner, cancel, NOW).unwrap_err().code(), "INVALID_STATE");
    let again = committed.decide(Actor::Owner, WithdrawalCommand::Commit, NOW).unwrap_err();
    let current = S::Committed;
    assert_eq!(again, Refusal::WithdrawalNotCommittable { withdrawal: ID, current });
    assert_eq!(again.code(), "WITHDRAWAL_NOT_COMMITTABLE");
}

#[test]
fn the_hold_is_settled_once_wherever_it_ends() {
    let void = Move::VoidHold { withdrawal: ID, owner: SELLER, money: usd("80.00") };
    let post = Move::PostHold { withdrawal: ID, owner: SELLER, money: usd("80.00") };
    let expired = Move::ExpireHold { withdrawal: ID, owner: SELLER, money: usd("80.00") };
    let fail =
        || WithdrawalCommand::Fail(Failure { reason: "Closed.".into(), error_code: Some("R1".into()) });
    let ask = || WithdrawalCommand::AskUser { action: "Sign up.".into(), uri: None };
    let give_back = || WithdrawalCommand::Return { reason: Some("Nobody came.".into()) };
    let committed = || run(&created(), [(Actor::Owner, WithdrawalCommand::Commit)]).next;
    let pending = || {
        let wait = WithdrawalCommand::Await { reference: Some("P1".into()) };
        run(&committed(), [(Actor::Provider, wait)]).next
    };
    let asked = || run(&pending(), [(Actor::Provider, ask())]).next;
    for (from, actor, command, movement) in [
        (created(), Actor::Owner, WithdrawalCommand::Cancel { reason: None }, void),
        (created(), Actor::Relay, fail(), void),
        (created(), Actor::Relay, WithdrawalCommand::Expire, expired),
        (committed(), Actor::Provider, WithdrawalCommand::Complete { reference: None }, post),
        (committed(), Actor::Provider, fail(), void),
        (committed(), Actor::Provider, give_back(), void),
        (pending(), Actor::Provider, WithdrawalCommand::Complete { reference: None }, post),
        (pending(), Actor::Provider, fail(), void),
        (pending(), Actor::Provider, give_back(), void),
        (asked(), Actor::Provider, WithdrawalCommand::Complete { reference: None }, post),
        (asked(), Actor::Provider, fail(), void),
        (asked(), Actor::Provider, give_back(), void),
    ] {
        let step = run(&from, [(actor, command.clone()), (actor, command.clone())]);
        assert_eq!(step.moves, [movement], "{from:?} {command:?}");
        for other in [WithdrawalCommand::Complete { reference: None }, fail(), give_back()] {
            let moves = step.next.decide(Actor::Provider, other, NOW).map_or(0, |step| step.moves.len());
            assert_eq!(moves, 0, "{from:?} {command:?}");
        }
    }
}

#[test]
fn a_provider_waits_for_the_owner_and_goes_on() {
    let wait = || WithdrawalCommand::Await { reference: Some("P1".into()) };
    let ask = || WithdrawalCommand::AskUser { action: "Sign up.".into(), uri: Some("https://pay".into()) };
    let step = run(
        &created(),
        [
            (Actor::Owner, WithdrawalCommand::Commit),
            (Actor::Provider, ask()),
            (Actor::Provider, ask()),
            (Actor::Provider, wait()),
            (Actor::Provider, wait()),
            (Actor::Provider, ask()),
        ],
    );
    let told = [
        "withdrawal.committed",
        "withdrawal.pending_user_action",
        "withdrawal.pending",
        "withdrawal.pending_user_action",
    ];
    assert_eq!((names(&step), step.moves.len()), (told.to_vec(), 0));
    assert_eq!(step.next.reference, Some("P1".into()));
}

#[test]
fn the_relay_ends_what_nobody_committed_and_nothing_that_is_to_be_sent() {
    let committed = run(&created(), [(Actor::Owner, WithdrawalCommand::Commit)]).next;
    let refusal = committed.decide(Actor::Relay, WithdrawalCommand::Expire, NOW).unwrap_err();
    assert_eq!(refusal.code(), "INVALID_STATE");
    for actor in [Actor::Owner, Actor::Support, Actor::Provider] {
        let refusal = created().decide(actor, WithdrawalCommand::Expire, NOW).unwrap_err();
        assert_eq!(refusal, Refusal::Forbidden { actor, allowed: vec![Actor::Relay] });
    }
}

#[test]
fn why_it_ended_is_kept() {
    let cancel = WithdrawalCommand::Cancel { reason: Some("Too early.".into()) };
    let step = run(&created(), [(Actor::Support, cancel)]);
    assert_eq!((step.next.status, step.next.end_reason), (S::Canceled, Some("Too early.".into())));
    let fail = WithdrawalCommand::Fail(Failure { reason: "Closed.".into(), error_code: None });
    let step = run(&created(), [(Actor::Support, fail)]);
    assert_eq!((step.next.status, step.next.end_reason), (S::Failed, Some("Closed.".into())));
}

#[test]
fn where_the_money_goes_does_not_show_in_what_is_printed_for_a_log() {
    assert!(!format!("{:?}", create("80.00").unwrap()).contains("DE00"));
}

fn create(amount: &str) -> Result<Step<Withdrawal>, Refusal> {
    let destination = Destination { kind: DestinationKind::Bank, reference: "DE00 1234".into() };
    Withdrawal::create(ID, SELLER, usd(amount), destination, NOW)
}

fn created() -> Withdrawal {
    create("80.00").expect("a withdrawal").next
}

#[track_caller]
fn run<const N: usize>(
    withdrawal: &Withdrawal,
    commands: [(Actor, WithdrawalCommand); N],
) -> Step<Withdrawal> {
    let mut commands = commands.into_iter();
    let (actor, command) = commands.next().expect("a command");
    let first = withdrawal.decide(actor, command, NOW).expect("the first is taken");
    commands
        .try_fold(first, |step, (actor, command)| {
            step.then(|withdrawal| withdrawal.decide(actor, command, NOW))
        })
        .expect("each is taken")
}
