//! A device revoked after it committed: what it did before stays what it was, for whoever replays it later.

use client_api::{Command, Outcome};
use mls_wasm::{CommitRequest, Group, Leaf, NewKeyPackage, StagedJoin, StepSecret};
use protocol::codec::OrEmpty;
use protocol::content::HandshakeContext;
use protocol::frame::{
    ClientFrame, GroupFetch, GroupState, Hello, IdentityAppend, IdentityFetch, IdentityTarget, InboxFetch,
    InboxItem, KeyPackagesPublish, Request, Response, ServerFrame, SessionStart, SubmitHandshake,
};
use protocol::identity::{AccountHead, DeviceListing, EntryKind, IdentityLog, LeafIdentity, RevokeDevice};
use protocol::keys::DeviceKey;
use protocol::{AccountId, ConversationId, EnvelopeId, Suite, VERSION};

use client_core::testing::{RelayPort, RelaySocket, World};

use crate::relay::{RealRelay, Socket, world};
use crate::world::pair;

#[tokio::test]
async fn a_client_that_was_away_replays_a_commit_of_a_device_revoked_since_and_goes_on() {
    let mut world = world(20);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "before");
    world.settle().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    world.set_online(ben, false).await;

    let (mut tablet, head) = Tablet::of(alice, conversation, &mut world).await;
    tablet.commit(conversation, head).await;
    world.settle().await;
    world.say(alice, ben, "with the tablet");
    world.settle().await;
    let device = tablet.key.public().device_id();
    assert_eq!(world.command(alice, Command::RevokeDevice { device }).await, Outcome::Done);
    world.advance(30_000).await;
    world.say(alice, ben, "without it");
    world.settle().await;

    world.client(ben).take_notices();
    world.set_online(ben, true).await;
    assert_eq!(world.texts(ben, alice).await, ["before", "with the tablet", "without it"]);
    world.say(ben, alice, "all read");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await.last().map(String::as_str), Some("all read"));
    let held = world.client(ben).take_codes();
    assert!(held.iter().all(|(code, _)| *code == client_api::NoticeCode::EntryHeld), "{held:?}");
}

#[tokio::test]
async fn nothing_is_sealed_for_a_device_that_is_known_to_be_revoked() {
    let mut world = world(24);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "before");
    world.settle().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    let account = world.account(alice);
    let (mut tablet, _) = Tablet::of(alice, conversation, &mut world).await;

    // Revoked while the account's other device is away: nobody has taken the tablet out of the conversation yet.
    world.set_online(alice, false).await;
    tablet.revoke_itself().await;
    world.settle().await;
    world.say(ben, alice, "not for the tablet");
    world.settle().await;
    assert_eq!(world.driver(ben).pending(account).len(), 1, "it waits until the tablet is out");
    world.advance(30_000).await;
    assert_eq!(world.driver(ben).pending(account), []);
    world.set_online(alice, true).await;
    assert_eq!(world.texts(alice, ben).await, ["before", "not for the tablet"]);
}

/// A second device of an account, frame by frame.
pub(crate) struct Tablet {
    account: AccountId,
    key: DeviceKey,
    suite: Suite,
    socket: Option<Socket>,
    package: Option<NewKeyPackage>,
    group: Option<Group>,
    steps: u8,
}

impl Tablet {
    /// A member of a conversation; with the own account's head as the group knows it.
    async fn of(
        client: usize,
        conversation: ConversationId,
        world: &mut World<RealRelay>,
    ) -> (Self, AccountHead) {
        let mut tablet = Self::listed(client, Suite::ML_KEM_768_X25519, world).await;
        let head = tablet.join(conversation).await;
        (tablet, head)
    }

    /// Listed by an account's first device, with KeyPackages of one suite.
    pub(crate) async fn listed(client: usize, suite: Suite, world: &mut World<RealRelay>) -> Self {
        let account = world.account(client);
        let key = DeviceKey::from_secret(&[77; 32]);
        let mut tablet = Self { account, key, suite, socket: None, package: None, group: None, steps: 0 };
        let listing = DeviceListing::new(&account, &tablet.key);
        let admit = Command::AdmitDevice {
            key: *tablet.key.public().as_bytes(),
            possession: listing.possession.to_vec(),
        };
        assert_eq!(world.command(client, admit).await, Outcome::Done);
        tablet.sign_in(world.relay()).await;
        world.advance(30_000).await;
        tablet
    }

    fn secret(&mut self) -> StepSecret {
        self.steps += 1;
        StepSecret::from_bytes([self.steps; 32])
    }

    async fn ask(&mut self, body: Request) -> Response {
        let socket = self.socket.as_mut().expect("signed in");
        assert!(socket.send(ClientFrame { request_id: 7, body }.encode()).await);
        loop {
            let frame = ServerFrame::decode(socket.receive().await.expect("an answer")).unwrap();
            if frame.request_id == 7 {
                return frame.body;
            }
        }
    }

    async fn sign_in(&mut self, relay: &mut RealRelay) {
        self.socket = Some(relay.connect());
        let hello = Hello { version_min: VERSION, version_max: VERSION, client: String::new() };
        let Response::Challenge(challenge) = self.ask(Request::Hello(hello)).await else {
            panic!("no challenge")
        };
        let start = SessionStart {
            account: self.account,
            device: self.key.public().device_id(),
            signature: challenge.sign(&self.account, &self.key),
            state_counter: 1,
        };
        let ready = self.ask(Request::SessionStart(start)).await;
        assert!(matches!(ready, Response::SessionReady(_)), "{ready:?}");
        let (leaf, secret) = (self.leaf(), self.secret());
        let package = NewKeyPackage::create(self.suite, true, &leaf, &self.key, &secret).unwrap();
        let last_resort = OrEmpty(Some(package.public.clone().into()));
        self.package = Some(package);
        let publish = KeyPackagesPublish { suite: self.suite, packages: vec![], last_resort };
        self.ask(Request::KeyPackagesPublish(publish)).await;
    }

    fn leaf(&self) -> Leaf {
        let key = self.key.public();
        Leaf { identity: LeafIdentity { account: self.account, device: key.device_id() }, key }
    }

    /// Joins by the Welcome in its inbox; gives the own account's head as the group knows it.
    async fn join(&mut self, conversation: ConversationId) -> AccountHead {
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
        *heads.iter().find(|head| head.account == self.account).expect("a member account")
    }

    async fn welcome_to(&mut self, conversation: ConversationId) -> InboxItem {
        let fetch = InboxFetch { after: 0, limit: 64 };
        let Response::Inbox(inbox) = self.ask(Request::InboxFetch(fetch)).await else { panic!("no inbox") };
        let welcome = inbox.items.into_iter().find(|item| item.conversation == conversation);
        welcome.expect("the account's first device has added this one")
    }

    /// Strikes itself from its account's log.
    async fn revoke_itself(&mut self) {
        let target = IdentityTarget::Account(self.account);
        let fetch = IdentityFetch { target, from_length: 0 };
        let Response::IdentityEntries(served) = self.ask(Request::IdentityFetch(fetch)).await else {
            panic!("no log")
        };
        let log = IdentityLog::verify(self.account, served.entries).unwrap();
        let revoke = RevokeDevice { device: self.key.public().device_id() };
        let entry = log.sign_by_device(&self.key, EntryKind::RevokeDevice(revoke));
        let from_length = log.head().length;
        let append = IdentityAppend { account: self.account, from_length, entries: vec![entry] };
        let answer = self.ask(Request::IdentityAppend(append)).await;
        assert!(matches!(answer, Response::IdentityChanged(_)), "{answer:?}");
    }

    /// Renews its keys.
    async fn commit(&mut self, conversation: ConversationId, head: AccountHead) {
        let secret = self.secret();
        let group = self.group.as_mut().expect("joined");
        let context = HandshakeContext::new(vec![head]);
        let commit = group.commit(&CommitRequest::default(), context, &self.key, &secret).unwrap();
        let submit = SubmitHandshake {
            conversation,
            envelope: EnvelopeId::from_bytes([42; 16]),
            handshake: commit.commit.into(),
            group_info: OrEmpty(Some(commit.group_info.into())),
            welcomes: vec![],
        };
        let answer = self.ask(Request::SubmitHandshake(submit)).await;
        assert!(matches!(answer, Response::Appended(_)), "{answer:?}");
    }
}
