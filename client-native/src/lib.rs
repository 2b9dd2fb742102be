//! Native adapters of a Palaver client: SQLite store, WebSocket, key file, and the task that runs the driver.

mod client;
mod home;
mod key_file;
mod socket;
mod store;
mod world;

pub use client::{Client, ClientError, check_relay};
pub use client_core::Driver;
pub use home::{Home, HomeError, Phrase};
pub use key_file::{KeyFileError, Passphrase};
pub use store::SqliteStore;
