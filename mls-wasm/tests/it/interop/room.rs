//! A mixed room and its relay: whatever is done in it, everyone follows, and after every epoch all agree.

use mls_wasm::policy::{Heads, Kind, Policy, Role};
use mls_wasm::public::{PublicGroup, Submission, Validated};
use mls_wasm::{CommitRequest, Error, Leaf};
use protocol::{AccountId, Suite};

use super::member::{Engine, Heard, Known, Member, Served, Submitted};
use crate::actors::{CONVERSATION, Device, Logs, Relay};

/// Devices of the room have the seeds from here on; those before are the accounts' own at home.
const FIRST_SEED: u8 = 32;

/// What a commit does, by seats.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub(super) add: Vec<usize>,
    pub(super) remove: Vec<usize>,
    pub(super) policy: Option<Policy>,
}

/// An account with a place in the room.
pub(super) struct Seat {
    pub(super) engine: Engine,
    pub(super) member: Box<dyn Member>,
    /// The account's other device, in no group: it lists and revokes.
    home: Device,
    /// Whether the device has to be replaced before it comes back.
    is_revoked: bool,
    /// The epoch in which the member came, or came back.
    since: u64,
}

/// A message on its way.
pub(super) struct Sent {
    pub(super) sealed: Vec<u8>,
    epoch: u64,
    leaf: u32,
    heard: Heard,
    readers: Vec<usize>,
}

/// The first seat's account opens and owns the room; everyone else's is an admin.
pub(super) struct Room {
    pub(super) suite: Suite,
    pub(super) seats: Vec<Seat>,
    pub(super) logs: Logs,
    pub(super) relay: Relay,
    /// As of the newest commit.
    pub(super) group_info: Vec<u8>,
    next_seed: u8,
}

impl Room {
    /// Opens the room with its first seat alone in it.
    pub(super) fn open(suite: Suite, engines: &[Engine]) -> Self {
        let mut logs = Logs::default();
        let mut next_seed = FIRST_SEED;
        let mut seats = Vec::new();
        for (engine, seed) in engines.iter().zip(1..FIRST_SEED) {
            let home = Device::open(&mut logs, seed);
            let member = engine.run(new_device(&mut logs, &home, suite, &mut next_seed));
            seats.push(Seat { engine: *engine, member, home, is_revoked: false, since: 0 });
        }
        let policy = policy(seats.iter().map(|seat| seat.home.account), suite);
        let creator = &mut seats[0].member;
        creator.create(&policy);
        let (group_info, head) = (creator.group_info(), logs.head(&creator.leaf().identity.account));
        let tree = creator.shared().tree;
        let group =
            PublicGroup::create(&CONVERSATION, &group_info, &tree, &creator.leaf(), &head, &logs).unwrap();
        let relay = Relay { group, heads: Heads::from_list([head]) };
        Self { suite, seats, logs, relay, group_info, next_seed }
    }

    /// Opens the room and has its first seat add all others by one commit.
    pub(super) fn full(suite: Suite, engines: &[Engine]) -> Self {
        let mut room = Self::open(suite, engines);
        room.change(0, &Change { add: (1..engines.len()).collect(), ..Change::default() });
        room
    }

    /// Who is in the room.
    pub(super) fn present(&self) -> Vec<usize> {
        (0..self.seats.len()).filter(|seat| self.seats[*seat].member.is_member()).collect()
    }

    pub(super) fn leaf_index(&self, seat: usize) -> u32 {
        let device = self.seats[seat].member.leaf().identity.device;
        self.relay.group.roster().unwrap().index_of(&device).unwrap()
    }

    /// One commit from its making to its last reader.
    pub(super) fn change(&mut self, by: usize, change: &Change) {
        let submitted = self.build(by, change);
        self.deliver(by, &submitted);
    }

    /// Has a member make a commit. The logs say first what has to be true for it.
    pub(super) fn build(&mut self, by: usize, change: &Change) -> Submitted {
        let mut request = CommitRequest { policy: change.policy.clone(), ..CommitRequest::default() };
        for joiner in &change.add {
            self.replace_revoked(*joiner);
            request.add.push(self.seats[*joiner].member.key_package());
        }
        for removed in &change.remove {
            // Only the owner may remove a device that its account still lists.
            if by != 0 {
                self.revoke(*removed);
            }
            request.remove.push(self.leaf_index(*removed));
        }
        let touched: Vec<AccountId> =
            [by].iter().chain(&change.add).chain(&change.remove).map(|seat| self.account(*seat)).collect();
        let context = self.logs.context(&touched);
        self.seats[by].member.commit(&request, context)
    }

    /// Submits a commit, has every member receive it, and joiners join.
    pub(super) fn deliver(&mut self, by: usize, submitted: &Submitted) {
        let receivers = self.present();
        self.pass_on(by, &receivers, submitted);
    }

    /// Has a member come back by a commit from outside, on what the relay serves.
    pub(super) fn rejoin(&mut self, seat: usize) {
        let receivers = self.present().into_iter().filter(|present| *present != seat).collect::<Vec<_>>();
        let (tree, leaf) = (self.relay.group.tree(), self.leaf_index(seat));
        let served = Served { group_info: &self.group_info, tree: &tree, leaf };
        let context = self.logs.context(&[self.account(seat)]);
        let submitted = self.seats[seat].member.rejoin(served, context);
        self.seats[seat].since = self.relay.group.epoch().0 + 1;
        self.pass_on(seat, &receivers, &submitted);
    }

    /// What the relay says to a submission.
    pub(super) fn validate(&self, session: &Leaf, submitted: &Submitted) -> Result<Validated, Error> {
        let welcomes: Vec<_> =
            submitted.welcomes.iter().map(|(device, welcome)| (*device, welcome.as_slice())).collect();
        let submission = Submission {
            session,
            handshake: &submitted.commit,
            group_info: Some(&submitted.group_info),
            welcomes: &welcomes,
        };
        self.relay.group.validate(&submission, &self.relay.heads, &self.logs)
    }

    /// Has a member receive a handshake as of now.
    pub(super) fn receive(&mut self, seat: usize, handshake: &[u8]) -> Result<(), String> {
        let known = Known { heads: &self.relay.heads, logs: &self.logs };
        self.seats[seat].member.receive(handshake, known)
    }

    /// Has a member seal content for everyone who is there now.
    pub(super) fn say(&mut self, by: usize, content: &[u8], authenticated_data: &[u8]) -> Sent {
        let readers = self.present().into_iter().filter(|reader| *reader != by).collect();
        let (epoch, leaf) = (self.relay.group.epoch().0, self.leaf_index(by));
        let member = &mut self.seats[by].member;
        let heard = Heard { sender: member.leaf().identity, content: content.to_vec() };
        let sealed = member.seal(content, authenticated_data);
        Sent { sealed, epoch, leaf, heard, readers }
    }

    /// Has everyone open a message who was there when it was sealed and never left. Of a sender that has left its leaf
    /// since, mls-rs believes nothing.
    #[track_caller]
    pub(super) fn hear(&mut self, sent: &Sent) {
        let roster = self.relay.group.roster().unwrap();
        let is_sender_there = roster.leaf(sent.leaf).is_some_and(|leaf| leaf.identity == sent.heard.sender);
        for reader in &sent.readers {
            let seat = &mut self.seats[*reader];
            if !seat.member.is_member() || seat.since > sent.epoch {
                continue;
            }
            let opened = seat.member.open(&sent.sealed);
            if is_sender_there || seat.engine != Engine::MlsRs {
                assert_eq!(opened.as_ref(), Ok(&sent.heard), "seat {reader}");
            } else {
                assert_eq!(opened, Err("MemberNotFound".to_owned()), "seat {reader}");
            }
        }
    }

    /// Everyone says something to everyone.
    #[track_caller]
    pub(super) fn talk(&mut self) {
        for seat in self.present() {
            let sent = self.say(seat, format!("from seat {seat}").as_bytes(), b"beside it");
            self.hear(&sent);
        }
    }

    fn pass_on(&mut self, by: usize, receivers: &[usize], submitted: &Submitted) {
        let session = self.seats[by].member.leaf();
        let validated = self.validate(&session, submitted).unwrap();
        for seat in receivers {
            self.receive(*seat, &submitted.commit).unwrap();
        }
        self.relay.apply(validated).unwrap();
        self.group_info.clone_from(&submitted.group_info);
        let (tree, epoch) = (self.relay.group.tree(), self.relay.group.epoch().0);
        for (device, welcome) in &submitted.welcomes {
            let is_joiner = |seat: &&mut Seat| seat.member.leaf().identity.device == *device;
            let seat = self.seats.iter_mut().find(is_joiner).unwrap();
            let known = Known { heads: &self.relay.heads, logs: &self.logs };
            seat.member.join(welcome, &tree, known).unwrap();
            seat.since = epoch;
        }
        self.assert_agreement();
    }

    /// Everyone in the relay's roster is in the same epoch of the same group, and nobody else thinks so.
    fn assert_agreement(&self) {
        let (roster, epoch) = (self.relay.group.roster().unwrap(), self.relay.group.epoch().0);
        let mut authenticator = None;
        for (number, seat) in self.seats.iter().enumerate() {
            let is_listed = roster.index_of(&seat.member.leaf().identity.device).is_some();
            assert_eq!(seat.member.is_member(), is_listed, "seat {number} in epoch {epoch}");
            if is_listed {
                let shared = seat.member.shared();
                assert_eq!((shared.epoch, shared.tree), (epoch, self.relay.group.tree()), "seat {number}");
                let first = authenticator.get_or_insert_with(|| shared.authenticator.clone());
                assert_eq!(*first, shared.authenticator, "seat {number} in epoch {epoch}");
            }
        }
    }

    fn account(&self, seat: usize) -> AccountId {
        self.seats[seat].home.account
    }

    fn revoke(&mut self, seat: usize) {
        let Seat { member, home, is_revoked, .. } = &mut self.seats[seat];
        if !*is_revoked {
            self.logs.revoke(home, &member.leaf().identity.device);
            *is_revoked = true;
        }
    }

    fn replace_revoked(&mut self, seat: usize) {
        let seat = &mut self.seats[seat];
        if seat.is_revoked {
            let device = new_device(&mut self.logs, &seat.home, self.suite, &mut self.next_seed);
            seat.member = seat.engine.run(device);
            seat.is_revoked = false;
        }
    }
}

fn new_device(logs: &mut Logs, home: &Device, suite: Suite, next_seed: &mut u8) -> Device {
    let device = Device { suite, ..Device::of(home.account, *next_seed) };
    *next_seed += 1;
    logs.list(home, &device);
    device
}

fn policy(accounts: impl Iterator<Item = AccountId>, suite: Suite) -> Policy {
    let roles = accounts
        .enumerate()
        .map(|(place, account)| (account, if place == 0 { Role::Owner } else { Role::Admin }))
        .collect();
    Policy { kind: Kind::Room { roles }, suites: vec![suite] }
}
