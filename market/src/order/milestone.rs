//! An order's milestones.

use protocol::{Amount, Money, Timestamp};

use crate::events::EscrowEvent;
use crate::machines::{MILESTONE, MilestoneStatus, MilestoneVerb, OrderVerb};
use crate::order::{NewMilestone, Order};
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;

/// A part of an order that is delivered by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// What the parties call it.
    pub milestone_ref: Text,
    /// What it is.
    pub title: Text,
    /// What it is worth.
    pub amount: Amount,
    /// How far it is.
    pub status: MilestoneStatus,
    /// What the seller said when it was delivered.
    pub note: Option<Text>,
    /// When that was.
    pub completed_at: Option<Timestamp>,
}

impl Milestone {
    pub(super) fn new(NewMilestone { milestone_ref, title, amount }: NewMilestone) -> Self {
        Self { milestone_ref, title, amount, status: MILESTONE.start, note: None, completed_at: None }
    }
}

impl Order {
    pub(super) fn complete_milestone(
        &self,
        milestone_ref: Text,
        note: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let mut step = self.go(OrderVerb::CompleteMilestone)?;
        let escrow = step.next.escrow_mut()?.id;
        let found = step.next.milestones.iter_mut().find(|found| found.milestone_ref == milestone_ref);
        let milestone = found.ok_or(Refusal::MilestoneNotFound { milestone_ref })?;
        milestone.status = MILESTONE.next(milestone.status, MilestoneVerb::Complete)?;
        (milestone.note, milestone.completed_at) = (note, Some(now));
        let event = EscrowEvent::MilestoneCompleted {
            escrow,
            order: self.id,
            milestone_ref: milestone.milestone_ref.clone(),
            milestone_title: milestone.title.clone(),
            money: Money { amount: milestone.amount, currency: self.money.currency },
            completed_at: now,
        };
        Ok(step.event(event))
    }

    /// What is yet to be delivered.
    pub(super) fn open_milestones(&self) -> Vec<Text> {
        let open = self.milestones.iter().filter(|milestone| milestone.status == MilestoneStatus::Open);
        open.map(|milestone| milestone.milestone_ref.clone()).collect()
    }
}
