//! An arbiter is asked for, looks into it, and decides.

use protocol::Timestamp;

use crate::actor::{Actor, party};
use crate::dispute::{Decision, Dispute};
use crate::events::{DisputeEvent, OrderEvent};
use crate::machines::{DISPUTE, DisputeStatus, DisputeVerb, EscrowVerb, OrderVerb};
use crate::order::Order;
use crate::order::command::NewDispute;
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;

impl Order {
    pub(super) fn open_dispute(
        &self,
        actor: Actor,
        new: NewDispute,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let opened_by = party(actor)?;
        if let Some(existing) = &self.dispute {
            if (existing.opened_by, existing.reason) == (opened_by, new.reason) {
                return Ok(self.unchanged());
            }
            if existing.status != DisputeStatus::Resolved {
                return Err(Refusal::DisputeAlreadyOpen { dispute: existing.id });
            }
        }
        let mut step = self.go(OrderVerb::OpenDispute)?;
        step.next.escrow_mut()?.go(EscrowVerb::Dispute)?;
        let NewDispute { id: dispute, reason, message, evidence } = new;
        step.next.dispute = Some(Dispute {
            id: dispute,
            status: DISPUTE.start,
            opened_by,
            reason,
            message,
            evidence: evidence.clone(),
            opened_at: now,
            assignee: None,
            decision: None,
            decision_note: None,
            resolved_at: None,
        });
        let order = self.id;
        Ok(step
            .event(DisputeEvent::Opened { dispute, order, opened_by, reason, evidence, opened_at: now })
            .event(OrderEvent::Disputed { order, dispute, opened_by, reason, opened_at: now }))
    }

    pub(super) fn assign(&self, assignee: Text, now: Timestamp) -> Result<Step<Self>, Refusal> {
        self.may_dispute(DisputeVerb::Assign)?;
        let mut step = self.go(OrderVerb::Assign)?;
        let dispute = step.next.dispute_mut()?;
        dispute.go(DisputeVerb::Assign)?;
        if dispute.assignee.as_ref() == Some(&assignee) {
            return Ok(self.unchanged());
        }
        dispute.assignee = Some(assignee.clone());
        let event = DisputeEvent::UnderReview {
            dispute: dispute.id,
            order: self.id,
            reviewed_by: assignee,
            review_started_at: now,
        };
        Ok(step.event(event))
    }

    pub(super) fn resolve(
        &self,
        actor: Actor,
        decision: Decision,
        note: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        if self.decision() == Some(decision) {
            return Ok(self.unchanged());
        }
        self.may_dispute(DisputeVerb::Resolve)?;
        let (verb, requested) = match decision {
            Decision::FullRelease => {
                (OrderVerb::ResolveRelease, Some(self.release_requested(actor, None, now)))
            }
            Decision::FullRefund => (OrderVerb::ResolveRefund, Some(self.refund_requested(actor, None, now))),
            Decision::Split { .. } => (OrderVerb::ResolveSplit, None),
        };
        let step = self.go(verb)?;
        let step = self.decided(step, DisputeVerb::Resolve, actor, decision, note, now)?;
        Ok(match requested {
            Some(requested) => step.event(requested),
            None => step,
        })
    }

    /// A provider's word that the money went to one side already, while nothing was decided here: it is true, so it decides.
    pub(super) fn overtaken(
        &self,
        step: Step<Self>,
        actor: Actor,
        decision: Decision,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        if actor != Actor::Provider {
            return Err(Refusal::Forbidden { actor, allowed: vec![Actor::Provider] });
        }
        self.decided(step, DisputeVerb::Overtake, actor, decision, None, now)
    }

    fn decided(
        &self,
        mut step: Step<Self>,
        verb: DisputeVerb,
        resolved_by: Actor,
        decision: Decision,
        decision_note: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let dispute = step.next.dispute_mut()?;
        dispute.go(verb)?;
        dispute.decision = Some(decision);
        dispute.decision_note.clone_from(&decision_note);
        dispute.resolved_at = Some(now);
        let event = DisputeEvent::Resolved {
            dispute: dispute.id,
            order: self.id,
            decision,
            decision_note,
            resolved_by,
            resolved_at: now,
        };
        Ok(step.event(event))
    }

    /// Whether the dispute, if there is one, may go on so. How it stands is what whoever acts on it is told, not how its order does.
    fn may_dispute(&self, verb: DisputeVerb) -> Result<(), Refusal> {
        self.dispute.iter().try_for_each(|dispute| Ok(dispute.next(verb).map(drop)?))
    }

    fn dispute_mut(&mut self) -> Result<&mut Dispute, Refusal> {
        let refusal = self.refuse();
        self.dispute.as_mut().ok_or(refusal)
    }
}
