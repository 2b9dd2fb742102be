//! Before there is an escrow: money is set aside, or all is called off.

use protocol::{Money, Timestamp};

use crate::actor::Actor;
use crate::events::OrderEvent;
use crate::machines::{OrderStatus, OrderVerb};
use crate::moves::Move;
use crate::order::Order;
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;

impl Order {
    pub(super) fn reserve(&self, money: Money, until: Timestamp) -> Result<Step<Self>, Refusal> {
        if money != self.money {
            return Err(Refusal::ReserveMismatch { expected: self.money, given: money });
        }
        if self.status == OrderStatus::FundsReserved {
            return Ok(self.unchanged());
        }
        let mut step = self.go(OrderVerb::Reserve)?;
        step.next.reserved_until = Some(until);
        let (order, buyer) = (self.id, self.buyer);
        Ok(step.movement(Move::Reserve { order, buyer, money }).event(OrderEvent::FundsReserved {
            order,
            buyer,
            money,
        }))
    }

    pub(super) fn cancel(
        &self,
        verb: OrderVerb,
        canceled_by: Actor,
        reason: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let mut step = self.go(verb)?;
        step.next.cancel_reason.clone_from(&reason);
        let (order, buyer, money) = (self.id, self.buyer, self.money);
        let is_reserve_given_back = self.status == OrderStatus::FundsReserved;
        if is_reserve_given_back {
            step = step.movement(match verb {
                OrderVerb::ExpireReserve => Move::ExpireReserve { order, buyer, money },
                _ => Move::CancelReserve { order, buyer, money },
            });
        }
        let canceled = OrderEvent::Canceled {
            order,
            buyer,
            canceled_by,
            reason,
            canceled_at: now,
            is_reserve_given_back,
        };
        Ok(step.event(canceled).event(self.closed(now)))
    }

    /// A job that comes early finds nothing to do.
    pub(super) fn expire_reserve(&self, actor: Actor, now: Timestamp) -> Result<Step<Self>, Refusal> {
        let step = self.cancel(OrderVerb::ExpireReserve, actor, None, now)?;
        Ok(if self.is_reserve_over(now) { step } else { self.unchanged() })
    }

    pub(super) fn is_reserve_over(&self, now: Timestamp) -> bool {
        self.reserved_until.is_some_and(|until| until <= now)
    }

    pub(super) fn closed(&self, now: Timestamp) -> OrderEvent {
        OrderEvent::Closed { order: self.id, final_status: self.status, closed_at: now }
    }
}
