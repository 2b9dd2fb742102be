//! What is looked at, and who sees it: whoever is no party is told that there is nothing.

use protocol::{CommentId, Currency, DisputeId, OrderId, TopUpId, UserId, WithdrawalId};

use super::attempt::Reply;
use super::books::{Books, UserRow};
use super::caller::Caller;
use super::carry_out::Stop;
use super::disputes::{CommentView, DisputeView};
use super::money::{purse, purse_written};
use super::orders::{MilestoneView, OrderView, WholeEscrowView};
use super::query::{Look, OrderPart};
use super::refusal::{Code, Refusal};
use super::rows::{
    DisputeFilter, OrderFilter, OrderRow, Sides, TopUpFilter, WithdrawalFilter, WithdrawalRow,
};
use super::times::iso;
use super::views::{BalanceView, TopUpView, UserView};
use super::withdrawals::WithdrawalView;
use super::{disputes, orders, top_ups, users, withdrawals};

/// Whose things a caller is shown.
pub(super) enum Whose {
    /// Those of this user, or everybody's.
    Asked(Option<UserId>),
    /// None.
    Nobodys,
}

impl Look {
    pub(super) fn user(&self, books: &impl Books, user: UserId) -> Result<Reply, Stop> {
        let row = books.user(user)?.filter(|row| self.caller.is_party(&[row.user]));
        let row = row.or_else(|| self.own(user));
        let row = row.ok_or_else(users::unknown)?;
        Ok(self.one(&UserView::from(&row)))
    }

    pub(super) fn balance(
        &self,
        books: &impl Books,
        user: UserId,
        currency: Currency,
    ) -> Result<Reply, Stop> {
        let is_there = books.user(user)?.is_some_and(|row| self.caller.is_party(&[row.user]));
        if !is_there && self.own(user).is_none() {
            return Err(users::unknown().into());
        }
        let purse = purse(books, user, currency)?;
        Ok(self.one(&BalanceView {
            user_id: user,
            available: purse.available.plain(),
            reserved: purse.reserved.plain(),
            total: purse.total().plain(),
            currency: currency.code().to_owned(),
            updated_at: purse_written(books, user, currency)?.map(iso),
        }))
    }

    pub(super) fn top_up(&self, books: &impl Books, top_up: TopUpId) -> Result<Reply, Stop> {
        let row = books.top_up(top_up)?.filter(|row| self.caller.is_party(&[row.top_up.owner]));
        Ok(self.one(&TopUpView::from(&row.ok_or_else(top_ups::unknown)?)))
    }

    pub(super) fn top_ups(&self, books: &impl Books, filter: TopUpFilter, limit: u32) -> Result<Reply, Stop> {
        let rows = match self.whose(filter.owner) {
            Whose::Nobodys => Vec::new(),
            Whose::Asked(owner) => books.top_ups(TopUpFilter { owner, ..filter }, limit + 1)?,
        };
        Ok(self.page(rows, limit, |row| row.top_up.id.to_string(), |row| TopUpView::from(row)))
    }

    pub(super) fn withdrawal(&self, books: &impl Books, withdrawal: WithdrawalId) -> Result<Reply, Stop> {
        let row = books.withdrawal(withdrawal)?;
        let row = row.filter(|row| self.caller.is_party(&[row.withdrawal.owner]));
        Ok(self.one(&WithdrawalView::from(&row.ok_or_else(withdrawals::unknown)?)))
    }

    pub(super) fn withdrawals(
        &self,
        books: &impl Books,
        filter: WithdrawalFilter,
        limit: u32,
    ) -> Result<Reply, Stop> {
        let rows = match self.whose(filter.owner) {
            Whose::Nobodys => Vec::new(),
            Whose::Asked(owner) => books.withdrawals(WithdrawalFilter { owner, ..filter }, limit + 1)?,
        };
        let id = |row: &WithdrawalRow| row.withdrawal.id.to_string();
        Ok(self.page(rows, limit, id, |row| WithdrawalView::from(row)))
    }

    pub(super) fn order(&self, books: &impl Books, order: OrderId, part: OrderPart) -> Result<Reply, Stop> {
        let row = self.order_row(books, order, orders::unknown)?;
        match part {
            OrderPart::Whole => Ok(self.one(&OrderView::from(&row))),
            OrderPart::Milestones => Ok(self.one(&MilestoneView::of(&row.order))),
            OrderPart::Escrow => {
                let missing = || Refusal::new(Code::EscrowNotFound, "this order has no escrow");
                Ok(self.one(&WholeEscrowView::of(&row.order).ok_or_else(missing)?))
            }
        }
    }

    pub(super) fn orders(&self, books: &impl Books, filter: OrderFilter, limit: u32) -> Result<Reply, Stop> {
        let rows = match self.own_sides(filter.sides) {
            Some(sides) => books.orders(OrderFilter { sides, ..filter }, limit + 1)?,
            None => Vec::new(),
        };
        Ok(self.page(rows, limit, |row| row.order.id.to_string(), |row| OrderView::from(row)))
    }

    pub(super) fn dispute(&self, books: &impl Books, dispute: DisputeId) -> Result<Reply, Stop> {
        let shown = DisputeView::of(&self.disputed(books, dispute)?);
        Ok(self.one(&shown.ok_or_else(disputes::unknown)?))
    }

    pub(super) fn disputes(
        &self,
        books: &impl Books,
        filter: DisputeFilter,
        limit: u32,
    ) -> Result<Reply, Stop> {
        let rows = match self.own_sides(filter.sides) {
            Some(sides) => books.disputed_orders(DisputeFilter { sides, ..filter }, limit + 1)?,
            None => Vec::new(),
        };
        let shown: Vec<_> = rows.iter().filter_map(DisputeView::of).collect();
        Ok(self.page(shown, limit, |shown| shown.id.to_string(), Clone::clone))
    }

    pub(super) fn comments(
        &self,
        books: &impl Books,
        dispute: DisputeId,
        behind: Option<CommentId>,
        limit: u32,
    ) -> Result<Reply, Stop> {
        self.disputed(books, dispute)?;
        let rows = books.comments(dispute, behind, limit + 1)?;
        Ok(self.page(rows, limit, |row| row.comment.to_string(), |row| CommentView::from(row)))
    }

    /// An order that the caller is a party of.
    fn order_row(
        &self,
        books: &impl Books,
        order: OrderId,
        unknown: impl FnOnce() -> Refusal,
    ) -> Result<OrderRow, Stop> {
        let row = books.order(order)?;
        let row = row.filter(|row| self.caller.is_party(&[row.order.buyer, row.order.seller]));
        Ok(row.ok_or_else(unknown)?)
    }

    /// The order of a dispute that the caller is a party of.
    fn disputed(&self, books: &impl Books, dispute: DisputeId) -> Result<OrderRow, Stop> {
        let order = books.order_of_dispute(dispute)?.ok_or_else(disputes::unknown)?;
        self.order_row(books, order, disputes::unknown)
    }

    /// An account sees its own, and nobody's where it asks for another's; a key of the space sees whose it asks for.
    pub(super) fn whose(&self, asked: Option<UserId>) -> Whose {
        match self.caller {
            Caller::Account { user, .. } if asked.is_some_and(|asked| asked != user) => Whose::Nobodys,
            Caller::Account { user, .. } => Whose::Asked(Some(user)),
            Caller::Key { .. } | Caller::Operator | Caller::Relay => Whose::Asked(asked),
        }
    }

    /// The same of what has two sides: an account is one of them, whatever it asks for beside. None, if there can be nothing.
    pub(super) fn own_sides(&self, asked: Sides) -> Option<Sides> {
        let Caller::Account { user: own, .. } = self.caller else { return Some(asked) };
        match asked {
            Sides::Either(user) => (user == own).then_some(asked),
            Sides::Each { buyer: None, seller: None } => Some(Sides::Either(own)),
            Sides::Each { buyer, seller } if [buyer, seller].contains(&Some(own)) => Some(asked),
            Sides::Each { buyer: None, seller } => Some(Sides::Each { buyer: Some(own), seller }),
            Sides::Each { buyer, seller: None } => Some(Sides::Each { buyer, seller: Some(own) }),
            Sides::Each { buyer: Some(_), seller: Some(_) } => None,
        }
    }

    /// Whoever has never changed anything sees itself all the same.
    fn own(&self, user: UserId) -> Option<UserRow> {
        match self.caller {
            Caller::Account { account, user: own, .. } if own == user => {
                Some(users::of_account(user, account, self.now))
            }
            _ => None,
        }
    }
}
