//! What a whole log of transfers comes to, and whether it may have come to it.

use std::collections::BTreeMap;
use std::slice;

use crate::posting::applied;
use crate::{Account, Balance, Balances, Funds, Posting, Refusal, Subject, Transfer, TransferKey};

/// Folds a log, transfer by transfer, in the order it was written in. It remembers a balance an account and a state a
/// subject, and no transfer.
///
/// A transfer takes as much as it gives, so that balances of a currency sum to zero at every step; what is checked is that
/// each may follow what its subject's money has come to, which it does once, and that no account falls below zero but the world's.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    balances: Balances,
    funds: BTreeMap<Subject, Funds>,
}

/// What is wrong with a log, or with what is stored beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not follow from what the subject's money has come to: it stands there twice, is the second settlement of one
    /// hold, or is not what the operation it claims to be of would have made.
    #[error("transfer {0} does not follow from those before it")]
    OutOfTurn(TransferKey),
    /// The accounts do not allow it.
    #[error("transfer {0}: {1}")]
    Refused(TransferKey, Refusal),
    /// A part of what an order had in escrow went nowhere.
    #[error("the transfers of {0} stop before all of its money has left escrow")]
    Unfinished(Subject),
    /// Another balance is stored than the transfers come to.
    #[error("another balance of {account} is stored than its transfers come to")]
    Drifted {
        /// Which account.
        account: Account,
        /// What is stored.
        stored: Balance,
        /// What its transfers come to.
        derived: Balance,
    },
}

impl Tally {
    /// Counts the next transfer. One that is at fault is not counted.
    pub fn add(&mut self, transfer: &Transfer) -> Result<(), Fault> {
        let reached = Funds::after(self.funds.get(&transfer.subject), transfer)?;
        self.count(slice::from_ref(transfer), reached)
    }

    /// Counts a posting, whole or not at all.
    pub(crate) fn add_posting(&mut self, posting: &Posting) -> Result<(), Fault> {
        let subject = posting.key().subject;
        let mut reached = None;
        for transfer in posting.transfers() {
            let before = reached.as_ref().or_else(|| self.funds.get(&subject));
            reached = Some(Funds::after(before, transfer)?);
        }
        match reached {
            None | Some(Funds::Leaving(_)) => Err(Fault::Unfinished(subject)),
            Some(reached) => self.count(posting.transfers(), reached),
        }
    }

    /// Counts transfers that lead to where their subject's money is then.
    fn count(&mut self, transfers: &[Transfer], reached: Funds) -> Result<(), Fault> {
        let first = &transfers[0];
        let changed = applied(transfers, |account| Ok(self.balance(account)))
            .map_err(|refusal| Fault::Refused(first.key(), refusal))?;
        self.balances.extend(changed);
        self.funds.insert(first.subject, reached);
        Ok(())
    }

    /// What an account comes to.
    pub fn balance(&self, account: Account) -> Balance {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    /// What each account comes to.
    pub const fn balances(&self) -> &Balances {
        &self.balances
    }

    /// At the log's end: compares with what is stored, each account once.
    pub fn finish(mut self, stored: impl IntoIterator<Item = (Account, Balance)>) -> Result<(), Fault> {
        let unfinished = self.funds.iter().find(|(_, funds)| matches!(funds, Funds::Leaving(_)));
        if let Some((subject, _)) = unfinished {
            return Err(Fault::Unfinished(*subject));
        }
        for (account, stored) in stored {
            let derived = self.balances.remove(&account).unwrap_or_default();
            if derived != stored {
                return Err(Fault::Drifted { account, stored, derived });
            }
        }
        match self.balances.into_iter().find(|(_, derived)| *derived != Balance::ZERO) {
            Some((account, derived)) => Err(Fault::Drifted { account, stored: Balance::ZERO, derived }),
            None => Ok(()),
        }
    }
}
