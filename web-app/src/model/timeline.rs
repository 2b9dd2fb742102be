//! A conversation's messages as they are shown: pages, events and what waits to be sent, merged into one order.
//!
//! Invariant: each message is shown once, at its place in the log; what has no place yet comes last.

use std::collections::BTreeMap;
use std::sync::Arc;

use client_api::{AccountId, DeliveryState, MessageId, MessageView, Seq, Timestamp};

/// Messages of one sender that are closer than this belong together.
const GROUP_MILLIS: u64 = 5 * 60 * 1000;

/// What is known of a conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Timeline {
    log: BTreeMap<Seq, Arc<MessageView>>,
    pending: Vec<Arc<MessageView>>,
    has_page: bool,
    is_new: bool,
    has_older: bool,
    unread_from: Option<Seq>,
    written: Option<MessageId>,
}

/// What stands in a timeline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    /// A new day; the time is of its first message.
    Day(Timestamp),
    /// What is below was not read when the conversation was opened.
    Unread,
    /// A message.
    Message(Bubble),
}

/// A message, and how it stands to its neighbours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bubble {
    /// The message.
    pub(crate) message: Arc<MessageView>,
    /// Whether this account wrote it.
    pub(crate) is_own: bool,
    /// Whether it begins a group.
    pub(crate) is_first: bool,
    /// Whether it ends a group; the time is shown there.
    pub(crate) is_last: bool,
}

/// What an item is known by, however the timeline grows around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum ItemKey {
    /// A day, by its number.
    Day(i64),
    /// The unread line.
    Unread,
    /// A message.
    Message(MessageId),
}

impl Timeline {
    /// There may be more before what was the beginning.
    pub(crate) const fn has_grown(&mut self) {
        self.has_older = true;
    }

    /// Takes a page of the log; `is_whole` where it reaches the beginning.
    pub(crate) fn put_page(&mut self, messages: Vec<MessageView>, is_whole: bool) {
        self.put_all(messages);
        self.has_page = true;
        self.has_older = !is_whole;
    }

    /// Takes messages; whether there were any.
    pub(crate) fn put_all(&mut self, messages: Vec<MessageView>) -> bool {
        let is_news = !messages.is_empty();
        for message in messages {
            self.put(message);
        }
        is_news
    }

    /// Takes what waits to be sent, in the order it was written; whether that is news.
    pub(crate) fn put_pending(&mut self, messages: Vec<MessageView>) -> bool {
        let known = std::mem::take(&mut self.pending);
        self.put_all(messages);
        known != self.pending
    }

    /// Takes a message as it is now.
    pub(crate) fn put(&mut self, message: MessageView) {
        let waiting = self.pending.iter().position(|pending| pending.id == message.id);
        match (message.seq, waiting) {
            (Some(seq), waiting) => {
                if let Some(place) = waiting {
                    self.pending.remove(place);
                }
                self.log.insert(seq, Arc::new(message));
            }
            (None, Some(place)) => self.pending[place] = Arc::new(message),
            (None, None) => {
                let is_in_log = self.log.values().rev().take(200).any(|known| known.id == message.id);
                if !is_in_log {
                    self.pending.push(Arc::new(message));
                }
            }
        }
    }

    /// Takes that there is no conversation yet.
    pub(crate) const fn put_nothing(&mut self) {
        self.is_new = true;
    }

    /// Takes how far the other side has come: own messages up to there were delivered, and read. Whether that is news.
    pub(crate) fn reached(&mut self, delivered_up_to: Seq, read_up_to: Seq) -> bool {
        let mut is_news = false;
        for (seq, message) in self.log.iter_mut().rev() {
            let state = if *seq <= read_up_to { DeliveryState::Read } else { DeliveryState::Delivered };
            match message.state {
                DeliveryState::Received => {}
                // Who has read a message has read what came before it.
                DeliveryState::Read => break,
                _ if *seq > delivered_up_to.max(read_up_to) || message.state == state => {}
                _ => {
                    Arc::make_mut(message).state = state;
                    is_news = true;
                }
            }
        }
        is_news
    }

    /// Forgets a message that is not in the log.
    pub(crate) fn forget(&mut self, id: MessageId) {
        self.pending.retain(|message| message.id != id);
    }

    /// Takes that someone has just written a message here.
    pub(crate) const fn wrote(&mut self, id: MessageId) {
        self.written = Some(id);
    }

    /// Whether what was just written stands in the timeline; said once.
    pub(crate) fn take_written(&mut self) -> bool {
        let is_there = |id| self.pending.iter().chain(self.log.values()).any(|message| message.id == id);
        self.written.take_if(|id| is_there(*id)).is_some()
    }

    /// Forgets what was just written: whoever comes now has not waited for it.
    pub(crate) const fn forget_written(&mut self) {
        self.written = None;
    }

    /// Whether a first page came.
    pub(crate) const fn has_page(&self) -> bool {
        self.has_page
    }

    /// The last place known, once a first page came: what stands behind it can be asked for.
    pub(crate) fn end(&self) -> Option<Seq> {
        self.has_page.then(|| self.last_seq().unwrap_or_default())
    }

    /// Whether it is known what to show.
    pub(crate) const fn is_loaded(&self) -> bool {
        self.has_page || self.is_new
    }

    /// Whether there is more before the first message.
    pub(crate) const fn has_older(&self) -> bool {
        self.has_older
    }

    /// Whether nothing was said.
    pub(crate) fn is_empty(&self) -> bool {
        self.log.is_empty() && self.pending.is_empty()
    }

    /// The first place known.
    pub(crate) fn first_seq(&self) -> Option<Seq> {
        self.log.keys().next().copied()
    }

    /// The last place known.
    pub(crate) fn last_seq(&self) -> Option<Seq> {
        self.log.keys().next_back().copied()
    }

    /// Others' messages behind a place.
    pub(crate) fn count_behind(&self, seq: Option<Seq>, own: AccountId) -> usize {
        let behind = self.log.iter().rev().take_while(|(place, _)| Some(**place) > seq);
        behind.filter(|(_, message)| message.from != own).count()
    }

    /// Draws the unread line behind what was read; away from it, if nothing of others is there.
    pub(crate) fn mark_unread(&mut self, read_up_to: Option<Seq>, own: AccountId) {
        self.unread_from = read_up_to.and_then(|read| {
            self.log.range(read.next()..).find(|(_, message)| message.from != own).map(|(seq, _)| *seq)
        });
    }

    /// What stands in the timeline, in order. `day_of` numbers days where the reader is.
    pub(crate) fn items(&self, own: AccountId, day_of: impl Fn(Timestamp) -> i64) -> Vec<(ItemKey, Item)> {
        let messages: Vec<&Arc<MessageView>> = self.log.values().chain(&self.pending).collect();
        let mut items = Vec::with_capacity(messages.len() + 16);
        let mut day = None;
        for (place, message) in messages.iter().enumerate() {
            let at = shown_at(message);
            let this_day = day_of(at);
            // Clocks differ: a day that is over does not begin again.
            if day.is_none_or(|day| this_day > day) {
                day = Some(this_day);
                items.push((ItemKey::Day(this_day), Item::Day(at)));
            }
            let is_first_unread = self.unread_from.is_some() && message.seq == self.unread_from;
            if is_first_unread {
                items.push((ItemKey::Unread, Item::Unread));
            }
            let before = place.checked_sub(1).map(|place| messages[place]);
            let after = messages.get(place + 1);
            let goes_on = |earlier: &MessageView, later: &MessageView| {
                belong_together(earlier, later)
                    && day_of(shown_at(earlier)) == day_of(shown_at(later))
                    && (self.unread_from.is_none() || later.seq != self.unread_from)
            };
            let bubble = Bubble {
                message: Arc::clone(message),
                is_own: message.from == own,
                is_first: !before.is_some_and(|before| goes_on(before, message)),
                is_last: !after.is_some_and(|after| goes_on(message, after)),
            };
            items.push((ItemKey::Message(message.id), Item::Message(bubble)));
        }
        items
    }
}

/// The time that is shown: the relay's, and the sender's claim until then.
pub(crate) fn shown_at(message: &MessageView) -> Timestamp {
    message.received_at.unwrap_or(message.sent_at)
}

fn belong_together(earlier: &MessageView, later: &MessageView) -> bool {
    let is_failed = |message: &MessageView| message.state == DeliveryState::Failed;
    earlier.from == later.from
        && is_failed(earlier) == is_failed(later)
        && shown_at(later).millis_since(shown_at(earlier)) < GROUP_MILLIS
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
