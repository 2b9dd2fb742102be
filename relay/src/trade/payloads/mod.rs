//! What stands in events.
//!
//! One table has every event with the kind of thing that it is about and its payload: what is told and how that is described both
//! come from it, and what is not in it cannot be told.

mod agreements;
mod balances;
mod disputes;
mod escrows;
mod orders;
mod others;
mod rails;
mod words;

use protocol::{EventId, JobId, Money, Timestamp, UserId};
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::times::iso;

pub(super) use agreements::{ListingRemoved, ListingTold, OfferTold, TransferSent};
pub(super) use balances::{
    BalanceChange, BalanceCredited, BalanceDebited, BalanceReleased, BalanceReserved, CreditSource,
    DebitDestination, HoldSubject, ReleaseReason, ReserveReason,
};
pub(super) use disputes::{
    DisputeCommented, DisputeOpened, DisputePart, DisputeResolved, DisputeUnderReview,
};
pub(super) use escrows::{
    EscrowContract, EscrowFunded, EscrowMilestoneCompleted, EscrowPart, EscrowRefunded, EscrowReleased,
};
pub(super) use orders::{
    OrderCanceled, OrderClosed, OrderCreated, OrderDisputed, OrderEscrow, OrderEscrowContract,
    OrderEscrowFunded, OrderFundsReserved, OrderPart, OrderRefunded, OrderReleased, OrderRequested,
};
pub(super) use others::{EndpointDisabled, UserCreated, UserStatusChanged};
pub(super) use rails::{
    TopUpCanceled, TopUpConfirmationRequired, TopUpFailed, TopUpPart, TopUpSucceeded, WithdrawalCanceled,
    WithdrawalCommitted, WithdrawalCompleted, WithdrawalCreated, WithdrawalFailed, WithdrawalPart,
    WithdrawalPending, WithdrawalPendingUserAction,
};
pub(super) use words::Said;

/// How an event is described.
pub(crate) struct Described {
    /// What it is called.
    pub(crate) name: &'static str,
    /// The same, as a type is called.
    pub(crate) title: &'static str,
    /// The kind of thing that it is about.
    pub(crate) about: &'static str,
    /// What it says, in words.
    pub(crate) doc: &'static str,
    /// The name of its payload's schema.
    pub(crate) payload: String,
}

/// The name of the schema of what is told of any event.
pub(crate) const HEAD: &str = "EventHead";

/// A schema and its name.
pub(crate) type Named = (String, RefOr<Schema>);

macro_rules! payloads {
    ($($about:literal { $(#[doc = $doc:literal] $name:literal = $event:ident($payload:ty),)+ })+) => {
        /// What stands in an event, which it belongs to.
        #[derive(Serialize)]
        #[serde(untagged)]
        pub(super) enum Payload {
            $($(#[doc = $doc] $event($payload),)+)+
        }

        impl Payload {
            /// What the event is called, and the kind of thing that it is about.
            pub(super) const fn belongs_to(&self) -> (&'static str, &'static str) {
                match self {
                    $($(Self::$event(_) => ($name, $about),)+)+
                }
            }
        }

        /// Every event, and the schemas of what stands in them.
        pub(crate) fn described() -> (Vec<Described>, Vec<Named>) {
            let mut schemas = vec![(HEAD.to_owned(), EventHead::schema())];
            EventHead::schemas(&mut schemas);
            let events = vec![$($({
                let payload = <$payload>::name().into_owned();
                schemas.push((payload.clone(), <$payload>::schema()));
                <$payload>::schemas(&mut schemas);
                Described { name: $name, title: stringify!($event), about: $about, doc: $doc, payload }
            },)+)+];
            (events, schemas)
        }
    };
}

payloads! {
    "balance" {
        /// A user has more.
        "balance.credited" = BalanceCredited(BalanceCredited),
        /// A user has less.
        "balance.debited" = BalanceDebited(BalanceDebited),
        /// Money is set aside.
        "balance.reserved" = BalanceReserved(BalanceReserved),
        /// Money is no longer set aside.
        "balance.released" = BalanceReleased(BalanceReleased),
    }
    "dispute" {
        /// A dispute was opened.
        "dispute.opened" = DisputeOpened(DisputeOpened),
        /// An arbiter looks into a dispute.
        "dispute.under_review" = DisputeUnderReview(DisputeUnderReview),
        /// Somebody said something in a dispute.
        "dispute.commented" = DisputeCommented(DisputeCommented),
        /// A dispute is decided.
        "dispute.resolved" = DisputeResolved(DisputeResolved),
    }
    "escrow" {
        /// An escrow was made.
        "escrow.created" = EscrowCreated(EscrowPart),
        /// The money is on its way into escrow.
        "escrow.funding_started" = EscrowFundingStarted(EscrowContract),
        /// The money is in escrow.
        "escrow.funded" = EscrowFunded(EscrowFunded),
        /// A part is delivered.
        "escrow.milestone_completed" = EscrowMilestoneCompleted(EscrowMilestoneCompleted),
        /// The seller has the money of it, or the part that a dispute gives them: `dispute.resolved` has the buyer's.
        "escrow.released" = EscrowReleased(EscrowReleased),
        /// The buyer has all the money of it back.
        "escrow.refunded" = EscrowRefunded(EscrowRefunded),
    }
    "listing" {
        /// There is a new listing, which its seller alone sees.
        "listing.created" = ListingCreated(ListingTold),
        /// A listing says something else.
        "listing.edited" = ListingEdited(ListingTold),
        /// Everyone may buy what is listed.
        "listing.published" = ListingPublished(ListingTold),
        /// A listing is set aside.
        "listing.paused" = ListingPaused(ListingTold),
        /// Everyone may buy what is listed again.
        "listing.resumed" = ListingResumed(ListingTold),
        /// An order took what is listed.
        "listing.sold" = ListingSold(ListingTold),
        /// What took it was called off.
        "listing.reopened" = ListingReopened(ListingTold),
        /// A listing is gone.
        "listing.removed" = ListingRemoved(ListingRemoved),
    }
    "offer" {
        /// A buyer made an offer.
        "offer.made" = OfferMade(OfferTold),
        /// Other terms stand.
        "offer.countered" = OfferCountered(OfferTold),
        /// They agree: there is an order.
        "offer.accepted" = OfferAccepted(OfferTold),
        /// One side said no.
        "offer.declined" = OfferDeclined(OfferTold),
        /// One side took its word back.
        "offer.withdrawn" = OfferWithdrawn(OfferTold),
        /// Nobody answered in time, or the listing was sold to another.
        "offer.expired" = OfferExpired(OfferTold),
    }
    "order" {
        /// There is a new order.
        "order.created" = OrderCreated(OrderCreated),
        /// The buyer's money is set aside.
        "order.funds_reserved" = OrderFundsReserved(OrderFundsReserved),
        /// An escrow is being made.
        "order.escrow_creating" = OrderEscrowCreating(OrderEscrow),
        /// The escrow waits for the money.
        "order.escrow_funding" = OrderEscrowFunding(OrderEscrowContract),
        /// The money is in escrow.
        "order.escrow_funded" = OrderEscrowFunded(OrderEscrowFunded),
        /// The seller delivers.
        "order.in_progress" = OrderInProgress(OrderEscrow),
        /// The seller is to be paid.
        "order.release_requested" = OrderReleaseRequested(OrderRequested),
        /// The buyer is to be paid back.
        "order.refund_requested" = OrderRefundRequested(OrderRequested),
        /// The seller was paid.
        "order.released" = OrderReleased(OrderReleased),
        /// The buyer was paid back.
        "order.refunded" = OrderRefunded(OrderRefunded),
        /// The two disagree.
        "order.disputed" = OrderDisputed(OrderDisputed),
        /// An order is over.
        "order.closed" = OrderClosed(OrderClosed),
        /// An order was called off.
        "order.canceled" = OrderCanceled(OrderCanceled),
    }
    "topup" {
        /// There is a new top-up.
        "topup.created" = TopUpCreated(TopUpPart),
        /// Its owner has to confirm a top-up.
        "topup.confirmation_required" = TopUpConfirmationRequired(TopUpConfirmationRequired),
        /// The money of a top-up is on its way.
        "topup.processing" = TopUpProcessing(TopUpPart),
        /// The money of a top-up came.
        "topup.succeeded" = TopUpSucceeded(TopUpSucceeded),
        /// The money of a top-up will not come.
        "topup.failed" = TopUpFailed(TopUpFailed),
        /// A top-up was called off.
        "topup.canceled" = TopUpCanceled(TopUpCanceled),
    }
    "transfer" {
        /// One user sent another money.
        "transfer.sent" = TransferSent(TransferSent),
    }
    "user" {
        /// There is a new user.
        "user.created" = UserCreated(UserCreated),
        /// A user may trade again.
        "user.activated" = UserActivated(UserStatusChanged),
        /// A user may not trade for now.
        "user.suspended" = UserSuspended(UserStatusChanged),
    }
    "webhook_endpoint" {
        /// An endpoint did nothing but fail for so long that nothing is sent to it any more.
        "webhook.endpoint_disabled" = EndpointDisabled(EndpointDisabled),
    }
    "withdrawal" {
        /// There is a new withdrawal: its money is on hold.
        "withdrawal.created" = WithdrawalCreated(WithdrawalCreated),
        /// A withdrawal is to be sent.
        "withdrawal.committed" = WithdrawalCommitted(WithdrawalCommitted),
        /// A withdrawal is on its way.
        "withdrawal.pending" = WithdrawalPending(WithdrawalPending),
        /// Its owner has to do something for a withdrawal.
        "withdrawal.pending_user_action" = WithdrawalPendingUserAction(WithdrawalPendingUserAction),
        /// A withdrawal was paid out.
        "withdrawal.completed" = WithdrawalCompleted(WithdrawalCompleted),
        /// A withdrawal was not paid out; the money is available again.
        "withdrawal.failed" = WithdrawalFailed(WithdrawalFailed),
        /// A withdrawal was called off; the money is available again.
        "withdrawal.canceled" = WithdrawalCanceled(WithdrawalCanceled),
    }
}

/// What is told of any event.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventHead<'a> {
    /// Its id: the same each time it is told.
    #[schema(value_type = String, example = "evt_aebagbafaydqqcikbmga2dqpca")]
    event_id: EventId,
    /// When it happened.
    occurred_at: String,
    /// What it is about.
    aggregate_id: &'a str,
    /// What else is known of it.
    metadata: EventMetadata<'a>,
}

/// What is known of an event beside what happened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventMetadata<'a> {
    /// The request that it happened in.
    pub(super) correlation_id: &'a str,
    /// The job that brought it about, where no request did.
    #[schema(value_type = Option<String>)]
    pub(super) causation_id: Option<JobId>,
    /// Whom it concerns; of an order, an offer or a transfer, one of its two sides, both of whom know the other.
    #[schema(value_type = Option<String>, example = "usr_aebagbafaydqqcikbmga2dqpca")]
    pub(super) user_id: Option<UserId>,
    /// The space that it happened in, as `/v1/me` has it.
    #[schema(example = "mkt_1")]
    pub(super) marketplace_id: String,
}

/// An event as it is told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    #[serde(flatten)]
    head: EventHead<'a>,
    event_type: &'static str,
    aggregate_type: &'static str,
    payload: &'a Payload,
}

/// What an event is called, and its JSON.
pub(super) fn written(
    payload: &Payload,
    (event, about): (EventId, &str),
    metadata: EventMetadata<'_>,
    now: Timestamp,
) -> serde_json::Result<(&'static str, String)> {
    let (name, aggregate_type) = payload.belongs_to();
    let head = EventHead { event_id: event, occurred_at: iso(now), aggregate_id: about, metadata };
    let written = Written { head, event_type: name, aggregate_type, payload };
    Ok((name, serde_json::to_string(&written)?))
}

/// How much, and of what.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sum {
    /// How much.
    #[schema(example = "80.00")]
    pub amount: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: &'static str,
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Self { amount: money.plain(), currency: money.currency.code() }
    }
}
