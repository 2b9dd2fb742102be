//! What a relay's memory grows by for each idle socket with a session.

use e2e::TestRelay;
use e2e::raw::Member;
use futures_util::future::join_all;

use crate::{heading, row};

/// What the relay holds anyway, such as its store's caches, is full by then.
const FIRST: usize = 1_000;
const SOCKETS: usize = 5_000;
/// Opened at a time.
const AT_ONCE: usize = 50;

pub(crate) fn run() {
    heading(
        &format!("Memory for an idle authenticated socket, from {FIRST} to {SOCKETS}"),
        &["", "KiB a socket", "KiB in all"],
    );
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut relay = TestRelay::start();
        let mut members = Vec::with_capacity(SOCKETS);
        while members.len() < SOCKETS {
            members.extend(join_all((0..AT_ONCE).map(|_| Member::join_at(relay.address()))).await);
        }
        // As after an upgrade: everyone comes back to a relay that has just been started.
        relay.restart();
        let (first, others) = members.split_at_mut(FIRST);
        come_back(first, &relay).await;
        let before = relay.memory_kib();
        come_back(others, &relay).await;
        let after = relay.memory_kib();
        let each = (after - before) as f64 / others.len() as f64;
        row(&[
            "palaver-relay, the accounts' logs and the sessions included".to_owned(),
            format!("{each:.1}"),
            after.to_string(),
        ]);
        row(&["aim".to_owned(), "10".to_owned(), String::new()]);
    });
}

async fn come_back(members: &mut [Member], relay: &TestRelay) {
    for some in members.chunks_mut(AT_ONCE) {
        join_all(some.iter_mut().map(|member| member.come_back(relay.address()))).await;
    }
}
