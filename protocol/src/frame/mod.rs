//! The frames of the gateway: what a client asks, what a relay answers and pushes.
//!
//! A session: [`Hello`] → [`Challenge`] → [`SessionStart`] or [`SessionResume`] → [`SessionReady`]. Each request is answered
//! once, under its request id; a frame with request id 0 is a push. Decoders check every limit, so that what comes out of
//! them can be used.

mod conversation;
mod directory;
mod inbox;
mod link;
mod refusal;
mod session;

pub use conversation::*;
pub use directory::*;
pub use inbox::*;
pub use link::*;
pub use refusal::*;
pub use session::*;

use bytes::Bytes;
use prost::Message;

use crate::codec::{DecodeError, Field, message, one_of};
use crate::{limits, wire};

/// The request id of frames that answer nothing.
pub const PUSH: u64 = 0;

message! {
    /// What a client sends.
    ClientFrame {
        /// Echoed in the answer; not [`PUSH`].
        request_id: u64,
        /// The request.
        body: Request,
    }
}

message! {
    /// What a relay sends.
    ServerFrame {
        /// The request answered, or [`PUSH`].
        request_id: u64,
        /// The answer or event.
        body: Response,
    }
}

one_of! {
    /// What a client asks.
    Request from wire::client_frame::Body {
        /// Opens a socket; answered by [`Challenge`].
        Hello(Hello),
        /// Answers the challenge; answered by [`SessionReady`].
        SessionStart(SessionStart),
        /// Takes a session up again; answered by [`SessionReady`].
        SessionResume(SessionResume),
        /// Ends the session; answered by [`Done`].
        Logout(Logout),
        /// Answered by [`Pong`].
        Ping(Ping),
        /// Answered by [`IdentityEntries`].
        IdentityFetch(IdentityFetch),
        /// Answered by [`IdentityChanged`].
        IdentityAppend(IdentityAppend),
        /// Answered by [`IdentityDiffering`].
        IdentityCompare(IdentityCompare),
        /// Answered by [`KeyPackagesStatus`].
        KeyPackagesPublish(KeyPackagesPublish),
        /// Answered by [`KeyPackagesClaimed`].
        KeyPackagesClaim(KeyPackagesClaim),
        /// Answered by [`Appended`], of the first commit if there is one.
        ConversationCreate(ConversationCreate),
        /// Answered by [`Appended`].
        SubmitHandshake(SubmitHandshake),
        /// Answered by [`Appended`].
        SubmitMessage(SubmitMessage),
        /// Answered by [`GroupState`].
        GroupFetch(GroupFetch),
        /// Answered by [`Subscribed`], then [`EntryAppended`] from each `from_seq` on.
        Subscribe(Subscribe),
        /// Answered by [`Entries`].
        EntriesFetch(EntriesFetch),
        /// Answered by [`Done`].
        Acknowledge(Acknowledge),
        /// Answered by [`Inbox`].
        InboxFetch(InboxFetch),
        /// Answered by [`Done`].
        InboxAcknowledge(InboxAcknowledge),
        /// Answered by [`LinkOpened`].
        LinkOpen(LinkOpen),
        /// Answered by [`LinkEntered`].
        LinkEnter(LinkEnter),
        /// Answered by [`Done`].
        LinkSend(LinkSend),
        /// Answered by [`Done`].
        LinkLeave(LinkLeave),
        /// Answered by [`Done`], or by `stale_epoch` where the commit stands; a [`Void`] may follow in the log.
        CommitRefusal(CommitRefusal),
    }
}

one_of! {
    /// What a relay answers or pushes.
    Response from wire::server_frame::Body {
        /// The request was refused; with [`PUSH`], the socket is being closed.
        Failure(Failure),
        /// What to sign.
        Challenge(Challenge),
        /// The session stands.
        SessionReady(SessionReady),
        /// Done, nothing to say.
        Done(Done),
        /// Alive.
        Pong(Pong),
        /// A part of an identity log.
        IdentityEntries(IdentityEntries),
        /// A log's head; as a push, that a log grew which one of the device's conversations relies on.
        IdentityChanged(IdentityChanged),
        /// The logs that have changed.
        IdentityDiffering(IdentityDiffering),
        /// What the directory holds for this device.
        KeyPackagesStatus(KeyPackagesStatus),
        /// One KeyPackage a device.
        KeyPackagesClaimed(KeyPackagesClaimed),
        /// The submission's place in the log: on disk.
        Appended(Appended),
        /// A group's public state.
        GroupState(GroupState),
        /// Where the subscribed logs stand.
        Subscribed(Subscribed),
        /// A part of a conversation's log.
        Entries(Entries),
        /// Pushed for each entry of a subscribed log, in order.
        EntryAppended(EntryAppended),
        /// Pushed when a member's device acknowledged.
        CursorMoved(CursorMoved),
        /// What waits in the device's inbox.
        Inbox(Inbox),
        /// Pushed when something arrives there.
        InboxArrived(InboxArrived),
        /// A link box was opened.
        LinkOpened(LinkOpened),
        /// A link box was entered.
        LinkEntered(LinkEntered),
        /// Pushed: the other side of the link box spoke.
        LinkMessage(LinkMessage),
        /// Pushed: there is no link box any more.
        LinkClosed(LinkClosed),
    }
}

macro_rules! frame_codec {
    ($name:ident) => {
        impl $name {
            /// The frame's bytes.
            pub fn encode(self) -> Bytes {
                let wire: wire::$name = self.into_wire();
                wire.encode_to_vec().into()
            }

            /// Checks a foreign frame. `Unknown` means a newer version sent it.
            pub fn decode(bytes: Bytes) -> Result<Self, DecodeError> {
                if bytes.len() > limits::FRAME_BYTES_MAX {
                    return Err(DecodeError::Limit("frame"));
                }
                let wire = wire::$name::decode(bytes).map_err(|_| DecodeError::Malformed)?;
                let frame: Self = Field::from_wire(wire)?;
                frame.body.check_limits()?;
                Ok(frame)
            }
        }
    };
}

frame_codec!(ClientFrame);
frame_codec!(ServerFrame);

impl ClientFrame {
    /// The request id of a frame that [`Self::decode`] refused, to answer it by.
    pub fn request_id_of(bytes: &[u8]) -> u64 {
        #[derive(Clone, PartialEq, Message)]
        struct RequestId {
            #[prost(uint64, tag = "1")]
            request_id: u64,
        }
        RequestId::decode(bytes).map_or(PUSH, |frame| frame.request_id)
    }
}

impl Request {
    fn check_limits(&self) -> Result<(), DecodeError> {
        match self {
            Self::Hello(hello) => at_most("client", hello.client.len(), limits::CLIENT_LABEL_LENGTH_MAX),
            Self::IdentityAppend(append) => {
                at_most("entries", append.entries.len(), limits::IDENTITY_ENTRIES_PER_FRAME_MAX)
            }
            Self::IdentityCompare(compare) => {
                at_most("known", compare.known.len(), limits::HEADS_PER_FRAME_MAX)
            }
            Self::KeyPackagesPublish(publish) => publish.check_limits(),
            Self::KeyPackagesClaim(claim) => {
                at_most("devices", claim.devices.len(), limits::ACCOUNT_DEVICES_MAX)
            }
            Self::ConversationCreate(create) => create.check_limits(),
            Self::SubmitHandshake(submit) => submit.check_limits(),
            Self::SubmitMessage(submit) => {
                at_most("message", submit.message.len(), limits::MESSAGE_BYTES_MAX)
            }
            Self::Subscribe(subscribe) => {
                at_most("subscriptions", subscribe.subscriptions.len(), limits::SUBSCRIPTIONS_PER_FRAME_MAX)
            }
            Self::Acknowledge(acknowledge) => at_most(
                "acknowledgements",
                acknowledge.acknowledgements.len(),
                limits::ACKNOWLEDGEMENTS_PER_FRAME_MAX,
            ),
            Self::InboxAcknowledge(acknowledge) => {
                at_most("ids", acknowledge.ids.len(), limits::INBOX_PER_FRAME_MAX as usize)
            }
            Self::LinkSend(send) => at_most("message", send.message.len(), limits::LINK_MESSAGE_BYTES_MAX),
            Self::LinkOpen(_)
            | Self::LinkEnter(_)
            | Self::LinkLeave(_)
            | Self::SessionStart(_)
            | Self::SessionResume(_)
            | Self::Logout(_)
            | Self::Ping(_)
            | Self::IdentityFetch(_)
            | Self::GroupFetch(_)
            | Self::EntriesFetch(_)
            | Self::InboxFetch(_)
            | Self::CommitRefusal(_) => Ok(()),
        }
    }
}

impl Response {
    /// A relay may send whatever fits a frame: how much of it is used is the engine's to bound.
    fn check_limits(&self) -> Result<(), DecodeError> {
        match self {
            Self::GroupState(state) => at_most("tree", state.tree.len(), limits::TREE_BYTES_MAX),
            _ => Ok(()),
        }
    }
}

fn at_most(what: &'static str, length: usize, limit: usize) -> Result<(), DecodeError> {
    if length > limit { Err(DecodeError::Limit(what)) } else { Ok(()) }
}
