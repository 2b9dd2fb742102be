//! What comes to a client otherwise than the relay said it.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use client_core::testing::World;
use protocol::ConversationId;
use protocol::frame::{Response, ServerFrame};

use crate::relay::Relay;

/// Words of the relay that are changed ahead.
const LIES_MAX: usize = 32;
/// Words that are kept to be said once more.
const HEARD_MAX: usize = 64;

/// What the relay's next words come as.
pub(super) enum Lie {
    Pass,
    Drop,
    Double,
    Hold,
    Alter {
        at: usize,
        by: u8,
    },
    Replace(Response),
    /// They are about another conversation.
    Misdirect(ConversationId),
    /// Something from earlier comes with them once more, counted from the last.
    Again(usize),
}

/// What a client hears.
#[derive(Default)]
pub(super) struct Ear {
    lies: VecDeque<Lie>,
    heard: VecDeque<ServerFrame>,
    rooms: BTreeSet<ConversationId>,
    lied: Lied,
}

/// How much came otherwise than it was said.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lied {
    pub(super) words: usize,
    /// Of those, about rooms.
    pub(super) about_rooms: usize,
}

/// An ear: a clone is the same one.
pub(super) type SharedEar = Rc<RefCell<Ear>>;

impl Ear {
    /// Something is said otherwise, after what is said otherwise already.
    pub(super) fn lie(&mut self, lie: Option<Lie>) {
        self.lies.extend(lie);
        self.lies.truncate(LIES_MAX);
    }

    /// How much came otherwise since it was asked last. From now on these are rooms.
    pub(super) fn take_lied(&mut self, rooms: BTreeSet<ConversationId>) -> Lied {
        self.rooms = rooms;
        std::mem::take(&mut self.lied)
    }

    fn remember(&mut self, frame: &ServerFrame) {
        if self.heard.len() == HEARD_MAX {
            self.heard.pop_back();
        }
        self.heard.push_front(frame.clone());
    }

    fn count(&mut self, mut frame: ServerFrame) {
        self.lied.words += 1;
        if conversation_in(&mut frame.body).is_some_and(|conversation| self.rooms.contains(conversation)) {
            self.lied.about_rooms += 1;
        }
    }
}

/// The relay's words come to a client as the lies say, one after the other, and as they are behind those.
pub(super) fn lie_to(world: &mut World<Relay>, who: usize) -> SharedEar {
    let shared = SharedEar::default();
    let (ear, mut held) = (Rc::clone(&shared), Vec::new());
    world.client(who).network.tamper(move |frame| {
        let ear = &mut *ear.borrow_mut();
        let lie = match ear.lies.pop_front() {
            None | Some(Lie::Pass) => None,
            Some(lie) => {
                ear.count(frame.clone());
                Some(lie)
            }
        };
        ear.remember(&frame);
        let mut come = match lie {
            None | Some(Lie::Pass) => vec![frame],
            Some(Lie::Drop) => vec![],
            Some(Lie::Double) => vec![frame.clone(), frame],
            Some(Lie::Hold) => {
                held.push(frame);
                return vec![];
            }
            Some(Lie::Alter { at, by }) => altered(frame, at, by),
            Some(Lie::Replace(body)) => vec![ServerFrame { body, ..frame }],
            Some(Lie::Misdirect(to)) => vec![ServerFrame { body: aimed(frame.body, to), ..frame }],
            Some(Lie::Again(nth)) => ear.heard.get(nth + 1).cloned().into_iter().chain([frame]).collect(),
        };
        come.append(&mut held);
        come
    });
    shared
}

/// A frame with one byte changed, if it is still one.
fn altered(frame: ServerFrame, at: usize, by: u8) -> Vec<ServerFrame> {
    let mut bytes = frame.encode().to_vec();
    let at = at % bytes.len().max(1);
    bytes.get_mut(at).map(|byte| *byte ^= by);
    ServerFrame::decode(bytes.into()).into_iter().collect()
}

/// What the relay says, about another conversation.
pub(super) fn aimed(mut body: Response, to: ConversationId) -> Response {
    if let Some(conversation) = conversation_in(&mut body) {
        *conversation = to;
    }
    body
}

/// The conversation that the relay speaks of, or the first of them.
fn conversation_in(body: &mut Response) -> Option<&mut ConversationId> {
    match body {
        Response::Appended(appended) => Some(&mut appended.conversation),
        Response::GroupState(group) => Some(&mut group.conversation),
        Response::Subscribed(subscribed) => {
            subscribed.states.first_mut().map(|state| &mut state.conversation)
        }
        Response::Entries(entries) => Some(&mut entries.conversation),
        Response::EntryAppended(appended) => Some(&mut appended.conversation),
        Response::CursorMoved(moved) => Some(&mut moved.conversation),
        Response::Inbox(inbox) => inbox.items.first_mut().map(|item| &mut item.conversation),
        Response::InboxArrived(arrived) => Some(&mut arrived.item.conversation),
        _ => None,
    }
}
