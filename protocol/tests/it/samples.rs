//! One of everything that is sent or signed.

use protocol::codec::OrEmpty;
use protocol::content::{
    Body, CONTENT_VERSION, Content, HandOver, HandshakeContext, ReadUpTo, SelfRecord, Text,
};
use protocol::frame::*;
use protocol::identity::{
    AccountHead, AddDevice, CloseAccount, DeviceListing, EntryKind, Head, IdentityLog, LeafIdentity, Recover,
    RevokeDevice, RotateRoot, SetHandle, SignedEntry,
};
use protocol::keys::{DeviceKey, RootKey};
use protocol::link::{
    LinkAdmitted, LinkBody, LinkCommitted, LinkOffer, LinkPublished, LinkScanned, LinkSealed, LinkSecret,
    LinkSecretBody, LinkShare, LinkWord,
};
use protocol::{
    AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, ErrorCode, MessageId, RelayId, Seq, Suite,
    Timestamp,
};

const ACCOUNT: AccountId = AccountId::from_bytes([1; 32]);
const DEVICE: DeviceId = DeviceId::from_bytes([2; 16]);
const CONVERSATION: ConversationId = ConversationId::from_bytes([3; 16]);
const ENVELOPE: EnvelopeId = EnvelopeId::from_bytes([4; 16]);
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const HEAD: Head = Head { length: 2, hash: [5; 32] };
const NAMED: AccountHead = AccountHead { account: ACCOUNT, head: HEAD };
const SUITE: Suite = Suite::CHACHA20_POLY1305;

fn bytes(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

pub(crate) fn requests() -> Vec<Request> {
    [account_requests(), conversation_requests()].concat()
}

fn account_requests() -> Vec<Request> {
    let entry = SignedEntry { body: bytes("body"), signature: [6; 64] };
    vec![
        Request::Hello(Hello { version_min: 1, version_max: 1, client: "palaver".into() }),
        Request::SessionStart(SessionStart {
            account: ACCOUNT,
            device: DEVICE,
            signature: [7; 64],
            state_counter: 8,
        }),
        Request::SessionResume(SessionResume { resume_token: bytes("token"), state_counter: 8 }),
        Request::Logout(Logout {}),
        Request::Ping(Ping {}),
        Request::IdentityFetch(IdentityFetch { target: IdentityTarget::Account(ACCOUNT), from_length: 1 }),
        Request::IdentityFetch(IdentityFetch {
            target: IdentityTarget::Handle("ana".parse().unwrap()),
            from_length: 0,
        }),
        Request::IdentityFetch(IdentityFetch {
            target: IdentityTarget::Root(RootKey::from_secret(&[1; 32]).public()),
            from_length: 0,
        }),
        Request::IdentityCompare(IdentityCompare { known: vec![NAMED] }),
        Request::IdentityAppend(IdentityAppend { account: ACCOUNT, from_length: 1, entries: vec![entry] }),
        Request::KeyPackagesPublish(KeyPackagesPublish {
            suite: SUITE,
            packages: vec![bytes("package")],
            last_resort: OrEmpty(None),
            replaces_all: false,
        }),
        Request::KeyPackagesPublish(KeyPackagesPublish {
            suite: SUITE,
            packages: vec![],
            last_resort: OrEmpty(Some(bytes("package"))),
            replaces_all: true,
        }),
        Request::KeyPackagesClaim(KeyPackagesClaim { account: ACCOUNT, suite: SUITE, devices: vec![DEVICE] }),
    ]
}

fn conversation_requests() -> Vec<Request> {
    let handshake = SubmitHandshake {
        conversation: CONVERSATION,
        envelope: ENVELOPE,
        handshake: bytes("handshake"),
        group_info: OrEmpty(Some(bytes("info"))),
        welcomes: vec![Welcome { device: DEVICE, welcome: bytes("welcome") }],
    };
    vec![
        Request::ConversationCreate(ConversationCreate {
            conversation: CONVERSATION,
            envelope: ENVELOPE,
            group_info: bytes("info"),
            tree: bytes("tree"),
            head: NAMED,
            first_commit: Some(handshake.clone()),
        }),
        Request::SubmitHandshake(handshake),
        Request::SubmitMessage(SubmitMessage {
            conversation: CONVERSATION,
            envelope: ENVELOPE,
            message: bytes("m"),
        }),
        Request::GroupFetch(GroupFetch { conversation: CONVERSATION, epoch: Some(0) }),
        Request::Subscribe(Subscribe {
            subscriptions: vec![Subscription { conversation: CONVERSATION, from_seq: Seq(9) }],
        }),
        Request::EntriesFetch(EntriesFetch { conversation: CONVERSATION, from_seq: Seq(9), limit: 10 }),
        Request::Acknowledge(Acknowledge {
            acknowledgements: vec![Acknowledgement { conversation: CONVERSATION, seq: Seq(9) }],
            state_counter: 11,
        }),
        Request::InboxFetch(InboxFetch { after: 1, limit: 10 }),
        Request::InboxAcknowledge(InboxAcknowledge { ids: vec![1, 300] }),
        Request::LinkOpen(LinkOpen { name: [12; 16] }),
        Request::LinkEnter(LinkEnter { name: OrEmpty(None), number: 123_456_789 }),
        Request::LinkSend(LinkSend { message: bytes("word") }),
        Request::LinkLeave(LinkLeave {}),
        Request::CommitRefusal(CommitRefusal {
            conversation: CONVERSATION,
            seq: Seq(9),
            epoch: Epoch(2),
            commit: [7; 32],
            device: DEVICE,
            signature: [6; 64],
        }),
    ]
}

pub(crate) fn responses() -> Vec<Response> {
    [directory_responses(), conversation_responses()].concat()
}

fn directory_responses() -> Vec<Response> {
    let status =
        KeyPackagesStatus { suite: SUITE, unissued: 5, has_last_resort: true, last_resort_age_ms: 9 };
    vec![
        Response::Failure(Failure {
            epoch: Epoch(3),
            ..Failure::new(ErrorCode::StaleEpoch, "stale").retry_after_ms(7)
        }),
        Response::Challenge(Challenge {
            version: 1,
            relay: RelayId::from_bytes([8; 16]),
            nonce: [9; 32],
            expires_at: NOW,
            now: NOW,
        }),
        Response::SessionReady(SessionReady {
            account: ACCOUNT,
            device: DEVICE,
            session_token: bytes("session"),
            resume_token: bytes("resume"),
            expires_at: NOW,
            state_counter: 8,
            key_packages: vec![status.clone()],
            now: NOW,
        }),
        Response::Done(Done {}),
        Response::Pong(Pong {}),
        Response::IdentityEntries(IdentityEntries {
            account: ACCOUNT,
            from_length: 1,
            entries: vec![],
            head: HEAD,
        }),
        Response::IdentityDiffering(IdentityDiffering { heads: vec![NAMED] }),
        Response::IdentityChanged(IdentityChanged { account: ACCOUNT, head: HEAD }),
        Response::KeyPackagesStatus(status),
        Response::KeyPackagesClaimed(KeyPackagesClaimed {
            account: ACCOUNT,
            packages: vec![ClaimedKeyPackage {
                device: DEVICE,
                package: bytes("package"),
                last_resort: true,
            }],
        }),
    ]
}

fn conversation_responses() -> Vec<Response> {
    let item = InboxItem {
        id: 1,
        conversation: CONVERSATION,
        seq: Seq(2),
        epoch: Epoch(1),
        welcome: bytes("welcome"),
        received_at: NOW,
    };
    vec![
        Response::Appended(Appended {
            conversation: CONVERSATION,
            envelope: ENVELOPE,
            seq: Seq(9),
            received_at: NOW,
        }),
        Response::GroupState(GroupState {
            conversation: CONVERSATION,
            epoch: Epoch(1),
            seq: Seq(2),
            group_info: bytes("info"),
            tree: bytes("tree"),
            heads: vec![NAMED],
        }),
        Response::Subscribed(Subscribed {
            states: vec![SubscriptionState {
                conversation: CONVERSATION,
                latest_seq: Seq(9),
                refusal: OrEmpty(Some(ErrorCode::Forbidden)),
            }],
        }),
        Response::Entries(Entries { conversation: CONVERSATION, entries: entries(), latest_seq: Seq(9) }),
        Response::EntryAppended(EntryAppended {
            conversation: CONVERSATION,
            entry: entry(Payload::Application(bytes("sealed"))),
        }),
        Response::CursorMoved(CursorMoved {
            conversation: CONVERSATION,
            account: ACCOUNT,
            device: DEVICE,
            seq: Seq(9),
        }),
        Response::Inbox(Inbox { items: vec![item.clone()], more: true }),
        Response::InboxArrived(InboxArrived { item }),
        Response::LinkOpened(LinkOpened { number: 123_456_789, expires_at: NOW }),
        Response::LinkEntered(LinkEntered { expires_at: NOW }),
        Response::LinkMessage(LinkMessage { message: bytes("word") }),
        Response::LinkClosed(LinkClosed {}),
    ]
}

/// One of everything that two devices say to each other through a link box.
pub(crate) fn link_words() -> Vec<LinkWord> {
    let share = LinkShare { key: [13; 32], nonce: [14; 32] };
    let bodies = [
        LinkBody::Scanned(LinkScanned { key: [13; 32] }),
        LinkBody::Committed(LinkCommitted { commitment: [15; 32] }),
        LinkBody::Answered(share.clone()),
        LinkBody::Revealed(share),
        LinkBody::Sealed(LinkSealed { sealed: bytes("sealed") }),
    ];
    bodies.map(|body| LinkWord { body }).to_vec()
}

/// And of what they seal.
pub(crate) fn link_secrets() -> Vec<LinkSecret> {
    let device = DeviceKey::from_secret(&[16; 32]);
    let bodies = [
        LinkSecretBody::Offer(LinkOffer { account: ACCOUNT, self_conversation: CONVERSATION }),
        LinkSecretBody::Join(DeviceListing::new(&ACCOUNT, &device)),
        LinkSecretBody::Admitted(LinkAdmitted { head: HEAD }),
        LinkSecretBody::Published(LinkPublished {}),
    ];
    bodies.map(|body| LinkSecret { body }).to_vec()
}

/// One entry of every kind.
pub(crate) fn entries() -> Vec<Entry> {
    let control = |kind| entry(Payload::Control(Control { kind }));
    vec![
        entry(Payload::Application(bytes("sealed"))),
        entry(Payload::Handshake(bytes("commit"))),
        control(ControlKind::Created(Created { creator: DEVICE, suite: SUITE, head: NAMED })),
        control(ControlKind::Void(Void { seq: Seq(4), proofs: vec![bytes("proof")] })),
        control(ControlKind::Successor(Successor { conversation: CONVERSATION })),
    ]
}

fn entry(payload: Payload) -> Entry {
    Entry { seq: Seq(9), envelope: ENVELOPE, sender: OrEmpty(Some(DEVICE)), received_at: NOW, payload }
}

/// What is sealed, of every kind.
pub(crate) fn contents() -> Vec<Content> {
    let content = |body| Content {
        version: CONTENT_VERSION,
        message: MessageId::from_bytes([1; 16]),
        sent_at: NOW,
        sender_head: HEAD,
        heads_digest: [6; 32],
        body,
    };
    vec![
        content(Body::Text(Text { text: "hello".into() })),
        content(Body::ReadUpTo(ReadUpTo { seq: Seq(9) })),
        content(Body::SelfRecord(SelfRecord { name: "contact".into(), counter: 3, value: bytes("value") })),
        content(Body::HandOver(HandOver {
            device: DEVICE,
            done: 3,
            total: 40,
            records: vec![bytes("record")],
        })),
    ]
}

pub(crate) fn context() -> HandshakeContext {
    let head = |byte: u8| AccountHead {
        account: AccountId::from_bytes([byte; 32]),
        head: Head { length: 1, hash: [byte; 32] },
    };
    HandshakeContext::new(vec![head(2), head(1)])
}

pub(crate) fn leaf() -> LeafIdentity {
    LeafIdentity { account: ACCOUNT, device: DEVICE }
}

/// A log with an entry of every kind.
pub(crate) fn identity_log() -> IdentityLog {
    let root = |byte: u8| RootKey::from_secret(&[byte; 32]);
    let device = |byte: u8| DeviceKey::from_secret(&[byte; 32]);
    let mut log = IdentityLog::open(&root(1), &device(2));
    let account = log.account();
    let by_device = [
        EntryKind::AddDevice(AddDevice { device: DeviceListing::new(&account, &device(3)) }),
        EntryKind::SetHandle(SetHandle { handle: OrEmpty(Some("ana".parse().unwrap())) }),
        EntryKind::RevokeDevice(RevokeDevice { device: device(3).public().device_id() }),
    ];
    for kind in by_device {
        log.append(log.sign_by_device(&device(2), kind)).unwrap();
    }
    let rotate = RotateRoot::new(&account, log.head(), &root(4));
    log.append(log.sign_by_root(&root(1), EntryKind::RotateRoot(rotate))).unwrap();
    let recover = Recover {
        supersedes_after: log.head(),
        surviving: vec![],
        added: vec![DeviceListing::new(&account, &device(5))],
    };
    log.append(log.sign_by_root(&root(4), EntryKind::Recover(recover))).unwrap();
    let close = CloseAccount { supersedes_after: log.head() };
    log.append(log.sign_by_root(&root(4), EntryKind::CloseAccount(close))).unwrap();
    log
}
