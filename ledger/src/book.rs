//! The ledger in memory: what a store does with postings, without the store.

use std::collections::BTreeMap;

use crate::{
    Account, Balance, Balances, Fault, Funds, Posting, Stage, Subject, Tally, Transfer, TransferKey,
};

/// A log of transfers and what it comes to. Postings go into it whole or not at all.
#[derive(Debug, Default)]
pub struct Book {
    log: Vec<Transfer>,
    /// Where in the log each posting begins, by its key.
    postings: BTreeMap<TransferKey, usize>,
    tally: Tally,
}

/// What became of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It was written.
    Now,
    /// The very same was written before: nothing has changed.
    Before,
}

impl Book {
    /// Writes a posting, unless the same stage of the same subject was written otherwise before, or the accounts do not allow it.
    pub fn post(&mut self, posting: &Posting) -> Result<Posted, Fault> {
        let before = self.postings.get(&posting.key());
        if before.is_some_and(|place| self.written(*place) == posting.transfers()) {
            return Ok(Posted::Before);
        }
        self.tally.add_posting(posting)?;
        self.postings.insert(posting.key(), self.log.len());
        self.log.extend_from_slice(posting.transfers());
        Ok(Posted::Now)
    }

    /// Where a subject's money is.
    pub fn funds(&self, subject: impl Into<Subject>) -> Option<Funds> {
        let subject = subject.into();
        let [first, last] =
            [Stage::Opened, Stage::Closed].map(|stage| TransferKey { subject, stage, leg: 0 });
        let transfers = self.postings.range(first..=last).flat_map(|(_, place)| self.written(*place));
        Funds::read(transfers).expect("what was written followed from what was there")
    }

    /// What an account holds.
    pub fn balance(&self, account: Account) -> Balance {
        self.tally.balance(account)
    }

    /// What each account holds.
    pub const fn balances(&self) -> &Balances {
        self.tally.balances()
    }

    /// Every transfer, in the order they were written in.
    pub fn log(&self) -> &[Transfer] {
        &self.log
    }

    /// The transfers that were written as one from `place` on.
    fn written(&self, place: usize) -> &[Transfer] {
        let rest = &self.log[place..];
        let posting = |transfer: &Transfer| TransferKey { leg: 0, ..transfer.key() };
        let length = rest.iter().take_while(|transfer| posting(transfer) == posting(&rest[0])).count();
        &rest[..length]
    }
}
