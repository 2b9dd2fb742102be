//! What can be asked to change.

use protocol::{
    DeliveryId, DisputeId, EndpointId, JobId, KeyId, ListingId, OfferId, OrderId, TopUpId, UserId,
    WithdrawalId,
};
use serde_json::{Map, Value};

use super::caller::Scopes;
use super::disputes::DisputeStep;
use super::listings::{ListingDecision, NewListing};
use super::offers::{NewOffer, OfferReply};
use super::orders::{Complaint, NewOrder, OrderDecision};
use super::top_ups::{NewTopUp, TopUpDecision};
use super::user_transfers::NewUserTransfer;
use super::views::{UserKind, UserStatus};
use super::webhooks::{EndpointChange, NewEndpoint};
use super::withdrawals::{NewWithdrawal, WithdrawalDecision};

/// A change that is asked for. What it holds was checked by itself; what it refers to was not yet looked at.
#[derive(Clone, PartialEq)]
pub enum Command {
    /// Make a key.
    CreateKey {
        /// What people call it.
        name: String,
        /// What it may do.
        scopes: Scopes,
    },
    /// Let a key work no longer.
    RevokeKey(KeyId),
    /// Make a token that ends by itself.
    CreateToken {
        /// From which key.
        key: KeyId,
        /// What it may do: no more than the key.
        scopes: Option<Scopes>,
        /// How long it works.
        ttl_ms: u64,
    },
    /// Make a user.
    CreateUser(NewUser),
    /// Let a user trade, or not for now.
    SetUserStatus {
        /// Whom.
        user: UserId,
        /// How it is to stand.
        status: UserStatus,
    },
    /// Make a top-up.
    CreateTopUp(NewTopUp),
    /// Decide of one.
    DecideTopUp {
        /// Of which.
        top_up: TopUpId,
        /// What.
        decision: TopUpDecision,
    },
    /// Make an order.
    CreateOrder(NewOrder),
    /// Decide of one.
    DecideOrder {
        /// Of which.
        order: OrderId,
        /// What.
        decision: OrderDecision,
    },
    /// Ask for an arbiter.
    OpenDispute {
        /// Over which.
        order: OrderId,
        /// What is said.
        complaint: Complaint,
    },
    /// Go on with a dispute.
    TakeDispute {
        /// With which.
        dispute: DisputeId,
        /// How.
        step: DisputeStep,
    },
    /// Make a withdrawal.
    CreateWithdrawal(NewWithdrawal),
    /// Decide of one.
    DecideWithdrawal {
        /// Of which.
        withdrawal: WithdrawalId,
        /// What.
        decision: WithdrawalDecision,
    },
    /// Make a listing.
    CreateListing(NewListing),
    /// Do something with one.
    DecideListing {
        /// With which.
        listing: ListingId,
        /// What.
        decision: ListingDecision,
    },
    /// Make an offer.
    MakeOffer(NewOffer),
    /// Say a word to one.
    ReplyToOffer {
        /// To which.
        offer: OfferId,
        /// What.
        reply: OfferReply,
    },
    /// End an offer, if its time is over.
    ExpireOffer(OfferId),
    /// Give up money that was set aside for an order, if its time is over.
    ExpireReserve(OrderId),
    /// End a top-up, if its money did not come in time.
    ExpireTopUp(TopUpId),
    /// End a withdrawal, if nobody committed it in time.
    ExpireWithdrawal(WithdrawalId),
    /// Send money from one user to another.
    Send(NewUserTransfer),
    /// Let a job run now.
    RequeueJob(JobId),
    /// Let the books be proved now.
    ProveBooks,
    /// Make an endpoint that is told what happens.
    CreateEndpoint(NewEndpoint),
    /// Change one.
    UpdateEndpoint {
        /// Which.
        endpoint: EndpointId,
        /// What is to be different.
        change: EndpointChange,
    },
    /// Draw a new secret for one.
    RotateSecret(EndpointId),
    /// Forget one.
    DeleteEndpoint(EndpointId),
    /// Tell one nothing more that does nothing but fail, or wants it so.
    StopEndpoint(EndpointId),
    /// Send a delivery now.
    RetryDelivery(DeliveryId),
    /// Let nothing be changed, and say why; or let it again.
    SetMaintenance(Option<String>),
    /// Note that from now on it takes two people to say that money moved, or one: the store has set it, for all spaces at once.
    NoteTwoPersonRule(bool),
}

/// A user to be made.
#[derive(Clone, PartialEq)]
pub struct NewUser {
    /// What the space calls it.
    pub external_id: String,
    /// Where to reach it.
    pub email: Option<String>,
    /// What it does.
    pub kind: UserKind,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
}

impl Command {
    /// What it is called in the audit log.
    pub(super) const fn action(&self) -> &'static str {
        match self {
            Self::CreateKey { .. } => "API_KEY_CREATE",
            Self::RevokeKey(_) => "API_KEY_REVOKE",
            Self::CreateToken { .. } => "API_TOKEN_CREATE",
            Self::CreateUser(_) => "USER_CREATE",
            Self::SetUserStatus { status: UserStatus::Suspended, .. } => "USER_SUSPEND",
            Self::SetUserStatus { status: UserStatus::Active, .. } => "USER_ACTIVATE",
            Self::CreateTopUp(_) => "TOPUP_CREATE",
            Self::DecideTopUp { decision: TopUpDecision::Confirm { .. }, .. } => "TOPUP_CONFIRM",
            Self::DecideTopUp { decision: TopUpDecision::Fail { .. }, .. } => "TOPUP_FAIL",
            Self::DecideTopUp { decision: TopUpDecision::Cancel { .. }, .. } => "TOPUP_CANCEL",
            Self::CreateOrder(_) => "ORDER_CREATE",
            Self::DecideOrder { decision, .. } => decision.action(),
            Self::OpenDispute { .. } => "DISPUTE_OPEN",
            Self::TakeDispute { step: DisputeStep::Assign { .. }, .. } => "DISPUTE_ASSIGN",
            Self::TakeDispute { step: DisputeStep::Comment { .. }, .. } => "DISPUTE_COMMENT",
            Self::TakeDispute { step: DisputeStep::Resolve { .. }, .. } => "DISPUTE_RESOLVE",
            Self::CreateWithdrawal(_) => "WITHDRAWAL_CREATE",
            Self::DecideWithdrawal { decision: WithdrawalDecision::Commit, .. } => "WITHDRAWAL_COMMIT",
            Self::DecideWithdrawal { decision: WithdrawalDecision::Cancel { .. }, .. } => "WITHDRAWAL_CANCEL",
            Self::DecideWithdrawal { decision: WithdrawalDecision::Complete { .. }, .. } => {
                "WITHDRAWAL_COMPLETE"
            }
            Self::DecideWithdrawal { decision: WithdrawalDecision::Fail { .. }, .. } => "WITHDRAWAL_FAIL",
            Self::CreateListing(_) => "LISTING_CREATE",
            Self::DecideListing { decision, .. } => decision.action(),
            Self::MakeOffer(_) => "OFFER_MAKE",
            Self::ReplyToOffer { reply, .. } => reply.word.action(),
            Self::ExpireOffer(_) => "OFFER_EXPIRE",
            Self::ExpireReserve(_) => "ORDER_EXPIRE",
            Self::ExpireTopUp(_) => "TOPUP_EXPIRE",
            Self::ExpireWithdrawal(_) => "WITHDRAWAL_EXPIRE",
            Self::Send(_) => "TRANSFER_SEND",
            Self::RequeueJob(_) => "JOB_REQUEUE",
            Self::ProveBooks => "LEDGER_PROVE",
            Self::CreateEndpoint(_) => "WEBHOOK_ENDPOINT_CREATE",
            Self::UpdateEndpoint { .. } => "WEBHOOK_ENDPOINT_UPDATE",
            Self::RotateSecret(_) => "WEBHOOK_SECRET_ROTATE",
            Self::DeleteEndpoint(_) => "WEBHOOK_ENDPOINT_DELETE",
            Self::StopEndpoint(_) => "WEBHOOK_ENDPOINT_DISABLE",
            Self::RetryDelivery(_) => "WEBHOOK_DELIVERY_RETRY",
            Self::SetMaintenance(Some(_)) => "MAINTENANCE_ENABLE",
            Self::SetMaintenance(None) => "MAINTENANCE_DISABLE",
            Self::NoteTwoPersonRule(true) => "TWO_PERSON_RULE_ENABLE",
            Self::NoteTwoPersonRule(false) => "TWO_PERSON_RULE_DISABLE",
        }
    }

    /// The kind of thing it changes.
    pub(super) const fn resource(&self) -> &'static str {
        match self {
            Self::CreateKey { .. } | Self::RevokeKey(_) | Self::CreateToken { .. } => "api_key",
            Self::CreateUser(_) | Self::SetUserStatus { .. } => "user",
            Self::CreateTopUp(_) | Self::DecideTopUp { .. } | Self::ExpireTopUp(_) => "topup",
            Self::CreateOrder(_) | Self::DecideOrder { .. } | Self::ExpireReserve(_) => "order",
            Self::OpenDispute { .. } => "dispute",
            Self::TakeDispute { step: DisputeStep::Comment { .. }, .. } => "dispute_comment",
            Self::TakeDispute { .. } => "dispute",
            Self::CreateWithdrawal(_) | Self::DecideWithdrawal { .. } | Self::ExpireWithdrawal(_) => {
                "withdrawal"
            }
            Self::CreateListing(_) | Self::DecideListing { .. } => "listing",
            Self::MakeOffer(_) | Self::ReplyToOffer { .. } | Self::ExpireOffer(_) => "offer",
            Self::Send(_) => "transfer",
            Self::RequeueJob(_) | Self::ProveBooks => "job",
            Self::CreateEndpoint(_)
            | Self::UpdateEndpoint { .. }
            | Self::RotateSecret(_)
            | Self::DeleteEndpoint(_)
            | Self::StopEndpoint(_) => "webhook_endpoint",
            Self::RetryDelivery(_) => "webhook_delivery",
            Self::SetMaintenance(_) => "maintenance",
            Self::NoteTwoPersonRule(_) => "two_person_rule",
        }
    }

    /// Which it is to change, where that is known before: what that is called in details, and its id.
    pub(super) fn target(&self) -> Option<(&'static str, String)> {
        Some(match self {
            Self::RevokeKey(key) | Self::CreateToken { key, .. } => ("key_id", key.to_string()),
            Self::SetUserStatus { user, .. } => ("user_id", user.to_string()),
            Self::DecideTopUp { top_up, .. } | Self::ExpireTopUp(top_up) => ("topup_id", top_up.to_string()),
            Self::DecideOrder { order, .. }
            | Self::OpenDispute { order, .. }
            | Self::ExpireReserve(order) => ("order_id", order.to_string()),
            Self::TakeDispute { dispute, .. } => ("dispute_id", dispute.to_string()),
            Self::DecideWithdrawal { withdrawal, .. } | Self::ExpireWithdrawal(withdrawal) => {
                ("withdrawal_id", withdrawal.to_string())
            }
            Self::DecideListing { listing, .. } => ("listing_id", listing.to_string()),
            Self::ReplyToOffer { offer, .. } | Self::ExpireOffer(offer) => ("offer_id", offer.to_string()),
            Self::RequeueJob(job) => ("job_id", job.to_string()),
            Self::UpdateEndpoint { endpoint, .. }
            | Self::RotateSecret(endpoint)
            | Self::DeleteEndpoint(endpoint)
            | Self::StopEndpoint(endpoint) => ("endpoint_id", endpoint.to_string()),
            Self::RetryDelivery(delivery) => ("delivery_id", delivery.to_string()),
            Self::CreateEndpoint(_)
            | Self::CreateKey { .. }
            | Self::CreateUser(_)
            | Self::CreateTopUp(_)
            | Self::CreateOrder(_)
            | Self::CreateWithdrawal(_)
            | Self::CreateListing(_)
            | Self::MakeOffer(_)
            | Self::Send(_)
            | Self::ProveBooks
            | Self::SetMaintenance(_)
            | Self::NoteTwoPersonRule(_) => return None,
        })
    }

    /// Whether it may be done while nothing that is traded may be changed.
    pub(super) const fn is_administration(&self) -> bool {
        matches!(
            self,
            Self::CreateKey { .. }
                | Self::RevokeKey(_)
                | Self::CreateToken { .. }
                | Self::ProveBooks
                | Self::SetMaintenance(_)
                | Self::NoteTwoPersonRule(_)
        )
    }
}
