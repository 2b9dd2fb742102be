//! Waiting, but not for ever.

use std::future::Future;
use std::pin::pin;

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use gloo_timers::callback::Timeout;

/// What is awaited, unless it takes longer.
pub(crate) async fn within<T>(wait_ms: u32, awaited: impl Future<Output = T>) -> Option<T> {
    let (tell, told) = oneshot::channel::<()>();
    let _alarm = Timeout::new(wait_ms, move || drop(tell));
    match select(pin!(awaited), told).await {
        Either::Left((came, _)) => Some(came),
        Either::Right(_) => None,
    }
}
