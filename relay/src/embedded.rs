//! A relay inside another program, without a network: simulators and tests speak to the very gateway that sockets do.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::ws::Message;
use futures_util::{sink, stream};
use protocol::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::config::Config;
use crate::gateway;
use crate::server::Relay;
use crate::store::sqlite::{OpenError, SqliteSpace};
use crate::world::Clock;

/// Frames under way in one direction.
const FRAMES_MAX: usize = 64;

/// An open relay. Dropping it and all of its sockets closes the data folder.
pub struct Embedded {
    relay: Arc<Relay<SqliteSpace>>,
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
        Ok(Self { relay: Arc::new(Relay::open(config, clock)?) })
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
        tokio::spawn(gateway::run(Arc::clone(&self.relay), (outgoing, incoming), address, stopping));
        LocalSocket { to_relay, from_relay }
    }
}
