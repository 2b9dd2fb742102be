//! The real relay as the end of a world's network: in this process, on a folder of its own, with the limits that it has by
//! default and the world's time. It can be ended and opened again.

use client_core::testing::{RelayPort, RelaySocket, World};
use protocol::frame::{
    ClientFrame, Control, ControlKind, IdentityAppend, Ping, Request, Response, ServerFrame, Void,
};
use protocol::identity::IdentityLog;
use protocol::keys::{DeviceKey, RootKey};
use protocol::{Bytes, Seq, Timestamp};
use relay::config::Settings;
use relay::store::sqlite::{OpenError, SqliteStore};
use relay::{Clock, Embedded, End, LocalSocket};
use rusqlite::{Connection, TransactionBehavior, params};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::poisoner::Ask;

/// The relay of a world.
pub struct RealRelay {
    /// None only while it is opened again.
    relay: Option<Embedded>,
    time: watch::Sender<Timestamp>,
    folder: TempDir,
}

/// A socket to it.
pub struct RealSocket(LocalSocket);

/// A world around a fresh relay.
pub fn world(seed: u64) -> World<RealRelay> {
    World::new(RealRelay::start(), seed)
}

impl RealRelay {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let time = watch::Sender::new(Timestamp::default());
        let relay = open(&folder, &time).expect("a fresh folder opens");
        Self { relay: Some(relay), time, folder }
    }

    fn running(&self) -> &Embedded {
        self.relay.as_ref().expect("the relay runs")
    }

    /// It ends at a boundary of one of the next changes, or never any more. Whoever connects then finds it opened again.
    pub fn end_at(&mut self, end: Option<End>) {
        self.running().end_at(end);
    }

    /// Whether it came to that, and nobody has connected since.
    pub fn has_ended(&self) -> bool {
        self.running().has_ended()
    }

    /// It says in every log that the commit which opened the current epoch is void, without a proof, and goes on as if it had
    /// not. Whoever follows a log finds that there on its next connection.
    pub fn void_alone(&mut self) {
        let mut store =
            Connection::open(self.folder.path().join(SqliteStore::FILE)).expect("the store opens");
        add_voids(&mut store).expect("what the relay stores takes entries");
    }

    /// Ends it and opens it again. Each socket ends in a task of its own, and the last one closes the folder.
    pub async fn restart(&mut self) {
        self.relay = None;
        loop {
            match open(&self.folder, &self.time) {
                Ok(relay) => break self.relay = Some(relay),
                Err(OpenError::InUse) => tokio::task::yield_now().await,
                Err(error) => panic!("the relay's folder does not open again: {error}"),
            }
        }
    }
}

fn add_voids(store: &mut Connection) -> rusqlite::Result<()> {
    let transaction = store.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let logs: Vec<(i64, i64, i64)> = transaction
        .prepare("SELECT number, epoch_seq, latest_seq FROM conversations")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (number, epoch_seq, latest_seq) in logs {
        let seq = Seq(epoch_seq.unsigned_abs());
        let void = Control { kind: ControlKind::Void(Void { seq, proofs: vec![] }) }.encode();
        let mut envelope = [0xFE; 16];
        envelope[8..].copy_from_slice(&latest_seq.to_be_bytes());
        transaction.execute(
            "INSERT INTO entries (space_id, conversation, seq, envelope, kind, sender, received_at, payload)
             SELECT space_id, number, latest_seq + 1, ?2, 3, NULL, created_at, ?3
             FROM conversations WHERE number = ?1",
            params![number, envelope, void.as_ref()],
        )?;
        transaction.execute(
            "UPDATE conversations SET latest_seq = latest_seq + 1 WHERE number = ?1",
            params![number],
        )?;
    }
    transaction.commit()
}

fn open(folder: &TempDir, time: &watch::Sender<Timestamp>) -> Result<Embedded, OpenError> {
    let settings = Settings { data: Some(folder.path().to_owned()), ..Settings::default() };
    Embedded::open(&settings.check().expect("the settings are sound"), Clock::Told(time.subscribe()))
}

impl RealSocket {
    /// Asks, frame by frame, and waits for the answer; what is pushed before it is passed over.
    pub async fn ask(&mut self, body: Request) -> Response {
        self.try_ask(body).await.expect("an answer before the socket ends")
    }

    /// What was pushed so far; none if the socket has ended.
    pub async fn take_pushes(&mut self) -> Option<Vec<Response>> {
        const PROBE: u64 = 2;
        self.send(ClientFrame { request_id: PROBE, body: Request::Ping(Ping {}) }.encode()).await;
        let mut pushed = Vec::new();
        loop {
            let frame = ServerFrame::decode(self.receive().await?).expect("the relay sends frames");
            if frame.request_id == PROBE {
                return Some(pushed);
            }
            pushed.push(frame.body);
        }
    }

    /// Registers an account with one device.
    pub async fn register(&mut self, root: &RootKey, key: &DeviceKey) -> IdentityLog {
        let log = IdentityLog::open(root, key);
        let entries = log.entries_from(0).cloned().collect();
        let append = IdentityAppend { account: log.account(), from_length: 0, entries };
        let answer = self.ask(Request::IdentityAppend(append)).await;
        assert!(matches!(answer, Response::IdentityChanged(_)), "{answer:?}");
        log
    }
}

impl RelayPort for RealRelay {
    type Socket = RealSocket;

    async fn connect(&mut self) -> RealSocket {
        if self.has_ended() {
            self.restart().await;
        }
        RealSocket(self.running().connect())
    }

    fn tell_time(&mut self, now: Timestamp) {
        self.time.send_replace(now);
    }
}

impl Ask for RealSocket {
    async fn try_ask(&mut self, body: Request) -> Option<Response> {
        const REQUEST: u64 = 1;
        self.send(ClientFrame { request_id: REQUEST, body }.encode()).await;
        loop {
            let frame = ServerFrame::decode(self.receive().await?).expect("the relay sends frames");
            if frame.request_id == REQUEST {
                return Some(frame.body);
            }
        }
    }
}

impl RelaySocket for RealSocket {
    async fn send(&mut self, frame: Bytes) -> bool {
        self.0.to_relay.send(frame).await.is_ok()
    }

    async fn receive(&mut self) -> Option<Bytes> {
        self.0.from_relay.recv().await
    }
}
