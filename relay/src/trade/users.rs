//! Those who trade.

use protocol::domain::Domain;
use protocol::{AccountId, Timestamp, UserId};
use serde_json::{Map, json};

use super::books::{Books, UserRow};
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::command::NewUser;
use super::payloads::{Payload, UserCreated, UserStatusChanged};
use super::refusal::{Code, Refusal};
use super::views::{UserKind, UserStatus, UserView};

/// Who an account is in the market: known before it has ever asked for anything, so that others can name it.
pub(crate) fn user_of(account: &AccountId) -> UserId {
    let hash = Domain::MarketUser.hash(&[account.as_bytes()]);
    let mut user = [0; 16];
    user.copy_from_slice(&hash[..16]);
    UserId::from_bytes(user)
}

/// Makes the user that an account is, the first time it changes anything.
pub(super) fn ensure<B: Books>(
    change: &mut Change<'_, B>,
    user: UserId,
    account: AccountId,
) -> Result<(), Stop> {
    if change.books.user(user)?.is_some() {
        return Ok(());
    }
    add(change, &of_account(user, account, change.attempt.now))
}

/// The user that an account is, as it begins.
pub(super) fn of_account(user: UserId, account: AccountId, now: Timestamp) -> UserRow {
    UserRow {
        user,
        account: Some(account),
        external_id: None,
        email: None,
        kind: UserKind::Both,
        status: UserStatus::Active,
        metadata: Map::new(),
        created_at: now,
    }
}

/// Makes a user of the space's own.
pub(super) fn create<B: Books>(change: &mut Change<'_, B>, new: &NewUser) -> Result<Done, Stop> {
    if let Some(row) = change.books.user_of_external_id(&new.external_id)? {
        let message = "a user with this external id exists: ask for it instead";
        let details = json!({ "user_id": row.user });
        change.concerns(row.user);
        return Err(Refusal::new(Code::UserAlreadyExists, message).with(details).into());
    }
    let now = change.attempt.now;
    let row = UserRow {
        user: UserId::from_bytes(change.drawn.id(now)),
        account: None,
        external_id: Some(new.external_id.clone()),
        email: new.email.clone(),
        kind: new.kind,
        status: UserStatus::Active,
        metadata: new.metadata.clone(),
        created_at: now,
    };
    change.concerns(row.user);
    add(change, &row)?;
    let shown = UserView::from(&row);
    let changed = Changed { id: row.user.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &shown, changed)
}

/// Lets a user trade, or not for now. What it has, and what it agreed on, goes on.
pub(super) fn set_status<B: Books>(
    change: &mut Change<'_, B>,
    user: UserId,
    status: UserStatus,
) -> Result<Done, Stop> {
    let row = change.books.user(user)?.ok_or_else(unknown)?;
    change.concerns(user);
    let before = UserView::from(&row);
    if row.status == status {
        return Done::as_it_is(&before);
    }
    change.books.set_user_status(user, status)?;
    let payload = UserStatusChanged { user_id: user, status };
    let payload = match status {
        UserStatus::Active => Payload::UserActivated(payload),
        UserStatus::Suspended => Payload::UserSuspended(payload),
    };
    change.tell(&user.to_string(), [Some(user), None], &payload)?;
    let shown = UserView::from(&UserRow { status, ..row });
    let (before, after) = (Some(value(&before)?), value(&shown)?);
    Done::new(200, &shown, Changed { id: user.to_string(), before, after })
}

/// A user that the caller may act for, and that may trade.
pub(super) fn active<B: Books>(change: &mut Change<'_, B>, user: UserId) -> Result<UserRow, Stop> {
    let row = change.books.user(user)?.filter(|_| change.attempt.caller.is_party(&[user]));
    let row = row.ok_or_else(unknown)?;
    change.concerns(user);
    may_trade(row)
}

/// A side of a trade, whoever asks: it has to be there, and may trade. That another is suspended is no account's business.
pub(super) fn side<B: Books>(change: &Change<'_, B>, user: UserId) -> Result<(), Stop> {
    let row = change.books.user(user)?.ok_or_else(unknown)?;
    match row.account {
        // What was closed would never get at its money.
        Some(account) if !change.books.is_open_account(account)? => Err(unknown().into()),
        _ if change.attempt.caller.is_party(&[user]) => may_trade(row).map(drop),
        _ => may_trade(row).map(drop).map_err(|_| unknown().into()),
    }
}

fn may_trade(row: UserRow) -> Result<UserRow, Stop> {
    match row.status {
        UserStatus::Active => Ok(row),
        UserStatus::Suspended => {
            Err(Refusal::new(Code::UserSuspended, "this user may not trade for now").into())
        }
    }
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(Code::UserNotFound, "there is no such user")
}

fn add<B: Books>(change: &mut Change<'_, B>, row: &UserRow) -> Result<(), Stop> {
    change.books.put_user(row)?;
    let payload = Payload::UserCreated(UserCreated {
        user_id: row.user,
        external_user_id: row.external_id.clone(),
        email: row.email.clone(),
        kind: row.kind,
        status: row.status,
    });
    change.tell(&row.user.to_string(), [Some(row.user), None], &payload)
}
