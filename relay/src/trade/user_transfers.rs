//! Money that one user sends another: there as soon as it is answered.

use market::events::UserTransferEvent;
use market::{Event, Text, UserTransfer};
use protocol::{AccountId, Handle, Money, TransferId, UserId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::attempt::Reply;
use super::books::Books;
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::looking::Whose;
use super::payloads::{Payload, TransferSent};
use super::query::Look;
use super::refusal::{Code, Refusal};
use super::rows::{UserTransferFilter, UserTransferRow};
use super::taking::{Telling, take};
use super::times::iso;
use super::users;

/// Money to be sent.
#[derive(Clone, PartialEq)]
pub struct NewUserTransfer {
    /// Whose it is.
    pub from: UserId,
    /// Who gets it.
    pub to: Recipient,
    /// How much.
    pub money: Money,
    /// What its sender says to it.
    pub note: Option<String>,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
}

/// Who gets money, as people name them.
#[derive(Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A user.
    User(UserId),
    /// The user that an account is, whether or not it has ever traded.
    Account(AccountId),
    /// The same, by what the account is called.
    Handle(Handle),
}

/// Money that one user sent another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserTransferView {
    /// Its id.
    #[schema(value_type = String, example = "trf_aebagbafaydqqcikbmga2dqpca")]
    pub id: TransferId,
    /// Whose it was.
    #[schema(value_type = String)]
    pub from_user_id: UserId,
    /// Whose it is.
    #[schema(value_type = String)]
    pub to_user_id: UserId,
    /// How much.
    #[schema(example = "12.50")]
    pub amount: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: String,
    /// What its sender said to it.
    pub note: Option<String>,
    /// What the sender, or its space, wants to find again. Both sides see it.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// When it was sent.
    pub created_at: String,
}

/// Sends it.
pub(super) fn send<B: Books>(change: &mut Change<'_, B>, new: &NewUserTransfer) -> Result<Done, Stop> {
    users::active(change, new.from)?;
    let to = recipient(change, &new.to)?;
    users::side(change, to)?;
    let now = change.attempt.now;
    let id = TransferId::from_bytes(change.drawn.id(now));
    let note = new.note.clone().map(Text::from);
    let step = UserTransfer::send(id, [new.from, to], new.money, note, now)?;
    let row = UserTransferRow { transfer: step.next.clone(), metadata: new.metadata.clone() };
    take(change, &step, |_, _, event| Ok(told(event)))?;
    change.books.put_user_transfer(&row)?;
    let shown = UserTransferView::from(&row);
    let changed = Changed { id: id.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &shown, changed)
}

/// The user that somebody names. An account that never traded begins to; one that was closed would never get at it.
fn recipient<B: Books>(change: &mut Change<'_, B>, to: &Recipient) -> Result<UserId, Stop> {
    let account = match to {
        Recipient::User(user) => match change.books.user(*user)?.ok_or_else(users::unknown)?.account {
            Some(account) => account,
            None => return Ok(*user),
        },
        Recipient::Account(account) => *account,
        Recipient::Handle(handle) => change.books.account_of_handle(handle)?.ok_or_else(users::unknown)?,
    };
    if !change.books.is_open_account(account)? {
        return Err(users::unknown().into());
    }
    let user = users::user_of(&account);
    users::ensure(change, user, account)?;
    Ok(user)
}

/// Balances are in the events of each side's own.
fn told(event: &Event) -> Option<Telling> {
    let Event::UserTransfer(UserTransferEvent::Sent { transfer, from, to, money, note }) = event else {
        return None;
    };
    let payload = Payload::TransferSent(TransferSent {
        transfer_id: *transfer,
        from_user_id: *from,
        to_user_id: *to,
        sum: (*money).into(),
        note: note.as_ref().map(|note| note.as_str().to_owned()),
    });
    Some(Telling { about: transfer.to_string(), parties: [Some(*from), Some(*to)], payload })
}

impl Look {
    pub(super) fn user_transfer(&self, books: &impl Books, transfer: TransferId) -> Result<Reply, Stop> {
        let row = books.user_transfer(transfer)?;
        let row = row.filter(|row| self.caller.is_party(&[row.transfer.from, row.transfer.to]));
        let unknown = || Refusal::new(Code::TransferNotFound, "there is no such transfer");
        Ok(self.one(&UserTransferView::from(&row.ok_or_else(unknown)?)))
    }

    pub(super) fn user_transfers(
        &self,
        books: &impl Books,
        filter: UserTransferFilter,
        limit: u32,
    ) -> Result<Reply, Stop> {
        let rows = match self.whose(filter.user) {
            Whose::Nobodys => Vec::new(),
            Whose::Asked(user) => books.user_transfers(UserTransferFilter { user, ..filter }, limit + 1)?,
        };
        let id = |row: &UserTransferRow| row.transfer.id.to_string();
        Ok(self.page(rows, limit, id, |row| UserTransferView::from(row)))
    }
}

impl From<&UserTransferRow> for UserTransferView {
    fn from(row: &UserTransferRow) -> Self {
        let UserTransfer { id, from, to, money, ref note, created_at } = row.transfer;
        Self {
            id,
            from_user_id: from,
            to_user_id: to,
            amount: money.plain(),
            currency: money.currency.code().to_owned(),
            note: note.as_ref().map(|note| note.as_str().to_owned()),
            metadata: row.metadata.clone(),
            created_at: iso(created_at),
        }
    }
}
