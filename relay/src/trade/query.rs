//! What can be looked at.

use protocol::{Currency, KeyId, Money, Timestamp, TopUpId, UserId};
use serde::Serialize;

use super::attempt::Reply;
use super::books::{Books, TopUpFilter, UserFilter, UserRow};
use super::caller::Caller;
use super::carry_out::Stop;
use super::money::purse;
use super::views::{BalanceView, KeyView, MaintenanceView, TopUpView, UserView};
use super::{top_ups, users};
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
    /// Whether anything may be changed.
    Maintenance,
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

/// Looks something up for a caller.
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
            Query::User(user) => {
                let row = books.user(*user)?.filter(|row| self.caller.is_party(&[row.user]));
                let row = row.or_else(|| self.own(*user));
                let row = row.ok_or_else(users::unknown)?;
                Ok(self.one(&UserView::from(&row)))
            }
            Query::Users { filter, limit } => {
                let rows = books.users(*filter, limit + 1)?;
                Ok(self.page(rows, *limit, |row| row.user.to_string(), |row| UserView::from(row)))
            }
            Query::Balance { user, currency } => {
                let is_there = books.user(*user)?.is_some_and(|row| self.caller.is_party(&[row.user]));
                if !is_there && self.own(*user).is_none() {
                    return Err(users::unknown().into());
                }
                let purse = purse(books, *user, *currency)?;
                let total = purse.available.amount.checked_add(purse.reserved.amount).unwrap_or_default();
                Ok(self.one(&BalanceView {
                    user_id: *user,
                    available: purse.available.plain(),
                    reserved: purse.reserved.plain(),
                    total: Money { amount: total, currency: *currency }.plain(),
                    currency: currency.code().to_owned(),
                }))
            }
            Query::TopUp(top_up) => {
                let row = books.top_up(*top_up)?.filter(|row| self.caller.is_party(&[row.top_up.owner]));
                Ok(self.one(&TopUpView::from(&row.ok_or_else(top_ups::unknown)?)))
            }
            Query::TopUps { filter, limit } => {
                let owner = match self.caller {
                    Caller::Account { user, .. } => Some(user),
                    Caller::Key { .. } | Caller::Operator => filter.owner,
                };
                let rows = books.top_ups(TopUpFilter { owner, ..*filter }, limit + 1)?;
                Ok(self.page(rows, *limit, |row| row.top_up.id.to_string(), |row| TopUpView::from(row)))
            }
            Query::Maintenance => Ok(self.one(&MaintenanceView::from(books.maintenance()?))),
        }
    }

    /// Whoever has never changed anything sees itself all the same.
    fn own(&self, user: UserId) -> Option<UserRow> {
        match self.caller {
            Caller::Account { account, user: own } if own == user => {
                Some(users::of_account(user, account, self.now))
            }
            _ => None,
        }
    }

    fn one(&self, shown: &impl Serialize) -> Reply {
        Reply::success(200, shown, &self.request, self.now)
    }

    /// A page of rows, of which one more was read than it may have.
    fn page<Row, View: Serialize>(
        &self,
        mut rows: Vec<Row>,
        limit: u32,
        cursor: impl Fn(&Row) -> String,
        view: impl Fn(&Row) -> View,
    ) -> Reply {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| has_more).map(cursor);
        let shown: Vec<View> = rows.iter().map(view).collect();
        Reply::page(shown, next, &self.request, self.now)
    }
}
