//! The lock: one holder, the next in line when it lets go, and whoever steals.

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use wasm_bindgen_test::wasm_bindgen_test;

use super::new_name;
use crate::locks::{Lock, LockNews};

#[wasm_bindgen_test]
async fn the_next_in_line_holds_it_when_the_holder_lets_go() {
    let name = new_name();
    let (first, mut to_first) = request(&name, false);
    assert_eq!(to_first.next().await, Some(LockNews::Granted));
    let (_second, mut to_second) = request(&name, false);
    assert!(to_second.try_recv().is_err(), "one holds it at a time");
    drop(first);
    assert_eq!(to_second.next().await, Some(LockNews::Granted));
    let (_thief, mut to_thief) = request(&name, true);
    assert_eq!(to_thief.next().await, Some(LockNews::Granted));
    assert_eq!(to_second.next().await, Some(LockNews::Stolen));
    assert!(!matches!(to_first.try_recv(), Ok(LockNews::Stolen)), "whoever lets go is not told of a theft");
}

#[wasm_bindgen_test]
async fn whoever_is_stolen_from_is_told() {
    let name = new_name();
    let (_first, mut to_first) = request(&name, false);
    assert_eq!(to_first.next().await, Some(LockNews::Granted));
    let (_thief, mut to_thief) = request(&name, true);
    assert_eq!(to_thief.next().await, Some(LockNews::Granted));
    assert_eq!(to_first.next().await, Some(LockNews::Stolen));
}

#[wasm_bindgen_test]
async fn whoever_no_longer_waits_gets_nothing() {
    let name = new_name();
    let (first, mut to_first) = request(&name, false);
    assert_eq!(to_first.next().await, Some(LockNews::Granted));
    let (second, mut to_second) = request(&name, false);
    drop(second);
    drop(first);
    let (_third, mut to_third) = request(&name, false);
    assert_eq!(to_third.next().await, Some(LockNews::Granted));
    assert!(to_second.try_recv().is_err());
}

fn request(name: &str, is_stealing: bool) -> (Lock, UnboundedReceiver<LockNews>) {
    let (tell, told) = unbounded();
    let lock = Lock::request(name, is_stealing, move |news| {
        // The test may be over.
        let _ = tell.unbounded_send(news);
    });
    (lock.unwrap(), told)
}
