//! A device that is no engine: it is let into an account, joins a conversation, renews its keys there so that nobody can
//! follow, and is revoked.
//!
//! Such a commit passes the relay, which cannot open it. Nobody has followed it, so it is voided once members have refused
//! it, and nothing that was said is lost. One that some can follow stands, and costs the others what is said until they
//! have come back: that is not for this simulator's model, and `client-core/tests/it/poisoned.rs` has it.

use client_api::{Command, CommandId, Event, Outcome, Recipient};
use client_core::testing::{NewDevice, RelayPort};
use mls_wasm::{Leaf, NewKeyPackage, StagedJoin, StepSecret};
use protocol::codec::OrEmpty;
use protocol::content::HandshakeContext;
use protocol::frame::{
    GroupFetch, Hello, InboxFetch, KeyPackagesPublish, LinkMessage, Request, Response, SubmitHandshake,
};
use protocol::identity::LeafIdentity;
use protocol::keys::DeviceKey;
use protocol::{AccountId, ConversationId, EnvelopeId, Suite, VERSION, limits};

use super::run::{Person, Simulation};
use crate::real_relay::RealSocket;

/// The suite of what engines say to each other.
const SUITE: Suite = Suite::ML_KEM_768_X25519;
/// Time for members to let the device in.
const LET_IN_MS: u64 = 30_000;

/// Whoever poisons.
struct Poisoner {
    account: AccountId,
    key: DeviceKey,
    socket: RealSocket,
    /// What its secrets are made of, and how many there were.
    seed: [u8; 32],
    secrets: u8,
}

impl Simulation {
    /// As far as it comes: those who do not hear of it do not let it in.
    pub(super) async fn poison(&mut self, who: usize, with: usize) {
        let client = self.people[who].client;
        let with = Recipient::Account(self.people[with].account);
        let contact = self.world.driver(client).find(&with);
        let Some(conversation) = contact.and_then(|contact| contact.conversation) else { return };
        let Some(mut poisoner) = self.let_in(who).await else { return };
        if let Some(package) = poisoner.publish().await {
            self.world.advance(LET_IN_MS).await;
            poisoner.poison(&package, conversation).await;
        }
        let device = poisoner.key.public().device_id();
        self.world.ask(client, Command::RevokeDevice { device });
    }

    /// A device that is listed, and in session.
    async fn let_in(&mut self, who: usize) -> Option<Poisoner> {
        let Person { account, client, .. } = self.people[who];
        let mut moment = self.world.clock().moment();
        let (seed, key) = (*moment.entropy.draw(), DeviceKey::from_secret(&moment.entropy.draw()));
        let new = NewDevice::new(&mut moment.entropy);
        let mut socket = self.world.relay().connect().await;
        let hello = Hello { version_min: VERSION, version_max: VERSION, client: String::new() };
        socket.try_ask(Request::Hello(hello)).await?;
        socket.try_ask(new.open()).await?;
        let linking = self.world.ask(client, Command::LinkDevice { shown: new.code() });
        self.world.settle().await;
        let [read, told] = &link_words(socket.take_pushes().await?)[..] else { return None };
        socket.try_ask(new.join(read, told, &key)?).await?;
        self.world.settle().await;
        let is_listed = self.was_done(client, linking);
        let mut poisoner = Poisoner { account, key, socket, seed, secrets: 0 };
        (is_listed && poisoner.socket.sign_in(account, &poisoner.key).await).then_some(poisoner)
    }

    fn was_done(&mut self, client: usize, command: CommandId) -> bool {
        self.world.client(client).events.contains(&Event::Done { id: command, outcome: Outcome::Done })
    }
}

impl Poisoner {
    fn secret(&mut self) -> StepSecret {
        self.secrets += 1;
        let mut secret = self.seed;
        secret[0] ^= self.secrets;
        StepSecret::from_bytes(secret)
    }

    /// Publishes what it can be let into conversations by, again and again, and gives it to itself.
    async fn publish(&mut self) -> Option<NewKeyPackage> {
        let key = self.key.public();
        let leaf = Leaf { identity: LeafIdentity { account: self.account, device: key.device_id() }, key };
        let secret = self.secret();
        let package = NewKeyPackage::create(SUITE, true, &leaf, &self.key, &secret).ok()?;
        let last_resort = OrEmpty(Some(package.public.clone().into()));
        let publish = KeyPackagesPublish { suite: SUITE, packages: vec![], last_resort, replaces_all: false };
        self.socket.try_ask(Request::KeyPackagesPublish(publish)).await?;
        Some(package)
    }

    /// Renews its keys so that nobody can follow, in a conversation that it was let into and that has not gone on since.
    async fn poison(&mut self, package: &NewKeyPackage, conversation: ConversationId) -> Option<()> {
        let fetch = InboxFetch { after: 0, limit: limits::INBOX_PER_FRAME_MAX };
        let Response::Inbox(inbox) = self.socket.try_ask(Request::InboxFetch(fetch)).await? else {
            return None;
        };
        let item = inbox.items.into_iter().find(|item| item.conversation == conversation)?;
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
        self.socket.try_ask(Request::SubmitHandshake(submit)).await.map(drop)
    }
}

/// What the other side of a link box has said.
fn link_words(pushed: Vec<Response>) -> Vec<LinkMessage> {
    let word = |body| match body {
        Response::LinkMessage(message) => Some(message),
        _ => None,
    };
    pushed.into_iter().filter_map(word).collect()
}
