//! Parts for tests: a [`World`] of clients over stores in memory, a clock that is moved and a network that fails.

mod bench;
mod clock;
mod linking;
mod network;
mod store;
mod told;
mod world;

pub use bench::{Cost, MlsBench, Operation};
pub use clock::FakeClock;
pub use linking::NewDevice;
pub use network::{RelayPort, RelaySocket, SimNetwork, Tamper, push};
pub use store::{MemoryStore, RangeRead};
pub use told::Told;
pub use world::{SimClient, World};

use std::future::Future;

/// Finishes a future that never waits, as those over a [`MemoryStore`] are.
pub fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("a store in memory makes no one wait"),
    }
}
