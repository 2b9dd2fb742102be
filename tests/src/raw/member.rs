//! People with devices, and what their devices submit.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mls_wasm::policy::Policy;
use mls_wasm::{
    CommitRequest, CreatedCommit, Group, Leaf, NewKeyPackage, ReceivedHandshake, StagedJoin, StepSecret,
    welcome_key_package,
};
use protocol::codec::OrEmpty;
use protocol::content::HandshakeContext;
use protocol::frame::{
    Appended, Challenge, ConversationCreate, EntriesFetch, Entry, GroupFetch, GroupState, IdentityAppend,
    KeyPackagesPublish, Payload, Request, Response, SessionStart, SubmitHandshake, SubmitMessage, Subscribe,
    Subscription, Welcome,
};
use protocol::identity::{
    AccountHead, AddDevice, CloseAccount, DeviceListing, EntryKind, IdentityLog, LeafIdentity, RevokeDevice,
    SetHandle, SignedEntry,
};
use protocol::keys::{DeviceKey, RootKey};
use protocol::{AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Seq, Suite};

use super::relay::LocalRelay;
use super::socket::{Socket, ready};

pub const SUITE: Suite = Suite::CHACHA20_POLY1305;

static STEPS: AtomicU64 = AtomicU64::new(1);

/// Sixteen bytes never given before in this run.
pub fn fresh() -> [u8; 16] {
    let mut bytes = [0xA5; 16];
    bytes[..8].copy_from_slice(&STEPS.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

fn secret() -> StepSecret {
    let mut bytes = [0x5E; 32];
    bytes[..16].copy_from_slice(&fresh());
    StepSecret::from_bytes(bytes)
}

/// An account's device.
pub struct Person {
    pub account: AccountId,
    pub key: DeviceKey,
    pub log: IdentityLog,
    root: Arc<RootKey>,
}

impl Person {
    pub fn random() -> Self {
        let (mut device, mut root) = ([1; 32], [2; 32]);
        let fresh = fresh();
        device[..16].copy_from_slice(&fresh);
        root[..16].copy_from_slice(&fresh);
        let (key, root) = (DeviceKey::from_secret(&device), RootKey::from_secret(&root));
        let log = IdentityLog::open(&root, &key);
        Self { account: log.account(), key, log, root: Arc::new(root) }
    }

    /// Another device of the same account, and what lists it.
    fn tablet(&mut self) -> (Self, Request) {
        let mut secret = [3; 32];
        secret[..16].copy_from_slice(&fresh());
        let key = DeviceKey::from_secret(&secret);
        let add = EntryKind::AddDevice(AddDevice { device: DeviceListing::new(&self.account, &key) });
        let listing = self.appended(self.log.sign_by_device(&self.key, add));
        (Self { account: self.account, key, log: self.log.clone(), root: Arc::clone(&self.root) }, listing)
    }

    pub fn device(&self) -> DeviceId {
        self.key.public().device_id()
    }

    pub fn leaf(&self) -> Leaf {
        Leaf {
            identity: LeafIdentity { account: self.account, device: self.device() },
            key: self.key.public(),
        }
    }

    pub fn answer(&self, challenge: &Challenge) -> SessionStart {
        SessionStart {
            account: self.account,
            device: self.device(),
            signature: challenge.sign(&self.account, &self.key),
            state_counter: 1,
        }
    }

    /// What registers the account.
    pub fn registration(&self) -> Request {
        let entries = self.log.entries_from(0).cloned().collect();
        Request::IdentityAppend(IdentityAppend { account: self.account, from_length: 0, entries })
    }

    /// What revokes the account's own device.
    pub fn revocation(&mut self) -> Request {
        let revoke = EntryKind::RevokeDevice(RevokeDevice { device: self.device() });
        self.appended(self.log.sign_by_device(&self.key, revoke))
    }

    /// What calls the account so.
    pub fn naming(&mut self, handle: &str) -> Request {
        let handle = EntryKind::SetHandle(SetHandle { handle: OrEmpty(handle.parse().ok()) });
        self.appended(self.log.sign_by_device(&self.key, handle))
    }

    /// What closes the account.
    pub fn closing(&mut self) -> Request {
        let supersedes_after = self.log.head();
        let close = EntryKind::CloseAccount(CloseAccount { supersedes_after });
        self.appended(self.log.sign_by_root(&self.root, close))
    }

    fn appended(&mut self, entry: SignedEntry) -> Request {
        let from_length = self.log.head().length;
        self.log.append(entry.clone()).unwrap();
        Request::IdentityAppend(IdentityAppend { account: self.account, from_length, entries: vec![entry] })
    }
}

/// A person whose device has a session, and who is in a group.
pub struct Member {
    pub person: Person,
    pub socket: Socket,
    pub session_token: Bytes,
    pub resume_token: Bytes,
    group: Option<Group>,
    key_package: Option<NewKeyPackage>,
}

impl Member {
    /// Registers someone and opens a session.
    pub async fn join(relay: &LocalRelay) -> Self {
        Self::join_at(relay.address).await
    }

    /// The same, wherever the relay is.
    pub async fn join_at(relay: SocketAddr) -> Self {
        let person = Person::random();
        let mut socket = Socket::open(relay).await;
        let answer = socket.ask(person.registration()).await;
        assert!(matches!(answer, Response::IdentityChanged(_)), "{answer:?}");
        Self::start(person, socket).await
    }

    /// Another device of the same account, with a session of its own.
    pub async fn tablet(&mut self, relay: &LocalRelay) -> Self {
        let (person, listing) = self.person.tablet();
        let answer = self.socket.ask(listing).await;
        assert!(matches!(answer, Response::IdentityChanged(_)), "{answer:?}");
        Self::start(person, relay.connect().await).await
    }

    async fn start(person: Person, mut socket: Socket) -> Self {
        let ready = socket.start(&person).await;
        let (session_token, resume_token) = (ready.session_token, ready.resume_token);
        Self { person, socket, session_token, resume_token, group: None, key_package: None }
    }

    /// Takes its session up on a new socket.
    pub async fn come_back(&mut self, relay: SocketAddr) {
        self.socket = Socket::open(relay).await;
        self.resume_token = ready(self.socket.resume(&self.resume_token).await).resume_token;
    }

    pub fn group(&mut self) -> &mut Group {
        self.group.as_mut().expect("in a group")
    }

    pub fn key_package(&mut self) -> Vec<u8> {
        let package =
            NewKeyPackage::create(SUITE, false, &self.person.leaf(), &self.person.key, &secret()).unwrap();
        self.key_package.insert(package).public.clone()
    }

    /// `count` KeyPackages and one of last resort, to be published.
    pub fn publication(&self, count: usize) -> Request {
        let create = |is_last_resort| {
            let leaf = self.person.leaf();
            NewKeyPackage::create(SUITE, is_last_resort, &leaf, &self.person.key, &secret()).unwrap().public
        };
        Request::KeyPackagesPublish(KeyPackagesPublish {
            suite: SUITE,
            packages: (0..count).map(|_| create(false).into()).collect(),
            last_resort: OrEmpty(Some(create(true).into())),
            replaces_all: false,
        })
    }

    /// Creates a conversation with others, who join it.
    pub async fn create(&mut self, policy: &Policy, others: &mut [Self]) -> ConversationId {
        let id = ConversationId::from_bytes(fresh());
        let create = self.creation(id, policy, others);
        let welcomes = create.first_commit.as_ref().map_or(vec![], |commit| commit.welcomes.clone());
        expect_appended(self.socket.ask(Request::ConversationCreate(create)).await);
        self.merge_own();
        self.welcome(id, &welcomes, others).await;
        id
    }

    pub fn creation(
        &mut self,
        id: ConversationId,
        policy: &Policy,
        others: &mut [Self],
    ) -> ConversationCreate {
        let leaf = self.person.leaf();
        let group = Group::create(&id, SUITE, policy, &leaf, &self.person.key, &secret()).unwrap();
        let group_info = group.group_info(&self.person.key, &secret()).unwrap().into();
        let tree = group.tree().into();
        self.group = Some(group);
        let request = CommitRequest {
            add: others.iter_mut().map(Self::key_package).collect(),
            ..CommitRequest::default()
        };
        let heads: Vec<_> = others.iter().map(|other| other.person.log.account_head()).collect();
        let first_commit = (!others.is_empty()).then(|| handshake_of(id, &self.commit(&request, &heads)));
        let head = self.person.log.account_head();
        let envelope = EnvelopeId::from_bytes(fresh());
        ConversationCreate { conversation: id, envelope, group_info, tree, head, first_commit }
    }

    async fn welcome(&mut self, id: ConversationId, welcomes: &[Welcome], others: &mut [Self]) {
        for other in others {
            let device = other.person.device();
            let welcome = welcomes.iter().find(|welcome| welcome.device == device).unwrap();
            let epoch = Some(self.group().epoch().0);
            let state = other.fetch_group(id, epoch).await;
            let package = other.key_package.as_ref().unwrap();
            assert_eq!(welcome_key_package(&welcome.welcome).unwrap(), package.reference);
            let staged =
                StagedJoin::stage(&welcome.welcome, &state.tree, &package.private, &secret()).unwrap();
            other.group = Some(staged.adopt(&secret()).unwrap());
        }
    }

    pub async fn fetch_group(&mut self, id: ConversationId, epoch: Option<u64>) -> GroupState {
        match self.socket.ask(Request::GroupFetch(GroupFetch { conversation: id, epoch })).await {
            Response::GroupState(state) => state,
            answer => panic!("no group: {answer:?}"),
        }
    }

    /// Makes a commit that names the own account's head and others'.
    pub fn commit(&mut self, request: &CommitRequest, others: &[AccountHead]) -> CreatedCommit {
        let mut heads = vec![self.person.log.account_head()];
        heads.extend(others);
        heads.sort_by_key(|head| head.account);
        let context = HandshakeContext::new(heads);
        let key = &self.person.key;
        self.group.as_mut().expect("in a group").commit(request, context, key, &secret()).unwrap()
    }

    pub fn merge_own(&mut self) {
        self.group().merge_own(&secret()).unwrap();
    }

    /// Takes in a handshake of the log.
    pub fn apply(&mut self, handshake: &[u8]) {
        if self.group().has_pending_commit() {
            self.group().discard_own().unwrap();
        }
        match self.group().receive(handshake, &secret()).unwrap() {
            ReceivedHandshake::Commit(staged) => self.group().merge(*staged, &secret()).unwrap(),
            _ => panic!("not another member's commit"),
        }
    }

    pub fn message(&mut self, id: ConversationId) -> SubmitMessage {
        self.seal(id, b"hello")
    }

    pub fn big_message(&mut self, id: ConversationId, bytes: usize) -> SubmitMessage {
        self.seal(id, &vec![b'x'; bytes])
    }

    fn seal(&mut self, id: ConversationId, content: &[u8]) -> SubmitMessage {
        let key = &self.person.key;
        let group = self.group.as_mut().expect("in a group");
        let message = group.seal(content, key, &secret()).unwrap().into();
        SubmitMessage { conversation: id, envelope: EnvelopeId::from_bytes(fresh()), message }
    }

    pub async fn say(&mut self, id: ConversationId) -> Appended {
        let message = Request::SubmitMessage(self.message(id));
        expect_appended(self.socket.ask(message).await)
    }

    pub async fn entries(&mut self, id: ConversationId) -> Vec<Entry> {
        let fetch = EntriesFetch { conversation: id, from_seq: Seq(1), limit: 256 };
        match self.socket.ask(Request::EntriesFetch(fetch)).await {
            Response::Entries(entries) => entries.entries,
            answer => panic!("no entries: {answer:?}"),
        }
    }

    pub async fn submit(&mut self, id: ConversationId, commit: &CreatedCommit) -> Response {
        self.socket.ask(Request::SubmitHandshake(handshake_of(id, commit))).await
    }

    /// Follows a log; says where it stands.
    pub async fn follow(&mut self, id: ConversationId, from_seq: Seq) -> protocol::frame::SubscriptionState {
        let subscriptions = vec![Subscription { conversation: id, from_seq }];
        match self.socket.ask(Request::Subscribe(Subscribe { subscriptions })).await {
            Response::Subscribed(subscribed) => subscribed.states[0].clone(),
            answer => panic!("not subscribed: {answer:?}"),
        }
    }

    /// The next entry pushed; other pushes are passed over.
    pub async fn next_entry(&mut self) -> Entry {
        loop {
            match self.socket.push().await {
                Response::EntryAppended(appended) => return appended.entry,
                Response::Failure(failure) => panic!("the socket ends: {failure:?}"),
                _ => {}
            }
        }
    }

    /// A room's policy, created by this member.
    pub fn room(&self) -> Policy {
        Policy::room(self.person.account, SUITE)
    }

    pub fn dm(&self, other: &Self) -> Policy {
        Policy::dm(self.person.account, other.person.account, SUITE)
    }

    /// The leaf of another member in this one's view.
    pub fn leaf_of(&mut self, other: &Person) -> u32 {
        let device = other.device();
        let roster = self.group().roster().unwrap();
        roster.leaves().find(|(_, leaf)| leaf.identity.device == device).map(|(index, _)| index).unwrap()
    }
}

/// Two members in the conversation of their accounts, both from its first epoch with them.
pub async fn dm(relay: &LocalRelay) -> (Member, Member, ConversationId) {
    let (mut alice, bob) = (Member::join(relay).await, Member::join(relay).await);
    let policy = alice.dm(&bob);
    let mut both = [bob];
    let id = alice.create(&policy, &mut both).await;
    let [bob] = both;
    (alice, bob, id)
}

pub fn handshake_of(id: ConversationId, commit: &CreatedCommit) -> SubmitHandshake {
    let welcomes = commit
        .welcomes
        .iter()
        .map(|welcome| Welcome { device: welcome.joiner.device, welcome: welcome.welcome.clone().into() })
        .collect();
    SubmitHandshake {
        conversation: id,
        envelope: EnvelopeId::from_bytes(fresh()),
        handshake: commit.commit.clone().into(),
        group_info: OrEmpty(Some(commit.group_info.clone().into())),
        welcomes,
    }
}

#[track_caller]
pub fn expect_appended(answer: Response) -> Appended {
    match answer {
        Response::Appended(appended) => appended,
        answer => panic!("not appended: {answer:?}"),
    }
}

pub fn handshake_in(entry: &Entry) -> &[u8] {
    match &entry.payload {
        Payload::Handshake(bytes) => bytes,
        payload => panic!("no handshake: {payload:?}"),
    }
}
