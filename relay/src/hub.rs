//! Who is to be told of what: sockets by device, and by the conversations they follow.
//!
//! The store's observer feeds the hub in commit order. A socket's queue is bounded: one that overflows is marked and
//! closes itself, so that no entry is ever skipped.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::frame::{
    CursorMoved, EntryAppended, Failure, IdentityChanged, InboxArrived, PUSH, Response, ServerFrame,
};
use protocol::{Bytes, ConversationId, DeviceId, ErrorCode, Seq};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::store::Committed;

/// Pushes that may wait for one socket.
const QUEUE_MAX: usize = 512;

/// What a socket is pushed.
#[derive(Debug, Clone)]
pub(crate) enum Push {
    /// An entry of a log it follows; whether it is the last for this receiver.
    Entry(Arc<PushedEntry>, bool),
    /// Something about a conversation it follows.
    About(Arc<PushedAbout>),
    /// Anything else.
    Frame(Arc<Bytes>),
    /// The socket's end, with its reason.
    Close(ErrorCode),
}

/// An entry, encoded once for all receivers.
#[derive(Debug)]
pub(crate) struct PushedEntry {
    pub(crate) conversation: ConversationId,
    pub(crate) seq: Seq,
    pub(crate) frame: Bytes,
}

/// Something about a conversation, encoded once for all receivers.
#[derive(Debug)]
pub(crate) struct PushedAbout {
    pub(crate) conversation: ConversationId,
    pub(crate) frame: Bytes,
}

/// A socket's side of the hub.
pub(crate) struct Registration {
    hub: Arc<Hub>,
    number: u64,
    device: DeviceId,
    followed: HashSet<ConversationId>,
    pub(crate) pushes: Receiver<Push>,
    pub(crate) has_overflowed: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Listener {
    number: u64,
    device: DeviceId,
    queue: Sender<Push>,
    has_overflowed: Arc<AtomicBool>,
}

#[derive(Default)]
struct Listeners {
    by_device: HashMap<DeviceId, Listener>,
    by_conversation: HashMap<ConversationId, Vec<Listener>>,
}

#[derive(Default)]
pub(crate) struct Hub {
    /// Held for a look-up only, never across an await.
    listeners: Mutex<Listeners>,
    next_number: AtomicU64,
}

impl Hub {
    /// Takes a device's socket in; an older one of the same device ends.
    pub(crate) fn register(self: &Arc<Self>, device: DeviceId) -> Registration {
        let (queue, pushes) = channel(QUEUE_MAX);
        let has_overflowed = Arc::new(AtomicBool::new(false));
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let listener = Listener { number, device, queue, has_overflowed: Arc::clone(&has_overflowed) };
        let older = self.lock().by_device.insert(device, listener);
        if let Some(older) = older {
            older.push(Push::Close(ErrorCode::Superseded));
        }
        Registration {
            hub: Arc::clone(self),
            number,
            device,
            followed: HashSet::new(),
            pushes,
            has_overflowed,
        }
    }

    /// Tells everyone concerned what was committed.
    pub(crate) fn publish(&self, events: Vec<Committed>) {
        for event in events {
            match event {
                Committed::Entry { conversation, entry, removed } => {
                    let seq = entry.seq;
                    let frame = push_frame(Response::EntryAppended(EntryAppended { conversation, entry }));
                    let pushed = Arc::new(PushedEntry { conversation, seq, frame });
                    self.to_followers(&conversation, |listener| {
                        Push::Entry(Arc::clone(&pushed), removed.contains(&listener.device))
                    });
                    if !removed.is_empty() {
                        self.stop_following(&conversation, &removed);
                    }
                }
                Committed::Inbox { device, item } => {
                    let frame = push_frame(Response::InboxArrived(InboxArrived { item }));
                    self.to_device(&device, Push::Frame(Arc::new(frame)));
                }
                Committed::Identity { account, head, conversations, revoked } => {
                    let frame = push_frame(Response::IdentityChanged(IdentityChanged { account, head }));
                    self.to_followers_once(&conversations, &frame);
                    for device in revoked {
                        self.to_device(&device, Push::Close(ErrorCode::DeviceRevoked));
                    }
                }
                Committed::KeyPackagesLow { device, left } => {
                    let frame = push_frame(Response::KeyPackagesStatus(left));
                    self.to_device(&device, Push::Frame(Arc::new(frame)));
                }
                Committed::Audited { .. }
                | Committed::Told { .. }
                | Committed::KeyRevoked
                | Committed::Queued => {}
                Committed::Cursor { conversation, account, device, seq } => {
                    let moved = CursorMoved { conversation, account, device, seq };
                    let frame = push_frame(Response::CursorMoved(moved));
                    let push = Push::About(Arc::new(PushedAbout { conversation, frame }));
                    self.to_followers(&conversation, |_| push.clone());
                }
            }
        }
    }

    fn to_device(&self, device: &DeviceId, push: Push) {
        let listener = self.lock().by_device.get(device).cloned();
        if let Some(listener) = listener {
            listener.push(push);
        }
    }

    fn to_followers(&self, conversation: &ConversationId, push: impl Fn(&Listener) -> Push) {
        let listeners = self.lock();
        for listener in listeners.by_conversation.get(conversation).into_iter().flatten() {
            listener.push(push(listener));
        }
    }

    /// Whoever follows several of the conversations is told once.
    fn to_followers_once(&self, conversations: &[ConversationId], frame: &Bytes) {
        let listeners = self.lock();
        let mut told = HashSet::new();
        for conversation in conversations {
            let about = Arc::new(PushedAbout { conversation: *conversation, frame: frame.clone() });
            for listener in listeners.by_conversation.get(conversation).into_iter().flatten() {
                if told.insert(listener.number) {
                    listener.push(Push::About(Arc::clone(&about)));
                }
            }
        }
    }

    fn stop_following(&self, conversation: &ConversationId, devices: &[DeviceId]) {
        if let Some(followers) = self.lock().by_conversation.get_mut(conversation) {
            followers.retain(|listener| !devices.contains(&listener.device));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// A full queue marks the socket: it closes rather than skip.
    fn push(&self, push: Push) {
        if self.queue.try_send(push).is_err() {
            self.has_overflowed.store(true, Ordering::Release);
        }
    }
}

impl Registration {
    /// Follows a conversation from now on: what was appended before has to be read from the store.
    pub(crate) fn follow(&mut self, conversation: ConversationId) {
        let mut listeners = self.hub.lock();
        let Some(own) =
            listeners.by_device.get(&self.device).filter(|own| own.number == self.number).cloned()
        else {
            return;
        };
        let followers = listeners.by_conversation.entry(conversation).or_default();
        if followers.iter().all(|follower| follower.number != self.number) {
            followers.push(own);
            self.followed.insert(conversation);
        }
    }

    /// Follows a conversation no longer.
    pub(crate) fn unfollow(&mut self, conversation: &ConversationId) {
        self.followed.remove(conversation);
        self.hub.lock().unfollow(conversation, self.number);
    }
}

impl Listeners {
    fn unfollow(&mut self, conversation: &ConversationId, number: u64) {
        if let Some(followers) = self.by_conversation.get_mut(conversation) {
            followers.retain(|follower| follower.number != number);
            if followers.is_empty() {
                self.by_conversation.remove(conversation);
            }
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut listeners = self.hub.lock();
        if listeners.by_device.get(&self.device).is_some_and(|own| own.number == self.number) {
            listeners.by_device.remove(&self.device);
        }
        for conversation in &self.followed {
            listeners.unfollow(conversation, self.number);
        }
    }
}

pub(crate) fn push_frame(body: Response) -> Bytes {
    ServerFrame { request_id: PUSH, body }.encode()
}

/// The last frame of a socket that the relay closes.
pub(crate) fn closing_frame(reason: ErrorCode) -> Bytes {
    let message = match reason {
        ErrorCode::Superseded => "a newer session of this device took over",
        ErrorCode::DeviceRevoked => "this device was revoked",
        ErrorCode::ShuttingDown => "the relay is being stopped: reconnect",
        ErrorCode::Unauthorized => "the session has ended: start one",
        ErrorCode::TooSlow => "the socket could not keep up: reconnect and resume",
        _ => "the socket is being closed",
    };
    push_frame(Response::Failure(Failure::new(reason, message)))
}
