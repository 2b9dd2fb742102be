//! The rows that the market's requests read and write, inside one transaction of a store and for one space.

use std::collections::BTreeSet;

use ledger::{Account, Balance, Balances, Posting, Subject, Transfer};
use protocol::{
    AccountId, Bytes, CommentId, DeviceId, DisputeId, EventId, Handle, JobId, KeyId, ListingId, OfferId,
    OrderId, Timestamp, TopUpId, TransferId, UserId, WithdrawalId,
};
use serde_json::{Map, Value};

use super::attempt::Idempotency;
use super::caller::Scopes;
use super::expiring::{DuePage, ExpiryWalk};
use super::jobs::{JobFilter, JobRow};
use super::listings::{CategoryRow, Found, ListingFilter, ListingRow, SearchWords};
use super::offers::{OfferFilter, OfferRow};
use super::rails::SettlementRow;
use super::rows::{
    CommentRow, DisputeFilter, MaintenanceRow, OrderFilter, OrderRow, TopUpFilter, TopUpRow,
    UserTransferFilter, UserTransferRow, WithdrawalFilter, WithdrawalRow,
};
use super::views::{UserKind, UserStatus};
use super::webhooks::WebhookBooks;
use crate::store::{SpaceId, StoreError};

/// What a store gives to a request.
pub trait Books: WebhookBooks {
    /// Whose all of this is.
    fn space(&self) -> Result<SpaceId, StoreError>;
    /// Runs a change; where it is refused, what it wrote is as if it had never been.
    fn try_change<T, E: From<StoreError>>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E>;

    /// The account of a device's session that goes on, by a hash of what the device shows.
    fn account_of_session(
        &self,
        device: DeviceId,
        session: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<AccountId>, StoreError>;
    /// A key.
    fn key(&self, key: KeyId) -> Result<Option<KeyRow>, StoreError>;
    /// Keys, the newest first, behind one.
    fn keys(&self, behind: Option<KeyId>, limit: u32) -> Result<Vec<KeyRow>, StoreError>;
    /// Makes a key.
    fn put_key(&mut self, row: &KeyRow) -> Result<(), StoreError>;
    /// Notes that a key is revoked.
    fn revoke_key(&mut self, key: KeyId, at: Timestamp) -> Result<(), StoreError>;
    /// Makes a token.
    fn put_token(&mut self, row: &TokenRow) -> Result<(), StoreError>;

    /// Whose voice a key has: its own, or that of whoever made it.
    fn origin_of_key(&self, key: KeyId) -> Result<KeyId, StoreError>;
    /// Notes that a key has another's voice.
    fn put_origin_of_key(&mut self, key: KeyId, origin: KeyId) -> Result<(), StoreError>;

    /// A user.
    fn user(&self, user: UserId) -> Result<Option<UserRow>, StoreError>;
    /// The user with an external id.
    fn user_of_external_id(&self, external_id: &str) -> Result<Option<UserRow>, StoreError>;
    /// Users, the newest first, behind one.
    fn users(&self, filter: UserFilter, limit: u32) -> Result<Seen<UserRow, UserId>, StoreError>;
    /// Makes a user.
    fn put_user(&mut self, row: &UserRow) -> Result<(), StoreError>;
    /// Writes how a user stands.
    fn set_user_status(&mut self, user: UserId, status: UserStatus) -> Result<(), StoreError>;

    /// The account with a handle.
    fn account_of_handle(&self, handle: &Handle) -> Result<Option<AccountId>, StoreError>;
    /// What an account is called.
    fn handle_of(&self, account: AccountId) -> Result<Option<String>, StoreError>;
    /// Whether there is such an account, and it was not closed.
    fn is_open_account(&self, account: AccountId) -> Result<bool, StoreError>;

    /// All transfers of a subject, in the order of their keys.
    fn transfers(&self, subject: Subject) -> Result<Vec<Transfer>, StoreError>;
    /// Transfers in the order they were written in, behind a number, with their numbers; none in the place of one that cannot be read.
    fn transfers_behind(&self, number: u64, limit: u32) -> Result<Vec<(u64, Option<Transfer>)>, StoreError>;
    /// Every balance that is stored.
    fn stored_balances(&self) -> Result<Vec<StoredBalance>, StoreError>;
    /// What accounts hold: nothing where nothing was ever written.
    fn balances(&self, accounts: &BTreeSet<Account>) -> Result<Balances, StoreError>;
    /// When what accounts hold was last written.
    fn balances_written(&self, accounts: &BTreeSet<Account>) -> Result<Option<Timestamp>, StoreError>;
    /// Writes an operation's transfers, and what accounts hold after it.
    fn post(&mut self, posting: &Posting, after: &Balances, now: Timestamp) -> Result<(), StoreError>;

    /// Whether it takes two people to say that money moved in the world.
    fn is_two_person(&self) -> Result<bool, StoreError>;
    /// What was said of something's money.
    fn settlement(&self, subject: Subject) -> Result<Option<SettlementRow>, StoreError>;
    /// Writes what was said, once.
    fn put_settlement(&mut self, row: &SettlementRow) -> Result<(), StoreError>;

    /// A top-up.
    fn top_up(&self, top_up: TopUpId) -> Result<Option<TopUpRow>, StoreError>;
    /// Top-ups, the newest first.
    fn top_ups(&self, filter: TopUpFilter, limit: u32) -> Result<Vec<TopUpRow>, StoreError>;
    /// Top-ups that have awaited their money since before, and of which nobody has said that it came; the longest first, but for
    /// those that are passed by.
    fn top_ups_due(&self, made_before: Timestamp, page: DuePage) -> Result<Vec<TopUpId>, StoreError>;
    /// Makes a top-up, or writes how far it is.
    fn put_top_up(&mut self, row: &TopUpRow) -> Result<(), StoreError>;

    /// A withdrawal.
    fn withdrawal(&self, withdrawal: WithdrawalId) -> Result<Option<WithdrawalRow>, StoreError>;
    /// Withdrawals, the newest first.
    fn withdrawals(&self, filter: WithdrawalFilter, limit: u32) -> Result<Vec<WithdrawalRow>, StoreError>;
    /// Withdrawals that nobody has committed since before, the longest first, but for those that are passed by.
    fn withdrawals_due(&self, made_before: Timestamp, page: DuePage)
    -> Result<Vec<WithdrawalId>, StoreError>;
    /// Makes a withdrawal, or writes how far it is.
    fn put_withdrawal(&mut self, row: &WithdrawalRow) -> Result<(), StoreError>;

    /// Money that one user sent another.
    fn user_transfer(&self, transfer: TransferId) -> Result<Option<UserTransferRow>, StoreError>;
    /// All of that, the newest first.
    fn user_transfers(
        &self,
        filter: UserTransferFilter,
        limit: u32,
    ) -> Result<Vec<UserTransferRow>, StoreError>;
    /// Adds to it.
    fn put_user_transfer(&mut self, row: &UserTransferRow) -> Result<(), StoreError>;

    /// An order.
    fn order(&self, order: OrderId) -> Result<Option<OrderRow>, StoreError>;
    /// The order that its maker calls so.
    fn order_of_client_ref(&self, maker: &[u8], client_ref: &str) -> Result<Option<OrderId>, StoreError>;
    /// Orders, the newest first.
    fn orders(&self, filter: OrderFilter, limit: u32) -> Result<Vec<OrderRow>, StoreError>;
    /// Makes an order, or writes how far it is.
    fn put_order(&mut self, row: &OrderRow) -> Result<(), StoreError>;

    /// Orders whose money was set aside until then, the longest first, but for those that are passed by.
    fn reserves_due(&self, now: Timestamp, page: DuePage) -> Result<Vec<OrderId>, StoreError>;

    /// The order that a dispute is about.
    fn order_of_dispute(&self, dispute: DisputeId) -> Result<Option<OrderId>, StoreError>;
    /// Orders with disputes, those of the newest dispute first.
    fn disputed_orders(&self, filter: DisputeFilter, limit: u32) -> Result<Vec<OrderRow>, StoreError>;
    /// What was said in a dispute, in its order.
    fn comments(
        &self,
        dispute: DisputeId,
        behind: Option<CommentId>,
        limit: u32,
    ) -> Result<Vec<CommentRow>, StoreError>;
    /// Adds to it.
    fn put_comment(&mut self, row: &CommentRow) -> Result<(), StoreError>;

    /// A listing.
    fn listing(&self, listing: ListingId) -> Result<Option<ListingRow>, StoreError>;
    /// Listings, the newest first.
    fn listings(&self, filter: &ListingFilter, limit: u32)
    -> Result<Seen<ListingRow, ListingId>, StoreError>;
    /// Makes a listing, or writes what it says and how far it is, with the words that it is found by while it is active.
    fn put_listing(&mut self, row: &ListingRow) -> Result<(), StoreError>;
    /// Active listings that have all of these words, the best first, as far as somebody will look.
    fn search_listings(&self, words: &SearchWords, filter: &ListingFilter) -> Result<Found, StoreError>;
    /// The listings of these numbers, in their order.
    fn listings_numbered(&self, numbers: &[u32]) -> Result<Vec<ListingRow>, StoreError>;
    /// Different titles of active listings that have all of these words, the newest first.
    fn listing_titles(&self, words: &SearchWords, limit: u32) -> Result<Vec<String>, StoreError>;
    /// Categories that have active listings, in the order of their keys, behind one.
    fn categories(&self, behind: Option<&str>, limit: u32) -> Result<Vec<CategoryRow>, StoreError>;

    /// An offer.
    fn offer(&self, offer: OfferId) -> Result<Option<OfferRow>, StoreError>;
    /// The offer that came to an order.
    fn offer_of_order(&self, order: OrderId) -> Result<Option<OfferRow>, StoreError>;
    /// Offers, the newest first.
    fn offers(&self, filter: OfferFilter, limit: u32) -> Result<Vec<OfferRow>, StoreError>;
    /// Offers that stand, and whose time is over, the longest first, but for those that are passed by.
    fn offers_due(&self, now: Timestamp, page: DuePage) -> Result<Vec<OfferId>, StoreError>;
    /// Makes an offer, or writes what stands and how far it is.
    fn put_offer(&mut self, row: &OfferRow) -> Result<(), StoreError>;

    /// Why nothing may be changed, if so.
    fn maintenance(&self) -> Result<Option<MaintenanceRow>, StoreError>;
    /// Says so, or that it may again.
    fn set_maintenance(&mut self, row: Option<&MaintenanceRow>) -> Result<(), StoreError>;

    /// How far a walk through what is over has come, if one is under way.
    fn expiry_walk(&self) -> Result<Option<ExpiryWalk>, StoreError>;
    /// Notes how far it has come, or that it has come to its end.
    fn set_expiry_walk(&mut self, walk: Option<&ExpiryWalk>) -> Result<(), StoreError>;

    /// What was answered to a request, if it is kept still.
    fn answer(&self, asker: &[u8], key: &[u8; 16], now: Timestamp) -> Result<Option<KeptAnswer>, StoreError>;
    /// Keeps an answer.
    fn keep_answer(
        &mut self,
        asker: &[u8],
        by: &Idempotency,
        answer: &KeptAnswer,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Appends to the audit log.
    fn append_audit(&mut self, body: &str) -> Result<(), StoreError>;
    /// Appends to what is told.
    fn append_event(&mut self, event: &EventRow) -> Result<(), StoreError>;

    /// A job.
    fn job(&self, job: JobId) -> Result<Option<JobRow>, StoreError>;
    /// Jobs, the newest first.
    fn jobs(&self, filter: JobFilter, limit: u32) -> Result<Vec<JobRow>, StoreError>;
    /// Jobs whose time has come, or that were left behind, as far as their lanes have room.
    fn due_jobs(&self, now: Timestamp, limit: u32) -> Result<Vec<JobRow>, StoreError>;
    /// Queues a job, or writes how it stands.
    fn put_job(&mut self, row: &JobRow) -> Result<(), StoreError>;
    /// Forgets a job.
    fn drop_job(&mut self, job: JobId) -> Result<(), StoreError>;
    /// Forgets some jobs that have been dead since before; whether there may be more.
    fn drop_dead_jobs(&mut self, dead_before: Timestamp) -> Result<bool, StoreError>;
    /// Forgets some answers and tokens whose time has passed; whether there may be more.
    fn drop_expired(&mut self, now: Timestamp) -> Result<bool, StoreError>;
}

/// A stored balance by its account's name; none in the place of one that cannot be read.
pub type StoredBalance = (String, Option<(Account, Balance)>);

/// A stored key.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its id.
    pub key: KeyId,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// What its secret is hashed with.
    pub salt: [u8; 16],
    /// Its secret's hash.
    pub hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, about.
    pub last_used_at: Option<Timestamp>,
}

/// A stored token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// The key it was made from.
    pub key: KeyId,
    /// Its secret's hash.
    pub hash: [u8; 32],
    /// What it may do.
    pub scopes: Scopes,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A stored user.
#[derive(Clone, PartialEq)]
pub struct UserRow {
    /// Its id.
    pub user: UserId,
    /// The account it is, if it is one.
    pub account: Option<AccountId>,
    /// What the space calls it.
    pub external_id: Option<String>,
    /// Where to reach it.
    pub email: Option<String>,
    /// What it does.
    pub kind: UserKind,
    /// How it stands.
    pub status: UserStatus,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What was found of a list that is not looked through to its end at once: what is asked for may be rare in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<Row, Id> {
    /// What was found.
    pub rows: Vec<Row>,
    /// Behind which there may be more, unless it was looked through to its end.
    pub up_to: Option<Id>,
}

/// Which users are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UserFilter {
    /// Behind which the page begins.
    pub behind: Option<UserId>,
    /// Only those of a kind.
    pub kind: Option<UserKind>,
    /// Only those that stand so.
    pub status: Option<UserStatus>,
}

/// An answer that was given.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Of what was asked for.
    pub hash: [u8; 32],
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Bytes,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its id: the same wherever it is told.
    pub event: EventId,
    /// What it is called.
    pub name: &'static str,
    /// Who it concerns: they may hear of it.
    pub parties: [Option<UserId>; 2],
    /// What is told.
    pub body: String,
    /// When.
    pub at: Timestamp,
}
