//! Link boxes: a new device opens one, a device of an account enters it, once; each is given what the other says.
//!
//! They live in memory: what is cut off is begun anew. A seat that is dropped, or whose time is over, closes its box.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::frame::{LinkClosed, LinkMessage, LinkName, Response};
use protocol::{Bytes, Timestamp, limits};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::hub::push_frame;

/// Why there is no seat, or nothing was passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkError {
    /// There are as many boxes as there may be.
    Full,
    /// There is no such box: the time is over, or someone has entered it already.
    Absent,
    /// The other side is not there, or does not read.
    NobodyThere,
}

/// All boxes.
#[derive(Default)]
pub(crate) struct Links {
    /// Held for a look-up only, never across an await.
    boxes: Mutex<Boxes>,
}

#[derive(Default)]
struct Boxes {
    by_name: HashMap<LinkName, LinkBox>,
    names: HashMap<u32, LinkName>,
}

struct LinkBox {
    number: u32,
    expires_at: Timestamp,
    new_device: Sender<Bytes>,
    account_device: Option<Sender<Bytes>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    NewDevice,
    AccountDevice,
}

/// A socket's place at a box.
pub(crate) struct LinkSeat {
    links: Arc<Links>,
    name: LinkName,
    number: u32,
    side: Side,
    pub(crate) expires_at: Timestamp,
    /// Frames to be pushed.
    pub(crate) pushes: Receiver<Bytes>,
}

impl Links {
    /// Opens a box; `random` gives its number.
    pub(crate) fn open(
        self: &Arc<Self>,
        name: LinkName,
        random: u64,
        now: Timestamp,
    ) -> Result<(LinkSeat, u32), LinkError> {
        let mut boxes = self.lock();
        if boxes.by_name.len() >= limits::LINK_BOXES_MAX || boxes.by_name.contains_key(&name) {
            return Err(LinkError::Full);
        }
        let number = boxes.free_number(random);
        let (new_device, pushes) = channel(limits::LINK_MESSAGES_WAITING_MAX);
        let expires_at = now.plus_millis(limits::LINK_MS);
        boxes.names.insert(number, name);
        boxes.by_name.insert(name, LinkBox { number, expires_at, new_device, account_device: None });
        let links = Arc::clone(self);
        Ok((LinkSeat { links, name, number, side: Side::NewDevice, expires_at, pushes }, number))
    }

    /// Enters a box by its name, or by its number where that is all there is.
    pub(crate) fn enter(
        self: &Arc<Self>,
        name: Option<LinkName>,
        number: u32,
        now: Timestamp,
    ) -> Result<LinkSeat, LinkError> {
        let mut boxes = self.lock();
        let name = name.or_else(|| boxes.names.get(&number).copied()).ok_or(LinkError::Absent)?;
        let entered = boxes
            .by_name
            .get_mut(&name)
            .filter(|known| known.account_device.is_none() && known.expires_at > now)
            .ok_or(LinkError::Absent)?;
        let (account_device, pushes) = channel(limits::LINK_MESSAGES_WAITING_MAX);
        entered.account_device = Some(account_device);
        let (links, expires_at, number) = (Arc::clone(self), entered.expires_at, entered.number);
        Ok(LinkSeat { links, name, number, side: Side::AccountDevice, expires_at, pushes })
    }

    fn lock(&self) -> MutexGuard<'_, Boxes> {
        self.boxes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Boxes {
    /// From a random one on, the first that no box has.
    fn free_number(&self, random: u64) -> u32 {
        let count = u64::from(limits::LINK_NUMBER_MAX) + 1;
        (random % count..count)
            .chain(0..count)
            .filter_map(|number| u32::try_from(number).ok())
            .find(|number| !self.names.contains_key(number))
            .unwrap_or_default()
    }

    fn remove(&mut self, name: &LinkName) -> Option<LinkBox> {
        let removed = self.by_name.remove(name)?;
        self.names.remove(&removed.number);
        Some(removed)
    }
}

impl LinkSeat {
    /// Passes something on.
    pub(crate) fn send(&self, message: Bytes) -> Result<(), LinkError> {
        let boxes = self.links.lock();
        let other = boxes.by_name.get(&self.name).and_then(|known| self.other_of(known));
        let frame = push_frame(Response::LinkMessage(LinkMessage { message }));
        other.ok_or(LinkError::NobodyThere)?.try_send(frame).map_err(|_| LinkError::NobodyThere)
    }

    fn other_of<'a>(&self, known: &'a LinkBox) -> Option<&'a Sender<Bytes>> {
        match self.side {
            Side::NewDevice => known.account_device.as_ref(),
            Side::AccountDevice => Some(&known.new_device),
        }
    }
}

impl Drop for LinkSeat {
    fn drop(&mut self) {
        let mut boxes = self.links.lock();
        // Not one that was opened under the same name since.
        let is_own = boxes.by_name.get(&self.name).is_some_and(|known| known.number == self.number);
        let closed = if is_own { boxes.remove(&self.name) } else { None };
        let frame = push_frame(Response::LinkClosed(LinkClosed {}));
        // Whoever has too much to read is not waiting for this.
        let _ = closed.as_ref().and_then(|known| self.other_of(known)).map(|other| other.try_send(frame));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn a_box_is_entered_once_and_closed_by_whoever_leaves() {
        let links = Arc::new(Links::default());
        let (mut tablet, number) = links.open([1; 16], 7, NOW).unwrap();
        assert_eq!(number, 7);
        assert_eq!(tablet.send(Bytes::from_static(b"early")), Err(LinkError::NobodyThere));
        let phone = links.enter(None, 7, NOW).unwrap();
        assert_eq!(links.enter(Some([1; 16]), 0, NOW).err(), Some(LinkError::Absent));
        phone.send(Bytes::from_static(b"hello")).unwrap();
        let hello = LinkMessage { message: Bytes::from_static(b"hello") };
        assert_eq!(tablet.pushes.try_recv().unwrap(), push_frame(Response::LinkMessage(hello)));
        drop(phone);
        let closed = push_frame(Response::LinkClosed(LinkClosed {}));
        assert_eq!(tablet.pushes.try_recv().unwrap(), closed);
        assert!(links.lock().by_name.is_empty() && links.lock().names.is_empty());
    }

    #[test]
    fn a_box_is_not_entered_after_its_time() {
        let links = Arc::new(Links::default());
        let (_tablet, number) = links.open([1; 16], 7, NOW).unwrap();
        let late = NOW.plus_millis(limits::LINK_MS);
        assert_eq!(links.enter(None, number, late).err(), Some(LinkError::Absent));
    }

    #[test]
    fn there_are_so_many_boxes_and_no_name_or_number_twice() {
        let links = Arc::new(Links::default());
        let open = |name: u32| {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&name.to_be_bytes());
            links.open(bytes, u64::MAX, NOW)
        };
        let seats: Vec<_> = (0..32).map(|name| open(name).unwrap()).collect();
        let numbers: std::collections::BTreeSet<u32> = seats.iter().map(|(_, number)| *number).collect();
        assert_eq!(numbers.len(), seats.len());
        assert!(numbers.iter().all(|number| *number <= limits::LINK_NUMBER_MAX));
        assert_eq!(open(0).err(), Some(LinkError::Full), "a name is one box's");
        let more: Vec<_> = (32..).map_while(|name| open(name).ok()).collect();
        assert_eq!(seats.len() + more.len(), limits::LINK_BOXES_MAX);
    }
}
