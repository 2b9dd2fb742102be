//! Disputes: an arbiter looks into an order, hears both sides, and decides.

use market::machines::DisputeStatus;
use market::words::Word;
use market::{Actor, Decision, OrderCommand, Text};
use protocol::{CommentId, DisputeId, Money, OrderId, UserId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::amounts::amount;
use super::books::Books;
use super::caller::Caller;
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::orders;
use super::payloads::{DisputeCommented, DisputePart, Payload, Said};
use super::refusal::{Code, Refusal};
use super::rows::{CommentRow, OrderRow};
use super::times::iso;

/// What is done to a dispute.
#[derive(Clone, PartialEq)]
pub enum DisputeStep {
    /// Let an arbiter look into it.
    Assign {
        /// Whom.
        assignee: String,
    },
    /// Say something to it.
    Comment {
        /// What.
        message: String,
    },
    /// Decide it.
    Resolve {
        /// How.
        decision: Ruling,
        /// What the arbiter says to it.
        note: Option<String>,
    },
}

/// Who gets the money. Amounts are texts until it is known of which currency they are.
#[derive(Clone, PartialEq, Eq)]
pub enum Ruling {
    /// The seller, all of it.
    FullRelease,
    /// The buyer, all of it.
    FullRefund,
    /// Each a part.
    Split {
        /// The seller's.
        to_seller: String,
        /// The buyer's.
        to_buyer: String,
    },
}

/// A disagreement over an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DisputeView {
    /// Its id.
    #[schema(value_type = String, example = "dsp_aebagbafaydqqcikbmga2dqpca")]
    pub id: DisputeId,
    /// Over which.
    #[schema(value_type = String)]
    pub order_id: OrderId,
    /// Who pays.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// Who delivers.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    /// `OPEN`, `UNDER_REVIEW` or `RESOLVED`.
    #[schema(example = "OPEN")]
    pub status: String,
    /// `BUYER` or `SELLER`.
    #[schema(example = "BUYER")]
    pub opened_by: String,
    /// `NOT_DELIVERED`, `QUALITY_ISSUE` or `OTHER`.
    #[schema(example = "NOT_DELIVERED")]
    pub reason: String,
    /// What they say.
    pub message: Option<String>,
    /// What shows it.
    pub evidence: Vec<String>,
    /// Who looks into it.
    pub assigned_to: Option<String>,
    /// `FULL_RELEASE`, `FULL_REFUND` or `SPLIT`.
    #[schema(example = "SPLIT")]
    pub decision: Option<&'static str>,
    /// The seller's part of a split.
    #[schema(example = "48.00")]
    pub amount_to_seller: Option<String>,
    /// The buyer's part of a split.
    #[schema(example = "32.00")]
    pub amount_to_buyer: Option<String>,
    /// What the arbiter says to it.
    pub decision_note: Option<String>,
    /// When it was opened.
    pub opened_at: String,
    /// When it was decided.
    pub resolved_at: Option<String>,
}

/// Something that was said in a dispute.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommentView {
    /// Its id.
    #[schema(value_type = String, example = "cmt_aebagbafaydqqcikbmga2dqpca")]
    pub id: CommentId,
    /// In which.
    #[schema(value_type = String)]
    pub dispute_id: DisputeId,
    /// As whom its author spoke: `buyer`, `seller` or `support`.
    #[schema(example = "support")]
    pub author: &'static str,
    /// What.
    pub message: String,
    /// When.
    pub created_at: String,
}

/// Does a step.
pub(super) fn take_step<B: Books>(
    change: &mut Change<'_, B>,
    id: DisputeId,
    step: &DisputeStep,
) -> Result<Done, Stop> {
    let row = find(change, id)?;
    let now = change.attempt.now;
    let step = match step {
        DisputeStep::Comment { message } => return comment(change, &row, id, message),
        DisputeStep::Assign { assignee } => {
            let assignee = Text::from(assignee.clone());
            row.order.decide(Actor::Support, OrderCommand::Assign { assignee }, now)?
        }
        DisputeStep::Resolve { decision, note } => {
            let decision = decision.read(row.order.money)?;
            row.order.resolve_on_ledger(Actor::Support, decision, note.clone().map(Text::from), now)?
        }
    };
    let next = orders::store(change, &row, &step)?;
    answer(200, &row, &next, step.is_changed)
}

impl Ruling {
    fn read(&self, price: Money) -> Result<Decision, Refusal> {
        Ok(match self {
            Self::FullRelease => Decision::FullRelease,
            Self::FullRefund => Decision::FullRefund,
            Self::Split { to_seller, to_buyer } => Decision::Split {
                to_seller: amount("amount_to_seller", to_seller, price.currency)?,
                to_buyer: amount("amount_to_buyer", to_buyer, price.currency)?,
            },
        })
    }
}

/// The order of a dispute that the caller is a party of.
fn find<B: Books>(change: &mut Change<'_, B>, id: DisputeId) -> Result<OrderRow, Stop> {
    let order = change.books.order_of_dispute(id)?.ok_or_else(unknown)?;
    orders::find(change, order).map_err(|stop| match stop {
        Stop::Refused(_) => unknown().into(),
        Stop::Failed(error) => Stop::Failed(error),
    })
}

fn comment<B: Books>(
    change: &mut Change<'_, B>,
    row: &OrderRow,
    dispute: DisputeId,
    message: &str,
) -> Result<Done, Stop> {
    let status = row.order.dispute.as_ref().map_or(DisputeStatus::Resolved, |dispute| dispute.status);
    if status == DisputeStatus::Resolved {
        let message = "this dispute is decided: nothing can be added to it";
        let details = json!({ "current_state": status.as_str(), "allowed_states": [] });
        return Err(Refusal::new(Code::InvalidState, message).with(details).into());
    }
    let author = match change.attempt.caller {
        Caller::Account { user, .. } => row.order.actor(user).ok_or_else(unknown)?,
        Caller::Key { .. } | Caller::Operator | Caller::Relay => Actor::Support,
    };
    let now = change.attempt.now;
    let comment = CommentId::from_bytes(change.drawn.id(now));
    let said = CommentRow { dispute, comment, author, message: message.into(), created_at: now };
    change.books.put_comment(&said)?;
    let dispute_of = DisputePart { dispute_id: dispute, order_id: row.order.id };
    let payload = DisputeCommented { dispute: dispute_of, comment_id: comment, author: Said(author) };
    let parties = [Some(row.order.buyer), Some(row.order.seller)];
    change.tell(&dispute.to_string(), parties, &Payload::DisputeCommented(payload))?;
    let shown = CommentView::from(&said);
    let changed = Changed { id: comment.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &shown, changed)
}

pub(super) fn answer(status: u16, row: &OrderRow, next: &OrderRow, is_changed: bool) -> Result<Done, Stop> {
    let shown = DisputeView::of(next).ok_or_else(unknown)?;
    if !is_changed {
        return Done::as_it_is(&shown);
    }
    let before = DisputeView::of(row).map(|shown| value(&shown)).transpose()?;
    let changed = Changed { id: shown.id.to_string(), before, after: value(&shown)? };
    Done::new(status, &shown, changed)
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(Code::DisputeNotFound, "there is no such dispute")
}

impl DisputeView {
    /// That of an order, if there is one.
    pub(crate) fn of(row: &OrderRow) -> Option<Self> {
        let order = &row.order;
        let dispute = order.dispute.as_ref()?;
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
        let parts = match dispute.decision {
            Some(Decision::Split { to_seller, to_buyer }) => [Some(to_seller), Some(to_buyer)],
            _ => [None; 2],
        };
        let [amount_to_seller, amount_to_buyer] = parts.map(|part| part.map(Money::plain));
        Some(Self {
            id: dispute.id,
            order_id: order.id,
            buyer_id: order.buyer,
            seller_id: order.seller,
            status: dispute.status.as_str().to_owned(),
            opened_by: dispute.opened_by.as_str().to_owned(),
            reason: dispute.reason.as_str().to_owned(),
            message: text(&dispute.message),
            evidence: dispute.evidence.iter().map(|evidence| evidence.as_str().to_owned()).collect(),
            assigned_to: text(&dispute.assignee),
            decision: dispute.decision.map(Decision::name),
            amount_to_seller,
            amount_to_buyer,
            decision_note: text(&dispute.decision_note),
            opened_at: iso(dispute.opened_at),
            resolved_at: dispute.resolved_at.map(iso),
        })
    }
}

impl From<&CommentRow> for CommentView {
    fn from(row: &CommentRow) -> Self {
        Self {
            id: row.comment,
            dispute_id: row.dispute,
            author: row.author.as_str(),
            message: row.message.as_str().to_owned(),
            created_at: iso(row.created_at),
        }
    }
}
