//! Where the relay's own ledger keeps the escrow, nobody has to be waited for: what a party asks for and what comes of it are one
//! step, by the same tables and the same rules.

use protocol::{EscrowId, Timestamp};

use crate::actor::Actor;
use crate::dispute::Decision;
use crate::escrow::EscrowTerms;
use crate::machines::EscrowStatus;
use crate::order::{Order, OrderCommand};
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;

impl Order {
    /// An escrow is asked for and is there.
    pub fn create_escrow_on_ledger(
        &self,
        actor: Actor,
        escrow: EscrowId,
        terms: EscrowTerms,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        self.decide(actor, OrderCommand::CreateEscrow { escrow, terms }, now)?
            .then(|order| order.answer(|escrow| OrderCommand::EscrowCreated { escrow, reference: None }, now))
    }

    /// All is called off, also where the escrow is there and waits for the money: nothing has left for it.
    pub fn cancel_on_ledger(
        &self,
        actor: Actor,
        reason: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        self.without_waiting_escrow(now)?
            .then(|order| order.decide(actor, OrderCommand::Cancel { reason: reason.clone() }, now))
    }

    /// The money was set aside for too long, be there an escrow that waits for it or not.
    pub fn expire_on_ledger(&self, now: Timestamp) -> Result<Step<Self>, Refusal> {
        let expire = OrderCommand::ExpireReserve;
        if !self.is_reserve_over(now) {
            return self.decide(Actor::Relay, expire, now);
        }
        self.without_waiting_escrow(now)?.then(|order| order.decide(Actor::Relay, expire.clone(), now))
    }

    /// An escrow that waits for its money is given up by the ledger: the money is set aside still.
    fn without_waiting_escrow(&self, now: Timestamp) -> Result<Step<Self>, Refusal> {
        match &self.escrow {
            Some(escrow) if escrow.status == EscrowStatus::Created => {
                self.decide(Actor::Relay, OrderCommand::FundFailed { escrow: escrow.id }, now)
            }
            _ => Ok(self.unchanged()),
        }
    }

    /// The money is sent into the escrow and is there.
    pub fn fund_on_ledger(&self, actor: Actor, now: Timestamp) -> Result<Step<Self>, Refusal> {
        self.decide(actor, OrderCommand::Fund, now)?
            .then(|order| order.answer(|escrow| OrderCommand::Funded { escrow }, now))
    }

    /// The seller is to be paid, is paid, and all is over.
    pub fn release_on_ledger(
        &self,
        actor: Actor,
        reason: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        self.decide(actor, OrderCommand::RequestRelease { reason }, now)?
            .then(|order| order.answer(|escrow| OrderCommand::Released { escrow }, now))?
            .then(|order| order.decide(Actor::Relay, OrderCommand::Close, now))
    }

    /// The buyer is to be paid back, is paid back, and all is over.
    pub fn refund_on_ledger(
        &self,
        actor: Actor,
        reason: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        self.decide(actor, OrderCommand::RequestRefund { reason }, now)?
            .then(|order| order.answer(|escrow| OrderCommand::Refunded { escrow }, now))?
            .then(|order| order.decide(Actor::Relay, OrderCommand::Close, now))
    }

    /// The arbiter decides, everyone is paid, and all is over.
    pub fn resolve_on_ledger(
        &self,
        actor: Actor,
        decision: Decision,
        note: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        self.decide(actor, OrderCommand::Resolve { decision, note }, now)?
            .then(|order| {
                let paid = |escrow| match decision {
                    Decision::FullRelease => OrderCommand::Released { escrow },
                    Decision::FullRefund => OrderCommand::Refunded { escrow },
                    Decision::Split { .. } => OrderCommand::SplitPaid { escrow },
                };
                order.answer(paid, now)
            })?
            .then(|order| order.decide(Actor::Relay, OrderCommand::Close, now))
    }

    /// The ledger's word on the order's escrow.
    fn answer(
        &self,
        word: impl FnOnce(EscrowId) -> OrderCommand,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let escrow = self.escrow.as_ref().ok_or_else(|| self.refuse())?.id;
        self.decide(Actor::Relay, word(escrow), now)
    }
}
