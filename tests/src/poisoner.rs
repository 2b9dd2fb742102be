//! A device that is no engine: it is let into a conversation, and renews its keys there so that nobody can follow.

use mls_wasm::{Leaf, NewKeyPackage, StagedJoin, StepSecret};
use protocol::codec::OrEmpty;
use protocol::content::HandshakeContext;
use protocol::frame::{
    GroupFetch, Hello, InboxFetch, InboxItem, KeyPackagesPublish, Request, Response, SessionStart,
    SubmitHandshake,
};
use protocol::identity::LeafIdentity;
use protocol::keys::DeviceKey;
use protocol::{AccountId, ConversationId, DeviceId, EnvelopeId, Suite, VERSION, limits};

/// The suite of what engines say to each other.
const SUITE: Suite = Suite::ML_KEM_768_X25519;

/// A socket that is asked frame by frame.
pub trait Ask {
    /// The answer; none if the socket ends before.
    fn try_ask(&mut self, body: Request) -> impl Future<Output = Option<Response>>;

    /// Opens a device's session. False: the socket has ended.
    fn sign_in(&mut self, account: AccountId, key: &DeviceKey) -> impl Future<Output = bool> {
        async move {
            let hello = Hello { version_min: VERSION, version_max: VERSION, client: String::new() };
            let challenge = match self.try_ask(Request::Hello(hello)).await {
                Some(Response::Challenge(challenge)) => challenge,
                None => return false,
                answer => panic!("no challenge: {answer:?}"),
            };
            let start = SessionStart {
                account,
                device: key.public().device_id(),
                signature: challenge.sign(&account, key),
                state_counter: 1,
            };
            match self.try_ask(Request::SessionStart(start)).await {
                Some(Response::SessionReady(_)) => true,
                None => false,
                answer => panic!("no session: {answer:?}"),
            }
        }
    }
}

/// Whoever poisons.
pub struct Poisoner<S> {
    account: AccountId,
    key: DeviceKey,
    /// How it reaches the relay.
    pub socket: S,
    /// What its secrets are made of, and how many there were.
    seed: [u8; 32],
    secrets: u8,
}

impl<S: Ask> Poisoner<S> {
    /// An account's device.
    pub fn new(account: AccountId, key: DeviceKey, socket: S, seed: [u8; 32]) -> Self {
        Self { account, key, socket, seed, secrets: 0 }
    }

    pub fn device(&self) -> DeviceId {
        self.key.public().device_id()
    }

    /// Opens its session. False: its socket has ended.
    pub async fn sign_in(&mut self) -> bool {
        self.socket.sign_in(self.account, &self.key).await
    }

    fn secret(&mut self) -> StepSecret {
        self.secrets += 1;
        let mut secret = self.seed;
        secret[0] ^= self.secrets;
        StepSecret::from_bytes(secret)
    }

    /// Publishes what it can be let into conversations by, again and again, and gives it to itself.
    pub async fn publish(&mut self) -> Option<NewKeyPackage> {
        let leaf = Leaf {
            identity: LeafIdentity { account: self.account, device: self.device() },
            key: self.key.public(),
        };
        let secret = self.secret();
        let package = NewKeyPackage::create(SUITE, true, &leaf, &self.key, &secret).ok()?;
        let last_resort = OrEmpty(Some(package.public.clone().into()));
        let publish = KeyPackagesPublish { suite: SUITE, packages: vec![], last_resort, replaces_all: false };
        self.socket.try_ask(Request::KeyPackagesPublish(publish)).await?;
        Some(package)
    }

    /// What it was let into.
    pub async fn invitations(&mut self) -> Option<Vec<InboxItem>> {
        let fetch = InboxFetch { after: 0, limit: limits::INBOX_PER_FRAME_MAX };
        match self.socket.try_ask(Request::InboxFetch(fetch)).await? {
            Response::Inbox(inbox) => Some(inbox.items),
            _ => None,
        }
    }

    /// Renews its keys so that nobody can follow, in a conversation that it was let into and that has not gone on since.
    pub async fn poison(
        &mut self,
        package: &NewKeyPackage,
        conversation: ConversationId,
    ) -> Option<Response> {
        let invitations = self.invitations().await?;
        let item = invitations.into_iter().find(|item| item.conversation == conversation)?;
        let fetch = GroupFetch { conversation, epoch: Some(item.epoch.0) };
        let Response::GroupState(served) = self.socket.try_ask(Request::GroupFetch(fetch)).await? else {
            return None;
        };
        let head = *served.heads.iter().find(|head| head.account == self.account)?;
        let secrets = [self.secret(), self.secret(), self.secret()];
        let staged = StagedJoin::stage(&item.welcome, &served.tree, &package.private, &secrets[0]).ok()?;
        let mut group = staged.adopt(&secrets[1]).ok()?;
        let context = HandshakeContext::new(vec![head]);
        let commit = group.commit_poisoned(context, &self.key, &secrets[2], usize::MAX).ok()?;
        let submit = SubmitHandshake {
            conversation,
            envelope: EnvelopeId::from_bytes(self.seed[..16].try_into().ok()?),
            handshake: commit.commit.into(),
            group_info: OrEmpty(Some(commit.group_info.into())),
            welcomes: vec![],
        };
        self.socket.try_ask(Request::SubmitHandshake(submit)).await
    }
}
