//! What can be looked at.

use protocol::{
    CommentId, Currency, DeliveryId, DisputeId, EndpointId, JobId, KeyId, OrderId, Timestamp, TopUpId,
    TransferId, UserId, WithdrawalId,
};
use serde::Serialize;

use super::attempt::Reply;
use super::books::{Books, Seen, UserFilter};
use super::caller::Caller;
use super::carry_out::Stop;
use super::jobs::{self, JobFilter, JobView};
use super::listings::{self, ListingQuery};
use super::offers::{self, OfferQuery};
use super::rows::{DisputeFilter, OrderFilter, TopUpFilter, UserTransferFilter, WithdrawalFilter};
use super::views::{KeyView, MaintenanceView, UserView};
use crate::store::StoreError;

/// Something that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// The space's keys, the newest first.
    Keys {
        /// Behind which the page begins.
        behind: Option<KeyId>,
        /// How long it may be.
        limit: u32,
    },
    /// A user.
    User(UserId),
    /// The space's users, the newest first.
    Users {
        /// Which of them.
        filter: UserFilter,
        /// How many at most.
        limit: u32,
    },
    /// What a user has.
    Balance {
        /// Who.
        user: UserId,
        /// Of what.
        currency: Currency,
    },
    /// A top-up.
    TopUp(TopUpId),
    /// Top-ups, the newest first; of an account, its own.
    TopUps {
        /// Which of them.
        filter: TopUpFilter,
        /// How many at most.
        limit: u32,
    },
    /// A withdrawal.
    Withdrawal(WithdrawalId),
    /// Withdrawals, the newest first; of an account, its own.
    Withdrawals {
        /// Which of them.
        filter: WithdrawalFilter,
        /// How many at most.
        limit: u32,
    },
    /// Money that one user sent another.
    UserTransfer(TransferId),
    /// All of that, the newest first; of an account, what it sent or received.
    UserTransfers {
        /// Which of them.
        filter: UserTransferFilter,
        /// How many at most.
        limit: u32,
    },
    /// What an account may spend, as a wallet shows it.
    Wallet,
    /// What it sent or received, as a wallet shows it.
    WalletTransfers {
        /// Behind which the page begins.
        behind: Option<TransferId>,
        /// How many at most.
        limit: u32,
    },
    /// Something of an order.
    Order {
        /// Of which.
        order: OrderId,
        /// What.
        part: OrderPart,
    },
    /// Orders, the newest first; of an account, its own.
    Orders {
        /// Which of them.
        filter: OrderFilter,
        /// How many at most.
        limit: u32,
    },
    /// A dispute.
    Dispute(DisputeId),
    /// Disputes, the newest first; of an account, its own.
    Disputes {
        /// Which of them.
        filter: DisputeFilter,
        /// How many at most.
        limit: u32,
    },
    /// What was said in a dispute, in its order.
    Comments {
        /// In which.
        dispute: DisputeId,
        /// Behind which the page begins.
        behind: Option<CommentId>,
        /// How many at most.
        limit: u32,
    },
    /// Something about listings.
    Listings(ListingQuery),
    /// Something about offers.
    Offers(OfferQuery),
    /// A job.
    Job(JobId),
    /// The space's jobs, the newest first.
    Jobs {
        /// Which of them.
        filter: JobFilter,
        /// How many at most.
        limit: u32,
    },
    /// An endpoint that is told what happens.
    Endpoint(EndpointId),
    /// The space's endpoints, the newest first.
    Endpoints {
        /// Behind which the page begins.
        behind: Option<EndpointId>,
        /// How long it may be.
        limit: u32,
    },
    /// An endpoint's deliveries, the newest first.
    Deliveries {
        /// Whose.
        endpoint: EndpointId,
        /// Behind which the page begins.
        behind: Option<DeliveryId>,
        /// How long it may be.
        limit: u32,
    },
    /// Whether anything may be changed.
    Maintenance,
}

/// What is looked at of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderPart {
    /// All of it.
    Whole,
    /// Its escrow.
    Escrow,
    /// Its milestones.
    Milestones,
}

/// A request to look at something.
#[derive(Debug, Clone)]
pub struct Look {
    /// Who asks.
    pub caller: Caller,
    /// What for.
    pub query: Query,
    /// The request's id.
    pub request: String,
    /// When it came.
    pub now: Timestamp,
}

/// Looks something up for a caller. What is looked at stands in `looking.rs`.
pub fn look_up(books: &impl Books, look: &Look) -> Result<Reply, StoreError> {
    match look.find(books) {
        Ok(reply) => Ok(reply),
        Err(Stop::Refused(refusal)) => Ok(Reply::refusal(&refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

impl Look {
    fn find(&self, books: &impl Books) -> Result<Reply, Stop> {
        match &self.query {
            Query::Keys { behind, limit } => {
                let rows = books.keys(*behind, limit + 1)?;
                Ok(self.page(rows, *limit, |row| row.key.to_string(), |row| KeyView::from(row)))
            }
            Query::User(user) => self.user(books, *user),
            Query::Users { filter, limit } => {
                let seen = books.users(*filter, limit + 1)?;
                Ok(self.page_seen(seen, *limit, |row| row.user, |row| UserView::from(row)))
            }
            Query::Balance { user, currency } => self.balance(books, *user, *currency),
            Query::TopUp(top_up) => self.top_up(books, *top_up),
            Query::TopUps { filter, limit } => self.top_ups(books, *filter, *limit),
            Query::Withdrawal(withdrawal) => self.withdrawal(books, *withdrawal),
            Query::Withdrawals { filter, limit } => self.withdrawals(books, *filter, *limit),
            Query::UserTransfer(transfer) => self.user_transfer(books, *transfer),
            Query::UserTransfers { filter, limit } => self.user_transfers(books, *filter, *limit),
            Query::Wallet => self.wallet(books),
            Query::WalletTransfers { behind, limit } => self.wallet_transfers(books, *behind, *limit),
            Query::Order { order, part } => self.order(books, *order, *part),
            Query::Orders { filter, limit } => self.orders(books, *filter, *limit),
            Query::Dispute(dispute) => self.dispute(books, *dispute),
            Query::Disputes { filter, limit } => self.disputes(books, *filter, *limit),
            Query::Comments { dispute, behind, limit } => self.comments(books, *dispute, *behind, *limit),
            Query::Listings(query) => listings::look(self, books, query),
            Query::Offers(query) => offers::look(self, books, query),
            Query::Job(job) => {
                let row = books.job(*job)?.ok_or_else(jobs::unknown)?;
                Ok(self.one(&JobView::from(&row)))
            }
            Query::Jobs { filter, limit } => {
                let rows = books.jobs(*filter, limit + 1)?;
                Ok(self.page(rows, *limit, |row| row.job.to_string(), |row| JobView::from(row)))
            }
            Query::Endpoint(endpoint) => self.endpoint(books, *endpoint),
            Query::Endpoints { behind, limit } => self.endpoints(books, *behind, *limit),
            Query::Deliveries { endpoint, behind, limit } => {
                self.deliveries(books, *endpoint, *behind, *limit)
            }
            Query::Maintenance => Ok(self.one(&MaintenanceView::from(books.maintenance()?))),
        }
    }

    pub(super) fn one(&self, shown: &impl Serialize) -> Reply {
        Reply::success(200, shown, &self.request, self.now)
    }

    /// A page of what was seen so far, of which one more was read than it may have: it may have fewer, or none, and still go on.
    pub(super) fn page_seen<Row, Id: ToString, View: Serialize>(
        &self,
        seen: Seen<Row, Id>,
        limit: u32,
        id: impl Fn(&Row) -> Id,
        view: impl Fn(&Row) -> View,
    ) -> Reply {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let Seen { mut rows, up_to } = seen;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| has_more).map(id).or(up_to);
        let shown: Vec<View> = rows.iter().map(view).collect();
        Reply::page(shown, next.map(|id| id.to_string()), &self.request, self.now)
    }

    /// A page of rows, of which one more was read than it may have.
    pub(super) fn page<Row, View: Serialize>(
        &self,
        rows: Vec<Row>,
        limit: u32,
        cursor: impl Fn(&Row) -> String,
        view: impl Fn(&Row) -> View,
    ) -> Reply {
        self.page_seen(Seen { rows, up_to: None }, limit, cursor, view)
    }
}
