//! What programs tell refusals apart by, and what they find in them. Written out: codes never change.

use market::machines::WithdrawalStatus;
use market::{Actor, Fact, Problem, Refusal};
use protocol::{DisputeId, EscrowId, Timestamp, WithdrawalId};

use crate::world::usd;

#[test]
fn every_refusal_has_its_code_and_its_facts() {
    let illegal = market::machines::DISPUTE.refuse("UNDER_REVIEW".parse().unwrap());
    let problem = Problem { field: "title".to_owned(), message: "expected a text".to_owned() };
    let [escrow, dispute] = ["esc_", "dsp_"].map(|prefix| format!("{prefix}{}", "a".repeat(26)));
    let withdrawal = format!("wd_{}", "a".repeat(26));
    check(
        illegal.into(),
        "INVALID_STATE",
        &[("current_state", one("UNDER_REVIEW")), ("allowed_states", several(&["RESOLVED"]))],
    );
    check(
        Refusal::Forbidden { actor: Actor::Buyer, allowed: vec![Actor::Seller, Actor::Support] },
        "FORBIDDEN",
        &[("actor", one("buyer")), ("allowed_actors", several(&["seller", "support"]))],
    );
    check(
        Refusal::Invalid(vec![problem.clone()]),
        "VALIDATION_ERROR",
        &[("fields", Fact::Fields(vec![problem]))],
    );
    check(
        Refusal::ReserveMismatch { expected: usd("80.00"), given: usd("8.00") },
        "RESERVE_MISMATCH_AMOUNT",
        &[("expected", one("80.00")), ("given", one("8.00")), ("currency", one("USD"))],
    );
    check(
        Refusal::ReserveExpired { until: Timestamp::from_millis(7) },
        "RESERVE_NOT_FOUND",
        &[("reserved_until", Fact::Time(Timestamp::from_millis(7)))],
    );
    check(
        Refusal::MilestoneNotFound { milestone_ref: "m1".into() },
        "MILESTONE_NOT_FOUND",
        &[("milestone_ref", one("m1"))],
    );
    check(
        Refusal::MilestonesOpen { open: vec!["m1".into()] },
        "ESCROW_NOT_READY",
        &[("open_milestones", several(&["m1"]))],
    );
    let id = EscrowId::from_bytes([0; 16]);
    for (refusal, code) in [
        (Refusal::EscrowAlreadyExists { escrow: id }, "ESCROW_ALREADY_EXISTS"),
        (Refusal::EscrowNotFound { escrow: id }, "ESCROW_NOT_FOUND"),
    ] {
        check(refusal, code, &[("escrow_id", one(&escrow))]);
    }
    check(
        Refusal::DisputeAlreadyOpen { dispute: DisputeId::from_bytes([0; 16]) },
        "DISPUTE_ALREADY_OPEN",
        &[("dispute_id", one(&dispute))],
    );
    check(
        Refusal::WithdrawalNotCommittable {
            withdrawal: WithdrawalId::from_bytes([0; 16]),
            current: WithdrawalStatus::Pending,
        },
        "WITHDRAWAL_NOT_COMMITTABLE",
        &[("withdrawal_id", one(&withdrawal)), ("current_status", one("WITHDRAWAL_PENDING"))],
    );
    check(Refusal::NotYourTurn { turn: Actor::Seller }, "NOT_YOUR_TURN", &[("turn", one("seller"))]);
    check(Refusal::OfferSuperseded { standing: 3 }, "OFFER_SUPERSEDED", &[("standing_round", one("3"))]);
}

fn one(text: &str) -> Fact {
    Fact::Text(text.to_owned())
}

fn several(texts: &[&str]) -> Fact {
    Fact::Texts(texts.iter().map(|text| (*text).to_owned()).collect())
}

#[track_caller]
fn check(refusal: Refusal, code: &str, details: &[(&'static str, Fact)]) {
    assert_eq!((refusal.code(), refusal.details()), (code, details.to_vec()));
}
