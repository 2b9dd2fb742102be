//! What stands in the events of disputes.

use market::Decision;
use protocol::{CommentId, DisputeId, OrderId};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{SaidActor, SaidParty, SaidReason};

/// Which dispute.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisputePart {
    /// Which dispute.
    #[schema(value_type = String)]
    pub dispute_id: DisputeId,
    /// Over which order.
    #[schema(value_type = String)]
    pub order_id: OrderId,
}

/// A dispute was opened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisputeOpened {
    #[serde(flatten)]
    pub dispute: DisputePart,
    /// By whom.
    pub opened_by: SaidParty,
    /// Why.
    pub reason: SaidReason,
    /// What shows it.
    pub evidence: Vec<String>,
    /// When.
    pub opened_at: String,
}

/// An arbiter looks into a dispute.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisputeUnderReview {
    #[serde(flatten)]
    pub dispute: DisputePart,
    /// Who.
    pub reviewed_by: String,
    /// When.
    pub review_started_at: String,
}

/// Somebody said something in a dispute. What was said is not told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisputeCommented {
    #[serde(flatten)]
    pub dispute: DisputePart,
    /// Which comment.
    #[schema(value_type = String)]
    pub comment_id: CommentId,
    /// Who.
    pub author: SaidActor,
}

/// A dispute is decided.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisputeResolved {
    #[serde(flatten)]
    pub dispute: DisputePart,
    #[serde(flatten)]
    pub decision: Ruled,
    /// What the arbiter says to it.
    pub decision_note: Option<String>,
    /// By whom.
    pub resolved_by: SaidActor,
    /// When.
    pub resolved_at: String,
}

/// Who gets the money.
#[derive(Serialize, ToSchema)]
#[serde(tag = "decision", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Ruled {
    /// The seller, all of it.
    FullRelease,
    /// The buyer, all of it.
    FullRefund,
    /// Each a part.
    #[serde(rename_all = "camelCase")]
    Split {
        /// How much the seller gets.
        #[schema(example = "60.00")]
        seller_amount: String,
        /// How much the buyer gets.
        #[schema(example = "20.00")]
        buyer_amount: String,
    },
}

impl From<Decision> for Ruled {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::FullRelease => Self::FullRelease,
            Decision::FullRefund => Self::FullRefund,
            Decision::Split { to_seller, to_buyer } => {
                Self::Split { seller_amount: to_seller.plain(), buyer_amount: to_buyer.plain() }
            }
        }
    }
}
