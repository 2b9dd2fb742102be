//! Link boxes: where a new device and one of an account meet.
//!
//! The relay keeps a box in memory, for [`crate::limits::LINK_MS`], and passes on what each side says to the other. What they
//! say is theirs: see [`crate::link`].

use bytes::Bytes;

use crate::codec::{OrEmpty, message};
use crate::time::Timestamp;

/// A box's name: whoever knows it may enter.
pub type LinkName = [u8; 16];

message! {
    /// A new device opens a box under a name it made up.
    LinkOpen {
        /// The box's.
        name: LinkName,
    }
}

message! {
    /// The box is there until someone leaves it.
    LinkOpened {
        /// For people to type: digits, at most [`crate::limits::LINK_NUMBER_MAX`].
        number: u32,
        /// The relay's time.
        expires_at: Timestamp,
    }
}

message! {
    /// A device of an account enters a box, by its name or by its number. It is let in once.
    LinkEnter {
        /// The box's, where it is known.
        name: OrEmpty<LinkName>,
        /// Else its number.
        number: u32,
    }
}

message! {
    /// Both are there.
    LinkEntered {
        /// The relay's time.
        expires_at: Timestamp,
    }
}

message! {
    /// Something for the other side.
    LinkSend {
        /// At most [`crate::limits::LINK_MESSAGE_BYTES_MAX`].
        message: Bytes,
    }
}

message! {
    /// Closes the box this socket is at, if any.
    LinkLeave {}
}

message! {
    /// Pushed: what the other side said.
    LinkMessage {
        /// Its bytes.
        message: Bytes,
    }
}

message! {
    /// Pushed: the other side has left, or the time is over.
    LinkClosed {}
}
