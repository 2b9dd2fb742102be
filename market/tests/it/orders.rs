//! An order's own rules, beside those of its table.

use market::limits::{
    MILESTONES_MAX, NOTE_CHARACTERS_MAX, REFERENCE_CHARACTERS_MAX, RESERVE_LIFE_MILLIS_MAX,
    TITLE_CHARACTERS_MAX,
};
use market::machines::{MilestoneStatus, OrderStatus};
use market::{Actor, Fact, Move, Order, OrderCommand, OrderTerms, Problem, Refusal, Settlement, Text};
use protocol::{Amount, Currency, Money};

use crate::world::{
    BUYER, ESCROW, LATER, LAX, NOW, ORDER, OTHER_ESCROW, SELLER, STRICT, assign, complete, in_progress,
    names, order, part, refused, reserve, run, terms, usd,
};

#[test]
fn what_is_wrong_with_an_order_is_said_all_at_once() {
    let wrong = OrderTerms {
        seller: BUYER,
        money: usd("0.00"),
        title: " ".into(),
        milestones: vec![part("1.00"), part("1.00"), part("0.00")],
        ..terms("80.00")
    };
    let problems = problems(wrong);
    let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(
        fields,
        ["seller_id", "amount", "title", "milestones[1].milestone_ref", "milestones[2].amount", "milestones"]
    );
}

#[test]
fn milestones_are_few_and_worth_the_price_together() {
    let ten = vec!["8.00"; MILESTONES_MAX];
    let named = |amounts: &[&str]| OrderTerms {
        milestones: amounts
            .iter()
            .enumerate()
            .map(|(at, amount)| market::NewMilestone { milestone_ref: at.to_string().into(), ..part(amount) })
            .collect(),
        ..terms("80.00")
    };
    assert_eq!(problems(named(&ten)), []);
    assert_eq!(problems(named(&[])), []);
    for wrong in [&["80.01"][..], &["79.99"], &["8.00"; MILESTONES_MAX + 1]] {
        assert!(problems(named(wrong)).iter().any(|problem| problem.field == "milestones"), "{wrong:?}");
    }
    let mut too_large = named(&["80.00", "1.00"]);
    too_large.milestones[1].amount = Amount::from_minor(protocol::limits::AMOUNT_MINOR_MAX).unwrap();
    assert_eq!(problems(too_large).len(), 1, "a sum that no ledger can hold is no price");
}

#[test]
fn a_title_is_one_line_of_limited_length() {
    let titled = |title: String| problems(OrderTerms { title: title.into(), ..terms("80.00") }).len();
    assert_eq!(titled("ä".repeat(TITLE_CHARACTERS_MAX)), 0);
    assert_eq!(titled("ä".repeat(TITLE_CHARACTERS_MAX + 1)), 1);
    assert_eq!(titled("two\nlines".to_owned()), 1);
}

#[test]
fn exactly_the_price_is_set_aside() {
    let created = order(terms("80.00"));
    for amount in ["79.99", "80.01"] {
        refused(&created, Actor::Buyer, reserve(amount), "RESERVE_MISMATCH_AMOUNT");
    }
    let euros = Money { currency: Currency::Eur, ..usd("80.00") };
    refused(
        &created,
        Actor::Buyer,
        OrderCommand::Reserve { money: euros, until: LATER },
        "RESERVE_MISMATCH_AMOUNT",
    );
    let step = run(&created, [(Actor::Buyer, reserve("80.00"))]);
    assert_eq!(step.moves, [Move::Reserve { order: ORDER, buyer: BUYER, money: usd("80.00") }]);
    refused(&step.next, Actor::Buyer, reserve("80.01"), "RESERVE_MISMATCH_AMOUNT");
    assert!(!run(&step.next, [(Actor::Buyer, reserve("80.00"))]).is_changed, "nothing is set aside twice");
}

#[test]
fn money_is_set_aside_for_a_month_at_most() {
    for until in [NOW, NOW.plus_millis(RESERVE_LIFE_MILLIS_MAX + 1)] {
        let command = OrderCommand::Reserve { money: usd("80.00"), until };
        refused(&order(terms("80.00")), Actor::Buyer, command, "VALIDATION_ERROR");
    }
}

#[test]
fn an_order_is_called_off_until_there_is_an_escrow() {
    let cancel = || OrderCommand::Cancel { reason: Some("Too slow.".into()) };
    let created = order(terms("80.00"));
    let step = run(&created, [(Actor::Buyer, cancel())]);
    assert_eq!((step.moves.len(), names(&step)), (0, vec!["order.canceled", "order.closed"]));

    let reserved = run(&created, [(Actor::Buyer, reserve("80.00"))]).next;
    let step = run(&reserved, [(Actor::Seller, cancel())]);
    assert_eq!(step.moves, [Move::CancelReserve { order: ORDER, buyer: BUYER, money: usd("80.00") }]);
    assert_eq!((step.next.status, step.next.settlement()), (OrderStatus::Closed, None));
    assert_eq!(step.next.cancel_reason, Some("Too slow.".into()));

    let create = OrderCommand::CreateEscrow { escrow: ESCROW, terms: LAX };
    let creating = run(&reserved, [(Actor::Buyer, create)]).next;
    let refusal = refused(&creating, Actor::Buyer, cancel(), "INVALID_STATE");
    assert_eq!(
        refusal.details(),
        [
            ("current_state", Fact::Text("ESCROW_CREATING".to_owned())),
            ("allowed_states", Fact::Texts(vec!["ESCROW_FUNDING".to_owned()])),
        ]
    );
}

#[test]
fn money_that_was_set_aside_for_too_long_is_given_back_and_not_used() {
    let reserved = run(&order(terms("80.00")), [(Actor::Buyer, reserve("80.00"))]).next;
    let expire = |now| reserved.decide(Actor::Relay, OrderCommand::ExpireReserve, now).unwrap();
    assert!(!expire(NOW).is_changed, "a job that comes early finds nothing to do");
    let step = expire(LATER);
    assert_eq!(step.moves, [Move::ExpireReserve { order: ORDER, buyer: BUYER, money: usd("80.00") }]);
    assert_eq!(step.next.status, OrderStatus::Closed);
    let late = reserved.create_escrow_on_ledger(Actor::Buyer, ESCROW, LAX, LATER).unwrap_err();
    assert_eq!(late, Refusal::ReserveExpired { until: LATER });
}

#[test]
fn there_is_one_escrow_and_asking_again_gives_it() {
    let working = in_progress(&[], LAX);
    let create = |terms| OrderCommand::CreateEscrow { escrow: OTHER_ESCROW, terms };
    let again = run(&working, [(Actor::Buyer, create(LAX)), (Actor::Buyer, OrderCommand::Fund)]);
    assert!(!again.is_changed);
    assert_eq!(again.next.escrow.map(|escrow| escrow.id), Some(ESCROW));
    refused(&working, Actor::Buyer, create(STRICT), "ESCROW_ALREADY_EXISTS");
}

#[test]
fn an_escrow_that_could_not_be_made_or_filled_leaves_the_money_set_aside_for_another() {
    let create = |escrow| OrderCommand::CreateEscrow { escrow, terms: LAX };
    let reserved = run(&order(terms("80.00")), [(Actor::Buyer, reserve("80.00"))]).next;
    let failed = OrderCommand::EscrowFailed { escrow: ESCROW };
    let step = run(&reserved, [(Actor::Buyer, create(ESCROW)), (Actor::Provider, failed.clone())]);
    assert_eq!((&step.next, step.moves.len()), (&reserved, 0));
    assert!(!run(&reserved, [(Actor::Provider, failed)]).is_changed);

    let made = OrderCommand::EscrowCreated { escrow: OTHER_ESCROW, reference: Some("C1".into()) };
    let sent = run(
        &step.next,
        [(Actor::Buyer, create(OTHER_ESCROW)), (Actor::Provider, made), (Actor::Buyer, OrderCommand::Fund)],
    );
    assert!(!run(&sent.next, [(Actor::Buyer, OrderCommand::Fund)]).is_changed, "nothing is sent twice");
    refused(&sent.next, Actor::Provider, OrderCommand::Funded { escrow: ESCROW }, "ESCROW_NOT_FOUND");
    let failed = OrderCommand::FundFailed { escrow: OTHER_ESCROW };
    let back = run(&sent.next, [(Actor::Provider, failed)]);
    assert_eq!((&back.next, back.moves.len()), (&reserved, 0));
}

#[test]
fn a_word_that_overtakes_others_loses_nothing() {
    let reserved = run(&order(terms("80.00")), [(Actor::Buyer, reserve("80.00"))]).next;
    let create = OrderCommand::CreateEscrow { escrow: ESCROW, terms: LAX };
    let creating = run(&reserved, [(Actor::Buyer, create)]).next;
    let step = run(&creating, [(Actor::Provider, OrderCommand::Funded { escrow: ESCROW })]);
    let told = [
        "escrow.created",
        "order.escrow_funding",
        "escrow.funding_started",
        "escrow.funded",
        "order.escrow_funded",
        "order.in_progress",
    ];
    assert_eq!(names(&step), told);
    let late = OrderCommand::EscrowCreated { escrow: ESCROW, reference: None };
    let again = [(Actor::Provider, late), (Actor::Provider, OrderCommand::Funded { escrow: ESCROW })];
    assert!(!run(&step.next, again).is_changed, "and those that come behind it regress nothing");
}

#[test]
fn nothing_is_released_before_every_milestone_is_completed_where_the_terms_say_so() {
    let working = in_progress(&["30.00", "50.00"], STRICT);
    refused(&working, Actor::Buyer, OrderCommand::RequestRelease { reason: None }, "ESCROW_NOT_READY");
    let half = run(&working, [(Actor::Seller, complete("50.00"))]).next;
    let refusal =
        refused(&half, Actor::Buyer, OrderCommand::RequestRelease { reason: None }, "ESCROW_NOT_READY");
    assert_eq!(refusal, Refusal::MilestonesOpen { open: vec!["30.00".into()] });
    let done = run(&half, [(Actor::Seller, complete("30.00"))]).next;
    assert!(done.milestones.iter().all(|milestone| milestone.status == MilestoneStatus::Completed));
    let paid = done.release_on_ledger(Actor::Buyer, None, NOW).unwrap();
    assert_eq!(paid.moves, [Move::Release { order: ORDER, seller: SELLER, money: usd("80.00") }]);

    assert!(in_progress(&["80.00"], LAX).release_on_ledger(Actor::Buyer, None, NOW).is_ok());
}

#[test]
fn a_milestone_is_completed_once_and_while_the_work_is_going_on() {
    let working = in_progress(&["80.00"], STRICT);
    refused(&working, Actor::Seller, complete("81.00"), "MILESTONE_NOT_FOUND");
    let done = run(&working, [(Actor::Seller, complete("80.00"))]);
    assert_eq!(names(&done), ["escrow.milestone_completed"]);
    let refusal = refused(&done.next, Actor::Seller, complete("80.00"), "INVALID_STATE");
    assert_eq!(refusal.details()[0], ("current_state", Fact::Text("COMPLETED".to_owned())));
    let released = run(&done.next, [(Actor::Buyer, OrderCommand::RequestRelease { reason: None })]).next;
    refused(&released, Actor::Seller, complete("80.00"), "INVALID_STATE");
}

#[test]
fn release_and_refund_exclude_each_other_once_begun() {
    let working = in_progress(&[], LAX);
    let releasing = run(&working, [(Actor::Buyer, OrderCommand::RequestRelease { reason: None })]).next;
    refused(&releasing, Actor::Seller, OrderCommand::RequestRefund { reason: None }, "INVALID_STATE");
    refused(&releasing, Actor::Provider, OrderCommand::Refunded { escrow: ESCROW }, "INVALID_STATE");
    assert!(!run(&releasing, [(Actor::Buyer, OrderCommand::RequestRelease { reason: None })]).is_changed);
    let refunding = run(&working, [(Actor::Seller, OrderCommand::RequestRefund { reason: None })]).next;
    refused(&refunding, Actor::Buyer, OrderCommand::RequestRelease { reason: None }, "INVALID_STATE");
    refused(&refunding, Actor::Provider, OrderCommand::Released { escrow: ESCROW }, "INVALID_STATE");
}

#[test]
fn what_could_not_be_sent_is_in_escrow_still_and_either_way_is_open() {
    let working = in_progress(&[], LAX);
    let back = run(
        &working,
        [
            (Actor::Buyer, OrderCommand::RequestRelease { reason: Some("It came.".into()) }),
            (Actor::Provider, OrderCommand::ReleaseFailed { escrow: ESCROW }),
            (Actor::Seller, OrderCommand::RequestRefund { reason: None }),
            (Actor::Provider, OrderCommand::RefundFailed { escrow: ESCROW }),
        ],
    );
    assert_eq!((&back.next, back.moves.len()), (&working, 0));
}

#[test]
fn a_settlement_that_is_told_twice_pays_once() {
    let releasing =
        run(&in_progress(&[], LAX), [(Actor::Buyer, OrderCommand::RequestRelease { reason: None })]).next;
    let released = || OrderCommand::Released { escrow: ESCROW };
    refused(&releasing, Actor::Provider, OrderCommand::Released { escrow: OTHER_ESCROW }, "ESCROW_NOT_FOUND");
    let paid = run(&releasing, [(Actor::Provider, released()), (Actor::Relay, released())]);
    assert_eq!(paid.moves, [Move::Release { order: ORDER, seller: SELLER, money: usd("80.00") }]);
    let closed = run(&paid.next, [(Actor::Relay, OrderCommand::Close)]).next;
    let again = [
        (Actor::Provider, released()),
        (Actor::Buyer, OrderCommand::RequestRelease { reason: None }),
        (Actor::Relay, OrderCommand::Close),
    ];
    assert!(!run(&closed, again).is_changed);
    assert_eq!(closed.settlement(), Some(Settlement::Released));
    refused(&closed, Actor::Provider, OrderCommand::Refunded { escrow: ESCROW }, "INVALID_STATE");
}

#[test]
fn whatever_is_written_beside_a_command_has_its_limit() {
    let long = || Some(Text::from("n".repeat(NOTE_CHARACTERS_MAX + 1)));
    let name = "r".repeat(REFERENCE_CHARACTERS_MAX + 1);
    let decision = market::Decision::FullRefund;
    let milestone_ref: Text = "80.00".into();
    for (actor, command) in [
        (Actor::Buyer, OrderCommand::Cancel { reason: long() }),
        (Actor::Buyer, OrderCommand::RequestRelease { reason: long() }),
        (Actor::Seller, OrderCommand::RequestRefund { reason: long() }),
        (Actor::Seller, OrderCommand::CompleteMilestone { milestone_ref, note: long() }),
        (Actor::Support, OrderCommand::Resolve { decision, note: long() }),
        (Actor::Support, assign("two\nlines")),
        (Actor::Relay, OrderCommand::EscrowCreated { escrow: ESCROW, reference: Some(name.clone().into()) }),
    ] {
        refused(&in_progress(&["80.00"], LAX), actor, command, "VALIDATION_ERROR");
    }
    let named = Order::create(ORDER, terms("80.00"), Some(name.into()), NOW).unwrap_err();
    assert_eq!(named.code(), "VALIDATION_ERROR");
}

fn problems(terms: OrderTerms) -> Vec<Problem> {
    match Order::create(ORDER, terms, None, NOW) {
        Ok(_) => vec![],
        Err(Refusal::Invalid(problems)) => problems,
        Err(other) => panic!("{other:?}"),
    }
}
