//! Durable sends through the relay, beside plain SQLite inserts of the same durability.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use e2e::TestRelay;
use e2e::raw::{Member, fresh};
use protocol::EnvelopeId;
use protocol::frame::{Request, Response};
use rusqlite::Connection;

use crate::{MEASURED, heading, now, rate, row};

pub(crate) fn run() {
    heading(
        "Durable sends a second (each answered only when it is synced)",
        &["producers", "palaver-relay", "plain SQLite, an insert a transaction", "ratio"],
    );
    for producers in [1, 64, 256] {
        let plain = plain_inserts();
        let sends = tokio::runtime::Runtime::new().unwrap().block_on(sends(producers));
        row(&[
            producers.to_string(),
            format!("{sends:.0}"),
            format!("{plain:.0}"),
            format!("{:.1}", sends / plain),
        ]);
    }
}

/// Each producer says the next thing when the last is acknowledged, in a conversation of its own.
async fn sends(producers: usize) -> f64 {
    let relay = TestRelay::start();
    let (is_over, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut members = Vec::new();
    for _ in 0..producers {
        let mut member = Member::join_at(relay.address()).await;
        let policy = member.room();
        let id = member.create(&policy, &mut []).await;
        let message = member.message(id);
        members.push((member, message));
    }
    let started = now();
    let mut running = tokio::task::JoinSet::new();
    for (mut member, mut message) in members {
        let (is_over, count) = (Arc::clone(&is_over), Arc::clone(&count));
        running.spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                message.envelope = EnvelopeId::from_bytes(fresh());
                let answer = member.socket.ask(Request::SubmitMessage(message.clone())).await;
                assert!(matches!(answer, Response::Appended(_)), "{answer:?}");
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(MEASURED).await;
    let rate = count.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64();
    is_over.store(true, Ordering::Relaxed);
    running.join_all().await;
    rate
}

fn plain_inserts() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join("plain.sqlite")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection
        .execute_batch("CREATE TABLE entries (seq INTEGER PRIMARY KEY, payload BLOB NOT NULL)")
        .unwrap();
    let payload = vec![7_u8; 300];
    rate(|| {
        connection.execute("INSERT INTO entries (payload) VALUES (?1)", [&payload]).unwrap();
    })
}
