//! The door that every request of the market's interface comes through: who is it, may they, and not too often.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, MatchedPath, Request, State};
use axum::http::header::{ALLOW, AUTHORIZATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use protocol::{DeviceId, KeyId, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::Api;
use super::answer::{Spent, nothing_here, refuse};
use super::asked::{Asking, Shown};
use super::body::IDEMPOTENCY_KEY;
use super::policy::{Access, methods, policy};
use crate::connections::Peer;
use crate::http::RequestId;
use crate::places::Place;
use crate::rates::{Counted, Left, WINDOW_MS};
use crate::store::{Sessions, SpaceId, Spaces, Trade};
use crate::trade::{Caller, Code, Credential, KeyRow, Refusal, Secret, user_of};

/// Accounts and their devices are in the first space.
const SPACE_OF_ACCOUNTS: SpaceId = SpaceId(1);
/// How exactly it is noted when a key was last used.
const USE_NOTED_MS: u64 = 60_000;
/// Requests of an account that are under way: a person's devices, each with all it shows at once.
const UNDER_WAY_OF_ACCOUNT_MAX: u32 = 32;
/// Requests of a key that are under way: all workers of a busy shop. One that takes its time with a body holds its place.
const UNDER_WAY_OF_KEY_MAX: u32 = 256;
/// Requests of a space that are under way, by however many keys and accounts. Each may hold a body of 64 KiB, and the store does one after
/// the other: others' are not to wait behind more.
const UNDER_WAY_OF_SPACE_MAX: u32 = 1024;
/// When to come back: most requests take milliseconds.
const UNDER_WAY_RETRY_SECONDS: u64 = 1;
/// The seconds that are counted within where it is counted what there is at a time.
const AT_ONCE: u32 = 0;
/// How long a request may take, of which its body may take the most. What it asks for goes on behind that.
const REQUEST_LONGEST: Duration = Duration::from_secs(30);
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
    let shown = credential(request.headers());
    let (who, left) = api.count_in(&shown, Counted::market_guest(peer.address), now).await;
    let asking = who.map(|(space, caller)| Asking { caller, space, request: id });
    let mut answer = match policy(request.method(), path.as_str()) {
        Some(policy) => {
            let entered = may(left, api.requests_per_minute, policy.access, &asking)
                .and_then(|()| asking.as_ref().ok().map(|asking| api.enter(asking)).transpose());
            match entered {
                Ok(places) => {
                    request.extensions_mut().insert(policy);
                    if let (Ok(asking), Ok(shown)) = (asking, shown) {
                        request.extensions_mut().insert(asking);
                        request.extensions_mut().insert(Shown(shown));
                    }
                    let longest = policy
                        .is_repeatable(request.headers().contains_key(IDEMPOTENCY_KEY))
                        .then_some(REQUEST_LONGEST);
                    in_time(served(next.run(request), places), longest).await
                }
                Err(refusal) => refuse(&refusal),
            }
        }
        None => match left {
            Ok(_) => no_such_route(path.as_str()),
            Err(retry_after_ms) => refuse(&too_often("requests", api.requests_per_minute, retry_after_ms)),
        },
    };
    note_limit(&mut answer, api.requests_per_minute, left, now);
    answer
}

/// Serves a request apart from whoever waits for its answer: what was begun is ended, and holds its places until it is.
fn served(
    serving: impl Future<Output = Response> + Send + 'static,
    places: impl Send + 'static,
) -> JoinHandle<Response> {
    tokio::spawn(async move {
        let answer = serving.await;
        drop(places);
        answer
    })
}

/// Waits so long for an answer, and then says how what comes of it is found out. What cannot be found out is waited for.
async fn in_time(served: JoinHandle<Response>, longest: Option<Duration>) -> Response {
    let answered = match longest {
        Some(longest) => timeout(longest, served).await,
        None => Ok(served.await),
    };
    let (code, problem) = match answered {
        Ok(Ok(answer)) => return answer,
        Ok(Err(_)) => (Code::InternalError, "the relay failed at it"),
        Err(_) => (Code::Busy, "it takes too long"),
    };
    let message = format!("{problem}: ask again by the same idempotency key to find out what came of it");
    refuse(&Refusal::new(code, message))
}

/// No place at all, or one that does not take this method and says which it takes.
fn no_such_route(path: &str) -> Response {
    let taken = methods(path).join(", ");
    if taken.is_empty() {
        return nothing_here();
    }
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

/// Of what requests are counted while they are under way.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum UnderWay {
    Caller(Counted),
    Space(SpaceId),
}

impl Api {
    /// Finds out who asks, and counts it. What is not known to work counts as its network's until it has turned out to work, so that
    /// nobody has more looked up than a guest may ask for.
    async fn count_in(
        &self,
        shown: &Result<Credential, Refusal>,
        guest: Counted,
        now: Timestamp,
    ) -> (Result<(SpaceId, Caller), Refusal>, Result<Left, u64>) {
        let spend = |counted| self.rates.spend(counted, self.requests_per_minute, now);
        let shown = match shown {
            Ok(shown) => shown,
            Err(refusal) => return (Err(refusal.clone()), spend(guest)),
        };
        let as_guest = (!self.known.has(shown)).then(|| spend(guest.clone()));
        if let Some(Err(retry_after_ms)) = as_guest {
            return (Err(Refusal::invalid_credential()), Err(retry_after_ms));
        }
        match self.who(shown.clone(), now).await {
            Ok(who) => {
                if as_guest.is_some() {
                    self.rates.give_back(&guest);
                    self.known.note(shown);
                }
                let left = spend(Counted::market(&who.1));
                (Ok(who), left)
            }
            Err(refusal) => (Err(refusal), as_guest.unwrap_or_else(|| spend(guest))),
        }
    }

    /// Takes the places of one more request that is under way.
    fn enter(&self, asking: &Asking) -> Result<[Place<UnderWay>; 2], Refusal> {
        let of_caller = match asking.caller {
            Caller::Account { .. } => UNDER_WAY_OF_ACCOUNT_MAX,
            Caller::Key { .. } | Caller::Operator | Caller::Relay => UNDER_WAY_OF_KEY_MAX,
        };
        let take = |whose, limit, name: &str| {
            self.under_way.take(whose, limit).ok_or_else(|| {
                let message =
                    format!("too many requests of this {name} are under way: wait for their answers");
                too_many(message, limit, UNDER_WAY_RETRY_SECONDS)
            })
        };
        Ok([
            take(UnderWay::Caller(Counted::market(&asking.caller)), of_caller, "caller")?,
            take(UnderWay::Space(asking.space), UNDER_WAY_OF_SPACE_MAX, "space")?,
        ])
    }

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
        let found = self.store.key_of_any_space(key).await?;
        found.filter(|(_, row)| row.revoked_at.is_none()).ok_or_else(Refusal::invalid_credential)
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

/// Too much of something at once.
pub(super) fn too_many(message: String, limit: u32, retry_after: u64) -> Refusal {
    let details = json!({ "retry_after": retry_after, "limit": limit, "window": AT_ONCE });
    Refusal::new(Code::RateLimited, message).with(details)
}

/// Says in every answer how much may still be asked for; in one that was refused because another limit was reached, of what that limits.
fn note_limit(answer: &mut Response, limit: u32, left: Result<Left, u64>, now: Timestamp) {
    let spent: Option<Spent> = answer.extensions().get().copied();
    let (limit, remaining, reset_ms) = match (left, spent) {
        (Err(retry_after_ms), _) => (limit, 0, retry_after_ms),
        (Ok(_), Some(spent)) => (spent.limit, 0, spent.retry_after_ms),
        (Ok(left), None) => (limit, left.remaining, left.reset_ms),
    };
    let headers = answer.headers_mut();
    headers.insert(LIMIT, limit.into());
    headers.insert(REMAINING, remaining.into());
    headers.insert(RESET, (now.as_millis() + reset_ms).div_ceil(1000).into());
}

#[cfg(test)]
mod tests {
    use protocol::AccountId;
    use tokio::sync::oneshot;

    use super::*;
    use crate::config::Settings;
    use crate::places::Places;
    use crate::server::Relay;
    use crate::trade::Scopes;
    use crate::world::Clock;

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_answered_for_and_goes_on_in_its_place() {
        let places: Arc<Places<u8>> = Arc::default();
        let (done, is_done) = oneshot::channel::<()>();
        let serving = async {
            is_done.await.unwrap();
            nothing_here()
        };
        let answer =
            in_time(served(serving, places.take(1, 1).unwrap()), Some(Duration::from_millis(1))).await;
        assert_eq!(answer.status().as_u16(), Code::Busy.status());
        assert!(places.take(1, 1).is_none(), "it goes on");
        done.send(()).unwrap();
        while places.take(1, 1).is_none() {
            tokio::task::yield_now().await;
        }
        let answer = in_time(served(async { nothing_here() }, ()), None).await;
        assert_eq!(answer.status().as_u16(), Code::NotFound.status());
    }

    #[tokio::test]
    async fn so_many_requests_of_a_caller_and_of_a_space_are_under_way_and_others_find_room() {
        let folder = tempfile::tempdir().unwrap();
        let config = Settings::without_limits(folder.path()).check().unwrap();
        let api = Api::new(Arc::new(Relay::open(&config, Clock::System, |observer| observer).unwrap()));
        let key = |byte| Caller::Key {
            key: KeyId::from_bytes([byte; 16]),
            scopes: Scopes::all(),
            token_until: None,
        };
        let account = Caller::Account {
            account: AccountId::from_bytes([1; 32]),
            user: user_of(&AccountId::from_bytes([1; 32])),
            session: (DeviceId::from_bytes([1; 16]), [1; 32]),
        };
        let enter = |space, caller: &Caller| {
            let asking = Asking { caller: *caller, space: SpaceId(space), request: "a".to_owned() };
            api.enter(&asking).map_err(|refusal| refusal.code)
        };
        let fill = |space, caller: &Caller, times: u32| -> Vec<_> {
            (0..times).map(|_| enter(space, caller).unwrap()).collect()
        };
        let of_account = fill(1, &account, UNDER_WAY_OF_ACCOUNT_MAX);
        assert_eq!(enter(1, &account).err(), Some(Code::RateLimited));
        let of_key = fill(1, &key(1), UNDER_WAY_OF_KEY_MAX);
        assert_eq!(enter(1, &key(1)).err(), Some(Code::RateLimited));
        let left = UNDER_WAY_OF_SPACE_MAX - UNDER_WAY_OF_ACCOUNT_MAX - UNDER_WAY_OF_KEY_MAX;
        let of_others: Vec<_> = (0..left).map(|at| enter(1, &key((at % 200) as u8 + 2)).unwrap()).collect();
        assert_eq!(enter(1, &key(250)).err(), Some(Code::RateLimited), "by however many keys");
        assert!(enter(2, &key(251)).is_ok(), "another space finds room");
        drop((of_account, of_others));
        assert!(enter(1, &account).is_ok() && enter(1, &key(250)).is_ok());
        assert_eq!(enter(1, &key(1)).err(), Some(Code::RateLimited));
        drop(of_key);
        assert!(enter(1, &key(1)).is_ok());
    }
}
