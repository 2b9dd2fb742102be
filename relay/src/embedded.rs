//! A relay inside another program, without a network: simulators and tests speak to the very gateway that sockets do.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Message;
use futures_util::{sink, stream};
use protocol::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;

use crate::config::Config;
use crate::gateway;
use crate::outage::{End, Interrupted, Outage};
use crate::server::Relay;
use crate::store::sqlite::{OpenError, SqliteSpace};
use crate::world::Clock;

/// Frames under way in one direction.
const FRAMES_MAX: usize = 64;

/// Turns that everything else is given once the relay has ended: what was said before that leaves.
const LAST_TURNS: usize = 16;

/// An open relay. Dropping it ends its sockets, and the last of them closes the data folder.
pub struct Embedded {
    relay: Arc<Relay<SqliteSpace>>,
    outage: Arc<Outage>,
    /// Held for a look only.
    sockets: Arc<Mutex<JoinSet<()>>>,
}

/// A client's end of a socket. Dropping it closes the socket.
pub struct LocalSocket {
    /// Frames to the relay.
    pub to_relay: Sender<Bytes>,
    /// Frames from the relay; ends with the socket.
    pub from_relay: Receiver<Bytes>,
}

impl Embedded {
    /// Opens a data folder. The relay's time is the clock's.
    pub fn open(config: &Config, clock: Clock) -> Result<Self, OpenError> {
        let outage = Arc::<Outage>::default();
        let interrupted = Arc::clone(&outage);
        let relay =
            Relay::open(config, clock, |observer| Box::new(Interrupted { outage: interrupted, observer }))?;
        Ok(Self { relay: Arc::new(relay), outage, sockets: Arc::default() })
    }

    /// The relay ends like a process that is killed, at a boundary of one of the next changes; or never. All of its sockets
    /// end then, and whoever opens the folder again finds what was committed.
    pub fn end_at(&self, end: Option<End>) {
        self.outage.set(end);
        let (mut outage, sockets) = (self.outage.watch(), Arc::downgrade(&self.sockets));
        tokio::spawn(async move {
            if outage.wait_for(|has_ended| *has_ended).await.is_err() {
                return;
            }
            for _ in 0..LAST_TURNS {
                tokio::task::yield_now().await;
            }
            if let Some(sockets) = sockets.upgrade() {
                lock(&sockets).abort_all();
            }
        });
    }

    /// Whether it came to that.
    pub fn has_ended(&self) -> bool {
        *self.outage.watch().borrow()
    }

    /// Opens a socket, served by a task of the current runtime.
    pub fn connect(&self) -> LocalSocket {
        let (to_relay, mut incoming) = channel(FRAMES_MAX);
        let (outgoing, from_relay) = channel(FRAMES_MAX);
        let incoming = stream::poll_fn(move |cx| {
            incoming.poll_recv(cx).map(|frame| frame.map(|frame| Ok(Message::Binary(frame))))
        });
        let outgoing = sink::unfold(outgoing, |outgoing: Sender<Bytes>, message| async move {
            match message {
                Message::Binary(frame) => {
                    outgoing.send(frame).await.map(|()| outgoing).map_err(axum::Error::new)
                }
                // A channel needs no heartbeats, and ends by being dropped.
                _ => Ok(outgoing),
            }
        });
        let stopping = self.relay.stopping.subscribe();
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut sockets = lock(&self.sockets);
        while sockets.try_join_next().is_some() {}
        sockets.spawn(gateway::run(Arc::clone(&self.relay), (outgoing, incoming), address, stopping));
        LocalSocket { to_relay, from_relay }
    }
}

fn lock(sockets: &Mutex<JoinSet<()>>) -> MutexGuard<'_, JoinSet<()>> {
    sockets.lock().unwrap_or_else(PoisonError::into_inner)
}
