//! The money leaves the escrow, whole and once.

use protocol::{EscrowId, Timestamp};

use crate::actor::Actor;
use crate::dispute::Decision;
use crate::events::{EscrowEvent, OrderEvent};
use crate::machines::{EscrowVerb, OrderStatus, OrderVerb};
use crate::moves::Move;
use crate::order::{Order, Settlement};
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;

impl Order {
    pub(super) fn request_release(
        &self,
        actor: Actor,
        reason: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        if self.is_on_its_way(OrderStatus::ReleaseRequested, Settlement::Released) {
            return Ok(self.unchanged());
        }
        let mut step = self.go(OrderVerb::RequestRelease)?;
        let escrow = step.next.escrow_mut()?;
        escrow.go(EscrowVerb::Release)?;
        let open = self.open_milestones();
        if escrow.terms.is_milestones_required && !open.is_empty() {
            return Err(Refusal::MilestonesOpen { open });
        }
        step.next.settlement_reason.clone_from(&reason);
        Ok(step.event(self.release_requested(actor, reason, now)))
    }

    pub(super) fn request_refund(
        &self,
        actor: Actor,
        reason: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        if self.is_on_its_way(OrderStatus::RefundRequested, Settlement::Refunded) {
            return Ok(self.unchanged());
        }
        let mut step = self.go(OrderVerb::RequestRefund)?;
        step.next.escrow_mut()?.go(EscrowVerb::Refund)?;
        step.next.settlement_reason.clone_from(&reason);
        Ok(step.event(self.refund_requested(actor, reason, now)))
    }

    pub(super) fn released(
        &self,
        actor: Actor,
        escrow: EscrowId,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        self.named_escrow(escrow)?;
        if self.settlement() == Some(Settlement::Released) {
            return Ok(self.unchanged());
        }
        let mut step = self.go(OrderVerb::Released)?;
        if self.status == OrderStatus::Disputed {
            step = self.overtaken(step, actor, Decision::FullRelease, now)?;
        }
        step.next.escrow_mut()?.go(EscrowVerb::Released)?;
        let (order, seller, money) = (self.id, self.seller, self.money);
        Ok(step
            .movement(Move::Release { order, seller, money })
            .event(EscrowEvent::Released { escrow, order, seller, money, released_at: now })
            .event(OrderEvent::Released { order, seller, money, released_at: now }))
    }

    pub(super) fn refunded(
        &self,
        actor: Actor,
        escrow: EscrowId,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        self.named_escrow(escrow)?;
        if self.settlement() == Some(Settlement::Refunded) {
            return Ok(self.unchanged());
        }
        let mut step = self.go(OrderVerb::Refunded)?;
        if self.status == OrderStatus::Disputed {
            step = self.overtaken(step, actor, Decision::FullRefund, now)?;
        }
        step.next.escrow_mut()?.go(EscrowVerb::Refunded)?;
        let (order, buyer, money) = (self.id, self.buyer, self.money);
        Ok(step
            .movement(Move::Refund { order, buyer, money })
            .event(EscrowEvent::Refunded { escrow, order, buyer, money, refunded_at: now })
            .event(OrderEvent::Refunded { order, buyer, money, refunded_at: now }))
    }

    /// The escrow is told to be emptied to both sides in one, so that neither part can be missing.
    pub(super) fn split_paid(&self, escrow: EscrowId, now: Timestamp) -> Result<Step<Self>, Refusal> {
        self.named_escrow(escrow)?;
        if self.settlement() == Some(Settlement::Split) {
            return Ok(self.unchanged());
        }
        let mut step = self.go(OrderVerb::SplitPaid)?;
        let Some(Decision::Split { to_seller, to_buyer }) = self.decision() else {
            return Err(self.refuse());
        };
        step.next.escrow_mut()?.go(EscrowVerb::Released)?;
        let (order, seller, buyer) = (self.id, self.seller, self.buyer);
        Ok(step
            .movement(Move::Split { order, seller, to_seller, buyer, to_buyer })
            .event(EscrowEvent::Released { escrow, order, seller, money: to_seller, released_at: now })
            .event(OrderEvent::Released { order, seller, money: to_seller, released_at: now }))
    }

    /// What was to be sent never left. What an arbiter decided stands all the same, and is to be sent again.
    pub(super) fn not_sent(&self, verb: OrderVerb, escrow: EscrowId) -> Result<Step<Self>, Refusal> {
        self.named_escrow(escrow)?;
        let mut step = self.go(verb)?;
        if self.decision().is_some() {
            return Ok(self.unchanged());
        }
        step.next.escrow_mut()?.go(EscrowVerb::SendFailed)?;
        step.next.settlement_reason = None;
        Ok(step)
    }

    pub(super) fn close(&self, now: Timestamp) -> Result<Step<Self>, Refusal> {
        if self.status == OrderStatus::Closed {
            return Ok(self.unchanged());
        }
        Ok(self.go(OrderVerb::Close)?.event(self.closed(now)))
    }

    pub(super) fn release_requested(
        &self,
        requested_by: Actor,
        reason: Option<Text>,
        requested_at: Timestamp,
    ) -> OrderEvent {
        OrderEvent::ReleaseRequested { order: self.id, requested_by, reason, requested_at }
    }

    pub(super) fn refund_requested(
        &self,
        requested_by: Actor,
        reason: Option<Text>,
        requested_at: Timestamp,
    ) -> OrderEvent {
        OrderEvent::RefundRequested { order: self.id, requested_by, reason, requested_at }
    }

    fn is_on_its_way(&self, status: OrderStatus, settlement: Settlement) -> bool {
        self.status == status || self.settlement() == Some(settlement)
    }
}
