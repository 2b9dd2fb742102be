//! The real relay on a folder of its own, as the end of a simulation's network. It can be ended and opened again.

use client_core::testing::{RelayPort, RelaySocket};
use protocol::Bytes;
use relay::config::Settings;
use relay::{Embedded, LocalSocket};
use tempfile::TempDir;

pub(super) struct SimRelay {
    /// None only while it is opened again.
    relay: Option<Embedded>,
    folder: TempDir,
}

pub(super) struct Socket(LocalSocket);

impl SimRelay {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let relay = open(&folder).expect("a fresh folder opens");
        Self { relay: Some(relay), folder }
    }

    /// Ends it and opens it again. Every socket must have been dropped: each ends in a task of its own, and the last one closes
    /// the folder.
    pub(super) async fn restart(&mut self) {
        self.relay = None;
        loop {
            match open(&self.folder) {
                Ok(relay) => break self.relay = Some(relay),
                Err(relay::store::sqlite::OpenError::InUse) => tokio::task::yield_now().await,
                Err(error) => panic!("the relay's folder does not open again: {error}"),
            }
        }
    }
}

fn open(folder: &TempDir) -> Result<Embedded, relay::store::sqlite::OpenError> {
    let settings = Settings::without_limits(folder.path());
    Embedded::open(&settings.check().expect("the settings are sound"))
}

impl RelayPort for SimRelay {
    type Socket = Socket;

    fn connect(&mut self) -> Socket {
        Socket(self.relay.as_ref().expect("the relay runs").connect())
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
