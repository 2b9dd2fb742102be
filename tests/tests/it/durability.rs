//! What was acknowledged is on disk.

use std::path::Path;

use e2e::{Home, TestRelay, rounds};

/// A relay killed at any point of a send: each message is there afterwards, once and in its place.
#[test]
fn a_relay_killed_over_and_over_loses_and_doubles_nothing() {
    let mut relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ana.send(&ben, "first");
    let mut said = vec!["first".to_owned()];
    let wal = relay.folder().join("relay.sqlite-wal");
    for round in 0..rounds(20, 1_000) {
        let text = format!("message {round}");
        let length = length_of(&wal);
        let mut sending = ana.spawn(&["send", &ben.name, &text]);
        said.push(text);
        // Killed before, just as, or some time after the message is written.
        if round % 3 != 0 {
            while length_of(&wal) == length && sending.try_wait().expect("it runs").is_none() {
                std::thread::yield_now();
            }
        }
        if round % 3 == 2 {
            (0..round * 50).for_each(|_| std::thread::yield_now());
        }
        relay.kill();
        sending.wait().expect("it ends");
        relay.restart();
    }
    ana.send(&ben, "last");
    said.push("last".to_owned());
    assert_eq!(ben.texts(&ana), said);
    assert_eq!(ana.texts(&ben), said);
}

#[test]
fn an_answer_leaves_only_after_what_it_acknowledges_is_synced() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let trace = folder.path().join("trace");
    const CALLS: &str = "pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg";
    let mut relay = match TestRelay::start_traced(CALLS, &trace) {
        Ok(relay) => relay,
        Err(reason) => {
            eprintln!("SKIPPED: this machine does not let processes be traced: {reason}");
            return;
        }
    };
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ana.send(&ben, "on disk");
    relay.stop();
    let trace = std::fs::read_to_string(&trace).expect("the trace is written");
    let synced = check_order(&trace).unwrap_or_else(|line| panic!("answered before it was synced: {line}"));
    assert!(synced > 5, "accounts, KeyPackages and messages were written: {synced}");
}

#[test]
fn the_check_of_the_order_sees_an_answer_that_is_too_early() {
    let early = "1 pwrite64(7</data/relay.sqlite-wal>, ...) = 4096\n2 sendto(9<TCP:[1]>, ...) = 80\n\
                 1 fdatasync(7</data/relay.sqlite-wal>) = 0\n";
    assert!(check_order(early).is_err());
    let late = "1 pwrite64(7</data/relay.sqlite-wal>, ...) = 4096\n1 fdatasync(7</data/relay.sqlite-wal>) = 0\n\
                2 sendto(9<TCP:[1]>, ...) = 80\n";
    assert_eq!(check_order(late), Ok(1));
    let woken = "1 pwrite64(7</data/relay.sqlite-wal>, ...) = 4096\n\
                 2 sendto(7<socket:[5]>, \"\\1\", 1, MSG_NOSIGNAL, NULL, 0) = 1\n\
                 1 fdatasync(7</data/relay.sqlite-wal>) = 0\n";
    assert_eq!(check_order(woken), Ok(1));
}

/// How often the log was synced before the next answer, or the answer that did not wait. One client at a time is served, so
/// that whatever is sent answers what was written last. A signal wakes the relay by one byte to itself: no answer is as short.
fn check_order(trace: &str) -> Result<u32, &str> {
    let (mut is_dirty, mut synced) = (false, 0);
    for line in trace.lines() {
        let is_about_log = line.contains("relay.sqlite-wal>");
        let has_synced = is_about_log && line.contains("sync(") && !line.contains("unfinished")
            || line.contains("sync resumed");
        if is_about_log && line.contains("pwrite64(") {
            is_dirty = true;
        } else if has_synced {
            synced += u32::from(std::mem::take(&mut is_dirty));
        } else if is_dirty && is_answer(line) {
            return Err(line);
        }
    }
    Ok(synced)
}

fn is_answer(line: &str) -> bool {
    let is_to_socket = ["TCP:", "socket:"].iter().any(|socket| line.contains(socket));
    is_to_socket && !line.contains(r#", "\1", 1, MSG_NOSIGNAL"#)
}

fn length_of(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |metadata| metadata.len())
}
