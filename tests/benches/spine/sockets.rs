//! What a relay's memory grows by for each idle socket with a session.

use e2e::TestRelay;
use e2e::raw::Member;
use futures_util::future::join_all;

use crate::{heading, row};

const SOCKETS: usize = 5_000;
/// Opened at a time.
const AT_ONCE: usize = 50;

pub(crate) fn run() {
    heading(
        &format!("Memory for an idle authenticated socket, at {SOCKETS}"),
        &["", "KiB a socket", "KiB in all"],
    );
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let relay = TestRelay::start();
        let before = relay.memory_kib();
        let mut members = Vec::with_capacity(SOCKETS);
        while members.len() < SOCKETS {
            members.extend(join_all((0..AT_ONCE).map(|_| Member::join_at(relay.address()))).await);
        }
        let after = relay.memory_kib();
        let each = (after - before) as f64 / SOCKETS as f64;
        row(&[
            "palaver-relay, its account's log and session included".to_owned(),
            format!("{each:.1}"),
            after.to_string(),
        ]);
        row(&["aim".to_owned(), "10".to_owned(), String::new()]);
    });
}
