//! A device that speaks to the relay frame by frame, and does what no engine would.

use client_api::{Command, Event, Outcome, SecretText};
use client_core::testing::{NewDevice, RelayPort, RelaySocket, World};
use e2e::poisoner::Ask;
use mls_wasm::policy::Heads;
use mls_wasm::{
    CommitRequest, CreatedCommit, Group, Leaf, NewKeyPackage, Opened, ReceivedHandshake, StagedJoin,
    StepSecret, peek,
};
use protocol::codec::OrEmpty;
use protocol::content::{Body, CONTENT_VERSION, Content, HandshakeContext, Text};
use protocol::frame::{
    CommitRefusal, EntriesFetch, Entry, GroupFetch, GroupState, Hello, IdentityAppend, IdentityFetch,
    IdentityTarget, InboxFetch, InboxItem, KeyPackagesPublish, LinkMessage, Payload, Request, Response,
    ServerFrame, SubmitHandshake, SubmitMessage,
};
use protocol::identity::{AccountHead, EntryKind, IdentityLog, LeafIdentity, RevokeDevice};
use protocol::keys::{DeviceKey, RootKey};
use protocol::{
    AccountId, Bytes, ConversationId, EnvelopeId, Epoch, MessageId, Seq, Suite, Timestamp, VERSION,
};

use crate::real_relay::{RealRelay, RealSocket};

/// A second device of an account, frame by frame.
pub(crate) struct Tablet {
    account: AccountId,
    key: DeviceKey,
    suite: Suite,
    socket: Option<RealSocket>,
    package: Option<NewKeyPackage>,
    group: Option<Group>,
    /// What the group knew of its accounts when this device came.
    heads: Vec<AccountHead>,
    steps: u8,
}

impl Tablet {
    /// A member of a conversation; with the own account's head as the group knows it.
    pub(crate) async fn of(
        client: usize,
        conversation: ConversationId,
        world: &mut World<RealRelay>,
    ) -> (Self, AccountHead) {
        let mut tablet = Self::listed(client, Suite::ML_KEM_768_X25519, world).await;
        let head = tablet.join(conversation).await;
        (tablet, head)
    }

    /// A member of its account's own group; and which that is.
    pub(crate) async fn of_own_group(client: usize, world: &mut World<RealRelay>) -> (Self, ConversationId) {
        let mut tablet = Self::listed(client, Suite::ML_KEM_768_X25519, world).await;
        let shown = world.driver(client).conversations();
        let is_shown = |id| shown.iter().any(|known| known.conversation == id);
        let invitations = tablet.invitations().await.into_iter();
        let own = invitations.map(|item| item.conversation).find(|id| !is_shown(*id));
        let own = own.expect("the account's first device has added this one");
        tablet.join(own).await;
        (tablet, own)
    }

    /// Listed by an account's first device, with KeyPackages of one suite.
    pub(crate) async fn listed(client: usize, suite: Suite, world: &mut World<RealRelay>) -> Self {
        let account = world.account(client);
        let key = DeviceKey::from_secret(&[77; 32]);
        let mut tablet = Self::new(account, key, suite);
        let new = NewDevice::new(&mut world.clock().moment().entropy);
        let mut socket = world.relay().connect().await;
        let hello = Hello { version_min: VERSION, version_max: VERSION, client: String::new() };
        socket.ask(Request::Hello(hello)).await;
        assert!(matches!(socket.ask(new.open()).await, Response::LinkOpened(_)));
        let linking = world.ask(client, Command::LinkDevice { shown: SecretText(new.code()) });
        world.settle().await;
        let (read, told) = (link_word(&mut socket).await, link_word(&mut socket).await);
        let join = new.join(&read, &told, &tablet.key).expect("it was told whose account that is");
        socket.ask(join).await;
        world.settle().await;
        let done = Event::Done { id: linking, outcome: Outcome::Done };
        assert!(world.client(client).events.contains(&done));
        tablet.sign_in(world.relay()).await;
        world.advance(30_000).await;
        tablet
    }

    /// A device that is an account's only one, its KeyPackage published; with its account's head.
    pub(crate) async fn alone(suite: Suite, world: &mut World<RealRelay>) -> (Self, AccountHead) {
        let key = DeviceKey::from_secret(&[78; 32]);
        let log = world.relay().connect().await.register(&RootKey::from_secret(&[79; 32]), &key).await;
        let mut tablet = Self::new(log.account(), key, suite);
        tablet.sign_in(world.relay()).await;
        (tablet, log.account_head())
    }

    fn new(account: AccountId, key: DeviceKey, suite: Suite) -> Self {
        Self { account, key, suite, socket: None, package: None, group: None, heads: vec![], steps: 0 }
    }

    pub(crate) fn account(&self) -> AccountId {
        self.account
    }

    fn secret(&mut self) -> StepSecret {
        self.steps += 1;
        StepSecret::from_bytes([self.steps; 32])
    }

    pub(crate) async fn ask(&mut self, body: Request) -> Response {
        self.socket.as_mut().expect("signed in").ask(body).await
    }

    async fn sign_in(&mut self, relay: &mut RealRelay) {
        let mut socket = relay.connect().await;
        assert!(socket.sign_in(self.account, &self.key).await);
        self.socket = Some(socket);
        let (leaf, secret) = (self.leaf(), self.secret());
        let package = NewKeyPackage::create(self.suite, true, &leaf, &self.key, &secret).unwrap();
        let last_resort = OrEmpty(Some(package.public.clone().into()));
        self.package = Some(package);
        let publish =
            KeyPackagesPublish { suite: self.suite, packages: vec![], last_resort, replaces_all: false };
        self.ask(Request::KeyPackagesPublish(publish)).await;
    }

    fn leaf(&self) -> Leaf {
        let key = self.key.public();
        Leaf { identity: LeafIdentity { account: self.account, device: key.device_id() }, key }
    }

    /// Joins by the Welcome in its inbox; gives the own account's head as the group knows it.
    pub(crate) async fn join(&mut self, conversation: ConversationId) -> AccountHead {
        let item = self.welcome_to(conversation).await;
        let fetch = GroupFetch { conversation, epoch: Some(item.epoch.0) };
        let Response::GroupState(state) = self.ask(Request::GroupFetch(fetch)).await else {
            panic!("no group")
        };
        let GroupState { tree, heads, .. } = state;
        let secret = self.secret();
        let private = self.package.as_ref().expect("published").private.clone();
        let staged = StagedJoin::stage(&item.welcome, &tree, &private, &secret).unwrap();
        self.group = Some(staged.adopt(&self.secret()).unwrap());
        self.heads = heads;
        self.head()
    }

    /// The own account's, as the group knew it when this device came.
    fn head(&self) -> AccountHead {
        *self.heads.iter().find(|head| head.account == self.account).expect("a member account")
    }

    /// The last Welcome into a conversation.
    async fn welcome_to(&mut self, conversation: ConversationId) -> InboxItem {
        let mut invitations = self.invitations().await.into_iter();
        let welcome = invitations.rfind(|item| item.conversation == conversation);
        welcome.expect("a member has added this device")
    }

    async fn invitations(&mut self) -> Vec<InboxItem> {
        let fetch = InboxFetch { after: 0, limit: 64 };
        let Response::Inbox(inbox) = self.ask(Request::InboxFetch(fetch)).await else { panic!("no inbox") };
        inbox.items
    }

    /// Strikes itself from its account's log.
    pub(crate) async fn revoke_itself(&mut self) {
        let revoke = RevokeDevice { device: self.key.public().device_id() };
        self.append(EntryKind::RevokeDevice(revoke)).await;
    }

    /// Adds to its account's log; gives the log as it was before.
    pub(crate) async fn append(&mut self, kind: EntryKind) -> IdentityLog {
        let target = IdentityTarget::Account(self.account);
        let fetch = IdentityFetch { target, from_length: 0 };
        let Response::IdentityEntries(served) = self.ask(Request::IdentityFetch(fetch)).await else {
            panic!("no log")
        };
        let log = IdentityLog::verify(self.account, served.entries).unwrap();
        let entry = log.sign_by_device(&self.key, kind);
        let from_length = log.head().length;
        let append = IdentityAppend { account: self.account, from_length, entries: vec![entry] };
        let answer = self.ask(Request::IdentityAppend(append)).await;
        assert!(matches!(answer, Response::IdentityChanged(_)), "{answer:?}");
        log
    }

    pub(crate) fn key(&self) -> &DeviceKey {
        &self.key
    }

    pub(crate) fn group(&mut self) -> &mut Group {
        self.group.as_mut().expect("joined")
    }

    /// Words, as an engine would say them.
    pub(crate) fn text(&mut self, text: &str) -> Content {
        self.content(Body::Text(Text { text: text.to_owned() }))
    }

    /// What an engine would say beside it.
    pub(crate) fn content(&mut self, body: Body) -> Content {
        self.steps += 1;
        let roster = self.group().roster().unwrap();
        Content {
            version: CONTENT_VERSION,
            message: MessageId::from_bytes([self.steps; 16]),
            sent_at: Timestamp::default(),
            sender_head: self.head().head,
            heads_digest: Heads::from_list(self.heads.clone()).digest(&roster),
            body,
        }
    }

    /// Says something; gives its place in the log.
    pub(crate) async fn say(&mut self, conversation: ConversationId, content: Content) -> Seq {
        match self.try_to_say(conversation, content).await {
            Response::Appended(appended) => appended.seq,
            answer => panic!("{answer:?}"),
        }
    }

    pub(crate) async fn try_to_say(&mut self, conversation: ConversationId, content: Content) -> Response {
        let secret = self.secret();
        let group = self.group.as_mut().expect("joined");
        let message = group.seal(&content.encode(), &self.key, &secret).unwrap().into();
        let envelope = EnvelopeId::from_bytes([self.steps; 16]);
        self.ask(Request::SubmitMessage(SubmitMessage { conversation, envelope, message })).await
    }

    /// Proposes to leave, and does nothing more.
    pub(crate) async fn propose_to_leave(&mut self, conversation: ConversationId) -> Seq {
        let (secret, context) = (self.secret(), HandshakeContext::new(vec![self.head()]));
        let group = self.group.as_mut().expect("joined");
        let proposal = group.propose_to_leave(context, &self.key, &secret).unwrap();
        self.submit_handshake(conversation, proposal, None).await
    }

    /// Renews its keys.
    pub(crate) async fn commit(&mut self, conversation: ConversationId, head: AccountHead) -> Seq {
        let secret = self.secret();
        let group = self.group.as_mut().expect("joined");
        let context = HandshakeContext::new(vec![head]);
        let commit = group.commit(&CommitRequest::default(), context, &self.key, &secret).unwrap();
        self.submit(conversation, commit).await
    }

    /// Renews its keys, its first path secrets garbage.
    pub(crate) async fn poison(
        &mut self,
        conversation: ConversationId,
        head: AccountHead,
        count: usize,
    ) -> Seq {
        let secret = self.secret();
        let group = self.group.as_mut().expect("joined");
        let context = HandshakeContext::new(vec![head]);
        let commit = group.commit_poisoned(context, &self.key, &secret, count).unwrap();
        self.submit(conversation, commit).await
    }

    /// Renews its keys so that nobody comes back by its GroupInfo.
    pub(crate) async fn bar_the_way_back(&mut self, conversation: ConversationId, head: AccountHead) -> Seq {
        let secret = self.secret();
        let group = self.group.as_mut().expect("joined");
        let context = HandshakeContext::new(vec![head]);
        let commit = group.commit(&CommitRequest::default(), context, &self.key, &secret).unwrap();
        let commit = commit.with_bogus_external_key(&self.key);
        self.submit(conversation, commit).await
    }

    async fn submit(&mut self, conversation: ConversationId, commit: CreatedCommit) -> Seq {
        self.submit_handshake(conversation, commit.commit, Some(commit.group_info)).await
    }

    async fn submit_handshake(
        &mut self,
        conversation: ConversationId,
        handshake: Vec<u8>,
        group_info: Option<Vec<u8>>,
    ) -> Seq {
        self.steps += 1;
        let submit = SubmitHandshake {
            conversation,
            envelope: EnvelopeId::from_bytes([self.steps; 16]),
            handshake: handshake.into(),
            group_info: OrEmpty(group_info.map(Bytes::from)),
            welcomes: vec![],
        };
        match self.ask(Request::SubmitHandshake(submit)).await {
            Response::Appended(appended) => appended.seq,
            answer => panic!("{answer:?}"),
        }
    }

    /// Says that it cannot follow the commit at a place, whether that is true or not.
    pub(crate) async fn refuse(&mut self, conversation: ConversationId, seq: Seq) -> Response {
        let refusal = self.refusal(conversation, seq).await;
        self.ask(Request::CommitRefusal(refusal)).await
    }

    pub(crate) async fn refusal(&mut self, conversation: ConversationId, seq: Seq) -> CommitRefusal {
        let handshake = self.handshake(conversation, seq).await;
        let epoch = peek::public_message(&handshake).unwrap().epoch;
        CommitRefusal::sign(conversation, seq, epoch, CommitRefusal::hash_of(&handshake), &self.key)
    }

    /// Follows another's commit.
    pub(crate) async fn follow(&mut self, conversation: ConversationId, seq: Seq) {
        let handshake = self.handshake(conversation, seq).await;
        let secrets = [self.secret(), self.secret()];
        match self.group().receive(&handshake, &secrets[0]).unwrap() {
            ReceivedHandshake::Commit(staged) => self.group().merge(*staged, &secrets[1]).unwrap(),
            _ => panic!("no commit of another's at {seq}"),
        }
    }

    async fn handshake(&mut self, conversation: ConversationId, seq: Seq) -> Bytes {
        match self.entry(conversation, seq).await.payload {
            Payload::Handshake(handshake) => handshake,
            _ => panic!("no handshake at {seq}"),
        }
    }

    pub(crate) async fn entry(&mut self, conversation: ConversationId, seq: Seq) -> Entry {
        self.entries(conversation, seq).await.into_iter().next().expect("an entry")
    }

    /// The first commit behind a place, if there is one.
    pub(crate) async fn commit_behind(&mut self, conversation: ConversationId, seq: Seq) -> Option<Seq> {
        let entries = self.entries(conversation, seq.next()).await.into_iter();
        let is_commit = |entry: &Entry| matches!(entry.payload, Payload::Handshake(_));
        entries.filter(is_commit).map(|entry| entry.seq).next()
    }

    async fn entries(&mut self, conversation: ConversationId, from_seq: Seq) -> Vec<Entry> {
        let fetch = EntriesFetch { conversation, from_seq, limit: 64 };
        match self.ask(Request::EntriesFetch(fetch)).await {
            Response::Entries(page) => page.entries,
            answer => panic!("{answer:?}"),
        }
    }

    /// The epoch that the relay's group is in.
    pub(crate) async fn epoch(&mut self, conversation: ConversationId) -> Epoch {
        match self.ask(Request::GroupFetch(GroupFetch { conversation, epoch: None })).await {
            Response::GroupState(state) => state.epoch,
            answer => panic!("{answer:?}"),
        }
    }

    /// What it opens of the log from a place on.
    pub(crate) async fn texts(&mut self, conversation: ConversationId, from_seq: Seq) -> Vec<String> {
        let mut texts = vec![];
        for entry in self.entries(conversation, from_seq).await {
            let secret = self.secret();
            let Payload::Application(sealed) = entry.payload else { continue };
            let Ok(Opened::Message { content, .. }) = self.group().open(&sealed, &secret) else { continue };
            if let Body::Text(text) = Content::decode(&content).unwrap().body {
                texts.push(text.text);
            }
        }
        texts
    }
}

/// What the other side of a link box says next.
async fn link_word(socket: &mut RealSocket) -> LinkMessage {
    match ServerFrame::decode(socket.receive().await.expect("a word")).unwrap().body {
        Response::LinkMessage(message) => message,
        body => panic!("{body:?}"),
    }
}
