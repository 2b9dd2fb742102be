//! Orders as they are shown.

use market::words::Word;
use market::{Milestone, Order, Settlement, Text};
use protocol::{Currency, DisputeId, EscrowId, Money, OrderId, UserId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::money::Purse;
use super::super::rows::OrderRow;
use super::super::times::iso;

/// What a buyer and a seller agreed on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderView {
    /// Its id.
    #[schema(value_type = String, example = "ord_aebagbafaydqqcikbmga2dqpca")]
    pub id: OrderId,
    /// What its maker calls it.
    pub client_order_ref: Option<String>,
    /// Who pays.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// Who delivers.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    /// The price.
    #[schema(example = "80.00")]
    pub amount: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: String,
    /// What is bought.
    pub title: String,
    /// What else is said of it.
    pub description: Option<String>,
    /// How far it is.
    #[schema(example = "IN_PROGRESS")]
    pub status: String,
    /// Where the money went in the end: `RELEASED`, `REFUNDED` or `SPLIT`.
    #[schema(example = "RELEASED")]
    pub settlement: Option<&'static str>,
    /// What the side that asked for it gave as its reason.
    #[schema(example = "The desk came as described.")]
    pub settlement_reason: Option<String>,
    /// Why it was called off, where that was said.
    pub cancel_reason: Option<String>,
    /// Until when the buyer's money is set aside if no escrow is made.
    pub reserved_until: Option<String>,
    /// Its parts.
    pub milestones: Vec<MilestoneView>,
    /// Where its money is.
    pub escrow: Option<EscrowView>,
    /// The disagreement over it.
    #[schema(value_type = Option<String>)]
    pub dispute_id: Option<DisputeId>,
    /// What the space wants to find again.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: String,
    /// Since when it stands so.
    pub updated_at: String,
}

/// A part of an order that is delivered by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MilestoneView {
    /// What the parties call it.
    pub milestone_ref: String,
    /// What it is.
    pub title: String,
    /// What it is worth.
    #[schema(example = "40.00")]
    pub amount: String,
    /// `OPEN` or `COMPLETED`.
    #[schema(example = "OPEN")]
    pub status: String,
    /// What the seller said when it was delivered.
    pub note: Option<String>,
    /// When that was.
    pub completed_at: Option<String>,
}

/// An order's money while neither side has it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EscrowView {
    /// Its id.
    #[schema(value_type = String, example = "esc_aebagbafaydqqcikbmga2dqpca")]
    pub id: EscrowId,
    /// Of which order.
    #[schema(value_type = String)]
    pub order_id: OrderId,
    /// How much.
    #[schema(example = "80.00")]
    pub amount: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: String,
    /// How far it is.
    #[schema(example = "FUNDED")]
    pub status: String,
    /// What the provider calls it; nothing where the relay's own ledger keeps it.
    pub contract_id: Option<String>,
    /// What has to hold before it is released.
    pub terms: EscrowTermsView,
    /// Since when it holds the money.
    pub funded_at: Option<String>,
}

/// An order's money while neither side has it, with the parts that it is for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WholeEscrowView {
    /// The money.
    #[serde(flatten)]
    pub escrow: EscrowView,
    /// The order's parts.
    pub milestones: Vec<MilestoneView>,
}

/// An order whose money was set aside, and what its buyer has then.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReservedOrderView {
    /// The order.
    #[serde(flatten)]
    pub order: OrderView,
    /// What the buyer has.
    pub balance_snapshot: BalanceSnapshot,
}

/// What a user has at a moment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BalanceSnapshot {
    /// What it may spend.
    #[schema(example = "20.00")]
    pub available: String,
    /// What is set aside of it.
    #[schema(example = "80.00")]
    pub reserved: String,
}

/// What has to hold before an escrow is released.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EscrowTermsView {
    /// Whether every milestone has to be completed.
    pub milestones_required: bool,
}

impl From<&OrderRow> for OrderView {
    fn from(row: &OrderRow) -> Self {
        let order = &row.order;
        Self {
            id: order.id,
            client_order_ref: text(order.client_ref.as_ref()),
            buyer_id: order.buyer,
            seller_id: order.seller,
            amount: order.money.plain(),
            currency: order.money.currency.code().to_owned(),
            title: order.title.as_str().to_owned(),
            description: text(order.description.as_ref()),
            status: order.status.as_str().to_owned(),
            settlement: order.settlement().map(|settlement| match settlement {
                Settlement::Released => "RELEASED",
                Settlement::Refunded => "REFUNDED",
                Settlement::Split => "SPLIT",
            }),
            settlement_reason: text(order.settlement_reason.as_ref()),
            cancel_reason: text(order.cancel_reason.as_ref()),
            reserved_until: order.reserved_until.map(iso),
            milestones: MilestoneView::of(order),
            escrow: EscrowView::of(order),
            dispute_id: order.dispute.as_ref().map(|dispute| dispute.id),
            metadata: row.metadata.clone(),
            created_at: iso(order.created_at),
            updated_at: iso(row.updated_at),
        }
    }
}

impl MilestoneView {
    /// Those of an order, in their order.
    pub(crate) fn of(order: &Order) -> Vec<Self> {
        order.milestones.iter().map(|milestone| Self::new(milestone, order.money.currency)).collect()
    }

    fn new(milestone: &Milestone, currency: Currency) -> Self {
        Self {
            milestone_ref: milestone.milestone_ref.as_str().to_owned(),
            title: milestone.title.as_str().to_owned(),
            amount: Money { amount: milestone.amount, currency }.plain(),
            status: milestone.status.as_str().to_owned(),
            note: text(milestone.note.as_ref()),
            completed_at: milestone.completed_at.map(iso),
        }
    }
}

impl EscrowView {
    /// That of an order, if it has one.
    pub(crate) fn of(order: &Order) -> Option<Self> {
        let escrow = order.escrow.as_ref()?;
        Some(Self {
            id: escrow.id,
            order_id: order.id,
            amount: order.money.plain(),
            currency: order.money.currency.code().to_owned(),
            status: escrow.status.as_str().to_owned(),
            contract_id: text(escrow.reference.as_ref()),
            terms: EscrowTermsView { milestones_required: escrow.terms.is_milestones_required },
            funded_at: escrow.funded_at.map(iso),
        })
    }
}

impl WholeEscrowView {
    /// That of an order, if it has one.
    pub(crate) fn of(order: &Order) -> Option<Self> {
        Some(Self { escrow: EscrowView::of(order)?, milestones: MilestoneView::of(order) })
    }
}

impl From<Purse> for BalanceSnapshot {
    fn from(purse: Purse) -> Self {
        Self { available: purse.available.plain(), reserved: purse.reserved.plain() }
    }
}

fn text(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}
