//! An order as somebody would keep it on paper: what has happened, no tables, no cleverness. It says beforehand what a command comes
//! to, and is right or the order is wrong.

use market::{Actor, Decision, DisputeReason, EscrowTerms, Order, OrderCommand as C, Text};
use protocol::{EscrowId, Timestamp};

/// What a command comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Changed,
    Unchanged,
    Refused(&'static str),
}

use Outcome::{Changed, Refused, Unchanged};

const ILLEGAL: Outcome = Refused("INVALID_STATE");

/// Where the money goes, or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Seller,
    Buyer,
    Both,
}

#[derive(Debug, Clone)]
pub(crate) struct Paper {
    order: Order,
    reserved_until: Option<Timestamp>,
    escrow: Option<(EscrowId, EscrowTerms)>,
    made: bool,
    sent: bool,
    funded: bool,
    open: Vec<Text>,
    leaving: Option<Way>,
    left: Option<Way>,
    dispute: Option<(Actor, DisputeReason)>,
    arbiter: Option<Text>,
    decision: Option<Decision>,
    closed: bool,
}

impl Paper {
    pub(crate) fn new(order: &Order) -> Self {
        Self {
            order: order.clone(),
            reserved_until: None,
            escrow: None,
            made: false,
            sent: false,
            funded: false,
            open: order.milestones.iter().map(|milestone| milestone.milestone_ref.clone()).collect(),
            leaving: None,
            left: None,
            dispute: None,
            arbiter: None,
            decision: None,
            closed: false,
        }
    }

    pub(crate) fn status(&self) -> &'static str {
        match (self.left, self.leaving) {
            _ if self.closed => "CLOSED",
            (Some(Way::Seller | Way::Both), _) => "RELEASED",
            (Some(Way::Buyer), _) => "REFUNDED",
            (None, Some(Way::Seller)) => "RELEASE_REQUESTED",
            (None, Some(Way::Buyer)) => "REFUND_REQUESTED",
            _ if self.dispute.is_some() => "DISPUTED",
            _ if self.funded => "IN_PROGRESS",
            _ if self.made => "ESCROW_FUNDING",
            _ if self.escrow.is_some() => "ESCROW_CREATING",
            _ if self.reserved_until.is_some() => "FUNDS_RESERVED",
            _ => "ORDER_CREATED",
        }
    }

    fn is(&self, status: &str) -> bool {
        self.status() == status
    }

    pub(crate) fn hear(&mut self, actor: Actor, command: &C, now: Timestamp) -> Outcome {
        if !may(actor, command) {
            return Refused("FORBIDDEN");
        }
        if let C::Resolve { decision: Decision::Split { to_seller, to_buyer }, .. } = command
            && to_seller.amount.checked_add(to_buyer.amount) != Some(self.order.money.amount)
        {
            return Refused("VALIDATION_ERROR");
        }
        match command {
            C::Reserve { .. } | C::Cancel { .. } | C::ExpireReserve => self.hear_before(command, now),
            C::CreateEscrow { .. } | C::Fund => self.hear_escrow(command, now),
            C::EscrowCreated { escrow, .. }
            | C::EscrowFailed { escrow }
            | C::Funded { escrow }
            | C::FundFailed { escrow }
            | C::Released { escrow }
            | C::ReleaseFailed { escrow }
            | C::Refunded { escrow }
            | C::RefundFailed { escrow }
            | C::SplitPaid { escrow } => self.hear_provider(actor, command, *escrow),
            C::RequestRelease { .. } | C::RequestRefund { .. } | C::CompleteMilestone { .. } | C::Close => {
                self.hear_parties(command)
            }
            C::OpenDispute(_) | C::Assign { .. } | C::Resolve { .. } => self.hear_dispute(actor, command),
        }
    }

    fn hear_before(&mut self, command: &C, now: Timestamp) -> Outcome {
        match command {
            C::Reserve { money, .. } if *money != self.order.money => Refused("RESERVE_MISMATCH_AMOUNT"),
            C::Reserve { .. } if self.is("FUNDS_RESERVED") => Unchanged,
            C::Reserve { until, .. } if self.is("ORDER_CREATED") => {
                self.reserved_until = Some(*until);
                Changed
            }
            C::ExpireReserve if self.is("FUNDS_RESERVED") && self.reserved_until > Some(now) => Unchanged,
            C::ExpireReserve if self.is("FUNDS_RESERVED") => self.close(),
            C::Cancel { .. } if self.is("FUNDS_RESERVED") || self.is("ORDER_CREATED") => self.close(),
            _ => ILLEGAL,
        }
    }

    fn close(&mut self) -> Outcome {
        self.closed = true;
        Changed
    }

    fn hear_escrow(&mut self, command: &C, now: Timestamp) -> Outcome {
        match (command, self.escrow) {
            (C::CreateEscrow { terms, .. }, Some((_, existing))) if existing == *terms => Unchanged,
            (C::CreateEscrow { .. }, Some(_)) => Refused("ESCROW_ALREADY_EXISTS"),
            (C::CreateEscrow { .. }, None) if !self.is("FUNDS_RESERVED") => ILLEGAL,
            (C::CreateEscrow { .. }, None) if self.reserved_until <= Some(now) => {
                Refused("RESERVE_NOT_FOUND")
            }
            (C::CreateEscrow { escrow, terms }, None) => {
                self.escrow = Some((*escrow, *terms));
                Changed
            }
            (C::Fund, _) if self.sent => Unchanged,
            (C::Fund, _) if self.made => {
                self.sent = true;
                Changed
            }
            _ => ILLEGAL,
        }
    }

    fn hear_provider(&mut self, actor: Actor, command: &C, escrow: EscrowId) -> Outcome {
        let is_failure = matches!(command, C::EscrowFailed { .. } | C::FundFailed { .. });
        if is_failure && self.is("FUNDS_RESERVED") {
            return Unchanged;
        }
        if self.escrow.map(|(id, _)| id) != Some(escrow) {
            return Refused("ESCROW_NOT_FOUND");
        }
        match command {
            C::EscrowCreated { .. } if self.made => Unchanged,
            C::EscrowCreated { .. } => {
                self.made = true;
                Changed
            }
            C::EscrowFailed { .. } if self.is("ESCROW_CREATING") => self.drop_escrow(),
            C::FundFailed { .. } if self.is("ESCROW_FUNDING") => self.drop_escrow(),
            C::Funded { .. } if self.funded => Unchanged,
            C::Funded { .. } => {
                (self.made, self.sent, self.funded) = (true, true, true);
                Changed
            }
            C::ReleaseFailed { .. } => self.stay(Way::Seller),
            C::RefundFailed { .. } => self.stay(Way::Buyer),
            C::Released { .. } => self.leave(actor, Way::Seller, Decision::FullRelease),
            C::Refunded { .. } => self.leave(actor, Way::Buyer, Decision::FullRefund),
            C::SplitPaid { .. } if self.left == Some(Way::Both) => Unchanged,
            C::SplitPaid { .. } if self.is("DISPUTED") && self.decision.is_some() => {
                self.left = Some(Way::Both);
                Changed
            }
            _ => ILLEGAL,
        }
    }

    fn drop_escrow(&mut self) -> Outcome {
        (self.escrow, self.made, self.sent) = (None, false, false);
        Changed
    }

    fn stay(&mut self, way: Way) -> Outcome {
        match (self.left, self.leaving == Some(way), self.decision) {
            (None, true, Some(_)) => Unchanged,
            (None, true, None) => {
                self.leaving = None;
                Changed
            }
            _ => ILLEGAL,
        }
    }

    fn leave(&mut self, actor: Actor, way: Way, decision: Decision) -> Outcome {
        match (self.left, self.leaving, self.dispute) {
            (Some(left), ..) if left == way => Unchanged,
            (None, Some(leaving), _) if leaving == way => {
                self.left = Some(way);
                Changed
            }
            (None, None, Some(_)) if actor != Actor::Provider => Refused("FORBIDDEN"),
            (None, None, Some(_)) if self.decision.is_none() => {
                (self.left, self.decision) = (Some(way), Some(decision));
                Changed
            }
            _ => ILLEGAL,
        }
    }

    fn hear_parties(&mut self, command: &C) -> Outcome {
        let working = self.is("IN_PROGRESS");
        match command {
            C::Close if self.closed => Unchanged,
            C::Close if self.left.is_some() => self.close(),
            C::CompleteMilestone { milestone_ref, .. } if working => {
                let known = self.order.milestones.iter().any(|known| known.milestone_ref == *milestone_ref);
                let at = self.open.iter().position(|open| open == milestone_ref);
                match (known, at) {
                    (false, _) => Refused("MILESTONE_NOT_FOUND"),
                    (true, None) => ILLEGAL,
                    (true, Some(at)) => {
                        self.open.remove(at);
                        Changed
                    }
                }
            }
            C::RequestRelease { .. } => {
                let waits = self.escrow.is_some_and(|(_, terms)| terms.is_milestones_required);
                let outcome = self.set_out(Way::Seller, working && (!waits || self.open.is_empty()));
                if working && outcome == ILLEGAL { Refused("ESCROW_NOT_READY") } else { outcome }
            }
            C::RequestRefund { .. } => self.set_out(Way::Buyer, working),
            _ => ILLEGAL,
        }
    }

    fn set_out(&mut self, way: Way, may_go: bool) -> Outcome {
        match (self.left.or(self.leaving), may_go) {
            (Some(taken), _) if taken == way => Unchanged,
            (None, true) => {
                self.leaving = Some(way);
                Changed
            }
            _ => ILLEGAL,
        }
    }

    fn hear_dispute(&mut self, actor: Actor, command: &C) -> Outcome {
        let undecided = self.is("DISPUTED") && self.decision.is_none();
        match command {
            C::OpenDispute(new) if self.dispute == Some((actor, new.reason)) => Unchanged,
            C::OpenDispute(_) if self.dispute.is_some() && self.decision.is_none() => {
                Refused("DISPUTE_ALREADY_OPEN")
            }
            C::OpenDispute(new) if self.is("IN_PROGRESS") => {
                self.dispute = Some((actor, new.reason));
                Changed
            }
            C::Assign { assignee } if undecided && self.arbiter.as_ref() == Some(assignee) => Unchanged,
            C::Assign { assignee } if undecided => {
                self.arbiter = Some(assignee.clone());
                Changed
            }
            C::Resolve { decision, .. } if self.decision == Some(*decision) => Unchanged,
            C::Resolve { decision, .. } if undecided && self.arbiter.is_some() => {
                self.decision = Some(*decision);
                self.leaving = match decision {
                    Decision::FullRelease => Some(Way::Seller),
                    Decision::FullRefund => Some(Way::Buyer),
                    Decision::Split { .. } => None,
                };
                Changed
            }
            _ => ILLEGAL,
        }
    }
}

/// Buyers pay, sellers deliver, arbiters arbitrate, and the relay and providers say what came of it.
fn may(actor: Actor, command: &C) -> bool {
    match command {
        C::Reserve { .. } | C::CreateEscrow { .. } | C::Fund | C::RequestRelease { .. } => {
            actor == Actor::Buyer
        }
        C::CompleteMilestone { .. } | C::RequestRefund { .. } => actor == Actor::Seller,
        C::OpenDispute(_) => actor == Actor::Buyer || actor == Actor::Seller,
        C::Cancel { .. } => actor == Actor::Buyer || actor == Actor::Seller || actor == Actor::Support,
        C::Assign { .. } | C::Resolve { .. } => actor == Actor::Support,
        C::ExpireReserve | C::Close => actor == Actor::Relay,
        _ => actor == Actor::Relay || actor == Actor::Provider,
    }
}
