//! The real relay, on a folder of its own, as the end of a world's network.

use client_core::testing::{RelayPort, RelaySocket, World};
use protocol::Bytes;
use relay::config::Settings;
use relay::{Embedded, LocalSocket};
use tempfile::TempDir;

pub(crate) struct RealRelay {
    relay: Embedded,
    _folder: TempDir,
}

pub(crate) struct Socket(LocalSocket);

/// A world around a fresh relay.
pub(crate) fn world(seed: u64) -> World<RealRelay> {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::without_limits(folder.path());
    let relay = Embedded::open(&settings.check().unwrap()).unwrap();
    World::new(RealRelay { relay, _folder: folder }, seed)
}

impl RelayPort for RealRelay {
    type Socket = Socket;

    fn connect(&mut self) -> Socket {
        Socket(self.relay.connect())
    }
}

impl RelaySocket for Socket {
    async fn send(&mut self, frame: Bytes) -> bool {
        self.0.to_relay.send(frame).await.is_ok()
    }

    async fn receive(&mut self) -> Option<Bytes> {
        self.0.from_relay.recv().await
    }
}
