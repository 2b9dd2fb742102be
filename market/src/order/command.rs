//! What may be asked of an order, and what can be said to be wrong with it at first sight.

use protocol::{DisputeId, EscrowId, Money, Timestamp};

use crate::dispute::{Decision, DisputeReason};
use crate::escrow::EscrowTerms;
use crate::limits::{
    EVIDENCE_MAX, NOTE_CHARACTERS_MAX, REFERENCE_CHARACTERS_MAX, RESERVE_LIFE_MILLIS_MAX,
    TITLE_CHARACTERS_MAX,
};
use crate::machines::OrderVerb;
use crate::order::Order;
use crate::refusal::Refusal;
use crate::text::Text;
use crate::validation::Validation;

/// What may be asked of an order. Words of a provider name the escrow that they are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderCommand {
    /// Set the buyer's money aside.
    Reserve {
        /// The price, as the buyer understands it.
        money: Money,
        /// Until when.
        until: Timestamp,
    },
    /// Call it off.
    Cancel {
        /// Why.
        reason: Option<Text>,
    },
    /// Give up what was set aside, if its time is over.
    ExpireReserve,
    /// Have an escrow made.
    CreateEscrow {
        /// As which.
        escrow: EscrowId,
        /// On which terms.
        terms: EscrowTerms,
    },
    /// The escrow was made.
    EscrowCreated {
        /// Which.
        escrow: EscrowId,
        /// What the provider calls it.
        reference: Option<Text>,
    },
    /// The escrow could not be made.
    EscrowFailed {
        /// Which.
        escrow: EscrowId,
    },
    /// Have the money moved into the escrow.
    Fund,
    /// The money is there.
    Funded {
        /// Where.
        escrow: EscrowId,
    },
    /// The money could not be moved there.
    FundFailed {
        /// Where to.
        escrow: EscrowId,
    },
    /// A part is delivered.
    CompleteMilestone {
        /// Which.
        milestone_ref: Text,
        /// What the seller says to it.
        note: Option<Text>,
    },
    /// Have the seller paid.
    RequestRelease {
        /// Why.
        reason: Option<Text>,
    },
    /// The seller was paid.
    Released {
        /// Out of which.
        escrow: EscrowId,
    },
    /// The seller could not be paid.
    ReleaseFailed {
        /// Out of which.
        escrow: EscrowId,
    },
    /// Have the buyer paid back.
    RequestRefund {
        /// Why.
        reason: Option<Text>,
    },
    /// The buyer was paid back.
    Refunded {
        /// Out of which.
        escrow: EscrowId,
    },
    /// The buyer could not be paid back.
    RefundFailed {
        /// Out of which.
        escrow: EscrowId,
    },
    /// Ask for an arbiter.
    OpenDispute(NewDispute),
    /// Let an arbiter look into it.
    Assign {
        /// Whom.
        assignee: Text,
    },
    /// Decide it.
    Resolve {
        /// How.
        decision: Decision,
        /// What the arbiter says to it.
        note: Option<Text>,
    },
    /// Both sides have their parts.
    SplitPaid {
        /// Out of which.
        escrow: EscrowId,
    },
    /// Nothing is left to do.
    Close,
}

/// What whoever asks for an arbiter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDispute {
    /// As which.
    pub id: DisputeId,
    /// Why.
    pub reason: DisputeReason,
    /// What they say.
    pub message: Option<Text>,
    /// What shows it.
    pub evidence: Vec<Text>,
}

impl OrderCommand {
    /// What it is in the order's table.
    pub fn verb(&self) -> OrderVerb {
        match self {
            Self::Reserve { .. } => OrderVerb::Reserve,
            Self::Cancel { .. } => OrderVerb::Cancel,
            Self::ExpireReserve => OrderVerb::ExpireReserve,
            Self::CreateEscrow { .. } => OrderVerb::CreateEscrow,
            Self::EscrowCreated { .. } => OrderVerb::EscrowCreated,
            Self::EscrowFailed { .. } => OrderVerb::EscrowFailed,
            Self::Fund => OrderVerb::Fund,
            Self::Funded { .. } => OrderVerb::Funded,
            Self::FundFailed { .. } => OrderVerb::FundFailed,
            Self::CompleteMilestone { .. } => OrderVerb::CompleteMilestone,
            Self::RequestRelease { .. } => OrderVerb::RequestRelease,
            Self::Released { .. } => OrderVerb::Released,
            Self::ReleaseFailed { .. } => OrderVerb::ReleaseFailed,
            Self::RequestRefund { .. } => OrderVerb::RequestRefund,
            Self::Refunded { .. } => OrderVerb::Refunded,
            Self::RefundFailed { .. } => OrderVerb::RefundFailed,
            Self::OpenDispute(_) => OrderVerb::OpenDispute,
            Self::Assign { .. } => OrderVerb::Assign,
            Self::Resolve { decision: Decision::FullRelease, .. } => OrderVerb::ResolveRelease,
            Self::Resolve { decision: Decision::FullRefund, .. } => OrderVerb::ResolveRefund,
            Self::Resolve { decision: Decision::Split { .. }, .. } => OrderVerb::ResolveSplit,
            Self::SplitPaid { .. } => OrderVerb::SplitPaid,
            Self::Close => OrderVerb::Close,
        }
    }

    pub(super) fn validate(&self, order: &Order, now: Timestamp) -> Result<(), Refusal> {
        let mut validation = Validation::default();
        match self {
            Self::Reserve { until, .. } => {
                let is_near = *until > now && until.millis_since(now) <= RESERVE_LIFE_MILLIS_MAX;
                validation.require(is_near, "until", "expected a time that comes soon");
            }
            Self::Cancel { reason } | Self::RequestRelease { reason } | Self::RequestRefund { reason } => {
                validation.note("reason", reason.as_ref());
            }
            Self::EscrowCreated { reference: Some(reference), .. } => {
                validation.line("reference", reference, REFERENCE_CHARACTERS_MAX);
            }
            Self::CompleteMilestone { note, .. } => validation.note("note", note.as_ref()),
            Self::OpenDispute(new) => new.validate(&mut validation),
            Self::Assign { assignee } => validation.line("assignee", assignee, TITLE_CHARACTERS_MAX),
            Self::Resolve { decision, note } => {
                validation.note("note", note.as_ref());
                validate_split(&mut validation, *decision, order.money);
            }
            _ => {}
        }
        validation.finish()
    }
}

impl NewDispute {
    fn validate(&self, validation: &mut Validation) {
        validation.note("message", self.message.as_ref());
        let is_readable = self.evidence.len() <= EVIDENCE_MAX;
        validation.require(is_readable, "evidence", format!("expected at most {EVIDENCE_MAX}"));
        for (at, evidence) in self.evidence.iter().enumerate() {
            validation.prose(&format!("evidence[{at}]"), evidence, NOTE_CHARACTERS_MAX);
        }
    }
}

/// Two parts, both something, both of the order's currency, together all of it.
fn validate_split(validation: &mut Validation, decision: Decision, whole: Money) {
    let Decision::Split { to_seller, to_buyer } = decision else { return };
    for (field, part) in [("amount_to_seller", to_seller), ("amount_to_buyer", to_buyer)] {
        validation.amount(field, part);
        validation.require(part.currency == whole.currency, field, format!("expected {}", whole.currency));
    }
    let is_whole = to_seller.amount.checked_add(to_buyer.amount) == Some(whole.amount);
    validation.require(
        is_whole,
        "amount_to_seller",
        format!("expected {} together with the buyer's", whole.plain()),
    );
}
