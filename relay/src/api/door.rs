//! The door that every request of the market's interface comes through: who is it, may they, and not too often.

use std::sync::Arc;

use axum::extract::{Extension, MatchedPath, Request, State};
use axum::http::header::{ALLOW, AUTHORIZATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use protocol::{DeviceId, KeyId, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Api;
use super::answer::refuse;
use super::asked::{Asking, Shown};
use super::policy::{Access, methods, policy};
use crate::connections::Peer;
use crate::http::RequestId;
use crate::rates::{Counted, Left, WINDOW_MS};
use crate::store::{Sessions, SpaceId, Trade};
use crate::trade::{Caller, Code, Credential, KeyRow, Refusal, Secret, user_of};

/// Accounts and their devices are in the first space.
const SPACE_OF_ACCOUNTS: SpaceId = SpaceId(1);
/// How exactly it is noted when a key was last used.
const USE_NOTED_MS: u64 = 60_000;
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

pub(super) async fn open(
    State(api): State<Arc<Api>>,
    Extension(peer): Extension<Peer>,
    Extension(RequestId(id)): Extension<RequestId>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    let now = api.clock.now();
    let Some(policy) = policy(request.method(), path.as_str()) else {
        return wrong_method(path.as_str());
    };
    let shown = credential(request.headers());
    let who = match shown {
        Ok(ref credential) => api.who(credential.clone(), now).await,
        Err(ref refusal) => Err(refusal.clone()),
    };
    let asking = who.map(|(space, caller)| Asking { caller, space, request: id });
    let counted = match &asking {
        Ok(asking) => Counted::market(&asking.caller),
        Err(_) => Counted::market_guest(peer.address),
    };
    let left = api.rates.spend(counted, api.requests_per_minute, now);
    let mut answer = match may(left, api.requests_per_minute, policy.access, &asking) {
        Ok(()) => {
            request.extensions_mut().insert(policy);
            if let (Ok(asking), Ok(shown)) = (asking, shown) {
                request.extensions_mut().insert(asking);
                request.extensions_mut().insert(Shown(shown));
            }
            next.run(request).await
        }
        Err(refusal) => refuse(&refusal),
    };
    note_limit(answer.headers_mut(), api.requests_per_minute, left, now);
    answer
}

/// A place that does not take this method says which it takes.
fn wrong_method(path: &str) -> Response {
    let taken = methods(path).join(", ");
    let message = format!("this place takes {taken}: see /v1/docs");
    let mut answer = refuse(&Refusal::new(Code::MethodNotAllowed, message));
    // Names of methods are a header's value.
    answer.headers_mut().extend(HeaderValue::try_from(taken).ok().map(|taken| (ALLOW, taken)));
    answer
}

fn may(
    left: Result<Left, u64>,
    limit: u32,
    access: Access,
    who: &Result<Asking, Refusal>,
) -> Result<(), Refusal> {
    left.map_err(|retry_after_ms| too_often("requests", limit, retry_after_ms))?;
    match (access, who) {
        (Access::Public, _) | (Access::Anyone, Ok(_)) => Ok(()),
        (_, Err(refusal)) => Err(refusal.clone()),
        (Access::Keys(scope), Ok(asking)) => asking.caller.authorize(scope, false),
        (Access::Accounts, Ok(asking)) => asking.caller.authorize_account(),
        (Access::KeysAndAccounts(scope), Ok(asking)) => asking.caller.authorize(scope, true),
    }
}

fn credential(headers: &HeaderMap) -> Result<Credential, Refusal> {
    let shown = headers.get(AUTHORIZATION).and_then(|shown| shown.to_str().ok());
    match shown.and_then(|shown| shown.split_once(' ')) {
        Some((scheme, shown)) if scheme.eq_ignore_ascii_case("bearer") => {
            shown.trim().parse().map_err(|_| Refusal::invalid_credential())
        }
        _ => {
            let message = "send `Authorization: Bearer …` with a key, a token or a session";
            Err(Refusal::new(Code::Unauthorized, message))
        }
    }
}

impl Api {
    pub(super) async fn who(&self, shown: Credential, now: Timestamp) -> Result<(SpaceId, Caller), Refusal> {
        match shown {
            Credential::Key(key, secret) => {
                let (space, row) = self.key(key).await?;
                if !bool::from(row.hash.ct_eq(&secret.hash(&row.salt))) {
                    return Err(Refusal::invalid_credential());
                }
                self.note_use(space, &row, now).await;
                Ok((space, Caller::Key { key, scopes: row.scopes, token_until: None }))
            }
            Credential::Token(key, secret) => {
                let (space, row) = self.key(key).await?;
                let token = self.space(space).api_token(key, secret.hash(&row.salt)).await?;
                let token =
                    token.filter(|token| token.expires_at > now).ok_or_else(Refusal::invalid_credential)?;
                self.note_use(space, &row, now).await;
                let (scopes, token_until) = (token.scopes, Some(token.expires_at));
                Ok((space, Caller::Key { key, scopes, token_until }))
            }
            Credential::Session(device, secret) => self.account(device, &secret, now).await,
        }
    }

    /// A key that is not revoked. Its secret was not compared yet.
    async fn key(&self, key: KeyId) -> Result<(SpaceId, KeyRow), Refusal> {
        let space = self.store.space_of_key(key).await?.ok_or_else(Refusal::invalid_credential)?;
        let row = self.space(space).api_key(key).await?;
        Ok((space, row.filter(|row| row.revoked_at.is_none()).ok_or_else(Refusal::invalid_credential)?))
    }

    /// Notes that a key is in use, about once a minute. Nobody is refused because that could not be written.
    async fn note_use(&self, space: SpaceId, row: &KeyRow, now: Timestamp) {
        let is_due = row.last_used_at.is_none_or(|last| now.millis_since(last) >= USE_NOTED_MS);
        if is_due && self.space(space).note_key_used(row.key, now).await.is_err() {
            tracing::warn!("key_use_not_noted");
        }
    }

    async fn account(
        &self,
        device: DeviceId,
        secret: &Secret,
        now: Timestamp,
    ) -> Result<(SpaceId, Caller), Refusal> {
        let session: [u8; 32] = Sha256::digest(secret.session_token()).into();
        let found = self.space(SPACE_OF_ACCOUNTS).session_of(device, session, now).await?;
        let account = found.ok_or_else(Refusal::invalid_credential)?;
        let caller = Caller::Account { account, user: user_of(&account), session: (device, session) };
        Ok((SPACE_OF_ACCOUNTS, caller))
    }
}

/// Too much of something in a minute.
pub(super) fn too_often(what: &str, limit: u32, retry_after_ms: u64) -> Refusal {
    let message = format!("too many {what} in this minute: come back when Retry-After has passed");
    let details = json!({
        "retry_after": retry_after_ms.div_ceil(1000), "limit": limit, "window": WINDOW_MS / 1000,
    });
    Refusal::new(Code::RateLimited, message).with(details)
}

/// Says in every answer how much may still be asked for.
fn note_limit(headers: &mut HeaderMap, limit: u32, left: Result<Left, u64>, now: Timestamp) {
    let (remaining, reset_ms) = match left {
        Ok(left) => (left.remaining, left.reset_ms),
        Err(retry_after_ms) => (0, retry_after_ms),
    };
    headers.insert(LIMIT, limit.into());
    headers.insert(REMAINING, remaining.into());
    headers.insert(RESET, (now.as_millis() + reset_ms).div_ceil(1000).into());
}
