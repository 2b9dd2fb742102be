//! Keys, tokens, and the switch that lets nothing be changed.

use protocol::KeyId;
use serde_json::json;

use super::books::{Books, KeyRow, TokenRow};
use super::caller::{Caller, Scope, Scopes};
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::credential::{Credential, Secret};
use super::refusal::{Code, Refusal};
use super::rows::MaintenanceRow;
use super::times::iso;
use super::views::{KeyView, MaintenanceView, NewKeyView, TokenView};

/// Makes a key. Nobody gives away more than they have.
pub(super) fn create<B: Books>(change: &mut Change<'_, B>, name: &str, scopes: Scopes) -> Result<Done, Stop> {
    within(&change.attempt.caller, scopes)?;
    by_key(&change.attempt.caller)?;
    let now = change.attempt.now;
    let key = KeyId::from_bytes(change.drawn.id(now));
    let secret = Secret::new(change.drawn.secret());
    let mut salt = [0; 16];
    salt.copy_from_slice(&change.drawn.secret()[..16]);
    let row = KeyRow {
        key,
        name: name.to_owned(),
        scopes,
        salt,
        hash: secret.hash(&salt),
        created_at: now,
        revoked_at: None,
        last_used_at: None,
    };
    change.books.put_key(&row)?;
    if let Caller::Key { key: maker, .. } = change.attempt.caller {
        let origin = change.books.origin_of_key(maker)?;
        change.books.put_origin_of_key(key, origin)?;
    }
    let shown = KeyView::from(&row);
    let changed = Changed { id: key.to_string(), before: None, after: value(&shown)? };
    let api_key = Credential::Key(key, secret).text().to_string();
    Done::new(201, &NewKeyView { key: shown, api_key }, changed)
}

/// Revokes a key, and with it every token made from it.
pub(super) fn revoke<B: Books>(change: &mut Change<'_, B>, key: KeyId) -> Result<Done, Stop> {
    let row = change.books.key(key)?.ok_or_else(unknown)?;
    if row.revoked_at.is_some() {
        return Done::as_it_is(&KeyView::from(&row));
    }
    within(&change.attempt.caller, row.scopes)?;
    let revoked = KeyRow { revoked_at: Some(change.attempt.now), ..row.clone() };
    change.books.revoke_key(key, change.attempt.now)?;
    let shown = KeyView::from(&revoked);
    let before = Some(value(&KeyView::from(&row))?);
    let changed = Changed { id: key.to_string(), before, after: value(&shown)? };
    Done::new(200, &shown, changed)
}

/// Makes a token from a key: of the scopes that are asked for, never of more than the key has.
pub(super) fn create_token<B: Books>(
    change: &mut Change<'_, B>,
    key: KeyId,
    scopes: Option<Scopes>,
    ttl_ms: u64,
) -> Result<Done, Stop> {
    let row = change.books.key(key)?.filter(|row| row.revoked_at.is_none()).ok_or_else(unknown)?;
    let scopes = scopes.unwrap_or(row.scopes);
    if !row.scopes.covers(scopes) {
        let message = "a token may do no more than the key it is made from";
        let details = json!({ "required_scope": scopes.list(), "current_scopes": row.scopes.list() });
        return Err(Refusal::new(Code::InsufficientScope, message).with(details).into());
    }
    within(&change.attempt.caller, scopes)?;
    by_key(&change.attempt.caller)?;
    own_or_support(&change.attempt.caller, key)?;
    let secret = Secret::new(change.drawn.secret());
    let expires_at = change.attempt.now.plus_millis(ttl_ms);
    change.books.put_token(&TokenRow { key, hash: secret.hash(&row.salt), scopes, expires_at })?;
    let (scopes, expires_at) = (scopes.list(), iso(expires_at));
    let after = json!({ "scopes": scopes, "expires_at": expires_at });
    let changed = Changed { id: key.to_string(), before: None, after };
    let token = Credential::Token(key, secret).text().to_string();
    Done::new(201, &TokenView { token, scopes, expires_at }, changed)
}

/// Lets nothing be changed, or lets it again.
pub(super) fn set_maintenance<B: Books>(
    change: &mut Change<'_, B>,
    message: Option<&str>,
) -> Result<Done, Stop> {
    let earlier = change.books.maintenance()?;
    let since = earlier.as_ref().map_or(Some(change.attempt.now.as_millis()), |row| row.enabled_at);
    let before = MaintenanceView::from(earlier);
    let caller = &change.attempt.caller;
    let row = message.map(|message| MaintenanceRow {
        message: message.to_owned(),
        enabled_at: since,
        enabled_by: Some(caller.id().unwrap_or_else(|| caller.kind().to_owned())),
    });
    change.books.set_maintenance(row.as_ref())?;
    let after = MaintenanceView::from(row);
    let changed = Changed { id: "space".to_owned(), before: Some(value(&before)?), after: value(&after)? };
    Done::new(200, &after, changed)
}

/// Whether scopes are the caller's to give or to take.
fn within(caller: &Caller, scopes: Scopes) -> Result<(), Refusal> {
    match caller {
        Caller::Key { scopes: own, .. } if !own.covers(scopes) => {
            let message = "a key gives and takes no scope that it has not itself";
            let details = json!({ "required_scope": scopes.list(), "current_scopes": own.list() });
            Err(Refusal::new(Code::InsufficientScope, message).with(details))
        }
        Caller::Key { .. } | Caller::Operator | Caller::Relay => Ok(()),
        Caller::Account { .. } => {
            Err(Refusal::new(Code::InsufficientScope, "keys are the space's, not an account's"))
        }
    }
}

/// What lasts is made by what lasts: a token that leaked ends when it ends.
pub(super) fn by_key(caller: &Caller) -> Result<(), Refusal> {
    match caller {
        Caller::Key { token_until: Some(_), .. } => {
            let message = "a token makes nothing that outlives it: show the key itself";
            Err(Refusal::new(Code::InsufficientScope, message))
        }
        _ => Ok(()),
    }
}

/// Whoever acts by another's token passes for that key.
fn own_or_support(caller: &Caller, key: KeyId) -> Result<(), Refusal> {
    match caller {
        Caller::Key { key: own, scopes, .. } if *own != key && !scopes.has(Scope::Support) => {
            Err(Refusal::scope(Scope::Support, *scopes))
        }
        _ => Ok(()),
    }
}

fn unknown() -> Refusal {
    Refusal::new(Code::NotFound, "there is no such key in this space")
}
