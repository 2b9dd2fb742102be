//! What MLS costs a client, each step with everything that is stored for it: the same code in a terminal and in a browser.
//!
//! What is stored goes the driver's way: the parts that changed, sealed, in one transaction a turn.

use std::collections::BTreeMap;

use mls_wasm::policy::Policy;
use mls_wasm::{
    CommitRequest, CreatedCommit, Group, Leaf, NewKeyPackage, Opened, PartWrite, ReceivedHandshake,
    StagedJoin, StepSecret,
};
use protocol::content::HandshakeContext;
use protocol::identity::{AccountHead, IdentityLog, LeafIdentity};
use protocol::keys::{DeviceKey, RootKey};
use protocol::{ConversationId, Suite};

use crate::driver::INPUTS_PER_TURN_MAX;
use crate::driver::stored::{self, Overlay};
use crate::entropy::Entropy;
use crate::ports::Store;
use crate::records::{RecordKey, StoreKind, Write};
use crate::vault::{DataKey, Vault};

/// Many are made and published at once.
const KEY_PACKAGES: usize = 100;
/// Messages sealed, and opened.
const MESSAGES: usize = 1_000;
/// What a person types.
const TEXT: &[u8] = b"See you at the harbour at eight, and bring the papers if you have them by then.";
/// People added by one commit while a room is filled.
const ADDED_AT_ONCE: usize = 100;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Makes a hundred KeyPackages.
    KeyPackages,
    /// Makes a group and adds one member.
    Create,
    /// Adds one to a group of n, from the commit to its merge.
    Add,
    /// Renews one's keys in a group of n, from the commit to its merge.
    SelfUpdate,
    /// Takes in another one's self-update.
    Process,
    /// Joins a group of n by a Welcome and the tree served beside it.
    Join,
    /// Seals a thousand messages.
    Seal,
    /// Opens a thousand messages.
    Open,
    /// Reads a group of n from the store.
    Reload,
}

impl Operation {
    /// Every one, in the order of the table.
    pub const ALL: [Self; 9] = [
        Self::KeyPackages,
        Self::Create,
        Self::Add,
        Self::SelfUpdate,
        Self::Process,
        Self::Join,
        Self::Seal,
        Self::Open,
        Self::Reload,
    ];

    /// How the table calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeyPackages => "100 KeyPackages",
            Self::Create => "create and add one",
            Self::Add => "add one",
            Self::SelfUpdate => "self-update",
            Self::Process => "process a commit",
            Self::Join => "join with the served tree",
            Self::Seal => "encrypt 1000",
            Self::Open => "decrypt 1000",
            Self::Reload => "reload a group",
        }
    }
}

/// What an operation takes, at least.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Computing alone.
    pub computed_ms: f64,
    /// Until it is stored.
    pub stored_ms: f64,
    /// Sealed bytes, with their keys.
    pub written_bytes: usize,
}

/// Two devices that act in a group, a clock, and a store for what both keep.
pub struct MlsBench<S, C> {
    store: S,
    clock: C,
    vault: Vault,
    entropy: Entropy,
    costs: BTreeMap<Operation, Cost>,
    /// Bytes by what they are of.
    sizes: BTreeMap<&'static str, usize>,
}

/// A device with its group.
struct Device {
    key: DeviceKey,
    leaf: Leaf,
    head: AccountHead,
}

impl Device {
    /// What has to be stored, apart from what other devices keep in the same store.
    fn writes(&self, parts: Vec<PartWrite>) -> Vec<Write> {
        let owner = self.leaf.identity.device;
        let write = |part: PartWrite| {
            Write::raw(RecordKey::new(StoreKind::Group, owner.as_bytes(), &part.key), part.value)
        };
        parts.into_iter().map(write).collect()
    }
}

/// A device's time on one operation so far.
#[derive(Default)]
struct Lap {
    computed_ms: f64,
    stored_ms: f64,
    written_bytes: usize,
}

const CONVERSATION: ConversationId = ConversationId::from_bytes([7; 16]);
const SUITE: Suite = Suite::CHACHA20_POLY1305;

impl<S: Store, C: Fn() -> f64> MlsBench<S, C> {
    /// Over an empty store, and a clock that tells milliseconds.
    pub fn new(store: S, clock: C) -> Self {
        Self {
            store,
            clock,
            vault: Vault::new(&DataKey::from_bytes([1; 8], [2; 32])),
            entropy: Entropy::from_bytes([3; 32]),
            costs: BTreeMap::new(),
            sizes: BTreeMap::new(),
        }
    }

    /// Measures everything in a group of `members`, each step `rounds` times.
    pub async fn run(
        mut self,
        members: usize,
        rounds: usize,
    ) -> (BTreeMap<Operation, Cost>, BTreeMap<&'static str, usize>) {
        let (alice, mut at_alice, ben, mut at_ben) = self.room(members).await;
        for _ in 0..rounds {
            self.key_packages(&alice).await;
            self.create().await;
            self.add_and_join([&alice, &ben], [&mut at_alice, &mut at_ben]).await;
            self.self_update([&alice, &ben], [&mut at_alice, &mut at_ben]).await;
            self.talk([&alice, &ben], [&mut at_alice, &mut at_ben]).await;
            at_ben = self.reload(&ben).await;
        }
        (self.costs, self.sizes)
    }

    async fn key_packages(&mut self, device: &Device) {
        let mut lap = Lap::default();
        let secrets: Vec<StepSecret> = (0..KEY_PACKAGES).map(|_| self.secret()).collect();
        let create = |secret| NewKeyPackage::create(SUITE, false, &device.leaf, &device.key, secret);
        let packages = self.compute(&mut lap, || {
            secrets.iter().map(|secret| create(secret).expect("a device makes them")).collect::<Vec<_>>()
        });
        let write = |package: NewKeyPackage| {
            let key = RecordKey::new(StoreKind::KeyPackage, package.reference.as_bytes(), b"");
            Write::raw(key, Some(package.private))
        };
        self.store(&mut lap, packages.into_iter().map(write).collect()).await;
        self.note(Operation::KeyPackages, lap);
    }

    async fn create(&mut self) {
        let (alice, ben) = (self.device(), self.device());
        let package = self.key_package(&ben);
        let policy = Policy::dm(alice.leaf.identity.account, ben.leaf.identity.account, SUITE);
        let mut lap = Lap::default();
        let secret = self.secret();
        let mut group = self.compute(&mut lap, || {
            Group::create(&CONVERSATION, SUITE, &policy, &alice.leaf, &alice.key, &secret)
                .expect("a group is made")
        });
        let commit = self.commit(&mut lap, &alice, &mut group, &[(&ben, &package)]).await;
        self.merge(&mut lap, &alice, &mut group, &commit).await;
        self.note(Operation::Create, lap);
    }

    /// The first of both adds someone, who joins and is taken out again.
    async fn add_and_join(&mut self, [alice, ben]: [&Device; 2], [at_alice, at_ben]: [&mut Group; 2]) {
        let joiner = self.device();
        let package = self.key_package(&joiner);
        let mut lap = Lap::default();
        let commit = self.commit(&mut lap, alice, at_alice, &[(&joiner, &package)]).await;
        self.merge(&mut lap, alice, at_alice, &commit).await;
        self.note(Operation::Add, lap);
        self.merge(&mut Lap::default(), ben, at_ben, &commit).await;
        let tree = at_alice.tree();
        let welcome = &commit.welcomes[0].welcome;
        self.sizes.extend([
            ("Welcome for one", welcome.len()),
            ("commit that adds one", commit.commit.len()),
            ("tree served", tree.len()),
        ]);
        let mut lap = Lap::default();
        let secrets = [self.secret(), self.secret()];
        let mut joined = self.compute(&mut lap, || {
            let staged = StagedJoin::stage(welcome, &tree, &package.private, &secrets[0]);
            staged.and_then(|staged| staged.adopt(&secrets[1])).expect("the Welcome is good")
        });
        self.keep(&mut lap, &joiner, &mut joined).await;
        self.note(Operation::Join, lap);

        let leaf = at_alice.roster().expect("a group has a roster").index_of(&joiner.leaf.identity.device);
        let request = CommitRequest { remove: leaf.into_iter().collect(), ..CommitRequest::default() };
        let context = HandshakeContext::new(vec![alice.head]);
        let removal =
            at_alice.commit(&request, context, &alice.key, &self.secret()).expect("a member is taken out");
        for (device, group) in [(alice, at_alice), (ben, at_ben)] {
            self.merge(&mut Lap::default(), device, group, &removal).await;
        }
    }

    async fn self_update(&mut self, [alice, ben]: [&Device; 2], [at_alice, at_ben]: [&mut Group; 2]) {
        let mut lap = Lap::default();
        let commit = self.commit(&mut lap, alice, at_alice, &[]).await;
        self.merge(&mut lap, alice, at_alice, &commit).await;
        self.note(Operation::SelfUpdate, lap);
        self.sizes.insert("self-update commit", commit.commit.len());
        let mut lap = Lap::default();
        self.merge(&mut lap, ben, at_ben, &commit).await;
        self.note(Operation::Process, lap);
    }

    /// The first seals what the second opens, as many in a turn as a driver takes.
    async fn talk(&mut self, [alice, ben]: [&Device; 2], [at_alice, at_ben]: [&mut Group; 2]) {
        let (mut sealing, mut opening) = (Lap::default(), Lap::default());
        let mut left = MESSAGES;
        while left > 0 {
            let count = left.min(INPUTS_PER_TURN_MAX);
            left -= count;
            let secrets: Vec<StepSecret> = (0..count).map(|_| self.secret()).collect();
            let sealed: Vec<Vec<u8>> = self.compute(&mut sealing, || {
                let seal = |secret| at_alice.seal(TEXT, &alice.key, secret).expect("a member seals");
                secrets.iter().map(seal).collect()
            });
            self.keep(&mut sealing, alice, at_alice).await;
            self.compute(&mut opening, || {
                for (sealed, secret) in sealed.iter().zip(&secrets) {
                    assert!(matches!(at_ben.open(sealed, secret), Ok(Opened::Message { .. })));
                }
            });
            self.keep(&mut opening, ben, at_ben).await;
        }
        self.note(Operation::Seal, sealing);
        self.note(Operation::Open, opening);
    }

    /// Reads a device's group again; nothing of it is computed without the store.
    async fn reload(&mut self, device: &Device) -> Group {
        let mut lap = Lap::default();
        let started = (self.clock)();
        let owner = device.leaf.identity.device;
        let (store, vault) = (&self.store, &self.vault);
        let parts = stored::owned(store, vault, &Overlay::default(), StoreKind::Group, owner.as_bytes())
            .await
            .expect("the store reads");
        let read = (self.clock)();
        let state = parts.iter().map(|(place, value)| place.len() + value.plain.len()).sum();
        let records = parts.into_iter().map(|(place, value)| (place, value.plain));
        let group = Group::load(&CONVERSATION, records).expect("the group was stored");
        let loaded = (self.clock)();
        (lap.computed_ms, lap.stored_ms) = (loaded - read, loaded - started);
        self.note(Operation::Reload, lap);
        self.sizes.insert("state of a member", state);
        group
    }

    /// A room whose members were added by few commits, so that its tree has almost nothing but blanks: the worst case for
    /// whoever renews its keys. The first two members act.
    async fn room(&mut self, members: usize) -> (Device, Group, Device, Group) {
        let (alice, ben) = (self.device(), self.device());
        let policy = Policy::room(alice.leaf.identity.account, SUITE);
        let mut at_alice =
            Group::create(&CONVERSATION, SUITE, &policy, &alice.leaf, &alice.key, &self.secret())
                .expect("a group is made");
        let package = self.key_package(&ben);
        let others: Vec<Device> = (2..members).map(|_| self.device()).collect();
        let packages: Vec<NewKeyPackage> = others.iter().map(|other| self.key_package(other)).collect();
        let mut joiners: Vec<(&Device, &NewKeyPackage)> = others.iter().zip(&packages).collect();
        joiners.push((&ben, &package));
        let mut invited = None;
        for some in joiners.chunks(ADDED_AT_ONCE) {
            let commit = self.commit(&mut Lap::default(), &alice, &mut at_alice, some).await;
            self.merge(&mut Lap::default(), &alice, &mut at_alice, &commit).await;
            invited = Some(commit);
        }
        let theirs = |commit: CreatedCommit| {
            commit.welcomes.into_iter().find(|welcome| welcome.joiner == ben.leaf.identity)
        };
        let welcome = invited.and_then(theirs).expect("the last one added is there").welcome;
        let staged = StagedJoin::stage(&welcome, &at_alice.tree(), &package.private, &self.secret());
        let mut at_ben = staged.and_then(|staged| staged.adopt(&self.secret())).expect("the Welcome is good");
        self.keep(&mut Lap::default(), &ben, &mut at_ben).await;
        (alice, at_alice, ben, at_ben)
    }

    /// Makes a commit and stores it, as it is before it is sent.
    async fn commit(
        &mut self,
        lap: &mut Lap,
        device: &Device,
        group: &mut Group,
        joiners: &[(&Device, &NewKeyPackage)],
    ) -> CreatedCommit {
        let add = joiners.iter().map(|(_, package)| package.public.clone()).collect();
        let heads = joiners.iter().map(|(joiner, _)| joiner.head).chain([device.head]).collect();
        let request = CommitRequest { add, ..CommitRequest::default() };
        let secret = self.secret();
        let commit = self.compute(lap, || {
            group
                .commit(&request, HandshakeContext::new(heads), &device.key, &secret)
                .expect("a member commits")
        });
        self.keep(lap, device, group).await;
        commit
    }

    /// Takes in a commit that has come, and stores what follows.
    async fn merge(&mut self, lap: &mut Lap, device: &Device, group: &mut Group, commit: &CreatedCommit) {
        let secrets = [self.secret(), self.secret()];
        self.compute(lap, || {
            let received = group.receive(&commit.commit, &secrets[0]).expect("a member's commit is good");
            let merged = match received {
                ReceivedHandshake::OwnEcho { .. } => group.merge_own(&secrets[1]),
                ReceivedHandshake::Commit(staged) => group.merge(*staged, &secrets[1]),
                ReceivedHandshake::Leave(_) => panic!("nobody leaves"),
            };
            merged.expect("a good commit is merged");
        });
        self.keep(lap, device, group).await;
    }

    async fn keep(&mut self, lap: &mut Lap, device: &Device, group: &mut Group) {
        let writes = self.compute(lap, || group.take_writes());
        self.store(lap, device.writes(writes)).await;
    }

    /// Seals and stores a turn's writes.
    async fn store(&mut self, lap: &mut Lap, writes: Vec<Write>) {
        let started = (self.clock)();
        let sealed = stored::seal(&self.store, &self.vault, writes, &mut self.entropy)
            .await
            .expect("nothing is deleted by owner");
        self.store.commit(&sealed).await.expect("the store takes them");
        lap.stored_ms += (self.clock)() - started;
        lap.written_bytes += sealed
            .iter()
            .map(|write| write.key.len() + write.value.as_ref().map_or(0, Vec::len))
            .sum::<usize>();
    }

    fn compute<T>(&self, lap: &mut Lap, step: impl FnOnce() -> T) -> T {
        let started = (self.clock)();
        let made = step();
        let took = (self.clock)() - started;
        lap.computed_ms += took;
        lap.stored_ms += took;
        made
    }

    /// The least of all rounds: what is above it, other programs took.
    fn note(&mut self, operation: Operation, lap: Lap) {
        let Lap { computed_ms, stored_ms, written_bytes } = lap;
        let cost = self.costs.entry(operation).or_insert(Cost { computed_ms, stored_ms, written_bytes });
        cost.computed_ms = cost.computed_ms.min(computed_ms);
        cost.stored_ms = cost.stored_ms.min(stored_ms);
        cost.written_bytes = cost.written_bytes.max(written_bytes);
    }

    fn key_package(&mut self, device: &Device) -> NewKeyPackage {
        let secret = self.secret();
        NewKeyPackage::create(SUITE, false, &device.leaf, &device.key, &secret).expect("a device makes one")
    }

    fn device(&mut self) -> Device {
        let key = DeviceKey::from_secret(&self.entropy.draw());
        let log = IdentityLog::open(&RootKey::from_secret(&self.entropy.draw()), &key);
        let identity = LeafIdentity { account: log.account(), device: key.public().device_id() };
        Device { leaf: Leaf { identity, key: key.public() }, head: log.account_head(), key }
    }

    fn secret(&mut self) -> StepSecret {
        StepSecret::from_bytes(*self.entropy.draw())
    }
}
