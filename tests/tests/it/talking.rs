//! Messages arrive once, in order, whatever is switched off meanwhile.

use std::thread;

use e2e::{Home, TestRelay, rounds};

#[test]
fn two_people_talk_both_ways() {
    let relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ana.send(&ben, "hello ben");
    assert_eq!(ben.texts(&ana), ["hello ben"]);
    ben.send(&ana, "hello ana");
    assert_eq!(ana.texts(&ben), ["hello ben", "hello ana"]);
    let states: Vec<_> = ana.run(&["read", "@ben"]).lines.iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states, ["read", "received"]);
    let conversations = ana.run(&["conversations"]);
    assert_eq!(conversations.lines[0]["unread_count"], 0);
    assert_eq!(conversations.lines[0]["key_exchange"], "hybrid");
}

#[test]
fn whoever_was_offline_gets_everything_once_and_in_order_across_a_killed_relay() {
    let mut relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    let texts: Vec<String> = (0..100).map(|number| format!("message {number}")).collect();
    for (number, text) in texts.iter().enumerate() {
        if number % 20 == 10 {
            relay.restart();
        }
        ana.send(&ben, text);
    }
    relay.restart();
    assert_eq!(ben.texts(&ana), texts);
}

/// Each command is a process of its own, that opens everything from disk and leaves nothing in memory.
#[test]
fn hundreds_of_messages_both_ways_with_everything_read_from_disk_each_time() {
    let relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ben.add(&ana);
    let mut said = Vec::new();
    for number in 0..rounds(200, 1_000) {
        let (from, to) = if number % 3 == 2 { (&ben, &ana) } else { (&ana, &ben) };
        let text = format!("message {number}");
        from.send(to, &text);
        said.push(text);
    }
    assert_eq!(ana.texts(&ben), said);
    assert_eq!(ben.texts(&ana), said);
}

#[test]
fn what_is_sent_while_the_relay_is_away_is_queued_and_delivered_later() {
    let mut relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    relay.kill();
    let queued = ana.run(&["send", "@ben", "patience"]);
    queued.expect_code(3);
    assert_eq!(queued.lines.last().expect("the message is shown")["state"], "queued");
    relay.restart();
    ana.run(&["doctor"]);
    ana.send(&ben, "at last");
    assert_eq!(ben.texts(&ana), ["patience", "at last"]);
}

#[test]
fn both_send_first_at_once_and_one_conversation_holds_both() {
    let relay = TestRelay::start();
    for round in 0..rounds(8, 100) {
        let (ana, ben) =
            (Home::init(&relay, &format!("ana{round}")), Home::init(&relay, &format!("ben{round}")));
        ana.add(&ben);
        ben.add(&ana);
        thread::scope(|scope| {
            let sending = [
                scope.spawn(|| ana.run(&["send", &ben.name, "from ana"])),
                scope.spawn(|| ben.run(&["send", &ana.name, "from ben"])),
            ];
            for sent in sending {
                let sent = sent.join().expect("the sender ends");
                assert!(sent.code == 0 || sent.code == 3, "round {round}: {sent:?}");
            }
        });
        // One more contact each, for whoever had to wait for the other's invitation.
        ana.run(&["doctor"]);
        ben.run(&["doctor"]);
        for (own, other) in [(&ana, &ben), (&ben, &ana)] {
            let mut texts = own.texts(other);
            texts.sort();
            assert_eq!(texts, ["from ana", "from ben"], "round {round}");
            assert_eq!(own.run(&["conversations"]).lines.len(), 1, "round {round}");
        }
    }
}
