//! A new order.

use protocol::{Amount, Money, OrderId, Timestamp, UserId};

use crate::events::OrderEvent;
use crate::limits::{
    DESCRIPTION_CHARACTERS_MAX, MILESTONES_MAX, REFERENCE_CHARACTERS_MAX, TITLE_CHARACTERS_MAX,
};
use crate::machines::ORDER;
use crate::order::{Milestone, Order};
use crate::refusal::Refusal;
use crate::step::Step;
use crate::text::Text;
use crate::validation::Validation;

/// What a buyer and a seller agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderTerms {
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
    /// Its parts, if it has any. Together they are worth the price.
    pub milestones: Vec<NewMilestone>,
}

/// A part of an order that is delivered by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMilestone {
    /// What the parties call it; no two of an order are called the same.
    pub milestone_ref: Text,
    /// What it is.
    pub title: Text,
    /// What it is worth.
    pub amount: Amount,
}

impl Order {
    /// An order on these terms; `client_ref` is what its maker calls it.
    pub fn create(
        id: OrderId,
        terms: OrderTerms,
        client_ref: Option<Text>,
        now: Timestamp,
    ) -> Result<Step<Self>, Refusal> {
        let mut validation = Validation::default();
        terms.validate(&mut validation);
        if let Some(client_ref) = &client_ref {
            validation.line("client_order_ref", client_ref, REFERENCE_CHARACTERS_MAX);
        }
        validation.finish()?;
        let OrderTerms { buyer, seller, money, title, description, milestones } = terms;
        let event = OrderEvent::Created {
            order: id,
            buyer,
            seller,
            money,
            title: title.clone(),
            description: description.clone(),
            client_ref: client_ref.clone(),
        };
        let order = Self {
            id,
            buyer,
            seller,
            money,
            title,
            description,
            client_ref,
            milestones: milestones.into_iter().map(Milestone::new).collect(),
            status: ORDER.start,
            reserved_until: None,
            escrow: None,
            settlement_reason: None,
            dispute: None,
            cancel_reason: None,
            created_at: now,
        };
        Ok(Step::changed(order).event(event))
    }
}

impl OrderTerms {
    pub(crate) fn validate(&self, validation: &mut Validation) {
        validation.require(self.buyer != self.seller, "seller_id", "expected somebody else than the buyer");
        validation.amount("amount", self.money);
        validation.line("title", &self.title, TITLE_CHARACTERS_MAX);
        if let Some(description) = &self.description {
            validation.prose("description", description, DESCRIPTION_CHARACTERS_MAX);
        }
        validate_milestones(validation, &self.milestones, self.money);
    }
}

/// Each names and is worth something, no two are called the same, and together they are the price.
pub(crate) fn validate_milestones(validation: &mut Validation, milestones: &[NewMilestone], price: Money) {
    let is_few = milestones.len() <= MILESTONES_MAX;
    validation.require(is_few, "milestones", format!("expected at most {MILESTONES_MAX}"));
    for (at, milestone) in milestones.iter().enumerate() {
        let field = |name: &str| format!("milestones[{at}].{name}");
        validation.line(&field("milestone_ref"), &milestone.milestone_ref, REFERENCE_CHARACTERS_MAX);
        validation.line(&field("title"), &milestone.title, TITLE_CHARACTERS_MAX);
        validation.amount(&field("amount"), Money { amount: milestone.amount, currency: price.currency });
        let is_new = milestones[..at].iter().all(|earlier| earlier.milestone_ref != milestone.milestone_ref);
        validation.require(is_new, &field("milestone_ref"), "expected a name of its own");
    }
    let sum = Amount::checked_sum(milestones.iter().map(|milestone| milestone.amount));
    let is_whole = milestones.is_empty() || sum == Some(price.amount);
    validation.require(is_whole, "milestones", format!("expected {} together", price.plain()));
}
