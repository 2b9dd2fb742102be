//! Every state × every verb of every machine, beside what is written out here by hand.
//!
//! A line is a state, where each verb leads from it (every other verb is refused), and what the state may become by the
//! documented ways.

use std::collections::{BTreeMap, BTreeSet};

use market::machine::Machine;
use market::machines::{DISPUTE, ESCROW, LISTING, MILESTONE, OFFER, ORDER, TOP_UP, WITHDRAWAL};
use market::words::Word;

#[test]
fn an_order_goes_where_it_is_documented_to_go() {
    check(
        &ORDER,
        "
        ORDER_CREATED: reserve>FUNDS_RESERVED cancel>CLOSED; FUNDS_RESERVED CLOSED
        FUNDS_RESERVED: create_escrow>ESCROW_CREATING cancel>CLOSED expire_reserve>CLOSED; ESCROW_CREATING CLOSED
        ESCROW_CREATING: escrow_created>ESCROW_FUNDING escrow_failed>FUNDS_RESERVED; ESCROW_FUNDING
        ESCROW_FUNDING: fund>ESCROW_FUNDING funded>ESCROW_FUNDED fund_failed>FUNDS_RESERVED; ESCROW_FUNDED
        ESCROW_FUNDED: begin>IN_PROGRESS; IN_PROGRESS
        IN_PROGRESS: complete_milestone>IN_PROGRESS request_release>RELEASE_REQUESTED request_refund>REFUND_REQUESTED open_dispute>DISPUTED; RELEASE_REQUESTED REFUND_REQUESTED DISPUTED
        RELEASE_REQUESTED: released>RELEASED release_failed>IN_PROGRESS; RELEASED
        REFUND_REQUESTED: refunded>REFUNDED refund_failed>IN_PROGRESS; REFUNDED
        DISPUTED: assign>DISPUTED resolve_release>RELEASE_REQUESTED resolve_refund>REFUND_REQUESTED resolve_split>DISPUTED split_paid>RELEASED released>RELEASED refunded>REFUNDED; RELEASED REFUNDED
        RELEASED: close>CLOSED; CLOSED
        REFUNDED: close>CLOSED; CLOSED
        CLOSED: ;
        ",
    );
}

#[test]
fn an_escrow_goes_where_it_is_documented_to_go() {
    check(
        &ESCROW,
        "
        CREATING: created>CREATED; CREATED
        CREATED: fund>FUNDING; FUNDING
        FUNDING: funded>FUNDED; FUNDED
        FUNDED: release>RELEASING refund>REFUNDING dispute>DISPUTED; RELEASING REFUNDING DISPUTED
        RELEASING: released>RELEASED send_failed>FUNDED; RELEASED
        REFUNDING: refunded>REFUNDED send_failed>FUNDED; REFUNDED
        DISPUTED: released>RELEASED refunded>REFUNDED; RELEASED REFUNDED
        RELEASED: ;
        REFUNDED: ;
        ",
    );
}

#[test]
fn a_milestone_is_completed_once() {
    check(&MILESTONE, "OPEN: complete>COMPLETED; COMPLETED\n COMPLETED: ;");
}

#[test]
fn a_dispute_is_reviewed_before_it_is_resolved() {
    check(
        &DISPUTE,
        "
        OPEN: assign>UNDER_REVIEW overtake>RESOLVED; UNDER_REVIEW
        UNDER_REVIEW: assign>UNDER_REVIEW resolve>RESOLVED overtake>RESOLVED; RESOLVED
        RESOLVED: ;
        ",
    );
}

#[test]
fn a_top_up_goes_where_it_is_documented_to_go() {
    check(
        &TOP_UP,
        "
        TOPUP_CREATED: await_user>TOPUP_AWAITING_USER_CONFIRMATION fail>TOPUP_FAILED; TOPUP_AWAITING_USER_CONFIRMATION
        TOPUP_AWAITING_USER_CONFIRMATION: process>TOPUP_PROCESSING cancel>TOPUP_CANCELED expire>TOPUP_CANCELED succeed>TOPUP_SUCCEEDED fail>TOPUP_FAILED; TOPUP_PROCESSING TOPUP_CANCELED
        TOPUP_PROCESSING: succeed>TOPUP_SUCCEEDED fail>TOPUP_FAILED; TOPUP_SUCCEEDED TOPUP_FAILED
        TOPUP_SUCCEEDED: ;
        TOPUP_FAILED: ;
        TOPUP_CANCELED: ;
        ",
    );
}

#[test]
fn a_withdrawal_goes_where_it_is_documented_to_go() {
    check(
        &WITHDRAWAL,
        "
        WITHDRAWAL_CREATED: commit>WITHDRAWAL_COMMITTED cancel>WITHDRAWAL_CANCELED expire>WITHDRAWAL_CANCELED fail>WITHDRAWAL_FAILED; WITHDRAWAL_COMMITTED WITHDRAWAL_CANCELED
        WITHDRAWAL_COMMITTED: await>WITHDRAWAL_PENDING ask_user>WITHDRAWAL_PENDING_USER_ACTION complete>WITHDRAWAL_COMPLETED fail>WITHDRAWAL_FAILED return>WITHDRAWAL_CANCELED; WITHDRAWAL_PENDING
        WITHDRAWAL_PENDING: ask_user>WITHDRAWAL_PENDING_USER_ACTION complete>WITHDRAWAL_COMPLETED fail>WITHDRAWAL_FAILED return>WITHDRAWAL_CANCELED; WITHDRAWAL_PENDING_USER_ACTION WITHDRAWAL_COMPLETED WITHDRAWAL_FAILED
        WITHDRAWAL_PENDING_USER_ACTION: await>WITHDRAWAL_PENDING complete>WITHDRAWAL_COMPLETED fail>WITHDRAWAL_FAILED return>WITHDRAWAL_CANCELED; WITHDRAWAL_PENDING WITHDRAWAL_FAILED
        WITHDRAWAL_COMPLETED: ;
        WITHDRAWAL_FAILED: ;
        WITHDRAWAL_CANCELED: ;
        ",
    );
}

#[test]
fn a_listing_is_sold_while_it_is_active_alone_and_removed_while_it_is_not_sold() {
    check(
        &LISTING,
        "
        DRAFT: edit>DRAFT publish>ACTIVE remove>REMOVED; ACTIVE REMOVED
        ACTIVE: edit>ACTIVE pause>PAUSED sell>SOLD remove>REMOVED; PAUSED SOLD REMOVED
        PAUSED: edit>PAUSED resume>ACTIVE remove>REMOVED; ACTIVE REMOVED
        SOLD: reopen>ACTIVE;
        REMOVED: ;
        ",
    );
}

#[test]
fn an_offer_is_talked_over_until_it_ends() {
    check(
        &OFFER,
        "
        MADE: counter>COUNTERED accept>ACCEPTED decline>DECLINED withdraw>WITHDRAWN expire>EXPIRED; COUNTERED ACCEPTED DECLINED WITHDRAWN EXPIRED
        COUNTERED: counter>COUNTERED accept>ACCEPTED decline>DECLINED withdraw>WITHDRAWN expire>EXPIRED; ACCEPTED DECLINED WITHDRAWN EXPIRED
        ACCEPTED: ;
        DECLINED: ;
        WITHDRAWN: ;
        EXPIRED: ;
        ",
    );
}

/// Where each verb leads, and what may become of the state.
type Line<'a> = (BTreeMap<&'a str, &'a str>, Vec<&'a str>);

#[track_caller]
fn check<S: Word, V: Word>(machine: &Machine<S, V>, written: &str) {
    let lines: BTreeMap<&str, Line> =
        written.lines().map(str::trim).filter(|line| !line.is_empty()).map(read).collect();
    let states: BTreeSet<&str> = S::ALL.iter().map(|state| state.as_str()).collect();
    assert_eq!(lines.keys().copied().collect::<BTreeSet<_>>(), states, "every state has a line");
    assert_eq!(states.len(), S::ALL.len(), "every state has a text of its own");
    for state in S::ALL {
        let (ways, allowed) = &lines[state.as_str()];
        let known = ways.keys().filter(|way| V::ALL.iter().any(|verb| verb.as_str() == **way)).count();
        assert_eq!(known, ways.len(), "{} is written with verbs that there are", state.as_str());
        for verb in V::ALL {
            match (machine.next(*state, *verb), ways.get(verb.as_str())) {
                (Ok(to), Some(expected)) => assert_eq!(to.as_str(), *expected, "{}", state.as_str()),
                (Err(refused), None) => {
                    assert_eq!((refused.current, &refused.allowed), (state.as_str(), allowed));
                }
                (went, expected) => {
                    panic!("{}, {}: {:?}, not {expected:?}", state.as_str(), verb.as_str(), went.is_ok())
                }
            }
        }
        assert_eq!(machine.is_terminal(*state), ways.is_empty(), "{}", state.as_str());
    }
    check_tables(machine);
}

fn read(line: &str) -> (&str, Line<'_>) {
    let (state, rest) = line.split_once(':').expect("a colon behind the state");
    let (ways, allowed) = rest.split_once(';').expect("a semicolon behind the ways");
    let ways = ways.split_whitespace().filter_map(|way| way.split_once('>')).collect();
    (state, (ways, allowed.split_whitespace().collect()))
}

/// No edge twice, no state out of reach, no verb without use.
#[track_caller]
fn check_tables<S: Word, V: Word>(machine: &Machine<S, V>) {
    let edges = || machine.edges.iter().chain(machine.compensations);
    let named: BTreeSet<_> = edges().map(|(from, verb, _)| (from.as_str(), verb.as_str())).collect();
    assert_eq!(named.len(), edges().count(), "{}: a verb leads to one state", machine.name);
    let mut reached = BTreeSet::from([machine.start.as_str()]);
    for _ in S::ALL {
        let next: Vec<_> = edges().filter(|(from, ..)| reached.contains(from.as_str())).collect();
        reached.extend(next.into_iter().map(|(_, _, to)| to.as_str()));
    }
    assert_eq!(reached.len(), S::ALL.len(), "{}: every state is reached", machine.name);
    let used: BTreeSet<_> = edges().map(|(_, verb, _)| verb.as_str()).collect();
    assert_eq!(used.len(), V::ALL.len(), "{}: every verb leads somewhere", machine.name);
}

#[test]
fn a_status_is_read_from_its_own_text_and_from_no_other() {
    fn round_trip<W: Word + std::str::FromStr + PartialEq + std::fmt::Debug>() {
        for word in W::ALL {
            assert_eq!(word.as_str().parse().ok(), Some(*word));
            for foreign in [word.as_str().to_ascii_lowercase() + " ", String::new()] {
                assert!(foreign.parse::<W>().is_err(), "{foreign:?}");
            }
        }
    }
    round_trip::<market::machines::OrderStatus>();
    round_trip::<market::machines::EscrowStatus>();
    round_trip::<market::machines::MilestoneStatus>();
    round_trip::<market::machines::DisputeStatus>();
    round_trip::<market::machines::TopUpStatus>();
    round_trip::<market::machines::WithdrawalStatus>();
    round_trip::<market::machines::ListingStatus>();
    round_trip::<market::machines::OfferStatus>();
    let unknown = "open".parse::<market::machines::DisputeStatus>().unwrap_err();
    assert_eq!(unknown.to_string(), "expected one of OPEN, UNDER_REVIEW, RESOLVED");
}

#[test]
fn what_is_illegal_is_said_with_what_is_allowed() {
    let refused = ORDER.next("DISPUTED".parse().unwrap(), "reserve".parse().unwrap()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a move that DISPUTED does not allow: from there it goes to RELEASED or REFUNDED"
    );
}
