//! Members with devices and groups, and a relay that validates what they submit.

use std::cell::Cell;
use std::collections::BTreeMap;

use mls_wasm::policy::{Heads, Identities, Policy};
use mls_wasm::public::{PublicGroup, Submission, Validated};
use mls_wasm::{
    CommitRequest, CreatedCommit, Error, Group, Leaf, NewKeyPackage, PartKey, ReceivedHandshake, Rejoin,
    StagedJoin, StepSecret, welcome_key_package,
};
use protocol::content::HandshakeContext;
use protocol::identity::{
    AccountHead, AccountView, AddDevice, DeviceListing, EntryKind, IdentityLog, LeafIdentity, RevokeDevice,
};
use protocol::keys::{DeviceKey, RootKey};
use protocol::{AccountId, ConversationId, DeviceId, Suite};
use zeroize::Zeroizing;

pub(crate) const CONVERSATION: ConversationId = ConversationId::from_bytes([7; 16]);
pub(crate) const SUITE: Suite = Suite::CHACHA20_POLY1305;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// A secret never given before in this test.
pub(crate) fn secret() -> StepSecret {
    let step = STEPS.get() + 1;
    STEPS.set(step);
    let mut bytes = [0x5E; 32];
    bytes[..8].copy_from_slice(&step.to_be_bytes());
    StepSecret::from_bytes(bytes)
}

/// Everyone's identity logs, as whoever needs them has fetched them.
#[derive(Default, Clone)]
pub(crate) struct Logs(pub(crate) BTreeMap<AccountId, IdentityLog>);

impl Logs {
    pub(crate) fn head(&self, account: &AccountId) -> AccountHead {
        self.0[account].account_head()
    }

    pub(crate) fn context(&self, accounts: &[AccountId]) -> HandshakeContext {
        let mut accounts = accounts.to_vec();
        accounts.sort();
        accounts.dedup();
        HandshakeContext::new(accounts.iter().map(|account| self.head(account)).collect())
    }

    pub(crate) fn list(&mut self, by: &Device, device: &Device) {
        let log = self.0.get_mut(&by.account).unwrap();
        let listing = DeviceListing::new(&by.account, &device.key);
        log.append(log.sign_by_device(&by.key, EntryKind::AddDevice(AddDevice { device: listing }))).unwrap();
    }

    pub(crate) fn revoke(&mut self, by: &Device, device: &DeviceId) {
        let log = self.0.get_mut(&by.account).unwrap();
        let revoke = EntryKind::RevokeDevice(RevokeDevice { device: *device });
        log.append(log.sign_by_device(&by.key, revoke)).unwrap();
    }
}

impl Identities for Logs {
    fn view_at(&self, head: &AccountHead) -> Option<AccountView> {
        self.0.get(&head.account)?.view_at(&head.head).ok()
    }
}

/// A device, its stored records and its group.
pub(crate) struct Device {
    pub(crate) account: AccountId,
    pub(crate) key: DeviceKey,
    pub(crate) suite: Suite,
    pub(crate) group: Option<Group>,
    pub(crate) records: BTreeMap<PartKey, Zeroizing<Vec<u8>>>,
    pub(crate) key_packages: Vec<NewKeyPackage>,
}

impl Device {
    /// Opens an account with its first device.
    pub(crate) fn open(logs: &mut Logs, seed: u8) -> Self {
        let key = DeviceKey::from_secret(&[seed; 32]);
        let log = IdentityLog::open(&RootKey::from_secret(&[seed ^ 0xFF; 32]), &key);
        let account = log.account();
        logs.0.insert(account, log);
        Self::of(account, seed)
    }

    /// A device of an account, listed or not.
    pub(crate) fn of(account: AccountId, seed: u8) -> Self {
        let key = DeviceKey::from_secret(&[seed; 32]);
        Self { account, key, suite: SUITE, group: None, records: BTreeMap::new(), key_packages: vec![] }
    }

    pub(crate) fn id(&self) -> DeviceId {
        self.key.public().device_id()
    }

    pub(crate) fn leaf(&self) -> Leaf {
        Leaf { identity: LeafIdentity { account: self.account, device: self.id() }, key: self.key.public() }
    }

    pub(crate) fn group(&mut self) -> &mut Group {
        self.group.as_mut().expect("the device is in the group")
    }

    pub(crate) fn key_package(&mut self) -> Vec<u8> {
        let package = NewKeyPackage::create(self.suite, false, &self.leaf(), &self.key, &secret()).unwrap();
        let public = package.public.clone();
        self.key_packages.push(package);
        public
    }

    pub(crate) fn create(&mut self, policy: &Policy) {
        let leaf = self.leaf();
        let created = Group::create(&CONVERSATION, self.suite, policy, &leaf, &self.key, &secret());
        self.group = Some(created.unwrap());
        self.save();
    }

    pub(crate) fn commit(
        &mut self,
        request: &CommitRequest,
        context: HandshakeContext,
    ) -> Result<CreatedCommit, Error> {
        let group = self.group.as_mut().expect("the device is in the group");
        let created = group.commit(request, context, &self.key, &secret());
        self.save();
        created
    }

    pub(crate) fn join(&mut self, welcome: &[u8], tree: &[u8]) -> Result<(), Error> {
        let wanted = welcome_key_package(welcome)?;
        let package = self.key_packages.iter().find(|package| package.reference == wanted);
        let private = package.map_or(&[][..], |package| package.private.as_slice());
        let staged = StagedJoin::stage(welcome, tree, private, &secret())?;
        self.group = Some(staged.adopt(&secret())?);
        self.save();
        Ok(())
    }

    /// Goes on with the group of its way back, in the place of the one it has.
    pub(crate) fn take_up(&mut self, rejoin: &Rejoin) {
        let restored = Group::restored(&CONVERSATION, &rejoin.snapshot(), self.group.as_ref());
        self.group = Some(restored.unwrap());
    }

    pub(crate) fn receive(&mut self, handshake: &[u8]) -> Result<(), Error> {
        match self.group().receive(handshake, &secret())? {
            ReceivedHandshake::OwnEcho { .. } => self.group().merge_own(&secret())?,
            ReceivedHandshake::Commit(staged) => self.group().merge(*staged, &secret())?,
            ReceivedHandshake::Leave(leave) => self.group().keep_leave(*leave)?,
        }
        self.save();
        Ok(())
    }

    pub(crate) fn seal(&mut self, content: &[u8]) -> Vec<u8> {
        let group = self.group.as_mut().expect("the device is in the group");
        let sealed = group.seal(content, &self.key, &secret()).unwrap();
        self.save();
        sealed
    }

    /// Writes what changed, and says how many bytes that were.
    pub(crate) fn save(&mut self) -> usize {
        let mut written = 0;
        for write in self.group.as_mut().expect("the device is in the group").take_writes() {
            written += write.value.as_ref().map_or(0, |value| write.key.len() + value.len());
            match write.value {
                Some(value) => self.records.insert(write.key, value),
                None => self.records.remove(&write.key),
            };
        }
        written
    }

    /// Drops the group and loads it from what was written.
    pub(crate) fn restart(&mut self) {
        self.group = Some(Group::load(&CONVERSATION, self.records.clone()).unwrap());
    }
}

/// The relay's group and what members named.
pub(crate) struct Relay {
    pub(crate) group: PublicGroup,
    pub(crate) heads: Heads,
}

impl Relay {
    pub(crate) fn create(creator: &mut Device, logs: &Logs) -> Self {
        let (leaf, head) = (creator.leaf(), logs.head(&creator.account));
        let key = DeviceKey::from_secret(&creator.key.secret());
        let info = creator.group().group_info(&key, &secret()).unwrap();
        let group =
            PublicGroup::create(&CONVERSATION, &info, &creator.group().tree(), &leaf, &head, logs).unwrap();
        Self { group, heads: Heads::from_list([head]) }
    }

    pub(crate) fn validate(
        &self,
        session: &Leaf,
        created: &CreatedCommit,
        logs: &Logs,
    ) -> Result<Validated, Error> {
        let welcomes: Vec<_> = created
            .welcomes
            .iter()
            .map(|welcome| (welcome.joiner.device, welcome.welcome.as_slice()))
            .collect();
        let submission = Submission {
            session,
            handshake: &created.commit,
            group_info: Some(&created.group_info),
            welcomes: &welcomes,
        };
        self.group.validate(&submission, &self.heads, logs)
    }

    pub(crate) fn accept(
        &mut self,
        session: &Leaf,
        created: &CreatedCommit,
        logs: &Logs,
    ) -> Result<(), Error> {
        let validated = self.validate(session, created, logs)?;
        self.apply(validated)
    }

    pub(crate) fn apply(&mut self, validated: Validated) -> Result<(), Error> {
        match validated {
            Validated::Commit(commit) => {
                self.heads = commit.heads.clone();
                self.group.apply(*commit)
            }
            Validated::Leave(leave) => self.group.keep_leave(*leave),
        }
    }
}

/// Two accounts in a dm, and the relay that orders it.
pub(crate) fn dm() -> (Logs, Device, Device, Relay) {
    dm_of(SUITE)
}

/// A conversation of two with a device of the first one's that was revoked, and whose leaf nobody has taken out yet.
pub(crate) fn dm_with_a_revoked_leaf() -> (Logs, Device, Device, Relay, Device) {
    let (mut logs, mut alice, mut bob, mut relay) = dm();
    let mut tablet = Device::of(alice.account, 3);
    logs.list(&alice, &tablet);
    let added = add(&mut alice, &mut tablet, &mut relay, &logs);
    bob.receive(&added.commit).unwrap();
    logs.revoke(&alice, &tablet.id());
    (logs, alice, bob, relay, tablet)
}

pub(crate) fn dm_of(suite: Suite) -> (Logs, Device, Device, Relay) {
    let mut logs = Logs::default();
    let [mut alice, mut bob] = [1, 2].map(|seed| Device { suite, ..Device::open(&mut logs, seed) });
    alice.create(&Policy::dm(alice.account, bob.account, suite));
    let mut relay = Relay::create(&mut alice, &logs);
    add(&mut alice, &mut bob, &mut relay, &logs);
    (logs, alice, bob, relay)
}

/// Adds a device through the relay and has it join.
pub(crate) fn add(adder: &mut Device, joiner: &mut Device, relay: &mut Relay, logs: &Logs) -> CreatedCommit {
    let request = CommitRequest { add: vec![joiner.key_package()], ..CommitRequest::default() };
    let created = adder.commit(&request, logs.context(&[adder.account, joiner.account])).unwrap();
    relay.accept(&adder.leaf(), &created, logs).unwrap();
    adder.receive(&created.commit).unwrap();
    joiner.join(&created.welcomes[0].welcome, &relay.group.tree()).unwrap();
    created
}
