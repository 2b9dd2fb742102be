//! Sends messages to others' servers. Whoever makes an endpoint says where the relay connects to: nowhere but to the public network.

mod address;
mod send;
mod target;

pub(crate) use send::Sender;
pub(crate) use target::{Reach, Target};
