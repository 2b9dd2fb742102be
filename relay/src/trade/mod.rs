//! The market's requests: who asks, what for, and what is answered.
//!
//! A change runs in one transaction of the store (`carry_out.rs`): what it does, what is told of it, its line in the audit log, and
//! the answer that is kept for whoever asks again. It sees rows by way of [`Books`] alone, so that each store runs the same lines.

mod amounts;
mod attempt;
mod audit;
mod books;
mod caller;
mod carry_out;
mod command;
mod credential;
mod disputes;
mod drawn;
pub(crate) mod envelope;
mod expiring;
mod flow;
mod jobs;
mod keys;
mod line;
mod listings;
mod looking;
mod money;
mod offers;
mod orders;
mod payloads;
mod proof;
mod query;
mod rails;
mod reconciliation;
mod redaction;
mod refusal;
mod rows;
mod stored;
mod taking;
mod times;
mod told;
mod top_ups;
mod user_transfers;
mod users;
pub(crate) mod views;
mod wallet;
mod webhooks;
mod withdrawals;

pub(crate) use amounts::{amount, bound};
pub use attempt::{Attempt, Idempotency, Reply};
pub use audit::{AuditEntry, AuditFilter, AuditHead, Chain, Tampered};
pub use books::{Books, EventRow, KeptAnswer, KeyRow, Seen, StoredBalance, TokenRow, UserFilter, UserRow};
pub use caller::{Caller, Scope, Scopes};
pub use carry_out::carry_out;
pub use command::{Command, NewUser};
pub use credential::{Credential, Secret};
pub(crate) use disputes::{CommentView, DisputeView};
pub use disputes::{DisputeStep, Ruling};
pub use drawn::Seed;
pub use expiring::{DuePage, ExpiryWalk};
pub use flow::Flow;
pub(crate) use jobs::JobView;
pub use jobs::{
    Doing, JobCount, JobError, JobFilter, JobRow, JobStanding, JobState, Lease, Outcome, Schedule, Settling,
    Work, begin_schedules, do_job, lease, settle,
};
pub use line::{MESSAGE_LENGTH_MAX, NAME_LENGTH_MAX, line};
pub use listings::{
    CategoryRow, CategoryView, Found, ListingDecision, ListingFilter, ListingPatch, ListingQuery, ListingRow,
    ListingView, NewListing, SearchWords, SuggestionView, category_key,
};
pub use offers::{
    NewOffer, OfferFilter, OfferQuery, OfferReply, OfferRow, OfferTerms, OfferWord, ProposedPart,
};
pub(crate) use offers::{OfferView, STANDS_MS as OFFER_STANDS_MS};
pub use orders::{Complaint, NewOrder, OrderDecision};
pub(crate) use orders::{MilestoneView, OrderView, RESERVE_MS, ReservedOrderView, WholeEscrowView};
pub(crate) use payloads::{Described, HEAD as EVENT_HEAD, described as described_events};
pub use proof::{BooksFault, Proof, Sum, prove};
pub use query::{Look, OrderPart, Query, look_up};
pub(crate) use rails::two_person_rule_noted;
pub use rails::{Approval, SettlementRow};
pub use reconciliation::{
    BadLine, Columns, Reconciled, Settled, Statement, StatementError, StatementLine, reconcile,
};
pub use refusal::{Code, Refusal};
pub use rows::{
    CommentRow, DisputeFilter, MaintenanceRow, OrderFilter, OrderRow, OwnedFilter, Sides, TopUpFilter,
    TopUpRow, UserTransferFilter, UserTransferRow, WithdrawalFilter, WithdrawalRow,
};
pub(crate) use stored::{from_json, json};
pub use times::{from_iso, iso};
pub use told::{EventFilter, EventPage, EventPoint, EventStart, NamePattern, Told};
pub use top_ups::{NewTopUp, TopUpDecision};
pub(crate) use user_transfers::UserTransferView;
pub use user_transfers::{NewUserTransfer, Recipient};
pub(crate) use users::user_of;
pub use views::{UserKind, UserStatus};
pub(crate) use wallet::WALLET_CURRENCY;
pub(crate) use webhooks::{DISABLED, DeliveryView, EndpointView, GONE, NewEndpointView, TYPES_MAX};
pub use webhooks::{
    Delivered, DeliveryRow, EndpointChange, EndpointRow, NewEndpoint, Outgoing, Passed, SigningSecret,
    WebhookBooks, outgoing, settle_delivery,
};
pub(crate) use withdrawals::WithdrawalView;
pub use withdrawals::{NewWithdrawal, WithdrawalDecision};
