//! Every limit of the protocol, with its reason. What an operator may set is named by the relay's configuration.

/// Bytes in one frame. Holds the ratchet tree of a room of 1,000 that has updated (219 KB) three times over.
pub const FRAME_BYTES_MAX: usize = 1 << 20;

/// Bytes of one sealed message. Text and small cards; files go to blobs.
pub const MESSAGE_BYTES_MAX: usize = 192 << 10;

/// Bytes of a message's text before it is sealed.
pub const TEXT_BYTES_MAX: usize = 64 << 10;

/// Bytes of one handshake. A path commit in a fresh room of 1,000 is 83 KB.
pub const HANDSHAKE_BYTES_MAX: usize = 256 << 10;

/// Bytes of a GroupInfo without its tree (240 in a dm).
pub const GROUP_INFO_BYTES_MAX: usize = 16 << 10;

/// Bytes of a ratchet tree.
pub const TREE_BYTES_MAX: usize = 512 << 10;

/// Bytes of one joiner's Welcome, tree apart (378 in a dm).
pub const WELCOME_BYTES_MAX: usize = 16 << 10;

/// Joiners of one commit: bounds what one request makes the relay verify.
pub const WELCOMES_MAX: usize = 128;

/// Members' devices in one conversation.
pub const CONVERSATION_DEVICES_MAX: usize = 1024;

/// Bytes of one KeyPackage (about 300; 2,800 where keys are hybrid).
pub const KEY_PACKAGE_BYTES_MAX: usize = 4 << 10;

/// KeyPackages in one publication.
pub const KEY_PACKAGES_PER_PUBLISH_MAX: usize = 100;

/// Unissued KeyPackages kept for a device and suite; the oldest give way.
pub const KEY_PACKAGES_UNISSUED_MAX: usize = 1000;

/// Below this many unissued KeyPackages a client publishes more.
pub const KEY_PACKAGES_REFILL_BELOW: u32 = 20;

/// How many unissued KeyPackages a client refills to, of each suite: fifty people may begin to talk to it while it is away.
pub const KEY_PACKAGES_REFILL_TO: u32 = 50;

/// A KeyPackage to be issued once is issued for so long after it was published: 90 days. Old keys have had more time to leak.
pub const KEY_PACKAGE_LIFETIME_MS: u64 = 90 * 24 * 60 * 60 * 1000;

/// A client replaces its KeyPackage of last resort when it is so old, and whenever it was used: 30 days.
pub const LAST_RESORT_ROTATION_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// KeyPackages of last resort given out for one account in a minute, whoever asks: each conversation that begins with one
/// shares a key with others that do.
pub const LAST_RESORT_CLAIMS_PER_MINUTE: u32 = 30;

/// Entries of an identity log. A person changes devices a few times a year.
pub const IDENTITY_ENTRIES_MAX: usize = 4096;

/// Bytes of one identity entry.
pub const IDENTITY_ENTRY_BYTES_MAX: usize = 16 << 10;

/// Identity entries in one frame.
pub const IDENTITY_ENTRIES_PER_FRAME_MAX: usize = 64;

/// Devices an account lists at a time. Others stop at ten and lock people out.
pub const ACCOUNT_DEVICES_MAX: usize = 32;

/// Characters of a handle, at least: shorter ones are squatted first.
pub const HANDLE_LENGTH_MIN: usize = 3;

/// Characters of a handle, at most: what fits a list row.
pub const HANDLE_LENGTH_MAX: usize = 32;

/// Heads in one handshake: its committer's, and one for each account it adds or removes.
pub const HANDSHAKE_HEADS_MAX: usize = WELCOMES_MAX + 1;

/// Identity-log heads compared in one frame: each is a look-up.
pub const HEADS_PER_FRAME_MAX: usize = 256;

/// Conversations in one subscription frame.
pub const SUBSCRIPTIONS_PER_FRAME_MAX: usize = 256;

/// Conversations that one socket follows: each costs the relay about 100 bytes.
pub const SUBSCRIPTIONS_MAX: usize = 8192;

/// Entries in one answer of the log; fewer where [`FRAME_BYTES_MAX`] asks for it.
pub const ENTRIES_PER_FRAME_MAX: u32 = 256;

/// Bytes of a page of entries, identity entries or inbox items: what fits a frame, with room for its framing. A page holds
/// one item at least.
pub const PAGE_BYTES_MAX: usize = FRAME_BYTES_MAX / 2;

/// Devices that an account ever lists, revoked ones included: each is remembered for good.
pub const ACCOUNT_DEVICES_EVER_MAX: usize = 512;

/// How long a link box is there: long enough to walk to the other device and compare digits.
pub const LINK_MS: u64 = 120_000;

/// Bytes of one message through a link box: keys and an account's id, sealed.
pub const LINK_MESSAGE_BYTES_MAX: usize = 1024;

/// Messages that may wait for one side of a link box. A whole linking is seven.
pub const LINK_MESSAGES_WAITING_MAX: usize = 8;

/// Link boxes at a time, at about 2 KB each.
pub const LINK_BOXES_MAX: usize = 4096;

/// The largest number of a link box. With [`LINK_ENTRIES_PER_MINUTE`] and as many boxes as there can be, an account that
/// guesses meets one in 24,000 minutes.
pub const LINK_NUMBER_MAX: u32 = 999_999_999;

/// Link boxes opened from one address in a minute, where an operator says nothing else.
pub const LINKS_PER_MINUTE: u32 = 20;

/// Link boxes that one account enters then, or tries to, in a minute.
pub const LINK_ENTRIES_PER_MINUTE: u32 = LINKS_PER_MINUTE / 2;

/// How long a socket may be open without a session.
pub const GUEST_SOCKET_MS: u64 = 60_000;

/// Acknowledgements in one frame.
pub const ACKNOWLEDGEMENTS_PER_FRAME_MAX: usize = 256;

/// Inbox items in one answer.
pub const INBOX_PER_FRAME_MAX: u32 = 64;

/// Characters of a client's self-description in Hello.
pub const CLIENT_LABEL_LENGTH_MAX: usize = 32;

/// How long a challenge can be answered: a slow phone, not an attacker's queue.
pub const CHALLENGE_TTL_MS: u64 = 30_000;

/// How long a used resume token still works, for an answer that was lost on the way.
pub const RESUME_GRACE_MS: u64 = 60_000;

/// How long a silent socket lives before the relay pings it.
pub const HEARTBEAT_IDLE_MS: u64 = 30_000;

/// Missed answers after which a socket is closed.
pub const HEARTBEATS_MISSED_MAX: u32 = 2;

/// How long a socket may take to accept what it is written: a phone in a tunnel, not a reader that has stopped.
pub const WRITE_DEADLINE_MS: u64 = 30_000;

/// Bytes of a member's refusal of a commit: fixed fields only.
pub const REFUSAL_BYTES_MAX: usize = 256;

/// Refusals that a void carries: one proves it, more only say how many were cut off.
pub const VOID_PROOFS_MAX: u32 = 64;

/// How long members may take to acknowledge an epoch before one's refusal alone voids it: whoever is there does so at once.
pub const REFUSAL_GRACE_MS: u64 = 5_000;

/// Bytes of a control entry.
pub const CONTROL_BYTES_MAX: usize = 64 << 10;

/// Minor units in an amount and in a balance: a thousand sums of them fit into what databases count in, and each fits into a
/// double without rounding.
pub const AMOUNT_MINOR_MAX: u64 = 1_000_000_000_000_000;
