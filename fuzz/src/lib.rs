//! Every decoder of foreign bytes, and several clients' engines, as fuzz targets: whatever comes, it is refused or understood,
//! never panics, and takes no more of the heap than is said here.
//!
//! `cargo xtask fuzz TARGET` runs a campaign with libFuzzer; `cargo xtask test` replays the corpora, the seeds and a
//! bounded number of their mutations on the stable toolchain. Both count what each input takes of the heap; the replay says
//! besides where the kept inputs of `engine` lead to ([`Milestone`]), and fails where they lead to less.

mod engine;
mod group;
mod heap;
mod relay;
mod seeds;

use mls_wasm::policy::{Heads, Policy};
use mls_wasm::{check_key_package, peek, welcome_key_package};
use protocol::content::{Content, HandshakeContext};
use protocol::frame::{ClientFrame, CommitRefusal, Control, ServerFrame};
use protocol::identity::{IdentityLog, LeafIdentity, SignedEntry};
use protocol::keys::RootKey;
use protocol::{AccountId, Bytes, ConversationId, DeviceId, ErrorCode, Handle, MessageId, Suite};

pub use engine::{Milestone, take_milestones};
pub use seeds::seeds;

/// What decoding may take of the heap, whatever comes: a multiple of the longest input of a campaign, 16 KiB.
const DECODER_HEAP_BYTES_MAX: usize = 256 << 10;
/// What a group of two may take: its state a few times, and a multiple of the longest input.
const GROUP_HEAP_BYTES_MAX: usize = 1 << 20;
/// What all clients, their stores and the relay between them may take together: five times what the seeds' lives do.
const ENGINE_HEAP_BYTES_MAX: usize = 8 << 20;

/// What is done with bytes from outside, and what it may cost.
pub struct Target {
    /// What campaigns and corpora are called by.
    pub name: &'static str,
    /// Makes what every input begins with.
    prepare: fn(),
    act: fn(&[u8]),
    heap_bytes_max: usize,
}

/// Every target.
pub const TARGETS: [Target; 10] = [
    decoder("client_frame", client_frame),
    decoder("server_frame", server_frame),
    decoder("content", content),
    decoder("identity", identity),
    decoder("text", text),
    of_group("mls_bytes", mls_bytes),
    of_group("member_log", member_log),
    of_group("joiner", joiner),
    of_group("relay_commit", relay_commit),
    Target {
        name: "engine",
        prepare: engine::prepare,
        act: engine::engine,
        heap_bytes_max: ENGINE_HEAP_BYTES_MAX,
    },
];

/// Takes more than it may: where that is not told, nothing is counted.
pub const GREEDY: Target =
    decoder("greedy", |_| drop(std::hint::black_box(vec![1_u8; DECODER_HEAP_BYTES_MAX + 1])));

impl Target {
    /// Does what is done with such bytes, and fails where that took more of the heap at any moment than it may. Says how much
    /// it took.
    pub fn run(&self, data: &[u8]) -> usize {
        (self.prepare)();
        let taken = heap::growth_of(|| (self.act)(data));
        let most = self.heap_bytes_max;
        assert!(taken <= most, "{} takes {taken} bytes of the heap: more than {most}", self.name);
        taken
    }
}

/// Runs a target by its name.
pub fn run(name: &str, data: &[u8]) {
    TARGETS.iter().find(|target| target.name == name).expect("a campaign is on a target").run(data);
}

const fn decoder(name: &'static str, act: fn(&[u8])) -> Target {
    Target { name, prepare: || (), act, heap_bytes_max: DECODER_HEAP_BYTES_MAX }
}

const fn of_group(name: &'static str, act: fn(&[u8])) -> Target {
    Target { name, prepare: || group::with(|_| ()), act, heap_bytes_max: GROUP_HEAP_BYTES_MAX }
}

/// What a relay is sent. What it understands, it writes the same way again.
fn client_frame(data: &[u8]) {
    ClientFrame::request_id_of(data);
    if let Ok(frame) = ClientFrame::decode(Bytes::copy_from_slice(data)) {
        assert_eq!(ClientFrame::decode(frame.clone().encode()), Ok(frame));
    }
}

/// What a client is sent.
fn server_frame(data: &[u8]) {
    if let Ok(frame) = ServerFrame::decode(Bytes::copy_from_slice(data)) {
        assert_eq!(ServerFrame::decode(frame.clone().encode()), Ok(frame));
    }
}

/// What members say, and what stands beside it.
fn content(data: &[u8]) {
    if let Ok(content) = Content::decode(data) {
        assert_eq!(Content::decode(&content.clone().encode()), Ok(content));
    }
    if let Ok(context) = HandshakeContext::decode(data) {
        assert_eq!(HandshakeContext::decode(&context.clone().encode()), Ok(context));
    }
    if let Ok(leaf) = LeafIdentity::decode(data) {
        assert_eq!(LeafIdentity::decode(&leaf.encode()), Ok(leaf));
    }
    let _ = Control::decode(Bytes::copy_from_slice(data));
    if let Ok(refusal) = CommitRefusal::decode(&Bytes::copy_from_slice(data)) {
        assert_eq!(CommitRefusal::decode(&refusal.clone().encode()), Ok(refusal));
    }
}

/// A log: entries of a length, a signature and a body each. Whatever the device key has signed, nothing else gets in.
fn identity(data: &[u8]) {
    let mut entries = Vec::new();
    let mut rest = data;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let Some((signature, after)) = after.split_first_chunk::<64>() else { break };
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (body, after) = after.split_at(length);
        entries.push(SignedEntry { body: Bytes::copy_from_slice(body), signature: *signature });
        rest = after;
    }
    for entry in &entries {
        let _ = entry.decode_body();
    }
    let account = RootKey::from_secret(&[1; 32]).public().account_id();
    if let Ok(log) = IdentityLog::verify(account, entries) {
        assert_eq!(log.account(), account);
        assert!(log.view_at(&log.head()).is_ok());
    }
}

/// What people type or paste.
fn text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    macro_rules! reads_what_it_writes {
        ($($kind:ty),*) => {
            $(if let Ok(parsed) = text.parse::<$kind>() {
                assert_eq!(parsed.to_string().parse::<$kind>(), Ok(parsed));
            })*
        };
    }
    reads_what_it_writes!(AccountId, DeviceId, ConversationId, MessageId, Handle);
    let _ = ErrorCode::parse(text);
}

/// MLS bytes that are looked at before any group is asked.
fn mls_bytes(data: &[u8]) {
    let _ = peek::private_message(data);
    let _ = peek::public_message(data);
    let _ = welcome_key_package(data);
    if let Ok(policy) = Policy::decode(data) {
        assert_eq!(Policy::decode(&policy.encode()), Ok(policy));
    }
    if let Ok(heads) = Heads::decode(data) {
        assert_eq!(Heads::decode(&heads.encode()).map(|heads| heads.list()), Ok(heads.list()));
    }
    group::with(|world| {
        let _ = check_key_package(data, Suite::OFFERED[0], &world.member.leaf());
    });
}

/// An entry of a log, as a member processes it.
fn member_log(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else { return };
    group::with(|world| world.receive(kind % 2 == 0, data));
}

/// A Welcome and the tree beside it; or a GroupInfo, to come back by.
fn joiner(data: &[u8]) {
    let Some((length, data)) = data.split_first_chunk::<2>() else { return };
    let (welcome, tree) = data.split_at(usize::from(u16::from_be_bytes(*length)).min(data.len()));
    group::with(|world| world.join(welcome, tree));
    group::with(|world| world.rejoin(welcome, tree));
}

/// A handshake and its GroupInfo, as the relay validates them; or the group that a conversation begins with.
fn relay_commit(data: &[u8]) {
    let Some((length, data)) = data.split_first_chunk::<2>() else { return };
    let (first, second) = data.split_at(usize::from(u16::from_be_bytes(*length)).min(data.len()));
    group::with(|world| world.validate(first, second));
}
