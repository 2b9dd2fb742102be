//! An account's own money, as the interface of a wallet shows it that older clients know.

use protocol::{Amount, Currency, TransferId, UserId};
use serde::Serialize;
use serde_json::value::RawValue;

use super::attempt::Reply;
use super::books::Books;
use super::caller::Caller;
use super::carry_out::Stop;
use super::money::purse;
use super::query::Look;
use super::rows::{UserTransferFilter, UserTransferRow};
use super::times::iso;
use super::users;

/// What a wallet is of.
pub(crate) const WALLET_CURRENCY: Currency = Currency::Usd;

/// What an account may spend.
#[derive(Serialize)]
struct WalletView {
    /// A wallet has no id of its own.
    id: UserId,
    user_id: UserId,
    balance: Box<RawValue>,
    balance_cents: u64,
}

/// What an account sent and received, the newest first.
#[derive(Serialize)]
struct WalletTransfers {
    transfers: Vec<WalletTransfer>,
    has_more: bool,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct WalletTransfer {
    id: TransferId,
    direction: &'static str,
    from_user_id: UserId,
    to_user_id: UserId,
    counterparty_username: Option<String>,
    amount_cents: u64,
    currency_code: &'static str,
    created_at: String,
}

impl Look {
    pub(super) fn wallet(&self, books: &impl Books) -> Result<Reply, Stop> {
        let user = self.own_user()?;
        let available = purse(books, user, WALLET_CURRENCY)?.available.amount;
        let balance = dollars(available);
        Ok(Reply::bare(&WalletView { id: user, user_id: user, balance, balance_cents: available.minor() }))
    }

    pub(super) fn wallet_transfers(
        &self,
        books: &impl Books,
        behind: Option<TransferId>,
        limit: u32,
    ) -> Result<Reply, Stop> {
        let user = self.own_user()?;
        let mut rows = books.user_transfers(UserTransferFilter { behind, user: Some(user) }, limit + 1)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| has_more).map(|row| row.transfer.id.to_string());
        let transfers = rows.iter().map(|row| shown(books, user, row)).collect::<Result<_, Stop>>()?;
        Ok(Reply::bare(&WalletTransfers { transfers, has_more, next_cursor }))
    }

    fn own_user(&self) -> Result<UserId, Stop> {
        match self.caller {
            Caller::Account { user, .. } => Ok(user),
            Caller::Key { .. } | Caller::Operator | Caller::Relay => Err(users::unknown().into()),
        }
    }
}

fn shown(books: &impl Books, own: UserId, row: &UserTransferRow) -> Result<WalletTransfer, Stop> {
    let transfer = &row.transfer;
    let (direction, counterparty) =
        if transfer.from == own { ("sent", transfer.to) } else { ("received", transfer.from) };
    let account = books.user(counterparty)?.and_then(|user| user.account);
    let username = account.map(|account| books.handle_of(account)).transpose()?.flatten();
    Ok(WalletTransfer {
        id: transfer.id,
        direction,
        from_user_id: transfer.from,
        to_user_id: transfer.to,
        counterparty_username: username,
        amount_cents: transfer.money.amount.minor(),
        currency_code: transfer.money.currency.code(),
        created_at: iso(transfer.created_at),
    })
}

/// Dollars as a number of JSON, without zeros at its end: what others print who count in doubles.
fn dollars(amount: Amount) -> Box<RawValue> {
    let (whole, cents) = (amount.minor() / 100, amount.minor() % 100);
    let text = match cents {
        0 => whole.to_string(),
        tens if tens % 10 == 0 => format!("{whole}.{}", tens / 10),
        cents => format!("{whole}.{cents:02}"),
    };
    RawValue::from_string(text).expect("digits around a point are a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_is_a_number_of_dollars_to_the_cent() {
        for (minor, expected) in [
            (0, "0"),
            (1, "0.01"),
            (10, "0.1"),
            (1234, "12.34"),
            (1230, "12.3"),
            (1200, "12"),
            (1205, "12.05"),
        ] {
            assert_eq!(dollars(Amount::from_minor(minor).unwrap()).get(), expected);
        }
        let most = Amount::from_minor(protocol::limits::AMOUNT_MINOR_MAX - 1).unwrap();
        assert_eq!(dollars(most).get(), "9999999999999.99");
    }
}
