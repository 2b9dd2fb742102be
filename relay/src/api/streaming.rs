//! A stream of events, frame by frame.
//!
//! What was told before and what is told now come the same way: behind a place, in order, from the store or from its tail in memory.
//! Nothing waits for a reader that is slow: it is given more when it has taken what it had, and by then the store has the rest.

use std::collections::VecDeque;
use std::sync::Arc;

use protocol::{Bytes, EventId, Timestamp};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Api;
use super::asked::Asking;
use super::streams::Place;
use crate::store::{StoreError, Trade};
use crate::tails::{News, Tail};
use crate::trade::{
    Caller, Code, Credential, EventFilter, EventPage, EventPoint, EventStart, Scope, Told, iso,
};

/// How often a stream says that it is there, and looks whether its caller may still have it: below what proxies let pass idle.
pub(super) const PING_MS: u64 = 15_000;
/// Events that are read at a time.
const PAGE: u16 = 64;
/// Bytes that are held for one reader: it is given no more before it has taken these. The last event may lead beyond them.
const READY_BYTES_MAX: usize = 64 << 10;
/// Where the id of an event would be, and there is none yet: the place before all.
const BEFORE_ALL: &str = "0";

/// Why the relay ends a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A newer one of the same account took its place.
    Superseded,
    /// The key, token or session works no longer.
    CredentialEnded,
    /// The relay is being stopped.
    ShuttingDown,
    /// The store does not answer.
    Unavailable,
}

impl End {
    const fn reason(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::CredentialEnded => "credential_ended",
            Self::ShuttingDown => "shutting_down",
            Self::Unavailable => "unavailable",
        }
    }
}

impl From<StoreError> for End {
    fn from(_: StoreError) -> Self {
        Self::Unavailable
    }
}

/// A stream under way.
pub(super) struct Streaming {
    api: Arc<Api>,
    asking: Asking,
    shown: Credential,
    filter: EventFilter,
    place: Place,
    tail: Arc<Tail>,
    grown: watch::Receiver<()>,
    credentials: watch::Receiver<()>,
    stopping: watch::Receiver<bool>,
    /// Up to which place everything was said.
    position: u64,
    /// The last event up to there that the caller may know of.
    mark: Option<EventId>,
    /// Whether the store may have more than its tail tells.
    is_behind: bool,
    next_ping: Timestamp,
    ready: VecDeque<Bytes>,
    is_over: bool,
}

impl Streaming {
    /// Begins where it is asked to.
    pub(super) async fn open(
        api: Arc<Api>,
        (asking, shown): (Asking, Credential),
        filter: EventFilter,
        from: Option<EventPoint>,
        place: Place,
    ) -> Result<Self, StoreError> {
        let tail = api.relay.tails.of(asking.space);
        // Before anything is read, so that nothing is missed after it.
        let (grown, credentials) = (tail.grown(), api.relay.tails.credentials());
        let stopping = api.relay.stopping.subscribe();
        let start = api.space(asking.space).events_start(from, own(&asking.caller)).await?;
        let now = api.clock.now();
        let mut stream = Self {
            asking,
            shown,
            filter,
            place,
            tail,
            grown,
            credentials,
            stopping,
            position: start.behind,
            mark: start.mark,
            is_behind: true,
            next_ping: now.plus_millis(PING_MS),
            ready: VecDeque::new(),
            is_over: false,
            api,
        };
        stream.api.relay.metrics.event_streams.add(1);
        stream.begin(start, now).await?;
        Ok(stream)
    }

    /// What comes first says where the stream stands, so that whoever is cut off before any event came misses none.
    async fn begin(&mut self, start: EventStart, now: Timestamp) -> Result<(), StoreError> {
        if !start.is_reset {
            self.ready.push_back(self.ping(now));
            return Ok(());
        }
        self.api.relay.metrics.event_streams_reset_total.add_one();
        let space = self.api.space(self.asking.space);
        let oldest = space.events(0, own(&self.asking.caller), 1).await?.events;
        let continues_from = oldest.first().map(|told| told.event);
        let data = json!({ "continuesFrom": continues_from, "timestamp": iso(now) });
        self.ready.push_back(frame(Some(BEFORE_ALL), "reset", &data.to_string()));
        Ok(())
    }

    /// The next frame; none when it is over.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Some(frame);
            }
            if self.is_over {
                return None;
            }
            if let Err(end) = self.step().await {
                self.is_over = true;
                let data = json!({ "reason": end.reason(), "timestamp": iso(self.api.clock.now()) });
                self.ready.push_back(frame(None, "end", &data.to_string()));
            }
        }
    }

    /// Takes what there is, or waits until there may be something.
    async fn step(&mut self) -> Result<(), End> {
        if *self.stopping.borrow() {
            return Err(End::ShuttingDown);
        }
        let now = self.api.clock.now();
        // A clock that is set back does not keep it silent.
        self.next_ping = self.next_ping.min(now.plus_millis(PING_MS));
        let is_due = self.next_ping <= now;
        if is_due || self.credentials.has_changed().unwrap_or(true) || self.is_token_over(now) {
            self.credentials.mark_unchanged();
            self.check_credential(now).await?;
        }
        if is_due {
            self.next_ping = now.plus_millis(PING_MS);
            self.ready.push_back(self.ping(now));
            // An operator's command may have told something without this process knowing.
            self.is_behind = true;
        }
        self.grown.mark_unchanged();
        if self.take_news().await? || is_due {
            return Ok(());
        }
        tokio::select! {
            _ = &mut self.place.replaced => Err(End::Superseded),
            _ = self.stopping.wait_for(|is_stopping| *is_stopping) => Err(End::ShuttingDown),
            _ = self.credentials.changed() => { self.credentials.mark_changed(); Ok(()) }
            _ = self.grown.changed() => Ok(()),
            () = self.api.clock.reach(self.next_ping) => Ok(()),
        }
    }

    /// Reads on; whether it came any further.
    async fn take_news(&mut self) -> Result<bool, End> {
        if !self.is_behind {
            match self.tail.behind(self.position, usize::from(PAGE)) {
                News::None => return Ok(false),
                News::Some(events) => {
                    self.take_some(events.iter().map(Arc::as_ref));
                    return Ok(true);
                }
                News::InStore => {}
            }
        }
        let before = self.position;
        let space = self.api.space(self.asking.space);
        let page = space.events(before, self.filter.user, PAGE.into()).await?;
        let EventPage { events, up_to, has_more } = page;
        if self.take_some(&events) {
            self.position = up_to;
            self.is_behind = has_more;
        }
        Ok(self.position > before)
    }

    /// Takes as many as may be held, and says whether these are all.
    fn take_some<'a>(&mut self, events: impl IntoIterator<Item = &'a Told>) -> bool {
        let mut bytes = 0;
        events.into_iter().all(|told| {
            let has_room = bytes < READY_BYTES_MAX;
            if has_room {
                bytes += self.take(told);
            }
            has_room
        })
    }

    /// Takes an event; the bytes that are held since.
    fn take(&mut self, told: &Told) -> usize {
        self.position = told.number;
        if own(&self.asking.caller).is_none_or(|user| told.concerns(user)) {
            self.mark = Some(told.event);
        }
        if !self.filter.takes(told) {
            return 0;
        }
        let body = told.heard_by(own(&self.asking.caller));
        let frame = frame(Some(&told.event.to_string()), &told.name, &body);
        let bytes = frame.len();
        self.ready.push_back(frame);
        bytes
    }

    fn is_token_over(&self, now: Timestamp) -> bool {
        let until = match self.asking.caller {
            Caller::Key { token_until, .. } => token_until,
            Caller::Account { .. } | Caller::Operator | Caller::Relay => None,
        };
        until.is_some_and(|until| until <= now)
    }

    /// The door's own question, asked again.
    async fn check_credential(&self, now: Timestamp) -> Result<(), End> {
        let who = self.api.who(self.shown.clone(), now).await.map_err(|refusal| match refusal.code {
            Code::InvalidApiKey => End::CredentialEnded,
            _ => End::Unavailable,
        })?;
        let is_as_before = who == (self.asking.space, self.asking.caller);
        let may = who.1.authorize(Scope::Read, true).is_ok();
        if is_as_before && may { Ok(()) } else { Err(End::CredentialEnded) }
    }

    fn ping(&self, now: Timestamp) -> Bytes {
        let mark = self.mark.map_or_else(|| BEFORE_ALL.to_owned(), |event| event.to_string());
        let data: Value = json!({ "ping": true, "timestamp": iso(now) });
        frame(Some(&mark), "ping", &data.to_string())
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.api.relay.metrics.event_streams.add(-1);
    }
}

/// The user whose events alone a caller may know of.
pub(super) fn own(caller: &Caller) -> Option<protocol::UserId> {
    match caller {
        Caller::Account { user, .. } => Some(*user),
        Caller::Key { .. } | Caller::Operator | Caller::Relay => None,
    }
}

/// What is said has no line breaks: JSON escapes them.
fn frame(id: Option<&str>, name: &str, data: &str) -> Bytes {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("{id}event: {name}\ndata: {data}\n\n").into()
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use protocol::KeyId;

    use super::*;
    use crate::config::Settings;
    use crate::server::Relay;
    use crate::store::sqlite::SqliteStore;
    use crate::store::{SpaceId, Spaces};
    use crate::trade::{Attempt, Command, NewUser, Scopes, Seed, UserKind};
    use crate::world::Clock;

    const NOON: u64 = 1_700_000_000_000;

    #[tokio::test]
    async fn a_stream_says_that_it_is_there_and_hears_what_another_process_told() {
        let shop = Shop::open();
        let mut stream = shop.stream("read", None).await;
        assert!(
            shop.next(&mut stream)
                .await
                .contains("event: ping\ndata: {\"ping\":true,\"timestamp\":\"2023-11-14T22:13:20.000Z\"}")
        );
        shop.at(PING_MS - 1);
        shop.make_user(&shop.api.store, "one").await;
        assert!(shop.next(&mut stream).await.contains("event: user.created"));
        let beside = SqliteStore::open_beside(shop.folder.path(), shop.api.store.relay()).unwrap();
        shop.make_user(&beside, "two").await;
        assert!(is_waiting(&mut stream).await, "it is not known of before the next ping");
        shop.at(PING_MS);
        assert!(shop.next(&mut stream).await.contains("event: ping"));
        assert!(shop.next(&mut stream).await.contains("\"externalUserId\":\"two\""));
        shop.make_user(&shop.api.store, "three").await;
        assert!(shop.next(&mut stream).await.contains("\"externalUserId\":\"three\""));
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_key_was_revoked_by_another_process() {
        let shop = Shop::open();
        let (key, mut stream) = shop.key_and_stream("read", None).await;
        shop.next(&mut stream).await;
        let beside = SqliteStore::open_beside(shop.folder.path(), shop.api.store.relay()).unwrap();
        shop.ask(&beside, Command::RevokeKey(key)).await;
        shop.at(PING_MS);
        shop.make_user(&shop.api.store, "unheard").await;
        assert!(shop.next(&mut stream).await.contains("\"reason\":\"credential_ended\""));
        assert_eq!(stream.next().await, None);
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_token_is_over() {
        let shop = Shop::open();
        let mut stream = shop.stream("read", Some(1000)).await;
        shop.next(&mut stream).await;
        shop.at(999);
        shop.make_user(&shop.api.store, "heard").await;
        assert!(shop.next(&mut stream).await.contains("event: user.created"));
        shop.at(1000);
        shop.make_user(&shop.api.store, "unheard").await;
        assert!(shop.next(&mut stream).await.contains("\"reason\":\"credential_ended\""));
    }

    #[tokio::test]
    async fn whoever_reads_slowly_is_given_from_the_store_what_the_tail_no_longer_has() {
        let shop = Shop::open();
        let mut stream = shop.stream("read", None).await;
        shop.next(&mut stream).await;
        for number in 0..600 {
            shop.make_user(&shop.api.store, &number.to_string()).await;
        }
        for number in 0..600 {
            assert!(stream.ready.len() <= usize::from(PAGE));
            let frame = shop.next(&mut stream).await;
            assert!(frame.contains(&format!("\"externalUserId\":\"{number}\"")), "{number}: {frame}");
        }
    }

    #[tokio::test]
    async fn however_large_events_are_no_more_of_them_is_held_than_may_be_and_none_is_left_out() {
        let shop = Shop::open();
        let mut stream = shop.stream("read", None).await;
        shop.next(&mut stream).await;
        // The first half is read from the store, the second from its tail.
        for from in [0, 100] {
            for number in from..from + 100 {
                let name = format!("{number:03}{}", "a".repeat(4000));
                shop.make_user(&shop.api.store, &name).await;
            }
            stream.is_behind = from == 0;
            for number in from..from + 100 {
                let frame = shop.next(&mut stream).await;
                assert!(frame.contains(&format!("\"externalUserId\":\"{number:03}aaa")), "{number}: {frame}");
                let held: usize = stream.ready.iter().map(Bytes::len).sum();
                assert!(held <= READY_BYTES_MAX, "{held}");
            }
            assert!(is_waiting(&mut stream).await);
        }
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_keeps_no_stream_silent() {
        let shop = Shop::open();
        let mut stream = shop.stream("read", None).await;
        shop.next(&mut stream).await;
        shop.time.send_replace(Timestamp::from_millis(NOON / 2));
        shop.make_user(&shop.api.store, "one").await;
        assert!(shop.next(&mut stream).await.contains("event: user.created"));
        shop.time.send_replace(Timestamp::from_millis(NOON / 2 + PING_MS));
        assert!(shop.next(&mut stream).await.contains("event: ping"));
    }

    /// A relay whose time is told.
    struct Shop {
        api: Arc<Api>,
        time: watch::Sender<Timestamp>,
        folder: tempfile::TempDir,
    }

    impl Shop {
        fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let time = watch::Sender::new(Timestamp::from_millis(NOON));
            let config = Settings::without_limits(folder.path()).check().unwrap();
            let relay = Relay::open(&config, Clock::Told(time.subscribe()), |observer| observer).unwrap();
            Self { api: Api::new(Arc::new(relay)), time, folder }
        }

        /// So long after it was opened.
        fn at(&self, millis: u64) {
            self.time.send_replace(Timestamp::from_millis(NOON + millis));
        }

        async fn stream(&self, scope: &str, token_ms: Option<u64>) -> Streaming {
            self.key_and_stream(scope, token_ms).await.1
        }

        /// A stream of a new key, or of a token made from it.
        async fn key_and_stream(&self, scope: &str, token_ms: Option<u64>) -> (KeyId, Streaming) {
            let scopes: Scopes = Scope::ALL.into_iter().filter(|known| known.name() == scope).collect();
            let made = self.ask(&self.api.store, Command::CreateKey { name: "key".to_owned(), scopes }).await;
            let key: KeyId = made["id"].as_str().unwrap().parse().unwrap();
            let shown = match token_ms {
                None => made["api_key"].clone(),
                Some(ttl_ms) => {
                    let command = Command::CreateToken { key, scopes: None, ttl_ms };
                    self.ask(&self.api.store, command).await["token"].clone()
                }
            };
            let shown: Credential = shown.as_str().unwrap().parse().unwrap();
            let (space, caller) = self.api.who(shown.clone(), self.api.clock.now()).await.unwrap();
            let place = self.api.streams.enter(space, &caller).unwrap();
            let asking = Asking { caller, space, request: "request".to_owned() };
            let filter = EventFilter::default();
            let stream = Streaming::open(Arc::clone(&self.api), (asking, shown), filter, None, place);
            (key, stream.await.unwrap())
        }

        async fn make_user(&self, store: &SqliteStore, name: &str) {
            let (external_id, kind) = (name.to_owned(), UserKind::Both);
            let metadata = serde_json::Map::new();
            self.ask(store, Command::CreateUser(NewUser { external_id, email: None, kind, metadata })).await;
        }

        async fn ask(&self, store: &SqliteStore, command: Command) -> Value {
            let attempt = Attempt {
                caller: Caller::Operator,
                command,
                idempotency: None,
                request: "request".to_owned(),
                cause: None,
                now: self.api.clock.now(),
                seed: Seed(crate::world::random()),
            };
            let reply = store.space(SpaceId(1)).carry_out(attempt).await.unwrap();
            let answer: Value = serde_json::from_slice(&reply.body).unwrap();
            assert!(reply.status < 300, "{answer}");
            answer["data"].clone()
        }

        async fn next(&self, stream: &mut Streaming) -> String {
            let frame = stream.next().await.expect("the stream goes on");
            String::from_utf8(frame.to_vec()).unwrap()
        }
    }

    /// Whether there is nothing to be said: all that was committed has been looked at.
    async fn is_waiting(stream: &mut Streaming) -> bool {
        let mut news = pin!(stream.next());
        news.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }
}
