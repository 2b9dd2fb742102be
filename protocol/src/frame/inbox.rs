//! A device's inbox: the way into conversations it is not in yet.

use bytes::Bytes;

use crate::codec::message;
use crate::ids::{ConversationId, Epoch, Seq};
use crate::time::Timestamp;

message! {
    /// Asks for what waits.
    InboxFetch {
        /// The last item seen.
        after: u64,
        /// At most [`crate::limits::INBOX_PER_FRAME_MAX`].
        limit: u32,
    }
}

message! {
    /// What waits, oldest first.
    Inbox {
        /// Items.
        items: Vec<InboxItem>,
        /// Whether there are more behind them.
        more: bool,
    }
}

message! {
    /// A Welcome that waits for the device.
    InboxItem {
        /// Rises; never given twice.
        id: u64,
        /// Which conversation it opens.
        conversation: ConversationId,
        /// The commit that added the device: its log begins behind it.
        seq: Seq,
        /// The epoch that commit opened.
        epoch: Epoch,
        /// The Welcome, without tree.
        welcome: Bytes,
        /// The relay's time.
        received_at: Timestamp,
    }
}

message! {
    /// One more item.
    InboxArrived {
        /// The item.
        item: InboxItem,
    }
}

message! {
    /// These items are stored: forget them.
    InboxAcknowledge {
        /// Their ids.
        ids: Vec<u64>,
    }
}
