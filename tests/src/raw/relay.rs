//! A relay in this process, on a port and a folder of its own.

use std::net::SocketAddr;
use std::path::Path;

use relay::Clock;
use relay::config::{Config, Settings};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::socket::Socket;

pub struct LocalRelay {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    folder: TempDir,
}

impl LocalRelay {
    /// A relay that counts nobody's requests.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A relay with changed settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::told(Clock::System, change).await
    }

    /// A relay whose time is a clock's, with changed settings.
    pub async fn told(clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Settings::without_limits(folder.path()).check().unwrap();
        change(&mut config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (served, is_serving) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let stopped = async {
                // A test that ends without stopping drops the sender.
                let _ = stopped.await;
            };
            let ready = || served.send(()).unwrap();
            relay::serve(&config, clock, listener, stopped, ready).await.unwrap();
        });
        is_serving.await.unwrap();
        Self { address, stop: Some(stop), serving, folder }
    }

    /// Everything it keeps.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub async fn connect(&self) -> Socket {
        Socket::open(self.address).await
    }

    /// Tells the relay to stop.
    pub fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has; what it leaves.
    pub async fn stopped(self) -> TempDir {
        self.serving.await.unwrap();
        self.folder
    }
}
