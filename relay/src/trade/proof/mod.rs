//! The books prove themselves: every transfer follows from those before it, balances are what transfers come to, and each top-up,
//! order, withdrawal and user transfer has moved the money that its state says.

mod agreement;

use std::collections::BTreeMap;

use ledger::{Pot, Reason, Subject, Tally, Transfer};
use protocol::{Currency, Money, OrderId, TopUpId, TransferId, WithdrawalId};

use super::books::Books;
use super::flow::Flow;
use super::jobs::JobError;
use super::rows::{
    OrderFilter, OrderRow, OwnedFilter, Sides, TopUpRow, UserTransferFilter, UserTransferRow, WithdrawalRow,
};
use crate::store::StoreError;

/// Rows that are read at a time: of a long history no more is kept than a balance an account and a state a subject.
const PAGE: u32 = 1000;

/// What books that are in order come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// How many transfers there are.
    pub transfers: u64,
    /// How many accounts.
    pub accounts: u64,
    /// How many top-ups.
    pub top_ups: u64,
    /// How many orders.
    pub orders: u64,
    /// How many withdrawals.
    pub withdrawals: u64,
    /// How many user transfers.
    pub user_transfers: u64,
    /// What each currency comes to.
    pub sums: Vec<Sum>,
}

/// Where a currency's money is: all of it together is nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Which currency.
    pub currency: Currency,
    available: i128,
    reserved: i128,
    escrow: i128,
    fees: i128,
    clearing: i128,
}

impl Sum {
    const fn none(currency: Currency) -> Self {
        Self { currency, available: 0, reserved: 0, escrow: 0, fees: 0, clearing: 0 }
    }

    /// What users may spend, what is set aside and in escrow, what the space has earned, and what went out less what came in.
    pub fn parts(&self) -> [(&'static str, Flow); 5] {
        let Self { currency, available, reserved, escrow, fees, clearing } = *self;
        let of = |minor| Flow { currency, minor };
        [
            ("available", of(available)),
            ("reserved", of(reserved)),
            ("escrow", of(escrow)),
            ("fees", of(fees)),
            ("clearing", of(clearing)),
        ]
    }
}

/// What is wrong with books.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BooksFault {
    /// A transfer is not in its place.
    #[error("transfer number {0} is not where it belongs: something was removed, added or moved")]
    Misplaced(u64),
    /// What is stored is no transfer.
    #[error("transfer number {0} cannot be read")]
    Unreadable(u64),
    /// What is stored is no balance.
    #[error("the balance of `{0}` cannot be read")]
    UnreadableBalance(String),
    /// The ledger is not in order.
    #[error(transparent)]
    Ledger(#[from] ledger::Fault),
    /// Something says that its money is where its transfers did not bring it.
    #[error("{subject} is {status}, which its transfers do not say")]
    Disagrees {
        /// What.
        subject: Subject,
        /// How it stands.
        status: String,
    },
    /// Money was moved for what is not there.
    #[error("money was moved for {0}, which is not there")]
    Unknown(Subject),
}

impl BooksFault {
    /// What is wrong, in a word for logs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Misplaced(_) => "misplaced",
            Self::Unreadable(_) => "unreadable",
            Self::UnreadableBalance(_) => "unreadable_balance",
            Self::Ledger(ledger::Fault::OutOfTurn(_)) => "out_of_turn",
            Self::Ledger(ledger::Fault::Refused(..)) => "refused",
            Self::Ledger(ledger::Fault::Unfinished(_)) => "unfinished",
            Self::Ledger(ledger::Fault::Drifted { .. }) => "drifted",
            Self::Disagrees { .. } => "disagrees",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// What a proof's job is dead by.
const NOT_IN_ORDER: &str = "books_not_in_order";

impl From<&BooksFault> for JobError {
    /// What an account is called says whose it is: `ledger verify` tells, which keeps it nowhere.
    fn from(fault: &BooksFault) -> Self {
        let text = match fault {
            BooksFault::UnreadableBalance(_) => "a balance that is stored cannot be read".to_owned(),
            BooksFault::Ledger(ledger::Fault::Drifted { .. }) => {
                "another balance of an account is stored than its transfers come to".to_owned()
            }
            _ => fault.to_string(),
        };
        Self::new(NOT_IN_ORDER, &text)
    }
}

/// Why books were not proved.
enum Stopped {
    Wrong(BooksFault),
    Failed(StoreError),
}

impl From<BooksFault> for Stopped {
    fn from(fault: BooksFault) -> Self {
        Self::Wrong(fault)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Goes through everything that a space's books hold; gives what it comes to, or the first thing that is wrong. Once nobody asks
/// for it any longer, it ends behind the page that it is at.
pub fn prove<B: Books>(
    books: &B,
    is_asked_for: impl Fn() -> bool,
) -> Result<Result<Proof, BooksFault>, StoreError> {
    match (Prover { books, is_asked_for }).whole() {
        Ok(proof) => Ok(Ok(proof)),
        Err(Stopped::Wrong(fault)) => Ok(Err(fault)),
        Err(Stopped::Failed(error)) => Err(error),
    }
}

struct Prover<'a, B, F> {
    books: &'a B,
    is_asked_for: F,
}

impl<B: Books, F: Fn() -> bool> Prover<'_, B, F> {
    fn whole(&self) -> Result<Proof, Stopped> {
        let mut tally = Tally::default();
        let mut transfers = 0;
        self.each_transfer(|transfer| {
            transfers += 1;
            Ok(tally.add(transfer).map_err(BooksFault::from)?)
        })?;
        let (accounts, sums) = (tally.balances().len() as u64, sums(&tally));
        let stored = self.books.stored_balances()?;
        let stored = stored.into_iter().map(|(name, held)| held.ok_or(BooksFault::UnreadableBalance(name)));
        tally.finish(stored.collect::<Result<Vec<_>, _>>()?).map_err(BooksFault::from)?;
        let (top_ups, orders, withdrawals) = (self.top_ups()?, self.orders()?, self.withdrawals()?);
        let user_transfers = self.user_transfers()?;
        // What rows say was compared; what is left is money of which there is no row.
        self.each_transfer(|transfer| match transfer.reason {
            Reason::TopUp | Reason::Hold | Reason::Send => self.known(transfer.subject),
            _ => Ok(()),
        })?;
        Ok(Proof { transfers, accounts, top_ups, orders, withdrawals, user_transfers, sums })
    }

    /// Whether to read another page.
    fn go_on(&self) -> Result<(), Stopped> {
        if (self.is_asked_for)() { Ok(()) } else { Err(StoreError::Unavailable.into()) }
    }

    fn each_transfer(&self, mut work: impl FnMut(&Transfer) -> Result<(), Stopped>) -> Result<(), Stopped> {
        let mut last = 0;
        loop {
            self.go_on()?;
            let page = self.books.transfers_behind(last, PAGE)?;
            if page.is_empty() {
                return Ok(());
            }
            for (number, transfer) in page {
                if number != last + 1 {
                    return Err(BooksFault::Misplaced(last + 1).into());
                }
                work(&transfer.ok_or(BooksFault::Unreadable(number))?)?;
                last = number;
            }
        }
    }

    fn known(&self, subject: Subject) -> Result<(), Stopped> {
        let is_there = match subject {
            Subject::TopUp(top_up) => self.books.top_up(top_up)?.is_some(),
            Subject::Order(order) => self.books.order(order)?.is_some(),
            Subject::Withdrawal(withdrawal) => self.books.withdrawal(withdrawal)?.is_some(),
            Subject::Transfer(transfer) => self.books.user_transfer(transfer)?.is_some(),
        };
        if is_there { Ok(()) } else { Err(BooksFault::Unknown(subject).into()) }
    }

    fn top_ups(&self) -> Result<u64, Stopped> {
        let page = |behind| self.books.top_ups(OwnedFilter { behind, owner: None, status: None }, PAGE);
        self.each(page, |row: &TopUpRow| -> Result<TopUpId, Stopped> {
            let id = row.top_up.id;
            let is_so = agreement::top_up(&row.top_up, &self.books.transfers(id.into())?)
                && self.says_the_same(id.into(), row.top_up.money)?;
            agrees(is_so, id.into(), row.top_up.status).map(|()| id)
        })
    }

    fn orders(&self) -> Result<u64, Stopped> {
        let page = |behind| {
            let sides = Sides::Each { buyer: None, seller: None };
            let filter =
                OrderFilter { behind, sides, status: None, created_after: None, created_before: None };
            self.books.orders(filter, PAGE)
        };
        self.each(page, |row: &OrderRow| -> Result<OrderId, Stopped> {
            let id = row.order.id;
            let is_so = agreement::order(&row.order, &self.books.transfers(id.into())?);
            agrees(is_so, id.into(), row.order.status).map(|()| id)
        })
    }

    fn withdrawals(&self) -> Result<u64, Stopped> {
        let page = |behind| self.books.withdrawals(OwnedFilter { behind, owner: None, status: None }, PAGE);
        self.each(page, |row: &WithdrawalRow| -> Result<WithdrawalId, Stopped> {
            let id = row.withdrawal.id;
            let is_so = agreement::withdrawal(&row.withdrawal, &self.books.transfers(id.into())?)
                && self.says_the_same(id.into(), row.withdrawal.money)?;
            agrees(is_so, id.into(), row.withdrawal.status).map(|()| id)
        })
    }

    fn user_transfers(&self) -> Result<u64, Stopped> {
        let page = |behind| self.books.user_transfers(UserTransferFilter { behind, user: None }, PAGE);
        self.each(page, |row: &UserTransferRow| -> Result<TransferId, Stopped> {
            let id = row.transfer.id;
            let is_so = agreement::user_transfer(&row.transfer, &self.books.transfers(id.into())?);
            agrees(is_so, id.into(), "sent").map(|()| id)
        })
    }

    /// Whether what was said of money that moved in the world, if anything was, is what moved.
    fn says_the_same(&self, subject: Subject, money: Money) -> Result<bool, StoreError> {
        Ok(self.books.settlement(subject)?.is_none_or(|settlement| settlement.money == money))
    }

    /// Looks at each row, page by page; how many there were.
    fn each<Row, Id>(
        &self,
        page: impl Fn(Option<Id>) -> Result<Vec<Row>, StoreError>,
        look: impl Fn(&Row) -> Result<Id, Stopped>,
    ) -> Result<u64, Stopped> {
        let (mut seen, mut behind) = (0, None);
        loop {
            self.go_on()?;
            let rows = page(behind.take())?;
            if rows.is_empty() {
                return Ok(seen);
            }
            for row in &rows {
                behind = Some(look(row)?);
                seen += 1;
            }
        }
    }
}

fn agrees(is_so: bool, subject: Subject, status: impl ToString) -> Result<(), Stopped> {
    if is_so {
        return Ok(());
    }
    Err(BooksFault::Disagrees { subject, status: status.to_string() }.into())
}

fn sums(tally: &Tally) -> Vec<Sum> {
    let mut sums: BTreeMap<Currency, Sum> = BTreeMap::new();
    for (account, balance) in tally.balances() {
        let sum = sums.entry(account.currency).or_insert_with(|| Sum::none(account.currency));
        let part = match account.pot {
            Pot::Available(_) => &mut sum.available,
            Pot::Reserved(_) => &mut sum.reserved,
            Pot::Escrow(_) => &mut sum.escrow,
            Pot::Fees => &mut sum.fees,
            Pot::Clearing(_) => &mut sum.clearing,
        };
        *part += i128::from(balance.minor());
    }
    sums.into_values().collect()
}
