//! What an arbiter may decide, and what comes of it.

use market::events::{EscrowEvent, OrderEvent};
use market::limits::EVIDENCE_MAX;
use market::machines::{DisputeStatus, OrderStatus};
use market::{
    Actor, Decision, DisputeReason, Event, Move, NewDispute, Order, OrderCommand, Refusal, Settlement,
};
use protocol::{Currency, DisputeId, Money};

use crate::world::{
    BUYER, DISPUTE, ESCROW, LAX, NOW, ORDER, SELLER, assign, dispute, in_progress, names, refused, run, usd,
};

#[test]
fn a_dispute_freezes_the_money_until_it_is_decided() {
    let disputed = run(&in_progress(&[], LAX), [(Actor::Buyer, dispute(DisputeReason::NotDelivered))]).next;
    refused(&disputed, Actor::Buyer, OrderCommand::RequestRelease { reason: None }, "INVALID_STATE");
    refused(&disputed, Actor::Seller, OrderCommand::RequestRefund { reason: None }, "INVALID_STATE");
    refused(&disputed, Actor::Relay, OrderCommand::Released { escrow: ESCROW }, "FORBIDDEN");
    refused(&disputed, Actor::Provider, OrderCommand::SplitPaid { escrow: ESCROW }, "INVALID_STATE");
}

#[test]
fn opened_again_alike_a_dispute_is_the_same_and_otherwise_it_is_refused() {
    let disputed = run(&in_progress(&[], LAX), [(Actor::Buyer, dispute(DisputeReason::NotDelivered))]).next;
    let again = |reason| {
        let id = DisputeId::from_bytes([7; 16]);
        OrderCommand::OpenDispute(NewDispute { id, reason, message: None, evidence: vec![] })
    };
    let step = run(&disputed, [(Actor::Buyer, again(DisputeReason::NotDelivered))]);
    assert_eq!((step.is_changed, step.next.dispute.map(|dispute| dispute.id)), (false, Some(DISPUTE)));
    for (actor, reason) in
        [(Actor::Seller, DisputeReason::NotDelivered), (Actor::Buyer, DisputeReason::Other)]
    {
        let refusal = refused(&disputed, actor, again(reason), "DISPUTE_ALREADY_OPEN");
        assert_eq!(refusal, Refusal::DisputeAlreadyOpen { dispute: DISPUTE });
    }
}

#[test]
fn whoever_decides_has_taken_it_up_before() {
    let disputed = run(&in_progress(&[], LAX), [(Actor::Buyer, dispute(DisputeReason::Other))]).next;
    refused(&disputed, Actor::Support, resolve(Decision::FullRefund), "INVALID_STATE");
    let reviewed = run(&disputed, [(Actor::Support, assign("Mo"))]);
    assert!(!run(&reviewed.next, [(Actor::Support, assign("Mo"))]).is_changed);
    let taken_over = run(&reviewed.next, [(Actor::Support, assign("Lu"))]);
    assert_eq!(names(&taken_over), ["dispute.under_review"]);
}

#[test]
fn a_full_decision_is_carried_out_however_often_a_provider_fails_at_it() {
    let decided = run(&reviewed(), [(Actor::Support, resolve(Decision::FullRefund))]);
    assert_eq!(names(&decided), ["dispute.resolved", "order.refund_requested"]);
    assert_eq!(decided.next.status, OrderStatus::RefundRequested);
    let failed = OrderCommand::RefundFailed { escrow: ESCROW };
    assert!(!run(&decided.next, [(Actor::Provider, failed)]).is_changed, "what was decided stands");
    refused(&decided.next, Actor::Support, resolve(Decision::FullRelease), "INVALID_STATE");
    refused(&decided.next, Actor::Seller, dispute(DisputeReason::Other), "INVALID_STATE");
    let paid = run(&decided.next, [(Actor::Provider, OrderCommand::Refunded { escrow: ESCROW })]);
    assert_eq!(paid.moves, [Move::Refund { order: ORDER, buyer: BUYER, money: usd("80.00") }]);
    assert_eq!(paid.next.settlement(), Some(Settlement::Refunded));
}

#[test]
fn a_split_is_paid_once_it_is_confirmed_and_not_before() {
    let split = Decision::Split { to_seller: usd("48.00"), to_buyer: usd("32.00") };
    let decided = run(&reviewed(), [(Actor::Support, resolve(split))]);
    assert_eq!((names(&decided), decided.moves.len()), (vec!["dispute.resolved"], 0));
    assert!(!run(&decided.next, [(Actor::Support, resolve(split))]).is_changed);
    refused(&decided.next, Actor::Support, resolve(Decision::FullRelease), "INVALID_STATE");
    refused(&decided.next, Actor::Support, assign("Lu"), "INVALID_STATE");
    refused(&decided.next, Actor::Provider, OrderCommand::Released { escrow: ESCROW }, "INVALID_STATE");
    let word = || OrderCommand::SplitPaid { escrow: ESCROW };
    let paid = run(&decided.next, [(Actor::Provider, word()), (Actor::Provider, word())]);
    let (to_seller, to_buyer) = (usd("48.00"), usd("32.00"));
    assert_eq!(paid.moves, [Move::Split { order: ORDER, seller: SELLER, to_seller, buyer: BUYER, to_buyer }]);
    assert_eq!(paid.next.settlement(), Some(Settlement::Split));
    assert_eq!(names(&paid), ["escrow.released", "order.released"]);
    let told = paid.events.iter().map(|event| match event {
        Event::Escrow(EscrowEvent::Released { money, .. })
        | Event::Order(OrderEvent::Released { money, .. }) => *money,
        other => panic!("{other:?}"),
    });
    assert_eq!(told.collect::<Vec<_>>(), [to_seller, to_seller]);
}

#[test]
fn the_parts_of_a_split_are_the_whole() {
    let euros = |text| Money { currency: Currency::Eur, ..usd(text) };
    for (to_seller, to_buyer) in [
        (usd("48.00"), usd("32.01")),
        (usd("48.00"), usd("31.99")),
        (usd("80.00"), usd("0.00")),
        (usd("0.00"), usd("80.00")),
        (usd("80.00"), usd("80.00")),
        (euros("48.00"), usd("32.00")),
        (euros("48.00"), euros("32.00")),
    ] {
        let split = resolve(Decision::Split { to_seller, to_buyer });
        refused(&reviewed(), Actor::Support, split, "VALIDATION_ERROR");
    }
}

#[test]
fn a_decision_is_told_by_its_documented_name() {
    let (to_seller, to_buyer) = (usd("48.00"), usd("32.00"));
    let decisions = [Decision::FullRelease, Decision::FullRefund, Decision::Split { to_seller, to_buyer }];
    assert_eq!(decisions.map(Decision::name), ["FULL_RELEASE", "FULL_REFUND", "SPLIT"]);
}

#[test]
fn a_provider_that_paid_one_side_already_has_decided() {
    let reviewed = reviewed();
    refused(&reviewed, Actor::Relay, OrderCommand::Refunded { escrow: ESCROW }, "FORBIDDEN");
    let step = run(&reviewed, [(Actor::Provider, OrderCommand::Refunded { escrow: ESCROW })]);
    assert_eq!(names(&step), ["dispute.resolved", "escrow.refunded", "order.refunded"]);
    assert_eq!(step.moves, [Move::Refund { order: ORDER, buyer: BUYER, money: usd("80.00") }]);
    let dispute = step.next.dispute.unwrap();
    assert_eq!((dispute.status, dispute.decision), (DisputeStatus::Resolved, Some(Decision::FullRefund)));
}

#[test]
fn there_is_as_much_evidence_as_an_arbiter_reads() {
    let working = in_progress(&[], LAX);
    let shown = |pieces| {
        let evidence = vec!["A picture.".into(); pieces];
        OrderCommand::OpenDispute(NewDispute {
            id: DISPUTE,
            reason: DisputeReason::Other,
            message: None,
            evidence,
        })
    };
    assert!(run(&working, [(Actor::Buyer, shown(EVIDENCE_MAX))]).is_changed);
    refused(&working, Actor::Buyer, shown(EVIDENCE_MAX + 1), "VALIDATION_ERROR");
}

fn resolve(decision: Decision) -> OrderCommand {
    OrderCommand::Resolve { decision, note: None }
}

fn reviewed() -> Order {
    let disputed = [(Actor::Buyer, dispute(DisputeReason::QualityIssue)), (Actor::Support, assign("Mo"))];
    let order = run(&in_progress(&[], LAX), disputed).next;
    assert_eq!(order.created_at, NOW);
    order
}
