//! The money goes into escrow. It stays set aside until a provider, or the relay's own ledger, says that it is there.

use protocol::{EscrowId, Timestamp};

use crate::escrow::{Escrow, EscrowTerms};
use crate::events::{EscrowEvent, OrderEvent};
use crate::machines::{EscrowStatus, EscrowVerb, OrderStatus, OrderVerb};
use crate::moves::Move;
use crate::order::Order;
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;

impl Order {
    pub(super) fn create_escrow(
        &self,
        escrow: EscrowId,
        terms: EscrowTerms,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        match &self.escrow {
            Some(existing) if existing.terms == terms => return Ok(self.unchanged()),
            Some(existing) => return Err(Refusal::EscrowAlreadyExists { escrow: existing.id }),
            None => {}
        }
        let mut step = self.go(OrderVerb::CreateEscrow)?;
        if let Some(until) = self.reserved_until.filter(|_| self.is_reserve_over(now)) {
            return Err(Refusal::ReserveExpired { until });
        }
        step.next.escrow = Some(Escrow::new(escrow, terms));
        Ok(step.event(OrderEvent::EscrowCreating { order: self.id, escrow, money: self.money }))
    }

    pub(super) fn escrow_created(
        &self,
        escrow: EscrowId,
        reference: Option<Text>,
    ) -> Result<Step<Self>, Refusal> {
        if self.named_escrow(escrow)?.status != EscrowStatus::Creating {
            return Ok(self.unchanged());
        }
        let mut step = self.go(OrderVerb::EscrowCreated)?;
        let made = step.next.escrow_mut()?;
        made.go(EscrowVerb::Created)?;
        made.reference.clone_from(&reference);
        let (order, money) = (self.id, self.money);
        Ok(step.event(EscrowEvent::Created { escrow, order, money }).event(OrderEvent::EscrowFunding {
            order,
            escrow,
            reference,
            money,
        }))
    }

    /// Sending again what is on its way would send it twice: from then on it changes nothing.
    pub(super) fn fund(&self) -> Result<Step<Self>, Refusal> {
        if let Some(escrow) = &self.escrow
            && (escrow.status == EscrowStatus::Funding || escrow.was_funded())
        {
            return Ok(self.unchanged());
        }
        let mut step = self.go(OrderVerb::Fund)?;
        let sent = step.next.escrow_mut()?;
        sent.go(EscrowVerb::Fund)?;
        let (escrow, reference) = (sent.id, sent.reference.clone());
        Ok(step.event(EscrowEvent::FundingStarted { escrow, order: self.id, reference, money: self.money }))
    }

    /// Words overtake each other: what was not heard before this one happened nevertheless, and is told first.
    pub(super) fn funded(&self, escrow: EscrowId, now: Timestamp) -> Result<Step<Self>, Refusal> {
        match self.named_escrow(escrow)?.status {
            EscrowStatus::Creating => {
                self.escrow_created(escrow, None)?.then(|order| order.funded(escrow, now))
            }
            EscrowStatus::Created => self.fund()?.then(|order| order.funded(escrow, now)),
            EscrowStatus::Funding => self.arrived(now),
            _ => Ok(self.unchanged()),
        }
    }

    fn arrived(&self, now: Timestamp) -> Result<Step<Self>, Refusal> {
        let mut step = self.go(OrderVerb::Funded)?;
        let full = step.next.escrow_mut()?;
        full.go(EscrowVerb::Funded)?;
        full.funded_at = Some(now);
        let (escrow, reference) = (full.id, full.reference.clone());
        let (order, buyer, money) = (self.id, self.buyer, self.money);
        let funded =
            EscrowEvent::Funded { escrow, order, reference: reference.clone(), money, funded_at: now };
        let step = step
            .movement(Move::Fund { order, buyer, money })
            .event(funded)
            .event(OrderEvent::EscrowFunded { order, escrow, reference, money, funded_at: now });
        step.then(|order| {
            let begun = order.go(OrderVerb::Begin)?;
            Ok(begun.event(OrderEvent::InProgress { order: order.id, escrow }))
        })
    }

    /// The money is set aside still, for another attempt or for the buyer.
    pub(super) fn without_escrow(&self, verb: OrderVerb, escrow: EscrowId) -> Result<Step<Self>, Refusal> {
        if self.escrow.is_none() && self.status == OrderStatus::FundsReserved {
            return Ok(self.unchanged());
        }
        self.named_escrow(escrow)?;
        let mut step = self.go(verb)?;
        step.next.escrow = None;
        Ok(step)
    }
}
