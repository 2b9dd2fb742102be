//! Money on its way in is credited once, and by those who know.

use market::machines::TopUpStatus as S;
use market::{Actor, Failure, Move, Refusal, Step, Text, TopUp, TopUpCommand};
use protocol::TopUpId;

use crate::world::{BUYER, NOW, names, usd};

const ID: TopUpId = TopUpId::from_bytes([8; 16]);

#[test]
fn whoever_hears_first_credits_and_the_others_change_nothing() {
    let step = run(
        &awaiting(),
        [
            (Actor::Provider, TopUpCommand::Process),
            (Actor::Provider, TopUpCommand::Succeed { reference: None }),
        ],
    );
    assert_eq!(step.moves, [Move::Credit { top_up: ID, owner: BUYER, money: usd("100.00") }]);
    let again = [
        (Actor::Provider, TopUpCommand::Succeed { reference: None }),
        (Actor::Support, TopUpCommand::Succeed { reference: None }),
    ];
    assert!(!run(&step.next, again).is_changed);
}

#[test]
fn what_is_said_again_changes_nothing() {
    assert!(!run(&awaiting(), [(Actor::Provider, wait())]).is_changed);
    let processing = run(&awaiting(), [(Actor::Provider, TopUpCommand::Process)]);
    assert_eq!((processing.next.status, names(&processing)), (S::Processing, vec!["topup.processing"]));
    assert!(!run(&processing.next, [(Actor::Relay, TopUpCommand::Process)]).is_changed);
    assert_eq!(processing.next.decide(Actor::Provider, wait()).unwrap_err().code(), "INVALID_STATE");
    let over = run(&processing.next, [(Actor::Provider, TopUpCommand::Succeed { reference: None })]).next;
    assert_eq!(over.decide(Actor::Provider, TopUpCommand::Process).unwrap_err().code(), "INVALID_STATE");
}

#[test]
fn what_has_ended_stays_as_it_is() {
    let ends = [TopUpCommand::Succeed { reference: None }, fail(), TopUpCommand::Cancel { reason: None }];
    for end in &ends {
        let over = run(&awaiting(), [(Actor::Provider, end.clone())]).next;
        for other in ends.iter().filter(|other| other.verb() != end.verb()) {
            let refusal = over.decide(Actor::Provider, other.clone()).unwrap_err();
            assert_eq!(refusal.code(), "INVALID_STATE");
        }
        assert!(!run(&over, [(Actor::Provider, end.clone())]).is_changed);
    }
}

#[test]
fn its_owner_calls_it_off_and_says_nothing_of_money() {
    let cancel = || TopUpCommand::Cancel { reason: None };
    let step = run(&awaiting(), [(Actor::Owner, cancel())]);
    assert_eq!((names(&step), step.moves.len()), (vec!["topup.canceled"], 0));
    let refusal = awaiting().decide(Actor::Owner, TopUpCommand::Succeed { reference: None }).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::Forbidden { actor: Actor::Owner, allowed: vec![Actor::Support, Actor::Provider] }
    );
}

#[test]
fn a_provider_that_could_not_be_asked_ends_it() {
    let created = TopUp::create(ID, BUYER, usd("100.00"), NOW).unwrap().next;
    let step = run(&created, [(Actor::Relay, fail())]);
    assert_eq!((step.next.status, names(&step)), (S::Failed, vec!["topup.failed"]));
    assert_eq!(step.next.end_reason, Some("No funds.".into()));
}

#[test]
fn the_relay_ends_what_waits_for_too_long_and_nobody_else_does() {
    let step = run(&awaiting(), [(Actor::Relay, TopUpCommand::Expire)]);
    assert_eq!((step.next.status, names(&step)), (S::Canceled, vec!["topup.canceled"]));
    assert!(!run(&step.next, [(Actor::Relay, TopUpCommand::Expire)]).is_changed);
    for actor in [Actor::Owner, Actor::Support, Actor::Provider] {
        let refusal = awaiting().decide(actor, TopUpCommand::Expire).unwrap_err();
        assert_eq!(refusal, Refusal::Forbidden { actor, allowed: vec![Actor::Relay] });
    }
    let processing = run(&awaiting(), [(Actor::Provider, TopUpCommand::Process)]).next;
    let refusal = processing.decide(Actor::Relay, TopUpCommand::Expire).unwrap_err();
    assert_eq!(refusal.code(), "INVALID_STATE", "its money is on its way");
}

#[test]
fn whatever_is_written_beside_a_command_has_its_limit() {
    let long = || Text::from("n".repeat(2_001));
    let failure = |reason, error_code| TopUpCommand::Fail(Failure { reason, error_code });
    for command in [
        TopUpCommand::AwaitUser { reference: Some(long()), confirmation_uri: None },
        TopUpCommand::AwaitUser { reference: None, confirmation_uri: Some(long()) },
        failure(long(), None),
        failure("No funds.".into(), Some(long())),
        TopUpCommand::Cancel { reason: Some(long()) },
    ] {
        let refusal = awaiting().decide(Actor::Provider, command).unwrap_err();
        assert_eq!(refusal.code(), "VALIDATION_ERROR");
    }
}

#[test]
fn nothing_is_no_top_up() {
    assert_eq!(TopUp::create(ID, BUYER, usd("0.00"), NOW).unwrap_err().code(), "VALIDATION_ERROR");
}

fn awaiting() -> TopUp {
    let created = TopUp::create(ID, BUYER, usd("100.00"), NOW).expect("a top-up").next;
    run(&created, [(Actor::Relay, wait())]).next
}

fn wait() -> TopUpCommand {
    TopUpCommand::AwaitUser { reference: Some("P1".into()), confirmation_uri: Some("https://pay".into()) }
}

fn fail() -> TopUpCommand {
    TopUpCommand::Fail(Failure { reason: "No funds.".into(), error_code: None })
}

#[track_caller]
fn run<const N: usize>(top_up: &TopUp, commands: [(Actor, TopUpCommand); N]) -> Step<TopUp> {
    let mut commands = commands.into_iter();
    let (actor, command) = commands.next().expect("a command");
    let first = top_up.decide(actor, command).expect("the first is taken");
    commands
        .try_fold(first, |step, (actor, command)| step.then(|top_up| top_up.decide(actor, command)))
        .expect("each is taken")
}
