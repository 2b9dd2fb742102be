//! Palaver's relay: orders and stores what it cannot read.
//!
//! [`serve`] runs one on a listener until it is told to stop, so that tests and other programs can mount it.

pub mod api;
pub mod config;
mod connections;
mod embedded;
mod gateway;
mod groups;
mod http;
mod hub;
mod identities;
mod links;
mod metrics;
pub mod operator;
mod origin;
mod outage;
mod patience;
mod places;
mod rates;
mod runner;
mod server;
mod site;
pub mod store;
mod tails;
mod tls;
pub mod trade;
mod unread;
mod webhooks;
mod world;

pub use embedded::{Embedded, LocalSocket};
pub use outage::{Boundary, End};
pub use server::{ServeError, serve};
pub use world::Clock;
