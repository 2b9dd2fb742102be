//! Browser adapters of a Palaver client: IndexedDB, WebSocket, tabs and the worker. JavaScript loads it in a module worker
//! and calls [`run`]; everything else is messages.

#[cfg(feature = "testing")]
mod bench;
#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;
mod database;
mod keys;
mod locks;
mod owner;
mod patience;
mod running;
mod socket;
mod speech;
mod storage;
mod store;
mod tabs;
mod worker;
mod world;

#[cfg(feature = "testing")]
pub use bench::bench_mls;
pub use worker::run;
