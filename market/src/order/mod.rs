//! An order with its milestones, its escrow and its dispute: one whole that decides, and that is stored as one.
//!
//! Its escrow is there from the moment it is asked for, and gone again if it could not be made or filled. A dispute that was
//! decided stays decided: what the arbiter said is carried out, however often a provider fails at it.

mod command;
mod create;
mod disputing;
mod escrowing;
mod milestone;
mod on_ledger;
mod reserving;
mod settling;

pub use command::{NewDispute, OrderCommand};
pub(crate) use create::validate_milestones;
pub use create::{NewMilestone, OrderTerms};
pub use milestone::Milestone;

use protocol::{EscrowId, Money, OrderId, Timestamp, UserId};

use crate::actor::{Actor, permit, side};
use crate::dispute::{Decision, Dispute};
use crate::escrow::Escrow;
use crate::machines::{DisputeStatus, EscrowStatus, ORDER, ORDER_PERMISSIONS, OrderStatus, OrderVerb};
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;

/// A purchase. Its fields are there to be stored and shown; what changes them is [`Order::decide`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which.
    pub id: OrderId,
    /// Who pays.
    pub buyer: UserId,
    /// Who delivers.
    pub seller: UserId,
    /// The price.
    pub money: Money,
    /// What is bought.
    pub title: Text,
    /// What else is said of it.
    pub description: Option<Text>,
    /// What its maker calls it.
    pub client_ref: Option<Text>,
    /// Its parts, if it has any.
    pub milestones: Vec<Milestone>,
    /// How far it is.
    pub status: OrderStatus,
    /// Until when its money is set aside.
    pub reserved_until: Option<Timestamp>,
    /// Where its money is.
    pub escrow: Option<Escrow>,
    /// Why a side asked for its money to go where it went, if that was said.
    pub settlement_reason: Option<Text>,
    /// The disagreement over it.
    pub dispute: Option<Dispute>,
    /// Why it was called off, where that was said.
    pub cancel_reason: Option<Text>,
    /// Since when it is.
    pub created_at: Timestamp,
}

/// Where an order's money went in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// To the seller.
    Released,
    /// Back to the buyer.
    Refunded,
    /// To each a part.
    Split,
}

impl Order {
    /// Decides what `command` in the name of `actor` comes to.
    pub fn decide(&self, actor: Actor, command: OrderCommand, now: Timestamp) -> Result<Step<Self>, Refusal> {
        permit(ORDER_PERMISSIONS, actor, command.verb())?;
        command.validate(self, now)?;
        match command {
            OrderCommand::Reserve { money, until } => self.reserve(money, until),
            OrderCommand::Cancel { reason } => self.cancel(OrderVerb::Cancel, actor, reason, now),
            OrderCommand::ExpireReserve => self.expire_reserve(actor, now),
            OrderCommand::CreateEscrow { escrow, terms } => self.create_escrow(escrow, terms, now),
            OrderCommand::EscrowCreated { escrow, reference } => self.escrow_created(escrow, reference),
            OrderCommand::EscrowFailed { escrow } => self.without_escrow(OrderVerb::EscrowFailed, escrow),
            OrderCommand::Fund => self.fund(),
            OrderCommand::Funded { escrow } => self.funded(escrow, now),
            OrderCommand::FundFailed { escrow } => self.without_escrow(OrderVerb::FundFailed, escrow),
            OrderCommand::CompleteMilestone { milestone_ref, note } => {
                self.complete_milestone(milestone_ref, note, now)
            }
            OrderCommand::RequestRelease { reason } => self.request_release(actor, reason, now),
            OrderCommand::Released { escrow } => self.released(actor, escrow, now),
            OrderCommand::ReleaseFailed { escrow } => self.not_sent(OrderVerb::ReleaseFailed, escrow),
            OrderCommand::RequestRefund { reason } => self.request_refund(actor, reason, now),
            OrderCommand::Refunded { escrow } => self.refunded(actor, escrow, now),
            OrderCommand::RefundFailed { escrow } => self.not_sent(OrderVerb::RefundFailed, escrow),
            OrderCommand::OpenDispute(new) => self.open_dispute(actor, new, now),
            OrderCommand::Assign { assignee } => self.assign(assignee, now),
            OrderCommand::Resolve { decision, note } => self.resolve(actor, decision, note, now),
            OrderCommand::SplitPaid { escrow } => self.split_paid(escrow, now),
            OrderCommand::Close => self.close(now),
        }
    }

    /// As whom `user` acts on it; nobody else has a say.
    pub fn actor(&self, user: UserId) -> Option<Actor> {
        side(self.buyer, self.seller, user)
    }

    /// Where its money went; nothing while it is anywhere else, or if it was called off.
    pub fn settlement(&self) -> Option<Settlement> {
        match (self.escrow.as_ref()?.status, self.decision()) {
            (EscrowStatus::Released, Some(Decision::Split { .. })) => Some(Settlement::Split),
            (EscrowStatus::Released, _) => Some(Settlement::Released),
            (EscrowStatus::Refunded, _) => Some(Settlement::Refunded),
            _ => None,
        }
    }

    /// What an arbiter decided.
    pub fn decision(&self) -> Option<Decision> {
        self.dispute.as_ref().filter(|dispute| dispute.status == DisputeStatus::Resolved)?.decision
    }

    /// As the order's table has it, and nothing else yet.
    fn go(&self, verb: OrderVerb) -> Result<Step<Self>, Refusal> {
        let status = ORDER.next(self.status, verb)?;
        Ok(Step::changed(Self { status, ..self.clone() }))
    }

    fn unchanged(&self) -> Step<Self> {
        Step::unchanged(self.clone())
    }

    fn refuse(&self) -> Refusal {
        ORDER.refuse(self.status).into()
    }

    /// The escrow that is spoken of, which is to be this order's: an old word is not about the one that there is now.
    fn named_escrow(&self, id: EscrowId) -> Result<&Escrow, Refusal> {
        self.escrow.as_ref().filter(|escrow| escrow.id == id).ok_or(Refusal::EscrowNotFound { escrow: id })
    }

    fn escrow_mut(&mut self) -> Result<&mut Escrow, Refusal> {
        let refusal = self.refuse();
        self.escrow.as_mut().ok_or(refusal)
    }
}
