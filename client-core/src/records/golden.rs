//! Records have the bytes they always had, and what was written once is still read.

use client_api::Outcome;
use data_encoding::HEXLOWER;
use protocol::identity::{Head, SignedEntry};
use protocol::{
    AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, MessageId, RelayId, Seq, Suite, Timestamp,
};
use zeroize::Zeroizing;

use super::*;
use crate::entropy::Entropy;
use crate::vault::{DataKey, Vault};

const GOLDEN: &str = include_str!("../../tests/golden/records.txt");

const ACCOUNT: AccountId = AccountId::from_bytes([1; 32]);
const DEVICE: DeviceId = DeviceId::from_bytes([2; 16]);
const CONVERSATION: ConversationId = ConversationId::from_bytes([3; 16]);
const ENVELOPE: EnvelopeId = EnvelopeId::from_bytes([4; 16]);
const MESSAGE: MessageId = MessageId::from_bytes([5; 16]);
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A sample's name, its version and bytes, and whether the golden bytes are read as the same sample.
struct Sample {
    name: String,
    value: Value,
    reads: Reads,
}

type Reads = Box<dyn Fn(u8, &[u8]) -> bool>;

#[test]
fn every_record_has_the_bytes_it_always_had() {
    let shown: String = samples()
        .iter()
        .map(|sample| {
            let Value { version, plain } = &sample.value;
            format!("{} {version} {}\n", sample.name, HEXLOWER.encode(plain))
        })
        .collect();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/records.txt");
        std::fs::write(path, &shown).unwrap();
        return;
    }
    assert_eq!(shown, GOLDEN);
}

#[test]
fn a_key_package_of_the_first_version_is_read_without_its_name() {
    let read = KeyPackageRecord::from_value(1, &[1, 7, 7]).unwrap();
    assert_eq!(read, key_package(vec![], 0));
    assert!(KeyPackageRecord::from_value(1, &[]).is_err());
}

#[test]
fn a_key_package_of_the_second_version_is_of_the_only_suite_there_was() {
    let plain = HEXLOWER.decode(b"04080808080301020707").unwrap();
    assert_eq!(KeyPackageRecord::from_value(2, &plain).unwrap(), key_package(vec![8; 4], 3));
}

#[test]
fn a_head_of_the_first_version_may_have_told_all_it_counted() {
    assert_eq!(HeadRecord::from_value(1, &[7]).unwrap(), HeadRecord { counter: 7, told: 7 });
}

#[test]
fn an_outlived_copy_of_the_first_version_has_all_of_its_conversations_left() {
    assert_eq!(OutlivedRecord::from_value(1, &[9]).unwrap(), OutlivedRecord { left: None });
}

#[test]
fn what_waited_in_the_first_version_is_not_known_to_be_outlived() {
    let plain = HEXLOWER.decode(b"0400200101010101010101010101010101010101010101010101010101010101010101100505050505050505050505050505050580d095ffbc31000568656c6c6f00").unwrap();
    let read = OutboxRecord::from_value(1, &plain).unwrap();
    assert_eq!((read.position, read.state, read.outlived_at), (4, OutboxState::Waiting, None));
}

#[test]
fn every_record_ever_written_is_still_read() {
    for sample in samples() {
        let golden = GOLDEN.lines().find_map(|line| line.strip_prefix(&sample.name)?.strip_prefix(' '));
        let (version, hex) = golden.unwrap().split_once(' ').unwrap();
        let plain = HEXLOWER.decode(hex.as_bytes()).unwrap();
        assert!((sample.reads)(version.parse().unwrap(), &plain), "{}", sample.name);
    }
}

#[test]
fn a_newer_records_version_asks_for_an_update_and_damage_is_told() {
    let newer = HeadRecord::from_value(HeadRecord::VERSION + 1, &[]);
    assert_eq!(newer, Err(RecordError::UpgradeRequired));
    assert_eq!(HeadRecord::from_value(HeadRecord::VERSION, &[]), Err(RecordError::Damaged));
}

fn key_package(reference: Vec<u8>, number: u64) -> KeyPackageRecord {
    let private = Zeroizing::new(vec![7, 7]);
    KeyPackageRecord { reference, suite: 3, number, is_last_resort: true, private }
}

fn samples() -> Vec<Sample> {
    let mut samples = vec![
        sample("head", HeadRecord { counter: 7, told: 6 }),
        sample("outlived", OutlivedRecord { left: Some(vec![CONVERSATION]) }),
        sample("account", account()),
        sample(
            "identity",
            IdentityRecord::of(&SignedEntry { body: Bytes::from_static(b"body"), signature: [6; 64] }),
        ),
        sample("pin", PinRecord::of(ACCOUNT, Head { length: 2, hash: [7; 32] })),
        sample("contact", contact()),
        sample("setting", setting()),
        sample("message", message()),
        sample("draft", DraftRecord { text: "hel".to_owned() }),
        sample("key_package", key_package(vec![8; 4], 3)),
        sample("pending", PendingRecord { envelope: ENVELOPE, request: vec![1, 2], intent: Some(MESSAGE) }),
    ];
    for (index, shown_at) in [None, Some(NOW)].into_iter().enumerate() {
        let record = ReplacementRecord { nonce: Zeroizing::new([9; 32]), new_root: [11; 32], shown_at };
        samples.push(sample(&format!("replacement_{index}"), record));
    }
    samples.push(sample("restoring", restoring()));
    samples.push(sample("linking", linking()));
    let stages = [
        HandOverStage::Contacts { after: None },
        HandOverStage::Conversations { after: Some(CONVERSATION) },
        HandOverStage::Messages { conversation: CONVERSATION, before: Seq(300) },
        HandOverStage::UntilBack,
    ];
    for (index, next) in stages.into_iter().enumerate() {
        let record = HandOverRecord { device: DEVICE, next, done: 3, total: 40 };
        samples.push(sample(&format!("hand_over_{index}"), record));
    }
    let outcomes = [
        Outcome::Done,
        Outcome::ContactAdded { account: ACCOUNT },
        Outcome::Queued { message: MESSAGE },
        Outcome::RoomOpened { room: CONVERSATION },
    ];
    for (index, outcome) in outcomes.iter().enumerate() {
        samples.push(sample(&format!("command_{index}"), CommandRecord::of(outcome).unwrap()));
    }
    let kinds = [StoredKind::SelfGroup, StoredKind::Dm { peer: ACCOUNT }, StoredKind::Room];
    let phases = [Phase::Creating, Phase::Joined, Phase::AwaitingWelcome, Phase::Rejoining, Phase::Removed];
    for (index, phase) in phases.into_iter().enumerate() {
        let kind = kinds[index % kinds.len()];
        samples.push(sample(&format!("conversation_{index}"), conversation(kind, phase)));
    }
    samples.extend(outbox());
    samples.push(sample("commit", commit()));
    samples.push(sample("rejoin", RejoinRecord { heads: vec![1], group: Zeroizing::new(vec![7, 7]) }));
    let voided = VoidedRecord { message: MESSAGE, shown_at: Seq(9), said_at: Seq(300) };
    samples.push(sample("voided", voided));
    samples.push(sealed_sample());
    samples
}

/// Each body and each state of what waits to be said.
fn outbox() -> Vec<Sample> {
    let mut samples = Vec::new();
    let sealed = SealedSubmission { envelope: ENVELOPE, epoch: Epoch(3), message: vec![1, 2, 3] };
    let states = [
        OutboxState::Waiting,
        OutboxState::Sealed(sealed.clone()),
        OutboxState::Failed { code: "forbidden".to_owned() },
    ];
    for (index, body) in bodies().into_iter().enumerate() {
        let state = states[index % states.len()].clone();
        let target = if index % 2 == 0 { Target::Peer(ACCOUNT) } else { Target::Conversation(CONVERSATION) };
        let item = OutboxRecord {
            position: 4,
            target,
            message: MESSAGE,
            created_at: NOW,
            body,
            state,
            outlived_at: None,
        };
        samples.push(sample(&format!("outbox_{index}"), item));
    }
    let refused = OutboxRecord {
        position: 4,
        target: Target::Conversation(CONVERSATION),
        message: MESSAGE,
        created_at: NOW,
        body: OutboxBody::Text("hello".to_owned()),
        state: OutboxState::Refused { code: "forbidden".to_owned(), sealed },
        outlived_at: None,
    };
    let outlived = OutboxRecord { outlived_at: Some(Seq(9)), ..refused.clone() };
    samples.push(sample("outbox_refused", refused));
    samples.push(sample("outbox_outlived", outlived));
    samples
}

fn bodies() -> [OutboxBody; 9] {
    [
        OutboxBody::Text("hello".to_owned()),
        OutboxBody::ReadUpTo(Seq(9)),
        OutboxBody::SelfRecord { name: "contact".to_owned(), counter: 3, value: vec![1, 2] },
        OutboxBody::RefreshKeys,
        OutboxBody::HandOver { device: DEVICE, done: 3, total: 40, records: handed_over() },
        OutboxBody::Invite(ACCOUNT),
        OutboxBody::Dismiss(ACCOUNT),
        OutboxBody::HandOver { device: DEVICE, done: 3, total: 40, records: setting_handed_over() },
        OutboxBody::Again("hello".to_owned()),
    ]
}

fn commit() -> CommitRecord {
    CommitRecord {
        seq: Seq(4),
        epoch: Epoch(3),
        hash: Some([4; 32]),
        committer: Some((ACCOUNT, DEVICE)),
        is_external: true,
        heads: vec![1],
        is_refused: true,
    }
}

fn sample<R: Record + PartialEq + 'static>(name: &str, record: R) -> Sample {
    let value = record.to_value();
    let reads = move |version, plain: &[u8]| R::from_value(version, plain).is_ok_and(|read| read == record);
    Sample { name: name.to_owned(), value, reads: Box::new(reads) }
}

/// A record as it lies in the store: its key and its sealed bytes.
fn sealed_sample() -> Sample {
    let vault = || Vault::new(&DataKey::from_bytes([1; 8], [2; 32]));
    let key = vault().owner_hash(StoreKind::Contact as u8, ACCOUNT.as_bytes());
    let sealed = vault().seal(&key, 1, b"plain", &mut Entropy::from_bytes([3; 32]));
    let stored = [key.as_slice(), &sealed].concat();
    Sample {
        name: "sealed".to_owned(),
        value: Value { version: 1, plain: Zeroizing::new(stored) },
        reads: Box::new(move |_, stored| {
            let (key, sealed) = stored.split_at(key.len());
            vault().open(key, sealed).is_ok_and(|opened| opened.plain.as_slice() == b"plain")
        }),
    }
}

fn account() -> AccountRecord {
    AccountRecord {
        account: ACCOUNT,
        device_secret: Zeroizing::new([9; 32]),
        relay: Some(RelayId::from_bytes([8; 16])),
        registered_length: 1,
        resume_token: Some(Zeroizing::new(vec![1, 2])),
        self_conversation: CONVERSATION,
        outbox_next: 4,
        self_counter: 3,
        commands: vec![[6; 16]],
    }
}

/// One of each thing told, as it travels.
fn handed_over() -> Vec<Vec<u8>> {
    let told = [
        HandedOver::Contact { version: 1, plain: vec![7] },
        HandedOver::ReadUpTo { conversation: CONVERSATION, up_to: Seq(9) },
        HandedOver::Message { conversation: CONVERSATION, seq: Seq(9), version: 1, plain: vec![7] },
    ];
    told.iter().map(|told| postcard::to_allocvec(told).unwrap()).collect()
}

fn setting_handed_over() -> Vec<Vec<u8>> {
    vec![postcard::to_allocvec(&HandedOver::Setting { version: 1, plain: vec![7] }).unwrap()]
}

fn setting() -> SettingRecord {
    SettingRecord { name: "theme".to_owned(), value: "dark".to_owned(), counter: 3, writer: DEVICE }
}

fn linking() -> LinkingRecord {
    LinkingRecord {
        device_secret: Zeroizing::new([2; 32]),
        relay: Some(RelayId::from_bytes([6; 16])),
        joining: Some((ACCOUNT, CONVERSATION)),
    }
}

fn restoring() -> RestoringRecord {
    RestoringRecord {
        root_secret: Zeroizing::new([10; 32]),
        device_secret: Zeroizing::new([9; 32]),
        relay: Some(RelayId::from_bytes([8; 16])),
    }
}

fn contact() -> ContactRecord {
    ContactRecord {
        account: ACCOUNT,
        handle: Some("ana".parse().unwrap()),
        conversation: Some(CONVERSATION),
        verified_number: Some("12345".to_owned()),
        counter: 3,
        writer: DEVICE,
    }
}

fn message() -> MessageRecord {
    MessageRecord {
        message: MESSAGE,
        from: ACCOUNT,
        device: DEVICE,
        text: "hello".to_owned(),
        sent_at: NOW,
        received_at: NOW,
    }
}

fn conversation(kind: StoredKind, phase: Phase) -> ConversationRecord {
    ConversationRecord {
        cursor: Seq(9),
        digests: vec![(3, [4; 32])],
        last_message: Some((Seq(8), message())),
        unread_count: 1,
        read_up_to: Seq(7),
        delivered_up_to: Seq(6),
        peer_read_up_to: Seq(5),
        unacknowledged_merge: Some(Seq(4)),
        ..ConversationRecord::new(CONVERSATION, kind, phase, Suite::OFFERED[0])
    }
}
