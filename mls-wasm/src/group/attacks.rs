//! Attacks that a member can only make with its own build of the engine: commits that are consistent in everything the
//! relay sees and garbage in what it does not, frames changed and signed again, leaves renamed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use openmls::group::{CommitBuilder, CommitMessageBundle, Initial};
use openmls::prelude::{KeyPackage, LeafNodeParameters, Lifetime};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use protocol::identity::{AccountHead, AccountView, IdentityLog};
use protocol::keys::RootKey;
use protocol::{AccountId, DeviceId};

use super::poisoned::{HEAD, SIGNATURE, TAG};
use super::*;
use crate::framing::write_vector;
use crate::leaf::{capabilities, ciphersuite, endless};
use crate::policy::{Heads, Identities, Refusal, authorize};
use crate::provider::{Crypto, Garbage, Poisoner};
use crate::public::{PublicGroup, Submission, Validated, check_published};
use crate::{Leaf, NewKeyPackage, check_key_package, peek};
use protocol::content::HandshakeContext;
use protocol::identity::LeafIdentity;

type Builder<'a> = CommitBuilder<'a, Initial>;

const CONVERSATION: ConversationId = ConversationId::from_bytes([7; 16]);
const SUITE: Suite = Suite::CHACHA20_POLY1305;
const WEAK: Error = Error::ForeignLeaf("a weak encryption key");

#[test]
fn garbage_in_everyones_path_secrets_passes_the_relay_and_every_member_refuses_and_names_the_leaf() {
    let mut room = Room::new();
    for garbage in [Garbage::Bytes, Garbage::Nothing] {
        let commit = room.poisoned(garbage, 2);
        assert!(matches!(room.validate(&commit), Ok(Validated::Commit(_))));
        for member in [1, 2] {
            room.assert_refuses(member, &commit.commit, "UnableToDecrypt");
        }
        assert!(matches!(
            peek::public_message(&commit.commit).unwrap().sender,
            peek::Sender::Member(leaf) if leaf == room.leaf(0)
        ));
    }
    let honest = room.members[1].commit();
    assert!(room.validate_of(1, &honest).is_ok(), "the group stands where it stood");
}

#[test]
fn garbage_for_one_member_is_found_by_that_one() {
    let mut room = Room::new();
    let commit = room.poisoned(Garbage::Bytes, 1);
    assert!(matches!(room.validate(&commit), Ok(Validated::Commit(_))));
    let understood: Vec<bool> =
        [1, 2].map(|member| room.members[member].reload().receive(&commit.commit, &secret()).is_ok()).into();
    assert_eq!(understood.iter().filter(|understood| **understood).count(), 1);
}

#[test]
fn a_member_that_renames_its_leaf_is_refused_by_the_relay_and_by_members() {
    let room = Room::new();
    let stolen = Leaf { key: room.members[0].key.public(), ..room.members[1].leaf() };
    let new = LeafNodeParameters::builder().with_credential_with_key(stolen.credential()).build();
    let commit = room.members[0].commit_with(Some(new), &Crypto::new(secret()));
    assert!(matches!(room.validate(&commit), Err(Error::Refused(_) | Error::ForeignLeaf(_))));
    let mut bob = room.members[1].reload();
    let (policy, roster) = (bob.policy().unwrap(), bob.roster().unwrap());
    match bob.receive(&commit.commit, &secret()) {
        Ok(ReceivedHandshake::Commit(staged)) => {
            assert!(authorize(&policy, &roster, &room.heads, staged.facts(), &room.logs).is_err());
        }
        refused => {
            assert!(matches!(refused, Err(Error::Refused(Refusal::LeafChanged) | Error::ForeignLeaf(_))))
        }
    }
}

#[test]
fn a_path_key_changed_and_the_frame_signed_again_is_refused_by_the_relay() {
    // In a group of two the path has one node: its key stands before one ciphertext of 84 bytes.
    let mut room = Room::of(2);
    let mut commit = room.members[0].commit();
    let content_end = commit.commit.len() - SIGNATURE - 2 * TAG;
    commit.commit[content_end - 84 - 1] ^= 1;
    room.sign_again(&mut commit.commit);
    let refused = format!("{:?}", room.validate(&commit).err());
    assert!(refused.contains("ParentHash"), "{refused}");
}

#[test]
fn a_removed_members_frame_with_its_epoch_changed_and_signed_again_is_refused_by_the_relay() {
    let mut room = Room::new();
    let mut stale = room.members[2].commit();
    let (leaf, head) = (room.leaf(2), room.members[2].head);
    let removal = room.members[0].commit_removing(leaf, head);
    room.accept(&removal);
    let epoch_at = HEAD + 1 + CONVERSATION.as_bytes().len();
    stale.commit[epoch_at..epoch_at + 8].copy_from_slice(&room.relay.epoch().0.to_be_bytes());
    let key = DeviceKey::from_secret(&room.members[2].key.secret());
    room.sign_again_by(&key, &mut stale.commit);
    assert!(room.validate_of(2, &stale).is_err());
}

#[test]
fn a_relabelled_sender_is_refused_by_the_relay() {
    let mut room = Room::new();
    let mut commit = room.members[0].commit();
    let sender_at = HEAD + 1 + CONVERSATION.as_bytes().len() + 8;
    assert_eq!(commit.commit[sender_at], 1, "a member");
    commit.commit[sender_at + 4] ^= 1;
    assert!(room.validate(&commit).is_err());
}

#[test]
fn a_tag_flipped_by_anyone_passes_the_relay_only_where_members_refuse_it() {
    let mut room = Room::new();
    let commit = room.members[0].commit();
    let last = commit.commit.len() - 1;
    for position in [last, last - TAG] {
        let mut flipped = commit.clone();
        flipped.commit[position] ^= 1;
        if room.validate(&flipped).is_ok() {
            room.assert_refuses(1, &flipped.commit, "Tag");
        }
    }
}

#[test]
fn a_rejoin_by_a_bogus_external_key_is_refused_by_members_and_changes_nothing() {
    let mut room = Room::new();
    let commit = room.members[0].commit();
    let commit = commit.with_bogus_external_key(&room.members[0].key);
    room.accept(&commit);
    let device = &room.members[2];
    let context = HandshakeContext::new(vec![room.logs.head(&device.account)]);
    let tree = room.relay.tree();
    let rejoin =
        Rejoin::build(&commit.group_info, &tree, &device.leaf(), context, &device.key, &secret()).unwrap();
    room.assert_refuses(1, &rejoin.commit, "ConfirmationTag");
}

#[test]
fn a_commit_with_a_key_for_which_nothing_can_be_sealed_anywhere_in_its_path_is_refused_by_the_relay() {
    let room = Room::new();
    let is_weak = |key: usize| {
        let commit = room.members[0].commit_with(None, &Poisoner::new(secret(), Garbage::Key, key));
        room.validate(&commit).map(|_| ()) == Err(WEAK)
    };
    // Its leaf's, two nodes' above it, and the one of the GroupInfo behind it.
    assert_eq!([1, 2, 3, 4, 5].map(is_weak), [true, true, true, true, false]);
}

#[test]
fn a_group_whose_first_leaf_has_a_key_for_which_nothing_can_be_sealed_is_not_opened() {
    let room = Room::new();
    let Member { account, key, head, .. } = &room.members[0];
    let (leaf, policy) = (leaf_of(*account, key), Policy::room(*account, SUITE));
    let open = |weak_key: usize| {
        let crypto = Poisoner::new(secret(), Garbage::Key, weak_key);
        let group = Group::create_by(crypto, &CONVERSATION, SUITE, &policy, &leaf, key, &secret()).unwrap();
        let info = group.group_info(key, &secret()).unwrap();
        PublicGroup::create(&CONVERSATION, &info, &group.tree(), &leaf, head, &room.logs).map(|_| ())
    };
    assert_eq!(open(1), Err(WEAK));
    assert_eq!(open(usize::MAX), Ok(()));
}

#[test]
fn a_group_info_by_whose_key_nobody_can_come_back_is_refused() {
    let mut room = Room::new();
    let commit = room.members[0].commit();
    assert!(room.validate(&commit).is_ok());
    let barred = commit.with_weak_external_key(&room.members[0].key);
    assert_eq!(room.validate(&barred).map(|_| ()), Err(WEAK));
}

#[test]
fn a_key_package_for_which_nothing_can_be_sealed_is_not_published_and_brings_nobody_in() {
    let mut room = Room::new();
    let device = DeviceKey::from_secret(&[60; 32]);
    let log = IdentityLog::open(&RootKey::from_secret(&[61; 32]), &device);
    let leaf = leaf_of(log.account(), &device);
    let context = HandshakeContext::new(vec![room.members[0].head, log.account_head()]);
    room.logs.0.insert(log.account(), log);
    let weak = |key| key_package_by(Poisoner::new(secret(), Garbage::Key, key), &device, &leaf, endless());
    for key in [1, 2] {
        assert_eq!(check_published(&bytes(&weak(key)), SUITE, &leaf).map(|_| ()), Err(WEAK));
    }
    let (bundle, _) =
        room.members[0].build(&Crypto::new(secret()), context, |builder| builder.propose_adds([weak(2)]));
    let added = CreatedCommit { commit: bytes(bundle.commit()), ..room.members[0].commit() };
    assert_eq!(room.validate(&added).map(|_| ()), Err(WEAK));
    let sound = key_package_by(Crypto::new(secret()), &device, &leaf, endless());
    assert!(check_published(&bytes(&sound), SUITE, &leaf).is_ok());
}

#[test]
fn a_leaf_that_would_expire_is_refused_as_key_package_in_a_commit_and_in_a_tree() {
    let mut room = Room::new();
    let key = DeviceKey::from_secret(&[50; 32]);
    let log = IdentityLog::open(&RootKey::from_secret(&[51; 32]), &key);
    let leaf = leaf_of(log.account(), &key);
    let package = key_package_by(Crypto::new(secret()), &key, &leaf, Lifetime::new(84 * 24 * 60 * 60));
    let expiring = Err(Error::ForeignLeaf("a lifetime that ends"));
    assert_eq!(check_key_package(&bytes(&package), SUITE, &leaf).map(|_| ()), expiring);

    let context = HandshakeContext::new(vec![room.members[0].head, log.account_head()]);
    room.logs.0.insert(log.account(), log);
    let (bundle, mut group) =
        room.members[0].build(&Crypto::new(secret()), context, |builder| builder.propose_adds(vec![package]));
    let honest = room.members[0].commit();
    let added = CreatedCommit { commit: bytes(bundle.commit()), ..honest };
    assert_eq!(room.validate(&added).map(|_| ()), expiring);
    assert_eq!(room.members[1].reload().receive(&added.commit, &secret()).map(|_| ()), expiring);
    group.merge_own(&secret()).unwrap();
    assert_eq!(crate::framing::tree(&group.tree()).map(|_| ()), expiring);
}

/// A KeyPackage of one's own make.
fn key_package_by<C: OpenMlsCrypto>(
    crypto: C,
    key: &DeviceKey,
    leaf: &Leaf,
    lifetime: Lifetime,
) -> KeyPackage {
    let builder = KeyPackage::builder().key_package_lifetime(lifetime).leaf_node_capabilities(capabilities());
    let (storage, step) = (WorkingSet::default(), secret());
    let provider = Provider::with(crypto, &step, &storage);
    let bundle = builder.build(ciphersuite(SUITE).unwrap(), &provider, &DeviceSigner(key), leaf.credential());
    bundle.unwrap().key_package().clone()
}

/// Three members, one account each, and their relay.
struct Room {
    members: Vec<Member>,
    relay: PublicGroup,
    heads: Heads,
    logs: Logs,
}

struct Member {
    account: AccountId,
    key: DeviceKey,
    group: Group,
    records: BTreeMap<PartKey, Zeroizing<Vec<u8>>>,
    head: AccountHead,
}

struct Logs(BTreeMap<AccountId, IdentityLog>);

impl Logs {
    fn head(&self, account: &AccountId) -> AccountHead {
        self.0[account].account_head()
    }
}

impl Identities for Logs {
    fn view_at(&self, head: &AccountHead) -> Option<AccountView> {
        self.0.get(&head.account)?.view_at(&head.head).ok()
    }
}

impl Room {
    fn new() -> Self {
        Self::of(3)
    }

    fn of(count: u8) -> Self {
        let people: Vec<(DeviceKey, IdentityLog)> = (1..=count)
            .map(|seed| {
                let key = DeviceKey::from_secret(&[seed; 32]);
                let log = IdentityLog::open(&RootKey::from_secret(&[seed + 100; 32]), &key);
                (key, log)
            })
            .collect();
        let logs = Logs(people.iter().map(|(_, log)| (log.account(), log.clone())).collect());
        let leaf = |index: usize| leaf_of(people[index].1.account(), &people[index].0);
        let policy = Policy::room(people[0].1.account(), SUITE);
        let mut group =
            Group::create(&CONVERSATION, SUITE, &policy, &leaf(0), &people[0].0, &secret()).unwrap();
        let head = people[0].1.account_head();
        let info = group.group_info(&people[0].0, &secret()).unwrap();
        let mut relay =
            PublicGroup::create(&CONVERSATION, &info, &group.tree(), &leaf(0), &head, &logs).unwrap();
        let packages: Vec<NewKeyPackage> = (1..people.len())
            .map(|index| {
                NewKeyPackage::create(SUITE, false, &leaf(index), &people[index].0, &secret()).unwrap()
            })
            .collect();
        let request = CommitRequest {
            add: packages.iter().map(|package| package.public.clone()).collect(),
            ..CommitRequest::default()
        };
        let heads: Vec<AccountHead> = people.iter().map(|(_, log)| log.account_head()).collect();
        let added =
            group.commit(&request, HandshakeContext::new(heads.clone()), &people[0].0, &secret()).unwrap();
        relay.replay(&added.commit).unwrap();
        group.merge_own(&secret()).unwrap();
        let tree = group.tree();
        let mut groups = vec![group];
        for (index, package) in (1..people.len()).zip(&packages) {
            let device = leaf(index).identity.device;
            let welcome = added.welcomes.iter().find(|welcome| welcome.joiner.device == device).unwrap();
            let staged = StagedJoin::stage(&welcome.welcome, &tree, &package.private, &secret()).unwrap();
            groups.push(staged.adopt(&secret()).unwrap());
        }
        let members = people
            .into_iter()
            .zip(groups)
            .map(|((key, log), mut group)| {
                let records = BTreeMap::from_iter(stored(&mut group));
                Member { account: log.account(), key, group, records, head: log.account_head() }
            })
            .collect();
        Self { members, relay, heads: Heads::from_list(heads), logs }
    }

    fn leaf(&self, member: usize) -> u32 {
        let device: DeviceId = self.members[member].key.public().device_id();
        self.relay.roster().unwrap().index_of(&device).unwrap()
    }

    /// A commit of the first member with `count` of its path secrets replaced.
    fn poisoned(&mut self, garbage: Garbage, count: usize) -> CreatedCommit {
        let poisoner = Poisoner::new(secret(), garbage, count);
        let commit = self.members[0].commit_with(None, &poisoner);
        assert_eq!(poisoner.left(), 0, "as many path secrets are sealed");
        commit
    }

    fn validate(&self, commit: &CreatedCommit) -> Result<Validated, Error> {
        self.validate_of(0, commit)
    }

    fn validate_of(&self, member: usize, commit: &CreatedCommit) -> Result<Validated, Error> {
        let session = self.members[member].leaf();
        let group_info = Some(commit.group_info.as_slice());
        let submission =
            Submission { session: &session, handshake: &commit.commit, group_info, welcomes: &[] };
        self.relay.validate(&submission, &self.heads, &self.logs)
    }

    /// The relay and the second member take a commit of the first.
    fn accept(&mut self, commit: &CreatedCommit) {
        let Ok(Validated::Commit(validated)) = self.validate(commit) else { panic!("refused") };
        self.heads = validated.heads.clone();
        self.relay.apply(*validated).unwrap();
        let member = &mut self.members[1];
        match member.group.receive(&commit.commit, &secret()).unwrap() {
            ReceivedHandshake::Commit(staged) => member.group.merge(*staged, &secret()).unwrap(),
            _ => panic!("another member's commit"),
        }
        member.records.extend(stored(&mut member.group));
    }

    #[track_caller]
    fn assert_refuses(&self, member: usize, commit: &[u8], why: &str) {
        let refused = self.members[member].reload().receive(commit, &secret()).err();
        let refused = format!("{refused:?}");
        assert!(refused.contains(why), "{refused}");
    }

    fn sign_again(&self, frame: &mut [u8]) {
        self.sign_again_by(&self.members[0].key, frame);
    }

    /// Signs a member's frame as if its content had always been so.
    fn sign_again_by(&self, key: &DeviceKey, frame: &mut [u8]) {
        let content_end = frame.len() - SIGNATURE - 2 * TAG;
        let mut signed = frame[..content_end].to_vec();
        signed.extend(self.relay.context_bytes());
        let mut labelled = Vec::new();
        write_vector(&mut labelled, b"MLS 1.0 FramedContentTBS");
        write_vector(&mut labelled, &signed);
        frame[content_end + 2..content_end + SIGNATURE].copy_from_slice(&key.sign_mls(&labelled));
    }
}

impl Member {
    fn leaf(&self) -> Leaf {
        leaf_of(self.account, &self.key)
    }

    /// The group as it was stored last.
    fn reload(&self) -> Group {
        Group::load(&CONVERSATION, self.records.clone()).unwrap()
    }

    fn commit(&mut self) -> CreatedCommit {
        self.commit_with(None, &Crypto::new(secret()))
    }

    fn commit_removing(&mut self, leaf: u32, of: AccountHead) -> CreatedCommit {
        let request = CommitRequest { remove: vec![leaf], ..CommitRequest::default() };
        let context = HandshakeContext::new(vec![self.head, of]);
        self.reload().commit(&request, context, &self.key, &secret()).unwrap()
    }

    /// A commit of one's own make.
    fn commit_with(&self, leaf: Option<LeafNodeParameters>, crypto: &impl OpenMlsCrypto) -> CreatedCommit {
        let context = HandshakeContext::new(vec![self.head]);
        let authenticated_data = context.clone().encode();
        let (bundle, group) = self.build(crypto, context, |builder| match leaf {
            Some(leaf) => builder.leaf_node_parameters(leaf),
            None => builder,
        });
        commit::package(&bundle, group.pending_facts(&authenticated_data).unwrap()).unwrap()
    }

    /// A commit shaped at will on the group as it was stored last, and that group.
    fn build(
        &self,
        crypto: &impl OpenMlsCrypto,
        context: HandshakeContext,
        shape: impl FnOnce(Builder<'_>) -> Builder<'_>,
    ) -> (CommitMessageBundle, Group) {
        let mut group = self.reload();
        group.mls.set_aad(context.encode());
        let secret = secret();
        let provider = Provider::new(&secret, &group.storage);
        let bundle = shape(group.mls.commit_builder())
            .force_self_update(true)
            .load_psks(provider.storage())
            .unwrap()
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(provider.rand(), crypto, &DeviceSigner(&self.key), |_| true)
            .unwrap()
            .stage_commit(&provider)
            .unwrap();
        (bundle, group)
    }
}

fn stored(group: &mut Group) -> Vec<(PartKey, Zeroizing<Vec<u8>>)> {
    group.take_writes().into_iter().filter_map(|write| Some((write.key, write.value?))).collect()
}

fn leaf_of(account: AccountId, key: &DeviceKey) -> Leaf {
    let key = key.public();
    Leaf { identity: LeafIdentity { account, device: key.device_id() }, key }
}

fn secret() -> StepSecret {
    static STEPS: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0xAB; 32];
    bytes[..8].copy_from_slice(&STEPS.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    StepSecret::from_bytes(bytes)
}
