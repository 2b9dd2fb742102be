//! The market's rows.

mod accounts;
mod answers;
mod audit;
mod columns;
mod disputes;
mod doing;
mod events;
mod jobs;
mod keys;
mod late;
mod ledger;
mod listings;
mod offers;
mod orders;
mod places;
mod rails;
pub(super) mod search;
mod settings;
mod spaces;
mod top_ups;
mod user_transfers;
mod users;
mod webhooks;
mod withdrawals;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use ::ledger::{Account, Balances, Posting, Rail, Subject, Transfer};
use protocol::{
    AccountId, Bytes, CommentId, DeviceId, DisputeId, Handle, JobId, KeyId, ListingId, OfferId, OrderId,
    Timestamp, TopUpId, TransferId, UserId, WithdrawalId,
};
use rusqlite::Connection;

use super::writer::{Events, guarded};
use super::{Inner, SqliteSpace, millis, sessions};
use crate::store::{Answer, AuditPage, Committed, SpaceId, StoreError, Trade};
use crate::trade::{
    Attempt, AuditEntry, AuditFilter, Books, BooksFault, CategoryRow, CommentRow, DisputeFilter, DuePage,
    EventPage, EventPoint, EventRow, EventStart, ExpiryWalk, Found, Idempotency, JobFilter, JobRow, JobState,
    KeptAnswer, KeyRow, ListingFilter, ListingRow, Look, MaintenanceRow, OfferFilter, OfferRow, OrderFilter,
    OrderRow, Proof, Reply, SearchWords, Seen, Settled, SettlementRow, StoredBalance, TokenRow, TopUpFilter,
    TopUpRow, UserFilter, UserRow, UserStatus, UserTransferFilter, UserTransferRow, WithdrawalFilter,
    WithdrawalRow, carry_out, from_json, json, look_up, prove,
};

pub(super) use audit::{Heads, begin_log, seal};
pub(super) use events::enter_parties;

/// Rows that are dropped or queued in one transaction: others wait for it.
const PORTION_MAX: u32 = 1_000;
/// Rows of a list that are looked at for one page, where what is asked for is in no index: a price that none has would have all of a
/// space's listings read.
const LOOKED_AT_MAX: u32 = 10_000;
/// The last id there can be: a list begins behind it.
const LAST: [u8; 16] = [0xff; 16];

/// Whether a portion was so large that there may be more.
const fn is_whole_portion(rows: usize) -> bool {
    rows >= PORTION_MAX as usize
}

/// A space's rows within one transaction.
struct SqliteBooks<'a> {
    inner: &'a Inner,
    connection: &'a Connection,
    space: i64,
    events: &'a mut Events,
}

impl SqliteSpace {
    /// Changes rows in a transaction of its own.
    async fn change<T: Send + 'static>(
        &self,
        mut change: impl FnMut(&mut SqliteBooks<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(&self.inner);
        self.write(move |connection, space, events| {
            change(&mut SqliteBooks { inner: &inner, connection, space, events })
        })
        .await
    }

    /// Looks at rows beside the writer.
    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&SqliteBooks<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(&self.inner);
        self.read(move |connection, space| {
            look(&SqliteBooks { inner: &inner, connection, space, events: &mut Events::default() })
        })
        .await
    }
}

impl Trade for SqliteSpace {
    fn carry_out(&self, attempt: Attempt) -> impl Answer<Reply> {
        self.change(move |books| carry_out(books, &attempt))
    }

    fn look_up(&self, look: Look) -> impl Answer<Reply> {
        self.look(move |books| look_up(books, &look))
    }

    fn is_answered(&self, asker: Bytes, key: [u8; 16], now: Timestamp) -> impl Answer<bool> {
        self.look(move |books| Ok(books.answer(&asker, &key, now)?.is_some()))
    }

    fn api_token(&self, key: KeyId, hash: [u8; 32]) -> impl Answer<Option<TokenRow>> {
        self.read(move |connection, space| keys::find_token(connection, space, key, &hash))
    }

    fn note_key_used(&self, key: KeyId, now: Timestamp) -> impl Answer<()> {
        self.write(move |connection, space, _| keys::note_used(connection, space, key, now))
    }

    fn settled(&self, rail: Rail, within: Range<Timestamp>) -> impl Answer<Vec<Settled>> {
        self.read(move |connection, space| rails::settled(connection, space, rail, &within))
    }

    fn prove_books(&self) -> impl Answer<Result<Proof, BooksFault>> {
        let asked = Arc::new(());
        let is_asked = Arc::downgrade(&asked);
        let proof = self.look(move |books| prove(books, || is_asked.strong_count() > 0));
        async move {
            let proof = proof.await;
            // Whoever drops this asks no longer: the reader's thread would keep a relay that is told to stop.
            drop(asked);
            proof
        }
    }

    fn audit(&self, behind: u64, limit: u32) -> impl Answer<AuditPage> {
        self.read(move |connection, space| audit::page(connection, space, behind, limit))
    }

    fn misfiled_audit_entry(&self) -> impl Answer<Option<u64>> {
        self.read(audit::misfiled)
    }

    fn audit_log(&self, filter: AuditFilter, limit: u32) -> impl Answer<Vec<AuditEntry>> {
        self.read(move |connection, space| audit::list(connection, space, &filter, limit))
    }

    fn events_start(&self, from: Option<EventPoint>, party: Option<UserId>) -> impl Answer<EventStart> {
        self.read(move |connection, space| events::start(connection, space, from, party))
    }

    fn events(&self, behind: u64, only: Option<UserId>, limit: u32) -> impl Answer<EventPage> {
        self.read(move |connection, space| events::page(connection, space, behind, only, limit))
    }
}

impl Books for SqliteBooks<'_> {
    fn space(&self) -> Result<SpaceId, StoreError> {
        u32::try_from(self.space).map(SpaceId).map_err(|_| StoreError::Unavailable)
    }

    fn try_change<T, E: From<StoreError>>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        guarded(self.connection, self, |books| &mut *books.events, change)
    }

    fn account_of_session(
        &self,
        device: DeviceId,
        session: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<AccountId>, StoreError> {
        sessions::account_of(self.connection, self.space, device, session, now)
    }

    fn key(&self, key: KeyId) -> Result<Option<KeyRow>, StoreError> {
        keys::find(self.connection, self.space, key)
    }

    fn keys(&self, behind: Option<KeyId>, limit: u32) -> Result<Vec<KeyRow>, StoreError> {
        keys::list(self.connection, self.space, behind, limit)
    }

    fn put_key(&mut self, row: &KeyRow) -> Result<(), StoreError> {
        keys::put(self.connection, self.space, row)
    }

    fn revoke_key(&mut self, key: KeyId, at: Timestamp) -> Result<(), StoreError> {
        keys::revoke(self.connection, self.space, key, at)?;
        self.events.push(Committed::KeyRevoked);
        Ok(())
    }

    fn put_token(&mut self, row: &TokenRow) -> Result<(), StoreError> {
        keys::put_token(self.connection, self.space, row)
    }

    fn origin_of_key(&self, key: KeyId) -> Result<KeyId, StoreError> {
        rails::origin(self.connection, self.space, key)
    }

    fn put_origin_of_key(&mut self, key: KeyId, origin: KeyId) -> Result<(), StoreError> {
        rails::put_origin(self.connection, self.space, key, origin)
    }

    fn user(&self, user: UserId) -> Result<Option<UserRow>, StoreError> {
        users::find(self.connection, self.space, user)
    }

    fn user_of_external_id(&self, external_id: &str) -> Result<Option<UserRow>, StoreError> {
        users::find_external(self.connection, self.space, external_id)
    }

    fn users(&self, filter: UserFilter, limit: u32) -> Result<Seen<UserRow, UserId>, StoreError> {
        users::list(self.connection, self.space, filter, limit)
    }

    fn put_user(&mut self, row: &UserRow) -> Result<(), StoreError> {
        users::put(self.connection, self.space, row)
    }

    fn account_of_handle(&self, handle: &Handle) -> Result<Option<AccountId>, StoreError> {
        accounts::of_handle(self.connection, self.space, handle)
    }

    fn handle_of(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        accounts::handle(self.connection, self.space, account)
    }

    fn is_open_account(&self, account: AccountId) -> Result<bool, StoreError> {
        accounts::is_open(self.connection, self.space, account)
    }

    fn set_user_status(&mut self, user: UserId, status: UserStatus) -> Result<(), StoreError> {
        users::set_status(self.connection, self.space, user, status)
    }

    fn transfers(&self, subject: Subject) -> Result<Vec<Transfer>, StoreError> {
        ledger::transfers(self.connection, self.space, subject)
    }

    fn transfers_behind(&self, number: u64, limit: u32) -> Result<Vec<(u64, Option<Transfer>)>, StoreError> {
        ledger::transfers_behind(self.connection, self.space, number, limit)
    }

    fn stored_balances(&self) -> Result<Vec<StoredBalance>, StoreError> {
        ledger::stored_balances(self.connection, self.space)
    }

    fn balances_written(&self, accounts: &BTreeSet<Account>) -> Result<Option<Timestamp>, StoreError> {
        ledger::written(self.connection, self.space, accounts)
    }

    fn balances(&self, accounts: &BTreeSet<Account>) -> Result<Balances, StoreError> {
        ledger::balances(self.connection, self.space, accounts)
    }

    fn post(&mut self, posting: &Posting, after: &Balances, now: Timestamp) -> Result<(), StoreError> {
        ledger::post(self.connection, self.space, posting, after, now)
    }

    fn is_two_person(&self) -> Result<bool, StoreError> {
        rails::is_two_person(self.connection)
    }

    fn settlement(&self, subject: Subject) -> Result<Option<SettlementRow>, StoreError> {
        rails::settlement(self.connection, self.space, subject)
    }

    fn put_settlement(&mut self, row: &SettlementRow) -> Result<(), StoreError> {
        rails::put_settlement(self.connection, self.space, row)
    }

    fn top_up(&self, top_up: TopUpId) -> Result<Option<TopUpRow>, StoreError> {
        top_ups::find(self.connection, self.space, top_up)
    }

    fn top_ups(&self, filter: TopUpFilter, limit: u32) -> Result<Vec<TopUpRow>, StoreError> {
        top_ups::list(self.connection, self.space, filter, limit)
    }

    fn top_ups_due(&self, made_before: Timestamp, page: DuePage) -> Result<Vec<TopUpId>, StoreError> {
        top_ups::due(self.connection, self.space, made_before, page)
    }

    fn put_top_up(&mut self, row: &TopUpRow) -> Result<(), StoreError> {
        top_ups::put(self.connection, self.space, row)
    }

    fn withdrawal(&self, withdrawal: WithdrawalId) -> Result<Option<WithdrawalRow>, StoreError> {
        withdrawals::find(self.connection, self.space, withdrawal)
    }

    fn withdrawals(&self, filter: WithdrawalFilter, limit: u32) -> Result<Vec<WithdrawalRow>, StoreError> {
        withdrawals::list(self.connection, self.space, filter, limit)
    }

    fn withdrawals_due(
        &self,
        made_before: Timestamp,
        page: DuePage,
    ) -> Result<Vec<WithdrawalId>, StoreError> {
        withdrawals::due(self.connection, self.space, made_before, page)
    }

    fn put_withdrawal(&mut self, row: &WithdrawalRow) -> Result<(), StoreError> {
        withdrawals::put(self.connection, self.space, row)
    }

    fn user_transfer(&self, transfer: TransferId) -> Result<Option<UserTransferRow>, StoreError> {
        user_transfers::find(self.connection, self.space, transfer)
    }

    fn user_transfers(
        &self,
        filter: UserTransferFilter,
        limit: u32,
    ) -> Result<Vec<UserTransferRow>, StoreError> {
        user_transfers::list(self.connection, self.space, filter, limit)
    }

    fn put_user_transfer(&mut self, row: &UserTransferRow) -> Result<(), StoreError> {
        user_transfers::put(self.connection, self.space, row)
    }

    fn order(&self, order: OrderId) -> Result<Option<OrderRow>, StoreError> {
        orders::find(self.connection, self.space, order)
    }

    fn order_of_client_ref(&self, maker: &[u8], client_ref: &str) -> Result<Option<OrderId>, StoreError> {
        orders::of_client_ref(self.connection, self.space, maker, client_ref)
    }

    fn orders(&self, filter: OrderFilter, limit: u32) -> Result<Vec<OrderRow>, StoreError> {
        orders::list(self.connection, self.space, filter, limit)
    }

    fn put_order(&mut self, row: &OrderRow) -> Result<(), StoreError> {
        orders::put(self.connection, self.space, row)
    }

    fn reserves_due(&self, now: Timestamp, page: DuePage) -> Result<Vec<OrderId>, StoreError> {
        orders::reserves_due(self.connection, self.space, now, page)
    }

    fn order_of_dispute(&self, dispute: DisputeId) -> Result<Option<OrderId>, StoreError> {
        disputes::order_of(self.connection, self.space, dispute)
    }

    fn disputed_orders(&self, filter: DisputeFilter, limit: u32) -> Result<Vec<OrderRow>, StoreError> {
        let disputed = disputes::list(self.connection, self.space, filter, limit)?;
        let orders = disputed.into_iter().map(|order| self.order(order).transpose());
        orders.flatten().collect()
    }

    fn comments(
        &self,
        dispute: DisputeId,
        behind: Option<CommentId>,
        limit: u32,
    ) -> Result<Vec<CommentRow>, StoreError> {
        disputes::comments(self.connection, self.space, dispute, behind, limit)
    }

    fn put_comment(&mut self, row: &CommentRow) -> Result<(), StoreError> {
        disputes::put_comment(self.connection, self.space, row)
    }

    fn listing(&self, listing: ListingId) -> Result<Option<ListingRow>, StoreError> {
        listings::find(self.connection, self.space, listing)
    }

    fn listings(
        &self,
        filter: &ListingFilter,
        limit: u32,
    ) -> Result<Seen<ListingRow, ListingId>, StoreError> {
        listings::list(self.connection, self.space, filter, limit)
    }

    fn put_listing(&mut self, row: &ListingRow) -> Result<(), StoreError> {
        listings::put(self.connection, self.space, row)
    }

    fn search_listings(&self, words: &SearchWords, filter: &ListingFilter) -> Result<Found, StoreError> {
        search::find(self.connection, self.space, words, filter)
    }

    fn listings_numbered(&self, numbers: &[u32]) -> Result<Vec<ListingRow>, StoreError> {
        listings::numbered(self.connection, self.space, numbers)
    }

    fn listing_titles(&self, words: &SearchWords, limit: u32) -> Result<Vec<String>, StoreError> {
        search::titles(self.connection, self.space, words, limit)
    }

    fn categories(&self, behind: Option<&str>, limit: u32) -> Result<Vec<CategoryRow>, StoreError> {
        listings::categories(self.connection, self.space, behind, limit)
    }

    fn offer(&self, offer: OfferId) -> Result<Option<OfferRow>, StoreError> {
        offers::find(self.connection, self.space, offer)
    }

    fn offer_of_order(&self, order: OrderId) -> Result<Option<OfferRow>, StoreError> {
        offers::of_order(self.connection, self.space, order)
    }

    fn offers(&self, filter: OfferFilter, limit: u32) -> Result<Vec<OfferRow>, StoreError> {
        offers::list(self.connection, self.space, filter, limit)
    }

    fn offers_due(&self, now: Timestamp, page: DuePage) -> Result<Vec<OfferId>, StoreError> {
        offers::due(self.connection, self.space, now, page)
    }

    fn put_offer(&mut self, row: &OfferRow) -> Result<(), StoreError> {
        offers::put(self.connection, self.space, row)
    }

    fn maintenance(&self) -> Result<Option<MaintenanceRow>, StoreError> {
        let stored = settings::find(self.connection, self.space, settings::MAINTENANCE)?;
        stored.map(|stored| from_json(&stored)).transpose()
    }

    fn set_maintenance(&mut self, row: Option<&MaintenanceRow>) -> Result<(), StoreError> {
        settings::set(self.connection, self.space, settings::MAINTENANCE, row.map(json).transpose()?)
    }

    fn expiry_walk(&self) -> Result<Option<ExpiryWalk>, StoreError> {
        let stored = settings::find(self.connection, self.space, settings::EXPIRY_WALK)?;
        // One of another build, with other kinds, is none: it begins anew.
        Ok(stored.and_then(|stored| from_json(&stored).ok()))
    }

    fn set_expiry_walk(&mut self, walk: Option<&ExpiryWalk>) -> Result<(), StoreError> {
        settings::set(self.connection, self.space, settings::EXPIRY_WALK, walk.map(json).transpose()?)
    }

    fn answer(&self, asker: &[u8], key: &[u8; 16], now: Timestamp) -> Result<Option<KeptAnswer>, StoreError> {
        answers::find(self.connection, self.space, asker, key, now)
    }

    fn keep_answer(
        &mut self,
        asker: &[u8],
        by: &Idempotency,
        answer: &KeptAnswer,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        answers::keep(self.connection, self.space, asker, by, answer, now)
    }

    fn append_audit(&mut self, body: &str) -> Result<(), StoreError> {
        audit::append(self, body)
    }

    fn append_event(&mut self, event: &EventRow) -> Result<(), StoreError> {
        events::append(self, event)
    }

    fn job(&self, job: JobId) -> Result<Option<JobRow>, StoreError> {
        jobs::find(self.connection, self.space, job)
    }

    fn jobs(&self, filter: JobFilter, limit: u32) -> Result<Vec<JobRow>, StoreError> {
        jobs::list(self.connection, self.space, filter, limit)
    }

    fn due_jobs(&self, now: Timestamp, limit: u32) -> Result<Vec<JobRow>, StoreError> {
        jobs::due(self.connection, self.space, now, limit)
    }

    fn put_job(&mut self, row: &JobRow) -> Result<(), StoreError> {
        if matches!(row.state, JobState::Waiting { .. }) {
            self.events.push(Committed::Queued);
        }
        jobs::put(self.connection, self.space, row)
    }

    fn drop_job(&mut self, job: JobId) -> Result<(), StoreError> {
        jobs::forget(self.connection, self.space, job)
    }

    fn drop_dead_jobs(&mut self, dead_before: Timestamp) -> Result<bool, StoreError> {
        Ok(is_whole_portion(jobs::sweep(self.connection, self.space, dead_before)?))
    }

    fn drop_expired(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let answers = answers::sweep(self.connection, self.space, millis(now))?;
        let tokens = keys::sweep(self.connection, self.space, millis(now))?;
        Ok(is_whole_portion(answers.max(tokens)))
    }
}
