//! A relay that checks next to nothing: it keeps what it is given, and tells everyone. Whatever it is made to say besides, the
//! clients are to bear.

mod lies;
mod link;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use client_core::testing::{RelayPort, RelaySocket};
use mls_wasm::policy::Kind;
use mls_wasm::public::PublicGroup;
use mls_wasm::{Leaf, peek};
use protocol::codec::OrEmpty;
use protocol::frame::{
    Acknowledge, Appended, Challenge, ClaimedKeyPackage, ClientFrame, CommitRefusal, Control, ControlKind,
    ConversationCreate, Created, CursorMoved, Done, Entries, Entry, EntryAppended, Failure, GroupFetch,
    GroupState, IdentityAppend, IdentityChanged, IdentityDiffering, IdentityEntries, IdentityTarget, Inbox,
    InboxArrived, InboxItem, KeyPackagesClaim, KeyPackagesClaimed, KeyPackagesPublish, KeyPackagesStatus,
    LinkOpened, PUSH, Payload, Pong, Request, Response, ServerFrame, SessionReady, SubmitHandshake,
    Subscribe, Subscribed, SubscriptionState, Void,
};
use protocol::identity::{AccountHead, IdentityLog, LeafIdentity};
use protocol::{
    AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, ErrorCode, RelayId, Seq, Suite, Timestamp,
    VERSION,
};

use crate::group::Logs;
use link::{LINK_NUMBER, LinkBox};

/// Every moment of this relay's.
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// When nothing of what it gives ends.
const NEVER: Timestamp = Timestamp::from_millis(4_000_000_000_000);

/// The relay; a clone has the same in it.
#[derive(Clone, Default)]
pub(crate) struct Relay(Rc<RefCell<State>>);

#[derive(Clone, Default)]
struct State {
    logs: BTreeMap<AccountId, IdentityLog>,
    packages: BTreeMap<(DeviceId, Suite), Vec<Bytes>>,
    talks: BTreeMap<ConversationId, Talk>,
    inboxes: BTreeMap<DeviceId, Vec<InboxItem>>,
    /// Every Welcome that ever came, in order.
    welcomes: Vec<(DeviceId, InboxItem)>,
    link: Option<LinkBox>,
    sockets: Vec<Socket>,
    frames: usize,
}

/// A conversation's log, and its group after each commit.
#[derive(Clone)]
struct Talk {
    is_room: bool,
    entries: Vec<Entry>,
    groups: Vec<PublicState>,
}

#[derive(Clone)]
struct PublicState {
    seq: Seq,
    group_info: Bytes,
    tree: Bytes,
    snapshot: Vec<u8>,
}

#[derive(Clone, Default)]
struct Socket {
    session: Option<(AccountId, DeviceId)>,
    follows: Vec<ConversationId>,
    outgoing: VecDeque<ServerFrame>,
}

/// A client's end of a socket.
pub(crate) struct ClientSocket {
    relay: Relay,
    index: usize,
}

impl RelayPort for Relay {
    type Socket = ClientSocket;

    async fn connect(&mut self) -> ClientSocket {
        let mut state = self.0.borrow_mut();
        state.sockets.push(Socket::default());
        ClientSocket { relay: self.clone(), index: state.sockets.len() - 1 }
    }

    /// It has no limits that go by time.
    fn tell_time(&mut self, _now: Timestamp) {}
}

impl RelaySocket for ClientSocket {
    async fn send(&mut self, frame: Bytes) -> bool {
        self.relay.0.borrow_mut().take_in(self.index, frame);
        true
    }

    async fn receive(&mut self) -> Option<Bytes> {
        let frame = self.relay.0.borrow_mut().sockets[self.index].outgoing.pop_front();
        frame.map(ServerFrame::encode)
    }
}

impl Drop for ClientSocket {
    fn drop(&mut self) {
        let mut state = self.relay.0.borrow_mut();
        state.leave_link(self.index);
        state.sockets[self.index] = Socket::default();
    }
}

impl Relay {
    /// Another relay with all that this one keeps, and nobody at its sockets.
    pub(crate) fn copy(&self) -> Self {
        let state = self.0.borrow().clone();
        Self(Rc::new(RefCell::new(State { link: None, sockets: vec![], frames: 0, ..state })))
    }

    /// How many frames came since it was asked last.
    pub(crate) fn take_frames(&self) -> usize {
        std::mem::take(&mut self.0.borrow_mut().frames)
    }
}

fn refused(code: ErrorCode) -> Response {
    Response::Failure(Failure::new(code, ""))
}

impl State {
    fn take_in(&mut self, socket: usize, frame: Bytes) {
        let frame = ClientFrame::decode(frame).expect("a client sends what can be read");
        self.frames += usize::from(!matches!(frame.body, Request::Ping(_)));
        let body = self.answer(socket, frame.body);
        // What is pushed because of a request comes before its answer here, as it may.
        self.sockets[socket].outgoing.push_back(ServerFrame { request_id: frame.request_id, body });
    }

    fn answer(&mut self, socket: usize, request: Request) -> Response {
        match request {
            Request::Hello(_) => Response::Challenge(Challenge {
                version: VERSION,
                relay: RelayId::from_bytes([1; 16]),
                nonce: [2; 32],
                expires_at: NEVER,
                now: NOW,
            }),
            Request::SessionStart(start) => self.session(socket, start.account, start.device),
            Request::SessionResume(_) => refused(ErrorCode::ResumeFailed),
            Request::Ping(_) => Response::Pong(Pong {}),
            Request::IdentityFetch(fetch) => self.identity(&fetch.target, fetch.from_length),
            Request::IdentityAppend(append) => self.append_identity(append),
            Request::IdentityCompare(compare) => {
                let heads = self.logs.values().map(IdentityLog::account_head);
                let differs = |head: &AccountHead| {
                    compare.known.iter().any(|known| known.account == head.account && known != head)
                };
                Response::IdentityDiffering(IdentityDiffering { heads: heads.filter(differs).collect() })
            }
            Request::KeyPackagesPublish(publish) => self.publish(socket, publish),
            Request::KeyPackagesClaim(claim) => self.claim(&claim),
            Request::ConversationCreate(create) => self.create(socket, create),
            Request::SubmitHandshake(submit) => self.commit(socket, submit),
            Request::SubmitMessage(submit) => {
                self.submit(socket, submit.conversation, submit.envelope, submit.message)
            }
            Request::GroupFetch(fetch) => self.group(&fetch),
            Request::Subscribe(subscribe) => self.subscribe(socket, &subscribe),
            Request::EntriesFetch(fetch) => {
                let all = self.entries_from(fetch.conversation, fetch.from_seq);
                let (latest_seq, limit) = (self.last_seq(fetch.conversation), fetch.limit as usize);
                let entries = all.into_iter().take(limit).collect();
                Response::Entries(Entries { conversation: fetch.conversation, entries, latest_seq })
            }
            Request::Acknowledge(acknowledge) => self.acknowledge(socket, acknowledge),
            Request::InboxFetch(fetch) => {
                let waits = self.device(socket).and_then(|device| self.inboxes.get(&device));
                let items = waits.into_iter().flatten().filter(|item| item.id > fetch.after).cloned();
                Response::Inbox(Inbox { items: items.collect(), more: false })
            }
            Request::InboxAcknowledge(acknowledge) => {
                for waits in self.inboxes.values_mut() {
                    waits.retain(|item| !acknowledge.ids.contains(&item.id));
                }
                Response::Done(Done {})
            }
            Request::CommitRefusal(refusal) => self.void(refusal),
            Request::LinkOpen(open) => {
                self.leave_link(socket);
                self.link = Some(LinkBox::new(open.name, socket));
                Response::LinkOpened(LinkOpened { number: LINK_NUMBER, expires_at: NEVER })
            }
            Request::LinkEnter(enter) => self.enter_link(socket, &enter),
            Request::LinkSend(send) => self.send_through_link(socket, send),
            Request::LinkLeave(_) => {
                self.leave_link(socket);
                Response::Done(Done {})
            }
            Request::Logout(_) => Response::Done(Done {}),
        }
    }

    fn device(&self, socket: usize) -> Option<DeviceId> {
        self.sockets[socket].session.map(|(_, device)| device)
    }

    fn session(&mut self, socket: usize, account: AccountId, device: DeviceId) -> Response {
        if self.is_struck(account, device) {
            return refused(ErrorCode::DeviceRevoked);
        }
        self.sockets[socket].session = Some((account, device));
        let key_packages = Suite::OFFERED.map(|suite| self.status(device, suite)).into();
        let token = Bytes::from_static(b"any");
        Response::SessionReady(SessionReady {
            account,
            device,
            session_token: token.clone(),
            resume_token: token,
            expires_at: NEVER,
            state_counter: 0,
            key_packages,
            now: NOW,
        })
    }

    fn identity(&self, target: &IdentityTarget, from_length: u64) -> Response {
        let IdentityTarget::Account(account) = target else { return refused(ErrorCode::NotFound) };
        let Some(log) = self.logs.get(account) else { return refused(ErrorCode::NotFound) };
        let entries = log.entries_from(from_length).cloned().collect();
        let served = IdentityEntries { account: *account, from_length, entries, head: log.head() };
        Response::IdentityEntries(served)
    }

    fn append_identity(&mut self, append: IdentityAppend) -> Response {
        let known = self.logs.get(&append.account).map(|log| log.entries_from(0).cloned().collect());
        let entries = [known.unwrap_or_else(Vec::new), append.entries].concat();
        let Ok(log) = IdentityLog::verify(append.account, entries) else {
            return refused(ErrorCode::InvalidRequest);
        };
        let changed = IdentityChanged { account: append.account, head: log.head() };
        self.logs.insert(append.account, log);
        self.push_to_all(&Response::IdentityChanged(changed.clone()), |_| true);
        self.close_struck();
        Response::IdentityChanged(changed)
    }

    fn is_struck(&self, account: AccountId, device: DeviceId) -> bool {
        self.logs.get(&account).is_some_and(|log| log.view().has_revoked(&device))
    }

    /// Whoever is struck from its account's log is told so, and nothing more.
    fn close_struck(&mut self) {
        for at in 0..self.sockets.len() {
            if self.sockets[at].session.is_some_and(|(account, device)| self.is_struck(account, device)) {
                let closing = push(refused(ErrorCode::DeviceRevoked));
                self.sockets[at] = Socket { outgoing: [closing].into(), ..Socket::default() };
            }
        }
    }

    fn status(&self, device: DeviceId, suite: Suite) -> KeyPackagesStatus {
        let unissued = self.packages.get(&(device, suite)).map_or(0, Vec::len) as u32;
        KeyPackagesStatus { suite, unissued, has_last_resort: unissued > 0, last_resort_age_ms: 0 }
    }

    fn publish(&mut self, socket: usize, publish: KeyPackagesPublish) -> Response {
        let Some(device) = self.device(socket) else { return refused(ErrorCode::Unauthorized) };
        let packages = self.packages.entry((device, publish.suite)).or_default();
        packages.extend(publish.packages);
        Response::KeyPackagesStatus(self.status(device, publish.suite))
    }

    fn claim(&mut self, claim: &KeyPackagesClaim) -> Response {
        let devices: Vec<DeviceId> = match self.logs.get(&claim.account) {
            Some(log) => log.view().active_devices().map(|(device, _)| *device).collect(),
            None => vec![],
        };
        let packages = devices.into_iter().filter_map(|device| {
            let package = self.packages.get_mut(&(device, claim.suite))?.pop()?;
            Some(ClaimedKeyPackage { device, package, last_resort: false })
        });
        let packages = packages.collect();
        Response::KeyPackagesClaimed(KeyPackagesClaimed { account: claim.account, packages })
    }

    fn create(&mut self, socket: usize, create: ConversationCreate) -> Response {
        let Some((account, device)) = self.sockets[socket].session else {
            return refused(ErrorCode::Unauthorized);
        };
        let id = create.conversation;
        let key = self.logs.get(&account).and_then(|log| log.view().device(&device));
        let Some(key) = key else { return refused(ErrorCode::Forbidden) };
        let leaf = Leaf { identity: LeafIdentity { account, device }, key };
        let logs = Logs(self.logs.clone());
        let (info, tree) = (&create.group_info, &create.tree);
        let opened = PublicGroup::create(&id, info, tree, &leaf, &create.head, &logs);
        let Ok(group) = opened else { return refused(ErrorCode::InvalidRequest) };
        let suite = group.suite().expect("the group is of a suite that was checked");
        let is_room = group.policy().is_ok_and(|policy| matches!(policy.kind, Kind::Room { .. }));
        let opened = PublicState::of(&group, Seq(1), create.group_info);
        self.talks.insert(id, Talk { is_room, entries: vec![], groups: vec![opened] });
        let created = Created { creator: device, suite, head: create.head };
        let control = Payload::Control(Control { kind: ControlKind::Created(created) });
        let first = self.append(id, create.envelope, Some(device), control);
        match create.first_commit {
            Some(commit) => self.commit(socket, commit),
            None => first,
        }
    }

    fn commit(&mut self, socket: usize, submit: SubmitHandshake) -> Response {
        let id = submit.conversation;
        if let Some(known) = self.appended(id, submit.envelope) {
            return known;
        }
        let Some(talk) = self.talks.get_mut(&id) else { return refused(ErrorCode::NotFound) };
        let epoch = talk.epoch();
        let seq = Seq(talk.entries.len() as u64 + 1);
        let mut group = talk.group(&id);
        if group.replay(&submit.handshake).is_err() {
            let failure = Failure::new(ErrorCode::StaleEpoch, "");
            return Response::Failure(Failure { epoch, ..failure });
        }
        talk.groups.push(PublicState::of(&group, seq, submit.group_info.0.unwrap_or_default()));
        let device = self.device(socket);
        let appended = self.append(id, submit.envelope, device, Payload::Handshake(submit.handshake));
        for welcome in submit.welcomes {
            let epoch = Epoch(epoch.0 + 1);
            let (conversation, welcome, to) = (id, welcome.welcome, welcome.device);
            self.invite(to, InboxItem { id: 0, conversation, seq, epoch, welcome, received_at: NOW });
        }
        appended
    }

    /// Puts a Welcome into an inbox, under an id of its own.
    fn invite(&mut self, to: DeviceId, item: InboxItem) {
        let item = InboxItem { id: self.welcomes.len() as u64 + 1, ..item };
        self.welcomes.push((to, item.clone()));
        self.inboxes.entry(to).or_default().push(item.clone());
        let arrived = Response::InboxArrived(InboxArrived { item });
        self.push_to_all(&arrived, |socket| socket.session.is_some_and(|(_, device)| device == to));
    }

    fn submit(
        &mut self,
        socket: usize,
        id: ConversationId,
        envelope: EnvelopeId,
        message: Bytes,
    ) -> Response {
        if let Some(known) = self.appended(id, envelope) {
            return known;
        }
        let Some(talk) = self.talks.get(&id) else { return refused(ErrorCode::NotFound) };
        let epoch = talk.epoch();
        if peek::private_message(&message).is_ok_and(|message| message.epoch != epoch) {
            let failure = Failure::new(ErrorCode::StaleEpoch, "");
            return Response::Failure(Failure { epoch, ..failure });
        }
        let device = self.device(socket);
        self.append(id, envelope, device, Payload::Application(message))
    }

    /// Voids the last commit for whoever asks.
    fn void(&mut self, refusal: CommitRefusal) -> Response {
        let (id, seq) = (refusal.conversation, refusal.seq);
        let Some(talk) = self.talks.get_mut(&id) else { return refused(ErrorCode::NotFound) };
        if talk.groups.len() < 2 || talk.groups.last().is_none_or(|last| last.seq != seq) {
            return refused(ErrorCode::StaleEpoch);
        }
        talk.groups.pop();
        let void = Void { seq, proofs: vec![refusal.encode()] };
        let control = Payload::Control(Control { kind: ControlKind::Void(void) });
        let mut envelope = [6; 16];
        envelope[..8].copy_from_slice(&seq.0.to_be_bytes());
        self.append(id, EnvelopeId::from_bytes(envelope), None, control);
        Response::Done(Done {})
    }

    fn group(&self, fetch: &GroupFetch) -> Response {
        let conversation = fetch.conversation;
        let Some(talk) = self.talks.get(&conversation) else { return refused(ErrorCode::NotFound) };
        let epoch = fetch.epoch.map_or(talk.epoch(), Epoch);
        let at = usize::try_from(epoch.0).ok().and_then(|at| talk.groups.get(at));
        let Some(state) = at else { return refused(ErrorCode::NotFound) };
        Response::GroupState(GroupState {
            conversation,
            epoch,
            seq: state.seq,
            group_info: state.group_info.clone(),
            tree: state.tree.clone(),
            heads: self.logs.values().map(IdentityLog::account_head).collect(),
        })
    }

    fn subscribe(&mut self, socket: usize, subscribe: &Subscribe) -> Response {
        let mut states = vec![];
        for wanted in &subscribe.subscriptions {
            let conversation = wanted.conversation;
            self.sockets[socket].follows.push(conversation);
            let refusal = OrEmpty(None);
            states.push(SubscriptionState { conversation, latest_seq: self.last_seq(conversation), refusal });
            let entries = self.entries_from(conversation, wanted.from_seq).into_iter();
            let pushed = entries.map(|entry| Response::EntryAppended(EntryAppended { conversation, entry }));
            self.sockets[socket].outgoing.extend(pushed.map(push));
        }
        Response::Subscribed(Subscribed { states })
    }

    fn acknowledge(&mut self, socket: usize, acknowledge: Acknowledge) -> Response {
        if let Some((account, device)) = self.sockets[socket].session {
            for stored in acknowledge.acknowledgements {
                let (conversation, seq) = (stored.conversation, stored.seq);
                let moved = Response::CursorMoved(CursorMoved { conversation, account, device, seq });
                self.push_to_all(&moved, |socket| socket.follows.contains(&conversation));
            }
        }
        Response::Done(Done {})
    }

    fn append(
        &mut self,
        conversation: ConversationId,
        envelope: EnvelopeId,
        sender: Option<DeviceId>,
        payload: Payload,
    ) -> Response {
        let Some(talk) = self.talks.get_mut(&conversation) else { return refused(ErrorCode::NotFound) };
        let seq = Seq(talk.entries.len() as u64 + 1);
        let sender = OrEmpty(sender);
        let entry = Entry { seq, envelope, sender, received_at: NOW, payload };
        talk.entries.push(entry.clone());
        let appended = Response::EntryAppended(EntryAppended { conversation, entry });
        self.push_to_all(&appended, |socket| socket.follows.contains(&conversation));
        Response::Appended(Appended { conversation, envelope, seq, received_at: NOW })
    }

    fn appended(&self, conversation: ConversationId, envelope: EnvelopeId) -> Option<Response> {
        let entry = self.talks.get(&conversation)?.entries.iter().find(|entry| entry.envelope == envelope)?;
        Some(Response::Appended(Appended { conversation, envelope, seq: entry.seq, received_at: NOW }))
    }

    fn entries_from(&self, conversation: ConversationId, from: Seq) -> Vec<Entry> {
        let entries = self.talks.get(&conversation).into_iter().flat_map(|talk| &talk.entries);
        entries.filter(|entry| entry.seq >= from).cloned().collect()
    }

    fn last_seq(&self, conversation: ConversationId) -> Seq {
        Seq(self.talks.get(&conversation).map_or(0, |talk| talk.entries.len() as u64))
    }

    fn push_to_all(&mut self, body: &Response, whom: impl Fn(&Socket) -> bool) {
        for socket in self.sockets.iter_mut().filter(|socket| whom(socket)) {
            socket.outgoing.push_back(push(body.clone()));
        }
    }
}

fn push(body: Response) -> ServerFrame {
    ServerFrame { request_id: PUSH, body }
}

impl Talk {
    fn epoch(&self) -> Epoch {
        Epoch(self.groups.len() as u64 - 1)
    }

    fn group(&self, id: &ConversationId) -> PublicGroup {
        let last = self.groups.last().expect("there is the group that it began with");
        PublicGroup::load(id, &last.snapshot).expect("it was stored")
    }
}

impl PublicState {
    fn of(group: &PublicGroup, seq: Seq, group_info: Bytes) -> Self {
        Self { seq, group_info, tree: group.tree().into(), snapshot: group.snapshot() }
    }
}
