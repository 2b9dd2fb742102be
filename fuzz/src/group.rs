//! A group of two with its relay, for the targets that need one.

use std::cell::RefCell;
use std::collections::BTreeMap;

use mls_wasm::policy::{Heads, Identities, Policy};
use mls_wasm::public::{PublicGroup, Submission};
use mls_wasm::{
    CommitRequest, CreatedCommit, Group, Leaf, NewKeyPackage, PartKey, Rejoin, StagedJoin, StepSecret,
};
use protocol::content::HandshakeContext;
use protocol::identity::{AccountHead, AccountView, IdentityLog, LeafIdentity};
use protocol::keys::{DeviceKey, RootKey};
use protocol::{AccountId, ConversationId, Suite};
use zeroize::Zeroizing;

const SUITE: Suite = Suite::CHACHA20_POLY1305;
const CONVERSATION: ConversationId = ConversationId::from_bytes([7; 16]);

/// Someone with one device.
pub(crate) struct Person {
    pub(crate) key: DeviceKey,
    pub(crate) log: IdentityLog,
}

impl Person {
    fn new(seed: u8) -> Self {
        let key = DeviceKey::from_secret(&[seed + 1; 32]);
        let log = IdentityLog::open(&RootKey::from_secret(&[seed; 32]), &key);
        Self { key, log }
    }

    pub(crate) fn leaf(&self) -> Leaf {
        let key = self.key.public();
        Leaf { identity: LeafIdentity { account: self.log.account(), device: key.device_id() }, key }
    }
}

pub(crate) struct Logs(pub(crate) BTreeMap<AccountId, IdentityLog>);

impl Identities for Logs {
    fn view_at(&self, head: &AccountHead) -> Option<AccountView> {
        self.0.get(&head.account)?.view_at(&head.head).ok()
    }
}

/// Two people in a group, and what they have sent.
pub(crate) struct World {
    pub(crate) member: Person,
    pub(crate) other: Person,
    logs: Logs,
    /// The other one's group, as it is stored.
    parts: BTreeMap<PartKey, Zeroizing<Vec<u8>>>,
    relay: PublicGroup,
    heads: Heads,
    package: NewKeyPackage,
    /// What the other one joined by.
    pub(crate) welcome: Vec<u8>,
    pub(crate) tree: Vec<u8>,
    /// What made the group.
    pub(crate) info: Vec<u8>,
    pub(crate) tree_of_one: Vec<u8>,
    /// What comes next in the log: a commit, with its GroupInfo, and a message.
    pub(crate) commit: CreatedCommit,
    pub(crate) message: Vec<u8>,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

pub(crate) fn with<T>(look: impl FnOnce(&mut World) -> T) -> T {
    WORLD.with_borrow_mut(look)
}

fn secret(step: u8) -> StepSecret {
    StepSecret::from_bytes([step; 32])
}

impl World {
    fn new() -> Self {
        let (member, other) = (Person::new(1), Person::new(11));
        let policy = Policy::dm(member.log.account(), other.log.account(), SUITE);
        let mut group =
            Group::create(&CONVERSATION, SUITE, &policy, &member.leaf(), &member.key, &secret(1)).unwrap();
        let info = group.group_info(&member.key, &secret(2)).unwrap();
        let tree_of_one = group.tree();
        let logs = Logs([&member, &other].map(|person| (person.log.account(), person.log.clone())).into());
        let heads = Heads::from_list([member.log.account_head()]);
        let head = member.log.account_head();
        let mut relay =
            PublicGroup::create(&CONVERSATION, &info, &tree_of_one, &member.leaf(), &head, &logs).unwrap();
        let package = NewKeyPackage::create(SUITE, true, &other.leaf(), &other.key, &secret(3)).unwrap();
        let add = CommitRequest { add: vec![package.public.clone()], ..CommitRequest::default() };
        let context = HandshakeContext::new(vec![member.log.account_head(), other.log.account_head()]);
        let added = group.commit(&add, context, &member.key, &secret(4)).unwrap();
        relay.replay(&added.commit).unwrap();
        group.merge_own(&secret(5)).unwrap();
        let welcome = added.welcomes[0].welcome.clone();
        let tree = group.tree();
        let staged = StagedJoin::stage(&welcome, &tree, &package.private, &secret(6)).unwrap();
        let mut joined = staged.adopt(&secret(7)).unwrap();
        let parts =
            joined.take_writes().into_iter().filter_map(|write| Some((write.key, write.value?))).collect();
        let message = group.seal(b"hello", &member.key, &secret(8)).unwrap();
        let context = HandshakeContext::new(vec![member.log.account_head()]);
        let commit = group.commit(&CommitRequest::default(), context, &member.key, &secret(9)).unwrap();
        let heads = Heads::from_list(heads.list().into_iter().chain([other.log.account_head()]));
        Self {
            member,
            other,
            logs,
            parts,
            relay,
            heads,
            package,
            welcome,
            tree,
            info,
            tree_of_one,
            commit,
            message,
        }
    }

    /// The other one processes an entry: refused, or understood, and what it stored can be loaded again.
    pub(crate) fn receive(&mut self, is_handshake: bool, bytes: &[u8]) {
        let mut group = Group::load(&CONVERSATION, self.parts.clone()).unwrap();
        if is_handshake {
            let _ = group.receive(bytes, &secret(20));
        } else {
            let _ = group.open(bytes, &secret(20));
        }
        let mut parts = self.parts.clone();
        for write in group.take_writes() {
            match write.value {
                Some(value) => parts.insert(write.key, value),
                None => parts.remove(&write.key),
            };
        }
        Group::load(&CONVERSATION, parts).unwrap();
    }

    pub(crate) fn join(&mut self, welcome: &[u8], tree: &[u8]) {
        if let Ok(staged) = StagedJoin::stage(welcome, tree, &self.package.private, &secret(21)) {
            let _ = (staged.roster(), staged.policy(), staged.conversation());
        }
    }

    /// What a relay serves to whoever fell out of the group.
    pub(crate) fn rejoin(&mut self, group_info: &[u8], tree: &[u8]) {
        let other = &self.other;
        let context = HandshakeContext::new(vec![other.log.account_head()]);
        if let Ok(rejoin) = Rejoin::build(group_info, tree, &other.leaf(), context, &other.key, &secret(22)) {
            let _ = (rejoin.roster(), rejoin.policy(), rejoin.conversation());
            let _ = Group::restored(&CONVERSATION, &rejoin.snapshot(), None);
        }
        let _ = Group::load(&CONVERSATION, self.parts.clone()).unwrap().stands_at(group_info);
    }

    pub(crate) fn validate(&mut self, first: &[u8], second: &[u8]) {
        let session = self.member.leaf();
        let submission =
            Submission { session: &session, handshake: first, group_info: Some(second), welcomes: &[] };
        let _ = self.relay.validate(&submission, &self.heads, &self.logs);
        let head = self.member.log.account_head();
        let _ = PublicGroup::create(&CONVERSATION, first, second, &session, &head, &self.logs);
    }
}
