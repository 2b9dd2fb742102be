//! How much is written for one message.

use mls_wasm::CommitRequest;
use mls_wasm::policy::Policy;

use crate::actors::{Device, Logs, Relay, SUITE, secret};

/// Reduced room: the figures for a thousand members are measured by `cargo xtask bench`.
#[test]
fn a_message_writes_what_changed_and_not_the_whole() {
    let mut logs = Logs::default();
    let mut alice = Device::open(&mut logs, 1);
    alice.create(&Policy::room(alice.account, SUITE));
    let mut members: Vec<Device> = (2..62).map(|seed| Device::open(&mut logs, seed)).collect();
    let mut relay = Relay::create(&mut alice, &logs);
    let request = CommitRequest {
        add: members.iter_mut().map(Device::key_package).collect(),
        ..CommitRequest::default()
    };
    let accounts: Vec<_> = members.iter().map(|member| member.account).chain([alice.account]).collect();
    let created = alice.commit(&request, logs.context(&accounts)).unwrap();
    relay.accept(&alice.leaf(), &created, &logs).unwrap();
    alice.receive(&created.commit).unwrap();
    let tree = relay.group.tree();
    for (member, welcome) in members.iter_mut().zip(&created.welcomes) {
        member.join(&welcome.welcome, &tree).unwrap();
    }
    for round in 0..3u8 {
        for member in &mut members {
            let sealed = member.seal(&[round]);
            alice.group().open(&sealed, &secret()).unwrap();
            let written = alice.save();
            assert!(written <= 6 * 1024, "{written} bytes for one message");
        }
    }
    let state: usize = alice.records.values().map(|record| record.len()).sum();
    alice.restart();
    let sealed = members[0].seal(b"last");
    alice.group().open(&sealed, &secret()).unwrap();
    let written = alice.save();
    assert!(written * 4 < state, "{written} of {state} bytes written for one message");
}
